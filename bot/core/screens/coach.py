"""A way to a person: what somebody wants passed on to their coach, and what they are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.model import coaching
from bot.core.model.callback_data import AskCoach, Keep, Unsubscribe, pack
from bot.core.model.context import Context
from bot.core.model.letter import LETTERS_KEPT, Letter, LetterKind, letter_with
from bot.core.model.message import Button, OutgoingMessage, Reaction, plain
from bot.core.model.subscriber import Subscriber
from bot.core.screens import consent, enrollment, information, typed_answers, typed_meaning
from bot.core.typed.fold import is_one_of
from bot.core.typed.vocabulary import Vocabulary

NEVER_MIND = "labels.never-mind"
WRITTEN_WITHIN = timedelta(hours=1)
"""Later a message is asked about before it is passed on."""


def ask(context: Context) -> Reaction:
    """/ask: the next message goes to the coach; where there is none, whom to turn to."""
    if not context.coached:
        return context.reply(plain("coach/nobody"))
    if not coaching.is_told(context.series, context.known):
        return context.reply(consent.anew_screen(context.series, context.known, coached=True))
    return context.reply(_prompt())


def _prompt() -> OutgoingMessage:
    return replace(plain("coach/ask", None, Button("labels.never-mind", Keep())), below=True, again=AskCoach())


def is_written_to(context: Context) -> bool:
    """Whether their next message is meant for the coach: they asked to write one, and looked at nothing else since."""
    known = context.subscriber
    return known is not None and is_asked(known, context.now) and coaching.is_told(context.series, known)


def is_asked(subscriber: Subscriber, now: datetime) -> bool:
    """Whether they are asked what to pass on; a planned message that comes meanwhile must not take their words."""
    if subscriber.shown is None or now - subscriber.shown.at > WRITTEN_WITHIN:
        return False
    prompted = any(path == NEVER_MIND for path, _, _ in subscriber.shown.buttons)
    return prompted and subscriber.showing == pack(AskCoach())


def pass_on(context: Context, action: AskCoach) -> Reaction:
    """Let that message go to the coach; each is passed on once, however often it is asked for."""
    subscriber = context.known
    if not action.message or not context.coached or not coaching.is_told(context.series, subscriber):
        return ask(context)
    key = f"{LetterKind.ASKED}:{action.message}"
    if letter_with(subscriber.letters, key) is None:
        if sum(each.is_open for each in subscriber.letters) >= LETTERS_KEPT:
            return context.reply(plain("coach/not-delivered"))
        subscriber = subscriber.with_letter(
            Letter(key, LetterKind.ASKED, subscriber.id, context.now, message=action.message)
        )
    values = {"sees": coaching.sees_answers(context.series, subscriber)}
    return context.keeping(subscriber).reply(plain("coach/passed-on", values))


def was_passed_on(context: Context) -> bool:
    """Whether that message has gone to the coach, or is on its way."""
    return context.subscriber is not None and has_been_passed_on(context.subscriber, context.message)


def has_been_passed_on(subscriber: Subscriber, message: int) -> bool:
    """Whether that message of theirs has."""
    return letter_with(subscriber.letters, f"{LetterKind.ASKED}:{message}") is not None


def one_more(context: Context) -> Reaction:
    """Another picture of an album whose first one was passed on, which need not be said once more."""
    return replace(pass_on(context, AskCoach(context.message)), messages=())


def edited(context: Context) -> Reaction:
    """What was passed on was changed afterwards: the coach has it as it was."""
    return context.reply(plain("coach/edited", None, Button("labels.write-back", AskCoach())))


def offer(context: Context) -> tuple[Button, ...]:
    """“Send this to my coach?” below what was not understood."""
    known = context.subscriber
    if not context.coached or known is None or not context.message or not coaching.is_told(context.series, known):
        return ()
    return (Button("labels.send-to-coach", AskCoach(context.message)),)


def not_text(context: Context) -> Reaction:
    """A picture, a voice note, a sticker: passed on where it is meant for the coach, else not kept and not judged."""
    if is_written_to(context):
        return pass_on(context, AskCoach(context.message))
    return _with_offer(context, information.not_text(context))


def is_taken_back(context: Context, vocabulary: Vocabulary, label: str, week: Sequence[str]) -> bool:
    """Whether the words that a coach would get say that there is nothing to ask.

    `label` is that of the button which says so, `week` are the names of the weekdays, Monday first.
    """
    never_mind = (label, *vocabulary.buttons.get(NEVER_MIND, ()))
    rightly = typed_answers.rightly_spelled(context, vocabulary, week).text
    return any(is_one_of(each, never_mind, vocabulary.polite) for each in (context.text, rightly))


def led_on(context: Context, worry: str) -> Reaction | None:
    """What is shown at once to who asks when the next message comes, or for a person; None for any other worry."""
    if worry == information.WHEN_NEXT:
        return enrollment.when_next(context)
    if worry == information.PERSON and context.subscriber is not None and not information.is_held(context):
        return ask(context)
    return None


def not_understood(context: Context, read: typed_meaning.Unknown | None = None) -> Reaction:
    """What can be done from here, after words that mean nothing; a coach may read them.

    Below the undo of a stop no messages come, whatever was meant.
    """
    if isinstance(typed_answers.open_question(context), Unsubscribe):
        return enrollment.unsubscribe(context)
    read = read or typed_meaning.Unknown()
    told = information.not_understood(context, asks=read.asks, sore=read.sore, counts=read.counts)
    return _with_offer(context, told)


def _with_offer(context: Context, reaction: Reaction) -> Reaction:
    *before, last = reaction.messages
    more = tuple((button,) for button in offer(context))
    return replace(reaction, messages=(*before, replace(last, buttons=(*last.buttons, *more))))


def sign_first(context: Context, reaction: Reaction) -> Reaction:
    """Words of danger that were meant for the coach: the signs are asked about, and nothing was passed on yet."""
    known = context.subscriber
    values = {"sees": known is not None and coaching.sees_answers(context.series, known)}
    return replace(reaction, messages=(plain("coach/sign-first", values), *reaction.messages))
