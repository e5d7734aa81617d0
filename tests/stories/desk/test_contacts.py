"""Who to turn to, changed in the chat: previewed on the emergency screen, counting at once, kept in what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.contact import NotUnderstood, person_from, run_by_from
from bot.catalog.load import Catalog
from bot.conversation.contacts import ContactBook
from bot.core.desk import contacts
from bot.core.model.callback_data import ChangeContact, ContactsOfFile, DropContact, Outdated, UseContacts
from bot.demo.testbed import Testbed
from bot.places.search import Places
from bot.render.text import SAFETY
from bot.run import CannotStart, require_people_to_turn_to
from bot.sending.coaches import Coaches
from bot.settings import read_settings
from bot.storage.watched import WatchedStorage
from tests.stories.desk.ways import COACH
from tests.stories.ways import forges
from tests.support.chat import Chat
from tests.support.quick import quick_testbed

EVE = 9
JO = "Jo Reed\nphysiotherapist\n+44 20 7946 0001\n9 to 5"
BO = "Bo\n+44 20 7946 0002"
RUN_BY = "Riverside Practice\n+44 20 7946 0000\nAnswers come on Mondays."


@pytest.fixture
async def testbed(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Testbed]:
    """A bot whose coaches may change who to turn to; its contact file is the sample."""
    testbed = quick_testbed(catalog, places, folder=tmp_path, operators=[COACH, EVE])
    await testbed.open()
    yield testbed
    testbed.renderers.turn_to(catalog.contact)  # which all tests share
    await testbed.close()


@pytest.fixture
def desk(testbed: Testbed) -> Chat:
    """A coach's chat."""
    return Chat(testbed, testbed.telegram.person(COACH, "Cleo"))


def book_of(testbed: Testbed) -> ContactBook:
    assert testbed.runtime is not None
    return testbed.runtime.contacts


async def starts_on(testbed: Testbed, catalog: Catalog, *people: str) -> None:
    """The next start finds these people in the contact file."""
    contact = replace(catalog.contact, run_by=run_by_from(RUN_BY), people=tuple(map(person_from, people)), sample=False)
    testbed.catalog = replace(catalog, contact=contact)
    await testbed.close()
    await testbed.open()


async def stores(testbed: Testbed, value: Any) -> None:
    """Something stands where the confirmed contact does, as another process has left it."""
    assert testbed.runtime is not None
    async with testbed.runtime.storage.change_bot_record() as box:
        box.value = {**box.value, "contact": value}
    await book_of(testbed).follow()


async def names(desk: Chat, text: str = JO, button: str = "labels.add-contact") -> None:
    """Up to the question whether it counts."""
    await desk.sends("/contacts")
    await desk.taps(button)
    await desk.sends(text)


async def test_it_counts_once_it_was_previewed_without_a_restart_and_the_next_start_finds_it(
    chat: Chat, desk: Chat, testbed: Testbed
) -> None:
    await names(desk)
    assert "Jo Reed, physiotherapist: +44 20 7946 0001, 9 to 5" in str(desk.messages[-2]["text"])
    assert "Jo Reed" not in await chat.sends("/help")
    shown = await desk.taps("labels.use-contacts")
    assert "1. Jo Reed" in shown
    assert "no file does" in shown
    assert "These are made up" in shown, "who runs it still is"
    assert "Jo Reed, physiotherapist: +44 20 7946 0001, 9 to 5" in await chat.sends("/help")

    await names(desk, RUN_BY, "labels.change-run-by")
    assert "These are made up" not in await desk.taps("labels.use-contacts")
    await testbed.close()
    await testbed.open()
    assert book_of(testbed).contact.run_by == run_by_from(RUN_BY)
    assert book_of(testbed).contact.people == (person_from(JO),)
    assert not book_of(testbed).contact.sample
    assert "Riverside Practice" in await chat.sends("/privacy")


async def test_a_file_that_is_changed_afterwards_counts_once_a_coach_says_so(
    chat: Chat, desk: Chat, testbed: Testbed, catalog: Catalog
) -> None:
    await starts_on(testbed, catalog, JO)
    assert "Jo Reed" in await chat.sends("/help")
    await names(desk, BO, "labels.change-contact Jo Reed")
    assert "The file says something else" in await desk.taps("labels.use-contacts")
    assert not book_of(testbed).file_was_changed

    await starts_on(testbed, catalog, "Cy\n+44 20 7946 0003")
    assert book_of(testbed).file_was_changed
    assert "Cy" not in await chat.sends("/help")
    await desk.sends("/contacts")
    await desk.taps("labels.contacts-of-file")
    assert "Cy: +44 20 7946 0003" in str(desk.messages[-2]["text"])
    assert "something else" not in await desk.taps("labels.use-contacts")
    assert "Cy: +44 20 7946 0003" in await chat.sends("/help")
    assert not book_of(testbed).file_was_changed
    assert (await forges(desk, ContactsOfFile(book_of(testbed).stamp))).template == "desk/outdated"


async def test_a_start_refuses_made_up_people_unless_real_ones_were_confirmed_in_the_chat(
    desk: Chat, testbed: Testbed, caplog: pytest.LogCaptureFixture
) -> None:
    settings = read_settings({}, needs_token=False)
    with pytest.raises(CannotStart, match="are made up"):
        await require_people_to_turn_to(book_of(testbed), settings)
    for text, button in ((JO, "labels.add-contact"), (RUN_BY, "labels.change-run-by")):
        await names(desk, text, button)
        await desk.taps("labels.use-contacts")
    await testbed.close()
    await testbed.open()
    caplog.set_level("INFO")
    await require_people_to_turn_to(book_of(testbed), settings)
    assert "the people to turn to are those confirmed in the chat" in caplog.messages
    testbed.catalog = replace(testbed.catalog, contact=replace(book_of(testbed).contact, people=(person_from(BO),)))
    await testbed.close()
    await testbed.open()
    await require_people_to_turn_to(book_of(testbed), settings)
    assert "the contact file was changed, and does not count: those confirmed in the chat do" in caplog.messages
    assert not any("Jo" in line or "Bo" in line or "7946" in line for line in caplog.messages)


async def test_whatever_is_stored_no_screen_for_an_emergency_fails_and_coaches_are_told(
    desk: Chat, testbed: Testbed, catalog: Catalog
) -> None:
    await starts_on(testbed, catalog, JO)
    await desk.sends("/start")
    person: dict[str, Any] = {"name": "Bo", "phone": "1234"}
    contact: dict[str, Any] = {"run_by": {"name": "A", "reach": "B"}, "people": [person]}
    good = {"contact": contact, "at": "2026-03-02T12:00:00Z", "file": ""}
    ill: list[Any] = [None, 7, "x", [], {}, {**good, "at": "2026-03-02T12:00:00"}, {**good, "at": "noon"}]
    for people in ([], [person] * 6, [{**person, "name": ""}], [{**person, "phone": ""}], [{**person, "name": 7}], "x"):
        ill.append({**good, "contact": {**contact, "people": people}})
    ill += [{**good, "contact": {**contact, "people": [{**person, "role": role}]}} for role in ("\ud800", "a\nb")]
    ill += [{**good, "contact": {**contact, "sample": True}}]
    shown = contacts.emergency(catalog.default, "")
    for each in ill:
        await stores(testbed, each)
        rendered = testbed.renderers.default.strictly(shown).text
        assert "Jo Reed, physiotherapist: +44 20 7946 0001" in rendered, each
        assert "1234" not in rendered
    await testbed.advance(61)
    assert "cannot be read" in desk.last
    assert shown.template in SAFETY

    await stores(testbed, good)
    assert "Bo: 1234" in testbed.renderers.default.strictly(shown).text
    await stores(testbed, None)
    assert "Bo: 1234" in testbed.renderers.default.strictly(shown).text, "what counted goes on"
    await names(desk, BO, "labels.change-contact Bo")
    await desk.taps("labels.use-contacts")
    await testbed.close()
    await testbed.open()
    assert book_of(testbed).contact.people == (person_from(BO),)


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


async def test_a_text_that_is_changed_before_it_counts_is_previewed_anew_and_after_it_changes_nothing(
    desk: Chat, testbed: Testbed
) -> None:
    async def changes(text: str) -> None:
        number = max(each["id"] for each in desk.messages if each["mine"])
        desk.person.edits(number, text)
        await testbed.settle()

    await names(desk)
    former = book_of(testbed).propose(COACH, contacts.NEW, JO).stamp
    await changes(JO.replace("0001", "0009"))
    assert "+44 20 7946 0009" in str(desk.messages[-2]["text"])
    with pytest.raises(Outdated):
        await book_of(testbed).use(COACH, former)
    await desk.taps("labels.use-contacts")
    assert "+44 20 7946 0009" in desk.last
    await changes(JO)
    assert desk.last.template == "desk/outdated"
    assert book_of(testbed).contact.people[0].phone == "+44 20 7946 0009"


async def test_somebody_sent_on_from_the_phones_own_list_is_read_by_name_and_number(
    desk: Chat, testbed: Testbed
) -> None:
    await desk.sends("/contacts")
    await desk.taps("labels.add-contact")
    desk.person.sends_contact("Jo", "Reed", "+442079460001")
    await testbed.settle()
    await desk.taps("labels.use-contacts")
    assert book_of(testbed).contact.people == (person_from("Jo Reed\n+442079460001"),)


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
        ("Jo\njo@", "reach"),
        ("Jo\njo@clinic", "reach"),
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


async def test_nobody_made_up_is_put_in_the_place_of_somebody_real(testbed: Testbed, catalog: Catalog) -> None:
    await starts_on(testbed, catalog, JO)
    for text in ("Jo\n" + catalog.contact.people[0].phone, "Jo\njo@example.com"):
        with pytest.raises(NotUnderstood):
            book_of(testbed).propose(COACH, 0, text)


async def test_of_two_coaches_who_confirm_at_once_the_second_is_told_that_it_is_another_one_now(
    testbed: Testbed, catalog: Catalog
) -> None:
    await starts_on(testbed, catalog, JO)
    book = book_of(testbed)
    proposed = [book.propose(coach, 0, f"{name}\n+44 20 7946 0002") for coach, name in ((COACH, "Bo"), (EVE, "Cy"))]
    used = [book.use(coach, each.stamp) for coach, each in zip((COACH, EVE), proposed, strict=True)]
    ends = await asyncio.gather(*used, return_exceptions=True)
    assert [type(each) for each in ends] == [type(None), Outdated]
    await testbed.close()
    await testbed.open()
    assert [each.name for each in book_of(testbed).contact.people] == ["Jo Reed", "Bo"]


async def test_of_two_processes_the_second_to_confirm_has_thought_of_another_state(
    testbed: Testbed, catalog: Catalog
) -> None:
    await starts_on(testbed, catalog, JO)
    assert testbed.runtime is not None
    runtime, one = testbed.runtime, book_of(testbed)
    of_other = Coaches(
        (COACH,), WatchedStorage(runtime.storage), testbed.catalog, testbed.renderers, runtime.sender, testbed.clock
    )
    other = ContactBook(of_other, runtime.alerts)
    await other.read()
    proposal = other.propose(COACH, 0, "Cy\n+44 20 7946 0003")
    await one.use(COACH, one.propose(COACH, 0, BO).stamp)
    with pytest.raises(Outdated):
        await other.use(COACH, proposal.stamp)
    assert [each.name for each in other.contact.people] == ["Jo Reed", "Bo"]
