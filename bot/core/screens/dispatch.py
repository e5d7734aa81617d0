"""The bot's whole surface, one table each: what can be typed, and what can be tapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bot.core.model import callback_data as tap
from bot.core.model.callback_data import Action
from bot.core.model.context import Context
from bot.core.model.message import Reaction
from bot.core.screens import (
    barrier,
    coach,
    consent,
    enrollment,
    exercise,
    exercises,
    information,
    lesson,
    onboarding,
    one_move,
    onward,
    operator,
    own_data,
    profile,
    progress,
    rating,
    session,
    sources,
    test_flow,
    week,
    why,
)

Command = Callable[[Context], Reaction]
Tap = Callable[[Context, Any], Reaction]
A = TypeVar("A", bound=Action)


def on(kind: type[A], answer: Callable[[Context, A], Reaction]) -> tuple[type[Action], Tap]:
    """A row for buttons that say more than their kind: the function takes the action of that very type."""
    return kind, answer


def bare(kind: type[Action], answer: Command) -> tuple[type[Action], Tap]:
    """A row for buttons that say nothing more, as a command does."""
    return kind, lambda context, _: answer(context)


COMMANDS: dict[str, Command] = {
    "start": consent.start,
    "today": session.show_plan,
    "plan": week.show,
    "exercises": exercises.show,
    "lesson": lesson.choose,
    "selftest": test_flow.choose,
    "progress": progress.show,
    "settings": profile.settings,
    "share": onward.card,
    "pause": enrollment.pause_offer,
    "resume": enrollment.resume,
    "subscribe": consent.start,
    "unsubscribe": enrollment.unsubscribe,
    "stop": enrollment.unsubscribe,
    "ask": coach.ask,
    "export": own_data.export,
    "delete": own_data.delete,
    "privacy": information.privacy,
    "about": information.about,
    "sources": sources.choose,
    "why": why.show,
    "help": information.help_command,
}

BUTTONS: dict[type[Action], Tap] = dict(
    [
        on(tap.Welcome, consent.welcome),
        on(tap.Begin, consent.begin),
        on(tap.Adult, consent.adult),
        on(tap.Minor, consent.minor),
        on(tap.Agree, consent.agree),
        on(tap.Decline, consent.decline),
        on(tap.AgreeAnew, consent.agree_anew),
        bare(tap.ReadConsent, consent.read_again),
        bare(tap.Next, onboarding.show_next),
        on(tap.Ask, profile.ask),
        on(tap.Tell, onboarding.tell),
        on(tap.ConfirmZone, profile.confirm_zone),
        bare(tap.CheckAgain, onboarding.check_again),
        bare(tap.MayStart, enrollment.may_start),
        on(tap.StartOver, enrollment.start_over),
        on(tap.StartTest, test_flow.start),
        on(tap.Reply, test_flow.reply),
        on(tap.AskAt, test_flow.ask_at),
        on(tap.ShowResult, test_flow.result),
        on(tap.ShowLesson, lesson.show),
        on(tap.ShowSources, sources.page),
        on(tap.TryMove, one_move.show),
        on(tap.Moved, one_move.done),
        on(tap.HurtMove, one_move.hurts),
        on(tap.ShowArea, exercises.show_area),
        on(tap.ShowMove, exercises.show_move),
        on(tap.PutIn, exercises.put_in),
        on(tap.TakeOut, exercises.take_out),
        on(tap.ShowDay, session.show_day),
        on(tap.ShowExercise, exercise.show),
        on(tap.SetDone, exercise.set_done),
        on(tap.ShowMore, exercise.more),
        on(tap.HowIsIt, rating.how_is_it),
        on(tap.HowIsItFromPlan, rating.how_is_it),
        on(tap.GetDown, exercise.get_down),
        on(tap.SetLevel, exercise.set_level),
        on(tap.SwapFor, exercise.swap),
        on(tap.Done, session.done),
        on(tap.Enough, session.enough),
        on(tap.NotToday, session.not_today),
        on(tap.RemindLater, session.remind_later),
        on(tap.Why, exercise.why),
        on(tap.HowKnown, exercise.known),
        on(tap.ShowSteps, exercise.steps),
        on(tap.ShowMistake, exercise.mistake),
        on(tap.StartTimer, exercise.timer),
        bare(tap.StillWanted, session.show_today),
        on(tap.RateEffort, rating.rate_effort),
        on(tap.RatePain, rating.rate_pain),
        on(tap.SkipRating, rating.skip),
        on(tap.ItHurts, rating.it_hurts),
        on(tap.Hurts, rating.hurts),
        on(tap.Morning, rating.morning),
        on(tap.Follows, rating.follows),
        on(tap.Barrier, barrier.answer),
        on(tap.GoOn, onward.go_on),
        on(tap.OneTap, onward.one_tap),
        on(tap.Remind, onward.remind),
        bare(tap.ShareCard, onward.card),
        bare(tap.ShowProgress, progress.show),
        on(tap.ShowWeeks, progress.topic),
        bare(tap.ShowSettings, profile.settings),
        bare(tap.Unsubscribe, enrollment.unsubscribe),
        on(tap.UndoStop, enrollment.undo_stop),
        on(tap.PauseUntil, enrollment.pause),
        bare(tap.Resume, enrollment.resume),
        bare(tap.Keep, enrollment.keep),
        bare(tap.Erase, own_data.erase),
        bare(tap.AskErase, own_data.delete),
        bare(tap.KeepAnswers, own_data.keep_answers),
        bare(tap.GoOnSending, operator.go_on_sending),
        on(tap.AskCoach, coach.pass_on),
        *(on(kind, operator.nobody) for kind in tap.DESK),
    ]
)


def tapped(context: Context, action: Action) -> Reaction:
    """What a tap on a button of that meaning leads to."""
    return BUTTONS[type(action)](context, action)
