"""One sample subscriber who lives through the real decisions, without storage, network or clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.catalog.load import Catalog
from bot.conversation.interpret import Conversation, tapped
from bot.core.assessment import safety
from bot.core.assessment.selftest import open_question
from bot.core.model import coaching
from bot.core.model.callback_data import (
    ANSWERS,
    Action,
    Adult,
    Agree,
    AskAt,
    Begin,
    Next,
    Outdated,
    Reply,
    StartTest,
    Tell,
    pack,
)
from bot.core.model.context import Context
from bot.core.model.delivery import Delivery, Outcome
from bot.core.model.message import Button, OutgoingMessage, Reaction, plain
from bot.core.model.series import WAY, Question
from bot.core.model.subscriber import Subscriber, Value
from bot.core.schedule.due import due
from bot.core.schedule.planned import Planned
from bot.core.schedule.save import with_bookkeeping
from bot.core.screens import consent, questionnaire, why
from bot.core.screens.compose import compose
from bot.core.screens.dispatch import COMMANDS, Command
from bot.core.screens.profile import SKIPPED
from bot.places.search import Places
from bot.render.text import Renderer

Show = Callable[[str, OutgoingMessage], None]
Pick = Callable[[Question], str]
STEP = 3
"""From one rating of an activity down to the next: as many as count as a change."""
DATES = re.compile(r"\b\d{6}\b")


class Life:
    """What one person does and is shown.

    Beside each step every button on the screen is tried once, without going on; a `hasty` life does without that.
    """

    def __init__(
        self,
        title: str,
        catalog: Catalog,
        places: Places,
        renderer: Renderer,
        show: Show,
        now: datetime,
        subscriber: Subscriber | None = None,
        hasty: bool = False,
    ) -> None:
        self.catalog = catalog
        self.title = title
        self.now = now
        self.name = "Ada <3 & co"
        self.subscriber = subscriber
        self.coached = False
        self.screen: tuple[OutgoingMessage, ...] = ()
        self._conversation = Conversation(lambda context: renderer, places)
        self._show_preview = show
        self._updates = 0
        self._tried: set[str] = set()
        self._hasty = hasty

    # --- What a person does -------------------------------------------------------------------------------------

    def sends(self, name: str, text: str = "") -> None:
        """Send a command."""
        self.does(COMMANDS[name], text)

    def types(self, text: str) -> None:
        """Type anything else."""
        self.does(self._conversation.typed, text)

    def shares(self, latitude: float, longitude: float) -> None:
        """Share a location."""
        self.does(partial(self._conversation.located, latitude=latitude, longitude=longitude))

    def taps(self, *actions: Action) -> None:
        """Tap buttons that mean this, whether they are on the screen or not."""
        for action in actions:
            self.does(tapped(pack(action)))

    def presses(self, *labels: str) -> None:
        """Press the buttons with these labels, one after the other; one that is not there is passed over."""
        for label in labels:
            found = next((button for button in self.buttons if button.label == f"labels.{label}"), None)
            if found is not None and found.action is not None:
                self.taps(found.action)

    def passes(self, days: float, answers: bool = True) -> None:
        """Let time pass, getting what falls due on the way; without answers the bot stood still meanwhile."""
        end = self.now + timedelta(days=days)
        if not answers:
            self.now = end
        while self.subscriber is not None:
            looked = due(self.catalog.default, self.subscriber, self.now)
            self.subscriber = self.subscriber.with_deliveries(looked.records)
            if looked.erase:
                self.subscriber = None
            elif looked.send is not None:
                self._gets(looked.send)
            elif looked.next_at is None or looked.next_at > end:
                break
            else:
                self.now = looked.next_at
        self.now = max(self.now, end)

    @property
    def known(self) -> Subscriber:
        """The subscriber.

        Raises Outdated when nobody is kept.
        """
        if self.subscriber is None:
            raise Outdated(self.title)
        return self.subscriber

    @property
    def buttons(self) -> list[Button]:
        """Every button on the screen."""
        return [button for message in self.screen for row in (*message.buttons, message.behind) for button in row]

    # --- Longer ways --------------------------------------------------------------------------------------------

    def begins(self, payload: str = "") -> None:
        """From the first hello to the first question of the safety check."""
        self.sends("start", payload)
        self.taps(Begin(payload), Adult(payload), Agree(coaching.text(self.catalog.default, self.coached), payload))

    def checks(self, **answers: str) -> None:
        """Answer the safety check with no, but where another answer is given (`_` stands for `-`)."""
        number = max(n for n, each in enumerate(self.known.attempts) if each.test == safety.TEST)
        while (attempt := self.known.attempts[number]).finished_at is None:
            question = open_question(questionnaire.questions(self.catalog.default, self.known, attempt), attempt)
            if question is None:
                return
            other = safety.NO if question.kind == questionnaire.SAFETY else safety.SEVERAL
            self.taps(Reply(number, question.id, answers.get(question.id.replace("-", "_"), other)))

    def tells(self, **answers: str | tuple[str, ...]) -> None:
        """Answer questions about oneself."""
        for question, value in answers.items():
            values = value if isinstance(value, tuple) else (value,)
            self.taps(Tell(question.replace("_", "-"), values))

    def takes(self, test: str, pick: Pick) -> None:
        """Take a test from its first question to its result."""
        self.taps(StartTest(test))
        while (found := self.known.open_attempt()) is not None and found[1].test == test:
            question = open_question(questionnaire.questions(self.catalog.default, self.known, found[1]), found[1])
            if question is None:
                return
            self.taps(AskAt(found[0], question.id, ANSWERS), Reply(found[0], question.id, pick(question)))

    def tells_all(self, **told: str | tuple[str, ...]) -> None:
        """Answer every question about oneself, skipping what is not told."""
        answers: dict[str, str | tuple[str, ...]] = dict.fromkeys(self.catalog.default.choices.profile, SKIPPED)
        answers |= {"zone": "Europe/Lisbon", "time": "19:00", "days": tuple("0123456")}
        self.tells(**{**answers, **told})

    def subscribes(self, pick: Pick, **told: str | tuple[str, ...]) -> None:
        """From the first hello to the plan and the first lesson."""
        self.begins()
        self.checks()
        self.tells_all(**told)
        self.takes(self.catalog.default.first_test, pick)
        self.taps(Next())

    # --- Gather, decide, apply, as the bot does -----------------------------------------------------------------

    def does(self, decide: Command, text: str = "") -> None:
        """Anything else that is answered."""
        before = self.subscriber
        reaction = self._reacts(decide, text)
        self._updates += 1
        after = reaction.subscriber
        if after is not None:
            after = coaching.named(self.catalog.default, after, self.name)
            after = with_bookkeeping(self.catalog.default, before, after, reaction, self._updates, self.now)
        self.subscriber = after
        self.screen = reaction.messages
        self._try_buttons()

    def _try_buttons(self) -> None:
        for button in () if self._hasty else self.buttons:
            if button.action is not None and (meaning := DATES.sub("", pack(button.action))) not in self._tried:
                self._tried.add(meaning)
                self._reacts(tapped(pack(button.action)))

    def _reacts(self, decide: Command, text: str = "") -> Reaction:
        series, link = self.catalog.default, f"https://t.me/somebodys_bot?start={self.catalog.default.id}"
        context = Context(
            1, self.name, self.now, series, self.subscriber, text, coached=self.coached, message=1, link=link
        )
        reaction = consent.asked_anew(context, self._conversation.reaction(context, decide))
        caption = tuple(each for each in (reaction.copy, reaction.page and reaction.page.words) if each)
        steps = [screen for _, screen in reaction.countdown.steps] if reaction.countdown else []
        for message in (*reaction.messages, *caption, *steps):
            self._show_preview(self.title, message)
        return reaction

    def _gets(self, planned: Planned) -> None:
        """A message that nobody asked for, sent without trouble."""
        message = compose(self.catalog.default, self.known, planned, self.now)
        self._show_preview(self.title, message)
        records = [Delivery(planned.key, planned.kind, Outcome.SENT, self.now, tries=1)]
        if planned.rides is not None:
            records.append(Delivery(planned.rides.key, planned.rides.kind, Outcome.CANCELLED, self.now, "rides"))
        self.subscriber = self.known.with_deliveries(records)
        self._reacts(why.show)
        self.screen = (message,)
        self._try_buttons()

    def shown(self, template: str, values: Mapping[str, object] | None = None) -> None:
        """A message that follows from nothing the person did."""
        self._show_preview(self.title, plain(template, values))


def answer_of(question: Question, place: int, age: int | None = None) -> str:
    """The n-th answer of a question from its best one on; of a number, one of its bands.

    How a test is made is answered alike by whoever does well and not so well in it, so that their numbers compare.
    """
    if question.kind == questionnaire.SAFETY:
        return safety.NO
    if question.choices:
        return question.choices[(place // 2 if question.role == WAY else place) % len(question.choices)].id
    return str(number_in(question, place, age))


def number_in(question: Question, place: int, age: int | None = None) -> int:
    """A number that falls into the n-th band of an age from the best one down; without bands, one of the buttons.

    It is one that is offered on a button where a band has such a one: nobody stands up 60 times in half a minute.
    """
    bands: dict[str, list[int]] = {}
    for number in range(question.min, question.max + 1):
        bands.setdefault(meant(question, number, age), []).append(number)
    found = [band for band in bands.values() if band != [question.min]]  # a band of none at all is one of another age
    if len(found) > 1:
        likely = [max((each for each in band if each in question.buttons), default=band[0]) for band in found]
        return likely[::-1][place % len(likely)]
    if question.id.startswith(questionnaire.ACTIVITY):
        steps = question.buttons[::-STEP]
    else:
        steps = question.buttons[::-1] if question.bands else question.buttons
    return steps[place % len(steps)]


def meant(question: Question, value: Value, age: int | None = None) -> str:
    """The band a number falls into for somebody of that age."""
    return next((band.id for band in question.bands if isinstance(value, int) and band.holds(value, age)), "")
