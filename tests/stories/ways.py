"""Ways through the chat that many stories begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.core.model.callback_data import Action, pack
from bot.core.model.subscriber import Subscriber
from tests.stories.remembered import remembered
from tests.support.chat import TO_ANSWERS, Chat
from tests.support.shown import Shown

NO = "answer no"
NOT_SURE = "answer not-sure"
SKIPPED = (
    "labels.skip",
    "labels.skip",
    "labels.skip",
    "labels.skip",
    "labels.skip",
    "labels.skip",
)  # knee and pain, the first move, moment and place, age, kit, activities


@remembered
async def to_check(chat: Chat) -> None:
    """Up to the first screen of the safety check."""
    await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult", "labels.agree")


@remembered
async def to_zone(chat: Chat) -> None:
    """Through the safety check without a flag."""
    await to_check(chat)
    while NO in chat.buttons:
        await chat.taps(NO)


@remembered
async def to_time(chat: Chat, city: str = "lisbon") -> None:
    """With a zone, choosing the time."""
    await to_zone(chat)
    await chat.sends(city)
    await chat.taps("labels.zone-right", "labels.i-choose")


@remembered
async def to_test(chat: Chat) -> None:
    """Up to the start screen of the first self-test, skipping what can be skipped."""
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day")
    while "labels.skip" in chat.buttons:
        await chat.taps("labels.skip")


@remembered
async def to_plan(chat: Chat) -> None:
    """Up to the plan, not sure about anything."""
    await to_test(chat)
    await through_first_test(chat)


@remembered
async def to_plan_told(chat: Chat, *told: str) -> None:
    """Up to the plan, answering the questions about oneself with these buttons, not sure about anything else."""
    await to_time(chat)
    await chat.taps(*told)
    await through_first_test(chat)


@remembered
async def to_reminder(chat: Chat) -> None:
    """Up to the reminder of day 2, a strength day."""
    await to_plan(chat)
    await on_reminder(chat)


@remembered
async def to_first_move(chat: Chat) -> None:
    """Up to the first exercise of day 2."""
    await to_reminder(chat)
    await starts(chat)


async def through_first_test(chat: Chat) -> None:
    """Not sure about any question, then the plan."""
    await chat.taps("labels.start-test")
    await is_not_sure(chat)
    await chat.taps("labels.show-plan")


async def is_not_sure(chat: Chat) -> None:
    """Not sure about any question that is still open."""
    while {NOT_SURE, TO_ANSWERS} & {*chat.buttons}:
        await chat.taps(NOT_SURE)


async def to_lesson(chat: Chat) -> Shown:
    """The first card of lesson 1, by its command."""
    await chat.sends("/lesson")
    return await chat.taps("labels.lesson-hips")


async def on_reminder(chat: Chat, day: int = 2) -> None:
    """Let days pass unanswered until the message of that day of the series stands on the screen."""
    while True:
        await chat.testbed.to_next_message()
        if chat.testbed.clock.now() >= datetime(2026, 3, 1 + day, 19, tzinfo=UTC):
            return


async def starts(chat: Chat) -> Shown:
    """The first exercise of the newest message's session, with a knee that is as usual where that is asked."""
    shown = await chat.taps(next(label for label in chat.buttons if label.startswith("labels.start ")))
    for asked in ("labels.knee-usual", "labels.floor-yes"):
        shown = await chat.taps(asked) if asked in chat.buttons else shown
    return shown


async def forges(chat: Chat, action: Action | str, message: int | None = None) -> Shown:
    """Tap a button that need not be on the screen; returns the bot's newest message."""
    data = action if isinstance(action, str) else pack(action)
    newest = max(chat.person.chat.posts, default=1)
    chat.person.taps(message or newest, data)
    await chat.testbed.settle()
    return chat.last


async def kept(chat: Chat) -> Subscriber:
    """What is kept, without what every update changes: its id, its instants, the screen shown."""
    known = await chat.stored()
    return replace(
        known, updates=(), saved_at=known.consent.at, showing="", shown=None, reply_owed_at=None, heard_at=None
    )


def files(chat: Chat) -> list[Path]:
    """The files of subscribers on the disk."""
    return list((chat.testbed.folder / "data-0" / "subscribers").glob("*/*"))


async def ticks(chat: Chat) -> None:
    """A tick comes, with which it is stored that all replies so far have left."""
    assert chat.testbed.runtime is not None
    await chat.testbed.runtime.respond.owed.clear()


async def opens_again(chat: Chat) -> None:
    """The process is killed after a tick and started again."""
    await ticks(chat)
    await chat.testbed.kill()
    await chat.testbed.open()
