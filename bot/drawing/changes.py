"""What was measured before and now, each on its own scale with the band of its error."""

from __future__ import annotations

from collections import Counter

from bot.core.model.drawing import CardRow, Changes, Compared, Scale, Verdict
from bot.drawing.sheet import BLANK, BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK = 34
TRACK = 12
TOP = 10
ROUND = 5
"""A scale without an end of its own goes on to the next multiple of this."""
END = 40
"""The room for the number at each end of a scale."""
BEST = 180
"""The room for which end of a scale is the good one, above that end."""


def changes(sheet: Sheet, drawing: Changes, renderer: Renderer) -> None:
    """What has changed?"""
    counts = Counter(row.verdict for row in drawing.rows)
    told = (
        renderer.label(f"drawings.changes.{each}", {"count": counts[each]}) for each in Verdict if counts[each] and each
    )
    found = [each.replace(" ", BLANK) for each in told]
    title = renderer.language.listed(found) if found else renderer.label("drawings.changes.none")
    y = titled(sheet, title) + 14
    for row in drawing.rows:
        y = _row(sheet, row, renderer, y)
    entries = {"before": renderer.label("drawings.changes.before")}
    for verdict in dict.fromkeys(row.verdict for row in drawing.rows):
        entries[mark_of(verdict)] = renderer.label(f"drawings.verdicts.{verdict or 'unknown'}")
    if any(row.error for row in drawing.rows):
        entries["band-sample"] = renderer.label("drawings.changes.band")
    sheet.height = Legend(entries).on(sheet, y + 8) + MARGIN


def said_of(row: Compared | CardRow) -> dict[str, object]:
    """What the words of a change are made from."""
    scale = row.scale.value if row.scale is not None else ""
    return {"before": row.before, "after": row.after, "verdict": row.verdict.value, "error": row.error, "scale": scale}


def mark_of(verdict: Verdict) -> str:
    """The mark of what came of a change."""
    return verdict.value or "after"


def _row(sheet: Sheet, row: Compared, renderer: Renderer, y: float) -> float:
    good = renderer.label(f"drawings.scales.{row.scale}")
    sheet.words(sheet.width - MARGIN, y + BODY, good, size=SMALL, style="soft", anchor="end", within=BEST - 12)
    y = sheet.paragraph(MARGIN, y, renderer.label(row.words), sheet.inner - BEST, bold=True, most=2) + 7
    end = TOP if row.scale is Scale.ACTIVITY else (max(row.before, row.after) // ROUND + 1) * ROUND
    left, span = MARGIN + END + MARK / 2, sheet.inner - 2 * END - MARK

    def place(number: float) -> float:
        return left + span * min(max(number / end, 0.0), 1.0)

    foot = y + MARK / 2 + SMALL * 0.36
    sheet.words(MARGIN, foot, "0", size=SMALL, style="soft")
    sheet.words(sheet.width - MARGIN, foot, str(end), size=SMALL, style="soft", anchor="end")
    sheet.box(left, y + (MARK - TRACK) / 2, span, TRACK, "track")
    if row.error:
        # A whole number lies in the band or out of it, never on its edge.
        begin, close = place(row.before - row.error + 0.5), place(row.before + row.error - 0.5)
        sheet.box(begin, y, close - begin, MARK, "band")
    sheet.mark("before", place(row.before) - MARK / 2, y, MARK)
    sheet.mark(mark_of(row.verdict), place(row.after) - MARK / 2, y, MARK, over=True)
    said = renderer.label("drawings.changes.row", said_of(row))
    style = row.verdict.value if row.verdict in (Verdict.BETTER, Verdict.WORSE) else "ink"
    return sheet.paragraph(MARGIN, y + MARK + 2, said, sheet.inner, size=SMALL, style=style, most=2) + 20
