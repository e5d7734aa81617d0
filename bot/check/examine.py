"""The whole examination of a content folder: files, words, reading grades, and every message rendered."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError

from bot.check import completeness, limits, reading
from bot.check.branches import WatchedRenderer
from bot.check.named import named_in_code
from bot.check.previews import Samples
from bot.check.template_rules import template_faults
from bot.check.wordbook import ENDING, Wordbook
from bot.content import LANGUAGE, Catalog, ContentFaults, load_catalog
from bot.core.message import OutgoingMessage
from bot.demo.entities import ParseError, parse_html
from bot.places import Places
from bot.yaml_nodes import Fault

EXERCISE_LENGTH = 2500
STEPS_LENGTH = 700
BUTTON_WORDS = re.compile(
    r"labels\.[^.]+|selftests\..+\.choices\.[^.]+|choices\.\w+\.[^.]+|quiz\.\w+\.choices\.\w+"
    r"|reminders\.barriers\.[^.]+\.label"
)


@dataclass(frozen=True)
class Findings:
    """What an examination found. Warnings stop nobody."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    grades: tuple[reading.Grade, ...] = ()
    messages: int = 0


def examine(
    folder: Path, places: Places | None, lives: Callable[[Samples], None] = Samples.run, *, graded: bool = True
) -> Findings:
    """Everything that is wrong with a content folder.

    Without places no life is lived and no message rendered, and ungraded no text is measured: what then remains takes
    about a second.
    """
    faults: list[Fault] = []
    catalog = None
    try:
        catalog = load_catalog(folder)
    except ContentFaults as found:
        faults += found.faults
    home = next((path.parent for path in sorted(folder.glob("*/series.yaml"))), None)
    if home is None:
        return Findings(tuple(faults))
    book = Wordbook(home / LANGUAGE, folder, faults)
    astray = list(template_faults(book))
    faults += astray
    faults += _markup(book)
    faults += _lengths(book)
    faults += reading.forbidden_faults(book)
    grades = reading.grades(book) if graded else []
    faults += reading.grade_faults(grades)
    messages = 0
    if catalog is not None:
        faults += completeness.id_faults(catalog)
        completeness.structure_faults(catalog, faults)
        completeness.word_faults(catalog.series, book, named_in_code())
        if places is not None and not astray:
            stage = _Stage(catalog, places)
            faults += stage.play(lives, whole=not faults)
            messages = stage.messages
    return Findings(tuple(sorted(set(faults))), tuple(_warnings(book)), tuple(grades), messages)


def _warnings(book: Wordbook) -> Iterator[Fault]:
    if not book.has("contact.sample"):
        return
    document, node = book.node("contact.sample")
    if node is not None and node.value == "true":
        yield Fault(document.name, node.start_mark.line + 1, "these people are made up: put your own here")


def _markup(book: Wordbook) -> Iterator[Fault]:
    """Blocks go into messages as they stand; whatever is wrong with their markup is named where it stands."""
    for page in book.pages.values():
        for name, block in page.blocks.items():
            try:
                parse_html(block.words)
            except ParseError as trouble:
                yield Fault(page.file, block.line, f"Telegram would refuse the block “{name}”: {trouble}")


def _lengths(book: Wordbook) -> Iterator[Fault]:
    for name, page in book.pages.items():
        if not name.startswith("exercises/"):
            continue
        whole = sum(len(block.words.strip()) for block in page.blocks.values())
        if whole > EXERCISE_LENGTH:
            yield Fault(page.file, 1, f"the exercise has {whole} characters; {EXERCISE_LENGTH} at most")
        steps = page.blocks.get("steps")
        if steps is not None and len(steps.words.strip()) > STEPS_LENGTH:
            yield Fault(
                page.file, steps.line, f"the steps have {len(steps.words.strip())} characters; {STEPS_LENGTH} at most"
            )
    for text in book.texts():
        if BUTTON_WORDS.fullmatch(text.path) and "{{" not in text.words and len(text.words) > limits.LABEL:
            yield Fault(
                text.file,
                text.line,
                f"the button “{text.words}” has {len(text.words)} characters; {limits.LABEL} at most",
            )


class _Stage:
    """Where the sample lives are played: each message is rendered and measured."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self.messages = 0
        self._catalog = catalog
        self._words = catalog.words[LANGUAGE].folder
        self._renderer = WatchedRenderer(catalog, places.country_of)
        self._samples = Samples(catalog, places, self._renderer, self._show)
        self._faults: dict[tuple[str, str], Fault] = {}
        self._seen: set[str] = set()

    def play(self, lives: Callable[[Samples], None], whole: bool) -> list[Fault]:
        """These lives; what follows from other faults (a life that broke off, a branch not come to) only if `whole`."""
        broken = None
        try:
            lives(self._samples)
        except Exception as trouble:  # whatever the content broke in the code is a fault of the content
            broken = self._fault_of(trouble, "series")
        faults = list(self._faults.values())
        if whole and not faults:
            faults += [broken] if broken else self._renderer.never_shown(self._words, self._catalog.folder)
        return faults

    def _show(self, title: str, message: OutgoingMessage) -> None:
        if (seen := repr(message)) in self._seen:
            return
        self._seen.add(seen)
        self.messages += 1
        file = self._name(f"screens/{message.template}{ENDING}")
        try:
            found = [
                Fault(file, 1, f"{text} ({title})") for text in limits.too_much(message, self._renderer.render(message))
            ]
        except (TemplateError, KeyError, ValueError, TypeError, AttributeError) as trouble:
            found = [self._fault_of(trouble, f"screens/{message.template}{ENDING}")]
        for fault in found:
            self._faults.setdefault((fault.file, fault.text.partition(" (")[0]), fault)

    def _fault_of(self, trouble: Exception, file: str) -> Fault:
        """A fault at the template's line in which the trouble came up."""
        frames = [frame for frame in traceback.extract_tb(trouble.__traceback__) if frame.filename.endswith(ENDING)]
        line = frames[-1].lineno if frames else getattr(trouble, "lineno", 1)
        name = Path(frames[-1].filename).relative_to(self._words).as_posix() if frames else file
        what = f"there are no words “{trouble.args[0]}”" if isinstance(trouble, KeyError) else str(trouble)
        return Fault(self._name(name), line or 1, f"cannot be rendered: {what}")

    def _name(self, file: str) -> str:
        return (self._words / file).relative_to(self._catalog.folder).as_posix()
