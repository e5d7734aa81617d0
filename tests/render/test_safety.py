"""What tells somebody to get help is said whatever becomes of its templates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalog.load import Catalog, Template
from bot.core.model.callback_data import CheckAgain
from bot.core.model.message import Button, plain
from bot.monitoring.alerts import AlertKind
from bot.places.search import Places
from bot.render.text import SAFETY, Renderer
from tests.support.chat import Chat
from tests.support.quick import quick_testbed

BROKEN = Template(Path("content/shared/en/screens/macros.html.j2"), "\n{{ nobody }}")


def broken(catalog: Catalog, *names: str) -> Catalog:
    """The content with templates that cannot be filled in, as no check would let them pass."""
    words = catalog.words["knee-pain", "en"]
    templates = {**words.templates, **dict.fromkeys(names, BROKEN)}
    return replace(catalog, words={("knee-pain", "en"): replace(words, templates=templates)})


@pytest.mark.parametrize("template", SAFETY)
def test_a_broken_screen_of_safety_says_in_plain_words_what_to_do(catalog: Catalog, template: str) -> None:
    renderer = Renderer(broken(catalog, f"screens/{template}.html.j2"), lambda zone: "GB")
    button = Button("labels.check-again", CheckAgain())
    shown = renderer.render(plain(template, {"zone": "Europe/London"}, button, Button("labels.nowhere")))
    assert "call your local emergency number" in shown.text
    assert "999" in shown.text
    assert "Sample Name One: +1 555 0100" in shown.text
    assert [each.text for row in shown.buttons for each in row] == [renderer.label("labels.check-again")]
    assert shown.broken == "content/shared/en/screens/macros.html.j2:2, UndefinedError"


async def test_help_is_given_and_the_operators_are_told_once_where_it_breaks(
    catalog: Catalog, places: Places, tmp_path: Path
) -> None:
    testbed = quick_testbed(broken(catalog, "screens/information/help.html.j2"), places, folder=tmp_path)
    await testbed.open()
    chat = Chat(testbed, testbed.person)
    for _ in range(2):
        await chat.sends("/help")
        assert "emergency" in chat.messages[-1]["text"]
    assert testbed.runtime is not None
    told = [each.detail for each in testbed.runtime.alerts.recent() if each.kind is AlertKind.NOT_RENDERED]
    assert told == ["content/shared/en/screens/macros.html.j2:2, UndefinedError"]
    await testbed.close()
