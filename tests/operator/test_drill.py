"""The commands as they are typed: a backup, a lost disk, a restore, and the same person again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.subscriber_codec import SubscriberCodec
from tests.operator.conftest import Kept
from tests.process import warm

ROOT = Path(__file__).parent.parent.parent
VERSION_1 = json.loads((ROOT / "tests" / "storage" / "version-1.json").read_text(encoding="utf-8"))
TOKEN = "1000000001:canary-Q7xw2Lm9Zk4Vt8Rb3Ny6Hd1Fs5"


def typed(kept: Kept, *words: str) -> subprocess.CompletedProcess[str]:
    """What `python -m bot …` says and how it ends, started where there is no .env: a restore as from a shell."""
    standing = kept.data.parent / "standing"
    standing.mkdir(exist_ok=True)
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "BOT_TOKEN": TOKEN, **kept.environment}
    if words[0] == "restore":
        command = [sys.executable, "-m", "bot", *words]
        done = subprocess.run(command, env=environment, cwd=standing, capture_output=True, text=True, check=False)
    else:
        done = warm.typed(words, environment, standing)
    assert TOKEN not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def exported(kept: Kept, id: int) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(typed(kept, "export", str(id)).stdout)
    return document


def test_after_a_lost_disk_the_export_says_what_it_said(kept: Kept) -> None:
    known = SubscriberCodec("").decode(VERSION_1)
    kept.change((7,), lambda id: replace(known, id=id, reply_owed_at=None))
    before = exported(kept, 7)
    backup = typed(kept, "backup", "--keep", "2")
    assert (backup.returncode, backup.stderr) == (0, "")
    path = next(kept.backups.iterdir())
    shutil.rmtree(kept.data)
    restore = typed(kept, "restore", str(path))
    assert (restore.returncode, restore.stderr) == (0, "")
    after = exported(kept, 7)
    changing = {"saved_at", "next_due_at", "deliveries", "heard_at"}
    assert {key: after[key] for key in after if key not in changing} == {
        key: before[key] for key in before if key not in changing
    }
    settled = {key for key, record in before["deliveries"].items() if record["outcome"] == "sent"}
    assert all(after["deliveries"][key] == before["deliveries"][key] for key in settled)


def test_a_rotation_of_keys_from_the_first_step_to_the_last(kept: Kept) -> None:
    kept.save(7, 8)
    rotation = typed(kept, "reseal", "--new-key")
    assert rotation.returncode == 0
    assert "Sealed anew: 3 documents" in rotation.stdout
    typed(kept, "backup")
    doctor = typed(kept, "doctor")
    assert (doctor.returncode, doctor.stderr) == (0, "")
    assert doctor.stdout.endswith("All is well.\n")


def test_what_needs_the_lock_is_refused_beside_a_bot_and_what_does_not_is_not(kept: Kept) -> None:
    kept.save(7)
    kept.open()
    assert typed(kept, "backup").returncode == 0
    path = next(kept.backups.iterdir())
    for words in (("restore", str(path)), ("restore", str(path), "--only", "7"), ("reseal",)):
        refused = typed(kept, *words)
        assert refused.returncode == 1
        assert "already running on this folder" in refused.stderr
    assert typed(kept, "doctor").returncode == 0
