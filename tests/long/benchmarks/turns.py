"""What one turn costs, beside what others' bare calls cost, on one Bot API in the same run.

    python -m tests.long.benchmarks.turns [--rounds N] [--scale F] [--peers FOLDER] [--write]

Each side is a process of its own, of which the CPU time counts, with all its threads and not with its start; the Bot
API is another. In each round every side has its turn, so that whatever else the machine does meets all of them; the
figures are medians over the rounds. `--peers` holds `node_modules` with grammY and an environment `aiogram`; what is
not there is left out. `--write` writes docs/performance.md and its pictures.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.long.benchmarks.plot import plot
from tests.process.bot_process import ROOT

HERE = Path(__file__).parent
PATIENCE = 900
ONE_DAY = timedelta(days=1)
GRAMMY_SEND, GRAMMY_ECHO = "grammY, bare send", "grammY, echo"
TWELVE = "ours, a scheduled message, day 12"
TAP = "ours, a tap, stored and answered"
MORNING = "ours, a morning with /help in between"
JOBS = "its JobQueue, one TinyDB file"
PLOTS = ("performance/morning.svg", "performance/stored.svg")


@dataclass(frozen=True)
class Bar:
    """A figure that a side tells beside its cost, and how much it may be."""

    name: str
    key: str
    unit: str
    most: float


@dataclass
class Side:
    """One thing that is measured: the command that does it `turns` times, and what it is compared with."""

    name: str
    command: tuple[str, ...]
    turns: int
    beside: str = ""
    """The side whose cost is 1."""
    most: float | None = None
    """How many times that it may cost."""
    updates: bool = False
    """Whether so many typed messages wait for it."""
    far: bool = False
    """Whether its Bot API speaks TLS and is 50 ms away."""
    bars: tuple[Bar, ...] = ()
    rounds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """CPU milliseconds a turn, the median of the rounds."""
        return float(statistics.median(1000 * each["cpu"] / each["turns"] for each in self.rounds if each["turns"]))

    def told(self, key: str) -> float:
        """The median of what it told under that name."""
        return float(statistics.median(each[key] for each in self.rounds))


def sides(scale: float, peers: Path) -> list[Side]:
    """All that can be measured here, in the order in which they have their turn."""

    def many(turns: int) -> int:
        return max(5, int(turns * scale))

    def ours(name: str, task: str, turns: int, beside: str = "", most: float | None = None, *more: str) -> Side:
        module = "tests.long.benchmarks.ours"
        count = many(turns)
        command = (sys.executable, "-m", module, "PORT", task, "--people", str(count), *more)
        return Side(name, command, count, beside, most, far="--far" in more)

    def stock(name: str, task: str, turns: int, beside: str) -> Side:
        module, count = "tests.long.benchmarks.stock", many(turns)
        command = (sys.executable, "-m", module, "PORT", task, str(count))
        return Side(name, command, count, beside, updates=task == "echo")

    found = [stock("floor: ready requests, one socket", "floor", 3000, GRAMMY_SEND)]
    node, modules = shutil.which("node"), peers / "node_modules"
    if node and (modules / "grammy").exists():
        script = str(HERE / "peers" / "grammy.mjs")
        for name, task in ((GRAMMY_SEND, "send"), (GRAMMY_ECHO, "echo")):
            count = many(2000)
            command = (node, script, str(modules.resolve()), "PORT", task, str(count))
            found.append(Side(name, command, count, name, updates=task == "echo"))
    python = peers / "aiogram" / "bin" / "python"
    if python.exists():
        for task, beside in (("send", GRAMMY_SEND), ("echo", GRAMMY_ECHO)):
            asked = (str(python), str(HERE / "peers" / "aiogram_peer.py"), "PORT", task, str(many(1000)))
            found.append(Side(f"aiogram, {'bare send' if task == 'send' else 'echo'}", asked, many(1000), beside))
            found[-1].updates = task == "echo"
    morning = ours(MORNING, "morning", 5000, TWELVE)
    morning.bars = (
        Bar("/help meanwhile, in the middle", "p50", "ms", 50),
        Bar("/help meanwhile, 99 of 100 within", "p99", "ms", 150),
        Bar("the loop’s longest stretch of work meanwhile", "blocked", "ms", 50),
    )
    people, crowd = many(1000), many(100_000)
    process = Side(f"ours, a start with {people:,} people, up to its first answer", _process(people), 1)
    process.bars = (
        Bar("from its start to its first answer", "start", "s", 1),
        Bar("memory when idle", "megabytes", "MB", 60),
    )
    return [
        *found,
        stock("stock python-telegram-bot, bare send", "send", 500, GRAMMY_SEND),
        stock("stock python-telegram-bot, echo", "echo", 300, GRAMMY_ECHO),
        stock(JOBS, "jobs", 200, GRAMMY_SEND),
        ours("ours, bare send", "bare", 1500, GRAMMY_SEND, 1),
        ours(TWELVE, "scheduled", 400, GRAMMY_SEND, 5),
        ours("ours, a scheduled message, PostgreSQL", "scheduled", 400, GRAMMY_SEND, 3, "--database"),
        ours("ours, bare send, TLS and 50 ms away", "bare", 1500, GRAMMY_SEND, None, "--far"),
        ours("ours, a scheduled message, TLS and 50 ms away", "scheduled", 400, GRAMMY_SEND, None, "--far"),
        ours("ours, a scheduled message, day 180", "scheduled", 400, TWELVE, 1.3, "--age", "180"),
        ours("ours, a scheduled message, day 700", "scheduled", 400, TWELVE, 1.3, "--age", "700"),
        ours(f"ours, a scheduled message, {crowd:,} stored", "scheduled", 400, TWELVE, 1.5, *_others(crowd)),
        ours("ours, /help", "helps", 300, GRAMMY_ECHO),
        ours(TAP, "taps", 300, GRAMMY_ECHO, 4),
        ours("ours, a tap, day 700", "taps", 300, TAP, 1.3, "--age", "700"),
        ours(f"ours, a tap, {crowd:,} stored", "taps", 300, TAP, 1.5, *_others(crowd)),
        morning,
        process,
    ]


def _others(people: int) -> tuple[str, str]:
    """With so many others stored."""
    return "--stored", str(people)


def _process(people: int) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.long.benchmarks.ours", "PORT", "process", "--people", str(people))


def certificate_in(folder: Path) -> Path:
    """A certificate of this machine's own, with its key, in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a Bot API")])
    here, now = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), datetime.now(UTC)
    whole = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + ONE_DAY)
    signed = whole.add_extension(here, critical=False).sign(key, SHA256())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "bot-api.pem"
    path.write_bytes(signed.public_bytes(Encoding.PEM) + plain)
    return path


@contextmanager
def bot_api(far: Path | None = None) -> Iterator[int]:
    """A Bot API in a process of its own, with that certificate from afar; its port."""
    command = (sys.executable, "-m", "tests.long.benchmarks.bot_api", *(("--far", str(far)) if far else ()))
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def carried_out(side: Side, port: int, far: Path | None = None) -> dict[str, Any]:
    """One turn of a side: what it printed."""
    if side.updates:
        _post(port, "updates", [_typed(number) for number in range(1, side.turns + 1)])
    command = [str(port) if part == "PORT" else part for part in side.command]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"SSL_CERT_FILE": str(far)} if far else {})}
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, cwd=ROOT, env=environment, text=True)
    if done.returncode:
        raise AssertionError(f"{side.name} ended with {done.returncode}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _typed(number: int) -> dict[str, Any]:
    person = {"id": number, "is_bot": False, "first_name": "Ada"}
    chat = {"id": number, "first_name": "Ada", "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": number, "from": person, "chat": chat, "date": 1_770_000_000, "text": "hello"},
    }


def _post(port: int, path: str, given: object) -> Any:
    request = Request(f"http://127.0.0.1:{port}/{path}", json.dumps(given).encode())
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 -- on loopback
        return json.load(answer)


def measured(found: list[Side], rounds: int) -> None:
    """Give each side its turn in each round, each before a Bot API that knows nothing yet."""
    with TemporaryDirectory() as folder:
        certificate = certificate_in(Path(folder))
        for number, side in itertools.product(range(1, rounds + 1), found):
            far = certificate if side.far else None
            with bot_api(far) as port:
                side.rounds.append(carried_out(side, port, far))
            sys.stderr.write(f"round {number}: {side.name} {side.rounds[-1]}\n")


def table(found: list[Side]) -> list[tuple[str, str, str, str, str]]:
    """A row a side: name, CPU ms a turn, how many times its peer that is, how many it may be, and whether it is."""
    by_name = {side.name: side for side in found}
    rows = []
    for side in found:
        beside = by_name.get(side.beside)
        times = side.ms / beside.ms if beside else None
        ratio = f"{times:.2f} ×" if times is not None else "–"
        bar = f"≤ {side.most:g} ×" if side.most else ""
        rows.append((side.name, f"{side.ms:.3f}", ratio, bar, _met(times, side.most)))
    return rows


def bars(sides: list[Side]) -> list[tuple[str, str, str, str]]:
    """A row a bar: what it is of, the figure, how much it may be, and whether it is."""
    told = [(bar, side.told(bar.key)) for side in sides for bar in side.bars]
    return [
        (
            bar.name,
            f"{value:,.{0 if value >= 10 else 1}f} {bar.unit}",
            f"≤ {bar.most:g} {bar.unit}",
            _met(value, bar.most),
        )
        for bar, value in told
    ]


def _met(value: float | None, most: float | None) -> str:
    return "" if value is None or most is None else "met" if value <= most else "**not met**"


HOLDS = """
## What holds what is not met

- A scheduled message: a fifth is the day's plan, worked out for the one line that names its minutes; a sixth each
  are its words and the look at the calendar; a tenth is the call. On files a quarter is storage, most of it the
  system's own work: two files made, synced and renamed. On PostgreSQL storage is a tenth, since many share a statement,
  and what is left is above its bar by itself.
- Day 700: the document is six times as large as on day 12, half of it two years of tests and check-ins, which buttons
  name by their numbers and which therefore stay near. It is read once and written twice.
- Memory: the libraries alone, python-telegram-bot and aiohttp imported and nothing else, take 59 MB.
- The start: two thirds are imports, of which two fifths are the libraries'; most of the rest is reading the words.
- One core, so a thousand messages a second are allowed with `BOT_PAID_BROADCAST`, and are not reached.
- /help in a morning and a start are seconds of the clock, so a machine with other work makes them long. What a quiet
  one gives is for it to say.
"""


def page(found: list[Side], rounds: int) -> str:
    """docs/performance.md: the tables, where they were measured, and what holds what."""
    names = ("python-telegram-bot", "aiohttp", "msgspec", "tinydb")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    where = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    rows = "\n".join(f"| {' | '.join(row)} |" for row in table(found))
    due = next((each.turns for each in found if each.name == MORNING), 0)
    often = "once" if rounds == 1 else f"{rounds} times"
    more = "\n".join(f"| {' | '.join(row)} |" for row in bars(found))
    return f"""# What a turn costs

CPU milliseconds of the whole process, all its threads, from the first turn to the last, before a Bot API on loopback
in a process of its own. Each side had its turn {often}, and medians are told. Read the ratios: others
shared the machine. `make bench` measures it again and writes this page.

Measured on {where}, where {os.getloadavg()[1]:.0f} programs wanted to run on the average of five minutes; {versions}.

| | ms a turn | beside | to reach | |
|---|---|---|---|---|
{rows}

A scheduled message is everything: due, claimed on disk, sent, settled on disk. Day 180 and day 700 stand beside day 12:
whoever stays begins anew after twelve weeks, so each is day 12 of a run, with all the others behind it. A tap stands
beside an echo, and is stored and answered; people tap three times in a row, and what is noted of the last reply
belongs to it. Of a database the server's own time is not counted.

| while {due:,} are due, and at a start | found | to reach | |
|---|---|---|---|
{more}

How long somebody waits, and a start, are seconds of the clock, so they also count what else the machine did; the loop's
work is its thread's own time.

![How many were sent after so many seconds]({PLOTS[0]})

![CPU milliseconds a turn, by how many people are stored]({PLOTS[1]})
{HOLDS}"""


def plots(found: list[Side]) -> dict[str, str]:
    """The two pictures of the page, as SVG."""
    by_name = {side.name: side for side in found}
    mornings = {
        name: [(float(at), float(sent)) for at, sent in by_name[name].rounds[-1]["curve"]]
        for name in (MORNING, JOBS)
        if name in by_name
    }
    stored = {
        what: [(float(side.turns), side.ms), (float(_stored(crowd)), crowd.ms)]
        for what in (TWELVE, TAP)
        for crowd in found
        if crowd.beside == what and "--stored" in crowd.command and (side := by_name.get(what))
    }
    return {
        PLOTS[0]: plot(mornings, "seconds", "messages sent"),
        PLOTS[1]: plot(stored, "people stored", "CPU ms a turn"),
    }


def _stored(side: Side) -> int:
    return int(side.command[side.command.index("--stored") + 1])


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--peers", type=Path, default=ROOT / ".peers")
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found = [
        side for side in sides(given.scale, given.peers) if any(part in side.name for part in given.only.split("|"))
    ]
    measured(found, given.rounds)
    if given.write:
        docs = ROOT / "docs"
        for name, content in {"performance.md": page(found, given.rounds), **plots(found)}.items():
            (docs / name).parent.mkdir(exist_ok=True)
            (docs / name).write_text(content, encoding="utf-8")
    for row in table(found):
        sys.stdout.write("{:<56} {:>9} ms {:>9} {:>9} {}\n".format(*row))
    for name, *rest in bars(found):
        sys.stdout.write("{:<56} {:>12} {:>9} {}\n".format(name, *rest))


if __name__ == "__main__":
    main()
