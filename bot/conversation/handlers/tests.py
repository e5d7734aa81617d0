"""/selftest and every tap inside a test."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked
from bot.core.model.callback_data import AskAt, Reply, ShowResult, StartTest
from bot.core.model.message import Reaction
from bot.core.screens import test_flow


def selftest_command(asked: Asked) -> Reaction:
    """Which self-test?"""
    return asked.said(test_flow.choose(asked.series, asked.planned, asked.now))


def start(asked: Asked, action: StartTest) -> Reaction:
    """Begin a test or go on with it."""
    return asked.both(test_flow.start(asked.series, asked.known, action.test, asked.now))


def reply(asked: Asked, action: Reply) -> Reaction:
    """Keep one answer."""
    return asked.both(test_flow.reply(asked.series, asked.known, action, asked.now))


def ask_at(asked: Asked, action: AskAt) -> Reaction:
    """One question again."""
    return asked.said(test_flow.ask_at(asked.series, asked.known, action))


def result(asked: Asked, action: ShowResult) -> Reaction:
    """A result again."""
    return asked.both(test_flow.finished(asked.series, asked.known, action.attempt, asked.now))
