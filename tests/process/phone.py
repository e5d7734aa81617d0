"""A person at a phone, who taps only what stands on the screen and waits for the answer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from bot.core.model import callback_data
from bot.core.model.callback_data import Action, Agree, Reply, Tell
from bot.core.model.series import FIRST_MOVE
from bot.core.model.subscriber import Subscriber
from bot.core.screens import move
from bot.core.screens.test_flow import HASTE
from bot.local_telegram.people import Person
from tests.conftest import the_catalog
from tests.process.bot_process import PATIENCE, until


def words(path: str) -> str:
    """What stands at a path of the words."""
    return str(the_catalog().words["knee-pain", "en"].find(path))


READING = HASTE.total_seconds()
"""Nobody answers a question of the safety check that they cannot have read."""
LOOKS_ON = 5.0
"""Seconds that somebody whose screen was shown once more waits for what may come behind it."""
TAPS = 4
"""So often at most does somebody tap the same button of a screen that is shown again and again."""
ONBOARDING = (
    *(words("labels.begin"), words("labels.adult"), words("labels.agree")),
    *(words(f"labels.{label}") for label in ("no", "no", "plain-no", "no", "no", "no", "no")),
    "=Lisbon",
    *(words("labels.zone-right"), words("labels.i-choose"), "19:00", words("labels.every-day")),
    *[words("labels.skip")] * 6,
    words("labels.start-test"),
    *[words("labels.to-answers"), words("labels.could-not")] * 3,
    words("labels.could-not"),
    *[words("labels.to-answers"), words("labels.could-not")] * 2,
    *(words("labels.show-plan"), "=/lesson", words("labels.lesson-hips")),
)
"""From the answer to /start to lesson 1; what begins with = is typed."""


class Phone:
    """One person's phone, and what they saw confirmed on it."""

    def __init__(self, person: Person, patience: float = PATIENCE) -> None:
        self.person = person
        self.confirmed: list[Action] = []
        """Every tap after which the screen went on."""
        self.since_agreeing: list[int] = []
        """The ids of all updates since the tap that agreed to answers being kept."""
        self.shown_once_more = 0
        """How often the screen they had tapped on came again instead of the next one."""
        self._patience = patience
        self._tapped: str | None = None
        self._on: int = 0
        self._saw: int = 0
        """The version of the screen when it was tapped."""

    @property
    def last(self) -> str:
        """The text of the bot's newest message."""
        return next((m["text"] for m in reversed(self.person.chat.messages) if not m["mine"]), "")

    async def sends(self, text: str) -> None:
        """Type something and wait for a new message of the bot's."""
        known = self.newest()
        self._note(self.person.sends(text))
        await until(lambda: self.newest() > known, self._shows, self._patience)

    async def taps(self, label: str) -> None:
        """Wait until the last tap is answered and a button of that label stands there, and tap it."""
        await self.rests()
        await until(lambda: label in self.labels(), self._shows, self._patience)
        self._tap(next(button["callback_data"] for button in self._buttons() if button["text"] == label))

    def types(self, text: str) -> None:
        """Type something without waiting for what comes of it."""
        self._note(self.person.sends(text))

    def taps_again(self) -> None:
        """The same button once more, without waiting."""
        if self._tapped is not None:
            self._note(self.person.taps(self._on, self._tapped))

    async def walks(self, steps: tuple[str, ...] = ONBOARDING) -> None:
        """Do one thing after the other, and wait for the screen after the last."""
        for step in steps:
            await self.rests()
            await (self.sends(step[1:]) if step.startswith("=") else self.taps(step))
        await self.rests()

    async def rests(self) -> None:
        """Wait until the last tap has led to another screen.

        A process that dies after a reply may show a screen once more: what is tapped on it is tapped once more, too.
        """
        if (tapped := self._tapped) is None:
            return
        for _ in range(TAPS):
            await until(lambda: self._is_past(tapped) or self._version() > self._saw, self._shows, self._patience)
            with contextlib.suppress(AssertionError):
                await until(lambda: self._is_past(tapped), patience=LOOKS_ON)
            if self._is_past(tapped):
                break
            self.shown_once_more += 1
            self._tap(tapped)
        await until(lambda: self._is_past(tapped), self._shows, self._patience)
        self.confirmed.append(callback_data.parse(tapped))
        if isinstance(self.confirmed[-1], Reply):
            await asyncio.sleep(READING)
        self._tapped = None

    def _tap(self, meaning: str) -> None:
        self._tapped, self._on, self._saw = meaning, self._newest_screen["id"], self._version()
        self._note(self.person.taps(self._on, meaning))

    def _is_past(self, tapped: str) -> bool:
        return all(button.get("callback_data") != tapped for button in self._buttons())

    def _note(self, update: dict[str, Any]) -> None:
        agrees = self._tapped is not None and isinstance(callback_data.parse(self._tapped), Agree)
        if agrees or self.since_agreeing:
            self.since_agreeing.append(update["update_id"])

    def _shows(self) -> str:
        return f"tapped {self._tapped}, {self.last!r} with {self.labels()}"

    def labels(self) -> list[str]:
        """What can be tapped."""
        return [str(button["text"]) for button in self._buttons()]

    def newest(self) -> int:
        """The id of the bot's newest message; edits do not count."""
        return max((m["id"] for m in self.person.chat.messages if not m["mine"]), default=0)

    @property
    def _newest_screen(self) -> dict[str, Any]:
        """The bot's message that changed last, as that is where a person looks; empty before its first."""
        theirs = [message for message in self.person.chat.messages if not message["mine"]]
        return max(theirs, key=lambda message: int(message["version"]), default={})

    def _version(self) -> int:
        return int(self._newest_screen.get("version", 0))

    def _buttons(self) -> list[dict[str, Any]]:
        return [button for row in self._newest_screen.get("keyboard", ()) for button in row]


def lost(confirmed: list[Action], subscriber: Subscriber | None) -> list[Action]:
    """Which of these answers are not in the document."""
    assert subscriber is not None
    said = {answer.question for answer in subscriber.answers}
    kept_under = {FIRST_MOVE: move.key(subscriber)}
    replied = {
        (number, answer.question, str(answer.value))
        for number, attempt in enumerate(subscriber.attempts)
        for answer in attempt.answers
    }
    return [
        action
        for action in confirmed
        if (isinstance(action, Tell) and kept_under.get(action.question, action.question) not in said)
        or (isinstance(action, Reply) and (action.attempt, action.question, action.value) not in replied)
    ]
