"""Who to turn to, changed in the chat: previewed on the emergency screen, counting at once, kept where it is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalog.contact import NotUnderstood, person_from, run_by_from
from bot.catalog.load import Catalog, load_catalog
from bot.conversation.contacts import ContactBook
from bot.core.desk import contacts
from bot.core.model.callback_data import ChangeContact, DropContact, Outdated, UseContacts
from bot.demo.testbed import Testbed
from bot.places.search import Places
from bot.settings import read_settings
from tests.conftest import CONTENT
from tests.stories.desk.ways import COACH
from tests.stories.ways import forges
from tests.support.chat import Chat
from tests.support.quick import quick_testbed

EVE = 9
JO = "Jo Reed\nphysiotherapist\n+44 20 7946 0001\n9 to 5"
RUN_BY = "Riverside Practice\n+44 20 7946 0000\nAnswers come on Mondays."


@pytest.fixture
async def testbed(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Testbed]:
    """A bot whose coaches may change who to turn to, in a file that is not there yet."""
    testbed = quick_testbed(catalog, places, folder=tmp_path, operators=[COACH, EVE])
    await testbed.open()
    yield testbed
    testbed.renderers.turn_to(catalog.contact)  # which all tests share
    await testbed.close()


@pytest.fixture
def desk(testbed: Testbed) -> Chat:
    """A coach's chat."""
    return Chat(testbed, testbed.telegram.person(COACH, "Cleo"))


async def names(desk: Chat, text: str = JO, button: str = "labels.add-contact") -> None:
    """Up to the question whether it counts."""
    await desk.sends("/contacts")
    await desk.taps(button)
    await desk.sends(text)


async def test_it_counts_once_it_was_previewed_without_a_restart_and_the_next_start_finds_it(
    chat: Chat, desk: Chat, tmp_path: Path
) -> None:
    await names(desk)
    assert "Jo Reed, physiotherapist: +44 20 7946 0001, 9 to 5" in str(desk.messages[-2]["text"])
    assert "Jo Reed" not in await chat.sends("/help")
    assert not (tmp_path / "contact.yaml").exists()
    shown = await desk.taps("labels.use-contacts")
    assert "1. Jo Reed" in shown
    assert "Sample" in shown, "who runs it is still made up"
    assert "Jo Reed, physiotherapist: +44 20 7946 0001, 9 to 5" in await chat.sends("/help")
    assert load_catalog(CONTENT, tmp_path / "contact.yaml").contact.sample

    await names(desk, RUN_BY, "labels.change-run-by")
    await desk.taps("labels.use-contacts")
    found = load_catalog(CONTENT, tmp_path / "contact.yaml").contact
    assert not found.sample
    assert found.run_by == run_by_from(RUN_BY)
    assert found.people == (person_from(JO),)
    assert "Riverside Practice" in await chat.sends("/privacy")


async def test_a_button_of_a_state_that_is_over_changes_nothing_nor_does_what_was_never_previewed(
    desk: Chat, testbed: Testbed
) -> None:
    other = Chat(testbed, testbed.telegram.person(EVE, "Eve"))
    await other.sends("/contacts")
    await names(desk)
    before = [button for button in other.buttons if button.startswith("labels.")]
    await desk.taps("labels.use-contacts")
    assert "Somebody else of you" in other.last
    assert before
    for action in (ChangeContact(1, "x"), DropContact(1, "x"), UseContacts("x")):
        assert (await forges(other, action)).template == "desk/outdated"
    await names(other, "Bo\nbo@riverside.practice", "labels.change-contact Jo Reed")
    await names(desk, "Cy\ncy@riverside.practice", "labels.add-contact")
    await desk.taps("labels.use-contacts")
    other.presses("labels.use-contacts")
    await testbed.settle()
    assert "desk/outdated" in [each.template for each in other.since(0)]


async def test_one_of_two_goes_and_the_last_one_stays(desk: Chat) -> None:
    await names(desk)
    await desk.taps("labels.use-contacts")
    assert "labels.drop-contact" not in desk.buttons
    await names(desk, "Bo\nbo@riverside.practice")
    await desk.taps("labels.use-contacts", "labels.drop-contact", "labels.use-contacts")
    assert "1. Bo: bo@riverside.practice" in desk.last


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Jo", "reach"),
        (" \n ", "name"),
        ("Jo\nnurse", "reach"),
        ("Jo\n" + "a" * 81 + "\n1234", "long"),
        ("Jo\n1234\n5678", "many"),
        ("Jo\nnurse\n9 to 5\nand so on\n1234", "many"),
    ],
)
def test_a_text_that_names_nobody_says_what_it_lacks(text: str, why: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        person_from(text)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("text", "role", "reach"),
    [
        ("Jo\n+44 (0)20 7946-0001", "", "+44 (0)20 7946-0001"),
        ("Jo\njo@example.org\nnurse", "nurse", "jo@example.org"),
        ("Jo\nnurse\n999\nMonday: 9:00-17:00", "nurse", "999, Monday: 9:00-17:00"),
        ("Jo\nyes\nno: 12:30\n123\u202e4", "yes", "1234, no: 12:30"),
    ],
)
def test_each_line_is_taken_for_what_it_is_and_its_file_gives_it_back(
    tmp_path: Path, text: str, role: str, reach: str
) -> None:
    person = person_from(text)
    assert (person.role, person.reach) == (role, reach)


async def test_nobody_made_up_is_put_in_the_place_of_somebody_real(
    tmp_path: Path, catalog: Catalog, testbed: Testbed
) -> None:
    (tmp_path / "mine.yaml").write_text("run-by: {name: A, reach: B}\npeople: [{name: Jo, phone: '1234'}]\n")
    contact = load_catalog(CONTENT, tmp_path / "mine.yaml").contact
    book = ContactBook(contact, CONTENT, (tmp_path / "mine.yaml",), testbed.renderers)
    with pytest.raises(NotUnderstood):
        book.propose(COACH, 0, "Jo\n" + catalog.contact.people[0].phone)
    with pytest.raises(NotUnderstood):
        book.propose(COACH, 0, "Jo\njo@example.com")


async def test_a_file_that_cannot_be_written_is_left_and_one_by_the_data_counts_before_it(
    tmp_path: Path, catalog: Catalog, testbed: Testbed
) -> None:
    data = tmp_path / "by-the-data"
    data.mkdir()
    named = tmp_path / "not-there" / "contact.yaml"
    environment = {"BOT_CONTACT_FILE": str(named), "BOT_DATA_DIR": str(data)}
    settings = read_settings(environment, needs_token=False)
    assert settings.contact_file == named
    book = ContactBook(catalog.contact, CONTENT, settings.contact_files, testbed.renderers)
    await book.use(COACH, book.propose(COACH, 0, JO).stamp)
    assert read_settings(environment, needs_token=False).contact_file == data / "contact.yaml"
    assert load_catalog(CONTENT, data / "contact.yaml").contact.people == (person_from(JO),)


async def test_of_two_coaches_who_confirm_at_once_the_second_is_told_that_it_is_another_one_now(
    tmp_path: Path, catalog: Catalog, testbed: Testbed
) -> None:
    (tmp_path / "mine.yaml").write_text("run-by: {name: A, reach: B}\npeople: [{name: Jo, phone: '1234'}]\n")
    contact = load_catalog(CONTENT, tmp_path / "mine.yaml").contact
    book = ContactBook(contact, CONTENT, (tmp_path / "mine.yaml",), testbed.renderers)
    proposed = [book.propose(coach, 0, f"{name}\n+44 20 7946 0002") for coach, name in ((COACH, "Bo"), (9, "Cy"))]
    used = [book.use(coach, each.stamp) for coach, each in zip((COACH, 9), proposed, strict=True)]
    ends = await asyncio.gather(*used, return_exceptions=True)
    assert [type(each) for each in ends] == [type(None), Outdated]
    assert [each.name for each in load_catalog(CONTENT, tmp_path / "mine.yaml").contact.people] == ["Jo", "Bo"]
    assert [each.name for each in book.contact.people] == ["Jo", "Bo"]


async def test_where_several_bots_may_run_they_are_shown_and_each_file_is_changed_by_hand(
    catalog: Catalog, testbed: Testbed
) -> None:
    book = ContactBook(catalog.contact, CONTENT, (), testbed.renderers)
    assert book.is_fixed
    with pytest.raises(Outdated):
        book.require(book.stamp)
    shown = contacts.screen(catalog.contact.words, book.stamp, 2, sample=False, fixed=book.is_fixed)
    assert [button.label for row in shown.buttons for button in row] == ["labels.desk"]
