"""What a series is made of: structure with ids and numbers, no words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from bot.core.model.care import Care

WEEK = 7
FORMS = ("main", "easier", "harder", "kit_free", "kneel_free", "seated")
"""The forms in which an exercise has words."""
PRACTICE = "practice"
"""A question about a go for trying: neither compared nor measured again."""
WAY = "way"
"""A question about how the test is made: numbers made in different ways do not compare."""
ROLES = (PRACTICE, WAY)
OWN_WORDS, LEFT_OUT = HELD = ("own-words", "left-out")
"""What becomes of a question for whoever holds on: it is done in another way, or not at all."""


COULD_NOT = "could-not"
"""What every question of a self-test may be answered with by somebody who could not do it."""
GENTLE, STANDARD, CONFIDENT = LANES = ("gentle", "standard", "confident")
"""How demanding a plan may be, the most careful first."""
STRENGTH, MASSAGE, WALK = "strength", "massage", "walk"
KINDS = (STRENGTH, "mobility", "balance", MASSAGE, WALK)
"""What an exercise may be: strength days train, massage needs its kit, and one walk a day is enough."""
EASIER, MAIN, HARDER = LEVELS = ("easier", "main", "harder")
"""How an exercise may be done, the lightest first."""
SEATED = "seated"
"""The form of an exercise that is done on a chair; a rung may name it beside the levels."""
KNEEL_FREE = "kneel-free"
WAYS = ("any", KNEEL_FREE, SEATED)
"""How a person does exercises, chosen once for all."""
FLOOR = "floor"
"""Whether a person gets down to the floor and up again; who does not goes the way without it."""
OWN = "own"
"""The place in a session for what the person wants to do again, or what the self-tests showed."""


ONE_TAP = ("pain", "sure", "activity")
"""What one question a week may be about: how much it hurts, how sure they are, how well an activity goes."""
EACH, FEW_WORDS, WEEKLY = CADENCES = ("each", "few-words", "weekly")
"""Which reminders go out after the re-test: each session's, each in few words, or one a week."""


def week_of(day: int) -> int:
    """The week of the series that one of its days lies in, both from 1."""
    return (day - 1) // WEEK + 1


@dataclass(frozen=True)
class Reviewed:
    """Who signed a piece of content, and when; empty until a clinician does."""

    on: date | None = None
    by: str | None = None


@dataclass(frozen=True)
class Dose:
    """How much: sets of repetitions or of held seconds, each as [low, high]; `grows` by so many seconds each week."""

    sets: int
    reps: tuple[int, int] | None = None
    seconds: tuple[int, int] | None = None
    each_side: bool = False
    grows: int = 0


@dataclass(frozen=True)
class Exercise:
    """One exercise without its words. `minutes` is the whole main form, both sides and all sets.

    `limits` are those that concern it, each with the forms it leaves, the best one first; none takes it away.
    `measured` are the questions of self-tests that measure how long it can be held.
    """

    id: str
    week: int
    kind: str
    areas: tuple[str, ...]
    dose: Dose
    minutes: int
    sources: tuple[str, ...]
    confidence: str
    kit: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    limits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pain_max: int | None = None
    measured: tuple[str, ...] = ()
    tempo: dict[str, int] = field(default_factory=dict)
    easier_dose: Dose | None = None
    harder_dose: Dose | None = None
    reviewed: Reviewed = Reviewed()

    def lacks(self, kit: frozenset[str]) -> bool:
        """Whether something it needs is not there; "ball|roller" is either."""
        return any(kit.isdisjoint(each) for each in self._needs)

    @cached_property
    def _needs(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(each.split("|")) for each in self.kit)


@dataclass(frozen=True)
class Rung:
    """An exercise at one of LEVELS, or seated."""

    exercise: str
    level: str

    @classmethod
    def named(cls, name: str) -> Rung:
        """The rung that content calls `k4.easier`, or `k4` for the main form."""
        exercise, _, level = name.partition(".")
        return cls(exercise, level or MAIN)


@dataclass(frozen=True)
class Ladder:
    """Moves for one part of the body by their demand, the lightest first, and where each lane starts."""

    id: str
    rungs: tuple[str, ...]
    start: dict[str, str]
    sources: tuple[str, ...] = ()
    confidence: str = "practice"

    @cached_property
    def moves(self) -> tuple[Rung, ...]:
        """Its rungs, the lightest first."""
        return tuple(map(Rung.named, self.rungs))

    @cached_property
    def exercises(self) -> frozenset[str]:
        """Those that stand on it."""
        return frozenset(rung.exercise for rung in self.moves)

    @cached_property
    def down_from(self) -> tuple[tuple[Rung, ...], ...]:
        """Of each place what is looked through from there: its rungs downwards, then the same on a chair."""
        below = [self.moves[place::-1] for place in range(len(self.moves))]
        return tuple((*each, *(replace(rung, level=SEATED) for rung in each)) for each in below)

    def place(self, lane: str) -> int:
        """The place of the rung a lane starts on."""
        return self._places[lane]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {lane: self.rungs.index(rung) for lane, rung in self.start.items()}


@dataclass(frozen=True)
class LessonPart:
    """One page: a card of a lesson, or a short read. `picture` is a figure that shows what it speaks of.

    A page goes on `further` where its words take two views of a phone.
    """

    id: str
    sources: tuple[str, ...]
    confidence: str
    picture: str = ""
    further: bool = False


@dataclass(frozen=True)
class Lesson:
    """The text of one week; `day` counts from 1, the first day of the series.

    `parts` are its cards, paged through at once. `reads` come one a message on the days after it, in this order; those
    for which no message is left stand beside them all the same.
    """

    id: str
    day: int
    parts: tuple[LessonPart, ...]
    reads: tuple[LessonPart, ...] = ()
    reviewed: Reviewed = Reviewed()

    @property
    def week(self) -> int:
        """The week its day lies in, from 1."""
        return week_of(self.day)

    @property
    def pages(self) -> tuple[LessonPart, ...]:
        """Its cards, then its reads."""
        return (*self.parts, *self.reads)

    def page(self, id: str) -> LessonPart | None:
        """The card or read of that id, or None."""
        return next((each for each in self.pages if each.id == id), None)

    def neighbours(self, part: str) -> tuple[str | None, str | None]:
        """The ids of the parts before and after one.

        Raises ValueError when the lesson has no such part.
        """
        ids = [each.id for each in self.parts]
        place = ids.index(part)
        return (ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None)


@dataclass(frozen=True)
class Choice:
    """One button of a choice question and what it speaks for; one that does not count is a go without result.

    On the ladders that `lower` names its person starts a rung lower. Whoever gave an `unsteady` one holds on from then;
    whoever gave a `hurt` one may leave out what comes next.
    """

    id: str
    points: dict[str, int] = field(default_factory=dict)
    lane: str | None = None
    limits: tuple[str, ...] = ()
    ends: bool = False
    counts: bool = True
    lower: tuple[str, ...] = ()
    unsteady: bool = False
    hurt: bool = False


@dataclass(frozen=True)
class Band:
    """A stretch of a number's answers, up to and with `upto`: one number, or a table from age to number.

    `lower` names the ladders on which whoever is in it starts a rung lower. Whoever was in an `unsteady` one holds on
    from then. One that `advises` has a sentence of its own in the result.
    """

    id: str
    points: dict[str, int] = field(default_factory=dict)
    upto: int | dict[int, int] | None = None
    lane: str | None = None
    limits: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    unsteady: bool = False
    advises: bool = False

    def holds(self, number: int, age: int | None) -> bool:
        """Whether a number falls into this stretch for somebody of that age; of unknown age the first row holds."""
        if self.upto is None:
            return True
        if isinstance(self.upto, int):
            return number <= self.upto
        limit = self._rows[0][1]
        for start, value in self._rows:
            if age is not None and start <= age:
                limit = value
        return number <= limit

    @cached_property
    def _rows(self) -> list[tuple[int, int]]:
        return sorted(self.upto.items()) if isinstance(self.upto, dict) else []


@dataclass(frozen=True)
class Question:
    """One question of a test: a choice, or a whole number within a range.

    `pair` is the question that asks the same of the other side, named at the first of the two. `change` and `gap` are
    in the question's unit: from `change` on a later number counts as changed, from more than `gap` on the two sides
    count as different. `limits` are the safety limits, and `ways` the ways chosen once for all, that leave the question
    out. `role` is one of ROLES, or empty for a question that asks how it went. One that `recalls` another asks once
    more about what was done for that one. `held` is one of HELD, or empty where holding on changes nothing. `could_not`
    is the band of a number for whoever could not do it; without it that tells nothing.
    """

    id: str
    kind: str = "choice"
    role: str = ""
    recalls: str | None = None
    pair: str | None = None
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    min: int = 0
    max: int = 0
    buttons: tuple[int, ...] = ()
    also: dict[str, float] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    change: int | None = None
    gap: int | None = None
    limits: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    held: str = ""
    could_not: str = ""
    sources: tuple[str, ...] = ()

    def choice(self, id: str) -> Choice | None:
        """The choice of that id, or None."""
        return self._choice_by_id.get(id)

    @cached_property
    def _choice_by_id(self) -> dict[str, Choice]:
        return {choice.id: choice for choice in self.choices}

    def told(self, value: str | int | tuple[str, ...], age: int | None) -> Choice | Band | None:
        """The choice or band that an answer of somebody of that age belongs to; None where it belongs to none."""
        if isinstance(value, int):
            return next((band for band in self.bands if band.holds(value, age)), None)
        chosen = self.choice(str(value))
        if chosen is None and self.could_not and value == COULD_NOT:
            return next((band for band in self.bands if band.id == self.could_not), None)
        return chosen


@dataclass(frozen=True)
class Test:
    """A self-test: its questions in order; `areas` breaks ties between focus areas, its first one is the default."""

    __test__ = False  # pytest would take the name for its own

    id: str
    questions: tuple[Question, ...]
    week: int
    confidence: str
    areas: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reviewed: Reviewed = Reviewed()

    def question(self, id: str) -> Question | None:
        """The question of that id, or None."""
        return self._question_by_id.get(id)

    @cached_property
    def _question_by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}


@dataclass(frozen=True)
class SafetyScreen:
    """One idea of the safety check with a few signs. Tiers: stop, today, ask, limit, none.

    `limits` says of each sign what it takes out of a plan. A screen that comes `after` another is asked where that one
    was answered yes; one with `from_age` where the age is not known, and for whoever is that old it is a yes.
    """

    id: str
    tier: str
    confidence: str
    signs: tuple[str, ...] = ()
    limits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weekly: bool = False
    after: str = ""
    from_age: int | None = None
    sources: tuple[str, ...] = ()
    reviewed: Reviewed = Reviewed()

    @property
    def tells_apart(self) -> bool:
        """Whether it matters which of its signs is meant: they do not all take the same out of a plan."""
        return len({frozenset(self.limits.get(sign, ())) for sign in self.signs}) > 1

    def taken_out(self, sign: str | None) -> tuple[str, ...]:
        """What a yes takes out of a plan: for one sign its own limits, for several or an unknown one those of all."""
        if sign in self.signs:
            return self.limits.get(sign, ())
        return tuple(dict.fromkeys(limit for each in self.signs for limit in self.limits.get(each, ())))


@dataclass(frozen=True)
class LimitRules:
    """What holds of a limit beside what it takes away: under exercises of these kinds stands a reminder of it.

    Of one that `unloads` the forms it leaves put no load on feet or knees.
    """

    id: str
    reminds: tuple[str, ...] = ()
    unloads: bool = False


@dataclass(frozen=True)
class DayPlan:
    """The places of one kind of day in one week, before they are filled for a person.

    A place is a ladder, an exercise, which is a ladder of its own levels, OWN, or alternatives in order of preference
    ("h1|h3|h2"). The first place is never left out.
    """

    week: int
    type: str
    sessions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StrengthDays:
    """Days of a week, 1 to 7, that strength sessions may come on, and `most` of them.

    Whoever chose `few` weekdays or less has them on the lesson's day and on days of rest as well.
    """

    days: tuple[int, ...]
    most: int
    few: int


@dataclass(frozen=True)
class Cadence:
    """From a week of the series on, which reminders go out: each day's whole, in few words, or one a week."""

    week: int
    says: str


@dataclass(frozen=True)
class Onward:
    """The weeks after the re-test, for whoever goes on.

    `a_week` are the numbers of days a week to choose from. `session` are the places of each session, as in a DayPlan.
    `check_ins` and `tests` are days of the series; the last test ends it all. `asks` are the questions of one tap, in
    turn, one in each week without a check-in or a test. Whoever comes back after `check_after` days without the safety
    check goes through it first.
    """

    a_week: tuple[int, ...]
    session: tuple[str, ...]
    check_ins: tuple[int, ...]
    tests: tuple[int, ...]
    asks: tuple[str, ...]
    reminders: tuple[Cadence, ...]
    check_after: int
    sources: tuple[str, ...] = ()
    confidence: str = "practice"

    @property
    def weeks(self) -> int:
        """The last week."""
        return week_of(max(self.tests))

    def cadence(self, week: int) -> str:
        """Which reminders a week has."""
        return next((each.says for each in reversed(self.reminders) if each.week <= week), EACH)


@dataclass(frozen=True)
class Lane:
    """How demanding a plan is: by how many sets it differs, which end of the dose, and the level it starts at."""

    id: str
    sets: int
    dose: str
    level: str


@dataclass(frozen=True)
class Holds:
    """A hold that was measured is trained for `share` percent of it; where that is under `least` seconds, easier."""

    share: int
    least: int
    sources: tuple[str, ...] = ()
    confidence: str = "practice"


@dataclass(frozen=True)
class HoldOn:
    """Who holds on to something firm: from an age on, with one of these limits, or once unsteady.

    `trains` is the ladder of what they train by it.
    """

    from_age: int
    limits: tuple[str, ...] = ()
    trains: str = ""
    sources: tuple[str, ...] = ()
    confidence: str = "practice"


@dataclass(frozen=True)
class Graces:
    """How late a message is still good, in hours."""

    reminder: float
    check_in: float
    nudge: float


@dataclass(frozen=True)
class Retention:
    """After so many months of silence one notice, so many days later the end.

    `quiet` are the hours (UTC) without it for whoever has named no zone. `backups` is how many copies of everything
    are kept where the operator chose no other number.
    """

    months: int
    days: int
    quiet: tuple[str, str]
    backups: int


@dataclass(frozen=True)
class LaneRules:
    """Which lane usual pain (0 to 10) and age propose, beside what the tests propose."""

    gentle_from_pain: int
    confident_upto_pain: int
    gentle_from_age: int
    sources: tuple[str, ...] = ()
    confidence: str = "practice"


@dataclass(frozen=True)
class HighPain:
    """Usual pain (0 to 10) from which somebody is asked to see a professional first."""

    tier: str
    start: int
    sources: tuple[str, ...] = ()
    confidence: str = "practice"


@dataclass(frozen=True)
class AgeBand:
    """An age band by the age in years it starts at."""

    id: str
    start: int


@dataclass(frozen=True)
class Activities:
    """Activities a person may pick, each rated 0 to 10; from `change` on a difference counts.

    `asks` is what one asks of the body, as exercises do. Of whoever wants such a one back the moves
    that ask the same come one step of `steps` in each week, and a week later where they rated it below `spared_below`.
    """

    ids: tuple[str, ...]
    most: int
    change: int
    asks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spared_below: int = 0
    steps: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class PainScale:
    """From `change` on a difference on the 0 to 10 scale counts."""

    change: int
    sources: tuple[str, ...] = ()


NEEDED = ("zone", "time", "days")
"""Questions about the person without whose answers nothing can be planned."""
FIRST_MOVE = "first-move"
"""Among what is asked about the person: one move to do at once."""
MOMENT, PLACE = "moment", "place"
"""Among what is asked about the person, on one screen: after what, and where, they mean to do their exercises."""
ABOUT_ONESELF = (*NEEDED, "pain", "age", "kit", "activities", FIRST_MOVE, MOMENT, PLACE)
"""Questions about the person that the bot itself knows how to ask, and what to make of their answers."""


@dataclass(frozen=True)
class Moment:
    """A moment of the day that somebody may tie their exercises to; `at` (HH:MM) is a time that fits it."""

    id: str
    at: str


@dataclass(frozen=True)
class IfThen:
    """What an if-then plan is offered to be made of, and the sources for making one."""

    moments: tuple[Moment, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """What a person is asked about themselves: `profile` in order, of ABOUT_ONESELF and of `own`, a choice each.

    `beside_pain` is the one of `own` that is asked on the screen of pain.
    `leads` are the answers to questions of `own` that name a side: it goes first in moves done on each side.
    """

    profile: tuple[str, ...]
    own: dict[str, tuple[str, ...]]
    ages: tuple[AgeBand, ...]
    kit: tuple[str, ...]
    activities: Activities
    pain: PainScale
    beside_pain: str = ""
    if_then: IfThen = IfThen()
    leads: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def age(self, id: str) -> int | None:
        """The age in years an age band starts at, or None."""
        return self._start_by_age.get(id)

    @cached_property
    def _start_by_age(self) -> dict[str, int]:
        return {band.id: band.start for band in self.ages}

    def is_from(self, id: str, years: int) -> bool | None:
        """Whether somebody of an age band is so old; None where the band does not say, or there is none."""
        place = next((place for place, band in enumerate(self.ages) if band.id == id), None)
        if place is None:
            return None
        if self.ages[place].start >= years:
            return True
        following = self.ages[place + 1].start if place + 1 < len(self.ages) else None
        return False if following is not None and following <= years else None


@dataclass(frozen=True)
class Defaults:
    """What is offered, and what holds for whoever chooses nothing. Times are HH:MM of the person's clock.

    `usual` is the time that is offered with every day, one tap for both.
    """

    usual: str
    times: tuple[str, ...]
    quiet: tuple[str, str]
    quiet_others: tuple[tuple[str, str], ...]
    tonight: str
    pauses: tuple[int, ...]


@dataclass(frozen=True)
class Emergency:
    """Telephone numbers of one country. `crisis` is a line for somebody who thinks of ending their life."""

    emergency: tuple[str, ...]
    urgent: str | None = None
    crisis: str | None = None


@dataclass(frozen=True)
class EmergencyNumbers:
    """By country (ISO 3166), and the common ones for wherever that is not known."""

    countries: dict[str, Emergency]
    default: tuple[str, ...]
    crisis: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Series:
    """A whole series: how long it runs, what each day brings, and what every answer means.

    `check_ins` and `retest` are days of the series, `rest` days of each week, all counted from 1. `edition` is that of
    the safety check: whoever went through an earlier one is asked all of it once, with a weekly check. `on_worse` is
    its screen for a knee that is much worse than usual. `first_move` are exercises of which the first that a person may
    do can be done by itself, in a minute. `face` is the exercise whose figure greets whoever comes.
    `wishes` are the places that serve each activity. A session takes so many `minutes`, [at least, at most].
    `onward` is what comes after the re-test; None where the series ends with it. `hold_on` says who holds on in a
    self-test; None where nothing asks for it.
    Like no other but itself, however equal its content: what is computed of it may be kept by it.
    """

    id: str
    days: int
    check_ins: tuple[int, ...]
    retest: int
    strength: StrengthDays
    rest: tuple[int, ...]
    consent: str
    face: str
    first_move: tuple[str, ...]
    first_test: str
    measured_again: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    exercises: tuple[Exercise, ...]
    tests: tuple[Test, ...]
    safety: tuple[SafetyScreen, ...]
    edition: int
    on_worse: str
    limits: tuple[LimitRules, ...]
    trigger: SafetyScreen
    ending_life: SafetyScreen
    plans: tuple[DayPlan, ...]
    ladders: tuple[Ladder, ...]
    wishes: dict[str, tuple[str, ...]]
    lanes: tuple[Lane, ...]
    holds: Holds
    areas: tuple[str, ...]
    graces: Graces
    retention: Retention
    lane_rules: LaneRules
    high_pain: HighPain
    choices: Choices
    minutes: tuple[int, int]
    defaults: Defaults
    care: Care
    onward: Onward | None = None
    hold_on: HoldOn | None = None

    @cached_property
    def exercise_by_id(self) -> dict[str, Exercise]:
        """Every exercise by its id."""
        return {exercise.id: exercise for exercise in self.exercises}

    @cached_property
    def ladder_by_id(self) -> dict[str, Ladder]:
        """Every ladder by its id; an exercise by itself is a ladder of its levels."""
        own = {
            exercise.id: Ladder(
                exercise.id,
                tuple(f"{exercise.id}.{level}" for level in LEVELS),
                {lane.id: f"{exercise.id}.{lane.level}" for lane in self.lanes},
            )
            for exercise in self.exercises
        }
        return own | {ladder.id: ladder for ladder in self.ladders}

    @cached_property
    def last_week(self) -> int:
        """The last week that has plans of its own."""
        return max(plan.week for plan in self.plans)

    @cached_property
    def screen_by_id(self) -> dict[str, SafetyScreen]:
        """Every screen of the safety check by its id."""
        return {screen.id: screen for screen in self.safety}

    @cached_property
    def trains(self) -> dict[str, tuple[str, ...]]:
        """What trains each part of the body: the ladder of its name, then each exercise that is for it most."""
        found = {ladder.id: [ladder.id] for ladder in self.ladders}
        for exercise in self.exercises:
            found.setdefault(exercise.areas[0], []).append(exercise.id)
        return {area: tuple(names) for area, names in found.items()}

    @cached_property
    def test_by_id(self) -> dict[str, Test]:
        """Every self-test by its id."""
        return {test.id: test for test in self.tests}

    @cached_property
    def question_by_id(self) -> dict[str, tuple[Test, Question]]:
        """Every self-test question by its id, with its test; ids are unique over all tests."""
        return {question.id: (test, question) for test in self.tests for question in test.questions}

    @cached_property
    def limiting(self) -> dict[str, Question]:
        """The self-test questions of which some answer limits a plan, by their ids."""
        questions = {id: question for id, (_, question) in self.question_by_id.items()}
        return {
            id: each
            for id, each in questions.items()
            if any(answer.limits for answer in each.choices) or any(answer.limits for answer in each.bands)
        }

    @cached_property
    def unloading(self) -> frozenset[str]:
        """The limits of whoever may put no load on a leg."""
        return frozenset(limit.id for limit in self.limits if limit.unloads)

    @property
    def balance(self) -> str:
        """The ladder and focus area of whoever is unsteady; empty where a series has none."""
        return self.hold_on.trains if self.hold_on is not None else ""

    @cached_property
    def steadying(self) -> dict[str, Question]:
        """The self-test questions of which some answer tells that somebody is unsteady, by their ids."""
        questions = {id: question for id, (_, question) in self.question_by_id.items()}
        return {
            id: each
            for id, each in questions.items()
            if any(answer.unsteady for answer in each.choices) or any(answer.unsteady for answer in each.bands)
        }

    @cached_property
    def by_themselves(self) -> frozenset[str]:
        """The exercises that some session names, and not a ladder of theirs."""
        places = (place for plan in self.plans for session in plan.sessions for place in session)
        return frozenset(each for place in places for each in place.split("|") if each in self.exercise_by_id)

    @cached_property
    def lesson_by_id(self) -> dict[str, Lesson]:
        """Every lesson by its id."""
        return {lesson.id: lesson for lesson in self.lessons}

    def lesson_of(self, week: int) -> Lesson | None:
        """The lesson of a week, or None."""
        return next((lesson for lesson in self.lessons if lesson.week == week), None)

    def lane(self, id: str) -> Lane:
        """The lane of that id.

        Raises KeyError when there is none.
        """
        for lane in self.lanes:
            if lane.id == id:
                return lane
        raise KeyError(id)

    def sessions(self, week: int, type: str) -> tuple[tuple[str, ...], ...]:
        """The planned sessions of one type in one week; empty when the type has none."""
        for plan in self.plans:
            if (plan.week, plan.type) == (week, type):
                return plan.sessions
        return ()
