"""What a button means <-> at most 64 bytes. A button names its target, never the change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_type_hints

LIMIT_BYTES = 64
SEPARATOR = ":"


class Outdated(Exception):
    """A button whose meaning is unknown or gone: answered with a friendly line and a fresh screen."""


class Action:
    """The meaning of one tap. A subclass names its verb and holds `str`, `int`, `bool`, `date` or tuples of `str`."""

    verb: str

    def __init_subclass__(cls, verb: str) -> None:
        cls.verb = verb


# --- Onboarding -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begin(Action, verb="begin"):
    """Go on from the welcome. The payload of a start link travels in the buttons until consent."""

    payload: str = ""


@dataclass(frozen=True)
class Welcome(Action, verb="hello"):
    """Back to the welcome."""

    payload: str = ""


@dataclass(frozen=True)
class Adult(Action, verb="adult"):
    """18 or older."""

    payload: str = ""


@dataclass(frozen=True)
class Minor(Action, verb="minor"):
    """Younger than 18."""

    payload: str = ""


@dataclass(frozen=True)
class Agree(Action, verb="agree"):
    """Consent to that version of the text."""

    version: str
    payload: str = ""


@dataclass(frozen=True)
class Decline(Action, verb="decline"):
    """No consent."""

    payload: str = ""


@dataclass(frozen=True)
class ReadConsent(Action, verb="read"):
    """Show once more what was agreed to."""


@dataclass(frozen=True)
class AgreeAnew(Action, verb="anew"):
    """Consent to that version of the text in place of an older one, and what a coach may see: alone, sees."""

    version: str
    level: str = ""


@dataclass(frozen=True)
class Tell(Action, verb="p"):
    """Say something about oneself or a setting: knee, time, days, kit, lane."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Ask(Action, verb="s"):
    """Show the screen of such a question, with a selection not yet saved where several may be picked."""

    question: str
    picked: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConfirmZone(Action, verb="z"):
    """Show what time it is in that zone and ask whether that is right."""

    zone: str


@dataclass(frozen=True)
class Next(Action, verb="next"):
    """Go on with whatever comes next."""


@dataclass(frozen=True)
class CheckAgain(Action, verb="again"):
    """Come back to the safety check."""


@dataclass(frozen=True)
class MayStart(Action, verb="may"):
    """I have asked a professional, and I may start."""


# --- Tests ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartTest(Action, verb="t"):
    """Begin a test, or go on with the one that is open."""

    test: str


@dataclass(frozen=True)
class Reply(Action, verb="r"):
    """An answer in one attempt."""

    attempt: int
    question: str
    value: str


ANSWERS = "a"
CALL = "c"
"""Side of a question that has something to be done first: what can be answered to it."""


@dataclass(frozen=True)
class AskAt(Action, verb="q"):
    """Show one question of one attempt again.

    `side` is ANSWERS for the answers of a question that has something to be done first, and CALL for whom to call
    before a list of signs is looked at. Whatever else stands there means what is to be done; where that is nothing,
    both are one.
    """

    attempt: int
    question: str
    side: str = ""


@dataclass(frozen=True)
class ShowResult(Action, verb="res"):
    """What an attempt came to."""

    attempt: int


# --- Lessons ----------------------------------------------------------------------------------------------------


KNOW, MORE, TELL = "know", "more", "tell"
"""Sides of a page, an exercise or a person's card: what it rests on, and what else is said of it."""


@dataclass(frozen=True)
class ShowLesson(Action, verb="l"):
    """One page of a lesson, in place; of no page: all that its week holds.

    `side` is MORE for what does not fit its first view, KNOW for what it rests on. Whatever else stands there, as on
    buttons of older messages, means the page itself.
    """

    lesson: str
    part: str
    side: str = ""


# --- What it rests on -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowSources(Action, verb="src"):
    """A page of the sources of a topic; of no topic: the list of topics."""

    topic: str
    page: int


# --- One move by itself --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TryMove(Action, verb="mv"):
    """One move by itself, in that form: easier or main."""

    exercise: str
    form: str


@dataclass(frozen=True)
class Moved(Action, verb="mvd"):
    """That move was done in that form."""

    exercise: str
    form: str


@dataclass(frozen=True)
class HurtMove(Action, verb="mvh"):
    """That move hurts in that form, so it ends here."""

    exercise: str
    form: str


# --- All exercises --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowArea(Action, verb="ex"):
    """The exercises for one part of the body; of no part: all parts."""

    area: str


@dataclass(frozen=True)
class ShowMove(Action, verb="exm"):
    """One exercise to look at, in one of its forms; of no form: as it fits the person.

    `side` is MORE for all that is said of it in words. Whatever else stands there means the exercise itself.
    """

    exercise: str
    form: str = ""
    side: str = ""


@dataclass(frozen=True)
class PutIn(Action, verb="put"):
    """That exercise stands in the person's own place."""

    exercise: str


@dataclass(frozen=True)
class TakeOut(Action, verb="out"):
    """That exercise does not stand in the person's own place."""

    exercise: str


# --- The day ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowDay(Action, verb="day"):
    """The plan of a local date."""

    date: date


@dataclass(frozen=True)
class ShowExercise(Action, verb="x"):
    """One exercise of that date's plan, in place; it starts the session."""

    date: date
    exercise: str
    short: bool = False


@dataclass(frozen=True)
class SetDone(Action, verb="sd"):
    """That many sets of that date's exercise are done."""

    date: date
    exercise: str
    number: int


@dataclass(frozen=True)
class ShowMore(Action, verb="more"):
    """All else there is to say about an exercise of that date's plan."""

    date: date
    exercise: str


@dataclass(frozen=True)
class HowIsIt(Action, verb="kn"):
    """How the knee is before that date's session, compared with usual; "" shows the question."""

    date: date
    value: str
    short: bool = False


@dataclass(frozen=True)
class HowIsItFromPlan(Action, verb="knp"):
    """The same, on the way from the plan of that date, which has just said what it follows from."""

    date: date
    value: str
    short: bool = False


@dataclass(frozen=True)
class GetDown(Action, verb="fl"):
    """Whether the person gets down to the floor and up again, before that date's session; "" shows the question.

    `told` from where it was just said what the plan follows from.
    """

    date: date
    value: str
    short: bool = False
    told: bool = False


@dataclass(frozen=True)
class Done(Action, verb="done"):
    """That date's session is done."""

    date: date
    short: bool = False


@dataclass(frozen=True)
class Enough(Action, verb="enough"):
    """That date's session ends half-way: what was done is kept."""

    date: date


@dataclass(frozen=True)
class NotToday(Action, verb="not"):
    """No session on that date."""

    date: date


@dataclass(frozen=True)
class RemindLater(Action, verb="late"):
    """Remind again that date, at hour and minute `at` (HHMM of the person's clock)."""

    date: date
    slot: int
    at: str


@dataclass(frozen=True)
class SetLevel(Action, verb="lev"):
    """Do an exercise in that form: easier, main, harder."""

    date: date
    exercise: str
    level: str


@dataclass(frozen=True)
class SwapFor(Action, verb="swap"):
    """Do another exercise in place of one."""

    date: date
    exercise: str
    to: str


@dataclass(frozen=True)
class RateEffort(Action, verb="eff"):
    """How hard that date's session was, 0 to 10; -1 shows the question."""

    date: date
    value: int


@dataclass(frozen=True)
class RatePain(Action, verb="pn"):
    """How much the knee hurt in that date's session, 0 to 10; -1 shows the question."""

    date: date
    value: int


@dataclass(frozen=True)
class SkipRating(Action, verb="nr"):
    """No scores for that date's session."""

    date: date


@dataclass(frozen=True)
class ItHurts(Action, verb="ow"):
    """It hurts during that exercise."""

    date: date
    exercise: str


@dataclass(frozen=True)
class Hurts(Action, verb="owh"):
    """How much it hurts during that exercise, 0 to 10, or sharply."""

    date: date
    exercise: str
    value: int
    sharp: bool = False


@dataclass(frozen=True)
class Morning(Action, verb="mor"):
    """After that date's session: settled, more, or much more than usual."""

    date: date
    value: str


@dataclass(frozen=True)
class Follows(Action, verb="fol"):
    """An answer to what the plan proposes because of that date."""

    follow: str
    on: date
    answer: str


@dataclass(frozen=True)
class Why(Action, verb="why"):
    """Why this exercise is in that date's plan."""

    date: date
    exercise: str


@dataclass(frozen=True)
class HowKnown(Action, verb="hk"):
    """What an exercise of that date's plan rests on, and how sure that is."""

    date: date
    exercise: str


@dataclass(frozen=True)
class ShowSteps(Action, verb="how"):
    """How an exercise of that date's plan is done, step by step."""

    date: date
    exercise: str


@dataclass(frozen=True)
class ShowMistake(Action, verb="oops"):
    """The common mistake of an exercise, beside the right way."""

    date: date
    exercise: str


@dataclass(frozen=True)
class StartTimer(Action, verb="tim"):
    """Count down that exercise's hold in the message."""

    date: date
    exercise: str


@dataclass(frozen=True)
class Barrier(Action, verb="bar"):
    """What got in the way in that week."""

    week: int
    barrier: str


@dataclass(frozen=True)
class StillWanted(Action, verb="still"):
    """Reminders go on: yes, with a small start now."""

    answer: str


# --- Coming, going, settings ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowSettings(Action, verb="set"):
    """The list of settings."""


@dataclass(frozen=True)
class ShowProgress(Action, verb="prog"):
    """How it has gone so far."""


@dataclass(frozen=True)
class ShowWeeks(Action, verb="wks"):
    """One picture of one's own weeks: days, pain, changes or sessions."""

    topic: str


@dataclass(frozen=True)
class Unsubscribe(Action, verb="stop"):
    """No more messages; answers stay."""


@dataclass(frozen=True)
class UndoStop(Action, verb="undo"):
    """Back to the state before the change of that number."""

    change: int


@dataclass(frozen=True)
class PauseUntil(Action, verb="pause"):
    """Pause until that local date, or until told otherwise ("")."""

    until: str


@dataclass(frozen=True)
class Resume(Action, verb="resume"):
    """Go on after a pause, a stop or a block."""


@dataclass(frozen=True)
class StartOver(Action, verb="over"):
    """A new enrollment; the answers so far stay."""

    number: int


@dataclass(frozen=True)
class GoOn(Action, verb="goon"):
    """After the re-test: that many days a week, 0 for none."""

    days: int


@dataclass(frozen=True)
class OneTap(Action, verb="one"):
    """The answer to the one question of a week after the re-test."""

    week: int
    question: str
    value: int


@dataclass(frozen=True)
class Remind(Action, verb="remind"):
    """After the re-test: a reminder for each session, or fewer week by week."""

    which: str


@dataclass(frozen=True)
class ShareCard(Action, verb="share"):
    """Show what can be sent on to somebody else."""


@dataclass(frozen=True)
class Erase(Action, verb="erase"):
    """Erase everything, confirmed."""


@dataclass(frozen=True)
class AskErase(Action, verb="gone"):
    """Ask whether everything is to be erased."""


@dataclass(frozen=True)
class KeepAnswers(Action, verb="hold"):
    """Go on keeping the answers, however long the silence was."""


@dataclass(frozen=True)
class GoOnSending(Action, verb="send-on"):
    """An operator's word that scheduled sending may go on."""


# --- A person and the coach -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskCoach(Action, verb="coach"):
    """Pass the message of that number in this chat on to the coach; of 0, the next one that is written."""

    message: int = 0


# --- The coach's desk: for anybody but an operator these mean nothing -----------------------------------------------


@dataclass(frozen=True)
class ShowDesk(Action, verb="desk"):
    """A page of who needs a person today."""

    page: int = 0


@dataclass(frozen=True)
class ShowEverybody(Action, verb="all"):
    """A page of everybody, by week and state."""

    page: int = 0


@dataclass(frozen=True)
class ShowCard(Action, verb="card"):
    """The card of the person with that Telegram id; `side` is MORE for what does not fit its first view."""

    person: int
    side: str = ""


@dataclass(frozen=True)
class OpenCard(Action, verb="open"):
    """That card, below what somebody wrote, which stays."""

    person: int


@dataclass(frozen=True)
class ShowWhy(Action, verb="wy"):
    """Why the newest message came to that person."""

    person: int


@dataclass(frozen=True)
class WriteTo(Action, verb="w"):
    """The coach's next message goes to that person."""

    person: int


@dataclass(frozen=True)
class NoteOn(Action, verb="note"):
    """The coach's next message is noted with that person."""

    person: int


@dataclass(frozen=True)
class Spoken(Action, verb="spoke"):
    """The coach has spoken to that person; `side` is TELL once they know that the person hears of it."""

    person: int
    side: str = ""


@dataclass(frozen=True)
class ChangeFor(Action, verb="cf"):
    """What could be changed for that person: pause, time, lane; or the day a pause ends on, one of a `page` of days."""

    person: int
    what: str
    page: int = 0


@dataclass(frozen=True)
class ChangedFor(Action, verb="do"):
    """A change for that person: `data` is the button that they could have tapped themselves."""

    person: int
    data: str


@dataclass(frozen=True)
class SendTo(Action, verb="st"):
    """The coach's message of that number goes to that person."""

    person: int
    message: int


@dataclass(frozen=True)
class ShowDigest(Action, verb="dig"):
    """When the coach's digest comes."""


@dataclass(frozen=True)
class SetDigest(Action, verb="sdig"):
    """The digest comes at that time of the coach's clock on those weekdays; of no time, never."""

    days: tuple[str, ...] = ()
    clock: str = ""


@dataclass(frozen=True)
class ChooseMany(Action, verb="bf"):
    """Write to many: to those in that state, week, focus area and start link; of each, "" and 0 stand for any."""

    state: str = ""
    week: int = 0
    area: str = ""
    link: str = ""


@dataclass(frozen=True)
class WriteMany(Action, verb="bw"):
    """The coach's next message is the text of a broadcast to those."""

    state: str = ""
    week: int = 0
    area: str = ""
    link: str = ""


@dataclass(frozen=True)
class SendMany(Action, verb="bs"):
    """That broadcast goes out as it was previewed."""

    broadcast: str


@dataclass(frozen=True)
class StopMany(Action, verb="bx"):
    """That broadcast goes to nobody more."""

    broadcast: str


@dataclass(frozen=True)
class ShowMany(Action, verb="bl"):
    """How that broadcast goes, and a page of those whom it did not reach."""

    broadcast: str
    page: int = 0


@dataclass(frozen=True)
class ShowContacts(Action, verb="ct"):
    """Who to turn to, and who runs the bot."""


@dataclass(frozen=True)
class ChangeContact(Action, verb="cn"):
    """The coach's next message says who stands at that number of that state of it: 0 somebody new, -1 who runs it."""

    number: int
    state: str


@dataclass(frozen=True)
class DropContact(Action, verb="cd"):
    """The one at that number of that state of it goes."""

    number: int
    state: str


@dataclass(frozen=True)
class ContactsOfFile(Action, verb="cl"):
    """What the contact file says takes the place of that state of it."""

    state: str


@dataclass(frozen=True)
class UseContacts(Action, verb="cu"):
    """What was proposed and previewed counts."""

    state: str


@dataclass(frozen=True)
class ShowTeam(Action, verb="team"):
    """The group of the coaches, looked at anew."""


@dataclass(frozen=True)
class DropTeam(Action, verb="unteam"):
    """The group of that number is of the coaches no more."""

    group: int


DESK = (
    ShowDesk,
    ShowEverybody,
    ShowCard,
    OpenCard,
    ShowWhy,
    WriteTo,
    NoteOn,
    Spoken,
    ChangeFor,
    ChangedFor,
    SendTo,
    ShowDigest,
    SetDigest,
    ChooseMany,
    WriteMany,
    SendMany,
    StopMany,
    ShowMany,
    ShowContacts,
    ChangeContact,
    DropContact,
    ContactsOfFile,
    UseContacts,
    ShowTeam,
    DropTeam,
)


@dataclass(frozen=True)
class Keep(Action, verb="keep"):
    """Leave everything as it is."""


# --- The code ---------------------------------------------------------------------------------------------------

ACTIONS: dict[str, type[Action]] = {
    kind.verb: kind for kind in Action.__subclasses__() if dataclasses.is_dataclass(kind)
}


def pack(action: Action) -> str:
    """The action as callback data.

    Raises ValueError when it does not fit into 64 bytes or holds a separator before its last field.
    """
    values = [_text(getattr(action, name)) for name in _names(action.verb)]
    if any(SEPARATOR in value for value in values[:-1]):
        raise ValueError(f"a separator inside {action!r}")
    packed = SEPARATOR.join([action.verb, *values])
    if len(packed.encode()) > LIMIT_BYTES:
        raise ValueError(f"{len(packed.encode())} bytes are too many for a button: {packed}")
    return packed


def parse(data: str) -> Action:
    """The action that callback data stand for; what an older button did not say yet at its end is as by default.

    Raises Outdated for anything this version does not know.
    """
    verb, *values = data.split(SEPARATOR)
    kind = ACTIONS.get(verb)
    if kind is None or not data.isprintable() or len(data.encode()) > LIMIT_BYTES:
        raise Outdated(verb)
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    if len(values) > len(fields) > 0:
        values = [*values[: len(fields) - 1], SEPARATOR.join(values[len(fields) - 1 :])]
    if len(values) > len(fields) or any(field.default is dataclasses.MISSING for field in fields[len(values) :]):
        raise Outdated(verb)
    hints = _hints(verb)
    try:
        return kind(
            **{field.name: _value(hints[field.name], text) for field, text in zip(fields, values, strict=False)}
        )
    except ValueError as fault:
        raise Outdated(verb) from fault


def payload(data: str) -> str:
    """The payload of a start link that callback data carry; empty where they carry none."""
    try:
        carried = getattr(parse(data), "payload", "")
    except Outdated:
        return ""
    return carried if isinstance(carried, str) else ""


@cache
def _names(verb: str) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(ACTIONS[verb]))  # type: ignore[arg-type]


def only_one(packed: Iterable[str]) -> Action | None:
    """What buttons stand for that all mean the same; None where there are none, or one says nothing any more."""
    different = dict.fromkeys(data for data in packed if data)
    if len(different) != 1:
        return None
    try:
        return parse(next(iter(different)))
    except Outdated:
        return None


@cache  # each tap and each button drawn asks for them
def _hints(verb: str) -> dict[str, Any]:
    return get_type_hints(ACTIONS[verb])


def _text(value: Any) -> str:
    match value:
        case bool():
            return "1" if value else ""
        case date():
            return f"{value.year % 100:02}{value.month:02}{value.day:02}"
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def _value(kind: Any, text: str) -> Any:
    if kind is str:
        return text
    if kind is bool:
        return text == "1"
    if kind is int:
        return int(text)
    if kind is date:
        if len(text) != 6:
            raise ValueError("a date has six digits")
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    return tuple(text.split(",")) if text else ()
