"""/start and /subscribe: from the first hello to the plan."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked, plain
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


def start(asked: Asked) -> Reaction:
    """Say hello, or go on where the person is."""
    if asked.subscriber is None:
        return asked.said(onboarding.welcome(asked.name, asked.text))
    return asked.both(enrollment.subscribe(asked.series, asked.subscriber, asked.now))


def welcome(asked: Asked, action: Welcome) -> Reaction:
    """Back to the hello."""
    return _newcomer(asked) or asked.said(onboarding.welcome(asked.name, action.payload))


def begin(asked: Asked, action: Begin) -> Reaction:
    """Ask for the age."""
    return _newcomer(asked) or asked.said(onboarding.age(action.payload))


def adult(asked: Asked, action: Adult) -> Reaction:
    """Ask for consent."""
    return _newcomer(asked) or asked.said(onboarding.consent(asked.series, action.payload))


def minor(asked: Asked, action: Minor) -> Reaction:
    """End kindly."""
    return _newcomer(asked) or asked.said(onboarding.too_young(action.payload))


def decline(asked: Asked, action: Decline) -> Reaction:
    """End kindly; nothing was kept."""
    return _newcomer(asked) or asked.said(onboarding.declined(action.payload))


def read_consent(asked: Asked, action: ReadConsent) -> Reaction:
    """What was agreed to, once more."""
    return asked.said(onboarding.consented(), subscriber=asked.known)


def agree(asked: Asked, action: Agree) -> Reaction:
    """Keep the consent and everything from here on."""
    return _newcomer(asked) or asked.both(onboarding.agree(asked.series, asked.id, action, asked.now))


def _newcomer(asked: Asked) -> Reaction | None:
    """Nothing for somebody new; for a subscriber, where they are: an old first screen was tapped again."""
    return None if asked.subscriber is None else start(asked)


def go_on(asked: Asked, action: Next) -> Reaction:
    """Whatever comes next."""
    known = asked.known
    if known.enrollment.day_one is None:
        return asked.both(onboarding.go_on(asked.series, known, asked.now))
    return asked.said(onboarding.plan_screen(asked.series, known, asked.now))


def ask(asked: Asked, action: Ask) -> Reaction:
    """One question about the person."""
    return asked.said(profile.ask(asked.series, asked.known, action.question, action.picked))


def tell(asked: Asked, action: Tell) -> Reaction:
    """Keep an answer about the person."""
    return asked.both(onboarding.tell(asked.series, asked.known, action.question, action.values, asked.now))


def confirm_zone(asked: Asked, action: ConfirmZone) -> Reaction:
    """Show what time it is in a zone."""
    return asked.said(profile.confirm_zone(action.zone, asked.now), subscriber=asked.known)


def find_zone(asked: Asked) -> Reaction:
    """What a typed city, country or zone means."""
    match asked.places.find(asked.text):
        case One(match=match):
            return _found(asked, match.zone, match.label)
        case Several(matches=matches):
            return asked.said(_suggest(asked, matches))
        case unknown:
            message = profile.ask(asked.series, asked.known, "zone", places=_offered(unknown.nearest))
            return asked.said(plain("profile/zone-unknown"), message)


def locate(asked: Asked) -> Reaction:
    """A shared location, turned into a zone here and dropped."""
    zone = asked.places.zone_at(*asked.location) if asked.location else None
    if zone is None or not profile.known_zone(zone):
        return asked.said(plain("profile/zone-unknown"), profile.ask(asked.series, asked.known, "zone"))
    match asked.places.find(zone):
        case One(match=match) if match.zone == zone:
            return _found(asked, zone, match.label)
    return _found(asked, zone, zone.replace("_", " "))


def _found(asked: Asked, zone: str, name: str) -> Reaction:
    return asked.said(profile.zone_found(name), profile.confirm_zone(zone, asked.now))


def _suggest(asked: Asked, matches: tuple[Match, ...]) -> OutgoingMessage:
    return profile.ask(asked.series, asked.known, "zone", places=_offered(matches))


def _offered(matches: tuple[Match, ...]) -> tuple[Place, ...]:
    return tuple(Place(match.label, match.zone) for match in matches)


def check_again(asked: Asked, action: CheckAgain) -> Reaction:
    """The safety check once more."""
    return asked.both(enrollment.check_again(asked.series, asked.known, asked.now))


def may_start(asked: Asked, action: MayStart) -> Reaction:
    """A professional was asked, and said yes."""
    return asked.both(enrollment.may_start(asked.series, asked.known, asked.now))


def start_over(asked: Asked, action: StartOver) -> Reaction:
    """A new enrollment."""
    return asked.both(enrollment.start_over(asked.series, asked.known, action, asked.now))
