"""Everything the structure and the code name has its words, and all words belong to something."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import pairwise

from jinja2 import TemplateSyntaxError, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.tests import TESTS

from bot.catalog import plainly
from bot.catalog.load import CHECKED, ENDING, Reading
from bot.catalog.pieces import Pieces
from bot.catalog.yaml_schema import Fault
from bot.check.named import Named
from bot.check.template_rules import FUNCTIONS
from bot.check.wordbook import NOWHERE, Page, Wordbook, whole_of
from bot.core.assessment import safety
from bot.core.assessment.pain import KNEES
from bot.core.desk.lists import COMMANDS as OF_COACHES
from bot.core.model.series import (
    FORMS,
    KINDS,
    LEVELS,
    OWN_WORDS,
    Band,
    Choice,
    Choices,
    EmergencyNumbers,
    Exercise,
    Ladder,
    Lesson,
    LimitRules,
    Question,
    SafetyScreen,
    Test,
)
from bot.core.schedule.plan import BEGINS, LESS, ON_THE_FLOOR, SETS_BACK, SPARED
from bot.core.screens.dispatch import COMMANDS
from bot.core.typed.vocabulary import SeriesWords, SignWords, Vocabulary

EXERCISE_BLOCKS = ("name", "why", "cues", "steps", "feel", "easier", "harder", "mistake", "kit_free", "seated")
CARD_BLOCKS = ("title", "text", "know")
READ_BLOCKS = ("title", "hook", "text", "know")
CARDS = 5
"""Of a lesson at most: what is read in one go."""
BY_BLOCK = ("exercises/", "lessons/")
"""Templates that are shown block by block, and given nothing to fill in."""
GIVEN = {*DEFAULT_NAMESPACE, "loop"}
PRAISED = frozenset({"done", "target"})
"""What praise at the end of a week is filled in with."""
ID = re.compile(r"[a-z0-9-]{1,40}")
CONFIDENCE = ("strong", "fair", "weak", "practice")


def structure_faults(reading: Reading) -> None:
    """What the catalog itself does not insist on: a source for every claim, and a known confidence."""
    pieces = reading.pieces
    for exercise in pieces.get("exercises", ()):
        node = reading.files["exercises"].entry(exercise.id)
        for form in filter(None, (exercise.dose, exercise.easier_dose, exercise.harder_dose)):
            for what, span in (("reps", form.reps), ("seconds", form.seconds)):
                if span and (span[0] > span[-1] or span[0] < 1):
                    low, high = span[0], span[-1]
                    text = f"“{exercise.id}”: {what} [{low}, {high}]: write the lower number first, 1 at least"
                    reading.files["exercises"].fault(node, text)
            if bool(form.reps) is bool(form.seconds):
                text = f"“{exercise.id}”: a dose is counted in reps or in seconds: write one of the two"
                reading.files["exercises"].fault(node, text)
    claims: list[tuple[str, tuple[str, ...], tuple[str, ...], str]] = [
        ("exercises", (each.id,), each.sources, each.confidence) for each in pieces.get("exercises", ())
    ]
    _ages(reading)
    _reviews(reading)
    _unled(reading)
    for lesson in pieces.get("lessons", ()):
        if len(lesson.parts) > CARDS:
            node = reading.files["lessons"].entry(lesson.id)
            reading.files["lessons"].fault(node, f"“{lesson.id}” has {len(lesson.parts)} cards; {CARDS} at most")
        claims += [("lessons", (lesson.id, page.id), page.sources, page.confidence) for page in lesson.pages]
    for test in pieces.get("tests", ()):
        claims += [("selftests", (test.id,), test.sources, "")]
        claims += [("selftests", (test.id, each.id), each.sources, "") for each in test.questions]
    claims += [("safety", (each.id,), each.sources, "") for each in _safety_screens(pieces)]
    for file, ids, sources, confidence in claims:
        document, id = reading.files[file], "/".join(ids)
        node = document.entry(*ids)
        if not sources:
            document.fault(node, f"“{id}” names no source")
        if confidence and confidence not in CONFIDENCE:
            document.fault(node, f"“{id}”: the confidence “{confidence}” is none of {_list(CONFIDENCE)}")


def _ages(reading: Reading) -> None:
    """Bands of age, each from a higher year than the one before: an age belongs to the last that it reaches."""
    choices = reading.pieces.get("choices")
    bands = choices.ages if choices is not None else ()
    for before, after in pairwise(bands):
        if bands[0].start <= after.start <= before.start:  # a lower one than the first cannot be meant, and is named so
            text = (
                f"“{after.id}” begins at {after.start}, after “{before.id}” at {before.start}: write the youngest first"
            )
            reading.files["choices"].fault(reading.files["choices"].entry(after.id), text)


def _reviews(reading: Reading) -> None:
    """A signature is a name and a day; half of one signs nothing."""
    signed = [("exercises", (each.id,), each.reviewed) for each in reading.pieces.get("exercises", ())]
    signed += [("lessons", (each.id,), each.reviewed) for each in reading.pieces.get("lessons", ())]
    signed += [("selftests", (each.id,), each.reviewed) for each in reading.pieces.get("tests", ())]
    signed += [("safety", (each.id,), each.reviewed) for each in _safety_screens(reading.pieces)]
    for file, ids, review in signed:
        if (review.on is None) != (not (review.by or "").strip()):
            missing = "on: the day it was signed" if review.on is None else "by: who signed it"
            text = f"“{'/'.join(ids)}”: half a “reviewed” signs nothing; add {missing}"
            reading.files[file].fault(reading.files[file].entry(*ids), text)


def _unled(reading: Reading) -> None:
    """Limits that no answer leads to: what they keep people from would be given to everybody."""
    pieces = reading.pieces
    if "limits" not in pieces or "safety" not in pieces or "tests" not in pieces:
        return
    led = {limit for screen in _safety_screens(pieces) for limits in screen.limits.values() for limit in limits}
    for test in pieces["tests"]:
        for question in test.questions:
            answers: list[Choice | Band] = [*question.choices, *question.bands]
            led |= {limit for answer in answers for limit in answer.limits}
    for limit in pieces["limits"]:
        if limit.id not in led:
            text = f"no answer leads to “{limit.id}”, which so limits nobody: name it at a sign, or take it out"
            reading.files["safety"].fault(reading.files["safety"].entry(limit.id), text)


def id_faults(reading: Reading) -> None:
    """Ids stand in the names of files and in buttons, so they are short and plain."""
    pieces = reading.pieces
    named: list[tuple[str, tuple[str, ...]]] = [("exercises", (each.id,)) for each in pieces.get("exercises", ())]
    named += [("safety", (each.id,)) for each in _safety_screens(pieces)]
    for lesson in pieces.get("lessons", ()):
        named += [("lessons", ids) for ids in ((lesson.id,), *((lesson.id, page.id) for page in lesson.pages))]
    for test in pieces.get("tests", ()):
        named += [("selftests", ids) for ids in ((test.id,), *((test.id, each.id) for each in test.questions))]
    for file, ids in named:
        if not ID.fullmatch(ids[-1]):
            document = reading.files[file]
            document.fault(document.entry(*ids), f"the id “{ids[-1]}” must be of 1 to 40 of a-z, 0-9 and -")


def word_faults(pieces: Pieces, numbers: EmergencyNumbers | None, book: Wordbook, named: Named | None) -> None:
    """Words without structure, structure without words; with `named`, what the code names likewise.

    What cannot be read is neither missed nor too much.
    """
    book.note_gone()
    if "exercises" in pieces:
        _exercises(pieces["exercises"], book)
    if "lessons" in pieces:
        _lessons(pieces["lessons"], book)
    if "tests" in pieces:
        _selftests(pieces["tests"], book)
    if "choices" in pieces:
        _choices(pieces["choices"], book)
    if "ladders" in pieces and "exercises" in pieces:
        _harder(pieces["ladders"], {each.id for each in pieces["exercises"]}, book)
    if "areas" in pieces:
        book.expect("areas", pieces["areas"])
        for area in pieces["areas"]:
            book.expect(f"areas.{area}", ("name", "may"))
    if "safety" in pieces and "trigger" in pieces:
        _safety(_safety_screens(pieces), pieces.get("limits", ()), book)
    if numbers is not None:
        book.expect("emergency.holds", numbers.default)
        book.expect("emergency.talk-to", numbers.crisis)
    book.expect(
        "series", ("see-a-doctor", "rest-now", "card", "flare", "tonight", "tomorrow", "get-help", "cannot-judge")
    )
    care = pieces.get("care")
    sure = ("sure",) if care is None or care.sure is not None else ()
    book.expect("screens", ("pain", "activity", *(sure if care is not None else ())), optional=sure)
    book.expect("commands", ("menu",), optional=("name", "description", "short"))
    for typed in book.documents.get("typed", ()):
        typed.build(typed.node, Vocabulary if book.is_shared(typed) else SeriesWords)
    # Where the list of them cannot be read, nothing is wrong with what explains them.
    book.expect("terms", [str(key.value) for key, _ in book.table("typed.terms") or book.table("terms")])
    for safety_words in book.documents.get("safety", ()):
        if (triggers := safety_words.member("triggers")) is not None:
            safety_words.build(triggers, SignWords)
    book.expect("confidence.levels", CONFIDENCE)
    book.expect("confidence.checked", CHECKED)
    _labels(pieces, book, named)
    if named is not None:
        _screens(book, named)
    for page in book.pages.values():
        shown = {id(each) for output in page.of(nodes.Output) for each in output.nodes}
        for call in page.of(nodes.Call):
            _called(book, page.file, call, id(call) in shown)
    _circles(book)
    _commands(book)


def _safety_screens(pieces: Pieces) -> tuple[SafetyScreen, ...]:
    by_words = [pieces[each] for each in ("trigger", "ending_life") if each in pieces]
    return (*pieces.get("safety", ()), *by_words)


def _exercises(exercises: Iterable[Exercise], book: Wordbook) -> None:
    _expect_pages(book, "exercises", [each.id for each in exercises])
    for exercise in exercises:
        wanted = _blocks_of(exercise)
        names = ("do", *(f"{name}_{form}" for name in ("name", "do") for form in wanted if form in FORMS))
        _blocks(book, f"exercises/{exercise.id}", wanted, names)


def _blocks_of(exercise: Exercise) -> tuple[str, ...]:
    return (*EXERCISE_BLOCKS, "kneel_free") if set(ON_THE_FLOOR) & set(exercise.asks) else EXERCISE_BLOCKS


def _lessons(lessons: Iterable[Lesson], book: Wordbook) -> None:
    _expect_pages(book, "lessons", [lesson.id for lesson in lessons])
    for lesson in lessons:
        _expect_pages(book, f"lessons/{lesson.id}", [page.id for page in lesson.pages])
        for pages, wanted in ((lesson.parts, CARD_BLOCKS), (lesson.reads, READ_BLOCKS)):
            for page in pages:
                _blocks(book, f"lessons/{lesson.id}/{page.id}", (*wanted, "further") if page.further else wanted)


def _blocks(book: Wordbook, name: str, wanted: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    page = book.pages.get(name)
    file = page.file if page else book.place(name)
    if page is None:
        return  # it is missing or cannot be read, and has its own fault
    if not page.blocks:
        text = f"nothing here stands in a block, and only blocks are shown: {_list(wanted)} belong here"
        book.faults.append(Fault(file, 1, text))
        return
    others = [block for block in page.blocks if block not in (*wanted, *optional)]
    meant = plainly.meant(others, wanted, page.blocks)
    for block, found in page.blocks.items():
        if block in meant:
            instead = f"did you mean “{meant[block]}”?" if meant[block] else plainly.nearest(block, wanted)
            book.faults.append(Fault(file, found.line, f"nothing shows a block “{block}”; {instead}"))
        elif not found.words.strip():
            book.faults.append(Fault(file, found.line, f"the block “{block}” is empty"))
    missing = [block for block in wanted if block not in page.blocks and block not in meant.values()]
    if missing and page.twin is None:  # the second of twins may be meant for it
        named = f"the block “{missing[0]}” is" if len(missing) == 1 else f"the blocks {_list(missing)} are"
        book.faults.append(Fault(file, 1, f"{named} missing"))
    if page.outside is not None:
        book.faults.append(Fault(file, page.outside, "these words stand in no block, so nobody sees them"))


def _expect_pages(book: Wordbook, folder: str, wanted: Iterable[str]) -> None:
    """In that folder these pages, or folders of them, stand, and no others."""
    if book.has_fault(folder):
        return
    names = [*wanted]
    there: dict[str, str] = {}
    for name, page in book.pages.items():
        if name.startswith(f"{folder}/"):
            below = name.removeprefix(f"{folder}/").partition("/")
            there.setdefault(below[0], page.file.removesuffix(f"/{below[2]}{ENDING}") if below[1] else page.file)
    unreadable = [name for name in names if book.is_unreadable(f"{folder}/{name}")]
    others = [name for name in there if name not in names]
    meant = plainly.meant(others, [name for name in names if name not in unreadable], there)
    for name, other in meant.items():
        instead = f"{NOWHERE}: did you mean “{folder}/{other}”?" if other else NOWHERE
        book.faults.append(Fault(there[name], 1, f"“{folder}/{name}” {instead}"))
    for name in names:
        if name not in there and name not in unreadable and name not in meant.values():
            book.faults.append(book.missing(book.place(f"{folder}/{name}")))
    book.told |= {f"{folder}/{name}" for name in names if name not in there}


def _selftests(tests: Iterable[Test], book: Wordbook) -> None:
    book.expect("selftests", (test.id for test in tests))
    for test in tests:
        book.expect(f"selftests.{test.id}", ("title", "intro", "questions"))
        book.expect(f"selftests.{test.id}.questions", (question.id for question in test.questions))
        for question in test.questions:
            path = f"selftests.{test.id}.questions.{question.id}"
            scoring = _scoring(question)
            advising = [band.id for band in question.bands if band.advises]
            parts = [
                "name",
                "how",
                "ask",
                *(["choices"] if question.choices else []),
                *(["because"] if scoring else []),
                *(["both"] if scoring and question.pair else []),
                *(["held"] if question.held == OWN_WORDS else []),
                *(["advice"] if advising else []),
            ]
            book.expect(path, parts)
            if question.choices:
                book.expect(f"{path}.choices", (choice.id for choice in question.choices))
            if scoring:
                book.expect(f"{path}.because", scoring)
            if scoring and question.pair:
                book.expect(f"{path}.both", scoring)
            if advising:
                book.expect(f"{path}.advice", advising)


def _scoring(question: Question) -> list[str]:
    """The answers that speak for a focus area, each of which needs its reason in words."""
    choices = [choice.id for choice in question.choices if choice.points]
    return choices + [band.id for band in question.bands if band.points]


def _harder(ladders: Iterable[Ladder], exercises: Container[str], book: Wordbook) -> None:
    """Each rung but the lowest says what is harder about it, and may say it of a form by itself."""
    levels: dict[str, list[str]] = {}
    for rung in (rung for each in ladders for rung in each.moves[1:]):
        if rung.exercise in exercises:
            levels.setdefault(rung.exercise, []).append(rung.level)
    book.expect("plan.harder", levels)
    for exercise, wanted in levels.items():
        book.expect(f"plan.harder.{exercise}", wanted, FORMS)


def _choices(choices: Choices, book: Wordbook) -> None:
    sides = {side for named in choices.leads.values() for side in named}
    moments = ("moments", "places") if choices.if_then.moments else ()
    book.expect("choices", ("own", "ages", "kit", "activities", "why-age", *moments))
    steps = max((len(each) for each in choices.activities.steps.values()), default=0)
    some = ["leads"] if sides else []
    book.expect("plan", ("wishes", "stepped", "harder", "grown", "coming", "kneeling", "fitted", *some))
    weeks = [f"week-{number}" for number in range(2, steps + 1)]
    book.expect("plan.kneeling", (*weeks, BEGINS, SPARED) if steps else ())
    book.expect("plan.fitted", ("fewer", "more"))
    book.expect("plan.coming", (LESS, SETS_BACK))
    book.expect("plan.wishes", choices.activities.ids)
    if sides:
        book.expect("plan.leads", sides)
    book.expect("choices.own", choices.own)
    for question, ids in choices.own.items():
        book.expect(f"choices.own.{question}", ("ask", "choices"))
        book.expect(f"choices.own.{question}.choices", ids)
    book.expect("choices.ages", (band.id for band in choices.ages))
    book.expect("choices.kit", choices.kit)
    if choices.if_then.moments:
        book.expect("choices.moments", [moment.id for moment in choices.if_then.moments])
        book.expect("choices.places", choices.if_then.places)
    book.expect("choices.activities", choices.activities.ids)


def _safety(screens: tuple[SafetyScreen, ...], limits: tuple[LimitRules, ...], book: Wordbook) -> None:
    said = ("opening", "weekly", "after-pain", "after-away", "if-worse", "if-sudden", "still-open", "which")
    names = (*said, "screens", "limits", "footers", "high-pain")
    book.expect("safety", names, optional=("triggers",))
    book.expect("safety.high-pain", ("then",))
    screens = tuple(screen for screen in screens if screen.id != safety.ENDING_LIFE)  # all series share its words
    book.expect("safety.screens", (screen.id for screen in screens))
    for screen in screens:
        path = f"safety.screens.{screen.id}"
        listed, led = bool(screen.signs), screen.tier != safety.NONE
        parts = {"signs": listed, "simply": listed, "names": screen.tells_apart, "then": led}
        book.expect(path, ("ask", *(part for part, wanted in parts.items() if wanted)))
        for part in ("signs", "names"):
            if parts[part]:
                book.expect(f"{path}.{part}", screen.signs)
    book.expect("safety.limits", (limit.id for limit in limits))
    for limit in limits:
        book.expect(f"safety.limits.{limit.id}", ("plan", *(["during"] if limit.reminds else [])))
    book.expect("safety.footers", KINDS)


def _a_week(pieces: Pieces) -> tuple[int, ...]:
    onward = pieces.get("onward")
    return onward.a_week if onward is not None else ()


def _labels(pieces: Pieces, book: Wordbook, named: Named | None) -> None:
    documents = book.documents.get("labels", ())
    if not documents or "labels" in book.gone or any(document.node is None for document in documents):
        return
    wanted = {
        *(f"lane-{lane.id}" for lane in pieces.get("lanes", ())),
        *(f"lesson-{lesson.id}" for lesson in pieces.get("lessons", ())),
        *(f"test-{test.id}" for test in pieces.get("tests", ())),
        *(f"go-on-{number}" for number in _a_week(pieces)),
        *(f"level-{level}" for level in LEVELS),
        *(f"form-{form.replace('_', '-')}" for form in FORMS),
        *(f"{start}{each}" for start in ("", "plain-") for each in (safety.NO, safety.YES, safety.NOT_SURE)),
        *(f"knee-{each}" for each in KNEES),
    }
    used = {f"labels.{name}" for name in wanted} | (named.labels if named is not None else set())
    there = {f"labels.{key.value}": key for key, _ in book.table("labels")}
    others = [label for label in there if label not in used]
    patterns = named.label_patterns if named is not None else ()
    if named is None or not {"lanes", "lessons", "tests"} <= pieces.keys():
        others = []
    others = [label for label in others if not any(each.fullmatch(label) for each in patterns)]
    meant = plainly.meant(others, sorted(used), there)
    for label, other in meant.items():
        instead = f": did you mean “{other}”?" if other else ""
        book.node(label)[0].fault(there[label], f"“{label}” is on no button{instead}")
    for label in sorted(used - there.keys() - set(meant.values())):
        document = documents[0 if label.removeprefix("labels.") in wanted else -1]
        document.fault(document.node, f"“{label}” is missing: the code shows a button of that name")


def _screens(book: Wordbook, named: Named) -> None:
    there = {name.removeprefix("screens/") for name in book.pages if name.startswith("screens/")}
    imported = {other for page in book.pages.values() for _, other in _shown_by(page)}
    for name in sorted(named.screens - there):
        if not book.is_unreadable(f"screens/{name}"):
            file = book.place(f"screens/{name}")
            book.faults.append(book.missing(file, ": the code shows a screen of that name"))
    for name in sorted(there):
        known = name in named.screens or any(each.fullmatch(name) for each in named.screen_patterns)
        if f"screens/{name}" not in imported and not known:
            book.faults.append(Fault(book.pages[f"screens/{name}"].file, 1, "nothing shows this screen"))
        elif (
            line := _silent(book.pages[f"screens/{name}"].nodes[0])
        ) is not None and f"screens/{name}" not in imported:
            book.faults.append(Fault(book.pages[f"screens/{name}"].file, line, "no words stand here to be shown"))
    for name, page in book.pages.items():
        screen = name.removeprefix("screens/")
        given = named.values if name in imported else named.given.get(screen, named.values)
        _unknown(book, page, frozenset() if name.startswith(BY_BLOCK) else given, named.values)
    for text in book.texts:
        filled = named.given.get(text.path, _given_to(text.path, named.values))
        if filled is not None and "{{" in text.words:
            with contextlib.suppress(TemplateSyntaxError):  # which is named by itself
                # A list of what is undeclared would break off at a filter that only the bot has.
                whole = whole_of(book.parse(text.words))
                used = {each.name for each in whole if isinstance(each, nodes.Name)}
                for value in sorted(used - filled - _called_in(whole)):
                    elsewhere = value in named.values and text.path.startswith("labels.")
                    here = ": this button is not given it" if elsewhere else ""
                    book.faults.append(Fault(text.file, text.line, f"nothing here is called “{value}”{here}"))


def _given_to(path: str, all_values: frozenset[str]) -> frozenset[str] | None:
    """What words of that path are filled in with, where the code names no more of it; None where nothing is."""
    if path.startswith(("labels.", "drawings.")):
        return all_values
    return PRAISED if path.startswith("reminders.praise.") else None


def _called_in(whole: Iterable[nodes.Node]) -> set[str]:
    """The functions that are called there; one that only stands there would be shown as what it is to a program."""
    calls = [each.node for each in whole if isinstance(each, nodes.Call)]
    return {each.name for each in calls if isinstance(each, nodes.Name)} & {*FUNCTIONS}


def _silent(template: nodes.Node) -> int | None:
    """The line of a screen, or of the branch that is all of one, in which nothing stands; None where something does."""
    body = list(template.iter_child_nodes())
    line = 1
    while True:
        said = [each for each in body if not _says_nothing(each)]
        if not said:
            return line
        if len(said) > 1 or not isinstance(said[0], nodes.If):
            return None
        choice = said[0]
        for each in (choice, *choice.elif_):
            if all(map(_says_nothing, each.body)):
                return each.lineno
        if not choice.else_:
            return None
        body, line = choice.else_, choice.else_[0].lineno


def _says_nothing(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Output):
        return all(isinstance(each, nodes.TemplateData) and not each.data.strip() for each in node.nodes)
    return isinstance(node, nodes.Import | nodes.Macro | nodes.Assign)


def _unknown(book: Wordbook, page: Page, given: frozenset[str], elsewhere: frozenset[str]) -> None:
    """Values and filters that nothing gives, each where it first stands; some are given to other screens alone."""
    made = {each.name for each in page.of(nodes.Name) if each.ctx != "load"}
    made |= {each.name for each in page.of(nodes.Macro)}
    made |= {each.target for each in page.of(nodes.Import)}
    for each in page.of(nodes.FromImport):
        made |= {name if isinstance(name, str) else name[1] for name in each.names}
    called = {id(each.node) for each in page.of(nodes.Call)}
    first: dict[str, int] = {}
    for name in page.of(nodes.Name):
        is_called = name.name in FUNCTIONS and id(name) in called
        if not is_called and name.name not in made | given | GIVEN:
            here = ": this screen is not given it" if name.name in elsewhere else ""
            here = here if given else ": nothing is filled in here"
            first.setdefault(f"nothing here is called “{name.name}”{here}", name.lineno)
    for test in page.of(nodes.Test):
        if test.name not in TESTS:
            first.setdefault(f"there is no test “{test.name}”", test.lineno)
    book.faults.extend(Fault(page.file, line, text) for text, line in first.items())


def _called(book: Wordbook, file: str, call: nodes.Call, shown: bool) -> None:
    """A path of words that a template names outright; what is shown as it stands must be words, and no table."""
    if isinstance(call.node, nodes.Name) and call.node.name in ("word", "pick") and call.args:
        path = call.args[0]
        if not isinstance(path, nodes.Const):
            return
        if book.lacks(path.value):
            book.faults.append(Fault(file, call.lineno, f"there are no words “{path.value}”"))
        elif shown and call.node.name == "word" and (table := book.table(path.value)):
            one = f"“{path.value}.{table[0][0].value}”"
            book.faults.append(
                Fault(file, call.lineno, f"“{path.value}” is a list of words: name one of it, such as {one}")
            )


def _circles(book: Wordbook) -> None:
    """Templates that import each other without end."""
    shows = {name: list(_shown_by(page)) for name, page in book.pages.items()}
    for name, others in shows.items():
        for line, other in others:
            if name in _reached(other, shows):
                text = f"“{other}{ENDING}” imports this one again: a circle"
                book.faults.append(Fault(book.pages[name].file, line, text))


def _shown_by(page: Page) -> Iterator[tuple[int, str]]:
    for each in page.of(nodes.Import):
        if isinstance(each.template, nodes.Const):
            yield each.lineno, str(each.template.value).removesuffix(ENDING)


def _reached(begin: str, shows: Mapping[str, list[tuple[int, str]]]) -> set[str]:
    found: set[str] = set()
    ahead = [begin]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [other for _, other in shows.get(name, ())]
    return found


def _commands(book: Wordbook) -> None:
    for path in ("commands.menu", "typed.commands", "typed.commands_idle", "typed.commands_within"):
        for key, _ in book.table(path):
            if key.value not in COMMANDS and not (path == "commands.menu" and key.value in OF_COACHES):
                command = str(key.value).lstrip("/")
                mend = f": write “{command.lower()}”" if command.lower() in COMMANDS else ""
                book.node(f"{path}.{key.value}")[0].fault(key, f"there is no command /{command}{mend}")


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
