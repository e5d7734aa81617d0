"""What leaves the bot: replies in order for each chat, scheduled messages one by one, figures with their words."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import msgspec
from telegram import InlineKeyboardMarkup, InputMediaAnimation, InputMediaPhoto, Message
from telegram._utils.types import JSONDict
from telegram.constants import ParseMode
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.bot_api.errors import Flood, MaybeSent, NotSent, Rejected, RejectionKind, SendTrouble
from bot.bot_api.limits import CAPTION_LIMIT
from bot.bot_api.rate_limit import RateLimit, Slot
from bot.bot_api.token_check import REFUSALS
from bot.catalog.pictures import Picture, Pictures
from bot.clock import Clock
from bot.core.model.delivery import Outcome
from bot.core.model.drawing import Drawing
from bot.core.schedule.save import OWED_FOR
from bot.drawing.studio import Drawn, NotDrawn, Studio
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.safe_logging import error_name
from bot.render.text import Rendered, RenderedButton

log = logging.getLogger(__name__)

REPLIES_IN_FLIGHT = 8
REPLY_SECONDS = OWED_FOR.total_seconds()
"""For how long a reply that provably did not leave is tried again."""
FIRST_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
CHATS_REMEMBERED = 10_000

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Edits:
    """The message a tap came from."""

    message: int
    has_picture: bool


class Sender:
    """Carries out replies, in order for one chat and at most 8 at once, and scheduled sends one by one."""

    def __init__(
        self, bot: ExtBot[Any], rate_limit: RateLimit, clock: Clock, pictures: Pictures, studio: Studio, alerts: Alerts
    ) -> None:
        self.bot = bot
        self._alerts = alerts
        self.pictures = pictures
        self.studio = studio
        self._shown: dict[int, tuple[int, str]] = {}  # chat -> message and the figure it shows, as far as remembered
        self.rate_limit = rate_limit
        self._clock = clock
        self._reply_queues: dict[int, deque[tuple[Call, asyncio.Event]]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._in_flight = asyncio.Semaphore(REPLIES_IN_FLIGHT)

    @property
    def busy(self) -> bool:
        """Whether a reply is still waiting or in flight."""
        return bool(self._reply_queues)

    def waiting(self, chat: int) -> int:
        """How many replies to a chat have not left yet."""
        return len(self._reply_queues.get(chat, ()))

    async def send(self, chat: int, rendered: Rendered, slot: Slot | None = None, *, thread: int | None = None) -> int:
        """Send one message, in a group to one of its topics, and return its id.

        Raises NotSent, MaybeSent or Rejected, as the edge judged it.
        """
        body: JSONDict = {"chat_id": chat, "text": rendered.text}
        if thread is not None:
            body["message_thread_id"] = thread
        if rendered.marked_up:
            body["parse_mode"] = ParseMode.HTML.value
        if slot is not None and self.rate_limit.paid:
            body["allow_paid_broadcast"] = True
        if rendered.silent:
            body["disable_notification"] = True
        if markup := _markup(rendered):
            body["reply_markup"] = markup
        return await self._call("sendMessage", body, slot)

    async def _call(self, method: str, body: JSONDict, slot: Slot | None = None) -> int:
        """One call as one JSON body, of whose answer nothing but the id of a message is read; 0 where it names none.

        The library would make objects of both, which costs more than all the rest of a call.
        """
        pace = cast(BaseRateLimiter[Slot], self.bot.rate_limiter)  # what every call of the library goes through
        done = await pace.process_request(self._post, (method, body), {}, method, body, slot)
        return int(cast(JSONDict, done)["message_id"])

    async def _post(self, method: str, body: JSONDict) -> JSONDict:
        """Judged by the edge as any call is."""
        given = RequestData([RequestParameter(name, value, None) for name, value in body.items()])
        _, answer = await self.bot.request.do_request(f"{self.bot.base_url}/{method}", "POST", given)
        try:
            result = _ANSWER.decode(answer).result
        except (msgspec.MsgspecError, RecursionError):
            raise MaybeSent("an answer that cannot be read") from None
        return {"message_id": result.message_id if isinstance(result, _Sent) else 0}

    def reply(self, chat: int, work: Call) -> asyncio.Event:
        """Queue something that answers a person; it never raises into the handler that asked for it.

        The event is set when it has left or was given up.
        """
        gone = asyncio.Event()
        if chat in self._reply_queues:
            self._reply_queues[chat].append((work, gone))
            return gone
        self._reply_queues[chat] = deque([(work, gone)])
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
        while queue := self._reply_queues.get(chat):
            work, gone = queue[0]
            await self._tried(work)
            gone.set()
            queue.popleft()
            if not queue:
                del self._reply_queues[chat]

    async def _tried(self, work: Call) -> None:
        """What provably was not sent is tried again for as long as a reply is owed; an unknown outcome never is."""
        begun = self._clock.monotonic()
        for pause in itertools.chain(FIRST_PAUSES, itertools.repeat(FIRST_PAUSES[-1])):
            try:
                async with self._in_flight:
                    await work()
                return
            except MaybeSent as trouble:
                log.warning("reply may be lost: %s", trouble.reason)
                return
            except SendTrouble as trouble:
                if not _did_not_reach_telegram(trouble):
                    log.warning("reply refused: %s", trouble.reason)
                    return
                log.info("reply not sent: %s", trouble.reason)
                if isinstance(trouble, Flood):
                    continue  # the pace waits for as long as Telegram says
                if self._clock.monotonic() - begun > REPLY_SECONDS:
                    return
                await self._clock.sleep(pause)
            except Exception as error:
                log.error("a reply could not be made: %s", error_name(error))
                return

    async def show(self, chat: int, rendered: Rendered, edits: Edits | None) -> int:
        """Edit the message the tap came from, or send a new one where there is none that could become this screen.

        Returns the id of the message in which it stands.

        A screen that Telegram refuses goes out without its markup: better plain words than none.
        """
        picture = await self._picture(rendered)
        try:
            if isinstance(picture, Drawn) and rendered.length > CAPTION_LIMIT:
                await self._with_picture(chat, replace(rendered, text="", buttons=()), picture)
                picture = None
            return await self._show(chat, rendered, edits, picture)
        except SendTrouble as trouble:
            if isinstance(picture, Drawn) and _lies_with_the_picture(trouble):
                self._alerts.record(AlertKind.NOT_DRAWN, f"{rendered.template}: {trouble.reason}")
                return await self._show(chat, rendered, edits, None)
            if isinstance(trouble, Rejected) and trouble.kind is RejectionKind.BAD_CONTENT:
                self._alerts.record(AlertKind.REFUSED_CONTENT, rendered.template)
                return await self.send(chat, rendered.plain())
            raise

    async def _picture(self, rendered: Rendered) -> Picture | Drawn | None:
        """What stands above the words: a figure, or a picture drawn for this one person; none where that fails."""
        if rendered.drawing is not None:
            try:
                async with self._out_of_the_way():
                    return await self.studio.draw(rendered.drawing, rendered.voice)
            except NotDrawn as fault:
                self._alerts.record(AlertKind.NOT_DRAWN, f"{rendered.template}: {fault}")
        return self.pictures.find(rendered.pictures, moving=rendered.moving) if rendered.shows_pictures else None

    @asynccontextmanager
    async def _out_of_the_way(self) -> AsyncIterator[None]:
        """Inside a reply, while something of it is made: nothing is in flight, and others may leave."""
        self._in_flight.release()
        try:
            yield
        finally:
            await self._in_flight.acquire()

    async def _show(self, chat: int, rendered: Rendered, edits: Edits | None, picture: Picture | Drawn | None) -> int:
        """Telegram turns no picture back into text, nor text with a keyboard of its own into anything."""
        fits = edits is not None and edits.has_picture == (picture is not None)
        if edits is not None and (not fits or rendered.keyboard or rendered.keyboard_gone):
            await (self._away if rendered.instead else self._without_buttons)(chat, edits.message)
            edits = None
        if edits is not None and await self._edited(chat, rendered, edits.message, picture):
            return edits.message
        if picture is None:
            return await self.send(chat, rendered)
        return await self._with_picture(chat, rendered, picture)

    async def _edited(self, chat: int, rendered: Rendered, message: int, picture: Picture | Drawn | None) -> bool:
        """Whether the message shows the screen now; one that cannot be edited any more asks for a new one."""
        shown: JSONDict = {"chat_id": chat, "message_id": message, "parse_mode": ParseMode.HTML.value}
        if rendered.buttons:
            shown["reply_markup"] = _plainly(rendered.buttons)
        try:
            if picture is None:
                await self._call("editMessageText", {**shown, "text": rendered.text})
            elif self._shown.get(chat) == (message, picture.key):
                await self._call("editMessageCaption", {**shown, "caption": rendered.text})
            else:
                await self._uploaded(picture, partial(self._replace_picture, chat, message, rendered))
                self._shown[chat] = (message, picture.key)
        except Rejected as no:
            if no.kind is RejectionKind.NOT_MODIFIED:
                return True
            if no.kind not in (RejectionKind.MESSAGE_GONE, RejectionKind.OTHER):
                raise
            return False
        return True

    async def _with_picture(self, chat: int, rendered: Rendered, picture: Picture | Drawn) -> int:
        sent = await self._uploaded(picture, partial(self._send_picture, chat, rendered))
        self._shown[chat] = (sent.message_id, picture.key)
        if len(self._shown) > CHATS_REMEMBERED:
            del self._shown[next(iter(self._shown))]
        return sent.message_id

    async def _uploaded(
        self, picture: Picture | Drawn, call: Callable[[Picture | Drawn, str | bytes], Awaitable[Message]]
    ) -> Message:
        """Make a call with the picture's id, or with the picture itself where there is no id or Telegram refuses it."""
        bot, kept = self.bot.id, self.studio if isinstance(picture, Drawn) else self.pictures
        if (id := kept.known_id(bot, picture.key)) is not None:
            try:
                return await call(picture, id)
            except Rejected as no:
                if no.kind is not RejectionKind.BAD_FILE:
                    raise
                kept.forget(bot, picture.key)
        message = await call(picture, picture.content)
        file = message.animation or message.document or (message.photo[-1] if message.photo else None)
        if file is not None:
            kept.learn(bot, picture.key, file.file_id)
        return message

    async def _send_picture(
        self, chat: int, rendered: Rendered, picture: Picture | Drawn, file: str | bytes
    ) -> Message:
        more: dict[str, Any] = {
            "caption": rendered.text,
            "parse_mode": ParseMode.HTML,
            "reply_markup": inline(rendered.buttons),
            "disable_notification": rendered.silent,
        }
        if picture.moves:
            return await self.bot.send_animation(chat, file, filename=picture.name, **more)
        return await self.bot.send_photo(chat, file, filename=picture.name, **more)

    async def _replace_picture(
        self, chat: int, message: int, rendered: Rendered, picture: Picture | Drawn, file: str | bytes
    ) -> Message:
        kind = InputMediaAnimation if picture.moves else InputMediaPhoto
        media = kind(file, caption=rendered.text, parse_mode=ParseMode.HTML, filename=picture.name)
        found = await self.bot.edit_message_media(media, chat, message, reply_markup=inline(rendered.buttons))
        return cast(Message, found)  # True comes back for inline messages alone

    async def _away(self, chat: int, message: int) -> None:
        """What something shorter takes the place of goes; Telegram takes back none that is older than two days."""
        try:
            await self.bot.delete_message(chat, message)
        except Rejected as no:
            log.debug("a message stays: %s", no.reason)
            await self._without_buttons(chat, message)

    async def _without_buttons(self, chat: int, message: int) -> None:
        """A message that cannot become the next screen must not invite another tap."""
        try:
            await self.bot.edit_message_reply_markup(chat, message, reply_markup=None)
        except Rejected as no:
            log.debug("buttons stay: %s", no.reason)

    async def answer_tap(self, query: str) -> None:
        """Stop the button's spinner; too old to be answered is fine."""
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": query})
        except SendTrouble as trouble:
            log.debug("tap not answered: %s", trouble.reason)

    async def copy(
        self,
        chat: int,
        written_in: int,
        message: int,
        buttons: tuple[tuple[RenderedButton, ...], ...],
        *,
        silent: bool,
        thread: int | None = None,
    ) -> None:
        """Pass on a message of another chat, whatever it holds, without saying whose it was. Raises as `send`."""
        await self.bot.copy_message(
            chat,
            written_in,
            message,
            reply_markup=inline(buttons),
            disable_notification=silent,
            message_thread_id=thread,
        )

    async def deliver(self, chat: int, calls: Iterable[Call]) -> tuple[Outcome, str]:
        """Make calls in order, each until it is known to have left; what became of them, and why where they did not."""
        end, left = (Outcome.FAILED, "not sent"), list(calls)

        async def leave() -> None:
            nonlocal end
            try:
                while left:
                    await left[0]()
                    left.pop(0)  # a later try goes on from here
            except MaybeSent as trouble:
                end = Outcome.UNKNOWN, trouble.reason
                raise
            except SendTrouble as trouble:
                end = Outcome.FAILED, trouble.kind if isinstance(trouble, Rejected) else trouble.reason
                raise
            end = Outcome.SENT, ""

        await self.reply(chat, leave).wait()
        return end

    async def page(self, chat: int, name: str, rendered: Rendered, drawing: Drawing | None) -> None:
        """Send a message as one page for print, with a picture on it; where that cannot be made, as words."""
        try:
            async with self._out_of_the_way():
                content = await self.studio.typeset(rendered, drawing, self._clock.now())
        except NotDrawn as fault:
            self._alerts.record(AlertKind.NOT_DRAWN, str(fault))
            await self.send(chat, rendered.plain())
        else:
            await self.document(chat, name, content, "")

    async def leaflet(self, chat: int, name: str, rendered: Rendered, code: bytes) -> None:
        """Send a card for print with a code on it; where that cannot be made, the code alone has to do."""
        try:
            async with self._out_of_the_way():
                content = await self.studio.leaflet(rendered, code, self._clock.now())
        except NotDrawn as fault:
            self._alerts.record(AlertKind.NOT_DRAWN, str(fault))
        else:
            await self.document(chat, name, content, "")

    async def photo(self, chat: int, name: str, content: bytes, caption: str) -> None:
        """Send a picture that was made for it."""
        await self.bot.send_photo(chat, content, filename=name, caption=caption)

    async def document(self, chat: int, name: str, content: bytes, caption: str) -> None:
        """Send a file."""
        await self.bot.send_document(chat, content, filename=name, caption=caption, parse_mode=ParseMode.HTML)


def _did_not_reach_telegram(trouble: SendTrouble) -> bool:
    """Also for a 401 or 404: often the word of a server in between; where it is the truth, intake ends the process."""
    return isinstance(trouble, NotSent) or (isinstance(trouble, Rejected) and trouble.kind in REFUSALS)


def _lies_with_the_picture(trouble: SendTrouble) -> bool:
    """Whether the words may arrive without it: it was refused, or nobody knows what became of so large a call."""
    if isinstance(trouble, Rejected):
        return trouble.kind in (RejectionKind.BAD_FILE, RejectionKind.BAD_CONTENT, RejectionKind.OTHER)
    return isinstance(trouble, MaybeSent)


class _Sent(msgspec.Struct):
    message_id: int


class _Answer(msgspec.Struct):
    result: _Sent | bool


_ANSWER = msgspec.json.Decoder(_Answer)


def _markup(rendered: Rendered) -> JSONDict:
    """What stands below the words; empty where nothing does."""
    if rendered.keyboard:
        share, *others = rendered.keyboard
        rows = [[{"text": share, "request_location": True}], *([{"text": words}] for words in others)]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    if rendered.keyboard_gone:
        return {"remove_keyboard": True}
    return _plainly(rendered.buttons) if rendered.buttons else {}


def _plainly(rows: tuple[tuple[RenderedButton, ...], ...]) -> JSONDict:
    """Buttons as the Bot API has them."""
    return {"inline_keyboard": [[_button(each) for each in row] for row in rows]}


def _button(button: RenderedButton) -> JSONDict:
    style = {"style": button.style} if button.style else {}
    if button.url:
        return {"text": button.text, "url": button.url, **style}
    if button.copies:
        return {"text": button.text, "copy_text": {"text": button.copies}, **style}
    return {"text": button.text, "callback_data": button.data, **style}


def inline(rows: tuple[tuple[RenderedButton, ...], ...]) -> InlineKeyboardMarkup | None:
    """Buttons as the library has them, for what goes through it: pictures, cards, and copies of others' messages."""
    return InlineKeyboardMarkup.de_json(_plainly(rows), None) if rows else None
