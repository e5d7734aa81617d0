"""The corpus of broken content: one fault a file, each with the very line that an author is told, and no other."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import pytest

from tests.check.mutations import EVERY, SHORT, judged, mutations
from tests.conftest import CONTENT
from tests.support.read_again import a_copy, keeps_from_starting

pytestmark = pytest.mark.xdist_group("check")
LINE = re.compile(r"\{line([+-]\d+)?\}")
FEW = 4
MUTATIONS = int(os.environ.get("MUTATIONS", FEW))  # make soak breaks five hundred, and shows them in longer lives


@dataclass(frozen=True)
class Broken:
    """A piece of a file replaced by another (all of it where `old` is empty), and the line that is printed.

    In `says` `{line}` is the line on which `old` begins, and `{line+2}` the second after it.

    `alone` is broken by itself, since other files would follow it, and nothing else may be told of its folder. With a
    `sole` one nothing else of its file is broken, since it would hide the other. One that `becomes` another is called
    so, one that is `gone` is not there.
    """

    file: str
    says: str
    new: str = ""
    old: str = ""
    alone: bool = False
    sole: bool = False
    becomes: str = ""
    gone: bool = False

    def printed(self, batch: Sequence[Broken] = ()) -> str:
        """What is printed of the content as it stands today, beside what else is broken with it."""
        begins, above = self.piece.start, (each for each in batch if each.file == self.file)
        line = _whole(self.file).count("\n", 0, begins) + 1 if self.old else 1
        line += sum(each.new.count("\n") - each.old.count("\n") for each in above if each.piece.start < begins)
        return LINE.sub(lambda found: str(line + int(found[1] or 0)), self.says)

    @property
    def piece(self) -> range:
        """Where what is replaced stands in its file."""
        begins = _whole(self.file).find(self.old) if self.old else 0
        return range(begins, begins + max(1, len(self.old)))

    def is_blamed(self, line: str) -> bool:
        """Whether a line that is told is about its file, or about a folder that it lies in."""
        file = line.partition(":")[0]
        return file == self.file or f"/{file}/" in f"/{self.file}"

    @property
    def is_of_a_piece(self) -> bool:
        """Whether the rest of its file can still be read beside it."""
        return bool(self.old) and not self.sole and "not YAML" not in self.says and "not a template" not in self.says


CORPUS = msgspec.yaml.decode((Path(__file__).parent / "broken.yaml").read_bytes(), type=list[Broken])


@cache
def _whole(file: str) -> str:
    """A file of the content as it stands today; empty where there is none."""
    path = CONTENT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@cache
def batches() -> list[list[Broken]]:
    """The corpus in as few folders as break each file once."""
    found: list[list[Broken]] = []
    for each in CORPUS:
        fits = (one for one in found if all(_go_together(each, other) and _beside(each, other) for other in one))
        batch = next(fits, None)
        if batch is None:
            found.append([each])
        else:
            batch.append(each)
    return found


@cache
def told() -> dict[Broken, tuple[list[str], str]]:
    """Of each what was told of its folder that is its own, and what was to be told."""
    found: dict[Broken, tuple[list[str], str]] = {}
    for batch in batches():
        touched = {name for each in batch for name in (each.file, each.becomes) if name}
        with a_copy(touched) as folder:
            for each in batch:
                path = folder / each.file
                path.parent.mkdir(parents=True, exist_ok=True)
                if each.gone:
                    path.unlink()
                    continue
                if each.becomes:
                    path.rename(folder / each.becomes)
                    continue
                whole = path.read_text(encoding="utf-8") if each.old else ""
                assert each.old in whole, f"{each.file} does not hold {each.old!r}"
                path.write_text(whole.replace(each.old, each.new, 1) if each.old else each.new, encoding="utf-8")
            lines = [str(fault) for fault in keeps_from_starting(folder).faults]
            expected = {each: each.printed(batch) for each in batch}
            for each, line in expected.items():
                others = {other for other in expected.values() if other != line}
                found[each] = (
                    [told for told in lines if told not in others and (each.alone or each.is_blamed(told))],
                    line,
                )
    return found


def _go_together(one: Broken, other: Broken) -> bool:
    """Whether two may be broken in one folder: a fault of the structure may keep the rest from being looked at.

    One of the contact keeps nothing from it, and shows nowhere else.
    """
    apart = one.file.startswith("contact.") is not other.file.startswith("contact.")
    words = "/en/" in one.file and "/en/" in other.file
    return one.alone is other.alone and (not one.alone or words or apart)


def _beside(one: Broken, other: Broken) -> bool:
    """Whether two leave each other's faults as they are: in two files, or in two pieces of one that can be read."""
    apart = one.piece.stop < other.piece.start or other.piece.stop < one.piece.start
    return one.file != other.file or (one.is_of_a_piece and other.is_of_a_piece and apart)


def test_the_corpus_is_large_and_each_fault_is_another_one() -> None:
    assert len(CORPUS) >= 40
    assert len(set(CORPUS)) == len(CORPUS)


@pytest.mark.parametrize("each", CORPUS, ids=[str(number) for number in range(len(CORPUS))])
def test_one_fault_is_told_in_one_line(each: Broken) -> None:
    lines, expected = told()[each]
    assert lines == [expected]


@pytest.mark.parametrize("number", range(MUTATIONS))
def test_what_is_broken_at_random_is_named_or_harmless(number: int) -> None:
    mutation = mutations(random.Random(number), CONTENT)
    assert judged(mutation, EVERY if MUTATIONS > FEW else SHORT) == ""
