"""Who to turn to and who runs the bot, as a coach looks at them and changes them: nothing counts before its preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.model.callback_data import (
    ChangeContact,
    ContactsOfFile,
    DropContact,
    ShowContacts,
    ShowDesk,
    UseContacts,
)
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Row, plain
from bot.core.model.series import Series

STOP = "stop"
"""The tier of the signs that end a plan at once."""
NEW, RUN_BY = 0, -1
"""What stands in the place of somebody's number, which begins at 1."""


def screen(
    contact: Mapping[str, Any], stamp: str, most: int, *, sample: bool, of_chat: bool, file_differs: bool
) -> OutgoingMessage:
    """All that people are told, where that stands, and what can be changed. `stamp` names this state of it."""
    people = contact["people"]
    values = {
        "people": people,
        "run_by": contact["run-by"],
        "sample": sample,
        "of_chat": of_chat,
        "file_differs": file_differs,
    }
    buttons: list[Row] = []
    for number, each in enumerate(people, 1):
        drop = (Button("labels.drop-contact", DropContact(number, stamp)),) if len(people) > 1 else ()
        buttons.append((Button("labels.change-contact", ChangeContact(number, stamp), {"name": each["name"]}), *drop))
    if len(people) < most:
        buttons.append((Button("labels.add-contact", ChangeContact(NEW, stamp)),))
    buttons.append((Button("labels.change-run-by", ChangeContact(RUN_BY, stamp)),))
    if file_differs:
        buttons.append((Button("labels.contacts-of-file", ContactsOfFile(stamp)),))
    buttons.append((Button("labels.desk", ShowDesk()),))
    return OutgoingMessage("desk/contacts", values, tuple(buttons))


def prompt(number: int) -> OutgoingMessage:
    """The coach's next message says it, line by line."""
    return plain("desk/contact-write", {"run_by": number == RUN_BY}, Button("labels.cancel", ShowContacts()))


def refused(why: str, longest: int) -> OutgoingMessage:
    """Why a text names nobody to turn to."""
    return plain("desk/contact-refused", {"why": why, "longest": longest}, Button("labels.contacts", ShowContacts()))


def emergency(series: Series, zone: str) -> OutgoingMessage:
    """The screen on which it matters most, as somebody in that zone would see it."""
    screen = next((each.id for each in series.safety if each.tier == STOP), series.safety[0].id)
    return plain("safety/stop", {"screen": screen, "tier": STOP, "zone": zone})


def confirm(stamp: str) -> OutgoingMessage:
    """Whether what was just shown is to count."""
    use = Button("labels.use-contacts", UseContacts(stamp), style=PRIMARY)
    return plain("desk/contacts-confirm", None, use, Button("labels.keep", ShowContacts()))
