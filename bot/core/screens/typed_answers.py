"""What typed words mean to one person where they stand: a sign, a wish to stop, a button, an answer, a command."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from bot.core.assessment import safety
from bot.core.assessment.selftest import OutOfRange
from bot.core.model import callback_data
from bot.core.model.callback_data import (
    Action,
    Ask,
    AskAt,
    Barrier,
    ConfirmZone,
    Hurts,
    ItHurts,
    Morning,
    OneTap,
    Outdated,
    PauseUntil,
    RateEffort,
    RatePain,
    Reply,
    StillWanted,
    Tell,
)
from bot.core.model.context import Context
from bot.core.model.series import AgeBand, Question
from bot.core.model.subscriber import Shown
from bot.core.screens import enrollment, profile, questionnaire
from bot.core.typed import wishes
from bot.core.typed.clock import clock, clock_within, window
from bot.core.typed.days import days_named, names_a_day, says_only, weekdays
from bot.core.typed.fold import (
    CLAUSES,
    MOST_PARTS,
    WORD,
    alike,
    all_words,
    folded,
    holds,
    is_one_of,
    parts,
    phrase,
    phrases,
    single,
    stripped,
    without,
    words,
)
from bot.core.typed.numbers import STRAY, Numbers, One, Several, bounded, days_long, in_units, numbers, of_others
from bot.core.typed.pointing import pointed
from bot.core.typed.spelling import spelling
from bot.core.typed.stance import Stance, begins, doubts, stance
from bot.core.typed.vocabulary import Commands, Vocabulary

LAPSES = timedelta(hours=12)
"""After so long a question that was left alone is no longer what somebody answers; its buttons still are."""
OLDEST = 120
CHILD = 10
"""Beside an age a number below this counts something else; between the two an age of a child may be meant."""
YEAR = 4
"""Digits of a year of birth."""
SIGNS_DENIED, SIGNED = "labels.no", "labels.yes"
NOT_PLAIN = re.compile(r"^\s*[-‐‑‒–—−]\s*\d|\d\s*[+%]")
OF_24_HOURS = re.compile(r"(?<!\d)0\d|\d ?[:.h] ?\d")
OF_THE_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)\b")
HALF_A_DAY, NOON = 12, "12:00"
AROUND_A_BUTTON = 4
"""Words beside those of a button: with more, they may be about something else."""
LONGEST_TOLD = 24
"""Words of a text that is looked through for a button clause by clause."""
FEW = 3
"""Words of a text of which one may stand for a command before longer phrases are looked for."""
MOST_FOR_A_COMMAND = 14
"""Words around a phrase that stands for a command."""
UNDONE = 4
"""Words behind a "could not" among which a number was not reached."""
SHORT = 14
"""Words behind a "none of these": more may tell of something else."""
STRAY_BESIDE_CHOICES = 6
"""Words beside the names of what is chosen that say something of their own."""
INCHES = "in"
EFFORT, ACTIVITY = "effort", "activity"
"""Beside pain, what a scale of 0 to 10 asks about: each has words of its own."""
GREETING, SMILE = "hello", "smile"
"""Kinds of small talk: whoever is greeted by a stranger begins, and a face has no words."""
SHORTEST = 4
"""Letters of what is looked for inside a text; less is too easily a part of something else."""
ENDING = 3
"""Letters that are more than an ending: "stands" is "stand", and "without" is no "with"."""
PICKS = ("labels.picked", "labels.unpicked", "labels.day-on", "labels.day-off")
"""Beside one of these another may be named."""
PLAINLY = ("labels.agree", "labels.erase")
"""Consent, and what cannot be taken back: nothing beside a yes to them."""
CAREFUL = (*PLAINLY, SIGNS_DENIED, "labels.may-start", "labels.undo")
"""Nor a question, or what somebody else said."""
WHOLE = ("labels.back", "labels.skip", "labels.number", "labels.clock", "labels.window")
"""Buttons whose words mean them only when nothing else stands there."""
ANSWERS = (Barrier, Morning, Reply, StillWanted, Tell)
"""Buttons that answer a question: what is told in other words is still an answer to it."""
NAMED = ("days", "time", "quiet", "kit", "activities", "pain")
"""Questions whose answers are named: no other word points to one of them."""
ASKING = (Ask, AskAt, RateEffort, RatePain, ItHurts)
"""What a screen is made again with when it holds a question that typed words may answer."""


@dataclass(frozen=True, slots=True)
class Sign:
    """They name a sign of danger; that of somebody who thinks of ending their life is answered in its own words.

    One `of_another` is somebody else's: what to do then is told, and whether it is not their own is asked.
    """

    ending_life: bool = False
    of_another: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """They ask for no more messages."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """They mean what that button means."""

    action: Action


@dataclass(frozen=True, slots=True)
class Commanded:
    """They stand for a command."""

    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """They may name a place, which is asked for, and where they name none they mean the button of that action."""

    name: str
    otherwise: Action | None = None


@dataclass(frozen=True, slots=True)
class SeveralNumbers:
    """They hold numbers that differ where one is asked for."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """They do not answer the question that is open."""


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """They want no more than a kind word, of that kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that is known here."""


Meaning = Sign | Stop | Tapped | Commanded | Placed | SeveralNumbers | NoAnswer | SmallTalk | Unknown


def meaning(context: Context, vocabulary: Vocabulary, week: Sequence[str]) -> Meaning:
    """What a text, a caption or an edit means: danger first, then a wish to stop, then what stands on the screen.

    `week` are the names of the weekdays, Monday first. Raises OutOfRange for a score beyond its scale.
    """
    question = open_question(context)
    as_typed, context = context.text, rightly_spelled(context, vocabulary, week)
    text = context.text
    if (heard := _danger(context, as_typed, question, vocabulary, week)) is not None:
        return heard
    between = question == Ask("quiet") and window(text, vocabulary.clock, vocabulary.numbers) is not None
    if not between and wishes.wants_to_stop(text, vocabulary):
        return Stop()
    shown = context.shown
    if shown is not None and (action := _whole_label(shown, text, vocabulary)) is not None:
        return Tapped(action)
    text = _without_rejected(text, vocabulary) or text
    context = replace(context, text=text)
    if (own := _own_words(as_typed, text, question, vocabulary)) is not None:
        return Tapped(own)
    answer = _answer(context, question, vocabulary, week) if question is not None else None
    if answer is not None and not isinstance(answer, SeveralNumbers):
        return Tapped(answer)
    action = _button(context, shown, text, vocabulary, week) if shown is not None else None
    if isinstance(question, ConfirmZone) and (place := _corrected(as_typed, vocabulary)):
        return Placed(_place_in(place, vocabulary), action)
    if action is not None:
        return Tapped(action)
    if answer is not None:
        return answer
    if (
        shown is not None
        and not isinstance(question, Ask)
        and (action := _in_one_clause(context, shown, vocabulary, week)) is not None
    ):
        return Tapped(action)
    if (name := command(text, vocabulary, idle=not isinstance(question, ASKING))) is not None:
        return Commanded(name)
    if (kind := _small_talk(text, vocabulary)) is not None:
        return SmallTalk(kind) if context.subscriber is not None or kind != GREETING else Commanded("start")
    if shown is not None and (action := _pointed(context, shown, text, vocabulary)) is not None:
        return Tapped(action)
    if question is not None and context.subscriber is not None and profile.is_place_asked(context.subscriber):
        return Placed(_place_in(_before_a_but(as_typed, vocabulary), vocabulary))
    if isinstance(question, ASKING):
        return NoAnswer()
    told = _told_in_passing(text, vocabulary) if context.subscriber is not None else None
    return SmallTalk(told) if told is not None else Unknown()


def _danger(
    context: Context, as_typed: str, question: Action | None, vocabulary: Vocabulary, week: Sequence[str]
) -> Sign | Tapped | None:
    """The sign that a text names, or the answer of which it is one: to how bad the pain is, or to a list of signs."""
    text = context.text
    said = tuple(dict.fromkeys((as_typed, text)))
    if _is_worst_pain(text, question, vocabulary):  # the end of the scale names a sign everywhere else
        answer = _answer(context, question, vocabulary, week) if question is not None else None
        if answer is not None and not isinstance(answer, SeveralNumbers):
            return Tapped(answer)
    if isinstance(question, AskAt) and not phrases(vocabulary.whether).are_in(words(text)):
        conditions = vocabulary.conditions.get(question.question, ())
        if any(wishes.names_a_condition(each, conditions, vocabulary) for each in said):
            return Tapped(Reply(question.attempt, question.question, safety.YES))
    ending_life = any(wishes.names_ending_life(each, vocabulary.signs) for each in said)
    if not ending_life and not any(wishes.names_a_sign(each, vocabulary.signs) for each in said):
        return None
    of_another = all(wishes.is_of_another(each, vocabulary) for each in said)
    if of_another and not ending_life and isinstance(question, AskAt):
        denied = _answer(context, question, vocabulary, week)  # "my mother had that, I have none of these"
        if isinstance(denied, Reply) and denied.value == safety.NO:
            return Tapped(denied)
    if of_another or ending_life:
        return Sign(ending_life, of_another)
    return _yes_to_the_signs(context, question, vocabulary) or Sign()


def _without_rejected(text: str, vocabulary: Vocabulary) -> str:
    """What is left of a text without the parts that reject a number ("three is too much, two"); else nothing."""
    told = [each for each in CLAUSES.split(text, MOST_PARTS) if words(each)]
    rejecting = phrases(vocabulary.rejecting)
    left = [each for each in told if not (rejecting.are_in(words(each)) and _says_a_number(each, vocabulary))]
    return ", ".join(left) if 0 < len(left) < len(told) <= MOST_PARTS else ""


def _yes_to_the_signs(context: Context, question: Action | None, vocabulary: Vocabulary) -> Tapped | None:
    """A yes that repeats a sign, where worrying words have just led to asking: asked again it would go in a circle."""
    if not isinstance(question, AskAt) or question.question != context.series.trigger.id:
        return None
    agrees = begins(words(context.text), vocabulary.agree)
    return Tapped(Reply(question.attempt, question.question, safety.YES)) if agrees else None


def rightly_spelled(context: Context, vocabulary: Vocabulary, week: Sequence[str]) -> Context:
    """The context with slips and short forms taken back; the words on the screen are right."""
    shown = context.shown.buttons if context.shown is not None else ()
    beside = frozenset(word for _, label, _ in shown for word in words(label))
    return replace(context, text=spelling(vocabulary, tuple(week)).right(context.text, beside))


def _own_words(as_typed: str, text: str, question: Action | None, known: Vocabulary) -> Action | None:
    """The answer in one's own words, where these are asked for: kept as they were typed."""
    match question:
        case Ask(question="moment" | "place" as asked, picked=(profile.OWN,)):
            spoken = command(text, known) is not None or _small_talk(text, known) is not None
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
    first = _only([next(data, "")])
    return first if isinstance(first, OneTap) else None


def is_asked(context: Context) -> bool:
    """Whether a question is open that typed words may answer."""
    return isinstance(open_question(context), ASKING)


def command(text: str, vocabulary: Vocabulary, *, idle: bool = True) -> str | None:
    """The command that a text stands for, with politeness or without; `idle` where no question is open."""
    said, beside = words(text), vocabulary.aside
    if not said:
        signs = _by_phrase(vocabulary.commands)
        return next((name for each, name in signs.items() if {*folded(text)} == {*each}), None)
    asks = text.rstrip().endswith("?") or bool(phrases(vocabulary.asking).begins(said))
    last: str | None = None
    for known in ("commands", "commands_idle") if idle else ("commands",):
        exact, bare = _index(vocabulary, known)
        # Of a question no single word is left: "may I start?" is no wish to.
        left = without(said, beside) if len(said) == 1 or not asks else []
        # Where a question is open, one word of many is about that: "moves like it should".
        left = left if idle or len(said) == 1 or len(left) > 1 else []
        if len(left) == 1 and len(said) > FEW:
            last, left = last or exact.get(tuple(left)), []  # of many words one says the least
        for given in map(tuple, (said, without(said, vocabulary.polite), left)):
            if given and (given in exact or given in bare):
                return exact.get(given) or bare[given]
    if len(said) > LONGEST_TOLD:
        return None
    if len(said) > MOST_FOR_A_COMMAND:
        told = [each for each in CLAUSES.split(text) if len(words(each)) <= MOST_FOR_A_COMMAND]
        named = {name for each in told if (name := _paired(each, vocabulary)) is not None}
        return named.pop() if len(named) == 1 else None
    if (name := _paired(text, vocabulary)) is not None:
        return name
    if (name := _within(said, vocabulary)) is not None:
        return name
    clauses = [words(each) for each in CLAUSES.split(text)]
    found = {name for each in clauses if (name := _within(each, vocabulary)) is not None} if len(clauses) > 1 else ()
    return next(iter(found)) if len(found) == 1 else last


def _paired(text: str, vocabulary: Vocabulary) -> str | None:
    """The one command that two words apart stand for."""
    known = vocabulary.commands_paired.items()
    found = {name for name, pairs in known if wishes.names_a_pair(text, pairs, vocabulary.signs)}
    return found.pop() if len(found) == 1 else None


def _within(said: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """The command that stands in a text or a part of it, where nothing beside it says the opposite."""
    exact, bare = _index(vocabulary, "commands_within")
    return _standing_in(said, exact, vocabulary) or _standing_in(without(said, vocabulary.aside), bare, vocabulary)


def _standing_in(said: Sequence[str], known: Mapping[tuple[str, ...], str], vocabulary: Vocabulary) -> str | None:
    """The command of the longest phrase that stands in a text; None where several do, or another word denies it."""
    against = single(vocabulary.negations)
    for length in range(min(len(said), max(map(len, known), default=0)), 0, -1):
        spans = [
            (tuple(said[start : start + length]), {*said[:start], *said[start + length :]})
            for start in range(len(said) - length + 1)
        ]
        if standing := [(known[each], beside) for each, beside in spans if each in known]:
            found = {name for name, beside in standing if not against & beside}
            return found.pop() if len(found) == 1 and len({name for name, _ in standing}) == 1 else None
    return None


def _by_phrase(known: Commands) -> dict[str, str]:
    """The command of each phrase; where two bear the same, the first."""
    return {each: name for name, many in reversed(known.items()) for each in many}


@lru_cache(maxsize=32)
def _index(vocabulary: Vocabulary, known: str) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """The command of each phrase as it was written, and without the words that change nothing."""
    phrased = _by_phrase(getattr(vocabulary, known))
    beside = vocabulary.aside
    exact = {phrase(each): name for each, name in phrased.items()}
    # What is left of one word is said for other reasons too: "back" of "I am back". And who asks whom matters: "how do
    # you know" asks for proof, "how do I know" does not.
    bare = {
        found: name
        for each, name in phrased.items()
        if len(found := stripped(each, beside)) > 1 and found[0] not in single(vocabulary.asking)
    }
    return exact, bare


def _small_talk(text: str, vocabulary: Vocabulary) -> str | None:
    """The kind of a text that only thanks, greets or smiles; None for one that says more."""
    said = words(text)
    if not said:
        return SMILE if text.strip() else None
    if without(said, vocabulary.kindness):
        return None
    found = [
        (start, -len(each), kind)
        for kind, many in vocabulary.small_talk.items()
        for start, each in phrases(many).found(said)
    ]
    return min(found, default=(0, 0, SMILE))[2]


def _told_in_passing(text: str, vocabulary: Vocabulary) -> str | None:
    """The kind of a short text of which two words apart tell how somebody fares: "walking went fine"."""
    said = words(text)
    if len(said) > MOST_FOR_A_COMMAND or text.rstrip().endswith("?") or begins(said, vocabulary.asking):
        return None
    against = single(vocabulary.negations) | single(vocabulary.partly)
    found = [
        kind
        for kind, pairs in vocabulary.small_talk_paired.items()
        if any(wishes.stands_paired(said, pair, against) for pair in pairs)
    ]
    return found[0] if len(found) == 1 else None


def _corrected(text: str, vocabulary: Vocabulary) -> str:
    """The place behind a "no" or a "not there" that takes another one back; empty where none may stand."""
    first, _, rest = re.sub(r"[.,;:!\n] ?", "\0", text, count=1).partition("\0")
    said = words(first)
    refused = begins(said, vocabulary.refuse) or begins(said, vocabulary.negations)
    noes = single(vocabulary.refuse)
    told = text.split()
    while len(told) > 1 and {*words(told[0])} <= noes:
        told = told[1:]
    place = rest.strip() or " ".join(told if len(told) < len(text.split()) else told[1:])
    return place if refused and words(place) and not _counts(words(place), vocabulary) else ""


def _before_a_but(text: str, vocabulary: Vocabulary) -> str:
    """What stands before a clause that begins with a "but": "Porto, but in May we move to Luxembourg"."""
    first, *rest = CLAUSES.split(text)
    behind = words(rest[0]) if rest else []
    here = words(first) and begins(behind, vocabulary.but) and not phrases(vocabulary.now).are_in(behind)
    return first if here else text


def _place_in(text: str, vocabulary: Vocabulary) -> str:
    """What stands behind the last "in" of a sentence, up to what tells more: "now in Warsaw since the war"."""
    told = text.split()
    plain = ["".join(words(each)) for each in told]
    while len(told) > 1 and plain[-1] in single(vocabulary.polite):  # "nyc mate"
        told, plain = told[:-1], plain[:-1]
    years = {n for n, word in enumerate(plain[1:]) if word.isdecimal()}  # "in 1988" is no place
    starts = [n for n, word in enumerate(plain[:-1]) if word in vocabulary.place_behind and n not in years]
    if len(told) <= FEW or not starts:
        return " ".join(told)
    within = {n for n in starts if n - 2 in starts and told[n - 1][0].isupper()}  # "to Perth in Australia"
    start = [n for n in starts if n not in within][-1] + 1
    ends = (n for n in range(start + 1, len(told)) if plain[n] in vocabulary.place_before or n in years)
    end = next(ends, len(told))
    return " ".join(told[start:end])


# --- Buttons ----------------------------------------------------------------------------------------------------


def _whole_label(shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """The button whose words were typed, with politeness or without, or in the first line."""
    if NOT_PLAIN.search(text):
        return None  # its words alone would be the button of another number
    for given in _readings(text, vocabulary):
        if found := _only(data for _, label, data in shown.buttons if given and words(label) == given):
            return found
    return None


def _readings(text: str, vocabulary: Vocabulary) -> Iterable[list[str]]:
    said, first = words(text), words(folded(text).partition("\n")[0])
    return said, first, without(said, vocabulary.polite), without(first, vocabulary.polite)


def _button(context: Context, shown: Shown, text: str, vocabulary: Vocabulary, week: Sequence[str]) -> Action | None:
    """The button that a phrase of its own, a time, a length, a yes or a no, or a part of its words stands for."""
    behind = _behind_a_correction(text, vocabulary)
    # What was counted first is taken back, whatever is now.
    before = " ".join(words(text)).removesuffix(behind)
    corrected = behind and _says_a_number(behind, vocabulary) and _says_a_number(before, vocabulary)
    for given in (behind,) if corrected else (behind, text) if behind else (text,):
        if (found := _button_for(context, shown, given, vocabulary, week)) is not None:
            return found
    return None


def _button_for(
    context: Context, shown: Shown, text: str, vocabulary: Vocabulary, week: Sequence[str]
) -> Action | None:
    buttons = list(_phrased(shown, vocabulary))
    if begins(words(text), vocabulary.refuse):
        buttons = [each for each in buttons if each.path != SIGNED]  # "no, I read it twice"
    hedged = is_one_of(text, vocabulary.hedged, vocabulary.polite)
    others = of_others(words(text), vocabulary.numbers) and not phrases(vocabulary.mistaken).are_in(words(text))
    if hedged or others or text.rstrip().endswith("?"):
        buttons = [each for each in buttons if each.path not in CAREFUL]
    meant = stance(text, vocabulary)
    plainly = is_one_of(text, (vocabulary.agree[0], vocabulary.refuse[0]), vocabulary.polite)
    forms = (text, *_with_the_plain_word(text, vocabulary))
    whole = [
        each
        for each in buttons
        if any(is_one_of(form, each.phrases, vocabulary.polite, in_any_order=True) for form in forms)
    ]
    whole = whole or [each for each in buttons if _in_a_row(text, each, vocabulary)]
    whole = [] if plainly else whole
    if whole:
        return _only(each.data for each in whole)
    if found := _timed(context, shown, text, vocabulary, week):
        return found
    said = words(text)
    if meant in (Stance.AGREES, Stance.UNABLE) and len(said) > 2 and (closer := _closer(buttons, said, vocabulary)):
        return closer
    if meant is not None:
        told = {
            Stance.AGREES: vocabulary.agree,
            Stance.REFUSES: vocabulary.refuse,
            Stance.UNSURE: vocabulary.unsure,
            Stance.UNABLE: vocabulary.unable,
        }[meant]
        plain = [each.data for each in buttons if told[0] in each.phrases]
        found = _only(plain or [each.data for each in buttons if each.says(told)])
        if found is not None:
            return found
    if _small_talk(text, vocabulary) is not None:
        return None  # "all right" is no right
    if meant is None and _was_unable(text, vocabulary):
        unable = [each.data for each in buttons if each.says(vocabulary.unable)]
        if len(unable) == 1 and not _part(
            [each for each in buttons if each.data not in unable], text, said, vocabulary
        ):
            return _only(unable)
    several = False
    for given in dict.fromkeys(map(tuple, _readings(text, vocabulary))):
        if part := _part(buttons, text, given, vocabulary):
            if found := _only(part):
                return found
            several = True
            break
    fillers = vocabulary.signs.fillers
    short = len(said) <= LONGEST_TOLD
    bare = " ".join(each for each in text.split() if "".join(words(each)) not in fillers) if short else text
    if bare != text and not several:
        part = _part([_bare(each, fillers) for each in buttons], bare, words(bare), vocabulary)
        if part:
            return _only(part)
    if (of_age := _of_age(context, shown, text, vocabulary)) is not None:
        return of_age
    if several and (not short or CLAUSES.search(text.strip())):
        return None
    if short and not text.rstrip().endswith("?") and not begins(said, vocabulary.asking):
        turned = [n for n, word in enumerate(said) if word in single(vocabulary.but)]
        behind = said[turned[-1] + 1 :] if turned and begins(said, vocabulary.agree) else said
        paired = [each.data for each in buttons if _says_a_pair(behind, each, vocabulary)]
        if (found := _only(paired)) or several:
            return found
    yes = [each for each in buttons if each.path not in PLAINLY and each.says(vocabulary.agree)]
    partly = single(vocabulary.partly) - (single(vocabulary.but) if any(each.path == SIGNED for each in yes) else set())
    against = single(vocabulary.refuse) | single(vocabulary.negations) | partly
    if begins(said, vocabulary.agree) and not against & {*said} and meant is None:
        return _only(each.data for each in yes)
    # A "no" to signs of danger must be plain: "no operation" denies one of four.
    ends_so = is_one_of(CLAUSES.split(text.strip(" .!"), MOST_PARTS)[-1], vocabulary.refuse, vocabulary.polite)
    no = [each for each in buttons if each.path != SIGNS_DENIED and each.says(vocabulary.refuse)]
    if short and ends_so and len(no) == 1 and not begins(said, vocabulary.agree):
        return _only(each.data for each in no)  # "I work until late, so no"
    if (
        begins(said, vocabulary.refuse)
        and len(said) <= 2 * AROUND_A_BUTTON
        and _stands_alone(text, said, vocabulary)
        and not partly - single(vocabulary.clock.half) & {*said}
    ):
        return _only(each.data for each in no)
    return None


def _was_unable(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a part of a text begins with what could not be done: "I tried, but I could not get up"."""
    if _counts(words(text), vocabulary) or text.rstrip().endswith("?"):
        return False
    beside = (*vocabulary.around, *vocabulary.polite, *vocabulary.but, *vocabulary.refuse)
    unable, doubted = phrases(vocabulary.unable), phrases(vocabulary.doubts)
    for said in map(words, parts(text, vocabulary.connectives)):
        at = next((n for n in range(len(said)) if unable.begins(said[n:]) or said[n] not in single(beside)), 0)
        n = unable.begins(said[at:])
        if (n >= AROUND_A_BUTTON or 0 < n <= len(said) - at <= AROUND_A_BUTTON) and not doubted.are_in(said):
            return True
    return False


def _in_one_clause(context: Context, shown: Shown, vocabulary: Vocabulary, week: Sequence[str]) -> Action | None:
    """The button that one clause of a text stands for, where the others stand for none and say nothing against it."""
    said = {*words(context.text)}
    told = [each for each in CLAUSES.split(context.text) if words(each)]
    if _says_a_number(_behind_a_correction(context.text, vocabulary), vocabulary):
        return None  # "one week, no, two": neither clause says it
    both = all({*side} & said for side in vocabulary.sides)
    if not 1 < len(told) <= MOST_PARTS or len(said) > LONGEST_TOLD or both or single(vocabulary.partly) & said:
        return None
    aside = (*vocabulary.agree, *vocabulary.refuse, *vocabulary.polite)
    denied = (SIGNED,) if begins(words(context.text), vocabulary.refuse) else ()  # "No. I read them all twice"
    plain = replace(shown, buttons=tuple(each for each in shown.buttons if each[0] not in (*CAREFUL, *PICKS, *denied)))
    told = [each for each in told if not _asks_for_more(each, vocabulary)]
    found = {_button_for(context, plain, each, vocabulary, week) for each in told if without(words(each), aside)}
    return found.pop() if len(found := found - {None}) == 1 else None


def _pointed(context: Context, shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """The answer among several to which single words of a text point: "my pelvis was falling to one side"."""
    if _counts(words(text), vocabulary):
        return None
    named = (*NAMED, context.series.choices.beside_pain)
    choices: dict[str, tuple[str, ...]] = {}
    for each in _phrased(shown, vocabulary):
        answer = _only([each.data])
        told = isinstance(answer, ANSWERS) and getattr(answer, "question", "") not in named
        if told and each.path not in (*CAREFUL, *WHOLE, *PICKS):
            choices[each.data] = (*choices.get(each.data, ()), each.words, *each.phrases)
    found = pointed(text, choices, vocabulary) if len(choices) > 1 else None
    return _only([found]) if found is not None else None


def _asks_for_more(clause: str, vocabulary: Vocabulary) -> bool:
    """Whether a clause is a question of more words than a button's: "how do I stop the clock"."""
    return begins(words(clause), vocabulary.asking) and len(words(clause)) > AROUND_A_BUTTON


def _bare(button: _Button, fillers: tuple[str, ...]) -> _Button:
    """The button with its longer phrases as they are without words that change little: "not go straight"."""
    return replace(button, phrases=_shortened((button.words, *button.phrases), fillers), words="")


@lru_cache(maxsize=512)
def _shortened(written: tuple[str, ...], fillers: tuple[str, ...]) -> tuple[str, ...]:
    bare = (" ".join(stripped(each, fillers)) for each in written)
    return tuple(each for each in bare if " " in each)


def _in_a_row(text: str, button: _Button, vocabulary: Vocabulary) -> bool:
    """Whether a text says nothing but phrases of a button, one after the other: "yes I am sure, delete it"."""
    said = words(text)
    left = without(said, button.phrases)
    return len(left) < len(said) <= MOST_FOR_A_COMMAND and not without(left, vocabulary.polite)


def _says_a_pair(said: Sequence[str], button: _Button, vocabulary: Vocabulary) -> bool:
    """Whether a text says what means a button in two words apart: "this will not happen today"."""
    against = single(vocabulary.negations) | single(vocabulary.partly)
    return any(wishes.stands_paired(said, pair, against) for pair in vocabulary.buttons_paired.get(button.path, ()))


def _closer(buttons: Sequence[_Button], said: Sequence[str], vocabulary: Vocabulary) -> Action | None:
    """The one button of which a phrase stands behind a yes, or is what could not be done: "yes, I did all of them"."""
    behind = said[1:] if begins(said, vocabulary.agree) else said
    longer = [replace(each, phrases=tuple(one for one in each.phrases if " " in one)) for each in buttons]
    told = (vocabulary.agree[0], vocabulary.refuse[0])
    return _only(_inside([each for each in longer if not each.says(told)], behind, vocabulary, whole=True))


def _stands_alone(text: str, said: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether the first word is a no to what is asked: "no, a cold" and "no I am ill" are, "no mirror" is none."""
    behind = WORD.split(folded(text), 1)[-1]
    return not behind.startswith(" ") or said[1] in _around_a_no(vocabulary)


def _around_a_no(vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset().union(
        *map(
            single, (vocabulary.around, vocabulary.negations, vocabulary.polite, vocabulary.denying, vocabulary.refuse)
        )
    )


def _with_the_plain_word(text: str, vocabulary: Vocabulary) -> Iterable[str]:
    """The text with yes or no in place of another word for it at its beginning, and without a yes: "yep, delete"."""
    said = words(text)
    if len(said) > 1 and begins(said, vocabulary.agree):
        yield " ".join((vocabulary.agree[0], *said[1:]))
        if not {*said[1:]} & (single(vocabulary.refuse) | single(vocabulary.negations) | single(vocabulary.partly)):
            yield " ".join(said[1:])
    elif len(said) > 1 and begins(said, vocabulary.refuse):
        yield " ".join((vocabulary.refuse[0], *said[1:]))


@dataclass(frozen=True, slots=True)
class _Button:
    path: str
    words: str
    label: list[str]
    data: str
    phrases: tuple[str, ...]

    def says(self, told: tuple[str, ...]) -> bool:
        """Whether it says so: "Yes, at least one" says yes, and so does one to which an author gave the plain word."""
        return is_one_of(re.split(r"[,/]", self.words, maxsplit=1)[0], told) or told[0] in self.phrases


def _phrased(shown: Shown, vocabulary: Vocabulary) -> Iterable[_Button]:
    """Each button with the phrases for its path, its number among those of that path, and its standing alone."""
    seen: dict[str, int] = {}
    for path, label, data in shown.buttons:
        seen[path] = seen.get(path, 0) + 1
        named = path if seen[path] == 1 else f"{path}#{seen[path]}"
        alone = vocabulary.buttons.get(f"{path}#alone", ()) if len(shown.buttons) == 1 else ()
        yield _Button(path, label, words(label), data, (*_written(named, vocabulary), *alone))


@lru_cache(maxsize=1024)
def _written(path: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The phrases of a button; one that is the path of another stands for all of that one's."""
    return tuple(
        each for phrase in vocabulary.buttons.get(path, ()) for each in vocabulary.buttons.get(phrase, (phrase,))
    )


def _behind_a_correction(text: str, vocabulary: Vocabulary) -> str:
    """What stands behind the last "I mean" or "sorry, no"; empty where nothing was corrected."""
    said = words(text)
    behind = [
        start + len(each)
        for start, each in phrases((*vocabulary.numbers.corrections, *vocabulary.turns)).found(said)
        # "I had no time" corrects nothing
        if start + len(each) < len(said) and not (len(each) == 1 and begins(each, vocabulary.refuse))
    ]
    return " ".join(said[max(behind) :]) if behind else ""


def _timed(context: Context, shown: Shown, text: str, vocabulary: Vocabulary, week: Sequence[str]) -> Action | None:
    """The button that bears the time of day that was typed, ends a pause of that length, or asks for such an answer."""
    paths = {path: data for path, _, data in reversed(shown.buttons)}
    at = clock(text, vocabulary.clock, vocabulary.numbers)
    if at is None and "labels.move-time" in paths:
        at = clock_within(text, vocabulary.clock, vocabulary.numbers)
    if at is None and "labels.later" in paths:  # "not now, the soup is on. At eight tonight"
        told = {clock(each, vocabulary.clock, vocabulary.numbers) for each in CLAUSES.split(text, MOST_PARTS)} - {None}
        found = told.pop() if len(told) == 1 else None
        at = found if found is not None and _bearing(shown, found) else None
    if at is not None:
        bearing = _bearing(shown, at)
        spoken = clock_within(text, vocabulary.clock, vocabulary.numbers) == at
        if not bearing and spoken and at < NOON and not phrases(vocabulary.clock.morning).are_in(words(text)):
            bearing = _bearing(shown, f"{int(at[:2]) + HALF_A_DAY}{at[2:]}")
        return _only(bearing or [paths.get("labels.set-time", "")])
    if "labels.set-days" in paths and weekdays(text, week, vocabulary.days):
        return _only([paths["labels.set-days"]])
    if "labels.pause-until" in paths and len(day := OF_THE_MONTH.findall(folded(text))) == 1:
        return _only(
            data for path, label, data in shown.buttons if path == "labels.pause-until" and day[0] in words(label)
        )
    if "labels.pause-until" in paths and (length := days_long(text, vocabulary.numbers)) is not None:
        until = enrollment.local_date(context.known, context.now) + timedelta(days=length)
        wanted = callback_data.pack(PauseUntil(until.isoformat()))
        return _only(data for _, _, data in shown.buttons if data == wanted)
    return None


def _bearing(shown: Shown, at: str) -> list[str]:
    """The data of the buttons that bear a time of day."""
    return [data for path, label, data in shown.buttons if at in label and path != "labels.window"]


def _of_age(context: Context, shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """Where it is asked whether somebody is of age: the button of the age in years that was typed."""
    paths = {path: data for path, _, data in shown.buttons}
    text = _own(text, vocabulary)
    if "labels.adult" not in paths or of_others(words(text), vocabulary.numbers):
        return None
    least = context.series.choices.ages[0].start
    if born := _ages_by_birth(context, text, vocabulary):
        same = {"labels.adult" if age >= least else "labels.minor" for age in born}
        return _only([paths[each] for each in same])
    decades = [f"{vocabulary.numbers.decades[word]}" for word in words(text) if word in vocabulary.numbers.decades]
    found = numbers(" ".join((text, *decades)), vocabulary.numbers, None, vocabulary.numbers.years)
    if isinstance(found, One) and 0 < found.value <= OLDEST and found.stray <= STRAY:
        return _only([paths["labels.adult" if found.value >= least else "labels.minor"]])
    above, below = (bounded(text, each, vocabulary.numbers) for each in _bounds(vocabulary))
    if above is not None and least - 1 <= above <= OLDEST:
        return _only([paths["labels.adult"]])
    return _only([paths["labels.minor"]]) if below is not None and 0 < below <= least else None


def _part(
    buttons: Sequence[_Button], text: str, said: Sequence[str], vocabulary: Vocabulary, *, whole: bool = True
) -> Sequence[str]:
    """The data of the buttons whose words, or a phrase of their own, stand in a text; or that hold all its words.

    A long text is looked through clause by clause. Nothing of a text that asks something.
    """
    if not 0 < len(said) <= 2 * LONGEST_TOLD:
        return ()
    if _asks(text, vocabulary) and not phrases(vocabulary.requests).begins(said) and len(said) > AROUND_A_BUTTON:
        return ()
    if begins(said, vocabulary.asking):  # only what asks the same
        return _inside(buttons, said, vocabulary, asked=said[0])
    sides = [side for side in vocabulary.sides if {*side} & {*said}]
    if len(sides) > 1:
        buttons = [each for each in buttons if not any({*side} & {*each.label} for side in sides)]
    clauses = [words(each) for each in CLAUSES.split(text)]
    if len(best := _inside(buttons, said, vocabulary, whole=whole and len(clauses) == 1)) == 1:
        return best
    told = [words(each) for each in parts(text, vocabulary.connectives)]
    if len(best) > 1 and len(clauses) == 1 and len(told) > 1 and not any(begins(each, vocabulary.but) for each in told):
        first = _inside(buttons, told[0], vocabulary)
        best = first if len(first) == 1 else best  # "it hurts when I go down" says when
    if len(best) == 1:
        return best
    if turned := [n for n, each in enumerate(told) if begins(each, vocabulary.but)]:
        before = {word for each in told[: turned[-1]] for word in each}
        # "My heart was not in it but I am done" says what stands behind; "easy but it hurt" says both.
        labels = {word for each in buttons for word in each.label}
        denied = bool(single(vocabulary.negations) & before)
        denied = denied or bool(before and not before & (labels | single(vocabulary.agree)))  # "I want, but fewer days"
        told = [told[turned[-1]][1:], *told[turned[-1] + 1 :]] if denied else clauses
    if (turned or len(told) > 1) and len(told) <= MOST_PARTS and len(said) <= LONGEST_TOLD and len(sides) < 2:
        found = [data for each in told for data in _inside(buttons, each, vocabulary)]
        if found or best:
            return tuple(dict.fromkeys((*found, *best)))
    if best:
        return best
    if tuple(said) in _index(vocabulary, "commands")[0]:
        return ()  # "all moves" says more than the "move" of "Way to move"
    return _holding(buttons, said, vocabulary)


def _inside(
    buttons: Sequence[_Button], said: Sequence[str], vocabulary: Vocabulary, asked: str = "", *, whole: bool = False
) -> tuple[str, ...]:
    """The buttons of which a phrase or all words stand in a short text, and nothing that takes it back.

    In a `whole` text of one clause a single word beside a longer phrase is but a word of it.
    """
    standing: list[tuple[int, tuple[str, ...], str, list[str]]] = []
    for each in buttons:
        if each.path in (*WHOLE, *PLAINLY, SIGNS_DENIED, *PICKS):
            continue
        for start, wanted in phrases((each.words, *each.phrases)).found(said):
            if (len("".join(wanted)) >= SHORTEST or asked) and (not asked or wanted[0] == asked):
                standing.append((start, wanted, each.data, each.label))
    standing = [each for each in standing if not any(_covers(other, each) for other in standing)]
    taken = {start + n for start, wanted, _, _ in standing for n in range(len(wanted))}
    against = single(vocabulary.negations) | single(vocabulary.partly)
    undone = any(word in against for n, word in enumerate(said) if n not in taken)
    inside: list[tuple[tuple[str, ...], str]] = []
    around = all_words(vocabulary.around)
    telling = sum(word not in around for word in said)
    only = single(vocabulary.days.only)
    for start, wanted, data, label in standing if not undone else ():
        if len(wanted) == 1 and vocabulary.numbers.lengths.keys() & {*said[start + 1 : start + 2]}:
            continue  # "next month" is no "next"
        beside = [*said[:start], *said[start + len(wanted) :]]
        counted = _counts(wanted, vocabulary) or any(map(str.isdecimal, label))
        most = AROUND_A_BUTTON * min(len(wanted), 2)
        if telling - len(wanted) > most:
            continue
        if len(without(beside, vocabulary.around)) <= most and not (counted and _counts(beside, vocabulary)):
            if start and said[start - 1] in only and len(wanted) > 1:
                return (data,)
            inside.append((wanted, data))
    longer = whole and any(len(wanted) > 1 for wanted, _ in inside)
    return tuple(
        dict.fromkeys(
            data
            for wanted, data in inside
            if not (longer and len(wanted) == 1)
            and not any(len(other) > len(wanted) and holds(other, wanted) is not None for other, _ in inside)
        )
    )


def _covers(
    one: tuple[int, tuple[str, ...], str, list[str]], other: tuple[int, tuple[str, ...], str, list[str]]
) -> bool:
    """Whether a phrase stands within a longer one of another button: the "wobble" of "no wobble"."""
    (start, wanted, data, _), (at, within, its, _) = one, other
    return data != its and len(wanted) > len(within) and start <= at and at + len(within) <= start + len(wanted)


def _counts(said: Collection[str], vocabulary: Vocabulary) -> bool:
    """Whether a number stands there, other than "one", which stands for anything."""
    known = {**vocabulary.numbers.words, **vocabulary.numbers.counts}
    return any(word.isdecimal() or known.get(word, 1) != 1 for word in said)


def _holding(buttons: Sequence[_Button], said: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The buttons that hold all words of a short text, where these say enough by themselves."""
    left = without(said, vocabulary.around) or list(said)
    counted = {**vocabulary.numbers.words, **vocabulary.numbers.counts}
    left = [str(counted.get(word, word)) for word in left]
    if len(left) > AROUND_A_BUTTON or any(
        word.isdecimal() and {*left[n + 1 : n + 2]} & {*vocabulary.numbers.spans} for n, word in enumerate(left)
    ):
        return ()
    vague = {*vocabulary.vague, *vocabulary.unclear}
    if all(word in vague or word.isdecimal() for word in left) or " ".join(left) in vague:
        return ()
    return tuple(
        each.data
        for each in buttons
        if each.path not in (*WHOLE, *PLAINLY)
        and not all(word.isdecimal() for word in each.label)
        and all(any(_is_word(word, other) for other in each.label) for word in left)
        and not single(vocabulary.negations) & ({*each.label} - {*said})
    )


def _is_word(typed: str, wanted: str) -> bool:
    """Whether it is that word, or its beginning ("free" of "freely"), or a slip off it."""
    long = min(len(typed), len(wanted)) >= SHORTEST
    ended = typed.startswith(wanted) and len(typed) - len(wanted) < ENDING
    return alike(typed, wanted) or (long and (wanted.startswith(typed) or ended))


def _only(found: Iterable[str]) -> Action | None:
    """The one meaning of these buttons; None where there are none, or more."""
    different = dict.fromkeys(data for data in found if data)
    if len(different) != 1:
        return None
    try:
        return callback_data.parse(next(iter(different)))
    except Outdated:
        return None


# --- Answers to the question on the screen ----------------------------------------------------------------------


def _answer(
    context: Context, showing: Action, vocabulary: Vocabulary, week: Sequence[str]
) -> Action | SeveralNumbers | None:
    """The answer to the question that a screen holds, in the text, its first line, or the one part of it that tells."""
    for text in dict.fromkeys((context.text, context.text.strip().partition("\n")[0])):
        if (found := _read(context, text, showing, vocabulary, week)) is not None:
            return found
    told = parts(context.text, vocabulary.connectives)
    if not 1 < len(told) <= MOST_PARTS or _is_zero_sometimes(context.text, vocabulary):
        return None
    telling = [each for each in told if _tells(each, showing, vocabulary, week)]
    telling = [each for each in telling if says_only(each, vocabulary.days)] or telling
    for text in dict.fromkeys((_own(context.text, vocabulary), *(telling if len(telling) == 1 else ()))):
        if (found := _read(context, text, showing, vocabulary, week)) is not None:
            return found
    return None


def _own(text: str, vocabulary: Vocabulary) -> str:
    """The text without those of its parts that speak of somebody else, and say no number."""
    told = parts(text, vocabulary.connectives)
    own = [each for each in told if not of_others(words(each), vocabulary.numbers) or _says_a_number(each, vocabulary)]
    return ", ".join(own) if len(own) < len(told) <= MOST_PARTS else text


def _says_a_number(text: str, vocabulary: Vocabulary) -> bool:
    numerals = (vocabulary.numbers.words, vocabulary.numbers.counts, vocabulary.clock.named)
    return any(map(str.isdigit, text)) or any(word in known for word in words(text) for known in numerals)


def _tells(text: str, showing: Action, vocabulary: Vocabulary, week: Sequence[str]) -> bool:
    """Whether a part of a text holds what the question asks for: days where these are asked for, else a number."""
    said = words(text)
    match showing:
        case Ask(question="days"):
            return any(names_a_day(word, week, vocabulary.days) for word in said) or phrases(
                tuple(each for group in vocabulary.days.groups for each in group.named)
            ).are_in(said)
        case Ask(question="kit" | "activities"):
            return False
    return _says_a_number(text, vocabulary)


def _read(
    context: Context, text: str, showing: Action, known: Vocabulary, week: Sequence[str]
) -> Action | SeveralNumbers | None:
    match showing:
        case AskAt(attempt=number, question=id):
            asked = _asked(context, number)
            question = next((each for each in asked if each.id == id), None)
            if question is not None and question.kind == questionnaire.SAFETY:
                cleared = known.cleared.get(id, ())
                offered = context.shown is not None and any(
                    path == SIGNS_DENIED for path, _, _ in context.shown.buttons
                )
                spoken = _behind_a_no(text, known)
                told = text if wishes.names_a_condition(spoken, known.conditions.get(id, ()), known) else spoken
                clear = _says_nothing_but(text, cleared, known) or (offered and _denies_it_all(told, cleared, known))
                return Reply(number, id, safety.NO) if clear else None
            if question is None or question.kind != "number" or _is_of_the_other_side(text, question, asked, known):
                return None
            return _number(text, question, known, lambda value: Reply(number, id, value), _of_scale(id))
        case Ask(question="usual"):
            return Tell("time", (time,)) if (time := _near_the_usual(context, text, known)) else None
        case Ask(question="time"):
            return Tell("time", (time,)) if (time := _time(text, known)) else None
        case Ask(question="quiet"):
            return Tell("quiet", ends) if (ends := window(text, known.clock, known.numbers)) else None
        case Ask(question="days", picked=picked):
            return _days(text, picked, known, week)
        case Ask(question="age"):
            return Tell("age", (band,)) if (band := _age(context, text, known)) else None
        case Ask(question="kit" | "activities" as id, picked=picked):
            return _several(context, text, id, picked, known)
        case RateEffort(date=on):
            return _rated(text, known, lambda value: RateEffort(on, value), EFFORT)
        case RatePain(date=on):
            return _rated(text, known, lambda value: RatePain(on, value), questionnaire.PAIN)
        case ItHurts(date=on, exercise=exercise):
            return _rated(text, known, lambda value: Hurts(on, exercise, value), questionnaire.PAIN)
        case OneTap(week=number, question=id):
            return _rated(text, known, lambda value: OneTap(number, id, value), _of_scale(id))
        case Ask(question=id) if _of_scale(id):
            scale = questionnaire.scale(id)
            if id == questionnaire.PAIN and (beside := _beside(context, text, known)) is not None:
                both = _number(text, scale, known, lambda value: Tell(id, (value, *beside.values)), _of_scale(id))
                return both if any(map(str.isdecimal, text)) and both is not None else beside
            return _number(text, scale, known, lambda value: Tell(id, (value,)), _of_scale(id))
    return None


def _time(text: str, known: Vocabulary) -> str | None:
    """The time of day in a text, with politeness or among other words."""
    forms = (text, " ".join(without(folded(text).split(), known.polite)))
    said = (clock(each, known.clock, known.numbers) for each in forms)
    return next(filter(None, said), None) or clock_within(text, known.clock, known.numbers)


def _near_the_usual(context: Context, text: str, known: Vocabulary) -> str | None:
    """The time of day in a text; the usual one where that is half a day off and nothing says which is meant."""
    time = _time(text, known)
    usual = context.series.defaults.usual
    if time is None or OF_24_HOURS.search(folded(text)) or phrases(known.clock.morning).are_in(words(text)):
        return time
    is_near = abs(int(time[:2]) - int(usual[:2])) == HALF_A_DAY and time[2:] == usual[2:]
    return usual if is_near else time


def _of_scale(id: str) -> str:
    """By which name the words of a question's scale are found; empty where it has none."""
    return questionnaire.PAIN if id == questionnaire.PAIN else ACTIVITY if id.startswith(questionnaire.ACTIVITY) else ""


def _beside(context: Context, text: str, known: Vocabulary) -> Tell | None:
    """The answer to the question that shares the screen of pain: "the left one" names no number."""
    if _small_talk(text, known) is not None:
        return None  # "all right" is no right
    text = _behind_a_correction(text, known) or text
    asked = context.series.choices.beside_pain
    own = [
        _Button("", label, words(label), data, known.buttons.get(f"choices.own.{asked}.choices.{told.values[0]}", ()))
        for _, label, data in (context.known.shown.buttons if context.known.shown else ())
        if isinstance(told := _only((data,)), Tell) and told.question == asked  # the one that is picked as well
    ]
    named = {word for each in own for phrase in each.phrases for word in words(phrase)}
    around = (each for each in known.numbers.around if not named & {*phrase(each)})
    said = without([word for word in words(text) if not word.isdecimal()], (*known.polite, *around))
    found = _only(_part(own, " ".join(said), said, known, whole=False))
    return found if isinstance(found, Tell) else None


def _asked(context: Context, number: int) -> Sequence[Question]:
    """The questions of an attempt; none where there is no such attempt."""
    attempts = context.known.attempts
    if not 0 <= number < len(attempts):
        return ()
    return questionnaire.questions(context.series, context.known, attempts[number])


def _number(
    text: str, question: Question, known: Vocabulary, answer: Callable[[str], Action], scale: str = ""
) -> Action | SeveralNumbers | None:
    """One number in the question's unit, or in another one that it takes too."""
    if (said := _on_scale(text, scale, known)) is not None:
        return answer(str(said))
    if _asks(text, known):
        return None
    units = {question.unit, *question.also} - {""}
    if INCHES in question.also and text.count('"') == 1:
        text = text.replace('"', f" {INCHES} ")
    text = in_units(text, known.numbers, question.unit)
    scored = question.max == questionnaire.SCALE[-1] and not question.unit
    measured = bool(question.also) or question.unit in known.numbers.longer
    found = numbers(text, known.numbers, question.max, units, counting=not scored, things=not (scored or measured))
    if (several := _with_none(text, found, scale, known)) is not None:
        return several
    if not isinstance(found, One) or not _is_sure(text, found, known, units):
        return None
    said_words = [known.numbers.units.get(word, word) for word in words(text)]
    unit = next((name for name in question.also if {name, f"{name}s"} & set(said_words)), "")
    return answer(f"{found.value:g} {unit}".strip())


def _is_sure(text: str, found: One, known: Vocabulary, units: Collection[str] = ()) -> bool:
    """Whether a number is what was asked for: one of few words, or first of more: "17 seconds, the cat came"."""
    said, others = words(text), of_others(words(text), known.numbers)
    told = [_behind_a_correction(text, known)] if _behind_a_correction(text, known) else CLAUSES.split(text)
    if _is_zero_sometimes(text, known) or any(_was_not_reached(words(each), known) for each in told):
        return False
    if found.stray <= STRAY and not others:
        return True
    if len(said) > LONGEST_TOLD or not _says_a_number(said[0], known) or _says_a_number(" ".join(said[1:]), known):
        return False
    measured = len(said) > 1 and known.numbers.units.get(said[1], said[1]) in units
    beside = single(known.around) | single(known.polite) | single(known.connectives)
    return measured or (not others and len(said) > 1 and said[1] in beside)


def _was_not_reached(said: Sequence[str], known: Vocabulary) -> bool:
    """Whether a number stands close behind a "could not": "could not do a single one", but "not more than 8" is 8."""
    for start, each in phrases(known.numbers.undone).found(said):
        behind = said[start + len(each) :][:UNDONE]
        if any(_says_a_number(word, known) for word in behind) and not {*behind} & single(known.numbers.beyond):
            return True
    return False


def _is_zero_sometimes(text: str, known: Vocabulary) -> bool:
    """Whether a text says that there is nothing, and when: "zero when I sit" is no zero."""
    found = numbers(text, known.numbers)
    return isinstance(found, One) and not found.value and phrases(known.numbers.situations).are_in(words(text))


def _is_of_the_other_side(text: str, question: Question, asked: Sequence[Question], known: Vocabulary) -> bool:
    """Whether a text speaks of one side of a pair, and not of that which is asked about."""
    second = any(each.pair == question.id for each in asked)
    if len(known.sides) != 2 or not (second or question.pair):
        return False
    here, there = known.sides[::-1] if second else known.sides
    said = {*words(text)}
    return bool(said & {*there}) and not said & {*here}


def _asks(text: str, known: Vocabulary) -> bool:
    """Whether a text asks something of more than a word or two: "is 10 the hardest?"; "maybe 5?" gives an answer."""
    said = words(text)
    return text.rstrip().endswith("?") and begins(said, (*known.asking, *known.inverted)) and len(said) > 1


def _on_scale(text: str, scale: str, known: Vocabulary) -> int | None:
    """The number that the words of a scale stand for, where nothing else is said."""
    ends = known.numbers.scales.get(scale, {})
    found = _only_phrase(text, tuple(ends), known)
    return next((value for each, value in ends.items() if phrase(each) == found), None)


def _is_worst_pain(text: str, question: Action | None, known: Vocabulary) -> bool:
    """Whether a text says the end of the scale where pain is asked for, and nothing else."""
    match question:
        case RatePain() | ItHurts() | Ask(question=questionnaire.PAIN) | AskAt(question=questionnaire.PAIN):
            return _on_scale(text, questionnaire.PAIN, known) == questionnaire.SCALE[-1]
    return False


def _only_phrase(text: str, written: tuple[str, ...], known: Vocabulary) -> tuple[str, ...] | None:
    """The phrase that a text says with nothing beside it but politeness and hedges."""
    said = words(text)
    for start, wanted in phrases(written).found(said):
        beside = [*said[:start], *said[start + len(wanted) :]]
        if not without(beside, (*known.around, *known.polite, *single(known.refuse))):
            return wanted
    return None


def _says_nothing_but(text: str, written: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a text says one or more of these phrases and nothing beside but politeness and hedges."""
    said = words(text)
    left = without(said, written)
    beside = (*known.around, *known.polite, *single(known.refuse))
    return len(left) < len(said) and not without(left, beside)


def _denies_it_all(text: str, cleared: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether one clause of a text denies the whole of a list, and no other says anything that takes that back."""
    told = [each for each in CLAUSES.split(text) if words(each)]
    if len(told) > LONGEST_TOLD:
        return False
    every = (*known.denying_all, *cleared)
    whole = [each for each in told if not doubts(words(each), known) and _ends_wholly(each, every, known)]
    if not whole and len(told) > 1 and len(words(told[0])) == 1 and begins(words(told[0]), known.refuse):
        # "No, I would remember that" denies it all; "no, no fever" and "no, only a stent" may not.
        rest = {word for each in told[1:] if not is_one_of(each, known.refuse) for word in words(each)}
        whole = [] if rest & (single(known.negations) | single(known.days.only)) else told[:1]
    plain = [each for each in told if not _denies_signs(each, known)]  # "not hot, not swollen, so no"
    if plain and len(plain) < len(told) and all(is_one_of(each, known.refuse, known.polite) for each in plain):
        whole = whole or ([] if any(is_one_of(each, known.hedged, known.polite) for each in plain) else told)
    beside = without([word for each in told if each not in whole for word in words(each)], known.polite)
    against = single(known.partly) | single(known.agree) | single(known.but)
    doubted = against & {*beside} or phrases((*known.doubts, *known.unsure)).are_in(beside)
    return bool(whole) and not doubted and len(beside) <= SHORT


def _denies_signs(clause: str, known: Vocabulary) -> bool:
    """Whether a clause denies signs and says nothing else: "not hot"."""
    said = wishes.undenied(words(clause), known.signs)
    aside = single(known.signs.denials) | single(known.denying) | {","}
    return "," in said and {*said} <= aside


def _ends_wholly(clause: str, written: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a clause, or its end behind words that say nothing against it, is wholly one of these."""
    said, against = words(clause), single(known.negations) | single(known.partly) | single(known.but)
    starts = {0, *(start for start, each in phrases(known.denying_all).found(said) if len(each) > 1)}
    for start in starts:
        turned = start > 0 and said[start - 1] in single(known.but)  # "a cold last week but none of these"
        behind = " ".join(said[start:]) if start else clause
        if not against & {*said[: start - turned]} and _is_wholly(behind, written, known):
            return True
    return False


def _behind_a_no(text: str, known: Vocabulary) -> str:
    """The text with a comma behind a no before which somebody goes on to tell: "no I walked home"."""
    said = text.split(maxsplit=2)
    tells = len(said) > 2 and {*words(said[1])} & single(known.telling)
    return f"{said[0]}, {said[1]} {said[2]}" if tells and begins(words(said[0]), known.refuse) else text


def _is_wholly(clause: str, written: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a clause says one of these, behind a plain no or by itself, and nothing beside it that means more."""
    if is_one_of(clause, written, known.polite):
        return True
    beside = single(known.denying) | single(known.around) | single(known.polite)
    denied = [
        word for word in wishes.undenied(words(clause), known.signs) if word != ","
    ]  # "no fever, nothing like it"
    for said in (words(clause), without(words(clause), known.polite), denied):
        for plain in (said, said[1:] if begins(said, known.refuse) else []):
            found = phrases(written).found(plain)
            if any(len(each) > 1 and beside >= {*plain[:n], *plain[n + len(each) :]} for n, each in found):
                return True
    return False


def _with_none(text: str, found: Numbers, scale: str, known: Vocabulary) -> SeveralNumbers | None:
    """Numbers that differ; "no pain at rest, 6 on the stairs" says two."""
    values = found.values if isinstance(found, Several) else (found.value,) if isinstance(found, One) else ()
    said = words(text)
    for each, value in known.numbers.scales.get(scale, {}).items() if values else ():
        if value not in values and len(phrase(each)) > 1 and holds(said, phrase(each)) is not None:
            values = (value, *values)
    both = len(known.sides) > 1 and all({*side} & {*said} for side in known.sides)
    if both and values and 0 not in values and single(known.numbers.none) & {*said}:
        values = (0, *values)  # "left 4, right nothing"
    return SeveralNumbers(values) if len(values) > 1 else None


def _rated(text: str, known: Vocabulary, answer: Callable[[int], Action], scale: str) -> Action | SeveralNumbers | None:
    """One number from 0 to 10, half of one counting up, or the scale's own words for one."""
    if (said := _on_scale(text, scale, known)) is not None:
        return answer(said)
    if _asks(text, known):
        return None
    low, high = questionnaire.SCALE[0], questionnaire.SCALE[-1]
    found = numbers(text, known.numbers, high, counting=False, things=False)
    if scale != EFFORT and (several := _with_none(text, found, scale, known)) is not None:
        return several  # of effort "a piece of cake, 2" says one
    if not isinstance(found, One) or not _is_sure(text, found, known):
        return None
    if not low <= found.value <= high:
        raise OutOfRange(low, high)
    return answer(int(found.value + 0.5))


def _days(text: str, picked: Sequence[str], known: Vocabulary, week: Sequence[str]) -> Action | None:
    """Several days are the choice; a single one is picked beside those that are."""
    bare = " ".join(without(re.sub(r"[,.;!]", " ", text.casefold()).split(), known.polite))
    found = weekdays(text, week, known.days) or weekdays(bare, week, known.days)
    if found is None and not says_only(text, known.days):
        found = _days_first(text, known, week)
    if found is None:
        return None
    chosen = tuple(map(str, found))
    if len(chosen) == 1 and not says_only(text, known.days):
        return Ask("days", tuple(sorted({*picked, *chosen})))
    return Tell("days", chosen)


def _days_first(text: str, known: Vocabulary, week: Sequence[str]) -> tuple[int, ...] | None:
    """The days with which a text begins, where what follows names none and takes none back: "mon wed I work nights"."""
    said = folded(text).split()
    if len(said) > LONGEST_TOLD:
        return None
    told = [each for each in CLAUSES.split(text) if words(each)]
    for n in range(len(told) - 1, 0, -1):
        if found := weekdays(", ".join(told[:n]), week, known.days):
            named = {day for each in told[n:] for day in days_named(each, week, known.days)}
            return None if named & {*found} else found
    against = single(known.negations) | single(known.partly) | single(known.refuse)
    for n in range(len(said) - 1, 1, -1):
        behind = " ".join(said[n:])
        if against & {*words(behind)} or _tells(behind, Ask("days"), known, week):
            return None
        if found := weekdays(" ".join(said[:n]), week, known.days):
            return found
    return None


def _several(context: Context, text: str, question: str, picked: tuple[str, ...], known: Vocabulary) -> Action | None:
    """Several things to choose from, named one after the other, are the choice; a single one is ticked."""
    refused = is_one_of(text, known.numbers.none, known.polite) or stance(text, known) is Stance.REFUSES
    first, *behind = CLAUSES.split(text.strip(), maxsplit=1)
    if behind and text.rstrip().endswith("?"):  # "none, should I buy some?"
        refused = refused or is_one_of(first, (*known.numbers.none, *known.nothing.get(question, ())), known.polite)
    if refused or _only_phrase(text, known.nothing.get(question, ()), known):
        return Tell(question, (profile.SKIPPED,))
    choices = context.series.choices
    ids, most = (
        (choices.kit, len(choices.kit)) if question == "kit" else (choices.activities.ids, choices.activities.most)
    )
    labels = [label for path, label, _ in context.known.shown.buttons if path in PICKS] if context.known.shown else []
    names = {id: (*known.buttons.get(f"choices.{question}.{id}", ()), *labels[n : n + 1]) for n, id in enumerate(ids)}
    if _asks(text, known) and len(CLAUSES.split(text.strip(" ?"))) == 1:
        return None
    without_it = [each for each in CLAUSES.split(text) if begins(words(each), (*known.refuse, *known.negations))]
    rest = [each for each in CLAUSES.split(text) if each not in without_it]
    kept, taken = _split(words(", ".join(rest)), known.but)
    taken += words(" ".join(without_it))
    found = {*ids} if is_one_of(" ".join(kept), known.all, known.aside) else _named(kept, names, known)
    away = _named(taken, names, known) or set()
    unclear = bool(taken) and not away and len(found or ()) == len(ids)  # "all but the rubber thing"
    if not found or unclear or single(known.negations) & {*kept}:
        return None
    ticked = {*profile.ticked(context.known, question, picked)}
    chosen = tuple(sorted((ticked | found) - away))
    if not chosen or len(chosen) > most:
        return None
    return Ask(question, chosen) if len(found) == 1 else Tell(question, chosen)


def _split(said: list[str], written: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before one of these phrases, and what behind it."""
    for each in map(phrase, written):
        if (start := holds(said, each)) is not None:
            return said[:start], said[start + len(each) :]
    return said, []


def _named(said: list[str], names: Mapping[str, Sequence[str]], known: Vocabulary) -> set[str] | None:
    """Those that a text names and nothing else; None where more is said than a few words."""
    left = list(said)
    found: set[str] = set()
    phrased = [(phrase(each), id) for id, many in names.items() for each in many]
    for wanted, id in sorted(phrased, key=lambda each: len(each[0]), reverse=True):
        while wanted and (start := holds(left, wanted)) is not None:
            left[start : start + len(wanted)] = []
            found.add(id)
    left = without(left, (*known.around, *known.polite, *known.agreeing))
    if {*left} & {*known.unclear} & {word for wanted, _ in phrased for word in wanted}:
        return None  # "band and ball": of the bands either may be meant
    return found if found and len(left) <= STRAY_BESIDE_CHOICES else None


def _age(context: Context, text: str, known: Vocabulary) -> str | None:
    """The band of the age in years that a text names; None without one, and for two that lie in different bands."""
    bands = context.series.choices.ages
    if born := _ages_by_birth(context, text, known):
        return _band(born, bands)
    said = re.sub(r"(?<=\d)\s*[-+](?=\s|\d|$)", " ", folded(text))
    spoken = {*words(text)}
    if of_others(words(text), known.numbers) or spoken & single(known.numbers.past):
        return None  # somebody else's, or not that of today
    for word in spoken & known.numbers.decades.keys():
        said = f"{said} {known.numbers.decades[word]}"
    found = numbers(said, known.numbers, None, known.numbers.years)
    ages = found.values if isinstance(found, Several) else (found.value,) if isinstance(found, One) else ()
    grown = [age for age in ages if age >= bands[0].start]
    if len(ages) > 1 and grown and all(age < CHILD for age in ages if age not in grown):
        ages = tuple(grown)  # "thirty-six, two kids"
    return _band(ages, bands) if ages else _beyond(said, bands, known)


def _band(ages: Sequence[float], bands: Sequence[AgeBand]) -> str | None:
    """The band in which all of these ages lie."""
    if not all(bands[0].start <= age <= OLDEST for age in ages):
        return None
    named = {[band.id for band in bands if band.start <= age][-1] for age in ages}
    return named.pop() if len(named) == 1 else None


def _ages_by_birth(context: Context, text: str, known: Vocabulary) -> Sequence[float]:
    """The two ages that a year of birth leaves open, where a text names one and no other number."""
    said = words(text)
    years = [int(word) for word in said if word.isdecimal() and len(word) == YEAR]
    this = context.now.year
    if len(years) != 1 or not this - OLDEST <= years[0] <= this or of_others(said, known.numbers):
        return ()
    if len(said) > 1 and not phrases(known.numbers.born).are_in(said):
        return ()
    return (this - years[0] - 1, this - years[0])


def _bounds(known: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return known.numbers.above, known.numbers.below


def _beyond(said: str, bands: Sequence[AgeBand], known: Vocabulary) -> str | None:
    """The last band for "over 80", the first for "under 40", where the bound leaves no other."""
    least, below = (bounded(said, each, known.numbers) for each in _bounds(known))
    if least is not None and bands[-1].start - 1 <= least <= OLDEST:
        return bands[-1].id
    if below is not None and len(bands) > 1 and bands[0].start + 1 < below <= bands[1].start:
        return bands[0].id
    return None
