"""A wall clock that jumps is not believed at once; what people tap is answered all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.monitoring.alerts import AlertKind
from tests.stories.ways import to_check
from tests.support.chat import Chat


async def ticks(chat: Chat, minutes: int) -> None:
    """Let minutes pass, with a tick each."""
    for _ in range(minutes):
        await chat.testbed.clock.advance(60)
        assert chat.testbed.runtime is not None
        await chat.testbed.runtime.send_due.tick()
        await chat.testbed.settle()


async def test_after_a_jump_of_days_nothing_goes_out_until_the_clock_was_steady_for_ten_minutes(day_one: Chat) -> None:
    chat = day_one
    await ticks(chat, 1)
    count = len(chat.messages)

    chat.testbed.clock.set_wall(chat.testbed.clock.now() + timedelta(days=2, hours=3))
    await ticks(chat, 9)
    assert len(chat.messages) == count
    assert (await chat.sends("/help")).template == "information/help"

    await ticks(chat, 3)

    assert chat.buttons[0].startswith("labels.start ")


async def test_a_first_start_in_1970_dates_consent_by_telegram_and_holds_what_is_planned(chat: Chat) -> None:
    testbed, truth = chat.testbed, chat.testbed.clock.now()
    testbed.clock.set_wall(datetime(1970, 1, 1, 0, 3, tzinfo=UTC))
    testbed.telegram.unix_now = lambda: int(truth.timestamp())  # type: ignore[method-assign]
    await to_check(chat)

    known = await chat.stored()
    assert known.consent.at == truth.replace(microsecond=0)
    await ticks(chat, 25)
    assert testbed.runtime is not None
    assert testbed.runtime.alerts.standing().keys() == {AlertKind.CLOCK}

    testbed.clock.set_wall(truth)
    await ticks(chat, 12)
    assert testbed.runtime.alerts.standing() == {}
