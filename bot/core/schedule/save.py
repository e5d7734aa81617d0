"""What is noted with every change a person made: that it was handled, what is on their screen, the reply owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.model.callback_data import pack
from bot.core.model.message import UNREAD, Reaction
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import folded
from bot.core.schedule.due import scheduled

OWED_FOR = timedelta(minutes=10)
"""For how long somebody whose reply did not leave is still waiting for it; later it would come out of the blue."""


def with_bookkeeping(
    series: Series,
    before: Subscriber | None,
    after: Subscriber,
    reaction: Reaction,
    update_id: int,
    now: datetime,
    buttons: tuple[tuple[str, str, str], ...] = (),
) -> Subscriber:
    """What a reaction made of somebody, ready to be saved: all that one update changes is one write.

    `buttons` are those of the newest message that is shown, each with its label's path, its words and its data.
    """
    shown = [message.again for message in reaction.messages if message.again]
    # What changed nothing, such as /help, leaves a question open that stands above it.
    same = after is before or not reaction.messages
    showing = pack(shown[-1]) if shown else after.showing if same else ""
    if before is not None and after.answers[:-1] == before.answers:
        after = folded(after)
    after = after.handling(update_id)
    owed = now if reaction.messages or reaction.copy else after.reply_owed_at
    copy = reaction.copy is not None or after.copy_owed
    # A clock that stands before their consent is wrong, and must not make it seem that they fell silent long ago.
    # One that stood ahead is mended by their next word.
    heard = now if now >= after.consent.at else after.heard_at
    # Nor can the buttons that an answer took away be meant any more.
    after = after.seeing(buttons, now) if buttons or same else replace(after, shown=None)
    if after.shown is not None and any(message.template == UNREAD for message in reaction.messages):
        after = replace(after, shown=replace(after.shown, unread=True))
    after = replace(after, showing=showing, reply_owed_at=owed, copy_owed=copy, heard_at=heard)
    for message in reaction.messages:
        if message.asks_location or message.keyboard_gone:
            after = replace(after, keyboard_out=message.asks_location)
    return scheduled(series, after, now)


def shown_again(series: Series, before: Subscriber, reaction: Reaction, now: datetime) -> Subscriber:
    """Whoever sees an owed screen: what it begins, such as day 1 of a plan, is stored before it stands there."""
    if reaction.subscriber is None or reaction.subscriber is before:
        return before
    shown = [message.again for message in reaction.messages if message.again]
    return scheduled(series, replace(reaction.subscriber, showing=pack(shown[-1]) if shown else ""), now)


def owed_at(known: Subscriber, now: datetime) -> datetime | None:
    """Since when they wait for a reply; None where none is owed, or for too long."""
    owed = known.reply_owed_at
    return None if owed is None or owed < now - OWED_FOR else owed


def replied(known: Subscriber) -> Subscriber:
    """With no reply owed any more."""
    return replace(known, reply_owed_at=None, copy_owed=False)
