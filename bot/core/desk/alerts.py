"""What a coach hears of as it comes: once each, and as much as the person lets them see when it is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.core.desk.concerns import Concern, ConcernKind, concerns
from bot.core.desk.lists import concern_values
from bot.core.model.callback_data import ShowDesk
from bot.core.model.delivery import Outcome
from bot.core.model.letter import Letter, LetterKind, letter_with
from bot.core.model.message import Button, OutgoingMessage, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber

AT_ONCE: Final = (ConcernKind.SIGN, ConcernKind.RED, ConcernKind.REDS, ConcernKind.GAVE_UP)
"""What does not wait for the next look at the desk. What they ask is announced by itself."""
MOST_NAMED = 5
"""People of one message: of more, it says how many, and the desk has them all."""


def with_alerts(series: Series, before: Subscriber | None, after: Subscriber, now: datetime) -> Subscriber:
    """With a letter to the coaches for each concern that has come with this change; each concern has one, ever."""
    known = {_key(each) for each in _at_once(series, before, now)} if before is not None else set()
    for each in _at_once(series, after, now):
        key = _key(each)
        if key not in known and letter_with(after.letters, key) is None:
            letter = Letter(key, LetterKind.ALERTED, after.id, now, outcome=Outcome.WAITING, tries=0)
            after = after.with_letter(letter)
    return after


def still_standing(series: Series, subscriber: Subscriber, keys: Iterable[str], now: datetime) -> tuple[Concern, ...]:
    """Those of these concerns that still stand, and that the coach may still hear of."""
    wanted = set(keys)
    return tuple(each for each in _at_once(series, subscriber, now) if _key(each) in wanted)


def news(people: Iterable[tuple[str, tuple[Concern, ...]]]) -> OutgoingMessage:
    """One message for all that came within a minute; its first line, which a locked phone shows, names nobody."""
    told = [{"name": name, "concerns": [concern_values(each) for each in found]} for name, found in people]
    values = {"count": len(told), "people": told[:MOST_NAMED], "more": len(told[MOST_NAMED:])}
    return plain("desk/alert", values, Button("labels.desk", ShowDesk()))


def _at_once(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Concern, ...]:
    return tuple(each for each in concerns(series, subscriber, now) if each.kind in AT_ONCE)


def _key(concern: Concern) -> str:
    return f"{LetterKind.ALERTED}:{concern.kind}:{concern.at.isoformat()}"
