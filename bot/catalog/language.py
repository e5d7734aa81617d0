"""How one language says dates, lists, spans and plurals, by Unicode CLDR; and how its texts are measured."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_datetime_format
from babel.lists import format_list

DAY = "MMMMEEEEd"
SHORT_DAY = "MMMd"
"""A weekday, the day and the month, in the order and with the marks of the language."""
CLOCK = "%H:%M"
FORMULAS = ("flesch_kincaid_grade", "automated_readability_index", "coleman_liau_index", "lix")
"""What textstat measures a text with, and by the text alone."""


PLACES = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class ReadingGrade:
    """The formula of textstat that measures texts, and the highest grade that is allowed."""

    formula: str
    at_most: float

    def __post_init__(self) -> None:
        if self.formula not in FORMULAS:
            raise ValueError(f"“{self.formula}” is none of the formulas {', '.join(FORMULAS)}")


@dataclass(frozen=True)
class Language:
    """One language; `locale` is the one of Unicode CLDR.

    Raises ValueError for a locale that Babel does not know.
    """

    locale: str
    every_day: str
    span: str
    reading: ReadingGrade | None = None
    forbidden: dict[str, tuple[str, ...]] = field(default_factory=dict)
    private: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            Locale.parse(self.locale)
        except (UnknownLocaleError, ValueError):  # the second for what looks like none at all
            raise ValueError(f"there is no locale “{self.locale}”") from None
        if sorted(PLACES.findall(self.span)) != ["{high}", "{low}"]:
            raise ValueError(f"“{self.span}” must name both ends: write {{low}} and {{high}} once each")

    @cached_property
    def _rules(self) -> Locale:
        return Locale.parse(self.locale)

    @cached_property
    def from_right(self) -> bool:
        """Whether it is written from right to left."""
        return bool(self._rules.text_direction == "rtl")

    @cached_property
    def weekdays(self) -> tuple[str, ...]:
        """The names of the weekdays, Monday first."""
        return tuple(self._rules.days["stand-alone"]["wide"][day] for day in range(7))

    @cached_property
    def short_weekdays(self) -> tuple[str, ...]:
        """Likewise in few letters."""
        return tuple(self._rules.days["stand-alone"]["abbreviated"][day] for day in range(7))

    def clock(self, value: datetime) -> str:
        """Such as "19:00": everybody types and reads it so here."""
        return value.strftime(CLOCK)

    def day(self, value: date) -> str:
        """Such as "Tuesday 3 March"."""
        return format_skeleton(DAY, value, locale=self._rules)

    def short_day(self, value: date) -> str:
        """Such as "3 Mar"."""
        return format_skeleton(SHORT_DAY, value, locale=self._rules)

    def moment(self, value: datetime) -> str:
        """Day and time, such as "Tuesday 3 March, 19:00"."""
        pattern = str(get_datetime_format("medium", locale=self._rules))
        return pattern.replace("{1}", self.day(value)).replace("{0}", self.clock(value))

    def listed(self, words: Iterable[str]) -> str:
        """Such as "Monday, Wednesday and Friday"."""
        return format_list(list(words), locale=self._rules)

    def days(self, days: Iterable[int]) -> str:
        """Weekdays by their numbers, 0 for Monday."""
        chosen = list(days)
        return (
            self.every_day if len(chosen) == len(self.weekdays) else self.listed(self.weekdays[day] for day in chosen)
        )

    def between(self, value: list[int] | None) -> str:
        """Such as "10 to 15", or "10" where both ends are the same."""
        if not value:
            return ""
        low, high = str(value[0]), str(value[-1])
        return low if low == high else self.span.replace("{low}", low).replace("{high}", high)

    def plural(self, number: int, **forms: str) -> str:
        """The form that goes with a number: `one`, `two`, `few`, `many`, else `other`."""
        return forms.get(self._rules.plural_form(number), forms["other"])
