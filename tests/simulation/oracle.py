"""What must hold, whatever happened: judged by what Telegram delivered and what lies on the disk, by no code of the
bot's."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.conftest import the_catalog
from tests.simulation.telegram import FREE, Sent, meanings, words
from tests.simulation.zones import comes_at, is_quiet, shows

if TYPE_CHECKING:
    from bot.app import Runtime
    from bot.local_telegram.telegram import Call
    from tests.simulation.people import Act, Actor
    from tests.simulation.world import World

JSON = dict[str, Any]

REMINDER_HOURS = timedelta(hours=3)
MARK = "You may already have this one."
LESSON_TEXT = re.compile(r"Week (\d), card 1 of")
LESSON_WEEKS = {"hips": 1, "ankles": 2, "knee": 3}
STEPS = {"check-in:week-1": 7, "lesson:ankles": 8, "check-in:week-2": 14, "lesson:knee": 15, "re-test": 21}
"""On which day of the series a message of its own is planned."""
STEPS_ON = {"check-in:week-4": 28, "re-test:week-6": 42, "check-in:week-8": 56, "re-test:week-12": 84}
"""The same for whoever goes on after the re-test."""
ALL_STEPS = {**STEPS, **STEPS_ON}
ONE_A_WEEK_FROM = 10
"""From this week on one message is for all of it, unless the person wants it otherwise."""
OF_A_KIND = (
    ("again", "follow-up"),
    ("next", "nudge"),
    ("still:yes", "still"),
    ("t:re-test", "re-test"),
    ("t:check-in", "check-in"),
)
STRANGERS = ("begin", "hello", "adult", "minor", "decline")
SETTINGS = ("zone", "time", "days", "quiet")
IN_FLIGHT = 8
NOTE = "<b>A note for whoever runs this bot</b>"
HOUR = 3600.0 - 1.0
SMALL_STEP = timedelta(hours=1)
"""So far the wall clock may be wrong without being held suspicious by anything that is stored."""
TAKEN_BACK = timedelta(hours=26)
LOOKS = ("safety", "check-in", "re-test")
"""The tests that hold the safety check."""
MUCH_PAIN = 5
"""More is red for whoever has told no more of usual pain."""
UNANSWERED = 3
"""Fewer reminders come after so many without an answer."""


class Oracle:
    """Sees every run as it goes, and says at its end what was broken."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.acts: dict[int, Act] = {}
        self.odd: set[int] = set()
        self._chosen: dict[int, int] = {}
        self._edits: Counter[tuple[int, int]] = Counter()
        self._taps: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._acknowledged: dict[int, tuple[str, frozenset[int]]] = {}
        """Of each answer after which the next screen stood there: what was kept then, after which updates."""
        self._shown: set[int] = set()
        """The taps that were handled before their message last changed."""
        self._confirmed_at: dict[int, float] = {}
        self._scheduled: list[tuple[Sent, int]] = []
        self._worst_window = 0
        self._counts: Counter[str] = Counter()

    def broken(self, what: str) -> None:
        self.world.violations.append(f"{what} (at {self.world.now:.3f})")

    # --- While it goes on ---------------------------------------------------------------------------------------

    def known(self, id: int, document: JSON) -> None:
        """Somebody's document as the run finds it."""
        self._chosen[id] = _times_chosen(document)

    def acted(self, act: Act) -> None:
        self.acts[act.update] = act
        if act.kind == "tap":
            self._taps[act.person, act.message].append(act.update)

    def confirmed(self, update: JSON) -> None:
        """Telegram forgets an update: what it led to must outlast a power cut (I2)."""
        id = update["update_id"]
        self._confirmed_at.setdefault(id, self.world.now)
        act = self.acts.get(id)
        if act is None:
            if id in self.odd and not self._is_set_aside(id):
                self.broken(f"I2 odd update {id} was confirmed and is noted nowhere")
            return
        if act.kind == "unblock":
            return
        actor = self.world.actors[act.person]
        if actor.did("erase"):
            return
        document = self.world.lasting(act.person)
        if document is None:
            if actor.known or act.verb == "agree":
                self.broken(f"I2 update {id} of {act.person} was confirmed and no document lasts")
        elif id not in document["updates"] and not self._is_set_aside(id):
            before = [each.update for each in actor.acts]
            if actor.known or before.index(id) > next(i for i, a in enumerate(actor.acts) if a.verb == "agree"):
                self.broken(f"I2 update {id} ({act.kind} {act.data}) of {act.person} was confirmed and is lost")

    def _is_set_aside(self, id: int) -> bool:
        testbed = self.world.lasting_bot_record() or {}
        return any(noted.get("update") == id for noted in testbed.get("set_aside", []))

    def delivered(self, entry: Call) -> None:
        """A tapped message changed: to its person this says that the tap is saved (I1)."""
        if entry.method not in ("editMessageText", "editMessageCaption", "editMessageMedia"):
            return
        chat, message = entry.chat_id or 0, int(entry.parameters.get("message_id", 0))
        actor = self.world.actors.get(chat)
        if actor is None or actor.did("erase"):
            return
        self._edits[chat, message] += 1
        document = self.world.lasting(chat)
        taps = self._taps[chat, message]
        if document is None:
            if any(self.acts[tap].verb not in STRANGERS for tap in taps):
                self.broken(f"I1 {chat} sees a tap answered and no document lasts")
            return
        strangers = sum(self.acts[tap].verb in STRANGERS for tap in taps)
        lasting = sum(tap in document["updates"] for tap in taps)
        if self._edits[chat, message] > lasting + strangers:
            self.broken(f"I1 {chat} sees a tap answered that does not last")
        self._acknowledges(entry, taps, document)

    def _acknowledges(self, entry: Call, taps: list[int], document: JSON) -> None:
        """The screen after an answer stands there: to its person this says that the answer is saved (I1).

        A line without buttons says that a tap means nothing any more, and a screen that asks the same is not the next.
        Nor is one that refuses a time within quiet hours: its buttons name a time together with quiet hours.
        """
        updates = frozenset(document["updates"])
        handled = [self.acts[tap] for tap in taps if tap in updates and tap not in self._shown]
        self._shown.update(act.update for act in handled)
        if len({act.data for act in handled}) != 1:
            return  # which of them the screen belongs to cannot be told
        act = handled[-1]
        what, value = answer_of(act)
        buttons = meanings(entry.parameters)
        refused = any(data.startswith("p:time:") and "," in data for data in buttons)
        if not what or not buttons or refused or any(data.startswith(f"{what}:") for data in buttons):
            return
        kept = kept_of(document, what)
        self._acknowledged[act.update] = (kept[-1] if act.verb == "r" and kept else value), updates
        if not (value in kept if act.verb == "p" else kept):
            self.broken(f"I1 {act.person} sees the screen after {act.data}, and that answer does not last")

    def claims(self, chat: int) -> tuple[str, ...]:
        """The keys that are claimed in somebody's document, as it would outlast a power cut."""
        document = self.world.lasting(chat) or {}
        return tuple(key for key, record in document.get("deliveries", {}).items() if record["outcome"] == "claimed")

    def scheduled(self, sent: Sent, chat: int) -> None:
        self._scheduled.append((sent, chat))
        actor = self.world.actors.get(chat)
        if not sent.claims and not (actor and actor.did("erase")):
            self.broken(f"I3 a message to {chat} leaves without a claim that lasts")

    def opened(self, parts: Runtime) -> None:
        """A process found its store: everybody must be there (I6)."""
        for id, reason in getattr(parts.storage, "damaged", []):
            self.broken(f"I6 the document of {id} is damaged: {reason}")
        for id in self.world.actors:
            if self.world.lasting(id) is not None and id not in parts.storage.ids():
                self.broken(f"I6 the store forgot {id}")

    def awake(self) -> None:
        """At the end of a calm: the bot polls and ticks (I9)."""
        world = self.world
        parts = world.parts
        if world.now < world.calm_from or any(when > world.now - 130 for when in world.disturbed):
            return
        if parts is None or not world.up:
            self.broken("I9 nothing runs although all is well")
            return
        for what, beat in (("polled", parts.receiver.last_contact_at), ("ticked", parts.send_due.ticked_at)):
            if beat is None or world.now - beat > 90:
                self.broken(f"I9 it has not {what} for {world.now - (beat or 0):.0f} seconds")
        if standing := parts.alerts.standing():
            self.broken(f"I9 all is well, and it still complains of {sorted(standing)}")
        acts = (self.acts.get(id) for id in world.telegram.left())
        if left := sum(act is None or act.at < world.now - 60 for act in acts):
            self.broken(f"I9 {left} updates are left")

    def instants_ahead(self, length: float) -> list[float]:
        """When something is planned for somebody, in virtual seconds: their chosen time of every date of the run."""
        world = self.world
        found = []
        for id in sorted(world.actors):
            if (document := world.lasting(id)) is None:
                continue
            zone, clock = said(document, "zone"), said(document, "time")
            day, _ = shows(zone, world.instant(0))
            while (at := comes_at(zone, day, clock)) is None or world.virtual(at) <= length:
                if at is not None and world.virtual(at) > 0:
                    found.append(world.virtual(at))
                day += timedelta(days=1)
        return sorted(set(found))

    # --- In the end ---------------------------------------------------------------------------------------------

    def at_the_end(self) -> None:
        world = self.world
        calls = [sent for sent in world.sent if sent.method not in FREE]
        self._rate_limit(calls)
        self._pauses(calls)
        self._refusals()
        self._operators(calls)
        self._canaries()
        for id in sorted(world.actors):
            path = world.path(id)
            document = world.opened(path.read_bytes() if path.exists() else None, str(id))
            self._person(world.actors[id], document)

    def _person(self, actor: Actor, document: JSON | None) -> None:
        tries = [sent for sent, chat in self._scheduled if chat == actor.id]
        came = [sent for sent in tries if sent.delivered]
        self._counts["delivered"] += len(came)
        self._silence(actor, tries)
        self._copies(actor, came)
        if document is None:
            if actor.known and not actor.did("erase"):
                self.broken(f"I6 the document of {actor.id} is gone")
            return
        if actor.did("erase") and not actor.did("agree"):
            erased = next(act for act in actor.acts if act.verb == "erase")
            if erased.update in self._confirmed_at:
                self.broken(f"I5 the document of {actor.id} stands after they erased it")
            return
        self._records(actor, document, tries)
        self._order(actor, document)
        self._answers(actor, document)
        settled = len(document["enrollments"]) == 1 and _times_chosen(document) == self._chosen.get(actor.id)
        if settled and document["enrollments"][0].get("day_one"):
            self._instants(actor, document, came)
            self._weeks_on(actor, document, came)
            self._everything_came(actor, document, tries)

    def _silence(self, actor: Actor, tries: list[Sent]) -> None:
        """Nothing after a stop, a block or an erasure; what was in flight may land (I5)."""
        for number, act in enumerate(actor.acts):
            if act.verb not in ("/stop", "/unsubscribe", "erase", "block") or act.update not in self._confirmed_at:
                continue
            since = self._confirmed_at[act.update] + 1.0
            until = actor.acts[number + 1].at if number + 1 < len(actor.acts) else float("inf")
            if late := [sent for sent in tries if since < sent.at < until]:
                self.broken(f"I5 {len(late)} messages to {actor.id} after {act.verb}, the first at {late[0].at:.3f}")

    def _copies(self, actor: Actor, came: list[Sent]) -> None:
        """At most one copy of a reminder, two of a lesson, and the second one only after a doubt (I3, I4)."""
        copies: dict[tuple[str, ...], list[Sent]] = defaultdict(list)
        for sent in came:
            copies[identity(sent)].append(sent)
        for what, found in copies.items():
            kind = what[0]
            if kind == "reminder":
                later = {act.data.split(":")[2] for act in actor.acts if act.data.startswith(f"late:{what[1]}:")}
                if len(found) > 1 + len(later):
                    self.broken(f"I3 {len(found)} copies of {what} for {actor.id}")
                    self._counts["duplicated"] += len(found) - 1
            elif kind in ("lesson", "re-test"):
                if len(found) > 2:
                    self.broken(f"I4 {len(found)} copies of {what} for {actor.id}")
                    self._counts["duplicated"] += len(found) - 2
                for first, second in itertools.pairwise(found):
                    if not self._was_doubtful(first, second):
                        self.broken(f"I4 {what} for {actor.id} comes again, and its first copy was no doubt")
                    if MARK not in second.text:
                        self.broken(f"I4 the second copy of {what} for {actor.id} does not say that it is one")
            elif kind in ("check-in", "still", "nudge", "follow-up") and len(found) > 1 and len(set(_keys(found))) == 1:
                self.broken(f"I3 {len(found)} copies of {what} for {actor.id}")
        for key, count in Counter(_keys(came)).items():
            if count > (2 if key.startswith(("lesson:", "re-test:")) else 1):
                self.broken(f"I3 {count} copies of {key} for {actor.id}")

    def _was_doubtful(self, first: Sent, second: Sent) -> bool:
        if first.saw != "ok" or first.told_at is None:
            return True
        return any(first.at <= when <= second.at for when in self.world.disturbed)

    def _records(self, actor: Actor, document: JSON, tries: list[Sent]) -> None:
        """What is noted agrees with what Telegram knows, and a lesson that is lost for good is offered (I4)."""
        for key, record in document["deliveries"].items():
            mine = [sent for sent in tries if sent.claims[:1] == (key,)]
            arrived = [sent for sent in mine if sent.delivered]
            outcome, doubts = record["outcome"], record.get("unknowns", 0)
            if outcome == "unknown" or doubts:
                self._counts["unknown"] += 1
            if outcome == "sent" and record.get("reason") != "tapped" and mine and not arrived:
                self.broken(f"I4 {key} of {actor.id} is noted as sent and never arrived")
            if outcome in ("failed", "waiting", "expired", "cancelled") and arrived and not doubts:
                self.broken(f"I3 {key} of {actor.id} arrived and is noted as {outcome}")
            if not key.startswith(("lesson:", "re-test:")):
                continue
            if outcome == "failed" and record.get("reason") not in ("blocked", "chat_not_found"):
                self.broken(f"I4 {key} of {actor.id} is given up: {record.get('reason')}")
                self._counts["lost"] += 1
            if key.startswith("lesson:") and doubts >= 2 and not arrived:
                after = [sent for sent in tries if sent.delivered and sent.at > mine[-1].at]
                lesson = key.split(":")[2]
                seen = lesson in document.get("lessons_seen", [])
                if after and not seen and not any(data.startswith(f"l:{lesson}:") for data in after[0].data):
                    self.broken(f"I4 {key} of {actor.id} is lost and the next message does not offer it")

    def _order(self, actor: Actor, document: JSON) -> None:
        """One person's updates take effect in the order in which they came (I5)."""
        place = {act.update: number for number, act in enumerate(actor.acts)}
        handled = [place[id] for id in document["updates"] if id in place]
        if handled != sorted(handled):
            self.broken(f"I5 what {actor.id} did took effect in another order")
        if len(set(handled)) != len(handled):
            self.broken(f"I5 something {actor.id} did took effect twice")

    def _answers(self, actor: Actor, document: JSON) -> None:
        """Every answer that was acknowledged is there, unless a later one took its place (I1)."""
        given: dict[str, list[Act]] = defaultdict(list)
        typed = [act for act in actor.acts if act.kind == "text"]
        for act in actor.acts:
            if (what := answer_of(act)[0]) and not actor.did("erase"):
                given[what].append(act)
        for what, acts in given.items():
            kept = kept_of(document, what)
            if what.startswith("r:") and kept and not any(_says(act, kept[-1]) for act in (*acts, *typed)):
                self.broken(f"I1 {actor.id} answered {[act.data for act in acts]} and {kept[-1]} is kept")
            for act in acts:
                if act.update not in self._acknowledged:
                    continue
                value, updates = self._acknowledged[act.update]
                later = [each for each in (*acts, *typed) if each.update not in updates]
                if value in kept or (kept and any(_says(each, kept[-1]) for each in later)):
                    continue
                self.broken(f"I1 {actor.id} was shown that {act.data} is saved, and of {what} {kept} is kept")

    def _instants(self, actor: Actor, document: JSON, came: list[Sent]) -> None:
        """At its instant and not before, not too late, not in quiet hours, one a local date."""
        zone, clock = said(document, "zone"), said(document, "time")
        quiet = said(document, "quiet") or ["00:00", "00:00"]
        days = said(document, "days")
        day_one = date.fromisoformat(document["enrollments"][0]["day_one"])
        by_date: dict[date, set[tuple[str, ...]]] = defaultdict(set)
        for sent in came:
            what = identity(sent)
            day, now = shows(zone, sent.wall)
            late = [act for act in actor.acts if act.data.startswith(f"late:{what[1]}:")] if len(what) > 1 else []
            if is_quiet(now, *quiet):
                self.broken(f"TIME {what} for {actor.id} in quiet hours, {now}")
            if what[0] in ("nudge", "follow-up", "other"):
                continue
            if what[0] != "reminder" or not late:
                by_date[day].add(what)
            if what[0] == "reminder":
                on = datetime.strptime(what[1], "%y%m%d").date()  # noqa: DTZ007 -- a date alone
                starts = [comes_at(zone, on, clock)]
                starts += [comes_at(zone, on, f"{act.data[-4:-2]}:{act.data[-2:]}") for act in late]
                if not any(at and at <= sent.wall <= at + REMINDER_HOURS + timedelta(seconds=2) for at in starts):
                    self.broken(f"TIME {what} for {actor.id} at {sent.wall:%m-%d %H:%M:%S}, planned {starts}")
                if str(on.weekday()) not in days:
                    self.broken(f"TIME {what} for {actor.id} on a day they did not choose")
            elif what[0] == "lesson":
                first = comes_at(zone, day_one + timedelta(days=(int(what[1]) - 1) * 7), clock)
                if first and sent.wall < first:
                    self.broken(f"TIME {what} for {actor.id} before its day")
        for day, found in by_date.items():
            if len(found) > 1:
                self.broken(f"TIME {actor.id} was written to {len(found)} times on {day}: {sorted(found)}")

    def _weeks_on(self, actor: Actor, document: JSON, came: list[Sent]) -> None:
        """What has a day comes on it and not before; after the re-test nothing to whoever did not want to go on, nor
        after the last test; the reminders of a week become fewer, each week asks one thing, and the safety check is
        never passed over.
        """
        states = [change["state"] for change in document["enrollments"][0]["states"]]
        wishes = [answer for answer in document["answers"] if answer["question"] in ("go-on", "reminders")]
        if states != ["onboarding", "running"] or len(wishes) > 1:
            return
        zone, days = said(document, "zone"), said(document, "days")
        end = _day_of(document, "re-test:week-12" if wishes else "re-test")
        first = {_key_of(document, step): _day_one(document) + timedelta(days=on - 1) for step, on in ALL_STEPS.items()}
        weeks: dict[int, set[date]] = defaultdict(set)
        for key, record in document["deliveries"].items():
            if record["outcome"] != "sent":
                continue
            on = shows(zone, datetime.fromisoformat(record["at"]))[0]
            if key in first and on < first[key]:
                self.broken(f"ON {key} comes to {actor.id} on {on}, before its day {first[key]}")
            if key.startswith("reminder:"):
                of = date.fromisoformat(key.split(":")[1])
                weeks[(of - _day_one(document)).days // 7 + 1].add(of)
                if of > end:
                    self.broken(f"ON {key} comes to {actor.id} after the end on {end}")
        for week, found in weeks.items():
            most = 1 if week >= ONE_A_WEEK_FROM else len(days)
            if week > 4 and len(found) > most:  # in week 4 they may have chosen their days
                self.broken(f"ON {actor.id} had {len(found)} reminders in week {week}, and {most} are due")

        if wishes:
            self._asked_once_a_week(actor, document, came)
            self._never_unchecked(actor, document, came)

    def _asked_once_a_week(self, actor: Actor, document: JSON, came: list[Sent]) -> None:
        """The first reminder of a week has its question, and no other; a week with a look back has its own."""
        begun = _day_one(document)
        looks = {(_day_of(document, step) - begun).days // 7 + 1 for step in STEPS_ON}
        asked: dict[int, set[date]] = defaultdict(set)
        for sent in came:
            if (of := _reminded_of(sent)) is None or (week := (of - begun).days // 7 + 1) < 5:
                continue
            before = [begun + timedelta(days=7 * (week - 1) + each) for each in range(7)]
            records = [document["deliveries"].get(f"reminder:{on}:1") for on in before if on < of]
            went = {each["outcome"] for each in records if each}
            if any(data.startswith("one:") for data in sent.data):
                asked[week].add(of)
                if week in looks or "sent" in went:
                    self.broken(f"ASK {actor.id} is asked again in week {week}, on {of}")
                continue
            ends = [attempt["finished_at"] for attempt in document["attempts"] if attempt["test"] in LOOKS]
            late = sent.wall - timedelta(days=6)
            looked = any(end and late <= datetime.fromisoformat(end) + timedelta(hours=12) for end in ends)
            if week not in looks and not looked and went.isdisjoint(("sent", "unknown")):
                self.broken(f"ASK {actor.id} is asked nothing in week {week}, on {of}")
        for week, found in asked.items():
            if len(found) > 1:
                self.broken(f"ASK {actor.id} is asked on {len(found)} days of week {week}")

    def _never_unchecked(self, actor: Actor, document: JSON, came: list[Sent]) -> None:
        """No reminder comes past the day of a safety check that was not sent, nor after much pain without its signs."""
        days = [of for sent in came if (of := _reminded_of(sent)) is not None]
        for step in STEPS_ON:
            if (
                any(of >= _day_of(document, step) for of in days)
                and _key_of(document, step) not in document["deliveries"]
            ):
                self.broken(f"CHECK {actor.id} goes on past the day of {step}, which never came")
        tests = [attempt["test"] for attempt in document["attempts"]]
        for attempt in document["attempts"]:
            pain = [each["value"] for each in attempt.get("answers", []) if each["question"] == "pain"]
            if attempt["test"] == "one-tap" and any(value > MUCH_PAIN for value in pain) and "recheck" not in tests:
                self.broken(f"CHECK {actor.id} told of pain {pain} and was not asked for signs")

    def _everything_came(self, actor: Actor, document: JSON, tries: list[Sent]) -> None:
        """After five minutes of calm, whatever was good then has come; in a run without trouble, to the instant."""
        world = self.world
        states = [change["state"] for change in document["enrollments"][0]["states"]]
        if states != ["onboarding", "running"] or world.calm_from == float("inf"):
            return
        if any(not attempt.get("finished_at") for attempt in document["attempts"]):
            return
        zone, clock = said(document, "zone"), said(document, "time")
        quiet = said(document, "quiet") or ["00:00", "00:00"]
        day_one = date.fromisoformat(document["enrollments"][0]["day_one"])
        calm = world.instant(world.calm_from)
        five = calm + timedelta(minutes=5) + self._held()
        undisturbed = not world.plan.faults and world.life == 1 and not world.weather.counted
        begin = world.instant(0.0) if undisturbed else calm
        day, _ = shows(zone, begin)
        last, _ = shows(zone, five)
        while day <= last:
            number = (day - day_one).days + 1
            at = comes_at(zone, day, clock)
            if at and _brings(document, day):
                asked = five if not undisturbed else max(at, begin) + timedelta(seconds=world.tick_seconds + 30)
                good = begin < at or (at <= calm and five < at + REMINDER_HOURS and not _quiet(zone, quiet, calm, five))
                if (
                    good
                    and at < five - timedelta(minutes=1)
                    and not self._has_come(actor, document, tries, zone, day, asked)
                    and not self._over_by_a_wrong_clock(document, tries, day)
                    and not _over_by_a_refusal(document, tries, day)
                ):
                    self.broken(f"T74 nothing came to {actor.id} on {day} (day {number}), due {at:%d %H:%M}")
            day += timedelta(days=1)

    def _held(self) -> timedelta:
        """For how long a clock that was wrong may keep messages back once it is right: ten steady minutes, from the
        tick that sees it to the tick that ends it.
        """
        if all(abs(offset) <= SMALL_STEP for _, offset in self.world.moves):
            return timedelta(0)
        return timedelta(minutes=10, seconds=2 * self.world.tick_seconds)

    def _over_by_a_wrong_clock(self, document: JSON, tries: list[Sent], day: date) -> bool:
        """Whether a date's message has come while the clock showed another time, or was dropped for being too late.

        Only a clock that was less than 26 hours ahead may have dropped it: the bot takes back what it noted at an
        instant that lies further ahead than that.
        """
        world = self.world
        for key in _keys_of(document, day):
            mine = [sent for sent in tries if sent.claims[:1] == (key,)]
            if any(sent.wrong and (sent.delivered or sent.saw in ("", "MaybeSent")) for sent in mine):
                return True
            record = document["deliveries"].get(key)
            if record is None or record["outcome"] not in ("expired", "cancelled"):
                continue
            at = datetime.fromisoformat(record["at"])
            if self._was_wrong(at) and at <= world.instant(world.now) + TAKEN_BACK:
                return True
        return False

    def _was_wrong(self, wall: datetime) -> bool:
        """Whether the clock may have shown this while it was wrong."""
        world = self.world
        ends = [*(at for at, _ in world.moves[1:]), world.now]
        return any(
            offset and world.instant(at) + offset <= wall <= world.instant(end) + offset
            for (at, offset), end in zip(world.moves, ends, strict=False)
        )

    def _has_come(self, actor: Actor, document: JSON, tries: list[Sent], zone: str, day: date, by: datetime) -> bool:
        """Whether that date's message came or may have come by then, or why none had to."""
        for sent in tries:
            if (
                shows(zone, sent.wall)[0] == day
                and (sent.delivered or sent.saw in ("", "MaybeSent"))
                and sent.wall <= by
            ):
                return True
        if any(session["date"] == day.isoformat() for session in document.get("sessions", [])):
            return True
        heard = datetime.fromisoformat(document["heard_at"]) if document.get("heard_at") else None
        silent = [
            key
            for key, record in document["deliveries"].items()
            if key.startswith("reminder:")
            and record["outcome"] in ("sent", "unknown", "claimed")
            and (heard is None or datetime.fromisoformat(record["at"]) > heard)
        ]
        if len(silent) >= UNANSWERED:
            return True
        # A lesson or a test in doubt has its own ten minutes, and nothing overtakes it.
        return any(
            (record["outcome"] in ("unknown", "claimed") or record.get("unknowns"))
            and shows(zone, datetime.fromisoformat(record["at"]))[0] == day
            for record in document["deliveries"].values()
        )

    def _rate_limit(self, calls: list[Sent]) -> None:
        """At most 30 in any second, and a chat gets three at once and then one a second (I7)."""
        for life in {sent.life for sent in calls}:
            mine = [sent for sent in calls if sent.life == life]
            first = 0
            for last, sent in enumerate(mine):
                while mine[first].at <= sent.at - 1.0 + 1e-6:
                    first += 1
                self._worst_window = max(self._worst_window, last - first + 1)
            chats: dict[int, list[Sent]] = defaultdict(list)
            for sent in mine:
                if sent.chat is not None:
                    chats[sent.chat].append(sent)
            for chat, found in chats.items():
                for place, last_one in enumerate(found):
                    for other in range(max(0, place - 6), place):
                        within, seconds = found[other : place + 1], last_one.at - found[other].at
                        # A message nobody asked for has its turn before its claim, which a slow disk may hold up.
                        late = any(sent.scheduled for sent in within)
                        if len(within) > 3 + late + seconds + 0.05:
                            self.broken(f"I7 {len(within)} calls for {chat} in {seconds:.2f} s")
                            break
        if self._worst_window > 30:
            self.broken(f"I7 {self._worst_window} calls in one second")

    def _pauses(self, calls: list[Sent]) -> None:
        """While Telegram asks for a pause, nothing is sent (I7); one about the bot itself holds nothing else."""
        for held in calls:
            if "My" in held.method or held.method == "getUserProfilePhotos":
                continue
            body = held.entry.body if held.entry else None
            if held.saw != "Flood" or held.told_at is None or not isinstance(body, dict):
                continue
            until = held.told_at + float(body.get("parameters", {}).get("retry_after", 0))
            for sent in calls:
                if sent.life == held.life and held.told_at < sent.at < until - 1e-6:
                    self.broken(f"I7 {sent.method} at {sent.at:.3f} within the pause up to {until:.3f}")

    def _refusals(self) -> None:
        """Content that Telegram refused is left alone in that form, by everybody and after a restart, until an author
        mends it; what was in flight with it is refused as well (T36). A day's message that is refused in plain words
        too is over for that one person, and may be tried for the next.
        """
        found: dict[tuple[int, str, bool], list[Sent]] = defaultdict(list)
        for sent, _ in self._scheduled:
            if sent.entry is not None and sent.entry.status == 400 and sent.told_at is not None:
                given = sent.entry.parameters
                found[sent.version, piece(given), "parse_mode" in given].append(sent)
        for (_, what, marked_up), refused in found.items():
            if not marked_up and not what.startswith(("lesson", "re-test")):
                continue
            form = f"{what} {'with' if marked_up else 'without'} markup"
            for life in {sent.life for sent in refused}:
                mine = [sent for sent in refused if sent.life == life]
                if len(mine) > IN_FLIGHT:
                    self.broken(f"T36 {form} was refused {len(mine)} times by one process")
            known_at = refused[0].told_at or 0.0
            if any(known_at <= when <= known_at + 60 for when in self.world.disturbed):
                continue  # it could not be noted
            if again := [sent for sent in refused if sent.at > known_at + 10]:
                self.broken(f"T36 {form} leaves at {again[0].at:.3f}, refused since {known_at:.3f}")

    def _operators(self, calls: list[Sent]) -> None:
        """Operators alone are told of trouble, of nobody by name or number, and of each cause once an hour."""
        from tests.simulation.world import CANARIES

        world = self.world
        told: dict[tuple[int, int, str], float] = {}
        for sent in calls:
            if not sent.text.startswith(NOTE):
                continue
            self._counts["told"] += 1
            if sent.chat not in world.operators:
                self.broken(f"OPS {sent.chat} is told of trouble and is no operator")
            numbers = set(re.findall(r"(?<!update )\b\d+", sent.text))
            if any(canary in sent.text for canary in CANARIES) or not numbers.isdisjoint(map(str, world.actors)):
                self.broken(f"OPS somebody is named to the operators: {sent.text}")
            if sent.saw != "ok" or not (sent.entry and isinstance(sent.entry.body, dict)):
                continue  # in doubt, after an answer that says nothing too: twice is better than never
            for cause, wording in causes().items():
                before = told.get((sent.life, sent.chat or 0, cause))
                if wording in sent.text and before is not None and sent.at - before < HOUR:
                    self.broken(f"OPS {sent.chat} is told of {cause} again after {sent.at - before:.0f} seconds")
                if wording in sent.text:
                    told[sent.life, sent.chat or 0, cause] = sent.at

    def _canaries(self) -> None:
        """No name, no words and no token in a log record or on the disk in clear (I8)."""
        from tests.simulation.world import CANARIES

        for line in self.world.logged:
            if any(canary in line for canary in CANARIES):
                self.broken(f"I8 in the log: {line[:200]}")
        for path in sorted(self.world.folder.rglob("*")):
            if path.is_file() and any(canary.encode() in path.read_bytes() for canary in CANARIES):
                self.broken(f"I8 in {path.name}")

    def figures(self) -> JSON:
        """What soak adds up."""
        world = self.world
        return {
            "virtual_seconds": round(world.now),
            "lives": world.life,
            "kills": world.deaths,
            "power_cuts": world.power_cuts,
            "calls": len(world.sent),
            "updates": len(self.acts),
            "delivered": self._counts["delivered"],
            "unknown": self._counts["unknown"],
            "told": self._counts["told"],
            "lost": self._counts["lost"],
            "duplicated": self._counts["duplicated"],
            "worst_window": self._worst_window,
            "faults": dict(sorted(world.weather.counted.items())),
        }


def identity(sent: Sent) -> tuple[str, ...]:
    """What a message is, from its own words and buttons: a reminder of a date, a lesson of a week."""
    return _brought(sent.data, sent.text)


def _reminded_of(sent: Sent) -> date | None:
    """The date whose first reminder a message is, whatever else is planned for that date."""
    keys = [key.split(":") for key in sent.claims[:1]]
    return next((date.fromisoformat(of) for kind, of, *slot in keys if kind == "reminder" and slot == ["1"]), None)


def _over_by_a_refusal(document: JSON, tries: list[Sent], day: date) -> bool:
    """Whether a date's message was refused in plain words too: then it is over, or came once an author mended it."""
    for key in _keys_of(document, day):
        mine = [sent for sent in tries if sent.claims[:1] == (key,)]
        plain = [sent.entry for sent in mine if sent.entry is not None and "parse_mode" not in sent.entry.parameters]
        refused = any(entry.status == 400 for entry in plain)
        came = any(sent.delivered or sent.saw in ("", "MaybeSent") for sent in mine)
        if refused and (came or not key.startswith(("lesson", "re-test"))):
            return True
    return False


def piece(parameters: JSON) -> str:
    """The piece of content that a call brings: each lesson is one by itself."""
    kind, *which = _brought(meanings(parameters), words(parameters))
    return f"lesson {which[0]}" if kind == "lesson" else kind


def _brought(data: list[str], text: str) -> tuple[str, ...]:
    for each in data:
        if each.startswith("not:"):
            return "reminder", each.split(":")[1]
    if (week := LESSON_TEXT.search(text)) is not None:
        return "lesson", week[1]
    # A test that is open is offered below anything, so what the message brings comes first.
    for meaning, kind in OF_A_KIND:
        if meaning in data:
            return (kind,)
    return ("other",)


@cache
def causes() -> dict[str, str]:
    """What an operator reads of each kind of trouble."""
    found: dict[str, str] = the_catalog().words["knee-pain", "en"].find("operator.causes")
    return {cause: wording.strip() for cause, wording in found.items()}


def said(document: JSON, question: str) -> Any:
    """The newest answer to a question, as it is stored."""
    found = [answer["value"] for answer in document["answers"] if answer["question"] == question]
    return found[-1] if found else ""


def _keys_of(document: JSON, day: date) -> Iterator[str]:
    """Under which keys a date's message may stand: its reminder, and what belongs to that day of the series, which
    comes on the first chosen weekday from there on.
    """
    yield f"reminder:{day.isoformat()}:1"
    for step in ALL_STEPS:
        if _day_of(document, step) == day:
            yield _key_of(document, step)


def _key_of(document: JSON, step: str) -> str:
    """Under which key a step stands."""
    kind, *name = step.split(":")
    return ":".join([kind, str(document["enrollments"][0]["number"]), *name])


def _day_one(document: JSON) -> date:
    return date.fromisoformat(document["enrollments"][0]["day_one"])


def _day_of(document: JSON, step: str) -> date:
    """The first chosen weekday from the day of a step on."""
    planned = _day_one(document) + timedelta(days=ALL_STEPS[step] - 1)
    while str(planned.weekday()) not in said(document, "days"):
        planned += timedelta(days=1)
    return planned


def _brings(document: JSON, day: date) -> bool:
    """Whether something has to come on a date: on each chosen one, but for weeks that have one message for all."""
    days, number = said(document, "days"), (day - _day_one(document)).days + 1
    if str(day.weekday()) not in days or number < 2:
        return False
    if number <= STEPS["re-test"]:
        return True
    if not said(document, "go-on") or day > _day_of(document, "re-test:week-12"):
        return False
    if (number - 1) // 7 + 1 < ONE_A_WEEK_FROM or any(_day_of(document, step) == day for step in STEPS_ON):
        return True
    begins = day - timedelta(days=(number - 1) % 7)
    earlier = (begins + timedelta(days=each) for each in range((day - begins).days))
    return not said(document, "reminders") and not any(str(each.weekday()) in days for each in earlier)


def _times_chosen(document: JSON) -> int:
    """How often somebody has said when they want to be written to."""
    return sum(answer["question"] in SETTINGS for answer in document["answers"])


def answer_of(act: Act) -> tuple[str, str]:
    """Which question a tap answers, as its button names it, and with what; two empty words for any other deed."""
    if act.verb == "r" and act.kind == "tap":
        what, _, value = act.data.rpartition(":")
        return what, value
    if act.verb == "p" and act.kind == "tap":
        verb, question, value = act.data.split(":", 2)
        parts = value.split(",")
        if question == "time":
            return f"{verb}:{question}", parts[0]  # with its quiet hours, where the two clashed
        return f"{verb}:{question}", ",".join(parts if question == "quiet" else sorted(set(parts)))
    return "", ""


def kept_of(document: JSON, what: str) -> list[str]:
    """What is stored as answers to a question: of a test's the one that counts, of others all there ever were."""
    verb, *rest = what.split(":")
    answers = document["answers"]
    if verb == "r":
        number, attempts = int(rest[0]), document["attempts"]
        answers = attempts[number].get("answers", []) if number < len(attempts) else []
    values = [answer["value"] for answer in answers if answer["question"] == rest[-1]]
    return [",".join(value) if isinstance(value, list) else str(value) for value in values]


def _says(act: Act, value: str) -> bool:
    """Whether that value may come of this tap or of these words."""
    return value in act.data if act.kind == "text" else answer_of(act)[1] == value


def _keys(came: list[Sent]) -> list[str]:
    return [sent.claims[0] for sent in came if sent.claims]


def _quiet(zone: str, quiet: list[str], begin: datetime, end: datetime) -> bool:
    """Whether any minute between lies in quiet hours."""
    at = begin
    while at <= end:
        if is_quiet(shows(zone, at)[1], *quiet):
            return True
        at += timedelta(minutes=1)
    return is_quiet(shows(zone, end)[1], *quiet)
