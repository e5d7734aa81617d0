"""The whole examination of a content folder: files, words, reading grades, and every message rendered."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.bot_api.html import ParseError, parse_html
from bot.bot_api.limits import COMMAND_LIMIT, DESCRIPTION_LIMIT, NAME_LIMIT, SHORT_LIMIT
from bot.catalog.load import DRAWINGS, ENDING, FONTS, SHARED, Catalog, ContentReading, Reading, Unchosen, Words
from bot.catalog.pictures import FILM, MANIFEST, STILL, Pictures
from bot.catalog.plainly import of_template
from bot.catalog.yaml_schema import Fault
from bot.check import completeness, reading, safety_screens
from bot.check.bounds import bound_faults
from bot.check.branches import WatchedRenderer
from bot.check.lacks import Lack, lacks
from bot.check.marks import mark_faults, mark_faults_of_sources
from bot.check.message_limits import LABEL, REFUSED, complaints, too_much
from bot.check.named import Named, named_in_code
from bot.check.phone_view import ON_PAPER, VIEW, height
from bot.check.previews import Samples
from bot.check.renamed import renamed
from bot.check.shapes import shape_faults
from bot.check.template_rules import template_faults
from bot.check.wordbook import Page, Wordbook
from bot.core.model.message import OutgoingMessage
from bot.core.model.series import MAIN
from bot.drawing.draw import TEMPLATE, Draftsman
from bot.places.search import Places
from bot.render.text import Rendered, Renderer, frame_of

Working = Callable[[int], None]
"""Called with the number of messages rendered so far."""
EMERGENCY = "emergency.yaml"
"""The numbers and their words: what is wrong with them shows on every screen of safety."""
EXERCISE_LENGTH = 2500
STEPS_LENGTH = 700
CUES = 3
"""What somebody keeps in mind while they move."""
CARD_LENGTH = 550
"""Characters of a card that a phone shows without scrolling."""
BLOCKS = {
    "session/more": "feel",
    "session/steps": "steps",
    "session/mistake": "mistake",
    "session/why": "why",
    "session/known": "why",
}
"""Which block of an exercise's words stands on a screen; on others it is that of its form."""
READ_LENGTH = 1000
"""Characters that a slow reader takes in within a minute or so."""
KNOW_LENGTH = 600
BUTTON_WORDS = re.compile(
    r"labels\.[^.]+|(selftests|choices\.own)\..+\.choices\.[^.]+|choices\.(?!own)\w+\.[^.]+"
    r"|reminders\.barriers\.[^.]+\.label"
)


FONTS_FOLDER = f"{SHARED}/{FONTS}"
OF_THE_BOT = {"commands.name": NAME_LIMIT, "commands.description": DESCRIPTION_LIMIT, "commands.short": SHORT_LIMIT}


def keeps_from_starting(
    folder: Path, contact_file: Path | None = None, content: ContentReading | None = None
) -> Findings:
    """What the bot will not start on; the doctor tells it, and the check with all that it finds besides.

    `content` is that folder where it was read already.
    """
    return examine(folder, None, contact_file=contact_file, graded=False, named=named_in_code(), content=content)


@dataclass(frozen=True)
class Findings:
    """What an examination found. Warnings stop nobody."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    grades: tuple[reading.Grade, ...] = ()
    messages: int = 0
    catalog: Catalog | None = None
    """The content itself where it has no fault."""
    lacks: tuple[Lack, ...] = ()


def examine(
    folder: Path,
    places: Places | None,
    lives: Callable[[Samples], None] = Samples.run,
    *,
    contact_file: Path | None = None,
    graded: bool = True,
    named: Named | None = None,
    working: Working = lambda messages: None,
    content: ContentReading | None = None,
) -> Findings:
    """Everything that is wrong with a content folder.

    Without places no life is lived and no message rendered, ungraded no text is measured, and what the code names is
    looked for only where it is given: what then remains takes half a second. `content` is the
    folder where it was read already.
    """
    content = content or ContentReading(folder, contact_file)
    faults = content.faults
    if not content.series:
        return Findings(tuple(faults))
    grades: list[reading.Grade] = []
    lacking: list[Lack] = []
    traps: list[Fault] = []
    marked: set[str] = set()
    books: dict[tuple[str, str], Wordbook] = {}
    for series in content.series:
        completeness.id_faults(series)
        completeness.structure_faults(series)
        bound_faults({**series.files, "emergency": content.document(folder / SHARED / EMERGENCY)})
        faults += mark_faults_of_sources(series.source_files)
        if places is not None:
            faults += _pictures(series, folder)
        usual = _wordbook(series, content.default_language)
        for language in content.languages:
            book = usual if language == content.default_language else _wordbook(series, language)
            books[series.home.name, language] = book
            traps += template_faults(book)
            marks = list(mark_faults(book))
            faults += marks
            marked |= {fault.file for fault in marks}
            faults += _markup(book, {fault.file for fault in marks})
            faults += _lengths(book)
            said = content.languages[language]
            if said is not None:
                faults += reading.forbidden_faults(book, said.forbidden)
                faults += reading.private_faults(book, said.private)
                grades += reading.grades(book, said.reading) if graded else []
            completeness.word_faults(series.distinct, content.emergency, book, named)
            shape_faults(book, series.distinct)
            if said is not None:  # else the language itself is what is missing
                lacking += lacks(usual, book, language)
    traps += _drawn_by(folder)
    trapped = {(trap.file, trap.line) for trap in traps}  # what else is wrong there follows from it
    faults[:] = [*(fault for fault in faults if (fault.file, fault.line) not in trapped), *traps]
    faults += reading.grade_faults(grades)
    whole_words = not traps and not any(book.gone for book in books.values())
    if content.catalog is not None and whole_words:
        told_of = {fault.file for fault in faults}
        if not any(file.endswith(EMERGENCY) for file in told_of):
            faults += [fault for fault in _safety(content.catalog) if fault.file not in told_of]
    messages = 0
    if (
        content.catalog is not None
        and places is not None
        and not traps
        and not any(book.gone for book in books.values())
    ):
        told = {(fault.file, fault.line) for fault in faults}
        listed = {(fault.file, fault.text) for fault in faults}
        whole = not faults
        unseen: list[list[Fault]] = []
        for words in content.catalog.words.values():
            stage = _Stage(content.catalog, words, places, books[words.series, words.language], working)
            shown = stage.play(lives, whole)
            faults += [
                fault
                for fault in shown
                if ((fault.file, fault.line) not in told or fault.line == 1)
                and (fault.file, fault.text.partition(" (")[0]) not in listed
                and not (fault.file in marked and REFUSED in fault.text)
            ]
            messages += stage.messages
            if words.language == content.default_language:
                unseen.append(list(stage.never_shown()))
        if not faults:
            faults += _never_shown(unseen)
    found = tuple(sorted(set(renamed(list(dict.fromkeys(faults)), content.series))))
    return Findings(
        found,
        (*_warnings(content), *dict.fromkeys(map(Lack.warning, lacking))),
        tuple(sorted(set(grades), reverse=True)),
        messages,
        None if found else content.catalog,
        tuple(dict.fromkeys(lacking)),
    )


def _safety(catalog: Catalog) -> Iterator[Fault]:
    """What is wrong with the screens that send somebody to a person, and with what stands in when they break."""
    for words in catalog.words.values():
        renderer = Renderer(catalog, safety_screens.zones(catalog).__getitem__, words)
        for contact in safety_screens.contacts(catalog):
            renderer.turn_to(contact)
            for message in safety_screens.messages(catalog, catalog.series[words.series], contact):
                found = words.templates.get(f"screens/{message.template}{ENDING}")
                if found is None:
                    continue  # it is missing or cannot be read, and has its own fault
                file = found.path.relative_to(catalog.folder).as_posix()
                try:
                    shown = renderer.strictly(message)
                    for text in (*too_much(message, shown), *too_much(message, renderer.in_plain_words(message))):
                        yield Fault(file, 1, text)
                except Exception as trouble:  # whatever it is, somebody would not be told what to do
                    yield fault_of(trouble, file, catalog.folder)


def _drawn_by(root: Path) -> Iterator[Fault]:
    """What is wrong with the template that every picture is drawn by, and with its letters."""
    try:
        Draftsman(root).template  # noqa: B018 -- it is compiled, which is what may fail
    except FileNotFoundError:
        yield Fault(TEMPLATE, 1, "the file is missing: every picture is drawn by it")
    except Exception as trouble:  # whatever it is, nobody would be shown a picture
        yield fault_of(trouble, TEMPLATE, root)
    try:
        if Draftsman(root).typeface.lacks("0a"):
            yield Fault(FONTS_FOLDER, 1, "a plain and a bold font (.ttf) belong here: pictures would have no letters")
    except Exception:  # whatever a torn file makes of the library
        yield Fault(FONTS_FOLDER, 1, "a font here cannot be read: copy it anew")


def _never_shown(unseen: list[list[Fault]]) -> Iterator[Fault]:
    """What no series came to; a screen that all share need not be shown by each."""
    times = Counter(fault for each in unseen for fault in each)
    return (
        fault for fault, number in times.items() if number == len(unseen) or not fault.file.startswith(f"{SHARED}/")
    )


def _wordbook(series: Reading, language: str) -> Wordbook:
    content = series.content
    folders, parse = series.folders(language), content.readers.parse
    return Wordbook(folders, content.folder, series.words[language], series.faults, content.text, parse)


def _warnings(content: ContentReading) -> Iterator[Fault]:
    document = content.contact_document
    node = document.member("sample")
    if node is not None and node.value == "true":
        yield Fault(
            document.name, node.start_mark.line + 1, "these people are made up: your own belong in contact.yaml"
        )


def _pictures(series: Reading, root: Path) -> Iterator[Fault]:
    """Exercises without a figure, pages with one there is not, figures without a film.

    Without a manifest all is said in words.
    """
    media = series.home / "media"
    manifest = media / MANIFEST
    name = manifest.relative_to(root).as_posix()
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
        figures = list(json.loads("\n".join(lines)))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as trouble:
        yield Fault(name, getattr(trouble, "lineno", 1), "cannot be read: make figures writes it anew")
        return
    for figure in figures:
        line = next((n for n, text in enumerate(lines, 1) if text.strip().startswith(f'"{figure}":')), 1)
        for ending in (FILM, STILL):
            if not (media / f"{figure}{ending}").is_file():
                yield Fault(name, line, f"{figure}{ending} is missing: make figures draws it")
    document = series.files["exercises"]
    for exercise in series.pieces.get("exercises", ()):
        if exercise.id not in figures and (node := document.entry(exercise.id)) is not None:
            mend = f"pose it in figures/{exercise.id}.yaml, then make figures"
            yield Fault(document.name, node.start_mark.line + 1, f"“{exercise.id}” has no figure: {mend}")
    document = series.files["lessons"]
    for lesson in series.pieces.get("lessons", ()):
        for page in lesson.pages:
            node = document.entry(lesson.id, page.id)
            if page.picture and page.picture not in figures and node is not None:
                yield Fault(document.name, node.start_mark.line + 1, f"there is no figure “{page.picture}”")


def _markup(book: Wordbook, known: Collection[str]) -> Iterator[Fault]:
    """Blocks go into messages as they stand; whatever else is wrong with their markup is named at the block."""
    for page in book.pages.values():
        if page.file in known:
            continue
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
        cues = page.blocks.get("cues")
        if cues is not None and (found := len(cues.words.strip().splitlines())) != CUES:
            yield Fault(page.file, cues.line, f"there are {found} cues; {CUES} of them, a line each")
    for name, page in book.pages.items():
        if name.startswith("lessons/"):
            yield from _page_lengths(page)
    for text in book.texts:
        most = COMMAND_LIMIT if text.path.startswith("commands.menu.") else OF_THE_BOT.get(text.path)
        if most is not None and (length := len(text.words.strip())) > most:
            yield Fault(text.file, text.line, f"“{text.path}” has {length} characters; {most} at most")
        if BUTTON_WORDS.fullmatch(text.path) and "\n" in text.words.strip():
            yield Fault(text.file, text.line, f"the button “{text.words.splitlines()[0]} …” must stand in one line")
        if BUTTON_WORDS.fullmatch(text.path) and "{{" not in text.words and len(text.words) > LABEL:
            yield Fault(
                text.file,
                text.line,
                f"the button “{text.words}” has {len(text.words)} characters; {LABEL} at most",
            )


def _page_lengths(page: Page) -> Iterator[Fault]:
    """A card fits one view of a phone, a read takes a minute, and so does what either rests on."""
    kind, most = ("read", READ_LENGTH) if "hook" in page.blocks else ("card", CARD_LENGTH)
    for what, blocks, limit in ((kind, ("title", "text", "further"), most), ("evidence", ("know",), KNOW_LENGTH)):
        found = [page.blocks[name] for name in blocks if name in page.blocks]
        shown = sum(len(reading.seen(block.words)) for block in found)
        if shown > limit:
            longest = max(found, key=lambda block: len(block.words))
            yield Fault(page.file, longest.line, f"the {what} has {shown} characters; {limit} at most")


class _Stage:
    """Where the sample lives are played, in one series and language: each message is rendered and measured."""

    def __init__(self, catalog: Catalog, words: Words, places: Places, book: Wordbook, working: Working) -> None:
        self.messages = 0
        catalog = replace(catalog, unchosen=Unchosen(words.series, words.language))
        self._catalog = catalog
        self._book = book
        self._pictures = Pictures(catalog.folder)
        self._working = working
        self._renderer = WatchedRenderer(catalog, places.country_of, words)
        self._draftsman = Draftsman(catalog.folder)
        self._samples = Samples(catalog, places, self._renderer, self._show)
        self._faults: dict[tuple[str, int, str], Fault] = {}
        self._seen: set[str] = set()

    def play(self, lives: Callable[[Samples], None], whole: bool) -> list[Fault]:
        """These lives; only if `whole` that one broke off, which may follow from other faults."""
        broken = None
        try:
            lives(self._samples)
        except Exception as trouble:  # whatever the content broke in the code is a fault of the content
            broken = fault_of(trouble, f"{self._catalog.default.id}/series.yaml", self._catalog.folder)
        faults = list(self._faults.values())
        return [*faults, *([broken] if broken and whole and not faults else [])]

    def never_shown(self) -> Iterator[Fault]:
        """Every screen and branch that these lives did not come to."""
        return self._renderer.never_shown()

    def _show(self, title: str, message: OutgoingMessage) -> None:
        if (seen := repr(message)) in self._seen:
            return
        self._seen.add(seen)
        self.messages += 1
        self._working(self.messages)
        try:
            rendered = self._renderer.strictly(message)
            found = [
                Fault(*self._blamed(message, label), f"{text} ({title})")
                for label, text in complaints(message, rendered)
            ]
            tall = height(rendered, self._shape(message, rendered)) if message.template != ON_PAPER else 0
            if tall > VIEW:
                text = f"“{message.template}” is {tall} pixels high; {VIEW} at most fit one view of a phone"
                found.append(Fault(*self._blamed(message, ""), f"{text} ({title})"))
            found += self._ill_drawn(message, title)
        except Exception as trouble:  # whatever it is, somebody would not be shown this
            file = self._renderer.file_of(f"screens/{message.template}{ENDING}")
            found = [fault_of(trouble, file, self._catalog.folder)]
        for fault in found:
            self._faults.setdefault((fault.file, fault.line, fault.text.partition(" (")[0]), fault)

    def _shape(self, message: OutgoingMessage, rendered: Rendered) -> float | None:
        """The height of what a message shows by its width; None where it shows no picture."""
        if message.drawing is not None:
            sheet = self._draftsman.sheet(message.drawing, self._renderer)
            return sheet.height / sheet.width
        return self._pictures.shape(rendered.pictures) if rendered.shows_pictures else None

    def _ill_drawn(self, message: OutgoingMessage, title: str) -> list[Fault]:
        """Words of a picture that do not fit, or that no font has the letters for."""
        if message.drawing is None:
            return []
        sheet = self._draftsman.sheet(message.drawing, self._renderer)
        try:
            self._draftsman.written(sheet)
        except Exception as trouble:  # whatever it is, somebody would not be shown this
            return [fault_of(trouble, TEMPLATE, self._catalog.folder)]
        file = self._book.place(DRAWINGS, ".yaml")
        texts = [f"“{words}” is too long for its place in a picture" for words in sheet.cut]
        for letters in (self._draftsman.typeface.lacks(part.words) for part in sheet.parts):
            texts += [f"no font in {SHARED}/{FONTS} has “{letter}”" for letter in sorted(letters)]
        return [Fault(file, 1, f"{text} ({title})") for text in texts]

    def _blamed(self, message: OutgoingMessage, label: str) -> tuple[str, int]:
        """Where the words stand that an author would mend: of a button, a question, a part of a lesson, the screen."""
        values = message.values
        label = label or f"{values.get('words')}.{'how' if message.template == 'test/how' else 'ask'}"
        if self._book.has(label):
            document, node = self._book.node(label)
            return document.name, node.start_mark.line + 1 if node else 1
        page = self._book.pages.get(f"lessons/{values.get('lesson')}/{values.get('part')}")
        if page is None and "exercise" in values:
            page = self._book.pages.get(f"exercises/{values['exercise']}")
            named = BLOCKS.get(message.template) or values.get("form", "")
            if page is not None and (block := page.blocks.get("cues" if named == MAIN else named)) is not None:
                return page.file, block.line
        if page is None:
            return self._renderer.file_of(f"screens/{message.template}{ENDING}"), 1
        longest = max(page.blocks.values(), key=lambda block: len(block.words), default=None)
        return page.file, longest.line if longest else 1


def fault_of(trouble: Exception, file: str, root: Path) -> Fault:
    """A fault at the template's line in which the trouble came up, in that file where it came up in none."""
    path, line = frame_of(trouble) or (None, 1)
    name = Path(path).relative_to(root).as_posix() if path and Path(path).is_relative_to(root) else file
    what = f"there are no words “{trouble.args[0]}”" if isinstance(trouble, KeyError) else of_template(str(trouble))
    return Fault(name, line, f"cannot be shown: {what}")
