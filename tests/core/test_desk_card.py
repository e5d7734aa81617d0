"""What a coach is shown of one person: how the days went, what comes next, and what became of the newest message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.assessment import safety
from bot.core.desk import card
from bot.core.model.callback_data import Outdated, ShowWhy
from bot.core.model.coaching import sees_answers
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.drawing import LastDays, Mark
from bot.core.model.letter import Letter, LetterKind
from bot.core.model.subscriber import Subscriber
from bot.demo.clients import CLIENTS, as_they_stand
from bot.places.search import Places
from tests.drawing.laid_out import draftsman, faults, renderer
from tests.support.shown import renderers_of

NOW = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
lived: dict[str, Subscriber] = {}


@pytest.fixture
def people(catalog: Catalog, places: Places) -> dict[str, Subscriber]:
    """The demo's clients by name."""
    if not lived:
        known = as_they_stand(CLIENTS, NOW, catalog, places, renderers_of(catalog, places).default)
        lived.update({each.name: each for each in known})
    return lived


def newest(person: Subscriber, outcome: Outcome, reason: str = "") -> Subscriber:
    """With another newest message."""
    return person.with_deliveries([Delivery("x", Kind.REMINDER, outcome, NOW - timedelta(hours=1), reason)])


def test_the_picture_has_each_day_and_the_pain_of_each_session(catalog: Catalog, people: dict[str, Subscriber]) -> None:
    drawing = card.card(catalog.default, people["Ruth"], NOW).drawing
    assert isinstance(drawing, LastDays)
    assert [(day.pain, day.light) for day in drawing.days[-2:]] == [(3, "green"), (8, "red")]
    assert [day.mark for day in drawing.days] == [Mark.LESSON, *[Mark.DONE] * 5]
    long = card.card(catalog.default, people["Tomás"], NOW + timedelta(days=30)).drawing
    assert isinstance(long, LastDays)
    assert len(long.days) <= 14
    for each in (drawing, long):
        sheet = draftsman().sheet(each, renderer())
        assert faults(sheet) == []


def test_whoever_chose_the_bot_alone_has_neither_picture_nor_reason(
    catalog: Catalog, people: dict[str, Subscriber]
) -> None:
    assert card.card(catalog.default, people["Karim"], NOW).drawing is None
    with pytest.raises(card.NotShown):
        card.why_it_came(catalog.default, people["Karim"], NOW)


def test_a_card_says_why_the_last_message_did_not_come(catalog: Catalog, people: dict[str, Subscriber]) -> None:
    ruth = newest(people["Ruth"], Outcome.CANCELLED, "declined")
    last = card.card(catalog.default, ruth, NOW).values["last"]
    assert (last["came"], last["reason"], last["clock"]) == (False, "declined", "16:05")
    odd = card.card(catalog.default, newest(people["Ruth"], Outcome.FAILED, "500"), NOW).values["last"]
    assert odd["reason"] == "other"
    assert card.card(catalog.default, newest(ruth, Outcome.SENT), NOW).values["last"]["came"]


def test_the_reason_is_offered_once_a_message_came(catalog: Catalog, people: dict[str, Subscriber]) -> None:
    series = catalog.default
    came = people["Tomás"]
    shown = card.card(series, came, NOW)
    assert ShowWhy(came.id) in [button.action for row in shown.buttons for button in row]
    assert card.why_it_came(series, came, NOW).template == "why/message"
    nothing = replace(came, deliveries={})
    assert ShowWhy(came.id) not in [b.action for row in card.card(series, nothing, NOW).buttons for b in row]
    with pytest.raises(Outdated):
        card.why_it_came(series, nothing, NOW)


def test_each_day_on_a_card_is_the_one_where_the_person_is(catalog: Catalog, people: dict[str, Subscriber]) -> None:
    series = catalog.default
    known = next(each for each in people.values() if safety.flagged(series, each) and sees_answers(series, each))
    flag = safety.flagged(series, known)
    assert flag is not None
    zone, days = ("Pacific/Kiritimati", 1) if flag.at.hour >= 12 else ("Pacific/Honolulu", -1)
    there = flag.at.date() + timedelta(days=days)
    known = known.saying("zone", (zone,), known.consent.at).with_letter(
        Letter("a", LetterKind.ASKED, known.id, flag.at)
    )
    for level in ("sees", "alone"):
        values = card.card(series, known.saying("coach", (level,), NOW), NOW).values
        assert values["since"] == there
        assert values["letters"][-1]["on"] == there
