"""Who hears what of a letter, and what a crash makes of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.catalog.load import Catalog
from bot.core.desk import letters
from bot.core.model import coaching
from bot.core.model.callback_data import AskCoach
from bot.core.model.context import Context
from bot.core.model.delivery import Outcome
from bot.core.model.letter import LETTERS_KEPT, Letter, LetterKind, with_letter
from bot.core.screens import coach
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


def test_of_many_letters_those_that_wait_are_all_kept_and_of_the_others_the_newest() -> None:
    kept: tuple[Letter, ...] = ()
    for number in range(2 * LETTERS_KEPT):
        outcome = Outcome.WAITING if number % 4 == 0 else Outcome.SENT
        kept = with_letter(kept, Letter(str(number), LetterKind.ASKED, CLEO, NOW, outcome=outcome))
    assert len(kept) == LETTERS_KEPT
    assert [each.key for each in kept if each.is_open] == [str(number) for number in range(0, 2 * LETTERS_KEPT, 4)]
    assert kept[-1].key == str(2 * LETTERS_KEPT - 1)


def test_a_question_more_than_can_wait_is_not_taken_and_that_is_said(catalog: Catalog) -> None:
    series = catalog.default
    waiting = tuple(Letter(str(n), LetterKind.ASKED, 1, NOW, outcome=Outcome.WAITING) for n in range(LETTERS_KEPT))
    agreed = replace(somebody(series).consent, version=coaching.text(series, True))
    known = replace(somebody(series), consent=agreed, letters=waiting)
    for held, said in ((waiting, "coach/not-delivered"), (waiting[1:], "coach/passed-on")):
        context = Context(known.id, "", NOW, series, replace(known, letters=held), coached=True)
        assert [each.template for each in coach.pass_on(context, AskCoach(900)).messages] == [said]
