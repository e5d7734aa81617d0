"""What the operators are told: bundled, each cause once an hour, nothing that has passed."""

from __future__ import annotations

from typing import Any

from bot.demo.testbed import House
from bot.local_telegram.faults import Hang, Refused
from bot.monitoring.alerts import Cause, Troubles
from tests.sending.conftest import FIRST, OPERATOR, Gather, no, told


def troubles(house: House) -> Troubles:
    """Where parts of the bot say what is wrong."""
    assert house.parts is not None
    return house.parts.troubles


async def test_what_happens_within_a_minute_is_one_message(gathered: Gather) -> None:
    house = await gathered(0)
    troubles(house).note(Cause.SET_ASIDE, "update 5, KeyError")
    troubles(house).note(Cause.DAMAGED, "the file is empty")
    await house.advance(90)
    assert len(told(house)) == 1
    assert "update 5, KeyError" in told(house)[0]
    assert "the file is empty" in told(house)[0]


async def test_the_same_cause_is_told_once_an_hour_with_how_often_it_came(gathered: Gather) -> None:
    house = await gathered(0)
    for number in range(5):
        troubles(house).note(Cause.SET_ASIDE, f"update {number}, KeyError")
        await house.advance(300)
    assert len(told(house)) == 1
    await house.advance(3600)
    troubles(house).note(Cause.SET_ASIDE, "update 9, KeyError")
    await house.advance(90)
    assert len(told(house)) == 2
    assert "It happened 4 more times" in told(house)[1]


async def test_what_stands_again_just_after_it_was_told_anew_waits_for_its_hour(gathered: Gather) -> None:
    house = await gathered(0)
    troubles(house).begin(Cause.NOT_SAVED, "No space left on device")
    await house.advance(3750)
    assert len(told(house)) == 2
    troubles(house).end(Cause.NOT_SAVED)
    troubles(house).begin(Cause.NOT_SAVED, "No space left on device")
    await house.advance(120)
    assert len(told(house)) == 2


async def test_what_came_up_beside_another_trouble_is_told_every_hour_as_well(gathered: Gather) -> None:
    house = await gathered(0)
    troubles(house).begin(Cause.SECOND_POLLER, "two of us")
    await house.advance(1800)
    troubles(house).begin(Cause.NOT_SAVED, "No space left on device")
    await house.advance(3750)
    assert sum("No space left on device" in words for words in told(house)) == 2
    assert sum("two of us" in words for words in told(house)) == 2


async def test_what_is_over_within_the_minute_is_no_news(gathered: Gather) -> None:
    house = await gathered(0)
    troubles(house).begin(Cause.SECOND_POLLER)
    await house.clock.advance(10)
    troubles(house).end(Cause.SECOND_POLLER)
    await house.advance(120)
    assert told(house) == []


async def test_whatever_stands_is_told_every_hour_also_what_began_while_another_stood(gathered: Gather) -> None:
    house = await gathered(0)
    troubles(house).begin(Cause.NOT_SAVED, "No space left on device")
    await house.advance(1800)
    troubles(house).begin(Cause.STRANGE_CHATS)
    await house.advance(6 * 3600 - 600)
    assert len([text for text in told(house) if "disk takes no changes" in text]) == 7
    assert len([text for text in told(house) if "does not know many" in text]) == 6


async def test_what_comes_back_within_the_hour_and_stays_is_told_again(gathered: Gather) -> None:
    house = await gathered(0)
    for pause in (70, 1800):
        troubles(house).begin(Cause.SECOND_POLLER)
        await house.advance(pause)
        troubles(house).end(Cause.SECOND_POLLER)
    await house.advance(3600)
    troubles(house).begin(Cause.SECOND_POLLER)
    await house.advance(70)
    troubles(house).end(Cause.SECOND_POLLER)
    await house.advance(1800)
    troubles(house).begin(Cause.SECOND_POLLER)
    count = len(told(house))
    await house.advance(3600)
    assert len(told(house)) == count + 1


async def test_the_same_cause_while_it_is_being_told_is_no_news(gathered: Gather) -> None:
    house = await gathered(0)

    def slow(method: str, parameters: dict[str, Any], number: int) -> Hang | None:
        return Hang(delivered=True, seconds=25) if method == "sendMessage" else None

    house.telegram.fault = slow
    troubles(house).note(Cause.DAMAGED, "one")
    await house.clock.advance(70)
    troubles(house).note(Cause.DAMAGED, "two")
    for _ in range(60):
        await house.clock.advance(10)
    assert len([text for text in told(house) if "one" in text or "two" in text]) <= 3
    assert not [text for text in told(house) if "two" in text]


async def test_an_operator_who_cannot_be_reached_is_tried_again_and_one_who_never_began_is_not(
    gathered: Gather,
) -> None:
    house = await gathered(0)
    asked = 0

    def fault(method: str, parameters: dict[str, Any], number: int) -> Refused | None:
        nonlocal asked
        if method != "sendMessage" or parameters["chat_id"] != OPERATOR:
            return None
        asked += 1
        return Refused() if asked == 1 else None

    house.telegram.fault = fault
    troubles(house).note(Cause.DAMAGED, "the file is empty")
    await house.advance(300)
    assert len(told(house)) == 1

    house.telegram.fault = lambda method, *_: no(403, "Forbidden") if method == "sendMessage" else None
    before = len(house.telegram.log)
    troubles(house).note(Cause.SET_ASIDE, "update 5, KeyError")
    await house.advance(600)
    assert len([call for call in house.telegram.log[before:] if call.method == "sendMessage"]) == 1


async def test_a_trouble_is_listed_for_an_hour_and_stands_until_it_is_ended(gathered: Gather) -> None:
    house = await gathered(0)
    troubles(house).note(Cause.SET_ASIDE, "update 5, KeyError")
    troubles(house).begin(Cause.NOT_SAVED, "No space left on device")
    assert [trouble.cause for trouble in troubles(house).recent()] == [Cause.SET_ASIDE]
    assert troubles(house).standing() == {Cause.NOT_SAVED: "No space left on device"}
    await house.advance(3700)
    assert troubles(house).recent() == []
    troubles(house).end(Cause.NOT_SAVED)
    assert troubles(house).standing() == {}


async def test_a_file_that_was_damaged_while_the_bot_stood_is_told(gathered: Gather) -> None:
    house = await gathered(1)
    await house.close()
    [file] = house.folder.rglob(f"{FIRST}.sealed")
    file.write_bytes(b"")
    await house.open()
    await house.advance(90)
    [message] = told(house)
    assert "empty" in message
