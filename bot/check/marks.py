"""Marks that Telegram does not know, or that stand where nothing reads them: they would be shown as they are."""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import yaml

from bot.catalog.yaml_schema import Document, Fault
from bot.check.wordbook import Text, Wordbook

ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[A-Za-z]+\d*);")
UNFINISHED_ENTITY = re.compile(rf"&({'|'.join(name for name in html.entities.html5 if name.isalnum())})(?![\w;])")
"""What HTML reads without a semicolon, too."""
KNOWN = ("lt", "gt", "amp", "quot")
TAGS = {
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "a", "code", "pre", "blockquote"),
    *("span", "tg-emoji", "tg-time"),
}
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)\b([^<>]*)>")
ATTRIBUTES = re.compile(r"(?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.-]+(?=\s|$)))?)*\s*/?")
LINK = re.compile(r"\shref\s*=\s*[\"'](?:[\"']|https?://|tg://|mailto:|tel:|\w+(?:\.\w+)+)")
"""What leads somewhere; within an empty one something is filled in."""
ASKED = {
    "tg-emoji": (re.compile(r"\semoji-id\s*=\s*[\"']\d+[\"']"), "names its picture by a number: write the sign itself"),
    "tg-time": (re.compile(r"\sunix\s*=\s*[\"'](?:-?\d{1,12})?[\"']"), "names its moment by a number: write the date"),
}
"""Tags that mean nothing without a number, and what to do instead."""
ENDLESS = re.compile(r"<(/?[A-Za-z][\w-]*)(?=[^<>]*(?:<|\Z))")
LONE = re.compile(rf"<!--|{ENDLESS.pattern}|<(?!/?[A-Za-z])")
MARKDOWN = (
    (re.compile(r"(?<!\\)\*{2,3}(\S[^*\n]*)\*{2,3}"), "<b>{}</b>"),
    (re.compile(r"(?<![\w_])__(\S[^_\n]*)__(?![\w_])"), "<b>{}</b>"),
    (re.compile(r"(?<![\w*\\])\*(\w[^*\n]*)\*(?![\w*])"), "<i>{}</i>"),
    (re.compile(r"\[([^\]\n]+)\]\(\S+?\)"), '<a href="…">{}</a>'),
    (re.compile(r"`([^`\n]+)`"), "<code>{}</code>"),
    (re.compile(r"~~(\S[^~\n]*)~~"), "<s>{}</s>"),
    (re.compile(r"(?<![\w_\\])_([^\W_][^_\n]*)_(?![\w_])"), "<i>{}</i>"),
    (re.compile(r"(?m)^ *[*+] +(.+)$"), "• {}"),
    (re.compile(r"(?m)^#{1,6} +(.+)$"), "<b>{}</b>"),
    (re.compile(r"(?m)^> ?(\S.*)$"), "<blockquote>{}</blockquote>"),
    (re.compile(r"==(\S[^=\n]*)=="), "<b>{}</b>"),
    (re.compile(r"\[\[([^\[\]\n]+)\]\]"), '<a href="…">{}</a>'),
)
OTHERS = (
    (re.compile(r"(?ms)^```.*?(?:^```$|\Z)"), "take it out"),
    (re.compile(r"\\[nrt]"), "start a new line instead"),
    (re.compile(r"\\(?=[^\w\s])"), "take it out"),
    (re.compile(r"\[[^\[\]\n]+\]\[[^\[\]\n]*\]|\[\^\w+\]"), "take the brackets out"),
    (re.compile(r"(?m)^ *[-*+] \[[ xX]?\] "), "write “• ” instead"),
    (re.compile(r"(?m)\b(?:TODO|FIXME|TBD|TBC|XXX+|Lorem ipsum)\b:?"), "finish it, or write {# … #} around a remark"),
    (re.compile(r"(?m)^ *(?:-{3,}|\*{3,}|_{3,}|={3,}) *$"), "leave an empty line"),
    (re.compile(r"(?m)(?:^ *\|.*\| *$\n?)+"), "a phone shows no table: write a line for each row"),
    (re.compile(r"(?m)^ *//.*$"), "write {# … #} around a remark"),
    (re.compile(r"(?i)\[(b|i|u|s|url|size|color|quote|list)(?:=[^\]\n]*)?\].*?\[/\1\]"), "take the marks out"),
    (re.compile(r"\ufffd|[ÂÃ][\u0080-\u00bf]|â€[^\s\w]?"), "it was not saved as UTF-8: type it anew"),
)
"""What else other programs read, and what to do about it."""
BRACES = re.compile(r"(?<![{\w])\{ *([a-z_][a-z_0-9]*) *\}(?!\})|(?<!\$)\$\{(\w+)\}|(?<![%\w])%\((\w+)\)s")
LONE_BRACE = re.compile(r"\{[^{}\n]*\}|[{}]+")
PLACE = re.compile(
    r"(?<![\w$])\$[a-z_]\w*|(?<![\w%])%(?:\w+%|[sd]\b)|\[(?:first[ _-]?)?name\]|(?<![\w:]):[a-z_]{3,}:(?![\w:])",
    re.IGNORECASE,
)
"""What other programs fill in."""
LOGIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
ENDS = "” where it ends"
EDGE = re.compile(r"\{%[-+]?\s*(?:end)?block\b")
"""Where a block begins or ends, each of which is shown by itself."""
FILLED = re.compile(r"(?:labels|drawings|reminders\.praise)\..+")
"""Texts with places to be filled in."""


def mark_faults(book: Wordbook) -> Iterator[Fault]:
    """Every mark that a person would see as it stands, and every tag without its other half."""
    for page in book.pages.values():
        plain = LOGIC.sub(_emptied, page.source)
        halves = () if ENDLESS.search(plain) else _halves_of_blocks(page.source)
        for at, what in (*_marks(plain, tags=True), *halves):
            yield Fault(page.file, plain.count("\n", 0, at) + 1, what)
    for text in book.texts:
        if text.path in book.pages or "#" in text.path or text.path.startswith(("typed.", "safety.triggers")):
            continue
        plain = LOGIC.sub("", text.words)
        found = list(_marks(plain, tags=False))
        if ("{{" in text.words or "{%" in text.words) and not FILLED.fullmatch(text.path):
            found.append((0, "nothing is filled in here: the braces would be shown"))
        elif "{{" not in text.words and not text.path.startswith("drawings.") and (logic := LOGIC.search(text.words)):
            found.append((0, f"“{logic[0]}” would be shown as it stands: take it out"))
        yield from (Fault(text.file, _line(text, plain, at), what) for at, what in found)


def mark_faults_of_sources(documents: Iterable[Document]) -> Iterator[Fault]:
    """Likewise in what is told of the sources."""
    for document in documents:
        for id in document.keys():  # noqa: SIM118 -- it is no mapping
            for node in (document.member(id, told) for told in ("title", "by", "says")):
                if isinstance(node, yaml.ScalarNode):
                    for at, what in _marks(str(node.value), tags=False):
                        yield Fault(document.name, node.start_mark.line + 1 + str(node.value).count("\n", 0, at), what)


def _emptied(logic: re.Match[str]) -> str:
    return "\n" * logic[0].count("\n")


def _line(text: Text, plain: str, at: int) -> int:
    return text.line + plain.count("\n", 0, at)


def _marks(plain: str, *, tags: bool) -> Iterator[tuple[int, str]]:
    """Where a mark stands and what is wrong with it; with `tags`, Telegram reads some."""
    for found in ENTITY.finditer(plain):
        sign = html.unescape(found[0]).replace("\N{NO-BREAK SPACE}", " ")
        if not tags or not (found[1] in KNOWN or found[1].startswith("#")):
            yield found.start(), f"“{found[0]}” would be shown as it stands: write “{sign}” itself"
    for found in UNFINISHED_ENTITY.finditer(plain):
        if not tags or found[1] not in KNOWN:
            sign = html.unescape(f"&{found[1]};").replace("\N{NO-BREAK SPACE}", " ")
            yield found.start(), f"“{found[0]}” would be shown as it stands: write “{sign}” itself"
    for pattern, ours in MARKDOWN:
        for found in pattern.finditer(plain):
            instead = ours.format(found[1]) if tags else found[1]
            yield found.start(), f"“{found[0]}” would be shown as it stands: write “{instead}”"
    for pattern, instead in OTHERS:
        for found in pattern.finditer(plain):
            first = found[0].splitlines()[0].strip()
            yield found.start(), f"“{first}” would be shown as it stands: {instead}"
    for found in BRACES.finditer(plain):
        name = found[1] or found[2] or found[3]
        yield found.start(), f"“{found[0]}” would be shown as it stands: write “{{{{ {name} }}}}” to fill it in"
    for found in LONE_BRACE.finditer(BRACES.sub(lambda found: " " * len(found[0]), plain)):
        yield (
            found.start(),
            f"“{found[0]}” would be shown as it stands: write “{{{{ … }}}}”, or take it out",
        )
    for found in PLACE.finditer(plain):
        yield found.start(), f"“{found[0]}” would be shown as it stands: take it out"
    for found in TAG.finditer(plain):
        if not tags:
            yield found.start(), f"“{found[0]}” would be shown as it stands: tags belong in templates only"
            return
        if found[2].lower() not in TAGS:
            yield found.start(), f"Telegram knows no “<{found[2]}>”: for a new line start one, for bold write <b>…</b>"
        elif not ATTRIBUTES.fullmatch(found[3]):
            yield found.start(), f"“{found[0]}”: what stands behind = belongs between quotation marks"
        elif found[2].lower() == "span" and not found[1] and "tg-spoiler" not in found[3]:
            yield found.start(), "Telegram knows no “<span>” but for what a tap uncovers: write <tg-spoiler>, or none"
        elif (asked := ASKED.get(found[2].lower())) and not found[1] and not asked[0].search(found[3]):
            yield found.start(), f"“<{found[2]}>” {asked[1]}"
        elif found[2].lower() == "a" and not found[1] and not LINK.search(found[3]):
            yield found.start(), f'“{found[0]}” leads nowhere: write <a href="https://…">'
    for found in LONE.finditer(plain) if tags else ():
        if found[1]:
            yield found.start(), f"“<{found[1]}” has no end: write “<{found[1]}>”"
        elif found[0] == "<!--":
            yield found.start(), "a remark of HTML would be refused: write {# … #}"
        else:
            yield found.start(), "a “<” by itself: write “&lt;”"


def _halves_of_blocks(source: str) -> Iterator[tuple[int, str]]:
    """What `_halves` finds in each block, and beside all of them, by its place in the whole without its logic."""
    edges = [found.start() for found in LOGIC.finditer(source) if EDGE.match(found[0])]
    begins, unclosed = 0, ""
    for start, stop in pairwise((0, *edges, len(source))):
        piece = LOGIC.sub(_emptied, source[start:stop])
        for at, what in _halves(piece):
            if what.startswith("“</") and unclosed == what[3:].partition(">")[0]:
                unclosed = ""  # it was to be closed in its own block, which was told
                continue
            yield begins + at, what
            unclosed = what[2:].partition(">")[0] if what.endswith(ENDS) else unclosed
        begins += len(piece)


def _halves(plain: str) -> Iterator[tuple[int, str]]:
    """Tags that are opened and not closed in order, or closed and not opened."""
    opened: list[tuple[str, int]] = []
    crossed: list[str] = []
    """Those that were told to be closed earlier: where they are closed now is no other fault."""
    for found in TAG.finditer(plain):
        name = found[2].lower()
        if name not in TAGS:
            continue
        if not found[1]:
            opened.append((name, found.start()))
        elif opened and opened[-1][0] == name:
            opened.pop()
        elif name in [each for each, _ in opened]:
            inner, at = opened[-1]
            yield at, f"“<{inner}>” is not closed before “</{name}>”: write “</{inner}>” where it ends"
            while (last := opened.pop()[0]) != name:
                crossed.append(last)
        elif name in crossed:
            crossed.remove(name)
        elif opened:
            inner, at = opened.pop()
            yield at, f"“<{inner}>” is closed by “</{name}>”: write “</{inner}>”"
        else:
            yield found.start(), f"“</{name}>” closes nothing: write “<{name}>” where it begins"
    for name, at in opened:
        yield at, f"“<{name}>” is never closed: write “</{name}>{ENDS}"
