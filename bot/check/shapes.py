"""Which words belong where: every word is a text that somebody reads, and none is empty, a list or a table."""

from __future__ import annotations

import re
import string
from enum import StrEnum

import yaml

from bot.catalog import plainly
from bot.catalog.pieces import Pieces
from bot.catalog.yaml_schema import Document
from bot.check.wordbook import Wordbook
from bot.core.assessment.pain import ENOUGH, OFFERED, Follow, Light
from bot.core.desk.broadcast import ENDED
from bot.core.desk.card import REASONS
from bot.core.desk.concerns import ConcernKind
from bot.core.desk.stats import OVER, REACHED
from bot.core.model.delivery import Kind, Outcome
from bot.core.model.drawing import Break, Mark, Scale, Verdict
from bot.core.model.letter import LetterKind
from bot.core.model.subscriber import State
from bot.core.schedule.broadcasts import LEFT_OUT
from bot.core.schedule.broadcasts import REACHED as REACHED_BY_ALL
from bot.core.schedule.calendar import DayType
from bot.core.schedule.plan import EASIER_LANE, HARDER_LANE
from bot.core.screens.why import UNSENT
from bot.monitoring.alerts import AlertKind


def _values(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(each.value for each in kind)


ANY = r"[^.]+"
COUNTED = (
    *("title", "number", "beginning", "checked", "told", "planned", "begun", "week", "later", *OVER),
    *("lately", "active", "reports", *_values(Light)),
    *("invited", "answered", "messages", "arrived"),
)
VERDICTS = tuple(each.value for each in Verdict if each)
DRAWINGS = {
    "strip": ("first", "running", "over", "none-yet", "none"),
    "breaks": _values(Break),
    "marks": (*(each for each in _values(Mark) if each != Mark.LESSON), "to-do", "today"),
    "pain": ("none", "better", "same", "worse", "high", "then", "start", "week", "number", "scale", "weeks", "band"),
    "scales": _values(Scale),
    "changes": (*VERDICTS, *(f"one-{each}" for each in VERDICTS), "none", "before", "after", "row"),
    "sessions": (
        *("title", "none", "now", "of", "none-of", "on-track", "beyond", "nothing", "part"),
        *("done", "open", "ahead"),
    ),
    "counts": COUNTED,
    "card": (
        *("title", "dates", "moment", *VERDICTS, "then", "numbers", "row", "note"),
        *("done", "open", "ahead", "rest"),
    ),
    "plan": ("title", "heading", "ahead", "done", "open", "today", *_values(DayType)),
    "lights": _values(Light),
    "last": ("title", "scale", "done", "rest", "to-do"),
}
"""The words of pictures."""
PATHS = (
    *("areas.*.name", "areas.*.may", "labels.*", "series.*", "operator.*.*", "commands.menu.*"),
    *("commands.name", "commands.description", "commands.short", "confidence.*.*", "screens.*.*"),
    *("choices.why-age", "choices.ages.*", "choices.kit.*", "choices.activities.*", "choices.own.*.ask"),
    *("choices.moments.*", "choices.places.*", "choices.own.*.choices.*"),
    *("reminders.barriers.*.label", "reminders.barriers.*.answer"),
    *("selftests.*.title", "selftests.*.intro", "selftests.*.questions.*.name", "selftests.*.questions.*.how"),
    *("selftests.*.questions.*.ask", "selftests.*.questions.*.choices.*"),
    *("selftests.*.questions.*.because.*", "selftests.*.questions.*.both.*", "selftests.*.questions.*.advice.*"),
    *("selftests.*.questions.*.held",),
    *("safety.opening", "safety.weekly", "safety.after-pain", "safety.after-away"),
    *(
        "safety.if-worse",
        "safety.if-sudden",
        "safety.still-open",
        "safety.which",
        "safety.screens.*.names.*",
        "safety.footers.*",
    ),
    *("safety.limits.*.plan", "safety.limits.*.during"),
    *("safety.screens.*.ask", "safety.screens.*.then", "safety.screens.*.signs.*", "safety.high-pain.then"),
    *("care.lights.*", "care.ways.*", "care.pictures.*", "care.lengths.*", "care.upshots.*.*"),
    *("reminders.openers.*", "reminders.silent.*", "reminders.kinds.*", "reminders.unsent.*"),
    *("reminders.not-today.*", "reminders.praise.*"),
    *("emergency.one", "emergency.two", "emergency.urgent", "emergency.unknown", "emergency.local"),
    *("emergency.crisis", "emergency.in-danger", "emergency.directory", "emergency.talk-to.*"),
    *("emergency.plain", "emergency.holds.*", "plan.wishes.*", "plan.leads.*", "plan.stepped"),
    *("plan.grown", "plan.fitted.*", "plan.harder.*.*", "plan.coming.*", "plan.kneeling.*"),
    *("drawings.week", "drawings.seconds", *(f"drawings.{each}.*" for each in DRAWINGS)),
)
"""The paths at which texts stand."""
TEXTS = re.compile("|".join(path.replace(".", r"\.").replace("*", ANY) for path in PATHS))
OTHER = ("typed", "safety.triggers", "contact")
"""What has a shape of its own, and is read by that."""
OF_OPERATORS = (
    *(
        "about-them",
        "causes",
        "concerns",
        "done",
        "kinds",
        "left-out",
        "letters",
        "meant",
        "not-reached",
        "reached",
        "reasons",
    ),
    *("signs", "states", "topics"),
)
FILES = {path.split(".")[0] for path in (*PATHS, *OTHER)}
COMMENT = re.compile(r"\s*#")
CURLY = re.compile(r"[“„‟«‘‚][^“”„‟«»‘’‚]*[”“»’‘]")
"""Words between marks that an editor put in the place of straight ones."""
UNSEEN = string.whitespace + "\u00a0\u200b\u200c\u200d\u2060"
"""What words of nothing else are made of that are none."""
UPSHOTS = {
    Follow.PROGRESS: (OFFERED, "felt-easy", ENOUGH),
    Follow.EASE: ("too-hard",),
    Follow.HOLD: ("amber", "settled", EASIER_LANE, HARDER_LANE),
    Follow.DOWN: ("still-up", "amber-twice", "away", "untrained", "worse-today", "after-flare"),
    Follow.FLARE_UP: ("red", "much-more", "much-worse-today"),
    Follow.STOP: ("red-twice", "pain-up"),
}


def shape_faults(book: Wordbook, pieces: Pieces) -> None:
    """Each text is one, each list that the code looks words up in has all of them."""
    for path, names in _lists(pieces).items():
        book.expect(path, names)
    for name, documents in book.documents.items():
        for document in documents:
            if name.split(".")[0] not in FILES:
                document.fault(None, f"nothing reads this file; {plainly.nearest(name, FILES)}")
                continue
            _walk(document, name, document.node, book)
    for path in ("reminders.openers", "reminders.silent", "reminders.not-today", "reminders.praise"):
        read = all(document.node is not None for document in book.documents.get("reminders", ()))
        if read and not book.table(path) and not book.lacks(path):
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
        "drawings": ("week", "seconds", *DRAWINGS),
        **{f"drawings.{each}": names for each, names in DRAWINGS.items()},
        "emergency": (
            *("one", "two", "urgent", "unknown", "local", "plain", "holds"),
            *("crisis", "in-danger", "directory", "talk-to"),
        ),
        "operator": OF_OPERATORS,
        "operator.causes": _values(AlertKind),
        "operator.concerns": _values(ConcernKind),
        "operator.done": _values(ConcernKind),
        "operator.kinds": _values(Kind),
        "operator.left-out": tuple(sorted(LEFT_OUT)),
        "operator.letters": _values(LetterKind),
        "operator.reached": REACHED[:-1],
        "operator.reasons": REASONS,
        "operator.about-them": ("phrases",),
        "operator.states": _values(State),
        "operator.meant": tuple(sorted(each.value for each in REACHED_BY_ALL)),
        "operator.not-reached": tuple(sorted(each.value for each in ENDED if each is not Outcome.SENT)),
        "screens.pain": ("name", "ask", "how"),
        "screens.activity": ("name", "ask", "how"),
        "reminders": ("openers", "silent", "kinds", "unsent", "not-today", "praise", "barriers"),
        "reminders.kinds": ("learn", "strength", "mobility", "easy"),
        "reminders.unsent": UNSENT,
        **({"screens.sure": ("name", "ask", "how")} if care is not None and care.sure is not None else {}),
        **({"reminders.barriers": barriers} if barriers else {}),
        **{f"reminders.barriers.{barrier}": ("label", "answer") for barrier in barriers},
        **{f"areas.{area}": ("name", "may") for area in pieces.get("areas", ())},
    }


def _walk(document: Document, path: str, node: yaml.Node | None, book: Wordbook) -> None:
    if node is None or f"{path}.".startswith(tuple(f"{each}." for each in OTHER)) or path in book.told:
        return
    if TEXTS.fullmatch(path):
        _text(document, path, node)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _walk(document, f"{path}.{key.value if isinstance(key, yaml.ScalarNode) else ''}", value, book)
    elif isinstance(node, yaml.SequenceNode):
        document.fault(node, f"“{path}” is a list: names with words were expected, such as “first: …”")
    elif not (isinstance(node, yaml.ScalarNode) and not node.value.strip()):
        document.fault(node, f"nothing reads the words of “{path}”")


def _text(document: Document, path: str, node: yaml.Node) -> None:
    if not isinstance(node, yaml.ScalarNode):
        document.fault(node, f"“{path}” must be words, not a list or a table: write them between quotation marks")
    elif node.tag.endswith(":null") and node.value.strip():
        document.fault(node, f"“{path}”: “{node.value}” means nothing here: write it between quotation marks")
    elif node.tag.endswith((":bool", ":int", ":float")):
        document.fault(node, f"“{path}”: write “{node.value}” between quotation marks")
    elif (sign := document.lines[node.start_mark.line][node.start_mark.column :][:1]) in ("!", "&"):
        document.fault(node, f"“{path}”: the first word, which begins with {sign}, is not shown: {plainly.QUOTED}")
    elif not str(node.value).strip(UNSEEN):
        document.fault(node, f"“{path}” is empty")
    elif not node.style and CURLY.fullmatch(str(node.value)):
        document.fault(node, f"“{path}”: these quotation marks would be shown: type straight ones, or none")
    elif not node.style and COMMENT.match(document.lines[node.end_mark.line][node.end_mark.column :]):
        document.fault(node, f"“{path}”: what follows # is not shown: write the words between quotation marks")
