"""The real pose files, read once for all tests of them."""

from __future__ import annotations

from bot.figures.posefile import read_figures
from tests.conftest import CONTENT

SERIES = CONTENT / "knee-pain"
FIGURES = read_figures(SERIES / "figures")
