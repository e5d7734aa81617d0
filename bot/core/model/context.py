"""What a command, a tap or typed words are answered from: one update of one person, already read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.model.message import OutgoingMessage, Reaction
from bot.core.model.series import Series
from bot.core.model.subscriber import Shown, Subscriber


class NotSubscribed(Exception):
    """Something was asked that only a subscriber has: answered with the way in."""


@dataclass(frozen=True, slots=True)
class Context:
    """One update of one person, with `now` taken once. `text` is what follows a command, or the whole message.

    `language` is the one in which they are answered, empty for the default one. `glimpsed` are the buttons that
    somebody of whom nothing is kept was shown last, where that is still known. `coached` says that there is a
    coach. `message` is the number of the message they wrote, 0 for a tap. `link` leads
    somebody else to this bot and series; it is empty where the bot's own name is not known.
    """

    id: int
    name: str
    now: datetime
    series: Series
    subscriber: Subscriber | None
    text: str = ""
    is_operator: bool = False
    language: str = ""
    glimpsed: Shown | None = None
    coached: bool = False
    message: int = 0
    link: str = ""

    @property
    def shown(self) -> Shown | None:
        """The newest message with buttons that they look at."""
        return self.subscriber.shown if self.subscriber is not None else self.glimpsed

    @property
    def known(self) -> Subscriber:
        """The subscriber.

        Raises NotSubscribed for somebody who has no document.
        """
        if self.subscriber is None:
            raise NotSubscribed
        return self.subscriber

    @property
    def planned(self) -> Subscriber:
        """The subscriber, who has been shown a plan.

        Raises NotSubscribed for somebody who has not come that far.
        """
        if self.known.enrollment.day_one is None:
            raise NotSubscribed
        return self.known

    def keeping(self, subscriber: Subscriber) -> Context:
        """The same update, with the subscriber as they are after what was decided so far."""
        return replace(self, subscriber=subscriber)

    def reply(self, *messages: OutgoingMessage) -> Reaction:
        """The reaction that shows this and keeps the subscriber as they are here."""
        return Reaction(self.subscriber, messages)
