"""/help, /about, /privacy, and a useful answer to everything else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.core.assessment import safety
from bot.core.model import coaching
from bot.core.model.callback_data import (
    CALL,
    CheckAgain,
    Morning,
    Outdated,
    PauseUntil,
    ShowDesk,
    ShowLesson,
    StartTest,
    parse,
)
from bot.core.model.context import Context
from bot.core.model.message import Button, OutgoingMessage, Reaction, plain, rows
from bot.core.model.subscriber import State
from bot.core.schedule.calendar import timings
from bot.core.screens import lesson, onboarding, questionnaire, session, sources, test_flow
from bot.core.screens.scores import pain_screen
from bot.core.typed.remarks import COMPLAINT, GLAD, LAUGH, SAD, SMILE, THANKS

MOST_BUTTONS = 12
"""Repeated below words that were not understood, beside a scale, of which no number is left out."""
NUMBER, AGREE = "labels.number", "labels.agree"
A_ROW = 6
"""Numbers beside each other."""


GRAVE = ("safety/", "session/red")
"""Screens about signs of danger, or about much pain: whoever laughs at one gets no smile back."""
QUIET = "quiet"
CALL_FIRST = "safety/call-first"
TOO_SHORT, PRIVATE, PRIVATE_PLACE, PRIVATE_SIGNS, POORLY, ASKS_SIGNS, PAIN_ALONE = (
    *("too-short", "private", "private-place", "private-signs"),
    *("poorly", "asks-signs", "pain-alone"),
)
"""Why an answer is none: a no to less time than is asked of; nothing, a place or signs that somebody will not tell;
that it is not well, and not how bad; what a list of signs means; pain, where other signs are asked about."""
NOT_NOW, PUZZLED, DENIES_SOME, ELSEWHERE, TAKEN_BACK, CALL_NOW = (
    *("not-now", "puzzled", "denies-some"),
    *("elsewhere", "taken-back", "call-now"),
)
"""Nor is "not now" to signs; that a question is not understood; a no to some of a list; what no list names; that the
answer which led to a question was none; whatever is said below whom to call."""
UNREAD = (
    *(TOO_SHORT, PRIVATE, PRIVATE_PLACE, PRIVATE_SIGNS, POORLY, ASKS_SIGNS, PAIN_ALONE),
    *(NOT_NOW, PUZZLED, DENIES_SOME, ELSEWHERE, TAKEN_BACK, CALL_NOW),
)
CALLED, CRY, TURNED_AWAY, NOT_YET, WILL, SEEN = URGED = ("called", "cry", "turned-away", "not-yet", "will", "seen")
"""What whoever has to be seen, or to call, says to that: help was called; a cry for help; that nobody sees them, or not
in time; that they were not there yet; that they will be; that they were."""
AGREED = "agreed"
"""A yes to that: they will be seen, or a night later that they were."""
A_NIGHT = timedelta(hours=8)
SOFT_NO = "soft-no"
"""Nor a no that is not sure of itself: it is asked for once more, without the list."""
TERM = "term"
"""It is asked what a word means."""
COMES_NEXT = "comes-next"
"""Nor is what the next list asks about, unless it is out of control."""


def help_command(context: Context) -> Reaction:
    """What the bot can do, and whom to ask; to a coach first what a coach can do."""
    of_coaches = (plain("desk/help", {"unknown": False}),) if context.is_operator else ()
    zone = context.subscriber.zone if context.subscriber is not None else None
    return context.reply(*of_coaches, plain("information/help", {"zone": zone}))


def about(context: Context) -> Reaction:
    """What this is, and who looked it over."""
    signed, texts = sources.reviewed(context.series)
    count = len(sources.all_cited(context.series))
    values = {"sources": count, "signed": signed, "texts": texts, "coached": context.coached}
    return context.reply(plain("information/about", values))


def privacy(context: Context) -> Reaction:
    """What is kept, why, and for how long."""
    keeps = context.series.retention
    values = {
        "number": context.id,
        "version": coaching.text(context.series, context.coached),
        "coached": context.coached,
        "months": keeps.months,
        "days": keeps.days,
        "backups": keeps.backups,
    }
    return context.reply(plain("information/privacy", values))


def is_consent_asked(context: Context) -> bool:
    """Whether the newest message asks for consent."""
    return context.shown is not None and any(path == AGREE for path, _, _ in context.shown.buttons)


def with_way_on(context: Context, told: Reaction) -> Reaction:
    """What was told to somebody who has not agreed yet, with the way on from the screen they look at."""
    *before, last = told.messages
    if last.buttons or not (context.subscriber is None or is_consent_asked(context)):
        return told
    return replace(told, messages=(*before, replace(last, buttons=tuple((each,) for each in _newest_buttons(context)))))


def unknown_command(context: Context) -> Reaction:
    """A command there is not."""
    if context.is_operator:
        return context.reply(plain("desk/help", {"unknown": True}, Button("labels.desk", ShowDesk())))
    return context.reply(plain("information/unknown-command"))


def is_held(context: Context) -> bool:
    """Whether they should be seen by somebody first: who asks for help then reads whom to call."""
    return context.subscriber is not None and safety.flagged(context.series, context.subscriber) is not None


def about_pain(context: Context) -> tuple[Button, ...]:
    """What to read about pain, for whoever has come to a lesson."""
    known = context.known
    if known.enrollment.day_one is None or known.state is not State.RUNNING or not timings(known):
        return ()
    newest = lesson.reached(context.series, known, context.now)[-1:]
    return tuple(Button("labels.about-pain", ShowLesson(each.id, context.series.care.pain_part)) for each in newest)


def unread(context: Context, asks: bool, scale: str = "", why: str = "") -> OutgoingMessage:
    """What stands before a question that is asked once more; how to stop is told once a second answer was not read.

    Where a number on a `scale` is asked for, it is said that the nearest will do. `why` is one of UNREAD, where it is
    known why an answer is none.
    """
    again = context.shown is not None and context.shown.unread
    return plain("information/not-an-answer", {"asks": asks, "again": again, "scale": scale, "why": why})


def not_understood(context: Context, *, asks: bool = False, sore: bool = False, counts: bool = False) -> Reaction:
    """What can be done from here, after words that mean nothing; in the middle of a test, go on with it.

    Of words that ask something it is said that a bot cannot answer them; about what is `sore` there is something to
    read. A number, `counts`, is none that is asked for now. Whoever should be seen by somebody first is told that
    again, and nothing else to do.
    """
    known = context.subscriber
    if known is not None and (flag := safety.flagged(context.series, known)) is not None:
        held = {"known": True, "flagged": True, "asks": asks, "sore": sore, "counts": False, "begun": True}
        first = plain("information/not-understood", held)
        return context.reply(first, onboarding.flag_screen(known, flag))
    if known is not None and sore and not asks and known.enrollment.day_one is not None:
        return _sore(context)
    tests = session.open_test(known) if known is not None and timings(known) else ()
    buttons = (*_newest_buttons(context), *(button for row in tests for button in row))
    if known is not None and sore:
        buttons += about_pain(context)
    values = {"known": known is not None, "flagged": False, "asks": asks, "sore": sore, "counts": counts}
    values |= {"begun": context.shown is not None}
    return context.reply(plain("information/not-understood", values, *buttons))


def _sore(context: Context) -> Reaction:
    """It hurts: how much, of whoever has done their session today, else a look at the signs and what to read."""
    known, on = context.known, session.today(context.known, context.now)
    done = known.session(on)
    if done is not None and done.finished_at is not None:
        return context.reply(plain("information/sore", {"rated": True}), pain_screen(on))
    signs = Button("labels.to-the-signs", StartTest(safety.TRIGGER))
    buttons = _each_once(signs, *_newest_buttons(context), *about_pain(context))
    return context.reply(plain("information/sore", {"rated": False}, *buttons))


def _each_once(*buttons: Button) -> tuple[Button, ...]:
    return tuple({(each.label, each.action): each for each in buttons}.values())


TOO_OLD, BACK, DANGEROUS, PUT_OFF, FUTURE, HARM, NOISE, STOPPED, ALLOWED = _WORRIED = (
    *("too-old", "back", "dangerous", "put-off"),
    *("future", "harm", "noise", "stopped", "allowed"),
)
FELL_LATELY, NO_WEIGHT, SIGN, CARRIES, HELPED, WHY_FIRST, HARD_GOING, DISPLEASED, HOW_SHOWN = _TOLD = (
    *("fell-lately", "no-weight", "doctor-today", "carries", "helped", "why-first"),
    *("hard-going", "displeased", "how-shown"),
)
WORRIES = (*_WORRIED, *_TOLD)
"""Kinds of worry: `dangerous`, `put-off` and `why-first` are told below a sign that somebody has to look at."""
BESIDE_A_YES = FELL_LATELY
"""Told beside the yes to signs that only change a plan."""
BEFORE_A_SIGN = (NO_WEIGHT, SIGN)
"""Told before a sign is asked about: what it needs."""
BESIDE_AN_ANSWER = (TOO_OLD, CARRIES, HELPED)
"""Told beside a choice too, which leads to nothing that says as much."""
TO_BE_LOOKED_AT = (NOISE, CARRIES, HELPED, HARD_GOING)
"""Beside these the signs are one tap away."""


def worried(context: Context, kind: str, *, asked: bool) -> tuple[OutgoingMessage, ...] | None:
    """A sentence about a worry, and below a sign what holds; None where it is no worry here.

    Where no question is `asked`, which follows, the way on stands below it.
    """
    known = context.subscriber
    flag = safety.flagged(context.series, known) if known is not None else None
    if kind in (DANGEROUS, PUT_OFF):
        if known is None or flag is None or flag.tier not in safety.TIERS[:2] or flag.screen == safety.ENDING_LIFE:
            return None
        return (plain("information/worry", {"kind": kind}), onboarding.flag_screen(known, flag))
    if kind == WHY_FIRST:
        if known is None or flag is None or flag.screen == safety.ENDING_LIFE:
            return None
        return (plain("information/worry", {"kind": kind}), onboarding.flag_screen(known, flag))
    planned = known is not None and known.enrollment.day_one is not None
    if kind in BEFORE_A_SIGN:
        return (plain("information/worry", {"kind": kind, "asked": known is not None}),)
    if flag is not None or (kind in (BACK, HARD_GOING, DISPLEASED, HOW_SHOWN) and not planned):
        return None
    buttons = [*(about_pain(context) if planned and kind in (FUTURE, HARM) else ())]
    buttons += (
        [Button("labels.to-the-signs", StartTest(safety.TRIGGER))]
        if known is not None and kind in TO_BE_LOOKED_AT
        else []
    )
    buttons += [] if kind == TOO_OLD or asked else [*_newest_buttons(context)]
    return (plain("information/worry", {"kind": kind}, *_each_once(*buttons)),)


def small_talk(context: Context, kind: str, asked: OutgoingMessage | None) -> Reaction:
    """A kind word back, and the answers to the question that is open, whose screen is that; no smile about a sign."""
    known = context.subscriber
    flag = safety.flagged(context.series, known) if known is not None else None
    to_call = asked is not None and asked.template == CALL_FIRST
    held = flag is not None and kind in (GLAD, SMILE, LAUGH, SAD, COMPLAINT)
    seen = flag is not None and kind == THANKS and flag.tier in safety.TIERS[:2]
    grave = held or (asked is not None and asked.template.startswith(GRAVE))
    kind = QUIET if grave and kind in (GLAD, SMILE, LAUGH) else kind
    stopped = known is not None and known.state is State.STOPPED
    values = {"kind": kind, "known": known is not None, "asked": asked is not None, "held": held}
    values |= {"seen": seen, "stopped": stopped, "to_call": to_call}
    values |= {"zone": known.zone if known is not None else None}
    said = plain("information/small-talk", values)
    if known is not None and flag is not None and held:
        return context.reply(said, onboarding.flag_screen(known, flag))
    if seen:
        return context.reply(replace(said, buttons=((Button("labels.check-again", CheckAgain()),),)))
    return context.reply(said if asked is None else replace(said, buttons=asked.buttons, behind=asked.behind))


def _newest_buttons(context: Context) -> Iterator[Button]:
    """The buttons of the newest message, a few of them and all of a scale: the way on from there."""
    for n, (label, words, data) in enumerate(context.shown.buttons if context.shown is not None else ()):
        if n < MOST_BUTTONS or label == NUMBER:
            with contextlib.suppress(Outdated):
                yield Button(label, parse(data), words=words)


def sure_of_it(context: Context, screen: OutgoingMessage) -> Reaction:
    """Whether a no that was not sure of itself is one: the answers of that screen, without its list."""
    asked = plain("safety/sure-of-it")
    return context.reply(replace(asked, buttons=screen.buttons, behind=screen.behind, again=screen.again))


def urged(context: Context, kind: str) -> tuple[OutgoingMessage, ...] | None:
    """An answer to what somebody says who has to be seen, or to call, and the screen that says so.

    None where nothing of that kind is said, or nothing of it holds.
    """
    known = context.subscriber
    if known is None:
        return None
    flag = safety.flagged(context.series, known)
    if kind == AGREED and flag is not None:
        kind = SEEN if context.now - flag.at > A_NIGHT else WILL
    values = {"kind": kind, "zone": known.zone}
    if flag is not None and flag.tier in safety.TIERS[:2] and flag.screen != safety.ENDING_LIFE:
        if kind in (WILL, SEEN):
            check = Button("labels.check-again", CheckAgain())
            return (plain("safety/urged", {**values, "tier": flag.tier}, check),)
        return (plain("safety/urged", {**values, "tier": flag.tier}), onboarding.flag_screen(known, flag))
    return None


def answers_below(context: Context, why: OutgoingMessage) -> Reaction | None:
    """Why an answer was not taken, and below it the answers to the one question of a message that asks nothing else.

    None where it holds no such question.
    """
    found = [each for each in _newest_buttons(context) if each.label == NUMBER or isinstance(each.action, Morning)]
    return context.reply(replace(why, buttons=rows(found, A_ROW if found[0].label == NUMBER else 1))) if found else None


def sign_named(context: Context, *, ending_life: bool, of_another: bool = False, grave: bool = False) -> Reaction:
    """Words that name a sign of danger: asked about at once; for somebody of whom nothing is kept, what to do.

    Of somebody else's it is told whom to call, and how to say that it is their own. For a `grave` one it is told whom
    to call before anything is asked.
    """
    if of_another:
        zone = context.subscriber.zone if context.subscriber is not None else None
        values = {"ending_life": ending_life, "zone": zone, "known": context.subscriber is not None}
        again = (Button("labels.check-again", CheckAgain()),) if context.subscriber is not None else ()
        return context.reply(plain("safety/of-another", values, *again))
    if context.subscriber is not None:
        if ending_life:
            return test_flow.triggered(context, safety.ENDING_LIFE)
        return test_flow.triggered(context, safety.TRIGGER, CALL if grave else "")
    if ending_life:
        return context.reply(plain("safety/ending-life", {"asked": False, "zone": None}))
    return context.reply(plain("safety/sign-named", {"grave": grave}))


def in_care(context: Context, *, named: bool) -> Reaction:
    """They are in hospital, or help is on its way: nothing is asked of them, and a pause is one tap away.

    Where they named a sign the plan waits as it does for whoever did not answer yet.
    """
    known = context.subscriber
    if known is None:
        return context.reply(plain("safety/in-care", {"known": False}))
    if named and safety.flagged(context.series, known) is None:
        known, _ = questionnaire.start(context.series, known, safety.TRIGGER, context.now)
    buttons = [Button("labels.pause-for-now", PauseUntil(""))] if known.state is State.RUNNING else []
    buttons.append(Button("labels.check-again", CheckAgain()))
    return context.keeping(known).reply(plain("safety/in-care", {"known": True}, *buttons))


def not_text(context: Context) -> Reaction:
    """A picture, a voice note, a sticker: not kept, not judged."""
    return context.reply(plain("information/not-text", {"known": context.subscriber is not None}))
