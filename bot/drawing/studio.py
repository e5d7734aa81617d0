"""Where pictures are drawn while others are answered: off the event loop, kept by what they show, never on disk."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from markupsafe import Markup

from bot.core.model.drawing import Drawing
from bot.drawing.draw import Draftsman
from bot.render.text import Rendered, Renderer, Renderers

ZOOM = 1.5
"""How much finer than its units a picture is: 960 across is what a phone of today shows."""
LONGEST = 60.0
"""Seconds that one picture or page may take, on a machine that has much else to do; as a rule a fraction of one."""
PATIENCE = 10.0
"""Seconds that words wait for their picture, as where many others are drawn before it."""
KEPT = 200
"""How many pictures are kept, and as many of the ids Telegram knows them by: about 8 MB."""

RASTERIZE = Path(__file__).with_name("rasterize.py")
TYPESET = Path(__file__).with_name("typeset.py")
BULLET = "• "

Hand = Callable[[Path, str, Sequence[str]], bytes]
"""Does what a program makes of its standard input and its arguments."""


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

    def __init__(
        self, draftsman: Draftsman, renderers: Renderers, hand: Hand | None = None, *, patience: float = PATIENCE
    ) -> None:
        self._draftsman = draftsman
        self._patience = patience
        self._renderers = renderers
        self._processes = Processes()
        self._hand = hand or self._processes
        self._fonts = tuple(str(font.resolve()) for font in draftsman.typeface.files)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._keeping = Lock()
        self._ids: OrderedDict[str, str] = OrderedDict()
        self._layout = ThreadPoolExecutor(1, "layout")
        self._beside = ThreadPoolExecutor(1, "drawing")
        self.drawn = 0
        """How many pictures were drawn and not found among those that are kept."""

    async def draw(self, drawing: Drawing, voice: tuple[str, str]) -> Drawn:
        """The picture, in the words of that series and language; one that is kept waits for none that is drawn.

        Raises NotDrawn, also where it takes too long; once begun it is drawn to its end, and kept for the next time.
        """
        renderer, loop = self._renderers.named(*voice), asyncio.get_running_loop()
        kind = type(drawing).__name__
        key, svg = await loop.run_in_executor(self._layout, self._laid_out, drawing, renderer)
        if (kept := self._found(key)) is not None:
            return kept
        drawn = loop.run_in_executor(self._beside, self._drawn, key, svg, kind)
        try:
            return await asyncio.wait_for(drawn, self._patience)
        except TimeoutError:
            raise NotDrawn(f"{kind}: not within {self._patience:g} seconds") from None

    def _laid_out(self, drawing: Drawing, renderer: Renderer) -> tuple[str, str]:
        """A name for what the picture shows, and the picture as SVG."""
        try:
            svg = self._draftsman.svg(drawing, renderer)
        except Exception as fault:  # whatever it is, the words must still arrive
            raise NotDrawn(f"{type(drawing).__name__}: {type(fault).__name__}") from fault
        return blake2b(svg.encode(), digest_size=16).hexdigest(), svg

    def _found(self, key: str) -> Drawn | None:
        with self._keeping:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return Drawn(key, self._kept[key], "picture.png")

    def _drawn(self, key: str, svg: str, kind: str) -> Drawn:
        if (kept := self._found(key)) is not None:  # drawn for somebody else while this one waited
            return kept
        try:
            content = self._hand(RASTERIZE, svg, (str(ZOOM), str(self._draftsman.content.resolve()), *self._fonts))
        except Exception as fault:
            raise NotDrawn(f"{kind}: {type(fault).__name__}") from fault
        with self._keeping:
            self._kept[key] = content
            self.drawn += 1
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return Drawn(key, content, "picture.png")

    async def typeset(self, rendered: Rendered, drawing: Drawing | None, at: datetime) -> bytes:
        """A message as one page of PDF, with a picture, dated with that instant. Raises NotDrawn."""
        return await asyncio.get_running_loop().run_in_executor(self._beside, self._typeset, rendered, drawing, at)

    def _typeset(self, rendered: Rendered, drawing: Drawing | None, at: datetime) -> bytes:
        lines = [_line(line) for line in rendered.text.splitlines() if line.strip()]
        picture, told = "", ""
        if drawing is not None:
            renderer = self._renderers.named(*rendered.voice)
            drawn = self._drawn(*self._laid_out(drawing, renderer), type(drawing).__name__)
            picture = b64encode(drawn.content).decode()
            told = " ".join(part.words for part in self._draftsman.sheet(drawing, renderer).parts if part.words)
        given = {
            "lines": lines,
            "language": rendered.voice[1],
            "made": at.isoformat(),
            "picture": picture,
            "told": told,
        }
        try:
            return self._hand(TYPESET, json.dumps(given), self._fonts)
        except (OSError, subprocess.SubprocessError) as fault:
            raise NotDrawn(f"{rendered.template}: {type(fault).__name__}") from fault

    async def leaflet(self, rendered: Rendered, code: bytes, at: datetime) -> bytes:
        """A message as a card of PDF to hand out, with a code to scan, dated with that instant. Raises NotDrawn."""
        lines = [_line(line) for line in rendered.text.splitlines() if line.strip()]
        shown = b64encode(code).decode()
        given = {"lines": lines, "language": rendered.voice[1], "made": at.isoformat(), "code": shown}
        work = partial(self._hand, TYPESET, json.dumps(given), self._fonts)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._beside, work)
        except (OSError, subprocess.SubprocessError) as fault:
            raise NotDrawn(f"{rendered.template}: {type(fault).__name__}") from fault

    def close(self) -> None:
        """Draw nothing more."""
        self._processes.close()
        for threads in (self._layout, self._beside):
            threads.shutdown(wait=False, cancel_futures=True)

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


class Processes:
    """Runs each program in a process of its own, and ends it when the bot ends."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def __call__(self, program: Path, given: str, arguments: Sequence[str]) -> bytes:
        """What the program writes. Raises CalledProcessError, TimeoutExpired, and OSError once closed."""
        command = [sys.executable, "-I", str(program), *arguments]
        with self._lock:
            if self._closed:
                raise OSError("nothing is drawn any more")
            # It is given nothing of the environment, which may hold the token.
            process = self._running = subprocess.Popen(  # noqa: S603
                command, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        with process:
            try:
                written, complaints = process.communicate(given.encode(), LONGEST)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, written, complaints)
        return written

    def close(self) -> None:
        """End what runs; the thread that waits for it would hold up the end of the bot."""
        with self._lock:
            self._closed = True
            if self._running is not None:
                self._running.kill()


def _line(html: str) -> tuple[str, str]:
    """What a line of a message is, and its words without markup."""
    words = Markup(html).striptags()  # noqa: S704 -- tags are taken out
    if html.startswith("<b>") and html.endswith("</b>"):
        return "heading", words
    return ("item", words.removeprefix(BULLET)) if words.startswith(BULLET) else ("text", words)
