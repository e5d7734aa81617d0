"""The storage on a real PostgreSQL that is stopped, cut off, full, read-only, slow, or shared by several."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from bot.storage import Box, NotRead, NotSaved, StorageRefused, Summary
from bot.storage.postgres import rows
from bot.storage.postgres.belonging import require_no_database
from bot.storage.postgres.connections import Connection, Connections
from bot.storage.postgres.migrate import migrate, require_current, shipped, version_of
from bot.storage.postgres.storage import PostgresStorage, open_postgres
from bot.storage.tinydb_storage import open_storage
from tests.storage.conftest import HOUR, NOON, STAMP, DatabasePlace, Person, PersonCodec, save
from tests.support.database import Server, new_schema, own_server


@pytest.fixture
def place(tmp_path: Path) -> Iterator[DatabasePlace]:
    place = DatabasePlace(tmp_path)
    yield place
    place.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with own_server() as server:
        yield server


def say(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def cut_off(url: str) -> None:
    """End every connection of this schema's bots, as a failover would."""
    say(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'steady-knees' AND pid <> pg_backend_pid()",
    )


# --- A server that fails ----------------------------------------------------------------------------------------


async def test_a_stopped_server_is_told_and_a_started_one_used_again(server: Server, tmp_path: Path) -> None:
    storage = open_postgres(server.url(), tmp_path / "key", PersonCodec(), STAMP, alone=True)
    await save(storage, 7, Person("before", next_due_at=NOON))
    server.stop()
    with pytest.raises(NotRead, match="nobody answers"):
        await storage.read(7)
    with pytest.raises(NotRead):
        await save(storage, 7, Person("after"))
    assert storage.due(NOON) == [7]
    server.start()
    assert await storage.read(7) == Person("before", next_due_at=NOON)
    await save(storage, 7, Person("after"))
    assert storage.due(NOON) == []
    storage.close()


async def test_a_change_whose_connection_is_cut_is_not_saved_but_the_next(server: Server, tmp_path: Path) -> None:
    storage = open_postgres(server.url(), tmp_path / "key", PersonCodec(), STAMP, alone=True)
    await save(storage, 7, Person("before"))

    async def cut_half_way() -> None:
        async with storage.change(7) as box:
            cut_off(server.url())
            box.value = Person("after")

    with pytest.raises(NotSaved):
        await cut_half_way()
    assert await storage.read(7) == Person("before")
    await save(storage, 7, Person("later"))
    assert await storage.read(7) == Person("later")
    storage.close()


async def test_what_was_idle_when_the_server_went_is_replaced_without_a_word(server: Server, tmp_path: Path) -> None:
    storage = open_postgres(server.url(), tmp_path / "key", PersonCodec(), STAMP, alone=True)
    await asyncio.gather(*(save(storage, id, Person("Ada")) for id in range(1, 9)))
    server.kill()
    server.start()
    assert await asyncio.gather(*(storage.read(id) for id in range(1, 9))) == [Person("Ada")] * 8
    await save(storage, 3, Person("later"))
    storage.close()


async def test_a_server_that_takes_no_changes_is_read_all_the_same(server: Server, tmp_path: Path) -> None:
    storage = open_postgres(server.url(), tmp_path / "key", PersonCodec(), STAMP, alone=True)
    await save(storage, 7, Person("before"))
    server.ask("ALTER DATABASE postgres SET default_transaction_read_only = on")
    cut_off(server.url())
    with pytest.raises((NotSaved, NotRead), match="takes no changes"):
        await save(storage, 7, Person("after"))
    assert await storage.read(7) == Person("before")
    server.ask("BEGIN READ WRITE; ALTER DATABASE postgres SET default_transaction_read_only = off; COMMIT")
    cut_off(server.url())
    await save(storage, 7, Person("after"))
    storage.close()


async def test_a_full_disk_keeps_the_old_document_and_room_makes_it_work_again(place: DatabasePlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("before", next_due_at=NOON))
    say(
        place.url,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END$$",
    )
    say(place.url, "CREATE TRIGGER no_room BEFORE UPDATE ON subscriber FOR EACH ROW EXECUTE FUNCTION full_disk()")
    with pytest.raises(NotSaved, match="the disk of the database is full"):
        await save(storage, 7, Person("after"))
    assert await storage.read(7) == Person("before", next_due_at=NOON)
    assert storage.due(NOON) == [7]
    say(place.url, "DROP TRIGGER no_room ON subscriber")
    await save(storage, 7, Person("after"))
    assert storage.due(NOON) == []


async def test_a_server_that_hangs_is_given_up_and_heard_again(server: Server, tmp_path: Path) -> None:
    storage = open_postgres(server.url(), tmp_path / "key", PersonCodec(), STAMP, alone=True, patience=2.0, grace=0.0)
    await save(storage, 7, Person("before"))
    server.signal(signal.SIGSTOP)
    try:
        with pytest.raises(NotRead):
            await storage.read(7)
    finally:
        server.signal(signal.SIGCONT)
    assert await storage.read(7) == Person("before")
    storage.close()


async def test_a_storage_closes_though_its_server_hangs(server: Server, tmp_path: Path) -> None:
    storage = open_postgres(server.url(), tmp_path / "key", PersonCodec(), STAMP, alone=True, grace=0.2)
    await save(storage, 7, Person("before"))
    server.signal(signal.SIGSTOP)
    try:
        reading = asyncio.create_task(storage.read(7))
        await asyncio.sleep(0.05)
        storage.close()
        with pytest.raises(NotRead):
            await reading
    finally:
        server.signal(signal.SIGCONT)


async def test_a_commit_that_nobody_heard_of_is_looked_up_later(
    place: DatabasePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = place.open()
    await save(storage, 7, Person("before", next_due_at=NOON))
    store = rows.store_and_commit

    def unheard(*given: object) -> None:
        store(*given)  # type: ignore[arg-type]
        raise psycopg.OperationalError("the answer was lost")

    monkeypatch.setattr(rows, "store_and_commit", unheard)
    with pytest.raises(NotSaved):
        await save(storage, 7, Person("after", next_due_at=NOON + HOUR))
    monkeypatch.undo()
    assert storage.due(NOON) == [7]
    assert (await storage.losses()).people == 0
    assert (storage.due(NOON), storage.due(NOON + HOUR)) == ([], [7])
    assert await storage.read(7) == Person("after", next_due_at=NOON + HOUR)


# --- Several processes ------------------------------------------------------------------------------------------


async def test_changes_of_one_person_wait_for_each_other_across_processes(place: DatabasePlace) -> None:
    both = place.open(), place.open()

    async def add_one(storage: PostgresStorage[Person]) -> None:
        async with storage.change(7) as box:
            seen = int(box.value.name) if box.value else 0
            await asyncio.sleep(0)
            box.value = Person(str(seen + 1))

    await asyncio.gather(*(add_one(both[turn % 2]) for turn in range(40)))
    assert await both[0].read(7) == await both[1].read(7) == Person("40")


async def test_what_was_decided_upon_an_older_document_is_decided_again_upon_the_newer(place: DatabasePlace) -> None:
    """As whoever has just lost the lead may still try."""
    one, other = place.open(), place.open()
    await save(one, 7, Person("+"))
    upon: list[str] = []

    def add(box: Box[Person | None]) -> None:
        assert box.value is not None
        upon.append(box.value.name)
        box.value = Person(box.value.name + "+")

    await other.alter(7, add)
    await one.alter(7, add)
    assert (upon[0], upon[-1]) == ("+", "++")
    assert await one.read(7) == await other.read(7) == Person("+++")


async def test_two_who_decide_about_the_same_people_at_once_lose_nothing(place: DatabasePlace) -> None:
    def add(box: Box[Person | None]) -> None:
        box.value = Person((box.value.name if box.value else "") + "+")

    storages = place.open(), place.open()
    await asyncio.gather(*(storages[0].alter(id, add) for id in range(1, 9)))
    turns = [storage.alter(id, add) for _ in range(4) for id in range(1, 9) for storage in storages]
    await asyncio.gather(*turns)
    assert {each.name for id in range(1, 9) if (each := await storages[0].read(id))} == {"+" * 9}


async def test_what_was_stored_though_the_answer_was_lost_is_not_decided_again(
    place: DatabasePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage, store, tries = place.open(), rows.store_unchanged, list[int]()
    await save(storage, 7, Person("before"))

    def lose_the_first_answer(connection: Connection, found: list[tuple[rows.Row, Summary, bytes, str]]) -> set[int]:
        stored = store(connection, found)
        tries.append(len(stored))
        if len(tries) == 1:
            say(place.url, f"SELECT pg_terminate_backend({connection.info.backend_pid})")
            connection.execute("SELECT 1")
        return stored

    def once(box: Box[Person | None]) -> None:
        assert box.value == Person("before")
        box.value = Person("after", next_due_at=NOON)

    monkeypatch.setattr(rows, "store_unchanged", lose_the_first_answer)
    await storage.alter(7, once)
    assert await storage.read(7) == Person("after", next_due_at=NOON)
    assert (tries, storage.due(NOON)) == ([1, 0], [7])


async def test_changes_of_the_bot_record_wait_for_each_other_across_processes(place: DatabasePlace) -> None:
    both = place.open(), place.open()

    async def add_one(storage: PostgresStorage[Person]) -> None:
        async with storage.change_bot_record() as box:
            box.value["count"] = box.value.get("count", 0) + 1

    await asyncio.gather(*(add_one(both[turn % 2]) for turn in range(20)))
    assert await both[0].read_bot_record() == {"count": 20}


@asynccontextmanager
async def replica(place: DatabasePlace, told: list[str], name: str) -> AsyncIterator[PostgresStorage[Person]]:
    """One process that leads or waits to; what it is called to do comes to stand in `told`."""
    storage = open_postgres(place.url, place.key_file, PersonCodec(), STAMP)

    async def mend() -> None:
        told.append(f"{name} mends")

    running = asyncio.create_task(storage.lead.run(mend, lambda: told.append(f"{name} begins")))
    try:
        yield storage
    finally:
        await asyncio.to_thread(storage.close)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def comes(told: list[str], words: str) -> None:
    async with asyncio.timeout(15):
        while words not in told:  # noqa: ASYNC110 -- what happens happens in another thread
            await asyncio.sleep(0.02)


async def test_one_leads_and_the_other_follows_what_it_stores_and_takes_over(place: DatabasePlace) -> None:
    told: list[str] = []
    async with replica(place, told, "one") as one:
        await comes(told, "one begins")
        async with replica(place, told, "other") as other:
            await save(one, 7, Person("Ada", next_due_at=NOON))
            assert (one.lead.held, other.lead.held) == (True, False)
            async with asyncio.timeout(15):
                while other.due(NOON) != [7]:  # noqa: ASYNC110 -- likewise
                    await asyncio.sleep(0.02)
            await save(other, 7, None)
            async with asyncio.timeout(15):
                while one.due(NOON):  # noqa: ASYNC110 -- likewise
                    await asyncio.sleep(0.02)
            other.lead.told.append(lambda owner: told.append(f"{owner} of one"))
            async with one.change_bot_record() as box:
                box.value["count"] = 1
            await comes(told, "house of one")
            one.lead.close()
            await comes(told, "other begins")
            assert other.lead.held
            assert not one.lead.held
    assert told.index("other mends") < told.index("other begins")


async def test_the_lead_is_given_up_with_its_connection_and_taken_again(place: DatabasePlace) -> None:
    told: list[str] = []
    async with replica(place, told, "one") as one:
        await comes(told, "one begins")
        told.clear()
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND objid::bigint = hashtext('subscriber'::regclass::oid::text)::bigint & 4294967295"
            )
        async with asyncio.timeout(15):
            while one.lead.held:  # noqa: ASYNC110 -- likewise
                await asyncio.sleep(0.01)
        await comes(told, "one begins")
        assert one.lead.held


# --- Tables -----------------------------------------------------------------------------------------------------


def test_migrations_may_run_twice_and_from_two_processes_at_once() -> None:
    url = new_schema()

    def one() -> None:
        with Connections(url).connect() as connection:
            migrate(connection)

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(one) for _ in range(4)]:
            each.result()
    one()
    with Connections(url).connect() as connection:
        assert version_of(connection) == max(shipped())
        assert connection.execute("SELECT count(*) FROM migration").fetchone() == (len(shipped()),)


def test_one_that_fails_leaves_nothing_of_itself() -> None:
    url = new_schema()
    with Connections(url).connect() as connection:
        migrate(connection)
    newer = {**shipped(), max(shipped()) + 1: "CREATE TABLE half (); SELECT 1 / 0;"}
    with pytest.raises(psycopg.errors.DivisionByZero), Connections(url).connect() as connection:
        migrate(connection, newer)
    with Connections(url).connect() as connection:
        require_current(connection)
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_older_and_newer_tables_are_refused_with_what_to_do(place: DatabasePlace) -> None:
    place.open()
    with Connections(place.url).connect() as connection, pytest.raises(StorageRefused, match="Start the bot once"):
        require_current(connection, {**shipped(), max(shipped()) + 1: ""})
    say(place.url, "INSERT INTO migration (version) VALUES (9999)")
    with pytest.raises(StorageRefused, match="newer version of the bot"):
        place.open()
    with pytest.raises(StorageRefused, match="newer version of the bot"):
        place.open(write=False)


def test_somebody_elses_tables_are_left_alone(place: DatabasePlace) -> None:
    say(place.url, "CREATE TABLE subscriber (mail text)")
    with pytest.raises(StorageRefused, match="a database of its own"):
        place.open()


def test_an_empty_database_is_not_read(place: DatabasePlace) -> None:
    with pytest.raises(StorageRefused, match="Check BOT_DATABASE_URL"):
        place.open(write=False)


# --- Mistakes and secrets ---------------------------------------------------------------------------------------


async def test_another_database_than_before_is_refused(place: DatabasePlace, tmp_path: Path) -> None:
    def open_beside(url: str) -> PostgresStorage[Person]:
        return open_postgres(url, place.key_file, PersonCodec(), STAMP, beside=tmp_path / "data", alone=True)

    open_beside(place.url).close()
    open_beside(place.url).close()
    with pytest.raises(StorageRefused, match="another database"):
        open_beside(new_schema())
    with pytest.raises(StorageRefused, match="Set BOT_DATABASE_URL"):
        require_no_database(tmp_path / "data")


async def test_a_database_beside_people_in_files_is_refused(place: DatabasePlace, tmp_path: Path) -> None:
    storage = open_storage(tmp_path / "data", place.key_file, PersonCodec(), STAMP)
    await save(storage, 7, Person("Ada"))
    storage.close()
    with pytest.raises(StorageRefused, match="python -m bot move"):
        open_postgres(place.url, place.key_file, PersonCodec(), STAMP, beside=tmp_path / "data")


async def test_another_key_is_refused_and_so_is_none(place: DatabasePlace, tmp_path: Path) -> None:
    await save(place.open(), 7, Person("Ada"))
    place.close()
    place.key_file.rename(tmp_path / "away")
    with pytest.raises(StorageRefused, match="There is no key file"):
        place.open()
    DatabasePlace(tmp_path).open().close()  # a new key, beside another database
    with pytest.raises(StorageRefused, match="not in the key file"):
        place.open()


async def test_a_database_that_lost_everybody_is_not_begun_anew(place: DatabasePlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    async with storage.change_bot_record() as box:
        box.value["alive_at"] = "now"
    say(place.url, "DELETE FROM subscriber")
    with pytest.raises(StorageRefused, match="somebody was"):
        place.reopen()


async def test_the_database_never_sees_a_name_or_the_key(place: DatabasePlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada Lovelace", notes={"pain": "quite bad"}))
    async with storage.change_bot_record() as box:
        box.value["said"] = "quite bad"
    secret = place.key_file.read_text().partition(":")[2].strip()
    with psycopg.connect(place.url) as connection:
        for table in ("subscriber", "bot_record", "installation", "migration"):
            found = str(connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall())
            assert not any(each in found for each in ("Lovelace", "quite bad", secret))
    place.close()
    sealed = place.sealed(7)
    assert b"Lovelace" not in sealed
    assert secret.encode() not in sealed


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:hunter2@127.0.0.1:9/people",
        "postgresql://bot:hunter2@/people?host=/nowhere",
        "postgresql://bot:hunter2@127.0.0.1:9/people?sslmode=hunter2",
        "postgresql://bot:hunter2@127.0.0.1:9/people?hunter2=1",
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageRefused) as refused:
        open_postgres(url, tmp_path / "key", PersonCodec(), STAMP)
    assert "BOT_DATABASE_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_password_that_the_server_does_not_take_is_not_repeated(server: Server, tmp_path: Path) -> None:
    server.ask("CREATE ROLE other LOGIN PASSWORD 'right'")
    hba = server.folder / "data" / "pg_hba.conf"
    hba.write_text("local all other scram-sha-256\nlocal all all trust\n")
    server.ask("SELECT pg_reload_conf()")
    url = server.url().replace("bot@", "other:hunter2@")
    with pytest.raises(StorageRefused, match="refuses the user or the password") as refused:
        open_postgres(url, tmp_path / "key", PersonCodec(), STAMP)
    assert "hunter2" not in str(refused.value)


async def test_an_idle_transaction_of_somebody_gone_frees_its_person(place: DatabasePlace) -> None:
    with Connections(place.url).connect() as connection:
        found = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in ("statement_timeout",)}
        idle = connection.execute("SHOW idle_in_transaction_session_timeout").fetchone()
    assert found == {"statement_timeout": ("20s",)}
    assert idle == ("30s",)
