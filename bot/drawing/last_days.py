"""The newest days of one person as a coach looks at them: how much each session hurt, and what became of the day."""

from __future__ import annotations

from bot.core.model.drawing import LastDay, LastDays, Mark
from bot.drawing.sheet import MARGIN, SMALL, Sheet, titled
from bot.drawing.strip import ORDER, TO_DO, TODAY, Sizes, calendar, calendar_weeks, key, shown
from bot.render.text import Renderer

SIZES = Sizes(54, 74)
LIGHTS = ("green", "amber", "red")
ALIKE = {Mark.SHORT: Mark.DONE, Mark.LESSON: Mark.REST}
"""A short session is one; beside a lesson nobody keeps count of a first try."""


def last_days(sheet: Sheet, drawing: LastDays, renderer: Renderer) -> None:
    """How do these days go?"""
    values = {"done": drawing.done, "due": drawing.due, "red": sum(day.light == "red" for day in drawing.days)}
    y = titled(sheet, renderer.label("drawings.last.title", values)) + 8
    weeks = calendar_weeks(drawing.days, today=drawing.today, off=drawing.today if drawing.off is not None else None)

    def marked(day: LastDay, x: float, y: float) -> str:
        """The mark of the day; of a session that was scored its pain, in the shape and colour of what it counts as."""
        if day.pain is None or not day.light:
            mark = ALIKE.get(day.mark, shown(day))
            sheet.mark(mark, x, y, SIZES.mark)
            return mark
        light = f"light-{day.light}"
        sheet.mark(light, x, y, SIZES.mark, over=True)
        foot, style = y + SIZES.mark / 2 + SMALL * 0.4, "ink" if day.light == "amber" else "light"
        sheet.words(x + SIZES.mark / 2, foot, str(day.pain), size=SMALL, bold=True, anchor="middle", style=style)
        return light

    y, there = calendar(sheet, drawing, weeks, y, renderer, SIZES, marked)
    scored = {f"light-{each}": renderer.label(f"drawings.lights.{each}") for each in LIGHTS}
    marks = {mark: renderer.label(f"drawings.marks.{mark}") for mark in ORDER}
    marks |= {each: renderer.label(f"drawings.last.{each}") for each in (Mark.DONE, Mark.REST, TO_DO)}
    if TO_DO in there:
        marks.pop(TODAY)
    if any(each in there for each in scored):
        y = sheet.paragraph(MARGIN, y - 4, renderer.label("drawings.last.scale"), sheet.inner, size=SMALL, most=2) + 6
    entries = {mark: words for mark, words in {**scored, **marks}.items() if mark in there}
    sheet.height = key(sheet, drawing, entries, y, renderer) + MARGIN
