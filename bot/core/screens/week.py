"""/plan: the week at a glance, what is done of it, and where the plan starts from."""

from __future__ import annotations

from datetime import timedelta

from bot.core.assessment import safety, selftest
from bot.core.model.callback_data import ShowDay
from bot.core.model.context import Context
from bot.core.model.message import Button, OutgoingMessage, Reaction
from bot.core.model.series import WEEK, week_of
from bot.core.model.subscriber import State
from bot.core.schedule.calendar import DayType, days, goes_on
from bot.core.schedule.due import comes_next
from bot.core.schedule.plan import plan
from bot.core.screens import drawn, exercises, onboarding, profile, questionnaire, session


def show(context: Context) -> Reaction:
    """The days of this week with their kind; of those that are not over, their moves."""
    series, subscriber, now = context.series, context.planned, context.now
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(onboarding.flag_screen(subscriber, flag))
    today = session.today(subscriber, now)
    known = days(series, subscriber, today + timedelta(days=WEEK))
    week = max((day.week for day in known if day.date <= today), default=1)
    rows = []
    shown = [day for day in known if day.week == week]
    for day in shown:
        found = subscriber.session(day.date)
        tested = day.type is DayType.RETEST and subscriber.finished(questionnaire.RETEST) is not None
        done = tested or (found is not None and found.finished_at is not None)
        the_plan = plan(series, subscriber, day)
        is_ahead = day.date >= today and not done
        rows.append(
            {
                "weekday": day.date.weekday(),
                "today": day.date == today,
                "type": day.type.value,
                "done": done,
                "moves": [item.named for item in the_plan.items] if is_ahead else [],
                "minutes": the_plan.minutes,
            }
        )
    weeks = series.onward.weeks if series.onward and goes_on(subscriber, now) else week_of(series.days)
    values = {
        "week": week,
        "weeks": max(week, weeks),
        "days": rows,
        "focus": [questionnaire.focus_values(each) for each in selftest.told_areas(series, subscriber)],
        "if_then": profile.if_then(series, subscriber),
        "next": comes_next(series, subscriber, now),
    }
    ahead = [day for day in known if day.date >= today]
    own = exercises.own_moves(series, subscriber, exercises.soon(ahead)) if ahead else []
    choice = session.choice(series, subscriber, now)
    over = subscriber.state is State.FINISHED or session.has_to_choose(series, subscriber, now)
    to_today = () if over else (Button("labels.today", ShowDay(today)),)
    buttons = (*exercises.own_buttons(own), *choice, (*to_today, exercises.ALL))
    return context.reply(
        OutgoingMessage("enrollment/week", values, drawing=drawn.week_grid(series, subscriber, shown, today)),
        OutgoingMessage(
            "enrollment/week-next",
            {**values, "own": own, "over": over, "left": any(row["moves"] for row in rows)},
            buttons,
        ),
    )
