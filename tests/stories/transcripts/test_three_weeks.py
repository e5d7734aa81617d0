"""Three whole weeks as three people lived them, compared word for word with what was written down.

After a change of words or rules, `UPDATE_TRANSCRIPTS=1 .venv/bin/python -m pytest tests/stories/transcripts`
writes the texts anew; read their difference before keeping it.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.demo.personas import Persona
from bot.demo.play import Player
from bot.places.search import Places
from tests.support.quick import quick_testbed
from tests.support.transcript import transcript

HERE = Path(__file__).parent

BERLIN = Persona("berlin", "", "Berlin", "19:00", choices=(1,), habits=("session", "session", "done", "not today"))
NEW_YORK = Persona("new-york", "", "new york", "07:30", choices=(-2,), habits=("short", "session", "nothing"))
LISBON = Persona(
    "lisbon",
    "",
    "Lisboa",
    "12:30",
    ("1", "3", "5"),
    choices=(2,),
    habits=("session", "later"),
    goes_on=2,
)


@pytest.mark.parametrize(
    ("persona", "zone", "begin"),
    [
        pytest.param(
            BERLIN, "Europe/Berlin", datetime(2026, 3, 20, 16, 40, tzinfo=UTC), id="berlin loses an hour on day 10"
        ),
        pytest.param(
            NEW_YORK, "America/New_York", datetime(2026, 3, 2, 11, 50, tzinfo=UTC), id="new york loses one on day 7"
        ),
        pytest.param(
            LISBON, "Europe/Lisbon", datetime(2026, 3, 2, 17, 5, tzinfo=UTC), id="lisbon takes three days a week"
        ),
    ],
)
async def test_three_weeks_read_as_written_down(
    persona: Persona, zone: str, begin: datetime, catalog: Catalog, places: Places, tmp_path: Path
) -> None:
    testbed = quick_testbed(catalog, places, folder=tmp_path, begin=begin)
    await testbed.open()
    await Player(testbed, persona).play()
    await testbed.close()

    told = transcript(testbed.telegram, zone)

    written = HERE / f"{persona.id}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        written.write_text(told, encoding="utf-8")
    assert told == written.read_text(encoding="utf-8")


@pytest.mark.parametrize("persona", [BERLIN, NEW_YORK, LISBON], ids=lambda persona: persona.id)
def test_no_session_is_shorter_than_the_short_version(persona: Persona) -> None:
    told = (HERE / f"{persona.id}.txt").read_text(encoding="utf-8")
    minutes = [int(found) for found in re.findall(r"\[Start \((\d+) min\)\]", told)]
    assert len(minutes) > 5
    assert min(minutes) > 3
