"""What is said is true of the person it is said to, names whom to ask, and is short for whoever has gone quiet."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.catalog.load import Catalog
from bot.core.model.message import OutgoingMessage
from bot.core.model.series import STRENGTH
from bot.places.search import Places
from bot.render.text import Renderer
from tests.stories.remembered import remembered
from tests.stories.ways import NO, on_reminder, starts, through_first_test, to_test, to_time
from tests.support.chat import Chat
from tests.support.shown import Shown

SIGNS = (NO, NO, NO)
SUMMARY: dict[str, Any] = {"week": 1, "turn": 0, "done": 3, "others": 0, "target": 3, "compared": [], "next": None}
SUMMARY |= {"red": None, "short": 0, "calm": False, "early": True, "all_same": True, "asks": ""}


@pytest.fixture
def renderer(catalog: Catalog, places: Places) -> Renderer:
    return Renderer(catalog, places.country_of)


@remembered
async def right_and_three(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", "choices.own.knee.choices.right", "labels.number 3")
    while "labels.start-test" not in chat.buttons:
        await chat.taps("labels.skip")
    await through_first_test(chat)


@pytest.fixture
async def ada(chat: Chat) -> Chat:
    """Ada, whose usual pain is 3 and who told of the right knee."""
    await right_and_three(chat)
    return chat


async def does(chat: Chat, pain: int = 2) -> Shown:
    return await chat.taps("labels.done", "labels.number 5", f"labels.number {pain}")


async def sums_up(chat: Chat) -> Shown:
    await on_reminder(chat, 7)
    await chat.taps("labels.check-in", *SIGNS, "labels.number 3", "labels.number 8")
    return chat.newest("check-in/summary")


# --- After a day that hurt a lot ----------------------------------------------------------------------------------


async def test_after_much_pain_somebody_learns_what_to_do_tonight_and_tomorrow_and_whom_to_call(ada: Chat) -> None:
    await on_reminder(ada, 4)
    await starts(ada)
    said = await ada.taps("labels.next-exercise", "labels.it-hurts", "labels.number 8")
    assert said.index("does not have to mean harm") < said.index("signs")
    said = await ada.taps("labels.to-the-signs", *SIGNS)
    for words in ("flare", "tonight", "tomorrow", "get-help"):
        assert ada.words(f"series.{words}") in said
    assert "Someone to see" in said
    said = await ada.sends("/today")
    assert ada.words("series.tonight") in said
    assert ada.words("series.get-help") in said


async def test_a_week_in_which_it_hurt_a_lot_is_told_as_it_was(ada: Chat) -> None:
    await on_reminder(ada, 2)
    await does(ada)
    await on_reminder(ada, 4)
    await starts(ada)
    await ada.taps("labels.next-exercise", "labels.it-hurts", "labels.number 8", "labels.to-the-signs", *SIGNS)
    await on_reminder(ada, 6)
    await does(ada)

    said = await sums_up(ada)

    assert "On Thursday 5 March it hurt a lot, and you stopped in time. You were back on Saturday 7 March." in said
    assert "It is too early to tell." in said
    assert "No session stirred it up" not in said
    assert not any(praise.split(".")[-2].strip() in said for praise in PRAISED)


PRAISED = ("Good work.", "It adds up.", "Slow and steady works.", "Well done, enjoy your rest.")


async def test_only_after_whole_green_sessions_it_is_said_that_none_stirred_it_up(ada: Chat) -> None:
    for day in (2, 4, 6):
        await on_reminder(ada, day)
        await does(ada)
    assert "No session stirred it up." in await sums_up(ada)


async def test_short_sessions_are_counted_as_what_they_were(ada: Chat) -> None:
    for day in (2, 4, 6):
        await on_reminder(ada, day)
        if day == 2:
            await does(ada)
        else:
            await ada.taps("labels.short", "labels.knee-usual", "labels.done", "labels.number 3", "labels.number 2")
    said = await sums_up(ada)
    assert "2 of them were short ones." in said
    assert "No session stirred it up" not in said


def test_what_is_the_same_after_the_series_is_called_neither_early_nor_calm(renderer: Renderer) -> None:
    said = renderer.render(OutgoingMessage("check-in/summary", {**SUMMARY, "early": False})).text
    assert "too early" not in said


@pytest.mark.parametrize(
    ("question", "before", "after", "words"),
    [
        ("activity-stairs", 5, 7, "about the same: only a change of 3 or more counts"),
        ("activity-stairs", 7, 5, "about the same: only a change of 3 or more counts"),
        ("pain", 4, 3, "about the same: only a change of 2 or more counts"),
        ("pain", 3, 4, "about the same: only a change of 2 or more counts"),
        ("pain", 4, 4, "about the same"),
    ],
)
def test_a_change_inside_the_error_is_told_with_its_direction_and_the_threshold(
    renderer: Renderer, question: str, before: int, after: int, words: str
) -> None:
    activity = question.removeprefix("activity-") if question != "pain" else ""
    row: dict[str, Any] = {
        "question": question,
        "words": "screens.pain",
        "activity": activity,
        "kind": "number",
        "unit": "",
    }
    row |= {"before": before, "after": after, "verdict": "same", "counts_from": 3 if activity else 2}
    message = OutgoingMessage("check-in/summary", {**SUMMARY, "compared": [row]})
    assert f"({words})" in renderer.render(message).text


def test_numbers_that_were_made_in_two_ways_are_said_not_to_be_compared(renderer: Renderer) -> None:
    words = "selftests.chair-stand.questions.stands"
    row: dict[str, Any] = {"question": "stands", "words": words, "activity": "", "kind": "number", "unit": "times"}
    row |= {"before": 12, "after": 6, "verdict": "", "counts_from": 3}
    told = {"compared": [row], "sessions": 3, "reds": 0, "back": False}
    result = renderer.render(OutgoingMessage("re-test/result", told)).text
    assert "Stands in 30 seconds: 6 times now (another way than before, so I do not compare)" in result


@pytest.mark.parametrize(
    ("activities", "words"),
    [
        (("", "stairs"), "Best is 0 for pain, and 10 for the rest."),
        (("",), "0 is no pain."),
        (("stairs",), "10 is best."),
    ],
)
def test_progress_says_which_end_of_its_numbers_is_the_good_one(
    renderer: Renderer, activities: tuple[str, ...], words: str
) -> None:
    scales = [{"activity": each, "points": [4, 5]} for each in sorted(activities, reverse=True)]
    values = {"number": 9, "days": 21, "weeks": [], "scales": scales, "tests": [], "next": None}
    assert words in renderer.render(OutgoingMessage("progress/all", values)).text


# --- The same rules everywhere ------------------------------------------------------------------------------------


def test_the_best_proof_is_that_among_strength_work_and_a_walk_is_said_to_help_as_much(renderer: Renderer) -> None:
    assert "Of all strength work, this has the best proof" in renderer.block("lessons/knee/why", "further")
    assert "a brisk walk helped about as much as strength" in renderer.block("lessons/knee/honest", "text")


def test_every_lesson_about_pain_names_the_cut_offs_of_the_plan(renderer: Renderer, catalog: Catalog) -> None:
    series = catalog.default
    pain, follow = series.care.pain, series.care.follow
    for page in ("hips/pain", "knee/pain"):
        said = renderer.block(f"lessons/{page}", "text")
        assert f"0 to {pain.green_upto}" in said
        assert f"{pain.green_upto + 1} to {pain.cap}" in said
        assert f"above {pain.cap}" in said
        assert "Stop for today" in said
    amber = f"{pain.green_upto + 1} to {pain.cap}, and more than usual"
    settled = "All right if it has settled by the next morning."
    keep = renderer.render(OutgoingMessage("re-test/keep", {"items": [], "minutes": 10})).text
    afraid = renderer.words.find("reminders")["barriers"]["afraid"]["answer"]
    for said in (keep, afraid, *(renderer.block(f"lessons/{page}", "text") for page in ("hips/pain", "knee/pain"))):
        assert re.search(rf"{amber}[.?] Do fewer\. {re.escape(settled)}", said)
    assert renderer.words.find("care")["lights"]["amber"] == f"Amber. {settled}"
    assert f"Above {pain.cap}," in renderer.block("lessons/hips/bad-day", "text")
    again = f"ed twice in {follow.window_days} days"
    assert again in renderer.block("lessons/knee/pain", "text")
    assert again in renderer.block("lessons/ankles/setback", "further")
    upshots = renderer.words.find("care")["upshots"]
    assert f"{follow.effort_up} of 10 or less" in upshots["progress"]["felt-easy"]
    assert f"{follow.effort_down} of 10 or more" in upshots["ease"]["too-hard"]


@pytest.mark.parametrize(
    ("page", "part"),
    [("ankles/pain", "text"), ("ankles/setback", "further"), ("hips/bad-day", "text"), ("knee/pain", "text")],
)
def test_who_is_told_to_ask_is_told_whom(renderer: Renderer, page: str, part: str) -> None:
    assert "/help says who" in renderer.block(f"lessons/{page}", part)


def test_the_button_that_makes_a_move_easier_is_named_with_the_one_it_stands_behind(renderer: Renderer) -> None:
    path = f"tap {renderer.label('labels.more')}, then {renderer.label('labels.level-easier')}"
    assert path in renderer.block("lessons/hips/week", "text")


# --- Below a move -------------------------------------------------------------------------------------------------


async def test_each_move_names_chest_pain_and_only_the_first_one_the_whole_of_it(ada: Chat) -> None:
    await on_reminder(ada, 2)
    said = [await starts(ada)]
    while "labels.next-exercise" in ada.buttons:
        said.append(await ada.taps("labels.next-exercise"))
    assert len(said) > 3
    assert ["Chest pain: get help." in each for each in said] == [True] + [False] * (len(said) - 1)
    assert all("with chest pain" in each for each in said[1:])


async def test_the_side_that_goes_first_is_told_once_a_session_and_only_of_strength(
    ada: Chat, catalog: Catalog
) -> None:
    side = ada.words("plan.leads.right")
    for day, times in ((2, 1), (3, 0)):
        await on_reminder(ada, day)
        said = [await starts(ada)]
        while "labels.next-exercise" in ada.buttons:
            said.append(await ada.taps("labels.next-exercise"))
        of_it = [each for each in said if side in each]
        assert len(of_it) == times
        assert all(catalog.default.exercise_by_id[each.values["exercise"]].kind == STRENGTH for each in of_it)


# --- Before and after a test --------------------------------------------------------------------------------------


async def test_without_the_self_test_no_plan_says_what_it_showed(chat: Chat) -> None:
    await to_test(chat)
    await chat.taps("labels.test-later")
    said = chat.newest("onboarding/plan")
    assert "You have not done the self-test yet" in said
    assert "No one place stands out" not in said


async def test_after_a_test_it_is_said_if_there_is_more_today(ada: Chat) -> None:
    await on_reminder(ada, 2)
    await ada.sends("/selftest")
    await ada.taps("labels.test-hips")
    await through_the_test(ada)
    assert "They can wait, if this was enough for today." in ada.newest("test/next")
    await ada.sends("/today")
    await does(ada)
    await ada.sends("/selftest")
    await ada.taps("labels.test-hips")
    await through_the_test(ada)
    assert "That is all for today." in ada.newest("test/next")


async def through_the_test(chat: Chat) -> None:
    while chat.last.template != "test/next":
        await chat.taps("labels.to-answers" if "labels.to-answers" in chat.buttons else chat.buttons[0])


# --- Less for whoever has gone quiet ------------------------------------------------------------------------------


async def test_after_two_messages_without_an_answer_the_next_asks_for_one_move_or_offers_quiet(day_one: Chat) -> None:
    chat = day_one
    silent = tuple(chat.testbed.renderers.default.words.find("reminders")["silent"].values())
    for day in (2, 3):
        await on_reminder(chat, day)
        assert not chat.last.startswith(silent)
    await on_reminder(chat, 4)
    assert chat.last.startswith(silent)
    assert "Chair squat" not in chat.last
    assert chat.buttons[0] == "labels.move-now"
    assert "labels.quiet-until 0" in chat.buttons
    assert len(chat.buttons) <= 6
    await chat.taps("labels.quiet-until 0")
    assert "Monday 9 March" in chat.last
    before = len(chat.messages)
    await chat.until(3, "20:00")
    assert len(chat.messages) == before


async def test_whoever_answers_gets_the_thought_of_the_day_again(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 4)
    await chat.taps("labels.move-now", "labels.done")
    await on_reminder(chat, 5)
    assert not chat.last.values["silent"]


async def test_the_short_version_from_now_on_is_told_in_words_and_then_is_short(ada: Chat) -> None:
    await on_reminder(ada, 7)
    await ada.taps("labels.check-in", *SIGNS, "labels.number 3", "labels.number 8")
    said = await ada.taps("reminders.barriers.no-time.label", "labels.short-from-now")
    assert "From now on it is one move, about 3 minutes" in said
    assert "Quiet hours" not in said
    assert ada.buttons == ["labels.all-settings"]
    await on_reminder(ada, 9)
    assert "Day 9: one move today, “Chair squat”, about 3 minutes." in ada.last
    assert ada.buttons[0] == "labels.short"
    said = await ada.sends("/today")
    assert "1. Chair squat" in said
    assert "\n2. " not in said
