"""What the bot says of itself: red with a reason within 90 seconds of a fault, and green again by itself."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.disk_probe import DiskProbe
from bot.monitoring.health import Health, pages, served
from bot.monitoring.metrics import Metrics
from bot.storage.disk import Disk
from tests.storage.conftest import Person, Place, save

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Watched:
    """A bot's heartbeats and troubles, and what whoever watches it sees."""

    def __init__(self, tick_seconds: float = 15) -> None:
        self.clock = MovableClock(START)
        self.alerts = Alerts(self.clock)
        self.went_on_at: float | None = None
        self.ticked_at: float | None = None
        self.more: list[str] = []
        health = Health(
            self.clock,
            self.alerts,
            went_on_at=lambda: self.went_on_at,
            ticked_at=lambda: self.ticked_at,
            tick_seconds=tick_seconds,
            more=[lambda: self.more],
        )
        self.page = pages(health, Metrics(self.clock))

    async def asks(self, path: str) -> tuple[int, dict[str, Any]]:
        async with (
            served(self.page, 0, "127.0.0.1") as port,
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{port}{path}") as answer,
        ):
            return answer.status, await answer.json()

    async def lives(self, seconds: int, *, goes_on: bool = True, ticks: bool = True) -> None:
        for _ in range(seconds):
            await asyncio.sleep(0)
            await self.clock.advance(1)
            self.went_on_at = self.clock.monotonic() if goes_on else self.went_on_at
            self.ticked_at = self.clock.monotonic() if ticks else self.ticked_at


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_bot_that_hears_and_ticks_is_well_and_ready(watched: Watched) -> None:
    await watched.lives(600)

    assert await watched.asks("/healthz") == (200, {"ok": True, "troubles": []})
    assert await watched.asks("/readyz") == (200, {"ok": True, "reasons": [], "recent": []})


@pytest.mark.parametrize(
    ("lacking", "words"), [({"goes_on": False}, "intake stands still"), ({"ticks": False}, "no tick")]
)
async def test_a_missing_heartbeat_is_red_within_90_seconds_and_green_when_it_is_back(
    watched: Watched, lacking: dict[str, bool], words: str
) -> None:
    await watched.lives(100)
    await watched.lives(70, **lacking)
    assert (await watched.asks("/readyz"))[0] == 200
    await watched.lives(20, **lacking)

    for path, name in (("/healthz", "troubles"), ("/readyz", "reasons")):
        status, said = await watched.asks(path)
        assert status == 503
        assert said[name] == [f"{words} for 90 seconds"]
    await watched.lives(1)
    assert (await watched.asks("/readyz"))[0] == 200


async def test_a_bot_whose_intake_never_went_on_is_red_90_seconds_after_its_start(watched: Watched) -> None:
    await watched.lives(90, goes_on=False)

    assert (await watched.asks("/readyz"))[1]["reasons"] == ["intake stands still for 90 seconds"]


async def test_a_slow_tick_that_was_asked_for_is_no_trouble() -> None:
    watched = Watched(tick_seconds=3600)
    await watched.lives(3700, ticks=False)

    assert (await watched.asks("/healthz"))[0] == 200


async def test_what_stands_in_the_way_is_a_reason_until_it_ends_and_no_restart_mends_it(watched: Watched) -> None:
    await watched.lives(1)
    watched.alerts.raise_(AlertKind.NOT_SAVED, "No space left on device")
    watched.alerts.raise_(AlertKind.SECOND_POLLER)
    watched.more = ["a reason of somebody else's"]

    status, said = await watched.asks("/readyz")

    assert status == 503
    assert said["reasons"] == ["not-saved: No space left on device", "second-poller", "a reason of somebody else's"]
    assert (await watched.asks("/healthz"))[0] == 200
    watched.more = []
    watched.alerts.clear(AlertKind.NOT_SAVED)
    watched.alerts.clear(AlertKind.SECOND_POLLER)
    assert (await watched.asks("/readyz"))[0] == 200


async def test_what_grows_while_it_stands_is_shown_as_it_is_now_and_told_once(watched: Watched) -> None:
    told: list[str] = []
    watched.alerts.listeners.append(lambda alert: told.append(alert.detail))
    await watched.lives(1)
    watched.alerts.raise_(AlertKind.GONE, "1 people")
    watched.alerts.raise_(AlertKind.GONE, "500 people")

    assert (await watched.asks("/readyz"))[1]["reasons"] == ["gone: 500 people"]
    assert told == ["1 people"]


async def test_what_happened_is_listed_for_an_hour_and_does_not_turn_it_red(watched: Watched) -> None:
    await watched.lives(1)
    watched.alerts.record(AlertKind.SET_ASIDE, "update 10, KeyError")
    await watched.lives(60)

    assert await watched.asks("/readyz") == (
        200,
        {
            "ok": True,
            "reasons": [],
            "recent": [{"cause": "set-aside", "detail": "update 10, KeyError", "seconds_ago": 60}],
        },
    )
    await watched.lives(3541)
    assert (await watched.asks("/readyz"))[1]["recent"] == []


async def test_over_loopback_each_page_answers_and_others_do_not(watched: Watched) -> None:
    async with (
        served(watched.page, 0, "127.0.0.1") as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        for path in ("/healthz", "/readyz"):
            async with client.get(path) as answer:
                assert (answer.status, (await answer.json())["ok"]) == (200, True)
        async with client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=junk"}) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert "steady_knees_updates_total" in await answer.text()
        async with client.post("/readyz") as answer:
            assert answer.status == 405
        async with client.get("/") as answer:
            assert answer.status == 404


async def test_a_port_in_use_is_refused(watched: Watched) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(OSError, match="in use") as refused:
            async with served(watched.page, taken.getsockname()[1], "127.0.0.1"):
                pass
        assert refused.value.errno == errno.EADDRINUSE


# --- Storing ----------------------------------------------------------------------------------------------------


class IllDisk(Disk):
    """Takes no change while it is full, and gives no answer while it hangs."""

    full = False

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()

    def sync(self, descriptor: int) -> None:
        self.answers.wait()
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().sync(descriptor)


async def test_a_full_disk_shows_without_anybody_s_tap_and_so_does_its_mending(
    watched: Watched, tmp_path: Path
) -> None:
    disk, place = IllDisk(), Place(tmp_path)
    disk_probe = DiskProbe(place.open(disk=disk, threads=0), watched.clock, watched.alerts)
    task = asyncio.create_task(disk_probe.run())
    try:
        await watched.lives(90)
        assert (await watched.asks("/readyz"))[0] == 200
        disk.full = True
        await watched.lives(90)
        assert (await watched.asks("/readyz"))[1]["reasons"] == ["not-saved: No space left on device"]
        disk.full = False
        await watched.lives(90)
        assert (await watched.asks("/readyz"))[0] == 200
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        place.close()


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (lambda place: place.folder, "not-saved: the data folder is gone: No such file or directory"),
        (lambda place: place.folder / "house.sealed", "not-saved: the bot's own document is gone"),
        (lambda place: place.file(7), "gone: 1 people"),
        (lambda place: place.key_file.parent, "key: it is gone and cannot be put back: No such file or directory"),
    ],
    ids=["folder", "own document", "person", "folder of the key"],
)
async def test_what_goes_away_beside_the_bot_shows_and_so_does_its_return(
    watched: Watched, tmp_path: Path, lost: Callable[[Place], Path], reason: str
) -> None:
    place = Place(tmp_path)
    storage = place.open(threads=0)
    await save(storage, 7, Person("Ada"))
    disk_probe = DiskProbe(storage, watched.clock, watched.alerts)
    task = asyncio.create_task(disk_probe.run())
    try:
        await watched.lives(90)
        assert (await watched.asks("/readyz"))[0] == 200
        path, aside = lost(place), tmp_path / "aside"
        path.rename(aside)
        await watched.lives(90)
        assert (await watched.asks("/readyz"))[1]["reasons"] == [reason]
        aside.rename(path)
        await watched.lives(90)
        assert (await watched.asks("/readyz"))[0] == 200
        assert await storage.read(7) == Person("Ada")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        place.close()


async def test_a_key_that_goes_away_beside_the_bot_is_put_back_and_told(watched: Watched, tmp_path: Path) -> None:
    place = Place(tmp_path)
    disk_probe = DiskProbe(place.open(threads=0), watched.clock, watched.alerts)
    await disk_probe.probe()
    whole = place.key_file.read_bytes()
    place.key_file.unlink()

    await disk_probe.probe()

    assert watched.alerts.standing() == {AlertKind.KEY: "it was gone and was put back"}
    assert place.key_file.read_bytes() == whole
    assert place.key_file.stat().st_mode & 0o777 == 0o600
    await disk_probe.probe()
    assert watched.alerts.standing() == {}
    place.close()


async def test_a_disk_that_gives_no_answer_shows_too(watched: Watched, tmp_path: Path) -> None:
    disk, place = IllDisk(), Place(tmp_path)
    storage = place.open(disk=disk, threads=1)
    disk_probe = DiskProbe(storage, watched.clock, watched.alerts)
    await disk_probe.probe()
    disk.answers.clear()
    asking = asyncio.create_task(disk_probe.probe())
    await watched.lives(29)
    assert watched.alerts.standing() == {}
    await watched.lives(16)
    assert watched.alerts.standing() == {AlertKind.NOT_SAVED: "the disk has not answered for 30 seconds"}
    disk.answers.set()
    await asking
    assert watched.alerts.standing() == {}
    assert (await storage.read_bot_record()).keys() == {"alive_at"}
    place.close()
