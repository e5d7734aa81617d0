"""Subscribers as the storage keeps them: plain JSON data and back, and what may be known without opening one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import Subscriber
from bot.storage import NewerFormat, Summary

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Gives the document of the next version, and leaves the one it was given as it is."""

MIGRATIONS: Final[Mapping[int, Migration]] = {}
"""How the document of each older version becomes one of the next.

A new field with a default needs none. Whoever renames, moves or reinterprets one adds a function here, and raises
the default of `Subscriber.version` by one. What was released is never taken out again.
"""


def readable(value: Subscriber) -> bytes:
    """All that is kept about somebody as indented JSON, for their own eyes."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


class SubscriberCodec:
    """`stamp` names what `next_due_at` was computed with: content, time zone data, the schedule's rules.

    Reading brings an older document up to date; its file stays as it is until the person is next saved.
    """

    def __init__(self, stamp: str, migrations: Mapping[int, Migration] = MIGRATIONS) -> None:
        self.stamp = stamp
        self.version = 1 + len(migrations)
        self._migrations = migrations

    def encode(self, value: Subscriber) -> dict[str, Any]:
        """The subscriber as plain JSON data."""
        document: dict[str, Any] = msgspec.to_builtins(value, str_keys=True)
        return {**document, "version": self.version}

    def decode(self, document: dict[str, Any]) -> Subscriber:
        """The subscriber again; ValueError, KeyError or TypeError for data that do not fit, NewerFormat as it says."""
        written = document["version"]
        if written > self.version:
            reason = f"its document has version {written}, this bot reads up to {self.version}"
            raise NewerFormat(document["id"], reason)
        for version in range(written, self.version):
            document = {**self._migrations[version](document), "version": version + 1}
        return msgspec.convert(document, Subscriber)

    def summary(self, value: Subscriber) -> Summary:
        """What is written beside the sealed document, in clear."""
        claimed = any(record.outcome is Outcome.CLAIMED for record in value.deliveries.values())
        claimed = claimed or any(letter.is_open for letter in value.letters)
        return Summary(value.saved_at, value.next_due_at, self.stamp, claimed, value.reply_owed_at)
