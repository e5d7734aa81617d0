"""In the middle of a session: it hurts, enough for today, why, the timer, stray pictures; and the scores after it."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import GetDown, ItHurts, RatePain, Tell
from tests.stories.remembered import remembered
from tests.stories.ways import NO, forges, kept, on_reminder, starts, through_first_test, to_plan_told, to_time
from tests.support.chat import Chat

USUAL_THREE = (
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


@remembered
async def to_day_two(chat: Chat) -> None:
    await to_plan_told(chat, *USUAL_THREE)
    await on_reminder(chat)
    await starts(chat)


@remembered
async def to_what_is_held(chat: Chat) -> None:
    await to_day_two(chat)
    await on_reminder(chat, 3)
    await starts(chat)
    while not any(label.startswith("labels.timer ") for label in chat.buttons):
        await chat.taps("labels.next-exercise")


@pytest.fixture
async def started(chat: Chat) -> Chat:
    """Tuesday, 3 March, 19:00: Ada, whose usual pain is 3, looks at the first exercise of day 2."""
    await to_day_two(chat)
    return chat


def name_of(said: str) -> str:
    return said.split(": ")[1].splitlines()[0]


async def test_pain_as_usual_is_green_and_the_session_goes_on(started: Chat) -> None:
    said = await started.taps("labels.it-hurts", "labels.number 3")
    assert "Green. Carry on." in said
    assert "no more than you are used to" in said
    assert "2 of" in await started.taps("labels.next-exercise")


async def test_more_than_usual_is_amber_and_offers_easier_another_move_the_next_or_enough(started: Chat) -> None:
    name = name_of(started.last)
    said = await started.taps("labels.it-hurts", "labels.number 5")
    assert said.startswith("Amber.")
    assert [label.partition(" ")[0] for label in started.buttons] == [
        "labels.level-easier", "labels.swap", "labels.next-exercise", "labels.enough"]  # fmt: skip
    assert "Made easier, from now on." in await started.taps("labels.level-easier")
    assert name in started.last


async def test_after_it_hurts_another_move_takes_its_place(started: Chat) -> None:
    await started.taps("labels.it-hurts", "labels.number 4")
    swap = next(label for label in started.buttons if label.startswith("labels.swap "))
    said = await started.taps(swap)
    assert "✓ Swapped" in said
    assert said.values["exercise"] == swap.split()[1]


async def test_stopping_half_way_keeps_what_was_done_and_counts(started: Chat) -> None:
    first = name_of(started.last)
    await started.taps("labels.next-exercise", "labels.it-hurts", "labels.number 5")
    assert (await started.taps("labels.enough")).template == "session/rate-effort"
    session = (await started.stored()).sessions[-1]
    assert len(session.done) == 1
    assert session.finished_at is not None
    assert first in await started.sends("/today")
    assert "The session of day 2 is done." in started.last


async def test_leaving_half_way_without_a_word_keeps_what_was_done(started: Chat) -> None:
    await started.taps("labels.next-exercise", "labels.next-exercise")
    await started.until(1, "09:00")
    assert len((await started.stored()).sessions[-1].done) == 2


@pytest.mark.parametrize("answer", ["labels.number 6", "labels.number 8", "labels.sharp"])
async def test_much_pain_or_a_sharp_one_is_red_ends_today_and_asks_for_the_signs(started: Chat, answer: str) -> None:
    chat = started
    said = await chat.taps("labels.next-exercise", "labels.it-hurts", answer)
    assert said.startswith("Red. Stop for today.")
    assert chat.buttons == ["labels.to-the-signs"]
    assert "Safety check (1 of 3)" in await chat.taps("labels.to-the-signs")
    said = await chat.taps(NO, NO, NO)
    assert "Then rest for today." in said
    assert "Your next session is an easy one" in said
    assert "serious" not in said
    assert len((await chat.stored()).sessions[-1].done) == 1


@pytest.mark.parametrize(
    "way",
    [
        ("labels.it-hurts", "labels.number 8"),
        (*["labels.next-exercise"] * 4, "labels.done", "labels.number 4", "labels.number 8"),
    ],
)
async def test_a_day_that_ended_red_is_a_day_of_rest_and_offers_no_session(started: Chat, way: tuple[str, ...]) -> None:
    chat = started
    await chat.taps(*way, "labels.to-the-signs", NO, NO, NO)
    assert chat.messages[-1]["keyboard"] in (None, [])
    said = await chat.sends("/today")
    assert "rest\n\nToday’s session is over, and what you did counts. Your knee hurt a lot, so rest now." in said
    assert "times" not in said
    assert chat.messages[-1]["keyboard"] in (None, [])
    await chat.testbed.to_next_message()
    assert any(label.startswith("labels.start ") for label in chat.buttons)


async def test_no_reminder_comes_for_a_day_that_ended_red(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps(*USUAL_THREE)
    await through_first_test(chat)
    await chat.until(1, "09:00")
    await chat.sends("/today")
    await starts(chat)
    await chat.taps("labels.it-hurts", "labels.number 9", "labels.to-the-signs", NO, NO, NO)
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T19:00:00+00:00"


async def test_a_sign_found_after_red_pain_stops_every_prompt_until_the_check_was_gone_through_again(
    started: Chat,
) -> None:
    chat = started
    await chat.taps("labels.it-hurts", "labels.number 9", "labels.to-the-signs", NO)
    said = await chat.taps("labels.not-sure")
    assert "Tell them which sign you have" in said
    messages = len(chat.messages)
    await chat.until(5, "20:00")
    later = chat.since(messages)
    assert not any(button.label == "labels.start" for message in later for button in message.buttons)
    assert sum("Were you able to get help?" in message for message in later) == 1
    await chat.taps("labels.check-again", *[NO] * 7)
    assert any(button.label == "labels.today" for message in chat.since(messages) for button in message.buttons)


@pytest.mark.parametrize("typed", ["7", "7/10", "about 7"])
async def test_a_typed_number_answers_how_hard_it_was(started: Chat, typed: str) -> None:
    await started.taps(*["labels.next-exercise"] * 4, "labels.done")
    assert (await started.sends(typed)).template == "session/rate-pain"
    assert (await started.stored()).sessions[-1].effort == 7


@pytest.mark.parametrize("taps", [("labels.done",), ("labels.done", "labels.number 4")])
async def test_eleven_is_answered_with_the_range_and_the_question_again(started: Chat, taps: tuple[str, ...]) -> None:
    await started.taps(*["labels.next-exercise"] * 4)
    question = await started.taps(*taps)
    before = await kept(started)
    assert await started.sends("11") == question
    assert "0 to 10" in str(started.messages[-2]["text"])
    assert await kept(started) == before


@pytest.mark.parametrize("taps", [("labels.done",), ("labels.done", "labels.number 4"), ("labels.it-hurts",)])
async def test_idk_keeps_the_question_open(started: Chat, taps: tuple[str, ...]) -> None:
    if "labels.done" in taps:
        await started.taps(*["labels.next-exercise"] * 4)
    question = await started.taps(*taps)
    before = await kept(started)
    assert await started.sends("idk") == question
    assert "Here it is once more" in str(started.messages[-2]["text"])
    assert await kept(started) == before


async def test_a_typed_number_says_how_much_one_exercise_hurts(started: Chat) -> None:
    await started.taps("labels.it-hurts")
    assert (await started.sends("4")).startswith("Amber.")


async def test_the_scores_can_be_skipped(started: Chat) -> None:
    await started.taps(*["labels.next-exercise"] * 4, "labels.done")
    assert "Your first session is done." in await started.taps("labels.skip")
    session = (await started.stored()).sessions[-1]
    assert (session.effort, session.pain) == (None, None)


async def test_pain_of_0_and_then_a_lot_is_taken_at_its_worst(started: Chat) -> None:
    chat = started
    await chat.taps(*["labels.next-exercise"] * 4, "labels.done", "labels.number 2", "labels.number 0")
    assert "Green. Carry on." in chat.last
    assert "Red." in await forges(chat, RatePain((await chat.stored()).sessions[-1].date, 8))
    assert (await chat.stored()).sessions[-1].pain == 8


async def test_a_voice_note_and_a_photo_are_answered_kindly_and_the_session_goes_on(started: Chat) -> None:
    chat = started
    before = await kept(chat)
    for send in (chat.person.sends_voice, chat.person.sends_photo):
        send()
        await chat.testbed.settle()
        assert chat.last.template == "information/not-text"
    assert await kept(chat) == before
    await chat.taps("labels.next-exercise")
    assert any(str(message["text"]).startswith("2 of") for message in chat.messages)


async def test_a_button_of_a_day_that_has_passed_changes_nothing_and_shows_where_you_are(started: Chat) -> None:
    chat = started
    old, day = chat.messages[-1]["id"], (await chat.stored()).sessions[-1].date
    await chat.until(1, "20:00")
    before = await kept(chat)
    await forges(chat, f"owh:{day:%y%m%d}:h7:9:", old)
    assert any("older message. Nothing was changed." in str(message["text"]) for message in chat.messages)
    assert await kept(chat) == before


async def test_why_this_names_the_answer_that_led_to_it_and_leads_back(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps(*USUAL_THREE, "labels.start-test")
    answers = iter(range(60))
    while "labels.show-plan" not in chat.buttons:
        labels = [label for label in chat.buttons if label != "labels.back"]
        await chat.taps(labels[1 % len(labels)] if next(answers) >= 0 else "")
    await chat.taps("labels.show-plan")
    await on_reminder(chat)
    await starts(chat)
    exercise = await chat.taps("labels.next-exercise")
    said = await chat.taps("labels.more", "labels.why")
    assert "You told me: " in said
    assert said.template == "session/why"
    assert await chat.taps("labels.back") == exercise


async def test_why_this_in_the_short_version_leads_back_to_the_short_version(day_one: Chat) -> None:
    await on_reminder(day_one)
    short = await day_one.taps("labels.short", "labels.knee-usual")
    assert "1 of 1" in short
    await day_one.taps("labels.more", "labels.why")
    assert await day_one.taps("labels.back") == short
    await day_one.taps("labels.it-hurts")
    assert await day_one.taps("labels.back") == short


@pytest.fixture
async def timed(chat: Chat) -> Chat:
    """Day 3: an exercise that is held stands on the screen, and only the story moves the clock."""
    await to_what_is_held(chat)
    chat.testbed.longest_wait = 3.0
    await chat.testbed.advance(60)  # the pace of one chat is free again
    return chat


async def test_the_timer_counts_down_in_place_and_ends(timed: Chat) -> None:
    chat = timed
    messages, exercise = len(chat.messages), chat.last
    said = await chat.taps(next(label for label in chat.buttons if label.startswith("labels.timer ")))
    assert "starts in 5 seconds" in said
    await chat.testbed.advance(5)
    assert "Hold for 30 seconds" in chat.last
    await chat.testbed.advance(10)
    assert "20 seconds to go" in chat.last
    await chat.testbed.advance(20)
    assert "Well held. Now the other side." in chat.last
    assert chat.last.values["exercise"] == exercise.values["exercise"]
    assert len(chat.messages) == messages


async def test_the_timer_stops_when_the_person_goes_on(timed: Chat) -> None:
    chat = timed
    exercise = chat.last
    await chat.taps(next(label for label in chat.buttons if label.startswith("labels.timer ")))
    assert await chat.taps("labels.back") == exercise
    await chat.testbed.advance(60)
    assert chat.last == exercise


async def test_nothing_in_a_session_offers_exercise_while_a_sign_stands(started: Chat) -> None:
    chat = started
    day, action = (await chat.stored()).sessions[-1].date, "again"
    await forges(chat, action)
    stop = await chat.taps("labels.yes")
    for data in (ItHurts(day, "h7"), f"owh:{day:%y%m%d}:h7:1:", f"why:{day:%y%m%d}:h7", f"tim:{day:%y%m%d}:h4",
                 f"enough:{day:%y%m%d}", f"done:{day:%y%m%d}:", f"x:{day:%y%m%d}:h7:"):  # fmt: skip
        said = await forges(chat, data)
        assert said == stop or "How hard was it?" in said, data
        assert not any(
            label in chat.buttons for label in ("labels.next-exercise", "labels.done", "labels.level-easier")
        ), data


async def test_could_not_do_it_and_then_the_best_answer_is_the_best_answer(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps(*USUAL_THREE, "labels.start-test")
    await chat.taps("answer not-sure", "labels.back")
    best = next(label for label in chat.buttons if label != "labels.back")
    await chat.taps(best)
    attempt = (await chat.stored()).attempts[-1]
    assert len(attempt.answers) == 1
    assert attempt.answers[0].value != "not-sure"


async def _to_the_floor(chat: Chat) -> None:
    """As far as the question whether they get down there."""
    await on_reminder(chat)
    start = next(label for label in chat.buttons if label.startswith("labels.start "))
    await chat.taps(start, "labels.knee-usual")
    assert chat.last.template == "session/floor"


async def _moves(chat: Chat) -> list[str]:
    """The words of each move from this one on."""
    found = [str(chat.last)]
    while "labels.next-exercise" in chat.buttons:
        found.append(str(await chat.taps("labels.next-exercise")))
    return found


async def test_whoever_does_not_get_down_to_the_floor_is_shown_no_move_there_till_they_say_otherwise(
    day_one: Chat,
) -> None:
    chat = day_one
    await _to_the_floor(chat)
    assert "No floor moves, from now on" in await chat.taps("labels.floor-no")
    assert any("Bed bridge" in move for move in await _moves(chat))
    await chat.sends("/settings")
    await chat.taps("labels.set-way", "care.ways.any")
    await chat.sends("/today")
    start = next(label for label in chat.buttons if label.startswith("labels.start "))
    await chat.taps(start)
    assert not any("Bed bridge" in move for move in await _moves(chat))


async def test_whoever_gets_down_to_the_floor_is_asked_once(day_one: Chat) -> None:
    chat = day_one
    await _to_the_floor(chat)
    assert (await chat.taps("labels.floor-yes")).template == "session/exercise"
    assert not any("Bed bridge" in move for move in await _moves(chat))
    await on_reminder(chat, 3)
    await chat.taps(next(label for label in chat.buttons if label.startswith("labels.start ")), "labels.knee-usual")
    assert chat.last.template == "session/exercise"


async def test_a_session_without_a_move_on_the_floor_asks_nothing_about_it(day_one: Chat) -> None:
    await on_reminder(day_one)
    assert (await day_one.taps("labels.short", "labels.knee-usual")).template == "session/exercise"


@pytest.mark.parametrize("value", ["", "perhaps"])
async def test_the_floor_asked_about_again_or_answered_otherwise_leaves_all_as_it_was(
    day_one: Chat, value: str
) -> None:
    chat = day_one
    await _to_the_floor(chat)
    before = await kept(chat)
    await forges(chat, GetDown(chat.testbed.clock.now().date(), value))
    assert (await kept(chat)).answers == before.answers


@pytest.mark.parametrize("way", ["care.ways.seated", "care.ways.kneel-free"])
async def test_a_way_to_move_chosen_once_changes_what_is_shown(day_one: Chat, way: str) -> None:
    chat = day_one
    await on_reminder(chat, 3)
    usual = await starts(chat)
    usuals = [usual]
    while "labels.next-exercise" in chat.buttons:
        usuals.append(await chat.taps("labels.next-exercise"))
    await chat.sends("/settings")
    await chat.taps("labels.set-way", way)
    await chat.sends("/today")
    changed = [await starts(chat)]
    while "labels.next-exercise" in chat.buttons:
        changed.append(await chat.taps("labels.next-exercise"))
    assert len(changed) == len(usuals)
    assert any(now != before for now, before in zip(changed, usuals, strict=True))


@pytest.mark.parametrize(
    ("wanted", "way", "said"),
    [("kneeling", "kneel-free", 1), ("kneeling", "seated", 1), ("kneeling", "any", 0), ("stairs", "seated", 0)],
)
async def test_what_a_way_leaves_out_of_what_somebody_wants_back_is_said_once(
    day_one: Chat, wanted: str, way: str, said: int
) -> None:
    await forges(day_one, Tell("activities", (wanted,)))
    shown = await forges(day_one, Tell("way", (way,)))
    assert shown.count("You said that you want to kneel again. In this way no move asks for it.") == said
    assert "(saved)" in shown
    assert ("Length: The whole session" in shown) is not bool(said)


async def test_the_short_version_chosen_once_stands_first(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/settings")
    await chat.taps("labels.set-length", "care.lengths.short")
    await on_reminder(chat)
    assert chat.buttons[0] == "labels.short"
    await chat.sends("/today")
    assert chat.buttons[0] == "labels.short"
