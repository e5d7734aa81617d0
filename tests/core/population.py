"""Made-up people by the hundred, each living the three weeks in a way of their own."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import overload

from bot.core.assessment import pain, safety, selftest
from bot.core.assessment.pain import Follow
from bot.core.model.series import LEVELS, Question, SafetyScreen, Series
from bot.core.model.subscriber import Adjustment, Hurt, Session, Subscriber, Value
from bot.core.schedule.calendar import GO_ON, Day, DayType, days
from bot.core.schedule.plan import Plan, plan
from tests.conftest import the_catalog
from tests.core.people import EVERY_DAY, MONDAY, checked, having_said, having_tested, possible, somebody

DAILY = 200
PEOPLE = int(os.environ.get("PEOPLE", DAILY))
"""How many there are; a long run asks for thousands."""

FOUND = (
    *(286, 282, 881, 933, 1050, 1092, 1234, 1256, 1338, 2032, 2277, 2311, 2450, 2806, 2855, 3531, 3701, 4529, 4887),
    *(83, 93, 212, 3675, 387, 2283, 2426, 4297, 4471, 1168, 1251, 3378, 4310, 3745, 4911, 1564, 1669, 3112, 2562),
)
"""Those beyond them who once broke a promise."""


@dataclass(frozen=True)
class Lived:
    """One day as it came: who they were when it began, and the plan they were given."""

    person: Subscriber
    day: Day
    plan: Plan


@dataclass
class Life:
    """A person and their days."""

    person: Subscriber
    days: list[Lived] = field(default_factory=list)

    @property
    def strength(self) -> list[Lived]:
        """The days of strength whose session is no easy one."""
        return [each for each in self.days if each.day.type is DayType.STRENGTH and not each.plan.easy]


@cache
def everybody_asked() -> Series:
    """The series with one more screen for each limit that an exercise heeds, whether or not a screen leads to it."""
    series = the_catalog().default
    limits = sorted({limit for exercise in series.exercises for limit in exercise.limits})
    screens = tuple(
        SafetyScreen(f"only-{limit}", "limit", "practice", ("any",), limits={"any": (limit,)}) for limit in limits
    )
    return replace(series, safety=(*series.safety, *screens))


def person(series: Series, luck: random.Random) -> Subscriber:
    """Somebody as the onboarding leaves them."""
    choices = series.choices
    weekdays = luck.choice([EVERY_DAY, EVERY_DAY, "024", "135", "0135", "12345", "6", "".join(_some(luck, EVERY_DAY))])
    found = somebody(series, days=weekdays or EVERY_DAY)
    kits: list[Value] = ["skip", choices.kit, tuple(_some(luck, choices.kit))]
    said: dict[str, Value] = {
        "age": luck.choice(["skip", *(band.id for band in choices.ages)]),
        "pain": luck.choice(["skip", *range(6), *range(5)]),
        "kit": luck.choice(kits),
        "way": luck.choice(["any", "any", "any", "any", "kneel-free", "seated"]),
        "activities": tuple(luck.sample(choices.activities.ids, luck.randrange(choices.activities.most + 1))),
    }
    said |= {question: luck.choice(answers) for question, answers in choices.own.items()}
    if luck.random() < 0.2:
        said["lane"] = luck.choice(series.lanes).id
    limits = [screen.id for screen in series.safety if screen.id.startswith("only-")]
    yes = dict.fromkeys(_some(luck, limits, 0.1) if luck.random() < 0.7 else _some(luck, limits, 0.5), safety.YES)
    found = checked(series, having_said(found, said), yes, found.saved_at)
    levels = [
        Adjustment("level", luck.choice(series.exercises).id, luck.choice(LEVELS), found.saved_at)
        for _ in range(luck.choice([0, 0, 0, 2]))
    ]
    swaps = [
        Adjustment("swap", luck.choice(series.exercises).id, luck.choice(series.exercises).id, found.saved_at)
        for _ in range(luck.choice([0, 0, 0, 2]))
    ]
    return replace(found, adjustments=(*levels, *swaps))


def _some(luck: random.Random, among: Sequence[str], often: float = 0.5) -> list[str]:
    return [each for each in among if luck.random() < often]


def lived(series: Series, seed: int) -> Life:
    """The three weeks of one of them."""
    luck = random.Random(seed)
    life = Life(person(series, luck))
    _live(series, life, luck, MONDAY + timedelta(days=series.days - 1))
    return life


def lived_on(series: Series, seed: int) -> Life:
    """The weeks after the re-test of one who goes on, up to the last of them."""
    luck, life, onward = random.Random(seed), lived(series, seed), series.onward
    assert onward is not None
    known, last = life.person, life.days[-1].day
    known = known.saying(GO_ON, luck.choice(onward.a_week), last.moment + timedelta(hours=1))
    on = Life(known)
    _live(series, on, luck, MONDAY + timedelta(days=onward.tests[-1] - 1), since=last.number)
    return on


def _live(series: Series, life: Life, luck: random.Random, until: date, since: int = 0) -> None:
    """The days after that one, up to a date, as they come."""
    keen, pain_of, effort_of = luck.choice([0.4, 0.9, 1.0]), luck.choice([0, 1, 2, 4]), luck.choice([2, 4, 5, 7])
    untested = [test for test in series.tests if luck.random() < 0.9 and not since]
    for day in days(series, life.person, until):
        if day.number <= since:
            continue
        given = plan(series, life.person, day)
        life.days.append(Lived(life.person, day, given))
        now = day.moment
        for test in [each for each in untested if each.week <= day.week]:
            untested.remove(test)
            best = luck.random() < 0.3
            answers = {each.id: (possible(each)[0] if best else luck.choice(_answers(each))) for each in test.questions}
            at = life.person.enrollment.states[0].at if day.number == 1 else now - timedelta(hours=1)
            life.person = having_tested(life.person, test, answers, at)
        if given.items and luck.random() < keen:
            life.person = _done(series, life.person, given, now, luck, pain_of, effort_of)


def _answers(question: Question) -> tuple[Value, ...]:
    return possible(question) if question.kind == "choice" else (*possible(question), *selftest.SKIPPED)


def _done(
    series: Series, known: Subscriber, given: Plan, now: datetime, luck: random.Random, pain_of: int, effort_of: int
) -> Subscriber:
    """A session, rated as this person rates, and their answer to what is offered after it."""
    sore = luck.choice(given.items)
    hurts = (Hurt(sore.exercise, luck.choice([5, 7]), now, form=sore.form),) if luck.random() < 0.05 else ()
    at = now + timedelta(minutes=20)
    session = Session(
        now.date(),
        now,
        short=luck.random() < 0.1,
        done=tuple(item.exercise for item in given.items),
        did=given.did(tuple(item.exercise for item in given.items)),
        finished_at=at,
        effort=min(10, max(0, effort_of + luck.choice([-1, 0, 0, 1, 2]))) if luck.random() < 0.95 else None,
        pain=min(10, pain_of + luck.choice([0, 0, 0, 1])),
        hurts=hurts,
        morning=luck.choice(["", "settled", "settled", "more"]),
        kind=given.kind,
        climbed=given.climbed(tuple(item.exercise for item in given.items)),
    )
    known = known.with_session(session)
    offer = pain.standing(series.care, known, at)
    if offer is not None and offer.follow in (Follow.PROGRESS, Follow.EASE) and luck.random() < 0.8:
        known = known.saying(pain.key(offer), luck.choice(["yes", "yes", "no"]), at + timedelta(minutes=1))
    return known


@cache
def known(seed: int) -> Life:
    """One of them, the same one in each run."""
    return lived(everybody_asked(), seed)


class _People(Sequence[Life]):
    """All of them, each of whom lives when first looked at."""

    @property
    def seeds(self) -> Sequence[int]:
        """The seed of each."""
        return (*range(PEOPLE), *(seed for seed in FOUND if seed >= PEOPLE))

    def __len__(self) -> int:
        return len(self.seeds)

    @overload
    def __getitem__(self, place: int) -> Life: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Life]: ...

    def __getitem__(self, place: int | slice) -> Life | Sequence[Life]:
        if isinstance(place, slice):
            return [known(seed) for seed in self.seeds[place]]
        return known(self.seeds[place])


def population() -> Sequence[Life]:
    """All of them, the same ones in each run."""
    return _People()


def some_of_them(step: int) -> Sequence[Life]:
    """Each so-manieth of the daily ones; of fewer, and of the thousands of the long runs, everybody."""
    return population()[::step] if PEOPLE == DAILY else population()


def strength_days() -> Iterator[tuple[Life, Lived]]:
    """Every day of strength of everybody that is no easy one."""
    return ((life, each) for life in population() for each in life.strength)
