"""Where the stories begin."""

from __future__ import annotations

import pytest

from tests.stories.ways import to_plan
from tests.support.chat import Chat


@pytest.fixture
async def day_one(chat: Chat) -> Chat:
    """Ada in Lisbon on Monday, 2 March at 17:05, whose plan has just been shown: every day at 19:00, nothing told."""
    await to_plan(chat)
    return chat
