"""The check names every fault of broken content by file and line, and all of them at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.catalog.load import load_catalog
from bot.catalog.yaml_schema import Fault
from bot.check.branches import WatchedRenderer
from bot.check.examine import Findings, examine
from bot.check.message_limits import too_much
from bot.check.named import named_in_code
from bot.check.phone_view import VIEW
from bot.check.previews import Samples
from bot.check.reading import Grade, grade, prose_of
from bot.check.run import check, say_how_far, summary
from bot.core.model.callback_data import ConfirmZone, Next, ShowDay
from bot.core.model.message import Button, OutgoingMessage
from bot.render.text import Rendered, RenderedButton
from tests.conftest import CONTENT, the_places
from tests.support.read_again import read_again

pytestmark = pytest.mark.xdist_group("check")  # one worker examines each broken folder for all

FORMULA = "flesch_kincaid_grade"
HARD = (
    "Biomechanical considerations notwithstanding, individualised rehabilitation necessitates comprehensive "
    "neuromuscular investigation, particularly regarding symptomatic patellofemoral articulation and the "
    "proportionality between anticipated physiological adaptation and accumulated mechanical stimulation."
)
WHY = "{% block title %}T{% endblock %}{% block text %}X{% endblock %}{% block know %}Y{% endblock %}"


@dataclass(frozen=True)
class Break:
    """One way to break a file: a piece of it replaced (or all of it, where `old` is empty), and the fault it makes.

    `at` is a piece of the broken file that stands on the line the fault must name; empty for the first line.
    """

    file: str
    old: str
    new: str | bytes | None
    says: str
    at: str = ""


WORDS = [
    Break("knee-pain/en/exercises/h1.html.j2", "{% block feel %}", "{% block feels %}", "did you mean “feel”?"),
    Break("knee-pain/en/exercises/h1.html.j2", "", "", "nothing shows a block “feels”", at="block feels"),
    Break("knee-pain/en/plan.yaml", "  k6:\n    main:", "  k6:\n    mein:", "“plan.harder.k6.main”?", at="    mein:"),
    Break(
        "knee-pain/en/exercises/h2.html.j2",
        "{% block why %}",
        "{% block why %}{% endblock %}{% block x %}",
        "“why” is empty",
    ),
    Break("knee-pain/en/exercises/h5.html.j2", "1. ", "1. " + "Slow. " * 120, "the steps have", at="block steps"),
    Break("knee-pain/en/exercises/h6.html.j2", "• On hands", "•\n• On hands", "there are 4 cues", at="block cues"),
    Break("knee-pain/en/exercises/a1.html.j2", "block why %}", "block why %}" + "Slow. " * 400, "2500 at most"),
    Break(
        "knee-pain/en/exercises/h3.html.j2",
        "block why %}",
        "block why %}It treats sore hips. ",
        "“treats” must not stand",
        at="treats",
    ),
    Break("knee-pain/en/lessons/knee/weight.html.j2", "", None, "the file is missing"),
    Break(
        "knee-pain/en/exercises/zz.html.j2",
        "",
        "{% block name %}New{% endblock %}",
        "“exercises/zz” belongs to nothing in the structure",
    ),
    Break(
        "knee-pain/en/lessons/hips/why.html.j2",
        "block text %}\n",
        "block text %}\n<b>",
        "“<b>” is never closed",
        at="<b>",
    ),
    Break(
        "knee-pain/en/lessons/hips/load.html.j2",
        "{% block know %}",
        "{% block know }",
        "not a template",
        at="block know",
    ),
    Break(
        "knee-pain/en/lessons/knee/honest.html.j2",
        "block text %}\n",
        f"block text %}}\n{HARD * 3} ",
        "reads at grade",
        at="block text",
    ),
    Break(
        "knee-pain/en/lessons/hips/week.html.j2",
        "A day slipped by?",
        "You missed a day.",
        "“You missed” must not stand",
        at="You missed",
    ),
    Break(
        "knee-pain/en/lessons/hips/pain.html.j2",
        "Sore muscles for 1 or 2 days are normal.",
        "This is a diagnosis of harm.",
        "“diagnosis of” must not",
        at="diagnosis of",
    ),
    Break("knee-pain/en/lessons/knee/why.html.j2", "", "\n", "the file is empty"),
    Break("knee-pain/en/lessons/ankles/why.html.j2", "", WHY.encode() + b"\xe9", "0xe9 is not UTF-8"),
    Break(
        "knee-pain/en/lessons/hips/moving.html.j2",
        "block text %}\n",
        f"block text %}}\n{'Sit back. ' * 40}",
        "550 at most",
        at="block text",
    ),
    Break(
        "knee-pain/en/lessons/ankles/walking.html.j2",
        "block text %}\n",
        f"block text %}}\n{'Walk on. ' * 80}",
        "1000 at most",
        at="block text",
    ),
    Break(
        "knee-pain/en/lessons/ankles/sleep.html.j2",
        "block know %}\n",
        f"block know %}}\n{'Sleep well. ' * 50}",
        "the evidence has",
        at="block know",
    ),
    Break(
        "knee-pain/en/lessons/knee/work.html.j2",
        "makes us stiff.",
        "makes our knees stiff.",
        "“knees” must not stand where a locked screen shows it",
        at="our knees",
    ),
    Break("knee-pain/en/lessons/knee/change.html.j2", "block hook %}", "block hooks %}", "did you mean “hook”?"),
    Break(
        "shared/en/labels.yaml",
        "begin: Begin",
        "begin: Begin with the first of all the questions",
        "30 at most",
        at="begin:",
    ),
    Break(
        "shared/en/labels.yaml",
        "undo: Undo, keep writing to me",
        "undone: Undo",
        "did you mean “labels.undo”?",
        at="undone:",
    ),
    Break("shared/en/labels.yaml", "", "", "“labels.undone” is on no button", at="undone:"),
    Break(
        "knee-pain/en/areas.yaml",
        "calf: {name: Calf strength,",
        "calves: {name: Calf strength,",
        "did you mean “areas.calf”?",
        at="calves",
    ),
    Break("knee-pain/en/areas.yaml", "", "", "“areas.calves” belongs to nothing", at="calves"),
    Break(
        "knee-pain/en/choices.yaml",
        "  kneeling: Kneeling",
        '  kneeling: ""',
        "“choices.activities.kneeling” is empty",
        at="kneeling",
    ),
    Break(
        "knee-pain/en/safety.yaml",
        "      stuck: Your",
        "      locked: Your",
        "did you mean “safety.screens.today.signs.stuck”?",
        at="      locked: Your",
    ),
    Break(
        "knee-pain/en/selftests.yaml",
        "        dropped: your hips",
        "        fell: your hips",
        "because.dropped”?",
        at="fell: your hips",
    ),
    Break(
        "knee-pain/en/selftests.yaml",
        "level: Stayed level for 30 seconds",
        "level: Stayed level for all of 30 seconds",
        "30 at most",
        at="all of 30",
    ),
    Break("shared/en/typed.yaml", "  help:\n", "  fly:\n", "there is no command /fly", at="fly:"),
    Break(
        "shared/en/screens/enrollment/pause.html.j2",
        "For how",
        "\n{{ word('labels.nowhere') }} For how",
        "no words “labels.nowhere”",
        at="nowhere",
    ),
    Break(
        "shared/en/screens/data/export.html.j2",
        "",
        "One\n{{ never_given }}",
        "nothing here is called “never_given”",
        at="never_given",
    ),
    Break("shared/en/screens/data/kept.html.j2", "", None, "the code shows a screen of that name"),
    Break("shared/en/screens/data/lost.html.j2", "", "Lost.", "nothing shows this screen"),
    Break(
        "knee-pain/lessons.yaml",
        "{id: work, sources: [our-design], confidence",
        "{id: work, sources: [], confidence",
        "“knee/work” names no source",
        at="work, sources: []",
    ),
    Break(
        "knee-pain/selftests.yaml",
        "    - id: arch\n      kind: choice\n      sources: [short-foot-2024, our-design]",
        "    - id: arch\n      kind: choice\n      sources: []",
        "“ankles/arch” names no source",
        at="id: arch",
    ),
    Break(
        "knee-pain/safety.yaml", "[vellas-1997, clinical-background]", "[]", "“falls” names no source", at="id: falls"
    ),
    Break(
        "knee-pain/lessons.yaml",
        "{id: wear, sources: [nice-ng226, culvenor-2019], confidence: strong, further: true}",
        "{id: wear, sources: [nice-ng226, culvenor-2019], confidence: sure, further: true}",
        "the confidence “sure”",
        at="confidence: sure",
    ),
    Break("shared/sources/common.yaml", "checked: background", "checked: guessed", "checked “guessed”", at="guessed"),
]
"""Faults of content that still loads."""

RESOLVED = [
    Break(
        "knee-pain/exercises.yaml",
        "areas: [hip-side]\n  kit: [ball|roller]",
        "areas: [hip-top]\n  kit: [ball|roller]",
        "there is no area “hip-top”",
        at="hip-top",
    ),
    Break(
        "knee-pain/exercises.yaml",
        "kit: [roller]",
        "kit: [rowing-boat]",
        "there is no kit “rowing-boat”",
        at="rowing-boat",
    ),
    Break(
        "knee-pain/exercises.yaml",
        "sources: [self-massage-2022, wilke-2019]",
        "sources: [nobody-1900]",
        "there is no source “nobody-1900”",
        at="nobody-1900",
    ),
    Break("knee-pain/exercises.yaml", "- id: h6\n", '- id: "h5"\n', "the id “h5” stands twice", at='id: "h5"'),
    Break("knee-pain/series.yaml", "[thigh-front, h5]", "[thigh-front, h99]", "there is no place “h99”", at="h99"),
    Break("knee-pain/series.yaml", "level: easier}", "level: softer}", "there is no level “softer”", at="softer"),
    Break("knee-pain/ladders.yaml", "[h11.easier, h11,", "[h11.easier, h99,", "no exercise “h99”", at="h99"),
    Break("knee-pain/ladders.yaml", "[k9.easier,", "[k9.softer,", "“softer” is none of", at="id: trunk"),
    Break("knee-pain/ladders.yaml", "{gentle: a4.easier,", "{gentle: a9,", "“gentle” starts on no rung", at="id: calf"),
    Break("knee-pain/ladders.yaml", "[k1, k2, k4", "[h10, k2, k4", "first rung must ask nothing", at="id: thigh-front"),
    Break("knee-pain/ladders.yaml", "  stairs: [", "  lifts: [", "there is no activity “lifts”", at="  lifts: ["),
    Break("knee-pain/ladders.yaml", "", "", "wishes: “stairs” is missing", at="  lifts: ["),
    Break("knee-pain/ladders.yaml", "[trunk]", "[trunks]", "there is no place “trunks”", at="trunks"),
    Break("knee-pain/selftests.yaml", "lower: [thigh-front]", "lower: [legs]", "no place “legs”", at="legs"),
    Break(
        "knee-pain/exercises.yaml", "[plank-left,", "[planks-left,", "there is no question “planks-left”", at="planks"
    ),
    Break("knee-pain/choices.yaml", "leads:\n  knee:", "leads:\n  foot:", "“foot” has no answer “left”", at="  foot:"),
    Break("knee-pain/choices.yaml", "", "", "“foot” has no answer “right”", at="  foot:"),
    Break("knee-pain/series.yaml", "check_ins: [7, 14]", "check_ins: [7, 44]", "there is no day 44", at="check_ins"),
    Break("knee-pain/exercises.yaml", "{no-load: [eas", "{no-lode: [eas", "no limit “no-lode”", at="no-lode"),
    Break("knee-pain/exercises.yaml", "[easier, seated]", "[easier, sitting]", "no form “sitting”", at="sitting"),
    Break("knee-pain/safety.yaml", "      pressure: [no", "      presure: [no", "no sign “presure”", at="presure"),
    Break("knee-pain/safety.yaml", "after: hurt-lately", "after: hurt", "there is no screen “hurt”", at="after: hurt"),
    Break("knee-pain/safety.yaml", "on_worse: today", "on_worse: now", "there is no screen “now”", at="on_worse: now"),
    Break("knee-pain/choices.yaml", "days, knee,", "days, kneecap,", "there is no question “kneecap”", at="profile:"),
    Break("knee-pain/choices.yaml", "", "", "profile: “knee” is missing", at="profile:"),
    Break("knee-pain/care.yaml", "pain_part: pain", "pain_part: panes", "ankles has no part “panes”", at="pain_part"),
    Break(
        "knee-pain/safety.yaml",
        "numb-skin: [no-massage]",
        "numb-skin: [no-message]",
        "no limit “no-message”",
        at="no-message",
    ),
    Break(
        "knee-pain/series.yaml", "first_test: hips", "first_test: hops", "there is no self-test “hops”", at="first_test"
    ),
    Break(
        "knee-pain/series.yaml",
        "[chair-stand, hips",
        "[bench-stand, hips",
        "no self-test “bench-stand”",
        at="measured_again",
    ),
    Break(
        "knee-pain/selftests.yaml",
        "pair: wall-right",
        "pair: wall-rihgt",
        "ankles has no question “wall-rihgt”",
        at="id: wall-left",
    ),
    Break("knee-pain/selftests.yaml", "role: way", "role: weigh", "hands: there is no role “weigh”", at="role: weigh"),
    Break(
        "shared/en/labels.yaml",
        "skip: Skip",
        "skip: You should have said more",
        "“You should have” must not",
        at="skip:",
    ),
]
"""Faults of the structure that are found when all of it has been read; the words are looked at all the same."""

UNREAD = [
    Break("knee-pain/safety.yaml", "screens:\n", "screens: {\n", "not YAML"),
    Break("knee-pain/choices.yaml", "knee: [left", "knee: [l\u00e9ft".encode("latin-1"), "0xe9 is not UTF-8"),
    Break("knee-pain/lessons.yaml", "", "", "the file is empty"),
    Break(
        "knee-pain/exercises.yaml",
        "  minutes: 2\n",
        "  minutes: two\n",
        "a whole number was expected, not “two”",
        at="minutes: two",
    ),
    Break(
        "knee-pain/selftests.yaml",
        "  week: 1\n  confidence: weak\n  reviewed: {on: null, by: null}\n  areas: [bottom",
        "  weak: 1\n  confidence: weak\n  reviewed: {on: null, by: null}\n  areas: [bottom",
        "unknown name “weak”",
        at="weak: 1",
    ),
    Break(
        "knee-pain/en/exercises/h1.html.j2",
        "block why %}",
        "block why %}It cures. ",
        "“cures” must not stand",
        at="cures",
    ),
]
"""Faults for which the structure cannot be read at all."""

HUGE = b"a: b\n" * 400_000  # what is far larger is refused before all else: tests/adversarial/security
MALFORMED = [
    Break("knee-pain/safety.yaml", "screens:\n", "screens: [\n", "not YAML"),
    Break("knee-pain/choices.yaml", "", "# Choices\n\nown: {knee: \n", "not YAML"),
    Break("knee-pain/exercises.yaml", "- id: h6\n", '- id: "h5"\n', "the id “h5” stands twice", at='id: "h5"'),
    Break("knee-pain/series.yaml", "", "", "there is no place “h6”", at="[h1|h3|h2, h4, balance, h6"),
    Break("knee-pain/lessons.yaml", "day: 15", "day: 9", "week 2 has another lesson already", at="id: knee"),
    Break(
        "knee-pain/selftests.yaml",
        "choices: &stand\n",
        "choices: &stand\n        - *stand\n",
        "an alias within",
        at="- *stand",
    ),
    Break("knee-pain/care.yaml", "", HUGE, "2,000,000 bytes; 1,000,000 at most"),
    Break("shared/emergency.yaml", "", "", "the file is empty"),
    Break("shared/sources/common.yaml", "", "\ufeffour-design: {title: x}\n", "begins with a byte order mark"),
    Break("knee-pain/en/areas.yaml", "", "areas: " + "[" * 5000, "nested too deeply"),
    Break("knee-pain/en/choices.yaml", "own:", "own: 1\nown:", "“own” stands twice"),
    Break("shared/en/typed.yaml", "", "[just, a, list]", "names with values were expected, each in a line of its own"),
    Break("shared/en/labels.yaml", "begin: Begin", "begin: Begin\n  indented: wrong", "not YAML", at="indented"),
    Break("shared/en/commands.yaml", "", b"\n\nmenu: caf\xe9\n", "0xe9 is not UTF-8", at="menu"),
    Break("knee-pain/en/exercises/h1.html.j2", "", HUGE, "2,000,000 bytes"),
    Break("knee-pain/en/exercises/h3.html.j2", "", b"", "the file is empty"),
    Break("knee-pain/en/exercises/h4.html.j2", "{% endblock %}", "", "not a template"),
    Break(
        "knee-pain/en/exercises/h7.html.j2", "block why %}", "block why %}<b>", "“<b>” is never closed", at="block why"
    ),
    Break("knee-pain/en/lessons/hips/why.html.j2", "", "\ufeff{% block text %}{% endblock %}", "a byte order mark"),
    Break(
        "shared/en/screens/data/export.html.j2",
        "",
        "1\n{{ never_given }}",
        "nothing here is called “never_given”",
        at="never_given",
    ),
    Break(
        "shared/en/screens/data/delete.html.j2", "", '{% import "screens/data/deleted.html.j2" as other %}', "a circle"
    ),
    Break(
        "knee-pain/en/screens/data/deleted.html.j2",
        "",
        '1\n{% import "screens/data/delete.html.j2" as other %}',
        "a circle",
        at="import",
    ),
    Break("shared/en/screens/session/day.html.j2", "", "1\n{{ 2 | sideways }}", "no filter “sideways”", at="sideways"),
    Break(
        "shared/en/screens/data/lost.html.j2",
        "",
        '1\n{% import "screens/nowhere.html.j2" as other %}',
        "no template",
        at="import",
    ),
]
"""Whatever an editor, a transfer or a hasty hand can do to a file, all of it at once."""

RENDERED = [
    Break("shared/en/screens/data/delete.html.j2", "</b>", "", "“<b>” is never closed"),
    Break(
        "shared/en/screens/enrollment/stopped.html.j2",
        "I will",
        "\n\n{{ minutes }} I will",
        "nothing here is called “minutes”",
        at="minutes",
    ),
    Break("shared/en/screens/onboarding/age.html.j2", "This", "This " * 1000, "4096 at most"),
    Break("shared/en/screens/data/export.html.j2", "", "{# nothing #}", "the message is empty"),
    Break(
        "knee-pain/en/screens/onboarding/declined.html.j2",
        "That",
        "{{ word('areas.' ~ 'nowhere') }} That",
        "no words “areas.nowhere”",
    ),
    Break(
        "knee-pain/en/selftests.yaml",
        "2. Rest your",
        f"2. {'Rest ' * 250}your",
        f"pixels high; {VIEW} at most fit one view",
        at="how: |-",
    ),
    Break("shared/drawings/picture.svg.j2", "{{ width }}", "{{ wdth }}", "nothing here is called “wdth”", at="wdth"),
]
"""Faults that only show when a message is rendered."""

BROKEN = {"words": WORDS, "resolved": RESOLVED, "unread": UNREAD, "malformed": MALFORMED, "rendered": RENDERED}


def _broken(folder: Path, breaks: list[Break]) -> Path:
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("media", "places"), dirs_exist_ok=True)
    for each in breaks:
        path = folder / each.file
        if each.new is None:
            path.unlink()
            continue
        new = each.new if isinstance(each.new, bytes) else each.new.encode()
        if each.old:
            whole = path.read_bytes()
            assert each.old.encode() in whole, f"{each.file} does not hold {each.old!r}"
            new = whole.replace(each.old.encode(), new, 1)
        elif each.at and each.new == "":
            continue  # a second fault of what was broken before
        path.write_bytes(new)
    return folder


def _two_lives(samples: Samples) -> None:
    samples.newcomers()
    samples.comings_and_goings()


@cache
def _found(name: str) -> tuple[Findings, dict[str, str]]:
    """The findings of one broken folder, and its files as they were then."""
    breaks = BROKEN[name]
    with TemporaryDirectory() as folder:
        content = _broken(Path(folder), breaks)
        places = the_places() if name == "rendered" else None
        found = examine(content, places, _two_lives, named=named_in_code(), content=read_again(content))
        files = {each.file: content / each.file for each in breaks}
        return found, {
            name: path.read_text(encoding="utf-8", errors="replace")
            for name, path in files.items()
            if path.exists() and path.stat().st_size < len(HUGE)
        }


def _assert_named(name: str, each: Break) -> None:
    found, files = _found(name)
    text = files.get(each.file, "")
    line = text[: text.index(each.at)].count("\n") + 1 if each.at else None
    matching = [fault for fault in found.faults if fault.file == each.file and each.says in fault.text]
    assert matching, "\n".join(str(fault) for fault in found.faults if fault.file.endswith(each.file))
    assert line is None or line in [fault.line for fault in matching]


def _id(value: Break) -> str:
    return f"{value.file.rpartition('/')[2]}: {value.says}"


@pytest.mark.parametrize("each", WORDS, ids=_id)
def test_a_fault_of_the_words_is_named_by_file_and_line(each: Break) -> None:
    _assert_named("words", each)


@pytest.mark.parametrize("each", RESOLVED, ids=_id)
def test_a_name_that_means_nothing_is_named_by_file_and_line(each: Break) -> None:
    _assert_named("resolved", each)


@pytest.mark.parametrize("each", UNREAD, ids=_id)
def test_what_cannot_be_read_is_named_by_file_and_line(each: Break) -> None:
    _assert_named("unread", each)


@pytest.mark.parametrize("each", MALFORMED, ids=_id)
def test_what_is_malformed_is_named_by_file_and_line_and_hides_nothing_else(each: Break) -> None:
    _assert_named("malformed", each)


@pytest.mark.parametrize("each", RENDERED, ids=_id)
def test_what_cannot_be_shown_is_named_by_its_template(each: Break) -> None:
    _assert_named("rendered", each)


@pytest.mark.parametrize("name", BROKEN)
def test_files_without_a_fault_are_not_blamed_and_the_list_is_sorted(name: str) -> None:
    breaks = BROKEN[name]
    faults = _found(name)[0].faults
    assert {fault.file for fault in faults} == {each.file for each in breaks}
    assert list(faults) == sorted(faults)


def test_the_command_lists_the_faults_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = _broken(tmp_path, UNREAD)
    shutil.copytree(CONTENT / "places", content / "places")
    assert check({"BOT_CONTENT_DIR": str(content)}) == 1
    said = capsys.readouterr()
    assert "knee-pain/exercises.yaml:" in said.err
    assert "a whole number was expected" in said.err
    assert "faults." in said.out


def test_each_fault_is_listed_once_and_nothing_is_missed_in_a_file_that_could_not_be_read() -> None:
    for name in BROKEN:
        faults = _found(name)[0].faults
        assert len({(fault.file, fault.text) for fault in faults}) == len(faults)
        unread = [fault.file for fault in faults if fault.text.startswith(("not YAML", "not a template", "cannot be"))]
        assert [fault for fault in faults if fault.file in unread and "is missing" in fault.text] == []


@pytest.mark.parametrize("junk", ["[]", "{}", "a", "- a\n- {b: [c]}", "a: {b: [c]}", "~", "1: 2", "? [a]\n: b"])
def test_no_file_of_yaml_however_strange_breaks_the_check(tmp_path: Path, junk: str) -> None:
    content = _broken(tmp_path, [])
    files = [path for path in content.rglob("*.yaml") if path.parent.name != "figures"]
    for path in files:
        path.write_text(junk)
    blamed = {
        fault.file
        for fault in examine(content, None, graded=False, named=named_in_code(), content=read_again(content)).faults
    }
    assert {f"knee-pain/{name}.yaml" for name in ("series", "lessons", "exercises", "care", "safety")} <= blamed


def test_a_figure_that_is_listed_and_not_there_is_named_at_its_line(tmp_path: Path) -> None:
    media = _broken(tmp_path, []) / "knee-pain" / "media"
    media.mkdir()
    (media / "manifest.json").write_text('{\n"a1": {},\n"h1": {}\n}')
    for name in ("a1.mp4", "a1.png", "h1.mp4"):
        (media / name).touch()
    faults = examine(tmp_path, the_places(), lambda samples: None, content=read_again(tmp_path)).faults
    missing = Fault("knee-pain/media/manifest.json", 3, "h1.png is missing: make figures draws it")
    assert [fault for fault in faults if fault.file == missing.file] == [missing]
    undrawn = "“h2” has no figure: pose it in figures/h2.yaml, then make figures"
    assert undrawn in [fault.text for fault in faults if fault.file == "knee-pain/exercises.yaml"]


def test_a_folder_without_a_series_is_one_clear_fault(tmp_path: Path) -> None:
    assert [fault.text for fault in examine(tmp_path, None).faults] == [
        "the content folder holds no folder with a series.yaml"
    ]


def test_a_branch_or_a_screen_that_no_message_came_to_is_named(tmp_path: Path) -> None:
    _broken(tmp_path, [])
    screen = tmp_path / "shared/en/screens/information/help.html.j2"
    screen.write_text(
        "{% if 1 > 2 %}\nNever\n{% else %}\nAlways\n{% endif %}\n{% for each in [] %}\nNone\n{% endfor %}\n"
    )
    catalog = load_catalog(tmp_path)
    renderer = WatchedRenderer(catalog)
    assert renderer.render(OutgoingMessage("information/help", {"zone": None, "coached": False})).text == "Always"
    name, text = "shared/en/screens/information/help.html.j2", "this branch was never shown"
    found = list(renderer.never_shown())
    assert [fault for fault in found if fault.file == name] == [Fault(name, 2, text), Fault(name, 7, text)]
    assert Fault("knee-pain/en/screens/information/about.html.j2", 1, "this screen was never shown") in found


def _said(text: str = "Hello", *buttons: tuple[Button, RenderedButton]) -> list[str]:
    message = OutgoingMessage("screen", {}, tuple((button,) for button, _ in buttons))
    return list(too_much(message, Rendered(text, tuple((rendered,) for _, rendered in buttons))))


NEXT = Button("labels.go-on", Next())
SHOWN = RenderedButton("Go on", "next")


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (lambda: _said("x" * 4097), "4097 characters"),
        (lambda: _said("\N{SLIGHTLY SMILING FACE}" * 2049), "4098 characters"),
        (lambda: _said("<b>x</b> " * 101), "101 entities"),
        (lambda: _said(""), "is empty"),
        (lambda: _said("<p>Hello</p>"), "refuse the markup"),
        (lambda: _said("x", *[(NEXT, SHOWN)] * 101), "101 buttons"),
        (lambda: _said("x", (NEXT, RenderedButton(" ", "next"))), "“labels.go-on” is empty"),
        (lambda: _said("x", (NEXT, RenderedButton("x" * 31, "next"))), "31 characters"),
        (lambda: _said("x", (NEXT, RenderedButton("Go on", "again"))), "would come back as CheckAgain()"),
        (lambda: _said("x", (NEXT, RenderedButton("Go on", "no such verb"))), "would come back as None"),
        (lambda: _said("x", (NEXT, RenderedButton("Go on", "z:" + "x" * 63))), "65 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_telegram_would_refuse_is_said(what: Callable[[], list[str]], says: str) -> None:
    assert any(says in each for each in what())


def test_what_fits_exactly_is_no_fault() -> None:
    day = Button("labels.today", ShowDay(date(2026, 3, 2)))
    place = Button("labels.place", ConfirmZone("Europe/Lisbon"))
    assert _said("x" * 4096, (NEXT, SHOWN), (day, RenderedButton("x" * 30, "day:260302"))) == []
    assert _said("<b>x</b> " * 100, (place, RenderedButton("Llanfair " * 5, "z:Europe/Lisbon"))) == []


def test_the_code_names_its_labels_and_screens() -> None:
    named = named_in_code()
    assert {"labels.begin", "labels.undo"} <= named.labels
    assert {"safety/question", "test/question", "trouble/not-saved", "reminder"} <= named.screens
    assert any(pattern.fullmatch("labels.lane-gentle") for pattern in named.label_patterns)
    assert not any(pattern.fullmatch("labels.begin") for pattern in named.label_patterns)


class Terminal(StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_the_check_says_on_a_terminal_how_far_it_is_and_how_to_get_grades() -> None:
    terminal, pipe = Terminal(), StringIO()
    for messages in (0, 1, 50):
        say_how_far(messages, terminal)
        say_how_far(messages, pipe)
    assert terminal.getvalue().split("\r\x1b[K")[1:] == [
        "Reading the words …",
        "Looking at what people are shown: 50 messages …",
    ]
    assert pipe.getvalue() == ""
    assert "pip install 'textstat" in summary(Findings(()))


def test_texts_measured_by_different_formulas_have_no_middle_in_common() -> None:
    found = [Grade(33.0, "lix.yaml", 1, "b", 40, "lix", 40), Grade(5.0, "a.yaml", 1, "a", 40, FORMULA, 8)]
    assert summary(Findings((), grades=tuple(found))).endswith(
        "reading grade of 1 texts: 33.0 in the middle, 33.0 at most (40 allowed); "
        "of 1 texts: 5.0 in the middle, 5.0 at most (8 allowed)."
    )


def test_hard_prose_has_a_high_grade_and_plain_prose_a_low_one() -> None:
    assert grade(prose_of(HARD), FORMULA) > 15
    assert grade(prose_of("1. Sit on the chair with both feet flat\n2. Stand up slowly, then sit down"), FORMULA) < 4


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: shutil.rmtree(folder / "shared" / "fonts"), "shared/fonts:1: a plain and a bold font"),
        (lambda folder: _cut(folder / "shared" / "fonts"), "shared/fonts:1: a font here cannot be read"),
        (lambda folder: _renamed_without_words(folder), "hips/en:1: the words of this series are missing"),
        (
            lambda folder: (folder / "knee-pain" / "series.yaml").rename(folder / "knee-pain" / "series.yml"),
            "knee-pain/series.yaml:1: the file is missing, so nothing reads this folder: “series.yml” lies there",
        ),
    ],
)
def test_a_folder_that_lacks_all_of_something_is_one_fault(
    tmp_path: Path, spoil: Callable[[Path], object], told: str
) -> None:
    folder = _broken(tmp_path, [])
    spoil(folder)
    [fault] = examine(folder, None, graded=False, named=named_in_code()).faults
    assert str(fault).startswith(told)


def _cut(fonts: Path) -> None:
    font = min(fonts.glob("*.ttf"))
    font.write_bytes(font.read_bytes()[:5000])


def _renamed_without_words(folder: Path) -> None:
    shutil.copytree(folder / "knee-pain", folder / "hips", ignore=shutil.ignore_patterns("en"))
    series = folder / "hips" / "series.yaml"
    series.write_text(series.read_text().replace("id: knee-pain", "id: hips", 1))
