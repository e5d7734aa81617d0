"""What every test may ask for."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from bot.catalog.load import Catalog, load_catalog
from bot.demo.testbed import Testbed
from bot.places.search import Places, read_tables
from tests.support.chat import Chat
from tests.support.examples import TIMES, USUAL
from tests.support.quick import quick_testbed

CONTENT = Path(__file__).parent.parent / "content"
FIRST = tuple(
    f"{Path(__file__).parent / name}/" for name in ("process", "long", "simulation", "adversarial", "catalog")
)
"""What takes long as one piece; begun last, it would keep one worker busy while the others have nothing left."""


gc.set_threshold(50_000, 20, 50)  # what stays of the content is large, and to look through it often finds nothing
# How long one example takes, a busy machine decides. The daily ones are the same each day: what fails, the change did.
settings.register_profile("everywhere", deadline=None, max_examples=USUAL * TIMES, derandomize=TIMES == 1)
settings.load_profile("everywhere")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: tests of a real process wait for it most of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first; otherwise as they stand."""
    items.sort(key=lambda item: not str(item.path).startswith(FIRST))


@cache
def the_catalog() -> Catalog:
    """The real content, read once."""
    return load_catalog(CONTENT)


@cache
def the_places() -> Places:
    """The table of places, read once, and parsed where somebody looks for a name."""
    return Places(read_tables(CONTENT / "places"))


@pytest.fixture
def anyio_backend() -> str:
    """The bot runs on asyncio."""
    return "asyncio"


@pytest.fixture
def catalog() -> Catalog:
    """The real content."""
    return the_catalog()


@pytest.fixture
def places() -> Places:
    """The table of places."""
    return the_places()


@pytest.fixture
async def testbed(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Testbed]:
    """The whole bot on a Telegram in memory, with a clock to move."""
    testbed = quick_testbed(catalog, places, folder=tmp_path)
    await testbed.open()
    yield testbed
    if testbed.runtime is not None:
        await testbed.close()


@pytest.fixture
def chat(testbed: Testbed) -> Chat:
    """One person's chat with it."""
    return Chat(testbed, testbed.person)
