"""After what, and where: an if-then plan made in the onboarding, spoken back, changed, thought of with a barrier."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import Barrier, Tell
from tests.stories.test_the_road import to_move
from tests.stories.ways import forges, on_reminder, through_first_test
from tests.support.chat import Chat

DINNER, KITCHEN = "choices.moments.dinner", "choices.places.kitchen"


async def to_moment(chat: Chat) -> None:
    """Past the first move."""
    await to_move(chat)
    await chat.taps("labels.done")


async def to_plan(chat: Chat, *taps: str) -> None:
    """With a moment, and the plan shown."""
    await to_moment(chat)
    await chat.taps(*taps, "labels.skip", "labels.skip", "labels.skip")
    await through_first_test(chat)


async def test_moment_and_place_are_two_taps_on_one_screen(chat: Chat) -> None:
    await to_moment(chat)
    assert (await chat.taps(DINNER)).template == "profile/moment"
    assert f"labels.picked {DINNER}" in chat.buttons
    assert (await chat.taps(KITCHEN)).template == "profile/age"
    known = await chat.stored()
    assert (known.said("moment"), known.said("place")) == ("dinner", "kitchen")


async def test_the_place_may_be_told_first_and_both_may_be_skipped(chat: Chat) -> None:
    await to_moment(chat)
    assert (await chat.taps(KITCHEN)).template == "profile/moment"
    assert (await chat.taps("labels.skip")).template == "profile/age"


async def test_another_moment_and_another_place_are_two_buttons_that_say_which(chat: Chat) -> None:
    await to_moment(chat)
    words = chat.person.labels()
    assert len(words) == len(set(words))
    assert {"labels.own-moment", "labels.own-place"} <= {*chat.buttons}
    await chat.taps("labels.own-place")
    assert chat.last.values["question"] == "place"


async def test_words_of_ones_own_are_kept_as_they_were_typed(chat: Chat) -> None:
    await to_moment(chat)
    await chat.taps("labels.own-moment")
    assert chat.last.template == "profile/own-words"
    assert (await chat.sends("after  the <b>news</b>")).template == "profile/moment"
    assert "labels.own-words after the <b>news</b>" in chat.buttons
    await chat.taps(KITCHEN)
    assert (await chat.stored()).said("moment") == "after the <b>news</b>"


@pytest.mark.parametrize("typed", ["7", "x" * 41, "12:30 13"])
async def test_what_are_no_words_is_asked_for_again(chat: Chat, typed: str) -> None:
    await to_moment(chat)
    await chat.taps("labels.own-moment")
    assert (await chat.sends(typed)).template == "profile/own-words"
    assert (await chat.stored()).said("moment") is None


async def test_a_moment_far_from_the_reminder_offers_its_own_time(chat: Chat) -> None:
    await to_moment(chat)
    await chat.taps("choices.moments.breakfast", KITCHEN)
    assert chat.last.template == "profile/other-time"
    assert (await chat.taps("labels.move-time 09:00")).template == "profile/age"
    assert (await chat.stored()).said("time") == "09:00"


async def test_the_time_may_stay_beside_another_moment(chat: Chat) -> None:
    await to_moment(chat)
    await chat.taps("choices.moments.breakfast", KITCHEN)
    assert (await chat.taps("labels.keep-time 19:00")).template == "profile/age"
    assert (await chat.stored()).said("time") == "19:00"


async def test_the_first_reminder_of_a_week_speaks_it_back(chat: Chat) -> None:
    await to_plan(chat, DINNER, KITCHEN)
    said = []
    for day in (2, 3, 9, 10):
        await on_reminder(chat, day)
        said.append("Your plan: After dinner · In the kitchen." in chat.last)
    assert said == [True, False, True, False]


async def test_a_reminder_is_silent_about_what_was_never_planned(chat: Chat) -> None:
    await to_plan(chat, "labels.skip")
    await on_reminder(chat)
    assert "Your plan" not in chat.last


async def test_it_is_changed_in_the_settings(chat: Chat) -> None:
    await to_plan(chat, DINNER, KITCHEN)
    assert "Your moment: After dinner · In the kitchen" in await chat.sends("/settings")
    await chat.taps("labels.set-moment", "choices.moments.work")
    assert "Your moment: After work · In the kitchen" in chat.last
    await chat.taps("labels.set-moment", "labels.own-moment")
    assert (await chat.sends("when the kettle boils")).template == "settings/all"
    assert "Your moment: when the kettle boils · In the kitchen" in chat.last


async def test_a_barrier_asks_for_it_again(chat: Chat) -> None:
    await to_plan(chat, DINNER, KITCHEN)
    said = await forges(chat, Barrier(1, "forgot"))
    assert "After dinner · In the kitchen" in said
    await chat.taps("labels.other-moment", "choices.moments.work")
    assert (await chat.stored()).said("moment") == "work"


async def test_a_button_for_a_moment_there_is_not_keeps_its_words_and_harms_nothing(chat: Chat) -> None:
    await to_plan(chat, DINNER, KITCHEN)
    assert (await forges(chat, Tell("moment", ("x",)))).template != "settings/all"
    assert (await chat.stored()).said("moment") == "dinner"
