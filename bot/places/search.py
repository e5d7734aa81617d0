"""Turns what a person types, or a location they share, into a time zone."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

import tzfpy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.places.time_zones import Rule, TimeZones, read_rule

LONGEST_TEXT = 100  # characters; no town's name is longer, and what follows is not read
DOMINATES = 10  # times as many people: then a smaller place of the same name is not asked about
LARGE = 100  # thousands of people: such a town is meant before a word that is spelled like it
MAIN_CLOCK = 18  # times as many people of a country or state: Spain is told from the Canaries, Brazil is asked about


@dataclass(frozen=True, slots=True)
class Match:
    """A place and its zone, as it may stand on a button.

    `name` is as GeoNames writes it, `region` and `country` are in English and may be empty; `zone` is a
    canonical IANA name that `zoneinfo` knows here, at most 30 characters.
    """

    name: str
    region: str
    country: str
    zone: str

    @property
    def label(self) -> str:
        """Such as "Paris, Texas, United States"; plain text, not HTML."""
        parts = dict.fromkeys((self.name, self.region, self.country))  # Singapore is named once
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class One:
    """The text means this zone; `others` are far smaller places it could mean too, the largest first."""

    match: Match
    others: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """The text means one of these, the likeliest first; each has a clock or a country of its own."""

    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No place goes by this name; `nearest` are those spelled most like it, often none."""

    nearest: tuple[Match, ...] = ()


Found: TypeAlias = One | Several | Unknown


_ABBREVIATED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_CODES_READ_AS_WORDS = {"mount": "mt"}
_LETTERS = (
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "a", "ħ": "h"}
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه"}
    | dict.fromkeys("'’‘`´ʻʼʿʾ", "")
)


def normalise(text: str) -> str:
    """The key by which names are compared: no case, accents or punctuation, and single spaces."""
    if text.isascii() and text.isalpha():
        return text.lower()
    plain = unicodedata.normalize("NFC", "".join(map(_plain, text)))
    return " ".join(_ABBREVIATED.get(word, word) for word in plain.split())


@cache
def _plain(letter: str) -> str:
    """A letter without case and accents; a space for any other sign, nothing for an invisible joiner."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(_LETTERS.get(part, _sign(part)) for part in folded)


def _sign(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf" or unicodedata.combining(letter):
        return ""
    return " " if category[0] in "PSZC" else letter


def _utc(minutes_east: int) -> str:
    return f"UTC{minutes_east // 60:+d}" if minutes_east else "UTC"


class _City(NamedTuple):
    """A row of cities.tsv: `area` is a country ("PT") or one of its states ("US-TX"), `people` thousands."""

    name: str
    area: str
    zone: str
    people: int


class _Reading(NamedTuple):
    """One way to read a text: the city that stands for it, and the thousands of people who speak for it."""

    people: float
    city: _City


_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?|utc|gmt")
_ASKED_FOR = re.compile(r" (standard time|time zone|timezone|time)$")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_INITIALS = re.compile(r"\b(\w) (?=\w\b)")
_ANOTHER_NAME_COUNTS = 0.1  # as much as the name itself: Monaco is first a country, then Munich in Italian
_REGION_BESIDE_A_TOWN = 0.5  # of its people count where a town bears its name: New Brunswick is one in New Jersey too
_SHORTEST_GUESS = 5  # characters; below it one typo makes any name of any other
_LONGEST_PHRASE = 8  # words; what is longer is not taken apart
_WELL_KNOWN = 300  # thousands of people; a smaller town's name with a typo is asked about
_KNOWN_BY_OTHER_NAMES = 1000  # likewise, where it is another name that was typed with a typo
_LITTLE_KNOWN = 120  # thousands; a smaller town may be the misspelt name of a larger one: Edinburg, Pittsburg
_NAMED_ALIKE = 3  # zones; an everyday name of more is told by their largest cities: Europe, Siberia


class Words(NamedTuple):
    """Words that are no part of a place's name, as keys: the columns of words.tsv.

    `before` and `after` stand around a name ("i live in", "area"); `part` leaves a part of what it stands before
    ("north"), `another` makes another place of it ("new"); with `unsure` between them words are no one place ("or");
    `within` stands between a town and the area it lies in;
    `nothing` are common words that name no place when they stand alone.
    """

    before: frozenset[str]
    after: frozenset[str]
    part: frozenset[str]
    another: frozenset[str]
    unsure: frozenset[str]
    within: frozenset[str]
    nothing: frozenset[str]

    def around(self, key: str) -> Iterator[str]:
        """The key, then what is left when words around it are taken away one by one; never an empty one."""
        while key:
            yield key
            bare = " ".join(word for word in key.split() if not _DIGIT.search(word))  # a house, a postcode
            key = (
                (bare if bare != key else "")
                or _without(key, self.before, after=False)
                or _without(key, self.after, after=True)
            )

    def say_nothing(self, key: str) -> bool:
        return all(word in self.nothing or word.isdecimal() for word in key.split())


TABLES = ("words.tsv", "countries.tsv", "cities.tsv", "regions.tsv", "everyday.tsv")
NO_WORDS = Words(*[frozenset[str]()] * len(Words._fields))


class _Spellings:
    """The keys of a table by their lengths, since only those of nearly the same are spelled nearly the same."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for key in keys:
            self._by_length.setdefault(len(key), []).append(key)

    def near(self, key: str, most: int) -> Iterator[tuple[str, int]]:
        """Those that are at most so many typos away, and how many."""
        for length in range(len(key) - most, len(key) + most + 1):
            there = self._by_length.get(length, ())
            for name, typos, _ in process.extract(key, there, scorer=OSA.distance, score_cutoff=most, limit=None):
                yield name, int(typos)


class Places:
    """Towns, regions, countries and zones by the names they go by, out of the tables that `read_tables` gives.

    They are parsed when somebody first looks for a name, which takes a tenth of a second, or by `parse` before.
    Sources: of the names GeoNames and CLDR (content/places/README.md), of zones and their countries tzdata,
    of the borders behind `zone_at` timezone-boundary-builder, by way of tzfpy.
    """

    def __init__(self, tables: Mapping[str, bytes]) -> None:
        self._unparsed = tables
        self._zones = TimeZones()
        self._words = NO_WORDS
        self._zone_names: dict[str, str] = {}
        self._cities: dict[str, tuple[_City, ...]] = {}  # by key
        self._regions: dict[str, tuple[_City, ...]] = {}  # likewise, a row for each clock
        self._everyday: dict[str, tuple[_City, ...]] = {}  # likewise; these are all that the name means
        self._areas: dict[str, tuple[str, ...]] = {}  # area codes by key
        self._area_names: dict[str, str] = {}  # by area code
        self._in_order: list[str] = []  # the keys of cities
        self._towns = _Spellings(())  # likewise
        self._wider: list[_Spellings] = []  # the keys of areas, regions and everyday names
        self._people: dict[tuple[str, str], int] = {}  # by area and zone
        self._largest: dict[tuple[str, str], _City] = {}  # likewise

    def parse(self) -> None:
        """Raises ValueError naming file and line for a malformed table."""
        tables, codes = self._unparsed, set()
        if not tables:
            return
        self._zone_names = {normalise(name): name for name in self._zones.names()}
        self._words = _words("words.tsv", tables)
        for _, (code, name, others) in _rows("countries.tsv", tables, columns=3):
            self._add_area(code, name, _keys(others))
            codes.add(code)
        for city, keys in _cities("cities.tsv", tables, codes):
            self._add_city(city, keys)
        for region, keys in _cities("regions.tsv", tables, codes):
            self._add_region(region, keys)
        for zone in self._zones.countries:  # islands with few people have a clock all the same
            self._add_eponym(zone)
        self._add_everyday(_everyday("everyday.tsv", tables, self._zones))
        self._in_order = sorted(self._cities)
        self._towns = _Spellings(self._cities)
        self._wider = [_Spellings(self._areas), _Spellings(self._regions), _Spellings(self._everyday)]
        self._unparsed = {}

    def _add_area(self, code: str, name: str, other_keys: Iterable[str]) -> None:
        self._area_names[code] = name
        for key in (normalise(name), *other_keys):
            self._areas[key] = self._areas.get(key, ()) + (code,)  # noqa: RUF005  the faster way, at every start

    def _add_city(self, city: _City, other_keys: Iterable[str]) -> None:
        for key in (normalise(city.name), *other_keys):
            self._cities[key] = self._cities.get(key, ()) + (city,)  # noqa: RUF005
        there = city.area, city.zone
        self._people[there] = self._people.get(there, 0) + city.people
        if there not in self._largest or self._largest[there].people < city.people:
            self._largest[there] = city

    def _add_region(self, region: _City, other_keys: Iterable[str]) -> None:
        for key in (normalise(region.name), *other_keys):
            self._regions[key] = self._regions.get(key, ()) + (region,)  # noqa: RUF005

    def _add_everyday(self, rows: Iterable[tuple[list[str], list[str]]]) -> None:
        """Let the names of each row mean its zones and nothing else; to be called when all cities are there."""
        largest: dict[str, _City] = {}
        for (_, zone), city in self._largest.items():
            if zone not in largest or largest[zone].people < city.people:
                largest[zone] = city
        for names, zones in rows:
            countries = [self._zones.country_of(zone) or "" for zone in zones]
            told_apart = len(countries) <= _NAMED_ALIKE and len(set(countries)) == len(countries)
            for name in names:
                self._everyday[normalise(name)] = tuple(
                    _City(name, country, zone, 0) if told_apart else largest.get(zone) or self.eponym(zone)
                    for zone, country in zip(zones, countries, strict=True)
                )

    def _add_eponym(self, zone: str) -> None:
        """Let the zone be found by the name within it, such as Kiritimati, unless a city is called that."""
        city = self.eponym(zone)
        if normalise(city.name) not in self._cities:
            self._add_city(city, ())

    def find(self, text: str, *, limit: int = 6) -> Found:
        """What a town, region, country, zone name, abbreviation or UTC offset means; at most `limit` matches.

        Forgives case, accents, script, punctuation, words around the name and typos; what it only guesses is never
        One. Every text has an answer, none an error. docs/places.md says how it decides.
        """
        self.parse()
        typed = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT].strip()
        if offset := _OFFSET.fullmatch(typed.casefold().replace("−", "-")):
            return self._at_offset(*offset.groups(), limit=limit)
        said = _INITIALS.sub(r"\1", normalise(typed))
        key = _ASKED_FOR.sub("", said)
        if key in self._words.nothing:
            return Unknown()
        if key not in self._everyday and (abbreviated := self._where(lambda rule: key in rule.abbreviations)):
            return self._answer(abbreviated, limit, dominates=float("inf"))
        zone = self._zone_named(typed, f"us {key}" if key != said else key)  # "Pacific time", as Americans say
        if zone:
            return self._answer(zone, limit)
        whittled = list(self._words.around(key))
        return self._exactly(whittled, limit) or self._beside_an_area(whittled, typed, limit)

    def is_large(self, text: str) -> bool:
        """Whether a text is the name of a large town and nothing else."""
        self.parse()
        return any(each.people >= LARGE for each in self._named(normalise(text[:LONGEST_TEXT])))

    def _exactly(self, whittled: list[str], limit: int) -> Found | None:
        """What goes by exactly this name, or by what is left of it without words around it."""
        for key in whittled:
            if key in self._words.nothing:
                return None
            named, codes = self._named(key), self._codes(key)
            if codes and key not in self._areas and key not in self._everyday:
                one_area = not named and len(codes) == 1
                coded = [*named, *self._clocks_of(codes)]
                return self._answer(coded, limit, dominates=DOMINATES if one_area else float("inf"))
            if named:
                return self._or_a_larger_one(key, self._answer(named, limit), limit)
        whole = _without(whittled[-1], self._words.part, after=False) if whittled else ""
        clocks = self._clocks_within(whole)
        if len(self._apart(clocks)) > 1:  # which of them "north" means is not known
            return self._answer(clocks, limit, dominates=float("inf"))
        named = self._named(whole)
        return self._answer(named, limit) if named else None

    def _beside_an_area(self, whittled: list[str], typed: str, limit: int) -> Found:
        """What a name means beside the area it lies in, else a guess."""
        key = whittled[-1] if whittled else ""
        words = key.split()
        first, comma, last = (normalise(each) or each for each in typed.rpartition(","))
        if self._words.say_nothing(key):
            return Unknown()
        if self._words.unsure.isdisjoint(words[:-1]):
            for each in whittled:
                if named := self._named_within(each.split()):
                    codes = self._codes(each.rpartition(" ")[2])
                    meant = [code for code in codes if any(_lies_in(reading.city, (code,)) for reading in named)]
                    return self._answer(named, limit, dominates=float("inf") if len(meant) > 1 else DOMINATES)
            name, code = self._code_behind(whittled, typed)
            if code:  # a place of that name elsewhere is not meant: Lebanon, NH is not in Asia
                codes = self._codes(code)
                clocks = self._clocks_of(codes)
                if len(codes) > 1:  # of a country and of a state, such as IN
                    return self._answer(clocks, limit, dominates=float("inf"))
                return self._somewhere_in(clocks, name, limit)
            for place, area in ((first, last), *_cuts(words)) if comma else _cuts(words):
                if area not in self._words.nothing and (len(area) > 3 or comma):
                    clocks = self._clocks_within(area)
                    vague = self._words.say_nothing(place) or not self._words.another.isdisjoint(place.split())
                    if clocks and vague and not comma:
                        return Unknown(self._matches(_by_people(clocks), limit))
                    if clocks:
                        return self._somewhere_in(clocks, place, limit)
        return self._guess(key, limit)

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        """The zone of a point in degrees, at sea an Etc one; None for no point on Earth. Keeps nothing."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        return self._zones.canonical(tzfpy.get_tz(longitude, latitude))

    def country_of(self, zone: str) -> str | None:
        """The ISO 3166 code of the zone's country, such as "PT"; None for Etc/... and the unknown."""
        return self._zones.country_of(zone)

    def _at_offset(self, sign: str | None, hours: str | None, minutes: str | None, *, limit: int) -> Found:
        """Large cities that keep this offset in some part of the year, then the offset itself, all year."""
        east = (int(hours or 0) * 60 + int(minutes or 0)) * (-1 if sign == "-" else 1)
        matches = self._matches(_by_people(self._where(lambda rule: east in rule.offsets)), limit - 1)
        zone = self._zones.canonical(f"Etc/GMT{-east // 60:+d}" if east else "Etc/UTC")
        if zone and not east % 60:
            matches += (self._match(self.eponym(zone)),)
        return Several(matches) if len(matches) > 1 else One(matches[0]) if matches else Unknown()

    def _where(self, keeps: Callable[[Rule], bool]) -> list[_Reading]:
        """The areas whose clock is of this kind."""
        return [
            _Reading(self._people[there], city)
            for there, city in self._largest.items()
            if keeps(read_rule(self._zones.rule(city.zone)))
        ]

    def _zone_named(self, typed: str, key: str) -> list[_Reading]:
        """Europe/Lisbon, however it is written."""
        name = typed if typed.startswith("Etc/") else self._zone_names.get(key, "")
        zone = self._zones.canonical(name)
        return [_Reading(0, self.eponym(zone))] if zone else []

    def eponym(self, zone: str) -> _City:
        """The city that gave the zone its name, as if nobody lived there."""
        if zone.startswith("Etc/"):
            return _City(_utc(read_rule(self._zones.rule(zone)).offsets[0]), "", zone, 0)
        return _City(zone.rpartition("/")[2].replace("_", " "), self._zones.country_of(zone) or "", zone, 0)

    def _named(self, key: str, *, alone: bool = True) -> list[_Reading]:
        """Cities and areas of exactly this name; beside an area also the cities of an everyday name."""
        cities = () if alone and key in self._everyday else self._cities.get(key, ())
        named = [_Reading(city.people, city) for city in cities if normalise(city.name) == key]
        most = max((reading.people for reading in named), default=0)
        for city in cities:
            if normalise(city.name) != key:
                people = city.people * _ANOTHER_NAME_COUNTS
                alike = most and OSA.distance(key, normalise(city.name)) <= 1  # Sidney may be meant, or Sydney
                named.append(_Reading(min(people, most) if alike else people, city))
        return [*(self._beside(region, named) for region in self._clocks_within(key)), *named]

    def _beside(self, region: _Reading, towns: list[_Reading]) -> _Reading:
        """A region that is called like towns: it stands for the large one in it, and counts less than one elsewhere."""
        within = [town.city for town in towns if self._clock(town.city) == self._clock(region.city)]
        if towns and _country(region.city) not in {_country(town.city) for town in towns}:
            return _Reading(region.people * _REGION_BESIDE_A_TOWN, region.city)
        return _Reading(region.people, next((town for town in within if town.people >= _WELL_KNOWN), region.city))

    def _clocks_within(self, key: str) -> list[_Reading]:
        """The clocks kept in what is called so: a country, a state, a region."""
        if key in self._everyday:
            return [_Reading(0, city) for city in self._everyday[key]]
        regions = [_Reading(region.people, region) for region in self._regions.get(key, ())]
        return self._clocks_of(self._areas.get(key, ())) + regions

    def _named_within(self, words: list[str]) -> list[_Reading]:
        """Cities of this name in the area named after or before them: "paris texas", "Россия, Москва", "perth in wa".

        Behind an "in" one letter of the area may be wrong.
        """
        for place, area in _cuts(words):
            codes = self._areas.get(area, ()) + self._codes(area)
            town, _, link = place.rpartition(" ")
            if link in self._words.within and town:
                place, codes = town, codes or self._areas_like(area)
            clocks = set() if codes else {self._clock(reading.city) for reading in self._clocks_within(area)}
            if codes or clocks:
                readings = self._named(place, alone=False) or self._named_within(place.split())
                inside = [r for r in readings if _lies_in(r.city, codes) or self._clock(r.city) in clocks]
                if inside:
                    return inside
        return []

    def _areas_like(self, key: str) -> tuple[str, ...]:
        """The areas whose name is one letter off."""
        near = self._wider[0].near(key, 1) if len(key) >= _SHORTEST_GUESS and self._wider else ()
        return tuple(code for name, _ in near for code in self._areas[name])

    def _clock(self, city: _City) -> tuple[str, str]:
        """The city's country, and its clock from now on."""
        return _country(city), city.zone if city.zone.startswith("Etc/") else self._zones.rule(city.zone)

    def _codes(self, key: str) -> tuple[str, ...]:
        """Countries and states by code, which are read only beside a town: alone "no" is not Norway."""
        key = _CODES_READ_AS_WORDS.get(key, key)
        if not 2 <= len(key) <= 3:
            return ()
        return tuple(code for code in self._area_names if code.rpartition("-")[2].lower() == key)

    def _code_behind(self, whittled: list[str], typed: str) -> tuple[str, str]:
        """A name and the code of a country or state behind it; both empty where that may be another word."""
        written = {normalise(word): word for word in _WORD.findall(typed)}
        for key in (each for whole in whittled for each in (whole, *self._without_country(whole))):
            name, _, code = key.rpartition(" ")
            if name and self._codes(code):
                is_word = code in self._areas or any(code in each for each in self._words)
                if not is_word or (written.get(code, "").isupper() and not typed.isupper()):
                    return name, code
        return "", ""

    def _without_country(self, key: str) -> Iterator[str]:
        rest, _, last = key.rpartition(" ")
        if rest and last in self._areas:
            yield rest

    def _clocks_of(self, codes: Iterable[str]) -> list[_Reading]:
        """The clocks kept in these areas, each with all its people and its largest city."""
        clocks: dict[tuple[str, str], _Reading] = {}
        for code in codes:
            for there, city in self._largest.items():
                if _lies_in(city, (code,)):
                    clock = code, self._zones.rule(city.zone)
                    people, largest = clocks.get(clock, (0, city))
                    clocks[clock] = _Reading(
                        people + self._people[there], max(largest, city, key=lambda city: city.people)
                    )
        return list(clocks.values())

    def _somewhere_in(self, clocks: list[_Reading], place: str, limit: int) -> Found:
        """A village that is not listed, in an area that is: one clock is an answer, of several some help."""
        whole = self._answer(clocks, limit)
        kept = {self._clock(reading.city) for reading in clocks}
        near = [] if isinstance(whole, One) else self._near(place)
        inside = [reading for _, reading in near if self._clock(reading.city) in kept]
        return Unknown(self._matches(inside, limit)) if inside else whole

    def _or_a_larger_one(self, key: str, answer: Found, limit: int) -> Found:
        """A small town whose name is a far larger one's without a letter, or with one more, is asked about."""
        if len(key) <= _SHORTEST_GUESS or key in self._everyday:
            return answer
        own = [_Reading(city.people, city) for city in self._cities.get(key, ())]
        if key in self._regions or key in self._areas or any(r.people >= _LITTLE_KNOWN for r in own):
            return answer
        larger = [
            reading
            for name, typos in self._towns.near(key, 1)
            for reading in self._named(name)
            if typos and len(name) != len(key) and reading.people >= _WELL_KNOWN
        ]
        return Several(self._matches([*own, *_by_people(larger)], limit)) if larger else answer

    def _guess(self, key: str, limit: int) -> Found:
        """One wrong letter in a large city's name still means the city; else what is alike, or stands within."""
        words = key.split()
        if len(key) >= _SHORTEST_GUESS and self._words.nothing.isdisjoint(words):
            towns = [reading for _, reading in self._near_towns(key, 1)]
            answer = self._answer(towns, limit)
            if isinstance(answer, One) and self._is_meant(key, _by_people(towns)[0].city):
                return answer
        phrases = (phrase for phrase in _phrases(words) if phrase not in self._words.nothing)
        within = [reading for phrase in phrases for reading in self._named(phrase)]
        longer = _by_people(_Reading(city.people, city) for city in self._beginning_with(key))
        return Unknown(self._matches([*within, *longer, *(reading for _, reading in self._near(key))], limit))

    def _is_meant(self, key: str, city: _City) -> bool:
        """Whether the city is large enough to be what a typo hides, and no region elsewhere is called nearly so."""
        name = normalise(city.name)
        if OSA.distance(key, name) <= 1:
            large = city.people >= _WELL_KNOWN and key[0] == name[0]  # "needs" is not Leeds
        else:
            large = city.people >= _KNOWN_BY_OTHER_NAMES and (len(key) > _SHORTEST_GUESS + 1 or not key.isascii())
        if not large:
            return False
        return all(self._clock(region.city) == self._clock(city) for _, region in self._near_regions(key, 1))

    def _near(self, key: str) -> list[tuple[int, _Reading]]:
        """Readings of names that differ by a few letters, with how many; the nearest and largest first."""
        most = min(len(key) // 4, 3)
        near = [*self._near_towns(key, most), *self._near_regions(key, most)] if most else []
        return sorted(near, key=lambda hit: (hit[0], -hit[1].people))

    def _near_towns(self, key: str, most: int) -> Iterator[tuple[int, _Reading]]:
        for name, typos in self._towns.near(key, most):
            for city in self._cities[name]:
                counts = 1 if normalise(city.name) == name else _ANOTHER_NAME_COUNTS
                yield typos, _Reading(city.people * counts, city)

    def _near_regions(self, key: str, most: int) -> Iterator[tuple[int, _Reading]]:
        for names in self._wider:
            for name, typos in names.near(key, most):
                yield from ((typos, reading) for reading in self._clocks_within(name))

    def _beginning_with(self, key: str) -> Iterator[_City]:
        if len(key) >= _SHORTEST_GUESS - 1:
            for name in islice(self._in_order, bisect_left(self._in_order, key), None):
                if not name.startswith(key):
                    return
                yield from self._cities[name]

    def _answer(self, readings: list[_Reading], limit: int, *, dominates: float = DOMINATES) -> Found:
        ranked = self._apart(_by_people(readings))
        if not ranked:
            return Unknown()
        first, *rest = ranked
        if rest and _country(rest[0].city) == _country(first.city):
            dominates = max(dominates, MAIN_CLOCK)
        if not rest or first.people > dominates * rest[0].people:
            return One(self._match(first.city), self._matches(rest, limit - 1))
        return Several(self._matches(ranked, limit))

    def _apart(self, readings: Iterable[_Reading]) -> list[_Reading]:
        """The first reading of each clock in each country, where `zoneinfo` knows the zone."""
        first: dict[tuple[str, str], _Reading] = {}
        for reading in readings:
            zone = self._zones.canonical(reading.city.zone)
            if zone:
                first.setdefault(self._clock(reading.city), reading)
        return list(first.values())

    def _matches(self, ranked: list[_Reading], limit: int) -> tuple[Match, ...]:
        matches: dict[str, Match] = {}
        for reading in self._apart(ranked)[: max(limit, 0)]:
            match = self._match(reading.city)
            if match.label in matches:  # a country may have two towns of a name
                match = replace(match, region=self.eponym(match.zone).name)
            matches[match.label] = match
        return tuple(matches.values())

    def _match(self, city: _City) -> Match:
        country = _country(city)
        region = self._area_names.get(city.area, "") if city.area != country else ""
        zone = self._zones.canonical(city.zone) or city.zone
        return Match(city.name, region, self._area_names.get(country, ""), zone)


def _country(city: _City) -> str:
    return city.area.partition("-")[0]


def _by_people(readings: Iterable[_Reading]) -> list[_Reading]:
    return sorted(readings, key=lambda reading: -reading.people)


def _lies_in(city: _City, codes: Iterable[str]) -> bool:
    return city.area in codes or _country(city) in codes


def _cuts(words: list[str]) -> Iterator[tuple[str, str]]:
    """Every way to read words as a place and the area it lies in, the longest place first."""
    if len(words) <= _LONGEST_PHRASE:
        for cut in range(len(words) - 1, 0, -1):
            yield " ".join(words[:cut]), " ".join(words[cut:])
        for cut in range(1, len(words)):
            yield " ".join(words[cut:]), " ".join(words[:cut])


def _without(key: str, phrases: frozenset[str], *, after: bool) -> str:
    """The key without the longest of the phrases that stands before or after it; empty when none does."""
    words = key.split()
    for length in range(min(len(words), _LONGEST_PHRASE) - 1, 0, -1):
        cut = len(words) - length if after else length
        first, last = " ".join(words[:cut]), " ".join(words[cut:])
        if (last if after else first) in phrases:
            return first if after else last
    return ""


def _phrases(words: list[str]) -> Iterator[str]:
    """The parts of a sentence that may be a name, the longest first: "i live in lisbon"."""
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length])
            if len(phrase) >= _SHORTEST_GUESS:
                yield phrase


def load_places(folder: Path) -> Places:
    """Read and parse the five tables of content/places/README.md.

    Raises OSError for a file that cannot be read, ValueError naming file and line for a malformed one.
    """
    places = Places(read_tables(folder))
    places.parse()
    return places


def read_tables(folder: Path) -> dict[str, bytes]:
    """The five tables as they lie there, by their names. Raises OSError."""
    return {name: (folder / name).read_bytes() for name in TABLES}


def _words(table: str, tables: Mapping[str, bytes]) -> Words:
    """The words that are no part of a name; of a kind without a line there are none."""
    words = NO_WORDS
    for line, (kind, listed) in _rows(table, tables, columns=2):
        if kind not in Words._fields:
            raise ValueError(f"{table}:{line}: no kind of words: {kind!r}")
        words = words._replace(**{kind: frozenset(_keys(listed))})
    return words


def _everyday(table: str, tables: Mapping[str, bytes], zones: TimeZones) -> Iterator[tuple[list[str], list[str]]]:
    """Each row's names and the zones that they mean."""
    for line, (names, meant, _) in _rows(table, tables, columns=3):
        if unknown := [zone for zone in meant.split("|") if zone not in zones.countries]:
            raise ValueError(f"{table}:{line}: not a zone of a country: {unknown[0]!r}")
        yield _keys(names), _keys(meant)


def _cities(table: str, tables: Mapping[str, bytes], codes: set[str]) -> Iterator[tuple[_City, list[str]]]:
    """The towns or regions of a table, with their other keys."""
    area = zone = ""
    for line, (name, people, new_area, new_zone, others) in _rows(table, tables, columns=5):
        if new_area:
            area, zone = new_area, new_zone
        if area not in codes or not zone or not people.isdecimal():
            raise ValueError(f"{table}:{line}: a place has thousands of people, a listed area and a zone")
        yield _City(name, area, zone, int(people)), _keys(others)


def _rows(table: str, tables: Mapping[str, bytes], *, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Each line's number and cells; cells left out at the end are empty."""
    content = tables[table]
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise ValueError(f"{table}:{line}: not UTF-8") from fault
    for number, text in enumerate(lines, 1):
        row = text.split("\t")
        if not text:
            continue
        if len(row) > columns or not row[0]:
            raise ValueError(f"{table}:{number}: the first cell is empty, or there are more than {columns}")
        yield number, row + [""] * (columns - len(row))


def _keys(cell: str) -> list[str]:
    return cell.split("|") if cell else []
