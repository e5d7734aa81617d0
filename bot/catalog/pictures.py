"""The made figures: which there are, and the ids Telegram knows them by, in a cache that may be lost at any time."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FILM = ".mp4"
STILL = ".png"
MEDIA = "media"
MANIFEST = "manifest.json"
PROFILE = "profile.jpg"


@dataclass(frozen=True)
class Picture:
    """One figure as a file: a silent loop, or its still."""

    path: Path

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    @property
    def moves(self) -> bool:
        """Whether it is the loop."""
        return self.path.suffix == FILM

    @cached_property
    def key(self) -> str:
        """Its name and what it holds: a redrawn figure is another one."""
        return f"{self.path.name}.{blake2b(self.content, digest_size=8).hexdigest()}"

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.path.read_bytes()


class Pictures:
    """The figures of every series, as `<series>/<figure>`. Where there are none, everything is said in words."""

    def __init__(self, content: Path, cache: Path | None = None) -> None:
        self._shows: dict[str, str] = {}
        self._there: dict[str, Picture] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        for folder in content.glob(f"*/{MEDIA}"):
            series = folder.parent.name
            figures = _figures(folder / MANIFEST)
            questions = {of: name for name, figure in figures.items() for of in figure.get("questions", ())}
            self._shows |= {f"{series}/{of}": f"{series}/{name}" for of, name in questions.items()}
            self._sizes |= {f"{series}/{name}": tuple(each["size"]) for name, each in figures.items() if "size" in each}
            files = [path for path in folder.glob("*") if path.suffix in (FILM, STILL) or path.name == PROFILE]
            self._there |= {f"{series}/{path.name}": Picture(path) for path in files}
        self._cache = cache
        self._ids: dict[str, str] = {}
        if cache is not None:
            try:
                known = json.loads(cache.read_text(encoding="utf-8"))
                self._ids = {str(key): str(id) for key, id in known.items()}
            except (OSError, ValueError, AttributeError):
                self._ids = {}

    def find(self, names: Iterable[str], *, moving: bool) -> Picture | None:
        """The first of these figures that there is, as a loop or as a still; `test.question` names a self-test's."""
        for name in names:
            found = self._there.get(self._shows.get(name, name) + (FILM if moving else STILL))
            if found is not None:
                return found
        return None

    def shape(self, names: Iterable[str]) -> float | None:
        """Height by width of the film of the first of these figures that there is."""
        for name in names:
            shown = self._shows.get(name, name)
            if shown in self._sizes and shown + FILM in self._there:
                width, height = self._sizes[shown]
                return height / width
        return None

    def profile(self, series: str) -> Picture | None:
        """The bot's profile picture where that series is the first one."""
        return self._there.get(f"{series}/{PROFILE}")

    def known_id(self, bot: int, key: str) -> str | None:
        """The id under which Telegram keeps the figure for this bot, if it was sent before."""
        return self._ids.get(f"{bot}/{key}")

    def learn(self, bot: int, key: str, id: str) -> None:
        """Remember an id; a cache that cannot be written costs an upload, no more."""
        if self._ids.get(f"{bot}/{key}") != id:
            self._ids[f"{bot}/{key}"] = id
            self._save()

    def forget(self, bot: int, key: str) -> None:
        """Telegram refused the id."""
        self._ids.pop(f"{bot}/{key}", None)
        self._save()

    def _save(self) -> None:
        if self._cache is None:
            return
        beside = self._cache.with_suffix(".new")
        try:
            with os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(self._ids, file)
            beside.replace(self._cache)
        except OSError as trouble:
            log.warning("the cache of file ids was not written: %s", trouble.strerror)


def _figures(manifest: Path) -> dict[str, dict[str, Any]]:
    """What the maker wrote down of each figure: its size, and the questions whose test it shows."""
    try:
        figures = json.loads(manifest.read_text(encoding="utf-8"))
        return {name: dict(figure) for name, figure in figures.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
