"""What the installed `tzdata` says of time zones: names, countries, clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Rule(NamedTuple):
    """What a clock shows in a year: abbreviations in lower case, and minutes east of UTC."""

    abbreviations: tuple[str, ...]
    offsets: tuple[int, ...]


class TimeZones:
    """What the installed `tzdata` says of zones: canonical names, their countries, their clocks."""

    def __init__(self) -> None:
        self._folder = files("tzdata") / "zoneinfo"
        self._rules: dict[str, str] = {}
        self.countries: dict[str, str] = {}
        for line in (self._folder / "zone.tab").read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                country, _, zone = line.split("\t")[:3]
                self.countries[zone] = country
        self._links: dict[str, str] = {}
        for line in (self._folder / "tzdata.zi").read_text("utf-8").splitlines():
            if line.startswith("L "):
                _, zone, alias = line.split()
                self._links[alias] = zone

    def canonical(self, name: str) -> str | None:
        """Asia/Kolkata for Asia/Calcutta, but Europe/Oslo for itself; None for what `zoneinfo` has not.

        Zones of two countries stay apart though their clocks agree: who lives in Oslo wants to read Oslo,
        and has Norway's emergency numbers.
        """
        zone = name if name in self.countries else self._links.get(name, name)
        return zone if (zone in self.countries or zone.startswith("Etc/")) and _is_known(zone) else None

    def country_of(self, zone: str) -> str | None:
        """The ISO code of a zone's country; None for Etc/... and for what is no zone. Source: zone.tab."""
        return self.countries.get(zone) or self.countries.get(self._links.get(zone, ""))

    def names(self) -> Iterator[str]:
        """Every name of the kind Area/City, the old ones too."""
        return (name for name in (*self.countries, *self._links) if "/" in name and "Etc/" not in name)

    def rule(self, zone: str) -> str:
        """A canonical zone's clock from now on as POSIX writes it, such as "WET0WEST,M3.5.0/1,M10.5.0"."""
        if zone not in self._rules:
            compiled = self._folder.joinpath(*zone.split("/")).read_bytes()
            self._rules[zone] = compiled.rsplit(b"\n", 2)[-2].decode("ascii")
        return self._rules[zone]


@cache
def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


_POSIX_RULE = re.compile(r"(<.+?>|[A-Z]+)([-+:0-9]+)(?:(<.+?>|[A-Z]+)([-+:0-9]+)?)?", re.IGNORECASE)


@cache
def read_rule(posix: str) -> Rule:
    """A clock as POSIX writes it, read. Raises ValueError for what is none."""
    found = _POSIX_RULE.match(posix)
    if not found:
        raise ValueError(f"not a POSIX time zone rule: {posix!r}")
    standard, west, summer, summer_west = found.groups()
    offsets = [_minutes_east(west)]
    if summer:
        offsets.append(_minutes_east(summer_west) if summer_west else offsets[0] + 60)
    return Rule(tuple(name.lower() for name in (standard, summer) if name), tuple(offsets))


def _minutes_east(posix: str) -> int:
    """POSIX counts hours west: "-5:30" is 330."""
    hours, _, minutes = posix.lstrip("+-").partition(":")
    west = int(hours) * 60 + int(minutes or 0)
    return west if posix.startswith("-") else -west
