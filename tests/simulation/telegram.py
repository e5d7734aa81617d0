"""The local Telegram under bad weather: it keeps the truth, and the bot sees what the network lets through."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from telegram._utils.types import ODVInput
from telegram.ext import BaseRateLimiter
from telegram.request import BaseRequest, RequestData

from bot.bot_api.errors import SendTrouble
from bot.local_telegram.faults import Answer, CutAfter, CutBefore, Fault, Hang, Refused
from bot.local_telegram.request import LocalRequest
from bot.local_telegram.telegram import Call, LocalTelegram

if TYPE_CHECKING:
    from tests.simulation.world import World

JSON = dict[str, Any]
FREE = ("getUpdates", "getMe", "getWebhookInfo", "answerCallbackQuery", "getMyCommands", "setMyCommands")

unasked: ContextVar[bool] = ContextVar("unasked", default=False)
"""Whether the call in hand brings a message that nobody asked for: whoever paces calls is told."""


class Watched(BaseRateLimiter[Any]):
    """The bot's own pace; marks the calls that took their place in it beforehand, which scheduled ones alone do."""

    def __init__(self, rate_limit: BaseRateLimiter[Any]) -> None:
        self._rate_limit = rate_limit

    async def initialize(self) -> None:
        await self._rate_limit.initialize()

    async def shutdown(self) -> None:
        await self._rate_limit.shutdown()

    async def process_request(
        self,
        callback: Callable[..., Any],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Any,
    ) -> Any:
        unasked.set(rate_limit_args is not None)
        try:
            return await self._rate_limit.process_request(callback, args, kwargs, endpoint, data, rate_limit_args)
        finally:
            unasked.set(False)


@dataclass
class Sent:
    """One call as the bot made it and as it ended, for the oracle."""

    at: float
    """When it left the bot, in virtual seconds."""
    wall: datetime
    """What the bot's wall clock showed."""
    wrong: bool
    """Whether that was not the true time."""
    life: int
    """Which process made it."""
    version: int
    """Of the content."""
    method: str
    scheduled: bool
    entry: Call | None = None
    """What Telegram knows of it; None when it never got there."""
    saw: str = ""
    """What the bot was told: "ok", the kind of trouble, or nothing when it died or gave up waiting."""
    told_at: float | None = None
    claims: tuple[str, ...] = ()
    """The keys that stood as claimed in the person's document when the call reached Telegram."""

    @property
    def chat(self) -> int | None:
        return self.entry.chat_id if self.entry else None

    @property
    def delivered(self) -> bool:
        return self.entry is not None and self.entry.delivered

    @property
    def data(self) -> list[str]:
        """What the buttons of the message mean."""
        return meanings(self.entry.parameters) if self.entry else []

    @property
    def text(self) -> str:
        return words(self.entry.parameters) if self.entry else ""


def words(parameters: JSON) -> str:
    """The text that a call brings."""
    return str(parameters.get("text") or parameters.get("caption") or "")


def meanings(parameters: JSON) -> list[str]:
    """What the buttons mean that a call brings."""
    markup = parameters.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


class SimTelegram(LocalTelegram):
    """Tells the world what is confirmed and delivered, and hands out a batch of updates as a bad line would."""

    def __init__(self, world: World) -> None:
        super().__init__(world.true_clock)
        self._world = world
        self.confirmed: list[JSON] = []
        self.fault = world.weather.fault

    def _confirm(self, offset: int) -> None:
        before = [update for update, _ in self._updates]
        super()._confirm(offset)
        left = {id(update) for update, _ in self._updates}
        gone = [update for update in before if id(update) not in left]
        self.confirmed += gone
        self._world.confirmed(gone)

    def _waiting(self, limit: int) -> list[JSON]:
        return self._world.weather.batch(super()._waiting(limit), self.confirmed)

    async def _outcome(self, entry: Call, files: Any) -> tuple[int, JSON]:
        status, body = await super()._outcome(entry, files)
        if entry.delivered and entry.method != "getUpdates":
            self._world.delivered(entry)
        return status, body

    def left(self) -> list[int]:
        """The ids of the updates that the bot has not confirmed."""
        return [update["update_id"] for update, _ in self._updates]

    def jump_ids(self, to: int) -> None:
        """After a quiet week the next id is any number."""
        if not self._updates:
            self.next_update_id = to


class SimRequest(LocalRequest):
    """The edge of one process: every call takes its time, and none outlives the process."""

    def __init__(self, world: World, life: int) -> None:
        super().__init__(world.telegram)
        self._world = world
        self._life = life

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        world = self._world
        world.must_live(self._life)
        name = url.rpartition("/")[2]
        sent = Sent(
            world.now,
            world.clock.now(),
            bool(world.offset),
            self._life,
            world.version,
            name,
            unasked.get() and name not in FREE,
        )
        world.left(sent)
        await asyncio.sleep(world.weather.way(name))
        world.must_live(self._life)
        place = len(world.telegram.log)
        world.arrives(sent, dict(request_data.json_parameters) if request_data else {})
        try:
            answer = await super().do_request(url, method, request_data)
            sent.saw = "ok"
        except SendTrouble as trouble:
            sent.saw = type(trouble).__name__
            raise
        finally:
            if place < len(world.telegram.log):
                sent.entry = world.telegram.log[place]
            if self._life == world.life:
                await asyncio.sleep(world.weather.way(name)) if sent.saw else None
                sent.told_at = world.now
                world.told(sent)
        return answer


@dataclass(frozen=True)
class Refusing:
    """Content that Telegram refuses until its author has mended it: with its markup, or in any form."""

    piece: Callable[[JSON], str]
    """What a call brings, in one word."""
    refused: str
    in_any_form: bool

    def concerns(self, method: str, parameters: JSON) -> bool:
        marked_up = "parse_mode" in parameters
        return method == "sendMessage" and (marked_up or self.in_any_form) and self.piece(parameters) == self.refused


@dataclass(frozen=True)
class Storm:
    """So long, calls end like this."""

    begins: float
    ends: float
    kind: str
    only: str = ""
    """One method, or all."""


ODD: tuple[bytes, ...] = (
    b'{"ok":true}',
    b'{"ok":true,"result":{"odd":[1]}}',
    b'{"ok": true, "result": 5, "more": null}',
    b'{"ok":true,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
)
KINDS = ("refused", "cut", "cut-after", "5xx", "5xx-delivered", "flood", "hang", "hang-delivered", "odd", "garbage")
POLL_KINDS = ("refused", "cut", "cut-after", "5xx", "hang", "garbage", "conflict", "unauthorized", "wrong-address")


@dataclass
class Weather:
    """What the network does to calls and batches, drawn from the run's own dice."""

    world: World
    bad: float = 0.0
    """How likely a call is to meet trouble outside every storm."""
    bad_batches: float = 0.0
    storms: list[Storm] = field(default_factory=list)
    refusing: Refusing | None = None
    slow_until: float = 0.0
    """Until when calls take seconds, and arrive."""
    counted: dict[str, int] = field(default_factory=dict)
    nth: tuple[int, str] | None = None
    """Only the n-th call meets trouble, of that kind."""
    calls: int = 0

    def way(self, method: str) -> float:
        """Seconds from here to Telegram, or back."""
        dice = self.world.dice
        if self.world.now < self.slow_until and method != "getUpdates":
            return dice.uniform(0.5, 5.0)
        return dice.uniform(0.5, 8.0) if self.bad and dice.random() < 0.003 else dice.uniform(0.001, 0.06)

    def fault(self, method: str, parameters: JSON, number: int) -> Fault | None:
        refused = self.refusing is not None and self.refusing.concerns(method, parameters)
        kind = "refused content" if refused else self._kind(method)
        if not kind:
            return None
        self.counted[kind] = self.counted.get(kind, 0) + 1
        self.world.note(f"{method} meets {kind}")
        return self._made(kind)

    def _kind(self, method: str) -> str:
        world = self.world
        if self.nth is not None:
            self.calls += 1
            return self.nth[1] if self.calls == self.nth[0] else ""
        for storm in self.storms:
            if storm.begins <= world.now < storm.ends and storm.only in ("", method):
                if storm.kind in ("flood", "odd", "5xx-delivered", "hang-delivered") and method == "getUpdates":
                    continue
                return storm.kind
        if self.bad and world.dice.random() < self.bad:
            return world.dice.choice(POLL_KINDS if method == "getUpdates" else KINDS)
        return ""

    def _made(self, kind: str) -> Fault:
        dice = self.world.dice
        match kind:
            case "refused":
                return Refused()
            case "cut":
                return CutBefore()
            case "cut-after":
                return CutAfter()
            case "5xx" | "5xx-delivered":
                body = dice.choice([b"", b"<html>Bad Gateway</html>", b'{"ok":false,"error_code":502}'])
                return Answer(dice.choice([500, 502, 503, 504]), body, delivered=kind != "5xx")
            case "flood":
                seconds = dice.choice([None, 0, 1, 3, 20])
                more = {} if seconds is None else {"parameters": {"retry_after": seconds}}
                if dice.random() < 0.2:
                    return Answer(429, b"slow down")
                return Answer(429, {"ok": False, "error_code": 429, "description": "Too Many Requests", **more})
            case "hang" | "hang-delivered":
                return Hang(delivered=kind != "hang")
            case "odd":
                return Answer(200, dice.choice(ODD), delivered=True)
            case "garbage":
                return Answer(dice.choice([200, 404, 302]), b"<html>Welcome to our hotel</html>")
            case "conflict":
                return _refusal(409, "Conflict: terminated by other getUpdates request")
            case "unauthorized":
                return _refusal(401, "Unauthorized")
            case "refused content":
                return _refusal(400, "Bad Request: can't parse entities: unsupported start tag")
            case "wrong-address":
                return _refusal(404, "Not Found")
        raise ValueError(kind)

    def batch(self, updates: list[JSON], earlier: list[JSON]) -> list[JSON]:
        """The updates of one answer: some twice, some once more though confirmed, people's in another order."""
        dice = self.world.dice
        if not self.bad_batches or not updates or dice.random() >= self.bad_batches:
            return updates
        self.counted["batch"] = self.counted.get("batch", 0) + 1
        found = list(updates)
        if dice.random() < 0.5:
            twice = dice.randrange(len(found))
            found.insert(dice.randint(twice + 1, len(found)), found[twice])
        again = [update for update in earlier[-20:] if self.world.may_come_again(update)]
        if again and dice.random() < 0.5:
            found.insert(0, dice.choice(again))
        if dice.random() < 0.5:
            found.sort(key=lambda update: (_sender(update) * 2654435761) % 1000)  # one person's stay in order
        return found


def _sender(update: JSON) -> int:
    for part in update.values():
        if (
            isinstance(part, dict)
            and isinstance(sender := part.get("from"), dict)
            and isinstance(sender.get("id"), int)
        ):
            return int(sender["id"])
    return 0


def _refusal(code: int, description: str) -> Answer:
    return Answer(code, json.dumps({"ok": False, "error_code": code, "description": description}).encode())
