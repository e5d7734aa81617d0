"""What a tap or typed words mean to one person where they stand: the reaction to them, not yet kept or shown."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.handlers import BUTTONS, COMMANDS, care, enrollment, information, onboarding, own_data
from bot.conversation.handlers.asked import Asked, NotSubscribed, plain
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
from bot.core.model.message import Button, OutgoingMessage, Reaction
from bot.core.screens import profile, typed_answers
from bot.render.text import Renderer

ASKING = (Ask, AskAt, RateEffort, RatePain, ItHurts)
"""What a screen is made again with when it holds a question that typed words may answer."""

Decide = Callable[[Asked], Reaction]

NEED_NO_NOTES = (information.help_command, information.privacy, information.about, information.sources_command)
"""What answers everybody alike."""


class Conversation:
    """Decides by the tables of handlers; what typed words mean depends on the words of the screen they answer."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def reaction(self, asked: Asked, decide: Decide) -> Reaction:
        """What a handler decides, or how to go on where it cannot: every tap and every word gets an answer."""
        try:
            return decide(asked)
        except NotSubscribed:
            return _begin(asked) if asked.subscriber is None else onboarding.start(asked)
        except Outdated:
            if asked.subscriber is None:
                return _begin(asked)
            fresh = onboarding.start(asked)
            return Reaction(fresh.subscriber, (plain("information/outdated"), *fresh.messages))
        except OutOfRange as fault:
            again = self.screen(asked)
            message = OutgoingMessage("test/out-of-range", {"low": fault.low, "high": fault.high})
            return asked.said(message, *((again,) if again else ()))

    def screen(self, asked: Asked) -> OutgoingMessage | None:
        """The screen the person looks at, made afresh; None when there is none to go back to."""
        shown = self._made_again(asked)
        return shown.messages[0] if shown else None

    def owed(self, asked: Asked) -> Reaction:
        """What a reply that is owed may have been: the copy they asked for, else the screen they look at."""
        if asked.known.copy_owed:
            return own_data.export(asked)
        return self._made_again(asked) or onboarding.start(asked)

    def _made_again(self, asked: Asked) -> Reaction | None:
        if asked.subscriber is None or not asked.subscriber.showing:
            return None
        try:
            reaction = tapped(asked.subscriber.showing)(asked)
        except (Outdated, NotSubscribed, OutOfRange):
            return None
        return Reaction(reaction.subscriber, reaction.messages[-1:]) if reaction.messages else None

    def without_notes(self, asked: Asked, decide: Decide, *, told: bool) -> tuple[OutgoingMessage, ...]:
        """What somebody can be told whose document does not open; `told` says whether an operator hears of it."""
        if decide == self.typed:
            words = self._renderer.words.find("typed")
            named = {**words.get("otherwise", {}), **words.get("always", {})}.get(typed_answers.normal(asked.text))
            decide = COMMANDS[named] if named else decide
        if decide in NEED_NO_NOTES:
            return decide(asked).messages
        wish = "stop" if decide is enrollment.unsubscribe else "delete" if decide is own_data.delete else ""
        sign = decide == self.typed and self._names_a_sign(asked.text)
        return (plain("trouble/damaged", {"told": told, "wish": wish, "sign": sign}),)

    def typed(self, asked: Asked) -> Reaction:
        """Free text: a plain word, a sign that must be asked about, an answer to the screen, or stray words."""
        word = typed_answers.normal(asked.text)
        commands = self._renderer.words.find("typed")
        if word in commands.get("always", {}):
            return COMMANDS[commands["always"][word]](asked)
        if self._worth_asking(asked):
            return care.trigger(asked)
        screen = self.screen(asked)
        if screen is not None and asked.subscriber is not None:
            labels = [
                (self._renderer.label(button.label, button.values), button.action)
                for row in screen.buttons
                for button in row
                if button.action
            ]
            showing = callback_data.parse(asked.subscriber.showing)
            action = (
                typed_answers.matching(labels, asked.text)
                or typed_answers.meaning(showing, asked.text, commands["clock"])
                or typed_answers.about_oneself(
                    showing,
                    asked.text,
                    self._renderer.words.find("dates.weekdays"),
                    commands["days"]["around"],
                    asked.series.choices.ages,
                )
            )
            if action is not None:
                return self._acted(asked, action)
            if profile.is_place_asked(asked.subscriber):
                return onboarding.find_zone(asked)
        if word in commands.get("otherwise", {}):
            return COMMANDS[commands["otherwise"][word]](asked)
        if screen is not None and isinstance(screen.again, ASKING):
            return asked.said(plain("information/not-an-answer"), screen)
        return information.not_understood(asked)

    def _worth_asking(self, asked: Asked) -> bool:
        """Whether the words of somebody who has a plan name a sign that the safety check looks for."""
        if asked.subscriber is None or asked.subscriber.enrollment.day_one is None:
            return False
        if profile.is_place_asked(asked.subscriber):
            return False  # a town may bear any name
        return self._names_a_sign(asked.text)

    def _names_a_sign(self, text: str) -> bool:
        words = self._renderer.words.find("safety.triggers")
        return safety.triggered(text[: typed_answers.LONGEST], words["words"], words["not"])

    def _acted(self, asked: Asked, action: Action) -> Reaction:
        try:
            return _act(asked, action)
        except Outdated:
            # A number that is no answer to this question: the question stands.
            if isinstance(action, (Reply, Tell)) and (screen := self.screen(asked)) is not None:
                return asked.said(plain("information/not-an-answer"), screen)
            raise


def tapped(data: str) -> Decide:
    """What the button with that callback data means; Outdated is raised where it is looked at."""
    return lambda asked: _act(asked, callback_data.parse(data))


def located(asked: Asked) -> Reaction:
    """A shared location, wanted only while a place is asked for."""
    wanted = asked.subscriber is not None and profile.is_place_asked(asked.subscriber)
    return onboarding.locate(asked) if wanted else information.not_text(asked)


def _act(asked: Asked, action: Action) -> Reaction:
    return BUTTONS[type(action)](asked, action)


def _begin(asked: Asked) -> Reaction:
    """The way in, for somebody of whom nothing is kept."""
    return asked.said(plain("information/not-subscribed", None, Button("labels.begin", Welcome(""))))
