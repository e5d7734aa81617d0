"""The desk: who needs a person today, and everybody by week and state, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.assessment import safety
from bot.core.desk.concerns import Concern, ConcernKind, concerns, urgency
from bot.core.desk.letters import may_write
from bot.core.model import coaching, greeting
from bot.core.model.callback_data import ShowCard, ShowDesk, ShowDigest, ShowEverybody, ShowTeam, Spoken, WriteTo
from bot.core.model.message import Button, OutgoingMessage, Row, rows
from bot.core.model.series import Series, week_of
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import days, timings
from bot.core.screens.compose import FIRST_NAME
from bot.core.screens.enrollment import local_date
from bot.core.typed.fold import folded

COMMANDS = ("desk", "find", "broadcast", "stats", "invite", "contacts")
"""What a coach may send, in the order of their menu."""
PAGE = 3
EVERYBODY_PAGE = 8
ACROSS = 3
"""Cards beside each other, each by its number and name."""
MOST_FOUND = 10
MOST_OFFERED = 3
"""People for whom a message may be that names nobody."""
NOBODY = 0
"""In the place of the person a coach wrote to last, after something that was for no one person."""
STATES = tuple(State)
SPANS = tuple(timedelta(days=number) for number in (0, 3, 7, 14, 28))
"""After which the desk sees something done in another light: what is a concern, what of somebody is counted."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the desk holds of one person between reading them and showing a page."""

    person: int
    name: str
    week: int
    state: State
    stopped_by_sign: bool
    may_write: bool
    sees: bool
    zone: str
    concerns: tuple[Concern, ...]


def row(series: Series, subscriber: Subscriber, now: datetime) -> Listed | None:
    """A person as the desk lists them; None for whoever has not agreed to a coach."""
    if not coaching.is_told(series, subscriber):
        return None
    return Listed(
        subscriber.id,
        subscriber.name,
        week(series, subscriber, now),
        subscriber.state,
        safety.flagged(series, subscriber) is not None,
        may_write(series, subscriber, now),
        coaching.sees_answers(series, subscriber),
        chosen[-1].zone if (chosen := timings(subscriber)) else "",
        concerns(series, subscriber, now),
    )


def week(series: Series, subscriber: Subscriber, now: datetime) -> int:
    """The week of the series they are in; 0 before there is a plan."""
    chosen = timings(subscriber)
    if not chosen or subscriber.enrollment.day_one is None:
        return 0
    known = days(series, subscriber, local_date(subscriber, now))
    return week_of(known[-1].number) if known else 1


def stands_until(subscriber: Subscriber, now: datetime) -> datetime:
    """When time alone may make the desk say something else of them: at their midnight, or days after what they did."""
    chosen = timings(subscriber)
    today = local_date(subscriber, now)
    midnight = chosen[-1].begin(today + timedelta(days=1)) if chosen else now + timedelta(days=1)
    since = [subscriber.last_heard_at, subscriber.enrollment.states[-1].at]
    since += [each.rated_at for each in subscriber.sessions]
    since += [each.finished_at for each in subscriber.attempts if each.finished_at is not None]
    since += [each.at for each in subscriber.answers]
    since += [each.at for each in subscriber.letters]
    since += [each.at for each in subscriber.deliveries.values()]
    turns = (at + span + more for at in since for span in SPANS for more in (timedelta(), timedelta.resolution))
    return min((at for at in turns if now < at < midnight), default=midnight)


def may_be_meant(rows: Iterable[Listed], words: str, wrote: tuple[int, datetime] | None, now: datetime) -> list[Listed]:
    """For whom a coach's message may be that names nobody: who waits for an answer first, then whom they wrote to last.

    They `wrote` to somebody, or to NOBODY for as long as nothing that follows is for anybody. A command without its
    slash and a text for many are for nobody.
    """
    to = wrote[0] if wrote is not None and now <= wrote[1] else None
    if to == NOBODY or command_in(words) or FIRST_NAME in words:
        return []
    found = list(rows)
    waiting = sorted(((each, at) for each in found if (at := _asked_at(each))), key=lambda pair: pair[1], reverse=True)
    offered = [each for each, _ in waiting]
    offered += [each for each in found if each.person == to and each.may_write and each not in offered]
    return offered[:MOST_OFFERED]


def _asked_at(row: Listed) -> datetime | None:
    return next((each.at for each in row.concerns if each.kind is ConcernKind.ASKED), None)


def command_in(words: str) -> str:
    """The coach's command that was typed without its slash, alone or with one word more; empty where none was."""
    first, *rest = folded(words).split() or [""]
    return first if first in COMMANDS and len(rest) < 2 else ""


def desk(rows: Iterable[Listed], page: int, unasked: int) -> OutgoingMessage:
    """Who needs a person today, the worst first. `unasked` is how many have not agreed to a coach."""
    everybody = list(rows)
    waiting = sorted((each for each in everybody if each.concerns), key=lambda each: urgency(each.concerns[0]))
    page, pages = _within(page, len(waiting), PAGE)
    shown = waiting[page * PAGE : (page + 1) * PAGE]
    values: dict[str, Any] = {
        "people": [
            {**_said(each), "worst": concern_values(each.concerns[0]), "more": len(each.concerns) > 1} for each in shown
        ],
        "first": page * PAGE + 1,
        "waiting": sum(not each.concerns[0].seen_to for each in waiting),
        "everybody": len(everybody),
        "unasked": unasked,
    }
    buttons: list[Row] = [_acts(page * PAGE + number, each) for number, each in enumerate(shown, 1)]
    buttons += _pages(page, pages, ShowDesk)
    more = (Button("labels.everybody", ShowEverybody()), Button("labels.digest", ShowDigest())) if everybody else ()
    buttons.append((*more, Button("labels.team", ShowTeam())))
    return OutgoingMessage("desk/today", values, tuple(buttons))


def digest(rows: Iterable[Listed], unasked: int) -> OutgoingMessage:
    """The desk as it comes by itself; without a sound when nobody needs anything."""
    shown = desk(rows, 0, unasked)
    return replace(shown, silent=not shown.values["waiting"])


def everybody(rows: Iterable[Listed], page: int) -> OutgoingMessage:
    """All that a coach knows of, by state and week, a page at a time."""
    found = sorted(rows, key=lambda each: (STATES.index(each.state), each.week, folded(each.name), each.person))
    page, pages = _within(page, len(found), EVERYBODY_PAGE)
    shown = found[page * EVERYBODY_PAGE : (page + 1) * EVERYBODY_PAGE]
    first = page * EVERYBODY_PAGE + 1
    values = {
        "people": [_said(each) for each in shown],
        "first": first,
        "count": len(found),
        "page": page + 1,
        "pages": pages,
    }
    buttons = (*_cards(shown, first), *_pages(page, pages, ShowEverybody), _to_desk())
    return OutgoingMessage("desk/everybody", values, buttons)


def found(rows: Iterable[Listed], words: str) -> OutgoingMessage:
    """Whose name holds these words."""
    wanted = " ".join(folded(words).split())
    hits = [each for each in rows if wanted and wanted in folded(each.name)][: MOST_FOUND + 1]
    values = {
        "people": [_said(each) for each in hits[:MOST_FOUND]],
        "more": len(hits) > MOST_FOUND,
        "asked": wanted if len(wanted) <= greeting.LONGEST else f"{wanted[: greeting.LONGEST]}…",
    }
    return OutgoingMessage("desk/found", values, (*_cards(hits[:MOST_FOUND]), _to_desk()))


def _to_desk() -> Row:
    return (Button("labels.desk", ShowDesk()),)


def _said(row: Listed) -> dict[str, Any]:
    return {
        "name": row.name,
        "week": row.week,
        "state": row.state.value,
        "sign": row.stopped_by_sign,
        "sees": row.sees,
        "concerns": [concern_values(each) for each in row.concerns],
    }


def concern_values(concern: Concern) -> dict[str, Any]:
    """A concern as plain values; the detail of a sign is its tier, of a red report its score."""
    detail = "" if concern.kind is ConcernKind.SIGN else concern.detail
    return {"kind": concern.kind.value, "detail": detail, "seen_to": concern.seen_to}


def _acts(number: int, row: Listed) -> Row:
    """The likely acts, one row a person: their card, a word to them, and that the two have spoken."""
    card = Button("labels.card-of", ShowCard(row.person), {"name": f"{number} {row.name}"})
    write = (Button("labels.write-to", WriteTo(row.person)),) if row.may_write else ()
    return (card, *write, Button("labels.spoken", Spoken(row.person)))


def cards(people: Iterable[tuple[int, int, str]]) -> tuple[Row, ...]:
    """The cards of people listed in the text, each by their number there and their name."""
    found = [
        Button("labels.card-of", ShowCard(person), {"name": f"{number} {name}".strip()})
        for number, person, name in people
    ]
    return rows(found, ACROSS)


def _cards(people: Iterable[Listed], first: int = 1) -> tuple[Row, ...]:
    return cards((number, each.person, each.name) for number, each in enumerate(people, first))


def _within(page: int, count: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-count // size))
    return min(max(page, 0), pages - 1), pages


def _pages(page: int, pages: int, show: type[ShowDesk] | type[ShowEverybody]) -> list[Row]:
    before = (Button("labels.page-before", show(page - 1)),) if page else ()
    after = (Button("labels.page-after", show(page + 1)),) if page + 1 < pages else ()
    return [(*before, *after)] if before or after else []
