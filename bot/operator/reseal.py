"""`python -m bot reseal`: seals everything with the first key of the key file, which ends the use of older ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from bot.operator.database import Database, opened
from bot.operator.report import Refused, Report, reported, where
from bot.settings import Settings, read_settings
from bot.storage import BOT_RECORD, Owner, Unreadable
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk, replace_file
from bot.storage.lock import FolderLock
from bot.storage.postgres.belonging import note_key
from bot.storage.seal import Keys, load_keys, new_key, read_line


def reseal(environment: Mapping[str, str], with_new_key: bool) -> int:
    """Seal everything anew where that is needed, with a new key if one is wanted; the exit code."""
    return reported(lambda: seal_anew(read_settings(environment, needs_token=False), with_new_key, Disk()))


def seal_anew(settings: Settings, with_new_key: bool, disk: Disk) -> Report:
    """Likewise. Killed half-way it is simply called again. Raises Refused, StorageRefused."""
    data, key_file = DataFolder(settings.data_dir.resolve()), settings.key_file.resolve()
    data.require_key_elsewhere(key_file)
    if settings.database_url:
        with opened(settings, alone=True) as database:
            return _seal_there(database, _prepared(data, key_file, with_new_key, disk), key_file)
    if not data.root.is_dir():
        raise Refused(f"There is no data folder {data.root}. Set BOT_DATA_DIR to where the bot keeps it.")
    data.require_owner()
    lock = FolderLock(data.root)
    try:
        data.finish_restore(disk)
        return _seal_all(data, _prepared(data, key_file, with_new_key, disk), key_file, disk)
    except OSError as error:
        raise Refused(
            f"Stopped: {where(error)}. Nothing is lost: what was not sealed anew still opens with its old key. "
            "Try again."
        ) from error
    finally:
        lock.release()


def _prepared(data: DataFolder, key_file: Path, with_new_key: bool, disk: Disk) -> Keys:
    """The keys to seal with, a new one before them if that is wanted. Raises StorageRefused, OSError."""
    try:
        keys = load_keys(key_file)
        for leftover in key_file.parent.glob(f"{key_file.name}.*.tmp"):
            disk.remove(leftover)  # half a rotation holds keys too
        if with_new_key:
            replace_file(disk, key_file, new_key().line.encode("ascii") + disk.read(key_file))
            keys = load_keys(key_file)
    except FileNotFoundError:
        raise data.without_key(key_file) from None
    return keys


def _seal_there(database: Database, keys: Keys, key_file: Path) -> Report:
    """Everybody in the database, each in a transaction of their own."""
    note_key(database.connection, keys.first)
    documents = ((each.owner, each.content) for each in database.everybody())
    copied = f"Copy {key_file} to every machine before a bot starts there."
    return _sealed_anew(documents, database.reseal, keys, key_file, copied)


def _seal_all(data: DataFolder, keys: Keys, key_file: Path, disk: Disk) -> Report:
    """Everybody in the folder, and the bot's own document."""

    def put(owner: Owner, _: str, content: bytes) -> None:
        replace_file(disk, data.path(owner), content)

    return _sealed_anew(_in_folder(data, disk), put, keys, key_file)


def _in_folder(data: DataFolder, disk: Disk) -> Iterator[tuple[Owner, bytes]]:
    owners: tuple[Owner, ...] = (*sorted(id for id, _ in data.sealed_files()), BOT_RECORD)
    for owner in owners:
        with suppress(FileNotFoundError):
            yield owner, disk.read(data.path(owner))


def _sealed_anew(
    documents: Iterable[tuple[Owner, bytes]],
    put: Callable[[Owner, str, bytes], None],
    keys: Keys,
    key_file: Path,
    *also: str,
) -> Report:
    """Each that is sealed with another key than the first, put back under the first; what does not open stays."""
    report = Report()
    used: Counter[str] = Counter()
    sealed = 0
    for owner, content in documents:
        try:
            first = read_line(content, owner)
            body = keys.open(content, owner)
        except Unreadable as fault:
            report.wrong.append(f"{owner} cannot be opened and is left as it is: {fault.reason}.")
            used.update(_key_of(content, owner))
            continue
        if first.key != keys.first:
            put(owner, keys.first, keys.seal(body, first.summary, owner))
            sealed += 1
        used[keys.first] += 1
    report.done.append(
        f"Sealed anew: {sealed} documents. All {used[keys.first]} that open are sealed with {keys.first}."
    )
    report.done.extend(also)
    if len(keys.names) > 1:
        report.done.append(_advice(keys, key_file, used, bool(report.wrong)))
    return report


def _advice(keys: Keys, key_file: Path, used: Counter[str], damaged: bool) -> str:
    """Which lines of the key file may go."""
    idle = [name for name in keys.names[1:] if not used[name]]
    if damaged:
        return f"Leave {key_file} as it is until what cannot be opened is restored or moved away."
    return (
        f"No document uses these lines of {key_file} any more: {', '.join(idle)}. They may go when no backup is left "
        "that was made before now, and not earlier."
    )


def _key_of(content: bytes, owner: Owner) -> list[str]:
    try:
        return [read_line(content, owner).key]
    except Unreadable:
        return []
