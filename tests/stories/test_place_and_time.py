"""Where somebody is, and when they want to be written to."""

from __future__ import annotations

import pytest

from tests.stories.ways import to_time, to_zone
from tests.support.chat import Chat


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("LISBOA", "Europe/Lisbon"),
        ("münchen", "Europe/Berlin"),
        ("Munchen", "Europe/Berlin"),
        ("Москва", "Europe/Moscow"),
        ("東京", "Asia/Tokyo"),
        ("Lisbonn", "Europe/Lisbon"),
        ("europe/berlin", "Europe/Berlin"),
    ],
)
async def test_a_city_is_understood_in_any_spelling(chat: Chat, typed: str, zone: str) -> None:
    await to_zone(chat)
    said = await chat.sends(typed)
    if "Which of these" in said:
        said = await chat.taps(chat.buttons[0])
    assert said.template == "profile/zone-confirm"
    await chat.taps("labels.zone-right")
    assert (await chat.stored()).said("zone") == zone


async def test_several_places_of_one_name_are_offered_as_buttons(chat: Chat) -> None:
    await to_zone(chat)
    assert "Which of these" in await chat.sends("Portland")
    assert len(chat.buttons) >= 2
    assert (await chat.taps(chat.buttons[0])).template == "profile/zone-confirm"


async def test_an_unknown_place_is_asked_for_again_with_the_nearest_names(chat: Chat) -> None:
    await to_zone(chat)
    await chat.sends("Qqxzzvv")
    assert any("do not know that place" in str(message["text"]) for message in chat.messages[-2:])
    assert (await chat.sends("Lisbon")).template == "profile/zone-confirm"


async def test_a_wrong_place_is_taken_back(chat: Chat) -> None:
    await to_zone(chat)
    await chat.sends("Berlin")
    assert "Where are you?" in await chat.taps("labels.zone-other")
    await chat.sends("Chicago")
    await chat.taps("labels.zone-right")
    assert (await chat.stored()).said("zone") == "America/Chicago"


async def test_a_shared_location_becomes_a_zone_and_is_not_kept(chat: Chat) -> None:
    await to_zone(chat)
    chat.person.shares_location(52.52, 13.405)
    await chat.testbed.settle()
    assert chat.last.template == "profile/zone-confirm"
    await chat.taps("labels.zone-right")
    known = await chat.stored()
    assert known.said("zone") == "Europe/Berlin"
    assert "52.5" not in repr(known)
    assert chat.person.chat.reply_keyboard is None


WAYS_ON = [
    "/help",
    "/today",
    "/start",
    "/stop",
    "/settings",
    "/delete",
    "/nothing",
    "Portland",
    "I have chest pain",
    "stop",
]


@pytest.mark.parametrize("typed", WAYS_ON)
async def test_whatever_is_typed_next_takes_the_location_keyboard_away(day_one: Chat, typed: str) -> None:
    await day_one.sends("/settings")
    await day_one.taps("labels.set-zone")
    assert day_one.person.chat.reply_keyboard is not None
    await day_one.sends(typed)
    assert day_one.person.chat.reply_keyboard is None
    count = len(day_one.messages)
    await day_one.sends("/help")
    assert not any(said.template == "profile/keyboard-away" for said in day_one.since(count))


@pytest.mark.parametrize("typed", WAYS_ON)
async def test_so_it_does_before_the_plan(chat: Chat, typed: str) -> None:
    await to_zone(chat)
    assert chat.person.chat.reply_keyboard is not None
    await chat.sends(typed)
    asks_still = chat.last.template == "profile/zone" and typed != "Portland"
    assert (chat.person.chat.reply_keyboard is not None) == asks_still
    await chat.sends("/help")
    assert chat.person.chat.reply_keyboard is None


async def test_so_do_a_tap_an_edit_and_the_next_message_of_the_bot_s_own(day_one: Chat) -> None:
    async def asked() -> None:
        await day_one.sends("/settings")
        await day_one.taps("labels.set-zone")
        assert day_one.person.chat.reply_keyboard is not None

    await day_one.sends("/help")
    old = next(message for message in reversed(day_one.messages) if message["keyboard"])
    await asked()
    day_one.person.taps(old["id"], old["keyboard"][0][0]["callback_data"])
    await day_one.testbed.settle()
    assert day_one.person.chat.reply_keyboard is None
    mine = next(message for message in reversed(day_one.messages) if message["mine"])
    await asked()
    day_one.person.edits(mine["id"], "I have chest pain")
    await day_one.testbed.settle()
    assert day_one.person.chat.reply_keyboard is None
    await asked()
    await day_one.until(1, "19:30")
    assert day_one.person.chat.reply_keyboard is None
    assert not (await day_one.stored()).keyboard_out


async def test_a_place_on_no_land_asks_again_and_the_keyboard_still_goes_with_the_answer(chat: Chat) -> None:
    await to_zone(chat)
    await chat.sends("Qqxzzvv")
    await chat.sends("Lisbon")
    assert chat.person.chat.reply_keyboard is None


@pytest.mark.parametrize("typed", ["", "share my location", "📍 Share my location!", "my location", "share location"])
async def test_the_button_s_words_sent_as_a_text_are_told_how_to_type_a_town(chat: Chat, typed: str) -> None:
    await to_zone(chat)
    await chat.sends(typed or chat.words("labels.share-location"))
    assert chat.since(len(chat.messages) - 2)[0].template == "profile/no-location"
    assert chat.last.template == "profile/zone"
    assert chat.person.chat.reply_keyboard is not None


async def test_a_location_nobody_asked_for_is_no_change(day_one: Chat) -> None:
    before = (await day_one.stored()).answers
    day_one.person.shares_location(52.52, 13.405)
    await day_one.testbed.settle()
    assert (await day_one.stored()).answers == before


@pytest.mark.parametrize(
    ("typed", "time"),
    [("18:15", "18:15"), ("7 am", "07:00"), ("9pm", "21:00"), ("at 8.30", "08:30"), ("12 am", None), ("7", "07:00")],
)
async def test_a_time_can_be_typed(chat: Chat, typed: str, time: str | None) -> None:
    await to_time(chat)
    said = await chat.sends(typed)
    if time is None:  # midnight lies in quiet hours
        assert said.template == "profile/quiet-clash"
    else:
        assert said.template == "profile/days"
        assert (await chat.stored()).said("time") == time


@pytest.mark.parametrize("typed", ["25:00", "soon", "12:75", "half past"])
async def test_what_is_no_time_is_said_kindly_and_changes_nothing(chat: Chat, typed: str) -> None:
    await to_time(chat)
    await chat.sends(typed)
    assert (await chat.stored()).said("time") is None
    await chat.sends("18:15")
    assert (await chat.stored()).said("time") == "18:15"


async def test_a_time_in_quiet_hours_is_refused_with_both_ways_out(chat: Chat) -> None:
    await to_time(chat)
    said = await chat.sends("22:00")
    assert "22:00 lies in your quiet hours (21:30 to 07:00)" in said
    assert (await chat.stored()).said("time") is None
    assert chat.buttons == ["labels.move-quiet 23:00 07:00", "labels.clock-instead 07:00", "labels.other-time"]


@pytest.mark.parametrize("label", ["labels.move-quiet 23:00 07:00", "labels.clock-instead 07:00"])
async def test_each_way_out_of_quiet_hours_goes_on_with_a_time_that_fits(chat: Chat, label: str) -> None:
    await to_time(chat)
    await chat.sends("22:00")
    said = await chat.taps(label)
    known = await chat.stored()
    if label.startswith("labels.move-quiet "):
        assert known.said("quiet") == ("23:00", "07:00")
        assert known.said("time") == "22:00"
    else:
        assert known.said("time") == "07:00"
    assert said.template == "profile/days"


async def test_days_are_picked_one_by_one(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps(
        "labels.clock 19:00",
        "labels.day-off 1",
        "labels.day-off 3",
        "labels.day-off 4",
        "labels.day-on 4",
        "labels.day-off 5",
        "labels.these-days",
    )
    assert (await chat.stored()).said("days") == ("1", "3", "5")


async def test_no_day_at_all_cannot_be_saved(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.day-off 1", "labels.day-on 1")
    assert "labels.these-days" not in chat.buttons


async def test_another_city_typed_where_the_time_is_confirmed_is_found(chat: Chat) -> None:
    await to_zone(chat)
    await chat.sends("Lisbon")
    assert (await chat.sends("Berlin")).template == "profile/zone-confirm"
    await chat.taps("labels.zone-right")
    assert (await chat.stored()).said("zone") == "Europe/Berlin"


async def test_a_location_nobody_asked_for_is_answered_like_a_picture(day_one: Chat) -> None:
    day_one.person.shares_location(52.52, 13.405)
    await day_one.testbed.settle()
    assert day_one.last.template == "information/not-text"


async def test_a_shared_location_is_named_as_people_name_it(chat: Chat) -> None:
    await to_zone(chat)
    chat.person.shares_location(52.52, 13.405)
    await chat.testbed.settle()
    said = str([message["text"] for message in chat.messages[-2:]])
    assert "Berlin, Germany" in said
    assert "Found: Europe/Berlin" not in said
