"""Kills the real process over and over under traffic, and looks for anything lost, doubled or broken.

    python -m tests.long.kills [--kills N] [--seed N] [--json FILE]

People walk through the first conversation with taps and typed words, others have a reminder or a lesson that is due,
some of those stop, erase themselves or block the bot; each `kill -9` comes at a moment nobody chose.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot.catalog.load import Catalog
from bot.clock import SystemClock
from bot.core.model.callback_data import Agree
from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import State, Subscriber
from bot.local_telegram.telegram import LocalTelegram
from tests.conftest import the_catalog
from tests.long.crowd import (
    SENDING,
    Delivered,
    delivered,
    everybody,
    judge,
    minute_before,
    prepared,
    seconds_of,
    spread,
    write,
)
from tests.long.line import Line, up_to
from tests.long.one_run import Figures, asked_for, carried_out
from tests.process.bot_process import BotProcess, telegram_on_loopback, until
from tests.process.phone import ONBOARDING, Phone, lost, words

IN_FLIGHT = 8
"""So many messages may be on their way when a kill comes, and be missing or come twice."""
CROWD = 1_000
WALKERS = 1_000_000
"""The ids from which people are numbered."""
LESSON_EVERY = 5
LEAVER_EVERY = 9
A_STEP = (0.7, 1.7)
"""Seconds between a person's taps: whoever taps more than 60 times a minute is not heard."""
LATENCY = 0.2
BOOT = (0.0, 1.5)
"""Seconds from its start to the end of one process in five, before it has asked Telegram for anything."""
LIFE = 2.0
"""Seconds at most from its first poll to the end of any other."""
IN_HAND = 0.03
"""Seconds in which an update is handled, more or less."""
PATIENCE = 150.0
"""Seconds: Telegram keeps a tap no longer, so whoever still waits then waits in vain."""
REPEAT_WAIT = 720.0
ASKS_AGAIN = 20.0
LOOKS_FOR = 5.0
LEADS_ON = frozenset(step for step in ONBOARDING if not step.startswith("="))
TO_PLAN = words("labels.show-plan")
LOST = 20
"""Screens in a row without a button that leads on, after which somebody does not know how to go on."""
STOPPED = "I will not write to you any more."
ERASED = "Everything I kept about you is erased."
NOTHING_KEPT = "I keep nothing about you."
"""What a second /delete is answered with."""


@dataclass
class Run:
    """One run: what is done, and what is to be judged at its end."""

    bot: BotProcess
    telegram: LocalTelegram
    catalog: Catalog
    kills: int
    seed: int
    walkers: int
    crowd: int
    life: float = LIFE
    waits_for_repeats: bool = False
    phones: list[Phone] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    killed: int = 0
    over: bool = False
    blocked_at: dict[int, int] = field(default_factory=dict)
    """Who blocked the bot, and how many calls had come when the bot knew it."""

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        self.chance = random.Random(self.seed)
        self.line = Line(self.telegram, up_to(LATENCY, self.chance))
        self.kinds = spread(range(CROWD, CROWD + self.crowd), LESSON_EVERY)
        self.leavers = {id: self.chance.choice(("stop", "erase", "block")) for id in list(self.kinds)[::LEAVER_EVERY]}
        self._numbers = count(WALKERS)
        self._odd: list[str] = []

    async def play(self) -> dict[str, Any]:
        """Traffic and kills, then quiet, then an orderly end; the figures of it, and under "wrong" each fault."""
        now = self.clock.now()
        at = minute_before(now)
        people = (prepared(self.catalog, id, kind, at, now) for id, kind in self.kinds.items())
        await write(self.bot, self.catalog, people)
        for id in self.kinds:
            self.telegram.person(id)
        walking = [asyncio.create_task(self._walks()) for _ in range(self.walkers)]
        leaving = asyncio.create_task(self._leave())
        while self.killed < self.kills:
            await self._live_and_die()
        self.over = True
        await self._start()
        await asyncio.gather(leaving, *walking)
        await self._settle()
        return await self._figures(await self.bot.stop())

    # --- What happens -----------------------------------------------------------------------------------------------

    async def _live_and_die(self) -> None:
        if self.chance.random() < 0.2:
            await self.bot.start()
            await asyncio.sleep(self.chance.uniform(*BOOT))
        else:
            await self._start()
            await asyncio.sleep(self.chance.uniform(0, self.life))
            if self.chance.random() < 0.5:
                await self._something_is_in_hand()
        if not self.bot.is_running:
            self._odd.append(f"ended by itself with {await self.bot.ends()}")
        await self.bot.kill()
        self.killed += 1

    async def _something_is_in_hand(self) -> None:
        """Wait for updates to be handed out, and a moment: where a kill can do most harm."""
        self.line.handed_out.clear()
        with contextlib.suppress(TimeoutError):  # nobody may be tapping just now
            await asyncio.wait_for(self.line.handed_out.wait(), 2.0)
        await asyncio.sleep(self.chance.uniform(0, IN_HAND))

    async def _start(self) -> None:
        polls, begun = self.line.polls, self.clock.monotonic()
        await self.bot.start()
        await until(lambda: self.line.polls > polls or not self.bot.is_running, patience=PATIENCE)
        self.starts.append(self.clock.monotonic() - begun)

    async def _walks(self) -> None:
        """One person after another goes the way to their plan, and now and then taps twice or types nonsense."""
        while not self.over:
            phone = Phone(self.telegram.person(next(self._numbers)), patience=PATIENCE)
            self.phones.append(phone)
            try:
                await phone.sends("/start")
                tapped, in_vain = None, 0
                while not self.over and tapped != TO_PLAN:
                    await asyncio.sleep(self.chance.uniform(*A_STEP))
                    tapped = await self._goes_on(phone)
                    in_vain = 0 if tapped else in_vain + 1
                    assert in_vain < LOST, phone.last
                await phone.rests()
            except AssertionError as stranded:
                self._odd.append(f"stranded: {stranded}")

    async def _goes_on(self, phone: Phone) -> str | None:
        """Tap the one button on the screen that leads on, or name a city where there is none; what was tapped.

        A screen whose answer a kill swallowed may be passed over or come again, so the person goes by what they see.
        """
        await phone.rests()
        with contextlib.suppress(AssertionError):
            await until(lambda: any(label in LEADS_ON for label in phone.labels()), patience=LOOKS_FOR)
        label = next((label for label in phone.labels() if label in LEADS_ON), None)
        if label is None:
            # Before they agreed nothing is kept, so that a kill takes the way there with it.
            phone.types("Lisbon" if phone.since_agreeing else "/start")
            return None
        if phone.since_agreeing and self.chance.random() < 0.04:
            phone.types("violet")
        await phone.taps(label)
        if self.chance.random() < 0.06:
            phone.taps_again()
        return label

    async def _leave(self) -> None:
        """Some of the crowd go, spread over the kills."""
        leaving = []
        for number, (id, way) in enumerate(self.leavers.items()):
            await until(lambda n=number: self.killed * len(self.leavers) >= n * self.kills, patience=3600.0)  # type: ignore[misc]
            leaving.append(asyncio.create_task(self._leaves(id, way)))
        for stranded in await asyncio.gather(*leaving, return_exceptions=True):
            if isinstance(stranded, BaseException):
                self._odd.append(f"not let go: {stranded!r}")

    async def _leaves(self, id: int, way: str) -> None:
        """Raises AssertionError when the bot does not say so in time, or the block is not confirmed."""
        person = self.telegram.person(id)

        def shown(text: str) -> bool:
            return any(text in str(message["text"]) for message in person.chat.messages if not message["mine"])

        match way:
            case "stop":
                person.sends("/stop")
                await until(lambda: shown(STOPPED), patience=PATIENCE)
            case "erase":
                while not shown("Erase everything?"):  # a kill may swallow the question; a person asks again
                    person.sends("/delete")
                    with contextlib.suppress(AssertionError):
                        await until(lambda: shown("Erase everything?"), patience=ASKS_AGAIN)
                while not shown(ERASED):  # nothing is kept from which the word that it is done could be said later
                    person.presses(words("labels.erase"))
                    with contextlib.suppress(AssertionError):
                        await until(lambda: shown(ERASED), patience=ASKS_AGAIN)
            case _:
                update = person.blocks()["update_id"]
                await until(lambda: self.line.confirmed > update, lambda: self._held_up(id, update), PATIENCE)
                self.blocked_at[id] = len(self.line.asked)

    def _held_up(self, id: int, update: int) -> str:
        return f"{id}'s {update} stands at {self.line.confirmed}, {self.killed} killed: {self.bot.output[-500:]}"

    async def _settle(self) -> None:
        """Wait until everything is confirmed and every message has come, or has an unknown end."""
        left = PATIENCE + self.crowd / 5 + (REPEAT_WAIT if self.waits_for_repeats else 0)
        end = self.clock.monotonic() + left
        while self.clock.monotonic() < end and (self.telegram.unconfirmed or await self._open()):  # noqa: ASYNC110 -- lies on a disk
            await asyncio.sleep(1.0)

    async def _open(self) -> bool:
        """Whether a message of the crowd is still to come."""
        came = delivered(self.telegram)
        for id, kind in self.kinds.items():
            if id in self.leavers or id in came:
                continue
            known = await self.bot.stored(self.catalog, id)
            records = known.deliveries.values() if known else ()
            unknown = [each for each in records if each.kind is kind and each.outcome is Outcome.UNKNOWN]
            if not unknown or (self.waits_for_repeats and any(each.may_repeat_at for each in unknown)):
                return True
        return False

    # --- What came of it --------------------------------------------------------------------------------------------

    async def _figures(self, code: int) -> dict[str, Any]:
        known, unreadable = await everybody(self.bot, self.catalog)
        stayed = {id: kind for id, kind in self.kinds.items() if id not in self.leavers}
        crowd = judge(self.catalog, stayed, known, delivered(self.telegram))
        wrong = [*self._odd, *crowd.wrong, *self._left_wrong(known), *self._walked_wrong(known)]
        wrong += [f"{len(unreadable)} documents cannot be read"] if unreadable else []
        wrong += [f"{self.telegram.unconfirmed} updates not confirmed"] if self.telegram.unconfirmed else []
        wrong += [f"SIGTERM ended with {code}"] if code else []
        wrong += ["a traceback in the log"] if "Traceback" in self.bot.output else []
        return self._in_numbers(crowd, wrong)

    def _in_numbers(self, crowd: Delivered, wrong: list[str]) -> dict[str, Any]:
        bound = self.kills * IN_FLIGHT
        wrong += [f"{crowd.missing} reminders missing"] if crowd.missing > bound else []
        wrong += [f"{crowd.repeated} lessons repeated"] if crowd.repeated > bound else []
        return {
            "seed": self.seed,
            "kills": self.killed,
            "people": len(self.phones) + len(self.kinds),
            "updates": self.line.confirmed - self.line.first,
            "answers confirmed on a screen": sum(len(phone.confirmed) for phone in self.phones),
            "screens shown once more": sum(phone.shown_once_more for phone in self.phones),
            "scheduled messages due": crowd.due,
            "delivered": crowd.sent,
            "reminders missing": crowd.missing,
            "lessons repeated": crowd.repeated,
            "start-up seconds": seconds_of(self.starts),
            "wrong": wrong,
        }

    def _walked_wrong(self, known: dict[int, Subscriber]) -> Iterator[str]:
        """Answers that a screen confirmed and that are not stored, updates that were confirmed and left no trace."""
        for phone in self.phones:
            agreed = next((n for n, action in enumerate(phone.confirmed) if isinstance(action, Agree)), None)
            if agreed is None:
                continue
            found = known.get(phone.person.id)
            if found is None:
                yield "somebody who agreed has no document"
                continue
            yield from (f"lost: {type(action).__name__}" for action in lost(phone.confirmed, found))
            missing = [id for id in phone.since_agreeing if not found.handled(id)]
            yield from (f"confirmed, and left no trace: update {id}" for id in missing)

    def _left_wrong(self, known: dict[int, Subscriber]) -> Iterator[str]:
        """Messages to whoever had gone, and documents that do not know it."""
        for id, way in self.leavers.items():
            state = known[id].state if id in known else None
            if state is not {"stop": State.STOPPED, "erase": None, "block": State.BLOCKED}[way]:
                yield f"{way}: stands as {state}"
        gone: set[int] = set()
        on_its_way: set[int] = set()  # a block is answered by nothing, so one message may meet it
        for number, (method, id, text) in enumerate(self.line.asked):
            if any(words in text for words in (STOPPED, ERASED, NOTHING_KEPT)):
                gone.add(id)
            elif method in SENDING and id in gone:
                yield f"a message to somebody who had gone ({self.leavers[id]}): {text!r}"
            elif method in SENDING and number >= self.blocked_at.get(id, sys.maxsize) and id not in on_its_way:
                on_its_way.add(id)
            elif method in SENDING and id in on_its_way:
                yield f"a second message to somebody who had blocked the bot: {self.kinds.get(id)}"


async def kill(kills: int, seed: int, folder: Path, *, warm: bool = False, **more: Any) -> dict[str, Any]:
    """One run in a folder of its own, of processes started or forked; what more a run takes stands at `Run`."""
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(folder, address, warm, BOT_MESSAGES_PER_SECOND="10")
        try:
            run = Run(bot, telegram, the_catalog(), kills, seed, **more)
            return await run.play()
        finally:
            await bot.close()


def main() -> int:
    """Kill as often as asked; 0 when nothing was wrong."""
    parser = asked_for("kills")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="repeats the moments of a run")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)  # noqa: T201

    def run(folder: Path) -> Coroutine[Any, Any, Figures]:
        return kill(given.kills, given.seed, folder, walkers=26, crowd=12 * given.kills, waits_for_repeats=True)

    return carried_out(run, given.json)


if __name__ == "__main__":
    sys.exit(main())
