"""What was measured before and now, each on its own scale with the band of its error."""

from __future__ import annotations

from bot.core.model.drawing import CardRow, Changes, Compared, Scale, Verdict
from bot.drawing.sheet import BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK = 34
TRACK = 12
TOP = 10
BEST = 180
"""The room for which end of a scale is the good one, above that end."""
ROOM = 1.15
"""How much of a scale without an end of its own lies beyond its highest number."""


def changes(sheet: Sheet, drawing: Changes, renderer: Renderer) -> None:
    """What has changed?"""
    better = sum(row.verdict is Verdict.BETTER for row in drawing.rows)
    title = "some" if better else "none"
    y = titled(sheet, renderer.label(f"drawings.changes.{title}", {"better": better, "all": len(drawing.rows)})) + 14
    for row in drawing.rows:
        y = _row(sheet, row, renderer, y)
    compared = [row for row in drawing.rows if not _two_ways(row)]
    entries = {"before": renderer.label("drawings.changes.before")} if compared else {}
    if any(row.error and _compares(row) for row in compared):
        entries["band-sample"] = renderer.label("drawings.changes.band")
    for verdict in dict.fromkeys(row.verdict for row in compared):
        entries[mark_of(verdict)] = renderer.label(f"drawings.verdicts.{verdict or 'unknown'}")
    sheet.height = Legend(entries).on(sheet, y + 8) + MARGIN


def said_of(row: Compared | CardRow) -> dict[str, object]:
    """What the words of a change are made from."""
    return {"before": row.before, "after": row.after, "verdict": row.verdict.value, "error": row.error}


def mark_of(verdict: Verdict) -> str:
    """The mark of what came of a change."""
    return verdict.value or "after"


def _compares(row: Compared) -> bool:
    """Whether a band can be drawn: it says nothing of numbers that were made in two ways."""
    return bool(row.error) and row.verdict is not Verdict.UNKNOWN


def _two_ways(row: Compared) -> bool:
    """Whether the numbers were made in two ways: on one line they would look like a fall or a rise."""
    return bool(row.error) and not _compares(row)


def _row(sheet: Sheet, row: Compared, renderer: Renderer, y: float) -> float:
    if _two_ways(row):
        y = sheet.paragraph(MARGIN, y, renderer.label(row.words), sheet.inner, bold=True, most=2) + 2
        said = renderer.label("drawings.changes.ways", said_of(row))
        return sheet.paragraph(MARGIN, y, said, sheet.inner, size=SMALL, most=2) + 20
    good = renderer.label(f"drawings.scales.{row.scale}")
    sheet.words(sheet.width - MARGIN, y + BODY, good, size=SMALL, style="soft", anchor="end", within=BEST - 12)
    y = sheet.paragraph(MARGIN, y, renderer.label(row.words), sheet.inner - BEST, bold=True, most=2) + 7
    most = max(row.before, row.after, row.before + (row.error or 0))
    end = TOP if row.scale is Scale.ACTIVITY else most * ROOM or 1
    left, span = MARGIN + MARK / 2, sheet.inner - MARK

    def place(number: float) -> float:
        return left + span * min(max(number / end, 0.0), 1.0)

    sheet.box(left, y + (MARK - TRACK) / 2, span, TRACK, "track")
    if row.error and _compares(row):
        # A whole number lies in the band or out of it, never on its edge.
        begin, close = place(row.before - row.error + 0.5), place(row.before + row.error - 0.5)
        sheet.box(begin, y, close - begin, MARK, "band")
    sheet.mark("before", place(row.before) - MARK / 2, y, MARK)
    sheet.mark(mark_of(row.verdict), place(row.after) - MARK / 2, y, MARK, over=True)
    said = renderer.label("drawings.changes.row", said_of(row))
    style = row.verdict.value if row.verdict in (Verdict.BETTER, Verdict.WORSE) else "ink"
    return sheet.paragraph(MARGIN, y + MARK + 2, said, sheet.inner, size=SMALL, style=style, most=2) + 20
