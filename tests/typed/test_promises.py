"""What holds whatever is typed, and wherever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.assessment.selftest import OutOfRange
from bot.core.screens import typed_answers
from tests.typed.standing import SCREENS, standing, the_conversation, the_renderer

screens = st.sampled_from(sorted(SCREENS))
anything = st.text(max_size=60)
few = settings(max_examples=40)


def _meaning(screen: str, text: str) -> typed_answers.Meaning:
    words = the_renderer()
    return typed_answers.meaning(standing(screen).context(text), words.vocabulary, words.language.weekdays)


@few
@given(screens, st.text("abcdefgh .,!\n", max_size=40), st.sampled_from(["chest pain", "I fainted", "want to die"]))
def test_danger_is_heard(screen: str, before: str, sign: str) -> None:
    assert _meaning(screen, f"{before} ; {sign}") == typed_answers.Sign()


@pytest.mark.parametrize("screen", sorted(SCREENS))
def test_a_wish_to_stop_is_heard(screen: str) -> None:
    for wish in ("STOP", "stop please", "no more messages", "unsubscribe"):
        assert _meaning(screen, wish) in (typed_answers.Stop(),)


@few
@given(screens, anything)
def test_what_was_not_understood_changes_nothing_and_is_answered(screen: str, text: str) -> None:
    try:
        found = _meaning(screen, text)
    except OutOfRange:
        return
    if not isinstance(found, (typed_answers.Unknown, typed_answers.NoAnswer, typed_answers.SeveralNumbers)):
        return
    stand = standing(screen)
    reaction = the_conversation().typed(stand.context(text))
    if stand.person is not None and reaction.subscriber is not None:
        assert replace(reaction.subscriber, showing=stand.person.showing) == stand.person
    told = [the_renderer().render(message).text for message in reaction.messages]
    assert told
    assert all(told)
    if isinstance(found, typed_answers.Unknown) and stand.person is not None:  # a stranger gets no messages to end
        assert "/unsubscribe" in told[0]
