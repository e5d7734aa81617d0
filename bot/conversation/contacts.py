"""Who to turn to, changed in the chat: proposed, previewed, then written to its file and said everywhere at once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from bot.catalog.contact import (
    MOST_PEOPLE,
    TOO_MANY,
    Contact,
    NotUnderstood,
    distilled,
    made_up,
    person_from,
    run_by_from,
    sounds_made_up,
    written,
)
from bot.core.desk.contacts import NEW, RUN_BY
from bot.core.model.callback_data import Outdated
from bot.render.text import Renderers
from bot.storage import NotSaved, words_of
from bot.storage.disk import Disk, replace_file

log = logging.getLogger(__name__)

MADE_UP = "made-up"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would count instead of what does, and of which state of it a coach thought when they wrote it."""

    instead_of: str
    contact: Contact

    @property
    def stamp(self) -> str:
        """A short name of what is proposed."""
        return _stamp(self.contact)


class ContactBook:
    """The contact as it counts now, what each coach proposed, and the files it may be written to, the first that can.

    A file that is the installation's own is written where it stands; where that may not be written, in the data folder,
    where it is found first from then on.
    """

    def __init__(self, contact: Contact, content: Path, files: tuple[Path, ...], renderers: Renderers) -> None:
        self.contact = contact
        self._made_up = made_up(content)
        self._files = files
        self._renderers = renderers
        self._proposed: dict[int, Proposal] = {}
        self._writing = asyncio.Lock()

    @property
    def is_fixed(self) -> bool:
        """Whether there is no file that may be written to from the chat."""
        return not self._files

    @property
    def stamp(self) -> str:
        """A short name of the contact as it counts now."""
        return _stamp(self.contact)

    def require(self, stamp: str) -> None:
        """Raises Outdated for a button of another state of it."""
        if stamp != self.stamp or self.is_fixed:
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

    def _propose(self, coach: int, contact: Contact) -> Proposal:
        said = [value for each in contact.people for value in (each.name, each.phone, each.email) if value]
        sample = any(map(self._is_made_up, [*said, contact.run_by.name, contact.run_by.reach]))
        if sample and not self.contact.sample:
            raise NotUnderstood(MADE_UP)
        self._proposed[coach] = Proposal(self.stamp, replace(contact, sample=sample))
        return self._proposed[coach]

    async def use(self, coach: int, stamp: str) -> None:
        """Let what that coach was shown count from now on. Raises Outdated, NotSaved."""
        async with self._writing:  # of two coaches who confirm at once, the second has thought of another state
            proposal = self._proposed.get(coach)
            if proposal is None or proposal.stamp != stamp or proposal.instead_of != self.stamp:
                raise Outdated(stamp)
            await asyncio.to_thread(self._write, proposal.contact)
            self.contact = proposal.contact
            self._renderers.turn_to(proposal.contact)
            del self._proposed[coach]

    def _write(self, contact: Contact) -> None:
        content, trouble = written(contact).encode(), None
        for file in self._files:
            try:
                replace_file(Disk(), file, content)
            except OSError as fault:
                trouble = fault
            else:
                return
        raise NotSaved(words_of(trouble) if trouble is not None else "no file") from trouble

    def _is_made_up(self, value: str) -> bool:
        return distilled(value) in self._made_up or sounds_made_up(value)


def _stamp(contact: Contact) -> str:
    return blake2b(written(contact).encode(), digest_size=4).hexdigest()
