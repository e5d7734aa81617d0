"""When so many sends went without an answer that the next ones must leave alone, and after which pauses."""

from __future__ import annotations

from bot.sending.unanswered_sends import FIRST_PAUSE, IN_A_ROW, LONGEST_PAUSE, UnansweredSends


def test_as_many_as_are_in_flight_at_once_are_no_sign_before_the_last_of_them() -> None:
    sends = UnansweredSends()
    for _ in range(IN_A_ROW - 1):
        sends.unanswered()
        assert not sends.is_founded
    sends.unanswered()
    assert sends.is_founded


def test_one_answer_ends_it() -> None:
    sends = UnansweredSends()
    for _ in range(2 * IN_A_ROW):
        sends.unanswered()
    sends.answered()
    assert not sends.is_founded
    sends.unanswered()
    assert not sends.is_founded


def test_the_pause_doubles_up_to_two_minutes() -> None:
    sends = UnansweredSends()
    pauses = []
    for number in range(1, IN_A_ROW + 2000):
        sends.unanswered()
        if number >= IN_A_ROW:
            pauses.append(sends.pause)
    assert pauses[:8] == [FIRST_PAUSE * factor for factor in (1, 2, 4, 8, 16, 32, 64, 120)]
    assert set(pauses[7:]) == {LONGEST_PAUSE}
