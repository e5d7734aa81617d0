"""Lines in a picture: how much of one thing against another, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 300, 64, 48, 40
COLOURS: Final = ("#1b6b5a", "#b4530a", "#3b4a9a")
STEPS: Final = 4


def curve(sent: Sequence[float], began: float) -> list[tuple[float, int]]:
    """How many had been sent so many seconds after an instant, at some forty points."""
    step = max(1, len(sent) // 40)
    return [(round(sent[number - 1] - began, 2), number) for number in range(step, len(sent) + 1, step)]


def plot(lines: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str) -> str:
    """Each line by its name, from 0 on; where the values across span thousands they are told by powers of ten."""
    points = [point for line in lines.values() for point in line]
    furthest, highest = (_round_up(max((each[at] for each in points), default=1)) for at in (0, 1))
    powers = bool(points) and min(each[0] for each in points) > 0 and furthest / min(e[0] for e in points) > 100
    first = math.floor(math.log10(min(each[0] for each in points))) if powers else 0

    def place(x: float, y: float) -> str:
        share = (math.log10(x) - first) / (math.log10(furthest) - first) if powers else x / furthest
        return f"{LEFT + share * (WIDTH - LEFT - 20):.1f},{HEIGHT - BOTTOM - y / highest * (HEIGHT - BOTTOM - TOP):.1f}"

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for step in range(STEPS + 1):
        y = highest * step / STEPS
        x = 10 ** (first + (math.log10(furthest) - first) * step / STEPS) if powers else furthest * step / STEPS
        least = 10**first if powers else 0
        drawn += [
            f'<polyline points="{place(least, y)} {place(furthest, y)}" stroke="#ddd" fill="none"/>',
            _words(place(least, y), f"{y:,.4g}", "end", -6, 4),
            _words(place(x, 0), f"{x:,.0f}", "middle", 0, 16),
        ]
    drawn += [_words(f"{WIDTH / 2},{HEIGHT - 10}", across, "middle"), _words(f"{LEFT},{TOP - 22}", up, "middle")]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        way = " ".join(place(*each) for each in line)
        drawn.append(f'<polyline points="{way}" stroke="{colour}" stroke-width="2" fill="none"/>')
        drawn.append(_words(f"{WIDTH - 20},{TOP - 22 + 16 * number}", name, "end", fill=colour))
    return "\n".join([*drawn, "</svg>"]) + "\n"


def _words(at: str, said: str, anchor: str, right: float = 0, down: float = 0, fill: str = "#333") -> str:
    x, y = (float(each) for each in at.split(","))
    return f'<text x="{x + right:.1f}" y="{y + down:.1f}" text-anchor="{anchor}" fill="{fill}">{said}</text>'


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is no less."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(power * step for step in (1, 2, 5, 10) if power * step >= value)
