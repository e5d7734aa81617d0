"""Where pictures are drawn while others are answered: off the event loop, kept by what they show, never on disk."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from bot.core.model.drawing import Drawing
from bot.drawing.draw import Draftsman
from bot.render.text import Renderer, Renderers

ZOOM = 1.5
"""How much finer than its units a picture is: 960 across is what a phone of today shows."""
LONGEST = 10.0
"""Seconds that one picture may take."""
KEPT = 200
"""How many pictures are kept, and as many of the ids Telegram knows them by: about 8 MB."""

RASTERIZE = Path(__file__).with_name("rasterize.py")

Rasterize = Callable[[str, Path, Sequence[Path]], bytes]
"""From SVG, the folder of the stills it names and the fonts to PNG."""


class NotDrawn(Exception):
    """A picture that could not be drawn; its text names kinds and no person."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as bytes; `key` is what it holds."""

    key: str
    content: bytes
    name: str
    moves: bool = False


class Studio:
    """Draws one picture at a time, in a process of its own, and keeps the newest ones in memory."""

    def __init__(self, draftsman: Draftsman, renderers: Renderers, rasterize: Rasterize | None = None) -> None:
        self._draftsman = draftsman
        self._renderers = renderers
        self._rasterize = rasterize or to_png
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._ids: OrderedDict[str, str] = OrderedDict()
        self._hand = ThreadPoolExecutor(1, "drawing")
        self.drawn = 0
        """How many pictures were drawn and not found among those that are kept."""

    async def draw(self, drawing: Drawing, voice: tuple[str, str]) -> Drawn:
        """The picture, in the words of that series and language. Raises NotDrawn."""
        renderer = self._renderers.named(*voice)
        return await asyncio.get_running_loop().run_in_executor(self._hand, self._drawn, drawing, renderer)

    def _drawn(self, drawing: Drawing, renderer: Renderer) -> Drawn:
        kind = type(drawing).__name__
        try:
            svg = self._draftsman.svg(drawing, renderer)
            key = blake2b(svg.encode(), digest_size=16).hexdigest()
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                self._kept[key] = self._rasterize(svg, self._draftsman.content, self._draftsman.typeface.files)
                self.drawn += 1
            content = self._kept[key]
        except Exception as fault:  # whatever it is, the words must still arrive
            raise NotDrawn(f"{kind}: {type(fault).__name__}") from fault
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return Drawn(key, content, "picture.png")

    def known_id(self, bot: int, key: str) -> str | None:
        """The id under which Telegram keeps that very picture, if it was sent before."""
        return self._ids.get(f"{bot}/{key}")

    def learn(self, bot: int, key: str, id: str) -> None:
        """Remember an id; unlike those of the figures it is about a person, and so is never written down."""
        self._ids[f"{bot}/{key}"] = id
        while len(self._ids) > KEPT:
            self._ids.popitem(last=False)

    def forget(self, bot: int, key: str) -> None:
        """Telegram refused the id."""
        self._ids.pop(f"{bot}/{key}", None)


def to_png(svg: str, folder: Path, fonts: Sequence[Path]) -> bytes:
    """The picture as PNG, drawn in a process of its own. Raises CalledProcessError and TimeoutExpired."""
    command = [
        sys.executable,
        "-I",
        str(RASTERIZE),
        str(ZOOM),
        str(folder.resolve()),
        *(str(font.resolve()) for font in fonts),
    ]
    # It is given nothing of the environment, which may hold the token.
    found = subprocess.run(command, input=svg.encode(), env={}, capture_output=True, timeout=LONGEST, check=True)  # noqa: S603
    return found.stdout
