"""`python -m bot …` forked from a process that has imported it already: a start without its most costly part."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

LOOK = 0.01
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["bot.__main__", "bot.run", __name__])


class WarmProcess:
    """A process of its own, with the signals, exit codes and streams of any other."""

    def __init__(self, environment: Mapping[str, str], standing: Path, output: Path) -> None:
        output.touch()
        self._process = _SERVER.Process(target=_run, args=(("run",), dict(environment), standing, output, output))
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait for its end and give the exit code."""
        while (code := self.returncode) is None:  # noqa: ASYNC110 -- the process says nothing by itself
            await asyncio.sleep(LOOK)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Any signal, without waiting for what it does."""
        os.kill(self.pid, number)


def typed(words: tuple[str, ...], environment: Mapping[str, str], standing: Path) -> subprocess.CompletedProcess[str]:
    """What a command says and how it ends."""
    with TemporaryDirectory() as folder:
        output, errors = Path(folder) / "output", Path(folder) / "errors"
        process = _SERVER.Process(target=_run, args=(words, dict(environment), standing, output, errors))
        process.start()
        process.join()
        said, complained = output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8")
    assert process.exitcode is not None
    return subprocess.CompletedProcess(words, process.exitcode, said, complained)


def _run(words: tuple[str, ...], environment: Mapping[str, str], standing: Path, output: Path, errors: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(standing)
    nothing = os.open(os.devnull, os.O_RDONLY)
    told, complained = (os.open(each, os.O_WRONLY | os.O_CREAT | os.O_APPEND) for each in (output, errors))
    for taken, stream in ((nothing, 0), (told, 1), (complained, 2)):
        os.dup2(taken, stream)
    sys.argv = ["bot", *words]

    from bot.__main__ import main

    sys.exit(main())
