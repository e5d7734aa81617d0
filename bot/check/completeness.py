"""Everything the structure and the code name has its words, and all words belong to something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import nodes

from bot.check.named import Named
from bot.check.wordbook import Wordbook
from bot.content import Catalog
from bot.core import safety
from bot.core.plan import LEVELS
from bot.core.series import Exercise, Question, Series
from bot.handlers import COMMANDS
from bot.yaml_nodes import Fault

EXERCISE_BLOCKS = ("name", "why", "steps", "feel", "easier", "harder", "mistake", "kit_free", "seated")
LESSON_BLOCKS = ("title", "text", "simple")
ON_THE_FLOOR = ("kneeling", "floor")
CONFIDENCE = ("strong", "fair", "weak", "practice")
CHECKED = ("source", "abstract", "summary", "background")


ID = re.compile(r"[a-z0-9-]{1,40}")


def structure_faults(catalog: Catalog, faults: list[Fault]) -> None:
    """What the catalog itself does not insist on: a source for every claim, and a known confidence."""
    series = catalog.series
    home = series.id
    claims: list[tuple[str, tuple[str, ...], tuple[str, ...], str]] = [
        ("exercises", (each.id,), each.sources, each.confidence) for each in series.exercises
    ]
    for lesson in series.lessons:
        claims += [("lessons", (lesson.id, part.id), part.sources, part.confidence) for part in lesson.parts]
    for test in series.tests:
        claims += [("selftests", (test.id,), test.sources, "")]
        claims += [("selftests", (test.id, each.id), each.sources, "") for each in test.questions]
    claims += [("safety", (each.id,), each.sources, "") for each in (*series.safety, series.trigger)]
    for file, ids, sources, confidence in claims:
        name, id = f"{home}/{file}.yaml", "/".join(ids)
        line = _line_of(catalog.home / f"{file}.yaml", ids)
        if not sources:
            faults.append(Fault(name, line, f"“{id}” names no source"))
        if confidence and confidence not in CONFIDENCE:
            faults.append(Fault(name, line, f"“{id}”: the confidence “{confidence}” is none of {_list(CONFIDENCE)}"))
    for id, source in catalog.sources.items():
        if source.checked not in CHECKED:
            file, line = _source_line(catalog, id)
            faults.append(Fault(file, line, f"“{id}”: checked “{source.checked}” is none of {_list(CHECKED)}"))


def word_faults(series: Series, book: Wordbook, named: Named) -> None:
    """Words without structure, structure without words."""
    _exercises(series, book)
    _lessons(series, book)
    _selftests(series, book)
    _choices(series, book)
    _labels(series, book, named)
    _screens(book, named)
    _commands(book)


def _exercises(series: Series, book: Wordbook) -> None:
    for exercise in series.exercises:
        _blocks(book, f"exercises/{exercise.id}", _blocks_of(exercise))
    _orphans(book, "exercises/", [f"exercises/{each.id}" for each in series.exercises])


def _blocks_of(exercise: Exercise) -> tuple[str, ...]:
    return (*EXERCISE_BLOCKS, "kneel_free") if set(ON_THE_FLOOR) & set(exercise.asks) else EXERCISE_BLOCKS


def _lessons(series: Series, book: Wordbook) -> None:
    names = [f"lessons/{lesson.id}/{part.id}" for lesson in series.lessons for part in lesson.parts]
    for name in names:
        _blocks(book, name, LESSON_BLOCKS)
    _orphans(book, "lessons/", names)
    for lesson in series.lessons:
        quiz = f"quiz.{lesson.id}"
        if quiz not in book.documents:
            book.faults.append(Fault(f"{book.folder}/lessons/{lesson.id}/quiz.yaml", 1, "the file is missing"))
            continue
        book.expect(quiz, ("question", "choices", "right", "because"))
        document = book.documents[quiz]
        right = document.member("right")
        if right is not None and not book.has(f"{quiz}.choices.{right.value}"):
            document.fault(right, f"the right answer “{right.value}” is none of the choices")


def _blocks(book: Wordbook, name: str, wanted: tuple[str, ...]) -> None:
    page = book.pages.get(name)
    file = f"{book.folder}/{name}.html.j2"
    if page is None:
        if not any(fault.file == file for fault in book.faults):
            book.faults.append(Fault(file, 1, "the file is missing"))
        return
    for block in wanted:
        if block not in page.blocks:
            book.faults.append(Fault(file, 1, f"the block “{block}” is missing"))
        elif not page.blocks[block].words.strip():
            book.faults.append(Fault(file, page.blocks[block].line, f"the block “{block}” is empty"))
    for block, found in page.blocks.items():
        if block not in wanted:
            book.faults.append(Fault(file, found.line, f"nothing shows a block “{block}”; known here: {_list(wanted)}"))


def _orphans(book: Wordbook, folder: str, wanted: Iterable[str]) -> None:
    known = set(wanted)
    for name, page in book.pages.items():
        if name.startswith(folder) and name not in known:
            book.faults.append(Fault(page.file, 1, "these words belong to nothing in the structure"))


def _selftests(series: Series, book: Wordbook) -> None:
    book.expect("selftests", (test.id for test in series.tests))
    for test in series.tests:
        book.expect(f"selftests.{test.id}", ("title", "intro", "questions"))
        book.expect(f"selftests.{test.id}.questions", (question.id for question in test.questions))
        for question in test.questions:
            path = f"selftests.{test.id}.questions.{question.id}"
            scoring = _scoring(question)
            parts = [
                "name",
                "how",
                "ask",
                *(["choices"] if question.choices else []),
                *(["because"] if scoring else []),
            ]
            book.expect(path, parts)
            if question.choices:
                book.expect(f"{path}.choices", (choice.id for choice in question.choices))
            if scoring:
                book.expect(f"{path}.because", scoring)


def _scoring(question: Question) -> list[str]:
    """The answers that speak for a focus area, each of which needs its reason in words."""
    choices = [choice.id for choice in question.choices if choice.points]
    return choices + [band.id for band in question.bands if band.points]


def _choices(series: Series, book: Wordbook) -> None:
    choices = series.choices
    book.expect("choices", ("knees", "ages", "kit", "activities", "why-age"))
    book.expect("choices.knees", choices.knees)
    book.expect("choices.ages", (band.id for band in choices.ages))
    book.expect("choices.kit", choices.kit)
    book.expect("choices.activities", choices.activities.ids)
    book.expect("areas", series.areas)
    for area in series.areas:
        book.expect(f"areas.{area}", ("name", "may"))
    book.expect("safety", ("opening", "weekly", "after-pain", "screens", "high-pain", "triggers"))
    book.expect("safety.high-pain", ("then",))
    screens = (*series.safety, series.trigger)
    book.expect("safety.screens", (screen.id for screen in screens))
    for screen in screens:
        book.expect(f"safety.screens.{screen.id}", ("ask", "signs", "then"))
        book.expect(f"safety.screens.{screen.id}.signs", screen.signs)
    book.expect("emergency.holds", series.emergency_default)
    book.expect("screens", ("pain", "activity"))
    book.expect("contact", ("sample", "people"))
    book.expect("confidence.levels", CONFIDENCE)
    book.expect("confidence.checked", CHECKED)


def _labels(series: Series, book: Wordbook, named: Named) -> None:
    wanted = {
        *(f"lane-{lane.id}" for lane in series.lanes),
        *(f"lesson-{lesson.id}" for lesson in series.lessons),
        *(f"test-{test.id}" for test in series.tests),
        *(f"level-{level}" for level in LEVELS),
        *(safety.NO, safety.YES, safety.NOT_SURE),
    }
    used = named.labels | {f"labels.{name}" for name in wanted}
    document = book.documents.get("labels")
    if document is None or document.node is None:
        return
    there = {f"labels.{key.value}": key for key, _ in document.node.value}
    for label in sorted(used - there.keys()):
        document.fault(document.node, f"“{label}” is missing: the code shows a button of that name")
    for label, key in there.items():
        if label not in used and not any(pattern.fullmatch(label) for pattern in named.label_patterns):
            document.fault(key, f"“{label}” is on no button")


def _screens(book: Wordbook, named: Named) -> None:
    there = {name.removeprefix("screens/") for name in book.pages if name.startswith("screens/")}
    imported = {
        str(each.template.value).removesuffix(".html.j2")
        for page in book.pages.values()
        for each in page.tree.find_all(nodes.Import)
        if isinstance(each.template, nodes.Const)
    }
    for name in sorted(named.screens - there):
        file = f"{book.folder}/screens/{name}.html.j2"
        if not any(fault.file == file for fault in book.faults):
            book.faults.append(Fault(file, 1, "the file is missing: the code shows a screen of that name"))
    for name in sorted(there - named.screens):
        if f"screens/{name}" not in imported and not any(each.fullmatch(name) for each in named.screen_patterns):
            book.faults.append(Fault(f"{book.folder}/screens/{name}.html.j2", 1, "nothing shows this screen"))
    for page in book.pages.values():
        for call in page.tree.find_all(nodes.Call):
            _called(book, page.file, call)


def _called(book: Wordbook, file: str, call: nodes.Call) -> None:
    """A path of words that a template names outright."""
    if isinstance(call.node, nodes.Name) and call.node.name in ("word", "pick") and call.args:
        path = call.args[0]
        if isinstance(path, nodes.Const) and not book.has(path.value):
            book.faults.append(Fault(file, call.lineno, f"there are no words “{path.value}”"))


def id_faults(catalog: Catalog) -> Iterator[Fault]:
    """Ids stand in the names of files and in buttons, so they are short and plain."""
    series = catalog.series
    named: dict[str, list[tuple[str, ...]]] = {
        "exercises": [(each.id,) for each in series.exercises],
        "lessons": [
            ids for each in series.lessons for ids in ((each.id,), *((each.id, part.id) for part in each.parts))
        ],
        "selftests": [ids for each in series.tests for ids in ((each.id,), *((each.id, q.id) for q in each.questions))],
        "safety": [(each.id,) for each in series.safety],
    }
    for file, found in named.items():
        path = catalog.home / f"{file}.yaml"
        for ids in found:
            if not ID.fullmatch(ids[-1]):
                name = path.relative_to(catalog.folder).as_posix()
                yield Fault(name, _line_of(path, ids), f"the id “{ids[-1]}” must be of 1 to 40 of a-z, 0-9 and -")


def _commands(book: Wordbook) -> None:
    for path in ("commands.menu", "typed.always", "typed.otherwise"):
        if not book.has(path):
            continue
        document, node = book.node(path)
        for key, value in node.value if node is not None else ():
            command = key.value if path == "commands.menu" else value.value
            if command not in COMMANDS:
                document.fault(key, f"there is no command /{command}")


def _line_of(path: Path, ids: tuple[str, ...]) -> int:
    """The line of an id, which stands below the ids of what it belongs to."""
    lines = path.read_text(encoding="utf-8").splitlines()
    line = 0
    for id in ids:
        line = next((n for n in range(line, len(lines)) if re.search(rf"\bid: {re.escape(id)}\b", lines[n])), line)
    return line + 1


def _source_line(catalog: Catalog, id: str) -> tuple[str, int]:
    for path in sorted((catalog.home / "sources").glob("*.yaml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith(f"{id}:"):
                return path.relative_to(catalog.folder).as_posix(), number
    return f"{catalog.series.id}/sources", 1


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
