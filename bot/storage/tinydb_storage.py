"""Keeps each subscriber in a small sealed TinyDB file of their own.

One file a person makes every change one atomic write whose cost does not grow with the number of people,
erasing a person the removal of a file, and damage one person's. The key lies elsewhere (see seal.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, ParamSpec, TypeVar

from bot.storage import (
    BOT_RECORD,
    Box,
    Codec,
    Damaged,
    Lead,
    Losses,
    NotRead,
    NotSaved,
    Owner,
    StorageRefused,
    Summary,
    Unreadable,
    words_of,
)
from bot.storage.bot_record import knows_people, require_version, with_people, with_version
from bot.storage.data_folder import DataFolder, refusal
from bot.storage.disk import Disk, make_folder_to_last, replace_files
from bot.storage.due_index import UNKNOWN, DueIndex
from bot.storage.erased import all_gone, is_going, note_erased
from bot.storage.indexed import Alone, IndexedStorage
from bot.storage.lock import FolderLock
from bot.storage.remembered import Remembered
from bot.storage.seal import Keys, fault_of_key, load_keys, make_key_last, make_keys, read_line
from bot.storage.sealed_file import SealedFile, SingleDocument, to_json
from bot.storage.together import Together, hop_to

log = logging.getLogger(__name__)

GONE: Final = "its file is gone"
BOT_RECORD_GONE: Final = "the bot's own document is gone"

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

THREADS: Final = 3
"""One reads, one writes, and one does what else there is.

With none, every read and write is done at once where it is asked for, and nothing else runs in between: what a
simulation needs so that one seed is one run.
"""
READ_TOGETHER: Final = 16
WRITTEN_TOGETHER: Final = 16
"""Each of them holds a file open until all are synced."""

Identity = tuple[int, int, int, int]
"""Tells a file from the one that takes its place."""


@dataclass(frozen=True, slots=True)
class _Saving:
    """A document on its way to the disk."""

    id: int
    document: bytes
    summary: Summary


class TinyDBStorage(IndexedStorage, Generic[T]):
    """The `Storage` of bot.storage on sealed TinyDB files. Made by `open_storage`."""

    def __init__(
        self,
        folder: DataFolder,
        keys: Keys,
        codec: Codec[T],
        stamp: str,
        disk: Disk,
        lock: FolderLock | None,
        threads: int,
        key_file: Path | None = None,
    ) -> None:
        """Raises StorageRefused when what is stored cannot be read with these keys or by this version."""
        super().__init__()
        self._folder = folder
        self._keys = keys
        self._key_file = key_file
        self._codec = codec
        self._disk = disk
        self._lock = lock
        self._unsynced: Counter[Path] = Counter()  # how many failed saves may have left a new name in a folder
        self._syncing: defaultdict[Path, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._gone: set[int] = set()  # whose file went away beside the running bot
        self._torn: dict[int, Identity | None] = {}  # whose file does not open, and which file that was
        bot_record = self._open_bot_record()
        self._has_bot_record = bot_record is not None
        summaries, self._damaged, self._unread = folder.summaries(keys)
        if lock is not None:
            self._begin(bot_record, summaries)
        self._index = DueIndex(stamp, summaries | dict.fromkeys(self._unread, UNKNOWN))
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage") if threads else None
        hop = hop_to(self._threads) if self._threads else None
        self._reads = Together(self._read_together, hop, READ_TOGETHER)
        self._writes = Together(self._write_together, hop, WRITTEN_TOGETHER)
        self._remembered = Remembered[T, Identity]()
        self.lead = Lead()

    @asynccontextmanager
    async def change(self, id: int) -> AsyncIterator[Box[T | None]]:
        async with self._alone_with(id):
            box = Box(before := await self._lasting(id))
            yield box
            if box.value is not None and box.value is not before:
                await self._save(id, box.value)
            elif box.value is None and before is not None:
                if box.erased_at is None:
                    raise ValueError("whoever erases a person says when: box.erase(now)")
                saved_at = self._codec.summary(before).saved_at
                await self._to_the_end(self._erase(id, self._sheet(id), box.erased_at, saved_at))

    async def alter(self, id: int, decide: Callable[[Box[T | None]], object]) -> None:
        async with self.change(id) as box:
            decide(box)

    async def _lasting(self, id: int) -> T | None:
        """The person as stored for sure, for whoever changes them."""
        before = self._recalled(id)
        if before is None:
            await self._make_last(self._folder.path(id).parent)
            before = await self._load(id)
        if before is None and id in self._index:
            await self._in_thread(self._require_folder)
            self._gone.add(id)
            self._set_aside(id, GONE)
            raise Damaged(id, GONE)
        if id in self._unread:
            await self._index_again(id)
        return before

    async def read(self, id: int) -> T | None:
        if (known := self._recalled(id)) is not None:
            return known
        known = await self._load(id)
        if known is None and self._lock is not None and id in self._index:
            async with self.change(id) as box:  # being erased just now, or gone
                return box.value
        return known

    def change_bot_record(self) -> AbstractAsyncContextManager[Box[dict[str, Any]]]:
        return self._change_bot_record()

    @asynccontextmanager
    async def _change_bot_record(self, leaving: int | None = None) -> AsyncIterator[Box[dict[str, Any]]]:
        async with self._alone_with(BOT_RECORD):
            await self._in_thread(self._require_folder)
            await self._make_last(self._folder.path(BOT_RECORD).parent)
            sheet = self._sheet(BOT_RECORD)
            before = to_json(await self._read_bot_record(sheet))
            box: Box[dict[str, Any]] = Box(json.loads(before))
            yield box
            noted = with_people(box.value, bool(self._damaged) or self._index.holds_anybody(but=leaving))
            if to_json(noted) != before:
                await self._to_the_end(self._save_bot_record(sheet, noted))

    async def read_bot_record(self) -> dict[str, Any]:
        return await self._read_bot_record(self._sheet(BOT_RECORD))

    async def losses(self) -> Losses:
        await self._in_thread(self._require_folder)
        try:
            there = await self._in_thread(lambda: {id for id, _ in self._folder.sealed_files()})
            for id in sorted(set(self._index.ids()) - there):
                with contextlib.suppress(Unreadable):  # it was not erased since the folder was listed
                    await self.read(id)
            for id in sorted(there.intersection(self._damaged)):
                if id not in self._gone and self._torn.setdefault(id, was := self._which(id)) == was:
                    continue
                async with self._alone_with(id):
                    self._gone.discard(id)
                    self._torn.pop(id, None)
                    del self._damaged[id]
                    await self._index_again(id)
                with contextlib.suppress(Unreadable):  # what came into its place may be no better
                    await self.read(id)
            return Losses(len(self._gone), await self._in_thread(self._fault_of_key))
        except OSError as error:
            raise NotRead(words_of(error)) from error

    async def erase_as_asked(self, now: datetime) -> None:
        for id in await self._in_thread(self._folder.asked_to_erase):
            async with self._alone_with(id):
                await self._in_thread(self._require_folder)
                await self._make_last(self._folder.path(id).parent)
                sheet = self._sheet(id)
                if sheet.file.path.exists() or self._folder.put_aside(id):
                    await self._to_the_end(self._erase(id, sheet, now, self._saved_at(sheet) or now))
                self._damaged.pop(id, None)
                self._gone.discard(id)
            try:  # last: a kill before only makes the next process do it again
                await self._in_thread(self._folder.has_erased, id, self._disk)
            except OSError as error:
                raise NotSaved(words_of(error)) from error

    def _saved_at(self, sheet: SingleDocument) -> datetime | None:
        """When a document was saved, as far as its first line can be read."""
        try:
            summary = read_line(self._disk.read(sheet.file.path), sheet.file.owner).summary
        except (OSError, Unreadable):
            return None
        return summary.saved_at if summary else None

    def _fault_of_key(self) -> str:
        """What is wrong with the key file, without which the next start would open nothing; a lost one is put back."""
        if self._key_file is None or not self._keys.names:
            return ""
        return fault_of_key(self._keys, self._key_file, self._disk)

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
        if self._lock is not None:
            self._lock.release()

    def _require_folder(self) -> None:
        """See that the folder is still there before anything is read or written in it. Raises NotRead."""
        try:
            if self._lock is not None:
                self._lock.require_same_folder()
        except OSError as error:
            raise NotRead(f"the data folder is gone: {words_of(error)}") from error

    def _alone_with(self, owner: Owner) -> Alone:
        if self._lock is None:
            raise RuntimeError("this storage was opened for reading")
        return super()._alone_with(owner)

    async def _make_last(self, folder: Path) -> None:
        """What a failed save left there is read back as if it were stored, so it must last before anybody trusts it."""
        if not self._unsynced or not self._unsynced[folder]:
            return
        async with self._syncing[folder]:  # whoever comes meanwhile waits: nothing lasts before the sync has gone well
            failures = self._unsynced[folder]
            if not failures:
                return
            try:
                await self._in_thread(self._disk.sync_folder, folder)
            except OSError as error:
                raise NotSaved(words_of(error)) from error
            self._unsynced[folder] -= failures  # but not those of saves that have failed since

    def _sheet(self, owner: Owner) -> SingleDocument:
        return SingleDocument(SealedFile(self._folder.path(owner), owner, self._keys, self._disk))

    def _recalled(self, id: int) -> T | None:
        """The person as last saved, where that is remembered and no other file has come into the place of theirs.

        It asks on the spot: the system knows that of a file it has just read or written without going to the disk.
        """
        if id not in self._remembered:
            return None
        try:
            if not self._may_not_last(id):
                return self._remembered.recall(id, self._identity(id))
        except OSError:
            pass
        self._remembered.forget(id)
        return None

    def _may_not_last(self, id: int) -> bool:
        """Whether a failed save may have left a name in that person's folder."""
        return bool(self._unsynced) and bool(self._unsynced[self._folder.path(id).parent])

    def _identity(self, id: int) -> Identity:
        """Raises OSError."""
        found = os.stat(self._folder.path(id))  # noqa: PTH116 -- half of what `Path.stat` costs, three times a message
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    async def _load(self, id: int) -> T | None:
        """As it lies on the disk, whole and lasting. Raises Unreadable, NotRead."""
        if (reason := self._damaged.get(id)) is not None:
            raise Damaged(id, reason)
        try:
            value, identity = await self._reads.do(id)
        except OSError as error:
            raise NotRead(words_of(error)) from error
        except Unreadable as fault:
            self._set_aside(id, fault.reason)
            raise
        if value is not None and identity is not None and self._lock is not None and not self._may_not_last(id):
            self._remembered.note(id, value, identity)
        return value

    def _read_together(self, ids: Sequence[int]) -> list[tuple[T | None, Identity | None] | Exception]:
        """What lies there of some people, and in which file; for each what kept it from being read."""
        try:
            self._require_folder()
        except NotRead as gone:
            return [gone] * len(ids)
        found: list[tuple[T | None, Identity | None] | Exception] = []
        for id in ids:
            try:
                try:
                    identity = self._identity(id)
                except FileNotFoundError:
                    identity = None
                document = self._sheet(id).read()
                found.append((None if document is None else self._decode(id, document), identity))
            except Exception as fault:
                found.append(fault)
        return found

    def _set_aside(self, id: int, reason: str) -> None:
        """Leave a document where it is, so that nothing can begin in its place, and say so."""
        self._remembered.forget(id)
        self._torn[id] = self._which(id)
        super()._set_aside(id, reason)

    def _which(self, id: int) -> Identity | None:
        """The file that lies there, or none."""
        try:
            return self._identity(id)
        except OSError:
            return None

    async def _read(self, sheet: SingleDocument) -> dict[str, Any] | None:
        try:
            return await self._in_thread(sheet.read)
        except OSError as error:
            raise NotRead(words_of(error)) from error

    async def _read_bot_record(self, sheet: SingleDocument) -> dict[str, Any]:
        """{} where there never was one. One that is gone is never begun anew: it knows who was erased."""
        document = await self._read(sheet)
        if document is None and self._has_bot_record:
            raise NotRead(BOT_RECORD_GONE)
        return dict(document or {})

    def _decode(self, id: int, document: dict[str, Any]) -> T:
        try:
            return self._codec.decode(document)
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(id, f"its document does not fit ({type(error).__name__})") from error

    async def _save(self, id: int, value: T) -> None:
        """To the end even when the waiter is cancelled: a thread at work cannot be called back."""
        summary = self._codec.summary(value)
        found, cancelled = await self._writes.to_the_end(_Saving(id, self._codec.encode(value), summary))
        if isinstance(found, OSError):
            self._remembered.forget(id)
            self._unsynced[self._folder.path(id).parent] += 1
            await self._to_the_end(self._index_again(id))
            found = _caused(NotSaved(words_of(found)), found)
        elif not isinstance(found, BaseException):
            self._index.put(id, summary)
            self._remembered.note(id, value, found)
        if cancelled is not None:
            raise cancelled from found if isinstance(found, BaseException) else None
        if isinstance(found, BaseException):
            raise found

    def _write_together(self, savings: Sequence[_Saving]) -> list[Identity | Exception]:
        """Put some documents in the places of those before; for each its new file, or what kept it from lasting."""
        outcomes: dict[int, Identity | Exception] = {}
        contents: dict[int, tuple[Path, bytes]] = {}
        for each in savings:
            sheet = self._sheet(each.id)
            try:
                content = sheet.sealed(each.document, each.summary)
                make_folder_to_last(self._disk, sheet.file.path.parent)
                contents[each.id] = sheet.file.path, content
            except Exception as fault:
                outcomes[each.id] = fault
        for id, trouble in zip(contents, replace_files(self._disk, list(contents.values())), strict=True):
            try:
                outcomes[id] = trouble or self._identity(id)
            except OSError as fault:
                outcomes[id] = fault
        return [outcomes[each.id] for each in savings]

    async def _erase(self, id: int, sheet: SingleDocument, now: datetime, saved_at: datetime) -> None:
        """Note it first: a start finishes what a kill has left between the two."""
        try:
            try:
                content = await self._in_thread(self._disk.read, sheet.file.path)
            except FileNotFoundError:
                content = b""  # what restores put aside of them is left
            async with self._change_bot_record(leaving=id) as bot_record:
                bot_record.value = note_erased(bot_record.value, id, now, saved_at, content)
        except OSError as error:
            raise NotSaved(words_of(error)) from error
        except (NotRead, Unreadable) as trouble:
            raise NotSaved("the bot's own document cannot be read") from trouble
        try:
            await self._in_thread(self._folder.erase, id, self._disk)
            self._remembered.forget(id)
            self._index.drop(id)
        except OSError as error:
            self._unsynced[sheet.file.path.parent] += 1
            await self._index_again(id)
            raise NotSaved(words_of(error)) from error

    async def _save_bot_record(self, sheet: SingleDocument, document: dict[str, Any]) -> None:
        try:
            await self._in_thread(sheet.write, document, None)
            self._has_bot_record = True
        except OSError as error:
            self._unsynced[sheet.file.path.parent] += 1
            raise NotSaved(words_of(error)) from error

    async def _index_again(self, id: int) -> None:
        """Let the index follow the disk after a failed save or first look, whichever document stands there now."""
        try:
            summary = await self._in_thread(self._folder.summary, id, self._keys)
        except FileNotFoundError:
            self._index.drop(id)
        except (OSError, Unreadable):
            return  # a disk this ill is found out by the next read
        else:
            self._index.put(id, summary)
        self._unread.discard(id)

    async def _in_thread(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._threads is None:
            return work(*args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    def _open_bot_record(self) -> dict[str, Any] | None:
        """Open the bot's own document, so that damage shows before the bot has said a word."""
        try:
            bot_record = self._sheet(BOT_RECORD).read()
            require_version(bot_record or {}, self._codec.version)
        except Unreadable as fault:
            raise refusal(self._folder.path(BOT_RECORD), fault) from fault
        return None if bot_record is None else dict(bot_record)

    def _begin(self, bot_record: dict[str, Any] | None, summaries: dict[int, Summary]) -> None:
        """See that nothing is missing, finish what a kill has left of erasing people, and note how the folder is.

        Raises StorageRefused, OSError.
        """
        known = bot_record or {}
        anybody = bool(summaries or self._damaged or self._unread)
        if anybody and bot_record is None:
            log.warning("%s", self._folder.without_bot_record())
        if knows_people(known) and not anybody:
            raise self._folder.without_people()
        for id in list(summaries) if known.get("erasing") else ():
            if is_going(known, id, partial(self._disk.read, self._folder.path(id))):
                self._folder.erase(id, self._disk)
                del summaries[id]
        noted = with_version(all_gone(known), self._codec.version)
        if noted != known:
            self._sheet(BOT_RECORD).write(noted, None)
            self._has_bot_record = True


def _caused(trouble: NotSaved, by: OSError) -> NotSaved:
    trouble.__cause__ = by
    return trouble


def open_storage(
    folder: Path,
    key_file: Path,
    codec: Codec[T],
    stamp: str,
    *,
    write: bool = True,
    disk: Disk | None = None,
    threads: int = THREADS,
) -> TinyDBStorage[T]:
    """Open a data folder, reading only the first line of each subscriber's file.

    With `write` the folder is made if missing, locked against a second writer, cleared of what an interrupted
    write left, and given a key if it holds nobody. Without, nothing on the disk is touched or locked.

    Raises StorageRefused.
    """
    folder, key_file, disk = folder.resolve(), key_file.resolve(), disk or Disk()
    place = DataFolder(folder)
    place.require_key_elsewhere(key_file)
    lock = None
    try:
        if write:
            place.make_root()
            lock = FolderLock(folder)
            place.finish_restore(disk)
            place.make_inside(disk)
            place.remove_leftovers(disk)
            place.try_out(disk)
            place.make_names_last(disk)
        elif not folder.is_dir():
            raise StorageRefused(f"There is no data folder {folder}. Set BOT_DATA_DIR to where the bot keeps it.")
        else:
            place.require_whole()
        keys = _keys_for(place, key_file, disk, write)
        return TinyDBStorage(place, keys, codec, stamp, disk, lock, threads, key_file)
    except BaseException as error:
        if lock is not None:
            lock.release()
        if isinstance(error, OSError):
            raise StorageRefused(f"Cannot use the data folder {folder}: {words_of(error)}.") from error
        raise


def _keys_for(place: DataFolder, key_file: Path, disk: Disk, write: bool) -> Keys:
    """The keys of the key file; a new one only beside a folder that holds nobody."""
    try:
        keys = load_keys(key_file)
        if write and not place.holds_anybody():  # whoever made the key may have been killed before it was sure to last
            with contextlib.suppress(PermissionError):  # a folder that is not the bot's own was not made by it either
                make_key_last(key_file, disk)
        return keys
    except FileNotFoundError as error:
        if place.holds_anybody():
            raise place.without_key(key_file) from error
    if not write:
        return Keys([])
    try:
        return make_keys(key_file, disk)
    except OSError as error:
        raise StorageRefused(
            f"Cannot write the key file {key_file}: {words_of(error)}. Set BOT_STORAGE_KEY_FILE to a place outside "
            "the data folder where the bot may write."
        ) from error
