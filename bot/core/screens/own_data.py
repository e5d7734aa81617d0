"""/export and /delete: a person's own data are theirs."""

from __future__ import annotations

from bot.core.model.callback_data import Erase, Keep, Resume
from bot.core.model.context import Context
from bot.core.model.message import DANGER, PRIMARY, Button, Reaction, plain
from bot.core.screens import summary


def export(context: Context) -> Reaction:
    """Everything that is kept, as a file, and a page for print for whoever has a plan."""
    page = summary.page(context.series, context.known, context.now)
    return Reaction(context.known, copy=plain("data/export", {"page": page is not None}), page=page)


def delete(context: Context) -> Reaction:
    """Ask once."""
    if context.subscriber is None:
        return context.reply(plain("data/nothing-kept"))
    return context.reply(
        plain("data/delete", None, Button("labels.erase", Erase(), style=DANGER), Button("labels.keep", Keep()))
    )


def keep_answers(context: Context) -> Reaction:
    """Nothing is erased: whoever taps has been heard."""
    values = {"months": context.series.retention.months}
    return context.keeping(context.known).reply(
        plain("data/kept", values, Button("labels.go-on", Resume(), style=PRIMARY))
    )


def erase(context: Context) -> Reaction:
    """Erase the document; saying so twice is no trouble."""
    return Reaction(None, (plain("data/deleted", {"backups": context.series.retention.backups}),))
