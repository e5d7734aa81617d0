"""Who can play the three weeks in the demo: how they answer, and what they do with a day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """One made-up person. Buttons are given by what they are labelled."""

    id: str
    title: str
    city: str
    time: str
    days: tuple[str, ...] = ()
    """Short names of weekdays; none means every day."""
    choice: int = 0
    """Which of a question's answers is tapped, from the top."""
    habits: tuple[str, ...] = ("session",)
    """What is done with each reminder in turn, over and over: session, short, later, not today, done or nothing."""
    scales: tuple[tuple[str, str], ...] = (("5", "4"), ("4", "5"), ("3", "6"), ("2", "8"))
    """Pain and how well an activity goes, 0 to 10: at the start and at each check-in after it."""
    scores: tuple[tuple[str, ...], ...] = (("4", "2"), ("5", "1"), ("Skip",))
    """What is tapped after each session in turn: how hard it was and how much it hurt, 0 to 10, or no scores."""
    at_the_end: str = "Stop here"


PERSONAS = (
    Persona("steady", "Steady: nearly every session", "Lisbon", "19:00", choice=1),
    Persona(
        "busy",
        "Busy: Tuesday, Thursday, Saturday, mostly short",
        "Chicago",
        "07:30",
        ("Tue", "Thu", "Sat"),
        choice=2,
        habits=("short", "later", "session"),
        at_the_end="Go on, 2 days a week",
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
