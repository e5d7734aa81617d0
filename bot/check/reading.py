"""How easy the words are to read, and which words must not stand there at all."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from bot.catalog.language import ReadingGrade
from bot.catalog.yaml_schema import Fault
from bot.check.wordbook import Text, Wordbook

TOO_FEW = 30  # words; the grade of less says nothing
SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", "”", '"')
NUMBERED = re.compile(r"^\s*(?:\d+\.|•|-)\s+")


@dataclass(frozen=True, order=True)
class Grade:
    """The reading grade of one text."""

    grade: float
    file: str
    line: int
    path: str
    words: int
    formula: str
    at_most: float


def grades(book: Wordbook, measure: ReadingGrade | None) -> list[Grade]:
    """The grade of every text long enough to have one, the hardest first; none where the language has no measure."""
    found: list[Grade] = []
    # A tool of development: where the bot runs, all the rest is checked without it.
    for text in _whole(book) if measure and find_spec("textstat") else ():
        prose = prose_of(text.words)
        count = len(prose.split())
        if count >= TOO_FEW and measure:
            number = grade(prose, measure.formula)
            found.append(Grade(number, text.file, text.line, text.path, count, measure.formula, measure.at_most))
    return sorted(found, reverse=True)


def grade_faults(found: list[Grade]) -> Iterator[Fault]:
    """A fault for every text above the highest grade."""
    for each in found:
        if each.grade > each.at_most:
            text = f"“{each.path}” reads at grade {each.grade:.1f}; {each.at_most:.0f} at most"
            yield Fault(each.file, each.line, text)


def forbidden_faults(book: Wordbook, forbidden: Mapping[str, Iterable[str]]) -> Iterator[Fault]:
    """A fault for every word that must not stand in a text."""
    patterns = [(_pattern(phrases), why) for why, phrases in forbidden.items()]
    for text in book.texts:
        if text.path.startswith(("typed.", "safety.triggers")):
            continue  # what a person types
        for pattern, why in patterns:
            for match in pattern.finditer(text.words):
                line = text.line + text.words.count("\n", 0, match.start())
                yield Fault(text.file, line, f"“{match.group()}” must not stand in “{text.path}”: {why}")


def private_faults(book: Wordbook, private: Iterable[str]) -> Iterator[Fault]:
    """A fault for every word about health where a locked screen shows it: in the first line of a message."""
    if not (words := tuple(private)):
        return
    pattern = _pattern(words)
    for text in book.texts:
        if not text.path.startswith(("reminders.openers.", "reminders.silent.")) and not text.path.endswith("#hook"):
            continue
        for match in pattern.finditer(text.words):
            yield Fault(text.file, text.line, f"“{match.group()}” must not stand where a locked screen shows it")


def seen(markup: str) -> str:
    """What of an author's markup stands on the screen."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of these as whole words; a star at its end stands for any ending."""
    stems = [re.escape(phrase.removesuffix("*")) + r"\w*" * phrase.endswith("*") for phrase in phrases]
    return re.compile(rf"\b(?:{'|'.join(stems)})\b", re.I)


def _whole(book: Wordbook) -> Iterator[Text]:
    """Texts as they are read: an exercise and both views of a page as one, a question with its instructions."""
    together: dict[str, list[Text]] = {}
    for text in book.texts:
        name = text.path.partition("#")[0]
        if name.startswith("exercises/"):
            key = name
        elif text.path.endswith("#further"):
            key = f"{name}#text"
        elif text.path.startswith(("selftests.", "safety.screens.", "reminders.barriers.")):
            key = text.path.rpartition(".")[0]
            for part in (".choices", ".signs", ".because", ".both", ".advice"):
                key = key.removesuffix(part)
        elif text.path.startswith(("labels.", "choices.", "typed.", "safety.triggers", "contact.", "areas.")):
            continue
        elif text.path.startswith(
            ("commands.menu", "reminders.openers", "reminders.silent", "reminders.not-today", "reminders.praise")
        ):
            key = text.path.rpartition(".")[0]
        else:
            key = text.path
        together.setdefault(key, []).append(text)
    for key, texts in together.items():
        yield Text(texts[0].file, texts[0].line, key, "\n".join(each.words for each in texts))


def prose_of(text: str) -> str:
    """Sentences without markup: each line ends one, as it does on the screen."""
    lines = [NUMBERED.sub("", line).strip() for line in re.sub(r"\{\{.*?\}\}", "a", seen(text)).splitlines()]
    return "\n".join(line if line.endswith(SENTENCE_ENDS) else f"{line}." for line in lines if line)


@cache
def grade(prose: str, formula: str) -> float:
    """The U.S. school grade by a formula of textstat."""
    import textstat  # brought in where a text is measured: its own libraries are many, and no start waits for them

    return float(getattr(textstat, formula)(prose))
