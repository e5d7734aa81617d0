"""`python -m bot check`: everything that is wrong with the content, with file and line."""

from __future__ import annotations

from bot.check.run import check

__all__ = ["check"]
