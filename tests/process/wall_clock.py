"""The real process under a wall clock that is moved hours at a time, from /start to day 21; run by hand.

    python -m tests.process.wall_clock [--hours N] [--json FILE]

Needs libfaketime and takes about six minutes. Prints each message that nobody asked for with its local time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import Subscriber
from bot.local_telegram.telegram import LocalTelegram
from tests.conftest import the_catalog
from tests.process.bot_process import BotProcess, telegram_on_loopback
from tests.process.phone import ONBOARDING, Phone

PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime", "/opt/homebrew/lib/faketime")
LIBRARY = "libfaketimeMT.so.1"
LISBON = ZoneInfo("Europe/Lisbon")
LOOKED_AT = time(19, 30)
"""One step a day comes to this time, half an hour after the reminder's: at another it may be quiet then."""
ID = 7
DAYS = 22
HOURS = 3.0
"""A reminder is good for three hours, so no longer steps see every one of them."""
REAL_SECONDS = 1.5
"""For the bot to notice, at a tick a second, and for what it sends."""
PAGES = 60
ONWARD = ("Next", "Start", "As usual", "Weekly check-in", "Go on with the test", "All done")
JOLTS = {20: -2.0, 60: -26.5, 100: 26.5}
"""At which step the clock is also set wrong, by how many hours; the next step sets it right again."""
HELD = 26.0
"""After a jump of more hours sending waits for ten steady minutes, or for a restart, which takes less time."""
SERIES = ("lesson", "check-in", "re-test")
STEPS = 5


class MovedClock(SystemClock):
    """The machine's clock, so far ahead; the bot reads how far from a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead = timedelta(0)
        self.move(0)

    def now(self) -> datetime:
        return super().now() + self._ahead

    def move(self, hours: float) -> None:
        """Step the wall clock; the monotonic one goes on as before."""
        self._ahead += timedelta(hours=hours)
        beside = self._file.with_suffix(".new")
        beside.write_text(f"+{self._ahead.total_seconds():.0f}\n")
        beside.replace(self._file)  # the library may read at any time


async def three_weeks(hours: float, library: Path) -> dict[str, int]:
    """Play them; the figures, and under "wrong" how many steps of the series were not sent."""
    with tempfile.TemporaryDirectory(prefix="wall-clock-") as name:
        folder = Path(name)
        clock = MovedClock(folder / "ahead")
        local = clock.now().astimezone(LISBON)
        clock.move((datetime.combine(local, LOOKED_AT, LISBON) - local) % timedelta(days=1) / timedelta(hours=1))
        async with telegram_on_loopback(clock=clock) as (telegram, address):
            bot = BotProcess(
                folder,
                address,
                LD_PRELOAD=str(library),
                FAKETIME_TIMESTAMP_FILE=str(folder / "ahead"),
                FAKETIME_NO_CACHE="1",
                FAKETIME_DONT_FAKE_MONOTONIC="1",
            )
            try:
                phone = Phone(telegram.person(ID))
                await bot.started(telegram)
                await phone.sends("/start")
                await phone.walks(ONBOARDING)
                await play(bot, telegram, phone, clock, hours)
                known = await bot.stored(the_catalog(), ID)
                code = await bot.stop()
            finally:
                await bot.close()
                print(bot.output)  # noqa: T201
    return {"days": DAYS, **told(known), "exit code": code}


async def play(bot: BotProcess, telegram: LocalTelegram, phone: Phone, clock: MovedClock, hours: float) -> None:
    """Let the days pass, and tap through whatever comes."""
    end = clock.now() + timedelta(days=DAYS)
    for step in count():
        if clock.now() >= end or not bot.is_running:
            return
        known = phone.newest()
        if wrong := JOLTS.get(step):
            clock.move(wrong)
            await asyncio.sleep(4 * REAL_SECONDS)
            clock.move(-wrong)
            if abs(wrong) > HELD:
                await bot.stop()
                await bot.started(telegram)
        clock.move(hours)
        await asyncio.sleep(REAL_SECONDS)
        if phone.newest() > known:
            local = clock.now().astimezone(LISBON)
            print(f"{local:%a %d %b %H:%M}  {phone.last.splitlines()[0]}  {phone.labels()}", flush=True)  # noqa: T201
            await go_through(phone)


async def go_through(phone: Phone) -> None:
    """Tap the first button that goes on, for as long as there is one; a test is answered from the top."""
    for _ in range(PAGES):
        labels = phone.labels()
        onward = [label for label in labels if label.startswith(ONWARD)]
        question = labels and (labels[0].isdigit() or any(label.startswith(("Not sure", "Back")) for label in labels))
        choice = onward[0] if onward else labels[0] if question and labels[0] != "Back" else None
        if choice is None:
            return
        await phone.taps(choice)
        await phone.rests()


def told(known: Subscriber | None) -> dict[str, int]:
    """Print what became of every delivery, and count it."""
    records = sorted(known.deliveries.values(), key=lambda record: record.at) if known else []
    for record in records:
        print(f"{record.at:%d %b %H:%M}  {record.key}  {record.outcome} {record.reason}")  # noqa: T201
    sent = [record for record in records if record.outcome is Outcome.SENT]
    return {"messages": len(sent), "wrong": STEPS - sum(record.key.startswith(SERIES) for record in sent)}


def find_library() -> Path | None:
    """Where libfaketime is, or None."""
    found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{LIBRARY}")]
    return found[0] if found else None


def main() -> int:
    """Play; 0 when every step of the series was sent, or nothing could be tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.process.wall_clock")
    parser.add_argument("--hours", type=float, default=HOURS, help="how far each step goes")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given = parser.parse_args()
    library = find_library()
    if library is None:
        print("libfaketime is not installed; nothing was tried.")  # noqa: T201
        return 0
    figures = asyncio.run(three_weeks(given.hours, library))
    print(figures)  # noqa: T201
    if given.json:
        given.json.write_text(json.dumps(figures))
    return 1 if figures["wrong"] or figures["exit code"] else 0


if __name__ == "__main__":
    sys.exit(main())
