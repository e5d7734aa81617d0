"""What is precious stays on the screen: result, plan, check-in summary, before and after, a line for each session."""

from __future__ import annotations

from bot.core.model.callback_data import Done
from tests.stories.test_looking_back import SIGNS, climber, finish_re_test
from tests.stories.ways import NOT_SURE, forges, is_not_sure, on_reminder, opens_again, starts, to_lesson, to_test
from tests.support.chat import Chat

__all__ = ["climber"]


def templates(chat: Chat) -> list[str]:
    """What stands on the screen of the bot's, oldest first."""
    return [said.template for said in chat.since(0)]


async def test_result_and_plan_stay_when_the_lesson_is_read(chat: Chat) -> None:
    await to_test(chat)
    await chat.taps("labels.start-test", *[NOT_SURE] * 6, "labels.show-plan")
    await to_lesson(chat)
    assert {"test/result", "onboarding/plan", "onboarding/next", "lesson/page"} <= {*templates(chat)}


async def test_an_owed_result_is_shown_whole_after_a_kill(chat: Chat) -> None:
    await to_test(chat)
    await chat.taps("labels.start-test", *[NOT_SURE] * 5)
    await chat.taps("labels.to-answers")
    update = chat.presses(NOT_SURE)
    await chat.testbed.handle(update)
    await opens_again(chat)
    assert templates(chat)[-2:] == ["test/result", "test/next"]


async def test_a_gentler_plan_comes_beside_the_first_one(day_one: Chat) -> None:
    await day_one.taps("labels.lane-gentle")
    assert templates(day_one).count("onboarding/plan") == 2
    assert day_one.last.template == "onboarding/next"


async def test_a_session_leaves_one_line(day_one: Chat) -> None:
    await on_reminder(day_one)
    await starts(day_one)
    while "labels.next-exercise" in day_one.buttons:
        await day_one.taps("labels.next-exercise")
    await day_one.taps("labels.done")
    said = [str(each["text"]) for each in day_one.messages if not each["mine"]]
    assert sum("Day 2 ✓ 5 moves, " in each for each in said) == 1
    assert "session/exercise" not in templates(day_one)
    assert day_one.last.template == "session/rate-effort"


async def test_a_session_told_as_done_leaves_the_same_line(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.taps("labels.done")
    assert templates(day_one)[-2:] == ["session/line", "session/rate-effort"]


async def test_a_second_done_adds_no_line(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.taps("labels.done", "labels.skip")
    lines = templates(day_one).count("session/line")
    await forges(day_one, Done((await day_one.stored()).sessions[-1].date))
    assert templates(day_one).count("session/line") == lines


async def test_a_check_ins_summary_stays_while_a_barrier_is_answered(climber: Chat) -> None:
    await on_reminder(climber, 2)
    await climber.taps("labels.done", "labels.skip")
    await on_reminder(climber, 7)
    await climber.taps("labels.check-in", *SIGNS, "labels.number 4", "labels.number 5", "labels.number 8")
    assert templates(climber)[-2:] == ["check-in/summary", "check-in/next"]
    await climber.taps("reminders.barriers.forgot.label")
    assert templates(climber)[-2:] == ["check-in/summary", "check-in/barrier"]


async def test_before_and_after_stay_when_it_goes_on(climber: Chat) -> None:
    await finish_re_test(climber)
    await climber.taps("labels.go-on-3")
    assert templates(climber)[-3:] == ["re-test/result", "re-test/card", "re-test/going-on"]


async def test_a_week_without_a_session_ends_with_one_smallest_thing_that_counts(climber: Chat) -> None:
    await on_reminder(climber, 7)
    await climber.taps("labels.check-in", *SIGNS, "labels.number 4", "labels.number 5", "labels.number 8")
    assert climber.buttons[0] == "labels.move-now"
    assert "Sit-to-stand with hands" in climber.last
    await climber.taps("labels.move-now", "labels.done")
    assert climber.last.template == "move/done"
    assert "That is your session for today." in climber.last
    assert "Sessions, week by week: 1\n" in await climber.sends("/progress")


async def rated(chat: Chat, sure: str) -> None:
    """The week's aim reached, and the first check-in answered."""
    for day in (2, 3, 4, 5, 6):
        await on_reminder(chat, day)
        await chat.taps("labels.done", "labels.skip")
    await on_reminder(chat, 7)
    await chat.taps("labels.check-in", *SIGNS, "labels.number 4", "labels.number 5", f"labels.number {sure}")


async def test_under_seven_it_is_asked_what_would_make_it_easier(climber: Chat) -> None:
    await rated(climber, "6")
    assert climber.last.template == "check-in/next"
    assert "You said 6 of 10" in climber.last
    assert climber.buttons[:3] == ["labels.short-from-now", "labels.fewer-days-now", "labels.other-moment"]
    await climber.taps("labels.short-from-now")
    assert (await climber.stored()).said("length") == "short"


async def test_from_seven_on_nothing_is_asked(climber: Chat) -> None:
    await rated(climber, "7")
    assert climber.last.values["asks"] == ""


async def test_how_sure_is_asked_in_the_first_check_in_and_the_re_test_alone(climber: Chat) -> None:
    await rated(climber, "9")
    await on_reminder(climber, 14)
    await climber.taps("labels.check-in", *SIGNS, "labels.number 4", "labels.number 5")
    assert climber.last.template.startswith("check-in/")
    await on_reminder(climber, 21)
    await climber.taps("labels.start-re-test", *SIGNS, "labels.number 4", "labels.number 5")
    assert climber.last.values["question"] == "sure"
    await climber.taps("labels.number 3")
    await is_not_sure(climber)
    assert "You said you are 3 of 10 sure" in climber.last
    assert climber.buttons[:2] == ["labels.go-on-2", "labels.go-on-3"]


async def test_the_plan_of_the_week_is_one_command_away(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.taps("labels.done", "labels.skip")
    await day_one.sends("my plan")
    shown = day_one.newest("enrollment/week-next")
    assert "Tue (today): ✓ strength\n" in shown
    assert "Wed: loosen, balance, " in shown
    assert all(f"\n{day}: " in f"\n{shown}" for day in ("Mon", "Wed", "Thu", "Fri", "Sat", "Sun"))
