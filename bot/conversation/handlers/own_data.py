"""/export and /delete: a person's own data are theirs."""

from __future__ import annotations

import msgspec

from bot.conversation.handlers.asked import Asked, plain
from bot.core.model.callback_data import AskErase, Erase, Keep, KeepAnswers, Resume
from bot.core.model.message import Attachment, Button, Reaction

EXPORT_NAME = "steady-knees.json"


def export(asked: Asked) -> Reaction:
    """Everything that is kept, as a file."""
    content = msgspec.json.format(msgspec.json.encode(asked.known), indent=2)
    return Reaction(asked.known, (), attachment=Attachment(EXPORT_NAME, content, plain("data/export")))


def delete(asked: Asked) -> Reaction:
    """Ask once."""
    if asked.subscriber is None:
        return asked.said(plain("data/nothing-kept"))
    buttons = (Button("labels.erase", Erase()), Button("labels.keep", Keep()))
    return asked.said(plain("data/delete", None, *buttons))


def ask_erase(asked: Asked, action: AskErase) -> Reaction:
    """Ask once, by a button."""
    return delete(asked)


def keep_answers(asked: Asked, action: KeepAnswers) -> Reaction:
    """Nothing is erased: whoever taps has been heard."""
    values = {"months": asked.series.retention.months}
    return asked.said(plain("data/kept", values, Button("labels.go-on", Resume())), subscriber=asked.known)


def erase(asked: Asked, action: Erase) -> Reaction:
    """Erase the document; saying so twice is no trouble."""
    return Reaction(None, (plain("data/deleted", {"backups": asked.series.retention.backups}),))
