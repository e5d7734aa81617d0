"""No level of the log tells a name, an answer or a word of anybody's, whatever goes wrong on the way."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from jinja2 import UndefinedError

from bot.catalog.load import Catalog, templates_in
from bot.core.model.message import OutgoingMessage
from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Answer, CutAfter, CutBefore, Fault
from bot.monitoring.health import served
from bot.monitoring.safe_logging import RedactingFormatter
from bot.render.text import Renderer
from tests.adversarial.hostile.ground import Ground, somebody, typed
from tests.process.bot_process import TOKEN
from tests.stories.ways import to_plan
from tests.support.chat import Chat

NAME, USERNAME = "Canary-Ottilie", "canary_ottilie"
TYPED = "canary: my left knee hurts on stairs"
LOUD = ("telegram", "apscheduler", "aiohttp", "asyncio", "httpx", "httpcore")


@contextlib.contextmanager
def every_logger_at_debug(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What the bot keeps its libraries from saying is not counted on here; its own lines are."""
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="bot"):
        for name in LOUD:
            caplog.set_level(logging.WARNING, logger=name)
        yield


def leaks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the log, written as the bot writes them, that tell something of somebody."""
    written = RedactingFormatter("%(message)s", TOKEN)
    told = [written.format(record) for record in caplog.records]
    told += [json.dumps(record.args, default=repr) for record in caplog.records]
    return [line for line in told if "anary" in line or "left knee" in line or "Ottilie" in line]


def trouble(method: str, parameters: dict[str, object], number: int) -> Fault | None:
    """Every third call fails in another way, with the person's words in what comes back."""
    if method == "getUpdates" or number % 3:
        return None
    quoted = {"ok": False, "error_code": 400, "description": f"can't parse {TYPED} of {NAME}"}
    kinds: tuple[Fault, ...] = (
        Answer(400, quoted),
        Answer(502, TYPED.encode()),
        CutAfter(),
        CutBefore(),
        Answer(403, quoted),
    )
    return kinds[number // 3 % len(kinds)]


async def test_a_whole_story_with_trouble_leaves_no_word_of_anybody_in_the_log(
    testbed: Testbed, caplog: pytest.LogCaptureFixture
) -> None:
    chat = Chat(testbed, testbed.telegram.person(7, NAME, username=USERNAME))
    with every_logger_at_debug(caplog):
        await to_plan(chat)
        testbed.telegram.fault = trouble
        for text in (TYPED, "/today", TYPED, "/settings", f"/start {TYPED}", f"/{TYPED}", "/export"):
            with contextlib.suppress(LookupError):
                await chat.sends(text)
        for data in (TYPED[:60], f"p:pain:{TYPED[:40]}", "set", "begin:canary"):
            chat.person.taps(1, data)
        await testbed.settle()
        await testbed.advance(timedelta(days=9).total_seconds())
        testbed.telegram.fault = None
        await chat.sends("/delete")
    assert [record for record in caplog.records if record.name.startswith("bot")]
    assert leaks(caplog) == []


async def test_a_template_that_quotes_a_person_in_its_error_is_told_without_the_quote(
    catalog: Catalog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    welcome = tmp_path / "screens" / "onboarding" / "welcome.html.j2"
    welcome.parent.mkdir(parents=True)
    welcome.write_text("{{ {}[name] }}")
    words = catalog.words["knee-pain", "en"]
    templates = {**words.templates, **templates_in([tmp_path])}
    broken = replace(catalog, words={("knee-pain", "en"): replace(words, templates=templates)})
    with pytest.raises(UndefinedError, match=NAME):
        Renderer(broken).render(OutgoingMessage("onboarding/welcome", {"name": NAME}))
    ground = Ground(catalog=broken)
    await ground.open()

    with every_logger_at_debug(caplog):
        await ground.take_in([{"message": typed(somebody(7, NAME), "/start")}])

    assert "UndefinedError" in caplog.text
    assert leaks(caplog) == []


def ways_of_its_own() -> list[logging.Handler]:
    """Where the web server writes by itself."""
    names = ("aiohttp", "aiohttp.server", "aiohttp.web", "aiohttp.access")
    return [handler for name in names for handler in logging.getLogger(name).handlers]


async def test_the_bots_own_web_pages_log_no_text_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: web.Request) -> web.Response:
        raise ValueError(f"{NAME} said {TYPED}")

    page = web.Application()
    page.add_routes([web.get("/fails", fail)])
    before = ways_of_its_own()
    with caplog.at_level(logging.DEBUG):
        async with (
            served(page, 0, "127.0.0.1") as port,
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/fails") as answer,
        ):
            assert answer.status == 500
            assert TYPED not in await answer.text()
    assert any(record.exc_info for record in caplog.records)
    assert leaks(caplog) == []
    assert set(ways_of_its_own()) <= set(before)  # else its errors would pass by the bot's own way of writing them
