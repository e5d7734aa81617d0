"""What a tap or typed words mean to one person where they stand: the reaction to them, not yet kept or shown."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import zones
from bot.core.assessment import safety
from bot.core.assessment.selftest import OutOfRange
from bot.core.model import callback_data
from bot.core.model.callback_data import (
    Action,
    Ask,
    AskAt,
    ItHurts,
    Outdated,
    RateEffort,
    RatePain,
    Reply,
    Tell,
    Welcome,
)
from bot.core.model.context import Context, NotSubscribed
from bot.core.model.message import Button, OutgoingMessage, Reaction, plain
from bot.core.screens import (
    consent,
    dispatch,
    enrollment,
    information,
    own_data,
    profile,
    sources,
    test_flow,
    typed_answers,
)
from bot.core.screens.dispatch import COMMANDS, Command
from bot.places.search import Places
from bot.render.text import Renderer

ASKING = (Ask, AskAt, RateEffort, RatePain, ItHurts)
"""What a screen is made again with when it holds a question that typed words may answer."""

NEED_NO_NOTES = (information.help_command, information.privacy, information.about, sources.choose)
"""What answers everybody alike."""


class Conversation:
    """Decides by the tables of commands and buttons; typed words mean what the words of the screen make of them."""

    def __init__(self, renderer_of: Callable[[Context], Renderer], places: Places) -> None:
        self._renderer_of = renderer_of
        self._places = places

    def reaction(self, context: Context, decide: Command) -> Reaction:
        """What a command or a tap leads to, or how to go on where it cannot: all of them get an answer."""
        try:
            return decide(context)
        except NotSubscribed:
            return _begin(context) if context.subscriber is None else consent.start(context)
        except Outdated:
            if context.subscriber is None:
                return _begin(context)
            fresh = consent.start(context)
            return Reaction(fresh.subscriber, (plain("information/outdated"), *fresh.messages))
        except OutOfRange as fault:
            again = self.screen(context)
            message = OutgoingMessage("test/out-of-range", {"low": fault.low, "high": fault.high})
            return context.reply(message, *((again,) if again else ()))

    def screen(self, context: Context) -> OutgoingMessage | None:
        """The screen the person looks at, made afresh; None when there is none to go back to."""
        shown = self._made_again(context)
        return shown.messages[0] if shown else None

    def owed(self, context: Context) -> Reaction:
        """What a reply that is owed may have been: the copy they asked for, else the screen they look at."""
        if context.known.copy_owed:
            return own_data.export(context)
        return self._made_again(context) or consent.start(context)

    def _made_again(self, context: Context) -> Reaction | None:
        if context.subscriber is None or not context.subscriber.showing:
            return None
        try:
            reaction = tapped(context.subscriber.showing)(context)
        except (Outdated, NotSubscribed, OutOfRange):
            return None
        return Reaction(reaction.subscriber, reaction.messages[-1:]) if reaction.messages else None

    def without_notes(self, context: Context, decide: Command, *, told: bool) -> tuple[OutgoingMessage, ...]:
        """What somebody can be told whose document does not open; `told` says whether an operator hears of it."""
        if decide == self.typed:
            words = self._renderer_of(context).words.find("typed")
            named = {**words.get("otherwise", {}), **words.get("always", {})}.get(typed_answers.normal(context.text))
            decide = COMMANDS[named] if named else decide
        if decide in NEED_NO_NOTES:
            return decide(context).messages
        wish = "stop" if decide is enrollment.unsubscribe else "delete" if decide is own_data.delete else ""
        sign = decide == self.typed and self._names_a_sign(context)
        return (plain("trouble/damaged", {"told": told, "wish": wish, "sign": sign}),)

    def typed(self, context: Context) -> Reaction:
        """Free text: a plain word, a sign that must be asked about, an answer to the screen, or stray words."""
        word = typed_answers.normal(context.text)
        renderer = self._renderer_of(context)
        commands = renderer.words.find("typed")
        if word in commands.get("always", {}):
            return COMMANDS[commands["always"][word]](context)
        if self._worth_asking(context):
            return test_flow.triggered(context)
        screen = self.screen(context)
        if screen is not None and context.subscriber is not None:
            labels = [
                (renderer.label(button.label, button.values), button.action)
                for row in screen.buttons
                for button in row
                if button.action
            ]
            showing = callback_data.parse(context.subscriber.showing)
            action = (
                typed_answers.matching(labels, context.text)
                or typed_answers.meaning(showing, context.text, commands["clock"])
                or typed_answers.about_oneself(
                    showing,
                    context.text,
                    renderer.language.weekdays,
                    commands["days"],
                    context.series.choices.ages,
                )
            )
            if action is not None:
                return self._acted(context, action)
            if profile.is_place_asked(context.subscriber):
                return zones.typed(context, self._places)
        if word in commands.get("otherwise", {}):
            return COMMANDS[commands["otherwise"][word]](context)
        if screen is not None and isinstance(screen.again, ASKING):
            return context.reply(plain("information/not-an-answer"), screen)
        return information.not_understood(context)

    def located(self, context: Context, latitude: float, longitude: float) -> Reaction:
        """A shared location, wanted only while a place is asked for."""
        if context.subscriber is None or not profile.is_place_asked(context.subscriber):
            return information.not_text(context)
        return zones.located(context, self._places, latitude, longitude)

    def _worth_asking(self, context: Context) -> bool:
        """Whether the words of somebody who has a plan name a sign that the safety check looks for."""
        if context.subscriber is None or context.subscriber.enrollment.day_one is None:
            return False
        if profile.is_place_asked(context.subscriber):
            return False  # a town may bear any name
        return self._names_a_sign(context)

    def _names_a_sign(self, context: Context) -> bool:
        words = self._renderer_of(context).words.find("safety.triggers")
        return safety.triggered(context.text[: typed_answers.LONGEST], words["words"], words["not"])

    def _acted(self, context: Context, action: Action) -> Reaction:
        try:
            return dispatch.tapped(context, action)
        except Outdated:
            # A number that is no answer to this question: the question stands.
            if isinstance(action, (Reply, Tell)) and (screen := self.screen(context)) is not None:
                return context.reply(plain("information/not-an-answer"), screen)
            raise


def tapped(data: str) -> Command:
    """What the button with that callback data means; Outdated is raised where it is looked at."""
    return lambda context: dispatch.tapped(context, callback_data.parse(data))


def _begin(context: Context) -> Reaction:
    """The way in, for somebody of whom nothing is kept."""
    return context.reply(plain("information/not-subscribed", None, Button("labels.begin", Welcome(""))))
