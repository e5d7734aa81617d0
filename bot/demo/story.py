"""The demo's person and their days: lived by hand or by somebody made up, and gone back to at any of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from bot.bot_api.html import parse_html
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.core.model.callback_data import pack
from bot.core.model.context import Context
from bot.core.model.drawing import Mark
from bot.core.model.series import week_of
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import due
from bot.core.schedule.calendar import timings
from bot.core.screens import questionnaire
from bot.core.screens.drawn import day_strip
from bot.core.screens.why import why
from bot.demo.clients import CLIENTS, Client, answer_to_coach, as_they_stand, session_of
from bot.demo.personas import PERSONAS, Persona
from bot.demo.play import AFTERWARDS, Player, Turns
from bot.demo.testbed import LONGEST_AHEAD, Standing, Testbed
from bot.local_telegram.telegram import measures
from bot.places.search import Places

JSON = dict[str, Any]

PACES = {"1": 0.9, "5": 0.18, "all": 0.0}
"""How fast somebody made up plays: the seconds between two taps."""
FIGURES_SHOWN = 3
COACH = 5
COACH_NAME = "Robin"
NOBODY_MADE_UP = "Ada"
"""The name of whoever looks at the page, on the phone and on the coach's desk."""
LATER = 8
"""A week after the three that is worth a look, of whoever goes on."""
TRAINED = (Mark.DONE, Mark.SHORT)
STEP = 0.05
"""Seconds after which another pace, or a pause, is heard of."""
ANSWERING_STEP = 1.0
"""Seconds between two looks at whether a client answers the coach."""


@dataclass(frozen=True)
class Scene:
    """A moment to go back to: a day's message has just `arrived`, or the day was left.

    `measured` says that before and after have been compared.
    """

    standing: Standing
    day: date
    arrived: bool
    turns: Turns
    measured: bool


class Film(NamedTuple):
    """What somebody made up lives through: their scenes, and what became of each day."""

    scenes: tuple[Scene, ...]
    days: list[JSON]


class DemoHouse(Testbed):
    """The testbed as the page drives it: one person, played by somebody made up or by whoever looks at the page.

    Beside them a coach, whose phone shows the desk with that person and with the `clients` on it.
    """

    pace = "1"
    persona: Persona | None = None
    films: dict[str, Film] = {}  # noqa: RUF012 -- replaced, never changed
    """Everybody made up who has been rehearsed, by their id."""
    _scenes: tuple[Scene, ...] = ()
    _turns = Turns()
    _arrived = False
    _planned: list[JSON] = []  # noqa: RUF012
    _days: list[JSON] = []  # noqa: RUF012
    _zone: str | None = None
    _next_due: datetime | None = None
    _clients_seated = False
    _seated: dict[date, list[Subscriber]] = {}  # noqa: RUF012

    def __init__(self, catalog: Catalog, places: Places, *, clients: Sequence[Client] = CLIENTS, **more: Any) -> None:
        super().__init__(catalog, places, operators=(COACH,), **more)
        self.coach_id = COACH
        self.clients = clients

    async def open(self) -> None:
        """Start the bot, with the coach and whoever stands on the desk."""
        self.telegram.person(self.person_id, self.persona.name if self.persona else NOBODY_MADE_UP)
        self.telegram.person(COACH, COACH_NAME)
        self._clients_seated = False
        await super().open()
        await self._seat()
        self._clients_seated = True
        if self._polling:
            self._running.append(asyncio.create_task(self._clients_answer_in_time()))

    async def _seat(self) -> None:
        """Put each client where they stand at this day; one of them writes to the coach just now."""
        now = self.clock.now()
        if now.date() not in self._seated:
            lived = await asyncio.to_thread(
                as_they_stand, self.clients, now, self.catalog, self.places, self.renderers.default
            )
            self._seated = {**self._seated, now.date(): lived}
        for client, known in zip(self.clients, self._seated[now.date()], strict=True):
            self.telegram.person(client.id, client.name)
            async with self._opened.storage.change(client.id) as box:
                box.value = known
        await super().settle()  # what is due to them by now comes before what they write
        for client in self.clients:
            for text in ("/ask", client.writes) if client.writes else ():
                self.telegram.person_with(client.id).sends(text)
                await super().settle()

    # --- Playing ------------------------------------------------------------------------------------------------

    async def watch(self, persona: str) -> None:
        """Start afresh and let somebody made up walk through the three weeks."""
        await self.start_afresh()
        self.persona = next(each for each in PERSONAS if each.id == persona)
        self.telegram.person(self.person_id, self.persona.name)
        self._scenes = self.films[persona].scenes if persona in self.films else ()
        await self.play()

    async def play(self) -> None:
        """Let whoever is on the phone go on from here, in the beginning too, to some days after their end."""
        if self.persona is None:
            return
        player = Player(self, self.persona, self._breathe, self._turns)
        try:
            await self._play(player)
        finally:
            self._turns = player.turns

    async def _play(self, player: Player) -> None:
        known = await self.subscriber()
        if known is None or known.enrollment.day_one is None:
            await player.subscribe()
            await self._keep(player.turns, arrived=False)
        elif self._arrived:
            await self._answer(player)
        while await self._goes_on():
            if self.pace == "all" and self._scenes and self._scenes[-1].standing.at > self.clock.now():
                return await self._stand_at(self._scenes[-1])
            if not await player.gets_message():
                return None
            await self._keep(player.turns, arrived=True)
            await self._breathe()
            await self._answer(player)
        return None

    async def _answer(self, player: Player) -> None:
        await player.answer_message()
        await self._keep(player.turns, arrived=False)

    async def _goes_on(self) -> bool:
        known = await self.subscriber()
        if known is None or known.enrollment.day_one is None:
            return False
        series = self.catalog.of(known)
        goes_on = series.onward is not None and self.persona is not None and self.persona.goes_on
        last = max(series.onward.tests) if goes_on and series.onward is not None else series.days
        return self.clock.now().date() < known.enrollment.day_one + timedelta(days=last + AFTERWARDS)

    async def _breathe(self) -> None:
        """What passes between two taps at the pace of the moment."""
        waited = 0.0
        while waited < PACES[self.pace]:
            await asyncio.sleep(STEP)
            waited += STEP
        await asyncio.sleep(0)

    async def rehearse(self, told: Callable[[], object], people: Sequence[Persona] = PERSONAS) -> None:
        """Everybody made up plays all three weeks, unseen; each that is through is `told`."""
        for who in people:
            stage = DemoHouse(
                self.catalog,
                self.places,
                renderers=self.renderers,
                disk=self._disk,
                threads=self._threads,
                rest=self._rest,
                hand=self._hand,
                clients=(),
            )
            stage.pace, stage.persona = "all", who
            try:
                await stage.open()
                await stage.play()
                known = await stage.subscriber()
                lived = _strip(self.catalog, known, stage.clock.now(), from_first=True) if known is not None else []
                self.films = {**self.films, who.id: Film(stage._scenes, lived)}
            finally:
                await stage.remove()
            told()

    # --- Moments to go back to -----------------------------------------------------------------------------------

    async def _keep(self, turns: Turns, *, arrived: bool) -> None:
        """Note this moment, in the place of what was noted of it before; what lies ahead stays."""
        self._turns, self._arrived = turns, arrived
        now, known = self.clock.now(), await self.subscriber()
        chosen = timings(known) if known else ()
        if known is None or not chosen or known.enrollment.day_one is None:
            return
        day = chosen[-1].local(now).date()
        measured = known.finished(questionnaire.RETEST) is not None
        scene = Scene(await self.standing(), day, arrived, turns, measured)
        others = [each for each in self._scenes if (each.day, each.arrived) != (day, arrived)]
        self._scenes = tuple(sorted([*others, scene], key=lambda each: (each.day, not each.arrived)))

    async def jump(self, number: int, days: Sequence[JSON] | None = None) -> None:
        """To the message of that day, of those that are shown or of these, or into the day where it has none."""
        known = self._days if days is None else days
        day = next(date.fromisoformat(each["date"]) for each in known if each["number"] == number)
        scene = next((each for each in self._scenes if each.day == day), None)
        if scene is not None:
            return await self._stand_at(scene)
        before = [each for each in self._scenes if each.day < day]
        if before:
            await self._stand_at(before[-1])
            person = await self.subscriber()
            noon = timings(person)[-1].moment(day, time(12)) if person else None
            if noon is not None and noon > self.clock.now():
                await self.move_to(noon)
                await self.look()
        return None

    async def show(self, persona: str, number: int) -> None:
        """To a day of somebody who has been rehearsed; 0 is the result."""
        self.persona = next(each for each in PERSONAS if each.id == persona)
        self._scenes, days = self.films[persona]
        if number:
            await self.jump(number, days)
        else:
            await self._stand_at(next(each for each in self._scenes if each.measured))

    async def _stand_at(self, scene: Scene) -> None:
        await self.stand(scene.standing)
        self._turns, self._arrived = scene.turns, scene.arrived
        await self.look()

    def acted(self) -> None:
        """Whoever looks at the page did something: what was noted of later moments is another story."""
        self._arrived = False
        self._scenes = tuple(each for each in self._scenes if each.standing.at <= self.clock.now())

    # --- What the page asks for ----------------------------------------------------------------------------------

    async def wait_for_message(self) -> None:
        """Move the clock until the next message comes, as whoever looks at the page."""
        self.acted()
        await self._keep(self._turns, arrived=False)
        await self.to_next_message()
        await self._keep(self._turns, arrived=True)
        await self.look()

    async def wait(self, seconds: float) -> None:
        """Move the clock, as whoever looks at the page."""
        self.acted()
        await self._keep(self._turns, arrived=False)
        await self.advance(seconds)
        await self._keep(self._turns, arrived=True)
        await self.look()

    async def start_afresh(self) -> None:
        self.persona, self._scenes, self._turns, self._arrived = None, (), Turns(), False
        await super().start_afresh()
        await self.look()

    async def settle(self) -> None:
        await super().settle()
        if self._clients_seated:
            await self._clients_go_on()
        await self.look()

    async def _clients_go_on(self) -> None:
        """Whoever of the clients has not fallen silent does today's session, once its message has come."""
        for client in self.clients:
            known, now = await self._opened.storage.read(client.id), self.clock.now()
            phone = self.telegram.person_with(client.id)
            for action in session_of(client, known, now) if known is not None else ():
                phone.taps(phone.chat.messages[-1]["id"], pack(action))
                await super().settle()
        if self._clients_answer():
            await super().settle()

    async def _clients_answer_in_time(self) -> None:
        """While the clock runs by itself, too."""
        while True:
            await asyncio.sleep(ANSWERING_STEP)
            self._clients_answer()

    def _clients_answer(self) -> bool:
        """Whether any of the clients has written back to the coach by now."""
        wrote = False
        for client in self.clients:
            phone = self.telegram.person_with(client.id)
            if (found := answer_to_coach(client, phone.chat.messages, self.clock.now())) is not None:
                phone.replies(*found)
                wrote = True
        return wrote

    async def look(self) -> None:
        """Read what `planned`, `zone` and `days` tell."""
        with contextlib.suppress(RuntimeError):
            known = await self.subscriber()
            self._planned, self._zone, self._days = [], None, []
            self._next_due = known.next_due_at if known is not None else None
            if known is not None:
                series, now = self.catalog.of(known), self.clock.now()
                ahead = due.upcoming(series, known, now)
                self._planned = [
                    {"at": each.at.isoformat(), "what": each.kind.value, "key": each.key} for each in ahead
                ]
                self._zone = known.zone
                self._days = _strip(self.catalog, known, now)
                self._scenes = tuple(each for each in self._scenes if _goes_with(each, known, now))

    def planned(self) -> list[JSON]:
        """The deliveries ahead."""
        return self._planned

    def zone(self) -> str | None:
        """The person's zone once it is known."""
        return self._zone

    def days(self) -> list[JSON]:
        """The days of the series, and which of them are `open` to go back or on to."""
        last = max((each.day.isoformat() for each in self._scenes), default="")
        return [{**day, "open": day["date"] <= last} for day in self._days]

    def people(self) -> list[JSON]:
        """Who can play, each with the marks of their days once they have been rehearsed.

        `follows` is the last week of what comes after the series for whoever goes on, `later` a day of that.
        """
        days, onward = self.catalog.default.days, self.catalog.default.onward
        lived = {id: film.days for id, film in self.films.items()}
        return [
            {
                "id": who.id,
                "name": who.name,
                "about": who.about,
                "days": lived.get(who.id, [])[:days],
                "later": next(
                    (each for each in lived.get(who.id, []) if each["week"] == LATER and each["mark"] in TRAINED), None
                ),
                "follows": onward.weeks if onward is not None and who.goes_on else 0,
                "here": self.persona == who,
            }
            for who in PERSONAS
        ]

    @cached_property
    def _figures(self) -> list[JSON]:
        """The move that each of the first ladders ends with, where it has both a film and a still."""
        series, pictures = self.catalog.default, Pictures(self.catalog.folder)
        found: list[JSON] = []
        for exercise in dict.fromkeys(ladder.moves[-1].exercise for ladder in series.ladders):
            name = f"{series.id}/{exercise}"
            film, still = pictures.find([name], moving=True), pictures.find([name], moving=False)
            if film and still and len(found) < FIGURES_SHOWN:
                words = self.renderers.default.exercise_name(exercise)
                found.append({"name": words, "film": film.content, "still": still.content, **measures(film.content)})
        return found

    def figures(self) -> list[JSON]:
        """A few moves to look at first."""
        return self._figures

    def may_wait(self) -> bool:
        """Whether anything is due to the person before waiting for a message gives up."""
        return self._next_due is not None and self._next_due < self.clock.now() + LONGEST_AHEAD

    async def why(self, message: int, key: str) -> JSON | None:
        """Why a message stands there or will come: what the person had done last, and what the bot says of it.

        None for a message of the person's own, and for what there is not.
        """
        post = self.telegram.chat(self.person_id).posts.get(message)
        if post is not None and not post["from"]["is_bot"]:
            return None
        known = await self.subscriber()
        if known is not None and post is not None:
            key = next((each.key for each in known.deliveries.values() if each.message_id == message), "")
        found: JSON = {"after": post.get("_after") if post else None, "text": "", "entities": []}
        if known is not None and key:
            context = Context(known.id, "", self.clock.now(), self.catalog.of(known), known)
            if (reason := why(context, key)) is not None:
                found["text"], found["entities"] = parse_html(self.renderers.of(known).render(reason).text)
                if post is None or "edit_date" not in post:
                    found["after"] = None  # nothing that was done brought it
        return found if found["after"] or found["text"] else None


def _goes_with(scene: Scene, known: Subscriber, now: datetime) -> bool:
    """Whether a moment ahead knows of all that the coach has written by now: another one is another story."""
    then = scene.standing.subscriber
    written = {each.key for each in known.letters if each.by == COACH}
    return scene.standing.at <= now or then is None or written <= {each.key for each in then.letters}


def _strip(catalog: Catalog, known: Subscriber, now: datetime, *, from_first: bool = False) -> list[JSON]:
    """The days of the series with what became of each, as they are drawn in the chat too."""
    found = day_strip(catalog.of(known), known, now, from_first=from_first) if timings(known) else None
    return [
        {
            "number": day.number,
            "week": week_of(day.number),
            "date": day.date.isoformat(),
            "mark": (Mark.LESSON if day.lesson and day.mark is Mark.OPEN else day.mark).value,
            "lesson": day.lesson,
            "today": day.today,
        }
        for day in (found.days if found else ())
    ]
