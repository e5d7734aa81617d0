"""Each answer that has an effect is named beside it, under its move and above its cues; and praise names a fact."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from bot.core.model.callback_data import ShowDay, ShowExercise
from bot.core.model.message import OutgoingMessage
from bot.core.model.series import SEATED, STRENGTH
from bot.core.schedule.plan import Item
from bot.render.text import Renderer
from tests.conftest import the_catalog, the_places
from tests.core.people import tap
from tests.core.population import everybody_asked, population

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all


def shown(message: OutgoingMessage) -> str:
    return html.unescape(Renderer(the_catalog(), the_places().country_of).strictly(message).text)


def reason(item: Item) -> str:
    """The words that say why a move is as it is, the weightiest alone; empty where everybody has it."""
    words = the_catalog().words["knee-pain", "en"].find
    if item.sore is not None:
        return "Easier for now"
    if item.stepped:
        return str(words("plan.stepped"))
    if item.grown:
        return str(words("plan.grown"))
    if item.fitted:
        return str(words("plan.fitted")["fewer" if item.fitted < 0 else "more"])
    if item.coming:
        return str(words("plan.coming")[item.coming])
    if item.kneeling:
        return str(words("plan.kneeling")[item.kneeling])
    if item.reason is not None:
        said = "both" if item.reason.both else "because"
        return str(words(f"selftests.{item.reason.test}.questions.{item.reason.question}.{said}")[item.reason.answer])
    return str(words("plan.wishes")[item.wish]) if item.wish else ""


def test_the_plan_of_the_day_names_each_reason_under_the_first_move_that_has_it() -> None:
    named, find = 0, the_catalog().words["knee-pain", "en"].find
    words, coming = find("plan.wishes"), find("plan.coming")
    for life in population()[:6]:
        for each in life.days[1::2]:
            if not each.plan.items:
                continue
            _, screen = tap(everybody_asked(), each.person, ShowDay(each.day.date), each.day.moment)
            lines, told = shown(screen).split("\n"), set[str]()
            for number, item in enumerate(each.plan.items, 1):
                if item.coming in told:
                    item = replace(item, coming="")
                said = reason(item)
                told |= {item.coming} if said == coming.get(item.coming) else set()
                if item.wish and said == words[item.wish]:
                    said = "" if item.wish in told else said
                    told.add(item.wish)
                at = next(place for place, line in enumerate(lines) if line.startswith(f"{number}. "))
                below = lines[at + 1] if at + 1 < len(lines) else ""
                assert said in below
                assert said or "Why:" not in below
                named += bool(said)
    assert named


def test_the_sore_side_goes_first_and_sets_the_count_of_the_other_in_so_many_words_once_a_session() -> None:
    words = the_catalog().words["knee-pain", "en"].find("plan.leads")
    kinds = {each.id: each.kind for each in the_catalog().default.exercises}
    told = 0
    for life in population()[:12]:
        for each in life.days[1::4]:
            led = [item for item in each.plan.items if item.leads]
            wanted = [item for item in led if item.sore is None and kinds[item.exercise] == STRENGTH][:1]
            for item in led:
                action = ShowExercise(each.day.date, item.exercise)
                _, screen = tap(everybody_asked(), each.person, action, each.day.moment)
                assert (words[item.leads] in shown(screen)) is (item in wanted)
                told += item in wanted
    assert told
    assert all("works first" in said and "same number" in said for said in words.values())


def test_all_praise_of_a_week_names_what_was_done_and_what_was_aimed_at() -> None:
    words = the_catalog().words["knee-pain", "en"].find("reminders.praise")
    assert words
    for said in words.values():
        assert "{{ done }}" in said
        assert "{{ target }}" in said


def test_a_move_that_takes_the_next_rung_says_what_is_harder_about_it() -> None:
    words, seen = the_catalog().words["knee-pain", "en"].find("plan.harder"), set[str]()
    for life in population()[:90]:
        for each in life.strength:
            for item in (item for item in each.plan.items if item.stepped and item.form != SEATED):
                action = ShowExercise(each.day.date, item.exercise)
                _, screen = tap(everybody_asked(), each.person, action, each.day.moment)
                known = words[item.exercise]
                assert known[item.form if item.form in known else item.level] in shown(screen)
                seen.add(item.exercise)
    assert len(seen) > 5
