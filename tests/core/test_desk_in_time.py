"""Until when what the desk makes of somebody stands by itself: no later than it would say something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.desk import broadcast, lists, stats
from bot.core.desk.concerns import ConcernKind, concerns
from bot.core.model.delivery import WITH_ANOTHER, Delivery, Kind, Outcome
from bot.core.model.letter import Letter, LetterKind
from bot.core.model.series import Series
from bot.core.model.subscriber import Answer, Consent, Session, State, Subscriber
from bot.core.screens.barrier import PAIN_PART
from tests.core.people import somebody

Look = Callable[[Series, Subscriber, datetime], object]


def agreed(series: Series) -> Subscriber:
    """Somebody whose coach may see answers, with something of each kind that grows old."""
    known = somebody(series, zone="America/New_York")
    at = known.consent.at
    hour = timedelta(hours=1)
    known = replace(known, name="Ada", heard_at=at + 30 * hour, consent=Consent(series.consent + "+coach", at))
    known = replace(known, answers=(*known.answers, Answer("coach", "sees", at)))
    known = known.with_session(Session(at.date(), at, finished_at=at + 20 * hour, pain=9))
    known = known.with_session(Session((at + 24 * hour).date(), at, finished_at=at + 29 * hour, pain=8))
    known = known.with_letter(Letter("a", LetterKind.ASKED, known.id, at + 5 * hour))
    known = known.with_deliveries([Delivery("lesson:1:x", Kind.LESSON, Outcome.SENT, at + 3 * hour)])
    return known.in_state(State.PAUSED, at + 40 * hour, (at + timedelta(days=9)).date())


@pytest.mark.parametrize("look", [lists.row, stats.facts, broadcast.reader], ids=["a row", "the facts", "a reader"])
def test_what_is_held_is_what_a_fresh_look_would_make(catalog: Catalog, look: Look) -> None:
    series = catalog.default
    known = agreed(series)
    now, end = known.consent.at, known.consent.at + timedelta(days=35)
    made, until, held = look(series, known, now), lists.stands_until(known, now), 0
    while now < end:
        now += timedelta(minutes=97)
        fresh = look(series, known, now)
        if now < until:
            held += 1
            assert fresh == made, now
        else:
            made, until = fresh, lists.stands_until(known, now)
    assert held > 300


def test_who_said_that_pain_got_in_the_way_needs_a_person_for_a_week(catalog: Catalog) -> None:
    series = catalog.default
    of_pain = next(id for id, offers in series.care.barriers.items() if PAIN_PART in offers)
    other = next(id for id, offers in series.care.barriers.items() if PAIN_PART not in offers)
    base = somebody(series)
    at = base.consent.at
    base = replace(base, heard_at=at, consent=Consent(series.consent + "+coach", at)).saying("coach", "sees", at)

    def kinds(known: Subscriber, days: int = 1) -> list[ConcernKind]:
        return [each.kind for each in concerns(series, known, at + timedelta(days=days))]

    hindered = base.saying("barrier-1-1", of_pain, at)
    assert kinds(hindered) == [ConcernKind.IN_THE_WAY]
    assert ConcernKind.IN_THE_WAY not in kinds(hindered, 8)
    assert kinds(base.saying("barrier-1-1", other, at)) == []
    assert kinds(hindered.saying("barrier-1-2", other, at)) == []
    assert kinds(hindered.saying("coach", "alone", at)) == []


def test_a_check_in_that_came_with_a_lesson_was_an_invitation_too(catalog: Catalog) -> None:
    known = agreed(catalog.default)
    at = known.consent.at + timedelta(hours=3)
    came = Delivery("check-in:1:a", Kind.CHECK_IN, Outcome.CANCELLED, at, WITH_ANOTHER)
    dropped = Delivery("check-in:1:b", Kind.CHECK_IN, Outcome.CANCELLED, at, "changed")
    found = stats.facts(catalog.default, known.with_deliveries([came, dropped]), at)
    assert found is not None
    assert found.invited == 1
