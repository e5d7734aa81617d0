"""/help, /about, /privacy, /sources, and a useful answer to everything else."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked, plain
from bot.core.model.callback_data import ShowSources
from bot.core.model.message import Reaction
from bot.core.screens import session, sources


def help_command(asked: Asked) -> Reaction:
    """What the bot can do, and whom to ask."""
    return asked.said(plain("information/help"))


def about(asked: Asked) -> Reaction:
    """What this is, and who looked it over."""
    signed, texts = sources.reviewed(asked.series)
    return asked.said(
        plain("information/about", {"sources": len(asked.catalog.sources), "signed": signed, "texts": texts})
    )


def privacy(asked: Asked) -> Reaction:
    """What is kept, why, and for how long."""
    keeps = asked.series.retention
    values = {
        "version": asked.series.consent,
        "months": keeps.months,
        "days": keeps.days,
        "backups": keeps.backups,
    }
    return asked.said(plain("information/privacy", values))


def sources_command(asked: Asked) -> Reaction:
    """Where what is said here comes from."""
    return asked.said(sources.choose(asked.series))


def show_sources(asked: Asked, action: ShowSources) -> Reaction:
    """The sources of one topic."""
    return asked.said(sources.page(asked.series, action)) if action.topic else sources_command(asked)


def unknown_command(asked: Asked) -> Reaction:
    """A command there is not."""
    return asked.said(plain("information/unknown-command"))


def not_understood(asked: Asked) -> Reaction:
    """Stray text: what can be done from here."""
    return asked.said(session.not_understood(asked.subscriber))


def not_text(asked: Asked) -> Reaction:
    """A picture, a voice note, a sticker: not kept, not judged."""
    return asked.said(plain("information/not-text", {"known": asked.subscriber is not None}))
