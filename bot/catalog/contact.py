"""Who to turn to and who runs the bot, as its installation names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

SAMPLE = "contact.example.yaml"
"""Made-up people, beside the series: they stand in until an installation names its own."""
LONGEST_LINE = 80
"""Characters of a line about somebody: with it the longest screen of safety still fits into one message."""
MOST_PEOPLE = 5
FEWEST_DIGITS = 3
"""Of a telephone number: an emergency number has as many."""
NOBODY_S_HOST = re.compile(
    r"(?:^|[@./\s])(?:example|your-?(?:domain|company|practice|clinic|site|e?mail))\.[a-z]"
    r"|@localhost\b|\.(?:example|test|invalid|localhost)\b"
)
"""Names of the internet that are kept for examples (RFC 2606), or stand for one's own."""
NOBODY_S_NAME = re.compile(
    r"your[ ._-]?(?:(?:first|last|full|own|practice|clinic|coach)[ ._-]?)?(?:name|practice|clinic|coach|e?-?mail)"
    r"|name|(?:full|first|last)[ ._-]?name|first[ ._-]?(?:name)?[ ._-]?last[ ._-]?(?:name)?|name[ ._-]surname"
    r"|(?:john|jane)[ ._-]?doe|you|someone|somebody|test(?:[ ._-](?:name|person|coach|physio|user))?|example|sample"
    r"|foo(?:[ ._-]?bar)?|todo|tb[ad]|n/?a"
)
"""What stands for a name until somebody writes one, alone or before the @ of an address."""
TO_FILL_IN = re.compile(r"<[^>]*>|\[[^\]]*\]|\{[^}]*\}|\bx{2,}\b|\b(?:sample|placeholder|lorem)\b")
FILLED_UP = re.compile(r"(\d)\1{6}|0{6}|^0*1234567890|^0*123456(?:7(?:89?)?)?$")
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


def sounds_made_up(value: str) -> bool:
    """Whether a name, a number or an address is one that nobody has, and only fills a place."""
    plain = " ".join(value.casefold().split())
    names = (plain, *(each.rpartition(" ")[2] for each in plain.split("@")[:-1]))
    if TO_FILL_IN.search(plain) or NOBODY_S_HOST.search(plain) or any(map(NOBODY_S_NAME.fullmatch, names)):
        return True
    digits = "".join(each for each in plain if each.isdigit())
    return is_phone(value) and (
        bool(FILLED_UP.search(digits)) or _is_of_films(digits, with_country=plain.startswith("+"))
    )


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


def made_up(content: Path) -> frozenset[str]:
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


def _lines(text: str) -> list[str]:
    kept = ("".join(each for each in line if each.isprintable()) for line in text.splitlines())
    found = [tidy for line in kept if (tidy := " ".join(line.split()))]
    if not found:
        raise NotUnderstood(NO_NAME)
    if any(len(line) > LONGEST_LINE for line in found):
        raise NotUnderstood(TOO_LONG)
    return found


def written(contact: Contact) -> str:
    """A contact as its file holds it."""
    people = [{name: value for name, value in asdict(each).items() if value} for each in contact.people]
    run_by = {name: value for name, value in asdict(contact.run_by).items() if value}
    content = {**({"sample": True} if contact.sample else {}), "run-by": run_by, "people": people}
    return "# Written by the bot, as somebody who runs it said in the chat with /contacts.\n" + yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, width=1000
    )
