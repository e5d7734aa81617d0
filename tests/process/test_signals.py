"""Signals: what each of them does to the process, and that none of them loses an update."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

import bot.__main__ as command_line
from bot.catalog.load import Catalog
from bot.clock import SystemClock
from bot.core.model.delivery import Kind
from bot.local_telegram.people import Person
from bot.local_telegram.telegram import LocalTelegram
from tests.long.crowd import delivered, minute_before, prepared, write
from tests.process.bot_process import ROOT, BotProcess, until

QUEUED = 100
SILENT_NAME_SERVER = """
import os, pathlib, socket, time

def getaddrinfo(*_, **__):
    pathlib.Path(os.environ["ASKED"]).touch()
    time.sleep(60)

socket.getaddrinfo = getaddrinfo
"""


def texts(person: Person) -> list[str]:
    """What the bot has said to somebody."""
    return [str(message["text"]) for message in person.chat.messages if not message["mine"]]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_idle_bot_that_is_asked_to_stop_ends_with_0(
    telegram: LocalTelegram, bot: BotProcess, number: signal.Signals
) -> None:
    await bot.started(telegram)
    await until(lambda: "running" in bot.output)

    bot.signal(number)

    assert await bot.ends() == 0
    assert bot.output.splitlines()[-1].endswith("stopped")


async def test_asked_twice_to_stop_it_still_ends_in_order(telegram: LocalTelegram, bot: BotProcess) -> None:
    people = [telegram.person(id) for id in range(1, 31)]
    await bot.started(telegram)
    await until(lambda: "running" in bot.output)
    for person in people:
        person.sends("/start")

    bot.signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0

    await bot.started(telegram)
    await until(lambda: telegram.unconfirmed == 0 and all(map(texts, people)))
    assert await bot.stop() == 0


async def test_while_no_name_server_answers_it_ends_as_soon_as_it_is_asked_to(
    telegram: LocalTelegram, bot: BotProcess, tmp_path: Path
) -> None:
    """Docker kills after 10 seconds; a look-up may take 30, and its thread cannot be interrupted."""
    (tmp_path / "sitecustomize.py").write_text(SILENT_NAME_SERVER, encoding="utf-8")
    marks = tmp_path / "asked"
    await bot.start(
        {
            "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
            "ASKED": str(marks),
            "BOT_API_URL": "http://api.telegram.example",
        }
    )
    await until(marks.exists)

    bot.signal(signal.SIGTERM)

    async with asyncio.timeout(9):
        assert await bot.ends() == 0


async def test_a_hangup_of_the_terminal_is_ignored(telegram: LocalTelegram, bot: BotProcess) -> None:
    person = telegram.person(5)
    await bot.started(telegram)
    await until(lambda: "running" in bot.output)

    bot.signal(signal.SIGHUP)
    person.sends("/start")
    await until(lambda: bool(texts(person)))

    assert await bot.stop() == 0


async def test_a_hundred_waiting_updates_survive_a_stop_in_their_midst(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    people = [telegram.person(id) for id in range(1, QUEUED + 1)]
    for person in people:
        person.sends("/start")
    await bot.started(telegram)
    await until(lambda: sum(map(bool, map(texts, people))) >= QUEUED // 10)
    assert await bot.stop() == 0

    await bot.started(telegram)
    await until(lambda: telegram.unconfirmed == 0 and all(map(texts, people)))
    assert await bot.stop() == 0


async def test_a_frozen_process_goes_on_where_it_was_and_repeats_nothing(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog
) -> None:
    now = SystemClock().now()
    crowd = [prepared(catalog, id, Kind.REMINDER, minute_before(now), now) for id in range(1, 61)]
    await write(bot, catalog, iter(crowd))
    for known in crowd:
        telegram.person(known.id)
    stranger = telegram.person(99)
    await bot.started(telegram)
    await until(lambda: len(delivered(telegram)) >= 10)

    bot.signal(signal.SIGSTOP)
    stranger.sends("/start")
    await asyncio.sleep(1.5)
    bot.signal(signal.SIGCONT)
    await until(lambda: bool(texts(stranger)) and len(delivered(telegram)) == len(crowd) + 1)
    assert await bot.stop() == 0

    assert all(len(calls) == 1 for calls in delivered(telegram).values())


async def test_starting_and_ending_over_and_over_leaves_the_documents_as_they_are(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog
) -> None:
    now = SystemClock().now()
    await write(bot, catalog, iter([prepared(catalog, id, Kind.REMINDER, minute_before(now), now) for id in (1, 2)]))
    for id in (1, 2):
        telegram.person(id)
    await bot.started(telegram)
    await until(lambda: len(delivered(telegram)) == 2)
    assert await bot.stop() == 0
    before = documents(bot.data)

    for end in (bot.stop, bot.kill):
        await bot.started(telegram)
        await end()

    assert documents(bot.data) == before


def documents(folder: Path) -> dict[str, bytes]:
    """Every subscriber's file, to the byte."""
    return {
        path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.parent.parent.name == "subscribers"
    }


def test_ctrl_c_ends_any_command_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def check(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bot", "check"])
    monkeypatch.setattr(command_line, "check", check)
    assert command_line.main() == 130
    assert capsys.readouterr() == ("", "")
