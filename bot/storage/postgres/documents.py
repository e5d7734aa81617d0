"""Documents as they are sealed in files, byte for byte the same, without the files."""

from __future__ import annotations

from typing import Any

from bot.storage import Damaged, Owner, Summary
from bot.storage.seal import Keys
from bot.storage.sealed_file import Document, SingleDocument, body_of, from_json


def seal_document(keys: Keys, document: Document, summary: Summary | None, owner: Owner) -> bytes:
    """What would be the content of a file. Raises ValueError and TypeError as `to_json` does."""
    return keys.seal(body_of(document), summary, owner)


def open_document(keys: Keys, content: bytes, owner: Owner) -> dict[str, Any]:
    """The document again. Raises Unreadable."""
    body = keys.open(content, owner)
    try:
        document: dict[str, Any] = from_json(body)[SingleDocument.TABLE][str(SingleDocument.ONLY)]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(owner, "it holds no document") from error
    return document
