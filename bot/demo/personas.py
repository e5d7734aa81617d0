"""Who can play the three weeks in the demo: how they answer, and what they do with a day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """One made-up person: what they choose wherever there is something to choose."""

    id: str
    name: str
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
    goes_on: int = 0
    """On how many days a week after the re-test; none means that they stop there."""
    about: str = ""
    """Who they are, in a line."""


PERSONAS = (
    Persona("steady", "Steady", "Lisbon", "19:00", choice=1, about="Nearly every session, at seven each evening"),
    Persona(
        "busy",
        "Busy",
        "Chicago",
        "07:30",
        ("1", "3", "5"),
        choice=2,
        habits=("short", "later", "session"),
        goes_on=2,
        about="Three days a week, often the short version",
    ),
    Persona(
        "careful",
        "Careful",
        "Nairobi",
        "12:30",
        choice=-2,
        habits=("session", "not today", "short", "nothing"),
        scales=(("6", "3"), ("6", "3"), ("5", "4"), ("5", "4")),
        about="Much pain, so asks first; some days are free",
    ),
)
