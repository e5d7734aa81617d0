"""Remembers who was erased, in the bot's own document: a keyed hash and an instant, so that no backup brings them back.

    {"erased_key": hex, "erased": {hash: instant}, "erased_elsewhere": {another key: {hash: instant}},
     "erasing": {hash: a digest of the file that goes now}}

The key is made with the first entry and stays. Lists that were made with other keys, in a folder that began anew
and then met a backup, are kept beside.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

KEPT_FOR: Final = timedelta(days=400)
"""For how long an entry is kept at least: longer than any backup should be."""

House = Mapping[str, Any]
Lists = dict[str, dict[str, datetime]]


def note_erased(bot_record: House, id: int, now: datetime, saved_at: datetime, content: bytes) -> dict[str, Any]:
    """The bot's own document with this person noted as erased at an aware instant, and without what is too old.

    `saved_at` is that of the document that goes, `content` its file. A clock that stood ahead may have written it
    "later" than `now`.
    """
    key = bot_record.get("erased_key") or secrets.token_hex(32)
    lists = _lists(bot_record)
    mine, hash = lists.setdefault(key, {}), _hash(key, id)
    mine[hash] = max(now, saved_at, mine.get(hash, now))  # a clock that was set back unsays nothing
    kept = {each: {hash: at for hash, at in list.items() if now - at < KEPT_FOR} for each, list in lists.items()}
    noted = _with(bot_record, key, kept)
    return {**noted, "erasing": {**bot_record.get("erasing", {}), hash: _digest(content)}}


def is_going(bot_record: House, id: int, read: Callable[[], bytes]) -> bool:
    """Whether the very document that `read` gives was being removed when the process ended.

    Whoever came back since has another: no two are sealed alike.
    """
    going: dict[str, str] = bot_record.get("erasing", {})
    content = going.get(_hash(bot_record["erased_key"], id)) if going else None
    return content is not None and content == _digest(read())


def all_gone(bot_record: House) -> dict[str, Any]:
    """The bot's own document when nobody is being removed any more."""
    return {name: value for name, value in bot_record.items() if name != "erasing"}


def erased_at(bot_record: House, id: int) -> datetime | None:
    """When this person was last erased, as far as is known; a document saved later means that they came back."""
    found = [list[_hash(key, id)] for key, list in _lists(bot_record).items() if _hash(key, id) in list]
    return max(found, default=None)


def merge_erased(bot_record: House, others: Iterable[House]) -> dict[str, Any]:
    """The bot's own document with everybody whom the others know as erased, each at the latest instant known."""
    merged = _lists(bot_record)
    key = bot_record.get("erased_key")
    for other in others:
        key = key or other.get("erased_key")
        for each, list in _lists(other).items():
            mine = merged.setdefault(each, {})
            for hash, at in list.items():
                mine[hash] = max(at, mine.get(hash, at))
    return _with(bot_record, key, merged) if key else dict(bot_record)


def _lists(bot_record: House) -> Lists:
    """Every list by its key."""
    found = dict(bot_record.get("erased_elsewhere", {}))
    if key := bot_record.get("erased_key"):
        found[key] = bot_record.get("erased", {})
    return {key: {hash: datetime.fromisoformat(at) for hash, at in list.items()} for key, list in found.items()}


def _with(bot_record: House, key: str, lists: Lists) -> dict[str, Any]:
    written = {
        each: {hash: at.astimezone(UTC).isoformat() for hash, at in list.items()}
        for each, list in lists.items()
        if list
    }
    changed = {**bot_record, "erased_key": key, "erased": written.pop(key, {})}
    changed.pop("erased_elsewhere", None)
    return {**changed, "erased_elsewhere": written} if written else changed


def _hash(key: str, id: int) -> str:
    return hmac.new(bytes.fromhex(key), str(id).encode("ascii"), hashlib.sha256).hexdigest()[:32]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
