"""What a coach hears of as it comes: once each, and as much as the person lets them see when it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.desk.concerns import Concern, ConcernKind, concerns
from bot.core.desk.letters import may_write
from bot.core.desk.lists import concern_values
from bot.core.model.callback_data import OpenCard, ShowDesk, WriteTo
from bot.core.model.letter import Letter, LetterKind, letter_with
from bot.core.model.message import Button, OutgoingMessage, Row
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber

AT_ONCE: Final = (ConcernKind.SIGN, ConcernKind.UNANSWERED, ConcernKind.RED, ConcernKind.REDS, ConcernKind.GAVE_UP)
"""What does not wait for the next look at the desk. What they ask is announced by itself."""
MOST_NAMED = 5
"""People of one message: of more, it says how many, and the desk has them all."""


def with_alerts(series: Series, before: Subscriber | None, after: Subscriber, now: datetime) -> Subscriber:
    """With a letter to the coaches for each concern that has come with this change; each concern has one, ever."""
    known = {_key(each) for each in _at_once(series, before, now)} if before is not None else set()
    for each in _at_once(series, after, now):
        key = _key(each)
        if key not in known and letter_with(after.letters, key) is None:
            letter = Letter(key, LetterKind.ALERTED, after.id, now)
            after = after.with_letter(letter)
    return after


def still_standing(series: Series, subscriber: Subscriber, keys: Iterable[str], now: datetime) -> tuple[Concern, ...]:
    """Those of these concerns that still stand, and that the coach may still hear of."""
    wanted = set(keys)
    return tuple(each for each in _at_once(series, subscriber, now) if _key(each) in wanted)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one person, and whether a coach may write to them."""

    person: int
    name: str
    may_write: bool
    concerns: tuple[Concern, ...]


def told(series: Series, subscriber: Subscriber, found: tuple[Concern, ...], now: datetime) -> Told:
    """That of one person."""
    return Told(subscriber.id, subscriber.name, may_write(series, subscriber, now), found)


def news(people: Iterable[Told]) -> OutgoingMessage:
    """One message for all that came within a minute; its first line, which a locked phone shows, names nobody.

    Of one person their card opens below it, which makes a reply to it one to them.
    """
    found = list(people)
    named = [{"name": each.name, "concerns": [concern_values(one) for one in each.concerns]} for each in found]
    values = {"count": len(named), "people": named[:MOST_NAMED], "more": len(named[MOST_NAMED:])}
    acts: Row = ()
    if len(found) == 1:
        write = (Button("labels.write-to", WriteTo(found[0].person)),) if found[0].may_write else ()
        acts = (*write, Button("labels.card", OpenCard(found[0].person)))
    buttons = (*([acts] if acts else []), (Button("labels.desk", ShowDesk()),))
    return OutgoingMessage("desk/alert", values, buttons)


def _at_once(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Concern, ...]:
    return tuple(each for each in concerns(series, subscriber, now) if is_urgent(each))


def is_urgent(concern: Concern) -> bool:
    """Whether it does not wait, and nobody has seen to it yet."""
    return concern.kind in AT_ONCE and not concern.seen_to


def _key(concern: Concern) -> str:
    return f"{LetterKind.ALERTED}:{concern.kind}:{concern.at.isoformat()}"
