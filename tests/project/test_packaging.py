"""What is installed is what was looked at, and what runs may do as little as it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
PINS = ("requirements.txt", "requirements-dev.txt", "requirements-browser.txt")
FOLDERS = ("/data", "/keys", "/backups")


def lines(name: str) -> list[str]:
    """The lines of a file, those that go on joined, without comments."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return dict(found["services"]["bot"])


def test_every_install_asks_for_hashes() -> None:
    installs = [
        line for name in ("Makefile", "Dockerfile") for line in lines(name) if re.search(r"\bpip install\b", line)
    ]
    assert len(installs) >= 4
    for line in installs:
        assert "--require-hashes" in line, line
    assert "--only-binary :all:" in next(line for line in lines("Dockerfile") if "pip install" in line)


@pytest.mark.parametrize("name", PINS)
def test_every_pin_is_exact_and_has_its_hashes(name: str) -> None:
    pins = lines(name)
    assert pins
    for line in pins:
        assert re.match(r"[a-z0-9._-]+(?:\[[a-z,-]+\])?==[^\s;]+", line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", line), line


def test_a_pin_that_was_tampered_with_is_not_installed(tmp_path: Path) -> None:
    wheel = tmp_path / "tampered-1.0-py3-none-any.whl"
    wheel.write_bytes(b"not what was looked at")
    pins = tmp_path / "requirements.txt"
    pins.write_text(f"tampered==1.0 --hash=sha256:{'0' * 64}\n")
    options = (
        "--no-index",
        "--find-links",
        str(tmp_path),
        "--dry-run",
        "--no-deps",
        "--target",
        str(tmp_path / "into"),
    )
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--require-hashes", *options, "-r", str(pins)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in installed.stderr
    assert not (tmp_path / "into").exists()


def test_the_image_runs_as_a_plain_user_and_holds_no_secret() -> None:
    image = lines("Dockerfile")
    assert image.index("USER bot") > max(number for number, line in enumerate(image) if line.startswith("RUN"))
    assert [line for line in image if line.startswith("COPY")] == [
        "COPY requirements.txt LICENSE ./",
        "COPY bot bot",
        "COPY content content",
    ]
    assert not any("TOKEN" in line or "SECRET" in line for line in image)
    ignored = lines(".dockerignore")
    assert ignored[0] == "*"
    assert {line for line in ignored if line.startswith("!")} == {"!requirements.txt", "!LICENSE", "!bot", "!content"}


def test_the_base_image_is_pinned_or_the_reason_why_not_is_written_down() -> None:
    base = next(line for line in lines("Dockerfile") if line.startswith("FROM"))
    reason = "base image is named by its tag" in (ROOT / "docs" / "security.md").read_text()
    assert "@sha256:" in base or reason
    assert not base.endswith((":latest", "python"))


def test_the_container_may_do_as_little_as_it_needs(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert 0 < service["pids_limit"] <= 200
    for name in ("privileged", "cap_add", "ports", "network_mode", "pid", "devices", "user"):
        assert name not in service


def test_the_container_writes_to_its_volumes_alone(service: dict[str, Any]) -> None:
    assert sorted(each.partition(":")[2] for each in service["volumes"]) == sorted(FOLDERS)
    assert all(not each.startswith((".", "/")) for each in service["volumes"])
    declared = next(line for line in lines("Dockerfile") if line.startswith("VOLUME"))
    assert all(f'"{folder}"' in declared for folder in FOLDERS)
    log = service["logging"]["options"]
    assert log["max-size"]
    assert log["max-file"]


def made(folder: Path, python: Path | str, *options: str) -> subprocess.CompletedProcess[str]:
    """What `make` says in a folder where nothing is to be fetched, with that Python."""
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
    if not (folder / "requirements.txt").exists():
        (folder / "requirements.txt").touch()
    command = ["/usr/bin/env", "make", *options, f"PYTHON={python}", ".venv/run"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


made_once = pytest.mark.xdist_group("made")  # one worker makes it for all


@pytest.fixture(scope="module")
def half_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder in which an older Python left half a set-up, and what `make` said there."""
    folder = tmp_path_factory.mktemp("half-made")
    (folder / ".venv" / "bin").mkdir(parents=True)
    left = folder / ".venv" / "bin" / "python"
    left.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    left.chmod(0o755)
    return folder, made(folder, sys.executable)


def test_a_python_that_is_too_old_is_named_before_anything_is_made(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.10.13 && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    ended = made(tmp_path, old)
    assert ended.returncode != 0
    assert "Python 3.11 or newer" in ended.stdout
    assert "3.10.13" in ended.stdout
    assert not (tmp_path / ".venv").exists()


@made_once
def test_what_an_older_python_left_half_made_is_made_anew_and_told(
    half_made: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, ended = half_made
    assert ended.returncode == 0, ended.stderr
    assert "Making .venv" in ended.stdout
    assert "Setting up, about a minute" in ended.stdout
    assert (folder / ".venv" / "run").exists()


def test_a_set_up_whose_python_has_gone_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / ".venv" / "run").touch()  # newer, as if all had been fetched
    ended = made(tmp_path, sys.executable, "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "-m venv .venv" in ended.stdout
    assert not (tmp_path / ".venv" / "run").exists()


@made_once
def test_a_set_up_that_is_whole_is_left_as_it_is(
    half_made: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    ended = made(half_made[0], sys.executable, "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "-m venv" not in ended.stdout


@made_once
def test_a_fetch_that_fails_ends_make_and_leaves_it_to_be_tried_again(
    half_made: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = half_made
    (folder / "requirements.txt").write_text("no requirement at all\n", encoding="utf-8")
    (folder / ".venv" / "run").unlink()
    ended = made(folder, sys.executable)
    assert ended.returncode != 0
    assert "Invalid requirement" in ended.stderr
    assert not (folder / ".venv" / "run").exists()
