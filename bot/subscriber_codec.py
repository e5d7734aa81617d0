"""Subscribers as the storage keeps them: plain JSON data and back, and what may be known without opening one."""

from __future__ import annotations

import base64
import bz2
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec

from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import Part, Subscriber, Weeks
from bot.storage import NewerFormat, Summary
from bot.storage.sealed_file import to_json

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Gives the document of the next version, and leaves the one it was given as it is."""

MIGRATIONS: Final[Mapping[int, Migration]] = {1: dict}
"""How the document of each older version becomes one of the next.

A new field with a default needs none. Whoever renames, moves or reinterprets one adds a function here, and raises
the default of `Subscriber.version` by one. What was released is never taken out again.

1: what is over may lie `behind`, of which an older bot knows nothing and which it would leave out.
"""


def readable(value: Subscriber) -> bytes:
    """All that is kept about somebody as indented JSON, for their own eyes."""
    return msgspec.json.format(msgspec.json.encode(value.whole()), indent=2)


def _packed(part: object) -> str:
    """Weeks as text that no turn reads: nothing in it is looked at until somebody opens it."""
    if not isinstance(part, Part):
        raise NotImplementedError(type(part).__name__)
    if not part.packed:
        part.packed = base64.b64encode(bz2.compress(msgspec.json.encode(part.weeks))).decode("ascii")
    return part.packed


def _as_part(kind: type, packed: object) -> Part:
    """As it came, unopened. Raises ValueError, TypeError for what is none."""
    if kind is not Part or not isinstance(packed, str):
        raise TypeError("no part of a life")
    return Part(partial(_unpacked, packed), packed)


def _unpacked(packed: str) -> Weeks:
    return msgspec.json.decode(bz2.decompress(base64.b64decode(packed)), type=Weeks)


class SubscriberCodec:
    """`stamp` names what `next_due_at` was computed with: content, time zone data, the schedule's rules.

    Reading brings an older document up to date; its file stays as it is until the person is next saved.
    """

    def __init__(self, stamp: str, migrations: Mapping[int, Migration] = MIGRATIONS) -> None:
        self.stamp = stamp
        self.version = 1 + len(migrations)
        self._migrations = migrations

    def encode(self, value: Subscriber) -> bytes:
        """The subscriber as JSON."""
        value = value if value.version == self.version else replace(value, version=self.version)
        try:
            return msgspec.json.encode(value, enc_hook=_packed)
        except UnicodeEncodeError:  # half a character, for which no other library has bytes
            return to_json(msgspec.to_builtins(value, str_keys=True, enc_hook=_packed))

    def decode(self, document: dict[str, Any]) -> Subscriber:
        """The subscriber again; ValueError, KeyError or TypeError for data that do not fit, NewerFormat as it says."""
        written = document["version"]
        if written > self.version:
            reason = f"its document has version {written}, this bot reads up to {self.version}"
            raise NewerFormat(document["id"], reason)
        for version in range(written, self.version):
            document = {**self._migrations[version](document), "version": version + 1}
        return msgspec.convert(document, Subscriber, dec_hook=_as_part)

    def summary(self, value: Subscriber) -> Summary:
        """What is written beside the sealed document, in clear."""
        claimed = any(record.outcome is Outcome.CLAIMED for record in value.deliveries.values())
        claimed = claimed or any(letter.is_open for letter in value.letters)
        return Summary(value.saved_at, value.next_due_at, self.stamp, claimed, value.reply_owed_at)
