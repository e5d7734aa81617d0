"""What root would write, the bot's own user could not open: each command says as whom it must be run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.check.examine import Findings
from bot.operator.backup import back_up, backup
from bot.operator.doctor import doctor
from bot.operator.erase import erase, erase_one
from bot.operator.export import export
from bot.operator.reseal import reseal, seal_anew
from bot.operator.restore import restore, restore_from
from bot.storage import StorageRefused
from bot.storage.disk import Disk
from tests.operator.conftest import NOON, Kept

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
SOMEBODY = 23456


COMMANDS: dict[str, Callable[[Kept, Path], object]] = {
    "erase": lambda kept, file: erase_one(kept.settings, 7, NOON, Disk()),
    "reseal": lambda kept, file: seal_anew(kept.settings, True, Disk()),
    "restore": lambda kept, file: restore_from(kept.settings, kept.catalog, file, None, NOON, Disk()),
    "restore --only": lambda kept, file: restore_from(kept.settings, kept.catalog, file, 7, NOON, Disk()),
    "restore --house": lambda kept, file: restore_from(kept.settings, kept.catalog, None, None, NOON, Disk()),
    "backup": lambda kept, file: back_up(kept.settings, kept.backups, 14, NOON, Disk()),
    "run": lambda kept, file: kept.open(),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lost", [False, True], ids=["folder there", "folder lost"])
def test_root_changes_nothing_in_a_folder_of_somebody_else(kept: Kept, command: str, lost: bool) -> None:
    if lost and command in ("erase", "reseal", "backup"):
        pytest.skip("these refuse without a folder as it is")
    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    [file] = kept.backups.iterdir()
    if lost:
        kept.data.rename(kept.data.with_name("elsewhere"))
        os.chown(kept.data.parent, SOMEBODY, SOMEBODY)
    else:
        os.chown(kept.data, SOMEBODY, SOMEBODY)
    before = kept.everything(), kept.key_file.read_bytes(), list(kept.backups.iterdir())
    with pytest.raises(StorageRefused, match=f"sudo -u '#{SOMEBODY}'"):
        COMMANDS[command](kept, file)
    assert (kept.everything(), kept.key_file.read_bytes(), list(kept.backups.iterdir())) == before
    assert kept.data.exists() is not lost


ASKED: dict[str, Callable[[Kept, Path], int]] = {
    "doctor": lambda kept, file: doctor(kept.environment, NOON, examine=lambda *_: Findings(())),
    "erase": lambda kept, file: erase(kept.environment, 7, NOON),
    "export": lambda kept, file: export(kept.environment, 7),
    "reseal": lambda kept, file: reseal(kept.environment, False),
    "restore": lambda kept, file: restore(kept.environment, file, None, NOON),
    "restore --house": lambda kept, file: restore(kept.environment, None, None, NOON),
    "backup": lambda kept, file: backup(kept.environment, None, None, NOON),
}


@pytest.mark.parametrize("closed", ["data", "keys", "backups", "data/subscribers"])
@pytest.mark.parametrize("command", ASKED)
def test_whoever_may_not_look_into_a_folder_is_told_which_one(
    kept: Kept, capsys: pytest.CaptureFixture[str], command: str, closed: str
) -> None:
    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    [file] = kept.backups.iterdir()
    root = kept.data.parent
    for path in (root, *root.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY)
    for path in root.parents[: len(root.parents) - 2]:  # pytest lets nobody else into its own folders
        path.chmod(0o755)
    (root / closed).chmod(0)
    os.seteuid(SOMEBODY)
    try:
        code = ASKED[command](kept, file)
    finally:
        os.seteuid(0)
    lines = [line for line in capsys.readouterr().err.splitlines() if "Permission denied" in line]
    if code:
        assert all(str(root / closed.partition("/")[0]) in line for line in lines)
        assert lines
