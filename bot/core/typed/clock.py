"""Times of day in typed words: "quarter past six", "7pm", "half eight in the evening"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.core.typed.fold import CLAUSES, folded, words
from bot.core.typed.numbers import last_word
from bot.core.typed.vocabulary import ClockWords, NumberWords

DIGITS = re.compile(r"(\d{1,2})(?: ?[:.h] ?(\d{2})h?|h)?|(\d{1,2})(\d{2})")
BARE = re.compile(r"0?[1-9]|1[0-2]")
WRITTEN = re.compile(r"\d{1,2}[:.h]\d{2}h?|\d{1,2}h|\d{1,2}[ap]m")
EVENING = 6
LONGEST, WIDEST = 40, 7
"""Words of a text that a time of day is looked for in, and of what names one."""


def clock(text: str, known: ClockWords, numbers: NumberWords) -> str | None:
    """The time of day a text names, as HH:MM, in its first clause at least; None when it names none, or more."""
    plain = folded(text).replace("\n", " ").replace("'", "")
    spoken = {*words(plain)}
    if not (any(map(str.isdigit, plain)) or numbers.words.keys() & spoken or _spoken_of(known) & spoken):
        return None
    said = last_word(plain, numbers)
    found = _clock(said, known, numbers)
    if found is not None or said != re.sub(r"[,;]\s", " ", plain):
        return found
    first, _, rest = re.sub(r"[.,;!] ", "\0", plain).partition("\0")
    left = [word.strip(".,!?") for word in rest.split()]
    alone = not any(each in numbers.words or any(map(str.isdigit, each)) for each in left)
    return _clock(first, known, numbers) if rest and alone else None


@lru_cache(maxsize=8)
def _spoken_of(known: ClockWords) -> frozenset[str]:
    """Words of which a time of day that names no number has one."""
    return frozenset(word for each in (*known.named, *known.half, *known.quarter) for word in words(each))


def clock_within(text: str, known: ClockWords, numbers: NumberWords) -> str | None:
    """The one time of day that a text names among other words, and that can be nothing else; None for other numbers."""
    typed = folded(text).replace("'", "").split()
    said = [word.strip(".,;!?()") for word in typed]
    found: set[str] = set()
    spans: dict[str, str] = {}
    if {*known.either} & {*said}:
        return None
    parting = {*known.since, *known.to} - {*known.around}
    at = 0
    while at < len(said) <= LONGEST:
        time, n = _longest(said[at : at + WIDEST], known, numbers)
        if time and at and typed[at - 1] in known.instead:  # without a comma behind: "at 8 I can not, 9 is good"
            at += n  # "nine is better than half eight", "not half twelve"
            continue
        other = _number(said[at], numbers) is not None if time is None else at > 0 and said[at - 1] in parting
        if other:
            return None
        if time:
            found.add(time)
            spans[time] = " ".join(said[at : at + n])
        at += n
    if len(found) != 1:
        return None
    time = found.pop()
    return _in_its_part_of_day(time, spans[time], text, known, numbers)


def _in_its_part_of_day(time: str, span: str, text: str, known: ClockWords, numbers: NumberWords) -> str | None:
    """The time with the part of the day that the same clause says elsewhere; None where it says more than one."""
    parts = (known.morning, known.afternoon, known.night)
    if any(_taken(span, each)[1] for each in parts):
        return time
    clauses = [" ".join(words(each)) for each in CLAUSES.split(text.replace("'", ""))]
    clause = next((each for each in clauses if f" {' '.join(words(span))} " in f" {each} "), "")
    said = [_spoken_in(clause, each) for each in parts]
    told = [each for each in said if each]
    return time if not told else _clock(f"{span} {told[0]}", known, numbers) if len(told) == 1 else None


def _spoken_in(clause: str, written: tuple[str, ...]) -> str:
    """The first phrase of several words that stands in a clause: a single "night" may be of a night shift."""
    return next((each for each in _longest_first(written) if " " in each and f" {each} " in f" {clause} "), "")


def _longest(said: Sequence[str], known: ClockWords, numbers: NumberWords) -> tuple[str | None, int]:
    """The time of day that the most of these words name from the first on, and how many they are."""
    telling = _telling(known)
    for n in range(len(said), 0, -1):
        told = any(word in telling or WRITTEN.fullmatch(word) for word in said[:n])
        if told and (time := _clock(" ".join(said[:n]), known, numbers)) is not None:
            return time, n
    return None, 1


@lru_cache(maxsize=8)
def _telling(known: ClockWords) -> frozenset[str]:
    """Words beside which a number is a time of day."""
    spoken = (*known.morning, *known.afternoon, *known.night, *known.past, *known.quarter, *known.half, *known.named)
    return frozenset(folded(each).replace("'", "") for each in (*spoken, *known.hours))


def _clock(text: str, known: ClockWords, numbers: NumberWords) -> str | None:
    said = _spaced(folded(text).replace("\n", " "))
    said, morning = _taken(said, known.morning)
    said, afternoon = _taken(said, known.afternoon)
    said, night = _taken(said, known.night)
    _, twelve = _taken(_spaced(text), known.twelve_hours)
    said, _ = _taken(said, known.around)
    if (named := known.named.get(said)) is not None:
        return named
    found = _spoken(said, known, numbers) or _written(said, numbers)
    if found is None:
        return None
    hour, minute = found
    if twelve and hour > 12 and not minute:
        return None  # a slip of 1 or of 13, or of pm
    if (morning or afternoon or night) and hour > 12:
        return f"{hour:02}:{minute:02}" if hour < 24 and not morning else None
    if morning + afternoon + night > 1:
        return None
    if morning:
        hour %= 12
    elif afternoon:
        hour = hour % 12 + 12
    elif night:
        hour = hour % 12 + (12 if hour % 12 >= EVENING else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def window(text: str, known: ClockWords, numbers: NumberWords) -> tuple[str, str] | None:
    """The two times of day that a text names as from and until; None when it names no two.

    Where the first is a bare hour ("10 to 7") it may be one of the morning or of the evening, and so is none.
    """
    said, _ = _taken(folded(text).replace("\n", " "), known.since)
    for word in known.until:
        begin, between, end = said.partition(f" {word} " if word[0].isalpha() else word)
        first, last = (clock(each, known, numbers) or clock_within(each, known, numbers) for each in (begin, end))
        if between and first and last:
            bare, _ = _taken(_spaced(begin), known.around)
            return None if BARE.fullmatch(bare) or bare in numbers.words else (first, last)
    return None


def _spaced(text: str) -> str:
    """Digits apart from the letters that follow, and no outer marks: "7pm!" is "7 pm"."""
    said = re.sub(r"(\d)(?=[^\W\d_]{2})", r"\1 ", text.replace("'", ""))
    return " ".join(said.replace(",", " ").split()).strip(" .!?~")


def _taken(text: str, phrases: Iterable[str]) -> tuple[str, bool]:
    """The text without these phrases, wherever they stand as words of their own, and whether there was one."""
    left = f" {text} "
    for each in _longest_first(tuple(phrases)):
        left = left.replace(f" {each} ", " ")
    left = " ".join(left.split()).strip(" .!?~")
    return left, left != text


@lru_cache(maxsize=64)
def _longest_first(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((folded(each).replace("'", "") for each in phrases), key=len, reverse=True))


def _number(word: str, numbers: NumberWords) -> int | None:
    parts = word.replace("-", " ").split()
    values = [int(part) if part.isdecimal() and len(part) < 3 else numbers.words.get(part) for part in parts]
    if not values or len(values) > 2 or any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    if len(known) == 2 and not (known[0] >= 20 and known[0] % 10 == 0 and known[1] < 10):
        return None
    return sum(known)


def _spoken(text: str, known: ClockWords, numbers: NumberWords) -> tuple[int, int] | None:
    """Minutes past or to an hour, both in words or digits."""
    for phrases, sign in ((known.past, 1), (known.to, -1)):
        for each in map(folded, phrases):
            before, found, after = text.partition(f" {each} ")
            hour = _number(after, numbers) if found else None
            if hour is None or hour > 24:
                continue
            minutes = 15 if before in known.quarter else 30 if before in known.half else _number(before, numbers)
            if minutes is None or not 0 < minutes < 60:
                continue
            return _moved(hour, sign * minutes)
    for half in known.half:
        hour = _number(text.removeprefix(f"{half} "), numbers) if text.startswith(f"{half} ") else None
        if hour is not None and hour <= 24:
            return _moved(hour, 30 if known.half_alone == "after" else -30)
    return None


def _moved(hour: int, minutes: int) -> tuple[int, int]:
    """An hour as it was said (1 to 12 stay so), moved by minutes."""
    if minutes > 0:
        return hour, minutes
    return (hour - 1 if hour > 1 else hour + 11), 60 + minutes


def _written(text: str, numbers: NumberWords) -> tuple[int, int] | None:
    if (found := DIGITS.fullmatch(text)) is not None:
        return int(found[1] or found[3]), int(found[2] or found[4] or 0)
    if (whole := _number(text, numbers)) is not None:
        return whole, 0
    first, _, rest = text.partition(" ")  # "seven thirty", "7 30"
    hour, minute = _number(first, numbers), _number(rest, numbers)
    return (hour, minute) if hour is not None and minute is not None and minute >= 10 else None
