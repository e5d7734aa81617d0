"""From consent to the plan: one screen at a time, each computed from what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.assessment import safety, selftest
from bot.core.model import coaching
from bot.core.model.callback_data import (
    Ask,
    CheckAgain,
    MayStart,
    Next,
    Outdated,
    ReadConsent,
    Tell,
)
from bot.core.model.context import Context
from bot.core.model.message import Button, OutgoingMessage, Reaction, Row
from bot.core.model.series import MOMENT, PLACE, Series
from bot.core.model.subscriber import Attempt, State, Subscriber
from bot.core.schedule.calendar import days, timings
from bot.core.schedule.due import upcoming
from bot.core.schedule.plan import plan
from bot.core.screens import profile, questionnaire

# --- One screen after another -----------------------------------------------------------------------------------


def show_next(context: Context) -> Reaction:
    """Whatever comes next; for somebody who has a plan, the plan."""
    if context.known.enrollment.day_one is None:
        return go_on(context)
    return context.reply(*plan_messages(context.series, context.known, context.now))


def go_on(context: Context) -> Reaction:
    """The next screen for somebody in onboarding: the first thing that is still open."""
    series, subscriber = context.series, context.known
    check = safety.newest(subscriber)
    if check is None or check.finished_at is None or _older(subscriber, check):
        return _check(context, check)
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    if (step := profile.open_step(series, subscriber)) is not None:
        return context.reply(profile.question_screen(series, subscriber, step))
    if coaching.is_told(series, subscriber) and subscriber.said(coaching.COACH) is None:
        return context.reply(profile.question_screen(series, subscriber, coaching.COACH))
    if questionnaire.first_finished(subscriber, series.first_test) is None:
        open_one = subscriber.open_attempt()
        if open_one and open_one[1].test == series.first_test:
            screen = questionnaire.question_screen(series, subscriber, open_one[0])
            if screen is not None:
                return context.reply(screen)
        if not profile.test_waits(subscriber):
            return context.reply(_first_test_screen(series, subscriber))
    return _show_plan(context)


def _first_test_screen(series: Series, subscriber: Subscriber) -> OutgoingMessage:
    """What the first self-test needs: now, or tomorrow with the first session."""
    screen = questionnaire.intro_screen(series, subscriber, series.first_test)
    later = (Button("labels.test-later", Tell(profile.FIRST_TEST, (profile.LATER,))),)
    before = coaching.COACH if coaching.is_told(series, subscriber) else profile.screens(series, subscriber)[-1]
    back = (Button("labels.back", Ask(before)),)
    return replace(screen, buttons=(*screen.buttons, later, back))


def _older(subscriber: Subscriber, check: Attempt) -> bool:
    """Whether a check belongs to an enrollment that is over."""
    return check.started_at < subscriber.enrollment.states[0].at


def _check(context: Context, check: Attempt | None) -> Reaction:
    """Where the safety check stands: a grave sign is answered at once, else the next question is asked."""
    series, subscriber = context.series, context.known
    grave = (
        safety.gravest(safety.found_in(series, subscriber, check)) if check and not _older(subscriber, check) else None
    )
    if grave is not None and grave.tier != "ask":
        return context.reply(flag_screen(subscriber, grave))
    subscriber, number = questionnaire.start(series, subscriber, safety.TEST, context.now)
    screen = questionnaire.question_screen(series, subscriber, number, back=before_check(subscriber))
    if screen is None:
        raise Outdated(safety.TEST)
    return context.keeping(subscriber).reply(screen)


def check_again(context: Context) -> Reaction:
    """The safety check from its first screen. What the last one found holds until this one is through."""
    subscriber = context.known
    open_one = subscriber.open_attempt()
    if open_one and open_one[1].test == safety.TEST and not open_one[1].answers:
        number = open_one[0]
    else:
        number = len(subscriber.attempts)
        subscriber = subscriber.with_attempt(number, Attempt(safety.TEST, context.now, edition=context.series.edition))
    back = before_check(subscriber)
    screen = questionnaire.question_screen(context.series, subscriber, number, back=back)
    if screen is None:
        raise Outdated(safety.TEST)
    return context.keeping(subscriber).reply(screen)


def _show_plan(context: Context) -> Reaction:
    """The plan, which makes today day 1 when it is shown for the first time."""
    subscriber, now = context.known, context.now
    enrollment = subscriber.enrollment
    if enrollment.day_one is None:
        today = timings(subscriber)[-1].local(now).date()
        enrollment = replace(enrollment, day_one=today, plan_shown_at=now).changed(State.RUNNING, now)
        subscriber = subscriber.with_enrollment(enrollment)
    return context.keeping(subscriber).reply(*plan_messages(context.series, subscriber, now))


def plan_messages(series: Series, subscriber: Subscriber, now: datetime) -> tuple[OutgoingMessage, ...]:
    """What the answers led to: lane, focus areas with their reasons, the days, the next message. It stays.

    What can be done about it stands in a message of its own, so that a tap takes nothing of the plan away. Whoever
    wants it gentler or harder is told what becomes of it, and not all of it `again`.
    """
    timing = timings(subscriber)[-1]
    enrollment, shown = subscriber.enrollment, subscriber.enrollment.plan_shown_at
    focus = selftest.told_areas(series, subscriber)
    coming = upcoming(series, subscriber, now)
    ahead = [each.date for each in coming if each.kind == "reminder"][:1]
    first: list[dict[str, str]] = []
    if ahead and enrollment.day_one:
        day = next(day for day in days(series, subscriber, ahead[0]) if day.date == ahead[0])
        first = [item.named for item in plan(series, subscriber, day).items]
    lane = selftest.lane(series, subscriber)
    proposed = selftest.proposed_lane(series, subscriber)
    lesson = series.lesson_of(1)
    others = [each.id for each in series.lanes if each.id != lane]
    gentler_or_harder = tuple(Button(f"labels.lane-{id}", Tell("lane", (id,))) for id in others)
    again = any(each.question == "lane" and each.at > (shown or now) for each in subscriber.answers)
    values = {
        "lane": lane,
        "again": again,
        "proposed": proposed,
        "focus": [questionnaire.focus_values(each) for each in focus],
        "tested": questionnaire.first_finished(subscriber, series.first_test) is not None,
        "days": sorted(timing.days),
        "time": timing.at.strftime("%H:%M"),
        "next": timing.local(coming[0].at) if coming else None,
        "next_kind": coming[0].kind.value if coming else "",
        "first": first,
        "limits": sorted(safety.limits(series, subscriber)),
    }
    what_next = OutgoingMessage(
        "onboarding/next", {"lesson": bool(lesson), "again": again}, (gentler_or_harder,), again=Next()
    )
    return OutgoingMessage("onboarding/plan", values), what_next


def tell(context: Context, action: Tell) -> Reaction:
    """Keep one answer about the person, and go on: in onboarding to the next screen, later to the settings.

    Raises Outdated for a question or an answer that is not known, OutOfRange for a number outside 0 to 10.
    """
    series, now, question = context.series, context.now, action.question
    told, clash = profile.told(series, context.known, question, action.values, now)
    context = context.keeping(told)
    if clash is not None:
        return context.reply(clash)
    if question in (MOMENT, PLACE) and (other := profile.other_time(series, told)) is not None:
        return context.reply(other)
    if told.state is State.ONBOARDING:
        return go_on(context)
    if question == MOMENT and told.said(PLACE) is None:
        return context.reply(profile.question_screen(series, told, PLACE))
    if question == "lane" and told.enrollment.plan_shown_at == told.saved_at:
        return context.reply(*plan_messages(series, told, now))
    if (in_words := profile.told_screen(series, told, question, now)) is not None:
        return context.reply(in_words)
    in_words = profile.left_out(series, told, question)
    return context.reply(in_words or profile.settings_screen(series, told, now, changed=question))


# --- Around the safety check -------------------------------------------------------------------------------------


def before_check(subscriber: Subscriber) -> Button | None:
    """Where the first screen of the safety check leads back to, for somebody who has just agreed."""
    return Button("labels.back", ReadConsent()) if subscriber.state is State.ONBOARDING else None


def flag_screen(subscriber: Subscriber, flag: safety.Flag) -> OutgoingMessage:
    """What to do now for whoever must not start, or must ask first; with a way to come back."""
    values = {"screen": flag.screen, "tier": flag.tier, "zone": subscriber.zone}
    buttons: list[Row] = []
    if flag.tier == "ask":
        buttons.append((Button("labels.may-start", MayStart()),))
    if flag.screen == safety.HIGH_PAIN:
        buttons.append((Button("labels.change-answer", Ask("pain")),))
    else:
        buttons.append((Button("labels.check-again", CheckAgain()),))
    if flag.screen == safety.ENDING_LIFE:
        return OutgoingMessage("safety/ending-life", {"asked": False, "zone": values["zone"]}, tuple(buttons))
    return OutgoingMessage(f"safety/{flag.tier}", values, tuple(buttons))


def held(series: Series, subscriber: Subscriber) -> OutgoingMessage | None:
    """What comes before any exercise: what the check found, or the question their words led to, until it is settled."""
    if (flag := safety.flagged(series, subscriber)) is not None:
        return flag_screen(subscriber, flag)
    if (asked := safety.unanswered(subscriber)) is None:
        return None
    question = questionnaire.question_screen(series, subscriber, subscriber.attempts.index(asked))
    return question and replace(question, values={**question.values, "waits": True})
