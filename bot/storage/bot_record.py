"""What the bot's own document says of the data folder: which version wrote here last, and whether anybody is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.storage import BOT_RECORD, NewerFormat
from bot.storage.seal import FORMAT

FIRST_VERSION: Final = [1, 1]
"""The versions of sealed files and of documents that are meant where none are named."""


def require_version(bot_record: Mapping[str, Any], documents: int) -> None:
    """See that no newer bot has written here: an older one must not take what it cannot read for damage.

    `documents` is the version of documents this bot writes. Raises NewerFormat.
    """
    mine, theirs = [FORMAT, documents], bot_record.get("version", FIRST_VERSION)
    if any(wanted > have for wanted, have in zip(theirs, mine, strict=True)):
        raise NewerFormat(BOT_RECORD, f"a newer version of the bot has written here ({theirs}, this one is {mine})")


def with_version(bot_record: Mapping[str, Any], documents: int) -> dict[str, Any]:
    """The bot's own document with this bot's version noted, the very same where it is noted already."""
    mine = [FORMAT, documents]
    return dict(bot_record) if bot_record.get("version", FIRST_VERSION) == mine else {**bot_record, "version": mine}


def with_people(bot_record: Mapping[str, Any], anybody: bool) -> dict[str, Any]:
    """The bot's own document with it noted whether anybody is stored, so that a folder that lost them all shows."""
    without = {name: value for name, value in bot_record.items() if name != "people"}
    return {**without, "people": True} if anybody else without


def knows_people(bot_record: Mapping[str, Any]) -> bool:
    """Whether anybody was stored when it was last written."""
    return "people" in bot_record
