"""What keeps the demo from beginning: one clear line, exit code 1."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process import warm

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("BOT_CONTENT_DIR", "nowhere", "nowhere:1: the content folder holds no folder with a series.yaml"),
        ("DEMO_PORT", "abc", "DEMO_PORT must be a port number, up to 65535."),
        ("DEMO_PORT", "65536", "DEMO_PORT must be a port number, up to 65535."),
    ],
)
def test_a_demo_that_cannot_begin_says_why_in_one_line(tmp_path: Path, setting: str, value: str, told: str) -> None:
    ended = warm.typed(("demo",), {"PATH": os.defpath, setting: value}, tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"{told}\n")


def started(folder: Path, **settings: str) -> subprocess.Popen[str]:
    """A demo that is ready, with its temporary files in that folder."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "DEMO_PORT": "0", **settings}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whatever_ends_the_demo_leaves_nothing_behind_and_shows_no_traceback(
    tmp_path: Path, number: signal.Signals
) -> None:
    with started(tmp_path) as demo:
        assert demo.stdout is not None
        ready = demo.stdout.readline()
        assert any(tmp_path.iterdir())
        port = int(re.findall(r":(\d+) ", ready)[0])
        with socket.create_connection(("127.0.0.1", port)) as page:  # a page that waits for news
            page.sendall(b"GET /state?after= HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            token = json.loads(page.recv(2**20).partition(b"\r\n\r\n")[2])["token"]
            page.sendall(f"GET /state?after={token} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            demo.send_signal(number)
            rest = demo.communicate(timeout=90)[0]
    assert (demo.returncode, rest) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        with started(tmp_path, DEMO_PORT=str(wanted)) as demo:
            assert demo.stdout is not None
            told = demo.stdout.readline()
            demo.terminate()
            demo.communicate(timeout=90)
    assert re.fullmatch(rf"{wanted} is taken, using \d+\.\n", told)
