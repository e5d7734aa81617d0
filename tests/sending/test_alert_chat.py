"""What the operators are told: bundled, each cause once an hour, nothing that has passed."""

from __future__ import annotations

from typing import Any

from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Hang, Refused
from bot.monitoring.alerts import AlertKind, Alerts
from tests.sending.conftest import FIRST, OPERATOR, Gather, no, told


def alerts(testbed: Testbed) -> Alerts:
    """Where parts of the bot say what is wrong."""
    assert testbed.runtime is not None
    return testbed.runtime.alerts


async def test_what_happens_within_a_minute_is_one_message(gathered: Gather) -> None:
    testbed = await gathered(0)
    alerts(testbed).record(AlertKind.SET_ASIDE, "update 5, KeyError")
    alerts(testbed).record(AlertKind.DAMAGED, "the file is empty")
    await testbed.advance(90)
    assert len(told(testbed)) == 1
    assert "update 5, KeyError" in told(testbed)[0]
    assert "the file is empty" in told(testbed)[0]


async def test_the_same_cause_is_told_once_an_hour_with_how_often_it_came(gathered: Gather) -> None:
    testbed = await gathered(0)
    for number in range(5):
        alerts(testbed).record(AlertKind.SET_ASIDE, f"update {number}, KeyError")
        await testbed.advance(300)
    assert len(told(testbed)) == 1
    await testbed.advance(3600)
    alerts(testbed).record(AlertKind.SET_ASIDE, "update 9, KeyError")
    await testbed.advance(90)
    assert len(told(testbed)) == 2
    assert "It happened 4 more times" in told(testbed)[1]


async def test_what_stands_again_just_after_it_was_told_anew_waits_for_its_hour(gathered: Gather) -> None:
    testbed = await gathered(0)
    alerts(testbed).raise_(AlertKind.NOT_SAVED, "No space left on device")
    await testbed.advance(3750)
    assert len(told(testbed)) == 2
    alerts(testbed).clear(AlertKind.NOT_SAVED)
    alerts(testbed).raise_(AlertKind.NOT_SAVED, "No space left on device")
    await testbed.advance(120)
    assert len(told(testbed)) == 2


async def test_what_came_up_beside_another_trouble_is_told_every_hour_as_well(gathered: Gather) -> None:
    testbed = await gathered(0)
    alerts(testbed).raise_(AlertKind.SECOND_POLLER, "two of us")
    await testbed.advance(1800)
    alerts(testbed).raise_(AlertKind.NOT_SAVED, "No space left on device")
    await testbed.advance(3750)
    assert sum("No space left on device" in words for words in told(testbed)) == 2
    assert sum("two of us" in words for words in told(testbed)) == 2


async def test_what_is_over_within_the_minute_is_no_news(gathered: Gather) -> None:
    testbed = await gathered(0)
    alerts(testbed).raise_(AlertKind.SECOND_POLLER)
    await testbed.clock.advance(10)
    alerts(testbed).clear(AlertKind.SECOND_POLLER)
    await testbed.advance(120)
    assert told(testbed) == []


async def test_whatever_stands_is_told_every_hour_also_what_began_while_another_stood(gathered: Gather) -> None:
    testbed = await gathered(0)
    alerts(testbed).raise_(AlertKind.NOT_SAVED, "No space left on device")
    await testbed.advance(1800)
    alerts(testbed).raise_(AlertKind.STRANGE_CHATS)
    await testbed.advance(6 * 3600 - 600)
    assert len([text for text in told(testbed) if "disk takes no changes" in text]) == 7
    assert len([text for text in told(testbed) if "does not know many" in text]) == 6


async def test_what_comes_back_within_the_hour_and_stays_is_told_again(gathered: Gather) -> None:
    testbed = await gathered(0)
    for pause in (70, 1800):
        alerts(testbed).raise_(AlertKind.SECOND_POLLER)
        await testbed.advance(pause)
        alerts(testbed).clear(AlertKind.SECOND_POLLER)
    await testbed.advance(3600)
    alerts(testbed).raise_(AlertKind.SECOND_POLLER)
    await testbed.advance(70)
    alerts(testbed).clear(AlertKind.SECOND_POLLER)
    await testbed.advance(1800)
    alerts(testbed).raise_(AlertKind.SECOND_POLLER)
    count = len(told(testbed))
    await testbed.advance(3600)
    assert len(told(testbed)) == count + 1


async def test_the_same_cause_while_it_is_being_told_is_no_news(gathered: Gather) -> None:
    testbed = await gathered(0)

    def slow(method: str, parameters: dict[str, Any], number: int) -> Hang | None:
        return Hang(delivered=True, seconds=25) if method == "sendMessage" else None

    testbed.telegram.fault = slow
    alerts(testbed).record(AlertKind.DAMAGED, "one")
    await testbed.clock.advance(70)
    alerts(testbed).record(AlertKind.DAMAGED, "two")
    for _ in range(60):
        await testbed.clock.advance(10)
    assert len([text for text in told(testbed) if "one" in text or "two" in text]) <= 3
    assert not [text for text in told(testbed) if "two" in text]


async def test_an_operator_who_cannot_be_reached_is_tried_again_and_one_who_never_began_is_not(
    gathered: Gather,
) -> None:
    testbed = await gathered(0)
    asked = 0

    def fault(method: str, parameters: dict[str, Any], number: int) -> Refused | None:
        nonlocal asked
        if method != "sendMessage" or parameters["chat_id"] != OPERATOR:
            return None
        asked += 1
        return Refused() if asked == 1 else None

    testbed.telegram.fault = fault
    alerts(testbed).record(AlertKind.DAMAGED, "the file is empty")
    await testbed.advance(300)
    assert len(told(testbed)) == 1

    testbed.telegram.fault = lambda method, *_: no(403, "Forbidden") if method == "sendMessage" else None
    before = len(testbed.telegram.log)
    alerts(testbed).record(AlertKind.SET_ASIDE, "update 5, KeyError")
    await testbed.advance(600)
    assert len([call for call in testbed.telegram.log[before:] if call.method == "sendMessage"]) == 1


async def test_a_trouble_is_listed_for_an_hour_and_stands_until_it_is_ended(gathered: Gather) -> None:
    testbed = await gathered(0)
    alerts(testbed).record(AlertKind.SET_ASIDE, "update 5, KeyError")
    alerts(testbed).raise_(AlertKind.NOT_SAVED, "No space left on device")
    assert [trouble.kind for trouble in alerts(testbed).recent()] == [AlertKind.SET_ASIDE]
    assert alerts(testbed).standing() == {AlertKind.NOT_SAVED: "No space left on device"}
    await testbed.advance(3700)
    assert alerts(testbed).recent() == []
    alerts(testbed).clear(AlertKind.NOT_SAVED)
    assert alerts(testbed).standing() == {}


async def test_a_file_that_was_damaged_while_the_bot_stood_is_told(gathered: Gather) -> None:
    testbed = await gathered(1)
    await testbed.close()
    [file] = testbed.folder.rglob(f"{FIRST}.sealed")
    file.write_bytes(b"")
    await testbed.open()
    await testbed.advance(90)
    [message] = told(testbed)
    assert "empty" in message
