"""`python -m tests.core.retold`: a digest of what some lives were shown, to compare between processes."""

from __future__ import annotations

from hashlib import sha256

from bot.check.previews import Samples, worst
from bot.core.model.callback_data import ShowDay, SwapFor
from bot.core.model.message import OutgoingMessage
from bot.core.schedule.plan import plan, swaps
from bot.core.screens.session import day_of
from bot.render.text import Renderer
from tests.conftest import the_catalog, the_places


def retold() -> str:
    """Reports, what follows from them, barriers and reasons; and every swap of a day, to and fro and to again."""
    digest = sha256()

    def note(title: str, message: OutgoingMessage) -> None:
        digest.update(repr((title, message)).encode())

    catalog, places = the_catalog(), the_places()
    samples = Samples(catalog, places, Renderer(catalog, places.country_of), note)
    samples.care()
    owner = samples.life("swaps")
    owner.subscribes(worst, kit=catalog.default.choices.kit)
    owner.passes(1)
    on = owner.now.date()
    day = day_of(catalog.default, owner.known, on)
    assert day is not None
    for item in plan(catalog.default, owner.known, day).items:
        life = samples.life(f"swaps {item.exercise}", like=owner)
        for other in swaps(catalog.default, owner.known, day, item.exercise):
            there, back = SwapFor(on, item.exercise, other), SwapFor(on, other, item.exercise)
            life.taps(there, back, there, back, there, ShowDay(on))
    return digest.hexdigest()


if __name__ == "__main__":
    print(retold())  # noqa: T201
