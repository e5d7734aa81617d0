"""Who to turn to and who runs the bot, as its installation names them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

CONFIRMED: Final = "contact"
"""Where the bot's own document holds it."""
SAMPLE = "contact.example.yaml"
"""Made-up people, beside the series: they stand in until an installation names its own."""
LONGEST_LINE = 80
"""Characters of a line about somebody: with it the longest screen of safety still fits into one message."""
MOST_PEOPLE = 5
FEWEST_DIGITS = 3
"""Of a telephone number: an emergency number has as many."""
RESERVED = re.compile(r"@localhost\b|\.(?:example|test|invalid|localhost)\b")
"""Names of the internet that are kept for examples (RFC 2606)."""
TO_FILL_IN = re.compile(r"<[^>]*>|\[[^\]]*\]|\{[^}]*\}|\bx{2,}\b")
BETWEEN = "[ ._-]?"
FILLED_UP = re.compile(r"(\d)\1{6}|0{6}|^(\d)\2{3,}$|1234567890|^0*12345(?:6(?:7(?:89?)?)?)?$")
NORTH_AMERICAN = re.compile(r"1?([2-9]\d\d)?(\d{3})(\d{4})")
FREE_OF_CHARGE = ("800", "833", "844", "855", "866", "877", "888")
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
        _short(self.name, self.role, self.phone, self.email, self.hours)
        if not _is_seen(self.name):
            raise ValueError("this person has no name")
        if not (self.phone.strip() or self.email.strip()):
            raise ValueError(f"nobody can reach “{self.name}”: write a phone, an email, or both")
        if self.email.strip() and "@" not in self.email:
            raise ValueError(f"“{self.email}” is no email address: an @ is missing")
        if self.phone.strip() and sum(each.isdigit() for each in self.phone) < FEWEST_DIGITS:
            raise ValueError(f"“{self.phone}” is no telephone number: write its digits")

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

    def __post_init__(self) -> None:
        _short(self.name, self.reach, self.answers)
        if not (_is_seen(self.name) and _is_seen(self.reach)):
            raise ValueError("whoever runs the bot needs a name, and a way to be reached")


def _is_seen(text: str) -> bool:
    return any(each.isprintable() and not each.isspace() for each in text)


def _short(*lines: str) -> None:
    """Raises ValueError for a line that is none, or longer than the longest screen of safety has room for."""
    for line in lines:
        if "\n" in line.strip():
            raise ValueError(f"“{line.split()[0]} …” must stand in one line")
        if len(line) > LONGEST_LINE:
            raise ValueError(f"“{line[:20]}…” has {len(line)} characters; {LONGEST_LINE} at most")


WAYS = ("name", "role", "phone", "email", "reach")
"""What tells one person from another; two may well keep the same hours."""


def reached(node: yaml.Node | None, ways: Container[str] = WAYS) -> Iterator[yaml.ScalarNode]:
    """Whatever a contact file says of somebody that is theirs alone."""
    if not isinstance(node, yaml.CollectionNode):
        return
    for entry in node.value:
        key, value = entry if isinstance(entry, tuple) else (None, entry)
        if key is not None and key.value in ways and isinstance(value, yaml.ScalarNode):
            yield value
        yield from reached(value, ways)


def distilled(text: str) -> str:
    """Letters and digits alone: a number is the same however it is spaced."""
    return "".join(each for each in text.casefold() if each.isalnum())


@dataclass(frozen=True)
class Placeholders:
    """The words of a language that stand where a name or an address belongs until somebody writes their own."""

    names: tuple[str, ...]
    hosts: tuple[str, ...]
    marks: tuple[str, ...]


class MadeUp:
    """Knows a name, a number or an address that nobody has: what only fills a place, and whoever the sample names."""

    def __init__(self, words: Iterable[Placeholders], sample: frozenset[str]) -> None:
        said = list(words)
        self._sample = sample
        self._name = re.compile(_any_of(each for found in said for each in found.names))
        self._host = re.compile(rf"(?:^|[@./\s]){_any_of(each for found in said for each in found.hosts)}\.[a-z]")
        self._mark = re.compile(rf"\b{_any_of(each for found in said for each in found.marks)}\b")

    def holds(self, value: str) -> bool:
        """Whether that is one of these."""
        return distilled(value) in self._sample or self.sounds(value)

    def sounds(self, value: str) -> bool:
        """Whether it only fills a place."""
        if value.strip() and not distilled(value):  # dots, a question mark
            return True
        plain = " ".join(value.casefold().split())
        if any(each.search(plain) for each in (TO_FILL_IN, RESERVED, self._mark, self._host)):
            return True
        # Alone, or before the @ of an address.
        if any(map(self._name.fullmatch, (plain, *(each.rpartition(" ")[2] for each in plain.split("@")[:-1])))):
            return True
        digits = "".join(each for each in plain if each.isdigit())
        return is_phone(value) and (
            bool(FILLED_UP.search(digits)) or _is_of_films(digits, with_country=plain.startswith("+"))
        )


def _any_of(words: Iterable[str]) -> str:
    """A pattern of each of these, of none where there are none."""
    found = [BETWEEN.join(map(re.escape, each.casefold().split())) for each in words if each.split()]
    return f"(?:{'|'.join(found)})" if found else r"(?!)"


def _is_of_films(digits: str, *, with_country: bool) -> bool:
    """Whether it is a North American number with 555, where nobody is reached."""
    found = NORTH_AMERICAN.fullmatch(digits)
    if found is None or (with_country and not digits.startswith("1")):
        return False
    area, exchange, line = found.groups()
    if area == "555":
        return True
    made_up = line.startswith("01") if area is None or area in FREE_OF_CHARGE else line != "1212"
    return exchange == "555" and made_up


def of_sample(content: Path) -> frozenset[str]:
    """What the sample beside the series says of people, distilled; nothing where it cannot be read."""
    try:
        node = yaml.compose((content / SAMPLE).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return frozenset()
    return frozenset(distilled(each.value) for each in reached(node))


@dataclass(frozen=True)
class Contact:
    """What a contact file holds."""

    run_by: RunBy = field(metadata={"written": "run-by"})
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


SOMEBODY = Contact(RunBy("…", "…"), (Person("…", phone="112"),))
"""Whoever stands in for a contact that cannot be read."""
NO_NAME, NO_WAY, TOO_LONG, TOO_MANY = "name", "reach", "long", "many"


class NotUnderstood(ValueError):
    """A text that names nobody to turn to: `why` is what is missing or too much."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def person_from(text: str) -> Person:
    """Somebody as a text of a few lines names them: the name first, then role, phone, email, hours as they come.

    Raises NotUnderstood.
    """
    name, *others = _lines(text)
    given: dict[str, str] = {}
    for line in others:
        if "@" in line and " " not in line:
            kind = "email"
        elif is_phone(line):
            kind = "phone"
        else:
            kind = "role" if "role" not in given else "hours"
        if kind in given:
            raise NotUnderstood(TOO_MANY)
        if kind == "email" and not is_email(line):
            raise NotUnderstood(NO_WAY)
        given[kind] = line
    if not {"phone", "email"} & given.keys():
        raise NotUnderstood(NO_WAY)
    return Person(name, **given)


def run_by_from(text: str) -> RunBy:
    """Whoever runs the bot: the name, how to reach them, and perhaps when they answer, a line each.

    Raises NotUnderstood.
    """
    name, *others = _lines(text)
    if not others:
        raise NotUnderstood(NO_WAY)
    if len(others) > 2:
        raise NotUnderstood(TOO_MANY)
    return RunBy(name, *others)


def is_phone(line: str) -> bool:
    """Whether a line is a phone number: three digits or more, and no words or clock times among them."""
    return sum(each.isdigit() for each in line) >= FEWEST_DIGITS and not any(
        each.isalpha() or each in ":@" for each in line
    )


def is_email(line: str) -> bool:
    """Whether a line is an email address: something before the @, and a host with a dot behind it."""
    name, _, host = line.strip().partition("@")
    parts = host.split(".")
    return bool(name) and len(parts) > 1 and "@" not in host and all(parts) and not any(map(str.isspace, line.strip()))


def _lines(text: str) -> list[str]:
    kept = ("".join(each for each in line if each.isprintable()) for line in text.splitlines())
    found = [tidy for line in kept if (tidy := " ".join(line.split()))]
    if not found:
        raise NotUnderstood(NO_NAME)
    if any(len(line) > LONGEST_LINE for line in found):
        raise NotUnderstood(TOO_LONG)
    return found


def fingerprint(contact: Contact) -> str:
    """A short name of what it says."""
    return blake2b(msgspec.json.encode(contact), digest_size=4).hexdigest()


@dataclass(frozen=True)
class Confirmed:
    """A contact that somebody who runs the bot confirmed in the chat: from then on it counts, and no file does."""

    contact: Contact
    at: datetime
    file: str
    """The fingerprint of what the contact file said then."""


def confirmed_in(bot_record: Mapping[str, Any]) -> Confirmed | None:
    """What was confirmed last, as the bot's own document holds it. Raises ValueError for what is none."""
    if CONFIRMED not in bot_record:
        return None
    found = msgspec.convert(bot_record[CONFIRMED], Confirmed)
    if not 1 <= len(found.contact.people) <= MOST_PEOPLE or found.at.utcoffset() is None:
        raise ValueError("this is no contact")
    msgspec.json.encode(found).decode()  # what cannot be written cannot be sent either
    return found


def with_confirmed(bot_record: Mapping[str, Any], new: Confirmed) -> dict[str, Any]:
    """The bot's own document with that contact confirmed."""
    return {**bot_record, CONFIRMED: msgspec.json.decode(msgspec.json.encode(new))}


def with_newest(bot_record: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The bot's own document with what was confirmed last in any of these, so that no older one comes back."""
    found = []
    for each in (bot_record, *others):
        with contextlib.suppress(ValueError):
            found += [known] if (known := confirmed_in(each)) is not None else []
    return with_confirmed(bot_record, max(found, key=lambda each: each.at)) if found else dict(bot_record)
