"""The weekly check-in and the re-test: what was said before and now, side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.core.assessment import pain, safety, selftest
from bot.core.model.callback_data import ShowLesson, StartTest, TryMove
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Row
from bot.core.model.series import WAY, WEEK, Question, Series, week_of
from bot.core.model.subscriber import Attempt, Subscriber, Value
from bot.core.schedule.calendar import days, timings
from bot.core.schedule.due import comes_next
from bot.core.screens import barrier, drawn, lesson, move, questionnaire, session


def summary(series: Series, subscriber: Subscriber, number: int, now: datetime) -> tuple[OutgoingMessage, ...]:
    """What a check-in came to: strength sessions against the week's own target, how pain and activities stand.

    It stays; what is asked because of it, and the lesson that waits, follow in a message of their own. Pain that would
    end a session leads to the signs before anything else, and to no move.
    """
    the_attempt = subscriber.attempts[number]
    chosen = timings(subscriber)
    today = chosen[-1].local(now).date()
    known = days(series, subscriber, today)
    week = known[-1].week if known else 1
    if known and known[-1].number not in series.check_ins and known[-1].number % WEEK and week > 1:
        week -= 1  # a check-in late by some days still speaks of the week it belongs to
    of_week = sessions_in_week(series, subscriber, week, now)
    done, target = of_week.strength, of_week.target
    rows = compared(series, subscriber, the_attempt)
    values = {
        "week": week,
        "done": done,
        "others": of_week.done - done,
        "target": target,
        "turn": week,
        "compared": rows,
        "all_same": {row["verdict"] for row in rows if row["verdict"]} == {"same"},
        "early": week <= week_of(series.days),
        **_as_it_was(series, subscriber, week, now),
        "next": comes_next(series, subscriber, now),
    }
    upshot = pain.standing(series.care, subscriber, now)
    stop = session.upshot_screen(upshot) if upshot is not None and upshot.follow is pain.Follow.STOP else None
    told_pain = the_attempt.value(questionnaire.PAIN)
    red = isinstance(told_pain, int) and told_pain >= pain.red_from(series.care.pain, pain.usual(subscriber))
    smallest = move.chosen(series, subscriber) if not done and not red else None
    sure = the_attempt.value(questionnaire.SURE)
    unsure = isinstance(sure, int) and series.care.sure is not None and sure < series.care.sure.enough
    asks = "signs" if red else "barrier" if done < target else "easier" if unsure else ""
    values["asks"] = asks
    buttons: tuple[Row, ...] = ()
    if red:
        test = safety.RECHECK if stop is not None else safety.TRIGGER
        buttons += ((Button("labels.to-the-signs", StartTest(test), style=PRIMARY),),)
    if smallest is not None:
        buttons += ((Button("labels.move-now", TryMove(smallest[0].id, smallest[1])),),)
    if asks == "barrier":
        buttons += barrier.choices(series, week)
    elif asks == "easier":
        buttons += barrier.easier(series, subscriber, now)
    unread = [each for each in lesson.reached(series, subscriber, now) if each.id not in subscriber.lessons_seen]
    if unread:
        # A check-in that rode on a lesson has taken its place on the screen.
        buttons += ((Button("labels.read-lesson", ShowLesson(unread[-1].id, unread[-1].parts[0].id)),),)
    found = OutgoingMessage("check-in/summary", values, drawing=drawn.day_strip(series, subscriber, now))
    told = (found, stop) if stop is not None else (found,)
    if not buttons:
        return told
    least = {"exercise": smallest[0].id, "form": smallest[1]} if smallest else None
    what = {"asks": asks, "sure": sure if unsure else None, "smallest": least, "pain": told_pain}
    return (*told, OutgoingMessage("check-in/next", what, buttons))


def _as_it_was(series: Series, subscriber: Subscriber, week: int, now: datetime) -> dict[str, Any]:
    """What a count of a week's sessions leaves out: the one that hurt a lot, the short ones, and if none stirred it up.

    `calm` are whole sessions without exception, each told to be green and none after a knee that was worse.
    """
    known = days(series, subscriber, session.today(subscriber, now))
    of_date = {day.date: day for day in known if day.week == week}
    of_week = [each for each in subscriber.all_sessions if each.finished_at and each.date in of_date]
    lights = [pain.session_light(series.care, subscriber, each) for each in of_week]
    red = next((each for each, seen in zip(of_week, lights, strict=True) if seen is pain.Light.RED), None)
    back = next((each.date for each in of_week if red is not None and each.date > red.date), None)
    calm = bool(of_week) and all(
        seen is pain.Light.GREEN and not each.short and each.knee in ("", pain.USUAL)
        for each, seen in zip(of_week, lights, strict=True)
    )
    told: dict[str, Any] | None = None
    if red is not None:
        stopped = bool(red.hurts)
        off = stopped and session.was_strength(red, of_date[red.date])
        told = {"on": red.date, "stopped": stopped, "broken_off": off, "back": back}
    return {
        "red": told,
        "short": sum(each.short and session.was_strength(each, of_date[each.date]) for each in of_week),
        "calm": calm,
    }


def sessions_in_week(series: Series, subscriber: Subscriber, week: int, now: datetime) -> session.Week:
    """What was done in a week, and the strength days its schedule gives."""
    found = session.weeks(series, subscriber, session.today(subscriber, now))
    return next((each for each in found if each.number == week), session.Week(week, 0, 0, 0))


def compared(series: Series, subscriber: Subscriber, the_attempt: Attempt) -> list[dict[str, Any]]:
    """Every answer beside the one it is compared with: activities first, then pain, then what was measured.

    `verdict` is better, worse or same, and respects each measure's own error; empty where nothing can be said.
    """
    found = []
    for question in questionnaire.questions(series, subscriber, the_attempt):
        after = the_attempt.value(question.id)
        if after is None or question.kind in questionnaire.SIGNS or question.role:
            continue
        before = before_of(series, subscriber, question, the_attempt)
        comparable = not _other_way(series, subscriber, the_attempt, question)
        found.append(
            {
                "question": question.id,
                "words": questionnaire.words_of(series, question),
                "activity": question.id.removeprefix(questionnaire.ACTIVITY)
                if question.id.startswith(questionnaire.ACTIVITY)
                else "",
                "kind": question.kind,
                "unit": question.unit,
                "before": before,
                "after": after,
                "verdict": verdict(series, question, before, after) if comparable else "",
                "counts_from": _change(series, question),
            }
        )
        found[-1]["scale"] = drawn.scale(found[-1]).value if question.kind == "number" else ""
    return sorted(found, key=lambda row: (not row["activity"], row["question"] != questionnaire.PAIN))


def before_of(series: Series, subscriber: Subscriber, question: Question, the_attempt: Attempt) -> Value | None:
    """The first answer to the same question in this enrollment, or None."""
    if question.id == questionnaire.PAIN or question.id.startswith(questionnaire.ACTIVITY):
        said = subscriber.said(question.id)
        return said if isinstance(said, int) else None
    entry = series.question_by_id.get(question.id)
    first = questionnaire.first_finished(subscriber, entry[0].id) if entry else None
    return first.value(question.id) if first and first is not the_attempt else None


def _other_way(series: Series, subscriber: Subscriber, the_attempt: Attempt, question: Question) -> bool:
    """Whether a number was made in one way then and in another now: such numbers do not compare."""
    entry = series.question_by_id.get(question.id)
    if entry is None or question.kind != "number":
        return False
    ways = [each for each in entry[0].questions if each.role == WAY]
    return any(before_of(series, subscriber, way, the_attempt) != the_attempt.value(way.id) for way in ways)


def verdict(series: Series, question: Question, before: Value | None, after: Value) -> str:
    """Whether a change is larger than the measure's error, and in which direction."""
    if isinstance(before, int) and isinstance(after, int):
        change, sign = _change(series, question), -1 if question.id == questionnaire.PAIN else 1
        if change is None:
            return ""
        if abs(after - before) < change:
            return "same"
        return "better" if (after - before) * sign > 0 else "worse"
    scored = any(choice.points for choice in question.choices)
    if scored and before is not None and selftest.tells(question, before) and selftest.tells(question, after):
        mine, theirs = (selftest.points(question, each, None) for each in (after, before))
        if mine and theirs and mine.keys() != theirs.keys():
            return ""  # what each speaks for is another thing, and neither is more of the other
        change = sum(mine.values()) - sum(theirs.values())
        return "same" if not change else "better" if change < 0 else "worse"
    return ""


def _change(series: Series, question: Question) -> int | None:
    """From which difference on a number counts as changed; None where nothing can be said."""
    if question.id == questionnaire.PAIN:
        return series.choices.pain.change
    if question.id.startswith(questionnaire.ACTIVITY):
        return series.choices.activities.change
    return question.change


def retest_result(series: Series, subscriber: Subscriber, number: int, now: datetime) -> tuple[OutgoingMessage, ...]:
    """Before and after, side by side, which stays; with the first re-test the series on a card."""
    the_attempt = subscriber.attempts[number]
    sessions = subscriber.sessions_done
    rows = compared(series, subscriber, the_attempt)
    over = [each for each in subscriber.all_sessions if each.finished_at]
    reds = [each.date for each in over if pain.session_light(series.care, subscriber, each) is pain.Light.RED]
    told = {
        "compared": rows,
        "sessions": sessions,
        "reds": len(reds),
        "back": bool(reds) and any(each.date > max(reds) for each in over),
    }
    result = OutgoingMessage("re-test/result", told, drawing=drawn.changes(rows))
    is_first = questionnaire.first_finished(subscriber, questionnaire.RETEST) is the_attempt
    advice = questionnaire.advice(series, subscriber, number)
    return (result, *advice, *(card_of(series, subscriber, rows, now) if is_first else ()))


def card_of(
    series: Series, subscriber: Subscriber, compared: list[dict[str, Any]], now: datetime
) -> tuple[OutgoingMessage, ...]:
    """The whole series on one picture: a message of its own, to keep and to send on."""
    card = drawn.card(series, subscriber, compared, now)
    if card is None:
        return ()
    values = {
        "sessions": card.sessions,
        "weeks": series.days // WEEK,
        "compared": [each for each in compared if drawn.on_card(each)],
        "high": card.high,
    }
    return (OutgoingMessage("re-test/card", values, drawing=card),)


def spread(days: list[int], count: int) -> list[int]:
    """So many of the weekdays, with a day between two wherever they allow it."""
    candidates = days if len(days) >= count else list(range(WEEK))
    best: tuple[int, list[int]] | None = None
    for mask in range(1 << len(candidates)):
        picked = [day for place, day in enumerate(candidates) if mask >> place & 1]
        if len(picked) != count:
            continue
        gaps = [(picked[(n + 1) % count] - day) % WEEK or WEEK for n, day in enumerate(picked)]
        if best is None or min(gaps) > best[0]:
            best = (min(gaps), picked)
    return best[1] if best else candidates[:count]
