"""Knows in memory who is due when, who has an open claim and who is owed a reply."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from bot.storage import Summary

LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
NEVER: Final = datetime.max.replace(tzinfo=UTC)

UNKNOWN: Final = Summary(saved_at=LONG_AGO, next_due_at=LONG_AGO, stamp="", claim_open=True, reply_owed_at=None)
"""For somebody whose first line the disk would not give: it may say anything, so they are looked at soon."""

Place = tuple[datetime, int]


class DueIndex:
    """Two sorted lists: people who wait for their instant, and people whose stamp makes them due at once.

    Asking who is due costs what is due. A change moves one entry within a list, which at 100,000 people is
    microseconds of memory moved, beside a disk that takes far longer.
    """

    def __init__(self, stamp: str, everybody: Mapping[int, Summary]) -> None:
        self._stamp = stamp
        self._places: dict[int, Place] = {}
        self._waiting: list[Place] = []
        self._outdated: list[Place] = []
        self._claims: set[int] = set()
        self._owed: dict[int, datetime] = {}
        self._newest: datetime | None = None
        for id, summary in everybody.items():
            self._list_for(summary).append(self._note(id, summary))
        self._waiting.sort()
        self._outdated.sort()

    def put(self, id: int, summary: Summary) -> None:
        """Take in what a document says now."""
        self.drop(id)
        insort(self._list_for(summary), self._note(id, summary))

    def drop(self, id: int) -> None:
        """Forget a person; no fault if unknown."""
        if (place := self._places.pop(id, None)) is None:
            return
        for places in (self._waiting, self._outdated):
            at = bisect_left(places, place)
            if places[at : at + 1] == [place]:
                del places[at]
        self._claims.discard(id)
        self._owed.pop(id, None)

    def due(self, now: datetime) -> list[int]:
        come = self._waiting[: bisect_right(self._waiting, now, key=_instant)]
        return [id for _, id in sorted(come + self._outdated)]

    def next_due_at(self) -> datetime | None:
        if self._outdated:
            return LONG_AGO
        if self._waiting and self._waiting[0][0] < NEVER:
            return self._waiting[0][0]
        return None

    def __contains__(self, id: int) -> bool:
        return id in self._places

    def ids(self) -> list[int]:
        return sorted(self._places)

    def holds_anybody(self, but: int | None = None) -> bool:
        """Whether anybody but that person is here."""
        return len(self._places) > (but in self._places)

    def claims_open(self) -> list[int]:
        return sorted(self._claims)

    def replies_owed(self, since: datetime) -> list[int]:
        return [id for at, id in sorted((at, id) for id, at in self._owed.items() if at >= since)]

    def newest_instant(self) -> datetime | None:
        return self._newest

    def _list_for(self, summary: Summary) -> list[Place]:
        return self._waiting if summary.stamp == self._stamp else self._outdated

    def _note(self, id: int, summary: Summary) -> Place:
        place = self._places[id] = (summary.next_due_at or NEVER, id)
        if summary.claim_open:
            self._claims.add(id)
        if summary.reply_owed_at is not None:
            self._owed[id] = summary.reply_owed_at
        if self._newest is None or summary.saved_at > self._newest:
            self._newest = summary.saved_at
        return place


def _instant(place: Place) -> datetime:
    return place[0]
