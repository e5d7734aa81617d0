"""The page for print: one page, of words that stay words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.model.message import Page, plain
from bot.core.model.subscriber import Answer, Attempt
from bot.core.screens import questionnaire, summary
from bot.drawing.studio import TYPESET, Processes, Studio
from bot.render.qr import qr_code
from bot.render.text import Rendered, Renderers
from tests.conftest import the_catalog, the_places
from tests.core.population import everybody_asked, population
from tests.drawing.laid_out import draftsman

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

LOOKED_AT = 3
"""Of hundreds of people those with most to say."""
AT = datetime(2026, 3, 22, 12, tzinfo=UTC)


def renderers() -> Renderers:
    return Renderers(the_catalog(), the_places().country_of)


def pages() -> list[tuple[Rendered, Page]]:
    """Everybody's page after the series, that with most to say first."""
    found = []
    series, made = the_catalog().default, renderers()
    asked = {screen.id for screen in series.safety}
    for life in population()[:200]:
        now = life.days[-1].day.moment
        # The made-up screens of this population have no words.
        checks = tuple(
            replace(each, answers=tuple(said for said in each.answers if said.question in asked))
            for each in life.person.attempts
        )
        told = (Answer("pain", 3, now),)
        person = replace(life.person, attempts=(*checks, Attempt(questionnaire.CHECK_IN, now, told, now)))
        page = summary.page(everybody_asked(), person, now)
        assert page is not None
        found.append((made.of(person).render(page.words), page))
    return sorted(found, key=lambda each: len(each[0].text), reverse=True)


async def test_also_whoever_has_most_to_say_gets_one_page() -> None:
    studio = Studio(draftsman(), renderers())
    for rendered, page in pages()[:LOOKED_AT]:
        content = await studio.typeset(rendered, page.drawing, AT)
        assert len(re.findall(rb"/Type /Page\b", content)) == 1
        assert b"/ToUnicode" in content  # it can be searched and read aloud
        assert b"/Lang" in content
        assert b"/Title" in content


async def test_the_same_page_has_the_same_bytes() -> None:
    studio = Studio(draftsman(), renderers())
    rendered, page = pages()[-1]
    first, second = [await studio.typeset(rendered, page.drawing, AT) for _ in range(2)]
    assert first == second


def test_every_line_of_the_words_stands_on_the_page_in_its_place() -> None:
    rendered, page = pages()[0]
    seen: list[dict[str, object]] = []

    def notes(program: object, given: str, arguments: object) -> bytes:
        seen.append(json.loads(given))
        return b""

    studio = Studio(draftsman(), renderers(), notes)
    studio._typeset(rendered, None, AT)
    lines = seen[0]["lines"]
    assert isinstance(lines, list)
    assert len(lines) == len([line for line in rendered.text.splitlines() if line])
    assert [kind for kind, _ in lines[:3]] == ["heading", "text", "heading"]
    assert not any("<" in words or words.startswith("•") for _, words in lines)
    assert not any(words.strip().endswith(":") for _, words in lines)  # what has no value says so
    assert page.words.values["weeks"]


def test_the_reserve_stands_at_its_head() -> None:
    rendered, _ = pages()[0]
    assert "No clinician made or checked it." in rendered.text.splitlines()[2]


def test_a_line_too_long_for_the_paper_is_broken() -> None:
    fonts = [str(font) for font in draftsman().typeface.files]
    lines = [["heading", "word " * 60], ["item", "word " * 200]]
    given = {"lines": lines, "language": "en", "made": AT.isoformat(), "picture": "", "told": ""}
    assert Processes()(TYPESET, json.dumps(given), fonts).startswith(b"%PDF")


async def test_a_card_to_hand_out_is_one_page_of_postcard_size_however_long_the_name() -> None:
    studio = Studio(draftsman(), renderers())
    words = renderers().default.render(plain("desk/leaflet", {"link": "https://t.me/a_bot?start=" + "long" * 8}))
    for name in ("Ada", "The Practice for Knees and Whatever Else Is Sore of Doctor Longname and Partners " * 2):
        named = replace(words, text=f"<b>{name}</b>\n{words.text}")
        content = await studio.leaflet(named, qr_code("https://t.me/a_bot?start=x"), AT)
        assert len(re.findall(rb"/Type /Page\b", content)) == 1
        assert b"/MediaBox [0 0 297.64 419.53]" in content
        assert b"/ToUnicode" in content
