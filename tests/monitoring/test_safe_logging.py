"""What repeats in the log is written once, and counted."""

from __future__ import annotations

import io
import logging

import pytest

from bot.monitoring.safe_logging import LINES_REMEMBERED, REPEATED_SECONDS, CountingHandler


class Log:
    """A log whose lines come when they are told to."""

    def __init__(self) -> None:
        self.written = io.StringIO()
        self.handler = CountingHandler(self.written)

    def says(self, text: str, at: float, error: Exception | None = None) -> None:
        record = logging.LogRecord("bot", logging.WARNING, "x.py", 1, text, None, None)
        record.created = at
        record.exc_info = (type(error), error, None) if error is not None else None
        self.handler.handle(record)

    @property
    def lines(self) -> list[str]:
        return self.written.getvalue().splitlines()


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_line_that_repeats_is_written_once_and_then_counted(log: Log) -> None:
    for number in range(1_000):
        log.says("no 100% handle", 100 + number / 100)
    assert log.lines == ["no 100% handle"]
    log.says("something else", 100 + REPEATED_SECONDS)
    assert log.lines == ["no 100% handle", "no 100% handle (999 times more)", "something else"]


def test_what_goes_on_is_told_every_minute(log: Log) -> None:
    for second in range(180):
        log.says("still", second)
    assert log.lines == ["still", "still (59 times more)"] * 2 + ["still"]


def test_at_the_end_what_was_counted_is_told(log: Log) -> None:
    log.says("again", 1)
    log.says("again", 2)
    log.says("once", 3)
    log.handler.close()
    assert log.lines == ["again", "once", "again (1 times more)"]


def test_different_lines_are_all_written_and_not_remembered_for_ever(log: Log) -> None:
    for number in range(3 * LINES_REMEMBERED):
        log.says(f"update {number}", number / 1000)
    assert len(log.lines) == 3 * LINES_REMEMBERED
    assert len(log.handler._written) <= LINES_REMEMBERED + 1


def test_a_clock_that_is_set_back_silences_nothing(log: Log) -> None:
    log.says("again", 1_000)
    log.says("again", 10)
    assert log.lines == ["again", "again"]


def test_a_line_that_cannot_be_put_into_words_harms_nobody_who_logs_and_shows_nothing(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    record = logging.LogRecord("library", logging.WARNING, "x.py", 1, "%s of %s", ("Ada's knee",), None)
    log.handler.handle(record)
    log.handler.handle(record)
    log.handler.close()
    assert [line.partition(":")[0] for line in log.lines] == ["a line that cannot be put into words"] * 2
    assert log.lines[1].endswith("(1 times more)")
    assert "knee" not in log.written.getvalue() + "".join(capsys.readouterr())


def test_of_an_error_nothing_is_kept_once_its_line_is_written(log: Log) -> None:
    log.says("failed", 1, KeyError("x"))
    log.says("failed", 2, KeyError("x"))
    assert [first.exc_info for first, _ in log.handler._written.values()] == [None]
    log.handler.close()
    assert log.lines[-1] == "failed (1 times more)"
