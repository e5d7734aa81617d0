"""Many people at once, written into a data folder beforehand: each has one message that falls due at one instant."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import open_stored
from bot.catalog.load import Catalog
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.due import due, scheduled
from bot.local_telegram.telegram import Call, LocalTelegram
from bot.settings import read_settings
from bot.storage import Unreadable
from tests.core.people import somebody
from tests.process.bot_process import BotProcess

DAY_OF = {Kind.REMINDER: 3, Kind.LESSON: 8}
"""The series day on which such a message comes to whoever chose every day."""
MORNING = 10
AT_ONCE = 32
SENDING = ("sendMessage", "sendPhoto", "sendAnimation", "sendDocument")
REPEAT = "You may already have this one."


def prepared(catalog: Catalog, id: int, kind: Kind, at: datetime, now: datetime) -> Subscriber:
    """Somebody whose next message is of that kind and falls due at that instant, a whole minute, in their morning."""
    local = at.astimezone(_zone_where_it_is_morning(at))
    day_one = local.date() - timedelta(days=DAY_OF[kind] - 1)
    person = replace(somebody(catalog.default, day_one, zone=str(local.tzinfo), at=f"{local:%H:%M}"), id=id)
    looked = due(catalog.default, person, at)
    assert looked.send is not None
    assert (looked.send.kind, looked.send.at) == (kind, at)
    return scheduled(catalog.default, person, now)


def _zone_where_it_is_morning(at: datetime) -> ZoneInfo:
    """One in which no midnight and no quiet hours are near."""
    east = MORNING - at.hour
    east += 24 if east < -12 else 0
    return ZoneInfo(f"Etc/GMT{-east:+d}")


async def write(bot: BotProcess, catalog: Catalog, people: Iterator[Subscriber]) -> None:
    """Put them where a bot keeps people that is not running."""
    storage = open_stored(catalog, read_settings(bot.settings, needs_token=False))

    async def one_after_another() -> None:
        for person in people:
            async with storage.change(person.id) as box:
                box.value = person

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    storage.close()


async def everybody(bot: BotProcess, catalog: Catalog) -> tuple[dict[int, Subscriber], list[int]]:
    """All that is kept, read beside the bot, and who could not be read."""
    storage = open_stored(catalog, read_settings(bot.settings, needs_token=False), write=False)
    found = {}
    for id in storage.ids():
        with contextlib.suppress(Unreadable):
            if (known := await storage.read(id)) is not None:
                found[id] = known
    storage.close()
    return found, [id for id, _ in storage.damaged]


def delivered(telegram: LocalTelegram) -> dict[int, list[Call]]:
    """Every message that reached somebody, by person, in order."""
    found: dict[int, list[Call]] = {}
    for call in telegram.log:
        if call.method in SENDING and call.delivered and call.chat_id is not None:
            found.setdefault(call.chat_id, []).append(call)
    return found


def said(call: Call) -> str:
    """The words of a message."""
    return str(call.parameters.get("text", call.parameters.get("caption", "")))


@dataclass(frozen=True)
class Delivered:
    """What became of the messages of a crowd, none of whom said a word."""

    due: int
    sent: int
    missing: int
    """Reminders of which nobody knows whether they arrived, and which did not."""
    repeated: int
    """Lessons that came twice."""
    wrong: tuple[str, ...]


def judge(
    catalog: Catalog, kinds: Mapping[int, Kind], known: Mapping[int, Subscriber], came: Mapping[int, list[Call]]
) -> Delivered:
    """Compare what Telegram delivered with what is stored, for everybody with a message of that kind."""
    wrong: list[str] = []
    sent = missing = repeated = 0
    for id, kind in kinds.items():
        calls = came.get(id, [])
        record = _record(known[id], kind) if id in known else None
        sent += len(calls)
        repeated += len(calls) - 1 if kind is Kind.LESSON and calls else 0
        missing += not calls and kind is Kind.REMINDER
        wrong += [f"{kind}: {fault}" for fault in _faults(catalog, known.get(id), kind, record, calls)]
    return Delivered(len(kinds), sent, missing, repeated, tuple(wrong))


def _faults(
    catalog: Catalog, known: Subscriber | None, kind: Kind, record: Delivery | None, calls: list[Call]
) -> Iterator[str]:
    if known is None or record is None:
        yield "no record"
        return
    if record.outcome not in (Outcome.SENT, Outcome.UNKNOWN):
        yield f"{record.outcome} {record.reason}"
    if record.outcome is Outcome.SENT and not calls:
        yield "noted as sent, and never came"
    if len(calls) > (2 if kind is Kind.LESSON else 1):
        yield f"came {len(calls)} times"
    if any(REPEAT not in said(call) for call in calls[1:]):
        yield "a repeat that does not say so"
    if kind is Kind.LESSON and not calls and not _comes_yet(catalog, known, record):
        yield "never came, and will not"


def _comes_yet(catalog: Catalog, known: Subscriber, record: Delivery) -> bool:
    """Whether a lesson of unknown fate is due once more; two unknowns are its end, and are offered in the chat."""
    again = record.may_repeat_at
    if again is None:
        return record.unknowns >= 2
    planned = due(catalog.default, known, again).send
    return planned is not None and planned.key == record.key


def _record(known: Subscriber, kind: Kind) -> Delivery | None:
    """The record of that message: the newest of its kind."""
    return max(
        (each for each in known.deliveries.values() if each.kind is kind), key=lambda each: each.key, default=None
    )


def minute_before(now: datetime) -> datetime:
    """The last whole minute that has begun."""
    return now.replace(second=0, microsecond=0)


def spread(ids: range, every: int) -> dict[int, Kind]:
    """A kind for each person: every so many a lesson, the others a reminder."""
    return {id: Kind.LESSON if id % every == 0 else Kind.REMINDER for id in ids}


def seconds_of(figures: list[float]) -> dict[str, float]:
    """Median and most of some durations, to a tenth of a second."""
    ordered = sorted(figures) or [math.nan]
    return {"median": round(ordered[len(ordered) // 2], 1), "most": round(ordered[-1], 1)}
