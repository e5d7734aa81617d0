"""Carries letters between people and the coach: claimed before, passed through as they were written, settled after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bot.core.desk import alerts, letters, team
from bot.core.desk.concerns import Concern
from bot.core.model.callback_data import AskCoach, OpenCard
from bot.core.model.delivery import Outcome
from bot.core.model.letter import Letter, LetterKind, letter_with
from bot.core.model.message import Button, OutgoingMessage, plain
from bot.core.model.subscriber import Subscriber
from bot.monitoring.safe_logging import error_name
from bot.sending.coaches import Coaches
from bot.sending.forum import Forum
from bot.sending.sender import Call
from bot.storage import NotRead, NotSaved, Unreadable
from bot.tasks import spawn

log = logging.getLogger(__name__)

GATHER_SECONDS = 60.0
"""So long news of people is gathered into one message."""
NOT_SETTLED_PAUSE = 30.0
"""Seconds before a claim or an outcome that the disk did not take is written again."""


@dataclass(frozen=True, slots=True)
class News:
    """What is told of one person as it stands, and the letters that were claimed for it."""

    known: Subscriber
    concerns: tuple[Concern, ...]
    letters: tuple[Letter, ...]


class Letters:
    """Every letter that waits is carried by the process that leads; those to a coach go to each of them."""

    def __init__(self, coaches: Coaches, forum: Forum) -> None:
        self._storage = coaches.storage
        self._catalog = coaches.catalog
        self._renderers = coaches.renderers
        self._sender = coaches.sender
        self._clock = coaches.clock
        self._say = coaches.say
        self._coaches = sorted(coaches.ids)
        self._forum = forum
        self._leads = False
        self._under_way: dict[int, set[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._news: dict[int, set[str]] = {}
        self._alerting: asyncio.Task[None] | None = None
        coaches.storage.watch(self._noted)

    @property
    def busy(self) -> bool:
        """Whether a letter is under way."""
        return bool(self._tasks)

    async def resume(self) -> None:
        """Carry from now on, and see through what a process before has left."""
        self._leads = True
        for id in self._storage.claims_open():
            if not await self._tried(self._resume, id):
                spawn(self._tasks, self._seen_through(self._resume, id))

    async def _seen_through(self, work: Callable[[int], Awaitable[None]], id: int) -> None:
        while not await self._tried(work, id):
            await self._clock.sleep(NOT_SETTLED_PAUSE)

    async def _tried(self, work: Callable[[int], Awaitable[None]], id: int) -> bool:
        """Whether there is no use in another try; one person's document must keep the bot from nothing else."""
        try:
            await work(id)
        except (NotSaved, NotRead) as trouble:
            log.warning("a letter stays open: %s", trouble)
            return False
        except Unreadable as damaged:  # the operators are told of it elsewhere
            log.warning("a letter stays open: %s", damaged)
        except Exception as fault:
            log.error("a letter stays open: %s", error_name(fault))
        return True

    async def _resume(self, id: int) -> None:
        async with self._storage.change(id) as box:
            if box.value is None:
                return
            known, lost = letters.after_crash(box.value, self._under_way.get(id, ()))
            if known is not box.value:
                box.value = known
        self._carry_all(known)
        for letter in lost:
            await self._tell_coach(known, letter)

    def _noted(self, id: int, known: Subscriber | None) -> None:
        """Somebody's document was saved, here or by another process, or may have been."""
        if not self._leads:
            return
        if known is not None:
            self._carry_all(known)
        elif id in self._storage.claims_open():
            spawn(self._tasks, self._seen_through(self._look, id))

    async def _look(self, id: int) -> None:
        known = await self._storage.read(id)
        if known is not None:
            self._carry_all(known)

    def _carry_all(self, known: Subscriber) -> None:
        """Carry what waits for that person and is not under way yet."""
        for letter in known.letters:
            if letter.outcome is not Outcome.WAITING:
                continue
            if letter.kind is LetterKind.ALERTED:
                self._gather(known.id, letter.key)
            elif letter.key not in (under_way := self._under_way.setdefault(known.id, set())):
                under_way.add(letter.key)
                spawn(self._tasks, self._carry(known.id, letter.key))

    async def stop(self) -> None:
        """Carry nothing more; what is open is resumed at the next start."""
        self._leads = False
        tasks = [*self._tasks, *([self._alerting] if self._alerting is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _gather(self, id: int, key: str) -> None:
        """Wait a minute for more to be told with it."""
        self._news.setdefault(id, set()).add(key)
        if self._alerting is None or self._alerting.done():
            self._alerting = asyncio.create_task(self._alert())

    async def _alert(self) -> None:
        while self._news:
            await self._clock.sleep(GATHER_SECONDS)
            news, self._news = self._news, {}
            try:
                await self._tell_news([found for each in news.items() if (found := await self._claimed(*each))])
            except Exception as fault:
                log.error("a letter stays open: %s", error_name(fault))

    async def _tell_news(self, news: list[News]) -> None:
        left = [each for each in news if not await self._in_topic(each)]
        now = self._clock.now()
        if not left:
            return
        message = alerts.news(
            alerts.told(self._catalog.of(each.known), each.known, each.concerns, now) for each in left
        )
        ends = [await self._leaves(each, message, None) for each in self._coaches]
        for each in left:
            self._settle_soon(each, letters.arrived(ends))

    async def _in_topic(self, news: News) -> bool:
        """Whether news of somebody came to stand in the coaches' group."""
        end = await self._forum.tell(news.known, team.news())
        if end is None or end[0] is Outcome.FAILED:
            return False
        self._settle_soon(news, end)
        return True

    async def _claimed(self, id: int, keys: set[str]) -> News | None:
        """Claim the news of one person as they stand now; what does not stand any more is not told.

        What could not be kept is tried again with the next that comes, and costs nobody else's.
        """
        try:
            async with self._storage.change(id) as box:
                known = box.value
                if known is None:
                    return None
                mine = [each for each in known.letters if each.key in keys and each.is_open]
                standing = alerts.still_standing(
                    self._catalog.of(known), known, (each.key for each in mine), self._clock.now()
                )
                claimed = [each.claimed() if standing else each.settled(Outcome.CANCELLED, "passed") for each in mine]
                for letter in claimed:
                    known = known.with_letter(letter)
                if claimed:
                    box.value = known
        except (NotSaved, NotRead) as trouble:
            log.warning("a letter stays open: %s", trouble)
            self._news.setdefault(id, set()).update(keys)
            return None
        except Unreadable as damaged:  # the operators are told of it elsewhere
            log.warning("a letter stays open: %s", damaged)
            return None
        return News(known, standing, tuple(claimed)) if standing else None

    def _settle_soon(self, news: News, end: tuple[Outcome, str]) -> None:
        """Nobody's news waits for a disk that does not take what became of somebody else's."""

        async def settle() -> None:
            try:
                for letter in news.letters:
                    await self._settle(news.known.id, letter.settled(*end))
            except Exception as fault:
                log.error("a letter stays open: %s", error_name(fault))

        spawn(self._tasks, settle())

    async def _carry(self, id: int, key: str) -> None:
        try:
            found = await self._claim(id, key)
            if found is None:
                return
            known, letter = found
            if letter.is_open:
                asks = letter.kind is LetterKind.ASKED
                letter = await (self._to_coaches(known, letter) if asks else self._to_person(known, letter))
                await self._settle(id, letter)
        except Exception as fault:
            log.error("a letter stays open: %s", error_name(fault))
            return
        finally:
            self._under_way[id].discard(key)
            if not self._under_way[id]:
                del self._under_way[id]
        if letter.kind is not LetterKind.ASKED:
            await self._tell_coach(known, letter)
        elif letter.outcome is Outcome.FAILED:
            self._say(id, plain("coach/not-delivered"), reader=known)

    async def _claim(self, id: int, key: str) -> tuple[Subscriber, Letter] | None:
        """That letter, once it is kept that it may leave; None where another process has it, or it is there no more."""
        mine: tuple[Outcome, ...] = (Outcome.WAITING,)
        while True:
            try:
                async with self._storage.change(id) as box:
                    letter = letter_with(box.value.letters, key) if box.value is not None else None
                    if box.value is None or letter is None or letter.outcome not in mine:
                        return None
                    letter = letters.claimed(self._catalog.of(box.value), box.value, letter, self._clock.now())
                    box.value = known = box.value.with_letter(letter)
                return known, letter
            except (NotSaved, NotRead) as trouble:
                mine = Outcome.WAITING, Outcome.CLAIMED  # it may stand on the disk all the same, and has not left
                log.warning("a letter stays open: %s", trouble)
            await self._clock.sleep(NOT_SETTLED_PAUSE)

    async def _to_coaches(self, known: Subscriber, letter: Letter) -> Letter:
        """It has arrived when it stands in their group, or where it does not, when one of them has it."""
        end = await self._forum.tell(known, team.asked(letter), letter)
        if end is not None and end[0] is Outcome.SENT:
            return letter.settled(*end)
        message = letters.to_coach(self._catalog.of(known), known, letter)
        card = Button("labels.card", OpenCard(known.id))
        ends = [await self._leaves(each, message, letter, card) for each in self._coaches]
        return letter.settled(*letters.arrived(ends))

    async def _to_person(self, known: Subscriber, letter: Letter) -> Letter:
        message = letters.to_person(self._catalog.of(known), known, letter, self._clock.now())
        answer = Button("labels.write-back", AskCoach())
        return letter.settled(*await self._leaves(known.id, message, letter, answer, known))

    async def _leaves(
        self,
        chat: int,
        message: OutgoingMessage,
        letter: Letter | None,
        button: Button | None = None,
        reader: Subscriber | None = None,
    ) -> tuple[Outcome, str]:
        """Say whom it is from, then pass on what was written; what provably did not leave is tried again.

        Where that has left and the other cannot, as when it was deleted meanwhile, the reader is told.
        """
        renderer = self._renderers.of(reader) if reader is not None else self._renderers.default
        rendered, announced = renderer.render(message), asyncio.Event()

        async def announce() -> None:
            await self._sender.send(chat, rendered)
            announced.set()

        calls: list[Call] = [announce]
        if letter is not None and letter.message and button is not None:
            row = ((renderer.button(button),),)
            calls.append(
                partial(self._sender.copy, chat, letter.written_in, letter.message, row, silent=rendered.silent)
            )
        end = await self._sender.deliver(chat, calls)
        if announced.is_set() and end[0] is Outcome.FAILED:
            self._say(chat, plain("coach/not-passed-on"), reader=reader)
        return end

    async def _settle(self, id: int, letter: Letter) -> None:
        """Write down what became of it; nobody else's letter waits for a disk that takes nothing."""
        while True:
            try:
                async with self._storage.change(id) as box:
                    if box.value is not None:
                        box.value = box.value.with_letter(letter)
                return
            except (NotSaved, NotRead) as trouble:
                log.warning("a letter is not settled yet: %s", trouble)
            await self._clock.sleep(NOT_SETTLED_PAUSE)

    async def _tell_coach(self, known: Subscriber, letter: Letter) -> None:
        """Whoever wrote hears what became of it, the others that somebody has written; in its topic, if it has one."""
        writers, others = letters.to_tell(letter, self._coaches)
        if not writers or (letter.chat and await self._forum.say_of(known.id, letters.delivered(known, letter))):
            return
        card = Button("labels.card", OpenCard(known.id))
        for coach in writers:
            self._say(coach, letters.delivered(known, letter, card))
        if letters.is_answer(letter) and not await self._forum.say_of(known.id, letters.answered_already(known)):
            for coach in others:
                self._say(coach, letters.answered_already(known, card))
