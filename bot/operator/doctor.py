"""`python -m bot doctor`: says what is wrong and what to do, a line each; changes nothing, reads without the lock."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.catalog.contact import MADE_UP, Contact, confirmed_in, fingerprint
from bot.catalog.yaml_schema import Fault
from bot.check.examine import Findings, keeps_from_starting
from bot.operator.archive import STAMP, made_backups
from bot.operator.database import Database, is_running, opened
from bot.operator.report import Refused, Report, not_to_use, reported
from bot.places.search import load_places
from bot.settings import (
    NOBODY_IS_TOLD,
    Settings,
    SettingsFaults,
    idle_lines,
    read_settings,
    token_file,
    unknown_settings,
)
from bot.storage import BOT_RECORD, StorageRefused, Unreadable, words_of
from bot.storage.bot_record import knows_people, require_version
from bot.storage.data_folder import DataFolder, refusal
from bot.storage.lock import is_locked
from bot.storage.seal import Keys, load_keys, read_line
from bot.subscriber_codec import SubscriberCodec

Examine = Callable[[Path, Path | None], Findings]
ENV_FILE = Path(".env")
GIVEN_BY_OTHERS = Path("/run")
"""Where Docker and systemd put the secrets that they were given, with a mode of their own."""
NEWEST_BACKUP = timedelta(days=2)
LATER = timedelta(hours=1)
"""A backup with a date so far ahead was made by a clock that was wrong, or is looked at by one that is."""
OLDEST_COPY = timedelta(days=14)
OPEN_CLAIM = timedelta(hours=1)
LITTLE_SPACE = 200 * 10**6


def examine_content(folder: Path, contact_file: Path | None) -> Findings:
    """All that would keep the bot from starting on these words, the tables of places among it."""
    found = keeps_from_starting(folder, contact_file)
    try:
        load_places(folder / "places")
    except OSError as trouble:
        fault = Fault(str(trouble.filename), 1, f"cannot be read: {words_of(trouble)}")
    except ValueError as trouble:
        name, line, text = str(trouble).split(":", 2)
        fault = Fault(f"{folder}/places/{name}", int(line), text.strip())
    else:
        return found
    return replace(found, faults=(*found.faults, fault), catalog=None)


@dataclass(frozen=True)
class Machine:
    """What the doctor asks of the machine: how many bytes the disk of a folder still takes, and who runs this."""

    free: Callable[[Path], int]
    user: int


def this_machine() -> Machine:
    """The one that the doctor runs on."""
    return Machine(lambda folder: shutil.disk_usage(folder).free, os.geteuid())


def doctor(
    environment: Mapping[str, str],
    now: datetime,
    env_file: Path = ENV_FILE,
    examine: Examine = examine_content,
) -> int:
    """Tell all that is wrong; the exit code."""
    return reported(lambda: _all(environment, now, env_file, examine))


def _all(environment: Mapping[str, str], now: datetime, env_file: Path, examine: Examine) -> Report:
    report = Report(wrong=[*idle_lines(env_file), *unknown_settings(environment)])
    for file in (env_file, *token_file(environment)):
        if file.is_file() and file.stat().st_mode & 0o077 and not file.is_relative_to(GIVEN_BY_OTHERS):
            report.wrong.append(
                f"Other users of this machine can read {file}, and with the token they can speak as the bot. "
                f"Run: chmod 600 {file}"
            )
    try:
        settings = read_settings(environment)
    except SettingsFaults as fault:
        report.wrong += fault.faults
        try:
            settings = read_settings(environment, needs_token=False)
        except SettingsFaults:
            return report  # where to look is among what is wrong
    content = examine(settings.content_dir, settings.contact_file)
    report.wrong += map(str, content.faults)
    if not settings.operators:
        report.done.append(NOBODY_IS_TOLD)
    known = examine_disk(settings, content.catalog.hash if content.catalog else "", now, this_machine(), report)
    if content.catalog is not None:
        examine_contact(settings, content.catalog.contact, known, report)
    if not report.wrong:
        report.done.append("All is well.")
    return report


def examine_contact(settings: Settings, of_file: Contact, bot_record: Mapping[str, Any], report: Report) -> None:
    """Put into the report whom people are told to turn to: those of the file, or those confirmed in the chat."""
    counts = of_file
    try:
        if (known := confirmed_in(bot_record)) is not None:
            counts = known.contact
            day = f"{known.at:%Y-%m-%d}"
            report.done.append(f"The people to turn to were confirmed in the chat on {day}: they count, and no file.")
            if counts != of_file and not of_file.sample and known.file != fingerprint(of_file):
                report.wrong.append(
                    f"{settings.contact_file} was changed after that, and does not count. To let it count, send "
                    "/contacts in the chat and tap “Show what the file says”; to leave it, change anything there."
                )
    except ValueError as fault:
        report.wrong.append(
            f"What was confirmed in the chat with /contacts cannot be read ({type(fault).__name__}), so the contact "
            "file counts. Send /contacts and put it right there."
        )
    if counts.sample:
        if settings.sample_contacts:
            report.done.append("The people to turn to are made up, as BOT_SAMPLE_CONTACTS says.")
        else:
            report.wrong.append(MADE_UP)


def examine_disk(
    settings: Settings, content: str, now: datetime, machine: Machine, report: Report
) -> Mapping[str, Any]:
    """Put into the report what is wrong with folders, keys, documents and backups; `content` is the catalog's hash.

    Returns the bot's own document, as far as it opens.

    Names nobody but by their id, and shows no answer and no secret.
    """
    kind = _InDatabase if settings.database_url else _Examination
    examination = kind(settings, content, now, machine, report)
    try:
        examination.folders()
        if examination.has_data:
            examination.stored()
            examination.backups()
    except OSError as error:
        report.wrong.append(not_to_use(error))
    return examination.known


class _Examination:
    """One look at everything that lies on the disk."""

    def __init__(self, settings: Settings, content: str, now: datetime, machine: Machine, report: Report) -> None:
        self.settings = settings
        self.content = content
        self.data = DataFolder(settings.data_dir.resolve())
        self.key_file = settings.key_file.resolve()
        self.backup_dir = settings.backup_dir.resolve()
        self.now = now
        self.machine = machine
        self.done = report.done
        self.wrong = report.wrong
        self.has_data = self.data.root.is_dir()
        self.people = 0
        self.known: Mapping[str, Any] = {}

    def folders(self) -> None:
        """What stands where, and who may look."""
        if not self.has_data:
            self.wrong.append(
                f"There is no data folder {self.data.root}. Set BOT_DATA_DIR to where the bot keeps it; the first "
                "start makes one."
            )
            return
        for trouble in (self.data.require_whole, lambda: self.data.require_key_elsewhere(self.key_file)):
            try:
                trouble()
            except StorageRefused as refused:
                self.wrong.append(str(refused))
        self.places()
        running = is_locked(self.data.root)
        self.done.append(
            "A bot is running on this data folder." if running else "No bot is running on this data folder."
        )
        for replaced in self.data.root.glob("replaced-*"):
            self._replaced(replaced)

    def places(self) -> None:
        """Where the key lies, and who may look into the folders."""
        if self.key_file.is_relative_to(self.backup_dir):
            self.wrong.append(
                f"The key file {self.key_file} lies beside the backups, so whoever has one has the other. Move it, and "
                "set BOT_STORAGE_KEY_FILE."
            )
        for folder in (self.data.root, self.backup_dir):
            if folder.is_dir():
                self._folder(folder)

    def stored(self) -> None:
        """Every document, opened."""
        try:
            keys = load_keys(self.key_file)
        except StorageRefused as refused:
            self.wrong.append(str(refused))
            return
        except FileNotFoundError:
            if self.data.holds_anybody():
                self.wrong.append(str(self.data.without_key(self.key_file)))
            return
        codec = SubscriberCodec("")
        self._bot_record(keys, codec.version)
        look = _People(self.data, keys, codec, self.now)
        for id, path in sorted(self.data.sealed_files()):
            look.one(id, Path(path))
        self.told(look)

    def told(self, look: _People) -> None:
        """What was found of everybody."""
        self.people = look.count["people"]
        self.done.append(f"{self.people} people are stored.")
        self.wrong += look.damaged
        if look.count["old key"]:
            self.wrong.append(
                f"{look.count['old key']} documents are sealed with an older key. Stop the bot and run "
                "`python -m bot reseal`."
            )
        if look.count["older version"]:
            self.done.append(
                f"{look.count['older version']} documents are of an older version; each is brought up to date when "
                "it is next saved."
            )
        if look.count["claims"]:
            self.done.append(f"{look.count['claims']} messages are on their way.")
        if look.count["old claims"]:
            self.wrong.append(
                f"{look.count['old claims']} messages were begun over an hour ago and nobody knows what became of "
                "them. Start the bot; it settles them."
            )

    def backups(self) -> None:
        """Whether there is one, and a recent one."""
        found = made_backups(self.backup_dir)
        made = [each for each in found if each.at <= self.now + LATER]
        if later := [str(each.path) for each in found if each not in made]:
            self.wrong.append(
                f"The date of {', '.join(later)} is still to come. Set this machine's clock right. If it is right now "
                "and was wrong then, remove them: no newer backup will ever push them out."
            )
        if not made and self.people:
            self.wrong.append(f"There is no backup in {self.backup_dir}. Run `python -m bot backup`, best every day.")
        elif made and self.now - made[-1].at > NEWEST_BACKUP:
            days = (self.now - made[-1].at).days
            self.wrong.append(f"The newest backup is {days} days old. Run `python -m bot backup`, best every day.")

    def _folder(self, folder: Path) -> None:
        status = folder.stat()
        if status.st_mode & 0o077:
            self.wrong.append(f"Other users of this machine can look into {folder}. Run: chmod 700 {folder}")
        if status.st_uid != self.machine.user:
            self.wrong.append(
                f"{folder} belongs to another user than the one who runs this. Give it to the bot's user."
            )
        if self.machine.free(folder) < LITTLE_SPACE:
            self.wrong.append(
                f"The disk of {folder} is nearly full: {self.machine.free(folder) // 10**6} MB are free. Make room."
            )

    def _replaced(self, folder: Path) -> None:
        """What a restore put aside holds people who may have left since, so it must go like a backup."""
        try:
            at = datetime.strptime(folder.name.split("-")[1], STAMP).replace(tzinfo=self.now.tzinfo)
        except ValueError:
            return
        if self.now - at > OLDEST_COPY:
            self.wrong.append(f"{folder} is what stood there before a restore, over 14 days ago. Remove it.")
        else:
            self.done.append(f"{folder} is what stood there before a restore. Remove it when all is well.")

    def _bot_record(self, keys: Keys, version: int) -> None:
        path = self.data.path(BOT_RECORD)
        try:
            bot_record: dict[str, Any] = json.loads(keys.open(path.read_bytes(), BOT_RECORD))["documents"]["1"]
            require_version(bot_record, version)
        except FileNotFoundError:
            return
        except Unreadable as fault:
            self.wrong.append(f"The bot does not start: {refusal(path, fault)}")
            return
        if knows_people(bot_record) and not any(True for _ in self.data.sealed_files()):
            self.wrong.append(str(self.data.without_people()))
        self.noted(bot_record)

    def noted(self, bot_record: dict[str, Any]) -> None:
        """What the bot's own document says that somebody should know."""
        self.known = bot_record
        if aside := bot_record.get("set_aside"):
            kinds = Counter(str(each.get("error")) for each in aside)
            reported = ", ".join(f"{number} × {kind}" for kind, number in kinds.most_common())
            self.done.append(f"Updates that could not be handled, and were set aside, the newest of them: {reported}.")
        refused = bot_record.get("refused", {})
        if refused.get("catalog") == self.content and (names := refused.get("content")):
            self.wrong.append(
                f"Telegram refuses these texts as they are written: {', '.join(sorted(names))}. Mend them."
            )


class _InDatabase(_Examination):
    """The same look where people are in a database."""

    def folders(self) -> None:
        self.has_data = True
        self.places()

    def stored(self) -> None:
        try:
            with opened(self.settings) as database:
                running = "A bot is" if is_running(database) else "No bot is"
                self.done.append(f"{running} running on this database.")
                self._everybody(database)
        except (Refused, StorageRefused) as refused:
            self.wrong.append(str(refused))

    def _everybody(self, database: Database) -> None:
        codec = SubscriberCodec("")
        look = _People(self.data, database.keys, codec, self.now)
        for each in database.documents():
            if each.owner != BOT_RECORD:
                look.there(each.owner, each.content)
        self.told(look)
        try:
            bot_record = database.bot_record() or {}
            require_version(bot_record, codec.version)
        except Unreadable as fault:
            self.wrong.append(
                f"The bot does not start: its own document cannot be opened: {fault.reason}. Run `python -m bot "
                "restore --house`."
            )
            return
        if knows_people(bot_record) and not self.people and not look.damaged:
            self.wrong.append(
                "Nobody is stored in the database, and somebody was. Put it back from a backup. If nobody is meant to "
                "be left, run `python -m bot restore --house`."
            )
        self.noted(bot_record)


class _People:
    """Opens one document after another and counts."""

    def __init__(self, data: DataFolder, keys: Keys, codec: SubscriberCodec, now: datetime) -> None:
        self.count: Counter[str] = Counter()
        self.damaged: list[str] = []
        self._data = data
        self._keys = keys
        self._codec = codec
        self._now = now

    def one(self, id: int, path: Path) -> None:
        instead = f"move {path} away"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return  # erased since the folder was listed
        except OSError as error:
            self.damaged.append(not_to_use(error, path))
            return
        right = self._data.path(id)
        if path == right:
            self._opened(id, content, instead)
        elif not right.exists():  # else it is a stray copy, which harms nobody
            self._is_damaged(id, "it lies in the wrong folder", instead)

    def there(self, id: int, content: bytes) -> None:
        """Likewise in a database."""
        self._opened(id, content, f"erase them with `python -m bot erase {id}`")

    def _opened(self, id: int, content: bytes, instead: str) -> None:
        try:
            first = read_line(content, id)
            document = json.loads(self._keys.open(content, id))["documents"]["1"]
            self._codec.decode(document)
        except Unreadable as fault:
            self._is_damaged(id, fault.reason, instead)
        except (ValueError, KeyError, TypeError) as error:
            self._is_damaged(id, f"its document does not fit ({type(error).__name__})", instead)
        else:
            self.count["people"] += 1
            self.count["old key"] += first.key != self._keys.first
            self.count["older version"] += document["version"] < self._codec.version
            self._claim(first.summary.saved_at if first.summary and first.summary.claim_open else None)

    def _claim(self, since: datetime | None) -> None:
        if since is not None:
            self.count["old claims" if self._now - since > OPEN_CLAIM else "claims"] += 1

    def _is_damaged(self, id: int, reason: str, instead: str) -> None:
        self.damaged.append(
            f"The document of {id} cannot be opened: {reason}. Stop the bot and run `python -m bot restore FILE --only "
            f"{id}`, or {instead}; that person then begins anew."
        )
