"""The plan of one day: today's exercises with their dose, form and the reason each is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice

from bot.core.assessment import pain, safety, selftest
from bot.core.assessment.pain import Follow, Past, Progress, Upshot
from bot.core.assessment.selftest import Focus, Results
from bot.core.model.series import (
    EASIER,
    HARDER,
    KINDS,
    KNEEL_FREE,
    LEVELS,
    MAIN,
    MASSAGE,
    OWN,
    SEATED,
    STRENGTH,
    WALK,
    Dose,
    Exercise,
    Rung,
    Series,
    week_of,
)
from bot.core.model.subscriber import Adjustment, Did, Known, Sore, Subscriber
from bot.core.schedule.behind import NEAR
from bot.core.schedule.calendar import Day, DayType, days

ENDS = ("low", "range", "high")
"""Which end of a dose's range, the lightest first."""
MOST_SETS = 3
CHANGES = 2
"""So many changes take it in turns to make it harder: more repetitions of what is known, then the next rung.

The next rung is another thing to do, so that it comes ladder by ladder, one more in each session. Where a ladder has
none that its person may take, and its move is at the top of its range, each change is one set more of that move, as
long as there is time for it that is taken from no other.
"""
KNEELING = "kneeling"
ON_THE_FLOOR = (KNEELING, "floor")
"""What an exercise asks that has a form of its own for whoever does not kneel."""
WITHOUT_KNEELING = "kneel_free"
"""That form."""
ASKS = {SEATED: 0, EASIER: 1, HARDER: 3}
"""How much a form asks beside the others; the main one, and what stands in for it, asks 2."""
EASIER_LANE, HARDER_LANE = "test-easier", "test-harder"
"""Why a plan begins on lower or higher rungs than it did."""
FURTHER = 2
"""So many moves at most come to those of a session that is kept."""
EASY = "easy"
"""The kind of a session for a day after a flare-up."""
BACK_AT_ONCE = 2
"""So many places get their sets back in the same session, after a flare-up or a week away."""
LESS, SETS_BACK = "less", "sets"
"""On that way: there is less of a move still, or its sets are back and no more in each of them."""
BEGINS, SPARED = "begins", "spared"
"""Of a move for whoever wants to kneel again: it comes on the knees for the first time, or in another form for now."""
BRAKED = timedelta(days=14)
"""So long after a flare-up each move that it took down comes back by itself, however seldom it is met."""
LONG = 30
"""Seconds of a hold that is half as long in the week in which it comes on the knees."""
LOOKS_AHEAD = 14
"""So many days on the next strength sessions are looked for."""
PUT_IN = "own"
"""The kind of change by which an exercise takes the person's own place."""


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise of a plan. `form` names the words to show (main, easier, harder, kit_free, kneel_free, seated).

    `levels` are those that it may be done at: seated or without kneeling, chosen once for all, there is one way.
    `reason` is the focus it serves, `wish` the activity, `leads` the side that goes first; `changed` says what the
    person changed about it: level, swap, or own for what they put in. `sore` is what hurt, so that it is a step easier.
    Where it is what hurt itself, `back` says that it comes back. `stepped` says that it is the next rung for the first
    time, and `grown` that it has one set more; `extra` is how many sets it has beyond its own. `fitted` is by how many
    sets the length of the session made it more or fewer than its own. `coming` says what it is like on the way back.
    `kneeling` says to whoever wants to kneel again when a move comes on the knees.
    """

    exercise: str
    form: str
    level: str
    sets: int
    reps: tuple[int, int] | None
    seconds: tuple[int, int] | None
    each_side: bool
    minutes: int
    reason: Focus | None = None
    wish: str = ""
    leads: str = ""
    changed: str = ""
    levels: tuple[str, ...] = ()
    sore: Sore | None = None
    stepped: bool = False
    back: bool = False
    fitted: int = 0
    grown: bool = False
    extra: int = 0
    coming: str = ""
    kneeling: str = ""

    def with_one_set(self) -> Item:
        """Its first set, and how long that takes."""
        minutes = max(1, round(self.minutes / self.sets))
        return replace(self, sets=1, minutes=minutes, fitted=0, grown=False, extra=0, coming="")

    @property
    def each(self) -> int:
        """The most repetitions or seconds of a set."""
        return max(self.reps or self.seconds or (0,))

    @property
    def named(self) -> dict[str, str]:
        """What a template needs to name it: the exercise, and its form."""
        return {"exercise": self.exercise, "form": self.form}


@dataclass(frozen=True, slots=True)
class Plan:
    """The exercises of one day in order, and what was left out at once for safety."""

    type: str
    week: int
    items: tuple[Item, ...]
    lane: str
    focus: tuple[Focus, ...]
    upshot: Upshot | None = None
    easy: bool = False
    """Whether this is the session for a day after a flare-up."""
    climber: str = ""
    """The ladder that takes its next rung, or a set more where it has none."""
    taker: str = ""
    """The exercise by which it does: that of the rung, what its person chose in its place, or the one with the set."""
    less: bool = False
    """Whether it asks less than usual for now, after a flare-up or a week away."""

    @property
    def minutes(self) -> int:
        """How long the whole plan takes."""
        return sum(item.minutes for item in self.items)

    @property
    def kind(self) -> str:
        """What a session that goes through it is remembered as."""
        return EASY if self.easy else self.type

    def climbed(self, done: Container[str]) -> str:
        """The ladder that took its next rung or set, once that is done."""
        return self.climber if self.taker in done else ""

    def did(self, done: Container[str]) -> tuple[Did, ...]:
        """Its moves that were done, as they are remembered: of a session of strength, no easy one."""
        items = self.items if self.kind == STRENGTH else ()
        return tuple(Did(item.exercise, item.form, item.sets, item.each) for item in items if item.exercise in done)

    def item(self, exercise: str) -> Item | None:
        """The item of that exercise, or None."""
        return next((item for item in self.items if item.exercise == exercise), None)

    def short(self) -> Plan:
        """The 3-minute version: the first exercise, one set."""
        return replace(self, items=tuple(item.with_one_set() for item in self.items[:1]))


def plan(series: Series, subscriber: Subscriber, day: Day) -> Plan:
    """The plan of a day: a function of what was stored before that local day began.

    Day 1 looks at what was stored when the plan was first shown. Safety answers and the person's own swaps and
    levels apply at once.
    """
    found = _filled(_Fit(series, subscriber, day))
    if found.upshot is not None and found.upshot.follow is Follow.PROGRESS:
        without = _filled(_Fit(series, _answering(subscriber, found.upshot, day.moment, "no"), day))
        return replace(found, upshot=None) if found.items == without.items else found
    return found


def gets_harder(series: Series, subscriber: Subscriber, offer: Upshot, now: datetime) -> bool | None:
    """Whether a change up would show in one of the next strength sessions; None where there is none any more.

    None too where those sessions ask less for now, so that nobody can tell.
    """
    until = offer.on + timedelta(days=LOOKS_AHEAD)
    coming = [day for day in days(series, subscriber, until) if day.date > offer.on and day.type is DayType.STRENGTH]
    with_it, without = (_answering(subscriber, offer, now, answer) for answer in ("yes", "no"))
    ahead = coming[: series.strength.most]
    if not ahead:
        return None
    as_it_is = [plan(series, without, day) for day in ahead]
    if any(plan(series, with_it, day).items != same.items for day, same in zip(ahead, as_it_is, strict=True)):
        return True
    return None if any(each.less or any(item.sore for item in each.items) for each in as_it_is) else False


def _answering(subscriber: Subscriber, offer: Upshot, now: datetime, answer: str) -> Subscriber:
    return subscriber.saying(pain.key(offer), answer, now)


def lasting(series: Series, subscriber: Subscriber, day: Day) -> Plan:
    """The plan of a day for a longer time: after a bad day a step down, and no easy session; a gap changes nothing."""
    return _filled(_Fit(series, subscriber, day, lasting=True))


def to_keep(series: Series, subscriber: Subscriber, day: Day, past: Iterable[Day]) -> Plan:
    """The plan of a day for a longer time, of moves that were done on days past, and with what is wanted and was shown.

    In the place of a move that is new comes the newest one done that is like it. Whoever did nothing keeps the plan.
    """
    whole, fit = lasting(series, subscriber, day), _Fit(series, subscriber, day, lasting=True)
    done: dict[tuple[str, str], Item] = {}
    for each in past:
        session = subscriber.session(each.date)
        for item in plan(series, subscriber, each).items if session and session.done else ():
            if session and item.exercise in session.done and fit.may_still(item):
                done.pop((item.exercise, item.form), None)
                done[item.exercise, item.form] = replace(item, sore=None, back=False, stepped=False, grown=False)
    if not done:
        return whole
    newest, kept = [*done.values()][::-1], list[Item]()
    for item in whole.items:
        there = {each.exercise for each in kept}
        like = (one for one in newest if fit.is_like(one, item) and one.exercise not in there)
        known = (item.exercise, item.form) in done and item.exercise not in there
        found = item if known else next(like, None)
        kept += [found] if found is not None else []
    kept = fit.within([*kept, *fit.asked_for(newest, kept)])
    return replace(whole, items=tuple(kept))


def asks_the_floor(series: Series, activity: str) -> bool:
    """Whether an activity asks what no way to move but the usual one has: to kneel, or to get down."""
    return not set(ON_THE_FLOOR).isdisjoint(series.choices.activities.asks.get(activity, ()))


def _filled(fit: _Fit) -> Plan:
    """The places of a day with their exercises."""
    held, taker = fit.held(), ""
    for climber in fit.next_to_climb(held):
        fit.climber = climber
        harder = fit.held()
        taker = fit.taker(held, harder)
        if taker and fit.takes_nothing(held, harder) and fit.has_time_for([item for _, item in harder]):
            held = harder
            break
        fit.climber = taker = ""
    items = fit.borne_out(fit.within(fit.explained([item for _, item in held])))
    told = fit.lane.id, fit.focus, fit.upshot, fit.easy, fit.climber, taker, fit.less or fit.flared is not None
    return Plan(fit.day.type, fit.week, tuple(items), *told)


def swaps(series: Series, subscriber: Subscriber, day: Day, exercise: str) -> tuple[str, ...]:
    """What may be done in place of an exercise that day: what it was put in place of, the same area, the same kind.

    In the first place, which is never given up, what else stands on its ladder; in an easy session nothing. In the
    quiet days after a flare-up nothing that would be new on the feet or knees.
    """
    fit, items = _Fit(series, subscriber, day), plan(series, subscriber, day).items
    if fit.easy:
        return ()
    there, old = [item.exercise for item in items], series.exercise_by_id[exercise]
    among = fit.kept if items and items[0].exercise == exercise else ()
    fitting = [
        each
        for each in (series.exercise_by_id[id] for id in among or series.exercise_by_id)
        if each.kind == old.kind and each.id not in there and fit.rung(each.id) is not None
        if not fit.is_too_new(fit.item(each.id))
    ]
    # Another one each day and in each place, so that it is not always the first of the list.
    turn = (day.number + [*there, exercise].index(exercise)) % max(1, len(fitting))
    fitting = fitting[turn:] + fitting[:turn]
    led = {each.exercise for each in subscriber.adjustments if each.kind == "swap" and each.to == exercise}
    fitting.sort(key=lambda each: (each.id not in led, each.areas[0] not in old.areas))
    return tuple(each.id for each in fitting[:3])


@dataclass(frozen=True, slots=True)
class Bar:
    """Why an exercise cannot come into a plan: the rule (walk, pain, kit, limit), and the limits that leave no form."""

    rule: str
    limits: tuple[str, ...] = ()


def barred(series: Series, subscriber: Subscriber, day: Day, exercise: str) -> Bar | None:
    """Why the person's own place cannot hold an exercise; None where it can."""
    fit, asked = _Fit(series, subscriber, day), series.exercise_by_id[exercise]
    if asked.kind == WALK:
        return Bar(WALK)
    if fit.hurts_too_much_for(asked):
        return Bar("pain")
    if asked.kind == MASSAGE and asked.lacks(fit.kit):
        return Bar("kit")
    if fit.rung(exercise) is None and exercise not in fit.hurt:  # what hurt is left out of the easy session alone
        return Bar("limit", tuple(limit for limit in asked.limits if limit in fit.limits))
    return None


def as_put_in(series: Series, subscriber: Subscriber, day: Day, exercise: str) -> Item | None:
    """An exercise as the person's own place would hold it that day; None where it cannot."""
    fit = _Fit(series, subscriber, day)
    return fit.item(exercise) if fit.rung(exercise) is not None else None


def form_for(series: Series, subscriber: Subscriber, day: Day, exercise: str) -> str:
    """The form in which the person would do an exercise that day; the main one where they may not."""
    found = as_put_in(series, subscriber, day, exercise)
    return found.form if found else MAIN


def to_look_at(series: Series, exercise: str, form: str) -> Item:
    """One form of an exercise, for nobody in particular."""
    shown = series.exercise_by_id[exercise]
    level = form if form in LEVELS else MAIN
    dose = dose_for(shown, level)
    minutes = _minutes(shown, dose.sets, dose.seconds)
    return Item(exercise, form, level, dose.sets, dose.reps, dose.seconds, dose.each_side, minutes)


def days_of(series: Series, exercise: str) -> DayType:
    """The kind of day whose own place holds an exercise."""
    return DayType.STRENGTH if series.exercise_by_id[exercise].kind == STRENGTH else DayType.MOBILITY


def is_on_the_floor(series: Series, item: Item) -> bool:
    """Whether it is done lying or kneeling on the floor."""
    asks = series.exercise_by_id[item.exercise].asks
    return item.form not in (WITHOUT_KNEELING, SEATED) and not set(ON_THE_FLOOR).isdisjoint(asks)


def put_in(series: Series, subscriber: Subscriber, type: DayType) -> str:
    """What the person put into the own place of that kind of day, the newest; empty where it is open."""
    known = (each.exercise for each in reversed(subscriber.adjustments) if each.kind == PUT_IN)
    return next((id for id in known if id in series.exercise_by_id and days_of(series, id) is type), "")


class _Fit:
    """One person on one day: what they may do, on which rungs they are, and what they want to do again."""

    def __init__(self, series: Series, subscriber: Subscriber, day: Day, *, lasting: bool = False) -> None:
        before = _begin(subscriber, day)
        past = Past.of(series.care, subscriber, before or day.moment)
        subscriber = past.subscriber
        self.series, self.subscriber, self.day, self.before = series, subscriber, day, before
        self.week = min(day.week, series.last_week)
        self.upshot = _today(subscriber, day, _upshot(series, past, day, before))
        if lasting and self.upshot is not None and self.upshot.reason in (pain.AWAY, pain.UNTRAINED):
            self.upshot = None
        self.easy = not lasting and _is_easy(self.upshot, day)
        self.trains = not self.easy and day.type in (DayType.STRENGTH, DayType.MOBILITY)
        self.results = Results(series, subscriber, before)
        self.lane, self.lowered = series.lane(self.results.lane), self.results.lowered
        self.focus = () if self.easy else self.results.told_areas
        self.holds = selftest.holds_on(series, subscriber, before)
        held = series.hold_on.limits if series.hold_on is not None and self.holds else ()
        limits = safety.limits(series, subscriber)
        self.limits = limits.union(held)
        # Who fell, or stood on one leg for a few seconds; a leg without load is another matter.
        self.unsteady = bool(series.balance and series.hold_on and limits & {*series.hold_on.limits}) and not (
            limits & series.unloading
        )
        # A place asks for the same ones over and over.
        self._left: dict[str, tuple[str, ...]] = {}
        self._rungs: dict[tuple[str, int, bool, bool], Rung | None] = {}
        self._usual: dict[tuple[str, int, bool, bool], Rung | None] = {}
        self._may: dict[tuple[str, str], bool] = {}
        self._forms_at: dict[tuple[str, str], str] = {}
        self._held: dict[tuple[str, ...], int | None] = {}
        self.hurt = past.that_hurt if self.easy else frozenset[str]()
        self.hurting = past.hurting if before and not self.easy else None
        self.way = subscriber.said("way")
        kit, wanted = subscriber.said("kit", before), subscriber.said("activities", before)
        self.kit = frozenset(kit) if isinstance(kit, tuple) else frozenset[str]()
        self.activities = wanted if isinstance(wanted, tuple) else ()
        self.pain = pain.usual(subscriber, before) or 0
        self.spares_kneeling = self.way is None and self._would_rather_not_kneel()
        known = series.choices.activities
        self.kneels_again = [
            each for each in self.activities if self.way is None and KNEELING in known.asks.get(each, ())
        ]
        # Swaps and levels were chosen for the usual plan, which asks more of the knee than the easy session.
        self.adjustments = () if self.easy else subscriber.adjustments
        climbs = self.trains and day.type is DayType.STRENGTH
        self.progress = past.progress if before and climbs else Progress(0)
        self.steps = self.progress.steps
        self.down = self.upshot is not None and self.upshot.follow in (Follow.DOWN, Follow.FLARE_UP, Follow.STOP)
        # Then the moves are as they were, and there is less of them still: two get their sets back, then the others.
        self.back_for = past.back_for if before and climbs and not self.down else 0
        self.less = self.down or self.back_for > 0
        self.known = pain.done(subscriber, day.date)
        self.trained = [on for on in past.trained if on < day.date] if climbs else []
        # After the first session of strength each is full once one move is met on the feet in it.
        self.full = False
        # What flared is near, however long ago it was; a plan for a longer time asks nothing of it.
        flared = past.flares[-1].date if past.flares and not lasting else date.min
        self.flared = flared if day.date - flared <= BRAKED else None
        self.quiet = day.date - flared <= timedelta(days=series.care.follow.quiet_days)
        since = self.progress.ups[0] if self.progress.ups else day.date
        self.taken = Counter(pain.climbed(subscriber, since, day.date))
        self._stood: dict[tuple[str, int], tuple[int, int]] = {}
        self._tops: dict[str, int] = {}
        self.climber = ""
        self.leads = self._leads()

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the day's session."""
        if self.easy:
            return self.series.care.flare_up.exercises
        if self.day.cadence and self.day.type is DayType.STRENGTH and self.series.onward is not None:
            return self.series.onward.session
        sessions = self.series.sessions(self.week, self.day.type)
        return sessions[self.day.nth % len(sessions)] if sessions else ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The exercises of the ladder that stands in the first place; empty where none does."""
        first = next((each for each in self.series.ladders if each.id == self.places[0]), None)
        return tuple(dict.fromkeys(rung.exercise for rung in first.moves)) if first else ()

    # --- What a place holds -------------------------------------------------------------------------------------

    def held(self) -> list[tuple[str, Item]]:
        """What the places of the day hold, each with its ladder or exercise."""
        found = list[tuple[str, Item]]()
        for number, place in enumerate(self.places):
            items = [item for _, item in found]
            fitting = (each for name in place.split("|") for each in self.candidates(name, items, first=number == 0))
            self.full = bool(self.trained) and any(map(self._is_met, items))
            if self.full and number >= BACK_AT_ONCE:  # a rung that the first place has left takes none beside its next
                first = found[0][0]
                fitting = (each for each in fitting if each[0] != first and not self._is_met(each[1]))
            found += [each for each in (next(fitting, None),) if each is not None]
        self.full = False
        return found

    def _is_met(self, item: Item) -> bool:
        """Whether a move comes on the feet for the first time, and not since its person chose it."""
        chosen = any(each.kind == "swap" and each.to == item.exercise for each in self.adjustments)
        if item.exercise in self.known or item.changed == PUT_IN or chosen:
            return False
        stands = item.form == WITHOUT_KNEELING or "standing" in self.series.exercise_by_id[item.exercise].asks
        return stands and self._loads(item.exercise, SEATED if item.form == SEATED else item.level)

    def candidates(
        self, name: str, items: list[Item], first: bool = False, own: bool = False
    ) -> Iterator[tuple[str, Item]]:
        """What a ladder, an exercise or the person's own place may bring that is not there yet, the best first."""
        if name == OWN:
            if not self.easy and (chosen := put_in(self.series, self.subscriber, self.day.type)):
                for _, item in self.candidates(chosen, items, own=True):
                    yield chosen, item if item.changed == "swap" else replace(item, changed=PUT_IN)
            for each in self._own(items):
                yield from self.candidates(each, items)
            return
        rung = self.rung(name)
        if rung is None:
            return
        to = _newest(self.adjustments, "swap", rung.exercise)
        # No swap takes the first place away from its part of the body.
        stays = bool(to) and first and self.kept and to not in self.kept
        swapped = bool(to) and to != rung.exercise and self.rung(to) is not None and not stays
        item = self.item(to if swapped else name, first)
        if self.is_too_new(item) and not (first or swapped or own):
            return
        if all(each.exercise != item.exercise for each in items):
            yield name, replace(item, changed="swap") if swapped else item

    def is_too_new(self, item: Item) -> bool:
        """Whether a move would come on the feet or knees for the first time in the quiet days after a flare-up.

        In a session of strength; one that loosens may bring its easier form.
        """
        new = self.quiet and self.day.type is DayType.STRENGTH and self.trains and item.exercise not in self.known
        return new and self._loads(item.exercise, SEATED if item.form == SEATED else item.level)

    def _loads(self, exercise: str, level: str) -> bool:
        """Whether an exercise is done on the feet or knees at a level, or loads them as much."""
        asked = self.series.exercise_by_id[exercise]
        return self._form(asked, level) not in safety.forms(asked, self.series.unloading)

    def next_to_climb(self, held: list[tuple[str, Item]]) -> list[str]:
        """The ladders of a session that may be the one to take its next rung or set, the first one first.

        None beside more repetitions of another move. Who has taken fewest goes first: the thigh, then what is wished.
        """
        turned = self.upshot is not None and self.upshot.reason in (EASIER_LANE, HARDER_LANE)
        if self.steps < CHANGES or self.less or self.quiet or turned:
            return []
        if any(self._rises(item.exercise if item.changed == "swap" else name, item) for name, item in held):
            return []
        wished = {name for activity in self.activities for name in self.series.wishes.get(activity, ())}
        may = [
            (self.taken[name], place > 0, name not in wished, place)
            for place, (name, item) in enumerate(held)
            if self._climbs(name) and not item.changed and not item.sore and self._may_climb(name, item)
        ]
        return [held[place][0] for *_, place in sorted(may)]

    def taker(self, held: list[tuple[str, Item]], harder: list[tuple[str, Item]]) -> str:
        """The exercise that is the next rung, or what its person chose in its place, or has the set more; or none.

        What is no more than the last time is none, since it came by itself or in a session that had time for it.
        """
        new = (item for name, item in harder if name == self.climber and (name, item) not in held)
        takes = (item for item in new if item.changed == "swap" or self._has_more(item))
        return next((item.exercise for item in takes), "")

    def _has_more(self, item: Item) -> bool:
        """Whether a next rung is a step up, and a set more than the last time, as far as that is known."""
        if not item.grown:
            return item.stepped and self._is_up(item)
        was = self._how_done.get(item.exercise, {}).get(item.form)
        return was is None or was.sets < item.sets

    def takes_nothing(self, held: list[tuple[str, Item]], harder: list[tuple[str, Item]]) -> bool:
        """Whether no other move lost its place to it; what its person put in may take one."""
        put_in = sum(item.changed == PUT_IN for name, item in harder if (name, item) not in held)
        lost = {item.exercise for name, item in held if name != self.climber} - {item.exercise for _, item in harder}
        return len(lost) <= put_in

    def _may_climb(self, name: str, item: Item) -> bool:
        """Whether a ladder may take another rung than it has; a set only where its move is at its most as it is."""
        if self.taken[name] >= self._earned(name) or item.exercise not in self.known:
            return False  # nobody goes on from a rung that they never did
        if self.taken[name] < self._top(name):
            return True
        if item.exercise in self.series.by_themselves:  # where it is met by itself it would have a set less again
            return False
        at_most = item.exercise in self.known and self._end(name) == self._most
        return at_most and not self.series.exercise_by_id[item.exercise].dose.grows

    def _rises(self, name: str, item: Item) -> bool:
        """Whether it comes with more in each set than the last time, or than before a change; not the second time."""
        if self.series.exercise_by_id[item.exercise].dose.grows:
            return False
        near = [each for each in self.subscriber.sessions if timedelta(0) < self.day.date - each.date <= NEAR]
        looks = item.exercise, item.form
        done = sorted((each.date, did.each) for each in near for did in each.did if (did.exercise, did.form) == looks)
        was = self._how_done.get(item.exercise, {}).get(item.form)
        if was and done and done[-1][1] < item.each and (len(done) > 1 or was.in_all > was.sets * done[-1][1]):
            return True
        asks_less = item.sore or item.back or item.coming or self._end(name) != self._most
        if asks_less or self._most == self.lane.dose:
            return False
        return (was.on if was else self.trained[-1]) <= self._came[CHANGES * min(self._up(name), self._top(name))]

    @cached_property
    def _came(self) -> list[date]:
        """When each change up came, the first one first: with its session, or with an answer that was given later."""
        answers = {each.question: each for each in self.subscriber.answers}
        kept = [each.at for id, each in answers.items() if id.startswith(pain.EASED) and each.value == "no"]
        came = list[date]()
        for on in self.progress.ups:
            said = answers.get(f"{pain.OFFER}{on.isoformat()}")
            later = [self.day.timing.local(at).date() for at in (*kept, *([said.at] if said else []))]
            came.append(max([on, *later]))
        return sorted(came)

    def _own(self, items: list[Item]) -> Iterator[str]:
        """What serves what the person wants to do again, and what trains a focus area not trained yet; in turn."""
        others = tuple(kind for kind in KINDS if kind not in (STRENGTH, WALK))  # a walk would fill the day
        strength = self.day.type is DayType.STRENGTH
        kinds = (STRENGTH,) if strength else others
        # Beside strength and the lesson such a person has no day left; after the series all sessions are of strength.
        if len(self.day.timing.days) <= self.series.strength.most + 1 and not self.day.cadence:
            kinds = (*kinds, *others)
        wanted = [name for activity in self.activities for name in self.series.wishes.get(activity, ())]
        if not strength and not self.day.nth % 2:
            yield from self._of((WALK,), wanted)  # for whoever wants it back: it grows from short
        if len(self.day.timing.days) <= self.series.strength.most and self.day.nth == 1 and not self.day.cadence:
            yield from self._of(others, filter(None, (self.series.balance,)))  # such a person has no other day for it
        trained = {self._area(item) for item in items}
        missing = [focus.area for focus in self.focus if focus.area not in trained]
        # One area after another leads in turn; after the series it is the same few moves each time.
        turn = 0 if self.day.cadence else (self.week - 1 + self.day.nth) % 3
        may = (each for each in missing if any(self._of(kinds, self._for_area(each))))
        leads = islice(may, turn - 1, turn) if turn else ()
        # Short and often, held on to; in strength only what a result spoke of has its turn before it.
        steadying = [self.series.balance] if self.unsteady and self.series.balance not in trained else []
        if not strength:
            yield from self._of(others, steadying)
        for area in leads:
            yield from self._of(kinds, self._for_area(area))
        yield from self._of((*kinds, *others), steadying)
        for names in (wanted, *map(self._for_area, missing)):
            yield from self._of(kinds, names)

    def _of(self, kinds: Sequence[str], names: Iterable[str]) -> Iterator[str]:
        """Those of some ladders and exercises that the person may do, and that are of one of these kinds."""
        for name in names:
            rung = self.rung(name)
            if rung is not None and self.series.exercise_by_id[rung.exercise].kind in kinds:
                yield name

    def _for_area(self, area: str) -> Iterator[str]:
        """What trains a focus area: the ladder of its name, then each exercise that is for it most."""
        yield from self.series.trains.get(area, ())

    def _area(self, item: Item) -> str:
        return self.series.exercise_by_id[item.exercise].areas[0]

    def explained(self, items: list[Item]) -> list[Item]:
        """With what each serves: the first one of an area its focus, and an activity."""
        if not self.trains:
            return items
        # The first place holds its move anyway, so that to be named there is all that an answer about it can do.
        first = [each for each in self.results.focus_areas if items and each.area == self._area(items[0])]
        focus = {each.area: each for each in (*first, *self.focus)}
        found = []
        for item in items:
            reason = focus.pop(self._area(item), None)
            wish = next((each for each in self.activities if self._names(each, item)), "")
            found.append(replace(item, reason=reason, wish=wish) if reason or wish else item)
        return found

    def _would_rather_not_kneel(self) -> bool:
        """Whether age or usual pain speak against it; a chosen way is obeyed."""
        rules, age = self.series.lane_rules, self.series.choices.age(str(self.subscriber.said("age", self.before)))
        return self.pain >= rules.gentle_from_pain or (age is not None and age >= rules.gentle_from_age)

    def _kneels_from(self, exercise: Exercise) -> int:
        """From which week on a move comes on the knees to whoever wants to kneel again; later where that goes badly."""
        known, week = self.series.choices.activities, 1
        for activity in self.kneels_again:
            steps = known.steps.get(activity, ())
            rated = self.subscriber.said(f"activity-{activity}", self.before)
            badly = isinstance(rated, int) and rated < known.spared_below
            week = max([week, *(number + badly for number, moves in enumerate(steps, 1) if exercise.id in moves)])
        return week

    def _kneeling(self, exercise: Exercise, form: str, level: str) -> str:
        """What is said of kneeling to whoever wants it back: from which week on, that it begins; in week 1 if not."""
        if not self.kneels_again or KNEELING not in exercise.asks:
            return ""
        week = self._kneels_from(exercise)
        if self.week < week and not self.spares_kneeling and level != EASIER:
            return f"week-{week}" if week <= self.series.last_week else ""
        if form in (MAIN, HARDER, "kit_free"):
            return BEGINS if self.week == week else ""
        return SPARED if self.week == 1 else ""

    def _names(self, activity: str, item: Item) -> bool:
        """Whether an activity may be named as the reason of a move: not one that asks what the person leaves out."""
        if not self._serves(activity, item.exercise):
            return False
        left_out = self.way in (KNEEL_FREE, SEATED) or item.form in (WITHOUT_KNEELING, SEATED)
        return not (left_out and asks_the_floor(self.series, activity))

    def _serves(self, activity: str, exercise: str) -> bool:
        ladders = (self.series.ladder_by_id[name] for name in self.series.wishes.get(activity, ()))
        return any(exercise in ladder.exercises for ladder in ladders)

    # --- The rung -----------------------------------------------------------------------------------------------

    def _climbs(self, name: str) -> bool:
        """Whether it is met often enough to be made harder; a move by itself is new to most."""
        return name not in self.series.exercise_by_id

    def _up(self, name: str) -> int:
        """How many rungs and sets a ladder took of those that were earned."""
        taken = min(self.taken[name], self._earned(name)) if self.taken[name] else 0
        return taken + (name == self.climber)

    def _earned(self, name: str) -> int:
        """How many it may have taken: a rung with each second change, then a set with each."""
        return min(self._top(name), max(0, self.steps) // CHANGES) + self._earned_sets(name)

    def _earned_sets(self, name: str) -> int:
        """What came after its last rung and more repetitions of that."""
        return max(0, self.steps - CHANGES * self._top(name) - 1)

    def _top(self, name: str) -> int:
        """How many rungs above where they start a person may take."""
        if name not in self._tops:
            place, rungs = self._start(name), 0
            while (higher := self._next(name, place)) is not None:
                place, rungs = higher, rungs + 1
            self._tops[name] = rungs
        return self._tops[name]

    def _start(self, name: str) -> int:
        """The place on a ladder where the person starts."""
        return max(0, self.series.ladder_by_id[name].place(self.lane.id) - (name in self.lowered))

    def _next(self, name: str, place: int) -> int | None:
        """The place of the next rung that the person may take; one that looks like a lower one asks no more."""
        moves = self.series.ladder_by_id[name].moves
        below = {self._looks(rung) for rung in moves[: place + 1]}
        higher = range(place + 1, len(moves))
        return next((at for at in higher if self.may(moves[at]) and self._looks(moves[at]) not in below), None)

    def _stands(self, name: str, below: int = 0) -> tuple[int, int]:
        """The place on a ladder where the person is, and how many sets more its move has; or so many changes before."""
        if (key := (name, self._up(name) - below)) not in self._stood:
            place, sets = self._start(name), 0
            for _ in range(key[1]):
                higher = self._next(name, place)
                place, sets = (place, sets + 1) if higher is None else (higher, sets)
            self._stood[key] = place, sets
        place, sets = self._stood[key]
        return max(0, place + min(self.steps, 0) - self.down), sets

    def rung(self, name: str, below: int = 0) -> Rung | None:
        """The highest rung of a ladder that the person may and can do, up to where they are or so many below.

        Where limits leave none, the highest exercise of it that can be done on a chair.
        """
        key = name, below, name == self.climber, self.full
        if key not in self._rungs:
            now, sores, hurt = self._usual_rung(name, below), self._sores(name), self._returning(name)
            if now is not None and sores:
                now = self._eased(name, now, sores)
            elif now is not None and hurt is not None:
                now = self._back(name, now, hurt)
            self._rungs[key] = now
        return self._rungs[key]

    def _usual_rung(self, name: str, below: int = 0) -> Rung | None:
        """The one that it is where nothing hurt."""
        if (key := (name, below, name == self.climber, self.full)) not in self._usual:
            down = self.series.ladder_by_id[name].down_from[self._stands(name, below)[0]]
            rung = next((rung for rung in down if self.may(rung)), None)
            if (self.quiet or self.full) and rung is not None and rung.exercise not in self.known:
                rung = self._quietly([rung for rung in down if self.may(rung)])
            self._usual[key] = rung
        return self._usual[key]

    def _quietly(self, may: list[Rung]) -> Rung:
        """The highest of some rungs that was done; else in quiet days an easier form, or one that sits or lies."""
        done = [rung for rung in may if rung.exercise in self.known]
        if not self.quiet:
            return (done or may)[0]
        easier = [rung for rung in may if rung.level == EASIER]
        return (done or easier or [rung for rung in may if not self._loads(rung.exercise, rung.level)] or may)[0]

    def _eased(self, name: str, now: Rung, sores: list[Sore]) -> Rung:
        """The highest one that asks less than all that hurt; where there is none, the highest that asks no more."""
        moves = self.series.ladder_by_id[name].moves
        named = [place for place, rung in enumerate(moves) if rung.exercise == now.exercise]
        top = next((place for place in named if moves[place] == now), named[0])
        on = (now, *moves[:top][::-1])
        may = [rung for rung in (*on, *(replace(rung, level=SEATED) for rung in on)) if self.may(rung)]
        if self.quiet:
            may = [rung for rung in may if rung.exercise in self.known or not self._loads(rung.exercise, rung.level)]
        found = (rung for most in (0, 1) for rung in may if self._asks(name, rung, sores) <= most)
        return next(found, now)

    def _back(self, name: str, now: Rung, hurt: Sore) -> Rung:
        """What hurt itself, in the form in which it did at most, where the person would be on it or above."""
        moves = self.series.ladder_by_id[name].moves
        top = max(place for place, rung in enumerate(moves) if rung.exercise == now.exercise)
        top = next((place for place, rung in enumerate(moves) if rung == now), top)
        up_to = [rung for rung in moves[: top + 1] if rung.exercise == hurt.exercise]
        may = [rung for rung in up_to if self._asks_beside(name, rung, hurt) <= 1 and self.may(rung)]
        return may[-1] if may else self._eased(name, now, [hurt])

    def _asks(self, name: str, rung: Rung, sores: list[Sore]) -> int:
        """Beside all that hurt of a ladder: 0 for less, 1 for the same, 2 for more."""
        return max((self._asks_beside(name, rung, sore) for sore in sores), default=0)

    def _asks_beside(self, name: str, rung: Rung, sore: Sore) -> int:
        """Another exercise asks less where it stands below what hurt, or is done on a chair."""
        form = self._form(self.series.exercise_by_id[rung.exercise], rung.level)
        if rung.exercise == sore.exercise:
            now, then = (ASKS.get(each, 2) for each in (form, sore.form))
            return (now >= then) + (now > then)
        moves = self.series.ladder_by_id[name].moves
        hurt = self.series.exercise_by_id[sore.exercise]
        places = [place for place, each in enumerate(moves) if each.exercise == sore.exercise]
        exact = (place for place in places if self._form(hurt, moves[place].level) == sore.form)
        lowest = next(exact, min(places, key=lambda place: moves[place].level != MAIN))
        return 0 if form == SEATED or rung in moves[:lowest] else 2

    def _sores(self, name: str) -> list[Sore]:
        """What hurt of a ladder, so that it comes a step easier; in the easy session that is left out."""
        if self.hurting is None or not self.hurting.sores:
            return []
        return pain.still_sore(self.series.care, self.hurting, self.series.ladder_by_id[name].exercises)

    def _returning(self, name: str, since: int = 0) -> Sore | None:
        """What hurt of a ladder and comes back today, or came back so many sessions before."""
        if self.hurting is None or not self.hurting.sores:
            return None
        return pain.returning(self.series.care, self.hurting, self.series.ladder_by_id[name].exercises, since)

    def may(self, rung: Rung) -> bool:
        """Whether the person may and can do an exercise at that level."""
        asked = rung.exercise, rung.level
        if asked not in self._may:
            exercise = self.series.exercise_by_id[rung.exercise]
            # A harder form needs its kit, and there is no way to press on a muscle without something to press with.
            missing = (rung.level == HARDER or exercise.kind == MASSAGE) and exercise.lacks(self.kit)
            barred = exercise.id in self.hurt or self.hurts_too_much_for(exercise) or missing
            self._may[asked] = not barred and self._form(exercise, rung.level) in self._forms(exercise)
        return self._may[asked]

    def _forms(self, exercise: Exercise) -> tuple[str, ...]:
        """Those that the limits leave."""
        if exercise.id not in self._left:
            self._left[exercise.id] = safety.forms(exercise, self.limits)
        return self._left[exercise.id]

    def hurts_too_much_for(self, exercise: Exercise) -> bool:
        """Whether usual pain is above what an exercise is for."""
        return exercise.pain_max is not None and self.pain > exercise.pain_max

    def _chosen(self, rung: Rung, sore: Sore | None) -> Rung:
        """The rung at the level that the person chose for its exercise; after it hurt, only what was chosen since."""
        chosen_since = tuple(each for each in self.adjustments if sore is None or each.at > sore.at)
        level = _newest(chosen_since, "level", rung.exercise)
        chosen = replace(rung, level=level) if level else rung
        return chosen if self.may(chosen) else rung

    def _form(self, exercise: Exercise, level: str) -> str:
        """Which of an exercise's words to show: the way chosen once for all, what was measured, then missing kit."""
        if (found := self._forms_at.get(asked := (exercise.id, level))) is None:
            found = self._forms_at[asked] = self._form_at(exercise, level)
        return found

    def _form_at(self, exercise: Exercise, level: str) -> str:
        if SEATED in (self.way, level):
            return SEATED
        kneels = not self.spares_kneeling and self.week >= self._kneels_from(exercise)
        spared = ON_THE_FLOOR if self.way == KNEEL_FREE else () if kneels else (KNEELING,)
        if spared and exercise.asks and not set(spared).isdisjoint(exercise.asks):
            return WITHOUT_KNEELING
        if self._is_short_of(exercise):
            return EASIER
        return "kit_free" if level == MAIN and exercise.lacks(self.kit) else level

    def _looks(self, rung: Rung | None) -> tuple[str, str] | None:
        """What a rung is to whoever does it: on a chair, or without kneeling, several of them are one."""
        if rung is None:
            return None
        return rung.exercise, self._form(self.series.exercise_by_id[rung.exercise], rung.level)

    def _levels(self, exercise: Exercise) -> tuple[str, ...]:
        """The levels at which an exercise may be done, each in words of its own."""
        own = self.series.ladder_by_id[exercise.id].moves
        forms = {rung.level: self._form(exercise, rung.level) for rung in own if self.may(rung)}
        return tuple(level for level, form in forms.items() if form in (level, "kit_free"))

    # --- The dose -----------------------------------------------------------------------------------------------

    def item(self, name: str, first: bool = False) -> Item:
        """What the rung of a ladder, or of an exercise by itself, is for the person: form, level and dose."""
        sores, given = self._sores(name), self.rung(name) or Rung(name, EASIER)
        sore = next((each for each in reversed(sores) if each.exercise == given.exercise), sores[-1] if sores else None)
        hurt = self._returning(name)
        same = hurt if hurt is not None and hurt.exercise == given.exercise else None
        back = same is not None and self._asks_beside(name, given, same) > 0
        rung = self._chosen(given, sores[-1] if sores else hurt if back else None)
        exercise = self.series.exercise_by_id[rung.exercise]
        hold = self._hold(exercise)
        level = rung.level if rung.level in LEVELS and not self._is_short_of(exercise) else EASIER
        form = self._form(exercise, SEATED if rung.level == SEATED else level)
        # Another way to do it has no harder one.
        dose = dose_for(exercise, level if form in LEVELS else min(level, MAIN, key=LEVELS.index))
        fewer = 0 if first and self.kept else self.lane.sets  # the thigh keeps the two that the evidence is of
        own = max(1, min(dose.sets + fewer, MOST_SETS))
        is_own = rung == given == self._usual_rung(name) and not self.down
        extra = min(self._stands(name)[1], MOST_SETS - own) if is_own and sore is None else 0
        usual = own + extra
        coming = self._coming(name, usual)
        sets = max(1, usual - (self.down or coming == LESS))
        end = self._end(name) if sore is None and hurt is None and not coming else ENDS[0]
        reps, seconds = _span(dose.reps, end), _span(dose.seconds, end)
        if dose.grows:
            again = self._returning(name, since=1)
            came_back = (
                again is not None and again.exercise == exercise.id and self._asks_beside(name, given, again) > 0
            )
            # What is spared its usual form stays as short as it begins.
            spared = MAIN not in self._forms(exercise)
            seconds = self._grown(exercise, dose, rested=bool(sores or back or came_back or spared))
        kneeling = self._kneeling(exercise, form, level)
        if kneeling == BEGINS and seconds is not None and seconds[0] >= LONG:
            seconds = _half(seconds)
        if self._asks(name, given, sores):  # there was no step down to take
            sets, reps, seconds = max(1, sets - 1), _half(reps), _half(seconds)
        elif back:
            sets, reps, seconds = (usual - 1, reps, seconds) if usual > 1 else (1, _half(reps), _half(seconds))
        if seconds is not None and hold is not None and level != EASIER:  # the easier form is not what was measured
            seconds = (min(seconds[0], hold), min(seconds[1], hold))
        return Item(
            exercise=exercise.id,
            form=form,
            level=level,
            sets=sets,
            reps=reps,
            seconds=seconds,
            each_side=dose.each_side,
            minutes=_minutes(exercise, sets, seconds),
            leads=self.leads if dose.each_side else "",
            changed="level" if rung != given else "",
            levels=self._levels(exercise),
            sore=sore or (hurt if hurt and (same is not None or given != self._usual_rung(name)) else None),
            back=back,
            stepped=not back
            and name == self.climber
            and rung == self._usual_rung(name)
            and self._looks(rung) != self._looks(self._usual_rung(name, below=1)),
            coming=coming,
            kneeling=kneeling,
            grown=name == self.climber and extra > 0 and self._stands(name)[1] > self._stands(name, below=1)[1],
            extra=extra,
        )

    def _end(self, name: str) -> str:
        """Where in the range: more of what was done before, till it takes its next rung or where there is none.

        What came back the last time has its sets again, and no more in each of them.
        """
        rung, again = self.rung(name), self._returning(name, since=1)
        came_back = rung is not None and again is not None and again.exercise == rung.exercise
        if self.down or self.steps < 0 or came_back:
            return ENDS[0]
        taken = self._up(name)
        more = self.steps > CHANGES * taken or (taken > 0 and taken > self._top(name))
        return self._most if more and rung is not None and self._was_done(rung) else self.lane.dose

    def _was_done(self, rung: Rung) -> bool:
        """Whether it was done in its form, as far as that was noted."""
        forms = self._how_done.get(rung.exercise)
        form = self._form(self.series.exercise_by_id[rung.exercise], rung.level)
        return rung.exercise in self.known and (not forms or form in forms)

    @cached_property
    def _how_done(self) -> dict[str, dict[str, Known]]:
        """How the moves of strength were done before."""
        return pain.known(self.subscriber, self.day.date)

    @property
    def _most(self) -> str:
        """The most in its range that a move comes to."""
        return ENDS[min(ENDS.index(self.lane.dose) + 1, len(ENDS) - 1)]

    def _coming(self, name: str, sets: int) -> str:
        """What of a move comes back after a flare-up or a week away: its sets, then more in each of them.

        The first places have theirs first.
        """
        stage = pain.WAY_BACK
        if self.back_for:
            first = {each for place in self.places[:BACK_AT_ONCE] for each in place.split("|")}
            stage = self.back_for - (name not in first)
        if self.flared is not None and not self.down and (was := self._last(name)) is not None:
            # Also a move that the sessions since have seldom held.
            stage = min(stage, 1 if was.on <= self.flared else 2 if was.sets < sets else stage)
        return "" if stage > 2 or (stage == 2 and sets == 1) else SETS_BACK if stage == 2 else LESS

    def _last(self, name: str) -> Known | None:
        """How the newest of a ladder was done in strength, as far as that was noted."""
        found = (
            each for id in self.series.ladder_by_id[name].exercises for each in self._how_done.get(id, {}).values()
        )
        return max(found, key=lambda each: each.on, default=None)

    def _hold(self, exercise: Exercise) -> int | None:
        """For how many seconds what was measured lets an exercise be held; None when nothing was measured."""
        if exercise.measured not in self._held:
            self._held[exercise.measured] = selftest.held(self.subscriber, exercise.measured, self.before)
        best = self._held[exercise.measured]
        return None if best is None else best * self.series.holds.share // 100

    def _is_short_of(self, exercise: Exercise) -> bool:
        """Whether what was measured lets an exercise be done in its easier form only."""
        hold = self._hold(exercise) if exercise.measured else None
        return hold is not None and hold < self.series.holds.least

    def _grown(self, exercise: Exercise, dose: Dose, rested: bool) -> tuple[int, int] | None:
        """How long it takes: in its first week as short as its easier form, each week more, up to its whole.

        So short too where it was never done, or hurt, and on a day that asks less.
        """
        least, most = dose_for(exercise, EASIER).seconds, exercise.dose.seconds
        if least is None or most is None:
            return most
        asks_less = self.less or self.quiet or self.steps < 0
        weeks = 0 if rested or asks_less else max(0, self._weeks_since(exercise))
        time = min(least[0] + dose.grows * weeks, most[1])
        return time, time

    def _weeks_since(self, exercise: Exercise) -> int:
        """How many weeks ago it was done first; in the first week, from week 4 on and of what is behind the person."""
        if exercise.id not in self.known:
            return 0
        near = (each.date for each in self.subscriber.sessions if exercise.id in each.done)
        first = min((on for on in near if on < self.day.date), default=None)
        summed = self.subscriber.behind is not None and exercise.id in self.subscriber.behind.sums.done
        if first is None or summed or self.day.week > self.series.last_week:
            return self.week - 1
        return self.week - self._week_of(first)

    def _week_of(self, on: date) -> int:
        """The week of a date before this day, those before the series counted to the first."""
        return min(week_of(max(self.day.number - (self.day.date - on).days, 1)), self.series.last_week)

    def _leads(self) -> str:
        """The sore side, where one was named."""
        for question, sides in self.series.choices.leads.items():
            if (said := self.subscriber.said(question, self.before)) in sides:
                return str(said)
        return ""

    # --- The length ---------------------------------------------------------------------------------------------

    def within(self, items: list[Item]) -> list[Item]:
        """As long as a session may be: sets go first, then moves, from the end; what a test showed or they want last.

        The first place stays. A session that trains is no shorter than it may be either, while sets can be added.
        """
        least, most = self.series.minutes
        kept = list(items)
        while sum(item.minutes for item in kept) > most:
            cut = [item for item in kept if item.extra] or [item for item in kept if item.sets > 1] or kept[1:]
            if not cut:
                break
            item = min(
                reversed(cut),
                key=lambda each: (
                    each is kept[0],
                    self._steadies(each),
                    bool(each.changed),
                    self._is_wanted_walk(each),
                    bool(each.reason),
                ),
            )
            place = kept.index(item)
            kept[place : place + 1] = [self._fitted(item, -1)] if item.sets > 1 else []
        while self.trains and sum(item.minutes for item in kept) < least:
            grow = [item for item in kept if item.sets < MOST_SETS and self._kind(item) != WALK]
            if not grow:
                break
            item = min(grow, key=lambda each: (each.sore is not None, self._kind(each) == MASSAGE, each.sets))
            kept[kept.index(item)] = self._fitted(item, +1)
        return kept

    def borne_out(self, items: list[Item]) -> list[Item]:
        """With no word beside what was really done: that is no less than before, or not as much."""
        if not any(item.coming for item in items):
            return items
        return [self._borne_out(item) for item in items]

    def _borne_out(self, item: Item) -> Item:
        was = self._how_done.get(item.exercise, {}).get(item.form)
        less = was is not None and item.sets * item.each < was.in_all
        as_many = was is not None and item.sets == was.most
        borne_out = less if item.coming == LESS else as_many
        return item if borne_out or not item.coming else replace(item, coming="")

    def _is_up(self, item: Item) -> bool:
        """Whether a move is above what was done the last time of its ladder, as far as that is known."""
        moves = self.series.ladder_by_id[self.climber].moves
        place_of = {self._looks(rung): place for place, rung in reversed([*enumerate(moves)])}
        exercises = {rung.exercise for rung in moves}
        done = {(id, form): each for id in exercises for form, each in self._how_done.get(id, {}).items()}
        newest = max((each.on for each in done.values()), default=None)
        last = [place_of.get(looks, -1) for looks, each in done.items() if each.on == newest]
        return max(last, default=-1) < place_of.get((item.exercise, item.form), len(moves))

    def has_time_for(self, items: list[Item]) -> bool:
        """Whether one set more takes nothing from what else a session holds."""
        fits = sum(item.minutes for item in items) <= self.series.minutes[1]
        return fits or not any(item.grown for item in items)

    def _fitted(self, item: Item, by: int) -> Item:
        """With that set more or fewer, which is told where it may be missed."""
        found = replace(self._with_sets(item, item.sets + by), extra=max(0, item.extra + min(by, 0)))
        return replace(found, fitted=item.fitted + by) if by > 0 or item.exercise in self.known else found

    def _steadies(self, item: Item) -> bool:
        """Whether it is the balance of whoever has to hold on."""
        return self.holds and self._area(item) == self.series.balance

    def _is_wanted_walk(self, item: Item) -> bool:
        """Whether it is the walk that the person wants back, of which there is no less by a set."""
        wanted = {name for activity in self.activities for name in self.series.wishes.get(activity, ())}
        return self._kind(item) == WALK and item.exercise in wanted

    # --- What is kept -------------------------------------------------------------------------------------------

    def may_still(self, item: Item) -> bool:
        """Whether a move may still be done in the form it had."""
        exercise = self.series.exercise_by_id[item.exercise]
        return item.form in self._forms(exercise) and not self.hurts_too_much_for(exercise)

    def is_like(self, one: Item, other: Item) -> bool:
        """Whether two moves are of one kind and stand on one ladder, or are for the same area."""
        on_one = any(
            {one.exercise, other.exercise} <= {rung.exercise for rung in each.moves} for each in self.series.ladders
        )
        return self._kind(one) == self._kind(other) and (on_one or self._area(one) == self._area(other))

    def asked_for(self, newest: list[Item], kept: list[Item]) -> list[Item]:
        """The walk for whoever wants it back, and what was done for an area that was shown and that nothing trains."""
        newest = [one for one in newest if one.exercise not in {each.exercise for each in kept}]
        found = self._steadying(newest, kept)
        found += [one for one in newest if self._is_wanted_walk(one)][:1]
        for focus in self.focus:
            if focus.area not in {self._area(item) for item in (*kept, *found)}:
                found += [one for one in newest if self._area(one) == focus.area and one not in found][:1]
        return found[:FURTHER]

    def _steadying(self, newest: list[Item], kept: list[Item]) -> list[Item]:
        """A balance move for whom a self-test showed unsteady: the newest done, where none is kept."""
        balance = self.series.balance
        steady = self.series.ladder_by_id[balance].exercises if balance else ()
        shown = any(focus.area == balance for focus in self.results.focus_areas)
        if not shown or any(self._area(item) == balance for item in kept):
            return []
        return [one for one in newest if one.exercise in steady and self._area(one) == balance][:1]

    def _kind(self, item: Item) -> str:
        return self.series.exercise_by_id[item.exercise].kind

    def _with_sets(self, item: Item, sets: int) -> Item:
        minutes = _minutes(self.series.exercise_by_id[item.exercise], sets, item.seconds)
        return replace(item, sets=sets, minutes=minutes)


def _begin(subscriber: Subscriber, day: Day) -> datetime | None:
    if day.number == 1:
        shown = subscriber.enrollment.plan_shown_at
        # The answer that completed the plan bears the very instant at which it was shown.
        return shown and shown + timedelta(microseconds=1)
    return day.timing.moment(day.date, time(0))


def _upshot(series: Series, past: Past, day: Day, before: datetime | None) -> Upshot | None:
    """What the reports before the day make of it; what stops strength work counts at once, and so does its end."""
    end = day.timing.moment(day.date + timedelta(days=1), time(0)) or day.moment + timedelta(days=1)
    if (at_once := past.at(end).stop) is not None:
        return at_once
    found = past.upshot if before else None
    if found is not None and found.follow is Follow.STOP:
        found = None
    if before and day.type is DayType.STRENGTH and (found is None or found.follow in (Follow.HOLD, Follow.PROGRESS)):
        found = _turned(series, past.subscriber, day, before) or found
    # Only strength climbs, or is eased, and only a change that is made by itself shows in a plan.
    steers = found is not None and found.follow in (Follow.PROGRESS, Follow.EASE)
    if found is not None and found.reason == pain.UNTRAINED and day.type is not DayType.STRENGTH:
        return None
    if found is None or (steers and (day.type is not DayType.STRENGTH or found.reason == pain.OFFERED)):
        return None
    return found


def _turned(series: Series, subscriber: Subscriber, day: Day, before: datetime) -> Upshot | None:
    """What the newest self-test made of the lane, till a strength session is behind the person."""
    shown = subscriber.enrollment.plan_shown_at
    tested = (subscriber.finished(test.id, before) for test in series.tests if test.areas)
    at = max((each.finished_at for each in tested if each and each.finished_at), default=None)
    if at is None or shown is None or at <= shown:
        return None
    trained = (each.finished_at for each in subscriber.sessions if each.kind == STRENGTH)
    if any(each is not None and at < each < before for each in trained):
        return None
    lanes = [lane.id for lane in series.lanes]
    was, now = (lanes.index(selftest.lane(series, subscriber, each)) for each in (at, before))
    if was == now:
        return None
    return Upshot(Follow.HOLD, EASIER_LANE if now < was else HARDER_LANE, day.timing.local(at).date())


def _today(subscriber: Subscriber, day: Day, upshot: Upshot | None) -> Upshot | None:
    """What follows with how the knee is before the session: whatever asks less of it holds."""
    now = pain.of_the_day(subscriber.session(day.date))
    if now is None or pain.declined(subscriber, now) or _is_easy(upshot, day):
        return upshot
    stopped = upshot is not None and upshot.follow is Follow.STOP
    return upshot if stopped and now.follow is Follow.DOWN else now


def _is_easy(upshot: Upshot | None, day: Day) -> bool:
    """After a red session the next one is the easy one; a stop takes the strength days alone."""
    if upshot is None or day.type not in (DayType.STRENGTH, DayType.MOBILITY):
        return False
    stops = upshot.follow is Follow.STOP and day.type is DayType.STRENGTH
    return upshot.follow is Follow.FLARE_UP or stops


def _newest(adjustments: tuple[Adjustment, ...], kind: str, exercise: str) -> str:
    for each in reversed(adjustments):
        if each.kind == kind and each.exercise == exercise:
            return each.to
    return ""


def dose_for(exercise: Exercise, level: str) -> Dose:
    """The dose of an exercise in one of its forms."""
    if level == EASIER and exercise.easier_dose:
        return exercise.easier_dose
    if level == HARDER and exercise.harder_dose:
        return exercise.harder_dose
    return exercise.dose


def _span(span: tuple[int, int] | None, end: str) -> tuple[int, int] | None:
    if span is None or end == "range":
        return span
    return (span[0], span[0]) if end == "low" else (span[1], span[1])


def _half(span: tuple[int, int] | None) -> tuple[int, int] | None:
    return span and (max(1, span[0] // 2), max(1, span[1] // 2))


def _minutes(exercise: Exercise, sets: int, seconds: tuple[int, int] | None) -> int:
    """How long so many sets take, of holds as long as these."""
    whole = exercise.dose
    share = seconds[1] / whole.seconds[1] if seconds and whole.seconds else 1
    return max(1, round(exercise.minutes * share * sets / whole.sets))
