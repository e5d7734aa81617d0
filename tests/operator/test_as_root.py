"""What root would write, the bot's own user could not open: each command says as whom it must be run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.operator.backup import back_up
from bot.operator.erase import erase_one
from bot.operator.reseal import seal_anew
from bot.operator.restore import restore_from
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
