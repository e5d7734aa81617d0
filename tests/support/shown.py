"""What stands on a phone as the message that it was made of: its template, values and buttons, not its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.catalog.load import Catalog, Words
from bot.core.model.callback_data import Reply
from bot.core.model.message import Button, OutgoingMessage
from bot.places.search import Places
from bot.render.text import Rendered, Renderer, Renderers

Texts = tuple[tuple[str, ...], ...]
"""The words of a keyboard, row by row."""
Made = dict[tuple[str, Texts | None], tuple[OutgoingMessage, Renderer]]
"""What a text was made of and by whom, with its keyboard, and whatever its keyboard is."""


class Shown(str):
    """The text of one message, with what it was made of."""

    template: str
    values: Mapping[str, Any]
    buttons: tuple[Button, ...]
    renderer: Renderer

    @classmethod
    def of(cls, text: str, message: OutgoingMessage | None, renderer: Renderer) -> Shown:
        shown = cls(text)
        shown.renderer = renderer
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
    """Renders as ever, and notes what it made each text and keyboard of."""

    noted: Made

    def render(self, message: OutgoingMessage, pictures: str = "moving") -> Rendered:
        rendered = super().render(message, pictures)
        texts = tuple(tuple(button.text for button in row) for row in rendered.buttons)
        self.noted[rendered.text, texts] = self.noted[rendered.text, None] = message, self
        return rendered


class NotingRenderers(Renderers):
    """Renderers that know of each text and keyboard what it was made of, and by which of them."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        super().__init__(catalog, places.country_of)
        self._noted: Made = {}

    def make(self, words: Words) -> Renderer:
        renderer = NotingRenderer(self._catalog, self._country_of, words)
        renderer.noted = self._noted
        return renderer

    def shown(self, text: str, post: Mapping[str, Any]) -> Shown:
        """A message as the phone has it, with its text; what never was a template has none."""
        html = post["html"] or text
        texts = tuple(tuple(button["text"] for button in row) for row in post["keyboard"])
        return Shown.of(
            text, *(self._noted.get((html, texts)) or self._noted.get((html, None)) or (None, self.default))
        )


_KNOWN: dict[int, tuple[Catalog, NotingRenderers]] = {}


def renderers_of(catalog: Catalog, places: Places) -> NotingRenderers:
    """One for all testbeds of a catalog: its templates are compiled once."""
    if id(catalog) not in _KNOWN:
        _KNOWN[id(catalog)] = catalog, NotingRenderers(catalog, places)
    return _KNOWN[id(catalog)][1]
