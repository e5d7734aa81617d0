"""Any order of claims, sends, kills, taps and deletions, on the real storage, against a dictionary."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.model.delivery import EVIDENCE_WAIT, Delivery, Kind, Outcome, claim
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.due import due
from bot.core.schedule.planned import Planned
from bot.storage import Storage
from bot.storage.disk import Disk
from bot.storage.postgres import rows
from bot.storage.postgres.storage import open_postgres
from bot.storage.tinydb_storage import open_storage
from bot.subscriber_codec import SubscriberCodec
from tests.conftest import the_catalog
from tests.core.people import NO_QUIET, somebody
from tests.support.database import new_schema

STAMP = "one"
PEOPLE = (1, 2, 257)
"""The first and the last lie on one shelf."""
STARTS = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)


@dataclass
class Copy:
    """What a dictionary knows of one key: how often it left, how it ended, whether a doubt was put down."""

    left: int = 0
    doubts: int = 0
    last: str = ""


class QuickDisk(Disk):
    """Leaves out the syncs: no power is cut here."""

    def sync(self, descriptor: int) -> None:
        return

    def sync_folder(self, folder: Path) -> None:
        return


class Ledger(RuleBasedStateMachine):
    """Three people with lessons and reminders; one process at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.root = tempfile.TemporaryDirectory(prefix="steady-knees-")
        self.series = the_catalog().default
        self.now = STARTS
        self.process = 0
        self.copies: dict[tuple[int, str], Copy] = {}
        self.states: dict[int, str] = {}
        self.in_flight: dict[int, Delivery] = {}
        self.storage = self._opened()

    @initialize()
    def everybody_is_there(self) -> None:
        for id, ago in zip(PEOPLE, (3, 6, 7), strict=True):
            day_one = self.now.date() - timedelta(days=ago)
            self._save(id, replace(somebody(self.series, day_one, quiet=NO_QUIET, at="12:00"), id=id))
            self.states[id] = "running"

    def teardown(self) -> None:
        self.storage.close()
        self.root.cleanup()

    # --- What may happen ----------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([0.1, 1, 3.5, 20, 24, 50]))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(id=st.sampled_from(PEOPLE))
    def what_comes_next_is_due(self, id: int) -> None:
        """Time passes up to somebody's next instant, and they are ticked."""
        known = self._read(id)
        if known is not None and (ahead := due(self.series, known, self.now).next_at) is not None:
            self.now = max(self.now, ahead)
        self._tick(id)

    @rule()
    def everybody_is_ticked(self) -> None:
        for id in PEOPLE:
            self._tick(id)

    def _tick(self, id: int) -> None:
        """Decide and claim in one write, as the drain does; what is claimed is in flight from then on."""
        known = self._read(id)
        if known is None or id in self.in_flight:
            return
        looked = due(self.series, known, self.now)
        assert looked.next_at is None or looked.next_at > self.now
        known = known.with_deliveries(looked.records)
        if looked.send is not None:
            record = self._claimed(id, known, looked.send)
            known = known.with_deliveries([record])
            self.in_flight[id] = record
        self._save(id, known)

    def _claimed(self, id: int, known: Subscriber, planned: Planned) -> Delivery:
        copy = self.copies.setdefault((id, planned.key), Copy())
        again = planned.kind in (Kind.LESSON, Kind.RETEST)
        assert self.states[id] == "running"
        assert copy.last in ("", "not sent") or (again and copy.last == "unknown"), planned
        assert copy.left < (2 if again else 1), planned
        return claim(planned.key, planned.kind, self.now, known.deliveries.get(planned.key))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), ending=st.sampled_from(["unknown", "sent", "unknown", "not sent"]))
    def a_send_ends(self, data: Any, ending: str) -> None:
        id = data.draw(st.sampled_from(sorted(self.in_flight)))
        record = self.in_flight.pop(id)
        copy = self.copies[id, record.key]
        copy.left += ending != "not sent"
        if copy.last == "sent":  # a tap has proved one meanwhile
            return
        copy.last = ending
        copy.doubts += ending == "unknown"
        match ending:
            case "sent":
                settled = record.settled(Outcome.SENT, self.now)
            case "unknown":
                settled = record.settled(Outcome.UNKNOWN, self.now, "cut")
            case _:
                settled = record.waiting(self.now, self.now + timedelta(minutes=1), "no connection")
        known = self._read(id)
        if known is not None and known.deliveries[record.key].outcome is Outcome.CLAIMED:
            self._save(id, known.with_deliveries([settled]))
        assert known is not None or self.states[id] == "erased"

    @rule()
    def is_killed(self) -> None:
        """Whatever was in flight is unknown to the next process."""
        self.storage.close()
        self.process += 1
        self.storage = self._opened()
        claimed = {id for id, record in self.in_flight.items() if self.copies[id, record.key].last != "sent"}
        assert set(self.storage.claims_open()) == {id for id in claimed if self.states[id] != "erased"}
        for id in self.storage.claims_open():
            known = self._read(id)
            assert known is not None
            open_claims = [record for record in known.deliveries.values() if record.outcome is Outcome.CLAIMED]
            self._save(id, known.with_deliveries(record.settled(Outcome.UNKNOWN, self.now) for record in open_claims))
        for id, record in self.in_flight.items():
            copy = self.copies[id, record.key]
            copy.left += 1
            if copy.last != "sent":
                copy.doubts, copy.last = copy.doubts + 1, "unknown"
        self.in_flight.clear()

    @rule(id=st.sampled_from(PEOPLE))
    def taps_what_came(self, id: int) -> None:
        """A tap proves that a message in doubt arrived."""
        known = self._read(id)
        for (person, key), copy in self.copies.items():
            if known is not None and person == id and copy.last == "unknown":
                known = known.arrived(key)
                copy.last = "sent"
        if known is not None:
            self._save(id, replace(known, heard_at=self.now))

    @rule(id=st.sampled_from(PEOPLE), sure=st.sampled_from([True, False, False]))
    def stops(self, id: int, sure: bool) -> None:
        if sure:
            self._becomes(id, State.STOPPED, "stopped")

    @rule(id=st.sampled_from(PEOPLE))
    def comes_back(self, id: int) -> None:
        self._becomes(id, State.RUNNING, "running")

    def _becomes(self, id: int, state: State, name: str) -> None:
        if (known := self._read(id)) is not None:
            self._save(id, known.in_state(state, self.now))
            self.states[id] = name

    @rule(id=st.sampled_from(PEOPLE), sure=st.sampled_from([True, False, False, False]))
    def deletes(self, id: int, sure: bool) -> None:
        if sure and self._read(id) is not None:
            self._save(id, None)
            self.states[id] = "erased"

    # --- What must hold -----------------------------------------------------------------------------------------

    @invariant()
    def the_documents_say_what_the_dictionary_says(self) -> None:
        for (id, key), copy in self.copies.items():
            known = self._read(id)
            if known is None:
                assert self.states[id] == "erased"
                continue
            record = known.deliveries[key]
            if id in self.in_flight and self.in_flight[id].key == key:
                assert record.outcome is (Outcome.SENT if copy.last == "sent" else Outcome.CLAIMED)
            elif copy.last == "not sent":
                assert record.outcome in (Outcome.WAITING, Outcome.EXPIRED, Outcome.CANCELLED)
            else:
                assert record.outcome == copy.last
            assert record.unknowns == copy.doubts

    @invariant()
    def an_erased_person_leaves_nothing(self) -> None:
        for id, state in self.states.items():
            assert self._is_kept(id) == (state != "erased")
            assert (id in self.storage.ids()) == (state != "erased")

    @invariant()
    def a_lesson_in_doubt_waits_for_evidence(self) -> None:
        for id in PEOPLE:
            known = self._read(id)
            if known is None or id in self.in_flight:
                continue
            send = due(self.series, known, self.now).send
            if send is not None and (record := known.deliveries.get(send.key)) and record.outcome is Outcome.UNKNOWN:
                assert send.repeat
                assert self.now >= record.at + EVIDENCE_WAIT

    # --- The storage, without a loop ----------------------------------------------------------------------------

    def _is_kept(self, id: int) -> bool:
        return any(Path(self.root.name).rglob(f"{id}.sealed*"))

    def _opened(self) -> Storage[Subscriber]:
        root = Path(self.root.name)
        codec = SubscriberCodec(STAMP)
        return open_storage(root / "data", root / "keys" / "key", codec, STAMP, disk=QuickDisk(), threads=0)

    def _read(self, id: int) -> Subscriber | None:
        known: Subscriber | None = _at_once(self.storage.read(id))
        return known

    def _save(self, id: int, value: Subscriber | None) -> None:
        async def change() -> None:
            async with self.storage.change(id) as box:
                if value is None:
                    box.erase(self.now)
                else:
                    box.value = replace(value, saved_at=self.now)

        _at_once(change())


class LedgerInDatabase(Ledger):
    """The same in PostgreSQL."""

    def __init__(self) -> None:
        self.url = new_schema()
        super().__init__()

    def _is_kept(self, id: int) -> bool:
        with psycopg.connect(self.url) as connection:
            return rows.fetch(connection, id) is not None

    def _opened(self) -> Storage[Subscriber]:
        key_file, codec = Path(self.root.name) / "keys" / "key", SubscriberCodec(STAMP)
        return open_postgres(self.url, key_file, codec, STAMP, threads=0, alone=True)


def _at_once(work: Any) -> Any:
    """The result of a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


LedgerTest = Ledger.TestCase
LedgerTest.settings = settings(
    max_examples=36,
    stateful_step_count=30,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

LedgerInDatabaseTest = LedgerInDatabase.TestCase
LedgerInDatabaseTest.settings = settings(LedgerTest.settings, max_examples=8)
