"""The list of what people type for where they live: nothing is found wrongly, and little asked needlessly."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bot.places.search import Found, Match, One, Places, Several
from bot.places.time_zones import TimeZones

LISTED = Path(__file__).parent / "typed.tsv"
ZONES = TimeZones()
ASK, NOTHING = "ask", "nothing"


class Typed(NamedTuple):
    """A line of the list.

    `means` is a zone; a zone and "?", where asking is as good; zones parted by "|", which all must be offered;
    "ask", where no single place is meant; "nothing", where not even a place may be offered.
    """

    text: str
    means: str
    kind: str

    @property
    def is_one_place(self) -> bool:
        return "/" in self.means and not set("?|") & set(self.means)


def listed() -> list[Typed]:
    return [Typed(*line.split("\t")) for line in LISTED.read_text("utf-8").splitlines()]


def clock(zone: str) -> tuple[str | None, str]:
    """What must agree: the country, for its emergency numbers, and the clock from now on."""
    return ZONES.country_of(zone), ZONES.rule(ZONES.canonical(zone) or zone)


def offered(found: Found) -> tuple[Match, ...]:
    match found:
        case One(match):
            return (match,)
        case Several(matches):
            return matches
        case unknown:
            return unknown.nearest


def judge(typed: Typed, found: Found) -> str:
    """right, wrong (and confident), asked (needlessly), lost (asked, and the place not even offered), or offered."""
    if isinstance(found, One):
        meant = typed.means.removesuffix("?")
        return "right" if "/" in meant and "|" not in meant and clock(found.match.zone) == clock(meant) else "wrong"
    clocks = {clock(match.zone) for match in offered(found) if not match.zone.startswith("Etc/")}
    if typed.means == NOTHING:
        return "offered" if offered(found) else "right"
    if typed.means == ASK or typed.means.endswith("?"):
        return "right"
    meant_clocks = {clock(zone) for zone in typed.means.split("|")}
    if typed.is_one_place:
        return "asked" if meant_clocks <= clocks else "lost"
    return "right" if meant_clocks <= clocks else "lost"


def test_what_people_type_is_never_found_wrongly_and_seldom_asked_needlessly(places: Places) -> None:
    lines = listed()
    judged = [(typed, judge(typed, places.find(typed.text))) for typed in lines]
    counts = Counter(verdict for _, verdict in judged)
    one_place = [verdict for typed, verdict in judged if typed.is_one_place]
    needless = sum(verdict in ("asked", "lost") for verdict in one_place)
    figures = f"{len(lines)} lines: {dict(counts)}; of {len(one_place)} that mean one place {needless} asked needlessly"
    print(figures)
    assert [typed.text for typed, verdict in judged if verdict in ("wrong", "offered")] == [], figures
    assert needless < len(one_place) / 10, figures


def test_every_zone_of_the_list_is_one_that_people_keep() -> None:
    for typed in listed():
        if typed.means not in (ASK, NOTHING):
            for zone in typed.means.removesuffix("?").split("|"):
                assert ZONES.canonical(zone) == zone, typed
