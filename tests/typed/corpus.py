"""The lines of the corpus, what the bot makes of each, and whether that is what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import TemplateError

from bot.core.assessment import selftest
from bot.core.assessment.selftest import OutOfRange
from bot.core.model import callback_data as tap
from bot.core.model.callback_data import Action, Outdated, pack, parse
from bot.core.model.context import Context
from bot.core.model.subscriber import State, Subscriber
from bot.core.screens import coach, questionnaire, typed_answers, typed_meaning
from bot.core.screens.dispatch import tapped
from tests.typed.standing import Stand, standing, the_conversation, the_renderer

FOLDER = Path(__file__).parent
BUILT_ON, VOICES, HELD_BACK = "lines.yaml", "voices.yaml", "held-back.yaml"
ASKING_SIGNS = ("safety-emergency", "safety-today", "safety-injury", "trigger", "call-first", "ending-life", "red")
QUIET = "nothing kept"
"""Asked again, lapsed, small talk, help: what the bot says then differs, and nothing is kept."""
HARMLESS = ("help", "about", "privacy")
"""Commands that only tell: as good as a kind way on."""
IN_CARE = "in-care"
"""They are where help is, or it comes; a sign beside it holds the plan."""
COACH = "coach"
"""Passed on, whatever it says."""
NO_WORDS = ("sticker", "dice")
SENT_OTHERWISE = ("edit", "forward")
"""They answer nothing."""


@dataclass(frozen=True)
class Line:
    """One line of a file."""

    screen: str
    typed: str
    means: str
    kind: str = ""
    """How it arrived, where not as a message of its own words."""

    @property
    def words(self) -> str:
        """For a report: one line, not too long."""
        plain = self.typed.encode("unicode_escape").decode() if not self.typed.isprintable() else self.typed
        return plain if len(plain) <= 60 else f"{plain[:57]}..."


@dataclass(frozen=True)
class Miss:
    """A line that was read otherwise."""

    line: Line
    read: str


def lines(file: str) -> Iterator[Line]:
    """Those of a file, in order."""
    for each in _loaded(file):
        yield Line(each["screen"], each["typed"] * each.get("times", 1), each["means"], each.get("as", ""))


@cache
def _loaded(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.load((FOLDER / file).read_text(), yaml.CSafeLoader)
    return found


def read(line: Line) -> str:
    """What the bot makes of it, in the corpus's own words: danger, stop, tap:DATA, command:NAME or QUIET."""
    if line.kind in NO_WORDS:
        return QUIET
    stand = standing(line.screen)
    context = stand.context(line.typed)
    words = the_renderer()
    if coach.is_written_to(context):
        return _passed_on(context)
    try:
        found = typed_answers.meaning(
            typed_answers.unasked(context) if line.kind in SENT_OTHERWISE else context,
            words.vocabulary,
            words.language.weekdays,
        )
    except OutOfRange:
        return QUIET
    match found:
        case typed_meaning.Sign(of_another=of_another):
            return "another" if of_another else "danger"
        case typed_meaning.InCare():
            return IN_CARE
        case _ if line.kind == "forward":
            return QUIET
        case typed_meaning.Stop():
            return "stop"
        case _ if line.kind == "edit":
            return QUIET
        case typed_meaning.Tapped(action):
            return f"tap:{pack(action)}" if _is_taken(line.screen, action) else QUIET
        case typed_meaning.TakenBack(action):
            return f"tap:{pack(action)}"
        case typed_meaning.Commanded(name):
            return f"command:{name}"
        case typed_meaning.Placed(otherwise=otherwise):
            shown = [m.again for m in the_conversation().typed(context).messages if m.again]
            zone = next((each.zone for each in shown if isinstance(each, tap.ConfirmZone)), None)
            if zone is None and otherwise is not None:
                return f"tap:{pack(otherwise)}"
            return f"tap:{pack(tap.ConfirmZone(zone))}" if zone else QUIET
    return QUIET


def _passed_on(context: Context) -> str:
    """What becomes of words while the next ones are meant for the coach."""
    told = the_conversation().typed(context)
    shown = [message.template for message in told.messages]
    after = told.subscriber
    if "coach/passed-on" in shown:
        return COACH
    if any(each.startswith("safety/") for each in shown):
        return "danger"
    if after is not None and after.enrollment.state is State.STOPPED:
        return "stop"
    return f"tap:{pack(tap.Keep())}"


@cache
def _is_taken(screen: str, action: Action) -> bool:
    """Whether an answer is kept; one that the question cannot mean is asked about again."""
    try:
        tapped(standing(screen).context(), action)
    except (OutOfRange, Outdated):
        return False
    return True


def is_meant(line: Line, found: str) -> bool:
    """Whether that is what the line means, by the rules of the README."""
    kind, _, value = line.means.partition(":")
    stand = standing(line.screen)
    match kind:
        case "danger":
            return found == "danger" or (line.screen in ASKING_SIGNS and _stored(line.screen, found) == "yes")
        case "another" | "in-care":
            return found == kind
        case "stop":
            return found in ("stop", f"tap:{pack(tap.Unsubscribe())}", "command:unsubscribe")
        case "coach":
            return found == COACH
        case "question":
            return found.startswith("tap:") and getattr(parse(found.removeprefix("tap:")), "question", "") == value
        case "command":
            return found == line.means or (value == "delete" and found == f"tap:{pack(tap.AskErase())}")
        case "tap":
            wanted = _taps(stand, value)
            return found in wanted or (found == "stop" and f"tap:{pack(tap.Unsubscribe())}" in wanted)
        case "answer":
            return _stored(line.screen, found) == value
    return found == QUIET or found.removeprefix("command:") in HARMLESS


def _taps(stand: Stand, wanted: str) -> list[str]:
    """The button of the newest message whose words stand at that path; of several the first, or the one named."""
    path, _, which = wanted.partition("/")
    if stand.shown is None:
        return []
    try:
        words = the_renderer().label(path)
    except (LookupError, TemplateError):
        words = ""
    if path.startswith("dates.short."):
        words = the_renderer().language.short_weekdays[int(path.rpartition(".")[2])]
    found = [
        data
        for label, shown, data in stand.shown.buttons
        if (label == path or (words and shown == words)) and (not which or which in data or which in shown)
    ]
    return [f"tap:{data}" for data in found[:1]]


@cache
def _stored(screen: str, found: str) -> str:
    """The value that a tap stores, as the corpus writes it."""
    stand = standing(screen)
    if not found.startswith("tap:"):
        return ""
    action = parse(found.removeprefix("tap:"))
    match action:
        case tap.OneTap(value=score):
            return str(score)
        case tap.Reply(attempt=number, question=id, value=value):
            return _value(stand.known, number, id, value)
        case tap.Tell(question=id, values=values):
            after = tapped(stand.context(), action).subscriber
            said = after.said(id) if after is not None else None
            if said is None or (after is not None and stand.known.said(id) == said):
                return ",".join(values)
            return ",".join(said) if isinstance(said, tuple) else str(said)
        case tap.Hurts(value=value) | tap.RateEffort(value=value) | tap.RatePain(value=value):
            return str(value)
        case tap.ConfirmZone(zone=zone):
            return zone
        case tap.PauseUntil(until=until):
            return until
    return ""


def _value(known: Subscriber, number: int, id: str, value: str) -> str:
    series = standing("nothing").series
    asked = questionnaire.questions(series, known, known.attempts[number])
    question = next(each for each in asked if each.id == id)
    if question.kind != "number":
        return value
    read = selftest.read_number(value, question)
    return value if read is None else str(read)


@dataclass(frozen=True)
class Score:
    """How a file was read."""

    misses: tuple[Miss, ...]
    of: dict[str, int]

    @property
    def lines(self) -> int:
        """All of them."""
        return sum(self.of.values())

    @property
    def share(self) -> float:
        """Understood, or well asked back, of a hundred."""
        return 100 * (1 - len(self.misses) / self.lines)

    def missed(self, kind: str) -> list[Miss]:
        """Those that mean this and were read as something else."""
        return [miss for miss in self.misses if miss.line.means == kind]

    def heard_wrongly(self, kind: str) -> list[Miss]:
        """Those that were read as this and mean something else."""
        return [miss for miss in self.misses if miss.read == kind]


@cache
def score(file: str) -> Score:
    """All lines of a file, read."""
    misses, of = [], dict.fromkeys((each.screen for each in lines(file)), 0)
    for line in lines(file):
        of[line.screen] += 1
        found = read(line)
        if not is_meant(line, found):
            misses.append(Miss(line, found))
    return Score(tuple(misses), of)


def by_screen(scored: Score) -> Iterable[tuple[str, int, int]]:
    """Each screen, how many of its lines were understood, and how many there are."""
    for screen, count in scored.of.items():
        yield screen, count - sum(miss.line.screen == screen for miss in scored.misses), count


__all__ = ["BUILT_ON", "HELD_BACK", "VOICES", "Line", "Miss", "by_screen", "is_meant", "lines", "read", "score"]
