"""A word to many: chosen, previewed, confirmed, counted, stopped; to nobody twice, and to nobody unwilling."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.desk import broadcast
from bot.core.desk.broadcast import Broadcast
from bot.core.model.callback_data import ChooseMany, SendMany, StopMany, WriteMany
from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import Answer, Consent, State, Subscriber
from bot.core.schedule.broadcasts import key
from bot.local_telegram.faults import CutAfter, Hang
from bot.sending.send_due import IN_FLIGHT
from tests.core.people import somebody
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import forges, opens_again
from tests.support.chat import Chat

EVE = 9
WORDS = "Hello {name}, a walk on Saturday at ten?"
MANY = 1000


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


def reads(chat: Chat, words: str = "a walk on Saturday") -> list[str]:
    """What of it stands on a person's screen."""
    return [str(each["text"]) for each in chat.messages if words in str(each["text"])]


async def writes(desk: Chat, words: str = WORDS) -> str:
    """Up to the question whether it is to go out; its id."""
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    desk.person.sends(words)
    await desk.testbed.settle()
    data = [str(b.get("callback_data")) for m in desk.messages for row in m["keyboard"] for b in row]
    return next(each.partition(":")[2] for each in reversed(data) if each.startswith(StopMany.verb + ":"))


async def goes_out(desk: Chat, words: str = WORDS) -> str:
    """Write it and send it off; its id."""
    id = await writes(desk, words)
    await desk.taps("labels.send-many")
    return id


def agreed(chat: Chat, id: int, name: str = "Otto", **said: object) -> Subscriber:
    """Somebody under way who lets the coach see answers and write."""
    series = chat.testbed.catalog.default
    known = somebody(series, zone="Europe/Lisbon")
    at = known.consent.at
    known = replace(known, id=id, name=name, consent=Consent(series.consent + "+coach", at), heard_at=at)
    return replace(known, answers=(*known.answers, Answer("coach", "sees", at)), **said)  # type: ignore[arg-type]


async def keep(chat: Chat, *people: Subscriber) -> None:
    """Put them where people are kept, each with a chat of their own."""
    assert chat.testbed.runtime is not None
    for each in people:
        chat.testbed.telegram.person(each.id, each.name)
        async with chat.testbed.runtime.storage.change(each.id) as box:
            box.value = each
    await chat.testbed.settle()


async def outcomes(chat: Chat, id: str) -> dict[int, Outcome]:
    """What became of it in each document."""
    runtime = chat.testbed.runtime
    assert runtime is not None
    found = {}
    for person in runtime.storage.ids():
        known = await runtime.storage.read(person)
        if known is not None and key(id) in known.deliveries:
            found[person] = known.deliveries[key(id)].outcome
    return found


# --- The way there --------------------------------------------------------------------------------------------------


async def test_it_is_chosen_previewed_confirmed_and_read_by_whoever_is_meant(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    other = Chat(chat.testbed, chat.testbed.telegram.person(11, "Otto"))
    await to_plan(other, "alone")
    assert "It would reach 1 of 1" in await desk.sends("/broadcast")
    await desk.taps("labels.many-week", "labels.write-many")
    await desk.sends(WORDS)
    assert "Hello Cleo, a walk" in reads(desk)[-1]
    assert "It goes to 1 person: everybody who agreed, week 1." in desk.last
    assert reads(chat) == []
    await desk.taps("labels.send-many")
    assert "Hello Ada, a walk on Saturday at ten?" in reads(chat)[0]
    while "Going out" in desk.last:
        await chat.testbed.advance(1)
    assert "Done" in desk.last
    assert "1 of 1 have it." in desk.last
    assert reads(other) == []
    assert "wrote to several people" in await chat.sends("/why")


async def test_a_reader_answers_it_as_any_word_of_the_coachs(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await goes_out(desk)
    message = next(each for each in reversed(chat.messages) if "a walk on Saturday" in str(each["text"]))
    chat.person.replies(int(str(message["id"])), "I will be there")
    await chat.testbed.settle()
    assert reads(desk, "I will be there")


async def test_a_question_that_stands_above_it_stays_open_for_typed_words(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/settings")
    await chat.taps("labels.set-time")
    await goes_out(desk)
    await chat.sends("8 in the morning")
    assert (await chat.stored()).said("time") == "08:00"


async def test_for_anybody_else_there_is_no_such_command(chat: Chat) -> None:
    await to_plan(chat, "sees")
    said = await chat.sends("/nothing")
    assert await chat.sends("/broadcast") == said


# --- Who never gets one ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.STOPPED, State.PAUSED, State.BLOCKED])
async def test_it_is_never_for_whoever_is_gone_or_on_a_break_nor_for_the_bot_alone(
    chat: Chat, desk: Chat, state: State
) -> None:
    now = chat.testbed.clock.now()
    unwilling = agreed(chat, 12).saying("coach", "alone", now)
    older = replace(agreed(chat, 13), consent=Consent(chat.testbed.catalog.default.consent, now))
    await keep(chat, agreed(chat, 10), agreed(chat, 11).in_state(state, now), unwilling, older)
    id = await goes_out(desk)
    assert await outcomes(chat, id) == {10: Outcome.SENT}


async def test_whoever_goes_on_a_break_while_it_waits_for_their_morning_does_not_get_it(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10), agreed(chat, 11))
    await chat.until(0, "23:00")
    id = await goes_out(desk)
    assert await outcomes(chat, id) == {10: Outcome.WAITING, 11: Outcome.WAITING}
    Chat(chat.testbed, chat.testbed.telegram.person_with(11)).person.sends("/stop")
    await chat.testbed.settle()
    await chat.until(1, "06:59")
    assert Outcome.SENT not in (await outcomes(chat, id)).values()
    await chat.until(0, "07:01")
    assert await outcomes(chat, id) == {10: Outcome.SENT, 11: Outcome.CANCELLED}


async def test_whoever_agrees_after_it_went_out_gets_none_and_nobody_is_asked_to_read_two(
    chat: Chat, desk: Chat
) -> None:
    await keep(chat, agreed(chat, 10))
    id = await goes_out(desk)
    await to_plan(chat, "sees")
    await opens_again(chat)
    assert await outcomes(chat, id) == {10: Outcome.SENT}
    assert reads(chat) == []


# --- What it may say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        (" \n ", "nothing"),
        ("a" * 3501, "long"),
        ("Hi {surname}", "braces"),
        ("Hi {name", "braces"),
        ("Your PAIN was high, was it?", "health"),
        ("See your  results", "health"),
        ("Hi {name}, *bold* _and_ <b>tags</b> & more", ""),
        ("The painter and your panic", ""),
    ],
    ids=range(9),
)
def test_it_says_nothing_of_how_one_of_them_is_and_fits_into_a_message(catalog: Catalog, text: str, why: str) -> None:
    words = catalog.words["knee-pain", "en"].find("operator.about-them.phrases")
    assert broadcast.fault(text, words.split("."))[0] == why


async def test_markdown_and_tags_typed_by_hand_arrive_as_they_were_typed(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10, "A*d_a"))
    await goes_out(desk, "*bold* _it_ <b>x</b> [a](b) {name}")
    ada = Chat(chat.testbed, chat.testbed.telegram.person_with(10))
    assert reads(ada, "*bold* _it_ <b>x</b> [a](b) A*d_a")


async def test_five_thousand_characters_come_in_two_pieces_and_neither_goes_out(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    desk.person.sends("a" * 4096)
    desk.person.sends("b" * 904)
    await chat.testbed.settle()
    assert reads(desk, "That is too long.")
    assert desk.last.template == "desk/stray"


async def test_a_picture_is_no_text_for_many(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    desk.person.sends_voice()
    await chat.testbed.settle()
    assert desk.last.template == "desk/broadcast-refused"


async def test_whoever_looks_at_something_else_before_writing_writes_to_nobody(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    await desk.sends("/desk")
    assert (await desk.sends(WORDS)).template == "desk/stray"


# --- Bad input ------------------------------------------------------------------------------------------------------


async def test_what_means_nobody_is_said_and_cannot_be_written(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    shown = await forges(desk, ChooseMany(week=3))
    assert "That means nobody" in shown
    assert "labels.write-many" not in desk.buttons
    assert "That means nobody" in await forges(desk, WriteMany(link="nobody-came-by-this"))
    assert (await desk.sends(WORDS)).template == "desk/stray"


async def test_when_nobody_has_agreed_that_is_said(desk: Chat) -> None:
    assert "There is nobody yet" in await desk.sends("/broadcast")


async def test_a_change_of_the_text_after_its_preview_does_not_count(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    await chat.until(0, "23:00")
    await writes(desk)
    mine = next(each for each in reversed(desk.messages) if each["mine"])
    desk.person.edits(int(str(mine["id"])), "Something else")
    await chat.testbed.settle()
    assert "The change does not count" in desk.last
    await desk.taps("labels.send-many")
    desk.person.edits(int(str(mine["id"])), "Something else again")
    await chat.testbed.settle()
    assert "stop it with /broadcast" in desk.last
    await chat.until(1, "07:01")
    ada = Chat(chat.testbed, chat.testbed.telegram.person_with(10))
    assert reads(ada)
    assert not reads(ada, "Something else")


async def test_a_tap_that_comes_twice_or_late_or_from_somebody_else_sends_nothing_more(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    id = await writes(desk)
    await chat.testbed.advance(timedelta(hours=2).total_seconds())
    assert (await forges(desk, SendMany(id))).template == "desk/outdated"
    id = await writes(desk)
    for _ in range(3):
        await forges(desk, SendMany(id))
    for unknown in ("", "x", f"{COACH}-999"):
        assert (await forges(desk, SendMany(unknown))).template == "desk/outdated"
    ada = Chat(chat.testbed, chat.testbed.telegram.person_with(10))
    assert len(reads(ada)) == 1


async def test_of_two_coaches_one_cannot_send_what_the_other_previewed_but_may_stop_it(chat: Chat, desk: Chat) -> None:
    await chat.testbed.kill()
    chat.testbed._operators = [COACH, EVE]
    await chat.testbed.open()
    other = Chat(chat.testbed, chat.testbed.telegram.person(EVE, "Eve"))
    other.person.sends("/desk")
    await keep(chat, agreed(chat, 10))
    await chat.until(0, "23:00")
    id = await writes(desk)
    assert (await forges(other, SendMany(id))).template == "desk/outdated"
    await desk.taps("labels.send-many")
    assert "Going out" in await other.sends("/broadcast")
    await other.taps("labels.stop-many")
    await chat.until(1, "12:00")
    assert await outcomes(chat, id) == {10: Outcome.CANCELLED}


async def test_of_two_coaches_who_send_at_once_one_waits_and_may_tap_again(chat: Chat, desk: Chat) -> None:
    await chat.testbed.kill()
    chat.testbed._operators = [COACH, EVE]
    await chat.testbed.open()
    other = Chat(chat.testbed, chat.testbed.telegram.person(EVE, "Eve"))
    other.person.sends("/desk")
    await keep(chat, agreed(chat, 10))
    ids = [await writes(desk), await writes(other, "A talk on Sunday at ten?")]
    for each in (desk, other):
        each.presses("labels.send-many")
    await chat.testbed.settle()
    assert "so yours has gone to nobody yet" in other.last
    assert (await outcomes(chat, ids[0]), await outcomes(chat, ids[1])) == ({10: Outcome.SENT}, {})
    await chat.testbed.advance(10)
    await other.taps("labels.send-many")
    assert await outcomes(chat, ids[1]) == {10: Outcome.SENT}


async def test_one_that_waits_for_morning_goes_to_nobody_once_nobody_coaches_any_more(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    await chat.until(0, "23:00")
    id = await goes_out(desk)
    await chat.testbed.kill()
    chat.testbed._operators = []
    await chat.testbed.open()
    await chat.until(1, "12:00")
    assert await outcomes(chat, id) == {10: Outcome.CANCELLED}


async def test_what_was_not_sent_off_goes_to_nobody(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    id = await writes(desk)
    assert (await desk.taps("labels.drop-many")).template == "desk/broadcast-dropped"
    assert (await forges(desk, SendMany(id))).template != "coach/broadcast"
    assert await outcomes(chat, id) == {}


# --- How it goes ----------------------------------------------------------------------------------------------------


async def test_whom_it_did_not_reach_is_listed_person_by_person(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10, "Ada"), agreed(chat, 11, "Bo"), agreed(chat, 12, "Cy"))
    chat.testbed.telegram.chat(11).blocked = True  # and nothing has told the bot yet
    chat.testbed.telegram.fault = lambda method, parameters, _: (
        CutAfter() if method == "sendMessage" and parameters.get("chat_id") == 12 else None
    )
    id = await goes_out(desk)
    while "Going out" in desk.last:
        await chat.testbed.advance(1)
    assert await outcomes(chat, id) == {10: Outcome.SENT, 11: Outcome.FAILED, 12: Outcome.UNKNOWN}
    assert "1 of 3 have it." in desk.last
    assert "1. Bo: did not arrive (blocked)" in desk.last
    assert "2. Cy: nobody knows if it arrived" in desk.last
    cy = Chat(chat.testbed, chat.testbed.telegram.person_with(12))
    assert len(reads(cy)) == 1


async def test_one_message_of_the_coachs_shows_how_it_goes_and_no_other(chat: Chat, desk: Chat) -> None:
    await keep(chat, *(agreed(chat, 100 + number) for number in range(60)))
    await writes(desk)
    before = len(desk.messages)
    await desk.taps("labels.send-many")
    while "Going out" in desk.last:
        await chat.testbed.advance(1)
    assert len(desk.messages) == before
    assert "60 of 60 have it." in desk.last


async def test_stopped_half_way_it_goes_to_nobody_more(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10), agreed(chat, 11).saying("quiet", ("00:00", "00:00"), chat.testbed.clock.now()))
    await chat.until(0, "23:00")
    id = await goes_out(desk)
    await desk.taps("labels.stop-many")
    await chat.until(1, "12:00")
    assert await outcomes(chat, id) == {10: Outcome.CANCELLED, 11: Outcome.SENT}
    assert "1 will not get it." in await forges(desk, StopMany(id))


async def test_after_a_day_whoever_it_could_not_reach_gets_it_no_more(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    chat.testbed.telegram.fault = lambda method, parameters, _: (
        CutAfter() if method == "sendMessage" and parameters.get("chat_id") == 10 else None
    )
    await chat.until(0, "23:00")
    id = await goes_out(desk)
    await chat.testbed.kill()
    await chat.testbed.clock.advance(timedelta(hours=25).total_seconds())
    await chat.testbed.open()
    assert await outcomes(chat, id) == {10: Outcome.CANCELLED}


async def test_killed_before_the_coach_saw_its_end_it_shows_it_at_the_next_start(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    id = await writes(desk)
    chat.testbed.telegram.fault = lambda method, parameters, _: (
        Hang(delivered=False, seconds=10_000)
        if method == "editMessageText" and "Going out" not in str(parameters.get("text"))
        else None
    )
    desk.presses("labels.send-many")
    await chat.testbed._fetch()
    for _ in range(20):
        await chat.testbed.clock.advance(1)
        await chat.testbed._let_wait()
    assert "Going out" in desk.last
    assert await outcomes(chat, id) == {10: Outcome.SENT}
    await chat.testbed.kill()
    chat.testbed.telegram.fault = None
    for _ in range(2):
        await chat.testbed.open()
        await chat.testbed.advance(10)
        assert "Going out" not in desk.last
        await chat.testbed.kill()
    assert sum("have it" in str(each["text"]) for each in desk.messages) == 1


async def test_while_nobody_can_read_which_one_goes_out_it_waits_and_then_it_goes_on(chat: Chat, desk: Chat) -> None:
    await keep(chat, agreed(chat, 10))
    await chat.until(0, "23:00")
    id = await goes_out(desk)
    own = chat.testbed.folder / "data-0" / "house.sealed"
    away = own.rename(own.with_name("elsewhere"))
    assert chat.testbed.runtime is not None
    await chat.testbed.runtime.broadcasts.start()
    await chat.until(1, "07:01")
    assert await outcomes(chat, id) == {10: Outcome.WAITING}
    away.rename(own)
    await chat.testbed.advance(130)
    assert await outcomes(chat, id) == {10: Outcome.SENT}


def test_one_that_another_version_has_written_is_read_as_far_as_it_means_anything_here() -> None:
    known = Broadcast(
        "5-1", COACH, WORDS, broadcast.Those(week=2), datetime(2026, 3, 2, tzinfo=UTC), broadcast.Step.RUNNING
    )
    assert broadcast.read({**known.record, "since": "later"}) == known
    assert broadcast.read({**known.record, "step": "unheard-of"}) is None


async def test_killed_half_way_to_a_thousand_it_ends_with_nobody_twice(chat: Chat, desk: Chat) -> None:
    ids = range(10_000, 10_000 + MANY)
    await keep(chat, *(agreed(chat, number) for number in ids))
    id = await writes(desk)
    telegram = chat.testbed.telegram
    got = {number: Chat(chat.testbed, telegram.person_with(number)) for number in ids}

    on_their_way: list[object] = []
    arriving: set[object] = set()

    def fault(method: str, parameters: dict[str, object], _: int) -> Hang | None:
        if method != "sendMessage" or parameters.get("chat_id") not in got:
            return None
        if len(arriving) < MANY // 2:
            arriving.add(parameters["chat_id"])
            return None
        on_their_way.append(parameters["chat_id"])
        return Hang(delivered=len(on_their_way) % 2 == 0, seconds=10_000)

    def is_read(number: int) -> bool:
        return bool(got[number].messages)

    telegram.fault = fault
    desk.presses("labels.send-many")
    await chat.testbed._fetch()
    while len(on_their_way) < IN_FLIGHT:
        await asyncio.sleep(0)
        await chat.testbed._let_wait()
    await chat.testbed.kill()
    telegram.fault = None
    await chat.testbed.open()
    while "Going out" in desk.last:
        await chat.testbed.advance(1)

    ends = Counter((await outcomes(chat, id)).values())
    assert ends == {Outcome.SENT: MANY - IN_FLIGHT, Outcome.UNKNOWN: IN_FLIGHT}
    assert max(len(each.messages) for each in got.values()) == 1
    assert sum(map(is_read, ids)) == MANY - IN_FLIGHT // 2
    assert f"{MANY - IN_FLIGHT} of {MANY} have it." in desk.last
    assert f"Of {IN_FLIGHT} nobody knows." in desk.last
