"""What a coach may see: asked where there is a coach, changed at any time, and nothing before it is agreed to."""

from __future__ import annotations

from bot.core.model import coaching
from bot.core.model.callback_data import Agree, AgreeAnew, Tell
from bot.demo.testbed import Testbed
from tests.stories.desk.ways import agreed_before, to_level
from tests.stories.ways import forges, through_first_test
from tests.support.chat import Chat


async def test_where_there_is_a_coach_one_tap_says_what_they_see_and_the_bot_alone_is_the_first_choice(
    chat: Chat,
) -> None:
    await to_level(chat)
    assert chat.last.template == "profile/coach"
    assert chat.buttons[0] == "labels.coach-alone"
    await chat.taps("labels.coach-alone")
    await through_first_test(chat)
    known = await chat.stored()
    assert not coaching.sees_answers(chat.testbed.catalog.default, known)
    assert known.enrollment.day_one is not None


async def test_the_level_is_typed_as_well_as_tapped(chat: Chat) -> None:
    await to_level(chat)
    await chat.sends("my coach may see and write")
    assert coaching.sees_answers(chat.testbed.catalog.default, await chat.stored())


async def test_a_coach_sees_answers_from_the_tap_in_the_settings_on_and_not_after_the_next(chat: Chat) -> None:
    await to_level(chat)
    await chat.taps("labels.coach-alone")
    await through_first_test(chat)
    await chat.sends("/settings")
    said = await chat.taps("labels.set-coach", "labels.coach-sees")
    assert "Coach: My coach may see" in said
    series = chat.testbed.catalog.default
    assert coaching.sees_answers(series, await chat.stored())
    said = await chat.taps("labels.set-coach", "labels.coach-alone")
    assert "Coach: The bot alone" in said
    assert not coaching.sees_answers(series, await chat.stored())


async def test_whoever_agreed_before_is_asked_once_at_the_next_visit_and_shows_nothing_until_then(chat: Chat) -> None:
    await agreed_before(chat)
    series = chat.testbed.catalog.default
    await chat.sends("/help")
    assert chat.last.template == "onboarding/consent-anew"
    known = await chat.stored()
    assert not coaching.is_told(series, known)
    assert known.name == ""
    await chat.sends("/help")
    assert chat.last.template == "information/help"
    await chat.sends("/privacy")
    await chat.taps("labels.coach-sees")
    known = await chat.stored()
    assert coaching.sees_answers(series, known)
    assert known.name == "Ada"


async def test_whoever_leaves_it_as_it_is_goes_on_as_before(chat: Chat) -> None:
    await agreed_before(chat)
    await chat.sends("/about")
    await chat.taps("labels.keep")
    known = await chat.stored()
    assert known.consent.version == chat.testbed.catalog.default.consent
    assert (await chat.sends("/today")).template == "session/day"
    assert not coaching.is_told(chat.testbed.catalog.default, known)


async def test_a_sign_of_danger_is_answered_alone_before_anybody_is_asked_anew(chat: Chat) -> None:
    await agreed_before(chat)
    await chat.sends("my calf is swollen and hot")
    assert chat.last.template != "onboarding/consent-anew"


async def test_buttons_of_another_text_change_nothing(chat: Chat) -> None:
    await agreed_before(chat)
    before = (await chat.stored()).consent
    for action in (AgreeAnew("older", "sees"), AgreeAnew(coaching.text(chat.testbed.catalog.default, True), "all")):
        await forges(chat, action)
        assert (await chat.stored()).consent == before
    await forges(chat, Tell("coach", ("sees",)))
    assert (await chat.stored()).said("coach") is None


async def test_the_text_without_a_coach_is_not_the_one_that_is_agreed_to_here(chat: Chat) -> None:
    await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult")
    assert "Your coach sees" in chat.last
    await forges(chat, Agree(chat.testbed.catalog.default.consent, ""))
    assert "labels.agree" in chat.buttons


async def test_a_stranger_who_is_to_coach_finds_their_number_in_two_taps_and_nothing_is_kept_for_it(
    testbed: Testbed,
) -> None:
    newcomer = Chat(testbed, testbed.telegram.person(4711, "Cleo"))
    await newcomer.sends("/start")
    assert "by which Telegram knows you, 4711," in await newcomer.sends("/privacy")
    assert testbed.runtime is not None
    assert await testbed.runtime.storage.read(4711) is None


async def test_privacy_says_who_runs_the_bot_and_what_the_coach_sees(chat: Chat) -> None:
    said = await chat.sends("/privacy")
    assert chat.testbed.catalog.contact.run_by.name in said
    assert "Who sees what." in said
    assert "Your name, your location and pictures are not kept" not in said
