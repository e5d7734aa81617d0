"""A start looks at content again unless it, its places and the code are what was found whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.catalog.load import ContentFaults, load_catalog
from bot.check.found_whole import CODE, FoundWhole, fingerprint
from bot.places.search import read_tables
from bot.run import CannotStart, _built
from bot.settings import read_settings
from tests.conftest import CONTENT

TABLES = {"cities.tsv": b"Lisbon", "words.tsv": b"before"}


def test_content_places_and_code_each_make_another_fingerprint(tmp_path: Path) -> None:
    code = tmp_path / "bot"
    shutil.copytree(CODE / "check", code / "check")
    found = [fingerprint("a", TABLES, code), fingerprint("b", TABLES, code)]
    found += [fingerprint("a", {**TABLES, name: b"other"}, code) for name in TABLES]
    for path in (code / "check" / "marks.py", code / "check" / "named.json"):
        path.write_bytes(path.read_bytes() + b"\n")
        found.append(fingerprint("a", TABLES, code))
    (code / "new.py").touch()
    found.append(fingerprint("a", TABLES, code))
    assert len(set(found)) == len(found) == 7
    (code / "new.py").unlink()
    assert fingerprint("a", TABLES, code) == found[-2]


def test_a_note_that_is_lost_torn_or_of_other_content_holds_nothing(tmp_path: Path) -> None:
    note = FoundWhole(tmp_path)
    assert not note.holds("one")
    note.keep("one")
    assert note.holds("one")
    assert not note.holds("other")
    [path] = tmp_path.iterdir()
    path.write_bytes(b"\xffon")
    assert not note.holds("one")
    FoundWhole(tmp_path / "nowhere").keep("one")
    assert not FoundWhole(tmp_path / "nowhere").holds("one")


CHANGES = (
    ("shared/en/labels.yaml", "lane-gentle: Make it gentler\n", ""),
    ("shared/en/screens/session/day.html.j2", "{% elif done %}", "{% elif done"),
    ("places/cities.tsv", "Lisbon\t", "\tLisbon\t"),
)


async def test_content_found_whole_once_is_looked_at_again_when_somebody_has_changed_it(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("media", "figures"))
    settings = read_settings(
        {
            "BOT_TOKEN": "1000000001:canary-Q7xw2Lm9Zk4Vt8Rb3Ny6Hd1Fs5",
            "BOT_DATA_DIR": str(tmp_path / "data"),
            "BOT_STORAGE_KEY_FILE": str(tmp_path / "keys" / "storage.key"),
            "BOT_CONTENT_DIR": str(content),
            "BOT_CONTACT_FILE": str(content / "contact.example.yaml"),
            "BOT_SAMPLE_CONTACTS": "yes",
        }
    )
    await _built(settings).stop()
    here = fingerprint(load_catalog(content, settings.contact_file).hash, read_tables(content / "places"))
    assert FoundWhole(settings.data_dir).holds(here)
    await _built(settings).stop()

    for file, old, new in CHANGES:
        whole = (content / file).read_text()
        assert old in whole
        (content / file).write_text(whole.replace(old, new, 1))
        with pytest.raises((ContentFaults, CannotStart), match=Path(file).name):
            _built(settings)
        (content / file).write_text(whole)
