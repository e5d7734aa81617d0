"""The made-up people's three weeks: rehearsed once, then any of their days is a jump away, to go on from by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.core.model.callback_data import ShowCard, ShowExercise, StartTest, WriteTo, pack
from bot.core.model.delivery import Kind
from bot.core.model.series import week_of
from bot.core.model.subscriber import Subscriber
from bot.core.screens.questionnaire import CHECK_IN, RETEST
from bot.demo.clients import CLIENTS, Client
from bot.demo.personas import PERSONAS
from bot.demo.play import Player
from bot.demo.story import DemoHouse, Film
from bot.places.search import Places
from tests.support.quick import Unsynced
from tests.support.shown import renderers_of

STEADY = PERSONAS[0].id
rehearsed: dict[str, Film] = {}
"""By the first test that needs it: a film holds nothing of the testbed it was made on."""


@pytest.fixture
def clients() -> Sequence[Client]:
    """Whom the coach looks after: nobody, since to seat them takes longer than most of these tests."""
    return ()


@pytest.fixture
async def house(
    tmp_path: Path, catalog: Catalog, places: Places, clients: Sequence[Client]
) -> AsyncIterator[DemoHouse]:
    """The demo, in which the first of the made-up people has been rehearsed."""
    house = DemoHouse(
        catalog,
        places,
        clients=clients,
        folder=tmp_path,
        renderers=renderers_of(catalog, places),
        disk=Unsynced(),
        threads=0,
        rest=0.0,
    )
    await house.open()
    if not rehearsed:
        await house.rehearse(lambda: None, PERSONAS[:1])
        rehearsed.update(house.films)
    house.films = dict(rehearsed)
    yield house
    await house.remove()


async def known(house: DemoHouse) -> Subscriber:
    """What is stored of the person."""
    found = await house.subscriber()
    assert found is not None
    return found


def texts(house: DemoHouse) -> list[str]:
    """The chat as it stands."""
    return [message["text"] for message in house.telegram.chat(house.person_id).messages]


@pytest.mark.parametrize("clients", [CLIENTS], ids=["clients"])
async def test_the_coach_finds_people_on_the_desk_and_writes_to_whoever_is_on_the_phone(house: DemoHouse) -> None:
    coach = house.telegram.person_with(house.coach_id)
    assert [message["text"] for message in coach.chat.messages[-1:]] == [CLIENTS[2].writes]
    await house.show(STEADY, 14)
    coach = house.telegram.person_with(house.coach_id)
    coach.sends("/desk")
    await house.settle()
    desk = coach.chat.messages[-1]["text"]
    assert [client.name for client in CLIENTS if f"{client.name}, week" in desk] == ["Ruth", "Inês", "Bea"]
    assert "4 of" in desk
    ahead = house.days()[-1]["open"]
    message = house.telegram.chat(house.person_id).messages[-1]["id"]
    for action in (ShowCard(house.person_id), WriteTo(house.person_id)):
        coach.taps(message, pack(action))
        await house.settle()
    assert any("Steady, day 14" in message["text"] for message in coach.chat.messages)
    coach.sends("Well done!")
    await house.settle()
    assert texts(house)[-1] == "Well done!"
    assert (ahead, house.days()[-1]["open"]) == (True, False)


async def test_whom_to_turn_to_is_changed_on_the_coachs_phone_and_holds_till_the_demo_starts_afresh(
    house: DemoHouse,
) -> None:
    coach = house.telegram.person_with(house.coach_id)

    async def taps(button: str) -> None:
        shown = coach.chat.messages[-1]
        found = [each for row in shown["keyboard"] for each in row if each["text"] == button]
        coach.taps(shown["id"], found[0]["callback_data"])
        await house.settle()

    for words in ("/contacts", "", "Jo Reed\n+44 20 7946 0001"):
        if words:
            coach.sends(words)
            await house.settle()
        else:
            await taps("Add somebody")
    assert "Jo Reed: +44 20 7946 0001" in coach.chat.messages[-2]["text"], "first on the screen for an emergency"
    await taps("Yes, this counts")
    for number in (3, 14):
        await house.show(STEADY, number)
        house.person.sends("/help")
        await house.settle()
        assert "Jo Reed: +44 20 7946 0001" in texts(house)[-1]
    await house.start_afresh()
    house.person.sends("/help")
    await house.settle()
    assert "Sample Name One" in texts(house)[-1]


@pytest.mark.parametrize("clients", [CLIENTS], ids=["clients"])
async def test_a_client_answers_the_coach_after_a_while_in_words_of_their_own_and_not_for_ever(
    house: DemoHouse,
) -> None:
    coach, ruth = house.telegram.person_with(house.coach_id), CLIENTS[0]
    for number, words in enumerate((*ruth.answers, "")):
        coach.taps(coach.chat.messages[-1]["id"], pack(WriteTo(ruth.id)))
        await house.settle()
        coach.sends(f"How are you, Ruth? {number}")
        await house.settle()
        assert not words or words not in str(coach.chat.messages)
        before = len(coach.chat.messages)
        await house.wait(60)
        assert words in str(coach.chat.messages)
        assert (len(coach.chat.messages) > before) is bool(words)


@pytest.mark.parametrize("clients", [CLIENTS], ids=["clients"])
async def test_while_the_clock_moves_the_clients_go_on_but_for_those_who_have_fallen_silent(house: DemoHouse) -> None:
    await house.wait(3 * 24 * 3600)
    assert house.runtime is not None
    last = {}
    for client in CLIENTS:
        found = await house.runtime.storage.read(client.id)
        assert found is not None
        last[client.name] = (house.clock.now().date() - max(each.date for each in found.sessions)).days
    assert {name for name, days in last.items() if days <= 1} == {"Ruth", "Inês", "Karim"}
    assert last["Tomás"] > 7


async def test_a_rehearsal_leaves_the_phone_alone_and_tells_every_day(house: DemoHouse) -> None:
    assert texts(house) == []
    steady, *others = house.people()
    assert [day["number"] for day in steady["days"]] == list(range(1, house.catalog.default.days + 1))
    assert {day["mark"] for day in steady["days"]} == {"done", "lesson", "rest", "measured"}
    assert [who["days"] for who in others] == [[]] * len(others)
    assert house.days() == []


async def test_a_jump_stands_where_the_message_of_that_day_has_just_come(house: DemoHouse) -> None:
    week_end = house.catalog.default.check_ins[-1]
    await house.show(STEADY, week_end)
    person = await known(house)
    newest = max(person.deliveries.values(), key=lambda record: record.at)
    assert newest.kind is Kind.CHECK_IN
    assert house.telegram.chat(house.person_id).messages[-1]["id"] == newest.message_id
    assert [day["number"] for day in house.days() if day["today"]] == [week_end]
    assert all(day["open"] for day in house.days())


async def test_every_day_can_be_gone_to_and_none_twice_is_another(house: DemoHouse) -> None:
    await house.show(STEADY, 21)
    for number in (3, 14, 1, 3):
        await house.jump(number)
        assert [day["number"] for day in house.days() if day["today"]] == [number]
    before = texts(house)
    await house.jump(20)
    await house.jump(3)
    assert texts(house) == before


async def test_the_result_has_before_and_after_on_the_screen(house: DemoHouse) -> None:
    await house.show(STEADY, 0)
    assert (await known(house)).finished(RETEST) is not None
    assert any("Before and after" in text for text in texts(house)[-5:])


async def test_what_only_measures_was_measured_before_and_after(house: DemoHouse) -> None:
    await house.show(STEADY, 0)
    person, series = await known(house), house.catalog.default
    after = person.finished(RETEST)
    measuring = [series.test_by_id[id] for id in series.measured_again if not series.test_by_id[id].areas]
    assert measuring
    for test in measuring:
        before = person.finished(test.id)
        for question in (each for each in test.questions if each.kind == "number"):
            assert before is not None
            assert after is not None
            values = before.value(question.id), after.value(question.id)
            assert all(isinstance(value, int) for value in values), values


async def test_from_any_day_one_goes_on_by_hand_with_the_real_bot(house: DemoHouse) -> None:
    await house.show(STEADY, 14)
    message = house.telegram.chat(house.person_id).messages[-1]
    house.person.taps(message["id"], pack(StartTest(CHECK_IN)))
    house.acted()
    await house.settle()
    assert (await known(house)).open_attempt() is not None
    assert [day["number"] for day in house.days() if day["open"]] == list(range(1, 15))
    await house.wait_for_message()
    assert [day["number"] for day in house.days() if day["today"]] == [15]
    assert [day["number"] for day in house.days() if day["open"]] == list(range(1, 16))


async def test_whoever_was_rehearsed_goes_on_from_any_day_as_they_did(house: DemoHouse) -> None:
    house.pace = "all"
    await house.show(STEADY, 0)
    end = await known(house)
    await house.show(STEADY, 20)
    house._scenes = ()  # so nothing ahead is known, and they play
    await house.play()
    again = await known(house)
    assert [(each.date, each.short, each.effort, each.pain) for each in again.sessions] == [
        (each.date, each.short, each.effort, each.pain) for each in end.sessions
    ]
    assert [answer.value for answer in again.attempts[-1].answers] == [
        answer.value for answer in end.attempts[-1].answers
    ]


async def test_a_session_that_was_left_half_way_is_taken_up(house: DemoHouse) -> None:
    await house.show(STEADY, 3)
    house._scenes = ()
    player = Player(house, PERSONAS[0])
    await player.start_session(short=False)
    await player.tap_one(player.shown(ShowExercise)[-1:])
    house.pace = "all"
    await house.play()
    person = await known(house)
    assert [day["mark"] for day in house.days()][2] == "done"
    assert person.finished(RETEST) is not None


async def test_at_once_is_the_end_without_a_tap(house: DemoHouse) -> None:
    house.pace = "all"
    await house.show(STEADY, 2)
    calls = len(house.telegram.log)
    await house.play()
    assert (await known(house)).finished(RETEST) is not None
    assert house.telegram.log[:calls]
    assert not house.may_wait()


async def test_a_day_without_a_message_is_gone_to_at_its_noon(house: DemoHouse) -> None:
    await house.show(STEADY, 5)
    for each in house._scenes:
        assert each.day <= date.fromisoformat(house.days()[-1]["date"]) or each.measured
    house._scenes = tuple(each for each in house._scenes if each.day.isoformat() != house.days()[3]["date"])
    await house.jump(4)
    assert [day["number"] for day in house.days() if day["today"]] == [4]
    assert house.clock.now().hour == 12


async def test_a_message_says_why_it_came_and_a_reply_what_was_done_before_it(house: DemoHouse) -> None:
    await house.show(STEADY, 3)
    came = house.telegram.chat(house.person_id).messages[-1]
    reason = await house.why(came["id"], "")
    assert reason is not None
    assert reason["after"] is None
    assert "19:00" in reason["text"]
    planned = await house.why(0, house.planned()[0]["key"])
    assert planned is not None
    assert planned["text"] != reason["text"]
    house.person.sends("/help")
    await house.settle()
    mine, answer = house.telegram.chat(house.person_id).messages[-2:]
    assert await house.why(mine["id"], "") is None
    assert await house.why(answer["id"], "") == {"after": {"text": "/help"}, "text": "", "entities": []}
    assert await house.why(0, "no such key") is None


@pytest.mark.parametrize("taps", [*range(1, 34, 4)])
async def test_whoever_was_stopped_in_the_beginning_goes_on_from_there(house: DemoHouse, taps: int) -> None:
    left = taps

    async def rests() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise InterruptedError

    house.persona = PERSONAS[1]
    with pytest.raises(InterruptedError):
        await Player(house, house.persona, rests).subscribe()
    await Player(house, house.persona).subscribe()
    person = await known(house)
    assert person.enrollment.day_one is not None
    assert person.said("days") == house.persona.days
    assert person.finished(house.catalog.default.first_test) is not None


async def test_of_whoever_goes_on_a_trained_day_of_a_later_week_can_be_looked_at(house: DemoHouse) -> None:
    lived = [{"number": day, "week": week_of(day), "mark": "rest" if day == 50 else "done"} for day in range(1, 53)]
    house.films = {"busy": Film((), lived)}
    busy = next(each for each in house.people() if each["id"] == "busy")
    assert [day["number"] for day in busy["days"]] == [*range(1, 22)]
    assert busy["later"] == lived[50]
    assert not any(each["later"] for each in house.people() if each["id"] != "busy")


async def test_what_follows_the_series_is_told_of_whoever_goes_on(house: DemoHouse) -> None:
    onward = house.catalog.default.onward
    assert onward is not None
    weeks = {each.id: onward.weeks if each.goes_on else 0 for each in PERSONAS}
    assert {each["id"]: each["follows"] for each in house.people()} == weeks
