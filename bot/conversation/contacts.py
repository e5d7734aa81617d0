"""Who to turn to, changed in the chat: proposed, previewed, then kept with what is stored, for every process."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.catalog.contact import (
    CONFIRMED,
    MOST_PEOPLE,
    TOO_MANY,
    Confirmed,
    Contact,
    NotUnderstood,
    confirmed_in,
    fingerprint,
    person_from,
    run_by_from,
    with_confirmed,
)
from bot.core.desk.contacts import NEW, RUN_BY
from bot.core.model.callback_data import Outdated
from bot.monitoring.alerts import AlertKind, Alerts
from bot.sending.coaches import Coaches
from bot.storage import NotRead, Unreadable
from bot.tasks import cancel_all, spawn

log = logging.getLogger(__name__)

MADE_UP = "made-up"
AFTER_TROUBLE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would count instead of what does, and of which state of it a coach thought when they wrote it."""

    instead_of: str
    contact: Contact

    @property
    def stamp(self) -> str:
        """A short name of what is proposed."""
        return fingerprint(self.contact)


class ContactBook:
    """The contact as it counts now, and what each coach proposed.

    The contact file of the installation counts until somebody confirms another in the chat; from then on that one does,
    for every process. What is stored and cannot be read changes nothing.
    """

    def __init__(self, coaches: Coaches, alerts: Alerts) -> None:
        self.contact = self.of_file = coaches.catalog.contact
        self._is_made_up = coaches.catalog.made_up.holds
        self._storage = coaches.storage
        self._renderers = coaches.renderers
        self._clock = coaches.clock
        self._alerts = alerts
        self._confirmed: Confirmed | None = None
        self._not_read: Any = None
        self._proposed: dict[int, Proposal] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        coaches.storage.watch_bot_record(lambda: spawn(self._tasks, self._read_at_last()))

    @property
    def stamp(self) -> str:
        """A short name of the contact as it counts now."""
        return fingerprint(self.contact)

    @property
    def is_of_chat(self) -> bool:
        """Whether it was confirmed in the chat."""
        return self._confirmed is not None

    @property
    def file_says_otherwise(self) -> bool:
        """Whether the contact file names somebody else, who could count."""
        return self.of_file != self.contact and not self.of_file.sample

    @property
    def file_was_changed(self) -> bool:
        """Likewise, and said something else when the other one was confirmed."""
        known = self._confirmed
        return known is not None and self.file_says_otherwise and known.file != fingerprint(self.of_file)

    async def read(self) -> None:
        """Let count what is stored. Raises NotRead, Unreadable."""
        self._take(await self._storage.read_bot_record())

    async def follow(self) -> None:
        """Likewise; where it cannot be read just now it is tried again, and what counted goes on."""
        if not await self._tried():
            spawn(self._tasks, self._read_at_last())

    async def stop(self) -> None:
        """Read nothing more."""
        await cancel_all(list(self._tasks))

    async def _read_at_last(self) -> None:
        while not await self._tried():
            await self._clock.sleep(AFTER_TROUBLE)

    async def _tried(self) -> bool:
        try:
            await self.read()
        except (NotRead, Unreadable) as trouble:
            log.warning("who to turn to could not be looked up: %s", trouble)
            return False
        return True

    def _take(self, record: dict[str, Any]) -> None:
        try:
            found = confirmed_in(record)
            if found is not None and found.contact.sample and not self.of_file.sample:
                raise ValueError("made up")
        except ValueError as fault:
            found = None
            if self._not_read != (stored := record.get(CONFIRMED)):
                self._not_read = stored
                self._alerts.record(AlertKind.CONTACT, type(fault).__name__)
        self._let_count(found or self._confirmed)

    def _let_count(self, found: Confirmed | None) -> None:
        self._confirmed, self.contact = found, found.contact if found is not None else self.of_file
        if self._renderers.contact != self.contact:
            self._renderers.turn_to(self.contact)

    def require(self, stamp: str) -> None:
        """Raises Outdated for a button of another state of it."""
        if stamp != self.stamp:
            raise Outdated(stamp)

    def propose(self, coach: int, number: int, text: str) -> Proposal:
        """What a text would make of it. Raises NotUnderstood, Outdated."""
        now = self.contact
        people = tuple(each for each in now.people if not self._is_made_up(each.name))
        if number == RUN_BY:
            proposed = replace(now, run_by=run_by_from(text))
        elif number == NEW or now.sample:
            if len(people) >= MOST_PEOPLE:
                raise NotUnderstood(TOO_MANY)
            proposed = replace(now, people=(*people, person_from(text)))
        else:
            others = list(now.people)
            if not 1 <= number <= len(others):
                raise Outdated(str(number))
            others[number - 1] = person_from(text)
            proposed = replace(now, people=tuple(others))
        return self._propose(coach, proposed)

    def propose_without(self, coach: int, number: int) -> Proposal:
        """Without one of them; somebody must stay. Raises Outdated."""
        people = self.contact.people
        if not 1 <= number <= len(people) or len(people) == 1:
            raise Outdated(str(number))
        return self._propose(coach, replace(self.contact, people=(*people[: number - 1], *people[number:])))

    def propose_file(self, coach: int) -> Proposal:
        """What the contact file says. Raises Outdated where it says nothing else."""
        if not self.file_says_otherwise:
            raise Outdated(self.stamp)
        return self._propose(coach, self.of_file)

    def _propose(self, coach: int, contact: Contact) -> Proposal:
        said = [value for each in contact.people for value in (each.name, each.phone, each.email) if value]
        sample = any(map(self._is_made_up, [*said, contact.run_by.name, contact.run_by.reach]))
        if sample and not self.contact.sample:
            raise NotUnderstood(MADE_UP)
        self._proposed[coach] = Proposal(self.stamp, replace(contact, sample=sample))
        return self._proposed[coach]

    async def use(self, coach: int, stamp: str) -> None:
        """Let what that coach was shown count from now on. Raises Outdated, NotSaved, NotRead, Unreadable."""
        async with self._storage.change_bot_record() as box:  # of two who confirm at once, the second meets the first's
            self._take(box.value)
            proposal = self._proposed.get(coach)
            if proposal is None or proposal.stamp != stamp or self.stamp not in (proposal.instead_of, stamp):
                raise Outdated(stamp)
            found = Confirmed(proposal.contact, self._clock.now(), fingerprint(self.of_file))
            box.value = with_confirmed(box.value, found)
        self._let_count(found)
        del self._proposed[coach]
