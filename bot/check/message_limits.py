"""What about a rendered message Telegram would refuse, or a phone would cut."""

from __future__ import annotations

from collections.abc import Iterator

from bot.bot_api.html import ParseError, parse_html, utf16
from bot.bot_api.limits import BUTTONS_LIMIT, CAPTION_LIMIT, ENTITIES_LIMIT, TEXT_LIMIT
from bot.core.model.callback_data import LIMIT_BYTES, Outdated, parse
from bot.core.model.message import OutgoingMessage
from bot.render.text import Rendered

REFUSED = "Telegram would refuse the markup"
LABEL = 30  # what a narrow phone shows of a button in a row of its own


def too_much(message: OutgoingMessage, rendered: Rendered) -> Iterator[str]:
    """Everything about a rendered message that Telegram would refuse or a phone would cut."""
    return (text for _, text in complaints(message, rendered))


def complaints(message: OutgoingMessage, rendered: Rendered) -> Iterator[tuple[str, str]]:
    """Likewise, each with the path of the label it is about; none where it is about the text."""
    try:
        text, entities = parse_html(rendered.text)
    except ParseError as trouble:
        yield "", f"{REFUSED}: {trouble}"
    else:
        if not text:
            yield "", "the message is empty"
        if utf16(text) > TEXT_LIMIT:
            yield "", f"the message has {utf16(text)} characters; {TEXT_LIMIT} at most"
        if message.drawing is not None and utf16(text) > CAPTION_LIMIT:
            yield "", f"the words below the picture have {utf16(text)} characters; {CAPTION_LIMIT} at most"
        if len(entities) > ENTITIES_LIMIT:
            yield "", f"the message has {len(entities)} entities; {ENTITIES_LIMIT} at most"
    buttons = [button for row in rendered.buttons for button in row]
    if len(buttons) > BUTTONS_LIMIT:
        yield "", f"the message has {len(buttons)} buttons; {BUTTONS_LIMIT} at most"
    if any(not words.strip() for words in rendered.keyboard):
        yield "", "a word of the keyboard is empty"
    meant = [button for row in message.buttons for button in row] if buttons else []
    for button, meaning in zip(buttons, meant, strict=True):
        if not button.text.strip():
            yield meaning.label, f"the button “{meaning.label}” is empty"
        # A place on a button is as long as its name, and comes from no text of ours.
        if len(button.text) > LABEL and meaning.label != "labels.place":
            yield meaning.label, f"the button “{button.text}” has {len(button.text)} characters; {LABEL} at most"
        if len(button.data.encode()) > LIMIT_BYTES:
            yield (
                meaning.label,
                f"the button “{button.text}” carries {len(button.data.encode())} bytes; {LIMIT_BYTES} at most",
            )
        try:
            back = parse(button.data) if button.data else None
        except Outdated:
            back = None
        if back != meaning.action:
            yield meaning.label, f"the button “{button.text}” means {meaning.action} and would come back as {back}"
