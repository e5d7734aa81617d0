"""Which button of what somebody was shown their typed words stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from bot.core.model import callback_data
from bot.core.model.callback_data import (
    Action,
    Barrier,
    Morning,
    PauseUntil,
    Reply,
    StillWanted,
    Tell,
    only_one,
)
from bot.core.model.context import Context
from bot.core.model.series import FIRST_MOVE
from bot.core.model.subscriber import Shown, State
from bot.core.screens import enrollment
from bot.core.screens.typed_ages import button_of_age
from bot.core.typed import wishes
from bot.core.typed.clock import clock, clock_within
from bot.core.typed.days import says_only, until, weekdays
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
    phrases,
    single,
    stripped,
    without,
    words,
)
from bot.core.typed.numbers import days_long, of_others
from bot.core.typed.pointing import pointed
from bot.core.typed.remarks import (
    asks_something,
    behind_a_correction,
    command_phrases,
    says_a_count,
    says_a_number,
    small_talk,
)
from bot.core.typed.stance import Stance, begins, stance
from bot.core.typed.vocabulary import Vocabulary

SKIP, SET_DONE, NEXT = "labels.skip", "labels.set-done", "labels.next-exercise"
SIGNS_DENIED, SIGNED = "labels.no", "labels.yes"
SEVERAL = "labels.several"
"""More than one of those that are offered."""
NOT_PLAIN = re.compile(r"^\s*[-‐‑‒–—−]\s*\d|\d\s*[+%]")
OF_THE_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)\b")
HALF_A_DAY, NOON = 12, "12:00"
AROUND_A_BUTTON = 4
"""Words beside those of a button: with more, they may be about something else."""
LONGEST_TOLD = 24
"""Words of a text that is looked through for a button clause by clause."""
MOST_FOR_A_COMMAND = 14
"""Words around a phrase that stands for a command."""
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


def whole_label(shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """The button whose words were typed, with politeness or without, or in the first line."""
    if NOT_PLAIN.search(text):
        return None  # its words alone would be the button of another number
    for given in _readings(text, vocabulary):
        if found := only_one(data for _, label, data in shown.buttons if given and words(label) == given):
            return found
    return None


def _readings(text: str, vocabulary: Vocabulary) -> Iterable[list[str]]:
    said, first = words(text), words(folded(text).partition("\n")[0])
    return said, first, without(said, vocabulary.polite), without(first, vocabulary.polite)


def button_meant(
    context: Context, shown: Shown, text: str, vocabulary: Vocabulary, week: Sequence[str]
) -> Action | None:
    """The button that a phrase of its own, a time, a length, a yes or a no, or a part of its words stands for."""
    behind = behind_a_correction(text, vocabulary)
    # What was counted first is taken back, whatever is now.
    before = " ".join(words(text)).removesuffix(behind)
    corrected = behind and says_a_number(behind, vocabulary) and says_a_number(before, vocabulary)
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
        return only_one(each.data for each in whole)
    if wishes_to_skip(text, vocabulary):
        word = vocabulary.skipping[0]
        skips = [each for each in buttons if word in (*each.phrases, *each.label)]
        skips = skips or [each for each in buttons if any(begins(words(told), (word,)) for told in each.phrases)]
        return only_one(each.data for each in skips)
    if found := _timed(context, shown, text, vocabulary, week):
        return found
    said = words(text)
    if meant in (Stance.AGREES, Stance.UNABLE) and len(said) > 2 and (closer := _closer(buttons, said, vocabulary)):
        return closer
    if (sets := _sets_done(buttons, said, vocabulary)) is not None:
        return sets
    if meant is Stance.UNABLE and (
        found := only_one(each.data for each in buttons if _says_a_pair(said, each, vocabulary))
    ):
        return found  # "I cannot get up without my hands" tells how it was done
    if phrases(vocabulary.unable).are_in(said):
        skip = only_one(each.data for each in buttons if each.path == SKIP)
        if isinstance(skip, Tell) and skip.question == FIRST_MOVE and not single(vocabulary.unwell) & {*said}:
            return skip  # "I can't, I am on a bus"
    if meant is not None:
        told = {
            Stance.AGREES: vocabulary.agree,
            Stance.REFUSES: vocabulary.refuse,
            Stance.UNSURE: vocabulary.unsure,
            Stance.UNABLE: vocabulary.unable,
        }[meant]
        plain = [each.data for each in buttons if told[0] in each.phrases]
        found = only_one(plain or [each.data for each in buttons if each.says(told)])
        if found is not None:
            return found
    if small_talk(text, vocabulary) is not None:
        return None  # "all right" is no right
    if meant is None and _was_unable(text, vocabulary):
        unable = [each.data for each in buttons if each.says(vocabulary.unable)]
        if len(unable) == 1 and not part_meant(
            [each for each in buttons if each.data not in unable], text, said, vocabulary
        ):
            return only_one(unable)
    several = False
    more_than_one = [each.data for each in buttons if each.path == SEVERAL]
    if more_than_one and len(_named(buttons, said)) > 1:
        return only_one(more_than_one)
    for given in dict.fromkeys(map(tuple, _readings(text, vocabulary))):
        if part := part_meant(buttons, text, given, vocabulary):
            if found := only_one(part):
                return found
            several = True
            break
    fillers = vocabulary.signs.fillers
    short = len(said) <= LONGEST_TOLD
    bare = " ".join(each for each in text.split() if "".join(words(each)) not in fillers) if short else text
    if bare != text and not several:
        part = part_meant([_bare(each, fillers) for each in buttons], bare, words(bare), vocabulary)
        if part:
            return only_one(part)
    if (of_age := button_of_age(context, shown, text, vocabulary)) is not None:
        return of_age
    if several and (not short or CLAUSES.search(text.strip())):
        return None
    if short and not text.rstrip().endswith("?") and not begins(said, vocabulary.asking):
        turned = [n for n, word in enumerate(said) if word in single(vocabulary.but)]
        gone_on = turned and is_one_of(" ".join(said[: turned[-1]]), vocabulary.commands.get("resume", ()))
        behind = said[turned[-1] + 1 :] if turned and (gone_on or begins(said, vocabulary.agree)) else said
        paired = [each.data for each in buttons if _says_a_pair(behind, each, vocabulary)]
        if (found := only_one(paired)) or several:
            return found
    yes = [each for each in buttons if each.path not in PLAINLY and each.says(vocabulary.agree)]
    partly = single(vocabulary.partly) - (single(vocabulary.but) if any(each.path == SIGNED for each in yes) else set())
    against = single(vocabulary.refuse) | single(vocabulary.negations) | partly
    if begins(said, vocabulary.agree) and not against & {*said} and meant is None:
        return only_one(each.data for each in yes)
    # A "no" to signs of danger must be plain: "no operation" denies one of four.
    ends_so = is_one_of(CLAUSES.split(text.strip(" .!"), MOST_PARTS)[-1], vocabulary.refuse, vocabulary.polite)
    no = [each for each in buttons if each.path != SIGNS_DENIED and each.says(vocabulary.refuse)]
    if short and ends_so and len(no) == 1 and not begins(said, vocabulary.agree):
        return only_one(each.data for each in no)  # "I work until late, so no"
    if (
        begins(said, vocabulary.refuse)
        and len(said) <= 2 * AROUND_A_BUTTON
        and _stands_alone(text, said, vocabulary)
        and not partly - single(vocabulary.clock.half) & {*said}
    ):
        return only_one(each.data for each in no)
    return None


def wishes_to_skip(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a clause wishes to leave out what is shown, and no other says a number: "not dressed, I skip it"."""
    told = [words(each) for each in CLAUSES.split(text)]
    if sum(map(len, told)) > LONGEST_TOLD or any(says_a_count(each, vocabulary) for each in told):
        return False
    known = phrases(vocabulary.skipping)
    if not known.are_in(words(text)):
        return False
    beside = all_words(vocabulary.skipping_about) | all_words(vocabulary.polite)
    return any(
        {*said[:start], *said[start + len(each) :]} <= beside for said in told for start, each in known.found(said)
    )


def _was_unable(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a part of a text begins with what could not be done: "I tried, but I could not get up"."""
    if says_a_count(words(text), vocabulary) or text.rstrip().endswith("?"):
        return False
    beside = (*vocabulary.around, *vocabulary.polite, *vocabulary.but, *vocabulary.refuse)
    unable, doubted = phrases(vocabulary.unable), phrases(vocabulary.doubts)
    for said in map(words, parts(text, vocabulary.connectives)):
        told = len(said) <= MOST_FOR_A_COMMAND and not doubted.are_in(said)
        if told and any(wishes.stands_paired(said, pair) for pair in vocabulary.unable_paired):
            return True
        first = next((n for n, word in enumerate(said) if word not in single(beside)), len(said) - 1)
        for at in range(first + 1):  # "but I could not" begins with less than "could not get up" says
            n = unable.begins(said[at:])
            if (n >= AROUND_A_BUTTON or 0 < n <= len(said) - at <= AROUND_A_BUTTON) and not doubted.are_in(said):
                return True
    return False


def in_one_clause(context: Context, shown: Shown, vocabulary: Vocabulary, week: Sequence[str]) -> Action | None:
    """The button that one clause of a text stands for, where the others stand for none and say nothing against it."""
    said = {*words(context.text)}
    told = [each for each in CLAUSES.split(context.text) if words(each)]
    if says_a_number(behind_a_correction(context.text, vocabulary), vocabulary):
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


def pointed_at(context: Context, shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """The answer among several to which single words of a text point: "my pelvis was falling to one side"."""
    if says_a_count(words(text), vocabulary):
        return None
    named = (*NAMED, context.series.choices.beside_pain)
    choices: dict[str, tuple[str, ...]] = {}
    for each in _phrased(shown, vocabulary):
        answer = only_one([each.data])
        told = isinstance(answer, ANSWERS) and getattr(answer, "question", "") not in named
        if told and each.path not in (*CAREFUL, *WHOLE, *PICKS):
            choices[each.data] = (*choices.get(each.data, ()), each.words, *each.phrases)
    found = pointed(text, choices, vocabulary) if len(choices) > 1 else None
    return only_one([found]) if found is not None else None


def _asks_for_more(clause: str, vocabulary: Vocabulary) -> bool:
    """Whether a clause is a question of more words than a button's: "how do I stop the clock"."""
    return begins(words(clause), vocabulary.asking) and len(words(clause)) > AROUND_A_BUTTON


def _bare(button: Worded, fillers: tuple[str, ...]) -> Worded:
    """The button with its longer phrases as they are without words that change little: "not go straight"."""
    return replace(button, phrases=_shortened((button.words, *button.phrases), fillers), words="")


@lru_cache(maxsize=512)
def _shortened(written: tuple[str, ...], fillers: tuple[str, ...]) -> tuple[str, ...]:
    bare = (" ".join(stripped(each, fillers)) for each in written)
    return tuple(each for each in bare if " " in each)


def whole_phrase(shown: Shown, action: Action, text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is wholly a phrase of the button with that action, in any order: "right yes, left no"."""
    of = (each for each in _phrased(shown, vocabulary) if only_one([each.data]) == action)
    return any(is_one_of(text, each.phrases, vocabulary.polite, in_any_order=True) for each in of)


def _sets_done(buttons: Sequence[Worded], said: Sequence[str], vocabulary: Vocabulary) -> Action | None:
    """The set that is done, or the next move where all sets of this one are: "did 3 sets of 10"."""
    label = next((each.label for each in buttons if each.path == SET_DONE), None)
    if label is None or len(said) > MOST_FOR_A_COMMAND or not single(vocabulary.telling_done) & {*said}:
        return None
    numerals = [int(word) for word in label if word.isdecimal()]
    known = {**vocabulary.numbers.words, **vocabulary.numbers.counts}
    counted = [int(word) if word.isdecimal() else known.get(word, 0) for word in said]
    sets = [counted[n] for n, word in enumerate(said[1:]) if word in vocabulary.sets and counted[n]]
    if len(numerals) != 2 or len(sets) != 1:
        return None
    path = NEXT if sets[0] >= numerals[1] else SET_DONE if sets[0] == numerals[0] else ""
    return only_one(each.data for each in buttons if each.path == path)


def _in_a_row(text: str, button: Worded, vocabulary: Vocabulary) -> bool:
    """Whether a text says nothing but phrases of a button, one after the other: "yes I am sure, delete it"."""
    said = words(text)
    left = without(said, button.phrases)
    return len(left) < len(said) <= MOST_FOR_A_COMMAND and not without(left, vocabulary.polite)


def _says_a_pair(said: Sequence[str], button: Worded, vocabulary: Vocabulary) -> bool:
    """Whether a text says what means a button in two words apart: "this will not happen today"."""
    against = single(vocabulary.negations) | single(vocabulary.partly)
    return any(wishes.stands_paired(said, pair, against) for pair in vocabulary.buttons_paired.get(button.path, ()))


def _closer(buttons: Sequence[Worded], said: Sequence[str], vocabulary: Vocabulary) -> Action | None:
    """The one button of which a phrase stands behind a yes, or is what could not be done: "yes, I did all of them"."""
    behind = said[1:] if begins(said, vocabulary.agree) else said
    longer = [replace(each, phrases=tuple(one for one in each.phrases if " " in one)) for each in buttons]
    told = (vocabulary.agree[0], vocabulary.refuse[0])
    return only_one(_inside([each for each in longer if not each.says(told)], behind, vocabulary, whole=True))


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
class Worded:
    path: str
    words: str
    label: list[str]
    data: str
    phrases: tuple[str, ...]

    def says(self, told: tuple[str, ...]) -> bool:
        """Whether it says so: "Yes, at least one" says yes, and so does one to which an author gave the plain word."""
        return is_one_of(re.split(r"[,/]", self.words, maxsplit=1)[0], told) or told[0] in self.phrases


def _phrased(shown: Shown, vocabulary: Vocabulary) -> Iterable[Worded]:
    """Each button with the phrases for its path, its number among those of that path, and its standing alone."""
    seen: dict[str, int] = {}
    for path, label, data in shown.buttons:
        seen[path] = seen.get(path, 0) + 1
        named = path if seen[path] == 1 else f"{path}#{seen[path]}"
        alone = vocabulary.buttons.get(f"{path}#alone", ()) if len(shown.buttons) == 1 else ()
        yield Worded(path, label, words(label), data, (*_written(named, vocabulary), *alone))


@lru_cache(maxsize=1024)
def _written(path: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The phrases of a button; one that is the path of another stands for all of that one's."""
    return tuple(
        each for phrase in vocabulary.buttons.get(path, ()) for each in vocabulary.buttons.get(phrase, (phrase,))
    )


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
        if not bearing and "labels.move-time" in paths:
            return Tell("time", (at,))  # another time of day than those on offer
        if not bearing and spoken and "labels.set-time" in paths:
            return Tell("time", (at,))
        return only_one(bearing or [paths.get("labels.set-time", "")])
    if "labels.set-days" in paths and (chosen := weekdays(text, week, vocabulary.days)):
        plain = len(chosen) > 1 or says_only(text, vocabulary.days)
        return Tell("days", tuple(map(str, chosen))) if plain else only_one([paths["labels.set-days"]])
    if "labels.pause-open" in paths and (wanted := paused_until(context, text, vocabulary, week)) is not None:
        return wanted
    if "labels.pause-until" in paths and len(day := OF_THE_MONTH.findall(folded(text))) == 1:
        return only_one(
            data for path, label, data in shown.buttons if path == "labels.pause-until" and day[0] in words(label)
        )
    if "labels.pause-until" in paths and (length := days_long(text, vocabulary.numbers)) is not None:
        until = enrollment.local_date(context.known, context.now) + timedelta(days=length)
        wanted = PauseUntil(until.isoformat())
        offered = only_one(data for _, _, data in shown.buttons if data == callback_data.pack(wanted))
        own = "labels.pause-open" in paths and 0 < length <= enrollment.LONGEST_PAUSE.days
        return offered or (wanted if own else None)
    return None


def paused_until(context: Context, text: str, vocabulary: Vocabulary, week: Sequence[str]) -> PauseUntil | None:
    """The pause until a day to come that a text names, of somebody who can have one."""
    known = context.subscriber
    if known is None or known.state not in (State.RUNNING, State.PAUSED) or text.rstrip().endswith("?"):
        return None
    today = enrollment.local_date(known, context.now)
    day = until(text, week, vocabulary.days, today, (*single(vocabulary.polite), *single(vocabulary.around)))
    return PauseUntil(day.isoformat()) if day is not None else None


def _bearing(shown: Shown, at: str) -> list[str]:
    """The data of the buttons that bear a time of day."""
    return [data for path, label, data in shown.buttons if at in label and path != "labels.window"]


def part_meant(
    buttons: Sequence[Worded], text: str, said: Sequence[str], vocabulary: Vocabulary, *, whole: bool = True
) -> Sequence[str]:
    """The data of the buttons whose words, or a phrase of their own, stand in a text; or that hold all its words.

    A long text is looked through clause by clause. Nothing of a text that asks something.
    """
    said = without(said, vocabulary.spent)
    if not 0 < len(said) <= 2 * LONGEST_TOLD:
        return ()
    if (
        asks_something(text, vocabulary)
        and not phrases(vocabulary.requests).begins(said)
        and len(said) > AROUND_A_BUTTON
    ):
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
        labels = {word for each in buttons for word in each.label} - single(vocabulary.signs.own)
        denied = bool(single(vocabulary.negations) & before)
        denied = denied or bool(before and not before & (labels | single(vocabulary.agree)))  # "I want, but fewer days"
        told = [told[turned[-1]][1:], *told[turned[-1] + 1 :]] if denied else clauses
    if (turned or len(told) > 1) and len(told) <= MOST_PARTS and len(said) <= LONGEST_TOLD and len(sides) < 2:
        found = [data for each in told for data in _inside(buttons, each, vocabulary)]
        if found or best:
            return tuple(dict.fromkeys((*found, *best)))
    if best:
        return best
    if tuple(said) in command_phrases(vocabulary, "commands")[0]:
        return ()  # "all moves" says more than the "move" of "Way to move"
    return _holding(buttons, said, vocabulary)


def _inside(
    buttons: Sequence[Worded],
    said: Sequence[str],
    vocabulary: Vocabulary,
    asked: str = "",
    *,
    whole: bool = False,
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
        counted = says_a_count(wanted, vocabulary) or any(map(str.isdecimal, label))
        most = AROUND_A_BUTTON * min(len(wanted), 2)
        if telling - len(wanted) > most:
            continue
        if len(without(beside, vocabulary.around)) <= most and not (counted and says_a_count(beside, vocabulary)):
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


def _named(buttons: Sequence[Worded], said: Sequence[str]) -> set[str]:
    """All buttons of which a phrase stands in a text, but within a longer one of another."""
    standing = [
        (start, wanted, each.data, each.label)
        for each in buttons
        if each.path not in (SEVERAL, *WHOLE)
        for start, wanted in phrases(each.phrases).found(said)
    ]
    return {each[2] for each in standing if not any(_covers(other, each) for other in standing)}


def _covers(
    one: tuple[int, tuple[str, ...], str, list[str]], other: tuple[int, tuple[str, ...], str, list[str]]
) -> bool:
    """Whether a phrase stands within a longer one of another button: the "wobble" of "no wobble"."""
    (start, wanted, data, _), (at, within, its, _) = one, other
    return data != its and len(wanted) > len(within) and start <= at and at + len(within) <= start + len(wanted)


def _holding(buttons: Sequence[Worded], said: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
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
