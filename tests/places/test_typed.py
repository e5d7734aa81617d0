"""The list of what people type for where they live: nothing is found wrongly, and little asked needlessly."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bot.places.search import Found, Match, One, Places, Several, normalise
from bot.places.time_zones import TimeZones
from tests.support.examples import TIMES

LISTED = Path(__file__).parent / "typed.tsv"
ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "places.md"
WORDS = sorted(ROOT.glob("content/*/en"))
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


def judged(places: Places) -> list[tuple[Typed, Found, str]]:
    return [(typed, found := places.find(typed.text), judge(typed, found)) for typed in listed()]


def figures(lines: list[tuple[Typed, Found, str]]) -> str:
    """What docs/places.md says of the list: the counts, and what is asked needlessly."""
    counts = Counter(verdict for _, _, verdict in lines)
    one_place = [(typed, found) for typed, found, verdict in lines if typed.is_one_place]
    missed = [(typed, found, verdict) for typed, found, verdict in lines if verdict != "right"]
    needless = sum(typed.is_one_place for typed, _, _ in missed)
    rows = [
        f"| {typed.text} | {typed.means} | {'; '.join(match.label for match in offered(found)[:3]) or 'nothing'} |"
        for typed, found, _ in missed
    ]
    return "\n".join(
        [
            f"Of {len(lines)} lines {counts['right']} are answered as they should be and {counts['wrong']} wrongly and "
            f"with confidence. Of {len(one_place)} that mean one place {needless} are asked about needlessly:",
            "",
            "| typed | means | offered instead |",
            "|---|---|---|",
            *rows,
        ]
    )


def test_what_people_type_is_never_found_wrongly_and_seldom_asked_needlessly(places: Places) -> None:
    lines = judged(places)
    one_place = [verdict for typed, _, verdict in lines if typed.is_one_place]
    needless = sum(verdict in ("asked", "lost") for verdict in one_place)
    assert [typed.text for typed, _, verdict in lines if verdict in ("wrong", "offered")] == [], figures(lines)
    assert needless < len(one_place) / 10, figures(lines)


def test_the_figures_in_the_docs_are_todays(places: Places) -> None:
    """`UPDATE_DOCS=1 pytest tests/places/test_typed.py` writes them anew."""
    wanted = figures(judged(places))
    before, _, rest = PAGE.read_text("utf-8").partition("<!-- figures -->\n")
    stands, _, after = rest.partition("\n<!-- /figures -->")
    if "UPDATE_DOCS" in os.environ:
        PAGE.write_text(f"{before}<!-- figures -->\n{wanted}\n<!-- /figures -->{after}", "utf-8")
    else:
        assert stands == wanted


def test_no_word_of_the_bots_own_texts_is_guessed_to_be_a_place(places: Places) -> None:
    """What stands in lessons and screens is what people answer; a town or country of such a name is named exactly."""
    texts = [re.sub(r"{.*?}|<.*?>", "", path.read_text("utf-8")) for folder in WORDS for path in folder.rglob("*.*")]
    guessed = {}
    words = sorted(set(re.findall(r"\b[a-z]{5,}\b", " ".join(texts))))
    for word in words[:: 4 if TIMES == 1 else 1]:
        found = places.find(word)
        if isinstance(found, One) and word not in map(normalise, found.match.label.split(", ")):
            guessed[word] = found.match.label
    assert guessed == {}


def test_every_zone_of_the_list_is_one_that_people_keep() -> None:
    for typed in listed():
        if typed.means not in (ASK, NOTHING):
            for zone in typed.means.removesuffix("?").split("|"):
                assert ZONES.canonical(zone) == zone, typed
