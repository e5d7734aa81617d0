"""Who can play the three weeks in the demo: how they answer, and what they do with a day."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Persona:
    """One made-up person. Buttons are given by what they are labelled, numbers by question."""

    id: str
    title: str
    city: str
    time: str
    days: tuple[str, ...]
    choice: int = 0
    """Which of a question's answers is tapped, from the top."""
    numbers: dict[str, str] = field(default_factory=dict)
    session_every: int = 1
    """Every how many reminders a session is done."""


PERSONAS = (
    Persona("steady", "Steady: does nearly every session", "Lisbon", "19:00", (), choice=1, session_every=1),
    Persona(
        "busy", "Busy: Tuesday, Thursday, Saturday, mostly short", "Chicago", "07:30", ("Tue", "Thu", "Sat"), choice=2
    ),
    Persona("careful", "Careful: not sure about much", "Nairobi", "12:30", (), choice=-2, session_every=2),
)
