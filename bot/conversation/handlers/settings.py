"""/settings and /progress."""

from __future__ import annotations

from bot.conversation.context import Context
from bot.core.model.callback_data import ShowProgress, ShowSettings
from bot.core.model.message import Reaction
from bot.core.screens import profile, progress


def settings(context: Context) -> Reaction:
    """All settings."""
    return context.said(profile.settings(context.series, context.planned, context.now))


def show(context: Context, action: ShowSettings) -> Reaction:
    """All settings, by a button."""
    return settings(context)


def progress_button(context: Context, action: ShowProgress) -> Reaction:
    """How it has gone so far, by a button."""
    return show_progress(context)


def show_progress(context: Context) -> Reaction:
    """How it has gone so far."""
    return context.said(progress.show(context.series, context.known, context.now))
