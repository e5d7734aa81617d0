"""What a log may say of an error: its kind and place, never its text, which can quote a person's words or the token."""

from __future__ import annotations

import asyncio
import copy
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType
from typing import Any

from bot.settings import REMOVED, without_tokens

log = logging.getLogger(__name__)

REPEATED_SECONDS = 60.0
LINES_REMEMBERED = 200


def error_name(error: BaseException) -> str:
    """The kind of an error and where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


def error_trace(error: BaseException) -> str:
    """The kinds of an error and of all that led to it, each with the places it went through."""
    return "\n".join(_traced(error))


def _traced(error: BaseException) -> Iterator[str]:
    told: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in told:
        told.add(id(cause))
        yield f"{'because of ' if len(told) > 1 else ''}{type(cause).__name__}"
        for frame in traceback.extract_tb(cause.__traceback__):
            yield f"  {PurePath(frame.filename).name}:{frame.lineno} in {frame.name}"
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


class RedactingFormatter(logging.Formatter):
    """The last net under every line of the log, those of libraries too: no token, and no text of an exception."""

    def __init__(self, layout: str, token: str) -> None:
        super().__init__(layout)
        self._secrets = [part for part in (token, token.partition(":")[2]) if part]

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_text = None  # another handler may have left the whole text there
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, REMOVED)
        return without_tokens(line)

    def formatException(
        self, info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return error_trace(info[1]) if info[1] is not None else ""


class CountingHandler(logging.StreamHandler[Any]):
    """Writes a line once a minute at most, and then how often it came besides: what repeats must not fill a disk."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._written: dict[tuple[str, int, str, str], tuple[logging.LogRecord, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, or count it."""
        try:
            error = record.exc_info[1] if record.exc_info else None
            words, trace = record.getMessage(), error_trace(error) if error is not None else ""
        except Exception as fault:  # arguments that do not fit: that must not reach whoever logs
            record, words, trace = copy.copy(record), f"a line that cannot be put into words: {error_name(fault)}", ""
            record.exc_info = record.exc_text = None
            record.msg, record.args = words, ()
        line = (record.name, record.levelno, words, trace)
        for other, (first, more) in list(self._written.items()):
            if not 0 <= record.created - first.created < REPEATED_SECONDS or len(self._written) > LINES_REMEMBERED:
                del self._written[other]
                self._tell(first, more)
        if line in self._written:
            first, more = self._written[line]
            self._written[line] = (first, more + 1)
        else:
            super().emit(record)
            kept = copy.copy(record)  # without what an error and its frames hold
            kept.exc_info = kept.exc_text = None
            kept.msg, kept.args = words, ()
            self._written[line] = (kept, 0)

    def close(self) -> None:
        """Tell what was only counted."""
        written, self._written = self._written, {}
        for first, more in written.values():
            self._tell(first, more)
        super().close()

    def _tell(self, first: logging.LogRecord, more: int) -> None:
        if more:
            first.msg = f"{first.msg} ({more} times more)"
            super().emit(first)


def log_quietly() -> None:
    """Bring what nobody caught into the log, where Python by itself would print its text."""
    sys.excepthook = lambda kind, error, _: log.critical("ended by %s", error_trace(error))
    threading.excepthook = lambda thrown: log.error("a thread failed: %s", _kind(thrown.exc_value))
    sys.unraisablehook = lambda thrown: log.error("while tidying up: %s", _kind(thrown.exc_value))
    logging.captureWarnings(True)


def log_background_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What the event loop calls for an error nobody waited for; its own message shows arguments and results."""
    error = context.get("exception")
    log.error("in the background: %s", context["message"] if error is None else error_trace(error))


def _kind(error: BaseException | None) -> str:
    return "an error without a name" if error is None else error_trace(error)
