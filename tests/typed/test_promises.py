"""What holds whatever is typed, and wherever."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.core.assessment import safety
from bot.core.assessment.selftest import OutOfRange
from bot.core.model.callback_data import GoOn, Reply, Tell
from bot.core.model.letter import LetterKind
from bot.core.model.message import Reaction
from bot.core.screens import typed_answers, typed_meaning
from bot.core.screens.dispatch import tapped
from bot.core.screens.typed_values import SeveralNumbers
from bot.core.typed.fold import phrases, words
from bot.core.typed.vocabulary import Pair
from bot.core.typed.wishes import BETWEEN, names_a_sign
from tests.support.examples import examples
from tests.typed.corpus import ASKING_SIGNS, BUILT_ON, lines
from tests.typed.standing import SCREENS, standing, the_conversation, the_renderer

FOR_THE_COACH = "coach-ask"
"""The screen on which the next words are meant for the coach."""
screens = st.sampled_from(sorted(SCREENS))
anything = st.text(max_size=60)
few = examples(20)
signs = st.deferred(
    lambda: st.sampled_from(
        # "Yes since last night" is one where signs are asked about, and nowhere else.
        [each.typed for each in lines(BUILT_ON) if each.means == "danger" and each.screen not in ASKING_SIGNS]
    )
)
pairs = st.deferred(lambda: st.sampled_from(the_renderer().vocabulary.signs.pairs))


def _meaning(screen: str, text: str) -> typed_meaning.Meaning:
    words = the_renderer()
    return typed_answers.meaning(standing(screen).context(text), words.vocabulary, words.language.weekdays)


@few
@given(screens, st.text("bcfgk .,!\n", max_size=40), st.sampled_from(["chest pain", "I fainted", "want to die"]))
def test_danger_is_heard(screen: str, before: str, sign: str) -> None:
    found = _meaning(screen, f"{before} ; {sign}")
    assert found == typed_meaning.Sign(ending_life="die" in sign, grave="die" not in sign) or _says_yes(found)


@few
@given(screens, signs)
def test_a_sign_in_whatever_words_is_heard_whatever_is_asked(screen: str, sign: str) -> None:
    found = _meaning(screen, sign)
    assert isinstance(found, typed_meaning.Sign) or _says_yes(found) or _is_the_worst(found)


def _says_yes(found: typed_meaning.Meaning) -> bool:
    """Or which of the signs it is, where that is asked."""
    if not isinstance(found, typed_meaning.Tapped) or not isinstance(found.action, Reply):
        return False
    return found.action.value == safety.YES or found.action.question.endswith(safety.WHICH)


def _is_the_worst(found: typed_meaning.Meaning) -> bool:
    """Of pain, which is answered with whom to see."""
    action = found.action if isinstance(found, typed_meaning.Tapped) else None
    return getattr(action, "value", None) in (10, "10") or (isinstance(action, Tell) and action.values == ("10",))


@few
@given(pairs, st.data())
def test_two_words_that_are_a_sign_together_are_heard(pair: Pair, data: st.DataObject) -> None:
    signs = the_renderer().vocabulary.signs
    halves = data.draw(st.permutations((pair.first, pair.then)))
    between = data.draw(
        st.lists(st.sampled_from(("it", "has", "quite", "somehow", "since", "monday")), max_size=BETWEEN)
    )
    first, then = (data.draw(st.sampled_from(half)) for half in halves)
    said = " ".join((first, *between, then))
    assume(not phrases(signs.harmless).are_in(words(said)))  # "cracked it" is no crack
    assert names_a_sign(f"since today: {said}", signs)


@pytest.mark.parametrize("screen", sorted(SCREENS))
def test_a_wish_to_stop_is_heard(screen: str) -> None:
    for wish in ("STOP", "stop please", "no more messages", "unsubscribe"):
        assert _meaning(screen, wish) in (typed_meaning.Stop(),)


@few
@given(st.sampled_from(sorted(SCREENS.keys() - {FOR_THE_COACH})), anything)
@example("check-in", "Þ")  # read as "th", the code of a country
@example("nudge", ":Þ")
@example("nudge", "Oslo")
def test_what_was_not_understood_changes_nothing_and_is_answered(screen: str, text: str) -> None:
    found, reaction = _not_understood(screen, text)
    person = standing(screen).person
    if person is not None and reaction.subscriber is not None:
        assert replace(reaction.subscriber, showing=person.showing) == person
    told = [the_renderer().render(message).text for message in reaction.messages]
    assert told
    assert all(told)
    placed = reaction.messages[0].template.startswith("profile/")
    if isinstance(found, typed_meaning.Unknown) and person is not None and not placed:  # a stranger gets none to end
        assert ("/subscribe" if screen == "stopped" else "/unsubscribe") in told[0]


@few
@given(anything)
def test_what_was_not_understood_and_is_meant_for_the_coach_is_passed_on_and_answers_nothing(text: str) -> None:
    _, reaction = _not_understood(FOR_THE_COACH, text)
    person, after = standing(FOR_THE_COACH).person, reaction.subscriber
    assert person is not None
    assert after is not None
    assert [each.kind for each in after.letters] == [LetterKind.ASKED]
    assert replace(after, letters=person.letters, showing=person.showing) == person
    assert [message.template for message in reaction.messages] == ["coach/passed-on"]


def _not_understood(screen: str, text: str) -> tuple[typed_meaning.Meaning, Reaction]:
    """What that was read as, and what follows; only where it was not understood."""
    found: typed_meaning.Meaning | None = None
    with contextlib.suppress(OutOfRange):
        found = _meaning(screen, text)
    assume(isinstance(found, (typed_meaning.Unknown, typed_meaning.NoAnswer, SeveralNumbers)))
    assert found is not None
    return found, the_conversation().typed(standing(screen).context(text))


NAMED_BY_THE_LIST = {
    "i cough up blood": "coughing up blood",
    "4 seconds then I blacked out": "passed out",
    "I fainted this morning": "passed out",
    "my heart is racing": "racing heart",
    "I can't catch my breath": "short breath",
    "pain in my chest": "Chest pain",
    "worst headache of my life": "bad headache",
    "half of my face is hanging": "crooked face",
    "my arm is lame": "weak arm",
    "i can't see with my left eye": "lost sight",
    "my words come out wrong": "odd speech",
    "nothing helps against the pain": "Pain nothing eases",
    "my knee is hot and swollen": "very swollen",
    "I have a temperature": "fever",
    "the wound is oozing": "wound",
    "knee stuck bent wont straighten": "stuck",
    "I can't walk on it": "cannot carry you",
    "kneecap is on the side of my leg": "bent wrong",
    "my calf is warm": "One calf",
    "numb down below": "Numbness between your legs",
    "my foot is pale and icy": "cold",
    "I wet myself": "bladder or bowel",
    "I fell on the stairs": "New fall",
    "there is a lump behind my knee": "lump",
    "I have lost weight without trying": "lost weight",
    "they found cancer": "cancer",
    "i think i am pregnant": "pregnancy",
}
"""A sign of each kind in somebody's own words, and what the list that follows calls it."""


@pytest.mark.parametrize("sign", NAMED_BY_THE_LIST)
def test_a_sign_in_ones_own_words_stands_in_the_list_that_asks_about_it(sign: str) -> None:
    assert isinstance(_meaning("nothing", sign), typed_meaning.Sign)
    asked = standing("nothing").types(sign)
    listed = the_conversation().typed(standing("nothing").context(sign)).messages[-1]
    if listed.template == "safety/call-first":
        listed = the_conversation().typed(asked.context("I meant something else")).messages[-1]
    assert NAMED_BY_THE_LIST[sign] in the_renderer().render(listed).text
    assert asked.known.attempts[-1].finished_at is None


@pytest.mark.parametrize("screen", ["nothing", "balance-left", "exercise", "safety-today"])
def test_a_no_to_that_list_still_says_whom_to_call_and_that_unsure_means_nothing_more_today(screen: str) -> None:
    stand = standing(screen).types("I blacked out")
    number = len(stand.known.attempts) - 1
    reaction = tapped(stand.context(), Reply(number, "trigger", "no"))
    told = the_renderer().render(reaction.messages[-1]).text
    first, _, last = told.partition("you can go on")
    assert last, told
    assert "no exercises" in first
    assert "not sure" in first
    assert "112" in first
    assert "doctor" in first


@pytest.mark.parametrize("screen", ["flag-stop", "flag-today", "flag-ask", "follow-up"])
def test_whoever_should_be_seen_first_is_told_that_again_and_no_exercise(screen: str) -> None:
    first, again = the_conversation().typed(standing(screen).context("qwertyuiop asdf")).messages
    assert "/today" not in the_renderer().render(first).text
    assert again.template.startswith("safety/")


@pytest.mark.parametrize("typed", ["yes", "no", "yeah thats right", "qwerty"])
def test_whatever_is_typed_below_an_undo_is_met_with_what_is_true_and_undoes_nothing(typed: str) -> None:
    stand = standing("stopped")
    reaction = the_conversation().typed(stand.context(typed))
    assert [message.template for message in reaction.messages] == ["enrollment/stopped"]
    assert reaction.subscriber is not None
    assert reaction.subscriber.enrollment == stand.known.enrollment


@pytest.mark.parametrize("typed", ["forget it", "nvm", "Never mind, thanks", "no", "nevr mind"])
def test_who_has_nothing_to_ask_the_coach_is_not_passed_on(typed: str) -> None:
    reaction = the_conversation().typed(standing(FOR_THE_COACH).context(typed))
    assert reaction.subscriber is not None
    assert not reaction.subscriber.letters


def test_a_stranger_who_names_a_sign_is_told_whom_to_call() -> None:
    (told,) = the_conversation().typed(standing("stranger").context("i want to die")).messages
    assert all(number in the_renderer().render(told).text for number in the_renderer().catalog.emergency.default)


@pytest.mark.parametrize(
    "told",
    [
        "my mother has chest pain",
        "my husband can't put weight on his leg since a fall",
        "My wife's knee is hot and red.",
    ],
)
@pytest.mark.parametrize("screen", ["nothing", "stranger", "reminder"])
def test_a_sign_of_somebody_else_is_met_with_whom_to_call_and_keeps_nothing(told: str, screen: str) -> None:
    assert _meaning(screen, told) == typed_meaning.Sign(of_another=True, grave="hot" not in told)
    reaction = the_conversation().typed(standing(screen).context(told))
    (message,) = reaction.messages
    said = the_renderer().render(message)
    assert "112" in said.text
    assert [label for label, _, _ in said.meant] == ([] if screen == "stranger" else ["labels.check-again"])
    assert reaction.subscriber == standing(screen).person


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ("my mother has chest pain what should she do", "Call an ambulance for them now"),
        ("my husband cant breathe", "Call an ambulance for them now"),
        ("my wife's knee is hot and swollen", "I am sorry to read this. They should see a doctor today."),
        (
            "my cat is limping and her leg is swollen",
            "I am sorry to read this. I know only about people’s knees. A vet",
        ),
    ],
)
def test_what_is_told_first_of_somebody_else_goes_by_how_grave_it_is(told: str, first: str) -> None:
    (message,) = the_conversation().typed(standing("nothing").context(told)).messages
    assert the_renderer().render(message).text.replace("<b>", "").startswith(first)


@pytest.mark.parametrize(
    "told",
    [
        "my wife says the calf is warm and swollen",
        "my dog pulled me over and I fell, now I can't stand",
        "My mother had chest pain last year, and now I have chest pain",
        "my husband and I fell down the stairs and cannot walk",
        "My husband is away. The knee is hot and very swollen.",
    ],
)
def test_a_sign_of_ones_own_is_heard_beside_somebody_else(told: str) -> None:
    found = _meaning("nothing", told)
    assert isinstance(found, typed_meaning.Sign)
    assert not found.of_another


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("raises-left", "I could not do a single one"),
        ("raises-left", "couldn't get to 10"),
        ("rate-effort", "is 10 the hardest?"),
        ("rate-pain", "do you mean 0 to 10?"),
        ("stopped", "can I come back later?"),
        ("days", "Monday till Friday, and not the Tuesday after, on Fridays we swim"),
    ],
)
def test_a_number_that_was_not_reached_or_is_asked_about_is_not_kept(screen: str, typed: str) -> None:
    found = _meaning(screen, typed)
    assert not isinstance(found, typed_meaning.Tapped) or getattr(found.action, "value", "") == "could-not"


def test_what_is_rejected_is_not_chosen() -> None:
    three, two = (
        _meaning("retest-result", each) for each in ("two is too often, three", "three is too much, two days")
    )
    assert [getattr(each, "action", None) for each in (three, two)] == [GoOn(3), GoOn(2)]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("walking went fine", "glad"),
        ("I walked to the shop without a stick", "glad"),
        ("my shoulders are tight from the desk", "complaint"),
        ("slept badly", "complaint"),
    ],
)
def test_what_somebody_tells_in_passing_gets_a_kind_word_and_no_error(told: str, kind: str) -> None:
    assert _meaning("nothing", told) == typed_meaning.SmallTalk(kind)


@few
@given(st.data())
def test_nothing_is_good_news_beside_what_hurts(data: st.DataObject) -> None:
    known = the_renderer().vocabulary
    pair = data.draw(st.sampled_from(known.small_talk_paired["glad"]))
    first, then = data.draw(st.sampled_from(pair.first)), data.draw(st.sampled_from(pair.then))
    behind = data.draw(st.sampled_from(known.unwell))
    for typed in (f"{first} {then} and now {behind}", f"{behind}, {first} {then}"):
        assert _meaning("nothing", typed) != typed_meaning.SmallTalk("glad")


@few
@given(st.data(), st.sampled_from(["", "?", "!", "..."]))
def test_words_of_politeness_alone_are_never_smiled_at(data: st.DataObject, end: str) -> None:
    polite = st.lists(st.sampled_from(the_renderer().vocabulary.polite), min_size=1, max_size=3)
    typed = " ".join(data.draw(polite)) + end
    assume(words(typed))
    assert _meaning("nothing", typed) != typed_meaning.SmallTalk("smile")


def test_what_is_told_with_a_but_is_not_taken_for_good_news() -> None:
    assert not isinstance(_meaning("nothing", "walking went fine but my knee hurts"), typed_meaning.SmallTalk)
