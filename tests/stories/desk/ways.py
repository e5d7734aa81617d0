"""Ways through a chat with a bot that somebody runs as a coach."""

from __future__ import annotations

from dataclasses import replace

from bot.core.model.subscriber import Consent
from tests.stories.remembered import remembered
from tests.stories.ways import NO, SKIPPED, through_first_test
from tests.support.chat import Chat

COACH = 5


@remembered
async def to_level(chat: Chat) -> None:
    """From the first hello to the question about the coach."""
    await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult", "labels.agree", *[NO] * 7)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *SKIPPED)


@remembered
async def to_plan(chat: Chat, level: str = "alone") -> None:
    """Up to the plan, with what the coach may see."""
    await to_level(chat)
    await chat.taps(f"labels.coach-{level}")
    await through_first_test(chat)


async def agreed_before(chat: Chat) -> None:
    """Somebody whose plan was shown before there was a coach."""
    await to_plan(chat)
    assert chat.testbed.runtime is not None
    series = chat.testbed.catalog.default
    async with chat.testbed.runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        answers = tuple(each for each in box.value.answers if each.question != "coach")
        consent = Consent(series.consent, box.value.consent.at)
        box.value = replace(box.value, consent=consent, name="", answers=answers)
