"""Subscribers as the storage keeps them: plain JSON data and back, and what may be known without opening one."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.core.delivery import Outcome
from bot.core.subscriber import Subscriber
from bot.storage import Summary


class SubscriberCodec:
    """`stamp` names what `next_due_at` was computed with: content, time zone data, the schedule's rules."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp

    def encode(self, value: Subscriber) -> dict[str, Any]:
        """The subscriber as plain JSON data."""
        document: dict[str, Any] = msgspec.to_builtins(value, str_keys=True)
        return document

    def decode(self, document: dict[str, Any]) -> Subscriber:
        """The subscriber again; raises ValueError for data that do not fit."""
        return msgspec.convert(document, Subscriber)

    def summary(self, value: Subscriber) -> Summary:
        """What is written beside the sealed document, in clear."""
        claimed = any(record.outcome is Outcome.CLAIMED for record in value.deliveries.values())
        return Summary(value.saved_at, value.next_due_at, self.stamp, claimed, value.reply_owed_at)
