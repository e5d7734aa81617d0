"""One name that was changed in one place and not in the others: one fault, where the others are told from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bot.catalog.load import Reading
from bot.catalog.yaml_schema import Fault

WORDS = re.compile(r"“(?:[^”]*[./])?([^./”]+)” .*: did you mean “(?:[^”]*[./])?([^./”]+)”\?$")
"""Words under a name that the structure does not have, and the one it has instead."""
NOWHERE = re.compile(r"(?:.*: )?there is no [a-z- ]+ “([^”]+)”$")
REFUSED = re.compile(r"“([^”]+)” is no ")
"""What cannot stand where it stands, so that no words are missed for it."""
NOT_WORDS = "not words: "
MISSING = re.compile(r"“(?:[^”]*\.)?([^.”]+)” is missing")


def renamed(faults: list[Fault], series: Iterable[Reading]) -> list[Fault]:
    """These faults, of those with one cause the first alone, with the lines of the others.

    A name that the structure uses and the words have, but that it does not define, was renamed where it is defined.
    """
    told: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        found = WORDS.match(fault.text) or NOWHERE.match(fault.text)
        key = (fault.file, *found.groups()) if found else (fault.file, fault.text, str(fault.line))
        told.setdefault(key, []).append(fault)
    left = [_together(group) for group in told.values()]
    used = {found[1] for fault in left if (found := NOWHERE.match(fault.text))}
    pairs = [found.groups() for fault in left if (found := WORDS.match(fault.text))]
    refused = {found[1] for fault in left if (found := REFUSED.search(fault.text))}
    left = [fault for fault in left if not ((found := WORDS.match(fault.text)) and found[2] in refused)]
    lines = Counter((fault.file, fault.line) for fault in left)
    left = [each for each in left if not (each.text.startswith(NOT_WORDS) and lines[each.file, each.line] > 1)]
    for old, new in dict.fromkeys(pair for pair in pairs if pair[0] in used):
        documents = [document for each in series for document in each.files.values()]
        at = next(
            (Fault(each.name, node.start_mark.line + 1, "") for each in documents for node in each.all_named(new)),
            None,
        )
        if at is not None:
            text = f"the name “{new}” stands here alone: everywhere else it is “{old}”"
            left = [replace(at, text=text), *(each for each in left if not _follows(each, at, old, new))]
    endings = tuple(f"-{new}" for _, new in pairs)
    return [fault for fault in left if not ((found := MISSING.match(fault.text)) and found[1].endswith(endings))]


def _together(faults: list[Fault]) -> Fault:
    first, *others = sorted(faults)
    lines = [str(line) for line in dict.fromkeys(fault.line for fault in others) if line != first.line]
    return replace(first, text=f"{first.text} (and in line {', '.join(lines)})") if lines else first


def _follows(fault: Fault, defined: Fault, old: str, new: str) -> bool:
    pair, nowhere = (found.groups() if (found := each.match(fault.text)) else () for each in (WORDS, NOWHERE))
    return pair == (old, new) or nowhere == (old,) or (fault.file, fault.line) == (defined.file, defined.line)
