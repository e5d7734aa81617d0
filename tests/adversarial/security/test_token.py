"""The token stays where it was put: no log, error, description of an object, copy or process list shows it."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.demo.testbed import BEGIN, Testbed
from bot.local_telegram.faults import Answer
from bot.local_telegram.request import LocalRequest
from bot.local_telegram.telegram import LocalTelegram
from bot.monitoring.safe_logging import RedactingFormatter
from bot.settings import read_settings
from tests.conftest import the_catalog
from tests.process.bot_process import ROOT, TOKEN, BotProcess, telegram_on_loopback, until

SECRET = TOKEN.partition(":")[2]
WORDS = "canary: my left knee hurts on stairs"


def shows(text: str | bytes) -> bool:
    """Whether the token or its secret half stands there, plain or as it would stand in an address."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return SECRET in text


def process_file(bot: BotProcess, name: str) -> bytes:
    """What the machine shows of the process to whoever asks for it."""
    return Path(f"/proc/{bot.pid}/{name}").read_bytes()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_whole_run_with_trouble_and_a_copy_of_what_it_kept_show_the_token_nowhere(tmp_path: Path) -> None:
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(tmp_path, address, BOT_LOG_LEVEL="DEBUG")
        ada = telegram.person(7)
        try:
            await bot.started(telegram)
            for data in ("begin:", "adult:", f"agree:{the_catalog().default.consent}:"):
                ada.taps(1, data)
            await until(lambda: telegram.unconfirmed == 0, lambda: bot.output)
            telegram.fault = lambda method, _, number: (
                Answer(502, f"<html>/bot{TOKEN}/{method}</html>".encode()) if number % 2 else None
            )
            ada.sends("/start")
            ada.sends(TOKEN)
            telegram.enqueue({"message": {"text": TOKEN, "from": TOKEN}})
            await until(lambda: telegram.unconfirmed == 0, lambda: bot.output)
            assert not any(shows(process_file(bot, title)) for title in ("cmdline", "comm", "stat", "status"))
        finally:
            code = await bot.stop()
    copy = await export(bot)
    assert code == 0
    assert not shows(bot.output)
    assert b'"consent"' in copy
    assert not shows(copy)
    assert not [path for path in files_in(tmp_path) if shows(path.read_bytes())]


async def export(bot: BotProcess) -> bytes:
    """What `python -m bot export` writes of the first person."""
    exporting = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "export", "7"),
        env={"PYTHONPATH": str(ROOT), **bot.settings},
        cwd=bot.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    copy, _ = await exporting.communicate()
    return copy


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, {"ok": False, "error_code": 401, "description": f"Unauthorized: {TOKEN}"}),
        Answer(200, {"ok": True, "result": {TOKEN: TOKEN}}),
    ],
)
async def test_a_start_that_fails_with_the_token_in_the_answer_says_why_without_it(
    tmp_path: Path, answer: Answer
) -> None:
    async with telegram_on_loopback() as (telegram, address):
        telegram.fault = lambda method, _, number: answer
        bot = BotProcess(tmp_path, address, warm=True, BOT_LOG_LEVEL="DEBUG")
        await bot.start()
        try:
            assert await bot.ends() == 1
        finally:
            await bot.close()
    assert bot.output.strip()
    assert not shows(bot.output)
    assert "Traceback" not in bot.output


async def test_a_token_from_a_file_runs_the_bot_and_leaves_the_environment_empty(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(tmp_path, address, BOT_TOKEN="", BOT_TOKEN_FILE=str(tmp_path / "token"))
        try:
            await bot.started(telegram)
            assert not shows(process_file(bot, "environ"))
        finally:
            assert await bot.stop() == 0
    assert not shows(bot.output)


def test_settings_and_their_faults_do_not_show_the_token() -> None:
    assert not shows(repr(read_settings({"BOT_TOKEN": TOKEN})) + str(read_settings({"BOT_TOKEN": TOKEN})))
    with pytest.raises(Exception, match="BOT_TOKEN") as refused:
        read_settings({"BOT_TOKEN": f"x{TOKEN}"})
    assert not shows(f"{refused.value!r}{refused.value}")


async def test_no_part_of_the_bot_describes_itself_with_the_token(testbed: Testbed) -> None:
    assert testbed.runtime is not None
    secret = testbed.runtime.application.bot.token.partition(":")[2]
    parts = testbed.runtime
    for part in (parts, parts.application, parts.application.bot, parts.receiver, parts.sender, parts.respond):
        assert secret not in repr(part), type(part).__name__


async def test_the_demos_edge_and_telegram_show_no_token() -> None:
    telegram = LocalTelegram(MovableClock(BEGIN))
    assert not shows(repr(LocalRequest(telegram)) + repr(telegram))


# --- The last net -----------------------------------------------------------------------------------------------

UNCAUGHT = {
    "an error at the top": "raise ValueError(told)",
    "an error with a cause": """
        try:
            raise KeyError(told)
        except KeyError as cause:
            raise RuntimeError(told) from cause
    """,
    "a task nobody waited for": """
        async def main():
            import gc
            from bot.monitoring.safe_logging import in_the_background
            asyncio.get_running_loop().set_exception_handler(in_the_background)
            async def fail(words):
                raise ValueError(words)
            asyncio.create_task(fail(told))
            await asyncio.sleep(0.01)
            gc.collect()
        asyncio.run(main())
    """,
    "a callback with its arguments": """
        async def main():
            from bot.monitoring.safe_logging import in_the_background
            asyncio.get_running_loop().set_exception_handler(in_the_background)
            asyncio.get_running_loop().call_soon(int, told)
            await asyncio.sleep(0.01)
        asyncio.run(main())
    """,
    "a thread": """
        import threading
        thread = threading.Thread(target=int, args=(told,))
        thread.start()
        thread.join()
    """,
    "a finalizer": """
        class Leaving:
            def __del__(self):
                raise ValueError(told)
        Leaving()
    """,
    "a warning": "import warnings; warnings.warn(f'https://api.telegram.org/bot{TOKEN}/getMe')",
    "a library's exception": """
        try:
            raise ValueError(told)
        except ValueError:
            logging.getLogger("apscheduler").exception("a job raised")
    """,
    "a library's address": "logging.getLogger('httpx').warning('POST %s', f'https://x/bot{TOKEN}/getMe')",
    "an encoded address": "logging.getLogger('x').error('POST %s', TOKEN.replace(':', '%3A'))",
    "the secret half alone": "logging.getLogger('x').error('%s', TOKEN.partition(':')[2])",
    "somebody else's token": "logging.getLogger('x').error('%s', '123456789:' + 'AbC' * 12)",
}


@pytest.fixture(scope="module")
def uncaught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each of them writes as a process of its own, all forked from one that has its log set up."""
    folder = tmp_path_factory.mktemp("uncaught")
    begin = f"""
        import asyncio, gc, logging, os
        from bot.run import set_up_logging
        TOKEN, WORDS = {TOKEN!r}, {WORDS!r}
        told = f"{{WORDS}} {{TOKEN}}"
        set_up_logging("DEBUG", TOKEN)
        gc.freeze()
        for name, code in { ({name: textwrap.dedent(code) for name, code in UNCAUGHT.items()})!r}.items():
            if child := os.fork():
                os.waitpid(child, 0)
            else:
                output = os.open(name, os.O_WRONLY | os.O_CREAT)
                os.dup2(output, 1)
                os.dup2(output, 2)
                exec(code)
                break
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(begin)], env={"PYTHONPATH": str(ROOT)}, cwd=folder, check=True
    )
    return {name: (folder / name).read_text(encoding="utf-8") for name in UNCAUGHT}


@pytest.mark.parametrize("name", UNCAUGHT)
def test_what_nobody_caught_is_told_without_token_or_words(name: str, uncaught: dict[str, str]) -> None:
    said = uncaught[name]
    assert said.strip()
    assert not shows(said)
    assert WORDS not in said
    assert "AbCAbC" not in said


def test_the_formatter_does_not_trust_what_another_handler_left_on_the_record() -> None:
    try:
        raise ValueError(f"{WORDS} {TOKEN}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", None, sys.exc_info())
    logging.Formatter().format(record)
    assert record.exc_text is not None
    assert WORDS in record.exc_text

    line = RedactingFormatter("%(message)s", TOKEN).format(record)

    assert "ValueError" in line
    assert "test_token.py:" in line
    assert WORDS not in line
    assert not shows(line)
