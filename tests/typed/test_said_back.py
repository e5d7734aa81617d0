"""What somebody reads who typed something: a kind answer, and a way on that fits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.assessment import safety
from bot.core.model import callback_data as tap
from bot.core.model.message import Reaction
from bot.core.screens import questionnaire
from bot.core.screens.dispatch import tapped
from tests.typed.standing import SCREENS, TODAY, Stand, standing, the_conversation, the_renderer


def _says(stand: Stand, typed: str) -> tuple[str, list[str]]:
    """What is answered in all its messages, and the paths of the buttons below the last."""
    reaction = _reaction(stand, typed)
    rendered = [the_renderer().render(message) for message in reaction.messages]
    return "\n".join(each.text for each in rendered), [path for path, _, _ in rendered[-1].meant]


def _reaction(stand: Stand, typed: str) -> Reaction:
    context = stand.context(typed)
    return the_conversation().reaction(context, the_conversation().typed)


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("sit-stand-knees", "It hurt so much that I could not finish."),
        ("stand-left", "it hurt"),
        ("bend", "it hurt on the way"),
    ],
)
def test_what_hurt_in_a_self_test_is_met_with_a_kind_word(screen: str, typed: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert "orry that it hurt" in said
    assert "right to stop" in said


def test_after_what_hurt_whatever_has_to_be_done_may_be_left_out_with_one_tap() -> None:
    stand = standing("sit-stand-knees").types("hurt too much to finish").types("it hurt in my knees")
    for question in ("squat-feel", "squat-knees"):
        found = stand.known.open_attempt()
        assert found is not None
        assert stand.shown is not None
        assert "labels.leave-out" in [path for path, _, _ in stand.shown.buttons]
        stand.types("leave it out")
        assert stand.known.attempts[found[0]].value(question) == "not-sure"
    assert stand.known.open_attempt() is None


def test_nothing_is_offered_to_be_left_out_where_nothing_hurt() -> None:
    stand = standing("sit-stand-knees").types("never").types("thighs and bottom")
    assert stand.shown is not None
    assert "labels.leave-out" not in [path for path, _, _ in stand.shown.buttons]


@pytest.mark.parametrize("typed", ["I need my hands to get up", "I cannot get up without my hands"])
def test_who_needs_their_hands_in_the_practice_goes_on_and_is_asked_how_they_use_them(typed: str) -> None:
    stand = standing("practice").types(typed)
    assert stand.known.showing == tap.pack(tap.AskAt(stand.known.open_attempt()[0], "hands"))  # type: ignore[index]


SAFETY = [each for each in SCREENS if each.startswith("safety-")]


@pytest.mark.parametrize("screen", [*SAFETY, "trigger"])
def test_signs_that_were_not_understood_are_asked_about_in_simpler_words_above_the_list(screen: str) -> None:
    stand = standing(screen)
    first, again = _reaction(stand, "I don't understand the question").messages
    showing = tap.parse(stand.known.showing)
    assert isinstance(showing, tap.AskAt)
    assert the_renderer().label(f"safety.screens.{showing.question}.simply") in the_renderer().render(first).text
    assert again.again == showing


@pytest.mark.parametrize("screen", ["pain", "days", "rate-pain", "stand-left", "kit", "confidence", "hurt-lately"])
@pytest.mark.parametrize("typed", ["what do you mean", "i not understand", "sorry my english is bad"])
def test_a_question_that_was_not_understood_is_asked_again_and_nothing_is_kept(screen: str, typed: str) -> None:
    stand = standing(screen)
    first, again = _reaction(stand, typed).messages
    assert the_renderer().render(first).text.startswith(("Sorry, my words are not always easy", "I mean: how"))
    assert tap.pack(again.again) == stand.known.showing  # type: ignore[arg-type]


@pytest.mark.parametrize("screen", ["reminder", "day"])
@pytest.mark.parametrize("typed", ["only managed half", "did two of the five", "I had to stop after two sets"])
def test_a_session_done_in_part_is_noted_as_the_short_version_and_never_as_the_whole(screen: str, typed: str) -> None:
    stand = standing(screen).types(typed)
    assert stand.known.session(TODAY) is None
    stand.presses("labels.note-short")
    session = stand.known.session(TODAY)
    assert session is not None
    assert session.short
    assert len(session.done) == 1


def test_of_a_session_that_was_begun_what_was_done_is_kept() -> None:
    stand = standing("exercise")
    before = stand.known.session(TODAY)
    stand = stand.types("only managed half").presses("labels.enough")
    session = stand.known.session(TODAY)
    assert before is not None
    assert session is not None
    assert session.done == before.done
    assert session.finished_at is not None


def test_a_reminder_that_was_put_off_is_moved_by_another_time_and_comes_once() -> None:
    stand = standing("later").types("make it nine").presses("labels.later")
    (later,) = [each for each in stand.known.laters if each.date == TODAY]
    assert later.at.hour == 21


SMILE = "🙂"
GRAVE = ("flag-stop", "flag-today", "flag-ask", "follow-up", "trigger", "red", "safety-emergency")


@pytest.mark.parametrize("typed", ["so is that bad", "is that normal", "is that bad?", "😂", "🙂", "haha", "😭"])
@pytest.mark.parametrize("screen", GRAVE)
def test_nobody_is_smiled_at_over_a_sign_of_danger_or_much_pain(screen: str, typed: str) -> None:
    assert SMILE not in _says(standing(screen), typed)[0]


@pytest.mark.parametrize("typed", ["it's getting better", "I feel good", "the appointment was cancelled"])
@pytest.mark.parametrize("screen", ["flag-stop", "flag-today", "flag-ask", "follow-up"])
def test_whatever_is_told_below_a_sign_what_to_do_about_it_still_holds(screen: str, typed: str) -> None:
    first, again = _reaction(standing(screen), typed).messages
    assert "still holds" in the_renderer().render(first).text
    assert "Well done" not in the_renderer().render(first).text
    assert again.template.startswith("safety/")


@pytest.mark.parametrize("typed", ["😖", "😭😭", ":(", "ok 😢"])
@pytest.mark.parametrize("screen", ["check-in-pain", "nothing", "follow-up", "rate-pain"])
def test_a_sad_face_is_met_with_a_kind_word(screen: str, typed: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert said.startswith("I am sorry")


@pytest.mark.parametrize("screen", ["test-result", "nothing", "exercise", "reminder"])
def test_a_question_of_kind_words_alone_is_no_small_talk(screen: str) -> None:
    for typed in ("so is that bad", "is that normal", "is that important", "is that too old"):
        assert _reaction(standing(screen), typed).messages[0].template != "information/small-talk"


@pytest.mark.parametrize(
    "typed",
    [
        "i walked up the hill without stopping and my knee is worse now",
        "i walked up the hill without stopping and it hurt",
        "i cried without stopping",
        "the walk went well, the stairs were awful",
        "slept through, woke up sore and i slept well",
    ],
)
def test_what_ends_badly_is_no_good_news(typed: str) -> None:
    said, _ = _says(standing("nothing"), typed)
    assert not said.startswith(("Good", "That is lovely"))


@pytest.mark.parametrize("typed", ["i walked up the hill without stopping", "walked an hour without pain", "hooray"])
def test_good_news_gets_a_warm_word(typed: str) -> None:
    said, _ = _says(standing("nothing"), typed)
    assert said.startswith("That is lovely to hear")


@pytest.mark.parametrize("typed", ["STOP", "no more messages please", "unsubscribe"])
@pytest.mark.parametrize("screen", ["stranger", "welcome", "age", "consent"])
def test_who_stops_before_anything_began_hears_that_nothing_is_kept_and_is_not_invited(screen: str, typed: str) -> None:
    stand = standing(screen)
    said, buttons = _says(stand, typed)
    assert said.startswith("I will not write to you. I keep nothing about you")
    assert not buttons
    assert _reaction(stand, typed).subscriber is None


@pytest.mark.parametrize("screen", ["practice", "check-in-pain", "safety-emergency", "rate-pain", "days"])
def test_the_way_to_stop_stands_below_the_second_answer_that_was_not_read(screen: str) -> None:
    stand = standing(screen)
    first, _ = _says(stand, "lalala blub")
    second, _ = _says(stand.types("lalala blub"), "blub blub lalala")
    assert "Here it is once more" in first
    assert "/unsubscribe" not in first
    assert "/unsubscribe" in second


def test_an_answer_that_was_read_is_not_held_against_the_next_one() -> None:
    stand = standing("check-in-pain").types("lalala blub").types("3")
    assert "/unsubscribe" not in _says(stand, "lalala blub")[0]


@pytest.mark.parametrize("typed", ["How slow is slow?", "Do I have to use a chair with arms?", "what is a lunge"])
@pytest.mark.parametrize("screen", ["slow-stand", "practice", "nothing"])
def test_a_question_is_not_taken_for_a_bad_answer(screen: str, typed: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert said.startswith("I am a bot, and cannot answer a question in your own words.")


def test_who_tells_how_it_went_in_words_that_are_not_read_sees_the_answers() -> None:
    _, buttons = _says(standing("stand-left"), "lalala blub")
    assert any(path.endswith("choices.dropped") for path in buttons)
    assert "labels.to-answers" not in buttons


@pytest.mark.parametrize(
    "typed",
    [
        "enough",
        "I can't do this",
        "everything is too much",
        "i am so tired, i can't face it today",
        "i don't want to fall behind",
    ],
)
@pytest.mark.parametrize(
    ("screen", "ways"),
    [
        ("exercise", {"labels.enough", "labels.short-from-now", "labels.gentle-from-now", "labels.pause-until"}),
        ("day", {"labels.short", "labels.not-today", "labels.short-from-now", "labels.pause-until"}),
        ("nothing", {"labels.short-from-now", "labels.gentle-from-now", "labels.pause-until"}),
    ],
)
def test_who_says_that_it_is_too_much_is_offered_gentler_ways_and_nothing_is_kept(
    screen: str, ways: set[str], typed: str
) -> None:
    stand = standing(screen)
    said, buttons = _says(stand, typed)
    assert said.startswith("That is all right.")
    assert ways <= {*buttons}
    assert "/unsubscribe" not in said
    after = _reaction(stand, typed).subscriber
    assert after == stand.known


@pytest.mark.parametrize("screen", ["flag-today", "stopped", "paused", "stranger", "safety-today"])
def test_nothing_is_made_gentler_for_who_has_no_plan_to_go_on_with(screen: str) -> None:
    assert "gentle" not in "".join(_says(standing(screen), "everything is too much")[1])


def test_too_much_pain_is_not_met_with_a_shorter_session() -> None:
    assert _reaction(standing("nothing"), "it is all too much pain").messages[0].template != "check-in/too-much"


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("safety-injury", "twisted at footy yesterday heard a pop"),
        ("safety-injury", "fell on it sunday"),
        ("safety-today", "does a warm knee count as a hot one?"),
        ("safety-today", "it was hot and swollen years ago"),
    ],
)
def test_who_asks_about_a_sign_or_tells_how_it_came_about_is_asked_on_that_screen(screen: str, typed: str) -> None:
    first, again = _reaction(standing(screen), typed).messages
    assert first.template == "safety/listed"
    assert again.values["question"] == screen.removeprefix("safety-")


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("safety-injury", "i slipped on ice and could not walk after"),
        ("safety-injury", "it blew up like a balloon"),
        ("safety-injury", "could not take 4 steps after I fell"),
        ("safety-injury", "cannot put weight on it since i fell"),
        ("safety-today", "my knee is hot and swollen"),
        ("safety-today", "it will not bend since this morning, locked solid"),
        ("safety-today", "my knee is stuck"),
    ],
)
def test_a_sign_that_its_own_screen_lists_is_a_yes_to_it(screen: str, typed: str) -> None:
    (told,) = _reaction(standing(screen), typed).messages
    assert told.template == "safety/today"
    assert "labels.check-again" in [button.label for row in told.buttons for button in row]


@pytest.mark.parametrize("typed", ["not this week", "not now", "no, not today", "none at the moment", "not tonight"])
@pytest.mark.parametrize("screen", ["safety-injury", "safety-history", "safety-health", "safety-skin", "safety-falls"])
def test_a_no_to_less_time_than_signs_are_asked_of_is_asked_again(screen: str, typed: str) -> None:
    first, again = _reaction(standing(screen), typed).messages
    assert "the whole time" in the_renderer().render(first).text
    assert again.values["question"] in ("injury", "knee-history", "health", "skin-and-blood", "falls")


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("safety-emergency", "not this week"),
        ("safety-today", "not now"),
        ("safety-injury", "no, never"),
        ("safety-injury", "no, I am fine today"),
        ("safety-falls", "not now and not before"),
    ],
)
def test_a_no_to_all_the_time_that_is_asked_of_is_one(screen: str, typed: str) -> None:
    stand = standing(screen).types(typed)
    assert stand.known.attempts[0].answers[-1].value == safety.NO


@pytest.mark.parametrize("typed", ["not now", "not today"])
@pytest.mark.parametrize("screen", ["safety-emergency", "trigger"])
def test_now_is_less_than_the_last_few_days(screen: str, typed: str) -> None:
    after = _reaction(standing(screen), typed).subscriber
    assert after is not None
    assert after.attempts[-1] == standing(screen).known.attempts[-1]


@pytest.mark.parametrize(
    ("screen", "typed"),
    [("safety-injury", "i fell and i have a lump"), ("safety-today", "it is swollen and i lost weight")],
)
def test_who_names_more_than_a_safety_screen_lists_is_asked_about_all_of_it(screen: str, typed: str) -> None:
    (asked,) = _reaction(standing(screen), typed).messages
    assert asked.values["question"] == "trigger"


@pytest.mark.parametrize(
    ("screen", "typed", "leads_to"),
    [
        ("safety-injury", "How much is a lot? It swelled a little. I am not sure.", "safety/today"),
        ("safety-today", "maybe the calf thing, I can't tell", "safety/today"),
        ("safety-emergency", "yes, chest pain on the stairs", "safety/stop"),
        ("safety-injury", "yes it popped", "safety/today"),
    ],
)
def test_a_yes_or_a_doubt_beside_what_is_listed_answers_the_screen(screen: str, typed: str, leads_to: str) -> None:
    assert _reaction(standing(screen), typed).messages[-1].template == leads_to


def test_a_score_for_a_question_of_yesterday_is_told_that_it_is_closed() -> None:
    for typed in ("8", "effort 8 yesterday"):
        assert _says(standing("reminder-over-effort"), typed)[0].startswith("I ask for no number right now")


def test_a_question_about_what_hurts_is_shown_what_there_is_to_read() -> None:
    assert "labels.about-pain" in _says(standing("nothing"), "does it ever stop being sore")[1]
    assert "labels.about-pain" not in _says(standing("test-result"), "does it ever stop being sore")[1]


def test_who_does_not_want_to_erase_hears_that_nothing_was_erased() -> None:
    assert _says(standing("delete"), "Not delete")[0].startswith("Good. Nothing was erased.")
    assert "erased" not in _says(standing("pause"), "leave it")[0]


@pytest.mark.parametrize("screen", ["check-in-pain", "rate-pain", "it-hurts"])
def test_one_of_two_sides_is_no_pain_of_1(screen: str) -> None:
    stand = standing(screen)
    for typed in ("left 1", "the right one", "left one"):
        after = _reaction(stand, typed).subscriber
        assert after is not None
        assert (after.attempts, after.sessions) == (stand.known.attempts, stand.known.sessions)


def test_who_asks_for_a_child_is_told_what_to_do_for_them() -> None:
    assert "a child you care for" in _says(standing("age"), "It is for my son, he is 13")[0]


@pytest.mark.parametrize("screen", ["flag-stop", "flag-today", "flag-ask", "follow-up"])
def test_who_has_to_be_seen_first_and_asks_for_help_reads_whom_to_call(screen: str) -> None:
    assert _reaction(standing(screen), "help me").messages[-1].template.startswith("safety/")


@pytest.mark.parametrize(
    "typed", ["it hurts but only a little, can I go on", "done but it hurt", "next, my knee hurts"]
)
def test_who_says_that_it_hurts_is_not_sent_on_to_the_next_move(typed: str) -> None:
    assert _reaction(standing("exercise"), typed).messages[-1].template == "session/it-hurts"


def test_a_part_of_a_session_is_not_kept_as_all_of_it() -> None:
    for screen in ("day", "reminder"):
        for typed in ("I did the first two", "did two of them"):
            after = _reaction(standing(screen), typed).subscriber
            assert after is not None
            assert after.sessions == standing(screen).known.sessions


def test_whoever_is_unwell_is_met_with_a_kind_word_also_where_nothing_is_understood() -> None:
    said, buttons = _says(standing("not-today"), "knee hurt all night")
    assert said.startswith("I am sorry that it hurts.")
    assert "see a doctor" in said
    assert "labels.about-pain" in buttons


GRAVE_SIGNS = [
    ("nothing", "chst tight"),
    ("reminder", "i fell and can't get up"),
    ("days", "numb between my legs since yesterday"),
    ("trigger", "short of breath"),
    ("exercise", "my foot is cold and white"),
    ("nothing", "leg looks bent the wrong way after I fell"),
    ("safety-today", "my knee is bent sideways since the accident"),
    ("reminder", "fell off the ladder and cannot put weight on it"),
    ("safety-injury", "i can see the bone"),
    ("stand-left", "my kneecap popped out to the side"),
]


@pytest.mark.parametrize(("screen", "typed"), GRAVE_SIGNS)
def test_who_names_a_sign_for_an_ambulance_reads_first_whom_to_call_and_nothing_is_asked(
    screen: str, typed: str
) -> None:
    said, buttons = _says(standing(screen), typed)
    assert "This can be an emergency. If it is there now, <b>call an ambulance now</b>." in said
    assert "?" not in said.partition("On the floor")[0]
    assert "<b>112</b>" in said
    assert buttons == ["labels.passed-or-not-sure", "labels.not-meant"]


@pytest.mark.parametrize(("screen", "typed"), GRAVE_SIGNS)
def test_the_plan_waits_until_it_is_said_what_became_of_such_a_sign(screen: str, typed: str) -> None:
    after = standing(screen).types(typed).known
    assert safety.unanswered(after) is not None
    assert safety.flagged(standing(screen).series, after) is None


PASSED = (
    "half of my face was hanging this morning, it is gone now",
    "thx that was nice. had to sit down after, couldnt get my breath for ten minutes",
    "my arm was lame for an hour, fine again",
    "i fainted yesterday",
)


@pytest.mark.parametrize("typed", PASSED)
@pytest.mark.parametrize("screen", ["still", "done", "nothing"])
def test_whoever_tells_of_a_sign_that_is_over_is_told_what_to_do_about_it_at_once(screen: str, typed: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert "<b>If it has passed:</b> call all the same for a crooked face, weak arm" in said
    assert "see a doctor today, before any exercise" in said


@pytest.mark.parametrize("typed", [*PASSED, "my knee is hot and swollen", "i want to die"])
def test_nobody_is_offered_a_session_until_they_said_what_became_of_a_sign(typed: str) -> None:
    stand = standing("reminder").types(typed).after(timedelta(days=1))
    day = stand.now.date()
    asked = questionnaire.question_screen(stand.series, stand.known, len(stand.known.attempts) - 1)
    assert asked is not None
    exercise = stand.series.exercises[0].id
    for way_in in (tap.ShowDay(day), tap.HowIsIt(day, ""), tap.ShowExercise(day, exercise), tap.StartTest("hips")):
        (shown,) = tapped(stand.context(), way_in).messages
        assert (shown.template, shown.again) == (asked.template, asked.again)
    number = len(stand.known.attempts) - 1
    stand.taps(tap.Reply(number, stand.known.attempts[number].test, safety.NO))
    assert [each.template for each in tapped(stand.context(), tap.ShowDay(day)).messages] == ["session/day"]


@pytest.mark.parametrize("typed", ["it has passed", "I am not sure", "it was yesterday"])
def test_a_sign_for_an_ambulance_that_has_passed_is_to_be_seen_today(typed: str) -> None:
    assert _reaction(standing("call-first"), typed).messages[-1].template == "safety/today"


@pytest.mark.parametrize("typed", ["no", "I meant something else", "none of these", "it was a joke"])
def test_what_was_misheard_for_an_ambulance_leads_to_the_list_and_keeps_nothing(typed: str) -> None:
    (asked,) = _reaction(standing("call-first"), typed).messages
    assert (asked.template, asked.values["question"]) == ("safety/question", "trigger")


@pytest.mark.parametrize("typed", ["what should I do", "today", "done", "help", "lalala"])
def test_nothing_but_an_answer_leads_away_from_whom_to_call(typed: str) -> None:
    assert _reaction(standing("call-first"), typed).messages[-1].template == "safety/call-first"


@pytest.mark.parametrize("typed", ["cought up blod this morning", "chest pain since monday", "i fainted on the stairs"])
def test_a_sign_for_an_ambulance_is_a_yes_where_these_are_asked_about(typed: str) -> None:
    assert _reaction(standing("safety-emergency"), typed).messages[-1].template == "safety/stop"


@pytest.mark.parametrize("typed", ["my knee is hot and swollen", "high fever and the knee is throbbing"])
def test_who_names_another_sign_is_thanked_and_has_whom_to_call_in_reach(typed: str) -> None:
    said, _ = _says(standing("nothing"), typed)
    assert "Thank you for telling me. Very bad? Ambulance first: <b>112</b>" in said


@pytest.mark.parametrize(
    "typed",
    [
        "no, I have chest pain and am in hospital",
        "the ambulance is on the way thank you",
        "I lie in hospital since Tuesday",
    ],
)
@pytest.mark.parametrize("screen", ["still", "reminder", "flag-stop", "safety-emergency"])
def test_who_is_in_hospital_or_waits_for_help_is_asked_nothing(screen: str, typed: str) -> None:
    said, buttons = _says(standing(screen), typed)
    assert said.startswith("I am glad that you have help. You are in the right hands.")
    assert ("labels.pause-for-now" in buttons) == (screen in ("still", "reminder"))


@pytest.mark.parametrize("screen", ["flag-today", "flag-stop", "follow-up"])
def test_who_would_see_somebody_tomorrow_is_told_that_it_should_not_wait(screen: str) -> None:
    for typed in ("seeing the doctor tomorrow", "I have an appointment on Monday"):
        first, again = _reaction(standing(screen), typed).messages
        assert "should not wait" in the_renderer().render(first).text
        assert again.template.startswith("safety/")


def test_a_doctor_who_is_to_be_asked_first_may_be_asked_tomorrow() -> None:
    assert "should not wait" not in _says(standing("flag-ask"), "seeing the doctor tomorrow")[0]


@pytest.mark.parametrize("screen", ["flag-today", "flag-stop", "follow-up"])
def test_who_asks_below_a_sign_whether_it_is_dangerous_gets_an_answer(screen: str) -> None:
    assert _says(standing(screen), "is it dangerous?")[0].startswith("It may be, and I cannot see you.")


@pytest.mark.parametrize("typed", ["How kind of you to ask!", "thank you"])
def test_who_gives_thanks_below_a_sign_is_asked_whether_they_were_seen(typed: str) -> None:
    said, buttons = _says(standing("follow-up"), typed)
    assert said.startswith("You are welcome. Have you been seen?")
    assert buttons == ["labels.check-again"]


def test_whoever_fears_to_be_too_old_is_told_otherwise_and_their_age_is_kept() -> None:
    stand = standing("age-band")
    assert _says(stand, "65, is that too old for this?")[0].startswith("You are not too old to begin.")
    assert stand.types("65, is that too old for this?").known.said("age") == "60-69"


def test_whoever_asks_about_a_bad_back_reads_what_holds_for_it_and_finds_the_gentler_plan() -> None:
    said, buttons = _says(standing("plan"), "Is it too hard for somebody with a bad back?")
    assert "I do not know your back." in said
    assert "labels.lane-gentle" in buttons


@pytest.mark.parametrize(("screen", "typed"), [("pain", "pretty strong"), ("confidence", "not very")])
def test_who_tells_an_amount_in_words_is_asked_for_the_nearest_number(screen: str, typed: str) -> None:
    assert "Which number comes nearest?" in _says(standing(screen), typed)[0]


def test_a_break_is_as_long_as_was_told() -> None:
    assert _reaction(standing("pause"), "10 days").messages[-1].template == "enrollment/paused"


@pytest.mark.parametrize("typed", ["Thank you for everything, it was very helpful.", "You were very kind"])
def test_who_gives_thanks_after_a_stop_hears_a_last_kind_word(typed: str) -> None:
    assert _says(standing("stopped"), typed)[0].startswith("Thank you, that is good to read.")


@pytest.mark.parametrize("typed", ["yes I have chest pain", "no, I fainted yesterday"])
def test_a_sign_in_an_edit_is_met_with_whom_to_call_and_answers_nothing(typed: str) -> None:
    stand = standing("safety-emergency")
    context = stand.context(typed)
    reaction = the_conversation().reaction(context, the_conversation().edited)
    assert [each.template for each in reaction.messages] == ["safety/call-first"]
    assert reaction.subscriber is not None
    assert reaction.subscriber.attempts[0] == stand.known.attempts[0]


@pytest.mark.parametrize("typed", ["I had chest pain years ago", "fainted once as a child", "short breath in 1998"])
def test_a_sign_of_long_ago_is_no_yes_to_the_last_few_days(typed: str) -> None:
    first, again = _reaction(standing("safety-emergency"), typed).messages
    assert first.template == "safety/listed"
    assert again.values["question"] == "emergency"


@pytest.mark.parametrize(
    ("screen", "typed", "sign"),
    [("safety-health", "I am pregnant", "pregnant"), ("safety-health", "pacemaker since 2020", "heart-or-dizzy")],
)
def test_a_sign_told_by_name_is_noted_without_asking_which_one(screen: str, typed: str, sign: str) -> None:
    noted, following = _reaction(standing(screen), typed).messages
    assert noted.template == "safety/noted"
    assert following.values["question"] == "skin-and-blood"
    after = _reaction(standing(screen), typed).subscriber
    assert after is not None
    assert after.attempts[0].value("health-which") == sign


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("safety-history", "a new hip"),
        ("safety-history", "gout and a new hip"),
        ("safety-health", "a pacemaker and weak bones"),
        ("safety-health", "yes"),
    ],
)
def test_which_sign_it_is_is_asked_where_it_may_be_one_that_leaves_out_more(screen: str, typed: str) -> None:
    assert _reaction(standing(screen), typed).messages[-1].template == "safety/which"


def test_an_answer_to_the_screen_in_an_edit_is_no_alarm() -> None:
    conversation = the_conversation()
    stand = standing("safety-health")
    reaction = conversation.reaction(stand.context("no sorry, I am pregnant"), conversation.edited)
    assert reaction.messages[0].template == "safety/noted"
    grave = conversation.reaction(stand.context("no sorry, I have chest pain"), conversation.edited)
    assert [each.template for each in grave.messages] == ["safety/call-first"]


@pytest.mark.parametrize("screen", ["slow-stand", "plank-left"])
def test_who_could_not_do_a_test_may_leave_the_next_one_out(screen: str) -> None:
    said, buttons = _says(standing(screen), "couldnt")
    assert said.startswith("Thank you, that is an answer too.")
    assert "labels.leave-out" in buttons


@pytest.mark.parametrize("typed", ["it hurts now", "it hurts a lot", "the knee hurts badly since the exercises"])
def test_who_hurts_after_their_session_is_asked_how_much(typed: str) -> None:
    stand = standing("done")
    first, asked = _reaction(stand, typed).messages
    assert "sorry that it hurts" in the_renderer().render(first).text
    assert asked.template == "session/rate-pain"
    assert _reaction(stand.types(typed), "9").messages[-1].template == "session/red"


def test_who_hurts_without_a_session_is_led_to_the_signs() -> None:
    said, buttons = _says(standing("not-today"), "the knee hurts badly since yesterday")
    assert said.startswith("I am sorry that it hurts.")
    assert buttons[0] == "labels.to-the-signs"
    assert "/unsubscribe" in said


@pytest.mark.parametrize(
    ("screen", "typed", "answered"),
    [
        ("nothing", "will the pain ever go away?", "Many people wonder about that"),
        ("nothing", "am i damaging my knee?", "Many people are afraid of that"),
        ("nothing", "my knee clicks", "A noise alone is mostly harmless"),
        ("slow-stand", "there is a click in it every time", "A noise alone is mostly harmless"),
        ("exercise", "I stopped in the middle, is that allowed?", "it is good that you did"),
        ("first-move", "it hurts a bit, is that allowed?", "A bit is allowed"),
    ],
)
def test_a_worry_is_answered_with_a_sentence_of_its_own(screen: str, typed: str, answered: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert answered in said
    assert "cannot answer" not in said
    after = _reaction(standing(screen), typed).subscriber
    assert after is not None
    assert after.answers == standing(screen).known.answers


@pytest.mark.parametrize("typed", ["slept one hour only", "i am tired"])
def test_who_is_tired_is_offered_less(typed: str) -> None:
    _, buttons = _says(standing("reminder"), typed)
    assert buttons[:2] == ["labels.short", "labels.not-today"]


@pytest.mark.parametrize("typed", ["Madeira", "Porto", "i moved to Porto"])
@pytest.mark.parametrize("screen", ["reminder-over-zone", "nothing"])
def test_a_place_where_none_is_asked_for_is_met_with_the_way_to_tell_it(screen: str, typed: str) -> None:
    said, buttons = _says(standing(screen), typed)
    assert "That sounds like a place" in said
    assert buttons == ["labels.set-zone"]


@pytest.mark.parametrize(
    ("screen", "told"),
    [("zone", "time zone"), ("days", "You need not tell me"), ("safety-health", "no exercises, for your safety")],
)
def test_who_will_not_tell_reads_what_it_is_for(screen: str, told: str) -> None:
    said, _ = _says(standing(screen), "none of your business")
    assert told in said
    assert "do not know that place" not in said


@pytest.mark.parametrize("typed", ["no", "neither", "just right", "leave it as it is"])
def test_an_offer_that_is_left_is_left_kindly(typed: str) -> None:
    assert _says(standing("plan"), typed)[0].endswith("Good, then it stays as it is.")


@pytest.mark.parametrize("typed", ["2 last week, 6 now", "it was 5, now 3", "last week it was 2, this week 6"])
def test_two_numbers_to_the_question_of_the_week_are_asked_about_below_all_of_its_numbers(typed: str) -> None:
    said, buttons = _says(standing("weekly"), typed)
    assert "more than one number" in said
    assert buttons == ["labels.number"] * 11


def test_below_what_was_not_understood_no_number_of_a_scale_is_missing() -> None:
    _, buttons = _says(standing("weekly"), "qqqq")
    assert buttons.count("labels.number") == 11


@pytest.mark.parametrize(
    "screen", ["knee-today", "rate-pain", "check-in-pain", "it-hurts", "weekly", "reminder-morning"]
)
@pytest.mark.parametrize("typed", ["meh", "not great", "so so", "😬", "😢"])
def test_who_is_not_well_is_asked_which_answer_comes_nearest_and_gets_no_smile(screen: str, typed: str) -> None:
    said, buttons = _says(standing(screen), typed)
    assert "Which of these comes nearest?" in said
    assert "🙂" not in said
    assert buttons[0] in ("labels.number", "labels.knee-usual", "labels.morning-settled")


@pytest.mark.parametrize(
    "typed", ["what, no, I wrote that the soup was hot", "you got me wrong", "I was talking about the soup"]
)
def test_who_was_misheard_is_told_how_to_go_on_and_reads_no_list_again(typed: str) -> None:
    reaction = _reaction(standing("trigger"), typed)
    assert [each.template for each in reaction.messages] == ["safety/recheck-passed"]


@pytest.mark.parametrize("typed", ["i meant my knee", "I wrote that the pain is worse", "I said the knee is worse"])
def test_who_corrects_what_may_be_a_sign_of_their_own_is_asked_again(typed: str) -> None:
    assert _reaction(standing("trigger"), typed).messages[-1].template == "safety/question"


def test_a_pressure_is_asked_about_before_it_counts_for_more_than_it_is() -> None:
    stand = standing("safety-health").types("high blood pressure")
    assert stand.shown is not None
    assert [path for path, _, _ in stand.shown.buttons] == ["labels.under-control", "labels.not-under-control"]
    assert stand.known.attempts[0].value("health") is None
    stand.types("yes, with tablets")
    assert stand.known.attempts[0].value("health") is None
    stand.types("none of these").types("high blood pressure")
    assert stand.known.attempts[0].value("health") == safety.NO
    assert stand.known.attempts[0].value("skin-and-blood-which") == "pressure"


@pytest.mark.parametrize("typed", ["no", "not sure", "too high"])
def test_a_pressure_out_of_control_is_a_yes(typed: str) -> None:
    stand = standing("safety-health").types("blood pressure").types(typed)
    assert stand.known.attempts[0].value("health") == safety.YES


def test_what_was_noted_is_said_in_their_own_words_too() -> None:
    said, _ = _says(standing("safety-skin"), "xarelto")
    assert "“xarelto”" in said


@pytest.mark.parametrize("typed", ["agree with what?", "what do you keep", "can I take it back?"])
def test_a_question_about_consent_is_answered_above_the_buttons_for_it(typed: str) -> None:
    said, buttons = _says(standing("consent"), typed)
    assert "What is kept, and why" in said
    assert buttons == ["labels.agree", "labels.decline", "labels.back"]


@pytest.mark.parametrize("typed", ["who reads it", "who gets to see that? my boss??", "can my insurance see this?"])
def test_who_sees_it_is_told_first_and_above_the_buttons_for_consent(typed: str) -> None:
    said, buttons = _says(standing("consent"), typed)
    assert said.startswith("Nobody but who runs this bot")
    assert buttons == ["labels.agree", "labels.decline", "labels.back"]


@pytest.mark.parametrize(
    ("screen", "reason"),
    [
        ("zone", "right hour"),
        ("days", "right hour"),
        ("age-band", "change with age"),
        ("kit", "something is missing"),
        ("activity", "easier for you"),
        ("place", "fixed place"),
        ("safety-today", "For your safety"),
        ("raises-left", "where you start"),
        ("rate-effort", "what comes next"),
    ],
)
@pytest.mark.parametrize("typed", ["why do you ask", "why do you want to know that?", "what do you need it for"])
def test_who_asks_why_is_told_the_reason_and_asked_again(screen: str, reason: str, typed: str) -> None:
    stand = standing(screen)
    reaction = the_conversation().typed(stand.context(typed))
    first, again = reaction.messages
    assert reason in the_renderer().render(first).text
    assert again.again is not None
    assert reaction.subscriber == stand.person


@pytest.mark.parametrize(("screen", "starts"), [("age", "Because"), ("still", "I have not heard")])
def test_why_is_answered_where_nothing_is_kept_too(screen: str, starts: str) -> None:
    said, buttons = _says(standing(screen), "why do you ask?")
    assert said.startswith(starts)
    assert len(buttons) > 1


@pytest.mark.parametrize(
    ("screen", "typed", "told"),
    [
        ("days", "3x a week", "Which days are they?"),
        ("days", "4 days", "Which days are they?"),
        ("days", "every other day", "Which days are they?"),
        ("days", "depends on my shifts", "every day may suit"),
        ("time", "in the evening", "At what time exactly?"),
        ("time", "not before ten", "At what time exactly?"),
        ("time", "whenever", "suits you most often"),
        ("time", "it changes every day", "suits you most often"),
        ("kit", "save these", "Nothing is ticked yet"),
    ],
)
def test_what_is_near_an_answer_is_asked_about_in_words_of_its_own(screen: str, typed: str, told: str) -> None:
    stand = standing(screen)
    reaction = the_conversation().typed(stand.context(typed))
    first, again = reaction.messages
    assert told in the_renderer().render(first).text
    assert again.again is not None
    assert reaction.subscriber == stand.person


@pytest.mark.parametrize("typed", ["cancel", "keep it", "leave it as it is", "Cancel please"])
@pytest.mark.parametrize("screen", ["set-time", "set-zone", "set-quiet", "set-lane", "set-way"])
def test_an_open_setting_is_left_as_it_is(screen: str, typed: str) -> None:
    stand = standing(screen)
    reaction = the_conversation().typed(stand.context(typed))
    assert [each.template for each in reaction.messages] == ["settings/all"]
    assert reaction.subscriber is not None
    assert reaction.subscriber.enrollment == stand.known.enrollment
    assert reaction.subscriber.answers == stand.known.answers


@pytest.mark.parametrize("typed", ["can i do more than that", "may i do another round?", "should I do more?"])
def test_a_question_switches_no_plan(typed: str) -> None:
    stand = standing("plan")
    reaction = the_conversation().typed(stand.context(typed))
    assert "enough for one day" in the_renderer().render(reaction.messages[0]).text
    assert reaction.subscriber == stand.person


@pytest.mark.parametrize("typed", ["sorry wrong person", "wrong chat", "that was not for you"])
def test_what_was_meant_for_somebody_else_starts_nothing_again(typed: str) -> None:
    stand = standing("stopped")
    after = the_conversation().typed(stand.context(typed)).subscriber
    assert after is not None
    assert after.enrollment == stand.known.enrollment


@pytest.mark.parametrize("typed", ["when will you write again?", "why did you stop writing?", "are you still there?"])
def test_when_the_next_message_comes_is_told_and_a_stop_stays_one(typed: str) -> None:
    said, _ = _says(standing("nothing"), typed)
    assert "My next message comes" in said
    stopped = standing("stopped")
    reaction = the_conversation().typed(stopped.context(typed))
    assert [each.template for each in reaction.messages] == ["enrollment/stopped"]
    assert reaction.subscriber is not None
    assert reaction.subscriber.enrollment == stopped.known.enrollment


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("is walking good for the knee?", "A walk counts as training"),
        ("does swimming help too?", "Move in a way that you like"),
        ("shall i use ice or heat", "Use what feels good"),
        ("knee cracks like an old door today haha", "Many knees click or creak"),
        ("can't find my band", "Every move has a way without kit"),
        ("i have a step at home", "Tick it here"),
        ("i can't hear the video", "no sound"),
        ("tight hamstrings", "/exercises"),
        ("who made this thing", "practice@example.org"),
        ("is it free?", "never ask for money"),
        ("can I change that later?", "at any time"),
        ("you are useless", "sorry that I was no help"),
        ("this sucks", "I am sorry"),
        ("HELP!!!", "112"),
        ("stopping by to say thanks", "You are welcome"),
        ("super thanks a lot 🙏", "You are welcome"),
        ("I don't want these messages to end, I like them", "I go on writing"),
        ("life is good", "lovely to hear"),
        ("can't believe how good it feels", "lovely to hear"),
        ("my knee stopped hurting!", "lovely to hear"),
        ("hard to do but good", "lovely to hear"),
        ("...", "Take your time"),
    ],
)
def test_what_anybody_asks_or_says_gets_a_sentence_of_its_own(typed: str, told: str) -> None:
    said, _ = _says(standing("nothing"), typed)
    assert told in said
    assert "did not understand" not in said


@pytest.mark.parametrize("typed", ["my legs feel great but one calf is warm and swollen", "the ice helped, now fever"])
def test_a_sign_outweighs_good_news(typed: str) -> None:
    said, _ = _says(standing("nothing"), typed)
    assert "lovely" not in said
    assert "Ambulance" in said or "ambulance" in said


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("different time pls", tap.Ask("time")),
        ("I'd like other days", tap.Ask("days")),
        ("i can't kneel well", tap.Ask("way")),
        ("change my quiet hours", tap.Ask("quiet")),
    ],
)
def test_words_about_one_setting_lead_to_it(typed: str, question: tap.Ask) -> None:
    (message,) = the_conversation().typed(standing("nothing").context(typed)).messages
    assert message.again == question


def test_a_coach_is_offered_only_where_there_is_one() -> None:
    said, _ = _says(standing("nothing"), "help")
    assert "/ask" not in said
    person, _ = _says(standing("nothing"), "can I talk to a physio")
    assert person.startswith("I am a bot.")
    assert "Someone to see" in person


def test_what_it_costs_is_told_above_the_way_in() -> None:
    said, buttons = _says(standing("welcome"), "is it for free")
    assert "never ask for money" in said
    assert buttons == ["labels.begin"]


@pytest.mark.parametrize(
    ("typed", "shown"), [("Nice", "Found: Nice"), ("nice", "Found: Nice"), ("Reading", "Which of")]
)
def test_a_large_town_is_a_place_first_where_one_is_asked_for(typed: str, shown: str) -> None:
    assert shown in _says(standing("zone"), typed)[0]


def test_elsewhere_the_name_of_a_town_is_the_word_it_is() -> None:
    assert "Found" not in _says(standing("reminder"), "Nice")[0]


@pytest.mark.parametrize("typed", ["I can't share my location", "Share my location please", "cant send location"])
def test_who_cannot_share_a_location_is_asked_to_type_a_town(typed: str) -> None:
    assert "Please type a town near you." in _says(standing("zone"), typed)[0]


def test_a_link_is_no_face() -> None:
    said, _ = _says(standing("nothing"), "https://maps.app.goo.gl/x")
    assert "orry that it is hard" not in said


@pytest.mark.parametrize("typed", ["✋", "💊", "🚫"])
def test_a_sign_with_the_hand_gets_no_smile(typed: str) -> None:
    assert "🙂" not in _says(standing("reminder"), typed)[0]


def test_a_town_typed_below_the_nudge_is_taken_where_the_place_is_what_comes_next() -> None:
    assert "Found: Porto" in _says(standing("nudge"), "Porto")[0]
    assert "Found" not in _says(standing("nudge"), "qqqq")[0]


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        ("nothing", "I have the fever and my knee is hot"),
        ("reminder", "my knee is locked since an hour"),
        ("nothing", "one leg is much thicker than the other"),
    ],
)
def test_a_sign_in_so_many_words_is_told_what_it_needs_before_the_signs_are_asked(screen: str, typed: str) -> None:
    first, check = _reaction(standing(screen), typed).messages
    assert "needs a doctor today" in the_renderer().render(first).text
    assert check.template == "safety/question"


@pytest.mark.parametrize(
    "typed", ["its hot in lisbon today", "can a knee be hot and swollen?", "my knee was hot years ago"]
)
def test_of_what_is_asked_or_over_nobody_is_sent_to_a_doctor_first(typed: str) -> None:
    assert "needs a doctor today" not in _says(standing("nothing"), typed)[0]


def test_who_cannot_get_up_without_help_is_told_to_ask_before_the_exercises() -> None:
    first, *others = _reaction(standing("practice"), "I tried, but I can't get up without help").messages
    assert "leave today’s exercises out" in the_renderer().render(first).text
    assert [each.template for each in others] == ["test/result"]


def test_a_leg_on_which_nobody_can_stand_is_an_answer_and_may_be_a_sign() -> None:
    said, _ = _says(standing("stand-left"), "cant stand on my left leg")
    assert "cannot carry you" in said
    assert "that is an answer too" in said


def test_a_break_until_a_day_that_is_named_is_taken() -> None:
    said, buttons = _says(standing("nothing"), "stop until monday")
    assert "on a break until Monday 9 March" in said
    assert buttons == ["labels.resume"]


@pytest.mark.parametrize("typed", ["what counts as very swollen?", "how hot is hot?", "is a bit of swelling ok?"])
@pytest.mark.parametrize("screen", ["trigger", "safety-today"])
def test_who_asks_what_a_sign_means_is_told_what_counts(screen: str, typed: str) -> None:
    first, again = _reaction(standing(screen), typed).messages
    assert "What counts?" in the_renderer().render(first).text
    assert again.template == "safety/question"


def test_who_asks_of_a_list_of_signs_is_told_what_to_do_in_doubt() -> None:
    assert "counts as a yes" in _says(standing("safety-health"), "does asthma count?")[0]


@pytest.mark.parametrize("typed", ["I wrote that the pain is worse", "I told you it hurts more than before"])
def test_who_tells_of_pain_once_more_is_told_that_it_was_read(typed: str) -> None:
    said, buttons = _says(standing("trigger"), typed)
    assert "I read that it hurts" in said
    assert "labels.not-sure" in buttons


@pytest.mark.parametrize("typed", ["make it nine", "make it 9", "nine in the evening", "21:00"])
def test_another_time_than_the_one_that_was_put_off_to_is_offered(typed: str) -> None:
    said, buttons = _says(standing("later"), typed)
    assert "Today at 21:00?" in said
    assert "labels.later" in buttons
    stand = standing("later").types(typed).presses("labels.later")
    assert "21:00" in [stand.known.laters[-1].at.astimezone(stand.now.tzinfo).strftime("%H:%M")]


def test_a_time_at_which_nobody_is_reminded_is_said_to_be_none() -> None:
    said, _ = _says(standing("later"), "make it 23:00")
    assert "cannot remind you then" in said


@pytest.mark.parametrize(
    ("rated", "typed", "effort", "pain"),
    [
        (("7", "2"), "I said 7 but it was more a 6", 6, 2),
        (("5", "3"), "I put 3 by mistake, it was a 2", 5, 2),
        (("5", "5"), "I said 5 but it was more a 4", 5, 5),
        (("5", "3"), "sorry I meant a 4", 5, 3),
    ],
)
def test_a_score_that_is_taken_back_is_changed_where_it_is_clear_which(
    rated: tuple[str, str], typed: str, effort: int, pain: int
) -> None:
    stand = standing("rate-effort").types(rated[0]).types(rated[1])
    stand.types(typed)
    (session,) = (each for each in stand.known.sessions if each.finished_at and each.date == stand.now.date())
    assert (session.effort, session.pain) == (effort, pain)


def test_of_two_scores_that_may_be_meant_it_is_asked_which_to_change() -> None:
    stand = standing("rate-effort").types("5").types("5")
    said, buttons = _says(stand, "I said 5 but it was more a 4")
    assert "Which number" in said
    assert buttons == ["labels.rate-effort-again", "labels.rate-pain-again"]


def test_where_no_score_can_be_taken_back_it_is_said_when_one_is_asked_again() -> None:
    stand = standing("nothing")
    stand.now += timedelta(days=2)
    assert "After your next session" in _says(stand, "I said 7 but it was more a 6")[0]


@pytest.mark.parametrize(
    ("screen", "typed", "told"),
    [
        ("nothing", "I hate this", "You may leave at any time"),
        ("reminder", "I hate these exercises", "You may leave at any time"),
        ("nothing", "the stairs nearly killed me haha", "That sounds hard"),
        ("reminder", "my knee is killing me", "That sounds hard"),
        ("day", "explain me step by step please", "Step by step"),
        ("flag-ask", "why must I ask?", "Somebody who knows you"),
        ("flag-today", "why can't I just start?", "Somebody who knows you"),
        ("practice", "It is hurting", "I am sorry if it did"),
        ("zone", "I would rather not say, is that a problem?", "I keep only the time zone"),
        ("zone", "do I have to tell you where I live?", "I keep only the time zone"),
    ],
)
def test_a_worry_or_a_displeasure_is_taken_up_before_the_buttons(screen: str, typed: str, told: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert told in said
    assert "did not understand" not in said


@pytest.mark.parametrize("typed", ["my neighbour fell in love", "I fell asleep", "bad weather here"])
def test_what_only_sounds_like_pain_is_met_with_no_question_about_it(typed: str) -> None:
    said, buttons = _says(standing("nothing"), typed)
    assert "hurts" not in said.partition("•")[0]
    assert "labels.number" not in buttons


@pytest.mark.parametrize("screen", ["pain", "check-in-pain", "weekly"])
@pytest.mark.parametrize("typed", ["6 on bad days", "8 at its worst", "7 when it's bad", "9 on the stairs"])
def test_how_bad_it_gets_is_not_kept_as_how_it_usually_is(screen: str, typed: str) -> None:
    stand = standing(screen)
    said, _ = _says(stand, typed)
    assert "which number is it mostly" in said
    assert stand.types(typed).known.attempts == standing(screen).known.attempts


@pytest.mark.parametrize("screen", ["rate-pain", "it-hurts"])
@pytest.mark.parametrize("typed", ["left 2, right 7", "7/10 left, 3/10 right", "right 7, left none"])
def test_of_two_sore_knees_the_worse_one_counts(screen: str, typed: str) -> None:
    assert "Red. Stop for today." in _says(standing(screen), typed)[0]


def test_a_number_that_is_told_with_what_hurts_is_not_asked_for() -> None:
    assert "Red. Stop for today." in _says(standing("exercise"), "pain 7")[0]


@pytest.mark.parametrize("typed", ["no problem", "no trouble at all", "can do it fine", "easy"])
def test_who_does_something_well_is_asked_whether_it_is_a_ten(typed: str) -> None:
    said, _ = _says(standing("activity"), typed)
    assert "Is that a 10" in said


@pytest.mark.parametrize("screen", ["flag-stop", "flag-today", "follow-up", "red", "trigger", "safety-emergency"])
@pytest.mark.parametrize("typed", ["no", "no thanks", "skip it", "not this one"])
def test_nobody_is_told_that_a_sign_can_be_left(screen: str, typed: str) -> None:
    assert "nothing is lost" not in _says(standing(screen), typed)[0]


@pytest.mark.parametrize("screen", ["check-in", "nudge", "retest"])
def test_who_wants_nothing_of_an_offer_is_left_in_peace(screen: str) -> None:
    assert _says(standing(screen), "no thank you")[0].startswith("That is fine.")


def test_who_needs_help_to_get_up_is_shown_no_move() -> None:
    (told,) = _reaction(standing("floor"), "my wife has to pull me up").messages
    assert "leave today’s exercises out" in the_renderer().render(told).text
    assert [each.label for row in told.buttons for each in row] == ["labels.to-the-signs"]


@pytest.mark.parametrize("screen", ["nothing", "later", "done"])
def test_who_asks_when_the_next_message_comes_is_told(screen: str) -> None:
    assert "My next message comes on" in _says(standing(screen), "when will you write again?")[0]


@pytest.mark.parametrize("screen", ["barriers", "still", "retest-result", "barrier-time"])
def test_what_fits_no_answer_to_choose_from_is_met_with_all_of_them(screen: str) -> None:
    stand = standing(screen)
    said, buttons = _says(stand, "lalala blub")
    assert "Which of these comes nearest?" in said
    assert stand.shown is not None
    assert buttons[:3] == [path for path, _, _ in stand.shown.buttons][:3]


def test_a_number_that_takes_back_the_score_before_is_asked_about() -> None:
    assert _says(standing("rate-pain"), "I meant 6")[1] == ["labels.rate-effort-again", "labels.rate-pain-again"]


@pytest.mark.parametrize("screen", ["safety-emergency", "safety-history", "trigger"])
@pytest.mark.parametrize("typed", ["i guess not", "probably not", "i don't think any of it fits me"])
def test_a_soft_no_is_asked_for_once_more_without_the_list(screen: str, typed: str) -> None:
    reaction = _reaction(standing(screen), typed)
    assert [each.template for each in reaction.messages] == ["safety/sure-of-it"]
    assert {"labels.no", "labels.yes", "labels.not-sure"} <= {
        button.label for row in reaction.messages[0].buttons for button in row
    }


@pytest.mark.parametrize("typed", ["not now", "Not today", "no, not today", "later", "i am busy"])
@pytest.mark.parametrize("screen", ["safety-today", "worse-today"])
def test_not_now_is_no_answer_to_signs(screen: str, typed: str) -> None:
    said, _ = _says(standing(screen), typed)
    assert "also not in the last few days" in said


@pytest.mark.parametrize("screen", ["safety-injury", "injury-age"])
@pytest.mark.parametrize("typed", ["no injury at all", "it came on by itself", "I did not hurt it", "yes by mistake"])
def test_who_was_not_hurt_is_asked_that_question_again(screen: str, typed: str) -> None:
    reaction = _reaction(standing(screen), typed)
    assert reaction.messages[0].values["why"] == "taken-back"
    assert reaction.messages[-1].values["question"] == "hurt-lately"


@pytest.mark.parametrize(
    "typed", ["what does numb mean", "What means locked?", "what is a calf", "I don't understand calf"]
)
def test_a_hard_word_is_explained_above_the_question(typed: str) -> None:
    first, *_, last = _reaction(standing("safety-today"), typed).messages
    assert (first.template, last.template) == ("information/term", "safety/question")


@pytest.mark.parametrize("typed", ["numb", "short of breath", "my calf is swollen", "what do i do my leg is numb"])
def test_a_sign_is_no_question_about_a_word(typed: str) -> None:
    assert all(each.template != "information/term" for each in _reaction(standing("safety-today"), typed).messages)


@pytest.mark.parametrize(
    ("screen", "typed", "told"),
    [
        ("flag-stop", "help me", "cannot call for you"),
        ("flag-today", "and what if they have no appointment till monday?", "Please do not wait"),
        ("follow-up", "no the hospital was full and it is still hot and fat", "Please do not wait"),
        ("follow-up", "no", "Then please do it today"),
        ("follow-up", "yes", "It is good that you went"),
        ("flag-today", "yes", "Please see somebody today"),
        ("flag-stop", "ok", "call an ambulance now"),
        ("flag-stop", "I have called them", "I am glad that you have help"),
        ("call-first", "I have called them", "I am glad that you have help"),
        ("call-first", "thank you", "If it is there now, call now"),
        ("call-first", "HELP", "cannot call for you"),
        ("nothing", "HELP!!!", "In danger?"),
    ],
)
def test_what_is_said_below_an_urgent_word_is_answered_with_what_to_do(screen: str, typed: str, told: str) -> None:
    assert told in _says(standing(screen), typed)[0]


@pytest.mark.parametrize(
    "typed", ["I heard a crack and now i cannot put any weight on the leg", "it popped and i can't walk"]
)
def test_a_leg_that_cannot_carry_is_not_stood_on(typed: str) -> None:
    assert "do not stand on it" in _says(standing("exercise"), typed)[0]


@pytest.mark.parametrize(
    "typed", ["calf swollen and warm", "my calf is red and swollen since monday what exercise can i do"]
)
def test_a_strangers_calf_needs_a_doctor_today(typed: str) -> None:
    assert "needs a doctor today" in _says(standing("stranger"), typed)[0]


def test_a_fall_of_late_is_met_with_the_way_to_say_that_the_knee_was_hurt() -> None:
    assert "sorry that you fell" in _says(standing("safety-falls"), "i fell last week")[0]
    assert "sorry that you fell" not in _says(standing("safety-falls"), "i fell in january")[0]
