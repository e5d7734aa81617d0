"""What people type for where they live, and the zone it means."""

from __future__ import annotations

import math
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.places.search import LONGEST_TEXT, Found, Match, One, Several, Unknown, load_places, normalise
from bot.places.time_zones import TimeZones
from tests.conftest import the_places
from tests.support.examples import examples

FOLDER = Path(__file__).parent.parent.parent / "content" / "places"
PLACES = the_places()


def write_tables(folder: Path, **tables: bytes) -> None:
    """All tables, empty where nothing is said."""
    for name in ("countries.tsv", "cities.tsv", "regions.tsv", "everyday.tsv", "words.tsv"):
        (folder / name).write_bytes(tables.get(name, b""))


def matches_of(found: Found) -> tuple[Match, ...]:
    match found:
        case One(match, others):
            return (match, *others)
        case Several(matches) | Unknown(matches):
            return matches


def zones_of(found: Found) -> list[str]:
    return [match.zone for match in matches_of(found)]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("  lisBON!! ", "Europe/Lisbon"),
        ("Lisboa, Portugal", "Europe/Lisbon"),
        ("são paulo", "America/Sao_Paulo"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("ｔｏｋｙｏ", "Asia/Tokyo"),
        ("Nuku'alofa", "Pacific/Tongatapu"),
        ("Nuku’alofa", "Pacific/Tongatapu"),
        ("St. Petersburg", "Europe/Moscow"),
        ("Łódź", "Europe/Warsaw"),
        ("Lodz", "Europe/Warsaw"),
        ("İSTANBUL", "Europe/Istanbul"),
        ("NYC", "America/New_York"),
        ("Évora", "Europe/Lisbon"),
        ("Kiritimati", "Pacific/Kiritimati"),
        ("Madeira", "Atlantic/Madeira"),
    ],
)
def test_a_city_is_found_whatever_its_case_accents_and_punctuation(text: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, One)
    assert found.match.zone == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Москва", "Europe/Moscow"),
        ("Москва, Россия", "Europe/Moscow"),
        ("東京", "Asia/Tokyo"),
        ("東京都", "Asia/Tokyo"),
        ("القاهرة", "Africa/Cairo"),
        ("Αθήνα", "Europe/Athens"),
        ("北京", "Asia/Shanghai"),
        ("臺北", "Asia/Taipei"),
        ("서울", "Asia/Seoul"),
        ("मुंबई", "Asia/Kolkata"),
        ("சென்னை", "Asia/Kolkata"),
        ("תל אביב", "Asia/Jerusalem"),
        ("تهران", "Asia/Tehran"),
        ("กรุงเทพ", "Asia/Bangkok"),
        ("თბილისი", "Asia/Tbilisi"),
        ("አዲስ አበባ", "Africa/Addis_Ababa"),
        ("München", "Europe/Berlin"),
        ("Cologne", "Europe/Berlin"),
        ("Calcutta", "Asia/Kolkata"),
        ("Wien", "Europe/Vienna"),
        ("Киев", "Europe/Kyiv"),
    ],
)
def test_a_city_is_found_by_its_name_in_other_languages_and_scripts(text: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, One)
    assert found.match.zone == zone


@pytest.mark.parametrize(
    ("text", "label", "zone"),
    [
        ("New York, US", "New York City, New York, United States", "America/New_York"),
        ("paris texas", "Paris, Texas, United States", "America/Chicago"),
        ("Paris, Texas, USA", "Paris, Texas, United States", "America/Chicago"),
        ("Paris, TX", "Paris, Texas, United States", "America/Chicago"),
        ("USA Birmingham Alabama", "Birmingham, Alabama, United States", "America/Chicago"),
        ("Birmingham UK", "Birmingham, United Kingdom", "Europe/London"),
        ("london ontario", "London, Ontario, Canada", "America/Toronto"),
        ("San José, Costa Rica", "San José, Costa Rica", "America/Costa_Rica"),
        ("Singapore", "Singapore", "Asia/Singapore"),
    ],
)
def test_a_country_or_state_beside_the_city_decides(text: str, label: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, One)
    assert (found.match.label, found.match.zone) == (label, zone)


def test_a_far_larger_city_is_meant_and_the_smaller_one_is_kept_for_a_no() -> None:
    found = PLACES.find("Paris")
    assert isinstance(found, One)
    assert found.match == Match("Paris", "", "France", "Europe/Paris")
    assert Match("Paris", "Texas", "United States", "America/Chicago") in found.others


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("Birmingham", {"Europe/London", "America/Chicago"}),
        ("Valencia", {"Europe/Madrid", "America/Caracas"}),
        ("San Jose", {"America/Los_Angeles", "America/Costa_Rica"}),
        ("Georgia", {"America/New_York", "Asia/Tbilisi"}),
        ("Washington", {"America/Los_Angeles", "America/New_York"}),
        ("USA", {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"}),
        ("Россия", {"Europe/Moscow", "Asia/Yekaterinburg"}),
    ],
)
def test_a_name_of_several_clocks_is_asked_about(text: str, some: set[str]) -> None:
    found = PLACES.find(text)
    assert isinstance(found, Several)
    assert some <= set(zones_of(found))


def test_suggestions_have_different_labels_and_are_no_more_than_asked_for() -> None:
    for text in ("San Jose", "Springfield", "USA", "Россия", "Victoria", "CET", "UTC+2", "Santa Rosa"):
        for limit in (2, 3, 6, 12):
            matches = matches_of(PLACES.find(text, limit=limit))
            assert len(matches) <= limit
            assert len({match.label for match in matches}) == len(matches)
    assert len(matches_of(PLACES.find("USA", limit=12))) > 6


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Portugal", "Europe/Lisbon"),  # though the Azores are an hour behind
        ("Spain", "Europe/Madrid"),
        ("Argentina", "America/Argentina/Buenos_Aires"),  # twelve zones, one clock
        ("Deutschland", "Europe/Berlin"),
        ("日本", "Asia/Tokyo"),
        ("England", "Europe/London"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Azores", "Atlantic/Azores"),
    ],
)
def test_a_country_or_state_with_one_main_clock_is_enough(text: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, One)
    assert found.match.zone == zone


def test_an_unlisted_village_has_its_countrys_clock() -> None:
    assert zones_of(PLACES.find("Monsaraz, Portugal"))[0] == "Europe/Lisbon"
    assert isinstance(PLACES.find("Nosuchville, USA"), Several)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Sao Paolo", "America/Sao_Paulo"),
        ("Lisbn", "Europe/Lisbon"),
        ("Stokholm", "Europe/Stockholm"),
        ("San Fransisco", "America/Los_Angeles"),
        ("Instanbul", "Europe/Istanbul"),
        ("Amsterdm", "Europe/Amsterdam"),
        ("Мосвка", "Europe/Moscow"),
    ],
)
def test_one_wrong_letter_in_a_large_citys_name_is_forgiven(text: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, One)
    assert found.match.zone == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Jhanesburg", "Africa/Johannesburg"),
        ("Portugl", "Europe/Lisbon"),
        ("Nwe York, USA", "America/New_York"),
        ("Casablan", "Africa/Casablanca"),
    ],
)
def test_what_is_only_nearly_a_place_is_suggested(text: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, Unknown)
    assert found.nearest[0].zone == zone


@pytest.mark.parametrize("text", ["", "   ", "🙂", "no", "?!", "a", "\0", "qqqqqqqq", "'"])
def test_what_is_no_place_finds_none(text: str) -> None:
    assert PLACES.find(text) == Unknown()


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("europe/lisbon", "Europe/Lisbon"),
        ("America/New York", "America/New_York"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Pacific time", "America/Los_Angeles"),
        ("America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("Europe/Oslo", "Europe/Oslo"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        ("JST", "Asia/Tokyo"),
    ],
)
def test_a_zone_is_found_by_its_own_name(text: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, One)
    assert found.match.zone == zone


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "Etc/Nowhere", "Etc/../../passwd", "/etc/passwd"]
)
def test_what_is_no_zone_of_people_is_never_a_zone(name: str) -> None:
    assert TimeZones().canonical(name) is None
    assert name not in zones_of(PLACES.find(name))


@pytest.mark.parametrize(
    ("text", "label", "zone"),
    [
        ("UTC+2", "UTC+2", "Etc/GMT-2"),
        ("utc +02:00", "UTC+2", "Etc/GMT-2"),
        ("+2", "UTC+2", "Etc/GMT-2"),
        ("GMT-3", "UTC-3", "Etc/GMT+3"),
        ("GMT−3", "UTC-3", "Etc/GMT+3"),
        ("utc", "UTC", "Etc/UTC"),
    ],
)
def test_an_offset_suggests_large_cities_and_last_itself(text: str, label: str, zone: str) -> None:
    found = PLACES.find(text)
    assert isinstance(found, Several)
    assert (found.matches[-1].label, found.matches[-1].zone) == (label, zone)
    assert len(found.matches) == 6


def test_an_offset_between_hours_has_only_cities() -> None:
    assert zones_of(PLACES.find("UTC+5:30")) == ["Asia/Kolkata", "Asia/Colombo"]
    assert zones_of(PLACES.find("UTC+05:45")) == ["Asia/Kathmandu"]
    assert PLACES.find("UTC+99") == Unknown()


def test_an_abbreviation_is_asked_about() -> None:
    assert {"Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"} <= set(zones_of(PLACES.find("IST")))
    for text, zone in (("EST", "America/New_York"), ("CET", "Europe/Berlin"), ("pst", "America/Los_Angeles")):
        found = PLACES.find(text)
        assert isinstance(found, Several)
        assert zone in zones_of(found)


@examples(60)
@given(st.text(max_size=3 * LONGEST_TEXT))
def test_any_text_has_an_answer_with_zones_that_exist(text: str) -> None:
    for match in matches_of(PLACES.find(text)):
        assert ZoneInfo(match.zone).key == match.zone
        assert match.label


@examples(60)
@given(st.text(alphabet="utcgm+-:0123456789 .,/", max_size=20))
def test_anything_like_an_offset_has_an_answer(text: str) -> None:
    assert isinstance(PLACES.find(text), One | Several | Unknown)


def test_what_follows_the_first_100_characters_is_not_read() -> None:
    assert PLACES.find("x" * LONGEST_TEXT + " Lisbon") == PLACES.find("x" * LONGEST_TEXT)


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_stored_keys_are_written_as_typed_names_are() -> None:
    for table, column in (("cities.tsv", 4), ("countries.tsv", 2)):
        for line in (FOLDER / table).read_text("utf-8").splitlines():
            cells = line.split("\t")
            for key in cells[column].split("|") if len(cells) > column and cells[column] else ():
                assert key == normalise(key), line


def test_every_listed_zone_is_canonical_and_known_here() -> None:
    zones = TimeZones()
    rows = [line.split("\t") for line in (FOLDER / "cities.tsv").read_text("utf-8").splitlines()]
    listed = {row[3] for row in rows if len(row) > 3 and row[3]}
    assert len(listed) > 300
    assert {zone: zones.canonical(zone) for zone in listed} == {zone: zone for zone in listed}


def test_every_zone_of_a_country_is_found_by_its_full_name() -> None:
    zones = TimeZones()
    wrong = {zone for zone in zones.countries if zones_of(PLACES.find(zone))[:1] != [zone]}
    assert not wrong


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (38.72, -9.14, "Europe/Lisbon"),
        (59.91, 10.75, "Europe/Oslo"),
        (40.71, -74.0, "America/New_York"),
        (-41.29, 174.78, "Pacific/Auckland"),
        (19.07, 72.88, "Asia/Kolkata"),
        (40.0, -30.0, "Etc/GMT+2"),
    ],
)
def test_a_location_has_a_zone(latitude: float, longitude: float, zone: str) -> None:
    assert PLACES.zone_at(latitude, longitude) == zone


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 200.0, -181.0, 1e308])
def test_a_location_off_the_earth_has_none(bad: float) -> None:
    assert PLACES.zone_at(bad, 0.0) is None
    assert PLACES.zone_at(0.0, bad) is None


@given(st.floats(), st.floats())
def test_any_two_numbers_have_a_known_zone_or_none(latitude: float, longitude: float) -> None:
    zone = PLACES.zone_at(latitude, longitude)
    assert zone is None or ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Lisbon", "PT"),
        ("Europe/Oslo", "NO"),
        ("Asia/Ho_Chi_Minh", "VN"),
        ("Asia/Calcutta", "IN"),
        ("America/Chicago", "US"),
        ("Etc/GMT-2", None),
        ("Nowhere/Land", None),
        ("", None),
    ],
)
def test_a_zone_names_its_country(zone: str, country: str | None) -> None:
    assert PLACES.country_of(zone) == country


def test_hanoi_keeps_vietnams_zone_and_so_its_emergency_numbers() -> None:
    assert zones_of(PLACES.find("Hanoi")) == ["Asia/Ho_Chi_Minh"]


@pytest.mark.parametrize(
    ("cities", "fault"),
    [
        (b"Lisbon\t518\tPT\tEurope/Lisbon\nPorto\tmany\n", "cities.tsv:2:"),
        (b"Lisbon\t518\n", "cities.tsv:1:"),
        (b"Lisbon\t518\tXX\tEurope/Lisbon\n", "cities.tsv:1:"),
        (b"Lisbon\t518\tPT\tEurope/Lisbon\tlisboa\tmore\n", "cities.tsv:1:"),
        (b"Lisbon\t518\tPT\tEurope/Lisbon\n\xff\t1\n", "cities.tsv:2:"),
        (b"\t518\tPT\tEurope/Lisbon\n", "cities.tsv:1:"),
    ],
)
def test_a_malformed_table_names_its_line(tmp_path: Path, cities: bytes, fault: str) -> None:
    write_tables(tmp_path, **{"countries.tsv": b"PT\tPortugal\t\n", "cities.tsv": cities})
    with pytest.raises(ValueError, match=fault):
        load_places(tmp_path)


def test_a_missing_table_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_places(tmp_path)


def test_the_tables_stay_small() -> None:
    assert (FOLDER / "cities.tsv").stat().st_size <= 900_000
    assert (FOLDER / "countries.tsv").stat().st_size <= 100_000


def test_two_towns_of_one_name_in_one_country_can_be_told_apart(tmp_path: Path) -> None:
    cities = b"Mirny\t40\tRU\tAsia/Yakutsk\nMirny\t30\tRU\tEurope/Moscow\n"
    write_tables(tmp_path, **{"countries.tsv": b"RU\tRussia\n", "cities.tsv": cities})
    found = load_places(tmp_path).find("mirny")
    assert [match.label for match in matches_of(found)] == ["Mirny, Russia", "Mirny, Moscow, Russia"]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Lebanon, NH", "America/New_York"),
        ("lebanon nh please", "America/New_York"),
        ("Lebanon, N.H., USA", "America/New_York"),
        ("Delhi NY", "America/New_York"),
        ("Delhi, New York", "America/New_York"),
        ("I live in Hanover NH", "America/New_York"),
        ("Geneva NY 14456", "America/New_York"),
        ("Turkey TX", "America/Chicago"),
        ("Verona WI", "America/Chicago"),
        ("Bern CH", "Europe/Zurich"),
        ("Gruyeres CH", "Europe/Zurich"),
        ("BERLIN DE", "Europe/Berlin"),
    ],
)
def test_a_code_behind_a_name_says_where_the_place_lies_also_of_one_that_is_not_listed(text: str, zone: str) -> None:
    assert isinstance(found := PLACES.find(text), One)
    assert found.match.zone == zone


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Warsaw IN", {"India", "United States"}),
        ("Vienna VA", {"United States", "Vatican"}),
        ("Ontario CA", {"Canada", "United States"}),
        ("Glasgow MT", {"Malta", "United States"}),
        ("Moscow PA", {"Panama", "United States"}),
    ],
)
def test_a_code_of_a_country_and_of_a_state_is_asked_about(text: str, countries: set[str]) -> None:
    assert isinstance(found := PLACES.find(text), Several)
    assert {match.country for match in found.matches} == countries


@pytest.mark.parametrize("text", ["PARIS OK", "london me", "Paris or NY", "London ok"])
def test_a_code_that_may_be_another_word_names_no_state(text: str) -> None:
    assert isinstance(PLACES.find(text), Unknown)


@pytest.mark.parametrize(
    ("text", "label"), [("Gaza", "Gaza, Palestinian Territory"), ("West Bank", "West Bank, Palestinian Territory")]
)
def test_neither_of_two_places_is_called_by_a_town_of_the_other(text: str, label: str) -> None:
    assert isinstance(found := PLACES.find(text), One)
    assert found.match.label == label
