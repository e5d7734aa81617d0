"""Writes docs/reliability.md: the promises, and every fault with what happens, its figure and its command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "reliability.md"
PROMISES = HERE / "promises.md"
CASES = HERE / "cases.yaml"
FIGURES = HERE / "figures.json"

Case = Mapping[str, Any]
Run = Mapping[str, Any]
COUNTED = ("wrong", "broken")
"""What is told by its number alone, where a run lists each."""


@cache
def _written() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.yaml.decode(CASES.read_bytes())
    return found


def cases() -> list[Case]:
    """Every case, in order, as it stands in cases.yaml."""
    found: list[Case] = _written()["cases"]
    return found


def sections() -> dict[str, str]:
    """The headings of the table, by letter."""
    found: dict[str, str] = _written()["sections"]
    return found


def runs() -> dict[str, Run]:
    """What each long run `does`, by name, and which of its figures stand `beside` a case."""
    found: dict[str, Run] = _written()["runs"]
    return found


def figures() -> dict[str, dict[str, Any]]:
    """What each long run measured last: `on` (a date) and `found` (the numbers)."""
    known: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    return known


def keep(run: str, found: Mapping[str, Any], today: date) -> None:
    """Note what a long run measured, in place of what it measured before.

    Raises ValueError when a figure that stands beside a case is missing.
    """
    beside(run, found)
    known = {**figures(), run: {"on": today.isoformat(), "found": dict(found)}}
    FIGURES.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n", encoding="utf-8")


def beside(run: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a run that stand beside a case.

    Raises ValueError when one of them is missing: it must not look as if nothing had been wrong.
    """
    named = runs()[run]["beside"]
    if missing := [name for name in named if name not in found]:
        raise ValueError(f"{run} has no figure named {', '.join(missing)}")
    return {name: found[name] for name in named}


def page() -> str:
    """docs/reliability.md as it must stand."""
    return "\n".join([PROMISES.read_text(encoding="utf-8"), *_runs(), *_tables(), ""])


def _runs() -> Iterator[str]:
    yield "## The long runs, as last measured"
    yield ""
    yield "| run | what it does | on | found |"
    yield "|---|---|---|---|"
    known = figures()
    for run, each in runs().items():
        measured = known.get(run, {"on": "not yet", "found": {}})
        yield f"| {run} | {each['does']} | {measured['on']} | {in_words(measured['found'])} |"


def _tables() -> Iterator[str]:
    known = figures()
    for letter, heading in sections().items():
        yield from ("", f"## {letter}. {heading}", "")
        yield "| | fault | what happens | last measured | shown by |"
        yield "|---|---|---|---|---|"
        for case in cases():
            if case["section"] == letter:
                yield f"| {case['id']} | {case['fault']} | {case['then']} | {_measured(case, known)} | {_shown(case)} |"


def _measured(case: Case, known: Mapping[str, Mapping[str, Any]]) -> str:
    measured = case.get("figure", ())
    said = [
        f"{run}, {known[run]['on']}: {in_words(beside(run, known[run]['found']))}" for run in measured if run in known
    ]
    if said:
        return "<br>".join(said)
    return "" if "left" in case or "waits" in case else "with every `make test`"


def _shown(case: Case) -> str:
    return case.get("left") or case.get("waits") or "<br>".join(f"`{command}`" for command in case["shown"])


def in_words(found: Mapping[str, Any]) -> str:
    """Figures in one line; of what was wrong, how much."""
    said = []
    for name, value in found.items():
        if name in COUNTED:
            said.append(f"{name} {_count(value)}")
        elif isinstance(value, dict):
            said.append(f"{name} {', '.join(f'{each} {number}' for each, number in value.items())}")
        elif isinstance(value, list):
            said.append(f"{name} {', '.join(map(str, value))}")
        else:
            said.append(f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}")
    return "; ".join(said)


def _count(wrong: Any) -> int:
    return len(wrong) if isinstance(wrong, list) else int(wrong)
