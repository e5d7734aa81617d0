"""Writes the table of words and taps anew, once every transcript is."""

from __future__ import annotations

import os

import pytest

from tests.stories.transcripts.words import PAGE, page


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where the transcripts were written by several processes, the one that started them writes the table."""
    if os.environ.get("UPDATE_TRANSCRIPTS") and not hasattr(session.config, "workerinput"):
        PAGE.write_text(page(), encoding="utf-8")
