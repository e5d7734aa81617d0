"""Who to turn to and who runs the bot, as its installation names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

SAMPLE = "contact.example.yaml"
"""Made-up people, beside the series: they stand in until an installation names its own."""
MADE_UP = (
    "The people to turn to are made up, and somebody in need would be given their numbers. Put real ones into "
    "contact.yaml, a copy of content/contact.example.yaml, and take `sample` out. To try the bot by yourself, set "
    "BOT_SAMPLE_CONTACTS=yes."
)


@dataclass(frozen=True)
class Person:
    """Somebody a subscriber can turn to.

    Raises ValueError for one without a name, or whom nobody can reach.
    """

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("this person has no name")
        if not (self.phone.strip() or self.email.strip()):
            raise ValueError(f"nobody can reach “{self.name}”: write a phone, an email, or both")

    @property
    def reach(self) -> str:
        """How and when to reach them, without what is not given."""
        return ", ".join(each for each in (self.phone, self.email, self.hours) if each.strip())


@dataclass(frozen=True)
class RunBy:
    """Whoever answers for what is kept, and when they answer who writes to them (a sentence, or empty)."""

    name: str
    reach: str
    answers: str = ""


WAYS = ("name", "role", "phone", "email", "reach")
"""What tells one person from another; two may well keep the same hours."""


def reached(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Whatever a contact file says of somebody that is theirs alone."""
    if not isinstance(node, yaml.CollectionNode):
        return
    for entry in node.value:
        key, value = entry if isinstance(entry, tuple) else (None, entry)
        if key is not None and key.value in WAYS and isinstance(value, yaml.ScalarNode):
            yield value
        yield from reached(value)


def distilled(text: str) -> str:
    """Letters and digits alone: a number is the same however it is spaced."""
    return "".join(each for each in text.casefold() if each.isalnum())


@dataclass(frozen=True)
class Contact:
    """What a contact file holds."""

    run_by: RunBy
    people: tuple[Person, ...]
    sample: bool = False

    @property
    def words(self) -> dict[str, Any]:
        """As templates find it under `contact`."""
        people = [{"name": each.name, "role": each.role, "reach": each.reach} for each in self.people]
        return {
            "run-by": {"name": self.run_by.name, "reach": self.run_by.reach, "answers": self.run_by.answers},
            "people": people,
        }
