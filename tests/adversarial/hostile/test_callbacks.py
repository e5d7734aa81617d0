"""Thousands of buttons that nobody was ever shown: each is answered, and moves at most the presser's own document."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.core.model.callback_data import ACTIONS, SEPARATOR, Action
from bot.core.model.subscriber import Subscriber
from bot.subscriber_codec import SubscriberCodec
from tests.adversarial.hostile.ground import BEGIN, THROWN, Ground, somebody
from tests.conftest import the_catalog

COUNT = int(os.environ.get("HOSTILE", "300"))
"""How many; `make soak` sets HOSTILE=10000."""
BATCH = 50
ADA, BEN, CY, NEW, DAN = 7, 8, 9, 10, 11
"""Two at the beginning, one still being asked, one never seen, and one in the fourth week."""
WEEKS = 22 * 86_400
TODAY = (BEGIN + timedelta(seconds=WEEKS)).strftime("%y%m%d")
CODEC = SubscriberCodec("stamp")

PIECES = (
    *("", " ", "0", "-1", "1", "2", "10", "9999", "9" * 19, "9" * 40, "1e9", "NaN", "٣", "²", "0x1f", "1_000"),
    *("yes", "no", "not-sure", "skip", "none", "harp", "main", "easier", "harder", "0,1,2,3,4,5,6", ",", ",,,"),
    *("hips", "knee", "ankles", "why", "week", "safety", "retest", "re-test", "check-in", "recheck", "trigger"),
    *("zone", "time", "days", "quiet", "kit", "lane", "way", "length", "pictures", "pain", "age", "activities"),
    *("Europe/Lisbon", "../../etc/passwd", "/etc/passwd", "C:\\boot.ini", "localtime", "posix/UTC", "UTC\x00"),
    *(
        "'; DROP TABLE subscribers; --",
        '" OR 1=1',
        "(a+)+$",
        "[",
        "*",
        "%s",
        "%n",
        "{{7*7}}",
        "{0.__class__}",
        "${HOME}",
    ),
    *("2026-03-10", "9999-12-31", "0001-01-01", "2026-W10-1", "19:00", "24:00", "0900", "2359"),
    *(
        "<b>",
        "</b>",
        "&lt",
        "\x00",
        "\n",
        "\u202e",
        "\ud800",
        "é" * 9,
        "😀",
        "260302",
        "260308",
        "991231",
        "000000",
        "993399",
    ),
    *(str(number) for number in range(5)),
    *((date(2026, 3, 23) + timedelta(days=each)).strftime("%y%m%d") for each in range(8)),
    *(each.id for each in the_catalog().default.exercises[:8]),
    *(question.id for test in the_catalog().default.tests for question in test.questions[:2]),
)


def fields_of(kind: type[Action]) -> list[Any]:
    """The types of an action's fields, in order."""
    hints = get_type_hints(kind)
    return [hints[each.name] for each in fields(kind)]  # type: ignore[arg-type]


FORGED = st.builds(
    lambda verb, values: SEPARATOR.join([verb, *values]),
    st.sampled_from([*ACTIONS, "", "v2", "ADMIN"]),
    st.lists(st.sampled_from(PIECES), max_size=4),
)
TYPED_FIELDS: dict[Any, st.SearchStrategy[str]] = {
    str: st.sampled_from(PIECES),
    int: st.integers(-1, 11).map(str),
    bool: st.sampled_from(["", "1"]),
    date: st.dates(date(2026, 2, 27), date(2026, 4, 1)).map(lambda day: day.strftime("%y%m%d")),
    tuple[str, ...]: st.lists(st.sampled_from(PIECES), max_size=3).map(",".join),
}
WELL_TYPED = st.sampled_from(list(ACTIONS.values())).flatmap(
    lambda kind: st.tuples(st.just(kind.verb), *(TYPED_FIELDS[hint] for hint in fields_of(kind))).map(SEPARATOR.join)
)
DATA = st.one_of(
    FORGED,
    WELL_TYPED,
    WELL_TYPED,
    st.text(max_size=80),
    st.binary(max_size=40).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    st.sampled_from(
        [None, 0, True, 1.5, [], {}, ["set"], {"verb": "erase"}, "x" * 64, "x" * 65, "begin:" + "x" * 4096]
    ),
)
PRESSES = st.tuples(st.sampled_from([ADA, DAN, CY, NEW]), DATA)


class Stage:
    """A ground with people on it, put back to where it was before each batch."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.ground = Ground()
        self.runner.run(self._set())
        self.kept = dict(self.ground.storage.kept)

    async def _set(self) -> None:
        await self.ground.open()
        await self.ground.subscribes(DAN)
        await self.ground.clock.sleep(WEEKS)
        for id in (ADA, BEN):
            await self.ground.subscribes(id)
        await self.ground.says(somebody(CY), "/start")
        for data in ("begin:", "adult:", f"agree:{self.ground.parts.catalog.default.consent}:"):
            await self.ground.taps(somebody(CY), data)

    @contextmanager
    def played(self) -> Iterator[Ground]:
        """The ground as it was at first."""
        self.ground.storage.kept = dict(self.kept)
        self.ground.storage.testbed = {}
        self.ground.forget()
        yield self.ground


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.runner.close()


async def press(ground: Ground, presser: int, data: Any) -> None:
    """One press, and all that must be true after it."""
    THROWN["forged callbacks"] += 1
    before = dict(ground.storage.kept)
    ground.forget()
    await ground.taps(somebody(presser), data)
    told = (presser, data)
    after = ground.storage.kept
    assert {id: each for id, each in before.items() if id != presser} == {
        id: each for id, each in after.items() if id != presser
    }, told
    assert ground.taps_answered == [f"q{presser}"], told
    assert {chat for chat, _ in ground.said} == {presser}, told
    if (known := after.get(presser)) is not None and known is not before.get(presser):
        assert CODEC.decode(json.loads(CODEC.encode(known))) == known, told
        assert known.id == presser


async def still_works(ground: Ground) -> None:
    """Nothing that was stored on the way makes a screen or the schedule stumble."""
    for id in ground.storage.ids():
        for command in ("/start", "/today", "/lesson", "/selftest", "/progress", "/settings", "/export"):
            ground.forget()
            await ground.says(somebody(id), command)
            assert ground.telegram.calls, (id, command)


@given(st.lists(PRESSES, min_size=BATCH, max_size=BATCH))
@settings(
    max_examples=max(1, COUNT // BATCH),
    phases=[Phase.explicit, Phase.generate],  # a failure names its press; a batch is nothing to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_whatever_a_button_says_it_is_answered_and_moves_the_pressers_document_alone(
    stage: Stage, presses: list[tuple[int, Any]]
) -> None:
    async def play() -> None:
        with stage.played() as ground:
            for presser, data in presses:
                await press(ground, presser, data)
            await still_works(ground)

    stage.runner.run(play())


@pytest.mark.parametrize(
    ("presser", "data"),
    [
        (CY, f"late:{TODAY}:2:1900"),
        (ADA, f"ow:{TODAY}:nothing"),
        (ADA, f"owh:{TODAY}:nothing:3:"),
        (ADA, "pause:9999-12-31"),
        (ADA, "begin:" + "x" * 59),
        (NEW, "begin:\ud800"),
        (NEW, "adult:\x00"),
        (ADA, "s:days:yes,wall-left"),
        (ADA, ["set"]),
    ],
)
def test_what_once_made_a_handler_stumble_is_answered_and_changes_nothing(
    stage: Stage, presser: int, data: object
) -> None:
    async def play() -> None:
        with stage.played() as ground:
            before = ground.storage.kept.get(presser)
            await press(ground, presser, data)
            after = ground.storage.kept.get(presser)
            assert settled(after) == settled(before)

    stage.runner.run(play())


def settled(known: Subscriber | None) -> Subscriber | None:
    """What is kept, without what every update changes."""
    if known is None:
        return None
    return replace(
        known, updates=(), saved_at=BEGIN, showing="", shown=None, reply_owed_at=None, heard_at=None, next_due_at=None
    )


@pytest.mark.parametrize(
    "data",
    [
        f"r:0:{the_catalog().default.safety[0].id}:no",
        "p:zone:Europe/Lisbon",
        "p:pain:5",
        "t:hips",
        "set",
        "resume",
        "undo:1",
        "over:1",
        "goon:3",
        "erase",
        f"done:{TODAY}:",
        "l:hips:why:",
        "agree:1999-01:",
    ],
)
def test_no_button_but_consent_keeps_anything_of_a_stranger(stage: Stage, data: str) -> None:
    async def play() -> None:
        with stage.played() as ground:
            await ground.taps(somebody(NEW), data)
            assert NEW not in ground.storage.kept
            assert ground.said

    stage.runner.run(play())


def test_somebody_who_stopped_before_there_was_a_plan_may_press_any_old_button(stage: Stage) -> None:
    async def play() -> None:
        with stage.played() as ground:
            await press(ground, CY, "stop")
            for verb in ("may", "again", "next", "resume", "set", "prog", "keep", "undo:1"):
                await press(ground, CY, verb)
            await still_works(ground)

    stage.runner.run(play())
