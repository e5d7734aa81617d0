"""aiogram before the same Bot API: `python aiogram_peer.py PORT send|echo N`; prints CPU seconds and turns as JSON.

It runs in an environment of its own, in which nothing but aiogram is installed.
"""

import asyncio
import json
import sys
import time

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

WORDS = "Good morning. " * 16
ROW = [InlineKeyboardButton(text=each, callback_data=each.lower()) for each in ("One", "Two")]
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[ROW])


async def send(bot: Bot, first: int, count: int) -> None:
    """Messages to as many chats, 30 at once."""
    ids = iter(range(first, first + count))

    async def worker() -> None:
        for id in ids:
            await bot.send_message(id, WORDS, parse_mode="HTML", reply_markup=KEYBOARD)

    await asyncio.gather(*(worker() for _ in range(30)))


async def echo(bot: Bot, count: int) -> None:
    """Each message answered with its own words."""
    dispatcher, seen, done = Dispatcher(), 0, asyncio.Event()

    @dispatcher.message()  # type: ignore[untyped-decorator]
    async def answer(message: Message) -> None:
        nonlocal seen
        await message.answer(message.text or "", reply_markup=KEYBOARD)
        seen += 1
        if seen == count:
            done.set()

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    await done.wait()
    polling.cancel()


async def main(port: str, task: str, count: int) -> None:
    """Carry out one task."""
    bot = Bot("1000:no-token", session=AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{port}")))
    await send(bot, 1, 200)  # warm
    before = time.process_time()
    await (send(bot, 1000, count) if task == "send" else echo(bot, count))
    sys.stdout.write(json.dumps({"cpu": time.process_time() - before, "turns": count}) + "\n")
    await bot.session.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
