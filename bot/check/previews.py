"""Every message in every branch: sample lives, and how they come to see all there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

from bot.catalog.load import Catalog
from bot.check.desk_previews import desk_previews, with_letters
from bot.check.life import Life, Pick, Show, answer_of
from bot.core.assessment.pain import KNEES, Follow
from bot.core.assessment.safety import NO, NOT_SURE, WHICH, YES, name_of
from bot.core.model import coaching
from bot.core.model.callback_data import (
    KNOW,
    MORE,
    Ask,
    Barrier,
    Begin,
    CheckAgain,
    Done,
    Enough,
    Erase,
    Follows,
    GoOn,
    HowIsIt,
    HurtMove,
    Hurts,
    ItHurts,
    KeepAnswers,
    Minor,
    Morning,
    Moved,
    Next,
    NotToday,
    OneTap,
    PauseUntil,
    PutIn,
    RateEffort,
    RatePain,
    ReadConsent,
    Remind,
    Resume,
    SetLevel,
    ShowArea,
    ShowDay,
    ShowExercise,
    ShowLesson,
    ShowMove,
    ShowSources,
    ShowWeeks,
    SkipRating,
    StartOver,
    StartTest,
    StillWanted,
    SwapFor,
    TakeOut,
    Tell,
    TryMove,
    Unsubscribe,
    Why,
)
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.series import FORMS as SERIES_FORMS
from bot.core.model.series import (
    KNEEL_FREE,
    LANES,
    LEVELS,
    MASSAGE,
    SEATED,
    STANDARD,
    WEEK,
    DayPlan,
    Question,
    SafetyScreen,
    week_of,
)
from bot.core.schedule.calendar import TAPER, days
from bot.core.schedule.plan import plan, swaps
from bot.core.screens import coach, enrollment, information, sources
from bot.core.screens.dispatch import COMMANDS
from bot.core.screens.move import FORMS
from bot.core.screens.profile import SKIPPED
from bot.core.screens.progress import TOPICS
from bot.core.screens.questionnaire import CHECK_IN, PAIN, RETEST
from bot.monitoring.alerts import AlertKind
from bot.places.search import Places
from bot.render.text import Renderer

BEGIN = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
ZONES = ("Europe/London", "America/New_York", "Europe/Lisbon", "Africa/Nairobi", "Etc/UTC")
"""Countries with two numbers, one, and a line for advice; and a zone without a country."""
AT_A_DESK = (
    "trouble/not-saved",
    "trouble/too-fast",
    "information/private-only",
    "operator/going-on",
)


class Samples:
    """All sample lives on one content."""

    def __init__(self, catalog: Catalog, places: Places, renderer: Renderer, show: Show) -> None:
        self.catalog = catalog
        self.series = catalog.default
        self.places = places
        self.renderer = renderer
        self.show = show
        self.last_lesson = max(lesson.day for lesson in self.series.lessons)
        self.middle_age = self.series.choices.ages[(len(self.series.choices.ages) - 1) // 2].id
        self.signs = [each for each in renderer.vocabulary.signs.signs if "*" not in each]
        self.ending_life = next(each for each in renderer.vocabulary.signs.ending_life if "*" not in each)
        self.grave = [each for each in self.signs if each in renderer.vocabulary.signs.grave][:1]
        self.in_care = renderer.vocabulary.in_care[:1]

    def life(self, title: str, catalog: Catalog | None = None, like: Life | None = None) -> Life:
        """Somebody new; or somebody who goes on from where another life stands, in haste."""
        now, known = (like.now, like.subscriber) if like else (BEGIN, None)
        catalog = catalog or self.catalog
        return Life(title, catalog, self.places, self.renderer, self.show, now, known, hasty=like is not None)

    def run(self) -> None:
        """Every life there is."""
        self.newcomers()
        self.half_way()
        self.flags()
        self.tests()
        self.exercises()
        self.browse()
        self.lessons()
        self.weeks()
        self.silences()
        self.comings_and_goings()
        self.care()
        self.coached()

    def newcomers(self) -> None:
        """Nobody is kept yet: the hello, its ends, every command, stray words."""
        new = self.life("new")
        for template in AT_A_DESK:
            new.shown(template)
        for told in (False, True):
            new.shown("trouble/failed", {"told": told})
        for wish in ("", "stop", "delete"):
            new.shown("trouble/damaged", {"told": bool(wish), "wish": wish, "sign": not wish})
        for asks in (False, True):
            new.shown("safety/listed", {"asks": asks})
        for at, full in ((BEGIN, False), (None, False), (None, True)):
            new.shown("session/another-time", {"at": at, "full": full})
        for changed, rated in (("effort", True), ("pain", True), ("", True), ("", False)):
            new.shown("session/corrected", {"changed": changed, "value": 6, "rated": rated})
        new.shown("profile/place-told")
        for rated in (False, True):
            new.shown("information/sore", {"rated": rated})
        for screen in (each for each in self.series.safety if each.tells_apart):
            for sign in screen.signs:
                for said in ("", "w" * 40):
                    new.shown("safety/noted", {"sign": name_of(screen.id, sign), "said": said})
        new.shown("safety/comes-next")
        kept = {"kind": "kept", "known": True, "asked": False, "held": False, "seen": False, "stopped": False}
        new.shown("information/small-talk", kept)
        new.shown("data/not-erased")
        number = {"known": True, "flagged": False, "asks": False, "counts": True, "begun": True, "sore": False}
        new.shown("information/not-understood", number)
        new.shown("test/out-of-range", {"low": 0, "high": 60})
        for asks, again in product((False, True), repeat=2):
            for scale, why in (("pain", ""), ("effort", ""), *(("", why) for why in ("", *information.UNREAD))):
                values = {"asks": asks, "again": again, "scale": scale, "why": why}
                new.shown("information/not-an-answer", values)
            values = {"flagged": False, "asks": asks, "counts": False, "begun": again, "sore": again}
            for known in (False, True):
                new.shown("information/not-understood", {**values, "known": known})
        for kind, begun in product(information.WORRIES, (False, True)):
            new.shown("information/worry", {"kind": kind, "about": "", "coached": begun, "begun": begun, "zone": None})
        for about in information.REASONS:
            asked = {"kind": information.WHY_ASKED, "about": about, "coached": False, "begun": True, "zone": None}
            new.shown("information/worry", asked)
        for more, cause in enumerate(AlertKind):
            new.shown(
                "operator/troubles", {"troubles": [{"cause": cause, "detail": "" if more else "x", "more": more}]}
            )
        for name in ("Ada <3 & co", ""):
            new.name = name
            for command in COMMANDS:
                new.sends(command, "p" * 32 if command == "start" else "")
        new.taps(Begin("p" * 32), Minor("p" * 32), Resume())
        new.types("qqqqqqq")
        self.chat(new)
        new.types(self.signs[0])
        for each in self.grave:
            new.types(each)
        new.types(self.ending_life)
        new.does(information.not_text)
        new.does(information.unknown_command)
        for topic in sources.topics(self.series):
            new.taps(ShowSources(topic, 0))
            while any(button.label == "labels.next-part" for button in new.buttons):
                new.presses("next-part")

    def coached(self) -> None:
        """Where there is a coach: what is agreed to, at the beginning and by somebody who agreed before."""
        before = self.life("before there was a coach")
        before.subscribes(sure_of_nothing)
        for level in coaching.LEVELS:
            life = self.life(f"coach: {level}", like=before)
            life.coached = True
            life.sends("help")
            life.presses(f"coach-{level}")
            life.sends("settings")
        other = self.life("another text", like=before)
        other.subscriber = replace(other.known, consent=replace(other.known.consent, version="older"))
        other.sends("help")
        other.presses("agree")
        new = self.life("new, with a coach")
        new.coached = True
        new.begins()
        new.taps(ReadConsent(), Next())
        new.checks()
        new.tells_all(pain="2")
        new.tells(coach=coaching.SEES)
        for command in ("about", "privacy", "ask"):
            new.sends(command)
        self.desk(new)

    def desk(self, new: Life) -> None:
        """What a coach is shown of people at each level and in each trouble, and what people are told of a coach."""
        people = [new.known]
        for level in coaching.LEVELS:
            life = self.life(f"asks a coach: {level}")
            life.coached = True
            life.subscribes(sure_of_nothing, pain="3", **self._rated())
            life.tells(coach=level)
            life.sends("ask")
            life.sends("ask", "my question")
            life.does(coach.not_text)
            life.types("qqqqqqq")
            life.does(coach.not_text)
            people.append(life.known)
            life.sends("ask", self.signs[0])
            life.presses("no")
            flagged = self.life(f"a sign, coach: {level}", like=life)
            flagged.coached = True
            flagged.taps(CheckAgain())
            flagged.checks(**_yes_to(self.series.safety[0]))
            people.append(flagged.known)
            for _ in range(2):
                life.passes(1)
                life.sends("today")
                life.presses("start", "knee-usual", "floor-yes")
                life.taps(Done(life.now.date()), RateEffort(life.now.date(), 5), RatePain(life.now.date(), 9))
            people.append(life.known)
            life.taps(PauseUntil((life.now + timedelta(days=3)).date().isoformat()))
            people.append(with_letters(life.known, life.now))
            life.taps(Unsubscribe())
            people.append(replace(life.known, name=""))
        silent = self.life("silent, with a coach")
        silent.coached = True
        silent.subscribes(best, pain="3")
        silent.tells(coach=coaching.SEES)
        silent.passes(2)
        people.append(silent.known)
        arrived = Delivery("broadcast:1-2", Kind.BROADCAST, Outcome.SENT, silent.now)
        silent.subscriber = silent.known.with_deliveries([arrived])
        silent.sends("why")
        for message in desk_previews(self.series, people, people[3].saved_at + timedelta(days=8)):
            self.show("desk", message)

    def _rated(self) -> dict[str, str | tuple[str, ...]]:
        activities = self.series.choices.activities.ids[:2]
        return {"activities": activities, **{f"activity-{name}": "4" for name in activities}}

    def chat(self, life: Life) -> None:
        """Every kind of small talk, and faces."""
        known = self.renderer.vocabulary
        for many in (*known.small_talk.values(), *known.faces.values()):
            for each in (many[0], many[-1]):
                life.types(each)
        life.types("🙂")

    def half_way(self) -> None:
        """Every screen of the onboarding, answered in every way, left and come back to."""
        life = self.life("onboarding")
        life.begins("p" * 32)
        for command in COMMANDS:
            if command not in ("delete", "unsubscribe", "stop"):
                life.sends(command)
        life.types("what is this?")
        life.passes(1.5)
        life.taps(ReadConsent(), Next())
        life.checks()
        life.types("qqqqqqq")
        life.types(self.renderer.label("labels.share-location"))
        life.types("springfield")
        life.types("lisbon")
        life.types("/no zone")
        life.shares(38.7, -9.1)
        life.shares(95.0, 0.0)
        life.tells(zone="Europe/Lisbon")
        life.taps(Ask("time"))
        life.types("quarter past")
        life.types("23:30")
        life.types("6:30")
        life.tells(time="19:00")
        life.taps(Ask("days", ("1", "3")), Ask("days", ("none",)))
        life.tells(days=("1", "3", "5"), **{question: ids[-1] for question, ids in self.series.choices.own.items()})
        life.types("11")
        self.chat(life)
        life.taps(Ask("pain"))
        life.types("2 or 7")
        life.types("7")
        life.taps(Ask("pain"))
        life.tells(pain="3", age=self.series.choices.ages[-2].id)
        self.move_by_itself(self.life("first move", like=life))
        life.taps(Ask("kit", self.series.choices.kit))
        life.tells(kit=self.series.choices.kit)
        most = self.series.choices.activities.ids
        life.taps(Ask("activities", most[:2]))
        life.tells(activities=most[:2])
        life.tells(**{f"activity-{name}": "4" for name in most[:2]})
        life.does(information.not_text)
        for ending_life in (False, True):
            life.does(partial(information.sign_named, ending_life=ending_life, of_another=True))
        self.moments(self.life("a moment", like=life))
        later = self.life("the test later", like=life)
        later.tells(first_test="later")
        later.passes(2)
        later.sends("today")
        life.takes(self.series.first_test, best)
        life.taps(Next())
        life.passes(3)

    def moments(self, life: Life) -> None:
        """After what, and where: of what is offered, in words of one's own, at another time than the reminder's."""
        offered = self.series.choices.if_then
        for moment in offered.moments:
            life.tells(moment=moment.id, place=offered.places[0])
        for question in ("moment", "place"):
            life.taps(Ask(question), Ask(question, ("own",)))
            life.types("after the news & the weather")
        life.taps(Ask("moment"))

    def ends_at_once(self, life: Life) -> None:
        """A session that ends before its first move is done."""
        life.passes(1)
        life.sends("today")
        life.presses("start")
        life.taps(Enough(life.now.date()))

    def move_by_itself(self, life: Life) -> None:
        """One move in each of its forms: done, and stopped because it hurts."""
        for name in self.series.first_move:
            for form in FORMS:
                life.taps(TryMove(name, form), HurtMove(name, form))
                life.presses("to-the-signs", "no", "go-on")
                life.taps(Moved(name, form))

    def flags(self) -> None:
        """Every tier of the safety check, before and after the zone is known, in several countries."""
        for screen in self.series.safety:
            life = self.life(f"flag {screen.id}")
            life.begins()
            life.checks(**_yes_to(screen))
            life.sends("start")
            life.passes(1.2)
        for zone in ZONES:
            there = self.life(f"in {zone}")
            there.subscribes(best, zone=zone)
            for sign, label in product(self.grave, ("passed-or-not-sure", "not-meant")):
                life = self.life(f"names a sign for an ambulance in {zone}, {label}", like=there)
                life.types(sign)
                life.presses(label)
            for each in self.in_care:
                self.life(f"in hospital in {zone}", like=there).types(each)
            stopped = self.life(f"stopped in {zone}", like=there)
            stopped.taps(Unsubscribe())
            stopped.types("thanks")
            for answer in ("plain-no", "plain-yes"):
                life = self.life(f"speaks of ending their life in {zone}, {answer}", like=there)
                life.types(self.ending_life)
                life.presses(answer)
                life.sends("today")
            for screen in self.series.safety:
                life = self.life(f"flag {screen.id} in {zone}", like=there)
                life.taps(CheckAgain())
                life.checks(**_yes_to(screen))
                life.types("thanks")
                life.sends("today")
                life.passes(1.2)
                life.presses("may-start", "check-again")
        for screen in self.series.safety:
            for sign in screen.signs if screen.tells_apart else ():
                life = self.life(f"{screen.id}, {sign}")
                life.begins()
                life.checks(**{screen.id.replace("-", "_"): YES, f"{screen.id}{WHICH}".replace("-", "_"): sign})
                life.presses("may-start")
                life.tells_all(zone="Europe/London", pain="2", kit=self.series.choices.kit)
                life.takes(self.series.first_test, middle)
                life.taps(Next())
                for _ in range(WEEK):
                    life.passes(1)
                    life.sends("today")
                    life.presses("start", "knee-usual", "floor-yes")
        pain = self.life("high pain")
        pain.begins()
        pain.checks()
        pain.tells_all(zone="Europe/London", pain=str(self.series.high_pain.start))
        pain.presses("may-start")
        pain.taps(CheckAgain())
        passed = self.life("check passed, with limits")
        passed.begins()
        passed.checks(**{screen.id.replace("-", "_"): YES for screen in self.series.safety if screen.tier == "limit"})
        passed.tells_all(zone="Europe/London", pain="2")
        passed.takes(self.series.first_test, best)
        passed.taps(Next())
        passed.sends("export")
        passed.taps(CheckAgain())
        passed.checks()

    def tests(self) -> None:
        """Every question of every self-test, every answer, every reason; a second time beside the first."""
        oldest = self.series.choices.ages[-1]
        for age, years in ((SKIPPED, None), (oldest.id, oldest.start)):
            running = self.life("tests")
            running.subscribes(sure_of_nothing, age=age)
            running.passes(self.last_lesson)
            for test in self.series.tests:
                for question in test.questions:
                    for place in range(max(len(question.choices), len(question.bands))):
                        self.life(f"test {test.id}", like=running).takes(test.id, only(question, place, years))
        for pick in (best, middle, worst, lopsided):
            life = self.life("first result and plan")
            life.subscribes(pick)
            life = self.life("repeats", like=life)
            life.passes(self.last_lesson + 1)
            for test in self.series.tests:
                for again in (pick, worst, best, middle, sure_of_nothing):
                    life.takes(test.id, again)
            life.sends("selftest")

    def exercises(self) -> None:
        """Every exercise at every level and in every form, each by itself in a plan of its own."""
        types = dict.fromkeys(plan.type for plan in self.series.plans)
        for lane in LANES:
            kit = SKIPPED if lane == STANDARD else self.series.choices.kit
            owner = self.life(lane)
            owner.subscribes(worst, kit=kit)
            owner.tells(lane=lane)
            for exercise in self.series.exercises:
                plans = tuple(DayPlan(1, each, ((exercise.id,),)) for each in types)
                alone = replace(self.catalog, series={self.series.id: replace(self.series, plans=plans)})
                life = self.life(f"exercise {exercise.id}, {lane}", alone, owner)
                today = life.now.date()
                life.taps(ShowDay(today), ShowExercise(today, exercise.id), ShowExercise(today, exercise.id, True))
                life.taps(*(SetLevel(today, exercise.id, level) for level in LEVELS))
        for minutes in ((1, 9), (14, 15)):  # so that sets are taken away, and added
            series = replace(self.series, minutes=minutes)
            life = self.life(f"{minutes[1]} minutes", replace(self.catalog, series={series.id: series}), owner)
            self._lives(life, 4, 1, best)

    def browse(self) -> None:
        """Every part of the body, and every move in every form: to look at, put in, taken out, and kept out."""
        everywhere = [ShowArea(area) for area in ("", *self.series.areas)]
        stranger = self.life("moves, nobody kept")
        stranger.taps(*everywhere)
        flagged = self.life("moves, after a sign")
        flagged.begins()
        flagged.checks(**{screen.id.replace("-", "_"): YES for screen in self.series.safety if screen.tier == "ask"})
        flagged.types("qqqqqqq")
        self.chat(flagged)
        flagged.sends("exercises")
        ready = self.life("moves")
        ready.subscribes(best, kit=self.series.choices.kit)
        bare = self.life("moves, without kit")
        bare.subscribes(best, kit=SKIPPED)
        sore = self.life("moves, with a sore knee")
        sore.subscribes(worst, kit=SKIPPED, pain=str(self.series.high_pain.start - 1))
        limited = self.life("moves, with limits")
        limited.begins()
        limited.checks(**{screen.id.replace("-", "_"): YES for screen in self.series.safety if screen.limits})
        limited.presses("may-start")
        limited.tells_all(way="kneel-free")
        limited.takes(self.series.first_test, middle)
        limited.taps(Next())
        for life in (stranger, flagged, ready):
            life.taps(*everywhere)
            for exercise in self.series.exercises:
                life.taps(*(ShowMove(exercise.id, form, side) for form in ("", *SERIES_FORMS) for side in ("", MORE)))
        for life in (ready, bare, sore, limited):
            for exercise in self.series.exercises:
                life.taps(PutIn(exercise.id), ShowMove(exercise.id))
                life.sends("plan")
            self.life(f"{life.title}: taken out", like=life).taps(*(TakeOut(each.id) for each in self.series.exercises))
        gone = self.life("moves, kit gone", like=ready)
        gone.taps(*(PutIn(each.id) for each in self.series.exercises if each.kind == MASSAGE))
        gone.tells(kit=SKIPPED)
        gone.sends("plan")
        at_rest = self.life("moves, at rest", like=ready)
        at_rest.taps(Unsubscribe(), ShowArea(""), ShowMove(self.series.exercises[0].id))
        for way in ("seated", "kneel-free"):
            other = self.life(f"moves, {way}", like=ready)
            other.tells(way=way)
            other.taps(*(PutIn(each.id) for each in self.series.exercises))
        for _ in range(2):
            ready.passes(1)
            ready.taps(*(Why(ready.now.date(), each.id) for each in self.series.exercises))
        ready.passes(self.series.days + 1)
        ready.taps(TakeOut(self.series.exercises[0].id), PutIn(self.series.exercises[0].id))

    def lessons(self) -> None:
        """Every page of every lesson, what it rests on, and what each week holds."""
        life = self.life("reader")
        life.subscribes(best)
        life.sends("lesson")
        life.passes(self.last_lesson)
        life.sends("lesson")
        for lesson in self.series.lessons:
            life.taps(ShowLesson(lesson.id, ""))
            for page in lesson.pages:
                life.taps(*(ShowLesson(lesson.id, page.id, side) for side in ("", MORE, KNOW)))

    def weeks(self) -> None:
        """Three weeks and the time after, lived in several ways."""
        activities = self.series.choices.activities.ids[:2]
        everyone = (
            ("steady", tuple("0123456"), worst, best, ("4", "8"), 1, 3),
            ("three days", ("1", "3", "5"), middle, worst, ("8", "5"), 2, 2),
            ("one day", ("6",), best, middle, ("4", "7"), 3, 0),
        )
        for title, weekdays, before, after, ratings, every, going_on in everyone:
            rated = {f"activity-{name}": rating for name, rating in zip(activities, ratings, strict=False)}
            life = self.life(title)
            life.subscribes(before, days=weekdays, pain="4", age=self.middle_age, activities=activities, **rated)
            for test in self.series.tests:
                if not test.areas:
                    life.takes(test.id, before)
            self.move_by_itself(self.life("one move", like=life))
            life.tells(moment=self.series.choices.if_then.moments[0].id, place="on the balcony")
            life.sends("settings")
            life.sends("plan")
            life.sends("why")
            self.ends_at_once(self.life("enough", like=life))
            life.taps(*(Barrier(1, barrier) for barrier in self.series.care.barriers))
            self._lives(life, self.series.days - 1, every, after)
            for _ in range(8):
                life.passes(1)
                life.sends("today")
            life.takes(RETEST, after)
            for command in ("today", "start", "plan"):
                life.sends(command)
            life.taps(GoOn(going_on))
            for command in (
                "start",
                "today",
                "progress",
                "lesson",
                "settings",
                "selftest",
                "pause",
                "resume",
                "export",
            ):
                life.sends(command)
            life.passes(9)
            life.sends("progress")
            self._weeks_on(life, after)
        stranger = self.life("no link, no more weeks")
        stranger.shown("information/card", {"link": ""})
        for sessions in (0, 3):
            stranger.shown("re-test/finished", {"sessions": sessions, "further": False})
            stranger.shown("re-test/ended", {"sessions": sessions, "weeks": 2})

    def _weeks_on(self, life: Life, pick: Pick) -> None:
        """The weeks after the re-test to their end, whatever is asked in them, and what follows."""
        onward = self.series.onward
        if onward is None:
            return
        for _ in range(WEEK * (onward.weeks - week_of(self.series.days))):
            life.passes(1)
            offered = [button.action for button in life.buttons]
            life.taps(*[action for action in offered if isinstance(action, OneTap)][-1:])
            for test in [action.test for action in offered if isinstance(action, StartTest)]:
                life.takes(test, pick)
            for which in [action.which for action in offered if isinstance(action, Remind)]:
                life.taps(Remind(which), Remind(TAPER))
            life.presses("to-the-signs", "no", "no", "plain-no")
        life.taps(GoOn(max(onward.a_week)), GoOn(0), Resume())

    def _lives(self, life: Life, days: int, every: int, pick: Pick) -> None:
        for number in range(days):
            life.sends("today")
            if number % every == 0:
                life.presses("start", "knee-usual", "floor-yes", "swap")
                while any(button.label == "labels.next-exercise" for button in life.buttons):
                    life.presses("next-exercise")
                life.presses("done")
                life.sends("today")
            on = life.now.date()
            life.taps(NotToday(on), Done(on, True))
            life.passes(1)
            if number in self.series.check_ins:
                life.sends("progress")
                life.takes(CHECK_IN, pick)
                life.taps(*map(ShowWeeks, TOPICS))

    def care(self) -> None:
        """Every score after and during a session, what follows from it, every barrier, the reasons, the timer."""
        somebody = self.life("care")
        somebody.subscribes(worst, pain="3", age=self.middle_age)
        somebody.passes(1)
        for knee in KNEES:
            life = self.life(f"knee {knee}", like=somebody)
            life.taps(HowIsIt(life.now.date(), ""), HowIsIt(life.now.date(), knee))
            life.presses("no")
        reports: tuple[tuple[str, tuple[int, ...], int, str], ...] = (
            ("green twice", (2, 1), 6, "settled"),
            ("green twice and easy", (2, 1), 2, "settled"),
            ("too hard", (2,), 9, "settled"),
            ("amber", (5,), 6, "settled"),
            ("amber, still up", (5,), 6, "more"),
            ("amber twice", (5, 5), 6, "settled"),
            ("red", (8,), 6, "much-more"),
            ("red, still up", (8,), 6, "more"),
            ("red twice", (8, 8), 6, "settled"),
        )
        for title, scores, effort, morning in reports:
            life = self.life(title, like=somebody)
            for score in scores:
                on = life.now.date()
                life.taps(ShowDay(on), Done(on), RateEffort(on, -1), RateEffort(on, effort))
                life.passes(0.001)
                life.taps(RatePain(on, score))
                life.presses("to-the-signs", "no", "no", "plain-no")
                life.sends("today")
                life.sends("export")
                life.passes(1.5)
                life.taps(Morning(on, morning))
            life.passes(1)
            life.sends("today")
            life.presses("start", "knee-usual", "floor-yes", "why")
            for follow in Follow:
                for answer in ("yes", "no"):
                    self.life(f"{title}: {follow} {answer}", like=life).taps(Follows(follow, life.now.date(), answer))
        self._during(somebody)
        self._wishes()
        once = self.life("one short session", like=somebody)
        once.taps(Done(once.now.date(), True), SkipRating(once.now.date()))
        for swap in self._swaps(once)[:1]:
            once.taps(swap, swap)
        once.passes(6)
        back = self.life("back after days", like=once)
        back.taps(Done(back.now.date(), True), SkipRating(back.now.date()))
        once.takes(CHECK_IN, lambda question: "0" if question.kind == "number" else NO)
        up = self.life("usual pain up", like=somebody)
        up.passes(6)
        same = self.life("usual pain as it was", like=somebody)
        same.taps(Done(same.now.date(), True), SkipRating(same.now.date()))
        same.passes(6)
        up.takes(CHECK_IN, rising)
        same.takes(CHECK_IN, lambda question: "3" if question.kind == "number" else NO)
        little = self.life("usual pain a little up", like=somebody)
        little.passes(6)
        little.takes(CHECK_IN, lambda question: "5" if question.kind == "number" else NO)
        for life in (up, little, same):
            life.taps(*map(ShowWeeks, TOPICS))
        up.passes(2)
        up.sends("today")
        for barrier in self.series.care.barriers:
            life = self.life(f"barrier {barrier}", like=up)
            life.taps(Barrier(1, barrier))
            for button in list(life.buttons):
                if button.action is not None:
                    self.life(f"barrier {barrier}, changed", like=life).taps(button.action)
        self._week_as_it_was(somebody)
        told = self.life("changed with one tap", like=somebody)
        offered = (("length", "short"), ("length", "full"), ("lane", "confident"), ("kit", SKIPPED), ("time", "18:00"))
        for question, value in offered:
            told.sends("today")
            told.taps(Tell(question, (value,)))
        told.taps(Ask("lane"), Tell("lane", ("confident",)))
        away = self.life("vanished", like=somebody)
        away.passes(16)
        away.taps(StillWanted("yes"))
        away.taps(ShowDay(away.now.date()))
        worded = self.life("worried words", like=somebody)
        worded.types(" ".join(self.signs[:2]))
        worded.presses("no")
        ways = self.life("seated, short", like=somebody)
        for question, value in (("way", KNEEL_FREE), ("length", "short"), ("way", SEATED)):
            ways.taps(Ask(question), Tell(question, (value,)))
            ways.passes(1)
            ways.sends("today")
            ways.presses("start", "knee-usual", "floor-yes")
        floorless = self.life("no floor", like=somebody)
        floorless.sends("today")
        floorless.presses("start", "knee-usual", "floor-no")

    def _week_as_it_was(self, somebody: Life) -> None:
        """Check-in and re-test after a week that hurt a lot, with and without coming back, a calm and a short one."""
        for title, scores, short in (
            ("a calm week", (2, 2, 2, 2, 2, 2), False),
            ("a short week", (2, 2, 2, 2, 2, 2), True),
            ("a week that hurt at its end", (2, 2, 2, 2, 2, 9), False),
            ("a week that hurt, and back", (2, 2, 9, 2, 2, 2), False),
        ):
            life = self.life(title, like=somebody)
            for score in scores:
                on = life.now.date()
                today = next(day for day in days(self.series, life.known, on) if day.date == on)
                if score > self.series.care.pain.cap and (items := plan(self.series, life.known, today).items):
                    life.taps(Hurts(on, items[0].exercise, score))
                else:
                    life.taps(Done(on, short), RateEffort(on, 6), RatePain(on, score))
                life.presses("to-the-signs", "no", "no", "plain-no")
                life.passes(1)
            life.takes(CHECK_IN, lambda question: "3" if question.kind == "number" else NO)
            back = self.life(f"{title}, looking back", like=life)
            back.passes(self.series.days - WEEK)
            back.takes(RETEST, best if scores[-1] <= self.series.care.pain.cap else much_pain)

    def _wishes(self) -> None:
        """Every activity in a plan, and every side that may lead."""
        for activity in self.series.choices.activities.ids:
            life = self.life(f"wants {activity}")
            rated = {f"activity-{activity}": "4"}
            life.subscribes(best, activities=(activity,), kit=self.series.choices.kit, **rated)
            for _ in range(3):
                life.passes(1)
                life.sends("today")
                life.presses("start", "knee-usual", "floor-yes")
                for _ in range(8):
                    life.presses("why", "how-known", "back", "next-exercise")
            life.taps(Tell("way", (KNEEL_FREE,)))
        for question, sides in self.series.choices.leads.items():
            for side in sides:
                life = self.life(f"{question} {side}")
                life.subscribes(best, **{question: side})
                life.passes(1)
                life.sends("today")
                life.presses("start", "knee-usual", "floor-yes")
                for _ in range(8):
                    life.presses("next-exercise")

    def _swaps(self, life: Life) -> list[SwapFor]:
        """The changes of exercises that the plans of the days to come offer."""
        today = life.now.date()
        return [
            SwapFor(day.date, item.exercise, other)
            for day in days(self.series, life.known, today + timedelta(days=WEEK))
            if day.date > today
            for item in plan(self.series, life.known, day).items
            for other in swaps(self.series, life.known, day, item.exercise)
        ]

    def _during(self, somebody: Life) -> None:
        """It hurts in the middle: a little, more, a lot, sharply; the reasons and the timer of every move."""
        for score in (1, 5, 9):
            life = self.life(f"hurts {score}", like=somebody)
            on = life.now.date()
            life.taps(ShowDay(on))
            life.presses("start", "knee-usual", "floor-yes", "it-hurts", "back", "why", "back")
            hurting = [button.action.exercise for button in life.buttons if isinstance(button.action, ItHurts)]
            life.taps(*(Hurts(on, exercise, score) for exercise in hurting[:1]))
            told = self.life(f"hurts {score}, then less", like=life)
            told.taps(Done(on), RateEffort(on, 5), RatePain(on, 0))
            life.taps(*(Hurts(on, exercise, 1, True) for exercise in hurting[:1]))
        life = self.life("all of it hurts", like=somebody)
        on = life.now.date()
        today = next(day for day in days(self.series, life.known, on) if day.date == on)
        life.taps(*(Hurts(on, item.exercise, 5) for item in plan(self.series, life.known, today).items))
        life.taps(Done(on), RateEffort(on, 5), RatePain(on, 5))
        life.passes(2)
        life.sends("today")
        life.presses("start", "knee-usual", "floor-yes", *("why", "back", "next-exercise") * 3)
        life = self.life("swapped", like=somebody)
        life.sends("today")
        life.presses("start", "knee-usual", "floor-yes", "swap", "why")
        life = self.life("every move of a week", like=somebody)
        for _ in range(6):
            life.sends("today")
            life.presses("start", "knee-usual", "floor-yes")
            for _ in range(8):
                life.presses("why", "how-known", "back", "timer", "back", "next-exercise")
            life.passes(1)
        life = self.life("on the way back", like=somebody)
        for score in (9, *[1] * 11):
            on = life.now.date()
            life.sends("today")
            life.presses("start", "knee-usual", "floor-yes", *("why", "back", "next-exercise") * 3)
            life.taps(Done(on), RateEffort(on, 5), RatePain(on, score))
            life.presses("no", "no", "plain-no")
            life.passes(1)
        for way in ("any", SEATED):
            life = self.life(f"up and up, {way}", like=somebody)
            life.taps(Tell("way", (way,)))
            for _ in range(2 * WEEK):
                on = life.now.date()
                life.sends("today")
                life.presses("start", "knee-usual", "floor-yes", *("why", "back", "next-exercise") * 6)
                life.taps(Done(on), RateEffort(on, self.series.care.follow.effort_up), RatePain(on, 0))
                life.passes(1)

    def silences(self) -> None:
        """An outage, a repeat, and a lesson whose two sends both ended unknown."""
        life = self.life("outage")
        life.subscribes(best)
        life.passes(6, answers=False)
        life.passes(5)
        life.passes(7, answers=False)
        again = self.life("repeat")
        again.subscribes(best)
        again.passes(6.9)
        again.passes(0.2)
        for lesson in self.series.lessons[1:]:
            key = f"{Kind.LESSON}:1:{lesson.id}"
            again.passes(0.1)
            unknown = Delivery(key, Kind.LESSON, Outcome.UNKNOWN, again.now, tries=1)
            again.subscriber = again.known.with_deliveries([unknown])
            again.passes(1)
            again.subscriber = again.known.with_deliveries([replace(unknown, tries=2, at=again.now)])
            again.passes(6)
        for lesson in self.series.lessons[1:]:
            for before, outage in ((2.2, 0.0), (1.7, 3.0)):
                hurt = self.life("a lesson after a day that hurt")
                hurt.subscribes(best)
                hurt.passes(lesson.day - before)
                on = hurt.now.date()
                hurt.taps(ShowDay(on), Done(on), RateEffort(on, 0), RatePain(on, self.series.care.pain.cap))
                hurt.passes(outage, answers=not outage)
                if not outage:
                    key = f"{Kind.LESSON}:1:{lesson.id}"
                    unknown = Delivery(key, Kind.LESSON, Outcome.UNKNOWN, hurt.now, tries=1)
                    hurt.subscriber = hurt.known.with_deliveries([unknown])
                hurt.passes(1.5)
        put_off = self.life("put off")
        put_off.subscribes(best)
        put_off.passes(1.3)
        put_off.presses("later")
        put_off.passes(0.1)
        silent = self.life("silent for a year")
        silent.begins()
        silent.passes(366)
        silent.presses("erase-now", "keep-answers")
        silent.taps(KeepAnswers())
        check_ins = [(CHECK_IN, day + 1) for day in self.series.check_ins[:1]]
        for test, later in ((RETEST, self.series.retest + 1), *check_ins):
            half = self.life(f"half a {test}")
            half.subscribes(best)
            half.passes(later)
            half.taps(StartTest(test))
            for text in ("11", "idk", "3"):
                half.types(text)
            half.passes(2)
            half.sends("today")

    def comings_and_goings(self) -> None:
        """Pause, stop, block, delete, start over, settings, and every command in each state."""
        life = self.life("running")
        life.subscribes(worst, kit=self.series.choices.kit[:2], pain="5")
        weary = self.life("too much", like=life)
        for way in ((), ("start", "knee-usual", "floor-yes"), ("short-from-now",), ("gentle-from-now",)):
            weary.presses(*way)
            for each in self.renderer.vocabulary.weary[:1]:
                weary.types(each)
        for question in ("time", "days", "quiet", "zone", "kit", "lane"):
            life.taps(Ask(question))
        life.tells(lane="confident")
        life.tells(lane="gentle", kit="skip", quiet=("00:00", "00:00"))
        life.tells(quiet=("18:00", "20:00"))
        self._all_commands(life)
        life.does(information.not_text)
        self.chat(life)
        life.types("is this right?")
        life.types(self.signs[0])
        life.passes(1)
        life.sends("today")
        life.presses("no")
        life.passes(1)
        life.taps(PauseUntil(""))
        life.passes(0.33)  # past the time chosen for that day, so it is none of the series
        life.taps(Resume())
        life.sends("today")
        life.taps(PauseUntil((life.now + timedelta(days=3)).date().isoformat()))
        self._all_commands(life)
        life.taps(Resume(), PauseUntil(""))
        self._all_commands(life)
        life.taps(Unsubscribe())
        self._all_commands(life)
        life.presses("undo")
        life.taps(Unsubscribe())
        life.does(lambda context: enrollment.blocked(context, 0, context.now))
        life.taps(Resume())
        life.does(lambda context: enrollment.blocked(context, 0, context.now))
        self._all_commands(life)
        life.taps(StartOver(2))
        life.passes(3)
        life.sends("export")
        life.sends("delete")
        life.taps(Erase())

    def _all_commands(self, life: Life) -> None:
        before = life.subscriber
        for command in COMMANDS:
            life.sends(command)
            life.subscriber = before


def rising(question: Question) -> str:
    """Pain far above usual, and no sign that a person has to see."""
    return "9" if question.kind == "number" else NO


def best(question: Question) -> str:
    """The answer that speaks for nothing to work on."""
    return answer_of(question, 0)


def middle(question: Question) -> str:
    """One that is neither."""
    return answer_of(question, 1)


def lopsided(question: Question) -> str:
    """Well on the first side of each pair, badly on the other."""
    return answer_of(question, 0 if question.pair else -1)


def _yes_to(screen: SafetyScreen) -> dict[str, str]:
    """A yes to a screen of the safety check, and to the one it comes after."""
    return {id.replace("-", "_"): YES for id in (screen.id, screen.after) if id}


def worst(question: Question) -> str:
    """One that speaks for much to work on."""
    return answer_of(question, 2)


def much_pain(question: Question) -> str:
    """As much pain as there is, and nothing else to work on."""
    return str(question.max) if question.id == PAIN else best(question)


def sure_of_nothing(question: Question) -> str:
    """Not sure, could not do it."""
    return NOT_SURE if question.max != 10 else "5"


def only(wanted: Question, place: int, age: int | None = None) -> Pick:
    """That answer of somebody of that age to one question, and not sure about all others."""
    return lambda question: answer_of(question, place, age) if question.id == wanted.id else sure_of_nothing(question)
