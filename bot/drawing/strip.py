"""The days of the series as marks, a week a row."""

from __future__ import annotations

from bot.core.model.drawing import DayStrip, DrawnDay, Mark
from bot.core.model.series import WEEK, week_of
from bot.drawing.sheet import BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK, BADGE = 52, 28
STEP_DOWN = 124
TODAY = "today"


def strip(sheet: Sheet, drawing: DayStrip, renderer: Renderer) -> None:
    """What did my days look like?"""
    y = titled(sheet, renderer.label("drawings.strip.title", {"done": drawing.done})) + 10
    step = sheet.inner / WEEK
    for week in dict.fromkeys(week_of(day.number) for day in drawing.days):
        sheet.words(MARGIN, y + BODY, renderer.label("drawings.week", {"week": week}), size=BODY, style="soft")
        for day in drawing.days:
            if week_of(day.number) != week:
                continue
            left = MARGIN + step * ((day.number - 1) % WEEK)
            if day.today:
                sheet.box(left + 2, y + BODY + 12, step - 4, STEP_DOWN - BODY - 10, TODAY)
            place = left + (step - MARK) / 2
            sheet.mark(_shown(day), place, y + BODY + 18, MARK)
            if day.lesson and _shown(day) is not Mark.LESSON:
                sheet.mark(Mark.LESSON, place + MARK - 20, y + BODY + 12, BADGE, over=True)
            name = renderer.language.short_weekdays[day.date.weekday()]
            foot = y + BODY + MARK + 38
            sheet.words(left + step / 2, foot, name, size=SMALL, anchor="middle", within=step - 6)
        y += STEP_DOWN + 2
    there = {_shown(day) for day in drawing.days} | {Mark.LESSON for day in drawing.days if day.lesson}
    entries: dict[str, str] = {mark: renderer.label(f"drawings.marks.{mark}") for mark in Mark if mark in there}
    if any(day.today for day in drawing.days):
        entries[TODAY] = renderer.label("drawings.marks.today")
    sheet.height = Legend(entries).on(sheet, y + 12) + MARGIN


def _shown(day: DrawnDay) -> Mark:
    """A lesson that is to come is shown as one."""
    return Mark.LESSON if day.mark is Mark.AHEAD and day.lesson else day.mark
