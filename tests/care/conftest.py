"""Lives are lived in a quick house."""

from __future__ import annotations

from tests.stories.quick import quick

__all__ = ["quick"]
