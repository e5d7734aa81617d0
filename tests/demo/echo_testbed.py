"""A testbed with a toy bot in it, for developing and testing the chat page without the real one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import MovableClock
from bot.local_telegram.telegram import LocalTelegram

JSON = dict[str, Any]
PERSON = 7
COACH = 5
DAYS = 21

WELCOME = (
    "<b>Hello {name}.</b> This is a toy.\n\n"
    "It shows <i>slanted</i>, <u>underlined</u>, <s>struck</s> and <code>plain</code> words, "
    '<a href="https://example.org/">a link</a>, <tg-spoiler>a secret</tg-spoiler> and /help.\n'
    "<blockquote>A short word from somebody.</blockquote>\n"
    "<blockquote expandable>{long}</blockquote>\n"
    'Next: <tg-time unix="{unix}" format="wDt">tomorrow</tg-time>, '
    'which is <tg-time unix="{unix}" format="r">soon</tg-time>.'
)
QUESTION = (
    "<b>Hips</b> · 2 of 5\n\nStand on your <b>left</b> leg and look in a mirror.\n\n"
    "Does the other side of your hip drop?"
)
LESSON = "<b>Lesson {page} of 3</b>\n\n" + "Small and often beats big and rare. Your knee likes to move. " * 14


class EchoHouse:
    """A bot that answers anything and says good morning at nine."""

    def __init__(self) -> None:
        self.person_id = PERSON
        self.coach_id = COACH
        self.day_seconds = 0.0
        """Real time a played day takes."""
        self.broken = False
        """Whether moving the clock fails."""
        self.pace = "1"
        self.set_up: asyncio.Event | None = None
        """What going to another day waits for."""
        self._begin()

    def _begin(self) -> None:
        self.clock = MovableClock(datetime(2027, 3, 1, 8, 0, tzinfo=UTC))
        self.telegram = LocalTelegram(self.clock)
        self.telegram.person(PERSON)
        self.telegram.person(COACH, "Robin")
        self._zone: str | None = None
        self._started = False
        self._offset = 0
        self._played = ""
        self._lived = 0

    async def open(self) -> None:
        """Sets the bot's menu and description."""
        names = {"today": "Today's exercises", "lesson": "Read a lesson again", "help": "What I can do"}
        commands = [{"command": name, "description": text} for name, text in names.items()]
        await self._call("setMyCommands", commands=commands)
        await self._call("setMyDescription", description="Three weeks of small steps.\nNot a diagnosis.")

    async def settle(self) -> None:
        updates = await self._call("getUpdates", offset=self._offset)
        for update in updates:
            self._offset = update["update_id"] + 1
            await asyncio.sleep(0)
            await self._handle(update)
        if updates:
            await self.settle()

    async def wait_for_message(self) -> None:
        if self.broken:
            raise RuntimeError("broken")
        await self.clock.move_to(self._next())
        await self._say("Good morning. Ready for 10 minutes?", [[("Start", "lesson:1")], [("Later", "later")]])

    async def wait(self, seconds: float) -> None:
        end = self.clock.now() + timedelta(seconds=seconds)
        while self._started and self._next() <= end:
            await self.wait_for_message()
        await self.clock.move_to(end)

    async def watch(self, persona: str) -> None:
        await self.start_afresh()
        self._played = persona
        self.telegram.person(PERSON).sends("/start")
        await self.settle()
        await self.play()

    async def play(self) -> None:
        while self._lived < DAYS:
            await self.wait_for_message()
            self._lived += 1
            self.telegram.person(PERSON).sends(f"{self._played}, day {self._lived}")
            await self.settle()
            await asyncio.sleep(self.day_seconds)

    async def show(self, persona: str, number: int) -> None:
        self._played = persona
        await self.jump(number or DAYS)

    async def jump(self, number: int) -> None:
        played = self._played
        await self.start_afresh()
        if self.set_up is not None:
            await self.set_up.wait()
        self._played, self._lived = played, number
        await self._say(f"This is day {number}.")

    def acted(self) -> None:
        return

    def people(self) -> list[JSON]:
        marks = [_day(number, "done") for number in range(1, DAYS + 1)]
        titles = {"steady": "A steady walker", "sore": "A sore week 2"}
        return [
            {"id": id, "name": id, "about": title, "days": marks, "here": id == self._played}
            for id, title in titles.items()
        ]

    def days(self) -> list[JSON]:
        lived = range(1, DAYS + 1) if self._lived else ()
        return [{**_day(number, "ahead"), "open": number <= self._lived} for number in lived]

    def figures(self) -> list[JSON]:
        return [{"name": "A <b>bend</b>", "width": 48, "height": 60, "film": b"film", "still": b"still"}]

    def may_wait(self) -> bool:
        return True

    async def why(self, message: int, key: str) -> JSON | None:
        return {"after": None, "text": f"Since {key}.", "entities": []} if key else None

    def planned(self) -> list[JSON]:
        if not self._started:
            return []
        days = (self._next() + timedelta(days=day) for day in range(5))
        return [{"at": day.isoformat(), "what": "Reminder", "key": f"reminder:{day:%d}"} for day in days]

    def zone(self) -> str | None:
        return self._zone

    async def start_afresh(self) -> None:
        self._begin()
        await self.open()

    def _next(self) -> datetime:
        now = self.clock.now()
        today = now.replace(hour=9, minute=0, second=0, microsecond=0)
        return today if today > now else today + timedelta(days=1)

    async def _call(self, method: str, **parameters: Any) -> Any:
        status, body = await self.telegram.call(method, parameters)
        assert status == 200, body
        return body["result"]

    async def _say(self, text: str, rows: list[list[tuple[str, str]]] | None = None, **more: Any) -> None:
        if not self.telegram.chat(PERSON).blocked:
            await self._call(
                "sendMessage", chat_id=PERSON, text=text, parse_mode="HTML", reply_markup=_keys(rows), **more
            )

    async def _handle(self, update: JSON) -> None:
        if query := update.get("callback_query"):
            await self._tapped(query)
        elif (message := update.get("message")) and message["chat"]["id"] == COACH:
            answered = message.get("reply_to_message", {}).get("text", "nobody")
            await self._call("sendMessage", chat_id=COACH, text=f"For {answered}: {message['text']}")
            await self._say(f"Your coach: {message['text']}")
        elif message:
            await self._told(message)

    async def _told(self, message: JSON) -> None:
        text = message.get("text", "")
        if "location" in message:
            self._zone = "Asia/Tokyo"
            await self._say("It is the zone of Tokyo for you.", disable_notification=True)
            await self._call("sendMessage", chat_id=PERSON, text="Thank you.", reply_markup={"remove_keyboard": True})
        elif text == "/start":
            self._started = True
            unix = int(self._next().timestamp())
            long = "This goes on for a while, so it is folded. " * 8
            await self._say(WELCOME.format(name="Ada &lt;3", long=long, unix=unix))
            await self._say(
                QUESTION, [[("Yes", "q:yes"), ("No", "q:no")], [("Not sure", "q:unsure")], [("Back", "back")]]
            )
        elif text == "/lesson":
            await self._say(LESSON.format(page=1), _pages(1))
        elif text == "/where":
            share = {"keyboard": [[{"text": "Share my location", "request_location": True}], ["Berlin"]]}
            place = {**share, "resize_keyboard": True, "input_field_placeholder": "A city or a zone"}
            await self._call("sendMessage", chat_id=PERSON, text="Where are you?", reply_markup=place)
        elif text == "/export":
            files = {"document": ("my-knees.json", b'{"answers": []}' * 200)}
            await self.telegram.call("sendDocument", {"chat_id": PERSON, "caption": "All I know."}, files)
        else:
            await self._say(f"You said: {text.replace('&', '&amp;').replace('<', '&lt;')}")

    async def _tapped(self, query: JSON) -> None:
        place = {"chat_id": PERSON, "message_id": query["message"]["message_id"], "parse_mode": "HTML"}
        kind, _, value = query["data"].partition(":")
        if kind == "lesson":
            rows = _pages(int(value))
            await self._call("editMessageText", **place, text=LESSON.format(page=value), reply_markup=_keys(rows))
        elif kind == "q":
            await self._call("editMessageText", **place, text=f"{QUESTION}\n\nYou said: {value}.")
        await self._call("answerCallbackQuery", callback_query_id=query["id"], text=f"Noted: {kind}")


def _day(number: int, mark: str) -> JSON:
    date = f"2027-03-{number:02}"
    return {"number": number, "date": date, "mark": mark, "lesson": False, "today": number == 1}


def _pages(page: int) -> list[list[tuple[str, str]]]:
    row = [(f"Part {other}", f"lesson:{other}") for other in (page - 1, page + 1) if 1 <= other <= 3]
    return [row, [("Done", "done")]]


def _keys(rows: list[list[tuple[str, str]]] | None) -> JSON | None:
    if rows is None:
        return None
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}
