"""What a handler is given: one update, already read, and everything it may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.catalog.load import Catalog
from bot.core.model.callback_data import Outdated
from bot.core.model.message import Button, OutgoingMessage, Reaction
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.places.search import Places


@dataclass(frozen=True)
class Context:
    """One update of one person, with `now` taken once. `text` is what follows a command, or the whole message."""

    id: int
    name: str
    now: datetime
    subscriber: Subscriber | None
    catalog: Catalog
    places: Places
    text: str = ""
    location: tuple[float, float] | None = None
    is_operator: bool = False

    @property
    def series(self) -> Series:
        """The series all this is about."""
        return self.catalog.series

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

    def said(self, message: OutgoingMessage, *more: OutgoingMessage, subscriber: Subscriber | None = None) -> Reaction:
        """A reaction that shows something, and keeps the subscriber as they are unless another one is given."""
        return Reaction(subscriber or self.subscriber, (message, *more))

    def both(self, pair: tuple[Subscriber | None, OutgoingMessage]) -> Reaction:
        """A reaction of what the core returned: the subscriber to keep and what to show."""
        return Reaction(pair[0], (pair[1],))


class NotSubscribed(Exception):
    """Something was asked that only a subscriber has: answered with the way in."""


def plain(template: str, values: Mapping[str, object] | None = None, *buttons: Button) -> OutgoingMessage:
    """A screen with one button a row."""
    return OutgoingMessage(template, dict(values or {}), tuple((button,) for button in buttons))


__all__ = ["Context", "NotSubscribed", "Outdated", "plain"]
