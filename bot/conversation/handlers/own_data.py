"""/export and /delete: a person's own data are theirs."""

from __future__ import annotations

import msgspec

from bot.conversation.context import Context, plain
from bot.core.model.callback_data import AskErase, Erase, Keep, KeepAnswers, Resume
from bot.core.model.message import Attachment, Button, Reaction

EXPORT_NAME = "steady-knees.json"


def export(context: Context) -> Reaction:
    """Everything that is kept, as a file."""
    content = msgspec.json.format(msgspec.json.encode(context.known), indent=2)
    return Reaction(context.known, (), attachment=Attachment(EXPORT_NAME, content, plain("data/export")))


def delete(context: Context) -> Reaction:
    """Ask once."""
    if context.subscriber is None:
        return context.said(plain("data/nothing-kept"))
    buttons = (Button("labels.erase", Erase()), Button("labels.keep", Keep()))
    return context.said(plain("data/delete", None, *buttons))


def ask_erase(context: Context, action: AskErase) -> Reaction:
    """Ask once, by a button."""
    return delete(context)


def keep_answers(context: Context, action: KeepAnswers) -> Reaction:
    """Nothing is erased: whoever taps has been heard."""
    values = {"months": context.series.retention.months}
    return context.said(plain("data/kept", values, Button("labels.go-on", Resume())), subscriber=context.known)


def erase(context: Context, action: Erase) -> Reaction:
    """Erase the document; saying so twice is no trouble."""
    return Reaction(None, (plain("data/deleted", {"backups": context.series.retention.backups}),))
