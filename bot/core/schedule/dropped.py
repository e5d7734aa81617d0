"""Why a planned message is not sent any more: it is too late for it, or it is not wanted."""

from __future__ import annotations

from datetime import timedelta

from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.schedule.calendar import ONE_DAY
from bot.core.schedule.look import Look
from bot.core.schedule.planned import Planned

BETWEEN_REMINDERS = timedelta(hours=4)


def dropped(look: Look, planned: Planned) -> Delivery | None:
    """The record of a message whose instant has come and which must not go out; None while it is good."""
    if planned.until is not None and planned.until <= look.now:
        return Delivery(planned.key, planned.kind, Outcome.EXPIRED, look.now, "late")
    if reason := unwanted(look, planned):
        return Delivery(planned.key, planned.kind, Outcome.CANCELLED, look.now, reason)
    return None


def unwanted(look: Look, planned: Planned) -> str:
    """Why a message is not wanted any more, or nothing."""
    if planned.kind is Kind.CHECK_IN and look.has_gone_silent:
        return "unanswered"
    if planned.kind is not Kind.REMINDER:
        return ""
    session = look.subscriber.session(planned.date)
    if session and session.finished_at:
        return "done"
    if session and session.declined_at:
        return "declined"
    if planned.slot > 1:
        return ""  # it was asked for
    if look.went_out_on(planned.date):
        return "one-a-day"
    if look.has_gone_silent:
        return "unanswered"
    if _leaves_out_a_day(look, planned):
        return "every-second-day"
    if any(abs(planned.at - record.at) < BETWEEN_REMINDERS for record in look.reminders):
        return "too-close"
    return ""


def _leaves_out_a_day(look: Look, planned: Planned) -> bool:
    """Whether a reminder comes too soon after one that nobody answered: fewer for whoever does not answer."""
    if len(look.unanswered) < look.series.care.back_off.every_second_day_from:
        return False
    last = look.timing.local(look.unanswered[-1].at).date()
    return planned.date - last < 2 * ONE_DAY
