"""What typed words mean to one person where they stand: a sign, a wish to stop, a button, an answer, a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.assessment import safety
from bot.core.model import callback_data
from bot.core.model.callback_data import (
    CALL,
    Action,
    Adult,
    Agree,
    Ask,
    AskAt,
    Barrier,
    ConfirmZone,
    Done,
    GetDown,
    GoOn,
    HowIsIt,
    HowIsItFromPlan,
    HurtMove,
    Hurts,
    ItHurts,
    Minor,
    Morning,
    NotToday,
    OneTap,
    Outdated,
    RateEffort,
    RatePain,
    Reply,
    SetDone,
    SetLevel,
    ShowExercise,
    ShowLesson,
    ShowSettings,
    StillWanted,
    Tell,
    Unsubscribe,
    only_one,
)
from bot.core.model.context import Context
from bot.core.model.subscriber import Shown
from bot.core.screens import information, profile, questionnaire
from bot.core.screens.questionnaire import SCALE
from bot.core.screens.typed_buttons import (
    LONGEST_TOLD,
    MOST_FOR_A_COMMAND,
    button_meant,
    in_one_clause,
    paused_until,
    pointed_at,
    whole_label,
    whole_phrase,
    wishes_to_skip,
)
from bot.core.screens.typed_commands import command
from bot.core.screens.typed_meaning import (
    AtAnotherTime,
    Commanded,
    Corrected,
    InCare,
    InPart,
    Meaning,
    NoAnswer,
    Placed,
    Sign,
    SmallTalk,
    Stop,
    TakenBack,
    Tapped,
    TooMuch,
    Unknown,
)
from bot.core.screens.typed_near import near_an_answer
from bot.core.screens.typed_places import after_taking_back, before_a_but, behind_a_no, place_in
from bot.core.screens.typed_values import (
    EFFORT,
    SeveralNumbers,
    answer_meant,
    is_ability,
    is_usual_pain,
    is_worst_pain,
    of_the_side_asked,
    tells_of_the_worst,
)
from bot.core.screens.typed_worries import asks_before_an_answer, asks_it
from bot.core.typed import wishes
from bot.core.typed.clock import clock, clock_within, window
from bot.core.typed.fold import (
    CLAUSES,
    MOST_PARTS,
    all_words,
    is_one_of,
    parts,
    phrases,
    single,
    without,
    words,
)
from bot.core.typed.numbers import One, numbers, of_others
from bot.core.typed.remarks import (
    EMERGENCY,
    FINE,
    GLAD,
    GREETING,
    NO_MORE,
    SAD,
    UNEASY,
    says_a_count,
    says_a_number,
    small_talk,
)
from bot.core.typed.sides import told_of_each
from bot.core.typed.spelling import spelling
from bot.core.typed.stance import Stance, begins, doubts, stance
from bot.core.typed.vocabulary import Vocabulary

OF_A_SESSION = ("labels.start", "labels.short", "labels.done", "labels.enough", "labels.set-done", "labels.not-today")
"""Buttons of a session, before it or in it."""
MARKS = " .,;:!?-"
LAPSES = timedelta(hours=12)
"""After so long a question that was left alone is no longer what somebody answers; its buttons still are."""


SHORTLY = 7
"""Words of a text that names a sign and says little else."""
FEW = 3
"""Words of a text of which one may stand for a command before longer phrases are looked for."""


MORE_TODAY, PAUSE = "today", "pause"
"""The commands that show the session of today, and offer a break."""
IT_HURTS = "labels.it-hurts"
SKIP, AS_IT_IS, BACK = "labels.skip", "labels.same-level", "labels.back"
TO_PUT_OFF = ("labels.later", "labels.done")
"""Buttons of a session of today that waits."""
OFFERS = ("labels.lane-gentle", "labels.lane-confident")
"""Offers that can be left: in the words of the button for that where there is none."""
TO_THE_SIGNS = "labels.to-the-signs"
"""Nobody is told that these can wait."""
WAIT, GOODBYE = information.WAIT, "goodbye"
KEPT, LEFT, NO_SIGN = "kept", "left", "no-sign"
"""Kind words for who wants a plan as it is, or nothing of what is offered, and for who denies signs unasked."""
ENOUGH, NOT_TODAY = "labels.enough", "labels.not-today"
"""Buttons that end a session half-way, or leave it out, in whose words people also say it where there is none."""


OF_THE_CLOCK = ("time", "usual", "quiet")
"""Questions about a time of day, which some greetings name."""


PAIN = "pain"
"""The screen on which the sore knee and the usual pain are asked for."""
CHOSEN = (Adult, Minor, Agree, Barrier, GoOn, StillWanted, Tell)
"""What the buttons of a question mean that no typed words but theirs answer."""
ASKING = (Ask, AskAt, RateEffort, RatePain, ItHurts, HowIsIt, HowIsItFromPlan, GetDown)
"""What a screen is made again with when it holds a question that typed words may answer."""


def meaning(context: Context, vocabulary: Vocabulary, week: Sequence[str]) -> Meaning:
    """What a text, a caption or an edit means: danger first, then a wish to stop, then what stands on the screen.

    `week` are the names of the weekdays, Monday first. Raises OutOfRange for a score beyond its scale.
    """
    question = open_question(context)
    as_typed, context = context.text, rightly_spelled(context, vocabulary, week)
    text = context.text
    if _asks_for_signs(context, question) and (term := _term_asked(text, vocabulary)):
        return NoAnswer(asks=True, why=information.TERM, term=term)
    if (heard := _danger(context, as_typed, question, vocabulary, week)) is not None:
        return heard
    drawn = small_talk(text, vocabulary) if not words(text) else None
    if drawn == EMERGENCY:
        return Sign(grave=True)
    between = question == Ask("quiet") and window(text, vocabulary.clock, vocabulary.numbers) is not None
    shown = context.shown
    if (all_settings := _leaves_a_setting(shown, text, vocabulary)) is not None:
        return Tapped(all_settings)
    if drawn == NO_MORE or (not between and wishes.wants_to_stop(text, vocabulary)):
        return Stop()
    if shown is not None and (action := whole_label(shown, text, vocabulary)) is not None:
        return Tapped(action)
    asking = isinstance(question, ASKING)
    if asks_before_an_answer(text, vocabulary):
        why = _of_signs(context, question, True, vocabulary) if question is not None and asking else ""
        return NoAnswer(True, why=why) if asking else Unknown(True)
    asked = isinstance(question, ASKING) or (question is not None and _is_place_asked(context))
    if asked and _keeps_to_oneself(text, vocabulary):
        skip = only_one(data for path, _, data in (shown.buttons if shown is not None else ()) if path == SKIP)
        return NoAnswer(why=_kept_private(context, question)) if skip is None else Tapped(skip)
    if (asked or _holds_a_question(shown)) and _is_puzzled(text, vocabulary):
        return Unknown(asks=True) if information.is_consent_asked(context) else _puzzled_by(question)
    if isinstance(question, AskAt):
        text = _behind_a_start(text, vocabulary)
        none = _no_answer_to_signs(question, text, vocabulary) if _asks_for_signs(context, question) else None
        if none is not None:
            shorter = none.why == information.NOT_NOW and _denies_too_little(context, question, vocabulary)
            return replace(none, why=information.TOO_SHORT) if shorter else none
        if question.question == context.series.trigger.id and _was_misheard(text, vocabulary):
            out = replace(question, side="") if question.side else Reply(question.attempt, question.question, safety.NO)
            return Tapped(out)
        if wishes.names_a_condition(text, vocabulary.comes_next.get(question.question, ()), vocabulary):
            here = phrases(vocabulary.uncontrolled).are_in(words(text))
            counted = Tapped(Reply(question.attempt, question.question, safety.YES))
            return counted if here else NoAnswer(asks_it(text, vocabulary), why=information.COMES_NEXT)
    text = _without_rejected(text, vocabulary) or text
    if question == Ask(PAIN):
        left = _without_spared(text, vocabulary)
        if left is None:
            return NoAnswer()
        text = left
    text = of_the_side_asked(context, question, text, vocabulary) if question is not None else text
    context = replace(context, text=text)
    if (own := _own_words(as_typed, text, question, vocabulary)) is not None:
        return Tapped(own)
    if isinstance(question, AskAt) and question.side == CALL:
        return _told_of_a_call(context, question, text, vocabulary, week)
    before = _of_the_rating_before(context, question, text, vocabulary) if isinstance(question, RatePain) else None
    if before is not None:
        return before
    answer = answer_meant(context, question, vocabulary, week) if question is not None else None
    if isinstance(question, AskAt) and (back := _taken_back_before(context, question, answer, vocabulary)) is not None:
        return TakenBack(back)
    too_short = _denies_too_little(context, question, vocabulary)
    if too_short and getattr(answer, "value", "") == safety.NO:
        return NoAnswer(why=information.TOO_SHORT)
    if answer is not None and not isinstance(answer, SeveralNumbers):
        return Tapped(answer)
    how_it_is = _is_how_it_is(question, shown)
    if how_it_is and _is_poorly(text, vocabulary, vocabulary.polite):
        return NoAnswer(why=information.POORLY)
    action = button_meant(context, shown, text, vocabulary, week) if shown is not None else None
    if too_short and getattr(action, "value", "") == safety.NO:
        return NoAnswer(why=information.TOO_SHORT)
    if isinstance(question, AskAt) and action is not None and _differs_by_side(context, action, vocabulary, week):
        action = None
    if isinstance(action, HurtMove) and asks_it(text, vocabulary):
        action = None  # it is asked what is allowed, and the move goes on
    action = _unless_of_pain(shown, action, text, vocabulary)
    if not asked and _is_about_a_session(shown, action) and _is_in_part(text, vocabulary):
        return InPart()
    if isinstance(action, Done) and _is_of_some(text, vocabulary):
        action = None
    if isinstance(action, (ShowExercise, SetDone)):
        action = _it_hurts(shown, text, vocabulary) or action
    if isinstance(action, ItHurts):
        how_much = numbers(text, vocabulary.numbers, SCALE[-1], counting=False, things=False)
        if isinstance(how_much, One) and how_much.value in SCALE:
            return Tapped(Hurts(action.date, action.exercise, int(how_much.value)))  # "pain 7"
    if not asked and isinstance(action, (NotToday, ShowLesson, type(None))) and _is_away(text, vocabulary):
        return Tapped(rest) if (rest := paused_until(context, text, vocabulary, week)) is not None else Commanded(PAUSE)
    if _is_less_than_meant(action, text, vocabulary) and _is_too_much(text, vocabulary):
        return TooMuch()
    if isinstance(question, ConfirmZone) and (place := behind_a_no(as_typed, vocabulary)):
        return Placed(place_in(place, vocabulary), action)
    if action is not None:
        return Tapped(action)
    if answer is not None:
        return answer
    if is_ability(question) and is_one_of(text, vocabulary.well_enough, vocabulary.polite):
        return NoAnswer(why=information.WELL)
    if is_usual_pain(question) and tells_of_the_worst(text, vocabulary) and not asks_it(text, vocabulary):
        return NoAnswer(why=information.AT_WORST)
    if how_it_is and _is_poorly(text, vocabulary, vocabulary.aside):
        return NoAnswer(why=information.POORLY)
    if (
        shown is not None
        and not isinstance(question, Ask)
        and (action := in_one_clause(context, shown, vocabulary, week)) is not None
    ):
        return Tapped(action)
    parting = phrases(vocabulary.small_talk.get(GOODBYE, ())).are_in(words(text))
    if parting and small_talk(text, vocabulary) is not None:
        return SmallTalk(GOODBYE)  # "see you in two weeks" asks for no break
    if question is not None and (why := near_an_answer(question, text, vocabulary)):
        return NoAnswer(why=why)
    name = command(text, vocabulary, idle=not isinstance(question, ASKING))
    if name == PAUSE or phrases(vocabulary.quiet).are_in(words(text)):
        rest = paused_until(context, text, vocabulary, week)
        if rest is not None:
            return Tapped(rest)
    if name is not None:
        more = len(words(text)) > 1 and name == MORE_TODAY
        enough = more and _is_too_much(text, vocabulary)  # "that's enough for me today"
        return TooMuch() if enough else Commanded(name)
    kind = small_talk(text, vocabulary)
    if kind == GREETING and isinstance(question, Ask) and question.question in OF_THE_CLOCK:
        return NoAnswer()  # "evening"
    if kind == FINE and isinstance(question, (RateEffort, RatePain, ItHurts)):
        return NoAnswer(scale=EFFORT)
    if kind is not None:
        return SmallTalk(kind) if context.subscriber is not None or kind != GREETING else Commanded("start")
    pointed = pointed_at(context, shown, text, vocabulary) if shown is not None else None
    if (pointed := _unless_of_pain(shown, pointed, text, vocabulary)) is not None:
        return Tapped(pointed)
    if question is not None and _is_place_asked(context):
        return Placed(place_in(before_a_but(after_taking_back(as_typed, vocabulary), vocabulary), vocabulary))
    held = context.subscriber is not None and safety.flagged(context.series, context.subscriber) is not None
    offered = not asked and not held and not isinstance(question, Unsubscribe)
    if offered and (left := _left(shown, text, vocabulary)):
        return SmallTalk(left)
    if wishes.names_a_pair(text, vocabulary.unsteady, vocabulary.signs):
        return Sign()
    asks = asks_it(text, vocabulary)
    if not asks and (hurt := _it_hurts(shown, text, vocabulary)) is not None:
        return Tapped(hurt)
    if isinstance(question, ASKING) and wishes_to_skip(text, vocabulary):
        return NoAnswer(why=_kept_private(context, question))
    if isinstance(question, ASKING):
        why = information.TOO_SHORT if too_short else _of_signs(context, question, asks, vocabulary)
        return NoAnswer(asks, _scale_of(context, question, vocabulary), why)
    if not asked and any(
        is_one_of(each, vocabulary.small_talk.get(WAIT, ()), vocabulary.polite) for each in CLAUSES.split(text)
    ):
        return SmallTalk(WAIT)
    if _is_too_much(text, vocabulary):
        return TooMuch()
    if question is None and not held and _holds_a_question(shown) and not information.is_consent_asked(context):
        return NoAnswer(asks, why="" if asks else information.NEAREST)
    if not asks and (at := _another_time(shown, text, vocabulary)):
        return AtAnotherTime(at)
    if not asks and (taken_back := _taken_back(text, vocabulary)) is not None and context.subscriber is not None:
        return taken_back
    told = _told_in_passing(text, vocabulary) if context.subscriber is not None else None
    if told is not None:
        return SmallTalk(told)
    if not asks and not _is_sore(text, vocabulary) and wishes.denies_a_sign(text, vocabulary.signs):
        return SmallTalk(NO_SIGN)
    return Unknown(asks, _is_sore(text, vocabulary), _is_a_rating(text, vocabulary))


def _danger(
    context: Context, as_typed: str, question: Action | None, vocabulary: Vocabulary, week: Sequence[str]
) -> Sign | InCare | Tapped | None:
    """The sign that a text names, or the answer of which it is one: to how bad the pain is, or to a list of signs."""
    text = context.text
    said = tuple(dict.fromkeys((as_typed, text)))
    if is_worst_pain(text, question, vocabulary):  # the end of the scale names a sign everywhere else
        answer = answer_meant(context, question, vocabulary, week) if question is not None else None
        if answer is not None and not isinstance(answer, SeveralNumbers):
            return Tapped(answer)
    if isinstance(question, AskAt) and not phrases(vocabulary.whether).are_in(words(text)):
        screen = question.question.removesuffix(safety.WHICH)
        conditions = vocabulary.conditions.get(screen, ())
        if any(wishes.names_a_condition(each, conditions, vocabulary) for each in said):
            # Where it is asked which of them it is, that is no sign either.
            answered = Tapped(Reply(question.attempt, question.question, safety.YES))
            return answered if question.question == screen else None
        if any(wishes.names_a_condition(each, vocabulary.comes_next.get(screen, ()), vocabulary) for each in said):
            return None
    ending_life = any(wishes.names_ending_life(each, vocabulary.signs) for each in said)
    if ending_life and isinstance(question, AskAt) and question.question == context.series.ending_life.id:
        told = not asks_it(text, vocabulary) and not all(wishes.is_of_another(each, vocabulary) for each in said)
        if told:
            return Tapped(Reply(question.attempt, question.question, safety.YES))
    named = any(wishes.names_a_sign(each, vocabulary.signs) for each in said)
    if not ending_life and _is_in_care(text, vocabulary):
        return InCare(named)
    if not ending_life and not named:
        return None
    of_another = all(wishes.is_of_another(each, vocabulary) for each in said)
    if of_another and not ending_life and isinstance(question, AskAt):
        denied = answer_meant(context, question, vocabulary, week)  # "my mother had that, I have none of these"
        if isinstance(denied, Reply) and denied.value == safety.NO:
            return Tapped(denied)
    if ending_life:
        return Sign(ending_life, of_another)
    if of_another:
        grave = any(wishes.names_a_grave_sign(each, vocabulary.signs) for each in said)
        others = single(vocabulary.numbers.others) & {*words(text)}
        return Sign(of_another=True, animal=bool(others) and others <= {*vocabulary.animals}, grave=grave)
    grave = any(wishes.names_a_grave_sign(each, vocabulary.signs) for each in said)
    if grave and isinstance(question, AskAt) and _is_gravest(context, question) and not asks_it(text, vocabulary):
        if phrases(vocabulary.long_ago).are_in(words(text)):
            return Sign(listed=True)
        doubted = any(doubts(words(each), vocabulary) for each in CLAUSES.split(text))
        return Tapped(Reply(question.attempt, question.question, safety.NOT_SURE if doubted else safety.YES))
    listed = isinstance(question, AskAt) and (not grave or question.question in vocabulary.listed)
    if isinstance(question, AskAt) and listed and _asks_about(context, question, said, vocabulary):
        return _told_of_the_signs(context, question, vocabulary)
    return Sign(grave=grave)


def _asks_for_signs(context: Context, question: Action | None) -> bool:
    """Whether the open question asks for signs of danger."""
    return isinstance(question, AskAt) and safety.screen(context.series, _screen_of(question)) is not None


def _screen_of(question: AskAt) -> str:
    return question.question.removesuffix(safety.WHICH)


def _term_asked(text: str, vocabulary: Vocabulary) -> str:
    """The word of which a text asks what it means, and nothing else: "what does numb mean"; else empty."""
    said = words(text)
    if len(said) > MOST_FOR_A_COMMAND:
        return ""
    for term, many in vocabulary.terms.items():
        left = without(said, many)
        asked = len(left) < len(said) and phrases(vocabulary.asks_meaning).are_in(left)
        if asked and not without(left, (*vocabulary.asks_meaning, *vocabulary.around_a_term, *vocabulary.polite)):
            return term
    return ""


def _no_answer_to_signs(question: AskAt, text: str, vocabulary: Vocabulary) -> NoAnswer | None:
    """What is said to a list of signs and answers it with neither yes nor no."""
    behind = text.lstrip(MARKS).partition(" ")[2] if begins(words(text), vocabulary.refuse) else ""
    if any(is_one_of(each, vocabulary.not_now, vocabulary.polite) for each in (text, behind) if words(each)):
        return NoAnswer(why=information.NOT_NOW)
    if is_one_of(text, vocabulary.declining, vocabulary.polite):
        return NoAnswer(why=information.PRIVATE_SIGNS)
    if is_one_of(text, (*vocabulary.soft, *vocabulary.hedged), vocabulary.polite):
        return NoAnswer(why=information.SOFT_NO)
    said = words(text)
    against = single(vocabulary.refuse) | single(vocabulary.negations) | single(vocabulary.partly)
    named = phrases(vocabulary.elsewhere.get(_screen_of(question), ())).are_in(said)
    if named and not against & {*said} and not phrases(vocabulary.doubts).are_in(said):
        return NoAnswer(asks_it(text, vocabulary), why=information.ELSEWHERE)
    return None


def _taken_back_before(
    context: Context, question: AskAt, answer: Action | SeveralNumbers | None, vocabulary: Vocabulary
) -> AskAt | None:
    """The question that led to this one, where a no to this one says that the answer to that was none."""
    screen, taken = safety.screen(context.series, question.question), vocabulary.takes_back.get(question.question, ())
    if screen is None or not screen.after or not phrases(taken).are_in(words(context.text)):
        return None
    told = getattr(answer, "value", "") == safety.NO
    if not told and asks_it(context.text, vocabulary):
        return None
    beside = (*vocabulary.polite, *vocabulary.around, *vocabulary.refuse, *vocabulary.denying)
    if not told and without(without(words(context.text), taken), beside):
        return None
    return AskAt(question.attempt, screen.after)


def _is_sore(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text tells of what hurts, and not of somebody else: "my neighbour fell in love" does not."""
    said = wishes.without_denied(text, vocabulary.signs)
    return bool(single(vocabulary.unwell) & {*without(said, vocabulary.unwell_not)}) and not of_others(
        said, vocabulary.numbers
    )


def _unless_of_pain(shown: Shown | None, action: Action | None, text: str, vocabulary: Vocabulary) -> Action | None:
    """The action, but for a lesson where a text tells of what hurts and has no other word of its title."""
    if not isinstance(action, ShowLesson) or not _is_sore(text, vocabulary):
        return action
    labels = (label for _, label, data in (shown.buttons if shown is not None else ()) if only_one([data]) == action)
    named = {word for label in labels for word in words(label)} - single(vocabulary.unwell)
    return action if named & {*words(text)} else None


def _taken_back(text: str, vocabulary: Vocabulary) -> Corrected | None:
    """The scores of a short text that takes one back: "I said 7 but it was more a 6"."""
    said = words(text)
    if len(said) > MOST_FOR_A_COMMAND or not phrases(vocabulary.numbers.retracting).are_in(said):
        return None
    known = {**vocabulary.numbers.words, **{f"{n}": n for n in range(SCALE[-1] + 1)}}
    values = tuple(dict.fromkeys(float(known[each]) for each in said if each in known and known[each] <= SCALE[-1]))
    return Corrected(values) if values else None


def _of_the_rating_before(context: Context, question: RatePain, text: str, vocabulary: Vocabulary) -> Corrected | None:
    """A score that corrects how hard it was, perhaps, where how much it hurt is asked next: "I meant 6"."""
    session = context.known.session(question.date)
    said = without(words(text), vocabulary.polite)
    if session is None or session.effort is None or not phrases(vocabulary.numbers.retracting).begins(said):
        return None
    found = _taken_back(text, vocabulary)
    return found if found is not None and len(found.values) == 1 and found.values[0] != session.effort else None


def _another_time(shown: Shown | None, text: str, vocabulary: Vocabulary) -> str:
    """The time that a short text names where a session can be begun or put off: "make it nine"."""
    put_off = any(path in TO_PUT_OFF for path, _, _ in (shown.buttons if shown is not None else ()))
    said = words(text)
    if not put_off or len(said) > MOST_FOR_A_COMMAND or (len(said) == 1 and ":" not in text):
        return ""
    at = clock(text, vocabulary.clock, vocabulary.numbers) or clock_within(text, vocabulary.clock, vocabulary.numbers)
    if at is None:
        left = without(said, (*vocabulary.polite, *vocabulary.around, *vocabulary.rather))
        at = clock(" ".join(left), vocabulary.clock, vocabulary.numbers) if left and len(left) < len(said) else None
    return at or ""


def _behind_a_start(text: str, vocabulary: Vocabulary) -> str:
    """What stands behind the startled words before a no: "what, no, I wrote that"; else all of it."""
    rest = text
    for _ in range(FEW):
        first, _, behind = rest.lstrip(MARKS).partition(" ")
        if not {*words(first)} or not {*words(first)} <= single(vocabulary.startled):
            return text
        rest = behind.lstrip(MARKS)
        if begins(words(rest), vocabulary.refuse):
            return rest
    return text


def _was_misheard(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text says that something else was meant, and nothing of its writer: "I said that the soup is hot"."""
    said = words(text)
    rest = without(said, vocabulary.misheard)
    if len(rest) == len(said) or len(said) > LONGEST_TOLD or text.rstrip().endswith("?") or doubts(said, vocabulary):
        return False
    unsteady = {word for pair in vocabulary.unsteady for each in pair.first for word in words(each)}
    own = (single(vocabulary.signs.own) | unsteady) - all_words(vocabulary.misheard)
    against = own | single(vocabulary.unwell) | single(vocabulary.partly)
    return not begins(said, vocabulary.agree) and not against & {*rest}


def _is_how_it_is(question: Action | None, shown: Shown | None) -> bool:
    """Whether it is asked how the knee is, or how much it hurts."""
    match question:
        case HowIsIt() | HowIsItFromPlan() | RatePain() | ItHurts():
            return True
        case Ask(question=asked) | AskAt(question=asked) | OneTap(question=asked):
            return asked == questionnaire.PAIN or is_ability(question)
    return any(isinstance(only_one([data]), Morning) for _, _, data in (shown.buttons if shown is not None else ()))


def _is_poorly(text: str, vocabulary: Vocabulary, beside: tuple[str, ...]) -> bool:
    """Whether a text or a face says that it is not well, and not how bad."""
    if not words(text):
        return small_talk(text, vocabulary) in (UNEASY, SAD)
    return is_one_of(text, vocabulary.poorly, beside)


def _keeps_to_oneself(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text will not tell, and says no more than to ask about that: "rather not say, is that a problem?"."""
    told = [each for each in CLAUSES.split(text) if words(each)]
    left = [each for each in told if not is_one_of(each, vocabulary.private, vocabulary.polite)]
    left = [each for each in left if not phrases(vocabulary.worries.get(information.WHY_ASKED, ())).are_in(words(each))]
    whole = is_one_of(text, vocabulary.private, vocabulary.polite) or (not left and len(left) < len(told) - 1)
    asking = text.rstrip().endswith("?") and all(begins(words(each), vocabulary.inverted) for each in left)
    return whole or (len(left) < len(told) and asking)


def _holds_a_question(shown: Shown | None) -> bool:
    """Whether the buttons of a message that asks for no typed words answer a question, as those of an age do."""
    buttons = shown.buttons if shown is not None else ()
    if any(path in (*OFFERS, AS_IT_IS) for path, _, _ in buttons):
        return False
    return any(isinstance(only_one([data]), CHOSEN) for _, _, data in buttons)


def _puzzled_by(question: Action | None) -> NoAnswer:
    """What was not understood: a scale has words of its own."""
    how_hard, how_bad = isinstance(question, RateEffort), isinstance(question, RatePain | ItHurts)
    scale = EFFORT if how_hard else PAIN if how_bad or is_usual_pain(question) else ""
    return NoAnswer(scale=scale, why=information.PUZZLED)


def _is_puzzled(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a clause says that what is asked was not understood, and nothing else, and none says a number."""
    if len(words(text)) > LONGEST_TOLD or says_a_count(words(text), vocabulary):
        return False
    known = phrases(vocabulary.puzzled)
    if not known.are_in(words(text)):
        return False
    beside = all_words(vocabulary.puzzled_about) | all_words(vocabulary.polite)
    for said in map(words, CLAUSES.split(text)):
        for start, each in known.found(said):
            if {*said[:start], *said[start + len(each) :]} <= beside:
                return True
    return False


def _is_place_asked(context: Context) -> bool:
    return context.subscriber is not None and profile.is_place_asked(context.subscriber)


def _kept_private(context: Context, question: Action | None) -> str:
    """What somebody will not tell: a place, signs, or something else."""
    if _is_place_asked(context):
        return information.PRIVATE_PLACE
    signs = isinstance(question, AskAt) and safety.screen(context.series, question.question) is not None
    return information.PRIVATE_SIGNS if signs else information.PRIVATE


def _of_signs(context: Context, question: Action, asks: bool, vocabulary: Vocabulary) -> str:
    """Whether it is asked what a list of signs means, or told of pain and no more where a sign led to one."""
    if not isinstance(question, AskAt):
        return ""
    led_to = question.question == context.series.trigger.id
    if not led_to and safety.screen(context.series, question.question) is None:
        return ""
    if asks:
        return information.ASKS_SIGNS
    if wishes.denies_a_sign(context.text, vocabulary.signs):
        return information.DENIES_SOME
    hurts = single(vocabulary.unwell) & {*words(context.text)}
    return information.PAIN_ALONE if hurts and led_to else ""


def _left(shown: Shown | None, text: str, vocabulary: Vocabulary) -> str:
    """The kind word for who wants nothing of what is offered, or a plan that may be changed as it is: "just right"."""
    paths = [path for path, _, _ in (shown.buttons if shown is not None else ())]
    if any(each in OFFERS for each in paths):
        kept = is_one_of(text, vocabulary.buttons.get(AS_IT_IS, ()), vocabulary.polite)
        return KEPT if kept or stance(text, vocabulary) is Stance.REFUSES else ""
    refused = is_one_of(text, vocabulary.refuse, vocabulary.polite) or wishes_to_skip(text, vocabulary)
    return LEFT if paths and refused and not {TO_THE_SIGNS, ENOUGH} & {*paths} else ""


def _differs_by_side(context: Context, action: Action, vocabulary: Vocabulary, week: Sequence[str]) -> bool:
    """Whether a text chooses one thing for a side and another for the other: "left dropped, right was fine"."""
    shown, told = context.shown, told_of_each(context.text, vocabulary)
    if shown is None or told is None or whole_phrase(shown, action, context.text, vocabulary):
        return False
    read = [button_meant(replace(context, text=each), shown, each, vocabulary, week) for each in told]
    return None not in read and read[0] != read[1]


def _leaves_a_setting(shown: Shown | None, text: str, vocabulary: Vocabulary) -> Action | None:
    """The way back to all settings, where a text leaves the one that is open as it is: "cancel", "keep it"."""
    found = only_one(data for path, _, data in (shown.buttons if shown is not None else ()) if path == BACK)
    return found if isinstance(found, ShowSettings) and is_one_of(text, vocabulary.leaving, vocabulary.polite) else None


def _is_in_care(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a part of a text says of its writer, and does not ask, that they are where help is, or that it comes."""
    if text.rstrip().endswith("?") or begins(words(text), vocabulary.asking):
        return False
    told = [each for each in map(words, CLAUSES.split(text)) if phrases(vocabulary.in_care).are_in(each)]
    return any(not of_others(each, vocabulary.numbers) for each in told)


def _without_rejected(text: str, vocabulary: Vocabulary) -> str:
    """What is left of a text without the parts that reject a number ("three is too much, two"); else nothing."""
    told = [each for each in CLAUSES.split(text, MOST_PARTS) if words(each)]
    rejecting = phrases(vocabulary.rejecting)
    left = [each for each in told if not (rejecting.are_in(words(each)) and says_a_number(each, vocabulary))]
    return ", ".join(left) if 0 < len(left) < len(told) <= MOST_PARTS else ""


def _without_spared(text: str, vocabulary: Vocabulary) -> str | None:
    """A text that names both sides, without the one of which it is said that it is well; None where that is unclear."""
    said = words(text)
    well, against = phrases(vocabulary.spared), single(vocabulary.negations)
    spared = [start for start, _ in well.found(said) if not against & {*said[max(0, start - 2) : start]}]
    if not spared or not all({*side} & {*said} for side in vocabulary.sides):
        return text
    sides = {word for side in vocabulary.sides for word in side}
    told = [each for each in parts(text, vocabulary.connectives) if words(each)]
    left = [each for each in told if not (well.are_in(words(each)) and sides & {*words(each)})]
    return ", ".join(left) if 0 < len(left) < len(told) <= MOST_PARTS else None


def _asks_about(context: Context, question: AskAt, said: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether the screen asks about the signs that were named: asked elsewhere it would go in a circle."""
    if question.question == context.series.trigger.id:
        return True
    if _is_gravest(context, question) and begins(words(context.text), vocabulary.agree):
        return True  # no other screen asks about worse
    listed = (*vocabulary.listed.get(question.question, ()), *vocabulary.came_about.get(question.question, ()))
    return bool(listed) and all(wishes.are_listed(each, listed, vocabulary.signs) for each in said)


def _is_gravest(context: Context, question: AskAt) -> bool:
    """Whether the screen asks for the signs for which one calls an ambulance."""
    return any(each.id == question.question and each.tier == safety.TIERS[0] for each in context.series.safety)


def _told_of_the_signs(context: Context, question: AskAt, vocabulary: Vocabulary) -> Tapped | Sign:
    """A sign that the screen lists is a yes to it, or a doubt; what is asked, or long ago, or tells but how it came
    about, is asked about once more.

    Below the list that a sign led to, only a plain yes is one, or a sign and little else: it may have been misheard.
    """
    if begins(words(context.text), vocabulary.agree):
        return Tapped(Reply(question.attempt, question.question, safety.YES))
    if question.question == context.series.trigger.id:
        if _names_it_again(context, question, vocabulary):
            return Tapped(Reply(question.attempt, question.question, safety.YES))
        return Sign(listed=asks_it(context.text, vocabulary))
    if any(doubts(words(each), vocabulary) for each in CLAUSES.split(context.text)):
        return Tapped(Reply(question.attempt, question.question, safety.NOT_SURE))
    past = phrases(vocabulary.long_ago).are_in(words(context.text))
    came_about = vocabulary.came_about.get(question.question, ())
    if past or asks_it(context.text, vocabulary) or wishes.are_listed(context.text, came_about, vocabulary.signs):
        return Sign(listed=True)
    return Tapped(Reply(question.attempt, question.question, safety.YES))


def _names_it_again(context: Context, question: AskAt, vocabulary: Vocabulary) -> bool:
    """Whether a short text names a sign below the list that one led to, and says nothing that takes it back."""
    text, said = context.text, words(context.text)
    against = (*vocabulary.misheard, *vocabulary.mistaken, *vocabulary.long_ago, *vocabulary.doubts)
    cleared = vocabulary.cleared.get(question.question, ())
    if len(said) > SHORTLY or asks_it(text, vocabulary) or phrases((*against, *cleared)).are_in(said):
        return False
    return not single(vocabulary.refuse) & {*said} and not wishes.is_of_another(text, vocabulary)


def _denies_too_little(context: Context, question: Action | None, vocabulary: Vocabulary) -> bool:
    """Whether a no to signs is said of a shorter time than is asked of: "not today" of what was in the last days."""
    spans, text = list(vocabulary.times), context.text
    if not isinstance(question, AskAt) or not spans or safety.screen(context.series, question.question) is None:
        return False
    asked = spans.index(vocabulary.asks_of.get(question.question, spans[-1]))
    shorter = tuple(each for span in spans[:asked] for each in vocabulary.times[span])
    enough = tuple(each for span in spans[asked:] for each in vocabulary.times[span])
    noes = single(vocabulary.refuse) | single(vocabulary.negations)
    told = [words(each) for each in CLAUSES.split(text)]
    bound = any(phrases(shorter).are_in(each) and noes & {*each} for each in told)
    return bound and not phrases(enough).are_in(words(text))


def rightly_spelled(context: Context, vocabulary: Vocabulary, week: Sequence[str]) -> Context:
    """The context with slips and short forms taken back; the words on the screen are right."""
    shown = context.shown.buttons if context.shown is not None else ()
    beside = frozenset(word for _, label, _ in shown for word in words(label))
    return replace(context, text=spelling(vocabulary, tuple(week)).right(context.text, beside))


def _told_of_a_call(
    context: Context, question: AskAt, text: str, vocabulary: Vocabulary, week: Sequence[str]
) -> Meaning:
    """What is said below whom to call: it has passed, it is something else, it is there; nothing else leads away."""
    shown = context.shown
    if is_one_of(text, vocabulary.urged.get(information.CALLED, ()), vocabulary.polite):
        return InCare()
    if shown is not None and (action := button_meant(context, shown, text, vocabulary, week)) is not None:
        return Tapped(action)
    match stance(text, vocabulary):
        case Stance.AGREES:
            return Tapped(Reply(question.attempt, question.question, safety.YES))
        case Stance.REFUSES:
            return Tapped(replace(question, side=""))
        case Stance.UNSURE:
            return Tapped(Reply(question.attempt, question.question, safety.NOT_SURE))
    kind = small_talk(text, vocabulary)
    return SmallTalk(kind) if kind is not None else NoAnswer(asks_it(text, vocabulary), why=information.CALL_NOW)


def _own_words(as_typed: str, text: str, question: Action | None, known: Vocabulary) -> Action | None:
    """The answer in one's own words, where these are asked for: kept as they were typed."""
    match question:
        case Ask(question="moment" | "place" as asked, picked=(profile.OWN,)):
            spoken = command(text, known) is not None or small_talk(text, known) is not None
            own = None if spoken else profile.own_words(as_typed)
            return Tell(asked, (own,)) if own else None
    return None


def open_question(context: Context) -> Action | None:
    """What the screen they look at asks; None when it asks nothing, or was left alone for too long."""
    known = context.subscriber
    if known is None or (known.shown is not None and context.now - known.shown.at > LAPSES):
        return None
    if not known.showing:
        return _question_of_the_week(known.shown)
    try:
        return callback_data.parse(known.showing)
    except Outdated:
        return None


def _question_of_the_week(shown: Shown | None) -> OneTap | None:
    """The one question that a reminder holds after the re-test, as one of its answers."""
    data = (data for path, _, data in (shown.buttons if shown is not None else ()) if path == "labels.number")
    first = only_one([next(data, "")])
    return first if isinstance(first, OneTap) else None


def _scale_of(context: Context, question: Action | None, known: Vocabulary) -> str:
    """What a question asks for as a number: pain, or anything else; empty where it asks for none."""
    match question:
        case Ask(question="pain") if context.known.said(context.series.choices.beside_pain) is None:
            return ""  # which knee is asked as well
        case RatePain() | ItHurts() | Ask(question="pain") | AskAt(question="pain"):
            said = {*words(context.text)}  # no sorrow over "hardly any", nor over a slip of "zero"
            return PAIN if said & single(known.unwell) and not said & single(known.negations) else EFFORT
        case RateEffort() | AskAt(question=questionnaire.SURE):
            return EFFORT
        case AskAt(question=id) if safety.screen(context.series, id) is None and id != context.series.trigger.id:
            return EFFORT if says_a_number(context.text, known) else ""
    return ""


def behind_a_command(
    context: Context, vocabulary: Vocabulary, week: Sequence[str], *, exists: bool
) -> Sign | InCare | Stop | None:
    """What is heard behind a command before it is obeyed: a sign of danger. Where no such command exists, a stop."""
    match meaning(unasked(context), vocabulary, week):
        case Sign(listed=False) | InCare() as heard:
            return heard
        case Stop() as heard if not exists:
            return heard
    return None


def tells_which(context: Context, asked: Reply, vocabulary: Vocabulary) -> bool:
    """Whether words that name a sign of a screen leave no doubt which of its signs that is.

    They name no other one besides, and it may not be another, or too long ago: a new hip may be of last month.
    """
    screen = asked.question.removesuffix(safety.WHICH)
    name, said = safety.name_of(screen, str(asked.value)), words(context.text)
    left = without(said, vocabulary.buttons.get(name, ()))
    another = phrases(vocabulary.conditions.get(screen, ())).are_in(left)
    past = name in vocabulary.of_late and phrases(vocabulary.long_ago).are_in(said)
    return not another and not past and name not in vocabulary.may_be_another


def unasked(context: Context) -> Context:
    """The same words where they answer nothing: in an edit, or sent on."""
    known = context.subscriber
    return context if known is None else replace(context, subscriber=replace(known, showing="", shown=None))


def is_asked(context: Context) -> bool:
    """Whether a question is open that typed words may answer."""
    return isinstance(open_question(context), ASKING)


def _it_hurts(shown: Shown | None, text: str, vocabulary: Vocabulary) -> Action | None:
    """The button for what hurts, where a clause says so: "it hurts but only a little, can I go on"."""
    found = only_one(data for path, _, data in (shown.buttons if shown is not None else ()) if path == IT_HURTS)
    told = vocabulary.buttons.get(IT_HURTS, ())
    denied = single(vocabulary.negations) | single(vocabulary.refuse)
    clauses = [words(each) for each in parts(text, vocabulary.connectives)]
    return found if any(phrases(told).are_in(each) and not denied & {*each} for each in clauses) else None


def _is_of_some(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text tells of a part of a session: "I did the first two"."""
    said = words(text)
    return phrases(vocabulary.some_of).are_in(said) and not single(vocabulary.all) & {*said}


def _is_away(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a short text tells of days to come that somebody is not here: "we are on vacation from tomorrow"."""
    said = words(text)
    if len(said) > LONGEST_TOLD or asks_it(text, vocabulary):
        return False
    return phrases(vocabulary.away).are_in(said) and not phrases(vocabulary.away_not).are_in(said)


def _is_about_a_session(shown: Shown | None, action: Action | None) -> bool:
    """Whether a text is about all of a session, and about no other button, where one is shown or nothing is."""
    told = action is None or isinstance(action, (Done, HowIsIt, HowIsItFromPlan))
    paths = [path for path, _, _ in (shown.buttons if shown is not None else ())]
    return told and (not paths or any(each in OF_A_SESSION for each in paths))


def _is_in_part(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a short text tells of a session that was done in part: "only managed half", "did 2 of the 5"."""
    known = vocabulary.numbers.words.items()
    numerals = {str(value): word for word, value in reversed(known)}
    said = [numerals.get(each, each) for each in words(text)]
    if len(said) > MOST_FOR_A_COMMAND or asks_it(text, vocabulary):
        return False
    if any(is_one_of(each, vocabulary.in_part_alone, vocabulary.polite) for each in CLAUSES.split(text)):
        return True
    against = single(vocabulary.unwell) | single(vocabulary.all)
    return any(wishes.stands_paired(said, pair, against) for pair in vocabulary.in_part)


def _is_a_rating(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a short text is a number of 0 to 10, and counts nothing."""
    found = numbers(text, vocabulary.numbers, SCALE[-1], counting=False, things=False)
    beside = single(vocabulary.numbers.around) | single(vocabulary.numbers.beside)
    stray = [each for each in words(text) if each not in beside and not says_a_number(each, vocabulary)]
    return isinstance(found, One) and not stray and found.value <= SCALE[-1] and len(words(text)) <= FEW + 1


def _is_less_than_meant(action: Action | None, text: str, vocabulary: Vocabulary) -> bool:
    """Whether a button is a session, or about one move where a text speaks of everything: "it's all too much now"."""
    match action:
        case HowIsIt(short=short) | HowIsItFromPlan(short=short):
            return not short
        case SetLevel():
            return bool(single(vocabulary.all) & {*words(text)})
    return False


def _is_too_much(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text says that all of it is too much, or enough, and nothing of pain."""
    said = words(text)
    if len(said) > LONGEST_TOLD or text.rstrip().endswith("?"):
        return False
    enough = [*vocabulary.buttons.get(ENOUGH, ())]
    enough += [each for each in vocabulary.buttons.get(NOT_TODAY, ()) if " " in each]  # a "no" says it of anything
    if any(is_one_of(each, (*vocabulary.weary, *enough), vocabulary.polite) for each in CLAUSES.split(text)):
        return True
    pairs = (*vocabulary.weary_pairs, *vocabulary.buttons_paired.get(ENOUGH, ()))
    against = single(vocabulary.unwell) | single(vocabulary.negations)
    return any(wishes.stands_paired(said, pair, against) for pair in pairs)


def _told_in_passing(text: str, vocabulary: Vocabulary) -> str | None:
    """The kind of a short text of which two words apart tell how somebody fares: "walking went fine"."""
    said = words(text)
    if len(said) > MOST_FOR_A_COMMAND or text.rstrip().endswith("?") or begins(said, vocabulary.asking):
        return None
    against = single(vocabulary.negations) | single(vocabulary.partly)
    unwell = against | single(vocabulary.unwell)
    found = [
        kind
        for kind, pairs in vocabulary.small_talk_paired.items()
        if any(wishes.stands_paired(said, pair, unwell if kind == GLAD else against) for pair in pairs)
    ]
    return found[0] if len(found) == 1 else None
