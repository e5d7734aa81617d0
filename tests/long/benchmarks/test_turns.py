"""A short run of what `make bench` measures: what must hold whatever it costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bot_api import rate_limit
from bot.sending.send_due import IN_FLIGHT
from tests.conftest import the_catalog
from tests.long.benchmarks import ours
from tests.long.benchmarks.aged import AGES, due_at
from tests.long.benchmarks.turns import (
    GRAMMY_SEND,
    TAP,
    TWELVE,
    Side,
    bot_api,
    carried_out,
    certificate_in,
    page,
    plots,
    sides,
    table,
)

PEOPLE = 40
TOLD = (TWELVE, TAP)
"""What is compared with a side that is there without any peer."""
BARS = 5


@pytest.fixture(autouse=True)
def _pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "IN_ALL", rate_limit.IN_ALL)  # which a run of its own process need not put back


async def test_everybody_due_is_sent_one_message_in_order_and_it_is_settled() -> None:
    with bot_api() as port:
        told = await ours.scheduled(ours.Ground(port, PEOPLE, stored=10))
        came = [chat for _, method, chat in await ours.told(port, "log", []) if method == "sendMessage"]
    assert told["settled"] == PEOPLE
    assert sorted(came) == list(range(ours.FIRST, ours.FIRST + PEOPLE))
    assert all(abs(place - (id - ours.FIRST)) <= 2 * IN_FLIGHT for place, id in enumerate(came))


async def test_each_tap_is_answered_once() -> None:
    with bot_api() as port:
        told = await ours.taps(ours.Ground(port, 6))
        came = Counter((method, chat) for _, method, chat in await ours.told(port, "log", []))
    tapping, warming = (range(begin, begin + many) for begin, many in ((ours.FIRST, 2), (ours.FIRST + 2, ours.WARM)))
    assert told["turns"] == 6
    assert came == Counter({("editMessageText", id): 3 if id in tapping else 1 for id in (*tapping, *warming)})


@pytest.mark.parametrize("age", AGES)
def test_whoever_has_been_there_for_long_has_the_same_message_due(age: int) -> None:
    person = due_at(the_catalog().default, age, ours.AT, 7)
    assert (len(person.all_sessions) > age // 2, person.enrollment.number > 1) == (True, age > 12)


def test_the_table_compares_each_side_with_its_peer() -> None:
    one, other = (Side(name, (), 2, GRAMMY_SEND, 5) for name in (GRAMMY_SEND, "ours"))
    one.rounds, other.rounds = [{"cpu": 2.0, "turns": 2}], [{"cpu": 3.0, "turns": 2}, {"cpu": 9.0, "turns": 2}]
    assert table([one, other])[1] == ("ours", "3000.000", "3.00 ×", "≤ 5 ×", "met")
    other.rounds = [{"cpu": 12.0, "turns": 2}]
    assert table([one, other])[1] == ("ours", "6000.000", "6.00 ×", "≤ 5 ×", "**not met**")


def test_the_page_tells_each_bar_and_each_picture_has_its_lines(tmp_path: Path) -> None:
    found = [replace(each, rounds=[{"cpu": 1.0, "turns": 10}]) for each in sides(1, tmp_path)]
    for side in found:
        side.rounds[0] |= {bar.key: bar.most / 2 for bar in side.bars} | {"curve": [(1.0, 10), (2.0, 30)]}
    written = page(found, 1)
    assert written.count(" met |") == sum(side.most is not None and side.beside in TOLD for side in found) + BARS
    assert "not met |" not in written
    assert all(f"({name})" in written for name in plots(found))
    assert [drawing.count("stroke-width") for drawing in plots(found).values()] == [2, 2]
    fall = next(side for side in found if side.bars)
    fall.rounds[0][fall.bars[0].key] = fall.bars[0].most * 2
    assert page(found, 1).count("| **not met** |") == 1


async def test_in_a_morning_everybody_is_answered_and_nobody_is_missed() -> None:
    with bot_api() as port:
        told = await ours.morning(ours.Ground(port, PEOPLE))
    assert (told["came"], told["answered"]) == (PEOPLE, told["asked"])
    assert told["curve"][-1][1] == PEOPLE


async def test_a_bot_api_from_afar_is_spoken_to_under_its_own_certificate(tmp_path: Path) -> None:
    far = certificate_in(tmp_path)
    side = next(each for each in sides(0.001, tmp_path) if each.far)
    with bot_api(far) as port:
        assert carried_out(side, port, far)["turns"] == side.turns


def test_a_peer_that_fails_is_not_passed_over() -> None:
    with pytest.raises(AssertionError, match="ended with 1"):
        carried_out(Side("one", ("python3", "-c", "raise SystemExit(1)"), 1), 0)
