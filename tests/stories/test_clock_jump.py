"""A wall clock that jumps is not believed at once; what people tap is answered all the same."""

from __future__ import annotations

from datetime import timedelta

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
