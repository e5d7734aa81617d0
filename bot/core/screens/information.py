"""/help, /about, /privacy, and a useful answer to everything else."""

from __future__ import annotations

from bot.core.model.context import Context
from bot.core.model.message import Reaction, plain
from bot.core.schedule.calendar import timings
from bot.core.screens import session, sources


def help_command(context: Context) -> Reaction:
    """What the bot can do, and whom to ask."""
    return context.reply(plain("information/help"))


def about(context: Context) -> Reaction:
    """What this is, and who looked it over."""
    signed, texts = sources.reviewed(context.series)
    count = len(sources.all_cited(context.series))
    return context.reply(plain("information/about", {"sources": count, "signed": signed, "texts": texts}))


def privacy(context: Context) -> Reaction:
    """What is kept, why, and for how long."""
    keeps = context.series.retention
    values = {
        "version": context.series.consent,
        "months": keeps.months,
        "days": keeps.days,
        "backups": keeps.backups,
    }
    return context.reply(plain("information/privacy", values))


def unknown_command(context: Context) -> Reaction:
    """A command there is not."""
    return context.reply(plain("information/unknown-command"))


def not_understood(context: Context) -> Reaction:
    """What can be done from here, after words that mean nothing; in the middle of a test, go on with it."""
    known = context.subscriber
    rows = session.open_test(known) if known is not None and timings(known) else ()
    buttons = (button for row in rows for button in row)
    return context.reply(plain("information/not-understood", {"known": known is not None}, *buttons))


def not_text(context: Context) -> Reaction:
    """A picture, a voice note, a sticker: not kept, not judged."""
    return context.reply(plain("information/not-text", {"known": context.subscriber is not None}))
