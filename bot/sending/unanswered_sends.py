"""Whether so many planned messages went without an answer that the next ones must go out singly."""

from __future__ import annotations

IN_A_ROW = 8
"""As many as are in flight at once: one cut connection is no sign of anything larger."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 120.0


class UnansweredSends:
    """How many planned messages in a row left without anybody knowing whether they arrived.

    Telegram may answer everything else meanwhile, so that nothing but one of them can tell when it is over.
    """

    def __init__(self) -> None:
        self._in_a_row = 0

    def answered(self) -> None:
        """Telegram took one."""
        self._in_a_row = 0

    def unanswered(self) -> None:
        """Nobody knows of one whether it arrived."""
        self._in_a_row += 1

    @property
    def is_founded(self) -> bool:
        """Whether to let out one alone, after a pause, until one is taken."""
        return self._in_a_row >= IN_A_ROW

    @property
    def pause(self) -> float:
        """Seconds before the next one: twice as long after each, since each costs somebody a message."""
        return min(FIRST_PAUSE * 2.0 ** min(self._in_a_row - IN_A_ROW, 10), LONGEST_PAUSE)
