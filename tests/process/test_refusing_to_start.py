"""What keeps the process from running: one clear line each, no token, no traceback, exit code 1."""

from __future__ import annotations

import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import build, open_subscribers
from bot.bot_api.token_check import TokenRefused
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.clock import MovableClock, SystemClock
from bot.core.model.subscriber import new_subscriber
from bot.local_telegram.faults import Answer, Fault, Refused
from bot.local_telegram.request import LocalRequest
from bot.local_telegram.telegram import LocalTelegram
from bot.places.search import Places
from bot.run import CannotStart, _reach_telegram
from bot.storage.seal import new_key
from tests.conftest import CONTENT
from tests.process.bot_process import TOKEN, BotProcess, telegram_on_loopback


async def refused(bot: BotProcess, **settings: str) -> list[str]:
    """Start it, wait for its end, and give what it said, line by line."""
    bot.settings |= settings
    await bot.start()
    assert await bot.ends() == 1, bot.output
    assert TOKEN not in bot.output
    assert TOKEN.partition(":")[2] not in bot.output
    assert "Traceback" not in bot.output
    return bot.output.splitlines()


async def keep_somebody(bot: BotProcess, catalog: Catalog) -> None:
    storage = open_subscribers(catalog, bot.data, bot.key_file)
    async with storage.change(7) as box:
        box.value = new_subscriber(7, catalog.default.id, "1", "", SystemClock().now())
    storage.close()


async def test_every_fault_of_the_settings_is_named_at_once(bot: BotProcess) -> None:
    said = await refused(
        bot,
        BOT_TOKEN="canary-that-is-no-token",
        BOT_API_URL="127.0.0.1:8081",
        BOT_TICK_SECONDS="0",
        BOT_MESSAGES_PER_SECOND="9" * 5000,
        BOT_LOG_LEVEL="LOUD",
        BOT_HTTP_PORT="65536",
        BOT_HTTP_HOST="localhost",
        BOT_OPERATORS="ada, 5",
    )

    assert [line.split()[0] for line in said] == [
        "BOT_TOKEN",
        "BOT_API_URL",
        "BOT_TICK_SECONDS",
        "BOT_MESSAGES_PER_SECOND",
        "BOT_LOG_LEVEL",
        "BOT_HTTP_PORT",
        "BOT_HTTP_HOST",
        "BOT_OPERATORS",
    ]
    assert "canary" not in bot.output


async def test_made_up_people_to_turn_to_are_one_line_unless_they_are_asked_for(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    [line] = await refused(bot, BOT_CONTACT_FILE="")

    assert line.startswith("The people to turn to are made up")
    assert "BOT_SAMPLE_CONTACTS=yes" in line
    assert telegram.log == []


async def test_a_name_that_is_no_setting_is_named_at_start(bot: BotProcess) -> None:
    said = await refused(bot, BOT_OPERATOR="5", BOT_CONTACT_FILE="")

    assert said[0] == "BOT_OPERATOR is no setting of the bot, and changes nothing. Is BOT_OPERATORS meant?"


async def test_a_dotenv_file_that_is_no_text_is_one_line(bot: BotProcess) -> None:
    standing = bot.folder / "standing"
    standing.mkdir()
    (standing / ".env").write_bytes(b"BOT_TOKEN=\xff\xfe\n")

    [line] = await refused(bot)

    assert ".env" in line


async def test_a_wrong_token_is_one_line_that_says_where_to_get_one(tmp_path: Path) -> None:
    async with telegram_on_loopback("1000000001:another-bot-than-the-one-that-asks") as (_, address):
        [line] = await refused(BotProcess(tmp_path, address, warm=True))

    assert line.startswith("Telegram refuses the token.")


class InstantClock(MovableClock):
    """Sleeps no longer than it takes to say so."""

    async def sleep(self, seconds: float) -> None:
        await self.advance(seconds)


FLOOD = Answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 60}})
LONG_FLOOD = Answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 700}})
NOT_HERE = Answer(404, b"<html>Not here</html>")
UNREACHED = "Telegram cannot be reached (no connection). Check the network, and BOT_API_URL if it is set."
NOT_UNDERSTOOD = "Telegram's answer could not be understood. Check BOT_API_URL."
NO = Answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})


@pytest.mark.parametrize(
    ("faults", "asked_at", "end"),
    [
        ([FLOOD, FLOOD], [0, 60, 120], None),
        ([FLOOD] * 6, [0, 60, 120, 180, 240, 300, 360], None),
        ([LONG_FLOOD], [0, 300], None),
        ([Answer(429, b"<html>Slow down</html>")] * 2, [0, 1, 3], None),
        ([NOT_HERE], [0, 1], None),
        ([NO, NO], [0, 1, 3], None),
        ([NO, FLOOD], [0, 1, 61], None),
        ([NO, NO, NO], [0, 1, 3], "token"),
        ([NO, NOT_HERE, NOT_HERE], [0, 1, 3], "address"),
        ([Refused()] * 4, [0, 1, 3, 7], UNREACHED),
        ([NO] + [Refused()] * 8, [0, 1, 1, 2, 4, 8], UNREACHED),
        ([Answer(200, {"ok": True})], [0], NOT_UNDERSTOOD),
        ([Answer(200, {"ok": True, "result": 5})], [0], NOT_UNDERSTOOD),
    ],
)
async def test_the_first_hello_waits_out_a_pause_and_asks_again_after_a_refusal(
    tmp_path: Path, catalog: Catalog, places: Places, faults: list[Fault], asked_at: list[float], end: str | None
) -> None:
    clock = InstantClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    telegram = LocalTelegram(clock)
    asked: list[float] = []

    def fault(method: str, parameters: dict[str, object], number: int) -> Fault | None:
        asked.append(clock.monotonic())
        return faults[number - 1] if number <= len(faults) else None

    telegram.fault = fault
    parts = build(
        token=TOKEN,
        api_url="http://localhost",
        storage=open_subscribers(catalog, tmp_path / "data", tmp_path / "keys" / "storage.key"),
        catalog=catalog,
        places=places,
        clock=clock,
        request=LocalRequest(telegram),
        poll_request=LocalRequest(telegram),
        tick_seconds=1,
        messages_per_second=25,
        pictures=Pictures(catalog.folder),
    )
    said: str | None = None
    try:
        await _reach_telegram(parts)
    except TokenRefused as refused:
        said = refused.reason
    except CannotStart as reason:
        said = str(reason)
    finally:
        await parts.stop()
    assert asked == asked_at
    assert said == end


async def test_an_address_where_no_bot_api_answers_is_one_line(telegram: LocalTelegram, bot: BotProcess) -> None:
    telegram.fault = lambda method, parameters, number: Answer(404, b"<html>Not here</html>")

    [line] = await refused(bot)

    assert line.startswith("There is no such bot at that address.")


async def test_an_answer_in_which_there_is_no_bot_is_one_line(telegram: LocalTelegram, bot: BotProcess) -> None:
    telegram.fault = lambda method, parameters, number: Answer(200, {"ok": True, "result": {"odd": 1}})

    [line] = await refused(bot)

    assert line.startswith("Telegram's answer could not be understood.")


async def test_no_network_is_one_line_after_a_few_tries(bot: BotProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once_taken:
        free = once_taken.getsockname()[1]

    [line] = await refused(bot, BOT_API_URL=f"http://127.0.0.1:{free}")

    assert line == "Telegram cannot be reached (no connection). Check the network, and BOT_API_URL if it is set."


async def test_a_data_folder_that_cannot_be_made_is_one_line_that_names_it(bot: BotProcess) -> None:
    in_the_way = bot.folder / "file"
    in_the_way.write_text("a file where a folder should be")

    for folder in (in_the_way, in_the_way / "data", Path("/proc/data")):
        line = (await refused(bot, BOT_DATA_DIR=str(folder)))[-1]
        assert str(folder) in line
    assert len(bot.output.splitlines()) == 3


async def test_a_key_that_cannot_be_written_is_one_line_that_names_it(bot: BotProcess) -> None:
    in_the_way = bot.folder / "file"
    in_the_way.write_text("a file where a folder should be")

    [line] = await refused(bot, BOT_STORAGE_KEY_FILE=str(in_the_way / "storage.key"))

    assert str(in_the_way / "storage.key") in line


async def test_a_wrong_or_missing_key_beside_people_is_one_line_and_nothing_is_touched(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog
) -> None:
    await keep_somebody(bot, catalog)
    right = bot.key_file.read_text()

    bot.key_file.write_text(new_key().line)
    assert "not in the key file" in (await refused(bot))[-1]
    bot.key_file.unlink()
    assert "There is no key file" in (await refused(bot))[-1]

    assert len(bot.output.splitlines()) == 2
    assert not bot.key_file.exists()
    assert telegram.log == []
    bot.key_file.write_text(right)
    bot.key_file.chmod(0o600)
    assert await bot.stored(catalog, 7) is not None


async def test_a_port_in_use_is_one_line_that_names_it(bot: BotProcess) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104
        port = taken.getsockname()[1]
        [line] = await refused(bot, BOT_HTTP_PORT=str(port), BOT_LOG_LEVEL="WARNING")

    assert line == f"Port {port} cannot be used on 127.0.0.1. Set BOT_HTTP_PORT to a free one."


async def test_faults_of_the_content_are_listed_with_file_and_line(telegram: LocalTelegram, bot: BotProcess) -> None:
    content = bot.folder / "content"
    shutil.copytree(CONTENT, content)
    lessons = content / "knee-pain" / "lessons.yaml"
    lessons.write_text("lessons: [\n" + lessons.read_text())
    (content / "knee-pain" / "safety.yaml").unlink()

    said = await refused(bot, BOT_CONTENT_DIR=str(content))

    assert any("lessons.yaml:" in line for line in said), said
    assert any("safety.yaml" in line for line in said)
    assert telegram.log == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("shared/en/screens/session/day.html.j2", "{% elif done %}", "{% elif done", "screens/session/day.html.j2:"),
        ("shared/en/labels.yaml", "lane-gentle: Make it gentler\n", "", "lane-gentle"),
        ("knee-pain/en/exercises/k1.html.j2", None, None, "exercises/k1.html.j2:1: the file is missing"),
    ],
)
async def test_words_that_do_not_hold_together_keep_the_bot_from_starting(
    bot: BotProcess, file: str, old: str | None, new: str | None, told: str
) -> None:
    content = bot.folder / "content"
    shutil.copytree(CONTENT, content)
    broken = content / file
    if old is None or new is None:
        broken.unlink()
    else:
        assert old in broken.read_text()
        broken.write_text(broken.read_text().replace(old, new, 1))

    said = await refused(bot, BOT_CONTENT_DIR=str(content))

    assert any(told in line for line in said)


@pytest.mark.parametrize("missing", ["", "places"])
async def test_a_content_folder_that_is_not_there_is_one_line(bot: BotProcess, missing: str) -> None:
    content = bot.folder / "content"
    if missing:
        shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns(missing))

    said = await refused(bot, BOT_CONTENT_DIR=str(content))

    assert len(said) == 1
    assert str(content) in said[0]


async def test_a_table_of_places_that_is_malformed_is_one_line_with_its_file(bot: BotProcess) -> None:
    content = bot.folder / "content"
    shutil.copytree(CONTENT, content)
    cities = content / "places" / "cities.tsv"
    cities.write_text("Nowhere\tmany\n" + cities.read_text())

    [line] = await refused(bot, BOT_CONTENT_DIR=str(content))

    assert "cities.tsv:1" in line


async def test_a_second_process_on_the_same_folder_refuses_before_it_calls_telegram(
    telegram: LocalTelegram, bot: BotProcess, tmp_path: Path
) -> None:
    await bot.started(telegram)
    async with telegram_on_loopback() as (another, address):
        second = BotProcess(tmp_path / "second", address)
        second.folder.mkdir()

        [line] = await refused(second, BOT_DATA_DIR=str(bot.data), BOT_STORAGE_KEY_FILE=str(bot.key_file))

        assert line.startswith(f"Another bot is already running on this folder ({bot.data}).")
        assert another.log == []
    assert await bot.stop() == 0
