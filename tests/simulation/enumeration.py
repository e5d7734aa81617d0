"""One short day, again and again: the first, the second, the third, … write, sync, rename or call fails, until none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from tests.simulation.disk import BROKEN, FULL
from tests.simulation.scenes import SCENES, cast
from tests.simulation.telegram import Weather
from tests.simulation.world import Outcome, Plan, World, run_on_ground

SCENE = 5
READS, GOES, ERASES = 351, 317, 334
"""Who gets a lesson after half an hour; who stops, comes back and is reminded after six; who has everything erased."""


class ShortDay(World):
    """The same few things each time; nothing goes wrong but what a test asks for."""

    def prepare(self) -> None:
        self.scene = SCENES[SCENE]
        self.tick_seconds = 15.0
        self.length = 6.4 * 3600
        self.people([person for person in cast(SCENE) if person.id in (READS, GOES, ERASES)], eager=0.0)
        goes, erases = self.actors[GOES], self.actors[ERASES]

        def taps(number: int, row: int) -> Callable[[], None]:
            """A button of the newest message that has any."""

            def tap() -> None:
                if found := self.actors[number].buttons():
                    self.actors[number].taps(*found[min(row, len(found) - 1)])

            return tap

        self.at(60, "", lambda: goes.types("/today"))
        self.at(90, "", taps(GOES, 0))
        self.at(1900, "", taps(READS, 0))
        self.at(2000, "", lambda: erases.types("/delete"))
        self.at(2030, "", lambda: erases.taps(max(erases.person.chat.posts, default=1), "erase"))
        self.at(2100, "", lambda: goes.types("/stop"))
        self.at(2200, "", lambda: goes.types("/start"))
        self.at(2240, "", lambda: goes.taps(max(goes.person.chat.posts, default=1), "resume"))
        self.at(22_600, "", taps(GOES, 0))
        self.calm_from = self.length
        self.ends_at(self.length)


Spoiling = tuple[Callable[[ShortDay, int], None], Callable[[ShortDay], bool]]
"""What to do to the day for a number, and whether it was spared because there is no such number any more."""


def day(spoil: Callable[[ShortDay], None]) -> tuple[Outcome, ShortDay]:
    """One such day, spoiled somehow."""
    kept: list[ShortDay] = []

    def build(plan: Plan, folder: Path) -> World:
        kept.append(ShortDay(plan, folder))
        spoil(kept[0])
        return kept[0]

    return run_on_ground(Plan(1, faults=()), build), kept[0]


STEPS = {
    **{f"{step} fails": (step, BROKEN) for step in ("create", "write", "sync", "replace", "sync_folder", "remove")},
    "create finds no room": ("create", FULL),
    "write finds no room": ("write", FULL),
}
CALLS = ("refused", "cut", "cut-after", "5xx", "5xx-delivered", "flood", "odd", "unauthorized")
DEATHS = {"is killed at a step": False, "loses its power at a step": True}


def steps(name: str) -> Spoiling:
    """The n-th step of that kind fails."""
    step, error = STEPS[name]

    def spoil(world: ShortDay, number: int) -> None:
        world.disk_nth = number, step, error

    return spoil, lambda world: world.disk_nth is not None and world.disk_nth[0] > 0


def calls(kind: str) -> Spoiling:
    """The n-th call ends like that."""

    def spoil(world: ShortDay, number: int) -> None:
        world.weather = Weather(world, nth=(number, kind))
        world.telegram.fault = world.weather.fault

    return spoil, lambda world: not world.weather.counted


def deaths(name: str) -> Spoiling:
    """The process dies at the n-th step of its disk."""

    def spoil(world: ShortDay, number: int) -> None:
        world.die_at(number, loses_power=DEATHS[name])

    return spoil, lambda world: not world.deaths


def enumerated(spoiling: Spoiling, every: int = 1) -> tuple[int, list[str]]:
    """How many places were tried until none was left, each or every so-manieth, and what was broken where."""
    spoil, spared = spoiling
    broken: list[str] = []
    for number in count(every, every):
        outcome, world = day(partial(_spoiled, spoil, number))
        broken += [f"number {number}: {violation}" for violation in outcome.violations]
        if spared(world):
            return number // every - 1, broken
    raise AssertionError("counting has no end")


def _spoiled(spoil: Callable[[ShortDay, int], None], number: int, world: ShortDay) -> None:
    spoil(world, number)


def everything() -> tuple[dict[str, int], list[str]]:
    """All there is to enumerate: how many places were tried of each kind, and what was broken where."""
    every = [*((name, steps(name)) for name in STEPS), *((kind, calls(kind)) for kind in CALLS)]
    every += [(name, deaths(name)) for name in DEATHS]
    places, broken = {}, []
    for name, spoiling in every:
        places[name], found = enumerated(spoiling)
        broken += [f"{name}, {each}" for each in found]
    return places, broken
