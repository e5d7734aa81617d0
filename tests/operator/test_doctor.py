"""The doctor says what is wrong and what to do, changes nothing, and names nobody."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.contact import fingerprint
from bot.check.examine import keeps_from_starting
from bot.core.model.delivery import Kind, claim
from bot.operator import doctor as the_doctor
from bot.operator.backup import back_up
from bot.operator.doctor import Machine, examine_contact, examine_disk
from bot.operator.report import Report
from bot.settings import NOBODY_IS_TOLD, read_settings
from bot.storage.disk import Disk
from bot.storage.seal import load_keys, new_key, read_line
from tests.conftest import CONTENT
from tests.operator.conftest import DAY, NOON, Kept, confirmed, contact_of

TOKEN = "1000000001:canary-Q7xw2Lm9Zk4Vt8Rb3Ny6Hd1Fs5"
ROOM = 10**9


def examined(
    kept: Kept, now: datetime = NOON, *, free: int = ROOM, user: int | None = None, **environment: str
) -> Report:
    """What is said of everything but the settings and the content."""
    report = Report()
    machine = Machine(lambda _: free, os.geteuid() if user is None else user)
    settings = read_settings({**kept.environment, **environment}, needs_token=False)
    examine_disk(settings, kept.catalog.hash, now, machine, report)
    return report


examined_once = cache(keeps_from_starting)
"""The shipped content does not change meanwhile, nor does what is wrong with it."""


def doctor(environment: Mapping[str, str], now: datetime, env_file: Path = the_doctor.ENV_FILE) -> int:
    return the_doctor.doctor(environment, now, env_file, examined_once)


def well(kept: Kept) -> None:
    """Somebody is stored, and there is a backup of today."""
    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())


def test_all_is_well_and_says_so_in_a_few_lines(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    well(kept)
    assert doctor({**kept.environment, "BOT_TOKEN": TOKEN}, NOON) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        NOBODY_IS_TOLD,
        "No bot is running on this data folder.",
        "2 people are stored.",
        "The people to turn to are made up, as BOT_SAMPLE_CONTACTS says.",
        "All is well.",
    ]
    assert said.err == ""
    doctor({**kept.environment, "BOT_TOKEN": TOKEN, "BOT_OPERATORS": "5"}, NOON)
    assert NOBODY_IS_TOLD not in capsys.readouterr().out


def test_it_changes_nothing_and_runs_beside_the_bot(kept: Kept) -> None:
    well(kept)
    kept.open()
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in kept.data.rglob("*")}
    report = examined(kept)
    assert report.done[0] == "A bot is running on this data folder."
    assert report.wrong == []
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in kept.data.rglob("*")} == before
    kept.close()
    kept.open()  # the lock was not kept


def test_settings_are_named_and_the_token_is_not(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    well(kept)
    assert doctor({**kept.environment, "BOT_TOKEN": "canary", "BOT_TICK_SECONDS": "0"}, NOON) == 1
    said = capsys.readouterr()
    assert "BOT_TOKEN does not look like a token" in said.err
    assert "BOT_TICK_SECONDS must be" in said.err
    assert "canary" not in said.out + said.err


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_of_settings_that_others_can_read_is_named(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    well(kept)
    file = tmp_path / ".env"
    file.write_text(f"BOT_TOKEN={TOKEN}\n")
    file.chmod(mode)
    assert doctor({**kept.environment, "BOT_TOKEN": TOKEN}, NOON, file) == 1
    said = capsys.readouterr()
    assert f"Run: chmod 600 {file}" in said.err
    assert TOKEN not in said.err + said.out
    file.chmod(0o600)
    assert doctor({**kept.environment, "BOT_TOKEN": TOKEN}, NOON, file) == 0


def test_a_file_of_the_token_that_others_can_read_is_named(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    well(kept)
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o644)
    assert doctor({**kept.environment, "BOT_TOKEN_FILE": str(file)}, NOON) == 1
    assert f"Run: chmod 600 {file}" in capsys.readouterr().err
    file.chmod(0o600)
    assert doctor({**kept.environment, "BOT_TOKEN_FILE": str(file)}, NOON) == 0


@pytest.mark.parametrize("line", ["BOT_TOKEN: {}", "{}", 'BOT_TOKEN="{}', "BOT_TOKEN"])
def test_a_line_of_settings_that_sets_nothing_is_named_and_not_repeated(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    well(kept)
    file = tmp_path / ".env"
    file.write_text(f"# mine\n{line.format(TOKEN)}\nBOT_TICK_SECONDS = 15\n")
    file.chmod(0o600)
    assert doctor({**kept.environment, "BOT_TOKEN": TOKEN}, NOON, file) == 1
    said = capsys.readouterr()
    assert said.err.startswith(".env, line 2, sets nothing")
    assert TOKEN.partition(":")[2] not in said.err


def test_made_up_people_and_unknown_names_are_named(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    well(kept)
    names = {"BOT_TOKEN": TOKEN, "BOT_SAMPLE_CONTACTS": "no", "BOT_OPERATOR": "7"}
    assert doctor({**kept.environment, **names}, NOON) == 1
    said = capsys.readouterr()
    assert [line.partition(",")[0] for line in said.err.splitlines()] == [
        "BOT_OPERATOR is no setting of the bot",
        "The people to turn to are made up",
    ]
    assert "All is well" not in said.out


def test_a_missing_token_keeps_nothing_else_from_being_examined(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    well(kept)
    kept.file(7).write_bytes(b"")
    assert doctor(kept.environment, NOON) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in said] == ["BOT_TOKEN is missing", "The document of 7 cannot be opened"]


def test_content_that_does_not_hold_together_is_named(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    well(kept)
    content = tmp_path / "content"
    shutil.copytree(kept.settings.content_dir, content, ignore=shutil.ignore_patterns("media", "figures"))
    (content / "knee-pain" / "series.yaml").write_text("nothing: here\n")
    assert doctor({**kept.environment, "BOT_TOKEN": TOKEN, "BOT_CONTENT_DIR": str(content)}, NOON) == 1
    assert "knee-pain/series.yaml" in capsys.readouterr().err


def test_a_missing_folder_is_told(kept: Kept) -> None:
    [line] = examined(kept).wrong
    assert line.startswith(f"There is no data folder {kept.data}.")


@pytest.mark.parametrize("which", ["data", "backups"])
def test_a_folder_open_to_others_is_told_with_the_command(kept: Kept, which: str) -> None:
    well(kept)
    folder = getattr(kept, which)
    folder.chmod(0o755)
    assert examined(kept).wrong == [f"Other users of this machine can look into {folder}. Run: chmod 700 {folder}"]


def test_a_key_that_is_missing_open_to_others_or_beside_the_rest_is_told(kept: Kept) -> None:
    well(kept)
    kept.key_file.chmod(0o644)
    assert "can read the key file" in examined(kept).wrong[0]
    kept.key_file.chmod(0o600)
    for folder, said in ((kept.data, "lies inside the data folder"), (kept.backups, "lies beside the backups")):
        moved = kept.key_file.rename(folder / "storage.key")
        report = examined(kept, BOT_STORAGE_KEY_FILE=str(moved))
        assert any(said in line for line in report.wrong), report.wrong
        moved.rename(kept.key_file)
    kept.key_file.unlink()
    assert "There is no key file" in examined(kept).wrong[0]


def test_every_damaged_document_is_found_also_in_its_body(kept: Kept) -> None:
    kept.save(7, 8, 9, 10, 11)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    kept.file(7).write_bytes(b"")
    kept.file(8).write_bytes(kept.file(8).read_bytes()[:-1])
    summary = read_line(kept.file(9).read_bytes(), 9).summary
    body = json.dumps({"documents": {"1": {"id": 9, "version": 99}}}).encode()
    kept.file(9).write_bytes(load_keys(kept.key_file).seal(body, summary, 9))
    (kept.data / "subscribers" / "00").mkdir()
    stray = kept.file(10).rename(kept.data / "subscribers" / "00" / "10.sealed")
    report = examined(kept)
    told = {int(line.split()[3]): line for line in report.wrong}
    assert sorted(told) == [7, 8, 9, 10]
    assert "the file is empty" in told[7]
    assert "its seal does not open" in told[8]
    assert "its document has version 99" in told[9]
    assert (
        f"it lies in the wrong folder. Stop the bot and run `python -m bot restore FILE --only 10`, or move {stray}"
        in told[10]
    )
    assert "1 people are stored." in report.done


def test_a_damaged_bot_record_is_told(kept: Kept) -> None:
    well(kept)
    kept.change_bot_record(tick=1)
    bot_record = kept.data / "house.sealed"
    bot_record.write_bytes(bot_record.read_bytes()[:-1])
    [line] = examined(kept).wrong
    assert f"{bot_record} cannot be opened" in line
    assert "restore --house" in line


def test_a_newer_bot_and_half_a_restore_are_told(kept: Kept) -> None:
    well(kept)
    kept.change_bot_record(version=[1, 9])
    assert "a newer version of the bot has written here" in examined(kept).wrong[0]
    (kept.data / "restored-20260302T120000Z").mkdir()
    assert "A restore of" in examined(kept).wrong[0]


def test_documents_under_an_old_key_and_keys_that_are_gone_are_told(kept: Kept) -> None:
    well(kept)
    old = kept.key_file.read_text()
    kept.key_file.write_text(new_key().line + old)
    [line] = examined(kept).wrong
    assert line == "2 documents are sealed with an older key. Stop the bot and run `python -m bot reseal`."
    kept.key_file.write_text(new_key().line)
    assert all("not in the key file" in line for line in examined(kept).wrong)


def test_claims_are_told_and_old_ones_are_wrong(kept: Kept) -> None:
    well(kept)
    record = claim("reminder:2026-03-02:1", Kind.REMINDER, NOON, None)
    kept.save(7, deliveries={record.key: record})
    assert "1 messages are on their way." in examined(kept).done
    [line] = examined(kept, NOON + timedelta(hours=2)).wrong
    assert line.startswith("1 messages were begun over an hour ago")


def test_no_backup_or_an_old_one_is_told(kept: Kept) -> None:
    kept.save(7)
    assert examined(kept).wrong == [
        f"There is no backup in {kept.backups}. Run `python -m bot backup`, best every day."
    ]
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert examined(kept, NOON + 2 * DAY).wrong == []
    assert examined(kept, NOON + 3 * DAY).wrong == [
        "The newest backup is 3 days old. Run `python -m bot backup`, best every day."
    ]


def test_a_backup_with_a_date_still_to_come_is_told_and_does_not_count_as_the_newest(kept: Kept) -> None:
    kept.save(7)
    for at in (NOON, NOON + 4000 * DAY):
        back_up(kept.settings, kept.backups, 14, at, Disk())
    later, old = examined(kept, NOON + 46 * DAY).wrong
    assert later.startswith(f"The date of {kept.backups}/steady-knees-20370212T120000Z.tar is still to come.")
    assert old.startswith("The newest backup is 46 days old.")


def test_a_disk_that_is_nearly_full_is_told(kept: Kept) -> None:
    well(kept)
    assert examined(kept, free=200 * 10**6).wrong == []
    assert [line.partition(":")[0] for line in examined(kept, free=199_999_999).wrong] == [
        f"The disk of {kept.data} is nearly full",
        f"The disk of {kept.backups} is nearly full",
    ]


def test_what_a_restore_put_aside_is_told_and_wrong_when_it_is_old(kept: Kept) -> None:
    well(kept)
    (kept.data / "replaced-20260302T120000Z-2").mkdir()
    back_up(kept.settings, kept.backups, 14, NOON + 15 * DAY, Disk())
    assert any("Remove it when all is well" in line for line in examined(kept).done)
    [line] = examined(kept, NOON + 15 * DAY).wrong
    assert line.endswith("is what stood there before a restore, over 14 days ago. Remove it.")


def test_what_the_bot_record_has_noted_is_told(kept: Kept) -> None:
    well(kept)
    aside = [{"update": number, "error": "KeyError"} for number in range(3)]
    refused = {"catalog": kept.catalog.hash, "content": {"lesson:knee": "plain"}}
    kept.change_bot_record(set_aside=aside, refused=refused)
    report = examined(kept)
    assert any("3 × KeyError" in line for line in report.done)
    assert report.wrong == ["Telegram refuses these texts as they are written: lesson:knee. Mend them."]
    kept.change_bot_record(refused={**refused, "catalog": "an older text"})
    assert examined(kept).wrong == []


def test_a_stray_copy_is_no_damage(kept: Kept) -> None:
    well(kept)
    (kept.data / "subscribers" / "00").mkdir()
    shutil.copy(kept.file(7), kept.data / "subscribers" / "00" / "7.sealed")
    report = examined(kept)
    assert (report.wrong, report.done[1]) == ([], "2 people are stored.")


def test_nothing_that_anybody_said_stands_in_what_it_tells(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.save(7, 8, start_payload="canary-payload")
    kept.file(7).write_bytes(kept.file(7).read_bytes()[:-1])
    doctor({**kept.environment, "BOT_TOKEN": TOKEN}, NOON)
    said = "".join(capsys.readouterr())
    assert "7 cannot be opened" in said
    assert "canary" not in said


def test_a_folder_of_another_user_is_told(kept: Kept) -> None:
    well(kept)
    assert [line.partition(" belongs")[0] for line in examined(kept, user=os.geteuid() + 1).wrong] == [
        str(kept.data),
        str(kept.backups),
    ]


@pytest.mark.parametrize("broken", [None, "nonsense\twords\n"])
def test_a_table_of_places_that_would_keep_the_bot_from_starting_is_told(tmp_path: Path, broken: str | None) -> None:
    content = tmp_path / "content"
    content.mkdir()
    shutil.copytree(CONTENT / "places", content / "places")
    table = content / "places" / "words.tsv"
    table.write_text(broken) if broken else table.unlink()
    *_, fault = the_doctor.examine_content(content, None).faults  # before it, that no series is there
    assert (fault.file, fault.line) == (str(table), 1)


@pytest.mark.parametrize(
    ("record", "file", "done", "wrong"),
    [
        ({}, "Jo", [], []),
        ({}, "", [], ["The people to turn to are made up"]),
        (confirmed("Bo"), "", ["confirmed in the chat on 2026-03-02"], []),
        (confirmed("Bo", file=fingerprint(contact_of("Jo"))), "Jo", ["confirmed in the chat"], []),
        (confirmed("Bo", file="another"), "Bo", ["confirmed in the chat"], []),
        (confirmed("Bo", file="another"), "Jo", ["confirmed in the chat"], ["was changed after that"]),
        ({"contact": 7}, "Jo", [], ["cannot be read"]),
        ({"contact": 7}, "", [], ["cannot be read", "The people to turn to are made up"]),
    ],
)
def test_it_says_who_counts_of_those_in_the_file_and_those_confirmed_in_the_chat(
    kept: Kept, record: dict[str, Any], file: str, done: list[str], wrong: list[str]
) -> None:
    kept.environment["BOT_SAMPLE_CONTACTS"] = "no"
    report = Report()
    examine_contact(kept.settings, contact_of(file) if file else kept.catalog.contact, record, report)
    for found, wanted in ((report.done, done), (report.wrong, wrong)):
        assert [each in line for each, line in zip(wanted, found, strict=True)] == [True] * len(wanted)


def test_it_finds_who_was_confirmed_where_it_is_stored(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    well(kept)
    kept.change_bot_record(**confirmed("Bo"))
    assert doctor({**kept.environment, "BOT_TOKEN": TOKEN, "BOT_SAMPLE_CONTACTS": "no"}, NOON) == 0
    assert "were confirmed in the chat on 2026-03-02" in capsys.readouterr().out
