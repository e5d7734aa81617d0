"""One document in one sealed file: in the form of TinyDB, read through it, and replaced as a whole."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage

from bot.storage import Damaged, Owner, Summary
from bot.storage.disk import Disk, make_folder_to_last, replace_file
from bot.storage.seal import Keys

Tables = dict[str, dict[str, Any]]
Document = dict[str, Any] | bytes
"""A document, or its JSON."""


class SealedFile(Storage):
    """TinyDB's way to the disk: the JSON of all tables, sealed, in a file that is replaced and never rewritten.

    Lives for one change and reads once. What it writes also needs a `summary`, which TinyDB knows nothing of.
    """

    def __init__(self, path: Path, owner: Owner, keys: Keys, disk: Disk) -> None:
        self.path = path
        self.owner = owner
        self.summary: Summary | None = None
        self._keys = keys
        self._disk = disk
        self._was_read = False
        self._tables: Tables | None = None

    def read(self) -> Tables | None:
        """All tables; None when there is no file. Raises Unreadable, OSError."""
        if not self._was_read:
            try:
                content = self._disk.read(self.path)
            except FileNotFoundError:
                self._tables = None
            else:
                self._tables = from_json(self._keys.open(content, self.owner))
            self._was_read = True
        return self._tables

    def write(self, data: Tables) -> None:
        """Raises ValueError or TypeError before the disk is touched; OSError when it would not take it."""
        self.replace(to_json(data))
        self._tables = data

    def replace(self, body: bytes) -> None:
        """Put the JSON of all tables there. Raises OSError."""
        content = self.sealed(body)
        make_folder_to_last(self._disk, self.path.parent)
        replace_file(self._disk, self.path, content)

    def sealed(self, body: bytes) -> bytes:
        """What would be written of that JSON. Raises ValueError."""
        return self._keys.seal(body, self.summary, self.owner)


class SingleDocument:
    """The one document of a sealed file."""

    TABLE, ONLY = "documents", 1

    def __init__(self, file: SealedFile) -> None:
        self.file = file

    def read(self) -> dict[str, Any] | None:
        """None when there is no file. Raises Unreadable, OSError."""
        table = TinyDB(storage=lambda: self.file).table(self.TABLE)
        document = table.get(doc_id=self.ONLY)
        if document is None and self.file.read() is not None:
            raise Damaged(self.file.owner, "it holds no document")
        return document

    def write(self, document: Document, summary: Summary | None) -> None:
        """Put a document in the place of the one before, in a single write. Raises what SealedFile.write does."""
        self.file.summary = summary
        self.file.replace(body_of(document))

    def sealed(self, document: Document, summary: Summary) -> bytes:
        """What would be written. Raises ValueError or TypeError."""
        self.file.summary = summary
        return self.file.sealed(body_of(document))


def body_of(document: Document) -> bytes:
    """All of a file, so the one before need not be read first, as TinyDB's own updates do. Raises as `to_json` does."""
    content = document if isinstance(document, bytes) else to_json(document)
    return b'{"%s":{"%d":%s}}' % (SingleDocument.TABLE.encode(), SingleDocument.ONLY, content)


def to_json(data: dict[str, Any]) -> bytes:
    """Data as JSON that reads back the same (tuples as lists).

    Raises ValueError for NaN, infinities and keys that are not strings, all of which the json module would let pass,
    and TypeError for what JSON has no word for.
    """
    with contextlib.suppress(ValueError, TypeError):
        content = msgspec.json.encode(data)
        if msgspec.json.decode(content) == data:  # sooner told than by a look at each of its values
            return content
    _refuse_odd_keys(data)
    return json.dumps(data, allow_nan=False, separators=(",", ":")).encode("ascii")


def from_json(content: bytes) -> Any:
    """What `to_json` was given."""
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:  # half a character, which no other library reads back
        return json.loads(content)


def _refuse_odd_keys(data: dict[Any, Any] | list[Any] | tuple[Any, ...]) -> None:
    if isinstance(data, dict):
        for key in data:
            if not isinstance(key, str):
                raise ValueError(f"a key of a document must be a string, not {type(key).__name__}")
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, (dict, list, tuple)):  # most are neither, and cost no call
            _refuse_odd_keys(value)
