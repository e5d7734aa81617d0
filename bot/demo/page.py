"""The demo's chat page: one person's chat with the bot, the coach's with the same bot, and a clock to move."""

from __future__ import annotations

import asyncio
import json
import logging
import mimetypes
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeVar

import jinja2
import msgspec
from aiohttp import web

from bot.clock import MovableClock
from bot.local_telegram.people import Person
from bot.local_telegram.telegram import Call, LocalTelegram

HERE = Path(__file__).parent
TOKEN = re.compile(r"[0-9a-f]+\.[0-9]{1,15}|", re.ASCII)
"""What the page knows: an epoch and a version in it, or nothing yet."""
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
POLL_SECONDS = 20.0
POLL_LOOKS = 80  # within that time, for nobody rings when the whole telegram is replaced by another
LONGEST_STEP = 7 * 24 * 3600  # seconds one press of a clock button may move
LONGEST_SERIES = 366  # days
LOG_LINES = 60
ANSWERS_SHOWN = 8
PLANNED_SHOWN = 6
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self'; "
        "media-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""What keeps the page to itself."""

logger = logging.getLogger(__name__)

JSON = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DemoHouse(Protocol):
    """The whole bot around a local Telegram, with a clock the page may move."""

    telegram: LocalTelegram
    """Replaced by another whenever the demo starts afresh or stands at another day."""
    clock: MovableClock
    person_id: int
    """Whose phone the page shows."""
    coach_id: int
    """Whose phone stands beside it."""
    pace: str
    """How fast somebody made up plays: one of `PACES`."""

    async def settle(self) -> None:
        """Wait until the bot has nothing in hand."""
        ...

    def acted(self) -> None:
        """Told whenever the person did something by hand."""
        ...

    async def wait_for_message(self) -> None:
        """Move the clock to the next planned delivery and let it happen."""
        ...

    async def wait(self, seconds: float) -> None:
        """Move the clock, letting happen what falls due on the way."""
        ...

    async def watch(self, persona: str) -> None:
        """Start afresh, and walk through the three weeks with the answers of that persona; may be cancelled."""
        ...

    async def play(self) -> None:
        """Likewise from here on, with whoever is on the phone."""
        ...

    async def show(self, persona: str, number: int) -> None:
        """Stand at a day of somebody whose days are known; 0 is the result."""
        ...

    async def jump(self, number: int) -> None:
        """Stand at a day of the series that is `open`."""
        ...

    def people(self) -> list[JSON]:
        """Who can play: id, name, about, `here` for whoever is on the phone, and their `days`, once those are known."""
        ...

    def days(self) -> list[JSON]:
        """The days of the series: number, date, mark, lesson, today, and whether they are `open` to stand at."""
        ...

    def figures(self) -> list[JSON]:
        """A few moves to look at first: name, width and height in pixels, `film` and `still` as the files' bytes."""
        ...

    def planned(self) -> list[JSON]:
        """What comes next: {"at": ISO instant, "what": words, "key": what `why` takes}."""
        ...

    def may_wait(self) -> bool:
        """Whether anything will come by itself."""
        ...

    async def why(self, message: int, key: str) -> JSON | None:
        """Why a message came or will: {"after": what was done last, "text", "entities"}; None for what is not there."""
        ...

    def zone(self) -> str | None:
        """The person's IANA time zone once the bot knows it; until then the page shows the browser's."""
        ...

    async def start_afresh(self) -> None:
        """Forget the chat and everything stored."""
        ...


Phone = Literal["person", "coach"]
"""On which of the two phones something is done."""


class Said(msgspec.Struct):
    """A typed text, or one that answers a message of the chat."""

    text: str
    phone: Phone = "person"
    reply_to: int = 0


class Tapped(msgspec.Struct):
    """A pressed inline button."""

    message_id: int
    data: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    phone: Phone = "person"


class Place(msgspec.Struct):
    """A shared location, in degrees."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Blocking(msgspec.Struct):
    """The bot is to be blocked, or not any more."""

    blocked: bool


class Move(msgspec.Struct):
    """What to do with the clock; `seconds` for later, `persona` for watch and show, `day` for jump and show."""

    to: Literal["next", "later", "watch", "play", "pause", "jump", "show", "afresh"]
    seconds: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_STEP)] = 3600
    persona: str = ""
    day: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_SERIES)] = 0


class Pace(msgspec.Struct):
    """How fast somebody made up plays."""

    pace: Literal["1", "5", "all"]


Body = TypeVar("Body", bound=msgspec.Struct)


class _Phones:
    """What the page shows and may do; one thing at a time moves the clock."""

    def __init__(self, testbed: DemoHouse) -> None:
        self.testbed = testbed
        self._epochs: tuple[LocalTelegram, str] = (testbed.telegram, secrets.token_hex(4))
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        """Whose turn it is: another story, begun while a word is answered, would take the bot from under it."""
        self.jumps = asyncio.Lock()
        """Which jump is next: another day, wanted while one is set up, waits for it."""
        self._doing: JSON | None = None
        self._trouble: str | None = None

    @property
    def person(self) -> Person:
        return self.testbed.telegram.person_with(self.testbed.person_id)

    def holder(self, phone: Phone) -> Person:
        """Who holds that phone."""
        return self.person if phone == "person" else self.testbed.telegram.person_with(self.testbed.coach_id)

    @property
    def epoch(self) -> str:
        """Another one whenever the page must forget what it shows."""
        if self._epochs[0] is not self.testbed.telegram:
            self._epochs = (self.testbed.telegram, secrets.token_hex(4))
        return self._epochs[1]

    async def state(self, token: str) -> JSON:
        """All that is on the page, with only the messages that changed since `token` (epoch.version).

        Waits up to POLL_SECONDS for something to be different from then.
        """
        epoch, _, version = token.partition(".")
        after = int(version) if epoch == self.epoch and version else -1
        telegram = self.testbed.telegram
        for _ in range(POLL_LOOKS):
            if after != telegram.version or telegram is not self.testbed.telegram:
                break
            await telegram.wait_for_change(after, POLL_SECONDS / POLL_LOOKS)
        telegram = self.testbed.telegram
        after = after if epoch == self.epoch else -1
        language = self.person.user.get("language_code", "")
        return {
            **self._chat("person", after),
            "coach": self._chat("coach", after),
            "answers": [
                {"number": number, "text": answer["text"], "show_alert": answer["show_alert"]}
                for number, answer in enumerate(telegram.answers)
                if answer["text"] and answer["person_id"] == self.person.id
            ][-ANSWERS_SHOWN:],
            "token": f"{self.epoch}.{telegram.version}",
            "afresh": after < 0,
            "now": self.testbed.clock.now().timestamp(),
            "zone": self.testbed.zone(),
            "bot": {
                "name": telegram.text_about("name", language) or telegram.me["first_name"],
                "description": telegram.text_about("description", language),
                "short": telegram.text_about("short_description", language),
            },
            "planned": self.testbed.planned()[:PLANNED_SHOWN],
            "may_wait": self.testbed.may_wait(),
            "days": self.testbed.days(),
            "people": self.testbed.people(),
            "pace": self.testbed.pace,
            "log": [_line(entry) for entry in telegram.log if not entry.method.startswith("get")][-LOG_LINES:],
            "doing": self._doing,
            "trouble": self._trouble,
        }

    def _chat(self, phone: Phone, after: int) -> JSON:
        """One phone's chat, with only the messages that changed since that version."""
        telegram, person = self.testbed.telegram, self.holder(phone)
        chat = person.chat
        messages = chat.messages
        return {
            "messages": [message for message in messages if message["version"] > after],
            "ids": [message["id"] for message in messages],
            "commands": telegram.commands(person.user.get("language_code", ""), chat.id),
            "reply_keyboard": chat.reply_keyboard,
            "action": chat.action,
            "blocked": chat.blocked,
        }

    async def act(self, action: Callable[[], object], phone: Phone = "person") -> None:
        """Lets somebody do something and waits until the bot has dealt with it.

        Only a coach may while somebody made up plays; that the bot is busy with both then is waited for by nobody.
        """
        if self.plays:
            if phone == "person":
                raise _no(web.HTTPConflict, "the three weeks are being played; pause first")
            self._do(action)
        else:
            async with self._turn:
                self._do(action)
                if phone == "person":
                    self.testbed.acted()
                await self.testbed.settle()
        self.testbed.telegram.changed()

    def _do(self, action: Callable[[], object]) -> None:
        self._trouble = None
        try:
            action()
        except ValueError as error:
            raise _no(web.HTTPBadRequest, str(error)) from None

    @property
    def plays(self) -> bool:
        """Whether somebody made up is at the phone just now."""
        return self._doing is not None and self._doing["what"] == "play"

    def start(self, what: str, title: str, work: Callable[[], Awaitable[None]]) -> None:
        """Begins something that moves the clock; the page sees it in `doing` until it ends."""
        if self._task is not None and not self._task.done():
            raise _no(web.HTTPConflict, "the clock is moving")
        self._doing = {"what": what, "title": title}
        self._trouble = None
        self.testbed.telegram.changed()
        self._task = asyncio.create_task(self._run(what, work))

    async def pause(self) -> None:
        """Ends what somebody made up does, where they are."""
        if self._task is not None and self.plays:
            self._task.cancel()
            await self._over()

    async def set_up(self) -> None:
        """Wait until the story stands that is being set up; nobody waits for whoever plays one."""
        if not self.plays:
            await self._over()

    async def stand(self, work: Callable[[], Awaitable[None]]) -> None:
        """Goes to another day at once, and lets whoever played go on from there."""
        played = self.plays
        await self.pause()
        self.start("jump", "Going there", work)
        await self._over()
        if played and self._trouble is None:
            self.start("play", "Playing", self.testbed.play)

    async def _over(self) -> None:
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def _run(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        before = self.testbed.telegram
        try:
            async with self._turn:
                await work()
                await self.testbed.settle()
        except asyncio.CancelledError:
            logger.info("stopped by hand: %s", what)
        except Exception:
            logger.exception("could not finish: %s", what)
            self._trouble = "That did not work. The terminal says why."
        finally:
            self._doing = None
            before.changed()  # wakes whoever still watches a chat that is gone
            self.testbed.telegram.changed()


def chat_page(testbed: DemoHouse, *, hosts: Sequence[str] = ("127.0.0.1", "localhost")) -> web.Application:
    """The page and what it talks to.

    It has no login, so serve it on loopback only; `hosts` are the names it may be reached by.
    """
    phone = _Phones(testbed)
    template = jinja2.Environment(
        # By their names alone, those that end in .j2 would be left unescaped.
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    ).get_template("page.html.j2")

    async def index(_: web.Request) -> web.Response:
        about = {"bot_name": testbed.telegram.me["first_name"], "figures": testbed.figures()}
        return web.Response(text=template.render(about), content_type="text/html")

    async def state(request: web.Request) -> web.Response:
        after = request.query.get("after", "")
        if not TOKEN.fullmatch(after):
            raise _no(web.HTTPBadRequest, "no such state")
        return web.json_response(await phone.state(after))

    async def send(request: web.Request) -> web.Response:
        said = await _body(request, Said)
        await phone.act(lambda: _sends(phone.holder(said.phone), said), said.phone)
        return web.json_response({})

    async def tap(request: web.Request) -> web.Response:
        tapped = await _body(request, Tapped)
        await phone.act(lambda: phone.holder(tapped.phone).taps(tapped.message_id, tapped.data), tapped.phone)
        return web.json_response({})

    async def location(request: web.Request) -> web.Response:
        place = await _body(request, Place)
        await phone.act(lambda: phone.person.shares_location(place.latitude, place.longitude))
        return web.json_response({})

    async def block(request: web.Request) -> web.Response:
        blocking = await _body(request, Blocking)
        await phone.act(lambda: phone.person.blocks() if blocking.blocked else phone.person.unblocks())
        return web.json_response({})

    async def clock(request: web.Request) -> web.Response:
        move = await _body(request, Move)
        if move.to not in ("jump", "show"):
            await moved(move)
        else:
            async with phone.jumps:
                await phone.set_up()
                await moved(move)
        return web.json_response({}, status=202)

    async def moved(move: Move) -> None:
        people = {each["id"]: each for each in testbed.people()}
        match move.to:
            case "next" if testbed.may_wait():
                await phone.pause()
                phone.start("next", "Going to the next message", testbed.wait_for_message)
            case "later":
                await phone.pause()
                phone.start("later", "Moving the clock", lambda: testbed.wait(move.seconds))
            case "watch" if move.persona in people:
                await phone.pause()
                phone.start("play", "Playing", lambda: testbed.watch(move.persona))
            case "play" if any(each["here"] for each in people.values()):
                phone.start("play", "Playing", testbed.play)
            case "pause":
                await phone.pause()
            case "jump" if any(day["number"] == move.day and day["open"] for day in testbed.days()):
                await phone.stand(lambda: testbed.jump(move.day))
            case "show" if move.day in _days_of(people.get(move.persona, {})):
                await phone.pause()
                await phone.stand(lambda: testbed.show(move.persona, move.day))
            case "afresh":
                await phone.pause()
                phone.start("afresh", "Starting afresh", testbed.start_afresh)
            case _:
                raise _no(web.HTTPBadRequest, "there is no such moment, or nobody to play")

    async def pace(request: web.Request) -> web.Response:
        testbed.pace = (await _body(request, Pace)).pace
        testbed.telegram.changed()
        return web.json_response({})

    async def why(request: web.Request) -> web.Response:
        message, key = request.query.get("message", "0"), request.query.get("key", "")
        if not NUMBER.fullmatch(message) or (found := await testbed.why(int(message), key)) is None:
            raise _no(web.HTTPNotFound, "nothing is known about that")
        return web.json_response(found)

    async def figure(request: web.Request) -> web.Response:
        number, figures = int(request.match_info["number"]), testbed.figures()
        if number >= len(figures):
            raise _no(web.HTTPNotFound, "no such figure")
        kind = request.match_info["kind"]
        types = {"film": "video/mp4", "still": "image/png"}
        return _shown(request, figures[number][kind], types[kind])

    async def file(request: web.Request) -> web.Response:
        try:
            stored = testbed.telegram.file(request.match_info["file_id"])
        except KeyError:
            raise _no(web.HTTPNotFound, "no such file") from None
        kind = mimetypes.guess_type(stored.name)[0]
        if kind in SHOWN_INLINE:
            return _shown(request, stored.content, kind)
        name = stored.name.encode("ascii", "replace").decode().replace('"', "").replace("\\", "")
        kept = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=stored.content, content_type="application/octet-stream", headers=kept)

    @web.middleware
    async def only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuses whoever comes by another name, or from another site that the browser has open beside this one."""
        if request.host.partition(":")[0] not in hosts:
            raise web.HTTPBadRequest
        origin = request.headers.get("Origin", f"{request.scheme}://{request.host}")
        is_link = request.path == "/" and request.method == "GET"  # which may stand anywhere
        elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
        if origin != f"{request.scheme}://{request.host}" or (elsewhere and not is_link):
            raise web.HTTPForbidden
        return await handler(request)

    async def keep_to_itself(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(HEADERS)

    page = web.Application(middlewares=[only_here])
    page.on_response_prepare.append(keep_to_itself)
    page.add_routes(
        [
            web.get("/", index),
            web.get("/state", state),
            web.post("/send", send),
            web.post("/tap", tap),
            web.post("/location", location),
            web.post("/block", block),
            web.post("/clock", clock),
            web.post("/pace", pace),
            web.get("/why", why),
            web.get("/file/{file_id}", file),
            web.get(r"/figure/{number:\d{1,2}}/{kind:film|still}", figure),
            web.static("/static", HERE / "static"),
        ]
    )
    return page


def _sends(person: Person, said: Said) -> None:
    """Raises ValueError for what no phone sends, and for an answer to what is not there."""
    if not said.reply_to:
        person.sends(said.text)
    elif said.reply_to in person.chat.posts:
        person.replies(said.reply_to, said.text)
    else:
        raise ValueError("there is no such message to answer")


def _no(kind: type[web.HTTPError], detail: str) -> web.HTTPError:
    return kind(text=json.dumps({"detail": detail}), content_type="application/json")


def _shown(request: web.Request, content: bytes, kind: str) -> web.Response:
    """A picture or film, or the part of it that is asked for: without parts no browser can wind a film back."""
    try:
        start, stop, _ = request.http_range.indices(len(content))
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    if not 0 <= start < stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {"Accept-Ranges": "bytes"}
    if "Range" not in request.headers:
        return web.Response(body=content, content_type=kind, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return web.Response(status=206, body=content[start:stop], content_type=kind, headers=headers)


async def _body(request: web.Request, kind: type[Body]) -> Body:
    """The JSON body; insisting on that media type keeps other sites' forms from posting here."""
    if request.content_type != "application/json":
        raise _no(web.HTTPUnsupportedMediaType, "send JSON")
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.MsgspecError as error:
        raise _no(web.HTTPBadRequest, str(error)) from None


def _days_of(who: JSON) -> set[int]:
    """The days of somebody that can be shown: 0 is the result; none before they are known."""
    known = [*who.get("days", []), *([who["later"]] if who.get("later") else [])]
    return {0, *(day["number"] for day in known)} if known else set()


def _line(entry: Call) -> JSON:
    """One line of what the bot did."""
    result = entry.body.get("result") if isinstance(entry.body, dict) else None
    shown = result if isinstance(result, dict) else entry.parameters
    text = str(shown.get("text") or shown.get("caption") or "")
    return {
        "number": entry.number,
        "at": entry.at,
        "method": entry.method,
        "text": " ".join(text.split())[:80],
        "outcome": entry.lost or entry.status,
    }
