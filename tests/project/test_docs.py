"""What a newcomer reads is true: the documents' maps, tables and names agree with the code.

Two tables of the README, the map of the code and the names that the check looks for are made from the code;
`UPDATE_DOCS=1 pytest tests/project/test_docs.py` writes them anew.
"""

from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.check.named import NAMES
from bot.core.screens.dispatch import COMMANDS
from bot.monitoring.alerts import AlertKind
from bot.settings import OF_COMPOSE, Settings, read_settings
from tests.support.source_names import names_in_source

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("content/**/*.md")])
TOKEN = "1000:a-token-that-opens-nothing-at-all-0000"
SETTING = re.compile(r'"(BOT_[A-Z_]+)"')
EXAMPLE = re.compile(r"^#?(BOT_[A-Z_]+)=(.*)$", re.MULTILINE)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def by_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def first_sentence(module: Path) -> str:
    """The first paragraph of a module's docstring, on one line."""
    return " ".join((ast.get_docstring(ast.parse(read(module))) or "").partition("\n\n")[0].split())


def code_map() -> str:
    """The page with a line for every module, in the docstrings' own words."""
    tables = [
        "# Map of the code",
        "Each module begins with one sentence that says what it is for. These are those sentences.",
    ]
    for package in sorted(ROOT.glob("bot/**/__init__.py")):
        folder = package.parent
        rows = [
            f"| [`{module.name}`](../{by_name(module)}) | {first_sentence(module)} |"
            for module in sorted(folder.glob("*.py"))
            if module != package
        ]
        tables += [f"**{by_name(folder)}/** {first_sentence(package)}", "\n".join(["| | |", "|---|---|", *rows])]
    return "\n\n".join(tables) + "\n"


def floors(name: str) -> list[list[str]]:
    """The floors of a folder from the roof down, as its contract names them."""
    contracts = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == [name])
    return [layer.split(" | ") for layer in layers]


def room_table() -> str:
    """A row for every room, floor by floor, in the docstrings' own words; the core's rooms stand below it."""
    below = [(name, str(height)) for height, names in enumerate(reversed(floors("bot"))) for name in reversed(names)]
    rooms = [*reversed(below), *((f"core/{name}", "") for names in floors("bot.core") for name in names)]
    rows = []
    for name, floor in rooms:
        path = f"bot/{name}" if (ROOT / "bot" / name).is_dir() else f"bot/{name}.py"
        module = ROOT / path / "__init__.py" if (ROOT / path).is_dir() else ROOT / path
        rows.append(f"| {floor} | [`{name}`]({path}) | {first_sentence(module)} |")
    return "\n".join(["| floor | room | |", "|---|---|---|", *rows])


def command_table() -> str:
    """The commands, those that do the same in one row, in the words of Telegram's menu."""
    menu = yaml.safe_load(read(ROOT / "content/shared/en/commands.yaml"))["menu"]
    names: dict[object, list[str]] = {}
    for name, command in COMMANDS.items():
        names.setdefault(command, []).append(name)
    rows = []
    for same in names.values():
        words = next(menu[name] for name in same if name in menu)
        rows.append(f"| {' '.join(f'`/{name}`' for name in same)} | {words} |")
    return "\n".join(["| | |", "|---|---|", *rows])


def marked(name: str, content: str | None = None) -> str:
    """What stands in the README between two marks; `content` takes its place where UPDATE_DOCS is set."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, rest = read(README).split(begin)
    found, after = rest.split(end)
    if content is not None and "UPDATE_DOCS" in os.environ:
        README.write_text(f"{before}{begin}{content}{end}{after}", encoding="utf-8")
        return content
    return found


@pytest.mark.parametrize(("name", "table"), [("commands", command_table), ("rooms", room_table)])
def test_the_readme_says_what_the_code_says(name: str, table: object) -> None:
    wanted = f"\n{table()}\n\n" if callable(table) else ""

    assert marked(name, wanted) == wanted, "write it anew: UPDATE_DOCS=1 pytest tests/project/test_docs.py"


def test_the_map_of_the_code_is_the_code() -> None:
    page = ROOT / "docs/code-map.md"
    if "UPDATE_DOCS" in os.environ:
        page.write_text(code_map(), encoding="utf-8")

    assert read(page) == code_map(), "write it anew: UPDATE_DOCS=1 pytest tests/project/test_docs.py"


def test_what_the_code_names_is_written_down() -> None:
    names = names_in_source()
    if "UPDATE_DOCS" in os.environ:
        NAMES.write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")

    assert json.loads(read(NAMES)) == names, "write it anew: UPDATE_DOCS=1 pytest tests/project/test_docs.py"


def test_every_module_says_in_one_sentence_what_it_is_for() -> None:
    silent = [by_name(each) for each in ROOT.glob("bot/**/*.py") if not first_sentence(each).endswith((".", ")"))]

    assert silent == []


# --- Settings ---------------------------------------------------------------------------------------------------


def settings_of_the_code() -> list[str]:
    named = dict.fromkeys(SETTING.findall(read(ROOT / "bot/settings.py")))
    return [each for each in named if each not in OF_COMPOSE]


def settings_of_the_example() -> dict[str, str]:
    return dict(EXAMPLE.findall(read(ROOT / ".env.example")))


def test_the_example_has_every_setting_and_no_other() -> None:
    assert sorted(settings_of_the_example()) == sorted(settings_of_the_code())


def test_the_values_of_the_example_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    bare = {"BOT_TOKEN": TOKEN}

    def resolved(settings: Settings) -> dict[str, object]:
        return {name: each.resolve() if isinstance(each, Path) else each for name, each in vars(settings).items()}

    assert resolved(read_settings(settings_of_the_example() | bare)) == resolved(read_settings(bare))


def test_the_table_of_settings_has_the_same_names_and_defaults() -> None:
    rows = re.findall(r"^\| `(BOT_[A-Z_]+)` \| (?:`(.*?)`)? ?\|", read(README), re.MULTILINE)

    assert dict(rows) == settings_of_the_example()


# --- Names ------------------------------------------------------------------------------------------------------


def code_in(page: Path) -> Iterator[str]:
    """What a page sets as code: in backticks, or in lines set in by four spaces or more."""
    text = read(page)
    yield from re.findall(r"`([^`\n]+)`", text)
    yield from re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("page", [each for each in PAGES if each.name != "typed-words.md"], ids=by_name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    """What people typed is quoted as code is, and "make it six" is no command."""
    known = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    known_to_bot = set(re.findall(r'\bcommand\((\w+), "', read(ROOT / "bot/__main__.py")))
    named = [each for code in code_in(page) for each in re.findall(r"\bmake ([a-z]+)", code)]
    named_of_bot = [each for code in code_in(page) for each in re.findall(r"python -m bot (\w+)", code)]

    assert (set(named) - known, set(named_of_bot) - known_to_bot) == (set(), set())


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    named = {code for code in code_in(page) if re.match(r"(?:bot|content|tests|docs)/[\w./<>-]*$", code)}
    gone = [path for path in named if not any(ROOT.glob(re.sub(r"<\w+>", "*", path)))]

    assert gone == []


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?://)([^)#]+)", read(page))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_line_that_is_explained_stands_in_the_code() -> None:
    code = "\n".join(
        [*(read(each) for each in ROOT.glob("bot/**/*.py")), *(f"trouble {cause}:" for cause in AlertKind)]
    )
    tables = read(ROOT / "docs/running.md").partition("## What the log says")[2].partition("\n## Your")[0]
    lines = re.findall(r"^\| `(.+?)` \|", tables, re.MULTILINE)
    pieces = [piece.strip() for line in lines for piece in line.split("…") if piece.strip()]

    assert lines
    assert [piece for piece in pieces if piece not in code] == []


def lines_of_the_log() -> set[str]:
    """What the running bot may write, at INFO and above, with … for whatever is filled in."""
    found: set[str] = set()
    for module in set(ROOT.glob("bot/**/*.py")) - set(ROOT.glob("bot/demo/*.py")):
        for node in ast.walk(ast.parse(read(module))):
            match node:
                case ast.Call(
                    func=ast.Attribute(
                        value=ast.Name("log" | "logger"), attr="info" | "warning" | "error" | "critical"
                    ),
                    args=[ast.Constant(str(line)), *_],
                ):
                    found.add(re.sub(r"%[.\d]*[sdf]", "…", line))
    return found


def test_every_line_of_the_log_is_explained() -> None:
    explained = read(ROOT / "docs/running.md").partition("## What the log says")[2]
    pieces = {
        line: [piece.strip(" :") for piece in line.split("…") if piece.strip(" :")] for line in lines_of_the_log()
    }

    assert [line for line, each in pieces.items() if not all(piece in explained for piece in each)] == []


def test_every_trouble_is_explained() -> None:
    page = read(ROOT / "docs/running.md")

    assert [cause for cause in AlertKind if not re.search(rf"^\| `trouble {cause}[:`]", page, re.MULTILINE)] == []


# --- Words ------------------------------------------------------------------------------------------------------


def word_list() -> list[tuple[str, list[str]]]:
    """Each word of the list, and what is not to be said for it."""
    text = read(ROOT / "CONTRIBUTING.md").partition("## Words")[2]
    rows = re.findall(r"^\| ([a-z][a-z -]*) \| .+? \| (.*?) \|$", text, re.MULTILINE)
    return [(word, re.findall(r"[a-z]+", others)) for word, others in rows if word != "word"]


def names_in_the_core() -> set[str]:
    """Every part of every name that the core defines: of classes, functions, arguments and fields."""
    found: set[str] = set()
    for module in ROOT.glob("bot/core/**/*.py"):
        for node in ast.walk(ast.parse(read(module))):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                    found.update(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", name).lower()))
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found.update(re.findall(r"[a-z]+", name.lower()))
    return found


def test_every_word_of_the_list_is_used() -> None:
    code = "\n".join(read(each).lower() for each in ROOT.glob("bot/**/*.py"))
    unused = [word for word, _ in word_list() if not re.search(rf"\b{re.sub('[ -]', '.?', word)}", code)]

    assert len(word_list()) > 20
    assert unused == []


def test_the_core_uses_no_synonym() -> None:
    refused = {other for _, others in word_list() for other in others}

    assert names_in_the_core() & refused == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}

    assert [by_name(each) for each in ROOT.glob("bot/**/*") if each.stem in empty] == []


# --- What is built from it --------------------------------------------------------------------------------------


def test_the_changelog_begins_with_the_version_that_is_built() -> None:
    version = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["version"]
    newest = re.search(r"^## (\S+?),? ", read(ROOT / "CHANGELOG.md"), re.MULTILINE)

    assert newest
    assert newest[1] == version


def test_the_image_takes_what_it_copies_and_nothing_secret() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", read(ROOT / "Dockerfile"), re.MULTILINE)
    let_in = {line[1:] for line in read(ROOT / ".dockerignore").splitlines() if line.startswith("!")}

    assert {name for names in copied for name in names.split()} == let_in
    assert let_in.isdisjoint({".env", "data", "keys", ".git"})
    assert all((ROOT / name).exists() for name in let_in)


def test_the_image_and_the_composition_agree_on_folders_and_port() -> None:
    image = dict(re.findall(r"\b(BOT_[A-Z_]+)=(\S+)", read(ROOT / "Dockerfile")))
    service = yaml.safe_load(read(ROOT / "compose.yaml"))["services"]["bot"]

    assert service["environment"] == image
    assert {mount.split(":")[1] for mount in service["volumes"]} == {"/data", "/keys", "/backups"}
