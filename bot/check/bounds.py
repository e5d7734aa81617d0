"""Which numbers, times of day, telephone numbers and names a structure may hold where: what else stands is a slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache

import yaml
from babel.core import get_global

from bot.catalog import plainly
from bot.catalog.integrity import LONGEST
from bot.catalog.yaml_schema import CURLY, Document
from bot.core.assessment import safety
from bot.core.model.series import WEEK
from bot.core.schedule.calendar import DayType
from bot.core.schedule.plan import ENDS, ON_THE_FLOOR
from bot.core.screens.barrier import CHANGES

YEAR = 366
PAIN = (0, 10)
NUMBERS: dict[str, tuple[float, float]] = {
    "series.days": (WEEK, LONGEST),
    "series.max_minutes": (1, 180),
    "series.strength.most": (1, 7),
    "series.strength.few": (0, 7),
    "series.lanes[].sets": (-9, 9),
    "series.lane_rules.gentle_from_pain": PAIN,
    "series.lane_rules.confident_upto_pain": PAIN,
    "series.lane_rules.gentle_from_age": (18, 120),
    "series.hold_on.from_age": (18, 120),
    "series.onward.a_week[]": (1, WEEK),
    "series.onward.*[]": (WEEK, YEAR),
    "series.onward.reminders[].week": (1, YEAR),
    "series.onward.check_after": (WEEK, YEAR),
    "series.graces.*": (0.25, 24 * YEAR),
    "series.retention.months": (1, 120),
    "series.retention.days": (1, YEAR),
    "series.retention.backups": (1, 1000),
    "series.defaults.pauses[]": (1, YEAR),
    "exercises[].week": (1, YEAR),
    "exercises[].minutes": (1, 60),
    "exercises[].pain_max": PAIN,
    "exercises[].tempo.*": (0, 60),
    "exercises[].*dose.sets": (1, 20),
    "exercises[].*dose.reps[]": (1, 200),
    "exercises[].*dose.seconds[]": (1, 3600),
    "exercises[].*dose.grows": (0, 3600),
    "selftests[].week": (1, YEAR),
    "selftests[].questions[].min": (0, 1000),
    "selftests[].questions[].max": (1, 1000),
    "selftests[].questions[].change": (1, 1000),
    "selftests[].questions[].gap": (0, 1000),
    "selftests[].questions[].*[].points.*": (0, 100),
    "safety.edition": (1, 1000),
    "safety.high-pain.from": (1, 10),
    "care.pain.green_upto": PAIN,
    "care.pain.cap": PAIN,
    "care.follow.rise_to_stop": (1, 10),
    "care.follow.*": (1, YEAR),
    "care.back_off.*": (1, YEAR),
    "choices.ages[].from": (18, 120),
    "choices.activities.most": (1, 20),
    "choices.activities.change": (1, 10),
    "choices.pain.*": (1, 10),
}
"""By the path in a structure: the least and the most. A star stands for any name, brackets for each of a list."""
NAMES: dict[str, tuple[str, ...]] = {
    "series.plans[].type": (DayType.LEARN, DayType.STRENGTH, DayType.MOBILITY),
    "series.lanes[].dose": ENDS,
    "selftests[].questions[].kind": ("choice", "number"),
    "safety.screens[].tier": (*safety.TIERS, safety.LIMIT, safety.NONE),
    "safety.trigger.tier": safety.TIERS,
    "safety.ending-life.tier": safety.TIERS,
    "safety.high-pain.tier": safety.TIERS,
    "care.barriers.*[]": CHANGES,
}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
CLOCKS = (
    *("series.defaults.times[]", "series.defaults.*quiet*[]", "series.defaults.tonight", "series.defaults.usual"),
    *("series.retention.quiet[]", "choices.if_then.moments[].at"),
)
TELEPHONE = re.compile(r"\+?\d[\d ]{1,18}")
TELEPHONES = (
    *("emergency.default[]", "emergency.crisis[]", "emergency.countries.*.emergency[]"),
    *("emergency.countries.*.urgent", "emergency.countries.*.crisis"),
)
COUNTRY = re.compile(r"[A-Z]{2}")
NO_COUNTRY = "ZZ"
"""The code of Unicode CLDR for an unknown one."""
COUNTRIES = "emergency.countries."
FILLED = (
    *("series.defaults.times", "series.areas", "safety.screens[].signs", "safety.trigger.signs"),
    *("choices.own.*", "choices.kit", "choices.activities.ids", "choices.if_then.places"),
    *("exercises[].areas", "ladders.wishes.*", "emergency.default", "emergency.countries.*.emergency"),
)
"""Lists that something is chosen from or shown of: an empty one would be a question, or a number, that is not there."""
LOWER_FIRST = ("series.minutes",)
LEAST = {"series.defaults.pauses": 2}
"""Lists of which so many are taken."""
ANY_NUMBER = ("quiet", "reps", "seconds", "quiet_others")
"""What holds one value twice and means it: the ends of a span."""
IN_ORDER = (
    ("care", ("pain", "green_upto"), ("pain", "cap")),
    ("choices", ("pain", "change"), ("pain", "much")),
    ("care", ("back_off", "every_second_day_from"), ("back_off", "ask_after")),
)
"""Pairs of numbers of which the first is never the higher one."""


def bound_faults(files: Mapping[str, Document]) -> None:
    """A fault for each value that cannot be meant. What is of another kind altogether has its own."""
    for name, document in files.items():
        for path, node in _walked(name, document.node):
            _looked_at(document, path, node)
    for name, lower, higher in IN_ORDER:
        low, high = _number(files[name].member(*lower)), _number(files[name].member(*higher))
        if low is not None and high is not None and low > high:
            text = f"{lower[-1]}: {low:g} is above {higher[-1]}, which is {high:g}"
            files[name].fault(files[name].member(*lower), text)
    _asks(files["exercises"])
    _quiet(files["series"])


def _walked(path: str, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if node is None:
        return
    yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if f"{path}." == COUNTRIES:
                    yield f"{path}.<>", key
                yield from _walked(f"{path}.{key.value}", value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _walked(f"{path}[]", value)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\*", r"[^.\[\]]*"))


def _first(kinds: Iterable[str]) -> Callable[[str], str | None]:
    patterns = [(path, _pattern(path)) for path in kinds]
    return lambda path: next((each for each, pattern in patterns if pattern.fullmatch(path)), None)


_numbers, _names, _clocks = _first(NUMBERS), _first(NAMES), _first(CLOCKS)
_telephones, _filled = _first(TELEPHONES), _first(FILLED)


def _looked_at(document: Document, path: str, node: yaml.Node) -> None:
    called = path.rpartition(".")[2].removesuffix("[]")
    if isinstance(node, yaml.SequenceNode):
        if _filled(path) and not node.value:
            document.fault(node, f"{called}: nothing stands here")
        elif len(node.value) < (fewest := LEAST.get(path, 0)):
            document.fault(node, f"{called}: write {fewest} or more")
        elif path in LOWER_FIRST and (ends := [*map(_number, node.value)]) != sorted(filter(None, ends)):
            document.fault(node, f"{called}: write the lower number first")
        elif called not in ANY_NUMBER and (twice := _twice(node)) is not None:
            document.fault(twice, f"{called}: “{twice.value}” stands twice")
        return
    if not isinstance(node, yaml.ScalarNode):
        return
    text = str(node.value)
    if not node.style and CURLY.fullmatch(text):
        return  # its quotation marks have their own fault
    if (bounds := _numbers(path)) is not None and (number := _number(node)) is not None:
        least, most = NUMBERS[bounds]
        if not least <= number <= most:
            document.fault(node, f"{called}: {text} cannot be meant: write {least:g} to {most:g}")
    elif (names := _names(path)) is not None and text not in NAMES[names]:
        document.fault(node, f"{called}: there is no “{text}”; {plainly.nearest(text, NAMES[names])}")
    elif _clocks(path) and not CLOCK.fullmatch(text):
        document.fault(node, f'{called}: “{text}” is no time of day: write it like "07:30", from 00:00 to 23:59')
    elif _telephones(path) and not TELEPHONE.fullmatch(text):
        document.fault(node, f"{called}: “{text}” is no telephone number: digits and spaces alone")
    elif path == f"{COUNTRIES}<>" and not COUNTRY.fullmatch(text):
        document.fault(node, f"“{text}” is no country: two capital letters, such as AT")
    elif path == f"{COUNTRIES}<>" and (text not in _countries() or text == NO_COUNTRY):
        document.fault(node, f"“{text}” is the code of no country: look it up in ISO 3166, such as GB")


def _twice(node: yaml.SequenceNode) -> yaml.ScalarNode | None:
    """The first entry that stood in the list before."""
    seen: set[str] = set()
    for each in node.value:
        if isinstance(each, yaml.ScalarNode):
            if str(each.value) in seen:
                return each
            seen.add(str(each.value))
    return None


def _quiet(series: Document) -> None:
    """A time that is offered lies outside of the quiet hours of whoever chooses none."""
    ends = series.member("defaults", "quiet")
    if not isinstance(ends, yaml.SequenceNode) or [*map(_is_clock, ends.value)] != [True, True]:
        return
    start, until = (str(each.value) for each in ends.value)
    times = series.member("defaults", "times")
    offered = times.value if isinstance(times, yaml.SequenceNode) else []
    for node in (*offered, series.member("defaults", "usual"), series.member("defaults", "tonight")):
        if node is None or not _is_clock(node):
            continue
        at = str(node.value)
        if start <= at < until if start < until else start != until and not until <= at < start:
            series.fault(node, f"{at} lies in the quiet hours, {start} to {until}: nothing would come then")
            return  # the others follow from it


def _is_clock(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and CLOCK.fullmatch(str(node.value)) is not None


@cache
def _countries() -> frozenset[str]:
    """The codes of countries that Unicode CLDR knows the languages of, which are all there are."""
    return frozenset(get_global("territory_languages"))


def _number(node: yaml.Node | None) -> float | None:
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith((":int", ":float")):
        return float(node.value)
    return None


def _asks(exercises: Document) -> None:
    """What an exercise asks of the body is free, but for a slip in a word that keeps it from people."""
    for path, node in _walked("exercises", exercises.node):
        if path == "exercises[].asks[]" and isinstance(node, yaml.ScalarNode):
            text = str(node.value)
            if text not in ON_THE_FLOOR and (close := get_close_matches(text, ON_THE_FLOOR, 1, 0.75)):
                exercises.fault(node, f"asks: “{text}” keeps it from nobody: did you mean “{close[0]}”?")
