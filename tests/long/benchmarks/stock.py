"""What people would write, before the same Bot API: `python -m tests.long.benchmarks.stock PORT TASK N`.

`floor` writes ready requests into one socket; `send` and `echo` are python-telegram-bot as it comes; `jobs` is its
JobQueue with a job for each person and one TinyDB file for all. Prints CPU seconds and turns as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, MessageHandler, filters
from telegram.request import HTTPXRequest
from tinydb import TinyDB
from tinydb.table import Document

from tests.long.benchmarks.plot import curve

TOKEN = "1000:no-token"
WORDS = "Good morning. " * 16
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(each, callback_data=each.lower()) for each in ("One", "Two")]])
PATIENCE = 60.0


Task = Callable[[int, int], Coroutine[Any, Any, tuple[Any, ...]]]


async def floor(port: int, count: int) -> tuple[float, int]:
    """Requests that are made beforehand, one connection, answers only counted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"chat_id": 7, "text": WORDS, "reply_markup": KEYBOARD.to_dict()}).encode()
    head = b"POST /bot%s/sendMessage HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    request = head % (TOKEN.encode(), len(body)) + body
    before, answered = time.process_time(), 0
    for _ in range(0, count, 30):
        writer.write(request * 30)
        came = 0
        while came < 30:
            came += (await reader.read(2**16)).count(b"HTTP/1.1 200")
        answered += came
    spent = time.process_time() - before
    writer.close()
    return spent, answered


def _bot(port: int) -> Bot:
    request = HTTPXRequest(connection_pool_size=64)
    return Bot(TOKEN, base_url=f"http://127.0.0.1:{port}/bot", request=request)


async def send(port: int, count: int) -> tuple[float, int]:
    """Messages to as many chats, 30 at once."""
    async with _bot(port) as bot:
        ids = iter(range(1000, 1000 + count))

        async def worker() -> None:
            for id in ids:
                await bot.send_message(id, WORDS, parse_mode="HTML", reply_markup=KEYBOARD)

        before = time.process_time()
        await asyncio.gather(*(worker() for _ in range(30)))
        return time.process_time() - before, count


def _application(port: int) -> Application[Any, Any, Any, Any, Any, Any]:
    return Application.builder().token(TOKEN).base_url(f"http://127.0.0.1:{port}/bot").build()


async def echo(port: int, count: int) -> tuple[float, int]:
    """Each message answered with its own words."""
    application, seen, done = _application(port), 0, asyncio.Event()

    async def answer(update: Update, _: Any) -> None:
        nonlocal seen
        assert update.effective_message is not None
        await update.effective_message.reply_text(update.effective_message.text or "", reply_markup=KEYBOARD)
        seen += 1
        if seen == count:
            done.set()

    application.add_handler(MessageHandler(filters.TEXT, answer))
    assert application.updater is not None
    async with application:
        await application.start()
        before = time.process_time()
        await application.updater.start_polling()
        await done.wait()
        spent = time.process_time() - before
        await application.updater.stop()
        await application.stop()
    return spent, seen


async def jobs(port: int, count: int) -> tuple[float, int, list[tuple[float, int]]]:
    """One job a person, all due at once, what was sent noted in the one file; whatever is done when patience ends."""
    with tempfile.TemporaryDirectory() as folder, TinyDB(Path(folder) / "people.json") as people:
        people.insert_multiple(
            Document({"id": id, "sent": 0, "notes": WORDS * 8}, doc_id=id) for id in range(1, count + 1)
        )
        application, sent = _application(port), list[float]()

        async def remind(context: Any) -> None:
            known: Any = people.get(doc_id=context.job.chat_id)
            await context.bot.send_message(context.job.chat_id, WORDS, parse_mode="HTML", reply_markup=KEYBOARD)
            people.update({"sent": known["sent"] + 1}, doc_ids=[context.job.chat_id])
            sent.append(time.monotonic())

        async with application:
            assert application.job_queue is not None
            at = datetime.now(UTC) + timedelta(seconds=1)
            for id in range(1, count + 1):
                application.job_queue.run_once(remind, at, chat_id=id)
            before = time.process_time()
            await application.start()
            end = time.monotonic() + PATIENCE
            while len(sent) < count and time.monotonic() < end:  # noqa: ASYNC110 -- jobs are tasks of their own
                await asyncio.sleep(0.1)
            spent = time.process_time() - before
            await application.stop()
        return spent, len(sent), curve(sent, end - PATIENCE)


TASKS: dict[str, Task] = {
    "floor": floor,
    "send": send,
    "echo": echo,
    "jobs": jobs,
}

if __name__ == "__main__":
    spent, turns, *told = asyncio.run(TASKS[sys.argv[2]](int(sys.argv[1]), int(sys.argv[3])))
    sys.stdout.write(json.dumps({"cpu": spent, "turns": turns, "curve": told[0] if told else []}) + "\n")
