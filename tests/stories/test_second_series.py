"""A second series and another language, from its start link to the end: nothing of the first one shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalog.load import Catalog, Unchosen
from bot.check.examine import Findings, examine
from bot.check.message_limits import too_much
from bot.check.named import named_in_code
from bot.check.previews import Samples
from bot.core.model.message import OutgoingMessage
from bot.core.model.subscriber import State
from bot.demo.testbed import Testbed
from bot.monitoring.alerts import AlertKind
from bot.places.search import Places
from bot.render.text import Renderer
from tests.stories.ways import starts
from tests.support.chat import Chat
from tests.support.quick import quick_testbed
from tests.support.read_again import load_catalog, read_again
from tests.support.two_series import LANGUAGE, SERIES, lay_over

MARK = "\N{RIGHT-TO-LEFT MARK}"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_over(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="module")
def both(content: Path) -> Catalog:
    return load_catalog(content)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What is found in it where one label more stands in the made-up language."""
    folder = lay_over(tmp_path_factory.mktemp("broken"))
    labels = folder / "shared" / LANGUAGE / "labels.yaml"
    labels.write_text(labels.read_text() + "nowhere: Nonowheherere\n")
    return examine(folder, None, graded=False, named=named_in_code(), content=read_again(folder))


@pytest.fixture
async def testbed(both: Catalog, places: Places, tmp_path: Path) -> AsyncIterator[Testbed]:
    testbed = quick_testbed(both, places, folder=tmp_path)
    await testbed.open()
    yield testbed
    await testbed.close()


@pytest.fixture
def chat(testbed: Testbed) -> Chat:
    """Somebody whose phone speaks the made-up language."""
    testbed.person_id = 20
    return Chat(testbed, testbed.telegram.person(20, language_code=f"{LANGUAGE}-XX"))


async def to_the_plan(chat: Chat, link: str = f"{SERIES}_flyer") -> None:
    await chat.sends(f"/start {link}")
    await chat.taps("labels.begin", "labels.adult", "labels.agree", "labels.no")
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 18:00", *["labels.skip"] * 5)
    await chat.taps("labels.start-test", "answer little", "labels.show-plan")


async def test_a_start_link_chooses_the_series_and_the_phone_the_language(chat: Chat) -> None:
    hello = await chat.sends(f"/start {SERIES}")
    assert hello.strip(MARK) == "Halalloloo Ada! Nenekkekk."
    assert chat.person.labels() == [f"{MARK}Bebegiginnnen{MARK}"]
    assert "nenekkekk" in await chat.taps("labels.begin", "labels.adult")
    await chat.taps("labels.agree")

    known = await chat.stored()
    assert (known.enrollment.series, known.language, known.consent.version) == (SERIES, LANGUAGE, "neck-1")
    assert known.start_payload == SERIES


async def test_its_safety_check_its_test_and_its_plan_are_its_own(chat: Chat) -> None:
    await to_the_plan(chat)
    shown = chat.newest("onboarding/plan")
    assert "Turning round" in shown  # has no words in that language
    assert "allalladagarna" in shown
    known = await chat.stored()
    assert [attempt.test for attempt in known.attempts] == ["safety", "turning"]
    assert [answer.question for answer in known.attempts[0].answers] == ["numb-arm"]

    await chat.testbed.to_next_message()
    assert chat.last.template == "reminder"
    assert "Gentle press\n2 × 5 tilltilltill 10" in await starts(chat)


async def test_its_week_ends_with_its_own_test(chat: Chat) -> None:
    await to_the_plan(chat)
    await chat.until(6, "18:01")
    assert "A week is behind you." in chat.last
    assert chat.last.template == "re-test/invite"


async def test_without_weeks_to_go_on_with_it_ends_with_thanks_and_a_plan_to_keep(chat: Chat) -> None:
    await to_the_plan(chat)
    await chat.until(6, "18:01")
    await chat.taps("labels.start-re-test")
    while chat.last.template in ("safety/question", "test/how", "test/question"):
        on = chat.buttons[-1 if chat.last.template == "test/how" else 0]
        await chat.taps("answer no" if "answer no" in chat.buttons else on)
    templates = [each.template for each in chat.since(0)]
    assert templates[-5:] == ["re-test/result", "re-test/card", "re-test/finished", "re-test/keep", "test/next"]
    assert (await chat.stored()).state is State.FINISHED
    assert not [button for button in chat.buttons if button.startswith("labels.go-on")]
    count = len(chat.messages)
    await chat.testbed.advance(30 * 86_400)
    assert len(chat.messages) == count


async def test_a_typed_word_counts_in_the_persons_language_and_in_the_default_one(chat: Chat) -> None:
    await to_the_plan(chat)
    assert "Stopoppepedd" in await chat.sends("stopopop")
    assert (await chat.stored()).state is State.STOPPED
    await chat.taps("labels.undo")
    assert "Stopoppepedd" in await chat.sends("stop")


async def test_whoever_comes_without_a_link_or_from_elsewhere_gets_the_defaults(testbed: Testbed) -> None:
    somebody = Chat(testbed, testbed.telegram.person(21, language_code="pt-br"))
    assert "sore knee" in await somebody.sends("/start some-flyer")
    await somebody.taps("labels.begin", "labels.adult", "labels.agree")
    known = await somebody.stored()
    assert (known.enrollment.series, known.language) == ("knee-pain", "en")


async def test_the_command_menu_is_published_in_both_languages(testbed: Testbed) -> None:
    assert testbed.telegram.text_about("description", LANGUAGE) == testbed.telegram.text_about("description", "")


def test_words_of_a_language_that_belong_to_nothing_are_a_fault_and_the_only_one(found: Findings) -> None:
    assert [(fault.file, fault.text) for fault in found.faults] == [
        (f"shared/{LANGUAGE}/labels.yaml", "“labels.nowhere” is on no button")
    ]


def test_what_a_language_lacks_is_told_with_the_place_of_what_stands_in(found: Findings, content: Path) -> None:
    lacks = {(lack.file, lack.path) for lack in found.lacks}
    assert ("shared/en/labels.yaml", "labels.skip") in lacks
    assert ("stiff-neck/en/exercises/turn.html.j2", "exercises/turn#name") in lacks
    assert "labels.begin" not in {path for _, path in lacks}
    warning = next(each for each in found.warnings if "“labels.skip”" in each.text)
    line = (content / warning.file).read_text().splitlines()[warning.line - 1]
    assert line.startswith("skip:")
    assert LANGUAGE in warning.text


async def test_whoever_is_in_a_series_that_is_gone_hears_nothing_of_another_and_can_leave(chat: Chat) -> None:
    await to_the_plan(chat)
    runtime = chat.testbed.runtime
    assert runtime is not None
    async with runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        box.value = box.value.with_enrollment(replace(box.value.enrollment, series="gone"))
    count = len(chat.messages)
    await chat.until(1, "18:01")
    assert len(chat.messages) == count
    assert AlertKind.STANDS_STILL in str(runtime.alerts.recent())
    await chat.sends("/stop")
    assert (await chat.stored()).state is State.STOPPED


def test_the_checks_sample_lives_can_be_lived_in_it_and_each_message_fits(both: Catalog, places: Places) -> None:
    catalog = replace(both, unchosen=Unchosen(SERIES, LANGUAGE))
    renderer = Renderer(catalog, places.country_of)
    wrong: list[str] = []
    seen: set[str] = set()

    def show(title: str, message: OutgoingMessage) -> None:
        if repr(message) not in seen:
            seen.add(repr(message))
            wrong.extend(f"{message.template}: {text}" for text in too_much(message, renderer.render(message)))

    Samples(catalog, places, renderer, show).run()
    assert wrong == []
    assert len(seen) > 500
