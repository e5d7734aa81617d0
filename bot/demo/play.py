"""Walks a made-up person through the three weeks, by tapping what stands on the screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from bot.core.assessment.pain import USUAL, Follow
from bot.core.assessment.safety import NO, WHICH, YES
from bot.core.model import coaching
from bot.core.model.callback_data import (
    ANSWERS,
    KNOW,
    MORE,
    Action,
    Adult,
    Agree,
    Ask,
    AskAt,
    AskCoach,
    Begin,
    Done,
    Follows,
    GetDown,
    GoOn,
    HowIsIt,
    HowIsItFromPlan,
    MayStart,
    Moved,
    Next,
    NotToday,
    RateEffort,
    RatePain,
    RemindLater,
    Reply,
    ShowDay,
    ShowExercise,
    ShowLesson,
    SkipRating,
    StartTest,
    Tell,
    pack,
    parse,
)
from bot.core.model.series import FLOOR, Moment
from bot.core.model.subscriber import Subscriber
from bot.core.screens import questionnaire
from bot.core.screens.exercise import FLOORS
from bot.core.screens.profile import SKIPPED, is_place_asked
from bot.demo.personas import Persona
from bot.demo.testbed import Testbed

A = TypeVar("A", bound=Action)

SEVERAL = ("activities", "kit")
"""Questions where each answer is ticked before all are told."""
AFTERWARDS = 7
"""Days after the end that are played too."""
LONGEST = 40
"""Screens of one test or one session at most: an end that does not depend on the words."""


class Turns(NamedTuple):
    """How often a person has done, told and scored something: whose turn it is next."""

    habits: int = 0
    scales: int = 0
    scores: int = 0


async def at_once() -> None:
    """No time between two taps."""


class Player:
    """One person at the phone; `rest` is what passes between two taps."""

    def __init__(
        self,
        testbed: Testbed,
        persona: Persona,
        rest: Callable[[], Awaitable[None]] = at_once,
        turns: Turns | None = None,
    ) -> None:
        self.testbed = testbed
        self.persona = persona
        self.series = testbed.catalog.default
        self.rest = rest
        self.turns = turns or Turns()

    async def play(self) -> None:
        """From /start to some days after the end."""
        await self.subscribe()
        end = self.testbed.clock.now() + timedelta(days=self.series.days + AFTERWARDS)
        while self.testbed.clock.now() < end and await self.gets_message():
            await self.answer_message()

    async def gets_message(self) -> bool:
        """Wait for the next message that nobody asked for; False when none comes any more."""
        known = len(self._chat)
        await self.testbed.to_next_message()
        return len(self._chat) > known

    async def subscribe(self) -> None:
        """Through every screen up to the plan, from wherever they stand; the first lesson waits for the next day."""
        for _ in range(LONGEST):
            known, before = await self.testbed.subscriber(), self.testbed.telegram.version
            if known is not None and known.enrollment.day_one is not None:
                return
            await self._begin(known)
            if self.testbed.telegram.version == before:
                return  # nothing leads on from here

    async def _begin(self, known: Subscriber | None) -> None:
        """The next step of the beginning, by what stands on the screen."""
        if known is None:
            begun = await self.tap_one([*self.shown(Agree), *self.shown(Adult), *self.shown(Begin)])
            if not begun:
                await self.send("/start")
        elif known.finished(self.series.first_test):
            await self.tap_one(self.shown(Next))
        elif await self.tap_one(self.shown(StartTest)) or self.to_answers():
            await self.through_test()
        elif self.shown(Reply):
            testing = known.open_attempt()
            await (
                self.through_test() if testing and testing[1].test == self.series.first_test else self.through_check()
            )
        elif is_place_asked(known) and not self.shown(Tell):
            await self.send(self.persona.city)
        else:
            await self.tell()

    async def through_check(self) -> None:
        """The safety check: no to every screen but those of the person's own signs."""
        for _ in range(LONGEST):
            answers = self.shown(Reply)
            if not answers:
                return
            sign = self.persona.signs.get(answers[0].question.removesuffix(WHICH))
            value = (sign if answers[0].question.endswith(WHICH) else YES) if sign else NO
            await self.tap_one(each for each in answers if each.value == value)

    async def tell(self) -> None:
        """Answer what is asked about oneself, and start although it hurts, having asked."""
        pain, activity = self._next_scales()
        choices, days = self.series.choices, self.persona.days
        for _ in range(LONGEST):
            if await self.tap_one([*self.shown(MayStart), *self.shown(Moved), *self.shown(Next)]):
                continue
            if self.shown(StartTest):
                return
            asked = next(iter(self.shown(Tell)), None)
            if asked is None:
                return
            own = self.persona.said.get(asked.question)
            match asked.question:
                case _ if own is not None:
                    for count in range(len(own) if asked.question in SEVERAL else 0):
                        await self.tap(Ask(asked.question, tuple(sorted(own[: count + 1]))))
                    told = tuple(sorted(own))
                case "usual":
                    if (self.persona.time, days) != (self.series.defaults.usual, ()):
                        await self.tap(Ask("time"))
                        continue
                    told = asked.values
                case "zone":
                    told = asked.values
                case "time":
                    told = (self.persona.time,)
                case "days":
                    for picked in range(0 if Tell("days", days) in self.shown(Tell) else len(days)):
                        await self.tap(Ask("days", days[: picked + 1]))
                    told = days or tuple("0123456")
                case "age":
                    told = (choices.ages[(len(choices.ages) - 1) // 2].id,)
                case "activities":
                    told = choices.activities.ids[self.persona.activity :][:1]
                    await self.tap(Ask("activities", told))
                case questionnaire.PAIN:
                    told = (pain,)
                case question if question.startswith(questionnaire.ACTIVITY):
                    told = (activity,)
                case coaching.COACH:
                    told = (coaching.SEES,)
                case "moment":
                    told = (min(choices.if_then.moments, key=self._how_far).id,)
                case question:
                    told = choices.own[question][-1:] if question in choices.own else (SKIPPED,)
            await self.tap(Tell(asked.question, told))
            if asked.question == "moment":
                await self.tap(Tell("place", choices.if_then.places[:1]))
            elif asked.question == choices.beside_pain:
                await self.tap_one(each for each in self.shown(Tell) if each.values == (pain,))

    def _how_far(self, moment: Moment) -> int:
        """How many hours a moment lies off the person's time."""
        return abs(int(moment.at[:2]) - int(self.persona.time[:2]))

    async def answer_message(self) -> None:
        """What the person does with a message nobody asked for, or with what they have begun already."""
        if self.shown(Reply) or self.to_answers():
            await self.through_test()
        if any(isinstance(action, RateEffort | RatePain) for action in self._screen()[1]):
            return await self.rate()
        if self.shown(ShowExercise):
            return await self.exercises()
        await self.read_first_lesson()
        if await self.begins(questionnaire.CHECK_IN):
            await self.through_test()
            if not await self.tap_one(self.shown(ShowLesson)):
                return None
        if await self.begins(questionnaire.RETEST):
            await self.through_test()
            await self.tap_one(each for each in self.shown(GoOn) if each.days == self.persona.goes_on)
        elif self.next_part():
            await self.read()
        else:
            await self.answer_reminder()
        return None

    async def begins(self, test: str) -> bool:
        """Begin a test where it is offered."""
        return await self.tap_one(each for each in self.shown(StartTest) if each.test == test)

    async def read_first_lesson(self) -> None:
        """The lesson of day 1, where a reminder brings it, and back to the day."""
        first = self.series.lesson_of(1)
        card = ShowLesson(first.id, first.parts[0].id) if first else None
        if self._ways_in() and await self.tap_one(each for each in self.shown(ShowLesson) if each == card):
            await self.read()
            await self.tap_one(self.shown(ShowDay))

    def next_part(self) -> list[ShowLesson]:
        """The button to the lesson's next part, if there is one."""
        shown = self.shown(ShowLesson)
        for here in (each for each in shown if each.side == KNOW):  # what the same card rests on
            lesson = self.series.lesson_by_id[here.lesson]
            if here.part in {card.id for card in lesson.parts}:
                after, further = lesson.neighbours(here.part)[1], ShowLesson(here.lesson, here.part, MORE)
                return [each for each in shown if each == further or each.part == after]
        return []

    async def read(self) -> None:
        """A lesson to its end, then the self-test that waits there."""
        for _ in range(LONGEST):
            if not await self.tap_one(self.next_part()):
                break
        if await self.tap_one(each for each in self.shown(StartTest) if each.test in self.series.test_by_id):
            await self.through_test()

    async def answer_reminder(self) -> None:
        """The next habit; a reminder that was put off is answered with a session."""
        habits = self.persona.habits
        habit = habits[self.turns.habits % len(habits)]
        self.turns = self.turns._replace(habits=self.turns.habits + 1)
        match habit:
            case "short" if await self.start_session(short=True):
                await self.finish()
            case "later" if await self.tap_one(self.shown(RemindLater)):
                await self.testbed.to_next_message()
                await self.session()
            case "not today":
                await self.tap_one(self.shown(NotToday))
            case "done":
                await self.finish()
            case "session":
                await self.session()

    async def session(self) -> None:
        """Every exercise of the day."""
        if await self.start_session(short=False):
            await self.exercises()

    async def exercises(self) -> None:
        """From the exercise on the screen to the last one, and done."""
        for _ in range(LONGEST):
            # The way on stands behind the way back; the last exercise has none.
            if self.shown(Done) or not await self.tap_one(self.shown(ShowExercise)[-1:]):
                break
        await self.finish()

    async def start_session(self, short: bool) -> bool:
        """Begin a session with a knee that is as usual, where one may be begun."""
        begun = await self.tap_one(each for each in self._ways_in() if each.short is short)
        await self.tap_one(each for each in self._ways_in() if each.value == USUAL)
        await self.on_the_floor()
        return begun

    async def on_the_floor(self) -> None:
        """Say whether they get down to the floor, where that is asked."""
        (answer,) = self.persona.said.get(FLOOR, FLOORS[:1])
        await self.tap_one(each for each in self.shown(GetDown) if each.value == answer)

    def _ways_in(self) -> list[HowIsIt | HowIsItFromPlan]:
        """The buttons that begin a session."""
        return [*self.shown(HowIsIt), *self.shown(HowIsItFromPlan)]

    async def finish(self) -> None:
        """Done, and how it was."""
        if await self.tap_one(self.shown(Done)):
            await self.rate()

    async def rate(self) -> None:
        """How hard it was and how much it hurt, or no scores; a harder plan is taken where it is offered."""
        scores = self.persona.scores[self.turns.scores % len(self.persona.scores)]
        self.turns = self.turns._replace(scores=self.turns.scores + 1)
        if scores is None:
            await self.tap_one(self.shown(SkipRating))
        else:
            await self.tap_one(each for each in self.shown(RateEffort) if each.value == scores[0])
            await self.tap_one(each for each in self.shown(RatePain) if each.value == scores[1])
        await self.tap_one(
            each for each in self.shown(Follows) if (each.follow, each.answer) == (Follow.PROGRESS, "yes")
        )

    async def through_test(self) -> None:
        """Answer every question: the same place from the top each time, as far as there is one."""
        scale: list[str] = []
        for _ in range(LONGEST):
            await self.tap_one(self.to_answers())
            answers = self.shown(Reply)
            if not answers:
                return
            if answers[0].question == questionnaire.PAIN or answers[0].question.startswith(questionnaire.ACTIVITY):
                scale = scale or list(self._next_scales())
                value = scale.pop(0) if len(scale) > 1 else scale[0]
                await self.tap_one(each for each in answers if each.value == value)
            elif answers[0].question == questionnaire.SURE:
                await self.tap_one(each for each in answers if each.value == self.persona.sure)
            elif not await self.tap_one(each for each in answers if each.value == NO):
                await self.tap(answers[await self._place(answers[0].question, len(answers))])

    def to_answers(self) -> list[AskAt]:
        """The button to the answers, where what has to be done before them is shown; the way back stands before it."""
        return [] if self.shown(Reply) else [each for each in self.shown(AskAt) if each.side == ANSWERS][-1:]

    async def _place(self, question: str, many: int) -> int:
        """Which of so many answers is theirs; to how a measure is taken, the first one, so that it can be compared."""
        test = self.series.question_by_id[question][0]
        asked = test.question(question)
        if asked is None or asked.role:
            return 0
        known = await self.testbed.subscriber()
        attempt = known.open_attempt() if known else None
        again = attempt is not None and attempt[1].test == questionnaire.RETEST
        is_number = asked.kind == "number"
        places = (self.persona.numbers if is_number else ()) or self.persona.choices
        place = places[test.questions.index(asked) % len(places)] + (self.persona.gain if again and is_number else 0)
        return place if -many <= place < many else 0

    def _next_scales(self) -> tuple[str, str]:
        scales = self.persona.scales
        self.turns = self.turns._replace(scales=self.turns.scales + 1)
        return scales[min(self.turns.scales, len(scales)) - 1]

    def shown(self, kind: type[A]) -> list[A]:
        """What can be tapped, of one kind of action."""
        return [action for action in self._screen()[1] if isinstance(action, kind)]

    async def tap_one(self, actions: Iterable[Action]) -> bool:
        """Tap the first of these buttons, if there is one."""
        for action in actions:
            await self.tap(action)
            return True
        return False

    async def tap(self, action: Action) -> None:
        """Tap a button.

        Raises LookupError when it is not on the screen.
        """
        message, actions = self._screen()
        if action not in actions:
            raise LookupError(f"no button for {action}; there are {actions}")
        self.testbed.person.taps(message, pack(action))
        await self._rest()

    async def send(self, text: str) -> None:
        """Type something."""
        self.testbed.person.sends(text)
        await self._rest()

    def _screen(self) -> tuple[int, list[Action]]:
        """The newest message with buttons, and what they mean; what a coach wrote leaves the plan where it is."""
        for message in reversed(self._chat):
            buttons = [button for row in message["keyboard"] for button in row if "callback_data" in button]
            actions = [parse(button["callback_data"]) for button in buttons]
            if actions and AskCoach() not in actions:
                return message["id"], actions
        return 0, []

    @property
    def _chat(self) -> list[dict[str, Any]]:
        return self.testbed.telegram.chat(self.testbed.person_id).messages

    async def _rest(self) -> None:
        await self.testbed.settle()
        await self.rest()
