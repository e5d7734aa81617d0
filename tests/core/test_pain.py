"""The pain loop by itself: lights, and what follows from a row of reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.assessment import pain
from bot.core.assessment.pain import Follow, Light
from bot.core.model.subscriber import Answer, Attempt, Hurt, Session, Subscriber, new_subscriber

MONDAY = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def somebody(usual: int | None = 3) -> Subscriber:
    """Somebody who told their usual pain on a Sunday."""
    known = new_subscriber(1, "knee-pain", "1", "", MONDAY - timedelta(days=1))
    return known if usual is None else known.saying("pain", usual, MONDAY - timedelta(days=1))


def session(days: int, score: int | None, morning: str = "", hurt: Hurt | None = None, effort: int = 5) -> Session:
    """A strength session so many days after that Monday, with its scores."""
    at = MONDAY + timedelta(days=days)
    hurts = (hurt,) if hurt else ()
    return Session(
        at.date(), at, finished_at=at, pain=score, effort=effort, morning=morning, hurts=hurts, kind="strength"
    )


def after(known: Subscriber, *sessions: Session, days: int) -> tuple[Subscriber, datetime]:
    """The person with those sessions, and the begin of a later day."""
    return replace(known, sessions=sessions), MONDAY.replace(hour=0) + timedelta(days=days)


@pytest.mark.parametrize(
    ("score", "usual", "seen"),
    [
        (0, None, Light.GREEN),
        (2, None, Light.GREEN),
        (3, None, Light.AMBER),
        (2, 0, Light.GREEN),
        (4, 4, Light.GREEN),
        (5, 4, Light.AMBER),
        (5, 5, Light.GREEN),
        (6, 5, Light.RED),
        (6, None, Light.RED),
        (6, 6, Light.GREEN),
        (7, 6, Light.AMBER),
        (8, 6, Light.RED),
        (8, 8, Light.GREEN),
        (10, 9, Light.RED),
        (10, 10, Light.RED),
    ],
)
def test_a_score_is_judged_beside_usual_pain_with_a_cap_where_that_is_not_higher_itself(
    catalog: Catalog, score: int, usual: int | None, seen: Light
) -> None:
    assert pain.light(catalog.default.care.pain, score, usual) is seen


@pytest.mark.parametrize("rated", [(None, None), (2, None), (2, 5)], ids=["not rated", "half rated", "rated"])
@pytest.mark.parametrize("worse_on", [0, 1, 2])
def test_nothing_gets_harder_over_a_day_on_which_the_knee_was_worse(
    catalog: Catalog, worse_on: int, rated: tuple[int | None, int | None]
) -> None:
    hurt, effort = rated
    days = {0: session(0, 2), 1: replace(session(1, hurt), kind="mobility", effort=effort), 2: session(2, 2)}
    days[worse_on] = replace(days[worse_on], knee=pain.WORSE)
    known, then = after(somebody(), *days.values(), days=3)

    found = pain.progress(catalog.default.care, known, then)

    assert (found.steps, found.open) == (0, None)
    usual = replace(known, sessions=tuple(replace(each, knee=pain.USUAL) for each in known.sessions))
    assert pain.progress(catalog.default.care, usual, then).open is not None


def test_a_sharp_pain_is_red_whatever_its_number(catalog: Catalog) -> None:
    sharp = session(0, 1, hurt=Hurt("h7", 1, MONDAY, sharp=True))

    assert pain.session_light(catalog.default.care, somebody(), sharp) is Light.RED


@pytest.mark.parametrize(
    ("sessions", "days", "follow", "reason"),
    [
        ([session(0, 2), session(2, 3)], 3, Follow.PROGRESS, "green-twice"),
        ([session(0, 2)], 1, None, None),
        ([session(0, 2, effort=4), session(2, 3, effort=3)], 3, Follow.PROGRESS, "felt-easy"),
        ([session(0, 2), session(2, 3, effort=7)], 3, None, None),
        ([session(0, 2, effort=8)], 1, Follow.EASE, "too-hard"),
        ([session(0, 4, effort=8)], 1, Follow.EASE, "too-hard"),
        ([session(0, 7, effort=8)], 1, Follow.FLARE_UP, "red"),
        ([session(0, 4)], 1, Follow.HOLD, "amber"),
        ([session(0, 4, "settled")], 2, Follow.HOLD, "settled"),
        ([session(0, 4, "settled"), session(1, None)], 2, None, None),
        ([session(0, 4, "more")], 2, Follow.DOWN, "still-up"),
        ([session(0, 4), session(2, 5)], 3, Follow.DOWN, "amber-twice"),
        ([session(0, 4), session(2, 2)], 3, None, None),
        ([session(0, 7)], 1, Follow.FLARE_UP, "red"),
        ([session(0, 7), session(2, 6)], 3, Follow.STOP, "red-twice"),
        ([session(0, 7), session(8, 6)], 9, Follow.FLARE_UP, "red"),
        ([session(0, None)], 1, None, None),
        ([session(0, None)], 8, Follow.DOWN, "away"),
        ([session(0, 2), session(1, 2)], 9, Follow.DOWN, "away"),
    ],
)
def test_the_next_plan_follows_from_the_reports(
    catalog: Catalog, sessions: list[Session], days: int, follow: Follow | None, reason: str | None
) -> None:
    known, begin = after(somebody(), *sessions, days=days)

    found = pain.upshot(catalog.default.care, known, begin)

    assert (found.follow if found else None, found.reason if found else None) == (follow, reason)


def easy(days: int, score: int | None) -> Session:
    """An easy session so many days after that Monday."""
    return replace(session(days, score), kind="easy", done=("k1",))


def strength(days: int, score: int | None, hurt: Hurt | None = None) -> Session:
    """A strength session of two moves."""
    return replace(session(days, score, hurt=hurt), done=("h10", "h8"))


@pytest.mark.parametrize(
    ("sessions", "days", "reason"),
    [
        ([strength(0, 8)], 1, "red"),
        ([strength(0, 8), easy(1, 2)], 2, "after-flare"),
        ([strength(0, 8), easy(1, 4)], 2, "after-flare"),
        ([strength(0, 8), easy(1, 2), replace(easy(2, 2), kind="mobility")], 3, "after-flare"),
        ([strength(0, 8), easy(1, 2), strength(2, 2)], 3, None),
        ([strength(0, 8), easy(1, 2), strength(2, None)], 3, None),
        ([replace(session(0, 4, "much-more"), done=("h10",)), easy(1, 2)], 2, "after-flare"),
        ([replace(easy(0, 2), knee=pain.MUCH_WORSE)], 1, "after-flare"),
        ([replace(strength(0, 2), knee=pain.MUCH_WORSE)], 1, None),
    ],
)
def test_after_a_flare_up_the_first_strength_session_is_one_step_easier(
    catalog: Catalog, sessions: list[Session], days: int, reason: str | None
) -> None:
    known, begin = after(somebody(), *sessions, days=days)

    found = pain.upshot(catalog.default.care, known, begin)

    assert (found.reason if found else None) == reason
    assert found is None or found.follow is (Follow.FLARE_UP if reason == "red" else Follow.DOWN)


def test_whoever_wants_the_usual_plan_after_a_flare_up_gets_it(catalog: Catalog) -> None:
    care = catalog.default.care
    known, begin = after(somebody(), strength(0, 8), easy(1, 2), days=2)
    found = pain.upshot(care, known, begin)
    assert found is not None

    assert pain.upshot(care, known.saying(pain.key(found), "no", begin - timedelta(hours=1)), begin) is None
    # The same answer to a knee that was a bit worse before that very session speaks of that day alone.
    assert pain.upshot(care, known.saying(pain.key(found), "no", MONDAY - timedelta(hours=1)), begin) == found


@pytest.mark.parametrize(
    ("sessions", "is_sore"),
    [
        ([], True),
        ([strength(2, 2)], True),
        ([strength(2, 2), strength(4, 2)], False),
        ([strength(2, 2), strength(4, 4)], True),
        ([strength(2, 2), strength(4, None)], True),
        ([strength(2, 2), replace(strength(4, 2), short=True)], True),
        ([strength(2, 2), easy(4, 2)], True),
        ([strength(2, 2), replace(strength(4, 2), done=("h10",))], True),
    ],
)
def test_what_hurt_is_eased_till_it_was_done_in_two_whole_green_sessions(
    catalog: Catalog, sessions: list[Session], is_sore: bool
) -> None:
    known, begin = after(somebody(), strength(0, None, Hurt("h8", 8, MONDAY)), *sessions, days=6)

    found = pain.still_sore(catalog.default.care, pain.hurting(catalog.default.care, known, begin), {"h8", "h7"})

    assert [each.exercise for each in found] == ["h8"] * is_sore
    assert (
        pain.returning(catalog.default.care, pain.hurting(catalog.default.care, known, begin), {"h8", "h7"}) is None
    ) is is_sore
    assert not pain.still_sore(catalog.default.care, pain.hurting(catalog.default.care, known, begin), {"h10"})
    asked = known.saying("pain-stop", "2026-03-02-yes", MONDAY + timedelta(hours=2))
    assert not pain.still_sore(catalog.default.care, pain.hurting(catalog.default.care, asked, begin), {"h8"})


def test_usual_pain_up_by_two_at_a_check_in_stops_strength_work_until_it_is_answered(catalog: Catalog) -> None:
    at = MONDAY + timedelta(days=6)
    check_in = Attempt("check-in", at, (Answer("pain", 5, at),), at)
    known = replace(somebody(3), attempts=(check_in,))

    found = pain.upshot(catalog.default.care, known, at + timedelta(days=1))
    assert found == pain.Upshot(Follow.STOP, "pain-up", date(2026, 3, 8))

    answered = known.saying("pain-stop", "2026-03-08-yes", at + timedelta(hours=2))
    assert pain.upshot(catalog.default.care, answered, at + timedelta(days=1)) is None


def test_a_step_down_can_be_declined(catalog: Catalog) -> None:
    known, begin = after(somebody(), session(0, 4, "more"), days=2)
    found = pain.upshot(catalog.default.care, known, begin)
    assert found is not None

    declined = known.saying(pain.key(found), "no", begin - timedelta(hours=1))

    assert pain.upshot(catalog.default.care, declined, begin) is None


def test_only_a_fresh_amber_or_red_session_is_asked_about_and_only_until_it_is_answered(catalog: Catalog) -> None:
    care = catalog.default.care
    tuesday = MONDAY.date() + timedelta(days=1)

    assert pain.asks_morning(care, replace(somebody(), sessions=(session(0, 4),)), tuesday) == session(0, 4)
    assert pain.asks_morning(care, replace(somebody(), sessions=(session(0, 8),)), tuesday) == session(0, 8)
    assert pain.asks_morning(care, replace(somebody(), sessions=(session(0, 4),)), MONDAY.date()) is None
    assert pain.asks_morning(care, replace(somebody(), sessions=(session(0, 4, "settled"),)), tuesday) is None
    assert pain.asks_morning(care, replace(somebody(), sessions=(session(0, 2),)), tuesday) is None
    assert pain.asks_morning(care, replace(somebody(), sessions=(session(-4, 4),)), tuesday) is None


def test_a_short_session_does_not_end_the_step_down_after_a_flare(catalog: Catalog) -> None:
    for short in (True, False):
        back = replace(strength(4, 2), short=short)
        known, then = after(somebody(), strength(0, 8), back, days=5)
        found = pain.upshot(catalog.default.care, known, then)
        assert (found is not None and found.reason == pain.BACK) is short


@pytest.mark.parametrize(
    ("kind", "short", "eased"), [("mobility", True, True), ("strength", True, True), ("strength", False, False)]
)
def test_the_first_strength_session_after_a_week_away_is_eased_whatever_came_before_it(
    catalog: Catalog, kind: str, short: bool, eased: bool
) -> None:
    """The way back may begin with 3 minutes of anything, and that makes no thigh ready for all of it."""
    back = replace(session(9, 2), kind=kind, short=short)
    known, then = after(somebody(), session(0, 2), back, days=10)

    found = pain.upshot(catalog.default.care, known, then)

    assert (found is not None and found.reason == pain.AWAY) is eased


@pytest.mark.parametrize(("days", "trained", "eased"), [(8, (), True), (7, (), False), (8, (5,), False)])
def test_a_week_without_strength_is_eased_as_a_week_away_is_whatever_else_was_done(
    catalog: Catalog, days: int, trained: tuple[int, ...], eased: bool
) -> None:
    others = [replace(session(each, 2), kind="mobility") for each in (1, 3, 6)]
    known, then = after(somebody(), session(0, 2), *others, *(session(each, 2) for each in trained), days=days)

    found = pain.upshot(catalog.default.care, known, then)

    assert (found is not None and found.reason == pain.UNTRAINED) is eased
    assert found is None or not eased or found.follow is Follow.DOWN
    back = known.with_session(session(days, 2))
    assert (pain.Past.of(catalog.default.care, back, then + timedelta(days=1)).back_for == 1) is eased
