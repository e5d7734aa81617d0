"""The whole bot in memory for thousands of updates: documents in a dictionary, a Telegram that says yes, leaping time.

Everything between what Telegram hands over and what is stored or sent is the bot's own; only the network, the disk and
the clock are replaced.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telegram.request import RequestData

from bot.app import Runtime, build
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.core.model import coaching
from bot.core.model.subscriber import Subscriber
from bot.local_telegram.request import RequestInProcess
from bot.storage import Box, Lead, Losses
from tests.conftest import the_catalog, the_places
from tests.support.shown import renderers_of

TOKEN = "1000:the-ground-needs-no-token-of-telegrams-either"
SENT = 1_772_470_000
"""When whatever is said or tapped was sent, in seconds since 1970."""
BEGIN = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
THROWN: Counter[str] = Counter()
"""How much of what was thrown at the bot in this process."""


class LeapingClock:
    """A clock that is always where the next sleeper wants it."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        until = self._seconds + max(seconds, 0)
        await asyncio.sleep(0)
        self._seconds = max(self._seconds, until)


class Documents:
    """Storage without a disk: what was saved last, and who was saved at all."""

    def __init__(self) -> None:
        self.lead = Lead()
        self.kept: dict[int, Subscriber] = {}
        self.testbed: dict[str, Any] = {}
        self._locks: dict[int, asyncio.Lock] = {}
        self.damaged: list[tuple[int, str]] = []

    @asynccontextmanager
    async def change(self, id: int) -> AsyncIterator[Box[Subscriber | None]]:
        async with self._locks.setdefault(id, asyncio.Lock()):
            box = Box(self.kept.get(id))
            yield box
            if box.value is None:
                self.kept.pop(id, None)
            else:
                self.kept[id] = box.value

    async def alter(self, id: int, decide: Callable[[Box[Subscriber | None]], object]) -> None:
        async with self.change(id) as box:
            decide(box)

    async def read(self, id: int) -> Subscriber | None:
        return self.kept.get(id)

    @asynccontextmanager
    async def change_bot_record(self) -> AsyncIterator[Box[dict[str, Any]]]:
        box = Box(copy.deepcopy(self.testbed))
        yield box
        self.testbed = box.value

    async def read_bot_record(self) -> dict[str, Any]:
        return copy.deepcopy(self.testbed)

    def due(self, now: datetime) -> list[int]:
        return [id for id, each in self.kept.items() if each.next_due_at is not None and each.next_due_at <= now]

    def next_due_at(self) -> datetime | None:
        return min((each.next_due_at for each in self.kept.values() if each.next_due_at), default=None)

    def ids(self) -> list[int]:
        return sorted(self.kept)

    async def erase_as_asked(self, now: datetime) -> None:
        """Nobody asks."""

    async def losses(self) -> Losses:
        return Losses()

    def claims_open(self) -> list[int]:
        return []

    def replies_owed(self, since: datetime) -> list[int]:
        return []

    def newest_instant(self) -> datetime | None:
        return None

    def watch_damage(self, tell: Callable[[int, str], object]) -> None:
        """Nothing is ever damaged."""

    def close(self) -> None:
        """Nothing to close."""


class Yes(RequestInProcess):
    """A Telegram that takes every call, notes it, and hands out what stands in its queue of updates."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.queue: list[tuple[int, bytes]] = []
        self.asked_for: list[int | None] = []
        self._bell = asyncio.Event()

    def enqueue(self, number: int, raw: bytes) -> None:
        """Queue one update as it stands; `number` is the id by which a later offset confirms it."""
        self.queue.append((number, raw))
        self._bell.set()

    async def respond(self, call: str, given: RequestData | None) -> tuple[int, bytes]:
        parameters: dict[str, Any] = dict(given.parameters) if given else {}
        for value in parameters.values():
            str(value).encode()  # what cannot be written as UTF-8 would never leave
        if call == "getUpdates":
            return 200, await self._updates(parameters)
        self.calls.append((call, parameters))
        return 200, json.dumps({"ok": True, "result": _result(call, parameters)}).encode()

    async def _updates(self, given: dict[str, Any]) -> bytes:
        offset = given.get("offset")
        self.asked_for.append(offset)
        if offset is not None:
            self.queue = [each for each in self.queue if each[0] >= offset]
        if not self.queue and given.get("timeout"):
            self._bell.clear()
            await self._bell.wait()
        for _ in range(25):  # time leaps, so without this the same batch would be fetched over and over meanwhile
            await asyncio.sleep(0)
        return b'{"ok":true,"result":[' + b",".join(raw for _, raw in self.queue[:100]) + b"]}"


def _result(name: str, given: dict[str, Any]) -> Any:
    me = {"id": 1000, "is_bot": True, "first_name": "Steady Knees", "username": "steady_knees_bot"}
    if name == "getMe":
        return me
    if name.startswith(("send", "edit")):
        chat = given.get("chat_id")
        return {"message_id": 1, "date": 0, "from": me, "chat": {"id": chat, "type": "private"}, "text": "said"}
    return True


class Ground:
    """The bot on that ground."""

    def __init__(
        self, operators: Collection[int] = (), taps_a_minute: int = 10_000, catalog: Catalog | None = None
    ) -> None:
        self.clock = LeapingClock(BEGIN)
        self.storage = Documents()
        self.telegram = Yes()
        self.coached = bool(operators)
        catalog = catalog or the_catalog()
        self.parts: Runtime = build(
            token=TOKEN,
            api_url="http://localhost",
            storage=self.storage,
            catalog=catalog,
            places=the_places(),
            clock=self.clock,
            request=self.telegram,
            poll_request=self.telegram,
            tick_seconds=1,
            messages_per_second=25,
            pictures=Pictures(Path("nowhere")),
            operators=operators,
            taps_a_minute=taps_a_minute,
            renderers=renderers_of(catalog, the_places()),
        )
        self._next = 1

    @property
    def said(self) -> Sequence[tuple[int | None, str]]:
        """What was sent or edited since `forget`: chat and text."""
        return [
            (given.get("chat_id"), str(given.get("text", given.get("caption", ""))))
            for name, given in self.telegram.calls
            if name.startswith(("send", "edit")) and name != "editMessageReplyMarkup"
        ]

    @property
    def taps_answered(self) -> list[str]:
        """The ids of the taps whose spinner was stopped since `forget`."""
        return [given["callback_query_id"] for name, given in self.telegram.calls if name == "answerCallbackQuery"]

    def forget(self) -> None:
        """Forget what was called so far."""
        self.telegram.calls.clear()

    async def open(self) -> None:
        """Say hello to Telegram."""
        await self.parts.application.initialize()

    async def handle(self, **content: Any) -> int:
        """One update through the library's handlers, with its replies gone; returns its id."""
        update = self.update(**content)
        await self.hand_over(update)
        return int(update["update_id"])

    async def hand_over(self, raw: dict[str, Any]) -> None:
        """As the poll loop hands an update over; raises what the handler raised."""
        await self.parts.intake._handle(raw)
        await self.parts.sender.drain()

    def update(self, **content: Any) -> dict[str, Any]:
        """An update under the next id."""
        self._next += 1
        return {"update_id": self._next, **content}

    async def take_in(self, updates: Sequence[dict[str, Any]]) -> None:
        """Let the inlet fetch these and finish them, each under the next id."""
        for content in updates:
            update = self.update(**content)
            self.telegram.enqueue(update["update_id"], json.dumps(update).encode())
        running = asyncio.create_task(self.parts.receiver.run())
        while self.telegram.queue:  # noqa: ASYNC110 -- the loop under test empties it
            await asyncio.sleep(0)
        await self.parts.sender.drain()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def says(self, person: dict[str, Any], text: str, chat: dict[str, Any] | None = None) -> None:
        """Somebody types."""
        await self.handle(message=typed(person, text, chat))

    async def taps(self, person: dict[str, Any], data: object, chat: dict[str, Any] | None = None) -> None:
        """Somebody taps, or their client says so."""
        await self.handle(callback_query=tapped(person, data, chat))

    async def subscribes(self, id: int, name: str = "Ada") -> None:
        """Somebody walks from the first hello to the plan."""
        person = somebody(id, name)
        series = self.parts.catalog.default
        await self.says(person, "/start")
        for data in ("begin:", "adult:", f"agree:{coaching.text(series, self.coached)}:"):
            await self.taps(person, data)
        for screen in series.safety:
            await self.taps(person, f"r:0:{screen.id}:no")
        for question, value in (("zone", "Europe/Lisbon"), ("time", "19:00"), ("days", "0,1,2,3,4,5,6")):
            await self.taps(person, f"p:{question}:{value}")
        for question in ("knee", "pain", "age", "kit", "activities"):
            await self.taps(person, f"p:{question}:skip")
        if self.coached:
            await self.taps(person, f"p:{coaching.COACH}:{coaching.ALONE}")
        test = series.test_by_id["hips"]
        await self.taps(person, "t:hips")
        for question_ in test.questions:
            await self.taps(person, f"r:1:{question_.id}:not-sure")
        await self.taps(person, "next")


def somebody(id: object, name: object = "Ada") -> dict[str, Any]:
    """A person as Telegram describes one."""
    return {"id": id, "is_bot": False, "first_name": name}


def private(person: dict[str, Any]) -> dict[str, Any]:
    """Their chat with the bot."""
    return {"id": person["id"], "type": "private", "first_name": person["first_name"]}


def typed(person: dict[str, Any], text: object, chat: dict[str, Any] | None = None) -> dict[str, Any]:
    """A message as Telegram describes one."""
    message = {"message_id": 5, "date": SENT, "from": person, "chat": chat or private(person), "text": text}
    if isinstance(text, str) and text.startswith("/"):
        length = len(text.split()[0].encode("utf-16-le", "surrogatepass")) // 2
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return message


def tapped(person: dict[str, Any], data: object, chat: dict[str, Any] | None = None) -> dict[str, Any]:
    """A tap as Telegram describes one."""
    message = {"message_id": 1, "date": SENT, "chat": chat or private(person), "text": "a screen"}
    return {"id": f"q{person['id']}", "from": person, "message": message, "chat_instance": "1", "data": data}
