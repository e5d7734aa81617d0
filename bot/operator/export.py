"""`python -m bot export`: what is kept of one person, as JSON; reads without the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.app import open_stored
from bot.catalog.load import load_for_what_is_stored
from bot.operator.report import Refused, Report, reported
from bot.settings import Settings, read_settings
from bot.storage import NotRead, Unreadable
from bot.subscriber_codec import readable


def export(environment: Mapping[str, str], id: int) -> int:
    """Write it to standard output, and nothing beside it; the exit code."""

    def written() -> Report:
        # As it is: what looks like a token in a report is a person's own word here.
        print(export_one(read_settings(environment, needs_token=False), id))  # noqa: T201
        return Report()

    return reported(written)


def export_one(settings: Settings, id: int) -> str:
    """The JSON itself. Raises ContentFaults, Refused, StorageRefused."""
    catalog = load_for_what_is_stored(settings.content_dir, settings.contact_file)
    storage = open_stored(catalog, settings, write=False)
    try:
        known = asyncio.run(storage.read(id))
    except Unreadable as fault:
        raise Refused(f"The document of {id} cannot be opened: {fault.reason}.") from fault
    except NotRead as reason:
        raise Refused(f"The document of {id} cannot be read: {reason}.") from reason
    finally:
        storage.close()
    if known is None:
        raise Refused("Nothing is kept of this person.")
    return readable(known).decode()
