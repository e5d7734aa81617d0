"""What a coach writes, notes and changes, as letters to a person; and how each letter is said to whom it goes."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.assessment import selftest
from bot.core.desk.concerns import concerns
from bot.core.model import callback_data, coaching
from bot.core.model.callback_data import (
    TELL,
    Action,
    AskCoach,
    OpenCard,
    Outdated,
    PauseUntil,
    Resume,
    SendTo,
    ShowCard,
    ShowDesk,
    ShowSettings,
    Spoken,
    Tell,
    pack,
)
from bot.core.model.context import Context
from bot.core.model.delivery import Outcome
from bot.core.model.letter import LONGEST_NOTE, Letter, LetterKind, letter_with
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import quiet_hours
from bot.core.schedule.due import scheduled
from bot.core.screens import dispatch, profile

WRITING_FOR = timedelta(minutes=15)
"""So long after "write to them" a coach's next message is meant for that person."""
ANSWERED_FOR = timedelta(days=14)
"""So long after a question its answer is wanted, whatever else the coach may see."""
_BEST = (Outcome.SENT, Outcome.UNKNOWN, Outcome.FAILED)
CHANGED = ("lane", "time", "length")
"""Settings that a coach may change for somebody."""


class NotAllowed(Exception):
    """The person has not agreed to it, or does no longer."""


class HasStopped(NotAllowed):
    """The person wants no more messages, a coach's neither."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class NoNote(Exception):
    """A note that says nothing, or has so many characters that it would be cut."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


def may_write(series: Series, subscriber: Subscriber, now: datetime) -> bool:
    """Whether a coach may write to them: they agreed to it, or asked something of late; after /stop, since then."""
    if not coaching.is_told(series, subscriber):
        return False
    asked = [each.at for each in subscriber.letters if each.kind is LetterKind.ASKED]
    is_asked = bool(asked) and now - asked[-1] <= ANSWERED_FOR
    if has_stopped(subscriber):
        return is_asked and asked[-1] >= subscriber.enrollment.states[-1].at
    return coaching.sees_answers(series, subscriber) or is_asked


def has_stopped(subscriber: Subscriber) -> bool:
    """Whether they want no more messages."""
    return subscriber.state is State.STOPPED


def _require_may_write(series: Series, subscriber: Subscriber, now: datetime) -> None:
    """Raises NotAllowed, and HasStopped where that alone is why."""
    if may_write(series, subscriber, now):
        return
    if coaching.is_told(series, subscriber) and has_stopped(subscriber):
        raise HasStopped(subscriber.name)
    raise NotAllowed


def refused(why: Exception, *buttons: Button) -> OutgoingMessage:
    """That nothing was sent or changed, and why."""
    if isinstance(why, HasStopped):
        return plain("desk/stopped", {"name": why.name}, *buttons)
    return plain("desk/not-shown", None, *buttons)


def with_letter_from(
    series: Series, subscriber: Subscriber, coach: int, kind: LetterKind, key: str, now: datetime, **more: Any
) -> Subscriber:
    """With a letter of a coach's that waits to be carried; the same one again changes nothing.

    Raises NotAllowed for what the person has not agreed to, HasStopped where they want no more messages.
    """
    _require_may_write(series, subscriber, now)
    return _with_letter(series, subscriber, Letter(key, kind, coach, now, **more), now)


def _with_letter(series: Series, subscriber: Subscriber, letter: Letter, now: datetime) -> Subscriber:
    if letter_with(subscriber.letters, letter.key) is not None:
        return subscriber
    return scheduled(series, subscriber.with_letter(letter), now)


def with_words(
    series: Series,
    subscriber: Subscriber,
    coach: int,
    message: int,
    now: datetime,
    *,
    note: str | None = None,
    chat: int = 0,
) -> Subscriber:
    """With what a coach wrote to them as a letter, or noted; `chat` is where, 0 for the coach's own.

    Raises NotAllowed as above, NoNote for a note that cannot be kept as it is.
    """
    kind = LetterKind.WROTE if note is None else LetterKind.NOTED
    key = _key(kind, chat or coach, message)
    if note is None:
        return with_letter_from(series, subscriber, coach, kind, key, now, message=message, chat=chat)
    words = " ".join(note.split())
    if not 0 < len(words) <= LONGEST_NOTE:
        raise NoNote(len(words))
    return with_letter_from(series, subscriber, coach, kind, key, now, words=words)


def _key(kind: LetterKind, chat: int, message: int) -> str:
    return f"{kind}:{chat}:{message}"


def with_talk(series: Series, subscriber: Subscriber, coach: int, now: datetime) -> Subscriber:
    """With a note that the two have spoken, which may be made of everybody a coach knows of. Raises NotAllowed.

    Noted once more within minutes, with nothing new since, it is the same talk. Whoever wants no more messages is sent
    none of it.
    """
    if not coaching.is_told(series, subscriber):
        raise NotAllowed
    talks = [each.at for each in subscriber.letters if each.kind is LetterKind.SPOKE and each.by == coach]
    is_new = any(not each.seen_to for each in concerns(series, subscriber, now))
    if talks and now - talks[-1] <= WRITING_FOR and not is_new:
        return subscriber
    key = f"{LetterKind.SPOKE}:{now.isoformat()}:{coach}"
    letter = Letter(key, LetterKind.SPOKE, coach, now)
    if has_stopped(subscriber):
        letter = letter.settled(Outcome.CANCELLED, "stopped")
    return _with_letter(series, subscriber, letter, now)


def claimed(series: Series, subscriber: Subscriber, letter: Letter, now: datetime) -> Letter:
    """A letter that is about to leave; settled where the person does not want it any more."""
    if letter.kind is LetterKind.ASKED or may_write(series, subscriber, now):
        return letter.claimed()
    if letter.kind is LetterKind.SPOKE and coaching.is_told(series, subscriber) and not has_stopped(subscriber):
        return letter.claimed()
    return letter.settled(Outcome.FAILED, "not wanted")


def after_crash(subscriber: Subscriber, under_way: Container[str]) -> tuple[Subscriber, tuple[Letter, ...]]:
    """What a process left claimed: a question waits again, of anything else nobody knows whether it arrived.

    That is told to coaches, but for news of people, which stands on the desk all the same.
    """
    lost: list[Letter] = []
    for letter in subscriber.letters:
        if letter.outcome is not Outcome.CLAIMED or letter.key in under_way:
            continue
        asks = letter.kind is LetterKind.ASKED
        after = letter.waiting() if asks else letter.settled(Outcome.UNKNOWN, "process ended")
        subscriber = subscriber.with_letter(after)
        lost += [after] if not asks and letter.kind is not LetterKind.ALERTED else []
    return subscriber, tuple(lost)


def arrived(ends: Iterable[tuple[Outcome, str]]) -> tuple[Outcome, str]:
    """What became of something that went to several coaches: it has arrived when one of them has it."""
    return min(ends, key=lambda end: _BEST.index(end[0]), default=(Outcome.FAILED, "no coach"))


def to_tell(letter: Letter, coaches: Collection[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who hears whether a letter of a coach's arrived, and who that somebody else of them has written.

    The first is whoever wrote it, all where that is no coach any more. Of a change or a talk they hear only when it did
    not arrive.
    """
    if letter.outcome is Outcome.SENT and letter.kind not in (LetterKind.WROTE, LetterKind.NOTED):
        return (), ()
    writers = (letter.by,) if letter.by in coaches else tuple(coaches)
    return writers, tuple(each for each in coaches if is_answer(letter) and each not in writers)


def is_answer(letter: Letter) -> bool:
    """Whether the person has words of a coach's, so that no other coach need write the same."""
    return letter.kind is LetterKind.WROTE and letter.outcome is Outcome.SENT


def delivered(subscriber: Subscriber, letter: Letter, *buttons: Button) -> OutgoingMessage:
    """What became of a letter, as whoever wrote it reads it."""
    values = {"name": subscriber.name, "kind": letter.kind.value, "outcome": letter.outcome.value}
    return plain("desk/delivered", values, *buttons)


def answered_already(subscriber: Subscriber, *buttons: Button) -> OutgoingMessage:
    """That somebody else of the coaches has written."""
    return plain("desk/answered", {"name": subscriber.name}, *buttons)


def answered(below: Iterable[Action]) -> int | None:
    """Whom a reply is for, by the buttons below what it answers; of a list of several cards nobody can tell."""
    people = {each.person for each in below if isinstance(each, (OpenCard, ShowCard))}
    return next(iter(people)) if len(people) == 1 else None


def prompt(series: Series, subscriber: Subscriber, now: datetime, *, note: bool) -> OutgoingMessage:
    """The coach's next message goes to them, or is noted with them. Raises NotAllowed."""
    _require_may_write(series, subscriber, now)
    values = {"name": subscriber.name, "note": note, "minutes": int(WRITING_FOR.total_seconds() // 60)}
    return plain("desk/write", values, Button("labels.cancel", ShowCard(subscriber.id)))


def prompt_over(name: str, *, used: bool) -> OutgoingMessage:
    """What stands in the place of a prompt once the next message is not what it says."""
    return plain("desk/write-over", {"name": name, "used": used}, Button("labels.desk", ShowDesk()))


def talk(series: Series, subscriber: Subscriber) -> OutgoingMessage:
    """Whether they are to be told that the two have spoken. Raises NotAllowed."""
    if not coaching.is_told(series, subscriber):
        raise NotAllowed
    stopped = has_stopped(subscriber)
    values = {"name": subscriber.name, "stopped": stopped}
    label = "labels.note-spoken" if stopped else "labels.tell-spoken"
    tell = Button(label, Spoken(subscriber.id, TELL), {"name": subscriber.name}, style=PRIMARY)
    return plain("desk/spoken", values, tell, Button("labels.cancel", ShowCard(subscriber.id)))


def stray(people: Iterable[tuple[int, str]], message: int, command: str) -> OutgoingMessage:
    """A coach's message was for nobody; these it may be meant for, or for the bot itself, as that command."""
    offered = [Button("labels.send-to", SendTo(person, message), {"name": name}) for person, name in people]
    names = [str(each.values["name"]) for each in offered]
    return plain("desk/stray", {"names": names, "command": command}, *offered, Button("labels.desk", ShowDesk()))


def is_fresh(asked: tuple[int, datetime] | None, message: int, now: datetime) -> bool:
    """Whether a coach was just asked for whom that message is, and has written nothing since."""
    return asked is not None and asked[0] == message and now - asked[1] <= WRITING_FOR


def is_written(subscriber: Subscriber, coach: int, message: int) -> bool:
    """Whether that message of a coach's own chat went to them already."""
    return letter_with(subscriber.letters, _key(LetterKind.WROTE, coach, message)) is not None


def goes(subscriber: Subscriber) -> OutgoingMessage:
    """That it goes to them; whether it arrived is said when that is known."""
    return plain("desk/goes", {"name": subscriber.name}, Button("labels.card", ShowCard(subscriber.id)))


def once_more(series: Series, subscriber: Subscriber, message: int, now: datetime) -> OutgoingMessage:
    """Whether words of another time, which stand above, are to go to them. Raises NotAllowed."""
    _require_may_write(series, subscriber, now)
    values = {"name": subscriber.name}
    send = Button("labels.send-to", SendTo(subscriber.id, message), values)
    return replace(plain("desk/once-more", values, send, Button("labels.desk", ShowDesk())), below=True)


def not_noted(person: int, length: int) -> OutgoingMessage:
    """Why that was no note; the coach's next message is."""
    values = {"length": length, "longest": LONGEST_NOTE}
    return plain("desk/no-note", values, Button("labels.card", ShowCard(person)))


@dataclass(frozen=True, slots=True)
class Written:
    """What coaches have written to one person or noted with them, by the keys of its letters."""

    person: int
    name: str
    keys: frozenset[str]


def written(series: Series, subscriber: Subscriber, _: datetime) -> Written | None:
    """That of one person; None where there is none, or of whoever has not agreed to a coach."""
    keys = frozenset(each.key for each in subscriber.letters if each.kind in (LetterKind.WROTE, LetterKind.NOTED))
    if not keys or not coaching.is_told(series, subscriber):
        return None
    return Written(subscriber.id, subscriber.name, keys)


def edited(found: Iterable[Written], coach: int, message: int) -> OutgoingMessage | None:
    """That a change of what a coach wrote reaches nobody; None for what went to nobody."""
    keys = {_key(kind, coach, message) for kind in (LetterKind.WROTE, LetterKind.NOTED)}
    for each in found:
        if keys & each.keys:
            return plain("desk/edited", {"name": each.name}, Button("labels.card", ShowCard(each.person)))
    return None


def change_for(series: Series, subscriber: Subscriber, coach: int, data: str, now: datetime) -> Subscriber:
    """With what a coach changed: what the person's own button would do, and a letter that says so.

    What is so already is told to nobody once more.

    Raises NotAllowed as above, and Outdated for what a coach cannot change or what means nothing any more.
    """
    if not coaching.sees_answers(series, subscriber):
        raise NotAllowed
    _require_may_write(series, subscriber, now)
    action = callback_data.parse(data)
    if not _may_change(action):
        raise Outdated(data)
    if undoing(series, subscriber, action) == action:
        return subscriber
    context = Context(subscriber.id, subscriber.name, now, series, subscriber, language=subscriber.language)
    after = dispatch.tapped(context, action).subscriber
    if after is None or after is subscriber or after.enrollment.day_one is None:
        raise Outdated(data)
    key = f"{LetterKind.CHANGED}:{now.isoformat()}"
    return with_letter_from(series, after, coach, LetterKind.CHANGED, key, now, words=pack(action))


def _may_change(action: Action) -> bool:
    return isinstance(action, (PauseUntil, Resume)) or (isinstance(action, Tell) and action.question in CHANGED)


def undoing(series: Series, before: Subscriber, action: Action) -> Action:
    """The change that brings back what counted before another one."""
    if isinstance(action, Tell):
        counted = {"lane": selftest.lane(series, before), "length": before.said("length") or profile.LENGTHS[0]}
        return Tell(action.question, (str(counted.get(action.question, before.said(action.question))),))
    until = before.enrollment.states[-1].until
    paused = PauseUntil(until.isoformat() if until is not None else "")
    return paused if before.state is State.PAUSED else Resume()


def to_person(series: Series, subscriber: Subscriber, letter: Letter, now: datetime) -> OutgoingMessage:
    """How a letter of the coach's is said to the person; what was written follows it as it was written."""
    answer = Button("labels.write-back", AskCoach())
    hours = quiet_hours(subscriber)
    silent = hours is not None and hours.is_quiet(now)
    match letter.kind:
        case LetterKind.WROTE:
            message = plain("coach/wrote")
        case LetterKind.NOTED:
            message = plain("coach/noted", {"words": letter.words}, answer)
        case LetterKind.SPOKE:
            message = plain("coach/spoke")
        case _:
            message = _change(letter)
    return replace(message, silent=silent)


def _change(letter: Letter) -> OutgoingMessage:
    buttons = (Button("labels.all-settings", ShowSettings()), Button("labels.write-back", AskCoach()))
    return plain("coach/changed", change_of(letter), *buttons)


def change_of(letter: Letter) -> dict[str, Any]:
    """What was changed, and to what: a date, a time, the name of a lane or a length."""
    action = callback_data.parse(letter.words)
    if isinstance(action, PauseUntil):
        return {"what": "paused", "to": datetime.fromisoformat(action.until).date() if action.until else None}
    if isinstance(action, Tell):
        return {"what": action.question, "to": action.values[0]}
    return {"what": "resumed", "to": ""}


def to_coach(series: Series, subscriber: Subscriber, letter: Letter) -> OutgoingMessage:
    """How a question is announced to a coach; the first line, which a locked phone shows, names nobody."""
    values = {"name": subscriber.name, "repeat": letter.tries > 1}
    return plain("desk/asked", values, Button("labels.card", OpenCard(subscriber.id)))


def is_gone(subscriber: Subscriber) -> bool:
    """Whether nothing that is written can reach them."""
    return subscriber.state is State.BLOCKED
