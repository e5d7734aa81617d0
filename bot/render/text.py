"""An outgoing message in one language: Jinja2 -> Telegram's HTML subset and rows of buttons."""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from bot.catalog.contact import Contact
from bot.catalog.load import ENDING, Catalog, Words
from bot.core.model.callback_data import pack
from bot.core.model.drawing import Drawing
from bot.core.model.message import Button, OutgoingMessage
from bot.core.model.series import MAIN
from bot.core.model.subscriber import Subscriber
from bot.core.typed.vocabulary import SignWords, Vocabulary

CountryOf = Callable[[str], str | None]

LONGEST = 16_384
"""Characters that a screen may fill before it is tidied; Telegram takes 4,096 of text."""
SAFETY = (
    *("safety/stop", "safety/today", "safety/ask", "safety/follow-up", "safety/sign-named"),
    *("safety/ending-life", "safety/of-another", "safety/call-first", "safety/in-care"),
    *("session/red", "information/help"),
)
"""Screens that tell somebody to get help, or how."""
BLANK_LINES = re.compile(r"\n{3,}")
LONGEST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class RenderedButton:
    """A button's words with its callback data, the address it opens, or what it copies on the phone."""

    text: str
    data: str
    style: str = ""
    url: str = ""
    copies: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a person sees: HTML of Telegram's subset, and the rows of buttons below it.

    `keyboard` holds the words of a keyboard in place of the letters: share a location, and back.
    """

    text: str
    buttons: tuple[tuple[RenderedButton, ...], ...] = ()
    silent: bool = False
    pictures: tuple[str, ...] = ()
    shows_pictures: bool = True
    moving: bool = True
    drawing: Drawing | None = None
    voice: tuple[str, str] = ("", "")
    """The series and the language whose words the drawing speaks with."""
    keyboard: tuple[str, ...] = ()
    keyboard_gone: bool = False
    instead: bool = False
    template: str = ""
    marked_up: bool = True
    broken: str = ""
    """Where the template broke in whose place these plain words stand: its file and line, and the kind of error."""
    meant: tuple[tuple[str, str, str], ...] = ()
    """Of each button its label's path, its words and its callback data, wherever it is shown or behind those shown."""

    @property
    def length(self) -> int:
        """How long the words are without their markup, in the UTF-16 units that Telegram counts."""
        return len(Markup(self.text).striptags().encode("utf-16-le")) // 2  # noqa: S704 -- tags are taken out

    def plain(self) -> Rendered:
        """The same words without markup and figures, cut where Telegram would refuse their length."""
        # Line by line, since striptags makes one line of many.
        lines = [Markup(line).striptags() for line in self.text.splitlines()]  # noqa: S704 -- tags are taken out
        text = "\n".join(lines)[:LONGEST_TEXT]
        return replace(self, text=text, pictures=(), shows_pictures=False, drawing=None, marked_up=False)


class Checked(BaseLoader):
    """Gives templates as they were read at the start, whatever became of their files since."""

    def __init__(self, words: Words) -> None:
        self._templates = words.templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template and its file. Raises TemplateNotFound."""
        if template not in self._templates:
            raise TemplateNotFound(template)
        found = self._templates[template]
        return found.text, str(found.path), lambda: True

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        return sorted(self._templates)


class Sandbox(ImmutableSandboxedEnvironment):
    """Gives each template what all of them may use as it is: a chain of tables is walked anew for each message."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Renderer:
    """Renders messages of one series in one language; of the default ones where no words are given."""

    def __init__(self, catalog: Catalog, country_of: CountryOf = lambda zone: None, words: Words | None = None) -> None:
        self.catalog = catalog
        self._country_of = country_of
        self.words = words or catalog.words_of(catalog.default.id, "")
        self.language = language = catalog.languages[self.words.language]
        self.environment: ImmutableSandboxedEnvironment = Sandbox(
            loader=Checked(self.words),
            auto_reload=False,
            cache_size=-1,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        # In place of the library's own: `range` and its like could walk for ever.
        self.environment.globals = {
            "word": self._word,
            "block": self.block,
            "name": self.exercise_name,
            "pick": self._pick,
            "praise": self._praise,
            "source": self.catalog.sources[self.words.series].__getitem__,
            "numbers": self._numbers,
        }
        self.environment.filters |= {
            "clock": language.clock,
            "day": language.day,
            "moment": self._moment,
            "weekday": language.short_weekdays.__getitem__,
            "weekdays": language.days,
            "list": language.listed,
            "span": language.between,
            "plural": language.plural,
        }
        self._label = lru_cache(maxsize=2048)(self.environment.from_string)
        self._exercise_name = lru_cache(maxsize=1024)(self._named)

    def turn_to(self, contact: Contact) -> None:
        """From now on name these people; what was compiled stays."""
        self.catalog = replace(self.catalog, contact=contact)
        self.words = self.words.with_contact(contact)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that typed text is read with; a sign, a stop or a command is heard in the default language too."""
        default = self.catalog.words_of(self.words.series, "")
        own = _vocabulary(self.words)
        return own if default.language == self.words.language else own.hearing(_vocabulary(default))

    def render(self, message: OutgoingMessage, pictures: str = "moving") -> Rendered:
        """The message as it leaves, with its figures moving, still or off.

        What safety depends on is said in plain words where its template breaks. Raises jinja2's own errors for any
        other template that does not fit its values.
        """
        try:
            return self.strictly(message, pictures)
        except Exception as error:
            if message.template not in SAFETY:
                raise
            return self.in_plain_words(message, broken_at(error, message.template))

    def in_plain_words(self, message: OutgoingMessage, broken: str = "") -> Rendered:
        """What to do and whom to call, without any template; of the buttons those that have their words."""
        said = message.values.get("zone")
        found = self._numbers(said if isinstance(said, str) else None)
        numbers = [*(found["crisis"] if message.template == "safety/ending-life" else []), *found["numbers"]]
        people = [f"{each.name}: {each.reach}" for each in self.catalog.contact.people]
        text = "\n\n".join((str(self.words.find("emergency.plain")), "\n".join(numbers), "\n".join(people)))
        rows = []
        for row in message.buttons:
            for button in row:
                with contextlib.suppress(Exception):
                    rows.append((self.button(button),))
        return Rendered(str(escape(text.strip())), tuple(rows), template=message.template, broken=broken)

    def strictly(self, message: OutgoingMessage, pictures: str = "moving") -> Rendered:
        """Likewise, and nothing in place of a template that breaks."""
        text = self._tidy(self._filled(f"screens/{message.template}.html.j2", message.values))
        buttons = tuple(tuple(self.button(button) for button in row) for row in message.buttons if row)
        said = [*(button for row in message.buttons for button in row), *message.behind]
        shown = [*(button for row in buttons for button in row), *map(self.button, message.behind)]
        meant = tuple(
            (each.label, words.text, words.data) for each, words in zip(said, shown, strict=True) if not words.url
        )
        keyboard: tuple[str, ...] = ()
        if message.asks_location:
            # One message carries one kind of keyboard, so the buttons become words to tap beside the location.
            keyboard = (self.label("labels.share-location"), *(button.text for row in buttons for button in row))
            buttons = ()
        return Rendered(
            text,
            buttons,
            message.silent,
            tuple(f"{self.words.series}/{name}" for name in message.pictures),
            shows_pictures=bool(message.pictures) and pictures != "off",
            moving=pictures != "still",
            drawing=message.drawing if pictures != "off" else None,
            voice=(self.words.series, self.words.language),
            keyboard=keyboard,
            keyboard_gone=message.keyboard_gone,
            instead=message.instead,
            template=message.template,
            meant=meant,
        )

    def _filled(self, name: str, values: Mapping[str, Any]) -> str:
        pieces, filled = [], 0
        for piece in self.environment.get_template(name).generate(values):
            pieces.append(piece)  # joined at the end, since adding to a piece that is markup would escape the others
            filled += len(piece)
            if filled > LONGEST:
                raise ValueError(f"{name} fills more than {LONGEST} characters")
        return "".join(pieces)

    def button(self, button: Button) -> RenderedButton:
        """One button with its words."""
        data = pack(button.action) if button.action else ""
        words = button.words or self.label(button.label, button.values)
        return RenderedButton(words, data, button.style, button.url, button.copies)

    def label(self, path: str, values: Mapping[str, Any] | None = None) -> str:
        """The words at a path as plain text, with values filled in."""
        found = str(self.words.find(path))
        return self._plain(Markup(self._label(found).render(values or {}))) if "{{" in found else found  # noqa: S704

    def block(self, template: str, block: str) -> Markup:
        """One block of a template without variables, such as the steps of an exercise; empty when it has none."""
        found: Template = self.environment.get_template(f"{template}.html.j2")
        if block not in found.blocks:
            return Markup("")
        context = found.new_context({})
        return Markup(self._tidy("".join(found.blocks[block](context))))  # noqa: S704 -- an author's own text

    def exercise_name(self, id: str, form: str = MAIN) -> str:
        """The name of an exercise as plain text; a form that is another thing to do has one of its own."""
        return self._exercise_name(id, form)

    def _named(self, id: str, form: str) -> str:
        file = f"exercises/{id}"
        return self._plain(self.block(file, f"name_{form}") or self.block(file, "name"))

    def what_to_do(self, id: str, form: str = MAIN) -> str:
        """What one does in an exercise, in a few words for a picture; its name where nothing plainer is written."""
        file = f"exercises/{id}"
        own = self.block(file, f"do_{form}") or self.block(file, f"name_{form}")
        return self._plain(own or self.block(file, "do") or self.block(file, "name"))

    def _word(self, path: str) -> Any:
        return self.words.find(path)

    def _pick(self, path: str, turn: int) -> Any:
        """The entry whose turn it is, of a list or table of wordings."""
        found = self.words.find(path)
        entries = list(found.values()) if isinstance(found, Mapping) else list(found)
        return entries[turn % len(entries)]

    def _praise(self, turn: int, done: int, target: int) -> str:
        """Praise with its numbers, another wording each time."""
        words = self._pick("reminders.praise", turn)
        return self._plain(self._label(words).render(done=done, target=target))

    def _numbers(self, zone: str | None) -> dict[str, Any]:
        """The emergency numbers of a zone's country; where that is not known, the common ones and where they hold."""
        emergency = self.catalog.emergency
        country = emergency.countries.get(self._country_of(zone) or "") if zone else None
        if country is not None:
            crisis = [country.crisis] if country.crisis else []
            return {"known": True, "numbers": list(country.emergency), "urgent": country.urgent, "crisis": crisis}
        everywhere = {"numbers": list(emergency.default), "crisis": list(emergency.crisis)}
        return {"known": False, "urgent": None, **everywhere}

    def _moment(self, value: datetime) -> Markup:
        """Day and time as a date-time entity: the phone shows the instant in its own zone."""
        text = self.language.moment(value)
        return Markup('<tg-time unix="{}" format="wDt">{}</tg-time>').format(int(value.timestamp()), text)

    def _plain(self, markup: str) -> str:
        return Markup(markup).striptags()  # noqa: S704 -- tags are taken out

    def _tidy(self, text: str) -> str:
        lines = [line.rstrip() for line in text.strip().splitlines()]
        return BLANK_LINES.sub("\n\n", "\n".join(lines))


class Renderers:
    """A renderer for each series in each language, made when somebody first needs it."""

    def __init__(self, catalog: Catalog, country_of: CountryOf = lambda zone: None) -> None:
        self._catalog = catalog
        self._country_of = country_of
        self._made: dict[tuple[str, str], Renderer] = {}
        self._contact: Contact | None = None

    def named(self, series: str, language: str) -> Renderer:
        """That of a series in a language; an unknown language stands for the default one."""
        words = self._catalog.words_of(series, language)
        key = words.series, words.language
        if key not in self._made:
            self._made[key] = self.make(words)
            if self._contact is not None:
                self._made[key].turn_to(self._contact)
        return self._made[key]

    @property
    def contact(self) -> Contact:
        """Whom they name."""
        return self._contact or self._catalog.contact

    def turn_to(self, contact: Contact) -> None:
        """From now on every one of them names these people."""
        self._contact = contact
        for each in self._made.values():
            each.turn_to(contact)

    def turned_to(self, contact: Contact) -> Renderer:
        """The default one as it would be with these people; no other one changes."""
        made = self.make(self._catalog.words_of(self._catalog.default.id, ""))
        made.turn_to(contact)
        return made

    def make(self, words: Words) -> Renderer:
        """A renderer of these words."""
        return Renderer(self._catalog, self._country_of, words)

    def of(self, subscriber: Subscriber) -> Renderer:
        """That of a person's series and language."""
        return self.named(self._catalog.of(subscriber).id, subscriber.language)

    @property
    def default(self) -> Renderer:
        """That of whoever chose nothing, such as those who run the bot."""
        return self.named(self._catalog.default.id, "")


def frame_of(error: BaseException) -> tuple[str, int] | None:
    """The file and line of the innermost template an error went through; None where it went through none."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    if frames:
        return frames[-1].filename, frames[-1].lineno or 1
    named, line = getattr(error, "filename", None), getattr(error, "lineno", None)  # of a syntax that is wrong
    return (str(named), int(line or 1)) if isinstance(named, str) and named.endswith(".j2") else None


def broken_at(error: BaseException, template: str) -> str:
    """For the log and the operators: where a template broke, by its folder and name, and the kind of error."""
    found = frame_of(error)
    file, line = found or (f"screens/{template}{ENDING}", 1)
    parts = Path(file).parts
    return f"{'/'.join(parts[-5:]) if found else file}:{line}, {type(error).__name__}"


def _vocabulary(words: Words) -> Vocabulary:
    """That of one language; a series may name further signs of its own."""
    found = msgspec.convert(words.find("typed"), Vocabulary).written_out()
    try:
        own = msgspec.convert(words.find("safety.triggers"), SignWords)
    except KeyError:
        return found
    return replace(found, signs=found.signs.joined(own))
