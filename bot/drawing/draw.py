"""Which picture is laid out by what, and the SVG it becomes by the content's template."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from pathlib import Path
from struct import unpack
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.catalog.load import DRAWINGS, FONTS, SHARED
from bot.catalog.pictures import MEDIA, STILL
from bot.core.model.drawing import Card, Changes, Counts, DayStrip, Drawing, LastDays, PainLine, SessionRows, WeekGrid
from bot.drawing.card import card
from bot.drawing.changes import changes
from bot.drawing.counts import counts
from bot.drawing.last_days import last_days
from bot.drawing.pain import pain
from bot.drawing.sessions import sessions
from bot.drawing.sheet import Sheet, Still
from bot.drawing.strip import strip
from bot.drawing.typeface import Typeface
from bot.drawing.week_grid import week_grid
from bot.render.text import Renderer

TEMPLATE = f"{SHARED}/{DRAWINGS}/picture.svg.j2"
LAYOUTS: dict[type, Callable[[Sheet, Any, Renderer], None]] = {
    DayStrip: strip,
    PainLine: pain,
    Changes: changes,
    SessionRows: sessions,
    Card: card,
    WeekGrid: week_grid,
    Counts: counts,
    LastDays: last_days,
}


class Draftsman:
    """Lays pictures out and writes them as SVG, by the template as it was when the bot started."""

    def __init__(self, content: Path) -> None:
        self.content = content
        self.typeface = Typeface(content / SHARED / FONTS)
        path = content / TEMPLATE
        self._written = path.read_text(encoding="utf-8"), str(path), lambda: True

    @cached_property
    def template(self) -> Template:
        """Compiled for the first picture, since a start would wait for it. Raises TemplateSyntaxError."""
        environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(lambda name: self._written),
            auto_reload=False,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template(TEMPLATE)

    def sheet(self, drawing: Drawing, renderer: Renderer) -> Sheet:
        """The picture with everything in its place."""
        stills = partial(self._still, renderer.words.series)
        sheet = Sheet(self.typeface, from_right=renderer.language.from_right, stills=stills)
        LAYOUTS[type(drawing)](sheet, drawing, renderer)
        return sheet

    def _still(self, series: str, names: tuple[str, ...]) -> Still | None:
        files = (f"{series}/{MEDIA}/{name}{STILL}" for name in names)
        found = next((file for file in files if (self.content / file).is_file()), None)
        return (found, self._shape(self.content / found)) if found else None

    @staticmethod
    @lru_cache(maxsize=512)
    def _shape(png: Path) -> float:
        """Its height by its width, which stand at the beginning of every PNG."""
        with png.open("rb") as file:
            width, height = unpack(">16x2I", file.read(24))
        return float(height / width)

    def svg(self, drawing: Drawing, renderer: Renderer) -> str:
        """The picture as SVG."""
        return self.written(self.sheet(drawing, renderer))

    def written(self, sheet: Sheet) -> str:
        """What was laid out, as SVG."""
        return self.template.render(width=sheet.width, height=round(sheet.height), parts=sheet.placed())
