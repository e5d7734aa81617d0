"""What every operator's command shares: its lines go to the terminal, and what is wrong makes the exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.catalog.load import ContentFaults
from bot.settings import SettingsFaults, without_tokens
from bot.storage import StorageRefused, words_of


class Refused(Exception):
    """Why a command did nothing, in one line that says what to do."""


@dataclass
class Report:
    """What a command did, and what is wrong all the same, a line each. Holds no name and no answer of anybody."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def where(error: OSError) -> str:
    """What went wrong, and with which file or folder, as far as the system says."""
    return f"{error.filename}: {words_of(error)}" if error.filename else words_of(error)


def not_to_use(error: OSError, otherwise: object = "The disk") -> str:
    """What the disk would not give or take, and what to do."""
    return (
        f"{error.filename or otherwise} cannot be used: {words_of(error)}. See that it belongs to the bot's user, and "
        "run this as that user."
    )


def reported(work: Callable[[], Report]) -> int:
    """Do it and tell; the exit code."""
    try:
        report = work()
    except (Refused, SettingsFaults, ContentFaults, StorageRefused) as reason:
        print(without_tokens(str(reason)), file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(without_tokens(not_to_use(error)), file=sys.stderr)  # noqa: T201
        return 1
    for line in report.done:
        print(without_tokens(line))  # noqa: T201
    for line in report.wrong:
        print(without_tokens(line), file=sys.stderr)  # noqa: T201
    return 1 if report.wrong else 0
