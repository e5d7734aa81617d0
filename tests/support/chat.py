"""Tests that read like a chat: one person, one phone, the whole bot behind it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.local_telegram.people import Person


class Chat:
    """One person's chat with the bot."""

    def __init__(self, testbed: Testbed, person: Person) -> None:
        self.testbed = testbed
        self.person = person

    @property
    def messages(self) -> list[dict[str, object]]:
        """What stands on the screen, oldest first."""
        return self.person.chat.messages

    @property
    def last(self) -> str:
        """The text of the bot's newest message."""
        return str(next(m["text"] for m in reversed(self.messages) if not m["mine"]))

    @property
    def buttons(self) -> list[str]:
        """The labels of the newest keyboard."""
        return self.person.labels()

    async def sends(self, text: str) -> str:
        """Type something; returns the bot's newest message."""
        self.person.sends(text)
        await self.testbed.settle()
        return self.last

    async def taps(self, *labels: str) -> str:
        """Tap buttons one after the other; returns the bot's newest message."""
        for label in labels:
            self.person.presses(label)
            await self.testbed.settle()
        return self.last

    async def until(self, day: int, clock: str, zone: str = "Europe/Lisbon") -> None:
        """Let time pass to a clock time of the n-th local day from now."""
        local = self.testbed.clock.now().astimezone(ZoneInfo(zone))
        date = local.date() + timedelta(days=day)
        hour, minute = map(int, clock.split(":"))
        await self.testbed.move_to(datetime.combine(date, time(hour, minute), ZoneInfo(zone)))

    async def stored(self) -> Subscriber:
        """What is kept of the person."""
        known = await self.testbed.runtime.storage.read(self.person.id) if self.testbed.runtime else None
        assert known is not None
        return known
