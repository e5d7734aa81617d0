"""/selftest and every tap inside a test."""

from __future__ import annotations

from bot.conversation.context import Context
from bot.core.model.callback_data import AskAt, Reply, ShowResult, StartTest
from bot.core.model.message import Reaction
from bot.core.screens import test_flow


def selftest_command(context: Context) -> Reaction:
    """Which self-test?"""
    return context.said(test_flow.choose(context.series, context.planned, context.now))


def start(context: Context, action: StartTest) -> Reaction:
    """Begin a test or go on with it."""
    return context.both(test_flow.start(context.series, context.known, action.test, context.now))


def reply(context: Context, action: Reply) -> Reaction:
    """Keep one answer."""
    return context.both(test_flow.reply(context.series, context.known, action, context.now))


def ask_at(context: Context, action: AskAt) -> Reaction:
    """One question again."""
    return context.said(test_flow.ask_at(context.series, context.known, action))


def result(context: Context, action: ShowResult) -> Reaction:
    """A result again."""
    return context.both(test_flow.finished(context.series, context.known, action.attempt, context.now))
