"""A person's card: where they stand, how it goes, what there is to worry about, and what a coach can do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.assessment import pain, safety, selftest
from bot.core.desk.concerns import concerns
from bot.core.desk.letters import change_of, has_stopped, may_write, undoing
from bot.core.desk.lists import concern_values, week
from bot.core.model import coaching
from bot.core.model.callback_data import (
    MORE,
    ChangedFor,
    ChangeFor,
    NoteOn,
    Outdated,
    PauseUntil,
    Resume,
    ShowCard,
    ShowDesk,
    ShowWhy,
    Spoken,
    Tell,
    WriteTo,
    pack,
    parse,
)
from bot.core.model.context import Context
from bot.core.model.delivery import GONE_OUT, WITH_ANOTHER, Delivery
from bot.core.model.letter import Letter, LetterKind
from bot.core.model.message import Button, OutgoingMessage, Row, plain, rows
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import timings
from bot.core.screens import drawn, enrollment, profile, progress, why

SESSIONS_SHOWN = 3
LETTERS_SHOWN = 4
REASONS = (
    *("blocked", "changed", "chat_not_found", "declined", "done", "every-second-day", "late", "one-a-day"),
    *("too-close", "unanswered", "other"),
)
"""Why a message did not come, as its record says it; the last stands for all that a coach could do nothing about."""
CHANGES = ("pause", "time", "lane")
PAUSE, DAY = CHANGES[0], "day"
"""The second asks on which day a pause ends, where none of the usual ones fits."""
DAYS_SHOWN = 14
"""Days to choose from at a time, from tomorrow on."""


class NotShown(Exception):
    """Nothing of this person is shown: they are not here, or have not agreed to a coach."""


def card(
    series: Series, subscriber: Subscriber, now: datetime, said: str = "", *, further: bool = False
) -> OutgoingMessage:
    """The card, as far as the person lets a coach see, or what is `further` said there; `said` is what was just done.

    Raises NotShown for whoever has not agreed to a coach.
    """
    if not coaching.is_told(series, subscriber):
        raise NotShown
    sees, flag = coaching.sees_answers(series, subscriber), safety.flagged(series, subscriber)
    values: dict[str, Any] = {
        "said": said,
        "name": subscriber.name,
        "week": week(series, subscriber, now),
        "sees": sees,
        "sign": flag is not None,
        "stopped": has_stopped(subscriber),
        "since": enrollment.local_date(subscriber, flag.at) if flag is not None else None,
        "concerns": [concern_values(each) for each in concerns(series, subscriber, now)],
        "letters": [_letter(subscriber, each) for each in _between(subscriber)[-LETTERS_SHOWN:]],
        "asked": may_write(series, subscriber, now),
    }
    if sees:
        values |= _answers(series, subscriber, now)
    if sees and further:
        back: Row = (Button("labels.back", ShowCard(subscriber.id)),)
        return OutgoingMessage("desk/card-more", values, (back,), instead=True)
    buttons = _buttons(series, subscriber, now)
    if not sees:
        return OutgoingMessage("desk/card-alone", values, buttons)
    return OutgoingMessage("desk/card", values, buttons, drawing=drawn.last_days(series, subscriber, now))


def _answers(series: Series, subscriber: Subscriber, now: datetime) -> dict[str, Any]:
    """What only a coach who may see answers is shown."""
    context = Context(subscriber.id, subscriber.name, now, series, subscriber)
    shown = progress.show(context).messages[0].values
    chosen = timings(subscriber)
    last = subscriber.all_sessions[-SESSIONS_SHOWN:]
    return {
        "number": shown["number"],
        "state": subscriber.state.value,
        "until": subscriber.enrollment.states[-1].until,
        "weeks": shown["weeks"][-3:],
        "target": len(chosen[-1].days) if chosen else 0,
        "scales": shown["scales"],
        "tests": shown["tests"],
        "last": _last(subscriber),
        "next": _local(shown["next"]),
        "zone": chosen[-1].zone if chosen else "",
        "heard": enrollment.local_date(subscriber, subscriber.last_heard_at),
        "sessions": [
            {
                "date": each.date,
                "done": each.finished_at is not None,
                "light": light.value if (light := pain.session_light(series.care, subscriber, each)) else "",
                "pain": pain.worst_told(each),
            }
            for each in last
        ],
    }


def changed(series: Series, before: Subscriber, after: Subscriber, data: str) -> OutgoingMessage:
    """That a coach's change counts and is told, and what takes it back."""
    undone = pack(undoing(series, before, parse(data)))
    undo = (Button("labels.undo-change", ChangedFor(after.id, undone)),) if undone != data else ()
    return plain("desk/changed", {"name": after.name}, *undo, Button("labels.card", ShowCard(after.id)))


def _local(at: datetime | None) -> dict[str, Any] | None:
    """A moment on the person's own clock, which is not the coach's."""
    return {"day": at.date(), "clock": at.strftime("%H:%M")} if at is not None else None


def _last(subscriber: Subscriber) -> dict[str, Any] | None:
    """What became of the newest message that nobody asked for: it came, or why it did not."""
    record, chosen = _newest(subscriber), timings(subscriber)
    if record is None or not chosen:
        return None
    came = record.outcome in GONE_OUT
    return {
        **(_local(chosen[-1].local(record.at)) or {}),
        "kind": record.kind.value,
        "came": came,
        "outcome": record.outcome.value,
        "reason": "" if came else record.reason if record.reason in REASONS else REASONS[-1],
    }


def _newest(subscriber: Subscriber, *, came: bool = False) -> Delivery | None:
    """The record of the newest message that nobody asked for, or of the newest that came."""
    records = [each for each in subscriber.deliveries.values() if each.reason != WITH_ANOTHER]
    wanted = [each for each in records if not came or each.outcome in GONE_OUT]
    return max(wanted, key=lambda each: each.at, default=None)


def why_it_came(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """Why the newest message that reached them came, as they read it themselves.

    Raises NotShown where the person does not let a coach see it, Outdated where none came.
    """
    if not coaching.sees_answers(series, subscriber):
        raise NotShown
    record = _newest(subscriber, came=True)
    context = Context(subscriber.id, subscriber.name, now, series, subscriber, language=subscriber.language)
    reason = why.why(context, record.key) if record is not None else None
    if reason is None:
        raise Outdated(ShowWhy.verb)
    back: Row = (Button("labels.card", ShowCard(subscriber.id)),)
    return replace(reason, buttons=(back,))


def _between(subscriber: Subscriber) -> list[Letter]:
    """What passed between the two, without what the bot told of by itself."""
    return [each for each in subscriber.letters if each.kind is not LetterKind.ALERTED]


def _letter(subscriber: Subscriber, letter: Letter) -> dict[str, Any]:
    words = letter.words if letter.kind is LetterKind.NOTED else ""
    what = {"what": "", "to": ""}
    if letter.kind is LetterKind.CHANGED:
        with contextlib.suppress(Outdated):  # of another version of the bot
            what = change_of(letter)
    on = enrollment.local_date(subscriber, letter.at)
    return {"kind": letter.kind.value, "on": on, "words": words, "outcome": letter.outcome.value, **what}


def _buttons(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Row, ...]:
    person = subscriber.id
    spoken, to_desk = Button("labels.spoken", Spoken(person)), Button("labels.desk", ShowDesk())
    top: Row = (spoken,)
    if may_write(series, subscriber, now):
        note = (Button("labels.note", NoteOn(person)),) if coaching.sees_answers(series, subscriber) else ()
        top = (Button("labels.write-to", WriteTo(person)), *note, spoken)
    more: list[Row] = []
    if coaching.sees_answers(series, subscriber):
        if subscriber.state in (State.RUNNING, State.PAUSED):
            more.append(tuple(Button(f"labels.change-{what}", ChangeFor(person, what)) for what in CHANGES))
        asked = (Button("labels.why-came", ShowWhy(person)),) if _newest(subscriber, came=True) else ()
        further = Button("labels.card-more", ShowCard(person, MORE))
        return (top, *more, (*asked, further, to_desk))
    return (top, (to_desk,))


def changes(series: Series, subscriber: Subscriber, what: str, now: datetime, page: int = 0) -> OutgoingMessage:
    """What a coach may choose from: until when, at what time, how demanding; of days a page.

    Raises NotShown where the person does not let a coach change anything, Outdated for what cannot be changed.
    """
    if not coaching.sees_answers(series, subscriber):
        raise NotShown
    if what not in (*CHANGES, DAY) or subscriber.state not in (State.RUNNING, State.PAUSED):
        raise Outdated(what)
    person = subscriber.id
    if what == DAY:
        return _days(subscriber, page, now)
    if what == PAUSE:
        offered = _ends(subscriber, series.defaults.pauses, now)
        if subscriber.state is State.PAUSED:
            offered.insert(0, Button("labels.end-break", ChangedFor(person, pack(Resume()))))
        offered.append(Button("labels.another-day", ChangeFor(person, DAY)))
    elif what == "time":
        offered = [
            Button("labels.clock", ChangedFor(person, pack(Tell("time", (each,)))), {"clock": each})
            for each in series.defaults.times
        ]
    else:
        now_in = selftest.lane(series, subscriber)
        lanes = [each.id for each in series.lanes]
        gentler = lanes[: lanes.index(now_in)] if now_in in lanes else []
        offered = [Button(f"labels.lane-{each}", ChangedFor(person, pack(Tell("lane", (each,))))) for each in gentler]
        shorter = ChangedFor(person, pack(Tell("length", (profile.LENGTHS[-1],))))
        offered.append(Button("labels.short-from-now", shorter))
    back: Row = (Button("labels.back", ShowCard(person)),)
    return OutgoingMessage("desk/change", {"name": subscriber.name, "what": what}, (*rows(offered, 2), back))


def _days(subscriber: Subscriber, page: int, now: datetime) -> OutgoingMessage:
    """Every day a pause may end on, some at a time."""
    last = enrollment.LONGEST_PAUSE.days
    page = min(max(page, 0), (last - 1) // DAYS_SHOWN)
    first = 1 + page * DAYS_SHOWN
    person, after = subscriber.id, range(first, min(first + DAYS_SHOWN, last + 1))
    before = (Button("labels.page-before", ChangeFor(person, DAY, page - 1)),) if page else ()
    more = (Button("labels.page-after", ChangeFor(person, DAY, page + 1)),) if after[-1] < last else ()
    ways: Row = (*before, *more, Button("labels.back", ChangeFor(person, PAUSE)))
    values = {"name": subscriber.name, "what": PAUSE}
    return OutgoingMessage("desk/change", values, (*rows(_ends(subscriber, after, now), 2), ways))


def _ends(subscriber: Subscriber, after: Iterable[int], now: datetime) -> list[Button]:
    """A break until so many days after today, where they are."""
    today = enrollment.local_date(subscriber, now)
    until = [today + timedelta(days=n) for n in after]
    return [
        Button("labels.pause-until", ChangedFor(subscriber.id, pack(PauseUntil(each.isoformat()))), {"date": each})
        for each in until
    ]
