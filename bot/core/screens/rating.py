"""How a session goes: the knee before it, pain during one exercise, effort and pain after it, the next morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.assessment import pain, safety
from bot.core.assessment.pain import Light
from bot.core.model.callback_data import (
    AskAt,
    CheckAgain,
    Follows,
    HowIsIt,
    HowIsItFromPlan,
    Hurts,
    ItHurts,
    Morning,
    Outdated,
    RateEffort,
    RatePain,
    ShowDay,
    ShowExercise,
    SkipRating,
)
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row, plain, rows
from bot.core.model.series import MAIN, Series
from bot.core.model.subscriber import Hurt, Session, Subscriber
from bot.core.schedule.calendar import DayType
from bot.core.schedule.plan import plan
from bot.core.screens import exercise, questionnaire, session
from bot.core.screens.lesson import carried
from bot.core.screens.onboarding import flag_screen, held
from bot.core.screens.scores import effort_screen, pain_screen

HARDEST = 10
STILL_OPEN = timedelta(days=1)
"""How long after a session its scores may be taken back in words."""


def how_is_it(context: Context, action: HowIsIt | HowIsItFromPlan) -> Reaction:
    """How is the knee before a session? Asked once, and not of whoever has just told it of the day before.

    A much worse one is met with a safety question first, and so is whoever comes back after a week or more.

    Raises Outdated when the day has passed, and for an answer that is not known.
    """
    series, subscriber, now, on = context.series, context.known, context.now, action.date
    if (before := held(series, subscriber)) is not None:
        return context.reply(before)
    day = session.day_of(series, subscriber, on)
    if day is None or not session.is_open(series, subscriber, on, now) or action.value not in ("", *pain.KNEES):
        raise Outdated("day")
    if _is_back(series, subscriber, now):
        begun = subscriber.session(on) or Session(on, now, action.short)
        subscriber, number = questionnaire.start(series, subscriber.with_session(begun), safety.AWAY, now)
        if (question := questionnaire.question_screen(series, subscriber, number)) is not None:
            return context.keeping(subscriber).reply(question)
    found, yesterday = subscriber.session(on), subscriber.session(on - timedelta(days=1))
    told_already = (found and (found.knee or found.done)) or (yesterday and yesterday.morning)
    asks = day.type in (DayType.STRENGTH, DayType.MOBILITY) and not told_already
    if not action.value and asks:
        answers = [(Button(f"labels.knee-{each}", replace(action, value=each)),) for each in pain.KNEES]
        return context.reply(OutgoingMessage("session/knee", {}, tuple(answers), again=action))
    if action.value:
        told = replace(found or Session(on, now, action.short), knee=action.value, declined_at=None)
        context = context.keeping(subscriber.with_session(told))
    knee, waiting = action.value or (found.knee if found else ""), context.known.open_attempt()
    if knee == pain.MUCH_WORSE and (action.value or (waiting and waiting[1].test == safety.WORSE)):
        subscriber, number = questionnaire.start(series, context.known, safety.WORSE, now)
        question = questionnaire.question_screen(series, subscriber, number)
        if question is not None:
            return context.keeping(subscriber).reply(question)
    told_why = isinstance(action, HowIsItFromPlan) and knee in ("", pain.USUAL)
    return exercise.begin(context, on, action.short, told=told_why)


def go_on(context: Context) -> Reaction:
    """The session of today that waited for the answer to something else; the day where none does."""
    series, subscriber = context.series, context.known
    on = session.today(subscriber, context.now)
    if not session.is_open(series, subscriber, on, context.now):
        return session.show_today(context)
    return how_is_it(context, HowIsIt(on, "", session.is_short(subscriber, on)))


def _is_back(series: Series, subscriber: Subscriber, now: datetime) -> bool:
    """Whether neither a session was done nor the signs gone through for a week or more."""
    done = (each.finished_at for each in subscriber.sessions)
    last = max((at for at in (*done, safety.last_asked(subscriber)) if at is not None), default=now)
    return now - last >= timedelta(days=series.care.follow.away_days)


def rate_effort(context: Context, action: RateEffort) -> Reaction:
    """Keep how hard a session was, and ask for pain.

    Raises Outdated for a session that is not there or a score that is none.
    """
    subscriber = context.known
    if action.value < 0:
        return context.reply(effort_screen(action.date))
    rated = replace(_finished(subscriber, action.date), effort=_rating(action.value))
    return context.keeping(subscriber.with_session(rated)).reply(pain_screen(action.date))


def rate_pain(context: Context, action: RatePain) -> Reaction:
    """Keep the pain of a session and say what follows; a red score is met with the safety signs at once.

    Raises Outdated for a session that is not there or a score that is none.
    """
    subscriber = context.known
    if action.value < 0:
        return context.reply(pain_screen(action.date))
    rated = replace(_finished(subscriber, action.date), pain=_rating(action.value))
    subscriber = subscriber.with_session(rated)
    context = context.keeping(subscriber)
    if pain.light(context.series.care.pain, action.value, pain.usual(subscriber)) is Light.RED:
        return red(context)
    return context.reply(session.done_screen(context.series, subscriber, action.date, context.now))


def corrected(context: Context, values: Sequence[float]) -> Reaction:
    """Another score for the newest session, where just one that was given is taken back; else how to change one.

    Of two numbers the one that was given is the wrong one, whichever of effort and pain it was.
    """
    subscriber = context.known
    rated = [each for each in subscriber.sessions if each.finished_at and context.now - each.finished_at < STILL_OPEN]
    newest = max(rated, key=lambda each: each.date, default=None)
    if newest is None:
        return context.reply(plain("session/corrected", {"changed": "", "value": 0, "rated": False}))
    given = {"effort": newest.effort, "pain": newest.pain}
    fits = [(name, value) for name, value in given.items() if value is not None and value in values]
    rest = [value for value in values if not fits or value != fits[0][1]]
    if len(fits) == 1 and len(rest) == 1 and len(values) > 1:
        name, value = fits[0][0], int(rest[0])
        said = plain("session/corrected", {"changed": name, "value": value, "rated": True})
        if name == "pain":
            after = rate_pain(context, RatePain(newest.date, value))
            return replace(after, messages=(said, *after.messages))
        return context.keeping(subscriber.with_session(replace(newest, effort=value))).reply(said)
    buttons = [
        Button("labels.rate-effort-again", RateEffort(newest.date, -1)),
        Button("labels.rate-pain-again", RatePain(newest.date, -1)),
    ]
    return context.reply(plain("session/corrected", {"changed": "", "value": 0, "rated": True}, *buttons))


def skip(context: Context, action: SkipRating) -> Reaction:
    """Leave the scores out."""
    _finished(context.known, action.date)
    return context.reply(session.done_screen(context.series, context.known, action.date, context.now))


def _finished(subscriber: Subscriber, on: date) -> Session:
    found = subscriber.session(on)
    if found is None or found.finished_at is None:
        raise Outdated("rating")
    return found


def _rating(value: int) -> int:
    if value > HARDEST:
        raise Outdated("score")
    return value


def it_hurts(context: Context, action: ItHurts) -> Reaction:
    """Stop this move. How much does it hurt, or is it sharp?

    Raises Outdated for an exercise there is not.
    """
    series, subscriber = context.series, context.known
    if action.exercise not in series.exercise_by_id:
        raise Outdated("exercise")
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    numbers = [
        Button("labels.number", Hurts(action.date, action.exercise, n), {"number": n}) for n in questionnaire.SCALE
    ]
    sharp = (Button("labels.sharp", Hurts(action.date, action.exercise, HARDEST, sharp=True)),)
    short = session.is_short(subscriber, action.date)
    back = (Button("labels.back", ShowExercise(action.date, action.exercise, short)),)
    day = session.day_of(series, subscriber, action.date)
    item = plan(series, subscriber, day).item(action.exercise) if day else None
    values = item.named if item else {"exercise": action.exercise, "form": MAIN}
    figure, buttons = exercise.pictures(item) if item else (), (*rows(numbers, 6), sharp, back)
    return context.reply(OutgoingMessage("session/it-hurts", values, buttons, pictures=figure, again=action))


def hurts(context: Context, action: Hurts) -> Reaction:
    """Keep a score given during an exercise, and say what to do with the rest of today.

    Raises Outdated when the day has passed, and for an exercise there is not.
    """
    series, subscriber, now = context.series, context.known, context.now
    if not session.is_open(series, subscriber, action.date, now) or not 0 <= action.value <= HARDEST:
        raise Outdated("day")
    if action.exercise not in series.exercise_by_id:
        raise Outdated("exercise")
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    found = subscriber.session(action.date) or Session(action.date, now)
    others = tuple(hurt for hurt in found.hurts if hurt.exercise != action.exercise)
    day = session.day_of(series, subscriber, action.date)
    item = plan(series, subscriber, day).item(action.exercise) if day else None
    hurt = Hurt(action.exercise, action.value, now, action.sharp, item.form if item else "")
    subscriber = subscriber.with_session(replace(found, hurts=(*others, hurt)))
    seen = Light.RED if action.sharp else pain.light(series.care.pain, action.value, pain.usual(subscriber))
    if seen is Light.RED:
        # Today ends here, and nothing reminds of it any more.
        ended = replace(found, hurts=(*others, hurt), finished_at=found.finished_at or now, declined_at=None)
        return red(context.keeping(subscriber.with_session(ended)))
    buttons = exercise.around(series, subscriber, day, action.exercise) if day else ()
    values = {"light": seen.value, "exercise": action.exercise, "pain": action.value}
    return context.keeping(subscriber).reply(OutgoingMessage("session/hurts", values, buttons))


def red(context: Context) -> Reaction:
    """Stop for today, and look for the signs that a person has to see."""
    subscriber, number = questionnaire.start(context.series, context.known, safety.RECHECK, context.now)
    first = questionnaire.question_screen(context.series, subscriber, number)
    question = first.again if first and isinstance(first.again, AskAt) else None
    signs = plain("session/red", None, Button("labels.to-the-signs", question or CheckAgain(), style=PRIMARY))
    return context.keeping(subscriber).reply(replace(signs, again=question))


def morning(context: Context, action: Morning) -> Reaction:
    """Keep how pain is compared with usual after an amber or red session, say what follows, and go on with the day.

    Raises Outdated for a session that is not there or an answer that is not known.
    """
    series, subscriber, now = context.series, context.known, context.now
    found = subscriber.session(action.date)
    if found is None or action.value not in pain.MORNINGS:
        raise Outdated("morning")
    subscriber = subscriber.with_session(replace(found, morning=action.value))
    context = context.keeping(subscriber)
    on = session.today(subscriber, now)
    buttons = (*carried(series, subscriber, now), (Button("labels.today", ShowDay(on)),))
    if action.value == "much-more":
        return red(context)
    red_one = pain.session_light(series.care, subscriber, found) is Light.RED
    stops = pain.stop(series.care, subscriber, now) is not None
    values = {"value": action.value, "red": red_one, "stops": stops}
    return context.reply(OutgoingMessage("session/morning", values, buttons))


def morning_rows(series: Series, subscriber: Subscriber, today: date) -> tuple[Row, ...]:
    """The buttons that ask about the day after an amber or red session; none when there is nothing to ask."""
    found = pain.asks_morning(series.care, subscriber, today)
    if found is None:
        return ()
    return tuple((Button(f"labels.morning-{value}", Morning(found.date, value)),) for value in pain.MORNINGS)


def follows(context: Context, action: Follows) -> Reaction:
    """An answer to what the plan proposes: harder yes or no, the usual plan instead, or on again after a stop.

    Raises Outdated for an answer that is not known, and for a date that is none of the days so far.
    """
    subscriber, now = context.known, context.now
    if action.answer not in ("yes", "no") or action.follow not in list(pain.Follow):
        raise Outdated("follows")
    begun = subscriber.enrollment.day_one
    if begun is None or not begun <= action.on <= session.today(subscriber, now):
        raise Outdated("day")
    if action.follow == pain.Follow.STOP:
        subscriber = subscriber.saying("pain-stop", f"{action.on.isoformat()}-{action.answer}", now)
        return context.keeping(subscriber).reply(plain("session/stop-answered", {"answer": action.answer}))
    answered = pain.key(pain.Upshot(pain.Follow(action.follow), "", action.on))
    subscriber = subscriber.saying(answered, action.answer, now)
    context = context.keeping(subscriber)
    if action.follow == pain.Follow.PROGRESS:
        return context.reply(plain("session/progress-answered", {"answer": action.answer}))
    return session.show_today(context)
