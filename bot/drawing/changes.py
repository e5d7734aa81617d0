"""What was measured before and now, each on its own scale, from where it was to where it is."""

from __future__ import annotations

from collections import Counter

from bot.core.model.drawing import CardRow, Changes, Compared, Scale, Verdict
from bot.drawing.sheet import BLANK, BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK, SIGN = 30, 26
TRACK = 12
TOP = 10
ROUND = 5
"""A scale without an end of its own goes on to the next multiple of this."""
END = 40
"""The room for the number at each end of a scale."""
BEST = 180
"""The room for which end of a scale is the good one, beside the name."""
BETWEEN = 22
SECONDS = "s"
"""The unit that is short where it is told; every other is called as the content calls it."""


def changes(sheet: Sheet, drawing: Changes, renderer: Renderer) -> None:
    """What has changed?"""
    y = titled(sheet, _answer(drawing, renderer)) + 12
    for row in drawing.rows:
        y = _row(sheet, row, renderer, y)
    entries = {each: renderer.label(f"drawings.changes.{each}") for each in ("before", "after")}
    sheet.height = Legend(entries, size=24).on(sheet, y) + MARGIN


def _answer(drawing: Changes, renderer: Renderer) -> str:
    """How many came out how, of all there are."""
    counts = Counter(row.verdict for row in drawing.rows)
    if len(drawing.rows) == 1 and drawing.rows[0].verdict:
        return renderer.label(f"drawings.changes.one-{drawing.rows[0].verdict}")
    told = [each for each in Verdict if counts[each] and each]
    values = [{"count": counts[each], "all": len(drawing.rows) if each is told[0] else 0} for each in told]
    found = [renderer.label(f"drawings.changes.{each}", each_of) for each, each_of in zip(told, values, strict=True)]
    # A part of the answer is never broken between two lines.
    parts = [each.replace(" ", BLANK) for each in found]
    return renderer.language.listed(parts) if parts else renderer.label("drawings.changes.none")


def said_of(row: Compared | CardRow, renderer: Renderer) -> dict[str, object]:
    """What the words of a change are made from."""
    scale = row.scale.value if row.scale is not None else ""
    unit = renderer.label("drawings.seconds") if row.unit == SECONDS else row.unit
    told = {"before": row.before, "after": row.after, "verdict": row.verdict.value, "error": row.error}
    return {**told, "scale": scale, "unit": f" {unit}" if unit else ""}


def _row(sheet: Sheet, row: Compared, renderer: Renderer, y: float) -> float:
    good = renderer.label(f"drawings.scales.{row.scale}")
    sheet.words(sheet.width - MARGIN, y + BODY, good, size=SMALL, style="soft", anchor="end", within=BEST - 12)
    y = sheet.paragraph(MARGIN, y, renderer.label(row.words), sheet.inner - BEST, bold=True, most=2)
    said = renderer.label("drawings.changes.row", said_of(row, renderer))
    style, left = row.verdict.value or "ink", MARGIN
    if row.verdict:
        sheet.mark(row.verdict, MARGIN, y + 1, SIGN)
        left += SIGN + 10
    y = sheet.paragraph(left, y, said, sheet.width - MARGIN - left, size=SMALL, style=style, most=3) + 8
    end = TOP if row.scale is Scale.ACTIVITY else (max(row.before, row.after) // ROUND + 1) * ROUND
    begin, span = MARGIN + END + MARK / 2, sheet.inner - 2 * END - MARK

    def place(number: float) -> float:
        return begin + span * min(max(number / end, 0.0), 1.0)

    foot = y + MARK / 2 + SMALL * 0.36
    sheet.words(MARGIN, foot, "0", size=SMALL, style="soft")
    sheet.words(sheet.width - MARGIN, foot, str(end), size=SMALL, style="soft", anchor="end")
    top, (low, high) = y + (MARK - TRACK) / 2, sorted((place(row.before), place(row.after)))
    sheet.box(begin, top, span, TRACK, "track")
    if low < high:
        sheet.box(low, top, high - low, TRACK, f"way-{row.verdict or 'unknown'}")
    if row.before != row.after:
        sheet.mark("before", place(row.before) - MARK / 2, y, MARK)
    sheet.mark("after", place(row.after) - MARK / 2, y, MARK, over=True)
    return y + MARK + BETWEEN
