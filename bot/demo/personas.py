"""Who can play the three weeks in the demo: how they answer, and what they do with a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Persona:
    """One made-up person: what they choose wherever there is something to choose."""

    id: str
    title: str
    city: str
    time: str
    days: tuple[str, ...] = ()
    """Weekdays, 0 for Monday; none means every day."""
    choice: int = 0
    """Which of a question's answers is tapped, from the top."""
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


PERSONAS = (
    Persona("steady", "Steady: nearly every session", "Lisbon", "19:00", choice=1),
    Persona(
        "busy",
        "Busy: Tuesday, Thursday, Saturday, mostly short",
        "Chicago",
        "07:30",
        ("1", "3", "5"),
        choice=2,
        habits=("short", "later", "session"),
        goes_on=2,
    ),
    Persona(
        "careful",
        "Careful: much pain, so asks first",
        "Nairobi",
        "12:30",
        choice=-2,
        habits=("session", "not today", "short", "nothing"),
        scales=(("6", "3"), ("6", "3"), ("5", "4"), ("5", "4")),
    ),
)
