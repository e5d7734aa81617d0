"""The chat page's HTTP side: it shows the chat, passes on what the person does, and moves the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.demo.page import chat_page
from bot.monitoring.health import served
from tests.demo.echo_testbed import PERSON, EchoHouse

JSON = dict[str, Any]


@pytest.fixture
async def testbed() -> EchoHouse:
    testbed = EchoHouse()
    await testbed.open()
    return testbed


@pytest.fixture
async def page(testbed: EchoHouse) -> AsyncIterator[httpx.AsyncClient]:
    shown = chat_page(testbed, [("steady", "A <steady> walker")])
    async with served(shown, 0, "127.0.0.1") as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


async def state(page: httpx.AsyncClient, after: str = "") -> JSON:
    answer = await page.get("/state", params={"after": after})
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


async def act(page: httpx.AsyncClient, path: str, **body: Any) -> None:
    answer = await page.post(path, json=body)
    assert answer.is_success, answer.text


async def until_idle(page: httpx.AsyncClient) -> JSON:
    now = await state(page)
    while now["doing"]:
        now = await state(page, now["token"])
    return await state(page)


def texts(shown: JSON) -> list[str]:
    return [message["text"] for message in shown["messages"]]


@pytest.mark.parametrize("version", ["²", "9" * 5_000, "-1", "1.5", "٣"])
async def test_a_state_that_was_never_given_is_a_bad_request(page: httpx.AsyncClient, version: str) -> None:
    epoch = (await state(page))["token"].partition(".")[0]
    assert (await page.get("/state", params={"after": f"{epoch}.{version}"})).status_code == 400


async def test_the_page_and_all_it_loads_come_from_here(page: httpx.AsyncClient) -> None:
    index = await page.get("/")
    assert "A &lt;steady&gt; walker" in index.text
    assert "http" not in index.text
    for part in ("page.js", "page.css", "mark.svg"):
        assert f'"/static/{part}"' in index.text
        assert (await page.get(f"/static/{part}")).status_code == 200
    assert "default-src 'none'" in index.headers["content-security-policy"]
    assert index.headers["x-content-type-options"] == "nosniff"


async def test_the_script_never_writes_markup(page: httpx.AsyncClient) -> None:
    script = (await page.get("/static/page.js")).text
    assert not [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write") if word in script]


async def test_what_is_typed_is_answered_when_the_call_returns(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="Ada <3 & co")
    shown = await state(page)
    assert texts(shown) == ["Ada <3 & co", "You said: Ada <3 & co"]
    assert [message["mine"] for message in shown["messages"]] == [True, False]
    assert shown["bot"] == {"name": "Steady Knees", "description": "Three weeks of small steps.\nNot a diagnosis."}
    assert [command["command"] for command in shown["commands"]] == ["today", "lesson", "help"]


async def test_later_states_hold_only_what_changed(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="/start")
    first = await state(page)
    assert first["afresh"] is True
    question = first["messages"][-1]
    assert question["keyboard"][0][0] == {"text": "Yes", "callback_data": "q:yes"}
    await act(page, "/tap", message_id=question["id"], data="q:yes")
    second = await state(page, first["token"])
    assert second["afresh"] is False
    [changed] = second["messages"]
    assert changed["id"] == question["id"]
    assert changed["text"].endswith("You said: yes.")
    assert changed["keyboard"] == []
    assert second["ids"] == first["ids"]
    assert [answer["text"] for answer in second["answers"]] == ["Noted: q"]


async def test_a_state_waits_for_a_change(page: httpx.AsyncClient) -> None:
    before = await state(page)
    waiting = asyncio.create_task(state(page, before["token"]))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await act(page, "/send", text="hello")
    assert "hello" in texts(await waiting)


async def test_a_location_is_shared_and_the_zone_becomes_known(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="/where")
    asked = await state(page)
    assert asked["reply_keyboard"]["keyboard"][0][0]["request_location"] is True
    assert asked["zone"] is None
    await act(page, "/location", latitude=35.68, longitude=139.69)
    shown = await state(page)
    assert (shown["zone"], shown["reply_keyboard"]) == ("Asia/Tokyo", None)
    assert shown["messages"][2]["location"] == {"latitude": 35.68, "longitude": 139.69}


async def test_the_clock_moves_by_an_hour_a_day_or_to_the_next_message(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="/start")
    start = (await state(page))["now"]
    assert (await state(page))["planned"][0] == {"at": "2027-03-01T09:00:00+00:00", "what": "Reminder"}
    await act(page, "/clock", to="next")
    assert (await until_idle(page))["now"] == start + 3600
    await act(page, "/clock", to="later", seconds=3600)
    assert (await until_idle(page))["now"] == start + 7200
    await act(page, "/clock", to="later", seconds=86400)
    shown = await until_idle(page)
    assert shown["now"] == start + 7200 + 86400
    assert texts(shown).count("Good morning. Ready for 10 minutes?") == 2


async def test_the_three_weeks_play_and_can_be_watched(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    testbed.day_seconds = 0.03
    await act(page, "/clock", to="play", persona="steady")
    seen = await state(page)
    assert seen["doing"]["title"] == "A <steady> walker"
    tokens = [seen["token"]]
    while seen["doing"]:
        seen = await state(page, tokens[-1])
        tokens.append(seen["token"])
    assert len(tokens) > 3
    assert "You said: steady, day 21" in texts(await state(page))


async def test_while_it_plays_nothing_else_is_done_until_it_is_stopped(
    page: httpx.AsyncClient, testbed: EchoHouse
) -> None:
    testbed.day_seconds = 600
    await act(page, "/clock", to="play", persona="steady")
    await asyncio.sleep(0.01)
    assert (await page.post("/send", json={"text": "hello"})).status_code == 409
    assert (await page.post("/clock", json={"to": "next"})).status_code == 409
    await act(page, "/clock", to="stop")
    shown = await until_idle(page)
    assert "You said: steady, day 1" in texts(shown)
    assert "You said: steady, day 2" not in texts(shown)
    await act(page, "/send", text="hello")


async def test_a_tap_made_while_the_clock_moves_waits_its_turn(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="/start")
    start = (await state(page))["now"]
    await asyncio.gather(act(page, "/clock", to="later", seconds=7200), act(page, "/send", text="hello"))
    assert (await state(page))["messages"][-1]["date"] == start + 7200


async def test_starting_afresh_empties_the_page(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="hello")
    before = await state(page)
    await act(page, "/clock", to="afresh")
    await until_idle(page)
    shown = await state(page, before["token"])
    assert (shown["afresh"], shown["ids"]) == (True, [])


async def test_a_move_that_fails_says_so_and_the_next_one_works(
    page: httpx.AsyncClient, testbed: EchoHouse, caplog: pytest.LogCaptureFixture
) -> None:
    testbed.broken = True
    await act(page, "/clock", to="next")
    assert (await until_idle(page))["trouble"] == "That did not work. The terminal says why."
    assert "could not finish: next" in caplog.text
    testbed.broken = False
    await act(page, "/clock", to="next")
    assert (await until_idle(page))["trouble"] is None


async def test_blocking_is_shown_and_undone(page: httpx.AsyncClient) -> None:
    await act(page, "/block", blocked=True)
    assert (await state(page))["blocked"] is True
    refused = await page.post("/send", json={"text": "hello"})
    assert (refused.status_code, refused.json()["detail"]) == (400, "this person has blocked the bot; unblock it first")
    await act(page, "/block", blocked=False)
    await act(page, "/send", text="hello")


async def test_a_document_is_downloaded_never_opened(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    await act(page, "/send", text="/export")
    document = (await state(page))["messages"][-1]["document"]
    answer = await page.get(f"/file/{document['file_id']}")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-knees.json"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert len(answer.content) == document["file_size"]
    assert (await page.get("/file/none")).status_code == 404
    picture = {"photo": ("knee.png", b"\x89PNG\r\n\x1a\n")}
    _, body = await testbed.telegram.call("sendPhoto", {"chat_id": PERSON}, picture)
    shown = await page.get(f"/file/{body['result']['photo'][0]['file_id']}")
    assert shown.headers["content-type"] == "image/png"


async def test_the_log_tells_what_the_bot_did_in_plain_text(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="/start")
    line = (await state(page))["log"][-1]
    assert (line["method"], line["outcome"]) == ("sendMessage", 200)
    assert line["text"].startswith("Hips · 2 of 5 Stand on your left leg")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/send", {}),
        ("/send", {"text": 7}),
        ("/send", {"text": "  "}),
        ("/send", {"text": "x" * 4097}),
        ("/send", []),
        ("/tap", {"message_id": "1", "data": "y"}),
        ("/tap", {"message_id": 1, "data": ""}),
        ("/location", {"latitude": 91, "longitude": 0}),
        ("/location", {"latitude": 0, "longitude": 180.5}),
        ("/block", {"blocked": 1}),
        ("/clock", {"to": "back"}),
        ("/clock", {"to": "later", "seconds": -1}),
        ("/clock", {"to": "later", "seconds": 10**9}),
        ("/clock", {"to": "play", "persona": "nobody"}),
    ],
)
async def test_a_request_that_makes_no_sense_changes_nothing(page: httpx.AsyncClient, path: str, body: Any) -> None:
    before = (await state(page))["token"]
    assert (await page.post(path, json=body)).status_code == 400
    after = await state(page)
    assert (after["ids"], after["doing"]) == ([], None)
    assert after["token"] == before


async def test_other_sites_cannot_reach_it(page: httpx.AsyncClient) -> None:
    form = await page.post("/send", content='{"text": "hello"}', headers={"content-type": "text/plain"})
    assert form.status_code == 415
    rebound = await page.get("/state", headers={"host": "evil.example"})
    assert rebound.status_code == 400
    assert (await state(page))["ids"] == []
