"""What somebody reads who typed something: a kind answer, and a way on that fits."""

from __future__ import annotations

import pytest

from bot.core.model.message import Reaction
from tests.typed.standing import Stand, standing, the_conversation, the_renderer


def _says(stand: Stand, typed: str) -> tuple[str, list[str]]:
    """What is answered in all its messages, and the paths of the buttons below the last."""
    reaction = _reaction(stand, typed)
    rendered = [the_renderer().render(message) for message in reaction.messages]
    return "\n".join(each.text for each in rendered), [path for path, _, _ in rendered[-1].meant]


def _reaction(stand: Stand, typed: str) -> Reaction:
    context = stand.context(typed)
    return the_conversation().reaction(context, the_conversation().typed)


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("sit-stand-knees", "It hurt so much that I could not finish."),
        ("stand-left", "it hurt"),
        ("bend", "it hurt on the way"),
    ],
)
def test_what_hurt_in_a_self_test_is_met_with_a_kind_word(screen: str, typed: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert "orry that it hurt" in said
    assert "right to stop" in said


def test_after_what_hurt_whatever_has_to_be_done_may_be_left_out_with_one_tap() -> None:
    stand = standing("sit-stand-knees").types("hurt too much to finish").types("it hurt in my knees")
    for question in ("squat-feel", "squat-knees"):
        found = stand.known.open_attempt()
        assert found is not None
        assert stand.shown is not None
        assert "labels.leave-out" in [path for path, _, _ in stand.shown.buttons]
        stand.types("leave it out")
        assert stand.known.attempts[found[0]].value(question) == "not-sure"
    assert stand.known.open_attempt() is None


def test_nothing_is_offered_to_be_left_out_where_nothing_hurt() -> None:
    stand = standing("sit-stand-knees").types("never").types("thighs and bottom")
    assert stand.shown is not None
    assert "labels.leave-out" not in [path for path, _, _ in stand.shown.buttons]


def test_who_needs_their_hands_to_stand_up_is_not_told_of_pain() -> None:
    said, _ = _says(standing("practice"), "I need my hands to get up")
    assert "hurts" not in said
    assert "with your hands" in said
