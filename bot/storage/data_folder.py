"""Where the files of a data folder lie, who may enter it, and what their first lines say.

<root>/lock                               held by the one process that writes
<root>/house.sealed                       what belongs to the bot and not to a person
<root>/erase-<id>                         asks the running bot to erase somebody
<root>/subscribers/<id mod 256>/<id>.sealed
<root>/restoring-<when>/                  what a restore prepares: cleared away if that was interrupted
<root>/restored-<when>/                   prepared as a whole, to take the place of the above
<root>/replaced-<when>/                   what stood there before a restore
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.storage import (
    BOT_RECORD,
    Damaged,
    NewerFormat,
    Owner,
    StorageRefused,
    Summary,
    Unreadable,
    WrongKey,
)
from bot.storage.disk import Disk, make_folder, make_folder_to_last, remove_file
from bot.storage.seal import LINE_LIMIT, Keys, read_line

NEW_HOUSE: Final = (
    "Run `python -m bot restore --house`: it makes a new one of what backups know, and leaves everybody's documents as "
    "they are. Lost is who erased themselves since the last backup; a restore from an older one would bring them back."
)

NOBODY: Final = 65534
"""To whom all belongs that lies outside what a container knows of."""

WHOLE: Final = re.compile(r"[0-9]{1,16}")

_SHELF_NAME = re.compile(r"[0-9a-f]{2}")
_SEALED_NAME = re.compile(r"(0|-?[1-9][0-9]*)\.sealed")


class DataFolder:
    """A data folder by its absolute path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._subscribers = root / "subscribers"
        self.path = lru_cache(maxsize=512)(self._path)  # asked for several times a turn
        """Where an owner's document lies."""

    def _path(self, owner: Owner) -> Path:
        return self.root / place_of(owner)

    def erase(self, id: int, disk: Disk) -> None:
        """Remove a person's document for good, and before it the copies that restores put aside. Raises OSError."""
        remove_put_aside(self, id, disk)
        remove_file(disk, self.path(id))

    def ask_to_erase(self, id: int, disk: Disk) -> None:
        """Leave word for the process that holds the lock. Raises OSError."""
        path = self._asked(id)
        if not path.exists():
            disk.close(disk.create(path))
        disk.sync_folder(self.root)

    def asked_to_erase(self) -> list[int]:
        """Whom somebody asked to erase."""
        named = (each.name.removeprefix("erase-") for each in self.root.glob("erase-*"))
        return sorted(int(id) for id in named if WHOLE.fullmatch(id))

    def has_erased(self, id: int, disk: Disk) -> None:
        """Nobody needs to be asked any more. Raises OSError."""
        remove_file(disk, self._asked(id))

    def _asked(self, id: int) -> Path:
        return self.root / f"erase-{id}"

    def put_aside(self, id: int) -> list[Path]:
        """What restores have put aside of a person: of everybody, or of them alone."""
        name = f"{id}.sealed"
        replaced = list(self.root.glob("replaced-*"))
        places = [place for each in replaced for place in (each / "subscribers" / _shelf(id) / name, each / name)]
        return [place for place in places if place.exists()]

    def require_key_elsewhere(self, key_file: Path) -> None:
        """See that a copy of the folder would not bring its own key along. Raises StorageRefused."""
        if key_file.is_relative_to(self.root):
            raise StorageRefused(
                f"The key file {key_file} lies inside the data folder, so a copy of the data would bring its own key "
                "along. Move it elsewhere and set BOT_STORAGE_KEY_FILE to where it is."
            )

    def require_owner(self) -> None:
        """See that root does not write where somebody else's bot must read it afterwards. Raises StorageRefused."""
        place = next(each for each in (self.root, *self.root.parents) if each.exists())
        owner = place.stat().st_uid
        if os.geteuid() != 0 or owner in (0, NOBODY):
            return
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = f"#{owner}"
        raise StorageRefused(
            f"{place} belongs to {name}, and what root writes the bot could not open. Nothing was changed. Run this as "
            f"{name}: sudo -u '{name}' and the same command."
        )

    def without_key(self, key_file: Path) -> StorageRefused:
        """What to tell whoever runs the bot when the key file is missing beside people."""
        return StorageRefused(
            f"There is no key file {key_file}, and what is stored in {self.root} opens only with its key. "
            "Put the key file back, or set BOT_STORAGE_KEY_FILE to where it is."
        )

    def without_bot_record(self) -> str:
        """What to tell whoever runs the bot when its own document is missing beside people."""
        return (
            f"{self.path(BOT_RECORD)} is missing beside people, so nobody knows who was erased. If it was there, put "
            "it back, or stop the bot and run `python -m bot restore --house`."
        )

    def without_people(self) -> StorageRefused:
        """Likewise when nobody is here and somebody was."""
        return StorageRefused(
            f"Nobody is stored in {self.root}, and somebody was. Put {self._subscribers} back, or restore a backup "
            "with `python -m bot restore FILE`. If nobody is meant to be left, run `python -m bot restore --house`."
        )

    def make_root(self) -> None:
        """Make the folder, or see that an existing one is closed to other users. Raises StorageRefused, OSError."""
        self.require_owner()
        self.root.parent.mkdir(parents=True, exist_ok=True)
        if make_folder(self.root) or not self.root.stat().st_mode & 0o077:
            return
        if any(self.root.iterdir()):
            raise StorageRefused(
                f"Other users of this machine can look into the data folder {self.root}. If it is the bot's "
                f"alone, run: chmod 700 {self.root}. If not, set BOT_DATA_DIR to a folder of its own."
            )
        self.root.chmod(0o700)

    def require_whole(self) -> None:
        """See that no restore stopped half-way. Raises StorageRefused, OSError."""
        if self._restored():
            raise StorageRefused(
                f"A restore of {self.root} is under way or was interrupted. Start the bot, or restore once more: "
                "either finishes it first."
            )

    def finish_restore(self, disk: Disk) -> None:
        """Put what a restore prepared in its place, and what stood there aside; only for whoever holds the lock.

        Begins where an interrupted one stopped, and does nothing when there is nothing to do. Raises OSError.
        """
        for restored in self._restored():
            replaced = self.root / restored.name.replace("restored-", "replaced-")
            make_folder_to_last(disk, replaced)
            for name in ("subscribers", "house.sealed"):
                new, here = restored / name, self.root / name
                if not new.exists():
                    continue  # it stands in its place already
                if here.exists():
                    disk.replace(here, replaced / name)
                    disk.sync_folder(replaced)
                    disk.sync_folder(self.root)
                disk.replace(new, here)
                disk.sync_folder(self.root)
            restored.rmdir()
            with contextlib.suppress(OSError):
                replaced.rmdir()  # nothing stood there
            disk.sync_folder(self.root)
        for half in self.root.glob("restoring-*"):
            shutil.rmtree(half)

    def begin_restore(self, now: datetime) -> Path:
        """A new folder to prepare a restore in; only for whoever holds the lock. Raises OSError."""
        stamp = number = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        turn = 1
        while (self.root / f"replaced-{number}").exists():
            turn += 1
            number = f"{stamp}-{turn}"
        prepared = self.root / f"restoring-{number}"
        make_folder(prepared)
        return prepared

    def commit_restore(self, prepared: Path, disk: Disk) -> Path:
        """Put what was prepared in its place, whatever happens from here on; where the former lies. Raises OSError."""
        restored = prepared.with_name(prepared.name.replace("restoring-", "restored-"))
        disk.sync_folder(prepared)
        disk.replace(prepared, restored)
        disk.sync_folder(self.root)
        self.finish_restore(disk)
        return self.replaced(prepared)

    def replaced(self, prepared: Path) -> Path:
        """Where a restore puts what stood there before."""
        return prepared.with_name(prepared.name.replace("restoring-", "replaced-"))

    def _restored(self) -> list[Path]:
        return sorted(self.root.glob("restored-*"))

    def make_inside(self, disk: Disk) -> None:
        """Make the folder of subscribers, and see that all folders made so far last. Raises OSError.

        Its own folders, the shelves, are made when the first document comes to lie there.
        """
        make_folder(self._subscribers)
        for parent in (self._subscribers, self.root, self.root.parent):
            disk.sync_folder(parent)

    def remove_leftovers(self, disk: Disk) -> None:
        """Remove what interrupted writes left behind; only for whoever holds the lock. Raises OSError."""
        for place in (self.root, *self._shelves()):
            for leftover in place.glob("*.sealed.*.tmp"):
                disk.remove(leftover)

    def try_out(self, disk: Disk) -> None:
        """See that the folder takes a new file: a read-only one is better known at once. Raises OSError."""
        probe = self.root / "house.sealed.probe.tmp"
        disk.close(disk.create(probe))
        disk.remove(probe)

    def make_names_last(self, disk: Disk) -> None:
        """Sync every folder: whoever wrote here before may have been killed between a rename and the sync that makes it
        last, and what is read now is taken for stored. Raises OSError.
        """
        for place in (self.root, *self._shelves()):
            disk.sync_folder(place)

    def holds_anybody(self) -> bool:
        """Whether anything here needs a key to be read."""
        return self.path(BOT_RECORD).exists() or any(True for _ in self.sealed_files())

    def summary(self, id: int, keys: Keys) -> Summary:
        """What a person's first line says. Raises Unreadable, OSError."""
        return _summary(self.path(id), id, keys)

    def summaries(self, keys: Keys) -> tuple[dict[int, Summary], dict[int, str], set[int]]:
        """What everybody's first line says, who cannot be read, with the reason, and whom the disk did not give now.

        Raises StorageRefused for what is hardly one person's trouble: a missing key.
        """
        summaries: dict[int, Summary] = {}
        damaged: dict[int, str] = {}
        unread: set[int] = set()
        for id, path in self.sealed_files():
            shelf = os.path.basename(os.path.dirname(path))  # noqa: PTH119, PTH120 -- once a person, and ten times as fast
            astray = None if shelf == _shelf(id) else f"its file lies in the wrong folder, {shelf}"
            try:
                summary = _summary(path, id, keys)
                if astray is not None:
                    raise Damaged(id, astray)
                summaries[id] = summary
            except FileNotFoundError:
                continue  # erased since the folder was listed, which only a reader beside the bot can see
            except WrongKey as fault:
                raise refusal(path, fault) from fault
            except Unreadable as fault:
                damaged[id] = fault.reason
            except OSError:
                if astray is None:
                    unread.add(id)
                else:
                    damaged[id] = astray
        for id in summaries.keys() | unread:
            damaged.pop(id, None)  # a stray copy in a wrong folder harms nobody whose own file is well
        return summaries, damaged, unread

    def _shelves(self) -> list[Path]:
        """The folders among which subscribers are spread, as far as they are there."""
        try:
            inside = sorted(self._subscribers.iterdir())
        except FileNotFoundError:
            return []
        return [path for path in inside if _SHELF_NAME.fullmatch(path.name) and path.is_dir()]

    def sealed_files(self) -> Iterator[tuple[int, str]]:
        """Every subscriber's file: the id in its name, and its path."""
        for shelf in self._shelves():
            with os.scandir(shelf) as entries:
                for entry in entries:
                    if name := _SEALED_NAME.fullmatch(entry.name):
                        yield int(name[1]), entry.path


def refusal(path: str | Path, fault: Unreadable) -> StorageRefused:
    """What to tell whoever runs the bot when this file keeps it from starting."""
    match fault:
        case WrongKey():
            what_to_do = "Put the right key file back, or add that key to it as a further line."
        case NewerFormat():
            what_to_do = "Run the newer version."
        case _:
            what_to_do = NEW_HOUSE
    return StorageRefused(f"{path} cannot be opened: {fault.reason}. {what_to_do}")


def remove_put_aside(data: DataFolder, id: int, disk: Disk) -> None:
    """Remove the copies of a person that restores and moves have put aside. Raises OSError."""
    for path in data.put_aside(id):
        remove_file(disk, path)


def place_of(owner: Owner) -> str:
    """Where a document lies in a data folder."""
    return "house.sealed" if owner == BOT_RECORD else f"subscribers/{_shelf(owner)}/{owner}.sealed"


def _shelf(owner: Owner) -> str:
    return f"{owner % 256:02x}"


def _summary(path: str | Path, id: int, keys: Keys) -> Summary:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        first = read_line(os.read(descriptor, LINE_LIMIT), id)
    finally:
        os.close(descriptor)
    keys.require(first.key, id)
    if first.summary is None:
        raise Damaged(id, "its first line has no summary")
    return first.summary
