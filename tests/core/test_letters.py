"""Who hears what of a letter, and what a crash makes of one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.catalog.load import Catalog
from bot.core.desk import letters
from bot.core.model.delivery import Outcome
from bot.core.model.letter import Letter, LetterKind
from tests.core.people import somebody

NOW = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
CLEO, EVE, GONE = 5, 9, 11


@pytest.mark.parametrize(
    ("kind", "by", "outcome", "writers", "others"),
    [
        (LetterKind.WROTE, CLEO, Outcome.SENT, (CLEO,), (EVE,)),
        (LetterKind.WROTE, CLEO, Outcome.FAILED, (CLEO,), ()),
        (LetterKind.WROTE, GONE, Outcome.UNKNOWN, (CLEO, EVE), ()),
        (LetterKind.NOTED, CLEO, Outcome.SENT, (CLEO,), ()),
        (LetterKind.SPOKE, CLEO, Outcome.SENT, (), ()),
        (LetterKind.CHANGED, CLEO, Outcome.UNKNOWN, (CLEO,), ()),
    ],
)
def test_whoever_wrote_hears_what_became_of_it_and_the_others_of_an_answer(
    kind: LetterKind, by: int, outcome: Outcome, writers: tuple[int, ...], others: tuple[int, ...]
) -> None:
    assert letters.to_tell(Letter("a", kind, by, NOW, outcome=outcome), (CLEO, EVE)) == (writers, others)


def test_it_has_arrived_when_one_of_the_coaches_has_it() -> None:
    blocked, lost, here = (Outcome.FAILED, "blocked"), (Outcome.UNKNOWN, "cut"), (Outcome.SENT, "")
    assert letters.arrived([blocked, here, lost]) == here
    assert letters.arrived([blocked, lost]) == lost
    assert letters.arrived([]) == (Outcome.FAILED, "no coach")


def test_after_a_crash_a_question_waits_again_and_of_anything_else_on_its_way_nobody_knows(catalog: Catalog) -> None:
    kinds = (LetterKind.ASKED, LetterKind.WROTE, LetterKind.ALERTED)
    known = somebody(catalog.default)
    for kind in kinds:
        known = known.with_letter(Letter(kind, kind, CLEO, NOW).claimed())
    known = known.with_letter(Letter("mine", LetterKind.WROTE, CLEO, NOW).claimed())
    known = known.with_letter(Letter("waits", LetterKind.WROTE, CLEO, NOW))
    after, lost = letters.after_crash(known, {"mine"})
    assert [each.outcome for each in after.letters] == [
        *(Outcome.WAITING, Outcome.UNKNOWN, Outcome.UNKNOWN),
        *(Outcome.CLAIMED, Outcome.WAITING),
    ]
    assert [each.key for each in lost] == [LetterKind.WROTE]
