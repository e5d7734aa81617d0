"""Who to turn to comes from a file of the installation, and a file that does not fit is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.catalog.load import Catalog, ContentFaults
from bot.core.model.message import OutgoingMessage
from bot.render.text import Renderer
from bot.settings import read_settings
from tests.conftest import CONTENT
from tests.support.read_again import keeps_from_starting, load_catalog

MINE = """
run-by: {name: Riverside Practice, reach: +44 20 7946 0000}
people:
  - {name: Jo Reed, role: physiotherapist, phone: "+44 20 7946 0001", hours: 9 to 5}
"""


def test_an_installation_names_its_own_people(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    catalog = load_catalog(CONTENT, tmp_path / "mine.yaml")
    assert not catalog.contact.sample
    shown = Renderer(catalog).render(OutgoingMessage("information/help", {"zone": None, "coached": False})).text
    assert "Jo Reed, physiotherapist: +44 20 7946 0001, 9 to 5" in shown
    assert "Sample" not in shown


@pytest.mark.parametrize(
    ("person", "line"),
    [
        ("{name: Jo, email: jo@riverside.practice}", "Jo: jo@riverside.practice"),
        ("{name: Jo, role: nurse, phone: '112'}", "Jo, nurse: 112"),
        (
            "{name: Jo, role: nurse, email: jo@riverside.practice, hours: 9 to 5}",
            "Jo, nurse: jo@riverside.practice, 9 to 5",
        ),
    ],
)
def test_a_person_is_shown_without_what_is_not_given(tmp_path: Path, person: str, line: str) -> None:
    (tmp_path / "mine.yaml").write_text(f"run-by: {{name: A, reach: B}}\npeople: [{person}]\n")
    catalog = load_catalog(CONTENT, tmp_path / "mine.yaml")
    assert (
        line
        in Renderer(catalog)
        .render(OutgoingMessage("information/help", {"zone": None, "coached": False}))
        .text.splitlines()
    )


def test_a_change_of_people_is_a_change_of_content(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    before = load_catalog(CONTENT, tmp_path / "mine.yaml").hash
    (tmp_path / "mine.yaml").write_text(MINE.replace("Jo", "Jay"))
    assert load_catalog(CONTENT, tmp_path / "mine.yaml").hash != before


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (MINE.replace("phone", "telephone"), 4, "unknown name “telephone”"),
        (MINE.replace('phone: "+44 20 7946 0001", ', ""), 4, "nobody can reach “Jo Reed”"),
        (MINE.replace('"+44 20 7946 0001"', ""), 4, "nothing stands here"),
        (MINE.replace("name: Jo Reed", "name: ' '"), 4, "this person has no name"),
        (MINE.replace("name: Jo Reed", 'name: "\\u200b"'), 4, "this person has no name"),
        (MINE.replace("name: Jo Reed", 'name: "Jo Reed\\nRob Roe"'), 4, "“Jo …” must stand in one line"),
        (MINE.replace("phone", "email"), 4, "is no email address: an @ is missing"),
        (MINE.replace("+44 20 7946 0000", '""'), 2, "whoever runs the bot needs a name, and a way to be reached"),
        ("people: []\nrun-by: {name: A, reach: B}\n", 1, "nobody stands here"),
        ("people: [", 1, "not YAML"),
        ("", 1, "the file is empty"),
        (None, 1, "the file is missing"),
    ],
)
def test_a_contact_file_that_does_not_fit_is_named_with_its_line(
    tmp_path: Path, content: str | None, line: int, says: str
) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ContentFaults) as refused:
        load_catalog(CONTENT, path)
    assert [(fault.file, fault.line) for fault in refused.value.faults if says in fault.text] == [(str(path), line)]


SAMPLE = (CONTENT / "contact.example.yaml").read_text()
CALLED_ONES_OWN = SAMPLE.replace("sample: true\n", "\n")
MADE_UP_LINES = [
    number
    for number, line in enumerate(CALLED_ONES_OWN.splitlines(), 1)
    if line.strip(" -").startswith(("name:", "reach:", "role:", "phone:"))
]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (CALLED_ONES_OWN, MADE_UP_LINES),
        (MINE.replace("+44 20 7946 0001", "+1 (555) 01-00"), [4]),
        (MINE.replace("Jo Reed", "sample name TWO"), [4]),
        (MINE.replace("+44 20 7946 0000", "practice@example.org"), [2]),
    ],
)
def test_whoever_is_called_real_is_nobody_of_the_sample(tmp_path: Path, content: str, lines: list[int]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(content)
    found = keeps_from_starting(CONTENT, path).faults
    [fault] = found
    first, *others = lines
    also = f" (and in line {', '.join(map(str, others))})" if others else ""
    assert (fault.file, fault.line) == (str(path), first)
    assert fault.text.endswith(f"is made up: write your own{also}, or “sample: true” to try it")


@pytest.mark.parametrize(
    "value",
    [
        *("jo@example.com", "practice@mail.example.net", "jo@riverside.example", "jo@clinic.test", "me@localhost"),
        *(
            "https://example.com/contact",
            "jo@yourdomain.com",
            "your.name@gmail.com",
            "you@clinic.org",
            "jane.doe@x.org",
        ),
        *("Your Name", "John Doe", "[your name]", "Sample Person", "TODO", "Test", "first last"),
        *("+1 212 555 0123", "555-0199", "(416) 555-7788", "1-800-555-0199", "+1 555 123 4567"),
        *("Max Mustermann", "change me", "TBC", "...", "?", "user@domain.tld", "+44 1234 567890", "0000", "12345"),
        *("+44 20 XXXX XXXX", "0123456789", "123456", "+1 234 567 8900", "000 000 0000", "+44 20 0000 0000"),
    ],
)
def test_what_nobody_has_is_made_up(value: str, catalog: Catalog) -> None:
    assert catalog.made_up.sounds(value)


@pytest.mark.parametrize("value", ["jo@clinic.test", "+1 212 555 0123", "John Doe"])
def test_what_is_made_up_keeps_from_starting_where_it_is_not_called_so(tmp_path: Path, value: str) -> None:
    way = "email" if "@" in value else "phone" if sum(map(str.isdigit, value)) > 2 else "name"
    person = {"name": "Jo Reed", "phone": "112"} | {way: value}
    said = {"run-by": {"name": "A", "reach": value}, "people": [person]}
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(said, sort_keys=False, width=1000))
    [fault] = keeps_from_starting(CONTENT, path).faults
    assert fault.text.startswith(f"“{value}” is made up")

    path.write_text("sample: true\n" + path.read_text())
    assert not keeps_from_starting(CONTENT, path).faults


@pytest.mark.parametrize(
    "value",
    [
        *(
            "112",
            "911",
            "+354 555 1234",
            "020 555 1234",
            "1 800 555 1212",
            "0800 555555",
            "01273 222222",
            "+49 30 123456",
        ),
        *("Your local surgery", "You-Jin Kim", "Anna Testa", "Example Road Surgery", "name.of@clinic.org", "Jo"),
        *("contact@clinic.org", "Room 3, behind the desk", "test.lab@clinic.org", "999", "0800 1234567", "Changi Road"),
    ],
)
def test_what_somebody_may_have_is_taken_for_real(value: str, catalog: Catalog) -> None:
    assert not catalog.made_up.sounds(value)


def test_the_same_hours_are_no_sign_of_a_made_up_person(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace("9 to 5", '"Monday to Friday, 9:00 to 17:00"'))
    assert not load_catalog(CONTENT, path).contact.sample


def test_a_copy_of_the_sample_that_says_so_can_be_tried(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SAMPLE)
    assert load_catalog(CONTENT, path).contact.sample


def test_the_contact_is_the_named_file_else_the_one_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}, needs_token=False).contact_file is None
    Path("contact.yaml").write_text(MINE)
    assert read_settings({}, needs_token=False).contact_file == Path("contact.yaml")
    assert read_settings({"BOT_CONTACT_FILE": "other.yaml"}, needs_token=False).contact_file == Path("other.yaml")
