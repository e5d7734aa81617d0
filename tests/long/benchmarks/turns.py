"""What one turn costs, beside what others' bare calls cost, on one Bot API in the same run.

    python -m tests.long.benchmarks.turns [--rounds N] [--scale F] [--peers FOLDER] [--write]

Each side is a process of its own, of which the CPU time counts, with all its threads and not with its start; the Bot
API is another. In each round every side has its turn, so that whatever else the machine does meets all of them; the
figures are medians over the rounds. `--peers` holds `node_modules` with grammY and an environment `aiogram`; what is
not there is left out. `--write` writes docs/performance.md.
"""

from __future__ import annotations

import argparse
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
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.process.bot_process import ROOT

HERE = Path(__file__).parent
PATIENCE = 900
GRAMMY_SEND, GRAMMY_ECHO = "grammY, bare send", "grammY, echo"
TWELVE = "ours, a scheduled message, day 12"


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
    rounds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """CPU milliseconds a turn, the median of the rounds."""
        return float(statistics.median(1000 * each["cpu"] / each["turns"] for each in self.rounds if each["turns"]))


def sides(scale: float, peers: Path) -> list[Side]:
    """All that can be measured here, in the order in which they have their turn."""

    def many(turns: int) -> int:
        return max(5, int(turns * scale))

    def ours(name: str, task: str, turns: int, beside: str, most: float | None, *more: str) -> Side:
        module = "tests.long.benchmarks.ours"
        count = many(turns)
        return Side(
            name, (sys.executable, "-m", module, "PORT", task, "--people", str(count), *more), count, beside, most
        )

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
    return [
        *found,
        stock("stock python-telegram-bot, bare send", "send", 500, GRAMMY_SEND),
        stock("stock python-telegram-bot, echo", "echo", 300, GRAMMY_ECHO),
        stock("its JobQueue, one TinyDB file", "jobs", 200, GRAMMY_SEND),
        ours("ours, bare send", "bare", 1500, GRAMMY_SEND, 1),
        ours(TWELVE, "scheduled", 400, GRAMMY_SEND, 5),
        ours("ours, a scheduled message, day 180", "scheduled", 250, TWELVE, 1.3, "--age", "180"),
        ours("ours, a scheduled message, day 700", "scheduled", 150, TWELVE, 1.3, "--age", "700"),
        ours("ours, /help", "helps", 300, GRAMMY_ECHO, None),
        ours("ours, a tap, stored and answered", "taps", 300, GRAMMY_ECHO, 4),
    ]


@contextmanager
def bot_api() -> Iterator[int]:
    """A Bot API in a process of its own; its port."""
    command = (sys.executable, "-m", "tests.long.benchmarks.bot_api")
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def carried_out(side: Side, port: int) -> dict[str, Any]:
    """One turn of a side: what it printed."""
    if side.updates:
        _post(port, "updates", [_typed(number) for number in range(1, side.turns + 1)])
    command = [str(port) if part == "PORT" else part for part in side.command]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
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
    for number in range(1, rounds + 1):
        for side in found:
            with bot_api() as port:
                side.rounds.append(carried_out(side, port))
            sys.stderr.write(f"round {number}: {side.name} {side.rounds[-1]}\n")


def table(found: list[Side]) -> list[tuple[str, str, str, str]]:
    """A row a side: name, CPU milliseconds a turn, how many times its peer that is, and how many it may be."""
    by_name = {side.name: side for side in found}
    rows = []
    for side in found:
        beside = by_name.get(side.beside)
        ratio = f"{side.ms / beside.ms:.2f} ×" if beside else "–"
        rows.append((side.name, f"{side.ms:.3f}", ratio, f"≤ {side.most:g} ×" if side.most else ""))
    return rows


HOLDS = """
## What holds it

- A scheduled message is looked at, composed, rendered, written twice and sent. Half of it is the day's plan and the
  calendar: what a person does that day is worked out anew for the one line that names its minutes.
- Somebody's age: nothing of a document is summed up yet. Sessions, deliveries and answers grow by some 400 bytes a day,
  and the plan asks for the lights of all sessions. So day 180 and day 700 cost more, by the length of the document.
- A tap is two writes, the second of which notes that its reply has left, and goes through the library's objects.
- One core, so: a thousand messages a second are allowed with `BOT_PAID_BROADCAST`, and are not reached on files.
- Not measured here: TLS, a road of 50 ms, PostgreSQL, 100,000 people in the same run.
"""


def page(found: list[Side], rounds: int) -> str:
    """docs/performance.md: the table, where it was measured, and what holds it."""
    names = ("python-telegram-bot", "aiohttp", "msgspec", "tinydb")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    where = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    rows = "\n".join(f"| {' | '.join(row)} |" for row in table(found))
    return f"""# What a turn costs

CPU milliseconds of the whole process, all its threads, from the first turn to the last, before a Bot API on loopback
in a process of its own; the median of {rounds} rounds in which each side had its turn. Read the ratios: others shared
the machine. `make bench` measures it again and writes this page.

Measured on {where}; {versions}.

| | ms a turn | beside | to reach |
|---|---|---|---|
{rows}

A scheduled message is everything: due, claimed on disk, sent, settled on disk. Day 180 and day 700 stand beside day 12:
whoever stays begins anew after twelve weeks, so each is day 12 of a run, with all the others behind it.
{HOLDS}"""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--peers", type=Path, default=ROOT / ".peers")
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found = [side for side in sides(given.scale, given.peers) if given.only in side.name]
    measured(found, given.rounds)
    if given.write:
        (ROOT / "docs" / "performance.md").write_text(page(found, given.rounds), encoding="utf-8")
    for row in table(found):
        sys.stdout.write("{:<44} {:>9} ms {:>9} {:>9}\n".format(*row))


if __name__ == "__main__":
    main()
