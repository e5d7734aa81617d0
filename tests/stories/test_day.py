"""One day: reminder, exercises, later, not today, done."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import Done, RemindLater
from tests.stories.ways import forges, kept, on_reminder, opens_again, starts, to_reminder
from tests.support.chat import Chat


@pytest.fixture
async def reminded(chat: Chat) -> Chat:
    """Tuesday, 3 March, 19:00: day 2, a strength day; its reminder has just come."""
    await to_reminder(chat)
    return chat


async def test_the_first_line_of_a_reminder_tells_nothing_about_health(reminded: Chat) -> None:
    said = reminded.last.lower().splitlines()[0]
    assert not any(word in said for word in ("knee", "pain", "hip", "exercise", "sore", "health"))
    assert reminded.buttons[0].startswith("labels.start ")
    assert reminded.buttons[1:5] == ["labels.short", "labels.done", "labels.later 20:00", "labels.not-today"]
    assert reminded.buttons[5:] == ["labels.first-lesson", "labels.read hips/strengthen"]


async def test_the_days_exercises_are_paged_in_place_to_done(reminded: Chat) -> None:
    chat = reminded
    messages = len(chat.messages)
    first = await starts(chat)
    count = int(first.split(" of ")[1].split(":")[0])
    for number in range(2, count + 1):
        assert f"{number} of {count}" in await chat.taps("labels.next-exercise")
    assert (await chat.taps("labels.done")).template == "session/rate-effort"
    assert (await chat.taps("labels.number 4")).template == "session/rate-pain"
    said = await chat.taps("labels.number 2")
    assert "Green. Carry on." in said
    assert "Your first session is done." in said
    assert "1 session" not in said
    assert "My next message comes on Wednesday 4 March, 19:00." in chat.last
    # The one line of the session in place of the reminder, and what is said after it: nothing else is left standing.
    assert len(chat.messages) == messages + 1
    assert len((await chat.stored()).sessions[-1].done) == count


async def test_back_pages_back(reminded: Chat) -> None:
    first = await starts(reminded)
    await reminded.taps("labels.next-exercise")
    again = await reminded.taps("labels.more", "labels.exercise-before")
    assert again.values["exercise"] == first.values["exercise"]


async def test_a_session_goes_on_after_a_kill(reminded: Chat) -> None:
    await starts(reminded)
    await reminded.taps("labels.next-exercise")
    await opens_again(reminded)
    assert "3 of" in await reminded.taps("labels.next-exercise")


async def test_the_short_version_is_one_exercise_and_counts(reminded: Chat) -> None:
    assert "1 of 1" in await reminded.taps("labels.short", "labels.knee-usual")
    assert "short counts" in await reminded.taps("labels.done", "labels.skip")
    session = (await reminded.stored()).sessions[-1]
    assert session.short
    assert len(session.done) == 1
    assert session.finished_at is not None


async def test_done_without_opening_it_counts_once(reminded: Chat) -> None:
    message = reminded.messages[-1]["id"]
    await reminded.taps("labels.done")
    before = await kept(reminded)
    await forges(reminded, Done(before.sessions[-1].date), message)
    assert await kept(reminded) == before


async def test_a_day_done_before_its_time_is_not_reminded(day_one: Chat) -> None:
    chat = day_one
    await chat.until(1, "09:00")
    await chat.sends("/today")
    await chat.taps("labels.done")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T19:00:00+00:00"
    assert "done today’s session" not in chat.last


async def test_today_says_that_it_is_done(reminded: Chat) -> None:
    await reminded.taps("labels.done")
    assert "The session of day 2 is done." in await reminded.sends("/today")
    assert "labels.done" not in reminded.buttons


async def test_yesterdays_session_still_counts_and_older_ones_do_not(reminded: Chat) -> None:
    chat = reminded
    old = chat.messages[-1]["id"]
    await chat.until(1, "10:00")
    await forges(chat, "done:260303:", old)
    known = await chat.stored()
    assert str(known.sessions[-1].date) == "2026-03-03"
    assert known.sessions[-1].finished_at is not None
    before = await kept(chat)
    for date in ("260302", "260305", "260401"):
        await forges(chat, f"done:{date}:", old)
        assert await kept(chat) == before


async def test_not_today_is_taken_without_blame_and_can_be_taken_back(reminded: Chat) -> None:
    assert (await reminded.taps("labels.not-today")).template == "session/not-today"
    assert (await reminded.stored()).sessions[-1].declined_at is not None
    await reminded.taps("labels.show-anyway")
    await starts(reminded)
    await reminded.taps(*["labels.next-exercise"] * 4, "labels.done")
    session = (await reminded.stored()).sessions[-1]
    assert session.finished_at is not None
    assert session.declined_at is None


async def test_later_comes_at_its_clock_time_and_at_most_twice_a_day(reminded: Chat) -> None:
    chat = reminded
    assert "remind you at 20:00" in await chat.taps("labels.later 20:00")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-03T20:00:00+00:00"
    assert "remind you at 21:00" in await chat.taps("labels.later 21:00")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-03T21:00:00+00:00"
    assert not any(label.startswith("labels.later") for label in chat.buttons)
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T19:00:00+00:00"


async def test_the_same_later_twice_is_one_reminder(reminded: Chat) -> None:
    chat = reminded
    message = chat.messages[-1]["id"]
    await chat.taps("labels.later 20:00")
    first = chat.last
    before = await kept(chat)
    later = before.laters[-1]
    assert await forges(chat, RemindLater(later.date, later.slot, "2000"), message) == first
    assert await kept(chat) == before


async def test_no_later_is_offered_or_taken_inside_quiet_hours(reminded: Chat) -> None:
    chat = reminded
    await chat.until(0, "20:45")
    await chat.testbed.settle()
    before = await kept(chat)
    await forges(chat, RemindLater((await chat.stored()).enrollment.day_one.replace(day=3), 2, "2145"))  # type: ignore[union-attr]
    assert await kept(chat) == before


async def test_no_later_goes_past_midnight(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/settings")
    await chat.taps("labels.set-quiet", "labels.no-quiet 00:00 00:00", "labels.set-time")
    await chat.sends("23:30")
    await chat.testbed.to_next_message()
    assert not any(label.startswith("labels.later") for label in chat.buttons)


async def test_a_later_after_not_today_is_a_change_of_mind(reminded: Chat) -> None:
    chat = reminded
    message = chat.messages[-1]["id"]
    await chat.taps("labels.not-today")
    await forges(chat, "late:260303:2:2000", message)
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-03T20:00:00+00:00"


async def test_a_later_reminder_is_not_sent_when_the_session_is_done(reminded: Chat) -> None:
    chat = reminded
    await chat.taps("labels.later 20:00", "labels.done")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T19:00:00+00:00"


@pytest.mark.parametrize(("label", "level"), [("labels.level-easier", "easier"), ("labels.level-harder", "harder")])
async def test_a_level_is_changed_at_once_says_so_and_stays(reminded: Chat, label: str, level: str) -> None:
    chat = reminded
    exercise = (await starts(chat)).values["exercise"]
    changed = await chat.taps("labels.more", label)
    assert changed.values["said"] == f"level-{level}"
    assert changed.values["exercise"] == exercise
    assert (await chat.stored()).adjustments[-1].to == level
    later = []
    for day in range(3, 20):
        await on_reminder(chat, day)
        later += [item for item in (await chat.sends("/today")).values.get("items", ()) if item["exercise"] == exercise]
    assert {item["level"] for item in later} == {level}


async def test_back_to_the_main_version(reminded: Chat) -> None:
    await starts(reminded)
    await reminded.taps("labels.more", "labels.level-easier")
    assert "The main version, from now on" in await reminded.taps("labels.more", "labels.level-main")


async def test_a_swap_shows_the_other_exercise_says_so_and_stays(reminded: Chat) -> None:
    chat = reminded
    await starts(chat)
    await chat.taps("labels.more")
    swap = next(label for label in chat.buttons if label.startswith("labels.swap "))
    other = swap.split()[1]
    said = await chat.taps(swap)
    assert "Swapped" in said
    assert said.values["exercise"] == other
    assert other in [item["exercise"] for item in (await chat.sends("/today")).values["items"]]
    before = await kept(chat)
    adjustment = before.adjustments[-1]
    await forges(chat, f"swap:260303:{adjustment.exercise}:{adjustment.to}")
    assert await kept(chat) == before


async def test_a_rest_day_says_so(day_one: Chat) -> None:
    await on_reminder(day_one, 7)
    said = await day_one.sends("/today")
    assert "rest" in said
    assert "Rest is part of the plan" in said


async def test_today_answers_on_a_day_that_was_not_chosen(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/settings")
    await chat.taps("labels.set-days", "labels.day-on 2", "labels.these-days")
    await chat.until(2, "12:00")
    said = await chat.sends("/today")
    assert "My next message comes on Thursday 5 March, 19:00." in said


@pytest.mark.parametrize("tap", ["labels.done", "labels.not-today"])
async def test_the_next_message_that_is_named_is_the_one_that_comes(day_one: Chat, tap: str) -> None:
    chat = day_one
    await chat.until(1, "12:00")
    if tap == "labels.done":
        await chat.sends("/today")
        await chat.taps("labels.done", "labels.skip")
    else:
        await forges(chat, "not:260303")
    assert "My next message comes on Wednesday 4 March, 19:00" in chat.last
    said = len(chat.messages)
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T19:00:00+00:00"
    assert len(chat.messages) == said + 1


async def test_who_reads_the_screen_after_a_silence_is_told_what_then_comes(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 7)  # five days without an answer
    assert "My next message comes on Monday 9 March, 19:00" in await chat.sends("/settings")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-09T19:00:00+00:00"


async def test_why_a_message_came_is_told_by_a_command_and_in_plain_words(reminded: Chat) -> None:
    for asked in ("/why", "Why did I get this?"):
        assert (await reminded.sends(asked)).template == "why/message"
        values = reminded.last.values
        assert (values["kind"], values["at"].strftime("%H:%M"), values["day"]["number"]) == ("reminder", "19:00", 2)


async def test_before_any_message_came_the_next_one_says_why_it_will(day_one: Chat) -> None:
    assert (await day_one.sends("/why")).values["ahead"] is True
    await day_one.sends("/unsubscribe")
    assert (await day_one.sends("/why")).template == "why/nothing"
