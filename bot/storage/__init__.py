"""Where subscribers are kept: the verbs every storage offers, and the ways in which it says no."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

T = TypeVar("T")
S = TypeVar("S")

BotRecord = Literal["house"]
BOT_RECORD: BotRecord = "house"
"""The owner of the one document that belongs to the bot and not to a person."""

Owner = int | BotRecord
"""Whose document it is: a subscriber's id, or the bot itself."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What may be known of a document without opening it.

    Instants are aware. `stamp` names what `next_due_at` was computed with (content, time zone data, rules);
    a document with another stamp than the storage's is due at once.
    """

    saved_at: datetime
    next_due_at: datetime | None
    stamp: str
    claim_open: bool
    reply_owed_at: datetime | None

    def __post_init__(self) -> None:
        for instant in (self.saved_at, self.next_due_at, self.reply_owed_at):
            if instant is not None and instant.utcoffset() is None:
                raise ValueError("an instant in a summary has no time zone")


class Codec(Protocol[T]):
    """Turns a value into JSON and back."""

    @property
    def version(self) -> int:
        """The version of the documents it writes, from 1. It reads that one and every older one."""
        ...

    def encode(self, value: T) -> bytes:
        """The value as one JSON object, as `to_json` of bot.storage.sealed_file writes it. Raises what that does."""
        ...

    def decode(self, document: dict[str, Any]) -> T:
        """The value again; ValueError, KeyError or TypeError when the document does not fit, NewerFormat as it says."""
        ...

    def summary(self, value: T) -> Summary:
        """What is written beside the sealed document, in clear."""
        ...


@dataclass(frozen=True, slots=True)
class Losses:
    """What was there and cannot be found: how many people's files, and what is wrong with the key file."""

    people: int = 0
    key: str = ""


@dataclass(slots=True)
class Box(Generic[T]):
    """What `change` hands out: look at `value`, and assign to it what shall be kept."""

    value: T
    erased_at: datetime | None = field(default=None, kw_only=True)

    def erase(self: Box[S | None], now: datetime) -> None:
        """Keep nothing of this person but that they were erased at `now`, so that no backup brings them back."""
        self.value, self.erased_at = None, now


class Lead:
    """Whether this process is the one that sends and polls. Alone with a data folder it always is."""

    held = True
    name = ""
    """Of this process, among those on one storage."""

    def __init__(self) -> None:
        self.told: list[Callable[[Owner], object]] = []
        """Called with whose document another process has changed, or may have."""

    async def run(self, mend: Callable[[], Awaitable[None]], begin: Callable[[], None]) -> None:
        """Look after it until cancelled: each time it comes here, `mend` what the process before left, then `begin`."""
        await asyncio.Event().wait()

    def close(self) -> None:
        """Let another process have it at once."""


class Storage(Protocol[T]):
    """One document for each person, read and replaced as a whole."""

    lead: Lead

    @property
    def damaged(self) -> Sequence[tuple[int, str]]:
        """Who is stored but cannot be read, and why. They are in none of the lists below."""
        ...

    def watch_damage(self, tell: Callable[[int, str], object]) -> None:
        """Call `tell` with the id and the reason for everybody in `damaged`, now and whenever one more is found."""
        ...

    def change(self, id: int) -> AbstractAsyncContextManager[Box[T | None]]:
        """Hold this person's lock, read once, and save once at the end if `value` was assigned.

        None stands for nobody: it is what a stranger's box holds, and what `Box.erase` makes of a person's. Erasing
        is noted in the bot's own document before anything is removed, so nobody may hold that one and wait for a
        person. An exception inside saves nothing. A change within a change of the same id would wait for ever.

        Raises Unreadable and NotRead on the way in, NotSaved on the way out, and ValueError or TypeError
        when the document holds what JSON would not give back unchanged, or None was assigned without an instant.
        """
        ...

    async def alter(self, id: int, decide: Callable[[Box[T | None]], object]) -> None:
        """Likewise with what a function makes of the box at once, so that many may be saved together.

        Where another process has changed them meanwhile it is called again, with what is stored now.
        """
        ...

    async def read(self, id: int) -> T | None:
        """The person as last saved, without waiting for a change under way. Raises Unreadable, NotRead."""
        ...

    def change_bot_record(self) -> AbstractAsyncContextManager[Box[dict[str, Any]]]:
        """Likewise for the bot's own document, {} at first. Changed in place or assigned, both are saved."""
        ...

    async def read_bot_record(self) -> dict[str, Any]:
        """The bot's own document. Raises Unreadable, NotRead."""
        ...

    async def losses(self) -> Losses:
        """What went away beside the running bot; people whose files are back are taken up again. Raises NotRead."""
        ...

    async def erase_as_asked(self, now: datetime) -> None:
        """Erase at that instant whom `python -m bot erase` asked for, damaged or not. Raises NotRead, NotSaved."""
        ...

    def due(self, now: datetime) -> list[int]:
        """Whose `next_due_at` has come or whose stamp is another one, oldest instant first."""
        ...

    def next_due_at(self) -> datetime | None:
        """The earliest instant at which `due` names somebody; one long past while a stamp is another one."""
        ...

    def ids(self) -> list[int]:
        """Everybody, in ascending order."""
        ...

    def claims_open(self) -> list[int]:
        """Who has a delivery that was claimed and not settled."""
        ...

    def replies_owed(self, since: datetime) -> list[int]:
        """Who has been owed a reply since that instant or later, the longest wait first."""
        ...

    def newest_instant(self) -> datetime | None:
        """The latest `saved_at` ever seen by this process."""
        ...

    def close(self) -> None:
        """Wait for what is being written, then let another process have the storage."""
        ...


class StorageRefused(Exception):
    """The storage cannot be opened. The text tells whoever runs the bot why, and what to do."""


class NotRead(Exception):
    """The disk would not give the document. Another try may succeed."""


class NotSaved(Exception):
    """The disk would not take the change (full, read-only, failing). Another try may succeed.

    What is stored is one whole document: the old one, except when the very last step failed, the sync of
    the folder. Then it may be the new one, so a repeated change must do no harm.
    """


class Unreadable(Exception):
    """A document is there but cannot be opened. It is left as it is, never overwritten."""

    def __init__(self, id: Owner, reason: str) -> None:
        super().__init__(reason)  # not whose: the text comes to stand in logs
        self.id = id
        self.reason = reason


class Damaged(Unreadable):
    """Empty, torn, altered, or another person's."""


class WrongKey(Unreadable):
    """Sealed with a key that is not in the key file."""


class NewerFormat(Unreadable):
    """Written by a newer version of the bot."""


def words_of(error: OSError) -> str:
    """What went wrong, without the path: "No space left on device"."""
    return error.strerror or type(error).__name__
