"""/help, /about, /privacy, /sources, and a useful answer to everything else."""

from __future__ import annotations

from bot.conversation.context import Context, plain
from bot.core.model.callback_data import ShowSources
from bot.core.model.message import Reaction
from bot.core.screens import session, sources


def help_command(context: Context) -> Reaction:
    """What the bot can do, and whom to ask."""
    return context.said(plain("information/help"))


def about(context: Context) -> Reaction:
    """What this is, and who looked it over."""
    signed, texts = sources.reviewed(context.series)
    return context.said(
        plain("information/about", {"sources": len(context.catalog.sources), "signed": signed, "texts": texts})
    )


def privacy(context: Context) -> Reaction:
    """What is kept, why, and for how long."""
    keeps = context.series.retention
    values = {
        "version": context.series.consent,
        "months": keeps.months,
        "days": keeps.days,
        "backups": keeps.backups,
    }
    return context.said(plain("information/privacy", values))


def sources_command(context: Context) -> Reaction:
    """Where what is said here comes from."""
    return context.said(sources.choose(context.series))


def show_sources(context: Context, action: ShowSources) -> Reaction:
    """The sources of one topic."""
    return context.said(sources.page(context.series, action)) if action.topic else sources_command(context)


def unknown_command(context: Context) -> Reaction:
    """A command there is not."""
    return context.said(plain("information/unknown-command"))


def not_understood(context: Context) -> Reaction:
    """Stray text: what can be done from here."""
    return context.said(session.not_understood(context.subscriber))


def not_text(context: Context) -> Reaction:
    """A picture, a voice note, a sticker: not kept, not judged."""
    return context.said(plain("information/not-text", {"known": context.subscriber is not None}))
