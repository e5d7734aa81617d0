"""The two questions after a session: how hard it was, how much the knee hurt."""

from __future__ import annotations

from datetime import date

from bot.core.model.callback_data import RateEffort, RatePain, SkipRating
from bot.core.model.message import Button, OutgoingMessage, rows
from bot.core.screens import questionnaire


def effort_screen(on: date) -> OutgoingMessage:
    """How hard was it?"""
    numbers = [Button("labels.number", RateEffort(on, n), {"number": n}) for n in questionnaire.SCALE]
    skip = (Button("labels.skip", SkipRating(on)),)
    return OutgoingMessage("session/rate-effort", {"on": on}, (*rows(numbers, 6), skip), again=RateEffort(on, -1))


def pain_screen(on: date) -> OutgoingMessage:
    """How much did the knee hurt?"""
    numbers = [Button("labels.number", RatePain(on, n), {"number": n}) for n in questionnaire.SCALE]
    skip = (Button("labels.skip", SkipRating(on)),)
    return OutgoingMessage("session/rate-pain", {"on": on}, (*rows(numbers, 6), skip), again=RatePain(on, -1))
