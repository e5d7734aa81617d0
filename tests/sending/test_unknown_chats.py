"""When chats that Telegram does not know speak of a wrong token or store, and when one is believed to be gone."""

from __future__ import annotations

from bot.sending.unknown_chats import UnknownChatBreaker


def test_three_people_one_after_the_other_are_too_many() -> None:
    breaker = UnknownChatBreaker()
    for id in (1, 1, 2):
        breaker.refuse(id, 0.0)
    assert not breaker.too_many
    breaker.refuse(3, 200.0)
    assert breaker.too_many


def test_anybody_whose_chat_is_known_breaks_the_row() -> None:
    breaker = UnknownChatBreaker()
    breaker.refuse(1, 0.0)
    breaker.refuse(2, 0.0)
    breaker.accept(3, 0.0)
    breaker.refuse(4, 0.0)
    assert not breaker.too_many


def test_more_than_a_fifth_of_a_minutes_sends_are_too_many_from_five_on() -> None:
    breaker = UnknownChatBreaker()
    for id in range(5):
        breaker.accept(100 + id, 0.0)
        assert not breaker.too_many
        breaker.refuse(id, 0.0)
    assert breaker.too_many


def test_five_among_many_or_of_another_minute_are_no_sign() -> None:
    breaker = UnknownChatBreaker()
    for id in range(5):
        for other in range(4):
            breaker.accept(100 + other, 0.0)
        breaker.refuse(id, 0.0)
    assert not breaker.too_many

    for id in range(5):
        breaker.accept(200 + id, 61.0 * (id + 1))
        breaker.refuse(10 + id, 61.0 * (id + 1))
    assert not breaker.too_many


def test_a_send_of_sixty_seconds_ago_counts_no_more() -> None:
    for last, too_many in ((59.9, True), (60.0, False)):
        breaker = UnknownChatBreaker()
        breaker.refuse(0, 0.0)
        for id in range(1, 5):
            breaker.accept(100 + id, last)
            breaker.refuse(id, last)
        assert breaker.too_many is too_many


def test_a_chat_is_gone_when_it_is_refused_again_and_somebody_elses_was_known_in_between() -> None:
    breaker = UnknownChatBreaker()
    assert not breaker.refuse(1, 0.0)
    assert not breaker.refuse(1, 3600.0)
    breaker.accept(2, 3601.0)
    assert breaker.refuse(1, 7200.0)


def test_whoever_was_reached_meanwhile_is_asked_twice_again() -> None:
    breaker = UnknownChatBreaker()
    assert not breaker.refuse(1, 0.0)
    breaker.accept(1, 1.0)
    assert not breaker.refuse(1, 2.0)
