"""The bot's whole surface, one table each: what can be typed, and what can be tapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.conversation.context import Context
from bot.conversation.handlers import (
    care,
    enrollment,
    information,
    lesson,
    onboarding,
    operator,
    own_data,
    session,
    settings,
    tests,
)
from bot.core.model import callback_data as tap
from bot.core.model.message import Reaction

Command = Callable[[Context], Reaction]

COMMANDS: dict[str, Command] = {
    "start": onboarding.start,
    "today": session.today,
    "lesson": lesson.choose,
    "selftest": tests.selftest_command,
    "progress": settings.show_progress,
    "settings": settings.settings,
    "pause": enrollment.pause_command,
    "resume": enrollment.resume_command,
    "subscribe": onboarding.start,
    "unsubscribe": enrollment.unsubscribe,
    "stop": enrollment.unsubscribe,
    "export": own_data.export,
    "delete": own_data.delete,
    "privacy": information.privacy,
    "about": information.about,
    "sources": information.sources_command,
    "help": information.help_command,
}

BUTTONS: dict[type[tap.Action], Callable[[Context, Any], Reaction]] = {
    tap.Welcome: onboarding.welcome,
    tap.Begin: onboarding.begin,
    tap.Adult: onboarding.adult,
    tap.Minor: onboarding.minor,
    tap.Agree: onboarding.agree,
    tap.Decline: onboarding.decline,
    tap.ReadConsent: onboarding.read_consent,
    tap.Next: onboarding.go_on,
    tap.Ask: onboarding.ask,
    tap.Tell: onboarding.tell,
    tap.ConfirmZone: onboarding.confirm_zone,
    tap.CheckAgain: onboarding.check_again,
    tap.MayStart: onboarding.may_start,
    tap.StartOver: onboarding.start_over,
    tap.StartTest: tests.start,
    tap.Reply: tests.reply,
    tap.AskAt: tests.ask_at,
    tap.ShowResult: tests.result,
    tap.ShowLesson: lesson.show,
    tap.ShowSources: information.show_sources,
    tap.ShowDay: session.show_day,
    tap.ShowExercise: session.show_exercise,
    tap.SetLevel: session.set_level,
    tap.SwapFor: session.swap,
    tap.Done: session.done,
    tap.Enough: session.enough,
    tap.NotToday: session.not_today,
    tap.RemindLater: session.later,
    tap.RateEffort: care.rate_effort,
    tap.RatePain: care.rate_pain,
    tap.SkipRating: care.skip,
    tap.ItHurts: care.it_hurts,
    tap.Hurts: care.hurts,
    tap.Morning: care.morning,
    tap.Follows: care.follows,
    tap.Why: care.why,
    tap.ShowMistake: care.mistake,
    tap.StartTimer: care.timer,
    tap.Barrier: care.barrier_answer,
    tap.StillWanted: care.still_wanted,
    tap.ShowProgress: settings.progress_button,
    tap.ShowSettings: settings.show,
    tap.Unsubscribe: enrollment.stop,
    tap.UndoStop: enrollment.undo,
    tap.PauseUntil: enrollment.pause,
    tap.Resume: enrollment.resume,
    tap.Keep: enrollment.keep,
    tap.GoOn: enrollment.go_on,
    tap.Erase: own_data.erase,
    tap.AskErase: own_data.ask_erase,
    tap.KeepAnswers: own_data.keep_answers,
    tap.GoOnSending: operator.go_on_sending,
}

__all__ = ["BUTTONS", "COMMANDS", "Command", "Context", "information"]
