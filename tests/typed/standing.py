"""Somebody standing on each screen of the corpus: what she looks at is made by the bot's own decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.conversation.interpret import Conversation
from bot.core.assessment import pain, safety
from bot.core.model import callback_data as tap
from bot.core.model import coaching
from bot.core.model.context import Context
from bot.core.model.delivery import Kind
from bot.core.model.message import Reaction
from bot.core.model.series import Series
from bot.core.model.subscriber import Hurt, Session, Shown, State, Subscriber, new_subscriber
from bot.core.schedule.plan import plan
from bot.core.schedule.planned import Planned
from bot.core.schedule.save import with_bookkeeping
from bot.core.screens import questionnaire, session
from bot.core.screens.compose import compose
from bot.core.screens.dispatch import COMMANDS, tapped
from bot.render.text import Renderer
from tests.conftest import the_catalog, the_places
from tests.core.people import MONDAY, all_best, having_tested, somebody

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
TODAY = date(2026, 3, 4)
YESTERDAY = date(2026, 3, 3)


@cache
def the_renderer() -> Renderer:
    """The shipped words."""
    return Renderer(the_catalog(), the_places().country_of)


@cache
def the_conversation() -> Conversation:
    """What reads them."""
    return Conversation(lambda context: the_renderer(), the_places())


@dataclass
class Stand:
    """One person as she stands somewhere, and when; None of whom nothing is kept."""

    person: Subscriber | None
    now: datetime = NOW
    glimpsed: Shown | None = None
    coached: bool = False

    @property
    def series(self) -> Series:
        """The real one."""
        return the_catalog().default

    @property
    def known(self) -> Subscriber:
        """Her, who is kept."""
        assert self.person is not None
        return self.person

    def context(self, text: str = "") -> Context:
        """An update of hers."""
        return Context(
            1, "Ada", self.now, self.series, self.person, text, glimpsed=self.glimpsed, coached=self.coached, message=1
        )

    @property
    def shown(self) -> Shown | None:
        """The newest message with buttons."""
        return self.context().shown

    def does(self, reaction: Reaction) -> Stand:
        """What follows is kept and shown, as the bot does."""
        after = reaction.subscriber
        shown = [the_renderer().render(message).meant for message in reaction.messages]
        newest = next((meant for meant in reversed(shown) if meant), ())
        if after is None:
            self.person, self.glimpsed = None, Shown(self.now, newest)
            return self
        self.person = with_bookkeeping(self.series, self.person, after, reaction, 1, self.now, newest)
        return self

    def taps(self, *actions: tap.Action) -> Stand:
        """One button after the other."""
        for action in actions:
            self.does(tapped(self.context(), action))
        return self

    def presses(self, path: str) -> Stand:
        """The first button with the words at that path."""
        assert self.known.shown is not None
        return self.taps(tap.parse(next(data for label, _, data in self.known.shown.buttons if label == path)))

    def sends(self, command: str) -> Stand:
        """A command."""
        return self.does(COMMANDS[command](self.context()))

    def types(self, text: str) -> Stand:
        """Words."""
        return self.does(the_conversation().typed(self.context(text)))

    def gets(self, kind: Kind, step: str = "", on: date = TODAY) -> Stand:
        """A message that the bot sends by itself."""
        planned = Planned(kind, step, f"{kind}:{on}", self.now, None, on)
        message = compose(self.series, self.known, planned, self.now)
        self.person = self.known.seeing(the_renderer().render(message).meant, self.now)
        return self

    def after(self, gap: timedelta) -> Stand:
        """Later."""
        self.now += gap
        return self


def woman(**said: str | int | tuple[str, ...]) -> Subscriber:
    """The one person of the corpus, on day 3 of her series."""
    series = the_catalog().default
    told: dict[str, str | int | tuple[str, ...]] = {
        "pain": 3,
        "activities": ("stairs",),
        "activity-stairs": 4,
        "kit": ("ball",),
        "lane": "standard",
        "age": "50-59",
        "knee": "left",
    }
    person = somebody(series, MONDAY, zone="Europe/Lisbon", at="12:30", **{**told, **said})  # type: ignore[arg-type]
    test = series.test_by_id[series.first_test]
    return having_tested(person, test, all_best(test), person.enrollment.states[0].at)


def beginner() -> Subscriber:
    """Her, having just agreed."""
    series = the_catalog().default
    return new_subscriber(1, series.id, series.consent, "", NOW - timedelta(minutes=10))


def checking(question: str) -> Stand:
    """On one screen of the safety check."""
    stand = Stand(beginner()).sends("start")
    wanted = safety.screen(stand.series, question)
    assert wanted is not None, question
    while (asked := _asked(stand)) != question:
        assert asked, question
        stand.taps(tap.Reply(0, asked, safety.YES if asked == wanted.after else safety.NO))
    return stand


def _asked(stand: Stand) -> str:
    """The question of the safety check that stands on the screen; empty when it is another screen."""
    showing = tap.parse(stand.known.showing) if stand.known.showing else None
    return showing.question if isinstance(showing, tap.AskAt) else ""


def flagged(question: str) -> Stand:
    """With a yes on one screen, and what it leads to."""
    stand = checking(question).taps(tap.Reply(0, question, safety.YES))
    while stand.known.attempts[0].finished_at is None and (asked := _asked(stand)):
        stand.taps(tap.Reply(0, asked, safety.SEVERAL if asked.endswith(safety.WHICH) else safety.NO))
    return stand


def telling(question: str) -> Stand:
    """On a question about herself, in onboarding."""
    stand = checking("falls").taps(tap.Reply(0, "falls", safety.NO))
    told: dict[str, tuple[str, ...]] = {
        "zone": ("Europe/Lisbon",),
        "time": ("12:30",),
        "days": tuple("0123456"),
        "knee": ("left",),
        "pain": ("3",),
        "first-move": ("skip",),
        "moment": ("skip",),
        "place": ("skip",),
        "age": ("50-59",),
        "kit": ("skip",),
        "activities": ("stairs",),
        "activity-stairs": ("4",),
    }
    for each, values in told.items():
        if each == question:
            return stand
        stand.taps(tap.Tell(each, values))
    return stand


def testing(question: str) -> Stand:
    """On one question of a self-test, everything before it at its best."""
    test = the_catalog().default.question_by_id[question][0].id
    return _answering(telling("") if test == the_catalog().default.first_test else Stand(woman()), test, question)


def _answering(stand: Stand, test: str, question: str) -> Stand:
    stand.taps(tap.StartTest(test))
    for _ in range(40):
        found = stand.known.open_attempt()
        assert found is not None, question
        showing = tap.parse(stand.known.showing)
        assert isinstance(showing, tap.AskAt)
        if showing.question == question:
            return stand
        asked = questionnaire.questions(stand.series, stand.known, found[1])
        its = next(each for each in asked if each.id == showing.question)
        value = its.choices[0].id if its.kind == "choice" else safety.NO if its.kind == "safety" else str(its.max)
        stand.taps(tap.Reply(found[0], its.id, value))
    raise LookupError(question)


def exercising(place: int) -> Stand:
    """In the n-th exercise of the day."""
    stand = Stand(woman())
    day = session.day_of(stand.series, stand.known, TODAY)
    assert day is not None
    items = plan(stand.series, stand.known, day).items
    for item in items[: place + 1] if place >= 0 else items:
        stand.taps(tap.ShowExercise(TODAY, item.exercise))
    return stand


def _exercise(stand: Stand) -> str:
    day = session.day_of(stand.series, stand.known, TODAY)
    assert day is not None
    return plan(stand.series, stand.known, day).items[1].exercise


def _done(*scores: int) -> Stand:
    stand = Stand(woman()).taps(tap.Done(TODAY))
    if scores:
        stand.taps(tap.RateEffort(TODAY, scores[0]))
    if scores[1:]:
        stand.taps(tap.RatePain(TODAY, scores[1]))
    return stand


def _easy_days() -> Stand:
    """On the next strength day, after one before it that was fine: only these bring the offer."""
    at = NOW - timedelta(days=1)
    person = woman().with_session(Session(YESTERDAY, at, finished_at=at, effort=6, pain=1, kind="strength"))
    stand = Stand(person, NOW + timedelta(days=1))
    on = stand.now.date()
    return stand.taps(tap.Done(on), tap.RateEffort(on, 6), tap.RatePain(on, 1))


def _amber_yesterday() -> Stand:
    at = NOW - timedelta(days=1)
    person = woman().with_session(
        Session(YESTERDAY, at, finished_at=at, effort=5, pain=5, hurts=(Hurt("h7", 5, at, False),))
    )
    return Stand(person).gets(Kind.REMINDER)


def _over(question: tap.Action | None, ago: timedelta) -> Stand:
    stand = Stand(woman(), NOW - ago)
    if question is None:
        stand.taps(tap.Done(YESTERDAY))
    else:
        stand.taps(question)
    stand.now = NOW
    return stand.gets(Kind.REMINDER)


def _checked_in() -> Stand:
    stand = Stand(woman(), datetime(2026, 3, 8, 12, 30, tzinfo=UTC))
    return _through(stand, questionnaire.CHECK_IN)


def _through(stand: Stand, test: str) -> Stand:
    stand.taps(tap.StartTest(test))
    for _ in range(80):
        found = stand.known.open_attempt()
        if found is None:
            return stand
        asked = questionnaire.questions(stand.series, stand.known, found[1])
        its = next(each for each in asked if found[1].value(each.id) is None)
        value = "no" if its.kind == "safety" else its.choices[0].id if its.kind == "choice" else str(its.min)
        stand.taps(tap.Reply(found[0], its.id, value))
    raise LookupError(test)


def _in_state(state: State) -> Stand:
    return Stand(woman().in_state(state, NOW))


def _barrier_time() -> Stand:
    stand = _checked_in()
    return stand.taps(tap.Barrier(1, "forgot"))


def _in_week_five() -> Stand:
    """Going on after the re-test: the week's first reminder, which holds its question."""
    stand = _through(Stand(woman(), DAY_14), questionnaire.RETEST).taps(tap.GoOn(3))
    stand.now = datetime(2026, 4, 6, 12, 30, tzinfo=UTC)
    return stand.gets(Kind.REMINDER, on=stand.now.date())


def _writing_to_the_coach() -> Stand:
    series = the_catalog().default
    person = woman()
    person = replace(person, consent=replace(person.consent, version=coaching.text(series, True)))
    return Stand(person, coached=True).sends("ask")


DAY_14 = datetime(2026, 3, 22, 12, 30, tzinfo=UTC)

SCREENS: dict[str, Callable[[], Stand]] = {
    "stranger": lambda: Stand(None),
    "welcome": lambda: Stand(None).sends("start"),
    "age": lambda: Stand(None).taps(tap.Begin()),
    "consent": lambda: Stand(None).taps(tap.Adult()),
    "safety-emergency": lambda: checking("emergency"),
    "safety-today": lambda: checking("today"),
    "safety-injury": lambda: checking("injury"),
    "safety-history": lambda: checking("knee-history"),
    "safety-health": lambda: checking("health"),
    "safety-skin": lambda: checking("skin-and-blood"),
    "safety-falls": lambda: checking("falls"),
    "hurt-lately": lambda: checking("hurt-lately"),
    "injury-age": lambda: checking("injury-age"),
    "history-which": lambda: checking("knee-history").taps(tap.Reply(0, "knee-history", safety.YES)),
    "health-which": lambda: checking("health").taps(tap.Reply(0, "health", safety.YES)),
    "skin-which": lambda: checking("skin-and-blood").taps(tap.Reply(0, "skin-and-blood", safety.YES)),
    "flag-stop": lambda: flagged("emergency"),
    "flag-today": lambda: flagged("today"),
    "flag-ask": lambda: flagged("health"),
    "follow-up": lambda: flagged("today").after(timedelta(days=1)).gets(Kind.FOLLOW_UP),
    "trigger": lambda: Stand(woman()).types("my knee is hot"),
    "call-first": lambda: Stand(woman()).types("chest pain"),
    "ending-life": lambda: Stand(woman()).types("I want to die"),
    "zone": lambda: telling("zone"),
    "zone-confirm": lambda: telling("zone").taps(tap.ConfirmZone("Europe/Lisbon")),
    "usual": lambda: telling("time"),
    "time": lambda: telling("time").taps(tap.Ask("time")),
    "days": lambda: telling("days"),
    "knee": lambda: telling("knee"),
    "pain": lambda: telling("pain"),
    "moment": lambda: telling("moment"),
    "moment-own": lambda: telling("moment").taps(tap.Ask("moment", ("own",))),
    "place": lambda: telling("place"),
    "other-time": lambda: telling("moment").taps(tap.Tell("moment", ("breakfast",)), tap.Tell("place", ("kitchen",))),
    "first-move": lambda: telling("first-move"),
    "age-band": lambda: telling("age"),
    "kit": lambda: telling("kit"),
    "activities": lambda: telling("activities"),
    "activity": lambda: telling("activity-stairs"),
    "nudge": lambda: telling("zone").after(timedelta(days=1)).gets(Kind.NUDGE),
    "test-intro": lambda: telling(""),
    **{
        name: (lambda question=name: testing(question))  # type: ignore[misc]
        for name in (
            "stand-left", "sit-stand-knees", "sit-stand-pressure", "squat-knees", "arch", "bend", "slow-stand",
            "practice", "hands", "wall-left", "raises-left", "balance-left", "plank-left", "stands",
        )
    },
    "test-result": lambda: _through(telling(""), "hips"),
    "plan": lambda: _through(telling(""), "hips").taps(tap.Next()),
    "lesson-part": lambda: Stand(woman()).taps(_second_part()),
    "reminder": lambda: Stand(woman()).gets(Kind.REMINDER),
    "reminder-morning": _amber_yesterday,
    "reminder-over-effort": lambda: _over(None, timedelta(days=1)),
    "reminder-over-zone": lambda: _over(tap.Ask("zone"), timedelta(days=2)),
    "day": lambda: Stand(woman()).sends("today"),
    "knee-today": lambda: Stand(woman()).gets(Kind.REMINDER).presses("labels.start"),
    "worse-today": lambda: Stand(woman()).taps(tap.HowIsIt(TODAY, pain.MUCH_WORSE)),
    "floor": lambda: Stand(woman()).taps(tap.GetDown(TODAY, "")),
    "exercise": lambda: exercising(1),
    "exercise-last": lambda: exercising(-1),
    "it-hurts": lambda: (stand := exercising(1)).taps(tap.ItHurts(TODAY, _exercise(stand))),
    "hurts": lambda: (stand := exercising(1)).taps(tap.Hurts(TODAY, _exercise(stand), 5)),
    "red": lambda: (stand := exercising(1)).taps(tap.Hurts(TODAY, _exercise(stand), 9)),
    "rate-effort": _done,
    "rate-pain": lambda: _done(5),
    "done-offer": _easy_days,
    "done": lambda: _done(5, 3),
    "not-today": lambda: Stand(woman()).gets(Kind.REMINDER).taps(tap.NotToday(TODAY)),
    "later": lambda: Stand(woman()).gets(Kind.REMINDER).presses("labels.later"),
    "check-in": lambda: Stand(woman(), datetime(2026, 3, 8, 12, 30, tzinfo=UTC)).gets(
        Kind.CHECK_IN, on=date(2026, 3, 8)
    ),
    "check-in-pain": lambda: _answering(
        Stand(woman(), datetime(2026, 3, 8, 12, 30, tzinfo=UTC)), questionnaire.CHECK_IN, "pain"
    ),
    "confidence": lambda: _answering(
        Stand(woman(), datetime(2026, 3, 8, 12, 30, tzinfo=UTC)), questionnaire.CHECK_IN, questionnaire.SURE
    ),
    "barriers": _checked_in,
    "barrier-time": _barrier_time,
    "retest": lambda: Stand(woman(), DAY_14).gets(Kind.RETEST, on=DAY_14.date()),
    "retest-result": lambda: _through(Stand(woman(), DAY_14), questionnaire.RETEST),
    "weekly": _in_week_five,
    "coach-ask": _writing_to_the_coach,
    "still": lambda: Stand(woman()).gets(Kind.STILL),
    "idle": lambda: Stand(woman()).gets(Kind.IDLE),
    "delete": lambda: Stand(woman()).sends("delete"),
    "pause": lambda: Stand(woman()).sends("pause"),
    "paused": lambda: Stand(woman()).taps(tap.PauseUntil("")),
    "stopped": lambda: Stand(woman()).sends("unsubscribe"),
    "welcome-back": lambda: _in_state(State.STOPPED).sends("start"),
    "settings": lambda: Stand(woman()).sends("settings"),
    "set-time": lambda: Stand(woman()).taps(tap.Ask("time")),
    "set-quiet": lambda: Stand(woman()).taps(tap.Ask("quiet")),
    "set-zone": lambda: Stand(woman()).taps(tap.Ask("zone")),
    "set-way": lambda: Stand(woman()).taps(tap.Ask("way")),
    "set-lane": lambda: Stand(woman()).taps(tap.Ask("lane")),
    "set-length": lambda: Stand(woman()).taps(tap.Ask("length")),
    "set-pictures": lambda: Stand(woman()).taps(tap.Ask("pictures")),
    "too-much": lambda: Stand(woman()).types("it's all too much"),
    "tests": lambda: Stand(woman()).sends("selftest"),
    "nothing": lambda: _quiet(_done(5, 3)),
}  # fmt: skip


def _second_part() -> tap.ShowLesson:
    first = the_catalog().default.lessons[0]
    return tap.ShowLesson(first.id, first.parts[1].id)


def _quiet(stand: Stand) -> Stand:
    """With no buttons to look at."""
    stand.person = replace(stand.known, shown=None, showing="")
    return stand


@cache
def _stood(screen: str) -> tuple[Subscriber | None, datetime, Shown | None, bool]:
    stand = SCREENS[screen]()
    return stand.person, stand.now, stand.glimpsed, stand.coached


def standing(screen: str) -> Stand:
    """Her on that screen."""
    return Stand(*_stood(screen))
