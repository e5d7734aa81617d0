"""/lesson and paging through its parts."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked
from bot.core.model.callback_data import ShowLesson
from bot.core.model.message import Reaction
from bot.core.screens import lesson


def choose(asked: Asked) -> Reaction:
    """Which lesson?"""
    return asked.said(lesson.choose(asked.series, asked.planned, asked.now))


def show(asked: Asked, action: ShowLesson) -> Reaction:
    """One part."""
    return asked.both(lesson.show(asked.series, asked.known, action, asked.now))
