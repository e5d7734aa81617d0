"""What was measured before and now, each on its own scale with the band of its error."""

from __future__ import annotations

from bot.core.model.drawing import Changes, Compared, Verdict
from bot.drawing.sheet import BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK = 34
TRACK = 12
ROOM = 1.15
"""How much of a scale without an end of its own lies beyond its highest number."""


def changes(sheet: Sheet, drawing: Changes, renderer: Renderer) -> None:
    """What has changed?"""
    better = sum(row.verdict is Verdict.BETTER for row in drawing.rows)
    title = "some" if better else "none"
    y = titled(sheet, renderer.label(f"drawings.changes.{title}", {"better": better, "all": len(drawing.rows)})) + 14
    for row in drawing.rows:
        y = _row(sheet, row, renderer, y)
    entries = {"before": renderer.label("drawings.changes.before")}
    if any(row.error for row in drawing.rows):
        entries["band-sample"] = renderer.label("drawings.changes.band")
    for verdict in dict.fromkeys(row.verdict for row in drawing.rows):
        entries[mark_of(verdict)] = renderer.label(f"drawings.verdicts.{verdict or 'unknown'}")
    sheet.height = Legend(entries).on(sheet, y + 8) + MARGIN


def mark_of(verdict: Verdict) -> str:
    """The mark of what came of a change."""
    return verdict.value or "after"


def _row(sheet: Sheet, row: Compared, renderer: Renderer, y: float) -> float:
    sheet.words(MARGIN, y + BODY, renderer.label(row.words), bold=True, within=sheet.inner)
    y += BODY + 14
    end = row.top or max(row.before, row.after, row.before + (row.error or 0)) * ROOM or 1
    left, span = MARGIN + MARK / 2, sheet.inner - MARK

    def place(number: float) -> float:
        return left + span * min(max(number / end, 0.0), 1.0)

    sheet.box(left, y + (MARK - TRACK) / 2, span, TRACK, "track")
    if row.error:
        # A whole number lies in the band or out of it, never on its edge.
        begin, close = place(row.before - row.error + 0.5), place(row.before + row.error - 0.5)
        sheet.box(begin, y, close - begin, MARK, "band")
    sheet.mark("before", place(row.before) - MARK / 2, y, MARK)
    sheet.mark(mark_of(row.verdict), place(row.after) - MARK / 2, y, MARK, over=True)
    values = {"before": row.before, "after": row.after, "verdict": row.verdict.value}
    said = renderer.label("drawings.changes.row", values)
    style = row.verdict.value if row.verdict in (Verdict.BETTER, Verdict.WORSE) else "ink"
    sheet.words(MARGIN, y + MARK + SMALL + 6, said, size=SMALL, style=style, within=sheet.inner)
    return y + MARK + SMALL + 30
