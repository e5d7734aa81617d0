"""Tests that read like a chat: one person, one phone, the whole bot behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.local_telegram.people import Person
from tests.support.shown import NotingRenderers, Shown, names

TO_ANSWERS = "labels.to-answers"
"""The button below what has to be done before a question is answered."""


class Chat:
    """One person's chat with the bot."""

    def __init__(self, testbed: Testbed, person: Person) -> None:
        self.testbed = testbed
        self.person = person

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What stands on the screen, oldest first."""
        return self.person.chat.messages

    @property
    def last(self) -> Shown:
        """The bot's newest message."""
        return self._shown(next(m for m in reversed(self.messages) if not m["mine"]))

    def newest(self, *templates: str) -> Shown:
        """The newest message made of one of these templates."""
        shown = (self._shown(each) for each in reversed(self.messages) if not each["mine"])
        return next(each for each in shown if each.template in templates)

    def since(self, count: int) -> list[Shown]:
        """What stands on the screen after the first so many messages."""
        return [self._shown(message) for message in self.messages[count:]]

    @property
    def buttons(self) -> list[str]:
        """The names of the newest keyboard's buttons, as in `shown.names`."""
        keyboard = next((m for m in reversed(self.messages) if m["keyboard"]), None)
        return [names(button)[0] for button in self._shown(keyboard).buttons] if keyboard else []

    def words(self, path: str) -> str:
        """What stands at a path of the words."""
        return self.testbed.renderers.default.label(path)

    async def sends(self, text: str) -> Shown:
        """Type something; returns the bot's newest message."""
        self.person.sends(text)
        await self.testbed.settle()
        return self.last

    async def taps(self, *wanted: str) -> Shown:
        """Tap buttons one after the other, each by one of its names; returns the bot's newest message.

        An answer that comes after something to do is reached by saying that it is done.
        """
        for each in wanted:
            if each.startswith("answer ") and TO_ANSWERS in self.buttons:
                await self.taps(TO_ANSWERS)
            self.presses(each)
            await self.testbed.settle()
        return self.last

    def presses(self, wanted: str) -> dict[str, Any]:
        """Tap a button and leave the update to whoever fetches it."""
        return self.person.presses(self._label(wanted))

    def _label(self, wanted: str) -> str:
        """The words of the newest button so named."""
        for message in reversed(self.messages):
            shown = self._shown(message)
            for button in shown.buttons:
                if wanted in names(button):
                    return shown.renderer.label(button.label, button.values)
        raise LookupError(f"no button {wanted!r}; there are {self.buttons}")

    def _shown(self, message: Mapping[str, Any]) -> Shown:
        renderers = self.testbed.renderers
        assert isinstance(renderers, NotingRenderers)
        return renderers.shown(str(message["text"]), message)

    async def until(self, day: int, clock: str, zone: str = "Europe/Lisbon") -> None:
        """Let time pass to a clock time of the n-th local day from now."""
        local = self.testbed.clock.now().astimezone(ZoneInfo(zone))
        date = local.date() + timedelta(days=day)
        hour, minute = map(int, clock.split(":"))
        await self.testbed.move_to(datetime.combine(date, time(hour, minute), ZoneInfo(zone)))

    async def stored(self) -> Subscriber:
        """What is kept of the person."""
        known = await self.testbed.runtime.storage.read(self.person.id) if self.testbed.runtime else None
        assert known is not None
        return known
