"""Content may be somebody's trap: what could reach out or run away is refused before it is opened or rendered."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from bot.catalog.load import Catalog, ContentFaults, templates_in
from bot.catalog.yaml_schema import Document, Fault
from bot.check.completeness import id_faults
from bot.check.examine import examine
from bot.check.run import check
from bot.check.template_rules import template_faults
from bot.check.wordbook import Wordbook
from bot.core.model.message import OutgoingMessage
from bot.render.text import LONGEST, Renderer
from tests.conftest import CONTENT, the_places
from tests.support.read_again import load_catalog, read_again

SCREEN = "en/screens/data/deleted.html.j2"

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner.__init__ }}",
    "{{ namespace.__init__ }}",
    "{{ word.__globals__ }}",
    "{{ word.__func__ }}",
    "{{ block.__self__.catalog }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '%s' % 1 }}",
    "{{ ''.join.__self__ }}",
    "{{ ['a']|map(attribute='__class__')|list }}",
    "{{ 'x'|format('y') }}",
    "{% include '../../../../etc/passwd' %}",
    "{% import '/etc/passwd' as x %}",
    "{% import word('labels.begin') as x %}",
    "{% extends 'screens/data/delete.html.j2' %}",
    "{% from 'screens/macros.html.j2' import contact %}",
    "{{ '<b>'|safe }}",
    "{% autoescape false %}{{ word('labels.begin') }}{% endautoescape %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call contact() %}{% endcall %}",
    "{{ dict(a=1) }}",
    "{{ word(*['labels.begin']) }}",
]
BOMBS = [
    "{{ 'x' * 10**8 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{% for a in range(10**9) %}x{% endfor %}",
    "{% for a in 'aaaa' %}x{% endfor %}",
    "{% for a in [1, 2, 3] %}{% for b in [1, 2, 3] %}x{% endfor %}{% endfor %}",
    "{% set l = [1, 2] %}{% for a in l %}{% for b in l %}{% for c in l %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in word recursive %}{{ loop(word) }}{% endfor %}",
    "{% macro f(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('a') }}",
    "{% macro f(x) %}{{ g(x) }}{% endmacro %}\n{% macro g(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('a') }}",
    "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "{{ 'x'.ljust(100000000) }}",
    "{{ 'x'|center(100000000) }}",
    "{{ 'a'|replace('a', 'b')|indent(10000000) }}",
    "{{ lipsum(n=100000) }}",
    "{% for x in word('labels')|batch(1) %}x{% endfor %}",
]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content that may be broken; each test puts back what it changed."""
    folder = tmp_path_factory.mktemp("content")
    shutil.copytree(CONTENT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("media", "figures", "places"))
    return folder


def never(_: object) -> None:
    """No life may be lived, and so no message rendered, on content that is a trap."""
    raise AssertionError("a template was rendered")


@pytest.mark.parametrize("trap", [*ESCAPES, *BOMBS])
@pytest.mark.parametrize("place", ["a screen", "a label"])
def test_a_template_that_reaches_out_or_runs_away_is_refused(tmp_path: Path, trap: str, place: str) -> None:
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "macros.html.j2").write_text("{% macro contact() %}x{% endmacro %}")
    (tmp_path / "screens" / "a.html.j2").write_text(trap if place == "a screen" else "Hello")
    (tmp_path / "labels.yaml").write_text(f"begin: {_quoted(trap if place == 'a label' else 'Begin')}\n")
    faults: list[Fault] = []
    labels = Document(tmp_path / "labels.yaml", tmp_path, faults)
    book = Wordbook([tmp_path, tmp_path], tmp_path, {"labels": (labels,)}, faults)

    faults += template_faults(book)

    assert {fault.file for fault in faults} == {"screens/a.html.j2" if place == "a screen" else "labels.yaml"}


@pytest.mark.parametrize("trap", [ESCAPES[0], BOMBS[1]])
def test_no_message_is_rendered_of_content_that_holds_a_trap(content: Path, trap: str) -> None:
    path = content / "knee-pain" / SCREEN
    before = path.read_text()
    path.write_text(before + trap)
    try:
        found = examine(content, the_places(), never, graded=False)
    finally:
        path.write_text(before)
    assert f"knee-pain/{SCREEN}" in {fault.file for fault in found.faults}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@pytest.mark.parametrize("trap", ESCAPES[:16])
def test_what_the_check_never_saw_the_sandbox_stops(catalog: Catalog, tmp_path: Path, trap: str) -> None:
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "trap.html.j2").write_text(trap)
    words = replace(catalog.words["knee-pain", "en"], templates=templates_in([tmp_path]))
    renderer = Renderer(replace(catalog, words={("knee-pain", "en"): words}))
    try:
        shown = renderer.render(OutgoingMessage("trap")).text
    except (SecurityError, UndefinedError, AttributeError, TypeError, ValueError, RuntimeError):
        return
    assert "object" not in shown
    assert "/" not in shown.replace("</", "")


def test_a_screen_that_fills_too_much_is_never_sent(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "long.html.j2").write_text("{% for each in many %}0123456789{% endfor %}")
    words = replace(catalog.words["knee-pain", "en"], templates=templates_in([tmp_path]))
    renderer = Renderer(replace(catalog, words={("knee-pain", "en"): words}))
    assert len(renderer.render(OutgoingMessage("long", {"many": range(100)})).text) == 1000
    with pytest.raises(ValueError, match=str(LONGEST)):
        renderer.render(OutgoingMessage("long", {"many": range(10**9)}))


# --- Files ------------------------------------------------------------------------------------------------------


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _relative_link(path: Path) -> None:
    path.symlink_to("../../../../../../../../../etc/passwd")


def _folder_link(path: Path) -> None:
    path.symlink_to("/etc", target_is_directory=True)


def _device_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5 * 1024**3)


TRAPS: list[Callable[[Path], None]] = [_link, _relative_link, _folder_link, _device_link, _loop, _pipe, _sparse]


@pytest.mark.parametrize("set_up", TRAPS, ids=lambda trap: str(trap.__name__).strip("_"))
@pytest.mark.parametrize("name", ["en/exercises/h1.html.j2", "series.yaml", "media/a1.mp4", "en/more.yaml"])
def test_a_file_that_leads_out_or_has_no_end_is_refused_before_it_is_opened(
    content: Path, set_up: Callable[[Path], None], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = content / "knee-pain" / name
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    path.unlink(missing_ok=True)
    set_up(path)
    try:
        with pytest.raises(ContentFaults) as refused:
            load_catalog(content)
        assert check({"BOT_CONTENT_DIR": str(content)}) == 1
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)
    assert [fault.file for fault in refused.value.faults] == [f"knee-pain/{name}"]
    assert f"knee-pain/{name}:1:" in capsys.readouterr().err


def test_a_link_that_stays_inside_is_taken(content: Path) -> None:
    beside = content / "knee-pain" / "en" / "exercises" / "h1.html.j2"
    real = content / "knee-pain" / "real"
    beside.rename(real)
    beside.symlink_to(real)
    try:
        assert list(load_catalog(content).series) == ["knee-pain"]
    finally:
        beside.unlink()
        real.rename(beside)


@pytest.mark.parametrize(
    "id", ["../../etc/passwd", "/etc/passwd", "H7", "h7.html", "h 7", "h7\\0", "h" * 41, "%s", "é"]
)
def test_an_id_that_is_no_plain_name_is_refused(content: Path, id: str) -> None:
    [reading] = read_again(content).series
    id_faults(reading)
    assert reading.faults == []
    first, *others = reading.pieces["safety"]
    reading.pieces["safety"] = (replace(first, id=id), *others)
    id_faults(reading)
    assert [fault.file for fault in reading.faults] == ["knee-pain/safety.yaml"]


YAML_TRAPS = {
    "a billion laughs": "a: &a [x, x]\n"
    + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "itself": "a: &a [*a]\n",
    "too deep": "a: " + "[" * 5_000 + "]" * 5_000,
    "an object": "a: !!python/object/apply:os.system ['true']\n",
}


@pytest.mark.parametrize("name", YAML_TRAPS)
def test_a_table_that_multiplies_or_runs_is_refused(content: Path, name: str) -> None:
    path = content / "knee-pain" / "care.yaml"
    before = path.read_text()
    path.write_text(YAML_TRAPS[name])
    try:
        with pytest.raises(ContentFaults) as refused:
            load_catalog(content)
    finally:
        path.write_text(before)
    assert any(fault.file == "knee-pain/care.yaml" for fault in refused.value.faults)
