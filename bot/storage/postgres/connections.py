"""The ways to one PostgreSQL server, and what its errors mean in a few words that hold no secret."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any, Final
from weakref import WeakSet

import psycopg
from psycopg import errors

ANSWER_SECONDS: Final = 20.0
"""After which a server that does not answer is given up; whoever waits hears of it."""
CONNECT_SECONDS: Final = 5
IDLE_SECONDS: Final = 30
"""After which the server ends a transaction that was begun and then left, with the locks it holds."""

_SESSION: Final = {
    "application_name": "steady-knees",
    "statement_timeout": f"{ANSWER_SECONDS:.0f}s",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    # A machine that is gone says no goodbye: its locks must be free again within a take-over's time.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
_LIBPQ: Final = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": int(ANSWER_SECONDS * 1000),
}

Connection = psycopg.Connection[Any]

_PHRASES: Final = (
    ("password authentication failed", "it refuses the user or the password"),
    ("no password supplied", "it asks for a password"),
    ("no pg_hba.conf entry", "it lets nobody in from here"),
    ("too many clients", "it takes no more connections"),
    ("remaining connection slots", "it takes no more connections"),
    ("starting up", "it is starting"),
    ("shutting down", "it is being stopped"),
    ("in recovery mode", "it is recovering"),
    ("read-only", "it takes no changes"),
    ("Connection refused", "nobody answers at its address"),
    ("No such file or directory", "nobody answers at its address"),
    ("timeout expired", "it does not answer"),
    ("resolve", "its name is unknown"),
    ("translate host name", "its name is unknown"),
    ("certificate", "its certificate is not believed"),
    ("SSL", "the connection cannot be made safe"),
    ("does not exist", "there is no such database or user"),
)


def words_of_database(error: BaseException) -> str:
    """What went wrong, in words of our own: the server's may repeat what stood in the URL or in a document."""
    match error:
        case errors.ReadOnlySqlTransaction():
            return "the database takes no changes"
        case errors.DiskFull():
            return "the disk of the database is full"
        case errors.QueryCanceled() | errors.LockNotAvailable():
            return "the database took too long"
        case errors.InsufficientPrivilege():
            return "the database lets this user not do it"
        case errors.AdminShutdown() | errors.CrashShutdown() | errors.IdleInTransactionSessionTimeout():
            return "the database has ended the connection"
        case psycopg.Error(sqlstate=str(code)):
            return f"the database refuses it ({code})"
        case psycopg.OperationalError():
            found = next((words for phrase, words in _PHRASES if phrase in str(error)), "")
            return f"the database cannot be used: {found}" if found else "the connection to the database was lost"
        case _:
            return f"the database cannot be used ({type(error).__name__})"


class Connections:
    """At most so many connections at a time, made when they are needed and used again.

    A connection on which anything has failed is closed: after a failover the next one finds the new server.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: list[Connection] = []
        self._made: WeakSet[Connection] = WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    def connect(self) -> Connection:
        """A new one, in autocommit, with the session's settings. Raises psycopg.Error."""
        given = psycopg.conninfo.conninfo_to_dict(self._url)
        usual = {name: value for name, value in _LIBPQ.items() if name not in given}
        connection = psycopg.connect(self._url, autocommit=True, **usual)  # type: ignore[arg-type]
        try:
            settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SESSION.items())
            # Whoever commits nothing for sure sends twice after a crash: a session may not inherit that.
            safe = "CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', "
            connection.execute(f"SELECT {settings}, {safe}false) END".encode())
        except BaseException:
            connection.close()
            raise
        self._made.add(connection)
        return connection

    def take(self) -> Connection:
        """An idle one, or a new one. Raises psycopg.Error."""
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if not connection.broken and not connection.closed:
                    return connection
        return self.connect()

    def give(self, connection: Connection) -> None:
        """Back it comes, unless it is broken or in the middle of something."""
        idle = psycopg.pq.TransactionStatus.IDLE
        with self._lock:
            if not self._closed and not connection.closed and connection.info.transaction_status == idle:
                self._idle.append(connection)
                return
        connection.close()

    @contextlib.contextmanager
    def one(self) -> Iterator[Connection]:
        """One for the block; closed when anything fails in it. Raises psycopg.Error."""
        connection = self.take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self.give(connection)

    def cut(self) -> None:
        """End whatever any thread waits for."""
        for connection in list(self._made):
            cut(connection)

    def close(self) -> None:
        """Close the idle ones; those in use are closed when they come back."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()


def cut(connection: Connection) -> None:
    """End whatever a thread waits for on that connection: it hears at once that the other side is gone."""
    with contextlib.suppress(OSError, psycopg.Error):
        twin = socket.socket(fileno=os.dup(connection.fileno()))
        try:
            twin.shutdown(socket.SHUT_RDWR)
        finally:
            twin.close()


class Deadline:
    """Cuts the connection that is in use when its time is over; `connection` is set by the thread that uses it."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.passed = False

    def pass_(self) -> None:
        self.passed = True
        if self.connection is not None:
            cut(self.connection)
