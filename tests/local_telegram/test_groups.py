"""Groups of the local Telegram are as strict as the real ones: rights, topics, twenty calls a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Bot, ChatMemberAdministrator, Update
from telegram.constants import ChatMemberStatus

from bot.bot_api.errors import Flood, Rejected, RejectionKind
from bot.bot_api.limits import GROUP_CALLS
from bot.clock import MovableClock
from bot.local_telegram.groups import ENOUGH, ICONS, Group
from bot.local_telegram.people import Person
from bot.local_telegram.request import LocalRequest
from bot.local_telegram.telegram import LocalTelegram

TOKEN = "1000000001:a-made-up-token"


@pytest.fixture
def telegram() -> LocalTelegram:
    return LocalTelegram(MovableClock(datetime(2027, 3, 1, 9, 0, tzinfo=UTC)))


@pytest.fixture
def cleo(telegram: LocalTelegram) -> Person:
    return telegram.person(5, "Cleo")


@pytest.fixture
def group(telegram: LocalTelegram, cleo: Person) -> Group:
    """A forum in which the bot may do all that it needs."""
    group = telegram.group(cleo, forum=True)
    group.adds_bot(cleo, ENOUGH)
    return group


@pytest.fixture
async def bot(telegram: LocalTelegram) -> Bot:
    bot = Bot(TOKEN, request=LocalRequest(telegram), get_updates_request=LocalRequest(telegram))
    await bot.initialize()
    return bot


def heard(telegram: LocalTelegram) -> list[Update]:
    """What waits for the bot, as the library reads it."""
    return [Update.de_json(update, None) for update, _ in telegram._updates]


async def refused(call: Any) -> RejectionKind:
    with pytest.raises(Rejected) as no:
        await call
    return no.value.kind


async def test_a_topic_is_made_named_closed_opened_and_deleted_with_all_that_stands_in_it(
    telegram: LocalTelegram, group: Group, bot: Bot
) -> None:
    made = await bot.create_forum_topic(group.id, "Ada", icon_custom_emoji_id=ICONS["❓"])
    topic = group.topic("Ada")
    assert (made.message_thread_id, topic.icon) == (topic.thread, ICONS["❓"])
    sent = await bot.send_message(group.id, "the card", message_thread_id=topic.thread)
    assert sent.is_topic_message
    await bot.pin_chat_message(group.id, sent.message_id)
    assert [each["text"] for each in group.pinned(topic)] == ["the card"]
    await bot.edit_forum_topic(group.id, topic.thread, icon_custom_emoji_id="")
    assert (topic.name, topic.icon) == ("Ada", "")
    assert await refused(bot.edit_forum_topic(group.id, topic.thread, name="Ada")) is RejectionKind.NOT_MODIFIED
    await bot.close_forum_topic(group.id, topic.thread)
    again = bot.send_message(group.id, "x", message_thread_id=topic.thread)
    assert await refused(again) is RejectionKind.TOPIC_CLOSED
    assert await refused(bot.close_forum_topic(group.id, topic.thread)) is RejectionKind.NOT_MODIFIED
    await bot.reopen_forum_topic(group.id, topic.thread)
    await bot.delete_forum_topic(group.id, topic.thread)
    assert (group.topics, group.chat.messages) == ([], [])
    assert await refused(bot.send_message(group.id, "x", message_thread_id=topic.thread)) is RejectionKind.TOPIC_GONE
    assert await refused(bot.delete_forum_topic(group.id, topic.thread)) is RejectionKind.TOPIC_GONE


@pytest.mark.parametrize(
    ("right", "call"),
    [
        ("can_manage_topics", lambda bot, id, thread: bot.create_forum_topic(id, "Eve")),
        ("can_manage_topics", lambda bot, id, thread: bot.edit_forum_topic(id, thread, name="Eve")),
        ("can_manage_topics", lambda bot, id, thread: bot.close_forum_topic(id, thread)),
        ("can_pin_messages", lambda bot, id, thread: bot.pin_chat_message(id, thread)),
        ("can_delete_messages", lambda bot, id, thread: bot.delete_forum_topic(id, thread)),
    ],
    ids=["make", "name", "close", "pin", "delete"],
)
async def test_each_call_needs_its_right(
    group: Group, cleo: Person, bot: Bot, right: str, call: Callable[[Bot, int, int], Any]
) -> None:
    made = await bot.create_forum_topic(group.id, "Ada")
    group.promotes_bot(cleo, tuple(each for each in ENOUGH if each != right))
    assert await refused(call(bot, group.id, made.message_thread_id)) is RejectionKind.NO_RIGHT
    group.promotes_bot(cleo)
    await call(bot, group.id, made.message_thread_id)


async def test_what_telegram_never_had_or_does_not_take_is_refused(group: Group, bot: Bot) -> None:
    assert await refused(bot.create_forum_topic(group.id, "x" * 129)) is RejectionKind.BAD_CONTENT
    for call in (
        bot.create_forum_topic(group.id, " "),
        bot.create_forum_topic(group.id, "Ada", icon_custom_emoji_id="1"),
    ):
        await refused(call)
    assert await refused(bot.pin_chat_message(group.id, 4711)) is RejectionKind.MESSAGE_GONE
    assert await refused(bot.send_message(5, "x", message_thread_id=1)) is RejectionKind.TOPIC_GONE
    group.chat.forum = False
    assert await refused(bot.create_forum_topic(group.id, "Ada")) is RejectionKind.NO_RIGHT


async def test_the_twenty_first_call_within_a_minute_is_held_off(
    telegram: LocalTelegram, group: Group, bot: Bot
) -> None:
    for number in range(GROUP_CALLS):
        await bot.send_message(group.id, str(number))
    with pytest.raises(Flood) as flood:
        await bot.create_forum_topic(group.id, "Ada")
    assert flood.value.retry_after == 61
    assert isinstance(telegram.clock, MovableClock)
    await telegram.clock.advance(61)
    await bot.create_forum_topic(group.id, "Ada")


async def test_who_is_in_it_and_what_the_bot_may_do_is_told_when_asked(
    telegram: LocalTelegram, group: Group, cleo: Person, bot: Bot
) -> None:
    me = await bot.get_chat_member(group.id, bot.id)
    assert isinstance(me, ChatMemberAdministrator)
    assert (me.can_manage_topics, me.can_promote_members) == (True, False)
    assert (await bot.get_chat_member(group.id, cleo.id)).status == ChatMemberStatus.OWNER
    assert await bot.get_chat_member_count(group.id) == 2
    otto = telegram.person(9, "Otto")
    assert (await bot.get_chat_member(group.id, otto.id)).status == ChatMemberStatus.LEFT
    group.joins(otto)
    assert await bot.get_chat_member_count(group.id) == 3
    assert (await bot.get_chat(group.id)).is_forum
    icons = await bot.get_forum_topic_icon_stickers()
    assert {each.emoji: each.custom_emoji_id for each in icons} == ICONS


async def test_a_message_in_a_topic_answers_the_one_that_made_it_and_a_reply_in_general_is_no_topics(
    telegram: LocalTelegram, group: Group, cleo: Person, bot: Bot
) -> None:
    made = await bot.create_forum_topic(group.id, "Ada")
    written = await bot.send_message(group.id, "hello")
    telegram._updates.clear()
    group.writes(cleo, "in it", group.topic("Ada"))
    group.writes(cleo, "in General", to=written.message_id)
    group.writes(cleo, "as nobody", group.topic("Ada"), anonymous=True)
    in_it, general, nobody = [update.message for update in heard(telegram)]
    assert in_it is not None
    assert general is not None
    assert nobody is not None
    assert (in_it.message_thread_id, in_it.is_topic_message) == (made.message_thread_id, True)
    assert in_it.reply_to_message is not None
    assert in_it.reply_to_message.forum_topic_created is not None
    assert (general.message_thread_id, general.is_topic_message) == (written.message_id, None)
    assert nobody.sender_chat is not None
    assert (nobody.sender_chat.id, nobody.from_user.is_bot if nobody.from_user else None) == (group.id, True)


async def test_without_being_an_admin_a_bot_hears_commands_and_answers_alone(
    telegram: LocalTelegram, cleo: Person, bot: Bot
) -> None:
    group = telegram.group(cleo, forum=True)
    group.adds_bot(cleo)
    written = await bot.send_message(group.id, "hello")
    telegram._updates.clear()
    for text, to in (("so", None), ("/desk", None), ("yes", written.message_id)):
        group.writes(cleo, text, to=to)
    assert [each.message.text for each in heard(telegram) if each.message] == ["/desk", "yes"]


async def test_a_small_group_becomes_another_chat_when_topics_are_turned_on(
    telegram: LocalTelegram, cleo: Person, bot: Bot
) -> None:
    group = telegram.group(cleo, id=-77, basic=True)
    group.adds_bot(cleo)
    group.turns_topics_on(cleo)
    moved = [each.message for each in heard(telegram) if each.message and each.message.migrate_to_chat_id]
    assert [(each.chat.id, each.migrate_to_chat_id) for each in moved] == [(-77, group.id)]
    status, body = await telegram.call("sendMessage", {"chat_id": -77, "text": "x"})
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": group.id})
    await bot.send_message(group.id, "x")
    assert (await bot.get_chat(group.id)).is_forum


async def test_a_group_that_was_dissolved_or_that_the_bot_was_taken_out_of_takes_nothing(
    group: Group, cleo: Person, bot: Bot
) -> None:
    group.removes_bot(cleo)
    assert await refused(bot.send_message(group.id, "x")) is RejectionKind.CHAT_NOT_FOUND
    group.adds_bot(cleo)
    group.dissolves()
    assert await refused(bot.get_chat(group.id)) is RejectionKind.CHAT_NOT_FOUND
