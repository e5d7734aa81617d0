"""/settings and /progress."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked
from bot.core.model.callback_data import ShowProgress, ShowSettings
from bot.core.model.message import Reaction
from bot.core.screens import profile, progress


def settings(asked: Asked) -> Reaction:
    """All settings."""
    return asked.said(profile.settings(asked.series, asked.planned, asked.now))


def show(asked: Asked, action: ShowSettings) -> Reaction:
    """All settings, by a button."""
    return settings(asked)


def progress_button(asked: Asked, action: ShowProgress) -> Reaction:
    """How it has gone so far, by a button."""
    return show_progress(asked)


def show_progress(asked: Asked) -> Reaction:
    """How it has gone so far."""
    return asked.said(progress.show(asked.series, asked.known, asked.now))
