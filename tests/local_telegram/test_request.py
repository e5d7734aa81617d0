"""A bot sees the same outcomes through the local request and through the real edge over loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument
from telegram.constants import ParseMode

from bot.bot_api.client import Client
from bot.bot_api.errors import Flood, MaybeSent, NotSent, Rejected, RejectionKind
from bot.clock import MovableClock
from bot.local_telegram.faults import Answer, CutAfter, Refused
from bot.local_telegram.http_api import bot_api
from bot.local_telegram.request import LocalRequest
from bot.local_telegram.telegram import LocalTelegram
from bot.monitoring.health import served

TOKEN = "1000000001:a-made-up-token"


@pytest.fixture
def telegram() -> LocalTelegram:
    telegram = LocalTelegram(MovableClock(datetime(2027, 3, 1, 9, 0, tzinfo=UTC)))
    telegram.person(7)
    return telegram


@pytest.fixture(params=["in process", "over loopback"])
async def bot(request: pytest.FixtureRequest, telegram: LocalTelegram) -> AsyncIterator[Bot]:
    if request.param == "in process":
        bot = Bot(TOKEN, request=LocalRequest(telegram), get_updates_request=LocalRequest(telegram))
        async with bot:
            yield bot
        return
    async with served(bot_api(telegram, TOKEN), 0, "127.0.0.1") as port:
        root = f"http://127.0.0.1:{port}"
        bot = Bot(
            TOKEN,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=Client(),
            get_updates_request=Client(),
        )
        async with bot:
            yield bot


async def test_messages_edits_and_keyboards_arrive_as_written(bot: Bot, telegram: LocalTelegram) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await bot.send_message(
        7, "123 <b>&amp;</b>", parse_mode=ParseMode.HTML, reply_markup=keyboard, disable_notification=True
    )
    assert (sent.text, sent.entities[0].type) == ("123 &", "bold")
    [shown] = telegram.chat(7).messages
    assert (shown["keyboard"], shown["silent"]) == ([[{"text": "Yes", "callback_data": "y"}]], True)
    telegram.person(7).presses("Yes")
    [update] = await bot.get_updates(allowed_updates=["callback_query"], timeout=5)
    assert update.callback_query is not None
    await update.callback_query.answer("noted")
    await update.callback_query.edit_message_text("7")
    assert [message["text"] for message in telegram.chat(7).messages] == ["7"]
    assert [answer["text"] for answer in telegram.answers] == ["noted"]
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_a_document_arrives_byte_for_byte_and_can_be_fetched(bot: Bot, telegram: LocalTelegram) -> None:
    content = bytes(range(256)) + "\r\n--é\n".encode()
    sent = await bot.send_document(7, content, filename="my knees é.json", caption="Your data")
    assert sent.document is not None
    assert sent.document.file_name == "my knees é.json"
    assert telegram.file(sent.document.file_id).content == content
    fetched = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert bytes(fetched) == content
    edited = await bot.edit_message_media(InputMediaDocument(b"{}", filename="b.json"), 7, sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.document is not None
    assert edited.document.file_size == 2


async def test_the_bots_own_face_can_be_set_and_read(bot: Bot, telegram: LocalTelegram) -> None:
    commands = (BotCommand("today", "Today's exercises"),)
    assert await bot.set_my_commands(commands)
    assert await bot.get_my_commands() == commands
    await bot.set_my_description("Three weeks", language_code="en")
    assert (await bot.get_my_description("en")).description == "Three weeks"
    assert telegram.text_about("description", "en") == "Three weeks"


async def test_a_definite_no_is_rejected_with_its_kind(bot: Bot, telegram: LocalTelegram) -> None:
    with pytest.raises(Rejected) as caught:
        await bot.send_message(7, "<p>", parse_mode=ParseMode.HTML)
    assert caught.value.kind is RejectionKind.BAD_CONTENT
    with pytest.raises(Rejected) as caught:
        await bot.send_message(8, "x")
    assert caught.value.kind is RejectionKind.CHAT_NOT_FOUND
    telegram.person(7).blocks()
    with pytest.raises(Rejected) as caught:
        await bot.send_message(7, "x")
    assert caught.value.kind is RejectionKind.BLOCKED


async def test_a_flood_and_a_lost_answer_are_told_apart(bot: Bot, telegram: LocalTelegram) -> None:
    flood = {"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 3}}
    telegram.fault = lambda method, parameters, number: Answer(429, flood)
    with pytest.raises(Flood) as caught:
        await bot.send_message(7, "x")
    assert caught.value.retry_after == 3
    for fault in (CutAfter(), Answer(502, b"<html>")):
        telegram.fault = lambda method, parameters, number, fault=fault: fault
        with pytest.raises(MaybeSent):
            await bot.send_message(7, "x")
    assert len(telegram.chat(7).messages) == 1


async def test_a_refused_connection_is_known_not_to_have_sent(telegram: LocalTelegram) -> None:
    async with Bot(TOKEN, request=LocalRequest(telegram), get_updates_request=LocalRequest(telegram)) as bot:
        telegram.fault = lambda method, parameters, number: Refused()
        with pytest.raises(NotSent):
            await bot.send_message(7, "x")


async def test_another_token_is_unauthorized(telegram: LocalTelegram) -> None:
    async with (
        served(bot_api(telegram, TOKEN), 0, "127.0.0.1") as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        answer = await client.post("/bot1:wrong/getMe")
        assert (answer.status_code, answer.json()["error_code"]) == (401, 401)
        answer = await client.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": 7, "text": "x"})
        assert answer.json()["result"]["text"] == "x"
        answer = await client.post(f"/bot{TOKEN}/sendMessage", data={"chat_id": "7", "text": "12"})
        assert answer.json()["result"]["text"] == "12"
        answer = await client.get(f"/bot{TOKEN}/getMe?x=1")
        assert answer.json()["result"]["is_bot"] is True
