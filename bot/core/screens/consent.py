"""The first hello, age and consent: nothing is kept of anybody who has not agreed."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.model import coaching
from bot.core.model.callback_data import (
    Adult,
    Agree,
    AgreeAnew,
    AskErase,
    Begin,
    Decline,
    Keep,
    Minor,
    Next,
    Outdated,
    ShowDesk,
    ShowSettings,
    Welcome,
)
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import Consent, Subscriber, new_subscriber
from bot.core.screens import enrollment, onboarding

PAYLOAD_LENGTH = 32
PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{0,{PAYLOAD_LENGTH}}}")
ASKED_ANEW = "asked-anew"
"""Beside the person's answers: about which text they were asked in place of an older one."""


def start(context: Context) -> Reaction:
    """Say hello, or go on where the person is; a coach who is none of the people is greeted as one."""
    if context.is_operator and context.subscriber is None:
        return context.reply(coach_hello(context.name, context.text))
    return _to_newcomers(context, hello(context.name, context.text, context.series.face))


def not_yet(context: Context) -> Reaction:
    """The way in, for somebody who wrote and of whom nothing is kept."""
    if context.is_operator:
        return context.reply(coach_hello(context.name))
    return context.reply(plain("information/not-subscribed", None, Button("labels.begin", Welcome(""))))


def welcome(context: Context, action: Welcome) -> Reaction:
    """Back to the hello."""
    return _to_newcomers(context, hello(context.name, action.payload, context.series.face))


def hello(name: str, payload: str, face: str = "") -> OutgoingMessage:
    """The first hello, with somebody who moves; the payload of a start link rides in the buttons until consent."""
    begin = Button("labels.begin", Begin(_carried(payload)), style=PRIMARY)
    screen = plain("onboarding/welcome", {"name": name}, begin)
    return replace(screen, pictures=(face,) if face else ())


def coach_hello(name: str, payload: str = "") -> OutgoingMessage:
    """The hello to a coach: to the desk, or to the beginning for whoever exercises too."""
    begin = Button("labels.begin", Begin(_carried(payload)))
    return plain("desk/welcome", {"name": name}, Button("labels.desk", ShowDesk(), style=PRIMARY), begin)


def begin(context: Context, action: Begin) -> Reaction:
    """18 or older?"""
    buttons = (
        Button("labels.adult", Adult(action.payload)),
        Button("labels.minor", Minor(action.payload)),
        Button("labels.back", Welcome(action.payload)),
    )
    return _to_newcomers(context, plain("onboarding/age", None, *buttons))


def minor(context: Context, action: Minor) -> Reaction:
    """Kindly: this is for adults."""
    screen = plain("onboarding/too-young", None, Button("labels.back", Begin(action.payload)))
    return _to_newcomers(context, screen)


def adult(context: Context, action: Adult) -> Reaction:
    """May health answers be kept?"""
    return _to_newcomers(context, _asks(context, action.payload))


def decline(context: Context, action: Decline) -> Reaction:
    """No consent: nothing was kept, and the way back is open."""
    screen = plain("onboarding/declined", None, Button("labels.read-again", Adult(action.payload)))
    return _to_newcomers(context, screen)


def agree(context: Context, action: Agree) -> Reaction:
    """Keep the consent and everything from here on. Consent to an older text is asked for again."""
    series = context.series
    if context.subscriber is not None or action.version != coaching.text(series, context.coached):
        return _to_newcomers(context, _asks(context, action.payload))
    payload = _carried(action.payload)
    fresh = new_subscriber(context.id, series.id, action.version, payload, context.now, language=context.language)
    return onboarding.go_on(context.keeping(fresh))


def read_again(context: Context) -> Reaction:
    """What was agreed to, once more: go on, or take it back."""
    buttons = (Button("labels.go-on", Next()), Button("labels.take-back", AskErase()))
    coached = coaching.is_told(context.series, context.known)
    return context.keeping(context.known).reply(
        plain("onboarding/consent", {"agreed": True, "coached": coached}, *buttons)
    )


def asked_anew(context: Context, reaction: Reaction) -> Reaction:
    """With the text of today below what is said to somebody who agreed to an older one.

    Once for each text, and whenever they ask what is kept. Not below a question that is open, nor below what they have
    to do about a sign or about their data.
    """
    subscriber, wanted = reaction.subscriber, coaching.text(context.series, context.coached)
    if subscriber is None or coaching.is_current(context.series, subscriber, context.coached):
        return reaction
    templates = [message.template for message in reaction.messages]
    if "information/privacy" not in templates and subscriber.said(ASKED_ANEW) == wanted:
        return reaction
    busy = any(message.again or message.template.startswith(("safety/", "data/")) for message in reaction.messages)
    if busy or not templates:
        return reaction
    question = anew_screen(context.series, subscriber, context.coached)
    kept = subscriber.saying(ASKED_ANEW, wanted, context.now)
    return replace(reaction, subscriber=kept, messages=(*reaction.messages, question))


def anew_screen(series: Series, subscriber: Subscriber, coached: bool) -> OutgoingMessage:
    """The text of today for somebody who agreed to an older one; they may leave it at that."""
    version = coaching.text(series, coached)
    agree = (
        tuple(Button(f"labels.coach-{level}", AgreeAnew(version, level)) for level in coaching.LEVELS)
        if coached
        else (Button("labels.agree", AgreeAnew(version)),)
    )
    return plain("onboarding/consent-anew", {"coached": coached}, *agree, Button("labels.keep", Keep()))


def agree_anew(context: Context, action: AgreeAnew) -> Reaction:
    """Keep that they agreed to the text of today, and what a coach may see.

    Raises Outdated for another text, or a level there is not.
    """
    coached = context.coached
    if action.version != coaching.text(context.series, coached):
        raise Outdated(AgreeAnew.verb)
    if action.level not in (coaching.LEVELS if coached else ("",)):
        raise Outdated(AgreeAnew.verb)
    subscriber = context.known
    if not coaching.is_current(context.series, subscriber, coached):
        # Under a clock that went back too: nobody agrees anew before they first did.
        subscriber = replace(subscriber, consent=Consent(action.version, max(context.now, subscriber.consent.at)))
    if action.level:
        subscriber = subscriber.saying(coaching.COACH, action.level, context.now)
    ways = (Button("labels.all-settings", ShowSettings()),) if subscriber.enrollment.day_one else ()
    return context.keeping(subscriber).reply(plain("onboarding/agreed-anew", {"level": action.level}, *ways))


def _asks(context: Context, payload: str) -> OutgoingMessage:
    payload = _carried(payload)
    buttons = (
        Button("labels.agree", Agree(coaching.text(context.series, context.coached), payload), style=PRIMARY),
        Button("labels.decline", Decline(payload)),
        Button("labels.back", Begin(payload)),
    )
    return plain("onboarding/consent", {"agreed": False, "coached": context.coached}, *buttons)


def _carried(payload: str) -> str:
    """The payload if it is one that a start link can hold; anything else typed behind /start is dropped."""
    cut = payload[:PAYLOAD_LENGTH]
    return cut if PAYLOAD.fullmatch(cut) else ""


def _to_newcomers(context: Context, screen: OutgoingMessage) -> Reaction:
    """A screen for somebody new; for a subscriber, where they are: an old first screen was tapped again."""
    return context.reply(screen) if context.subscriber is None else enrollment.subscribe(context)
