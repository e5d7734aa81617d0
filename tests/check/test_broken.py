"""The corpus of broken content: one fault a file, each with the very line that an author is told, and no other."""

from __future__ import annotations

import os
import random
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from bot.catalog.yaml_schema import Fault
from bot.check.examine import keeps_from_starting
from tests.check.mutations import judged, mutations
from tests.conftest import CONTENT

pytestmark = pytest.mark.xdist_group("check")
LINE = re.compile(r"\{line([+-]\d+)?\}")
MUTATIONS = int(os.environ.get("MUTATIONS", "4"))  # make soak breaks five hundred


@dataclass(frozen=True)
class Broken:
    """A piece of a file replaced by another (all of it where `old` is empty), and the line that is printed.

    In `says` `{line}` is the line on which `old` begins, and `{line+2}` the second after it.

    `alone` is broken by itself, since other files would follow it, and nothing else may be told of its folder. One that
    `becomes` another is called so, one that is `gone` is not there.
    """

    file: str
    says: str
    new: str = ""
    old: str = ""
    alone: bool = False
    becomes: str = ""
    gone: bool = False

    def printed(self) -> str:
        """What is printed of the content as it stands today."""
        content = (CONTENT / self.file).read_text(encoding="utf-8") if self.old else ""
        begins = content.count("\n", 0, content.find(self.old)) + 1
        return LINE.sub(lambda found: str(begins + int(found[1] or 0)), self.says)


CORPUS = msgspec.yaml.decode((Path(__file__).parent / "broken.yaml").read_bytes(), type=list[Broken])


@cache
def batches() -> list[list[Broken]]:
    """The corpus in as few folders as break each file once."""
    found: list[list[Broken]] = []
    for each in CORPUS:
        fits = (one for one in found if _go_together(each, one[0]) and all(other.file != each.file for other in one))
        batch = next(fits, None)
        if batch is None:
            found.append([each])
        else:
            batch.append(each)
    return found


@cache
def told() -> dict[Broken, list[Fault]]:
    """Of each what was told of its folder."""
    found: dict[Broken, list[Fault]] = {}
    for batch in batches():
        with TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(
                CONTENT, folder, ignore=shutil.ignore_patterns("media", "places", "figures"), dirs_exist_ok=True
            )
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
            faults = keeps_from_starting(folder).faults
            found |= {each: [fault for fault in faults if _of(each, fault, batch)] for each in batch}
    return found


def _go_together(one: Broken, other: Broken) -> bool:
    """Whether two may be broken in one folder: a fault of the structure may keep the rest from being looked at."""
    return one.alone is other.alone and (not one.alone or ("/en/" in one.file and "/en/" in other.file))


def _of(each: Broken, fault: Fault, batch: list[Broken]) -> bool:
    """Whether a fault is one's own; where it may bring no other, all that the others do not expect."""
    if each.alone:
        return all(str(fault) != other.printed() for other in batch if other is not each)
    return fault.file == each.file or f"/{fault.file}/" in f"/{each.file}"


def test_the_corpus_is_large_and_each_fault_is_another_one() -> None:
    assert len(CORPUS) >= 40
    assert len(set(CORPUS)) == len(CORPUS)


@pytest.mark.parametrize("each", CORPUS, ids=[str(number) for number in range(len(CORPUS))])
def test_one_fault_is_told_in_one_line(each: Broken) -> None:
    assert [str(fault) for fault in told()[each]] == [each.printed()]


@pytest.mark.parametrize("number", range(MUTATIONS))
def test_what_is_broken_at_random_is_named_or_harmless(tmp_path: Path, number: int) -> None:
    mutation = mutations(random.Random(number), CONTENT)
    assert judged(mutation, tmp_path) == ""
