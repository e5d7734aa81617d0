"""/help, /about, /privacy, and a useful answer to everything else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.assessment import safety
from bot.core.model import coaching
from bot.core.model.callback_data import (
    CALL,
    Ask,
    AskAt,
    CheckAgain,
    Morning,
    Outdated,
    PauseUntil,
    ShowDesk,
    ShowLesson,
    StartTest,
    StillWanted,
    only_one,
    parse,
)
from bot.core.model.context import Context
from bot.core.model.message import Button, OutgoingMessage, Reaction, plain, rows
from bot.core.model.subscriber import State
from bot.core.schedule.calendar import timings
from bot.core.screens import lesson, onboarding, questionnaire, session, sources, test_flow
from bot.core.screens.scores import pain_screen
from bot.core.typed.remarks import COMPLAINT, FINE, GLAD, LAUGH, SAD, SMILE, STAYS, THANKS

MOST_BUTTONS = 12
"""Repeated below words that were not understood, beside a scale, of which no number is left out."""
NUMBER, AGREE, ADULT, NEXT = "labels.number", "labels.agree", "labels.adult", "labels.next-exercise"
BACK_LABEL = "labels.back"
A_ROW = 6
"""Numbers beside each other."""


GRAVE = ("safety/", "session/red")
"""Screens about signs of danger, or about much pain: whoever laughs at one gets no smile back."""
QUIET, WAIT = "quiet", "wait"
WITH_WHAT_IS_OFFERED = (FINE, SAD, WAIT)
"""Below such a kind word stand the buttons of what was offered: it neither takes nor leaves it."""
CALL_FIRST = "safety/call-first"
TOO_SHORT, PRIVATE, PRIVATE_PLACE, PRIVATE_SIGNS, POORLY, ASKS_SIGNS, PAIN_ALONE = _OF_THE_KNEE = (
    *("too-short", "private", "private-place", "private-signs"),
    *("poorly", "asks-signs", "pain-alone"),
)
PUZZLED, AT_WORST, WELL, NEAREST = _OF_THE_QUESTION = ("puzzled", "at-worst", "well", "nearest")
NOT_NOW, DENIES_SOME, ELSEWHERE, TAKEN_BACK, CALL_NOW = _OF_SIGNS = (
    *("not-now", "denies-some", "elsewhere", "taken-back", "call-now"),
)
HOW_MANY_DAYS, CHANGING_DAYS, ABOUT_WHEN, ANY_TIME, NO_NEED = _OF_TIMES = (
    *("how-many-days", "changing-days", "about-when", "any-time", "no-need"),
)
UNREAD = (*_OF_THE_KNEE, *_OF_THE_QUESTION, *_OF_SIGNS, *_OF_TIMES)
"""Why an answer is none: a no to less time than is asked of; nothing, a place or signs that somebody will not tell;
that it is not well, and not how bad; what a list of signs means; pain, where other signs are asked about; that the
question was not understood; how bad it gets, where it is asked how it usually is; that it is well, and not how well;
something else than the answers to choose from; how many days and not which, or that these change; a part of the day;
that any time will do; that nothing is ticked yet; "not now" to signs; a no to some of a list; what no list names; that
the answer which led to a question was none; whatever is said below whom to call."""
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
    return context.reply(*of_coaches, plain("information/help", {"zone": zone, "coached": context.coached}))


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
    return replace(told, messages=(*before, replace(last, buttons=tuple((each,) for each in newest_buttons(context)))))


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
    signs = _listing(context) if why == PUZZLED else ""
    return plain(
        "information/not-an-answer", {"asks": asks, "again": again, "scale": scale, "why": why, "signs": signs}
    )


def _listing(context: Context) -> str:
    """The screen of the check with a list of signs that somebody looks at; empty on any other."""
    showing = context.subscriber.showing if context.subscriber is not None else ""
    with contextlib.suppress(Outdated):
        asked = parse(showing) if showing else None
        if isinstance(asked, AskAt):
            every = (*context.series.safety, context.series.trigger)
            return next((each.id for each in every if each.id == asked.question and each.signs), "")
    return ""


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
    buttons = (*newest_buttons(context), *(button for row in tests for button in row))
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
    buttons = _each_once(signs, *newest_buttons(context), *about_pain(context))
    return context.reply(plain("information/sore", {"rated": False}, *buttons))


def _each_once(*buttons: Button) -> tuple[Button, ...]:
    return tuple({(each.label, each.action): each for each in buttons}.values())


TOO_OLD, BACK, DANGEROUS, PUT_OFF, FUTURE, HARM, NOISE, STOPPED, ALLOWED = _WORRIED = (
    *("too-old", "back", "dangerous", "put-off"),
    *("future", "harm", "noise", "stopped", "allowed"),
)
FELL_LATELY, NO_WEIGHT, SIGN, CARRIES, HELPED, WHY_FIRST, HARD_GOING, DISPLEASED, UNLIKED, HOW_SHOWN = _TOLD = (
    *("fell-lately", "no-weight", "doctor-today", "carries", "helped", "why-first"),
    *("hard-going", "displeased", "unliked", "how-shown"),
)
WALKING, MOVEMENT, WARMTH, WHICH_BAND, MUSCLES, NO_SOUND, NO_KIT, HAS_KIT, MORE_TODAY = _OF_THE_PLAN = (
    *("walking", "movement", "warmth", "which-band", "muscles", "no-sound"),
    *("no-kit", "has-kit", "more-today"),
)
RUN_BY, COST, WHO_SEES, CHANGEABLE, WHY_ASKED, NO_USE, WHEN_NEXT, PERSON = _OF_THE_BOT = (
    *("run-by", "cost", "who-sees", "changeable"),
    *("why-asked", "no-use", "when-next", "person"),
)
WORRIES = (*_WORRIED, *_TOLD, *_OF_THE_PLAN, *_OF_THE_BOT)
"""Kinds of worry, and of what people ask: `dangerous`, `put-off` and `why-first` are told below a sign that somebody
has to look at, WHY_ASKED above the question that is open."""
BESIDE_A_YES = FELL_LATELY
"""Told beside the yes to signs that only change a plan."""
BEFORE_A_SIGN = (NO_WEIGHT, SIGN)
"""Told before a sign is asked about: what it needs."""
ACTIVITIES = "activities"
SIGNS, TEST, RATING, STILL = "signs", "test", "rating", "still"
REASONS = (
    *("time", "days", "usual", "quiet", "zone", "age", "kit", ACTIVITIES, "moment", "place", "pain"),
    *(ADULT, SIGNS, TEST, RATING, STILL),
)
"""What somebody wants a reason for: a question by its id, or one of several that have the same reason."""
BESIDE_AN_ANSWER = (TOO_OLD, CARRIES, HELPED)
"""Told beside a choice too, which leads to nothing that says as much."""
LEFT_OUT = (CARRIES, HELPED)
"""With these no session is begun, nor gone on with."""
NEXT_AFTER_A_TEST = "test/next"
"""The screen that offers the session of today below the result of a self-test."""
TO_BE_LOOKED_AT = (NOISE, CARRIES, HELPED, HARD_GOING, WARMTH)
"""Beside these the signs are one tap away."""
NEED_A_PLAN = (BACK, HARD_GOING, DISPLEASED, UNLIKED, HOW_SHOWN, MUSCLES, NO_SOUND, NO_KIT, HAS_KIT, MORE_TODAY)
"""Nobody without a plan is told these."""


def worried(context: Context, kind: str, *, asked: bool) -> tuple[OutgoingMessage, ...] | None:
    """A sentence about a worry, and below a sign what holds; None where it is no worry here.

    Where no question is `asked`, which follows, the way on stands below it.
    """
    known = context.subscriber
    flag = safety.flagged(context.series, known) if known is not None else None
    if kind in (DANGEROUS, PUT_OFF):
        if known is None or flag is None or flag.tier not in safety.TIERS[:2] or flag.screen == safety.ENDING_LIFE:
            return None
        return (_sentence(context, kind), onboarding.flag_screen(known, flag))
    if kind == WHY_FIRST:
        if known is None or flag is None or flag.screen == safety.ENDING_LIFE:
            return None
        return (_sentence(context, kind), onboarding.flag_screen(known, flag))
    planned = known is not None and known.enrollment.day_one is not None
    if kind in BEFORE_A_SIGN:
        return (_sentence(context, kind),)
    if flag is not None or (kind in NEED_A_PLAN and not planned):
        return None
    about = _asked_about(context, asked=asked)
    if kind == WHY_ASKED and not about:
        return None
    if kind == UNLIKED and all(each.label != NEXT for each in newest_buttons(context)):
        kind = DISPLEASED
    buttons = [*(about_pain(context) if planned and kind in (FUTURE, HARM) else ())]
    buttons += (
        [Button("labels.to-the-signs", StartTest(safety.TRIGGER))]
        if known is not None and kind in TO_BE_LOOKED_AT
        else []
    )
    if kind in (NO_KIT, HAS_KIT):
        buttons.append(Button("labels.set-kit", Ask("kit")))
    buttons += [] if kind == TOO_OLD or asked else [*newest_buttons(context)]
    return (_sentence(context, kind, *_each_once(*buttons), about=about),)


def beside(kind: str, messages: Sequence[OutgoingMessage]) -> tuple[OutgoingMessage, ...]:
    """What follows the sentence about a worry; no session is offered where it is to be left out."""
    return tuple(each for each in messages if kind not in LEFT_OUT or each.template != NEXT_AFTER_A_TEST)


def _sentence(context: Context, kind: str, *buttons: Button, about: str = "") -> OutgoingMessage:
    """The words of a worry; what the open question is `about` is given a reason for where one is asked."""
    known = context.subscriber is not None
    begun = known or context.shown is not None
    values = {"kind": kind, "about": about, "asked": known, "coached": context.coached, "begun": begun}
    return plain("information/worry", values, *buttons)


def _asked_about(context: Context, *, asked: bool) -> str:
    """What the question is about that somebody wants a reason for; empty where the screen they look at asks nothing."""
    shown = context.shown.buttons if context.shown is not None else ()
    if any(path == ADULT for path, _, _ in shown):
        return ADULT
    if any(isinstance(only_one([data]), StillWanted) for _, _, data in shown):
        return STILL
    if not asked or context.subscriber is None:
        return ""
    match only_one([context.subscriber.showing]):
        case Ask(question=question):
            return ACTIVITIES if question.startswith(questionnaire.ACTIVITY) else question
        case AskAt(question=question):
            return SIGNS if safety.screen(context.series, question) is not None else TEST
    return RATING


def small_talk(context: Context, kind: str, asked: OutgoingMessage | None) -> Reaction:
    """A kind word back, and the answers to the question that is open, whose screen is that; no smile about a sign."""
    known = context.subscriber
    flag = safety.flagged(context.series, known) if known is not None else None
    to_call = asked is not None and asked.template == CALL_FIRST
    held = flag is not None and kind in (GLAD, STAYS, SMILE, LAUGH, SAD, COMPLAINT)
    seen = flag is not None and kind == THANKS and flag.tier in safety.TIERS[:2]
    grave = held or (asked is not None and asked.template.startswith(GRAVE))
    kind = QUIET if grave and kind in (GLAD, STAYS, SMILE, LAUGH) else kind
    stopped = known is not None and known.state is State.STOPPED
    values = {"kind": kind, "known": known is not None, "asked": asked is not None, "held": held}
    values |= {"seen": seen, "stopped": stopped, "to_call": to_call}
    values |= {"zone": known.zone if known is not None else None}
    said = plain("information/small-talk", values)
    if known is not None and flag is not None and held:
        return context.reply(said, onboarding.flag_screen(known, flag))
    if seen:
        return context.reply(replace(said, buttons=((Button("labels.check-again", CheckAgain()),),)))
    if asked is None and known is not None and flag is None and kind in WITH_WHAT_IS_OFFERED:
        return context.reply(replace(said, buttons=rows([*newest_buttons(context)], 1)))
    if asked is not None and all(each.label == BACK_LABEL for row in asked.buttons for each in row):
        return context.reply(said, asked)
    return context.reply(said if asked is None else replace(said, buttons=asked.buttons, behind=asked.behind))


def newest_buttons(context: Context) -> Iterator[Button]:
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

    None where it holds no such question. Where a text was no answer to it, all of its buttons may be.
    """
    found = [each for each in newest_buttons(context) if each.label == NUMBER or isinstance(each.action, Morning)]
    if not found and "why" in why.values:
        found = [*newest_buttons(context)]
    return context.reply(replace(why, buttons=rows(found, A_ROW if found[0].label == NUMBER else 1))) if found else None


def sign_named(
    context: Context, *, ending_life: bool, of_another: bool = False, animal: bool = False, grave: bool = False
) -> Reaction:
    """Words that name a sign of danger: asked about at once; for somebody of whom nothing is kept, what to do.

    Of somebody else's it is told whom to call, of an `animal`'s a vet, and how to say that it is their own. For a
    `grave` one it is told whom to call before anything is asked.
    """
    if of_another:
        zone = context.subscriber.zone if context.subscriber is not None else None
        values = {"ending_life": ending_life, "zone": zone, "known": context.subscriber is not None}
        values |= {"animal": animal, "grave": grave}
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
