"""What only an operator may tap; for anybody else these buttons mean nothing."""

from __future__ import annotations

from bot.core.model.callback_data import Action, GoOnSending, Outdated
from bot.core.model.context import Context
from bot.core.model.message import Reaction, plain


def go_on_sending(context: Context) -> Reaction:
    """The clock is right, or the chats are the bot's own after all.

    Raises Outdated for somebody else, as for a button there never was.
    """
    if not context.is_operator:
        raise Outdated(GoOnSending.verb)
    return Reaction(context.subscriber, (plain("operator/going-on"),), sending_goes_on=True)


def nobody(context: Context, action: Action) -> Reaction:
    """A button of the coach's desk, tapped by somebody who is no coach: there never was one.

    Raises Outdated.
    """
    raise Outdated(action.verb)
