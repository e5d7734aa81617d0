"""What a language has no words for, so that those of the default language stand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.catalog.yaml_schema import Fault
from bot.check.wordbook import Wordbook

TYPED = ("typed.", "safety.triggers", "contact.")
"""What people type is other words in each language, and the contact is the installation's."""


class Lack(NamedTuple):
    """Words that a language lacks: where those stand that take their place, and how they are found."""

    language: str
    file: str
    line: int
    path: str

    def warning(self) -> Fault:
        """As the check tells it."""
        return Fault(self.file, self.line, f"“{self.path}” is missing in {self.language}: this stands in")


def lacks(usual: Wordbook, book: Wordbook, language: str) -> Iterator[Lack]:
    """Texts of the default language that stand in for those of another one; a list counts as one text."""
    if usual is book:
        return
    own = {text.file for text in usual.texts}
    for text in book.texts:
        if text.file in own and not text.path.startswith(TYPED):
            yield Lack(language, text.file, text.line, text.path)
