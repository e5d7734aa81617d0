"""What typed words can mean: a sign, a wish to stop, a button, an answer, a command, a kind word, or nothing known."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.model.callback_data import Action, AskAt
from bot.core.screens.typed_values import SeveralNumbers


@dataclass(frozen=True, slots=True)
class Sign:
    """They name a sign of danger; that of somebody who thinks of ending their life is answered in its own words.

    One `of_another` is somebody else's, perhaps an animal's: what to do then is told, and whether it is not their own
    is asked. One that is `listed` on the screen they look at is asked about there; for one that is `grave` one calls an
    ambulance.
    """

    ending_life: bool = False
    of_another: bool = False
    animal: bool = False
    listed: bool = False
    grave: bool = False


@dataclass(frozen=True, slots=True)
class InCare:
    """They are in hospital, or help is on its way to them; a sign may be `named` beside it."""

    named: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """They ask for no more messages."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """They mean what that button means."""

    action: Action


@dataclass(frozen=True, slots=True)
class Commanded:
    """They stand for a command."""

    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """They may name a place, which is asked for, and where they name none they mean the button of that action."""

    name: str
    otherwise: Action | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """They do not answer the question that is open; perhaps they ask one. It may be on a `scale` of that name.

    Why may be told: TOO_SHORT is a no to less time than is asked of, the others a wish not to tell. `term` is the word
    of which they ask what it means.
    """

    asks: bool = False
    scale: str = ""
    why: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """They say that the answer which led to the open question was none: that one is asked again."""

    action: AskAt


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """They want no more than a kind word, of that kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class TooMuch:
    """They say that it is too much, or enough for today."""


@dataclass(frozen=True, slots=True)
class InPart:
    """They did a part of a session."""


@dataclass(frozen=True, slots=True)
class AtAnotherTime:
    """They name a time of today, below a reminder or what was put off."""

    at: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """They take back a score that they gave before, for one of these or another."""

    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that is known here: perhaps a question, one of them about what hurts, or a number nobody asks for now."""

    asks: bool = False
    sore: bool = False
    counts: bool = False


Meaning = (
    Sign
    | InCare
    | Stop
    | Tapped
    | Commanded
    | Placed
    | SeveralNumbers
    | NoAnswer
    | TakenBack
    | SmallTalk
    | TooMuch
    | InPart
    | AtAnotherTime
    | Corrected
    | Unknown
)
