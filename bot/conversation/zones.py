"""Where somebody is: a typed town or a shared location, looked up among the places."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.model.context import Context
from bot.core.model.message import Reaction
from bot.core.screens import profile
from bot.core.screens.profile import Place
from bot.places.search import Match, One, Places, Several, Unknown


def is_one(name: str, places: Places) -> bool:
    """Whether a text names a place, or several of one name."""
    return isinstance(places.find(name), (One, Several))


def may_be_one(name: str, places: Places) -> bool:
    """Whether a text names a place, or is written like a name with which that of one begins ("Wick", Wickford)."""
    match places.find(name):
        case Unknown(nearest):
            return name[:1].isupper() and any(each.name.startswith(name.strip()) for each in nearest)
    return True


def typed(context: Context, name: str, places: Places) -> Reaction:
    """What a typed city, country or zone means."""
    match places.find(name):
        case One(match=match):
            return profile.zone_found(context, match.zone, match.label)
        case Several(matches=matches):
            return profile.zone_unclear(context, _offered(matches))
        case unknown:
            return profile.zone_unknown(context, _offered(unknown.nearest))


def located(context: Context, places: Places, latitude: float, longitude: float) -> Reaction:
    """A shared location, turned into a zone here and dropped."""
    zone = places.zone_at(latitude, longitude)
    if zone is None or not profile.known_zone(zone):
        return profile.zone_unknown(context)
    match places.find(zone):
        case One(match=match) if match.zone == zone:
            return profile.zone_found(context, zone, match.label)
    return profile.zone_found(context, zone, zone.replace("_", " "))


def _offered(matches: Iterable[Match]) -> tuple[Place, ...]:
    return tuple(Place(match.label, match.zone) for match in matches)
