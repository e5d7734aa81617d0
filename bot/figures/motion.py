"""The loop of a figure: the body at any moment, smooth through every key and still at holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from bot.figures.geometry import Vec, hermite, slopes
from bot.figures.pose import Figure
from bot.figures.skeleton import Body, State, assemble
from bot.figures.solve import solve


class Motion:
    """A figure in time. What two neighbouring keys both hold fast stays where it is on the way between them."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.solved = solve(figure)
        self.keys = [self.solved[key] for key, _ in figure.loop]
        self.steps = [step for _, step in figure.loop]
        self._curves = {name: self._curve(name) for name in self._names}

    @cached_property
    def _names(self) -> list[str]:
        return sorted(set.intersection(*(set(key.body.state) for key in self.keys)))

    def _curve(self, name: str) -> list[list[float]]:
        """The slopes of one bone at every key, for each of its three numbers."""
        return [slopes([key.body.state[name][axis] for key in self.keys], self.steps) for axis in range(3)]

    def at(self, seconds: float) -> Body:
        """The body so many seconds into the loop, which begins at the last key it names."""
        rest = seconds % self.figure.seconds
        for i, step in enumerate(self.steps):
            if rest < step or i == len(self.steps) - 1:
                return self._mix(i, min(rest / step, 1.0))
            rest -= step
        raise AssertionError("a loop has steps")

    def _mix(self, i: int, part: float) -> Body:
        a, b = self.keys[i - 1], self.keys[i]
        if a is b:
            return a.body
        state: State = {}
        for name in self._names:
            start, end, curve = a.body.state[name], b.body.state[name], self._curves[name]
            x, y, z = (
                hermite(start[axis], end[axis], curve[axis][i - 1], curve[axis][i], self.steps[i], part)
                for axis in range(3)
            )
            state[name] = (x, y, z)
        return assemble(state, a.anchors & b.anchors)

    def path(self, point: str, start: str, end: str, count: int = 12) -> list[Vec]:
        """The way of a point of the body from one key to another, straight if they are not neighbours in the loop."""
        names = [key for key, _ in self.figure.loop]
        for i, name in enumerate(names):
            if names[i - 1] == start and name == end:
                return [_find(self._mix(i, n / count), point) for n in range(count + 1)]
            if names[i - 1] == end and name == start:
                return [_find(self._mix(i, 1 - n / count), point) for n in range(count + 1)]
        return [_find(self.solved[key].body, point) for key in (start, end)]

    def frames(self, rate: int) -> Sequence[Body]:
        """Bodies for a film of so many pictures a second."""
        count = round(self.figure.seconds * rate)
        return [self.at(self.figure.seconds * n / count) for n in range(count)]

    def moments(self) -> list[tuple[str, Body]]:
        """The bodies at the keys and midway between them, each with the key it leads to."""
        found = [(name, key.body) for name, key in self.solved.items()]
        for i, (name, _) in enumerate(self.figure.loop):
            if self.keys[i - 1] is not self.keys[i]:
                found.append((name, self._mix(i, 0.5)))
        return found


def _find(body: Body, point: str) -> Vec:
    return body.places[point] if point in body.places else body.points[point]
