"""Who to turn to and who runs the bot, as its installation names them."""

from __future__ import annotations

from dataclasses import dataclass

SAMPLE = "contact.example.yaml"
"""Made-up people, beside the series: they stand in until an installation names its own."""
MADE_UP = (
    "The people to turn to are made up, and somebody in need would be given their numbers. Put real ones into "
    "contact.yaml, a copy of content/contact.example.yaml, and take `sample` out. To try the bot by yourself, set "
    "BOT_SAMPLE_CONTACTS=yes."
)


@dataclass(frozen=True)
class Person:
    """Somebody a subscriber can turn to."""

    name: str
    role: str
    phone: str
    hours: str


@dataclass(frozen=True)
class RunBy:
    """Whoever answers for what is kept."""

    name: str
    reach: str


@dataclass(frozen=True)
class Contact:
    """What a contact file holds."""

    run_by: RunBy
    people: tuple[Person, ...]
    sample: bool = False
