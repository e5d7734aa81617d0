"""The three weeks of five people: steady, flaring, vanishing and back, 71 years old, kneeling for work.

Compared word for word with what was written down; docs/second-reader.md says what a reader remarked on each.
`UPDATE_TRANSCRIPTS=1 .venv/bin/python -m pytest tests/stories/transcripts` writes the texts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.demo.personas import Persona
from bot.demo.play import Player
from bot.places.search import Places
from tests.support.quick import quick_testbed
from tests.support.transcript import transcript

HERE = Path(__file__).parent
SCALES = (("3", "4"), ("3", "6"), ("2", "7"), ("2", "8"))


class Steady(Player):
    """Does what comes, and asks once why."""

    @property
    def day(self) -> int:
        """The day of the series, from 1."""
        return (self.testbed.clock.now().date() - self.testbed.begin.date()).days + 1

    async def answer_reminder(self) -> None:
        if self.day == 2:
            await self.start()
            await self.press("More", "Why this?", "Back")
            await self.press_on("Next one")
            await self.finish()
        else:
            await super().answer_reminder()

    async def start(self) -> None:
        """The first exercise of the day."""
        await self.press(next(label for label in self.testbed.person.labels() if label.startswith("Start (")))
        if "As usual or better" in self.testbed.person.labels():
            await self.press("As usual or better")
        await self.on_the_floor()

    async def press(self, *labels: str) -> None:
        """Tap the buttons so labelled, one after the other."""
        for label in labels:
            self.testbed.person.presses(label)
            await self._rest()

    async def press_on(self, label: str) -> None:
        """Tap a button for as long as it is on the screen."""
        while label in self.testbed.person.labels():
            await self.press(label)


class Reading(Steady):
    """Reads what comes with each message, before anything else."""

    async def answer_message(self) -> None:
        await self.read_first_lesson()
        for read in [label for label in self.testbed.person.labels() if label.endswith("1 minute")]:
            await self.press(read)
            if "Weekly check-in" not in self.testbed.person.labels():
                await self.press("Today’s exercises")
        await super().answer_message()


class Flaring(Steady):
    """On day 4 the knee hurts a lot; the day after is an easy one, and then it goes on."""

    async def answer_reminder(self) -> None:
        if self.day == 4:
            await self.start()
            await self.press("Next one", "It hurts", "8", "Look at the signs")
            await self.through_test()
        elif self.day == 5:
            await self.start()
            await self.press("More", "Why this?", "Back")
            await self.press_on("Next one")
            await self.press("All done", "2", "4")
        else:
            await super().answer_reminder()

    async def answer_message(self) -> None:
        if "Back to usual" in self.testbed.person.labels():
            await self.press("Back to usual", "Today’s exercises")
        await super().answer_message()


class Vanishing(Steady):
    """Answers nothing from day 6 on, comes back on day 12 and says what got in the way."""

    async def answer_message(self) -> None:
        if 6 <= self.day < 12:
            return
        if self.day == 12:
            await self.press("Short version (3 min)", "As usual or better", "All done", "3", "2")
            await self.send("/lesson")
            await self.press("Week 2: ankles and feet")
            await self.press_on("Next")
        else:
            await super().answer_message()

    async def through_test(self) -> None:
        await super().through_test()
        if "I was ill or away" in self.testbed.person.labels():
            await self.press("I had no time", "Short version from now on")


class Older(Reading):
    """71 years old, with pressure under control and worn knees; on day 6 the knee is worse before the session.

    The self-test waits for the first session.
    """

    async def tell(self) -> None:
        await super().tell()
        await self.press("Tomorrow")

    async def answer_message(self) -> None:
        if "Self-test first (5 min)" in self.testbed.person.labels():
            await self.press("Self-test first (5 min)")
            await self.through_test()
            await self.send("/today")
        if self.day == 3:
            await self.send("/plan")
        await super().answer_message()

    async def start(self) -> None:
        await self.press(next(label for label in self.testbed.person.labels() if label.startswith("Start (")))
        await self.press("Worse than usual" if self.day == 6 else "As usual or better")
        await self.on_the_floor()

    async def answer_reminder(self) -> None:
        if self.day == 6:
            await self.start()
            await self.press_on("Next one")
            await self.finish()
        else:
            await super().answer_reminder()


class Kneeling(Reading):
    """A tiler: kneels all day, so on day 3 wants no kneeling in the evening too, and puts a lunge into the plan."""

    async def answer_message(self) -> None:
        if self.day == 3:
            await self.send("/settings")
            await self.press("Way to move", "No kneeling, no floor")
            await self.send("/exercises")
            await self.press("Front of the thigh", "Split squat", "Put this into my plan")
            await self.send("/today")
        await super().answer_message()


OLDER = Persona(
    "71-and-worn-knees",
    "",
    "Lisbon",
    "19:00",
    choices=(1,),
    scales=(("4", "5"), ("4", "5"), ("3", "6"), ("3", "7")),
    scores=((5, 3), (4, 2)),
    signs={"skin-and-blood": "pressure"},
    said={"age": ("70-79",), "activities": ("rising", "walking"), "knee": ("right",), "floor": ("no",)},
)
TILER = Persona(
    "kneeling-tiler",
    "",
    "Lisbon",
    "19:00",
    choices=(1,),
    habits=("session", "short"),
    scales=(("3", "4"), ("3", "5"), ("2", "5"), ("2", "6")),
    said={"age": ("40-49",), "activities": ("kneeling", "squatting"), "kit": ("step",), "moment": ("work",)},
)


@pytest.mark.parametrize(
    ("life", "persona"),
    [
        (Reading, Persona("steady-one", "", "Lisbon", "19:00", choices=(1,), scales=SCALES)),
        (Flaring, Persona("flare-on-day-4", "", "Lisbon", "19:00", choices=(1,), scales=SCALES)),
        (Vanishing, Persona("vanished-and-returned", "", "Lisbon", "19:00", choices=(1,), scales=SCALES)),
        (Older, OLDER),
        (Kneeling, TILER),
    ],
    ids=[
        "the steady one",
        "the one whose knee flares on day 4",
        "the one who vanishes on day 6 and returns on day 12",
        "the one of 71 with controlled pressure and osteoarthritis",
        "the tiler who kneels for work",
    ],
)
async def test_five_lives_read_as_written_down(
    life: type[Player], persona: Persona, catalog: Catalog, places: Places, tmp_path: Path
) -> None:
    testbed = quick_testbed(catalog, places, folder=tmp_path)
    await testbed.open()
    await life(testbed, persona).play()
    await testbed.close()

    told = transcript(testbed.telegram, "Europe/Lisbon")

    written = HERE / f"{persona.id}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        written.write_text(told, encoding="utf-8")
    assert told == written.read_text(encoding="utf-8")
