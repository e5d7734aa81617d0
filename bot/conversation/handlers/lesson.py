"""/lesson and paging through its parts."""

from __future__ import annotations

from bot.conversation.context import Context
from bot.core.model.callback_data import ShowLesson
from bot.core.model.message import Reaction
from bot.core.screens import lesson


def choose(context: Context) -> Reaction:
    """Which lesson?"""
    return context.said(lesson.choose(context.series, context.planned, context.now))


def show(context: Context, action: ShowLesson) -> Reaction:
    """One part."""
    return context.both(lesson.show(context.series, context.known, action, context.now))
