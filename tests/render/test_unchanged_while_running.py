"""A running bot says what was checked when it started, whatever is saved or pulled beside it meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.catalog.load import load_catalog
from bot.places.search import Places
from tests.conftest import CONTENT
from tests.support.chat import Chat
from tests.support.quick import quick_testbed


async def test_a_file_that_is_edited_or_gone_under_a_running_bot_changes_nothing(
    tmp_path: Path, places: Places
) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("media", "places", "figures"))
    catalog = load_catalog(content)
    testbed = quick_testbed(catalog, places, folder=tmp_path / "data")
    await testbed.open()
    try:
        chat = Chat(testbed, testbed.telegram.person(7))
        await chat.sends("/help")
        before = chat.messages[-1]["text"]
        for path in content.rglob("*.j2"):
            path.write_text("{{ nobody }}")
        for path in content.rglob("*.yaml"):
            path.write_text("nothing: is left")
        await chat.sends("/help")
        assert chat.messages[-1]["text"] == before
        shutil.rmtree(content)
        await chat.sends("/help")
        assert chat.messages[-1]["text"] == before
        await chat.sends("/sources")  # never shown before
        assert "Exercises" in str(chat.messages[-1]["keyboard"])
    finally:
        await testbed.close()
