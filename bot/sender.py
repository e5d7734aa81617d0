"""What leaves the bot, and how fast: the pace every call keeps to, and replies in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram._utils.types import JSONDict
from telegram.constants import ParseMode
from telegram.ext import BaseRateLimiter

from bot.blame import named
from bot.clock import Clock
from bot.edge import Flood, Kind, MaybeSent, NotSent, Rejected, SendTrouble
from bot.pictures import Picture, Pictures
from bot.render.text import Rendered

log = logging.getLogger(__name__)

WINDOW = 1.0
IN_ALL = 30
BURST = 3
PER_CHAT = 1.05
PAUSE_WITHOUT_WORD = 5.0
REPLIES_IN_FLIGHT = 8
REPLY_TRIES = 6
CHATS_REMEMBERED = 10_000
FREE = ("answerCallbackQuery", "getMe", "setMyCommands", "getMyCommands")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the pace, taken before the claim: the call that hands it over need not wait."""


class Pace(BaseRateLimiter[Slot]):
    """One limiter for every call: 30 a second in all, so many of them scheduled, one chat a burst of 3 then 1 a second.

    Replies go first. A 429 holds every call for as long as Telegram says, on the monotonic clock.
    """

    def __init__(self, clock: Clock, scheduled_a_second: int) -> None:
        self._clock = clock
        self._scheduled_a_second = scheduled_a_second
        self._all: deque[float] = deque()
        self._scheduled: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}
        self._replies_waiting = 0
        self.paused_until = 0.0

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to wind up."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Slot | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Let one call of the library through in its turn.

        Raises NotSent for a scheduled call that meets a pause: its claim goes back to waiting.
        """
        chat = data.get("chat_id")
        if rate_limit_args is not None and self._clock.monotonic() < self.paused_until:
            raise Flood(self.paused_until - self._clock.monotonic())
        if rate_limit_args is None and endpoint not in FREE:
            await self.take(chat if isinstance(chat, int) else None, scheduled=False)
        try:
            return await callback(*args, **kwargs)
        except Flood as flood:
            self.pause(flood.retry_after)
            raise

    def pause(self, seconds: float | None) -> None:
        """Hold every call; a word from Telegram counts one second more, no word a few seconds."""
        wait = seconds + 1 if seconds else PAUSE_WITHOUT_WORD
        self.paused_until = max(self.paused_until, self._clock.monotonic() + wait)

    async def take(self, chat: int | None, *, scheduled: bool) -> Slot:
        """Wait for a place and take it."""
        self._replies_waiting += not scheduled
        try:
            while (wait := self._wait(chat, scheduled)) > 0:
                await self._clock.sleep(wait)
        finally:
            self._replies_waiting -= not scheduled
        now = self._clock.monotonic()
        self._all.append(now)
        if scheduled:
            self._scheduled.append(now)
        if chat is not None:
            self._chats.setdefault(chat, deque(maxlen=BURST)).append(now)
        if len(self._chats) > 4096:
            self._forget(now)
        return Slot()

    def _wait(self, chat: int | None, scheduled: bool) -> float:
        now = self._clock.monotonic()
        waits = [self.paused_until - now, _until_free(self._all, IN_ALL, now)]
        if scheduled:
            waits.append(_until_free(self._scheduled, self._scheduled_a_second, now))
            if self._replies_waiting:
                waits.append(0.05)
        if chat is not None and len(known := self._chats.get(chat, deque())) == BURST:
            # The third last call must lie so far back that the chat has calmed to one a second.
            waits.append(max(known[0] + BURST * PER_CHAT - now, 0.0) and max(known[-1] + PER_CHAT - now, 0.0))
        return max(waits)

    def _forget(self, now: float) -> None:
        self._chats = {chat: known for chat, known in self._chats.items() if known[-1] > now - BURST * PER_CHAT}


def _until_free(calls: deque[float], most: int, now: float) -> float:
    """Seconds until a strict sliding window of one second has room for one more."""
    while calls and calls[0] <= now - WINDOW:
        calls.popleft()
    return calls[len(calls) - most] + WINDOW - now if len(calls) >= most else 0.0


@dataclass(frozen=True, slots=True)
class Edits:
    """The message a tap came from."""

    message: int
    has_picture: bool


class Sender:
    """Carries out replies, in order for one chat and at most 8 at once, and scheduled sends one by one."""

    def __init__(self, bot: Bot, pace: Pace, clock: Clock, pictures: Pictures) -> None:
        self.bot = bot
        self._pictures = pictures
        self._shown: dict[int, tuple[int, str]] = {}  # chat -> message and the figure it shows, as far as remembered
        self.pace = pace
        self._clock = clock
        self._lanes: dict[int, deque[tuple[Callable[[], Awaitable[None]], asyncio.Event]]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._in_flight = asyncio.Semaphore(REPLIES_IN_FLIGHT)

    @property
    def busy(self) -> bool:
        """Whether a reply is still waiting or in flight."""
        return bool(self._lanes)

    async def send(self, chat: int, rendered: Rendered, slot: Slot | None = None) -> int:
        """Send one message and return its id.

        Raises NotSent, MaybeSent or Rejected, as the edge judged it.
        """
        message: Message = await self.bot.send_message(
            chat,
            rendered.text,
            parse_mode=ParseMode.HTML,
            reply_markup=_markup(rendered),
            disable_notification=rendered.silent,
            rate_limit_args=slot,  # type: ignore[call-arg]
        )
        return message.message_id

    def reply(self, chat: int, work: Callable[[], Awaitable[None]]) -> asyncio.Event:
        """Queue something that answers a person; it never raises into the handler that asked for it.

        The event is set when it has left or was given up.
        """
        gone = asyncio.Event()
        if chat in self._lanes:
            self._lanes[chat].append((work, gone))
            return gone
        self._lanes[chat] = deque([(work, gone)])
        worker = asyncio.create_task(self._work(chat))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)
        return gone

    async def drain(self) -> None:
        """Wait until every reply has left or was given up."""
        while self._workers:
            await asyncio.wait(set(self._workers))

    async def abandon(self) -> None:
        """Drop every reply, as a killed process would."""
        for task in self._workers:
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self, chat: int) -> None:
        while lane := self._lanes.get(chat):
            work, gone = lane[0]
            async with self._in_flight:
                await self._tried(work)
            gone.set()
            lane.popleft()
            if not lane:
                del self._lanes[chat]

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> None:
        """What provably was not sent is tried again for a while; an unknown outcome never is."""
        for turn in range(REPLY_TRIES):
            try:
                await work()
                return
            except NotSent as trouble:
                log.info("reply not sent: %s", trouble.reason)
                await self._clock.sleep(2.0**turn)
            except MaybeSent as trouble:
                log.warning("reply may be lost: %s", trouble.reason)
                return
            except SendTrouble as trouble:
                log.warning("reply refused: %s", trouble.reason)
                return
            except Exception as error:
                log.error("a reply could not be made: %s", named(error))
                return

    async def show(self, chat: int, rendered: Rendered, edits: Edits | None) -> None:
        """Edit the message the tap came from, or send a new one where there is none that could become this screen.

        Telegram turns no picture back into text, nor text with a keyboard of its own into anything.
        """
        picture = self._pictures.find(rendered.pictures, moving=rendered.moving) if rendered.shows_pictures else None
        fits = edits is not None and edits.has_picture == (picture is not None)
        if edits is not None and (not fits or rendered.keyboard or rendered.keyboard_gone):
            await self._without_buttons(chat, edits.message)
            edits = None
        if edits is not None and await self._edited(chat, rendered, edits.message, picture):
            return
        if picture is None:
            await self.send(chat, rendered)
        else:
            await self._with_picture(chat, rendered, picture)

    async def _edited(self, chat: int, rendered: Rendered, message: int, picture: Picture | None) -> bool:
        """Whether the message shows the screen now; one that cannot be edited any more asks for a new one."""
        try:
            if picture is None:
                await self.bot.edit_message_text(
                    rendered.text,
                    chat_id=chat,
                    message_id=message,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(rendered),
                )
            elif self._shown.get(chat) == (message, picture.key):
                await self.bot.edit_message_caption(
                    chat, message, caption=rendered.text, parse_mode=ParseMode.HTML, reply_markup=_keyboard(rendered)
                )
            else:
                await self._uploaded(picture, partial(self._replace_picture, chat, message, rendered))
                self._shown[chat] = (message, picture.key)
        except Rejected as no:
            if no.kind is Kind.NOT_MODIFIED:
                return True
            if no.kind not in (Kind.MESSAGE_GONE, Kind.OTHER):
                raise
            return False
        return True

    async def _with_picture(self, chat: int, rendered: Rendered, picture: Picture) -> None:
        sent = await self._uploaded(picture, partial(self._send_picture, chat, rendered))
        self._shown[chat] = (sent.message_id, picture.key)
        if len(self._shown) > CHATS_REMEMBERED:
            del self._shown[next(iter(self._shown))]

    async def _uploaded(self, picture: Picture, call: Callable[[Picture, str | bytes], Awaitable[Message]]) -> Message:
        """Make a call with the figure's id, or with the figure itself where there is no id or Telegram refuses it."""
        bot = self.bot.id
        if (id := self._pictures.known_id(bot, picture)) is not None:
            try:
                return await call(picture, id)
            except Rejected as no:
                if no.kind is not Kind.BAD_FILE:
                    raise
                self._pictures.forget(bot, picture)
        message = await call(picture, picture.content)
        file = message.animation or message.document or (message.photo[-1] if message.photo else None)
        if file is not None:
            self._pictures.learn(bot, picture, file.file_id)
        return message

    async def _send_picture(self, chat: int, rendered: Rendered, picture: Picture, file: str | bytes) -> Message:
        more: dict[str, Any] = {
            "caption": rendered.text,
            "parse_mode": ParseMode.HTML,
            "reply_markup": _keyboard(rendered),
            "disable_notification": rendered.silent,
        }
        if picture.moves:
            return await self.bot.send_animation(chat, file, filename=picture.path.name, **more)
        return await self.bot.send_photo(chat, file, filename=picture.path.name, **more)

    async def _replace_picture(
        self, chat: int, message: int, rendered: Rendered, picture: Picture, file: str | bytes
    ) -> Message:
        kind = InputMediaAnimation if picture.moves else InputMediaPhoto
        media = kind(file, caption=rendered.text, parse_mode=ParseMode.HTML, filename=picture.path.name)
        found = await self.bot.edit_message_media(media, chat, message, reply_markup=_keyboard(rendered))
        return cast(Message, found)  # True comes back for inline messages alone

    async def _without_buttons(self, chat: int, message: int) -> None:
        """A message that cannot become the next screen must not invite another tap."""
        try:
            await self.bot.edit_message_reply_markup(chat, message, reply_markup=None)
        except Rejected as no:
            log.debug("buttons stay: %s", no.reason)

    async def answer_tap(self, query: str, words: str = "") -> None:
        """Stop the button's spinner; too old to be answered is fine."""
        try:
            await self.bot.answer_callback_query(query, text=words or None)
        except SendTrouble as trouble:
            log.debug("tap not answered: %s", trouble.reason)

    async def document(self, chat: int, name: str, content: bytes, caption: str) -> None:
        """Send a file."""
        await self.bot.send_document(chat, content, filename=name, caption=caption, parse_mode=ParseMode.HTML)


def _keyboard(rendered: Rendered) -> InlineKeyboardMarkup | None:
    if not rendered.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, url=button.url)
                if button.url
                else InlineKeyboardButton(button.text, callback_data=button.data)
                for button in row
            ]
            for row in rendered.buttons
        ]
    )


def _markup(rendered: Rendered) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    if rendered.keyboard:
        share, *others = rendered.keyboard
        rows = [[KeyboardButton(share, request_location=True)], *([KeyboardButton(words)] for words in others)]
        return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if rendered.keyboard_gone else _keyboard(rendered)
