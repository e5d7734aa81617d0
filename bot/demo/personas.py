"""Who can play the three weeks in the demo: how they answer, and what they do with a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Persona:
    """One made-up person: what they choose wherever there is something to choose."""

    id: str
    name: str
    city: str
    time: str
    days: tuple[str, ...] = ()
    """Weekdays, 0 for Monday; none means every day."""
    activity: int = 0
    """Which of the activities that are offered they want to do again, from the top."""
    choices: tuple[int, ...] = (0,)
    """Which of a question's answers is tapped, from the top: by the questions of a test in turn."""
    numbers: tuple[int, ...] = ()
    """Likewise which of the numbers that are offered, where one is asked for; by default as `choices`."""
    gain: int = 0
    """How many places further up a number lies in the re-test."""
    habits: tuple[str, ...] = ("session",)
    """What is done with each reminder in turn, over and over: session, short, later, not today, done or nothing."""
    scales: tuple[tuple[str, str], ...] = (("5", "4"), ("4", "5"), ("3", "6"), ("2", "8"))
    """Pain and how well an activity goes, 0 to 10: at the start and at each check-in after it."""
    scores: tuple[tuple[int, int] | None, ...] = ((4, 2), (5, 1), None)
    """What is told after each session in turn: how hard it was and how much it hurt, 0 to 10, or no scores."""
    sure: str = "8"
    """How sure they are of the days to come, 0 to 10."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """The screens of the safety check answered with yes, and which sign it is."""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Answers about themselves, by question, where they are not the ones that everybody here gives."""
    goes_on: int = 0
    """On how many days a week after the re-test; none means that they stop there."""
    about: str = ""
    """Who they are, in a line."""


PERSONAS = (
    Persona(
        "steady",
        "Steady",
        "Lisbon",
        "19:00",
        choices=(1, 0, 1, 1, 1, 0),
        numbers=(2, 3, 1, 2, 2, 2),
        gain=2,
        about="Nearly every session, at seven each evening",
    ),
    Persona(
        "busy",
        "Busy",
        "Chicago",
        "07:30",
        ("1", "3", "5"),
        activity=1,
        choices=(0, 2, 1, 1, 0, 1),
        numbers=(3, 3, 2, 2, 4, 4),
        gain=1,
        habits=("short", "later", "session"),
        goes_on=2,
        about="Three days a week, often the short version",
    ),
    Persona(
        "careful",
        "Careful",
        "Nairobi",
        "12:30",
        activity=3,
        choices=(3, 2, 2, 2, 2, 1),
        numbers=(1, 1, 0, 1, 1, 0),
        habits=("session", "not today", "short", "nothing"),
        scales=(("6", "3"), ("6", "3"), ("5", "4"), ("5", "4")),
        about="Much pain, so asks first; some days are free",
    ),
)
