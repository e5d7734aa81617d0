"""Weeks 4 to 12: going on with few moves on few days, one question a week, and a calm end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.core.assessment import safety
from bot.core.model.callback_data import GoOn, OneTap, Remind
from bot.core.model.subscriber import State
from bot.core.schedule.calendar import DayType, days
from tests.core.people import MONDAY
from tests.stories.remembered import remembered
from tests.stories.test_looking_back import SIGNS, STAIRS, climber, finish_re_test
from tests.stories.test_what_stays import templates
from tests.stories.ways import NO, forges, is_not_sure, starts, to_plan_told
from tests.support.chat import Chat
from tests.support.shown import Shown

__all__ = ["climber"]

DAY = 86_400
ONE_DAY = timedelta(days=1)


@remembered
async def goes_on(chat: Chat) -> None:
    await to_plan_told(chat, *STAIRS)
    await finish_re_test(chat)
    await chat.taps("labels.go-on-2")


@pytest.fixture
async def onward(chat: Chat) -> Chat:
    """Ada on day 21, who goes on twice a week."""
    await goes_on(chat)
    return chat


async def session(chat: Chat, pain: int = 1) -> None:
    """The session of the message that stands there, to its end and both scores."""
    await starts(chat)
    while "labels.next-exercise" in chat.buttons:
        await chat.taps("labels.next-exercise")
    await chat.taps("labels.done", "labels.number 5", f"labels.number {pain}")


async def re_test(chat: Chat, start: str = "labels.start-re-test") -> Shown:
    """A re-test from its first question to its result."""
    await chat.taps(start, *SIGNS, "labels.number 1", "labels.number 8", "labels.number 8")
    await is_not_sure(chat)
    return chat.newest("re-test/result")


async def check_in(chat: Chat) -> None:
    await chat.taps("labels.check-in", *SIGNS, "labels.number 2")
    while "answer 8" in chat.buttons:
        await chat.taps("answer 8")


async def answers(chat: Chat) -> Shown:
    """The next message, answered as it asks to be."""
    await chat.testbed.to_next_message()
    said = chat.last
    match said.template:
        case "reminder":
            await session(chat)
        case "check-in/invite":
            await check_in(chat)
        case "re-test/invite":
            await re_test(chat)
    return said


async def week(chat: Chat) -> int:
    """The week of the series that today lies in."""
    known = await chat.stored()
    return days(chat.testbed.catalog.default, known, chat.testbed.clock.now().date())[-1].week


async def to_week(chat: Chat, number: int) -> Shown:
    """Every message answered, up to the first reminder of that week or a later one."""
    for _ in range(40):
        await chat.testbed.to_next_message()
        if chat.last.template == "reminder" and await week(chat) >= number:
            return chat.last
        match chat.last.template:
            case "check-in/invite":
                await check_in(chat)
            case "re-test/invite":
                await re_test(chat)
    raise LookupError(f"no reminder in week {number}")


async def to_question(chat: Chat, wanted: str = "") -> str:
    """Up to the reminder from week 5 on that asks this, or anything; returns what it asks."""
    for _ in range(20):
        asked = str((await to_week(chat, 5)).values["asks"])
        if asked and wanted in asked:
            return asked
    raise LookupError(wanted)


async def test_twice_a_week_to_the_calm_end(onward: Chat) -> None:
    chat = onward
    kinds: Counter[str] = Counter()
    moves: set[tuple[str, ...]] = set()
    while (await chat.stored()).state is State.RUNNING:
        said = await answers(chat)
        kinds[said.template] += 1
        if said.template == "reminder":
            moves.add((await chat.stored()).sessions[-1].done)
    assert (kinds["re-test/invite"], kinds["check-in/invite"]) == (2, 2)
    assert 10 <= kinds["reminder"] < 18
    assert all(len(each) == 5 for each in moves)
    assert len(moves) <= 8, "the same five moves, but for what is climbed"
    assert templates(chat)[-4:] == ["re-test/result", "re-test/ended", "re-test/keep", "test/next"]
    assert len(chat.newest("re-test/keep").values["items"]) == 5
    assert "Taking the stairs: 4 then, 8 now (better)" in chat.newest("re-test/result")
    count = len(chat.messages)
    await chat.testbed.advance(40 * DAY)
    assert len(chat.messages) == count
    assert (await chat.taps("labels.share")).template == "information/card"


async def test_whoever_keeps_to_two_days_is_never_told_that_they_were_away(onward: Chat) -> None:
    await to_week(onward, 4)
    for _ in range(3):
        await session(onward)
        assert not onward.newest("session/done").values["back"]
        await to_week(onward, 4)
        assert onward.buttons[0].startswith("labels.start ")


async def test_going_on_names_the_moves_and_the_days(onward: Chat) -> None:
    said = onward.newest("re-test/going-on")
    assert len(said.values["moves"]) == 5
    assert len(said.values["days"]) == 2


async def test_no_four_weeks_pass_without_the_safety_questions(onward: Chat) -> None:
    while (await onward.stored()).state is State.RUNNING:
        await answers(onward)
    known = await onward.stored()
    asked = sorted(each.finished_at for each in known.attempts if each.test in safety.WEEKLY and each.finished_at)
    gaps = [(later - one).days for one, later in pairwise(asked)]
    assert max(gaps) <= 28 + 6, "on the first of the person's own days after four weeks"


async def test_reminders_taper_and_come_back_when_asked_for(onward: Chat) -> None:
    chat = onward
    said = await to_week(chat, 5)
    assert said.values["cadence"] == "each"
    assert "labels.remind-each" not in chat.buttons
    said = await to_week(chat, 8)
    assert said.values["cadence"] == "few-words"
    said = await to_week(chat, 11)
    assert said.values["cadence"] == "weekly"
    assert len(said.values["days"]) == 2
    at = chat.testbed.clock.now()
    assert (await chat.taps("labels.remind-each")).template == "re-test/reminders"
    await chat.testbed.to_next_message()
    assert (chat.testbed.clock.now() - at).days < 7
    assert chat.last.values["cadence"] == "each"
    await chat.sends("/settings")
    await chat.taps("labels.remind-fewer")
    assert (await chat.stored()).answers[-1].value == "taper"


async def test_one_question_a_week_takes_one_tap_and_shows_the_start_beside_it(onward: Chat) -> None:
    chat = onward
    asked: list[str] = []
    while (await chat.stored()).state is State.RUNNING:
        await chat.testbed.to_next_message()
        question = chat.last.values.get("asks") if chat.last.template == "reminder" else None
        if question:
            asked.append(question)
            said = await chat.taps("labels.number 7" if question != "pain" else "labels.number 1")
            assert said.template == "re-test/one-tap"
            assert chat.buttons[-1] == "labels.today"
        elif chat.last.template == "check-in/invite":
            await check_in(chat)
        elif chat.last.template == "re-test/invite":
            await re_test(chat)
    assert set(asked) == {"pain", "sure", "activity-stairs"}
    assert 4 <= len(asked) <= 7
    assert "4 at the start (better)" in chat.newest("re-test/one-tap") or asked[-1] != "activity-stairs"
    progress = await chat.sends("/progress")
    assert progress.count("→") > 6


async def test_an_answer_told_twice_in_a_week_counts_once(onward: Chat) -> None:
    question = await to_question(onward)
    number = await week(onward)
    await forges(onward, OneTap(number, question, 6))
    await forges(onward, OneTap(number, question, 7))
    told = [each for each in (await onward.stored()).attempts if each.test == safety.ONE_TAP]
    assert [each.value(question) for each in told] == [7]


async def test_whoever_is_not_sure_any_more_is_asked_what_would_make_it_easier(onward: Chat) -> None:
    await to_question(onward, "sure")
    said = await onward.taps("labels.number 3")
    assert said.values["unsure"]
    assert "labels.short-from-now" in onward.buttons


async def test_much_pain_told_in_the_weekly_question_leads_to_the_signs(onward: Chat) -> None:
    await to_question(onward, "pain")
    assert (await onward.taps("labels.number 9")).template == "session/red"
    assert (await onward.taps("labels.to-the-signs")).template == "safety/question"


async def test_a_red_day_in_week_seven_leads_to_the_safety_check_and_an_easy_session(onward: Chat) -> None:
    chat = onward
    await to_week(chat, 7)
    await session(chat, pain=9)
    assert chat.last.template == "session/red"
    await chat.taps("labels.to-the-signs", *[NO] * 3)
    assert chat.last.template == "safety/recheck-passed"
    assert (await chat.stored()).attempts[-1].test == safety.RECHECK
    await to_week(chat, 7)
    assert chat.last.values["easy"]


async def test_a_red_day_in_a_week_of_one_message_is_met_on_its_other_day_and_in_the_next_message(onward: Chat) -> None:
    chat = onward
    assert (await to_week(chat, 10)).values["cadence"] == "weekly"
    await session(chat, pain=9)
    assert chat.last.template == "session/red"
    await chat.taps("labels.to-the-signs", *[NO] * 3)
    assert chat.last.template == "safety/recheck-passed"
    said = len(chat.messages)
    on = next(
        day
        for day in days(chat.testbed.catalog.default, await chat.stored(), MONDAY + 80 * ONE_DAY)
        if day.cadence and day.type is DayType.STRENGTH and day.moment > chat.testbed.clock.now()
    )
    await chat.testbed.advance((on.moment - chat.testbed.clock.now()).total_seconds() + 60)
    assert len(chat.messages) == said, "one message for all of that week"
    assert "an easy session" in await chat.sends("/today")
    assert (await to_week(chat, 11)).values["easy"]
    assert "an easy session" in await chat.sends("/today")
    await session(chat)
    assert "one step easier" in (await to_week(chat, 11) and await chat.sends("/today"))


async def test_whoever_stops_on_day_21_keeps_their_plan_and_comes_back_in_week_nine(climber: Chat) -> None:
    chat = climber
    await finish_re_test(chat)
    await chat.taps("labels.finish-here")
    assert templates(chat)[-3:] == ["re-test/finished", "re-test/keep", "test/next"]
    await chat.testbed.advance(40 * DAY)
    await chat.sends("/subscribe")
    assert (await chat.taps("labels.go-on")).template == "re-test/next"
    await chat.taps("labels.go-on-3")
    assert templates(chat)[-2:] == ["re-test/going-on", "safety/question"]
    await chat.taps(*[NO] * 7)
    assert chat.last.template == "safety/passed"
    assert (await to_week(chat, 4)).values["type"] == "strength"


async def test_whoever_comes_back_within_days_is_not_asked_for_the_signs_again(climber: Chat) -> None:
    await finish_re_test(climber)
    await climber.taps("labels.finish-here")
    await climber.testbed.advance(5 * DAY)
    await climber.taps("labels.go-on", "labels.go-on-2")
    assert climber.last.template == "re-test/going-on"


async def test_somebody_silent_hears_less_and_less_and_of_the_tests(onward: Chat) -> None:
    chat = onward
    count = len(chat.messages)
    await chat.testbed.advance(100 * DAY)
    said = [each.template for each in chat.since(count)]
    assert said.count("re-test/invite") == 2
    assert said.count("enrollment/still") == 1
    assert said.count("reminder") <= 7
    assert said[-1] == "re-test/invite"
    assert chat.last.values["is_last"]
    await chat.taps("labels.finish-here")
    assert "re-test/keep" in templates(chat)
    assert (await chat.stored()).state is State.FINISHED


async def test_other_days_and_a_pause_in_week_five_move_what_follows(onward: Chat) -> None:
    chat = onward
    await to_week(chat, 5)
    await chat.sends("/settings")
    chosen = [int(day) for day in (await chat.stored()).said("days")]  # type: ignore[union-attr]
    await chat.taps("labels.set-days", f"labels.day-on {chosen[0]}", f"labels.day-off {(chosen[0] + 1) % 7}")
    await chat.taps("labels.these-days")
    before = await week(chat)
    await chat.sends("/pause")
    await chat.taps("labels.pause-open")
    await chat.testbed.advance(30 * DAY)
    await chat.sends("/resume")
    assert await week(chat) - before <= 1
    await to_week(chat, 5)
    assert chat.testbed.clock.now().weekday() in {(chosen[0] + 1) % 7, *chosen[1:]}


async def test_whoever_does_not_choose_finds_the_choice_under_today(climber: Chat) -> None:
    chat = climber
    await finish_re_test(chat)
    await chat.testbed.advance(20 * DAY)
    await chat.sends("/today")
    assert (await chat.taps("labels.go-on")).template == "re-test/next"
    await chat.taps("labels.go-on-2")
    assert (await to_week(chat, 4)).values["week"] == 4


async def test_half_way_the_number_of_days_may_change(onward: Chat) -> None:
    chat = onward
    for _ in range(20):
        await chat.testbed.to_next_message()
        if chat.last.template == "re-test/invite":
            break
    await re_test(chat)
    assert chat.last.template == "re-test/half-way"
    await chat.taps("labels.go-on-3")
    assert len((await chat.stored()).said("days")) == 3  # type: ignore[arg-type]


async def test_an_old_button_after_the_end_shows_the_end(onward: Chat) -> None:
    chat = onward
    while (await chat.stored()).state is State.RUNNING:
        await answers(chat)
    for old in (GoOn(3), GoOn(0)):
        await forges(chat, old)
        assert "re-test/ended" in templates(chat)[-4:]
        assert (await chat.stored()).state is State.FINISHED
    await chat.sends("/subscribe")
    assert (await chat.taps("labels.go-on")).template == "re-test/over"


@pytest.mark.parametrize("old", [OneTap(4, "pain", 3), OneTap(30, "pain", 3), OneTap(5, "pain", 30), OneTap(5, "x", 3)])
async def test_an_old_or_made_up_answer_changes_nothing(onward: Chat, old: OneTap) -> None:
    await to_week(onward, 8)
    await forges(onward, old)
    assert not [each for each in (await onward.stored()).attempts if each.test == safety.ONE_TAP]


async def test_an_old_reminder_button_of_somebody_who_stopped_changes_nothing(onward: Chat) -> None:
    await onward.sends("/today")
    await forges(onward, GoOn(0))
    before = (await onward.stored()).answers
    await forges(onward, Remind("each"))
    assert (await onward.stored()).answers == before


@pytest.mark.parametrize(
    ("typed", "expected"), [("two days", 2), ("three days please", 3), ("go on, 2 days a week", 2)]
)
async def test_typed_words_choose_the_days(climber: Chat, typed: str, expected: int) -> None:
    await finish_re_test(climber)
    await climber.sends(typed)
    assert len((await climber.stored()).said("days")) == expected  # type: ignore[arg-type]


async def test_typed_enough_stops_with_a_plan_to_keep(climber: Chat) -> None:
    await finish_re_test(climber)
    await climber.sends("enough")
    assert "re-test/keep" in templates(climber)


async def test_typed_go_on_leads_back_to_the_choice(climber: Chat) -> None:
    await finish_re_test(climber)
    await climber.taps("labels.finish-here")
    await climber.sends("go on")
    assert climber.last.template == "re-test/next"


async def test_the_card_has_a_link_and_can_be_sent_on(onward: Chat) -> None:
    said = await onward.sends("/share")
    assert "https://t.me/steady_knees_bot?start=knee-pain" in said
    (button,) = said.buttons
    assert button.url == "https://t.me/steady_knees_bot?start=knee-pain"
