"""What passes between a person and the coach: who, when, and what became of it; never the words of a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.core.model.delivery import Outcome

LETTERS_KEPT = 200
LONGEST_NOTE = 500


class LetterKind(StrEnum):
    """What a letter brings: a question, an answer, a note, word of a talk, a change of the plan, news for coaches."""

    ASKED = "asked"
    WROTE = "wrote"
    NOTED = "noted"
    SPOKE = "spoke"
    CHANGED = "changed"
    ALERTED = "alerted"


@dataclass(frozen=True, slots=True)
class Letter:
    """One record a key, ever; it waits until it is carried, is claimed before it leaves, settled after.

    `by` is the Telegram id of whoever it is from, `message` that of what they wrote, which is passed through and not
    kept; `chat` is where they wrote it, 0 for their own chat. `words` are those of a note, or what a change is (the
    packed action that the person could have tapped themselves). `tries` counts the claims.
    """

    key: str
    kind: LetterKind
    by: int
    at: datetime
    message: int = 0
    words: str = ""
    outcome: Outcome = Outcome.WAITING
    reason: str = ""
    tries: int = 0
    chat: int = 0

    @property
    def written_in(self) -> int:
        """The chat in which the message stands."""
        return self.chat or self.by

    @property
    def is_open(self) -> bool:
        """Whether it waits or was claimed, and nobody has noted yet what became of it."""
        return self.outcome in (Outcome.WAITING, Outcome.CLAIMED)

    def settled(self, outcome: Outcome, reason: str = "") -> Letter:
        """With what became of it; only an open one can be settled."""
        return replace(self, outcome=outcome, reason=reason) if self.is_open else self

    def claimed(self) -> Letter:
        """About to leave; once more where a process before has left it open."""
        return replace(self, outcome=Outcome.CLAIMED, tries=self.tries + 1)

    def waiting(self) -> Letter:
        """To be claimed once more."""
        return replace(self, outcome=Outcome.WAITING)


def with_letter(letters: Iterable[Letter], letter: Letter) -> tuple[Letter, ...]:
    """The letters with this one put in or replaced; of those that are settled the newest are kept."""
    found = tuple(letters)
    if any(each.key == letter.key for each in found):
        return tuple(letter if each.key == letter.key else each for each in found)
    many = len(found) + 1 - LETTERS_KEPT
    over = {each.key for each in [each for each in found if not each.is_open][: max(many, 0)]}
    return (*(each for each in found if each.key not in over), letter)


def letter_with(letters: Iterable[Letter], key: str) -> Letter | None:
    """The letter of that key, or None."""
    return next((each for each in letters if each.key == key), None)
