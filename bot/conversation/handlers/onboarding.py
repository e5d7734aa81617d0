"""/start and /subscribe: from the first hello to the plan."""

from __future__ import annotations

from bot.conversation.context import Context, plain
from bot.core.model.callback_data import (
    Adult,
    Agree,
    Ask,
    Begin,
    CheckAgain,
    ConfirmZone,
    Decline,
    MayStart,
    Minor,
    Next,
    ReadConsent,
    StartOver,
    Tell,
    Welcome,
)
from bot.core.model.message import OutgoingMessage, Reaction
from bot.core.screens import enrollment, onboarding, profile
from bot.core.screens.profile import Place
from bot.places.search import Match, One, Several


def start(context: Context) -> Reaction:
    """Say hello, or go on where the person is."""
    if context.subscriber is None:
        return context.said(onboarding.welcome(context.name, context.text))
    return context.both(enrollment.subscribe(context.series, context.subscriber, context.now))


def welcome(context: Context, action: Welcome) -> Reaction:
    """Back to the hello."""
    return _newcomer(context) or context.said(onboarding.welcome(context.name, action.payload))


def begin(context: Context, action: Begin) -> Reaction:
    """Ask for the age."""
    return _newcomer(context) or context.said(onboarding.age(action.payload))


def adult(context: Context, action: Adult) -> Reaction:
    """Ask for consent."""
    return _newcomer(context) or context.said(onboarding.consent(context.series, action.payload))


def minor(context: Context, action: Minor) -> Reaction:
    """End kindly."""
    return _newcomer(context) or context.said(onboarding.too_young(action.payload))


def decline(context: Context, action: Decline) -> Reaction:
    """End kindly; nothing was kept."""
    return _newcomer(context) or context.said(onboarding.declined(action.payload))


def read_consent(context: Context, action: ReadConsent) -> Reaction:
    """What was agreed to, once more."""
    return context.said(onboarding.consented(), subscriber=context.known)


def agree(context: Context, action: Agree) -> Reaction:
    """Keep the consent and everything from here on."""
    return _newcomer(context) or context.both(onboarding.agree(context.series, context.id, action, context.now))


def _newcomer(context: Context) -> Reaction | None:
    """Nothing for somebody new; for a subscriber, where they are: an old first screen was tapped again."""
    return None if context.subscriber is None else start(context)


def go_on(context: Context, action: Next) -> Reaction:
    """Whatever comes next."""
    known = context.known
    if known.enrollment.day_one is None:
        return context.both(onboarding.go_on(context.series, known, context.now))
    return context.said(onboarding.plan_screen(context.series, known, context.now))


def ask(context: Context, action: Ask) -> Reaction:
    """One question about the person."""
    return context.said(profile.ask(context.series, context.known, action.question, action.picked))


def tell(context: Context, action: Tell) -> Reaction:
    """Keep an answer about the person."""
    return context.both(onboarding.tell(context.series, context.known, action.question, action.values, context.now))


def confirm_zone(context: Context, action: ConfirmZone) -> Reaction:
    """Show what time it is in a zone."""
    return context.said(profile.confirm_zone(action.zone, context.now), subscriber=context.known)


def find_zone(context: Context) -> Reaction:
    """What a typed city, country or zone means."""
    match context.places.find(context.text):
        case One(match=match):
            return _found(context, match.zone, match.label)
        case Several(matches=matches):
            return context.said(_suggest(context, matches))
        case unknown:
            message = profile.ask(context.series, context.known, "zone", places=_offered(unknown.nearest))
            return context.said(plain("profile/zone-unknown"), message)


def locate(context: Context) -> Reaction:
    """A shared location, turned into a zone here and dropped."""
    zone = context.places.zone_at(*context.location) if context.location else None
    if zone is None or not profile.known_zone(zone):
        return context.said(plain("profile/zone-unknown"), profile.ask(context.series, context.known, "zone"))
    match context.places.find(zone):
        case One(match=match) if match.zone == zone:
            return _found(context, zone, match.label)
    return _found(context, zone, zone.replace("_", " "))


def _found(context: Context, zone: str, name: str) -> Reaction:
    return context.said(profile.zone_found(name), profile.confirm_zone(zone, context.now))


def _suggest(context: Context, matches: tuple[Match, ...]) -> OutgoingMessage:
    return profile.ask(context.series, context.known, "zone", places=_offered(matches))


def _offered(matches: tuple[Match, ...]) -> tuple[Place, ...]:
    return tuple(Place(match.label, match.zone) for match in matches)


def check_again(context: Context, action: CheckAgain) -> Reaction:
    """The safety check once more."""
    return context.both(enrollment.check_again(context.series, context.known, context.now))


def may_start(context: Context, action: MayStart) -> Reaction:
    """A professional was asked, and said yes."""
    return context.both(enrollment.may_start(context.series, context.known, context.now))


def start_over(context: Context, action: StartOver) -> Reaction:
    """A new enrollment."""
    return context.both(enrollment.start_over(context.series, context.known, action, context.now))
