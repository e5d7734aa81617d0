"""One run: a machine with a disk, a network and a clock, the bot on it, and people with phones. All from one seed."""

from __future__ import annotations

import asyncio
import atexit
import base64
import heapq
import itertools
import json
import logging
import random
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.app import Runtime, build, stamp
from bot.bot_api.token_check import TokenRefused
from bot.catalog.pictures import Pictures
from bot.core.model.subscriber import Subscriber
from bot.render.text import Renderers
from bot.run import CannotStart, _reach_telegram
from bot.storage import Owner, StorageRefused, Summary
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk
from bot.storage.seal import Keys, make_keys
from bot.storage.sealed_file import to_json
from bot.storage.tinydb_storage import open_storage
from bot.subscriber_codec import SubscriberCodec
from tests.conftest import the_catalog, the_places
from tests.simulation.disk import BROKEN, FULL, READ_ONLY, Platter, SimDisk
from tests.simulation.loop import Killed, VirtualLoop
from tests.simulation.oracle import Oracle, piece
from tests.simulation.people import DEEDS, Act, Actor, Newcomer
from tests.simulation.planted import ONWARD, PATCHES, PLANTS
from tests.simulation.scenes import SCENES, cast
from tests.simulation.telegram import POLL_KINDS, Refusing, Sent, SimRequest, SimTelegram, Storm, Watched, Weather

JSON = dict[str, Any]

ALL_FAULTS = ("net", "intake", "disk", "power", "kill", "stop", "clock", "read", "calendar", "content")
"""The last three: people's files cannot be read for a while, the wall clock is wrong by weeks, and Telegram refuses a
text until its author mends it.
"""
TOKEN = "123456:KANARIENVOGELTOKENxyz"
CANARIES = ("Zwetschge", "Kanarienvogel", "KANARIENVOGEL")
TURNS_AT_ONE_INSTANT = 50_000
CALM_SECONDS = 17 * 60.0
DAY = 86_400.0


class Over(Killed):
    """The run has come to its end."""


@dataclass(frozen=True)
class Plan:
    """What a run is made of. Everything else follows from the seed."""

    seed: int
    faults: tuple[str, ...] = ALL_FAULTS
    plant: str = ""
    crowd: bool | None = None
    """Many people with one time, to see the pace; None leaves it to the seed."""
    deed: str = ""
    """What everybody does while their next message is on its way; nothing leaves it to the seed."""
    onward: bool = False
    """Among people in weeks 4 to 12."""


@dataclass
class Outcome:
    """What came of a run."""

    seed: int
    violations: list[str]
    history: list[str]
    figures: dict[str, Any]


class _TrueClock:
    """Telegram's time: nobody steps it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.instant(self._world.now)

    def monotonic(self) -> float:
        return self._world.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Clock(_TrueClock):
    """The bot's machine: somebody may step its wall clock."""

    def now(self) -> datetime:
        return super().now() + self._world.offset


class World:
    """Everything there is in one run. Virtual time passes in `pass_time`, where a loop would sleep."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.dice = random.Random(plan.seed)
        self.folder = folder
        self.now = 0.0
        self.offset = timedelta(0)
        self.moves: list[tuple[float, timedelta]] = []
        """Since when the bot's wall clock was wrong, and by how much; by nothing once it is right again."""
        self.events: list[tuple[float, int, str, Callable[[], None]]] = []
        self.history: list[str] = []
        self.violations: list[str] = []
        self.life = 0
        self.version = 0
        """Of the content: how often its author has mended it."""
        self.deaths = 0
        self.power_cuts = 0
        self.calm_from = float("inf")
        self.up = False
        self.ending = False
        self.parts: Runtime | None = None
        self.logged: list[str] = []
        self.sent: list[Sent] = []
        self.disturbed: list[float] = []
        """When a process ended or the disk failed."""
        self._order = itertools.count()
        self._turns = 0
        self._turns_at = 0.0
        self._last_call = 0.0
        self._asked_to_stop: asyncio.Event | None = None
        self._kill_at_step: int | None = None
        self._cuts_power = False
        self._kill_at_turn: int | None = None
        self._disk_trouble: tuple[float, float, int] | None = None
        self._unreadable: tuple[float, float] | None = None
        self.disk_nth: tuple[int, str, int] | None = None
        self.disk_steps = 0
        self.weather = Weather(self)
        self.true_clock = _TrueClock(self)
        self.clock = _Clock(self)
        self.scene = SCENES[self.dice.randrange(len(SCENES))]
        self.tick_seconds = self.dice.choice([5.0, 15.0, 15.0, 15.0, 30.0])
        self.telegram = SimTelegram(self)
        self._pictures = _pictures()
        self.platter = Platter()
        self.actors: dict[int, Actor] = {}
        self.operators: tuple[int, ...] = ()
        self.oracle = Oracle(self)
        self.length = 0.0

    # --- Time ---------------------------------------------------------------------------------------------------

    def instant(self, at: float) -> datetime:
        """The true instant of a virtual second."""
        return self.scene.begin + timedelta(seconds=at)

    def virtual(self, instant: datetime) -> float:
        """The virtual second of a true instant."""
        return (instant - self.scene.begin).total_seconds()

    def at(self, when: float, what: str, do: Callable[[], None]) -> None:
        heapq.heappush(self.events, (max(when, self.now), next(self._order), what, do))

    def after(self, seconds: float, what: str, do: Callable[[], None]) -> None:
        self.at(self.now + seconds, what, do)

    def disk_seconds(self) -> float:
        return self.dice.uniform(0.0, 0.02) if self.dice.random() < 0.98 else self.dice.uniform(0.2, 3.0)

    def pass_time(self, timeout: float | None) -> None:
        """Where the loop of a process would sleep."""
        self._turn()
        if timeout is not None and timeout <= 0:
            return
        until = float("inf") if timeout is None else self.now + timeout
        upcoming = self.events[0][0]
        if (ahead := self._nothing_before()) > until and upcoming > until:
            until = min(ahead, upcoming)  # as if the machine had slept: every timer comes late, and once
        if upcoming <= until:
            self.now = max(self.now, upcoming)
            self._happens()
        else:
            self.now = until

    def _turn(self) -> None:
        if self._turns_at != self.now:
            self._turns, self._turns_at = 0, self.now
        self._turns += 1
        if self._turns > TURNS_AT_ONE_INSTANT:
            self.violations.append(f"I9 the bot spins at {self.now:.3f}")
            raise Over
        if self._kill_at_turn is not None:
            self._kill_at_turn -= 1
            if self._kill_at_turn <= 0:
                self._kill_at_turn = None
                raise Killed

    def _happens(self) -> None:
        _, _, what, do = heapq.heappop(self.events)
        if what:
            self.note(what)
        do()

    def _nothing_before(self) -> float:
        """Until when nobody could tell whether the bot was awake; 0 while it has anything in hand."""
        parts = self.parts
        if parts is None or not self.up or self._loop.jobs or not parts.send_due.is_idle or parts.sender.busy:
            return 0.0
        if self.now >= self.length + CALM_SECONDS - 100:
            return 0.0  # whether it is awake is looked at in the end
        if (
            parts.publishing
            or self.telegram.unconfirmed
            or any(sent.told_at is None for sent in self.sent[-12:] if sent.life == self.life)
        ):
            return 0.0
        if (telling := parts.alert_chat._telling) is not None and not telling.done():
            return 0.0
        due = parts.storage.next_due_at()
        ahead = float("inf") if due is None else self.virtual(due - self.offset)
        if ahead <= self.now:  # held or waiting for something: look on for a while, then now and then
            return 0.0 if self.now < max(self._last_call, ahead) + 1200 else self.now + 600
        return ahead - 40.0

    # --- What the parts tell -------------------------------------------------------------------------------------

    def note(self, what: str) -> None:
        self.history.append(f"{self.now:.3f} {what}")

    def acted(self, act: Act) -> None:
        self.note(f"update {act.update}: {act.person} {act.kind} {act.data}")
        self.oracle.acted(act)

    def confirmed(self, updates: list[JSON]) -> None:
        for update in updates:
            self.oracle.confirmed(update)

    def delivered(self, entry: Any) -> None:
        self.note(f"telegram does {entry.method} for {entry.chat_id} {_digest(entry.parameters)}")
        self.oracle.delivered(entry)
        actor = self.actors.get(entry.chat_id or 0)
        if actor is not None and entry.method.startswith(("send", "edit")):
            actor.notices()

    def left(self, sent: Sent) -> None:
        if sent.method != "getUpdates":
            self.sent.append(sent)
            self._last_call = self.now

    def arrives(self, sent: Sent, parameters: JSON) -> None:
        if sent.scheduled:
            chat = int(parameters["chat_id"])
            sent.claims = self.oracle.claims(chat)
            self.oracle.scheduled(sent, chat)
            actor = self.actors.get(chat)
            if actor is not None and actor.while_in_flight:
                deed, actor.while_in_flight = actor.while_in_flight, ""
                self.after(self.dice.uniform(0, 0.3), f"{chat} does {deed}", lambda: actor.does(deed))
                if "net" in self.plan.faults:
                    self.weather.slow_until = self.now + 20.0

    def told(self, sent: Sent) -> None:
        if sent.method != "getUpdates" and sent.saw not in ("ok", ""):
            self.note(f"{sent.method} ended in {sent.saw}")

    def must_live(self, life: int) -> None:
        if life != self.life or not self.up:
            raise Killed

    def may_come_again(self, update: JSON) -> bool:
        """Telegram repeats nothing that was confirmed, except what its own restart made it forget; never for long."""
        actor = next((a for a in self.actors.values() if any(x.update == update["update_id"] for x in a.acts)), None)
        return actor is not None and not actor.did("erase", "agree")

    # --- The disk -----------------------------------------------------------------------------------------------

    def disk_step(self, step: str, path: Path) -> int | None:
        self.disk_steps += 1
        if self._kill_at_step is not None:
            self._kill_at_step -= 1
            if self._kill_at_step <= 0:
                self._kill_at_step = None
                raise Killed
        if self.disk_nth is not None and step == self.disk_nth[1]:
            left, _, error = self.disk_nth
            self.disk_nth = (left - 1, step, error)
            if left == 1:
                return self._disk_fails(step, error)
        if self._unreadable is not None and step == "read" and path.parent.parent.name == "subscribers":
            begins, ends = self._unreadable
            if begins <= self.now < ends and self.dice.random() < 0.5:
                return self._disk_fails(step, BROKEN)
        if self._disk_trouble is not None and step != "read":
            begins, ends, error = self._disk_trouble
            if begins <= self.now < ends and (error == READ_ONLY or self.dice.random() < 0.5):
                if error == READ_ONLY and step in ("write", "sync", "sync_folder"):
                    return None
                if error == FULL and step in ("sync_folder", "remove", "replace"):
                    return None
                return self._disk_fails(step, error)
        return None

    def _disk_fails(self, step: str, error: int) -> int:
        self.note(f"disk: {step} fails with {error}")
        self.disturbed.append(self.now)
        self.weather.counted[f"disk {step}"] = self.weather.counted.get(f"disk {step}", 0) + 1
        return error

    # --- Setting up ---------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Who is there, what they will do, and what will go wrong."""
        dice = self.dice
        crowd = dice.random() < 0.03 if self.plan.crowd is None else self.plan.crowd
        people = list(cast(SCENES.index(self.scene), self.plan.onward))
        if crowd:
            model = dice.choice(people)
            chosen = [replace(model, id=1000 + n) for n in range(60)]
            self.length = 1.1 * DAY
        else:
            chosen = dice.sample(people, dice.randint(1, len(people)))
            self.length = dice.uniform(0.6, 1.9) * DAY
        self._store(chosen)
        for known in chosen:
            person = self.telegram.person(known.id, f"Zwetschge{known.id}")
            self.actors[known.id] = Actor(
                self, person, known=True, eager=0.0 if crowd else dice.choice([0.2, 0.5, 0.8])
            )
        ahead = [when for when in self.oracle.instants_ahead(self.length) if when > self.length / 3]
        if ahead and not crowd and dice.random() < 0.7:  # the calm has something to bring
            self.length = dice.choice(ahead) + dice.choice([-200.0, 100.0, 3000.0, 9000.0])
        if not crowd and dice.random() < 0.3:
            person = self.telegram.person(77, "Zwetschge77")
            newcomer = Newcomer(self, person, known=False)
            self.actors[77] = newcomer
            self.at(dice.uniform(5, 0.5 * self.length), "77 begins", newcomer.begins)
        for actor in [] if crowd else list(self.actors.values()):
            self._habits_of(actor)
        for when in self.oracle.instants_ahead(self.length):
            self.at(when - 1.0, "", lambda: None)  # nobody sleeps through the instant at which something is promised
        self._trouble_ahead(crowd)
        if dice.random() < 0.3:
            self.operators = (900, 901)
            for id in self.operators[: dice.randint(1, 2)]:  # one of them may never have pressed Start
                self.telegram.person(id, f"Zwetschge{id}")
        safety = dice.random() < 0.25
        self.calm_from = float("inf") if safety else self.length
        self.at(self.length, "calm", lambda: None if safety else self._calm())
        self.ends_at(self.length)

    def people(self, known: list[Subscriber], eager: float) -> None:
        """These are subscribers already."""
        self._store(known)
        for each in known:
            person = self.telegram.person(each.id, f"Zwetschge{each.id}")
            self.actors[each.id] = Actor(self, person, known=True, eager=eager)

    def ends_at(self, calm: float) -> None:
        """The run is over so many seconds after its calm began."""
        self.at(calm + CALM_SECONDS - 100, "", lambda: None)
        self.at(calm + CALM_SECONDS, "the end", self._end)

    def die_at(self, step: int, *, loses_power: bool) -> None:
        """Kill the process at that step of its disk."""
        self._kill_at_step = step
        self._cuts_power = loses_power

    def _habits_of(self, actor: Actor) -> None:
        """Now and then a look, and perhaps one thing that is not done every day; often close to a message."""
        dice = self.dice

        def opens() -> None:
            if not actor.silent:
                actor.types("/today")

        for _ in range(dice.choice([0, 1, 2])):
            self.at(dice.uniform(10, self.length), f"{actor.id} opens", opens)
        if self.plan.deed:
            actor.while_in_flight = self.plan.deed
        if self.plan.deed or not actor.known or dice.random() < 0.4:
            return
        deed = dice.choice(DEEDS)
        if dice.random() < 0.5:
            actor.while_in_flight = deed
        else:
            self.at(self._moment() + dice.uniform(0, 20), f"{actor.id} does {deed}", lambda: actor.does(deed))

    def _store(self, people: list[Subscriber]) -> None:
        """Put ready-made documents on the disk, as an earlier process left them."""
        data = self.folder.resolve() / "data"
        codec = SubscriberCodec(stamp(the_catalog()))
        self.platter.lasting[data / "house.sealed"] = _sealed(self.folder, "house", _document({}), None)
        for person in people:
            self.oracle.known(person.id, plain := json.loads(codec.encode(person)))
            body = _document(plain)
            self.platter.lasting[self.path(person.id)] = _sealed(self.folder, person.id, body, codec.summary(person))
        for path, content in self.platter.lasting.items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(content)

    def _trouble_ahead(self, crowd: bool) -> None:
        dice, faults = self.dice, self.plan.faults
        if "net" in faults:
            self.weather.bad = dice.choice([0.0, 0.02, 0.1, 0.25])
            for _ in range(dice.choice([0, 1, 2])):
                kind = dice.choice(
                    ["refused", "cut", "cut-after", "5xx", "5xx-delivered", "flood", "hang", "hang-delivered", "odd"]
                )
                self._storm(Storm(0, dice.choice([20.0, 120.0, 900.0]), kind))
            for _ in range(dice.choice([0, 1])):
                self._storm(Storm(0, dice.choice([3.0, 50.0, 200.0]), dice.choice(POLL_KINDS), "getUpdates"))
        if "intake" in faults:
            self.weather.bad_batches = dice.choice([0.0, 0.3])
            for _ in range(dice.choice([0, 0, 2])):
                self.at(dice.uniform(30, self.length), "an odd update", self._odd_update)
            if dice.random() < 0.2:
                to = dice.choice([1000, 900_000_000])
                self.at(dice.uniform(30, self.length), "ids jump", lambda: self.telegram.jump_ids(to))
        if "disk" in faults and dice.random() < 0.4:
            begins = self._moment()
            ends = begins + dice.choice([5.0, 30.0, 150.0])
            self._disk_trouble = begins, ends, dice.choice([FULL, BROKEN, READ_ONLY])
            actor = self.actors[dice.choice(sorted(self.actors))]
            if actor.known and not crowd:  # somebody in a hurry meets it
                self.at(begins + dice.uniform(0, min(60.0, ends - begins)), "", lambda: actor.does("hurry"))
        if "kill" in faults:
            for _ in range(dice.choice([0, 1, 1, 2])):
                self.at(self._moment(), "", self._kill_soon)
        if "stop" in faults and dice.random() < 0.3:
            self.at(self._moment(), "SIGTERM", self._stop)
        if "clock" in faults and dice.random() < 0.25:
            step = timedelta(hours=dice.choice([1, -1, 0.7, 26.5, -26.5, -3]))
            begins = dice.uniform(600, self.length)
            self.at(begins, f"the wall clock steps by {step}", lambda: self._set_clock(self.offset + step))
            self.at(begins + dice.choice([200.0, 3000.0, 30_000.0]), "the wall clock is right", self._right_clock)
        if "read" in faults and dice.random() < 0.3:
            begins = self._moment()
            self._unreadable = begins, begins + dice.choice([5.0, 30.0, 150.0])
        if "calendar" in faults and dice.random() < 0.15:
            weeks = timedelta(days=dice.choice([40, -40]))
            begins = dice.uniform(600, self.length)
            self.at(begins, f"the wall clock steps by {weeks}", lambda: self._set_clock(self.offset + weeks))
            self.at(begins + dice.choice([200.0, 3000.0, 30_000.0]), "the wall clock is right", self._right_clock)

        if "content" in faults and dice.random() < 0.35:
            refused = dice.choice(["reminder", "reminder", "reminder", "lesson 2", "lesson 3", "check-in", "re-test"])
            self.weather.refusing = Refusing(piece, refused, dice.random() < 0.5)
            if dice.random() < 0.5:
                self.at(self._moment() + dice.uniform(60, 5000), "the author mends it", self._mend)

    def _moment(self) -> float:
        """A moment worth trouble: close to an instant at which something is due, or any."""
        dice = self.dice
        instants = self.oracle.instants_ahead(self.length)
        if instants and dice.random() < 0.7:
            return max(1.0, dice.choice(instants) + dice.choice([-2.0, 0.0, self.tick_seconds]) + dice.uniform(-1, 1.5))
        return dice.uniform(1, self.length)

    def _storm(self, storm: Storm) -> None:
        begins = max(0.0, self._moment() - self.dice.uniform(0, 10))
        self.weather.storms.append(replace(storm, begins=begins, ends=begins + storm.ends))

    def _odd_update(self) -> None:
        dice = self.dice
        person = {"id": dice.choice(sorted(self.actors)), "is_bot": False, "first_name": "Zwetschge"}
        odd: JSON = dice.choice(
            [
                {"message": {"text": "Kanarienvogel"}},
                {"message": {"message_id": 5, "date": "yesterday", "from": person}},
                {"callback_query": {"id": 7, "from": person}},
                {"my_chat_member": {"chat": 5}},
                {"message": {"message_id": 9, "date": 10**30, "chat": {"id": person["id"], "type": "private"}}},
            ]
        )
        update = self.telegram.enqueue(odd)
        self.oracle.odd.add(update["update_id"])
        self.weather.counted["odd update"] = self.weather.counted.get("odd update", 0) + 1

    def _set_clock(self, offset: timedelta) -> None:
        if offset != self.offset:
            self.offset = offset
            self.moves.append((self.now, offset))

    def _right_clock(self) -> None:
        self._set_clock(timedelta(0))

    def _mend(self) -> None:
        """Other content lies there, and the bot is started anew with it."""
        if self.weather.refusing is not None:
            self.weather.refusing = None
            self.version += 1
            self._stop()

    def _calm(self) -> None:
        """From here on nothing goes wrong any more."""
        self.weather.bad = self.weather.bad_batches = 0.0
        self.weather.storms.clear()
        self._disk_trouble = self._unreadable = None
        self._kill_at_step = self._kill_at_turn = None
        self._right_clock()
        self._mend()

    def _end(self) -> None:
        self.ending = True
        self.oracle.awake()
        if self.dice.random() < 0.5 and self.up:
            self._stop()
            self.after(12.0, "over", self._over)
        else:
            self._over()

    def _over(self) -> None:
        raise Over

    # --- Processes ----------------------------------------------------------------------------------------------

    def _kill_soon(self) -> None:
        """At the next few disk steps, at the next few turns of the loop, or at once."""
        if not self.up or self.now >= self.calm_from:
            return
        how = self.dice.random()
        if how < 0.4:
            self._kill_at_step = self.dice.randint(1, 25)
        elif how < 0.9:
            self._kill_at_turn = self.dice.randint(1, 120)
        else:
            raise Killed

    def _stop(self) -> None:
        if self._asked_to_stop is not None and self.up:
            self._asked_to_stop.set()

    def run(self) -> Outcome:
        """From the first process to the last; the oracle speaks at the end."""
        self.prepare()
        while True:
            why = self._one_life()
            self.note(f"process {self.life} {why}")
            self.disturbed.append(self.now)
            if why == "is over" or self.ending:
                break
            if not self._wait_for_restart():
                break
        self.oracle.at_the_end()
        return Outcome(self.plan.seed, self.violations, self.history, self.oracle.figures())

    def _wait_for_restart(self) -> bool:
        """Time passes without the bot; False when the run ends meanwhile."""
        calm = self.now >= self.calm_from
        pause = 2.0 if calm else self.dice.choice([1.0, 5.0, 5.0, 60.0, 600.0, 15_000.0, 100_000.0])
        until = self.now + pause
        if self.now < self.calm_from:
            until = min(until, max(self.length, self.now) + 1.0)
        try:
            while self.events and self.events[0][0] <= until:
                self.now = max(self.now, self.events[0][0])
                self._happens()
        except Over:
            return False
        self.now = until
        return True

    def _one_life(self) -> str:
        self.life += 1
        self.note(f"process {self.life} starts")
        self.up = True
        loop = self._loop = VirtualLoop(self)
        disk = SimDisk(self.platter, self.disk_step)
        self._disk = disk
        strays: list[str] = []
        loop.set_exception_handler(lambda _, context: strays.append(str(context.get("message"))))
        try:
            with self._library_clock():
                return loop.run_until_complete(self._main(disk))
        except Over:
            return "is over"
        except Killed:
            return self._died()
        finally:
            self.up = False
            disk.die()
            if self.parts is not None:
                with suppress(BaseException):
                    self.parts.storage.close()
            self.parts = None
            loop.bury()

    def _died(self) -> str:
        self.deaths += 1
        if self._cuts_power or ("power" in self.plan.faults and self.dice.random() < 0.4):
            self.power_cuts += 1
            self._disk.die()
            self.platter.cut_power(self.dice)
            return "lost its power"
        return "was killed"

    async def _main(self, disk: SimDisk) -> str:
        """What `python -m bot run` does, from the storage to the exit."""
        try:
            parts = self.parts = self._build(disk)
        except StorageRefused as reason:
            if not self._disk_is_ill():
                self.violations.append(f"I6 the storage does not open: {reason}")
            return "was refused by its storage"
        self.oracle.opened(parts)
        self._asked_to_stop = asyncio.Event()
        try:
            await _reach_telegram(parts)
            why = await self._serve(parts, self._asked_to_stop)
        except (TokenRefused, CannotStart) as reason:
            why = f"ended: {reason}"
        except Exception as error:
            if not self.up:
                raise
            self.violations.append(f"I9 the process ended in {error!r} at {self.now:.3f}")
            why = f"ended in {type(error).__name__}"
        if why != "stopped":
            await parts.stop()
        return why

    async def _serve(self, parts: Runtime, asked_to_stop: asyncio.Event) -> str:
        await parts.start()
        running = asyncio.create_task(parts.run())
        stopping = asyncio.create_task(asked_to_stop.wait())
        done, _ = await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if running in done:
            running.result()
        await parts.stop()
        for task in (running, stopping):
            task.cancel()
        await asyncio.gather(running, stopping, return_exceptions=True)
        return "stopped"

    def _disk_is_ill(self) -> bool:
        begins, ends, _ = self._disk_trouble or (0.0, 0.0, 0)
        return begins <= self.now < ends or self.disk_nth is not None

    def _build(self, disk: SimDisk) -> Runtime:
        catalog = the_catalog()
        catalog = replace(catalog, hash=f"{catalog.hash}-{self.version}") if self.version else catalog
        named = stamp(catalog)
        storage = open_storage(
            self.folder / "data", self.folder / "keys" / "storage.key", SubscriberCodec(named), named, disk=disk
        )
        parts = build(
            token=TOKEN,
            api_url="http://localhost",
            storage=storage,
            catalog=catalog,
            places=the_places(),
            clock=self.clock,
            request=SimRequest(self, self.life),
            poll_request=SimRequest(self, self.life),
            tick_seconds=self.tick_seconds,
            messages_per_second=25,
            pictures=self._pictures,
            operators=self.operators,
            renderers=_renderers(),
        )
        bot: Any = parts.application.bot
        bot._rate_limiter = Watched(bot._rate_limiter)
        if self.plan.plant in PLANTS:
            PLANTS[self.plan.plant](self, parts, disk)
        return parts

    @contextmanager
    def _library_clock(self) -> Iterator[None]:
        """APScheduler reads the wall clock by itself; here it reads the machine's."""
        clock = self.clock

        class Reading(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return clock.now().astimezone(tz)

        planted = PATCHES[self.plan.plant](self) if self.plan.plant in PATCHES else nullcontext()
        with mock.patch("apscheduler.schedulers.base.datetime", Reading), planted:
            yield

    # --- What lies on the disk ----------------------------------------------------------------------------------

    @cache  # noqa: B019 -- a world lives for one run
    def _cipher(self) -> AESGCM:
        line = (self.folder / "keys" / "storage.key").read_text()
        return AESGCM(base64.b64decode(line.split(":")[1]))

    def path(self, id: int) -> Path:
        return (self.folder / "data").resolve() / "subscribers" / f"{id % 256:02x}" / f"{id}.sealed"

    def opened(self, content: bytes | None, owner: str) -> JSON | None:
        """A sealed document as plain data, by a reader of our own."""
        if content is None:
            return None
        line, _, sealed = content.partition(b"\n")
        line += b"\n"
        try:
            body = self._cipher().decrypt(sealed[:12], sealed[12:], line + owner.encode())
        except (InvalidTag, ValueError):
            self.violations.append(f"I6 the document of {owner} is torn at {self.now:.3f}")
            return None
        document: JSON = json.loads(body)["documents"]["1"]
        return document

    def lasting(self, id: int) -> JSON | None:
        """Somebody's document as it would be after a power cut at this instant."""
        return self.opened(self.platter.lasting.get(self.path(id)), str(id))

    def lasting_bot_record(self) -> JSON | None:
        return self.opened(self.platter.lasting.get((self.folder / "data").resolve() / "house.sealed"), "house")


@cache
def _renderers() -> Renderers:
    """One for all lives: its templates are compiled once."""
    return Renderers(the_catalog(), the_places().country_of)


def _pictures() -> Pictures:
    """The figures, with no id known yet."""
    fresh = copy(_all_pictures())
    fresh._ids = {}
    return fresh


@cache
def _all_pictures() -> Pictures:
    return Pictures(the_catalog().folder)


@cache
def _keys(folder: Path) -> Keys:
    """The key of every run on this ground, in its file."""
    (folder / "keys").mkdir(mode=0o700)
    return make_keys(folder / "keys" / "storage.key", Disk())


def _document(value: JSON) -> bytes:
    return to_json({"documents": {"1": value}})


@cache
def _sealed(folder: Path, owner: Owner, body: bytes, summary: Summary | None) -> bytes:
    """A document as it lies on the disk."""
    return _keys(folder).seal(body, summary, owner)


def _digest(parameters: JSON) -> str:
    """What was shown, without what the library names at random."""
    shown = {
        name: value for name, value in parameters.items() if name in ("text", "caption", "reply_markup", "message_id")
    }
    return f"{zlib.crc32(json.dumps(shown, sort_keys=True).encode()):08x}"


class _Listener(logging.Handler):
    """Every record of the bot, for the oracle to look for what must not stand there."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@cache
def _ground() -> Path:
    """A folder in memory where there is one: a run makes thousands of files."""
    shared = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it
    root = Path(tempfile.mkdtemp(prefix="steady-knees-", dir=shared if shared.is_dir() else None))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    place = DataFolder(root / "data")
    place.make_root()
    place.make_inside(Disk())
    _keys(root)
    return root


def simulate(plan: Plan) -> Outcome:
    """One run of one seed."""
    with ONWARD.get(plan.plant, nullcontext)():
        return run_on_ground(plan, World)


def run_on_ground(plan: Plan, build: Callable[[Plan, Path], World]) -> Outcome:
    """A run on a clean ground, with the bot's log listened to."""
    folder = _ground()
    for left in (*folder.glob("data/*.sealed*"), *folder.glob("data/subscribers/*/*")):
        left.unlink()
    world = build(plan, folder)
    listener = _Listener(world.logged)
    bot = logging.getLogger("bot")
    level, propagate = bot.level, bot.propagate
    bot.addHandler(listener)
    bot.setLevel(logging.DEBUG)
    bot.propagate = False
    # A jump over hours in which nothing happens comes to the library as a machine that slept: it warns of it.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    try:
        return world.run()
    finally:
        logging.getLogger("apscheduler").setLevel(logging.NOTSET)
        bot.removeHandler(listener)
        bot.setLevel(level)
        bot.propagate = propagate
