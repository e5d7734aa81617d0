"""What follows from what was told: the next day, the next plan, trigger words, barriers, silence and coming back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from bot.core.model.callback_data import Barrier
from bot.core.model.delivery import GONE_OUT, Kind
from bot.core.model.message import OutgoingMessage
from tests.stories.ways import NO, forges, kept, on_reminder, starts, through_first_test, to_plan_told, to_time
from tests.support.chat import Chat
from tests.support.shown import Shown

BARRIERS = {
    "reminders.barriers.forgot.label": "labels.move-time 20:00",
    "reminders.barriers.no-time.label": "labels.short-from-now",
    "reminders.barriers.tired.label": "labels.gentle-from-now",
    "reminders.barriers.hurt-more.label": "labels.gentle-from-now",
    "reminders.barriers.afraid.label": "labels.about-pain",
    "reminders.barriers.bored.label": "labels.swap-from-now ",
    "reminders.barriers.how.label": "labels.today",
    "reminders.barriers.not-helping.label": "labels.my-progress",
    "reminders.barriers.away.label": "labels.pause-until ",
    "reminders.barriers.stress.label": "labels.short-from-now",
    "reminders.barriers.no-kit.label": "labels.swap-from-now ",
    "reminders.barriers.no-point.label": "labels.pick-activities",
}


@pytest.fixture
async def ada(chat: Chat) -> Chat:
    """Ada, whose usual pain is 3 and whose plan was shown on Monday, 2 March."""
    await to_plan_told(
        chat,
        "labels.clock 19:00",
        "labels.every-day",
        "labels.number 3",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
    )
    return chat


async def rates(chat: Chat, pain: str, effort: str = "labels.number 6") -> Shown:
    """Done, how hard, how much it hurt."""
    await chat.taps("labels.done", effort)
    return await chat.taps(pain)


async def goes_red(chat: Chat) -> Shown:
    """A session that hurt a lot, without any sign."""
    await rates(chat, "labels.number 8")
    return await chat.taps("labels.to-the-signs", NO, NO, NO)


async def checks_in(chat: Chat, pain: str) -> Shown:
    """Through the weekly check-in without any sign."""
    await chat.taps("labels.check-in", NO, NO, NO, pain, "labels.number 8")
    return chat.newest("check-in/summary")


# --- The day after ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "first"), [(2, "labels.start "), (6, "labels.check-in"), (7, "labels.next-part")])
async def test_amber_asks_next_day_on_that_days_one_message(ada: Chat, day: int, first: str) -> None:
    chat = ada
    await on_reminder(chat, min(day, 6))
    if day == 7:
        await chat.until(1, "18:00")
        await chat.sends("/today")
        await forges(chat, "done:260308:")
        await chat.taps("labels.number 4")
        await chat.taps("labels.number 5")
        await chat.until(0, "20:00")
        await chat.until(1, "19:00")
        await chat.testbed.settle()
    else:
        assert "Amber." in await rates(chat, "labels.number 5")
        messages = len(chat.messages)
        await chat.testbed.to_next_message()
        assert len(chat.messages) == messages + 1
    assert "how is it today?" in chat.last
    assert chat.buttons[:3] == ["labels.morning-settled", "labels.morning-more", "labels.morning-much-more"]
    assert any(label.startswith(first) for label in chat.buttons)
    assert "knee" not in chat.last.split("One question")[1].lower()


async def test_amber_is_asked_about_on_the_next_message_there_is(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps(
        "labels.clock 19:00",
        "labels.day-off 1",
        "labels.day-off 3",
        "labels.these-days",
        "labels.number 3",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
    )
    await through_first_test(chat)
    await on_reminder(chat, 2)
    await rates(chat, "labels.number 5")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-05T19:00:00+00:00"
    assert "labels.morning-settled" in chat.buttons


async def test_settled_is_good_and_the_plan_holds(ada: Chat) -> None:
    await on_reminder(ada, 2)
    await rates(ada, "labels.number 5")
    await ada.testbed.to_next_message()
    assert "that was not too much for your knee" in await ada.taps("labels.morning-settled")
    assert "and then it settled" in await ada.taps("labels.today")
    await ada.sends("/today")
    assert "labels.morning-settled" not in ada.buttons


async def test_a_bit_more_makes_the_next_one_easier_and_the_usual_plan_can_be_kept(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await rates(chat, "labels.number 5")
    await chat.testbed.to_next_message()
    usual = await chat.sends("/today")
    assert "one step easier" in await forges(chat, "mor:260303:more")
    easier = await chat.sends("/today")
    assert "Your knee was still sore the day after. So today is one step easier." in easier
    kept_plan = await chat.taps("labels.usual-plan")
    assert "one step easier" not in kept_plan
    assert kept_plan.count("times") == usual.count("times")
    assert "labels.usual-plan" not in chat.buttons


async def test_much_more_looks_at_the_signs_and_brings_the_easy_session(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await rates(chat, "labels.number 5")
    await chat.testbed.to_next_message()
    assert "Red." in await chat.taps("labels.morning-much-more")
    assert "is an easy one" in await chat.taps("labels.to-the-signs", NO, NO, NO)
    assert "much more sore the day after" in await chat.taps("labels.today")


async def test_answering_for_the_day_after_keeps_the_check_in_within_reach(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 6)
    await rates(chat, "labels.number 5")
    await chat.testbed.to_next_message()
    await chat.taps("labels.morning-settled")
    assert "labels.check-in" in chat.buttons
    await checks_in(chat, "labels.number 3")
    await forges(chat, "mor:260307:settled")
    assert "labels.check-in" not in chat.buttons


@pytest.mark.parametrize("answer", ["labels.morning-settled", "labels.morning-much-more"])
async def test_answering_for_the_day_after_keeps_lesson_and_check_in_within_reach(chat: Chat, answer: str) -> None:
    await to_time(chat)
    await chat.taps(
        "labels.clock 19:00",
        "labels.day-off 0",
        "labels.day-off 2",
        "labels.day-off 4",
        "labels.these-days",
        "labels.number 3",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
        "labels.skip",
    )
    await through_first_test(chat)
    await on_reminder(chat, 5)
    await rates(chat, "labels.number 5")
    await chat.testbed.to_next_message()
    assert "Week 2, card 1" in chat.last
    await chat.taps(answer)
    if answer == "labels.morning-much-more":
        await chat.taps("labels.to-the-signs", NO, NO, NO)
    assert "labels.check-in" in chat.buttons
    assert "Week 2, card 1" in await chat.taps("labels.read-lesson")


# --- The next plan ----------------------------------------------------------------------------------------------


async def test_a_red_session_brings_the_easy_one_lying_or_sitting_which_cannot_be_made_harder(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    assert "is an easy one" in await goes_red(chat)
    await chat.until(1, "12:00")
    said = await chat.sends("/today")
    assert "Last time your knee hurt a lot. So today is an easy session, lying or sitting." in said
    assert [name in said for name in ("Half bridge", "Wall clamshell", "Dead bug")] == [True] * 3
    await starts(chat)
    await chat.taps("labels.more")
    assert not any(label.startswith(("labels.swap ", "labels.level-")) for label in chat.buttons)
    assert "hurt a lot" in await chat.taps("labels.why")


async def test_a_changed_day_says_why_behind_the_reminders_start_too_and_can_be_declined_there(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await goes_red(chat)
    await on_reminder(chat, 3)
    await starts(chat)
    assert chat.newest("session/upshot").startswith("Last time your knee hurt a lot.")
    assert "easy session" not in await chat.taps("labels.usual-plan")


async def test_what_a_changed_day_follows_from_is_said_once_to_whoever_opens_it_first(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await goes_red(chat)
    await on_reminder(chat, 3)
    said = len(chat.since(0))
    assert "Last time your knee hurt a lot." in await chat.sends("/today")
    assert (await starts(chat)).template == "session/exercise"
    assert "session/upshot" not in [each.template for each in chat.since(said)]


async def test_what_is_worse_today_is_said_although_the_day_was_opened_first(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 4)
    await chat.sends("/today")
    start = next(label for label in chat.buttons if label.startswith("labels.start "))
    await chat.taps(start, "labels.knee-worse", "labels.floor-yes")
    assert "worse than usual today" in chat.newest("session/upshot")


async def test_the_easy_session_can_be_declined_for_the_usual_plan(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    usual = await chat.sends("/today")
    await goes_red(chat)
    await chat.until(2, "12:00")
    assert "easy session" in await chat.sends("/today")
    said = await chat.taps("labels.usual-plan")
    assert "easy session" not in said
    assert said != usual


async def test_red_twice_in_7_days_stops_strength_work_until_it_is_answered(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await goes_red(chat)
    await on_reminder(chat, 3)
    said = await goes_red(chat)
    assert "Please see someone about it." in said
    assert "Sample Name One" in said
    for day in (4, 6):
        await on_reminder(chat, day)
        said = await chat.sends("/today")
        assert "Your knee hurt a lot twice in 7 days." in said
        assert "Dead bug" in said
    assert "From now on you get your usual plan again." in await chat.taps("labels.asked-go-on")
    said = await chat.sends("/today")
    assert "easy session" not in said
    assert "Dead bug" not in said


async def test_usual_pain_up_by_two_at_the_check_in_stops_strength_work(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 7)
    await checks_in(chat, "labels.number 5")
    said = chat.newest("session/upshot")
    assert "Your usual pain has gone up since the start. Please see someone about it." in said
    assert "Someone to see" in said
    await on_reminder(chat, 9)
    assert "easy sessions, lying or sitting" in await chat.sends("/today")
    assert "labels.asked-go-on" in chat.buttons


async def green_twice(chat: Chat) -> Shown:
    for day in (2, 3, 4):  # what is done for loosening in between counts for nothing
        await on_reminder(chat, day)
        said = await rates(chat, "labels.number 2")
        assert ("labels.harder-from-now" in chat.buttons) is (day == 4)
    return said


async def test_two_green_sessions_offer_a_bit_harder_once(ada: Chat) -> None:
    chat = ada
    assert "Your last two rated strength sessions were green." in await green_twice(chat)
    assert "a bit more" in await chat.taps("labels.harder-from-now")
    await on_reminder(chat, 6)
    assert "Chair squat: 2 × 12 times" in await chat.sends("/today")
    await rates(chat, "labels.number 2")
    assert "labels.harder-from-now" not in chat.buttons


async def test_an_offer_that_nobody_answers_comes_again_after_two_good_strength_sessions_more(ada: Chat) -> None:
    chat = ada
    await green_twice(chat)
    offered = []
    for day in (5, 6, 9, 11):
        await on_reminder(chat, day)
        offered.append((await rates(chat, "labels.number 2")).values["offer"])
    assert offered == [False, False, True, False]


async def test_staying_the_same_changes_nothing(ada: Chat) -> None:
    chat = ada
    await green_twice(chat)
    assert "it stays as it is" in await chat.taps("labels.same-level")
    await on_reminder(chat, 6)
    assert "Chair squat: 2 × 8 to 12 times" in await chat.sends("/today")


async def test_what_felt_easy_twice_is_a_bit_more_by_itself_and_can_be_declined(ada: Chat) -> None:
    chat = ada
    for day in (2, 4):
        await on_reminder(chat, day)
        said = await rates(chat, "labels.number 2", effort="labels.number 3")
    assert "You rated the effort of your last two strength sessions 4 of 10 or less." in said
    await on_reminder(chat, 6)
    said = await chat.sends("/today")
    assert "4 of 10 or less. The next is a bit more, unless you say no." in said
    assert "Chair squat: 2 × 12 times" in said
    await chat.taps("labels.usual-plan")
    assert "Chair squat: 2 × 8 to 12 times" in await chat.sends("/today")


async def test_what_was_too_hard_is_a_bit_less_and_can_be_declined(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await rates(chat, "labels.number 2", effort="labels.number 9")
    await on_reminder(chat, 4)
    said = await chat.sends("/today")
    assert "You gave your last strength session 8 of 10 or more. So this one is a bit less." in said
    assert "Chair squat" not in said
    assert "Chair squat: 2 × 8 to 12 times" in await chat.taps("labels.usual-plan")


async def test_a_red_session_takes_a_bit_harder_back(ada: Chat) -> None:
    chat = ada
    await green_twice(chat)
    await chat.taps("labels.harder-from-now")
    await on_reminder(chat, 6)
    assert "Chair squat: 2 × 12 times" in await chat.sends("/today")
    await goes_red(chat)
    await on_reminder(chat, 9)
    await rates(chat, "labels.number 2")
    await on_reminder(chat, 11)
    assert "Seated knee bends: 10 times" in await chat.sends("/today")
    await rates(chat, "labels.number 2")
    await on_reminder(chat, 13)
    assert "Chair squat: 8 times" in await chat.sends("/today")


async def test_a_week_away_begins_one_level_down_and_with_the_smallest_thing(ada: Chat) -> None:
    chat = ada
    await on_reminder(chat, 2)
    await rates(chat, "labels.number 2")
    await chat.until(9, "12:00")
    said = await chat.sends("/today")
    assert "Good to see you. Start with the short version, if you like." in said
    assert "You have been away for a while. So you begin one step easier." in said
    assert chat.buttons[0] == "labels.short"
    assert "Good to have you back. You go on from here." in await chat.taps(
        "labels.short", NO, NO, NO, "labels.knee-usual", "labels.done", "labels.skip"
    )
    assert "labels.harder-from-now" not in chat.buttons


# --- Safety, asked again ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["my knee is hot", "my calf hurts", "I can't walk"])
async def test_a_trigger_word_asks_for_signs_and_nothing_stops_until_the_answer(ada: Chat, typed: str) -> None:
    chat = ada
    asked = await chat.sends(typed)
    assert (asked.template, asked.values["question"]) == ("safety/question", "trigger")
    await chat.testbed.to_next_message()
    assert chat.buttons[0].startswith("labels.start ")


@pytest.mark.parametrize("typed", ["i want to die", "what is the point of living", "I might hurt myself on purpose"])
async def test_whoever_thinks_of_ending_their_life_reads_whom_to_call_first(ada: Chat, typed: str) -> None:
    chat = ada
    asked = await chat.sends(typed)
    assert asked.template == "safety/ending-life"
    assert "112" in asked.splitlines()[0]
    assert chat.buttons == ["answer no", "answer yes", "answer not-sure"]
    for said in (await chat.taps("labels.plain-yes"), await chat.sends("/today")):
        assert said.template == "safety/ending-life"
        assert "112" in said.splitlines()[0]
    await chat.until(10, "20:00")
    sent = [record.kind for record in (await chat.stored()).deliveries.values() if record.outcome in GONE_OUT]
    assert sent == [Kind.FOLLOW_UP]


async def test_words_about_ending_ones_life_that_were_not_meant_change_nothing(ada: Chat) -> None:
    chat = ada
    await chat.sends("i want to die")
    assert "You can go on." in await chat.taps("labels.plain-no")
    await chat.testbed.to_next_message()
    assert chat.buttons[0].startswith("labels.start ")


async def test_a_yes_to_a_sore_calf_is_answered_without_words_about_ending_ones_life(ada: Chat) -> None:
    chat = ada
    await chat.sends("my calf hurts")
    for said in (await chat.taps("labels.yes"), await chat.sends("/today")):
        assert "See a doctor or urgent care clinic today." in said
        assert "your life" not in said


async def test_a_yes_that_names_the_sign_again_is_a_yes(ada: Chat) -> None:
    chat = ada
    await chat.sends("my calf hurts")
    assert (await chat.sends("yes my calf is sore")).template == "safety/today"


@pytest.mark.parametrize("typed", ["the calf raises are fun", "calf stretches today?", "it was a hot day"])
async def test_calf_raises_and_the_like_ask_for_nothing(ada: Chat, typed: str) -> None:
    assert "Safety check" not in await ada.sends(typed)


@pytest.mark.parametrize("answer", ["labels.yes", "labels.not-sure"])
async def test_after_a_yes_nothing_goes_out_until_the_check_was_gone_through_again(ada: Chat, answer: str) -> None:
    chat = ada
    await chat.sends("my calf hurts")
    assert "See a doctor or urgent care clinic today." in await chat.taps(answer)
    await chat.until(10, "20:00")
    sent = [record.kind for record in (await chat.stored()).deliveries.values() if record.outcome in GONE_OUT]
    assert sent == [Kind.FOLLOW_UP]
    assert "See a doctor or urgent care clinic today." in await chat.sends("/today")
    await chat.taps("labels.check-again", *[NO] * 7)
    await chat.testbed.to_next_message()
    assert any(record.kind is not Kind.FOLLOW_UP for record in (await chat.stored()).deliveries.values())


async def test_a_sign_at_the_check_in_stops_it_there(ada: Chat) -> None:
    await on_reminder(ada, 7)
    said = await ada.taps("labels.check-in", NO, "labels.yes")
    assert "Get seen by a doctor or an urgent care clinic today." in said
    assert ada.buttons == ["labels.check-again"]


# --- The weekly check-in ----------------------------------------------------------------------------------------


async def test_a_week_at_its_target_is_praised_with_its_numbers_and_asked_nothing(ada: Chat) -> None:
    chat = ada
    for day in (2, 4, 6):
        await on_reminder(chat, day)
        await rates(chat, "labels.number 2")
    await on_reminder(chat, 7)
    said = await checks_in(chat, "labels.number 3")
    assert "Your aim was 3" in said or "your aim was 3" in said
    assert "What got in the way?" not in said
    assert chat.buttons == ["labels.read-lesson"]


@pytest.mark.parametrize("turn", range(8))
async def test_an_aim_of_one_is_one_session(chat: Chat, turn: int) -> None:
    values = {"week": 1, "turn": turn, "target": 1, "compared": [], "upshot": None, "next": None}
    values |= {"others": 0, "all_same": False, "calm": False, "early": True, "red": None, "short": 0, "asks": ""}
    for done, sessions in ((1, "1 strength session"), (2, "strength session")):
        message = OutgoingMessage("check-in/summary", {**values, "done": done})
        said = chat.testbed.renderers.default.render(message).text
        assert sessions in said
        assert "1 strength sessions" not in said
        assert "1 are" not in said


async def test_less_than_the_target_asks_what_got_in_the_way(ada: Chat) -> None:
    await on_reminder(ada, 7)
    await checks_in(ada, "labels.number 3")
    assert "What got in the way? Pick one" in ada.last
    assert ada.buttons == ["labels.move-now", *BARRIERS, "labels.read-lesson"]


async def test_much_pain_at_a_check_in_is_met_with_the_signs_and_no_move(ada: Chat) -> None:
    await on_reminder(ada, 7)
    said = await checks_in(ada, "labels.number 8")
    assert "Life happens" not in said
    assert "8 of 10 is a lot of pain." in ada.last
    assert ada.buttons == ["labels.to-the-signs", "labels.read-lesson"]
    assert (await ada.taps("labels.to-the-signs")).template == "safety/question"


@pytest.mark.parametrize(("barrier", "change"), BARRIERS.items())
async def test_each_barrier_has_an_answer_and_a_change_that_works_with_one_tap(
    ada: Chat, barrier: str, change: str
) -> None:
    chat = ada
    await on_reminder(chat, 7)
    await checks_in(chat, "labels.number 3")
    answer = await chat.taps(barrier)
    before = await kept(chat)
    said = await chat.taps(next(label for label in chat.buttons if label.startswith(change)))
    assert said != answer
    shows_only = change in ("labels.about-pain", "labels.today", "labels.my-progress", "labels.pick-activities")
    assert shows_only or await kept(chat) != before
    assert change != "labels.short-from-now" or "From now on it is one move, about 3 minutes" in said


async def test_who_has_kit_can_have_the_plan_without_it(ada: Chat) -> None:
    chat = ada
    await chat.sends("/settings")
    await chat.taps("labels.set-kit", "labels.unpicked choices.kit.roller", "labels.these")
    await on_reminder(chat, 7)
    await checks_in(chat, "labels.number 3")
    assert "your plan needs none of these" in await chat.taps("reminders.barriers.no-kit.label", "labels.without-kit")


async def test_a_barrier_there_is_not_changes_nothing(ada: Chat) -> None:
    before = await kept(ada)
    await forges(ada, Barrier(1, "aliens"))
    assert await kept(ada) == before


# --- Silence and coming back ------------------------------------------------------------------------------------


async def sent_on(chat: Chat) -> dict[Kind, list[int]]:
    """The days of March on which each kind of message went out."""
    found: dict[Kind, list[int]] = {}
    for record in (await chat.stored()).deliveries.values():
        if record.outcome in GONE_OUT:
            found.setdefault(record.kind, []).append(record.at.day)
    return {kind: sorted(days) for kind, days in found.items()}


async def test_three_unanswered_are_followed_by_every_second_day_and_seven_by_one_question_then_silence(
    ada: Chat,
) -> None:
    chat = ada
    await chat.until(27, "20:00")
    sent = await sent_on(chat)
    days = sent[Kind.REMINDER]
    assert days[:3] == [3, 4, 5]
    assert len(days) == 7
    assert all(later - earlier >= 2 for earlier, later in pairwise(days[2:]))
    assert len(sent[Kind.STILL]) == 1
    assert sent[Kind.STILL][0] > days[-1]
    assert sent[Kind.LESSON] == [9, 16]
    asked = [message for message in chat.messages if "Do you still want these messages?" in str(message["text"])]
    assert len(asked) == 1


async def still_wanted(chat: Chat) -> None:
    while "Do you still want these messages?" not in chat.last:
        await chat.testbed.to_next_message()


async def says_hello(chat: Chat) -> None:
    await chat.sends("/start")


async def takes_a_small_start(chat: Chat) -> None:
    await chat.taps("labels.small-start")


@pytest.mark.parametrize("returns", [says_hello, takes_a_small_start])
async def test_a_comeback_offers_the_smallest_thing_and_brings_reminders_again(
    ada: Chat, returns: Callable[[Chat], Awaitable[None]]
) -> None:
    chat = ada
    await still_wanted(chat)
    await returns(chat)
    assert "Good to see you." in chat.last
    assert chat.buttons[0] == "labels.short"
    assert not any(word in chat.last for word in ("missed", "failed", "streak", "should have"))
    before = len((await sent_on(chat))[Kind.REMINDER])
    await chat.until(3, "20:00")
    assert len((await sent_on(chat))[Kind.REMINDER]) > before


async def test_fewer_days_or_no_more_messages_are_one_tap_away(ada: Chat) -> None:
    chat = ada
    await still_wanted(chat)
    assert (await chat.taps("labels.fewer-days")).template == "profile/days"
    assert (await forges(chat, "stop")).template == "enrollment/stopped"
