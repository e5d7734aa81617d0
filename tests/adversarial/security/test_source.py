"""What must not stand in the code: ways to run what was only meant to be read, and patterns that a text can choke."""

from __future__ import annotations

import ast
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from bot.catalog.yaml_schema import Loader
from bot.core.typed import clock, fold
from bot.demo.testbed import Testbed
from tests.support.chat import Chat

tokens: Any = importlib.import_module("re._constants")  # the library's own reading of patterns has no public name
parser: Any = importlib.import_module("re._parser")
PACKAGE = Path(str(bot.__file__)).parent
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {
    "pickle",
    "cPickle",
    "marshal",
    "shelve",
    "dill",
    "subprocess",
    "ctypes",
    "xml",
    "ftplib",
    "telnetlib",
}
DRAWS_APART = ("drawing/studio.py", "subprocess")
"""Pictures are drawn by this Python in a process of its own: named arguments, no shell, nothing of the environment."""
SYNCS_THE_WHOLE = ("storage/disk.py", "ctypes")
"""One call of the C library that Python has no name for; it is given a file's number and nothing else."""
ALLOWED = (DRAWS_APART, SYNCS_THE_WHOLE)
SAFE_LOADERS = {"SafeLoader", "Loader"}
"""The second is the package's own, which constructs as safely: see below."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_bytes())


def test_nothing_in_the_package_runs_what_it_reads() -> None:
    found = []
    for name, tree in sources():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=called)) if called in FORBIDDEN_CALLS:
                    found.append(f"{name}:{node.lineno} calls {called}")
                case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr=called)) if called.startswith("load"):
                    found.append(f"{name}:{node.lineno} calls yaml.{called}")
                case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr="system" | "popen")):
                    found.append(f"{name}:{node.lineno} starts a shell")
                case ast.Import(names=names):
                    found += [
                        f"{name} imports {each.name}"
                        for each in names
                        if each.name.split(".")[0] in FORBIDDEN_MODULES
                        and (name, each.name) not in (DRAWS_APART, SYNCS_THE_WHOLE)
                    ]
                case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
                    found.append(f"{name} imports {module}")
                case ast.Attribute(value=ast.Name(id="yaml"), attr=attr) if attr.endswith("Loader"):
                    if attr not in SAFE_LOADERS:
                        found.append(f"{name}:{node.lineno} uses yaml.{attr}")
    assert found == []


def test_the_loader_of_the_content_is_a_safe_one() -> None:
    assert issubclass(Loader, yaml.constructor.SafeConstructor)
    assert not [tag for tag in Loader.yaml_constructors if tag and "python" in tag]
    with pytest.raises(yaml.YAMLError):
        Loader("!!python/object/apply:os.getcwd []").get_single_data()


async def test_a_planted_pickle_is_neither_opened_nor_taken_for_a_person(testbed: Testbed, tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
            return Path.touch, (ran,)

    data = testbed.folder / "data-0"
    await testbed.kill()
    planted = [data / "bot.pickle", data / "subscribers" / "07" / "7.pickle", data / "subscribers" / "07" / "7.sealed"]
    for path in planted:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps(Bomb()))
    await testbed.open()
    chat = Chat(testbed, testbed.telegram.person(8, "Ben"))
    assert "Hello Ben" in await chat.sends("/start")
    assert testbed.runtime is not None
    assert [id for id, _ in testbed.runtime.storage.damaged] == [7]
    assert 7 not in testbed.runtime.storage.ids()
    assert not ran.exists()
    assert all(path.read_bytes() == pickle.dumps(Bomb()) for path in planted)


# --- Patterns ---------------------------------------------------------------------------------------------------

MANY = 64
"""A repeat of more than so many counts as open-ended; fewer cost a bounded number of steps, whatever the text."""
NOT_RUN = ("bot.check", "bot.demo", "bot.local_telegram", "bot.figures")
"""What reads the words of authors, or of whoever tries the demo on their own machine."""


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern of the running bot, by where it stands."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.startswith(NOT_RUN) or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for key, each in value.items() if isinstance(value, dict) else [("", value)]:
                for pattern in (key, each):
                    if isinstance(pattern, re.Pattern):
                        found[f"{module.name}.{name} {len(found)}"] = pattern
    for name, tree in sources():
        if f"bot.{name.replace('/', '.')}".startswith(NOT_RUN):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=str()), args=[ast.Constant(value=text), *_]
                ) if isinstance(text, str | bytes):
                    found.setdefault(f"{name}:{node.lineno}", re.compile(text))
    return found


def chokes(pattern: re.Pattern[Any]) -> str | None:
    """How a text could make the pattern try again and again: None when it cannot.

    Two things do it. A repeat inside a repeat, both open-ended. Or two open-ended repeats one after the other that may
    share what they eat, with something after them that can fail.
    """
    return _choking(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), inside=False)


def _flat(parts: Any) -> Iterator[tuple[Any, Any]]:
    """The parts one after the other, as if there were no groups."""
    for operation, argument in parts:
        if operation is tokens.SUBPATTERN:
            yield from _flat(argument[-1])
        else:
            yield operation, argument


def _has_a_mark(parts: Any) -> bool:
    """Whether each turn begins with a character that the rest of it cannot eat, so that a text falls apart one way."""
    (operation, first), *rest = _flat(parts)
    return operation is tokens.LITERAL and first not in _eaten(rest)


def _choking(parts: Any, inside: bool) -> str | None:
    before: set[int] | None = None
    for operation, argument in _flat(parts):
        if operation in (tokens.MAX_REPEAT, tokens.MIN_REPEAT):
            _, most, repeated = argument
            is_open = most > MANY
            if is_open and inside:
                return "an open-ended repeat inside another"
            if found := _choking(repeated, (inside or is_open) and not _has_a_mark(repeated)):
                return found
            eats = _eaten(repeated)
            if is_open:
                if before is not None and before & eats:
                    return "two open-ended repeats side by side that may share what they eat"
                before = eats
            elif before is not None and argument[0] > 0 and not before & eats:
                before = None  # something must stand between them that the first cannot eat
            continue
        if operation is tokens.BRANCH:
            for branch in argument[1]:
                if found := _choking(branch, inside):
                    return found
        stands = operation not in (tokens.AT, tokens.ASSERT, tokens.ASSERT_NOT)
        if stands and before is not None and not before & _eaten([(operation, argument)]):
            before = None
    return None


SAMPLE = [chr(number) for number in range(256)] + ["é", "中", "😀", "\u2028"]


def _eaten(parts: Any) -> set[int]:
    """The characters of a sample of which any part may eat one."""
    eaten: set[int] = set()
    for operation, argument in parts:
        match operation:
            case tokens.LITERAL:
                eaten.add(argument)
            case tokens.SUBPATTERN:
                eaten |= _eaten(argument[-1])
            case tokens.BRANCH:
                for branch in argument[1]:
                    eaten |= _eaten(branch)
            case tokens.MAX_REPEAT | tokens.MIN_REPEAT:
                eaten |= _eaten(argument[2])
            case tokens.AT | tokens.ASSERT | tokens.ASSERT_NOT:
                pass
            case tokens.IN:
                one = parser.SubPattern(parser.State(), [(operation, argument)])
                compiled = re._compiler.compile(one)  # type: ignore[attr-defined]
                eaten |= {ord(each) for each in SAMPLE if compiled.fullmatch(each)}
            case _:
                eaten |= {ord(each) for each in SAMPLE}
    return eaten


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (r"(a+)+$", True),
        (r"(?:a|b*)*c", True),
        (r"\s*\s*x", True),
        (r"\d+\w+!", True),
        (r"(.*)(.*)x", True),
        (r"a+b+c", False),
        (r"(?:/[a-z]+)+", False),
        (r"(?:a[a-z]+)+", True),
        (r"\{%.*?%\}", False),
        (r"[a-z]+ [0-9]+", False),
        (r"(\d{1,2}):(\d{2})", False),
    ],
)
def test_the_measure_itself_tells_bad_patterns_from_good_ones(pattern: str, bad: bool) -> None:
    assert bool(chokes(re.compile(pattern))) is bad


def test_no_pattern_of_the_bot_can_be_choked_by_a_text() -> None:
    found = patterns()
    assert clock.DIGITS in found.values()
    assert {name: why for name, pattern in found.items() if (why := chokes(pattern))} == {}


def test_what_people_type_is_cut_before_any_pattern_sees_it() -> None:
    long = "a" * 4096 + "!"
    assert len(fold.folded(long + long)) == fold.LONGEST
