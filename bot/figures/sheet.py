"""Contact sheets: every figure still and moving, on light and dark, and without names for a second reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageDraw, ImageFont

from bot.figures.film import Film
from bot.figures.pose import VARIANTS

LIGHT, DARK = "#FFFFFF", "#17212B"
INK = {LIGHT: "#17212B", DARK: "#FFFFFF"}
TALL, WIDE, GAP, LABEL = 210, 330, 8, 16
ACROSS = 1800

T = TypeVar("T")
Labelled = tuple[str, Image.Image]


def write_sheets(folder: Path, films: Sequence[Film]) -> list[Path]:
    """Write every sheet, and `blind.txt`, which says what the numbers of the blind sheets stand for."""
    folder.mkdir(parents=True, exist_ok=True)
    main = [film for film in films if not film.id.startswith("check-") and film.id.rpartition("-")[2] not in VARIANTS]
    checks = [film for film in films if film.id.startswith("check-")]
    blind = sorted([*main, *checks], key=lambda film: sha256(film.id.encode()).digest())
    numbered = [(str(n), film) for n, film in enumerate(blind, 1)]
    sheets = {
        "stills": _sheet([(film.id, film.still()) for film in main], LIGHT),
        "self-tests": _sheet([(film.id, film.still()) for film in checks], LIGHT),
        **{
            variant: _sheet([(f.id, f.still()) for f in films if f.id.endswith(variant)], LIGHT) for variant in VARIANTS
        },
        **{f"moving-{n}": _sheet(_strips(part), DARK) for n, part in enumerate(_thirds(main), 1)},
        **{
            f"blind-{n}": _sheet([(number, film.still()) for number, film in part], LIGHT)
            for n, part in enumerate(_thirds(numbered), 1)
        },
    }
    paths = []
    for name, image in sheets.items():
        paths.append(folder / f"{name}.png")
        image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(paths[-1], optimize=True)
    (folder / "blind.txt").write_text("".join(f"{number} {film.id}\n" for number, film in numbered))
    return paths


def _thirds(items: Sequence[T]) -> Iterable[Sequence[T]]:
    size = max(-(-len(items) // 3), 1)
    return [items[n : n + size] for n in range(0, len(items), size)]


def _strips(films: Iterable[Film]) -> list[Labelled]:
    """Four moments of each film, side by side."""
    found = []
    for film in films:
        small = [image.resize(_small(image.size), Image.Resampling.LANCZOS) for image in film.pictures(4)]
        row = Image.new("RGB", (sum(i.width + 3 for i in small), small[0].height), DARK)
        for n, image in enumerate(small):
            row.paste(image, (n * (image.width + 3), 0))
        found.append((film.id, row))
    return found


def _small(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = min(TALL / height, WIDE / width)
    return round(width * scale), round(height * scale)


def _sheet(items: Iterable[Labelled], ground: str) -> Image.Image:
    """Pictures in rows, each under its label."""
    placed: list[tuple[str, Image.Image, int, int]] = []
    x = y = row = 0
    for label, image in items:
        shown = image if image.height <= TALL else image.resize(_half(image), Image.Resampling.LANCZOS)
        if x and x + shown.width > ACROSS:
            x, y, row = 0, y + row + LABEL + GAP, 0
        placed.append((label, shown, x, y))
        x, row = x + shown.width + GAP, max(row, shown.height)
    sheet = Image.new("RGB", (ACROSS, y + row + LABEL), ground)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for label, image, left, top in placed:
        pen.text((left + 2, top), label, fill=INK[ground], font=font)
        sheet.paste(image, (left, top + LABEL))
    return sheet


def _half(image: Image.Image) -> tuple[int, int]:
    return round(image.width * 0.5), round(image.height * 0.5)
