"""Which words belong where: every word is a text that somebody reads, and none is empty, a list or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum

import yaml

from bot.catalog.load import Pieces
from bot.catalog.yaml_schema import Document, Fault
from bot.check.wordbook import Wordbook
from bot.core.assessment.pain import Follow
from bot.monitoring.alerts import AlertKind

ANY = r"[^.]+"
TEXTS = re.compile(
    "|".join(
        path.replace(".", r"\.").replace("*", ANY)
        for path in (
            *("areas.*.name", "areas.*.may", "labels.*", "series.*", "operator.causes.*", "commands.menu.*"),
            *("commands.description", "commands.short", "confidence.*.*", "screens.*.*"),
            *("choices.why-age", "choices.ages.*", "choices.kit.*", "choices.activities.*", "choices.own.*.ask"),
            *("choices.own.*.choices.*", "quiz.*.question", "quiz.*.right", "quiz.*.because", "quiz.*.choices.*"),
            *("selftests.*.title", "selftests.*.intro", "selftests.*.questions.*.name", "selftests.*.questions.*.how"),
            *("selftests.*.questions.*.ask", "selftests.*.questions.*.choices.*"),
            *("selftests.*.questions.*.because.*", "safety.opening", "safety.weekly", "safety.after-pain"),
            *("safety.screens.*.ask", "safety.screens.*.then", "safety.screens.*.signs.*", "safety.high-pain.then"),
            *("care.lights.*", "care.ways.*", "care.pictures.*", "care.lengths.*", "care.upshots.*.*"),
            *("reminders.openers.*", "reminders.praise.*", "reminders.barriers.*.label", "reminders.barriers.*.answer"),
            *("emergency.one", "emergency.two", "emergency.urgent", "emergency.unknown", "emergency.local"),
            *("emergency.plain", "emergency.holds.*"),
        )
    )
)
"""The paths at which texts stand."""
OTHER = ("typed", "safety.triggers", "contact")
"""What has a shape of its own, and is read by that."""
UPSHOTS = {
    Follow.PROGRESS: ("green-twice",),
    Follow.HOLD: ("amber",),
    Follow.DOWN: ("still-up", "amber-twice", "away"),
    Follow.FLARE_UP: ("red", "much-more"),
    Follow.STOP: ("red-twice", "pain-up"),
}


def shape_faults(book: Wordbook, pieces: Pieces) -> None:
    """Each text is one, each list that the code looks words up in has all of them."""
    for name, documents in book.documents.items():
        for document in documents:
            _walk(document, name, document.node)
    for path, names in _lists(pieces).items():
        book.expect(path, names)
    for path in ("reminders.openers", "reminders.praise"):
        if not book.table(path) and not book.lacks(path):
            document, node = book.node(path)
            document.fault(node, f"“{path}” has no words: at least one belongs there")


def _lists(pieces: Pieces) -> dict[str, tuple[str, ...]]:
    care = pieces.get("care")
    barriers = tuple(care.barriers) if care is not None else ()
    return {
        "care.lights": ("green", "amber", "red"),
        "care.ways": ("any", "kneel-free", "seated"),
        "care.pictures": ("moving", "still", "off"),
        "care.lengths": ("full", "short"),
        "care.upshots": tuple(UPSHOTS),
        **{f"care.upshots.{follow}": reasons for follow, reasons in UPSHOTS.items()},
        "emergency": ("one", "two", "urgent", "unknown", "local", "plain", "holds"),
        "operator": ("causes",),
        "operator.causes": _values(AlertKind),
        "screens.pain": ("name", "ask", "how"),
        "screens.activity": ("name", "ask", "how"),
        "reminders": ("openers", "praise", "barriers"),
        **({"reminders.barriers": barriers} if barriers else {}),
        **{f"reminders.barriers.{barrier}": ("label", "answer") for barrier in barriers},
        **{f"areas.{area}": ("name", "may") for area in pieces.get("areas", ())},
    }


def _values(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(each.value for each in kind)


def _walk(document: Document, path: str, node: yaml.Node | None) -> None:
    if node is None or f"{path}.".startswith(tuple(f"{each}." for each in OTHER)):
        return
    if TEXTS.fullmatch(path):
        _text(document, path, node)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _walk(document, f"{path}.{key.value if isinstance(key, yaml.ScalarNode) else ''}", value)
    elif isinstance(node, yaml.SequenceNode):
        document.fault(node, f"“{path}” is a list: names with words were expected, such as “first: …”")
    elif not (isinstance(node, yaml.ScalarNode) and not node.value.strip()):
        document.fault(node, f"nothing reads the words of “{path}”")


def _text(document: Document, path: str, node: yaml.Node) -> None:
    if not isinstance(node, yaml.ScalarNode):
        document.fault(node, f"“{path}” must be words, not a list or a table: write them between quotation marks")
    elif node.tag.endswith(":null") and node.value.strip():
        document.fault(node, f"“{path}”: “{node.value}” means nothing here: write it between quotation marks")
    elif node.tag.endswith(":bool"):
        document.fault(node, f"“{path}”: write “{node.value}” between quotation marks")
    elif not str(node.value).strip():
        document.fault(node, f"“{path}” is empty")


def misspelt(faults: list[Fault]) -> Iterator[Fault]:
    """Of each name too many beside one that is missing, one fault that tells both."""
    missing = {fault: found[1] for fault in faults if (found := re.match(r"“(.+)” is missing$", fault.text))}
    for fault in faults:
        found = re.match(r"“(.+)” belongs to nothing in the structure$", fault.text)
        near = [each for each in missing if each.file == fault.file] if found else []
        if found and (close := get_close_matches(found[1], [missing[each] for each in near], 1, 0.8)):
            yield Fault(fault.file, fault.line, f"{fault.text}: did you mean “{close[0]}”?")
        else:
            yield fault
