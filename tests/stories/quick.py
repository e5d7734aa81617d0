"""A testbed whose file work is done on the spot, so that a story never waits for a thread, nor compiles twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import ParamSpec, TypeVar

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.demo import testbed
from bot.render import text
from bot.storage import tinydb_storage
from bot.storage.disk import Disk

P = ParamSpec("P")
T = TypeVar("T")


class OnTheSpot(Executor):
    """Carries out what it is given before `submit` returns."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(work(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done


class Compiled(BytecodeCache):
    """Keeps what templates were compiled to, for the next testbed."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def make_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files are written at the same moments; only threads and syncs are left out (tests/storage has them)."""
    monkeypatch.setattr(tinydb_storage, "ThreadPoolExecutor", OnTheSpot)
    monkeypatch.setattr(Disk, "sync", lambda *_: None)
    monkeypatch.setattr(Disk, "sync_folder", lambda *_: None)
    monkeypatch.setattr(testbed, "REST", 0.0)
    environment = partial(ImmutableSandboxedEnvironment, bytecode_cache=COMPILED)
    monkeypatch.setattr(text, "ImmutableSandboxedEnvironment", environment)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that make testbeds of their own."""
    make_quick(monkeypatch)
