"""What typed text means on the screen it answers: the same as the tap it stands for."""

from __future__ import annotations

import re

from bot.core import attempt, selftest
from bot.core.callback_data import Action, Ask, AskAt, Hurts, ItHurts, RateEffort, RatePain, Reply, Tell

LONGEST = 200
TIME = re.compile(r"^(?:at )?(\d{1,2})(?:[:.h ]{1,2}(\d{2}))?\s{0,2}(am|pm|a\.m\.|p\.m\.)?(?: ?o'?clock)?$")
WINDOW = re.compile(r"^(.{1,12}?)\s{0,3}(?:-|–|to|until)\s{0,3}(.{1,12})$")


def normal(text: str) -> str:
    """Text as it is compared: no case, no outer marks, single spaces."""
    return " ".join(text[:LONGEST].casefold().split()).strip(" .!?,…")


def clock(text: str) -> str | None:
    """The time of day a text names, as HH:MM; None when it names none."""
    found = TIME.match(normal(text))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


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


def meaning(showing: Action, text: str) -> Action | None:
    """What a text means as the answer to a screen's question; None when it does not answer it.

    A city is not decided here: it takes the table of places. Raises OutOfRange for a score above 10.
    """
    text = text[:LONGEST]
    match showing:
        case AskAt(attempt=number, question=question):
            return Reply(number, question, text.strip()) if re.search(r"\d", text) else None
        case Ask(question="time"):
            return Tell("time", (found,)) if (found := clock(text)) else None
        case Ask(question="quiet"):
            window = WINDOW.match(normal(text))
            ends = (clock(window[1]), clock(window[2])) if window else (None, None)
            return Tell("quiet", (ends[0], ends[1])) if ends[0] and ends[1] else None
        case RateEffort(date=on) | RatePain(date=on):
            score = selftest.read_number(text, attempt.scale(attempt.PAIN))
            return None if score is None else type(showing)(on, score)
        case ItHurts(date=on, exercise=exercise):
            score = selftest.read_number(text, attempt.scale(attempt.PAIN))
            return None if score is None else Hurts(on, exercise, score)
        case Ask(question=question) if question == attempt.PAIN or question.startswith(attempt.ACTIVITY):
            return Tell(question, (text.strip(),)) if re.search(r"\d", text) else None
    return None
