"""How many words and taps each day of a transcript asks of a person, and the table of them in docs/."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "words-a-day.md"
FIRST_MOVE = "One move now:"
BUTTONS = re.compile(r"^\s*[\[<].*[\]>]$")
DAY = re.compile(r"^═══ (.+) ═══$", re.MULTILINE)
SAID = re.compile(r"\n(?=\d\d:\d\d )")
GONE = ("the message is gone", "the buttons are gone")
"""What the transcript says of a message, not the bot in one."""

HEAD = """# Words and taps a day

How much each of the people of the [transcripts](../tests/stories/transcripts) is given to read, and how often they tap
or type. Words of the bot without its buttons; a screen of which only the buttons change is counted once. Day 1 also up
to the first move. Written by the tests of the transcripts; do not edit it by hand.
"""


class Asked(NamedTuple):
    """Words to read, and taps or typed messages."""

    words: int
    taps: int


def entries(day: str) -> list[tuple[bool, str]]:
    """What was said on one day: by the person or not, and the words without buttons."""
    found = []
    for block in SAID.split(day):
        head, _, body = block.strip("\n").partition("\n")
        words = " ".join(line.strip() for line in body.splitlines() if not BUTTONS.match(line))
        if head:
            found.append((head.endswith("You"), words))
    return found


def counted(day: str, until: str = "") -> Asked:
    """The words and taps of a day; up to the message that holds a text, where one is named."""
    words = taps = 0
    before = ""
    for mine, said in entries(day):
        if mine:
            taps += 1
        elif said not in (*GONE, before):
            words += len(said.split())
            before = said
        if until and until in said:
            return Asked(words, taps)
    assert not until, f"nobody said {until!r}"
    return Asked(words, taps)


def people() -> list[str]:
    """Of whom there is a transcript."""
    return sorted(each.stem for each in HERE.glob("*.txt"))


def days_of(person: str) -> list[tuple[str, str]]:
    """The days of a transcript: the date and what was said on it."""
    parts = DAY.split((HERE / f"{person}.txt").read_text(encoding="utf-8"))
    return list(zip(parts[1::2], parts[2::2], strict=True))


def page() -> str:
    """The table of everybody, a row a day on which something was said."""
    whole = [HEAD]
    for person in people():
        days = days_of(person)
        first = counted(days[0][1], FIRST_MOVE)
        whole.append(f"\n## {person}\n\n| date | words | taps |\n|---|---:|---:|")
        whole.append(f"| up to the first move | {first.words} | {first.taps} |")
        whole += [f"| {date} | {asked.words} | {asked.taps} |" for date, day in days for asked in [counted(day)]]
    return "\n".join(whole) + "\n"
