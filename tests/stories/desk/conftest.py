"""Where the stories with a coach begin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.demo.testbed import Testbed
from bot.places.search import Places
from tests.stories.desk.ways import COACH
from tests.support.quick import quick_testbed


@pytest.fixture
async def testbed(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Testbed]:
    """A bot that somebody runs as a coach."""
    testbed = quick_testbed(catalog, places, folder=tmp_path, operators=[COACH])
    await testbed.open()
    yield testbed
    if testbed.runtime is not None:
        await testbed.close()
