"""How many, and by which link: counts for a coach, small ones without percentages; links to copy and to scan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.desk import stats
from bot.core.model.subscriber import State
from tests.stories.desk.ways import COACH, agreed_before, to_plan
from tests.stories.ways import NO, SKIPPED
from tests.support.chat import Chat


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


def at_a_plan(link: str = "") -> stats.Facts:
    return stats.Facts(link, State.RUNNING, 1, "planned", False, 3, 4, 1, ("green",))


async def test_a_link_is_copied_with_a_tap_scanned_from_a_picture_and_counts_who_came_by_it(
    chat: Chat, desk: Chat
) -> None:
    await desk.sends("/invite Talk in May!")
    link = "https://t.me/steady_knees_bot?start=Talk-in-May"
    text = next(each for each in reversed(desk.messages) if "Nobody has come" in str(each["text"]))
    assert text["keyboard"][0][0]["copy_text"] == {"text": link}
    assert link in str(text["text"])
    photo, card = desk.messages[-2:]
    assert chat.testbed.telegram.file(photo["photo"][0]["file_id"]).content.startswith(b"\x89PNG")
    assert card["document"]["file_name"] == "Talk-in-May.pdf"
    assert chat.testbed.telegram.file(card["document"]["file_id"]).content.startswith(b"%PDF")

    await chat.sends("/start Talk-in-May")
    await chat.taps("labels.begin", "labels.adult", "labels.agree", *[NO] * 7)
    said = await desk.sends("/invite")
    assert "Talk-in-May: 1 began, 0 with a plan, 0 finished; 1 at where they live" in said
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *SKIPPED, "labels.coach-alone", "labels.test-later")
    await desk.sends("/invite Talk in May")
    assert any("1 began, 1 with a plan, 0 finished" in str(each["text"]) for each in desk.messages)
    assert "Talk-in-May" in await desk.sends("/invite")


@pytest.mark.parametrize("name", ["!?", "   ", "ß", "🙂"])
async def test_a_name_of_which_nothing_is_left_asks_for_another(desk: Chat, name: str) -> None:
    assert (await desk.sends(f"/invite {name}")).template == "desk/links"


def test_what_a_link_carries_is_what_a_start_link_may_hold() -> None:
    for name in ("a" * 99, "Talk in May!", "--x--", "naïve café_1"):
        assert stats.MARK.search(stats.mark(name)) is None
        assert 0 < len(stats.mark(name)) <= 32


async def test_small_numbers_are_no_percentages_and_whoever_has_not_agreed_counts_as_one_of_those(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    said = await desk.sends("/stats")
    assert "1 person knows that there is a coach here; 1 of them let you see answers." in said
    assert "Came to a plan: 1 of 1\n" in said
    assert "in 100" not in said
    other = Chat(chat.testbed, chat.testbed.telegram.person(11, "Otto"))
    await agreed_before(other)
    assert "1 more has not agreed yet." in await desk.sends("/stats")


def test_of_twenty_a_share_is_told_too() -> None:
    assert stats.share(1, 19)["percent"] is None
    assert stats.share(5, 20)["percent"] == 25
    shown = stats.screen([at_a_plan()] * 19, 0).values
    assert shown["planned"] == {"part": 19, "whole": 19, "percent": None}
    assert shown["lights"]["green"]["part"] == 19


async def test_each_screen_of_the_beginning_is_told_from_the_others(chat: Chat, desk: Chat) -> None:
    await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult", "labels.agree")
    steps = {
        "in the safety check": [NO] * 7,
        "at where they live": ["lisbon", "labels.zone-right"],
        "at days and time": ["labels.usual 19:00"],
        "at how much it hurts": SKIPPED[:1],
        "at the first move": SKIPPED[1:2],
        "at after what and where": SKIPPED[2:3],
        "at their age": SKIPPED[3:4],
        "at what they have at hand": SKIPPED[4:5],
        "at what they want to do again": SKIPPED[5:],
        "at what you may see": ["labels.coach-alone"],
        "before the first self-test": ["labels.test-later"],
    }
    for screen, answers in steps.items():
        said = await desk.sends("/stats")
        assert f"• {screen}: 1\n" in said, said
        links = await desk.sends("/invite")
        assert f"without a link: 1 began, 0 with a plan, 0 finished; 1 {screen}" in links
        for answer in answers:
            await (chat.taps(answer) if answer.startswith("labels.") or answer == NO else chat.sends(answer))
    assert "Came to a plan: 1 of 1" in await desk.sends("/stats")


def test_the_picture_shows_how_far_people_come_and_in_which_weeks_they_are() -> None:
    people = [at_a_plan("talk"), at_a_plan("talk"), at_a_plan()]
    people += [replace(at_a_plan("talk"), state=State.ONBOARDING, reached=each, week=0) for each in ("check", "age")]
    people += [replace(at_a_plan("talk"), state=State.ONBOARDING, reached="first-test", week=0)]
    groups = {each.words.rpartition(".")[2]: each for each in stats.picture(stats.screen(people, 0).values).groups}
    assert (groups["beginning"].whole, [each.part for each in groups["beginning"].bars]) == (6, [5, 4, 3])
    assert (groups["begun"].whole, [(each.name, each.part) for each in groups["begun"].bars]) == (3, [("1", 3)])


def test_links_are_ranked_by_who_came_and_those_without_one_come_last() -> None:
    people = [at_a_plan("b"), at_a_plan("b"), at_a_plan("a"), at_a_plan(), at_a_plan(), at_a_plan()]
    assert [each["link"] for each in stats.by_link(people)] == ["b", "a", ""]


async def test_for_anybody_else_there_are_no_numbers_and_no_links(chat: Chat) -> None:
    said = await chat.sends("/nothing")
    for command in ("/stats", "/invite x"):
        assert await chat.sends(command) == said
