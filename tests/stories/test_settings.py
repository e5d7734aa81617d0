"""/settings: each edited in place, with the next message's time at once."""

from __future__ import annotations

import pytest

from tests.stories.ways import kept, on_reminder, to_zone
from tests.support.chat import Chat


@pytest.mark.parametrize(
    ("button", "taps", "shown", "coming"),
    [
        ("labels.set-time", ("labels.clock 07:30",), "Time: 07:30", "Tuesday 3 March, 07:30"),
        ("labels.set-time", ("labels.clock 20:00",), "Time: 20:00", "Tuesday 3 March, 20:00"),
        ("labels.set-days", ("labels.every-day",), "19:00, every day", "Tuesday 3 March, 19:00"),
        (
            "labels.set-days",
            ("labels.day-on 1", "labels.these-days"),
            "19:00, Monday, Wednesday",
            "Wednesday 4 March, 19:00",
        ),
        ("labels.set-quiet", ("labels.window 22:30 08:00",), "Quiet hours: 22:30 to 08:00", "Tuesday 3 March, 19:00"),
        ("labels.set-quiet", ("labels.no-quiet 00:00 00:00",), "Quiet hours: none", "Tuesday 3 March, 19:00"),
        (
            "labels.set-kit",
            ("labels.unpicked choices.kit.roller", "labels.these"),
            "Kit: Foam roller",
            "Tuesday 3 March, 19:00",
        ),
        ("labels.set-lane", ("labels.lane-gentle",), "gentle", "Tuesday 3 March, 19:00"),
        ("labels.set-way", ("care.ways.seated",), "Way to move: Seated", "Tuesday 3 March, 19:00"),
        ("labels.set-length", ("care.lengths.short",), "Length: The short version", "Tuesday 3 March, 19:00"),
        ("labels.set-pictures", ("care.pictures.off",), "Pictures: No pictures", "Tuesday 3 March, 19:00"),
    ],
)
async def test_a_setting_is_changed_in_place_and_the_next_message_is_named(
    day_one: Chat, button: str, taps: tuple[str, ...], shown: str, coming: str
) -> None:
    chat = day_one
    await chat.sends("/settings")
    messages = len(chat.messages)
    said = await chat.taps(button, *taps)
    assert len(chat.messages) == messages
    assert shown in said
    assert coming in said
    assert chat.buttons == [
        "labels.set-time",
        "labels.set-days",
        "labels.set-moment",
        "labels.set-quiet",
        "labels.set-zone",
        "labels.set-kit",
        "labels.set-lane",
        "labels.set-way",
        "labels.set-length",
        "labels.set-pictures",
    ]


async def test_the_zone_is_changed_by_typing_a_city(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/settings")
    await chat.taps("labels.set-zone")
    await chat.sends("Tokyo")
    said = await chat.taps("labels.zone-right")
    assert "Asia/Tokyo" in said
    assert "19:00" in said
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-03T10:00:00+00:00"


async def test_back_leads_from_every_setting_to_the_list_and_changes_nothing(day_one: Chat) -> None:
    chat = day_one
    before = await kept(day_one)
    for button in (
        "labels.set-time",
        "labels.set-days",
        "labels.set-quiet",
        "labels.set-zone",
        "labels.set-kit",
        "labels.set-lane",
        "labels.set-way",
        "labels.set-length",
        "labels.set-pictures",
    ):
        listed = await chat.sends("/settings")
        assert await chat.taps(button) != listed
        assert await chat.taps("labels.back") == listed
    assert await kept(chat) == before


async def test_quiet_hours_can_be_typed(day_one: Chat) -> None:
    await day_one.sends("/settings")
    await day_one.taps("labels.set-quiet")
    assert "Quiet hours: 22:00 to 06:30" in await day_one.sends("10pm to 6:30")


@pytest.mark.parametrize(
    ("label", "time", "quiet"),
    [
        ("labels.move-quiet 20:00 07:00", "19:00", ("20:00", "07:00")),
        ("labels.clock-instead 07:00", "07:00", ("18:00", "07:00")),
    ],
)
async def test_quiet_hours_over_the_chosen_time_are_refused_with_ways_out_that_settle_both(
    day_one: Chat, label: str, time: str, quiet: tuple[str, str]
) -> None:
    chat = day_one
    await chat.sends("/settings")
    await chat.taps("labels.set-quiet")
    assert "19:00 lies in your quiet hours (18:00 to 07:00)" in await chat.sends("18:00 - 07:00")
    assert (await chat.stored()).said("quiet") == ("21:30", "07:00")
    await chat.taps(label)
    known = await chat.stored()
    assert (known.said("time"), known.said("quiet")) == (time, quiet)


async def test_a_late_time_is_kept_when_quiet_hours_make_room_for_it(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/settings")
    await chat.taps("labels.set-time")
    await chat.sends("22:00")
    said = await chat.taps("labels.move-quiet 23:00 07:00")
    assert "Time: 22:00" in said
    assert "Quiet hours: 23:00 to 07:00" in said
    assert "Tuesday 3 March, 22:00" in said


async def test_todays_reminder_moves_to_a_time_still_ahead(day_one: Chat) -> None:
    chat = day_one
    await chat.until(1, "12:00")
    await chat.sends("/settings")
    await chat.taps("labels.set-time", "labels.clock 17:30")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-03T17:30:00+00:00"


async def test_todays_reminder_is_dropped_when_its_new_time_has_passed(day_one: Chat) -> None:
    chat = day_one
    await chat.until(1, "12:00")
    await chat.sends("/settings")
    assert "Wednesday 4 March, 07:30" in await chat.taps("labels.set-time", "labels.clock 07:30")
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T07:30:00+00:00"


async def test_the_settings_wait_for_the_plan(chat: Chat) -> None:
    await to_zone(chat)
    assert "Where are you?" in await chat.sends("/settings")


async def test_settings_on_a_break_say_so(day_one: Chat) -> None:
    await day_one.sends("/pause")
    await day_one.taps("labels.pause-open")
    assert "on a break" in await day_one.sends("/settings")


async def test_a_roller_in_the_kit_is_used_from_the_next_day_on(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 2)
    await chat.sends("/settings")
    await chat.taps(
        "labels.set-kit", "labels.unpicked choices.kit.roller", "labels.unpicked choices.kit.ball", "labels.these"
    )
    assert (await chat.stored()).said("kit") == ("ball", "roller")
    await on_reminder(chat, 5)
    assert "self-massage" in await chat.sends("/today")
