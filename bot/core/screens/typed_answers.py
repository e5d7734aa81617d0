"""What typed text means on the screen it answers: the same as the tap it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.assessment import selftest
from bot.core.model.callback_data import Action, Ask, AskAt, Hurts, ItHurts, RateEffort, RatePain, Reply, Tell
from bot.core.model.series import AgeBand
from bot.core.screens import questionnaire

LONGEST = 200
OLDEST = 120
TIME = re.compile(r"^(\d{1,2})(?:[:.h ]{1,2}(\d{2}))?$")

ClockWords = Mapping[str, Sequence[str]]
"""What a language says beside the digits of a time: `around` means nothing, `morning` and `afternoon` name the half
of the day, `until` stands between two times."""

DayWords = Mapping[str, Sequence[str]]
"""Beside the names of weekdays: `around` means nothing, `endings` are what a name may end in, such as a plural's."""


def normal(text: str) -> str:
    """Text as it is compared: no case, no outer marks, single spaces."""
    return " ".join(text[:LONGEST].casefold().split()).strip(" .!?,…")


def clock(text: str, words: ClockWords) -> str | None:
    """The time of day a text names, as HH:MM; None when it names none."""
    left, _ = _without(normal(text), words["around"])
    left, morning = _without(left, words["morning"])
    left, afternoon = _without(left, words["afternoon"])
    left, _ = _without(left, words["around"])
    found = TIME.match(left)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if morning or afternoon:
        if morning is afternoon or not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if afternoon else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _without(text: str, words: Sequence[str]) -> tuple[str, bool]:
    """The text without these words before and behind it, and whether there was one."""
    left = text
    for word in map(normal, words):
        left = left.removeprefix(f"{word} ").removesuffix(word).strip()
    return left, left != text


def weekdays(text: str, names: Sequence[str], words: DayWords) -> tuple[str, ...] | None:
    """The weekdays a text names, "0" for Monday; None when any word of it is neither a day nor one around days."""
    whole = [[f"{normal(name)}{ending}" for ending in ("", *words["endings"])] for name in names]
    found = set()
    for word in re.split(r"[\s,;/&+]+", normal(text)):
        if not word or word in map(normal, words["around"]):
            continue
        days = [str(n) for n, each in enumerate(whole) if len(word) > 1 and any(name.startswith(word) for name in each)]
        if len(days) != 1:
            return None
        found.update(days)
    return tuple(sorted(found)) or None


def age_band(text: str, bands: Sequence[AgeBand]) -> str | None:
    """The band of the age in years that a text names; None without one, and for two that lie in different bands."""
    ages = [int(digits) for digits in re.findall(r"\d+", text[:LONGEST])]
    if not ages or not all(bands[0].start <= age <= OLDEST for age in ages):
        return None
    found = {[band.id for band in bands if band.start <= age][-1] for age in ages}
    return found.pop() if len(found) == 1 else None


def about_oneself(
    showing: Action, text: str, names: Sequence[str], words: DayWords, bands: Sequence[AgeBand]
) -> Action | None:
    """What a text means where weekdays or the age are asked: several days are the choice, a single one is picked."""
    match showing:
        case Ask(question="days", picked=picked):
            found = weekdays(text, names, words)
            if found is not None and len(found) == 1:
                return Ask("days", tuple(sorted({*picked, *found})))
            return Tell("days", found) if found else None
        case Ask(question="age"):
            return Tell("age", (band,)) if (band := age_band(text, bands)) else None
    return None


def window(text: str, words: ClockWords) -> tuple[str, str] | None:
    """The two times of day that a text names as from and until; None when it names no two."""
    for word in words["until"]:
        begin, between, end = normal(text).partition(word)
        first, last = clock(begin, words), clock(end, words)
        if between and first and last:
            return first, last
    return None


def matching(labels: list[tuple[str, Action]], text: str) -> Action | None:
    """The button whose words were typed: all of them, or so much of them that only one can be meant."""
    wanted = normal(text)
    if not wanted:
        return None
    known = [(normal(label), action) for label, action in labels]
    for label, action in known:
        if label == wanted:
            return action
    close = [action for label, action in known if label.startswith(wanted) and len(wanted) > 1]
    return close[0] if len(close) == 1 else None


def meaning(showing: Action, text: str, words: ClockWords) -> Action | None:
    """What a text means as the answer to a screen's question; None when it does not answer it.

    A city is not decided here: it takes the table of places. Raises OutOfRange for a score above 10.
    """
    text = text[:LONGEST]
    match showing:
        case AskAt(attempt=number, question=question):
            return Reply(number, question, text.strip()) if re.search(r"\d", text) else None
        case Ask(question="time"):
            return Tell("time", (found,)) if (found := clock(text, words)) else None
        case Ask(question="quiet"):
            return Tell("quiet", ends) if (ends := window(text, words)) else None
        case RateEffort(date=on) | RatePain(date=on):
            score = selftest.read_number(text, questionnaire.scale(questionnaire.PAIN))
            return None if score is None else type(showing)(on, score)
        case ItHurts(date=on, exercise=exercise):
            score = selftest.read_number(text, questionnaire.scale(questionnaire.PAIN))
            return None if score is None else Hurts(on, exercise, score)
        case Ask(question=question) if question == questionnaire.PAIN or question.startswith(questionnaire.ACTIVITY):
            return Tell(question, (text.strip(),)) if re.search(r"\d", text) else None
    return None
