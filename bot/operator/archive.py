"""A backup file: a tar of sealed documents as they lie in the data folder, the bot's own one last. It holds no key.

    subscribers/07/7.sealed …, house.sealed, backup.json

The last member says how many there are, and what ends a tar stands behind it, so that a file cut short is noticed. A
plain tar of the data folder has no such member and is read as well, under another name.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import lzma
import re
import secrets
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from bot.operator.report import Refused
from bot.storage import BOT_RECORD, Owner, words_of
from bot.storage.disk import Disk

STAMP: Final = "%Y%m%dT%H%M%SZ"
LARGEST: Final = 64 * 2**20
"""No sealed document comes near so many bytes; a member of a backup that does is none."""

_NAME = re.compile(r"steady-knees-([0-9]{8}T[0-9]{6}Z)(?:-([0-9]+))?\.tar")
_MEMBER = re.compile(r"(?:\./)?(house|subscribers/[0-9a-f]{2}/(0|-?[1-9][0-9]*))\.sealed")
_PUT_ASIDE = re.compile(r"(?:\./)?replaced-")
"""Where a restore keeps what stood there before; it lies in the data folder too."""
_DEEPER = re.compile(r"(?:\./)?(.+)/(?:house|subscribers/[0-9a-f]{2}/-?[0-9]+)\.sealed")
_NOT_WHOLE = (
    tarfile.TarError,
    EOFError,
    ValueError,
    KeyError,  # a link to what is not in it
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    msgspec.MsgspecError,
)
_LAST = "backup.json"
_NOTE = "Sealed documents and no key. They open only with the key file of the bot: keep that one elsewhere."


class Contents(msgspec.Struct, frozen=True):
    """What the last member says."""

    made_at: datetime
    documents: int
    note: str = _NOTE


@dataclass(frozen=True, slots=True)
class Sealed:
    """One document as it lay in a data folder: whose, where, and its bytes."""

    owner: Owner
    place: PurePosixPath
    content: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """When a backup was made, by its name, and where it lies."""

    at: datetime
    number: int
    path: Path


def made_backups(folder: Path) -> list[Made]:
    """The backups in a folder by their names, oldest first; none where there is no folder. Raises OSError."""
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        if (name := _NAME.fullmatch(path.name)) and path.is_file():
            with suppress(ValueError):  # a date there is not
                at = datetime.strptime(name[1], STAMP).replace(tzinfo=UTC)
                found.append(Made(at, int(name[2] or 1), path))
    return sorted(found, key=lambda made: (made.at, made.number))


def free_name(folder: Path, now: datetime) -> Path:
    """A name that tells when, and that no backup in the folder has."""
    stem = f"steady-knees-{now.astimezone(UTC).strftime(STAMP)}"
    number, path = 1, folder / f"{stem}.tar"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.tar"
    return path


def write_archive(disk: Disk, path: Path, documents: Iterable[Sealed], now: datetime) -> int:
    """Write a backup that must not exist yet, and read it back; its length in bytes.

    It has its name only when all of it is on the disk and was read back unchanged. Raises OSError.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        written = _write(disk, temporary, documents, now)
        if not _reads_back(temporary, written):
            raise OSError(errno.EIO, "what was written does not read back")
        disk.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            disk.remove(temporary)
        raise
    disk.sync_folder(path.parent)
    return path.stat().st_size


def read_archive(path: Path) -> Iterator[Sealed]:
    """Every document of a backup, one after the other, packed with gzip or not.

    Raises Refused for a file that is none, or not whole.
    """
    count, deeper = 0, ""
    try:
        with tarfile.open(path, "r:*") as tar:
            contents = None
            for member in tar:
                if member.isdir():
                    continue
                if member.name == _LAST:
                    contents = msgspec.json.decode(_bytes(tar, member), type=Contents)
                elif sealed := _sealed(tar, member):
                    count += 1
                    yield sealed
                elif (inside := _DEEPER.fullmatch(member.name)) and not _PUT_ASIDE.match(member.name):
                    deeper = deeper or inside[1]
            ends = _ends(tar)
    except _NOT_WHOLE as error:
        raise _not_whole(path) from error
    except OSError as error:
        raise Refused(f"The backup {path} cannot be read: {words_of(error)}.") from error
    if contents is not None and contents.documents != count:
        raise Refused(f"{path} is not a whole backup: {count} of {contents.documents} documents. Take another one.")
    if not ends or (contents is None and _NAME.match(path.name)):
        raise Refused(f"{path} is not a whole backup: its end is missing. Take another one.")
    if contents is None and deeper:
        also = "also the folder" if count else "the folder"
        rest = "" if count else " and not what lies in it"
        raise Refused(
            f"{path} holds {also} {deeper}{rest}. Pack anew what is meant, from inside, with "
            f"`tar -C {deeper} -cf copy.tar .`, and restore copy.tar."
        )
    if contents is None and not count:
        raise Refused(f"{path} holds nothing that this bot has stored. Take another file.")


def read_bot_record_of(path: Path) -> bytes | None:
    """The bot's own document in a backup, still sealed; None when it has none. Reads nobody's. Raises Refused."""
    try:
        with tarfile.open(path, "r:*") as tar:
            for member in tar:
                if member.isreg() and (name := _MEMBER.fullmatch(member.name)) and name[2] is None:
                    return _bytes(tar, member)
    except _NOT_WHOLE as error:
        raise _not_whole(path) from error
    except OSError as error:
        raise Refused(f"The backup {path} cannot be read: {words_of(error)}.") from error
    return None


def _ends(tar: tarfile.TarFile) -> bool:
    """Whether what ends a tar stands behind its last member: the library takes a torn header for the end too."""
    if tar.fileobj is None:
        return False
    tar.fileobj.seek(tar.offset)
    return tar.fileobj.read(tarfile.BLOCKSIZE) == bytes(tarfile.BLOCKSIZE)


def _not_whole(path: Path) -> Refused:
    return Refused(f"{path} is not a whole backup. Take another one, or unpack it if it is packed once more.")


def _reads_back(path: Path, digest: bytes) -> bool:
    try:
        return _digest(read_archive(path)) == digest
    except Refused:
        return False


class _Out:
    """What tarfile writes into."""

    def __init__(self, disk: Disk, descriptor: int) -> None:
        self._disk = disk
        self._descriptor = descriptor

    def write(self, content: bytes) -> int:
        rest = memoryview(content)
        while rest:
            taken = self._disk.write(self._descriptor, rest)
            if taken == 0:
                raise OSError(errno.EIO, "the disk takes no more bytes")
            rest = rest[taken:]
        return len(content)


def _write(disk: Disk, path: Path, documents: Iterable[Sealed], now: datetime) -> bytes:
    """The digest of what was written, once it is on the disk."""
    seen: list[int] = []

    def counted() -> Iterator[Sealed]:
        for each in documents:
            _add(tar, str(each.place), each.content, now)
            seen.append(1)
            yield each

    descriptor = disk.create(path)
    try:
        out: Any = _Out(disk, descriptor)
        with tarfile.open(fileobj=out, mode="w|", bufsize=2**20, format=tarfile.PAX_FORMAT) as tar:
            digest = _digest(counted())
            _add(tar, _LAST, msgspec.json.encode(Contents(now.astimezone(UTC), len(seen))), now)
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)
    return digest


def _add(tar: tarfile.TarFile, name: str, content: bytes, now: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), 0o600, int(now.timestamp())
    tar.addfile(member, io.BytesIO(content))


def _sealed(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Sealed | None:
    name = _MEMBER.fullmatch(member.name)
    if name is None:
        return None  # such as the lock file in a plain copy
    owner = BOT_RECORD if name[2] is None else int(name[2])
    return Sealed(owner, PurePosixPath(f"{name[1]}.sealed"), _bytes(tar, member))


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if not (member.isreg() or member.islnk()):
        raise tarfile.ReadError  # a link that leads out of the file, or no file at all, in the place of a document
    content = tar.extractfile(member)
    if content is None or member.size > LARGEST:
        raise tarfile.ReadError
    return content.read()


def _digest(documents: Iterable[Sealed]) -> bytes:
    """A fingerprint of all of them in their order."""
    sum = hashlib.sha256()
    for each in documents:
        sum.update(f"{each.place} {len(each.content)}\n".encode("ascii") + each.content)
    return sum.digest()
