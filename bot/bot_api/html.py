"""Telegram's HTML subset: its markup read into plain text and entities, as strictly as Telegram does."""

from __future__ import annotations

import re
from typing import Any

Entity = dict[str, Any]
"""A MessageEntity as JSON: type, offset and length in UTF-16 units, and what its type adds."""

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PLAIN = re.compile(r"[^<&]+")
_REFERENCE = re.compile(r"&(?:#(?P<code>[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|(?P<name>[a-zA-Z]+));?")
_SPACE = " \t\r\n\v\0"
_DATE_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_COMMAND = re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/@])")
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


_CONTROLS = {code: " " for code in range(32) if chr(code) not in "\n\r"} | {ord("\r"): None}


class ParseError(ValueError):
    """The markup is not Telegram's; the text is what Telegram would say about it."""


def utf16(text: str) -> int:
    """Length in UTF-16 code units, the unit of entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Without control characters, which Telegram turns into spaces, and carriage returns, which it drops."""
    return text.translate(_CONTROLS)


def cut(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers; offset and length in UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Plain text and entities, trimmed as Telegram trims them; raises ParseError.

    The rules are those of `parse_html` in tdlib's MessageEntity.cpp.
    """
    text, entities = _Parser(html).run()
    return _trimmed(text, [entity for entity in entities if entity["length"]])


def detect(text: str, taken: list[Entity]) -> list[Entity]:
    """Entities Telegram finds by itself, outside those `taken`: bot commands and addresses."""
    found: list[Entity] = []
    for kind, pattern in (("url", _ADDRESS), ("bot_command", _COMMAND)):
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
            if not any(
                _overlap(entity, other)
                for other in taken + found
                if other["type"] in {"text_link", "pre", "code", "url"}
            ):
                found.append(entity)
    return sorted(taken + found, key=lambda entity: (entity["offset"], -entity["length"]))


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends, none of it kept by an entity."""
    lead = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    end = utf16(text)
    kept = []
    for entity in entities:
        start = min(max(entity["offset"] - lead, 0), end)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return text, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


class _Parser:
    """One pass over the markup; byte offsets in complaints, as Telegram counts them."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[tuple[str, dict[str, str], int, int]] = []
        self._entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._html):
            if plain := _PLAIN.match(self._html, self._at):
                self._put(plain[0])
                self._at = plain.end()
            elif self._html[self._at] == "&":
                self._put(self._character())
            elif self._html[self._at + 1 : self._at + 2] == "/":
                self._close_tag()
            else:
                self._open_tag()
        if self._open:
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        for entity in self._entities:
            entity.pop("_language", None)
        return "".join(self._text), self._entities

    def _put(self, text: str) -> None:
        self._text.append(text)
        self._length += utf16(text)

    def _character(self) -> str:
        """The next character, a reference decoded; an unknown reference stands for itself."""
        match = _REFERENCE.match(self._html, self._at)
        if match:
            decoded = _decoded(match)
            if decoded:
                self._at = match.end()
                return decoded
        self._at += 1
        return self._html[self._at - 1]

    def _peek(self) -> str:
        return self._html[self._at : self._at + 1]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self._at += 1

    def _word(self, stops: str) -> str:
        start = self._at
        while self._peek() and self._peek() not in stops:
            self._at += 1
        return self._html[start : self._at]

    def _open_tag(self) -> None:
        begin = self._at
        where = f"at byte offset {self._bytes(begin)}"
        self._at += 1
        name = self._word(_SPACE + ">").lower()
        if not self._peek():
            raise ParseError(f"Unclosed start tag {where}")
        if name not in _TYPES:
            raise ParseError(f'Unsupported start tag "{name}" {where}')
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._peek() == ">":
                break
            attribute = self._word(_SPACE + "=>/\"'")
            if not attribute:
                if not self._peek():
                    raise ParseError(f"Unclosed start tag {where}")
                raise ParseError(f'Empty attribute name in the tag "{name}" {where}')
            self._skip_space()
            if self._peek() == "=":
                self._at += 1
                self._skip_space()
                attributes[attribute] = self._attribute_value()
            else:
                attributes[attribute] = ""
            if not self._peek():
                raise ParseError(f"Unclosed start tag {where}")
        self._at += 1
        _check_attributes(name, attributes, where)
        self._open.append((name, attributes, self._length, len(self._text)))

    def _attribute_value(self) -> str:
        quote = self._peek()
        if quote not in {"'", '"'} or not quote:
            start = self._at
            while self._peek().isalnum() or self._peek() in {".", "-"}:
                self._at += 1
            if self._peek() and self._peek() not in _SPACE + ">":
                raise ParseError(f"Unexpected end of name token at byte offset {self._bytes(start)}")
            return self._html[start : self._at].lower()
        self._at += 1
        value: list[str] = []
        while self._peek() and self._peek() != quote:
            value.append(self._character())
        self._at += 1
        return "".join(value)

    def _close_tag(self) -> None:
        begin = self._at
        where = f"at byte offset {self._bytes(begin)}"
        if not self._open:
            raise ParseError(f"Unexpected end tag {where}")
        self._at += 2
        closing = self._word(_SPACE + ">")
        self._skip_space()
        if self._peek() != ">":
            raise ParseError(f"Unclosed end tag {where}")
        self._at += 1
        name, attributes, offset, first = self._open.pop()
        if closing and closing.lower() != name:
            raise ParseError(f'Unmatched end tag {where}, expected "</{name}>", found "</{closing}>"')
        length = self._length - offset
        entity = {"type": _TYPES[name], "offset": offset, "length": length}
        match name:
            case "a":
                address = attributes.get("href") or "".join(self._text[first:])
                if not re.match(r"(?:https?|tg|mailto|tel|ton)[:/]|[\w-]+\.[\w-]", address):
                    return  # Telegram drops a link it cannot follow and keeps its text
                entity["url"] = address
            case "blockquote" if "expandable" in attributes:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                entity["custom_emoji_id"] = attributes["emoji-id"]
            case "tg-time":
                entity["unix_time"] = int(attributes["unix"])
                if attributes.get("format"):
                    entity["date_time_format"] = attributes["format"]
            case "pre" | "code":
                if self._joined_with_inner(entity):
                    return
                if name == "code" and attributes.get("class", "").startswith("language-"):
                    entity["_language"] = attributes["class"].removeprefix("language-")
        self._entities.append(entity)

    def _joined_with_inner(self, entity: Entity) -> bool:
        """<pre><code class="language-x"> is one entity with a language; a bare <code> has none."""
        if entity["type"] == "code":
            return False
        for inner in self._entities:
            if inner["type"] == "code" and (inner["offset"], inner["length"]) == (
                entity["offset"],
                entity["length"],
            ):
                inner["type"] = "pre"
                if "_language" in inner:
                    inner["language"] = inner.pop("_language")
                return True
        return False

    def _bytes(self, index: int) -> int:
        return len(self._html[:index].encode("utf-8", "surrogatepass"))


def _decoded(match: re.Match[str]) -> str:
    if match["name"]:
        return _NAMED.get(match["name"], "")
    code = match["code"]
    number = int(code[1:], 16) if code[0] in "xX" else int(code)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def _check_attributes(name: str, attributes: dict[str, str], where: str) -> None:
    match name:
        case "span" if attributes.get("class") != "tg-spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" {where}')
        case "tg-emoji" if not attributes.get("emoji-id", "").isdigit():
            raise ParseError(f"Invalid custom emoji identifier specified {where}")
        case "tg-time":
            if not re.fullmatch(r"-?[0-9]{1,12}", attributes.get("unix", "")):
                raise ParseError(f'Tag "tg-time" must have a valid "unix" attribute {where}')
            if not _DATE_TIME_FORMAT.fullmatch(attributes.get("format", "")):
                raise ParseError(f'Tag "tg-time" has an invalid "format" attribute {where}')
