"""The digest: at the coach's hour, on their days, once on each, also when the bot starts anew."""

from __future__ import annotations

import pytest

from bot.conversation.desk import DIGESTS
from bot.core.desk import digest, lists
from bot.core.model.callback_data import SetDigest
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import forges, opens_again
from tests.support.chat import Chat

EVE = 9
TITLE = "Who needs you today"


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


def told(desk: Chat) -> list[dict[str, object]]:
    """The digests and desks on the coach's screen."""
    return [each for each in desk.messages if TITLE in str(each["text"])]


async def to_digest(desk: Chat, *choices: str) -> None:
    """Choose when it comes, and go back to no desk on the screen."""
    await desk.sends("/desk")
    await desk.taps("labels.digest", *choices)


async def test_it_comes_once_at_the_coachs_hour_on_each_working_day_where_their_people_are(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await to_digest(desk, "labels.clock 08:00")
    assert "Times are those of Europe/Lisbon" in desk.last
    await chat.until(1, "07:50")
    assert told(desk) == []
    await chat.until(0, "08:01")
    assert len(told(desk)) == 1
    await opens_again(chat)
    await chat.until(0, "12:00")
    assert len(told(desk)) == 1
    for _ in range(5):
        await chat.until(1, "12:00")
    assert len(told(desk)) == 4, "Tuesday to Friday, and neither Saturday nor Sunday"


async def test_it_makes_no_sound_when_nobody_needs_anything_and_one_when_somebody_does(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await to_digest(desk, "labels.clock 08:00", "labels.every-day")
    await chat.until(1, "08:01")
    assert told(desk)[-1]["silent"]
    await chat.sends("my calf is swollen and hot")
    await chat.taps("answer yes")
    await chat.until(1, "08:01")
    assert not told(desk)[-1]["silent"]


async def test_whoever_wants_none_gets_none_and_what_was_never_offered_sets_none(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await to_digest(desk, "labels.clock 08:00", "labels.no-digest")
    await chat.until(1, "09:00")
    assert told(desk) == []
    for clock in ("08:03", "x", "24:00"):
        assert (await forges(desk, SetDigest(("0",), clock))).template == "desk/outdated"


async def test_one_that_is_chosen_while_another_one_is_told_comes_at_its_hour(
    chat: Chat, desk: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.testbed.kill()
    chat.testbed._operators = [COACH, EVE]
    await chat.testbed.open()
    eve, runtime = Chat(chat.testbed, chat.testbed.telegram.person(EVE, "Eve")), chat.testbed.runtime
    assert runtime is not None
    await to_plan(chat, "sees")
    await eve.sends("/desk")
    await to_digest(desk, "labels.clock 09:00", "labels.every-day")
    await chat.until(1, "08:55")
    everybody, before = runtime.desk.everybody, len(told(eve))

    async def chosen_meanwhile() -> tuple[list[lists.Listed], int]:
        monkeypatch.undo()
        async with runtime.storage.change_bot_record() as record:
            wanted = digest.Digest("19:00", digest.EVERY_DAY, "Australia/Darwin")
            record.value = {**record.value, DIGESTS: digest.with_choice(record.value[DIGESTS], EVE, wanted)}
        runtime.desk.digest_chosen.set()
        return await everybody()

    monkeypatch.setattr(runtime.desk, "everybody", chosen_meanwhile)
    await chat.until(0, "09:25")
    assert len(told(eve)) == before
    await chat.until(0, "09:35")
    assert len(told(eve)) == before + 1
