"""`python -m bot run` forked from a process that has imported it already: a start without its most costly part."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

LOOK = 0.01
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["bot.__main__", "bot.run", __name__])


class WarmProcess:
    """A process of its own, with the signals, exit codes and streams of any other."""

    def __init__(self, environment: Mapping[str, str], standing: Path, output: Path) -> None:
        output.touch()
        self._process = _SERVER.Process(target=_run, args=(dict(environment), standing, output))
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


def _run(environment: Mapping[str, str], standing: Path, output: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(standing)
    nothing = os.open(os.devnull, os.O_RDONLY)
    told = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for taken, stream in ((nothing, 0), (told, 1), (told, 2)):
        os.dup2(taken, stream)
    sys.argv = ["bot", "run"]

    from bot.__main__ import main

    sys.exit(main())
