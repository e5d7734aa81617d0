"""What typed words worry about, ask, or say to an urgent word: each is answered with a sentence of its own."""

from __future__ import annotations

from itertools import chain

from bot.core.assessment import safety
from bot.core.model.callback_data import (
    CheckAgain,
    GetDown,
    HowIsIt,
    HowIsItFromPlan,
    Reply,
    SetDone,
    ShowExercise,
)
from bot.core.screens import information
from bot.core.screens.typed_buttons import (
    LONGEST_TOLD,
    MOST_FOR_A_COMMAND,
)
from bot.core.screens.typed_meaning import (
    Commanded,
    Meaning,
    NoAnswer,
    Sign,
    SmallTalk,
    Tapped,
    TooMuch,
    Unknown,
)
from bot.core.typed import wishes
from bot.core.typed.fold import (
    CLAUSES,
    is_one_of,
    phrases,
    single,
    without,
    words,
)
from bot.core.typed.remarks import (
    SAD,
    UNEASY,
)
from bot.core.typed.stance import begins
from bot.core.typed.vocabulary import Vocabulary

PROGRESS = "progress"
"""The command that shows how it went."""
QUESTIONS = (
    *(information.STOPPED, information.ALLOWED, information.HARM, information.FUTURE),
    *(information.WALKING, information.MOVEMENT, information.WARMTH, information.WHICH_BAND),
    *(information.CHANGEABLE, information.MORE_TODAY, information.WHEN_NEXT, information.COST),
)
"""Worries that are none where nothing is asked."""
ASKED_BEFORE = (information.WHY_ASKED, information.CHANGEABLE, information.MORE_TODAY)
"""Questions that choose nothing, whatever words of a button stand in them."""


def worry(text: str, vocabulary: Vocabulary, meant: Meaning) -> str:
    """The kind of a worry that a text tells, which is answered before what it means.

    Empty where it tells none, and where what is meant has an answer of its own to it: beside a choice only what needs
    more than where the choice leads. Of a sign in so many words it is told what it needs before the signs are asked.
    """
    if isinstance(meant, Sign):
        return _needs(meant, text, vocabulary)
    if not isinstance(meant, Tapped | NoAnswer | Unknown | Commanded) or _is_obeyed(meant):
        return ""
    signs = vocabulary.signs
    told = (kind for kind in vocabulary.worries if _tells_worry(text, kind, vocabulary))
    paired = (k for k, pairs in vocabulary.worries_paired.items() if wishes.names_a_pair(text, pairs, signs))
    asks = asks_it(text, vocabulary)
    kinds = [each for each in chain(told, paired) if asks or each not in QUESTIONS]
    if information.BESIDE_A_YES in kinds[:1]:
        return kinds[0] if _only_changes_a_plan(meant, vocabulary) else ""
    chosen = isinstance(meant, Tapped)
    if isinstance(meant, Tapped) and getattr(meant.action, "value", "") == safety.YES:
        return ""
    return next((each for each in kinds if not chosen or each in information.BESIDE_AN_ANSWER), "")


def goes_on_in_spite(worry: str, meant: Meaning) -> bool:
    """Whether what is meant would begin or go on with a session that a worry tells to leave out."""
    session = (GetDown, HowIsIt, HowIsItFromPlan, ShowExercise, SetDone)
    return worry in information.LEFT_OUT and isinstance(meant, Tapped) and isinstance(meant.action, session)


def _is_obeyed(meant: Meaning) -> bool:
    """Whether it is a command that shows just what is asked for: "show me how I did so far"."""
    return isinstance(meant, Commanded) and meant.name == PROGRESS


def _only_changes_a_plan(meant: Meaning, vocabulary: Vocabulary) -> bool:
    """Whether that is a yes to signs of the past, and not to how an injury came about."""
    match meant:
        case Tapped(Reply(question=asked, value=safety.YES)):
            return asked in vocabulary.conditions and asked not in vocabulary.came_about
    return False


def _needs(sign: Sign, text: str, vocabulary: Vocabulary) -> str:
    """What a sign needs that is told of oneself and of now, in words that leave nothing to ask about; else empty."""
    if sign != Sign() or phrases((*vocabulary.long_ago, *vocabulary.doubts)).are_in(words(text)):
        return ""
    clauses = [each for each in CLAUSES.split(text) if words(each)]
    asked = [each for each in clauses if asks_it(each, vocabulary)]
    text = ", ".join(each for each in clauses if each not in asked)
    told = [
        kind
        for kind in information.BEFORE_A_SIGN
        if wishes.names_a_pair(text, vocabulary.worries_paired.get(kind, ()), vocabulary.signs)
    ]
    return next(iter(told), "")


def urged(text: str, vocabulary: Vocabulary, meant: Meaning) -> str:
    """What whoever has to be seen, or to call, says to that, by its kind; empty where it is something else."""
    if not isinstance(meant, Sign | NoAnswer | Unknown | SmallTalk | Commanded | TooMuch | Tapped):
        return ""
    if isinstance(meant, Tapped) and not isinstance(meant.action, CheckAgain):
        return ""
    if isinstance(meant, Sign) and meant not in (Sign(), Sign(grave=True)):
        return ""
    if isinstance(meant, SmallTalk) and meant.kind in (SAD, UNEASY):
        return ""
    said, signs = words(text), vocabulary.signs
    paired = (k for k, pairs in vocabulary.urged_paired.items() if wishes.names_a_pair(text, pairs, signs))
    if found := next(paired, ""):
        return found
    for kind, known in vocabulary.urged.items():
        long = tuple(each for each in known if " " in each)
        if is_one_of(text, known, vocabulary.polite) or (
            len(said) <= MOST_FOR_A_COMMAND and phrases(long).are_in(said)
        ):
            return kind
    return ""


def asks_before_an_answer(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text asks what has to be told before anything is chosen: "can I do more than that?"."""
    kinds = (kind for kind in ASKED_BEFORE if _tells_worry(text, kind, vocabulary))
    short = len(words(text)) <= LONGEST_TOLD
    return short and any(kind not in QUESTIONS or asks_it(text, vocabulary) for kind in kinds)


def _tells_worry(text: str, kind: str, vocabulary: Vocabulary) -> bool:
    """Whether a phrase of a worry stands in a text."""
    return phrases(vocabulary.worries.get(kind, ())).are_in(words(text))


def asks_it(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text, or a clause of it, asks something: "sore from yesterday, is it ok to do it"."""
    if text.rstrip().endswith("?"):
        return True
    asking = single(vocabulary.asking) - single(vocabulary.connectives)  # "when the kids are at school" tells
    clauses = [without(words(each), vocabulary.polite) or words(each) for each in CLAUSES.split(text)]
    turned = single(vocabulary.negations)  # "could not take a step" asks nothing
    return any(
        each and (each[0] in asking or (len(each) > 2 and begins(each, vocabulary.inverted) and each[1] not in turned))
        for each in clauses
    )
