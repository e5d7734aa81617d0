"""Shipped words broken at random in twenty ways: each is named at the start, or harmless when it is shown."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.check.previews import Samples
from bot.core.model.message import OutgoingMessage
from bot.render.text import Renderer
from tests.conftest import the_catalog, the_places
from tests.support.read_again import a_copy, keeps_from_starting

MOST = 60
"""Messages that are shown of those that one file has a part in."""
NEVER = re.compile(r"\bNone\b|&amp;nbsp|\*\*\w|\{\{|\{name\}|&lt;br&gt;|Undefined")
"""What no person may read."""


Lives = tuple[Callable[[Samples], None], ...]
SHORT: Lives = (Samples.newcomers, Samples.lessons)
EVERY: Lives = (*SHORT, Samples.flags, Samples.weeks, Samples.care)


@dataclass(frozen=True)
class Mutation:
    """One file of words, what was done to it and what it holds now."""

    file: str
    way: str
    text: str


def mutations(chance: random.Random, content: Path) -> Mutation:
    """A file of words, broken once. What cannot be done to that file is tried with another."""
    files = sorted(
        path
        for folder in content.glob("*/en")
        for path in folder.rglob("*")
        if path.suffix in (".yaml", ".j2") and path.name != "typed.yaml"
    )
    while True:
        path, way = chance.choice(files), chance.choice(list(WAYS))
        before = path.read_text(encoding="utf-8")
        after = WAYS[way](before, chance)
        if after is not None and after != before:
            return Mutation(path.relative_to(content).as_posix(), way, after)


def judged(mutation: Mutation, lives: Lives = EVERY) -> str:
    """What somebody in these lives would be shown that no start named; empty where it was named, or does no harm."""
    with a_copy([mutation.file]) as content:
        (content / mutation.file).write_text(mutation.text, encoding="utf-8")
        found = keeps_from_starting(content)
    if found.catalog is None:
        return ""
    renderer = Renderer(found.catalog, the_places().country_of)
    for message in _with_a_part_of(mutation.file, lives):
        try:
            shown = renderer.strictly(message)
        except Exception as error:  # whatever it is, somebody would not be shown this
            return f"{mutation.file}, {mutation.way}: {message.template}: {error!r}\n{mutation.text}"
        texts = (shown.text, *(button.text for row in shown.buttons for button in row))
        if any(NEVER.search(text) or not text.strip() for text in texts):
            return f"{mutation.file}, {mutation.way}: {message.template}: {texts}\n{mutation.text}"
    return ""


class _Noting(Renderer):
    """Renders as ever, and notes which names of words and templates that took."""

    used: set[str]

    def note(self) -> None:
        """Begin to note."""
        self.used = set()
        find = self.words.find

        def noted(path: str) -> object:
            self.used.add(path)
            return find(path)

        self.environment.globals["word"] = noted

    def label(self, path: str, *args: object, **more: object) -> str:
        self.used.add(path)
        return super().label(path, *args, **more)  # type: ignore[arg-type]  # as they came

    def block(self, template: str, block: str) -> object:  # type: ignore[override]  # as it came
        self.used.add(template)
        return super().block(template, block)


@cache
def _messages(lives: Lives) -> list[tuple[OutgoingMessage, frozenset[str]]]:
    """Messages of these sample lives, few of each screen, each with what was used to show it."""
    catalog, places = the_catalog(), the_places()
    renderer = _Noting(catalog, places.country_of)
    renderer.note()
    seen: dict[tuple[str, ...], tuple[OutgoingMessage, frozenset[str]]] = {}

    def note(_: str, message: OutgoingMessage) -> None:
        renderer.used.clear()
        renderer.strictly(message)
        used = frozenset(renderer.used)
        seen.setdefault((message.template, *sorted(used)), (message, used))

    samples = Samples(catalog, places, renderer, note)
    for live in lives:
        live(samples)
    return list(seen.values())


def _with_a_part_of(file: str, lives: Lives) -> list[OutgoingMessage]:
    """Some of the messages that a file has a part in, always the same."""
    name = file.partition("/en/")[2].removesuffix(".html.j2").removesuffix(".yaml")
    named = (f"{name}.", f"{name}/") if file.endswith(".yaml") else (name,)
    screen = name.removeprefix("screens/")
    chance = random.Random(file)
    found = [
        message
        for message, used in _messages(lives)
        if screen in ("macros", message.template) or any(f"{each}.".startswith(named) for each in used)
    ]
    return chance.sample(found, min(MOST, len(found)))


# --- Twenty ways -------------------------------------------------------------------------------------------------

Way = Callable[[str, random.Random], str | None]


def _line(change: Callable[[str, random.Random], str]) -> Way:
    """Change one line that holds something."""

    def way(text: str, chance: random.Random) -> str | None:
        lines = text.splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")]
        at = chance.choice(places)
        lines[at] = change(lines[at], chance)
        return "".join(lines)

    return way


def _one(pattern: str, new: str) -> Way:
    """Replace one of what a pattern finds."""

    def way(text: str, chance: random.Random) -> str | None:
        found = [each for each in re.finditer(pattern, text) if not _in_a_comment(text, each.start())]
        if not found:
            return None
        each = chance.choice(found)
        return text[: each.start()] + each.expand(new) + text[each.end() :]

    return way


def _in_a_comment(text: str, at: int) -> bool:
    return text[text.rfind("\n", 0, at) + 1 :].startswith("#")


WAYS: dict[str, Way] = {
    "a line is lost": _line(lambda line, _: ""),
    "a line stands twice": _line(lambda line, _: line + line),
    "a line is indented": _line(lambda line, _: "  " + line),
    "a line is not indented": _line(lambda line, _: line.lstrip(" ")),
    "a tab": _line(lambda line, _: "\t" + line),
    "the line ends early": _line(lambda line, chance: line[: chance.randrange(len(line))].rstrip("\n") + "\n"),
    "a sign is lost": _one(r"[{}%<>:\"'\[\],/]", ""),
    "a colon more": _one(r"(?<=\w) (?=\w)", ": "),
    "nothing behind the colon": _one(r"(?m)(?<=\w): .+$", ":"),
    "a list": _one(r"(?m)(?<=\w): [^\n{\[]+$", ": [one, two]"),
    "a truth": _one(r"(?m)(?<=\w): [^\n{\[]+$", ": true"),
    "a name misspelt": _one(r"(?m)^( *)(\w)(\w+):", r"\1\3\2:"),
    "a block misspelt": _one(r"\{% (\w)(\w)", r"{% \2\1"),
    "a tag not closed": _one(r"</(\w+)>", ""),
    "a name of nobody": _one(r"(?<=\w) (?=\w)", " {{ nobody }} "),
    "a break of HTML": _one(r"(?<=\w) (?=\w)", "<br>"),
    "a space of HTML": _one(r"(?<=\w) (?=\w)", "&nbsp;"),
    "bold of Markdown": _one(r"(?<= )([a-z]+)(?= )", r"**\1**"),
    "one brace": _one(r"(?<= )([a-z]+)(?= )", "{name}"),
    "a star in front": _one(r"(?m)(?<=\w): (?=[A-Z])", ": *"),
}
