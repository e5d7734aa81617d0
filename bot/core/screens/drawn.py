"""What the pictures of a person's own weeks show, out of what is stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.core.model.drawing import DayStrip, DrawnDay, Mark
from bot.core.model.series import Series, week_of
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import Day, DayType, days
from bot.core.screens import questionnaire, session

WEEKS_DRAWN = 4
"""Of whoever goes on after the series: what a phone shows at once."""


def day_strip(series: Series, subscriber: Subscriber, now: datetime) -> DayStrip | None:
    """The days of the series, or the newest weeks of whoever goes on after it; None before day 1."""
    if subscriber.enrollment.day_one is None:
        return None
    today = session.today(subscriber, now)
    known = days(series, subscriber, today + timedelta(days=series.days))
    whole = week_of(series.days)
    # Beyond the series there is nothing to show of whoever does not go on.
    last = max((day.week for day in known if day.date <= today and day.type is not DayType.FREE), default=1)
    first = 1 if last <= whole else last - WEEKS_DRAWN + 1
    shown = [day for day in known if first <= day.week <= max(whole, last)]
    return DayStrip(tuple(_drawn(subscriber, day, today) for day in shown)) if shown else None


def _drawn(subscriber: Subscriber, day: Day, today: date) -> DrawnDay:
    lesson = day.type is DayType.LEARN
    return DrawnDay(day.number, day.date, _mark(subscriber, day, today), lesson, day.date == today)


def _mark(subscriber: Subscriber, day: Day, today: date) -> Mark:
    found = subscriber.session(day.date)
    if found is not None and found.finished_at is not None:
        return Mark.SHORT if found.short else Mark.DONE
    if day.type is DayType.RETEST and subscriber.finished(questionnaire.RETEST) is not None:
        return Mark.DONE
    if day.date >= today:
        return Mark.AHEAD
    if day.type is DayType.LEARN:
        return Mark.LESSON
    wanted = day.chosen and day.type in (DayType.STRENGTH, DayType.MOBILITY)
    return Mark.OPEN if wanted else Mark.REST
