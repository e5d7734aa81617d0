"""What is noted with every change a person made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.model.callback_data import Ask, ShowSettings, pack
from bot.core.model.delivery import Kind
from bot.core.model.message import OutgoingMessage, Reaction
from bot.core.model.subscriber import UPDATES_KEPT, Subscriber
from bot.core.schedule.due import due
from bot.core.schedule.save import OWED_FOR, owed_at, replied, shown_again, with_bookkeeping
from tests.core.changes import series
from tests.core.people import somebody

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
QUESTION = OutgoingMessage("profile/kit", again=Ask("kit"))
PLAIN = OutgoingMessage("information/help", {"zone": None, "coached": False})


def after(reaction: Reaction, before: Subscriber | None, update_id: int = 7) -> Subscriber:
    """Whoever is saved after that reaction."""
    assert reaction.subscriber is not None
    return with_bookkeeping(series(), before, reaction.subscriber, reaction, update_id, NOW)


def test_one_save_holds_the_update_the_screen_the_reply_owed_and_the_next_look() -> None:
    person = somebody(series())
    saved = after(Reaction(person, (PLAIN, QUESTION)), person)
    assert saved.handled(7)
    assert saved.showing == pack(Ask("kit"))
    assert (saved.saved_at, saved.heard_at, saved.reply_owed_at) == (NOW, NOW, NOW)
    assert saved.next_due_at == due(series(), saved, NOW).next_at


def test_the_newest_question_is_the_one_that_words_answer() -> None:
    person = somebody(series())
    settings = OutgoingMessage("settings/all", again=ShowSettings())
    assert after(Reaction(person, (QUESTION, settings)), person).showing == pack(ShowSettings())


def test_a_screen_that_changed_nothing_leaves_the_question_above_it_open() -> None:
    person = replace(somebody(series()), showing=pack(Ask("kit")))
    assert after(Reaction(person, (PLAIN,)), person).showing == pack(Ask("kit"))


def test_a_change_without_a_question_closes_the_one_that_was_open() -> None:
    person = replace(somebody(series()), showing=pack(Ask("kit")))
    changed = person.saying("kit", ("band",), NOW)
    assert after(Reaction(changed, (PLAIN,)), person).showing == ""


def test_a_change_that_shows_nothing_leaves_the_screen_and_the_reply_owed_as_they_were() -> None:
    earlier = NOW - timedelta(minutes=1)
    person = replace(somebody(series()), showing=pack(Ask("kit")), reply_owed_at=earlier)
    saved = after(Reaction(person.saying("kit", ("band",), NOW)), person)
    assert (saved.showing, saved.reply_owed_at) == (pack(Ask("kit")), earlier)


def test_a_copy_stays_owed_until_a_reply_has_left() -> None:
    person = somebody(series())
    asked = after(Reaction(person, copy=PLAIN), person)
    assert (asked.copy_owed, asked.reply_owed_at) == (True, NOW)
    went_on = after(Reaction(asked, (PLAIN,)), asked, 8)
    assert went_on.copy_owed
    assert (replied(went_on).copy_owed, replied(went_on).reply_owed_at) == (False, None)


def test_only_the_newest_updates_are_remembered() -> None:
    person = somebody(series())
    for number in range(UPDATES_KEPT + 1):
        person = after(Reaction(person), person, number)
    assert not person.handled(0)
    assert person.handled(1)


@pytest.mark.parametrize(
    ("since", "is_owed"), [(None, False), (timedelta(0), True), (OWED_FOR, True), (OWED_FOR * 1.01, False)]
)
def test_a_reply_is_owed_for_ten_minutes(since: timedelta | None, is_owed: bool) -> None:
    owed = None if since is None else NOW - since
    assert owed_at(replace(somebody(series()), reply_owed_at=owed), NOW) == (owed if is_owed else None)


def test_a_word_under_a_clock_that_stands_in_1970_is_no_silence_since_then() -> None:
    person = replace(somebody(series()), heard_at=NOW - timedelta(days=1))
    in_1970 = datetime(1970, 1, 1, tzinfo=UTC)
    saved = with_bookkeeping(series(), person, person, Reaction(person, (PLAIN,)), 7, in_1970)
    assert saved.heard_at == person.heard_at
    looked = due(series(), saved, NOW)
    assert looked.send is None or looked.send.kind is not Kind.IDLE


def test_a_word_after_a_clock_that_stood_years_ahead_counts_from_now() -> None:
    person = replace(somebody(series()), heard_at=NOW + timedelta(days=4000))
    assert after(Reaction(person, (PLAIN,)), person).heard_at == NOW


def test_what_a_screen_begins_is_stored_when_it_is_shown_once_more() -> None:
    person = replace(somebody(series()), reply_owed_at=NOW)
    begun = person.saying("kit", ("band",), NOW)
    saved = shown_again(series(), person, Reaction(begun, (QUESTION,)), NOW)
    assert saved.said("kit") == ("band",)
    assert (saved.showing, saved.reply_owed_at) == (pack(Ask("kit")), NOW)


def test_a_screen_that_begins_nothing_is_shown_once_more_without_a_save() -> None:
    person = replace(somebody(series()), reply_owed_at=NOW)
    assert shown_again(series(), person, Reaction(person, (QUESTION,)), NOW) is person
