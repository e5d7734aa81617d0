"""What to say, before Telegram and language: a template's name, plain values, buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.model.callback_data import Action
from bot.core.model.drawing import Drawing
from bot.core.model.subscriber import Subscriber

PRIMARY, DANGER = "primary", "danger"
"""Styles of a button: the one choice a screen leads to, and the one that cannot be taken back."""
UNREAD = "information/not-an-answer"
"""Said before a question that stands once more: what was typed could not be read as an answer."""


@dataclass(frozen=True, slots=True)
class Button:
    """A label (the path of its words), what a tap on it means or the address it opens, and a style or none."""

    label: str
    action: Action | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    """Shown in place of the label's, where a button is repeated as it was."""
    style: str = ""
    url: str = ""
    """What it opens; such a button means nothing to the bot."""
    copies: str = ""
    """What a tap copies on the phone; such a button means nothing to the bot."""


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message as data; `template` names a file below the language's `screens/`.

    `pictures` names figures in order of preference, `drawing` is a picture of the person's own weeks; the words say
    everything without them.
    `again` is the tap that would show this screen once more: it gives a typed answer its question. A message that
    `asks_location` brings a keyboard of its own, one that is `keyboard_gone` takes it away again. What comes `instead`
    of the message that was tapped leaves nothing of it, not even its figure; what comes `below` leaves it as it is.
    Typed words may stand for the buttons `behind` the drawn ones too.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Row, ...] = ()
    behind: Row = ()
    silent: bool = False
    pictures: tuple[str, ...] = ()
    drawing: Drawing | None = None
    asks_location: bool = False
    keyboard_gone: bool = False
    instead: bool = False
    below: bool = False
    again: Action | None = None


def plain(template: str, values: Mapping[str, Any] | None = None, *buttons: Button) -> OutgoingMessage:
    """A screen with one button a row."""
    return OutgoingMessage(template, values or {}, tuple((button,) for button in buttons))


def rows(buttons: list[Button], width: int) -> tuple[Row, ...]:
    """Buttons laid out in rows of at most that width."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


@dataclass(frozen=True, slots=True)
class Countdown:
    """Screens that follow in the place of the first one, each after a pause in seconds; the last one stays."""

    steps: tuple[tuple[int, OutgoingMessage], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page for print: its words, and a picture among them."""

    words: OutgoingMessage
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one update leads to: what to keep (None: nobody, or nobody any more) and what to show.

    The first message takes the place of the one that was tapped, further ones are new. `copy` is the caption of a file
    that holds everything kept about the subscriber, `page` goes with it.
    `sending_goes_on` is an operator's word to whatever holds scheduled sending.
    """

    subscriber: Subscriber | None
    messages: tuple[OutgoingMessage, ...] = ()
    copy: OutgoingMessage | None = None
    page: Page | None = None
    countdown: Countdown | None = None
    sending_goes_on: bool = False
