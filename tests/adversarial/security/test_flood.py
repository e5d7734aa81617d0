"""One person who floods the bot costs the others nothing and fills nothing."""

from __future__ import annotations

from tests.adversarial.hostile.ground import SENT, Ground, somebody, tapped, typed

EVE, ADA = 9, 7
FLOOD = 3_000
MESSAGES, TAPS = 20, 60
"""What one person may send in a minute; design, idea 4."""


def said_to(ground: Ground, person: int) -> int:
    return sum(chat == person for chat, _ in ground.said)


async def test_thousands_of_messages_of_one_person_are_dropped_and_somebody_else_is_answered() -> None:
    ground = Ground()
    await ground.open()
    await ground.subscribes(ADA)
    await ground.subscribes(EVE)
    before = len(repr(ground.storage.kept[EVE]))
    ground.forget()
    flood = [{"message": typed(somebody(EVE), f"flood {number}")} for number in range(FLOOD)]
    flood.insert(FLOOD // 2, {"message": typed(somebody(ADA), "/help")})

    await ground.take_in(flood)

    assert said_to(ground, ADA) == 1
    assert said_to(ground, EVE) <= 2 * MESSAGES + 1
    assert len(ground.storage.kept[EVE].updates) <= 100
    assert len(repr(ground.storage.kept[EVE])) < before + 20_000
    assert ground.parts.sender.busy is False


async def test_thousands_of_taps_of_one_person_are_all_answered_and_most_of_them_dropped() -> None:
    ground = Ground(taps_a_minute=TAPS)
    await ground.open()
    await ground.subscribes(EVE)
    ground.forget()
    seen = ground.clock.monotonic()

    await ground.take_in([{"callback_query": tapped(somebody(EVE), "set")} for _ in range(FLOOD)])

    minutes = (ground.clock.monotonic() - seen) // 60 + 1
    assert len(ground.taps_answered) == FLOOD
    assert said_to(ground, EVE) <= TAPS * (minutes + 1)


async def test_what_gathered_while_the_bot_was_away_is_no_flood() -> None:
    ground = Ground()
    await ground.open()
    await ground.subscribes(EVE)
    ground.forget()
    waiting = [{"message": {**typed(somebody(EVE), "/help"), "date": SENT + 10 * number}} for number in range(90)]

    await ground.take_in(waiting)

    assert said_to(ground, EVE) == 90


async def test_thousands_of_strangers_are_all_greeted_and_none_is_kept() -> None:
    ground = Ground()
    await ground.open()
    ground.forget()

    await ground.take_in([{"message": typed(somebody(100 + number), "/start")} for number in range(1_000)])

    assert {chat for chat, _ in ground.said} == set(range(100, 1_100))
    assert ground.storage.kept == {}
