"""An event loop in virtual time: it never sleeps, does what threads would do by itself, and repeats exactly."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, Protocol


class Killed(SystemExit):
    """The process is no more. Of all exceptions asyncio lets only this kind leave the loop at once."""


class Time(Protocol):
    """Whoever owns virtual time."""

    now: float
    """Seconds since the run began."""

    def pass_time(self, timeout: float | None) -> None:
        """Let the next thing happen: the loop's own next timer is so many seconds away, or there is none."""
        ...

    def disk_seconds(self) -> float:
        """How long the next piece of work takes that the bot gives to a thread."""
        ...


class _Selector(selectors.SelectSelector):
    """Where a real loop would sleep, time passes."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[Any]:
        self._time.pass_time(timeout)
        return []


class _Task(asyncio.Task[Any]):
    """A task that sets keep in the order in which tasks were made, and not by where they lie in memory."""

    def __init__(self, work: Coroutine[Any, Any, Any], number: int, **more: Any) -> None:
        self._number = number
        super().__init__(work, **more)

    def __hash__(self) -> int:
        return self._number

    def __eq__(self, other: object) -> bool:
        return self is other


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop of one process. `run` it; after a kill, `bury` it."""

    def __init__(self, time: Time) -> None:
        super().__init__(_Selector(time))
        self._own_time = time
        self._numbers = itertools.count()
        self._clock_resolution = 1e-6  # floats of some weeks are no finer
        self.set_task_factory(self._new_task)  # type: ignore[arg-type]
        self.jobs = 0
        """How much work was given to threads and is not done."""

    def time(self) -> float:
        return self._own_time.now

    def _new_task(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **more: Any) -> _Task:
        return _Task(work, next(self._numbers), loop=loop, **more)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Done here, after as long as a disk may take."""
        promised: asyncio.Future[Any] = self.create_future()

        def do() -> None:
            self.jobs -= 1
            try:
                result = func(*args)
            except Exception as error:
                if not promised.done():
                    promised.set_exception(error)
            else:
                if not promised.done():
                    promised.set_result(result)

        self.jobs += 1
        self.call_later(self._own_time.disk_seconds(), do)
        return promised

    def bury(self) -> None:
        """Close the loop of a killed process; what its tasks still hold may do nothing any more."""
        buried: set[asyncio.Task[Any]] = set()
        asyncio._set_running_loop(self)
        while left := asyncio.all_tasks(self) - buried:  # what ends may begin something else
            for task in sorted(left, key=hash):
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                with contextlib.suppress(BaseException):
                    task.get_coro().close()
            buried |= left
        asyncio._set_running_loop(None)
        self.close()
