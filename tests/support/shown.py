"""What stands on a phone as the message that it was made of: its template, values and buttons, not its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.catalog.load import Catalog
from bot.core.model.callback_data import Reply
from bot.core.model.message import Button, OutgoingMessage
from bot.places.search import Places
from bot.render.text import Rendered, Renderer

Texts = tuple[tuple[str, ...], ...]
"""The words of a keyboard, row by row."""


class Shown(str):
    """The text of one message, with what it was made of."""

    template: str
    values: Mapping[str, Any]
    buttons: tuple[Button, ...]

    @classmethod
    def of(cls, text: str, message: OutgoingMessage | None) -> Shown:
        shown = cls(text)
        shown.template = message.template if message else ""
        shown.values = message.values if message else {}
        shown.buttons = tuple(button for row in message.buttons for button in row) if message else ()
        return shown


def names(button: Button) -> tuple[str, ...]:
    """What a button is called without its words, the most telling first.

    The answer it gives to a question, or the path of its label with the values that this is filled with; that path.
    """
    path = " ".join([button.label, *map(str, button.values.values())])
    answer = (f"answer {button.action.value}",) if isinstance(button.action, Reply) else ()
    return *answer, path, button.label


class NotingRenderer(Renderer):
    """Renders as ever, and knows what it made each text and keyboard of."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        super().__init__(catalog, places.country_of)
        self._made: dict[tuple[str, Texts], OutgoingMessage] = {}
        self._texts: dict[str, OutgoingMessage] = {}

    def render(self, message: OutgoingMessage, pictures: str = "moving") -> Rendered:
        rendered = super().render(message, pictures)
        texts = tuple(tuple(button.text for button in row) for row in rendered.buttons)
        self._made[rendered.text, texts] = self._texts[rendered.text] = message
        return rendered

    def shown(self, text: str, post: Mapping[str, Any]) -> Shown:
        """A message as the phone has it, with its text; what never was a template has none."""
        html = post["html"] or text
        texts = tuple(tuple(button["text"] for button in row) for row in post["keyboard"])
        return Shown.of(text, self._made.get((html, texts)) or self._texts.get(html))


_KNOWN: dict[int, tuple[Catalog, NotingRenderer]] = {}


def renderer_of(catalog: Catalog, places: Places) -> NotingRenderer:
    """One for all testbeds of a catalog: its templates are compiled once."""
    if id(catalog) not in _KNOWN:
        _KNOWN[id(catalog)] = catalog, NotingRenderer(catalog, places)
    return _KNOWN[id(catalog)][1]
