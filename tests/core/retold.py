"""`python -m tests.core.retold`: a digest of what some lives were shown, to compare between processes."""

from __future__ import annotations

from hashlib import sha256

from bot.check.life import Life
from bot.check.previews import Samples, worst
from bot.core.model.callback_data import Barrier, Done, Morning, RateEffort, RatePain, ShowDay, ShowWeeks, SwapFor
from bot.core.model.message import OutgoingMessage
from bot.core.schedule.plan import plan, swaps
from bot.core.screens.session import day_of
from bot.render.text import Renderer
from tests.conftest import the_catalog, the_places
from tests.support.examples import TIMES


def retold() -> str:
    """Reports, what follows from them, barriers and reasons; and every swap of a day, to and fro and to again.

    Reports are of one life; the long runs tell of every one there is.
    """
    digest = sha256()

    def note(title: str, message: OutgoingMessage) -> None:
        digest.update(repr((title, message)).encode())

    catalog, places = the_catalog(), the_places()
    samples = Samples(catalog, places, Renderer(catalog, places.country_of), note)
    if TIMES > 1:
        samples.care()
    owner = samples.life("swaps")
    owner.subscribes(worst, kit=catalog.default.choices.kit)
    owner.passes(1)
    _reports(samples.life("reports", like=owner))
    on = owner.now.date()
    day = day_of(catalog.default, owner.known, on)
    assert day is not None
    for item in plan(catalog.default, owner.known, day).items:
        life = samples.life(f"swaps {item.exercise}", like=owner)
        for other in swaps(catalog.default, owner.known, day, item.exercise):
            there, back = SwapFor(on, item.exercise, other), SwapFor(on, other, item.exercise)
            life.taps(there, back, there, back, there, ShowDay(on))
    return digest.hexdigest()


def _reports(life: Life) -> None:
    """A green, an amber and a red day, whatever they lead to, and everything that may have been in the way."""
    for pain, effort, morning in ((1, 2, "settled"), (5, 6, "more"), (8, 9, "much-more")):
        on = life.now.date()
        life.sends("today")
        life.presses("start", "knee-usual", "floor-yes", "why", "back", "swap")
        life.taps(Done(on), RateEffort(on, effort), RatePain(on, pain))
        life.presses("to-the-signs", "no", "no", "plain-no")
        life.passes(1.5)
        life.taps(Morning(on, morning))
        life.passes(1)
    life.taps(*(Barrier(1, barrier) for barrier in life.catalog.default.care.barriers), ShowWeeks(""))
    for command in ("plan", "progress", "why"):
        life.sends(command)


if __name__ == "__main__":
    print(retold())  # noqa: T201
