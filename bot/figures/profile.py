"""The bot's profile picture: one figure at its most telling moment, on a square that Telegram cuts to a circle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.figures.draw import card, paint
from bot.figures.motion import Motion
from bot.figures.pose import Figure

SIDE = 640
"""Pixels: what Telegram's clients show at most."""
INSIDE = 0.9
"""How much of the square the figure fills, so that the circle cuts nothing off."""
QUALITY = 90


def write_profile(path: Path, figure: Figure) -> None:
    """Write a JPEG, the one kind that Telegram takes for a profile picture."""
    motion = Motion(replace(figure, arrows=()))
    on = card([motion], SIDE, highest=1.0)
    square = replace(on, scale=on.scale * INSIDE, height=SIDE)
    paint(motion, motion.solved[figure.still[-1]].body, square).save(path, quality=QUALITY, optimize=True)
