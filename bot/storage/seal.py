"""Seals a document so that only the keys open it, and only in its own place.

A sealed document is one line in clear, then a random nonce of 12 bytes and the AES-256-GCM ciphertext:

    {"format":1,"key":"5d0c3f1e","summary":{"saved_at":…},"check":"8a11c90b"}

The line and the owner are the associated data, so an altered line or a swapped file does not open. `check` is
a CRC of both: it stops no attacker, but tells a damaged line from a good one at start-up, when no body is
opened. It keeps its place in every later format, so that a flipped bit is not taken for a newer version.

Random nonces are good for 2³² seals a key (NIST SP 800-38D, section 8.3); a new first key begins a new count.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.storage import Damaged, NewerFormat, Owner, StorageRefused, Summary, WrongKey, words_of
from bot.storage.disk import Disk, make_folder, write_new

FORMAT: Final = 1
LINE_LIMIT: Final = 2048
"""The longest first line in bytes, its newline included: what start-up reads of each file."""

_NONCE, _TAG = 12, 16
_CHECK = b',"check":"%08x"}'
_CHECK_LENGTH = len(_CHECK % 0)


class FirstLine(msgspec.Struct, frozen=True):
    """The part of a sealed document that is in clear."""

    format: int
    key: str
    summary: Summary | None


@dataclass(frozen=True, slots=True)
class Key:
    """32 secret bytes and the name by which documents refer to them.

    The name is a fingerprint of the secret, so a mistyped key is noticed before anything is sealed with it.
    """

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return hashlib.sha256(self.secret).hexdigest()[:8]

    @property
    def line(self) -> str:
        """The key as one line of the key file."""
        return f"{self.id}:{base64.b64encode(self.secret).decode()}\n"


def new_key() -> Key:
    """A key nobody has seen."""
    return Key(AESGCM.generate_key(bit_length=256))


class Keys:
    """All keys of a key file: the first one seals, all of them open."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = tuple(keys)
        self._ciphers = {key.id: AESGCM(key.secret) for key in self._keys}

    @property
    def lines(self) -> str:
        """The content of a key file that holds them."""
        return "".join(key.line for key in self._keys)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all keys in the order of the file."""
        return tuple(self._ciphers)

    @property
    def first(self) -> str:
        """The name of the key that seals."""
        return self.names[0]

    def require(self, id: str, owner: Owner) -> AESGCM:
        """The key of that name. Raises WrongKey."""
        try:
            return self._ciphers[id]
        except KeyError as error:
            raise WrongKey(owner, f"it is sealed with the key {id}, which is not in the key file") from error

    def seal(self, body: bytes, summary: Summary | None, owner: Owner) -> bytes:
        """The whole content of a file. Raises ValueError when the summary is too long for a first line."""
        id, cipher = self.first, self._ciphers[self.first]
        line = _write_line(FirstLine(FORMAT, id, None if summary is None else _in_utc(summary)), owner)
        nonce = os.urandom(_NONCE)
        return line + nonce + cipher.encrypt(nonce, body, line + _name(owner))

    def open(self, content: bytes, owner: Owner) -> bytes:
        """The body again. Raises Damaged, WrongKey, NewerFormat."""
        cipher = self.require(read_line(content, owner).key, owner)
        start = content.index(b"\n") + 1
        nonce, sealed = content[start : start + _NONCE], content[start + _NONCE :]
        if len(sealed) < _TAG:
            raise Damaged(owner, "it ends too early")
        try:
            return cipher.decrypt(nonce, sealed, content[:start] + _name(owner))
        except InvalidTag as error:
            raise Damaged(owner, "its seal does not open, so it was torn or altered") from error


def read_line(content: bytes, owner: Owner) -> FirstLine:
    """The first line of a document, or of its first LINE_LIMIT bytes. Raises Damaged, NewerFormat."""
    if not content:
        raise Damaged(owner, "the file is empty")
    line, newline, _ = content[:LINE_LIMIT].partition(b"\n")
    if not newline:
        raise Damaged(owner, "its first line has no end")
    stated, check = line[:-_CHECK_LENGTH], line[-_CHECK_LENGTH:]
    if check != _check(stated, owner):
        raise Damaged(owner, "its first line was altered, or belongs to somebody else")
    try:
        if (format := _FORMAT_ALONE.decode(line).format) > FORMAT:
            raise NewerFormat(owner, f"it is written in format {format}, this version reads up to {FORMAT}")
        return _FIRST_LINE.decode(line)
    except msgspec.MsgspecError as error:
        raise Damaged(owner, "its first line makes no sense") from error


def load_keys(path: Path) -> Keys:
    """Read the key file. Raises FileNotFoundError if there is none, StorageRefused if it cannot be used."""
    try:
        with path.open(encoding="ascii") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise StorageRefused(f"Other users of this machine can read the key file {path}. Run: chmod 600 {path}")
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageRefused(f"Cannot read the key file {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise StorageRefused(f"The key file {path} is no key file. Put the right one back.") from error
    keys = [_parse_key(line.strip(), number, path) for number, line in enumerate(lines, 1) if line.strip()]
    if not keys:
        raise StorageRefused(
            f"The key file {path} holds no key. Put the right one back; "
            "if nobody is stored yet, remove it and a new one is made."
        )
    return Keys(keys)


def fault_of_key(keys: Keys, path: Path, disk: Disk) -> str:
    """What is wrong with the key file beside a bot that has read it; without it the next start would open nothing.

    A lost one is put back.
    """
    try:
        same = keys.first in load_keys(path).names
    except FileNotFoundError:
        try:
            write_keys(keys, path, disk)
        except OSError as error:
            return f"it is gone and cannot be put back: {words_of(error)}"
        return "it was gone and was put back"
    except (OSError, StorageRefused):
        return "it cannot be read"
    return "" if same else "it holds another key"


def make_keys(path: Path, disk: Disk) -> Keys:
    """Write a key file with one new key, and the folders it lies in; as `write_keys` does."""
    keys = Keys([new_key()])
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    make_folder(path.parent)
    write_keys(keys, path, disk)
    return keys


def write_keys(keys: Keys, path: Path, disk: Disk) -> None:
    """Write a key file, whole or not at all. Never overwrites one.

    Raises FileExistsError, or another OSError.
    """
    temporary = _unnamed(path)
    with contextlib.suppress(FileNotFoundError):
        disk.remove(temporary)  # whoever was killed left it, and nothing is sealed with its key alone
    write_new(disk, temporary, keys.lines.encode("ascii"))
    try:
        disk.link(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            disk.remove(temporary)
        raise
    make_key_last(path, disk)


def make_key_last(path: Path, disk: Disk) -> None:
    """See that a power cut later on finds the key file and its folder there, and no copy. Raises OSError."""
    if _unnamed(path).exists():  # asked first: a folder mounted for reading alone takes no removal, not even a vain one
        disk.remove(_unnamed(path))
    for folder in (path.parent, path.parent.parent):
        disk.sync_folder(folder)


def _unnamed(path: Path) -> Path:
    """Where a new key lies until it is whole."""
    return path.with_name(f"{path.name}.tmp")


def _parse_key(line: str, number: int, path: Path) -> Key:
    id, _, encoded = line.partition(":")
    try:
        key = Key(base64.b64decode(encoded, validate=True))
    except binascii.Error:
        key = Key(b"")
    if len(key.secret) != 32 or key.id != id:
        raise StorageRefused(f"Line {number} of the key file {path} is not a whole key. Put the right one back.")
    return key


class _FormatAlone(msgspec.Struct):
    format: int


_FORMAT_ALONE = msgspec.json.Decoder(_FormatAlone)
_FIRST_LINE = msgspec.json.Decoder(FirstLine)


def _name(owner: Owner) -> bytes:
    return str(owner).encode("ascii")


def _check(stated: bytes, owner: Owner) -> bytes:
    return _CHECK % zlib.crc32(stated, zlib.crc32(_name(owner)))


def _write_line(first: FirstLine, owner: Owner) -> bytes:
    stated = msgspec.json.encode(first).removesuffix(b"}")
    line = stated + _check(stated, owner) + b"\n"
    if len(line) > LINE_LIMIT:
        raise ValueError(f"a summary of {len(line)} bytes is too long for a first line")
    return line


def _in_utc(summary: Summary) -> Summary:
    def utc(instant: datetime | None) -> datetime | None:
        return None if instant is None else instant.astimezone(UTC)

    return Summary(
        saved_at=summary.saved_at.astimezone(UTC),
        next_due_at=utc(summary.next_due_at),
        stamp=summary.stamp,
        claim_open=summary.claim_open,
        reply_owed_at=utc(summary.reply_owed_at),
    )
