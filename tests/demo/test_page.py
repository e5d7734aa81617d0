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
    async with (
        served(chat_page(testbed), 0, "127.0.0.1") as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
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
    assert "A &lt;b&gt;bend&lt;/b&gt;" in index.text
    assert "http" not in index.text
    for part in ("page.js", "chat.js", "coach.js", "composer.js", "weeks.js", "words.js", "page.css", "mark.svg"):
        assert part in index.text or part.endswith(".js")
        assert (await page.get(f"/static/{part}")).status_code == 200
    assert "default-src 'none'" in index.headers["content-security-policy"]
    assert index.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["page.js", "chat.js", "coach.js", "composer.js", "weeks.js", "words.js"])
async def test_the_script_never_writes_markup(page: httpx.AsyncClient, name: str) -> None:
    script = (await page.get(f"/static/{name}")).text
    assert not [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write") if word in script]


async def test_what_is_typed_is_answered_when_the_call_returns(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="Ada <3 & co")
    shown = await state(page)
    assert texts(shown) == ["Ada <3 & co", "You said: Ada <3 & co"]
    assert [message["mine"] for message in shown["messages"]] == [True, False]
    assert shown["bot"]["name"] == "Steady Knees"
    assert shown["bot"]["description"] == "Three weeks of small steps.\nNot a diagnosis."
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


async def test_the_coach_writes_on_a_phone_of_their_own(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="hello")
    await act(page, "/send", text="Well done", phone="coach")
    shown = await state(page)
    assert texts(shown)[-1] == "Your coach: Well done"
    assert texts(shown["coach"]) == ["Well done", "For nobody: Well done"]
    await act(page, "/send", text="Go on", phone="coach", reply_to=shown["coach"]["messages"][-1]["id"])
    assert texts((await state(page))["coach"])[-1] == "For For nobody: Well done: Go on"
    foreign = await page.post("/send", json={"text": "x", "phone": "coach", "reply_to": shown["ids"][0]})
    assert (foreign.status_code, foreign.json()["detail"]) == (400, "there is no such message to answer")


async def test_the_coach_may_write_while_somebody_plays(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    testbed.day_seconds = 600
    await act(page, "/clock", to="watch", persona="steady")
    await asyncio.sleep(0.01)
    await act(page, "/send", text="Well done", phone="coach")
    shown = await state(page)
    assert shown["doing"]["what"] == "play"
    assert texts(shown["coach"]) == ["Well done"]


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
    assert (await state(page))["planned"][0] == {
        "at": "2027-03-01T09:00:00+00:00",
        "what": "Reminder",
        "key": "reminder:01",
    }
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
    await act(page, "/clock", to="watch", persona="steady")
    seen = await state(page)
    assert seen["doing"]["what"] == "play"
    tokens = [seen["token"]]
    while seen["doing"]:
        seen = await state(page, tokens[-1])
        tokens.append(seen["token"])
    assert len(tokens) > 3
    assert "You said: steady, day 21" in texts(await state(page))
    assert [who["here"] for who in seen["people"]] == [True, False]


async def test_while_it_plays_nothing_is_typed_and_a_pause_keeps_it_where_it_is(
    page: httpx.AsyncClient, testbed: EchoHouse
) -> None:
    testbed.day_seconds = 600
    await act(page, "/clock", to="watch", persona="steady")
    await asyncio.sleep(0.01)
    refused = await page.post("/send", json={"text": "hello"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "the three weeks are being played; pause first")
    await act(page, "/clock", to="pause")
    shown = await state(page)
    assert shown["doing"] is None
    assert "You said: steady, day 1" in texts(shown)
    assert "You said: steady, day 2" not in texts(shown)
    await act(page, "/send", text="hello")
    testbed.day_seconds = 0
    await act(page, "/clock", to="play")
    assert "You said: steady, day 21" in texts(await until_idle(page))


async def test_a_jump_while_it_plays_goes_on_playing_from_there(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    testbed.day_seconds = 600
    await act(page, "/clock", to="show", persona="steady", day=20)
    await act(page, "/clock", to="play")
    await asyncio.sleep(0.01)
    testbed.day_seconds = 0
    await act(page, "/clock", to="jump", day=3)
    shown = texts(await until_idle(page))
    assert shown[0] == "This is day 3."
    assert "You said: steady, day 4" in shown
    assert "You said: steady, day 21" in shown


async def test_a_jump_that_is_done_stands_there_at_once(page: httpx.AsyncClient) -> None:
    before = (await state(page))["token"]
    await act(page, "/clock", to="show", persona="sore", day=14)
    shown = await state(page, before)
    assert (shown["doing"], shown["afresh"], texts(shown)) == (None, True, ["This is day 14."])
    assert [day["open"] for day in shown["days"]] == [True] * 14 + [False] * 7


async def test_a_day_pressed_while_another_is_set_up_waits_for_it(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    testbed.set_up = asyncio.Event()
    before = (await state(page))["token"]
    first = asyncio.create_task(act(page, "/clock", to="show", persona="steady", day=14))
    assert (await state(page, before))["doing"]
    second = asyncio.create_task(act(page, "/clock", to="jump", day=3))
    for _ in range(20):  # so that it has come in
        assert (await state(page))["days"] == []
    testbed.set_up.set()
    await asyncio.gather(first, second)
    assert texts(await state(page)) == ["This is day 3."]


async def test_the_pace_may_change_at_any_time(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    await act(page, "/pace", pace="5")
    assert ((await state(page))["pace"], testbed.pace) == ("5", "5")
    assert (await page.post("/pace", json={"pace": "9"})).status_code == 400


async def test_a_planned_message_says_why_it_will_come(page: httpx.AsyncClient) -> None:
    answer = await page.get("/why", params={"key": "reminder:01"})
    assert answer.json() == {"after": None, "text": "Since reminder:01.", "entities": []}
    for asked in ({"key": ""}, {"message": "²"}, {"message": "9" * 40}, {}):
        assert (await page.get("/why", params=asked)).status_code == 404


async def test_the_figures_are_there_to_look_at_first(page: httpx.AsyncClient) -> None:
    film, still = await page.get("/figure/0/film"), await page.get("/figure/0/still")
    assert (film.headers["content-type"], film.content) == ("video/mp4", b"film")
    assert (still.headers["content-type"], still.content) == ("image/png", b"still")
    part = await page.get("/figure/0/film", headers={"range": "bytes=1-2"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"il", "bytes 1-2/4")
    rest = await page.get("/figure/0/film", headers={"range": "bytes=1-"})
    assert (rest.status_code, rest.content, rest.headers["content-range"]) == (206, b"ilm", "bytes 1-3/4")
    for beyond in ("bytes=4-", "bytes=3-1", "lines=1"):
        assert (await page.get("/figure/0/film", headers={"range": beyond})).status_code == 416
    for nothing in ("/figure/1/film", "/figure/0/other", "/figure/²/film"):
        assert (await page.get(nothing)).status_code == 404


async def test_a_tap_made_while_the_clock_moves_waits_its_turn(page: httpx.AsyncClient) -> None:
    await act(page, "/send", text="/start")
    start = (await state(page))["now"]
    await asyncio.gather(act(page, "/clock", to="later", seconds=7200), act(page, "/send", text="hello"))
    assert (await state(page))["messages"][-1]["date"] == start + 7200


async def test_another_story_begins_only_once_a_word_is_answered(page: httpx.AsyncClient, testbed: EchoHouse) -> None:
    answering, go_on = asyncio.Event(), asyncio.Event()
    settle = testbed.settle

    async def settles() -> None:
        telegram = testbed.telegram
        answering.set()
        await go_on.wait()
        assert testbed.telegram is telegram
        await settle()

    testbed.settle = settles  # type: ignore[method-assign]
    word = asyncio.create_task(act(page, "/send", text="hello"))
    await answering.wait()
    await act(page, "/clock", to="afresh")
    go_on.set()
    await word
    assert (await until_idle(page))["messages"] == []


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
        ("/clock", {"to": "play"}),
        ("/clock", {"to": "watch", "persona": "nobody"}),
        ("/clock", {"to": "show", "persona": "nobody", "day": 1}),
        ("/clock", {"to": "show", "persona": "steady", "day": 22}),
        ("/clock", {"to": "jump", "day": 1}),
        ("/clock", {"to": "jump", "day": -1}),
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
    for origin in ("https://evil.example", "http://localhost:1", "null"):
        posted = await page.post("/send", json={"text": "hello"}, headers={"origin": origin})
        assert posted.status_code == 403
    for site in ("cross-site", "same-site"):
        for path in ("/state", "/static/page.js", "/figure/0/film"):
            assert (await page.get(path, headers={"sec-fetch-site": site})).status_code == 403
    assert (await page.get("/", headers={"sec-fetch-site": "cross-site"})).status_code == 200
    own = {"origin": f"http://{page.base_url.host}:{page.base_url.port}", "sec-fetch-site": "same-origin"}
    assert (await page.post("/send", json={"text": "hello"}, headers=own)).is_success
    assert texts(await state(page)) == ["hello", "You said: hello"]
