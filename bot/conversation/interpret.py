"""What a tap or typed words mean to one person where they stand: the reaction to them, not yet kept or shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.conversation import zones
from bot.core.assessment import safety
from bot.core.assessment.selftest import OutOfRange
from bot.core.model import callback_data
from bot.core.model.callback_data import (
    Action,
    Ask,
    AskCoach,
    Outdated,
    Reply,
    Tell,
    pack,
)
from bot.core.model.context import Context, NotSubscribed
from bot.core.model.message import OutgoingMessage, Reaction, plain
from bot.core.model.subscriber import Shown
from bot.core.screens import (
    barrier,
    coach,
    consent,
    dispatch,
    enrollment,
    information,
    own_data,
    profile,
    rating,
    session,
    sources,
    test_flow,
    typed_answers,
    typed_commands,
    typed_meaning,
    typed_places,
    typed_worries,
)
from bot.core.screens.dispatch import COMMANDS, Command
from bot.core.screens.typed_values import SeveralNumbers
from bot.core.typed import wishes
from bot.places.search import Places
from bot.render.text import Renderer

NEED_NO_NOTES = (information.help_command, information.privacy, information.about, sources.choose)
"""What answers everybody alike."""


LONGEST_SAID_BACK = 40
"""Characters of what somebody typed that are repeated to them."""


class Conversation:
    """Decides by the tables of commands and buttons; typed words mean what the words of the screen make of them."""

    def __init__(self, renderer_of: Callable[[Context], Renderer], places: Places) -> None:
        self._renderer_of = renderer_of
        self._places = places

    def reaction(self, context: Context, decide: Command) -> Reaction:
        """What a command or a tap leads to, or how to go on where it cannot: all of them get an answer."""
        return profile.without_keyboard(context.subscriber, self._answered(context, decide))

    def _answered(self, context: Context, decide: Command) -> Reaction:
        try:
            if decide == coach.ask and context.text and context.message:
                return self.to_coach(context)
            return self._before(context, decide) or decide(context)
        except NotSubscribed:
            return consent.not_yet(context) if context.subscriber is None else consent.start(context)
        except Outdated:
            if context.subscriber is None:
                return consent.not_yet(context)
            fresh = consent.start(context)
            return Reaction(fresh.subscriber, (plain("information/outdated"), *fresh.messages))
        except OutOfRange as fault:
            again = self.screen(context)
            message = OutgoingMessage("test/out-of-range", {"low": fault.low, "high": fault.high})
            return context.reply(message, *((again,) if again else ()))

    def _before(self, context: Context, decide: Command) -> Reaction | None:
        """What is heard in the words behind a command; the one that a link starts with is none of theirs."""
        exists = decide in COMMANDS.values()
        if not context.text or not (exists or decide == information.unknown_command):
            return None
        if decide == COMMANDS["start"] and " " not in context.text:
            return None
        renderer = self._renderer_of(context)
        heard = typed_answers.behind_a_command(context, renderer.vocabulary, renderer.language.weekdays, exists=exists)
        return None if heard is None else _heard(context, heard)

    def screen(self, context: Context) -> OutgoingMessage | None:
        """The screen the person looks at, made afresh; None when there is none to go back to."""
        shown = self._made_again(context)
        return shown.messages[-1] if shown else None

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
        return reaction if reaction.messages else None

    def without_notes(self, context: Context, decide: Command, *, told: bool) -> tuple[OutgoingMessage, ...]:
        """What somebody can be told whose document does not open; `told` says whether an operator hears of it."""
        if decide == self.typed:
            renderer = self._renderer_of(context)
            text = self._rightly_spelled(context)
            wants = wishes.wants_to_stop(text, renderer.vocabulary)
            named = "unsubscribe" if wants else typed_commands.command(text, renderer.vocabulary)
            decide = COMMANDS[named] if named else decide
        sign = wishes.names_a_sign(context.text, self._renderer_of(context).vocabulary.signs)
        if decide in NEED_NO_NOTES and not sign:
            return decide(context).messages
        wish = "stop" if decide is enrollment.unsubscribe else "delete" if decide is own_data.delete else ""
        return (plain("trouble/damaged", {"told": told, "wish": wish, "sign": sign}),)

    def typed(self, context: Context) -> Reaction:
        """A text or a caption: whatever it means, it is answered, and what is not understood keeps nothing.

        A worry told in it gets a sentence of its own before that.
        """
        if coach.is_written_to(context):
            renderer = self._renderer_of(context)
            never_mind, week = renderer.label(coach.NEVER_MIND), renderer.language.weekdays
            taken_back = coach.is_taken_back(context, renderer.vocabulary, never_mind, week)
            return enrollment.keep(context) if taken_back else self.to_coach(context)
        meant = self._meaning(context)
        if isinstance(meant, typed_meaning.SmallTalk | typed_meaning.Commanded) and self._is_town_first(context):
            meant = typed_meaning.Placed(context.text)
        forms = dict.fromkeys((context.text, self._rightly_spelled(context)))
        worries = (typed_worries.worry(each, self._renderer_of(context).vocabulary, meant) for each in forms)
        worry = next(filter(None, worries), "")
        asked = typed_answers.is_asked(context)
        if (led := coach.led_on(context, worry)) is not None:
            return led
        if not asked and (reaction := self._urged(context, meant)) is not None:
            return reaction
        if not worry or (told := information.worried(context, worry, asked=asked)) is None:
            return self._answer_to(context, meant)
        if typed_worries.goes_on_in_spite(worry, meant):
            return context.reply(*told)
        if isinstance(meant, typed_meaning.Tapped | typed_meaning.Sign):
            reaction = self._answer_to(context, meant)
            return replace(reaction, messages=(*told, *information.beside(worry, reaction.messages)))
        screen = self.screen(context) if asked else None
        return context.reply(*told, *((screen,) if screen else ()))

    def _urged(self, context: Context, meant: typed_meaning.Meaning) -> Reaction | None:
        """What is said to whoever has to be seen, or to call, and speaks of that; None where nothing of it holds."""
        kind = typed_worries.urged(self._rightly_spelled(context), self._renderer_of(context).vocabulary, meant)
        if not kind or (told := information.urged(context, kind)) is None:
            return None
        if isinstance(meant, typed_meaning.Sign):
            reaction = self._answer_to(context, meant)
            return replace(reaction, messages=(told[0], *reaction.messages))
        return information.in_care(context, named=False) if kind == information.CALLED else context.reply(*told)

    def _answer_to(self, context: Context, meant: typed_meaning.Meaning) -> Reaction:
        match meant:
            case typed_meaning.Sign(listed=True):
                asks = typed_worries.asks_it(context.text, self._renderer_of(context).vocabulary)
                return self._asked_again(context, plain("safety/listed", {"asks": asks}))
            case typed_meaning.Sign() | typed_meaning.InCare() | typed_meaning.Stop():
                return _heard(context, meant)
            case typed_meaning.Tapped(action):
                return self._which(context, self._acted(context, action))
            case typed_meaning.Commanded("help") if information.is_held(context):
                return coach.not_understood(context)
            case typed_meaning.Commanded("settings") if (setting := self._setting_meant(context)) is not None:
                return setting
            case typed_meaning.Commanded(name):
                told = COMMANDS[name](context)
                return information.with_way_on(context, told) if COMMANDS[name] in NEED_NO_NOTES else told
            case typed_meaning.Unknown(asks=True) if information.is_consent_asked(context):
                return information.with_way_on(context, information.privacy(context))
            case typed_meaning.Placed(name, otherwise):
                if self._speaks_of_sharing(context):
                    return self._asked_again(context, plain("profile/no-location"))  # a phone that sends it as a text
                if otherwise is not None and not zones.is_one(name, self._places):
                    return self._acted(context, otherwise)
                return zones.typed(context, name, self._places)
            case SeveralNumbers(values):
                return self._asked_again(
                    context, plain("information/several-numbers", {"numbers": [f"{each:g}" for each in values]})
                )
            case typed_meaning.NoAnswer(why=information.COMES_NEXT):
                return test_flow.whether_it_comes_next(context)
            case typed_meaning.NoAnswer(why=information.SOFT_NO) if (screen := self.screen(context)) is not None:
                return information.sure_of_it(context, screen)
            case typed_meaning.NoAnswer(why=information.TERM, term=term):
                return self._asked_again(context, plain("information/term", {"term": term}))
            case typed_meaning.TakenBack(action):
                before, why = self._acted(context, action), information.TAKEN_BACK
                return replace(before, messages=(information.unread(context, False, why=why), *before.messages))
            case typed_meaning.NoAnswer() as unread:
                return self._unread(context, unread)
            case typed_meaning.SmallTalk(kind):
                asked = self.screen(context) if typed_answers.is_asked(context) else None
                return information.small_talk(context, kind, asked)
            case typed_meaning.TooMuch():
                return barrier.too_much(context) or coach.not_understood(context)
            case typed_meaning.Corrected(values):
                return rating.corrected(context, values)
            case typed_meaning.InPart():
                return barrier.in_part(context) or coach.not_understood(context)
            case typed_meaning.AtAnotherTime(at):
                return session.at_another_time(context, at) or coach.not_understood(context, typed_meaning.Unknown())
            case typed_meaning.Unknown() as unknown:
                if (place := self._place_told(context)) is not None:
                    return place
                return coach.not_understood(context, unknown)

    def _rightly_spelled(self, context: Context) -> str:
        renderer = self._renderer_of(context)
        return typed_answers.rightly_spelled(context, renderer.vocabulary, renderer.language.weekdays).text

    def _setting_meant(self, context: Context) -> Reaction | None:
        """The question for the one setting that words point to: "another time please"; None where they name none."""
        known, told = context.subscriber, COMMANDS["settings"](context)
        if known is None or not told.messages or told.messages[-1].template != "settings/all":
            return None
        shown = Shown(context.now, self._renderer_of(context).render(told.messages[-1]).meant)
        there = replace(context, subscriber=replace(known, shown=shown, showing=""))
        match self._meaning(there):
            case typed_meaning.Tapped(Ask() as action):
                return self._acted(context, action)
        return None

    def _speaks_of_sharing(self, context: Context) -> bool:
        renderer = self._renderer_of(context)
        said = self._rightly_spelled(context)
        return typed_places.speaks_of_sharing(said, renderer.label("labels.share-location"), renderer.vocabulary)

    def _is_town_first(self, context: Context) -> bool:
        vocabulary, text = self._renderer_of(context).vocabulary, context.text
        named = typed_commands.command(text, vocabulary)
        large, known = self._places.is_large(text), zones.may_be_one(text, self._places)
        return typed_places.is_town_first(context, vocabulary, named, large=large, known=known)

    def _which(self, context: Context, reaction: Reaction) -> Reaction:
        """Where it is asked next which sign it is, and the words have told it, that is kept too, and said."""
        known, asked = reaction.subscriber, reaction.messages[-1] if reaction.messages else None
        if known is None or asked is None or asked.template != "safety/which" or asked.again is None:
            return reaction
        shown = Shown(context.now, self._renderer_of(context).render(asked).meant)
        there = replace(context, subscriber=replace(known, shown=shown, showing=pack(asked.again)))
        match self._meaning(there):
            case typed_meaning.Tapped(Reply(value=sign) as action) if sign in asked.values["signs"]:
                if not typed_answers.tells_which(context, action, self._renderer_of(context).vocabulary):
                    return reaction
                name = safety.name_of(action.question.removesuffix(safety.WHICH), str(sign))
                noted = plain("safety/noted", {"sign": name, "said": _briefly(context.text)})
                after = self._acted(there, action)
                return replace(after, messages=(noted, *after.messages))
        return reaction

    def _place_told(self, context: Context) -> Reaction | None:
        """What to do about a place, where none is asked for; one that is the next thing to be asked is taken."""
        name = typed_places.told_unasked(context, self._renderer_of(context).vocabulary)
        if not name or not zones.is_one(name, self._places):
            return None
        asked_next = typed_places.is_asked_next(context)
        return zones.typed(context, name, self._places) if asked_next else profile.place_told(context)

    def to_coach(self, context: Context) -> Reaction:
        """Words meant for the coach: a sign of danger is asked about before anything is passed on, a stop is heard."""
        vocabulary = self._renderer_of(context).vocabulary
        if wishes.names_a_sign(context.text, vocabulary.signs):
            ending_life = wishes.names_ending_life(context.text, vocabulary.signs)
            grave = wishes.names_a_grave_sign(context.text, vocabulary.signs)
            named = information.sign_named(context, ending_life=ending_life, grave=grave)
            return coach.sign_first(context, named)
        if wishes.wants_to_stop(context.text, vocabulary):
            return enrollment.unsubscribe(context)
        return coach.pass_on(context, AskCoach(context.message))

    def edited(self, context: Context) -> Reaction:
        """A message that was changed afterwards: only a sign of danger or a wish to stop is heard in it.

        Of what went to the coach it is said that the change does not. No command but that to stop is obeyed.
        """
        match self._meaning(typed_answers.unasked(context)):
            case typed_meaning.Sign(ending_life=False, of_another=False, grave=False) if self._is_a_yes(context):
                return self.typed(context)
            case typed_meaning.Sign() | typed_meaning.InCare() | typed_meaning.Stop() as meant:
                return self.typed(context) if coach.is_written_to(context) else _heard(context, meant)
        if coach.was_passed_on(context):
            return coach.edited(context)
        return Reaction(context.subscriber)

    def _is_a_yes(self, context: Context) -> bool:
        """Whether the screen they look at asks about just the signs that they name."""
        match self._meaning(context):
            case typed_meaning.Tapped(Reply(value=safety.YES)):
                return not coach.is_written_to(context)
        return False

    def passed_on(self, context: Context) -> Reaction:
        """Words of somebody else that were sent on: a sign of danger is heard in them, and they answer nothing.

        Where the next message is meant for the coach, they are.
        """
        match self._meaning(typed_answers.unasked(context)):
            case typed_meaning.Sign(ending_life, grave=grave):
                return information.sign_named(context, ending_life=ending_life, grave=grave)
        if coach.is_written_to(context):
            return coach.pass_on(context, AskCoach(context.message))
        return information.not_understood(context)

    def not_text(self, context: Context) -> Reaction:
        """Something without words of its own; in those of a poll or a list a sign of danger is heard."""
        if context.text:
            match self._meaning(typed_answers.unasked(context)):
                case typed_meaning.Sign(listed=False) | typed_meaning.InCare() as meant:
                    return _heard(context, meant)
        return coach.not_text(context)

    def _meaning(self, context: Context) -> typed_meaning.Meaning:
        renderer = self._renderer_of(context)
        return typed_answers.meaning(context, renderer.vocabulary, renderer.language.weekdays)

    def _unread(self, context: Context, read: typed_meaning.NoAnswer) -> Reaction:
        """The question once more, after words that answer nothing: its answers, where what it has them do is done."""
        said = information.unread(context, read.asks, read.scale, read.why)
        reaction = self._asked_again(context, said)
        if not reaction.messages[1:]:
            return reaction
        done = test_flow.answers_of(context, reaction.messages[-1])
        not_clear = read.asks or read.why == information.PUZZLED
        return reaction if not_clear or done is None else replace(reaction, messages=(*reaction.messages[:-1], done))

    def _asked_again(self, context: Context, why: OutgoingMessage) -> Reaction:
        """Why an answer was not taken, and the question once more."""
        screen = self.screen(context)
        if screen is not None:
            return context.reply(why, screen)
        return information.answers_below(context, why) or information.not_understood(context)

    def located(self, context: Context, latitude: float, longitude: float) -> Reaction:
        """A shared location, wanted only while a place is asked for or what comes next is meant for the coach."""
        if context.subscriber is None or coach.is_written_to(context) or not profile.is_place_asked(context.subscriber):
            return coach.not_text(context)
        return zones.located(context, self._places, latitude, longitude)

    def _acted(self, context: Context, action: Action) -> Reaction:
        try:
            return dispatch.tapped(context, action)
        except Outdated:
            # A number that is no answer to this question: the question stands.
            if isinstance(action, (Reply, Tell)) and (screen := self.screen(context)) is not None:
                return context.reply(information.unread(context, False), screen)
            raise


def _briefly(text: str) -> str:
    """What somebody typed, where it is short enough to be said back."""
    said = " ".join(text.split())
    return said if len(said) <= LONGEST_SAID_BACK else ""


def _heard(context: Context, meant: typed_meaning.Sign | typed_meaning.InCare | typed_meaning.Stop) -> Reaction:
    """What comes before all else, wherever it is said."""
    match meant:
        case typed_meaning.Sign(ending_life, of_another, animal, grave=grave):
            return information.sign_named(
                context, ending_life=ending_life, of_another=of_another, animal=animal, grave=grave
            )
        case typed_meaning.InCare(named):
            return information.in_care(context, named=named)
        case typed_meaning.Stop():
            return enrollment.unsubscribe(context)


def tapped(data: str) -> Command:
    """What the button with that callback data means; Outdated is raised where it is looked at."""
    return lambda context: dispatch.tapped(context, callback_data.parse(data))
