"""The local Telegram is as strict as the real one, and its queue keeps the real one's promises."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message, Update

from bot.bot_api.html import ParseError, clean, cut, parse_html, utf16
from bot.clock import MovableClock
from bot.local_telegram.faults import Answer, CutAfter, CutBefore, Fault, Hang, Lost, Refused
from bot.local_telegram.people import Person
from bot.local_telegram.telegram import LocalTelegram

JSON = dict[str, Any]

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2027, 3, 1, 9, 0, tzinfo=UTC))


@pytest.fixture
def telegram(clock: MovableClock) -> LocalTelegram:
    return LocalTelegram(clock)


@pytest.fixture
def ada(telegram: LocalTelegram) -> Person:
    return telegram.person(7)


async def result(telegram: LocalTelegram, method: str, **parameters: Any) -> Any:
    status, body = await telegram.call(method, parameters)
    assert status == 200, body
    assert body["ok"] is True
    return body["result"]


async def refusal(telegram: LocalTelegram, method: str, **parameters: Any) -> tuple[int, str]:
    status, body = await telegram.call(method, parameters)
    assert body["ok"] is False
    assert body["error_code"] == status
    return status, body["description"]


async def html(telegram: LocalTelegram, text: str) -> JSON:
    return await result(telegram, "sendMessage", chat_id=7, text=text, parse_mode="HTML")  # type: ignore[no-any-return]


def button(text: str = "Yes", data: str = "y") -> JSON:
    return {"text": text, "callback_data": data}


# Markup


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("<b>bold</b>", "bold", [("bold", 0, 4)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", n, 1) for n in range(3)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ("<pre>x</pre>", "x", [("pre", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<B>a</b>", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#x27;", "a < b & c > \"d\" 'e'", []),
        ("&lt3", "<3", []),
        ("&nbsp;x &copy", "&nbsp;x &copy", []),
        ("😀<b>a</b>", "😀a", [("bold", 2, 1)]),
        ("<b>👩‍🦽</b> é", "👩‍🦽 é", [("bold", 0, 5)]),
        ("  <b> a </b>\n", "a", [("bold", 0, 1)]),
        ("a\n\nb", "a\n\nb", []),
        ("a\r\n\tb\0<b>c</b>", "a\n b c", [("bold", 5, 1)]),
    ],
)
async def test_the_html_subset_becomes_text_and_entities_in_utf16_units(
    telegram: LocalTelegram, ada: Person, markup: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    message = await html(telegram, markup)
    assert message["text"] == text
    assert [(e["type"], e["offset"], e["length"]) for e in message.get("entities", [])] == entities


async def test_links_dates_and_code_carry_what_they_need(telegram: LocalTelegram, ada: Person) -> None:
    message = await html(
        telegram,
        '<a href="https://example.org/?a=1&amp;b=2">x</a>'
        '<tg-time unix="1804060800" format="wDt">then</tg-time>'
        '<pre><code class="language-python">p</code></pre>'
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
    )
    assert message["entities"] == [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/?a=1&b=2"},
        {
            "type": "date_time",
            "offset": 1,
            "length": 4,
            "unix_time": 1804060800,
            "date_time_format": "wDt",
        },
        {"type": "pre", "offset": 5, "length": 1, "language": "python"},
        {"type": "custom_emoji", "offset": 6, "length": 2, "custom_emoji_id": "5368324170671202286"},
    ]
    parsed = Message.de_json(message, None)
    assert parsed.entities[1].unix_time == datetime.fromtimestamp(1804060800, UTC)


async def test_a_message_survives_a_round_trip_through_ptb(telegram: LocalTelegram, ada: Person) -> None:
    message = await html(telegram, "😀 <b>bold <i>both</i></b> &lt;3 &amp; <code>x</code>")
    parsed = Message.de_json(message, None)
    again = await html(telegram, parsed.text_html)
    assert (again["text"], again["entities"]) == (message["text"], message["entities"])


@given(st.text())
def test_an_escaped_text_is_read_back_as_it_was(written: str) -> None:
    plain = clean(written)
    assert parse_html(escape(plain)) == (plain.strip(), [])
    assert parse_html(f"<b>{escape(plain)}</b>")[0] == plain.strip()


@given(st.text(alphabet="<>/&;ab =\"'#x1 \n😀"))
def test_any_markup_is_either_read_or_refused_with_entities_inside_the_text(markup: str) -> None:
    try:
        plain, entities = parse_html(markup)
    except ParseError:
        return
    for entity in entities:
        assert entity["length"] > 0
        assert cut(plain, entity["offset"], entity["length"])
        assert entity["offset"] + entity["length"] <= utf16(plain)


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<ul><li>x</li></ul>", 'Unsupported start tag "ul" at byte offset 0'),
        ("<3 you>", 'Unsupported start tag "3" at byte offset 0'),
        ("I <3 you", 'Unsupported start tag "3" at byte offset 2'),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<a ='x'>z</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            '<tg-time unix="soon">x</tg-time>',
            'Tag "tg-time" must have a valid "unix" attribute at byte offset 0',
        ),
        (
            '<tg-time unix="1" format="tw">x</tg-time>',
            'Tag "tg-time" has an invalid "format" attribute at byte offset 0',
        ),
    ],
)
async def test_any_other_markup_refuses_the_whole_message(
    telegram: LocalTelegram, ada: Person, markup: str, complaint: str
) -> None:
    refused = await refusal(telegram, "sendMessage", chat_id=7, text=markup, parse_mode="HTML")
    assert refused == (400, f"Bad Request: can't parse entities: {complaint}")
    assert ada.chat.messages == []


async def test_commands_and_addresses_are_found_but_not_inside_code(telegram: LocalTelegram, ada: Person) -> None:
    message = await html(telegram, "Send /today or <code>/stop</code>, see https://example.org/a. and/or")
    assert [(e["type"], e["offset"], e["length"]) for e in message["entities"]] == [
        ("bot_command", 5, 6),
        ("code", 15, 5),
        ("url", 26, 21),
    ]


# Limits


@pytest.mark.parametrize(
    ("parameters", "status", "description"),
    [
        ({"text": ""}, 400, "Bad Request: message text is empty"),
        ({"text": " \n "}, 400, "Bad Request: message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, 400, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, 400, "Bad Request: message is too long"),
        ({"text": "\ud83d!"}, 400, "Bad Request: strings must be encoded in UTF-8"),
        ({"text": "x", "parse_mode": "MarkdownV3"}, 400, "Bad Request: unsupported parse_mode"),
        ({"text": "x", "chat_id": 8}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": ""}, 400, "Bad Request: chat_id is empty"),
    ],
)
async def test_a_message_outside_the_rules_is_refused(
    telegram: LocalTelegram, ada: Person, parameters: JSON, status: int, description: str
) -> None:
    assert await refusal(telegram, "sendMessage", **{"chat_id": 7, **parameters}) == (status, description)


async def test_length_is_counted_in_code_points_after_parsing(telegram: LocalTelegram, ada: Person) -> None:
    message = await html(telegram, f"<b>{'😀' * 4096}</b>")
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 8192}]


@pytest.mark.parametrize(
    ("rows", "description"),
    [
        ([[button(data="é" * 33)]], "Bad Request: BUTTON_DATA_INVALID"),
        ([[button(data="")]], "Bad Request: BUTTON_DATA_INVALID"),
        ([[button()] * 8] * 13, "Bad Request: REPLY_MARKUP_TOO_LONG"),
        (
            [[{"text": "Yes"}]],
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            [[{"callback_data": "y"}]],
            'Bad Request: can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            [[{"text": "x", "url": "javascript:alert(1)"}]],
            "Bad Request: inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
        ),
        ([button()], 'Bad Request: field "inline_keyboard" must be of type Array of Arrays'),
    ],
)
async def test_a_keyboard_outside_the_rules_is_refused(
    telegram: LocalTelegram, ada: Person, rows: list[Any], description: str
) -> None:
    markup = json.dumps({"inline_keyboard": rows})
    refused = await refusal(telegram, "sendMessage", chat_id="7", text="?", reply_markup=markup)
    assert refused == (400, description)


async def test_the_largest_keyboard_and_the_longest_data_pass(telegram: LocalTelegram, ada: Person) -> None:
    rows = [[button(data="é" * 32)] * 10] * 10
    sent = await result(telegram, "sendMessage", chat_id=7, text="?", reply_markup={"inline_keyboard": rows})
    assert sent["reply_markup"]["inline_keyboard"] == rows


async def test_a_caption_holds_1024_characters_and_an_empty_file_none(telegram: LocalTelegram, ada: Person) -> None:
    async def send(caption: str, content: bytes) -> JSON:
        files = {"document": ("a.json", content)}
        return (await telegram.call("sendDocument", {"chat_id": 7, "caption": caption}, files))[1]

    assert (await send("x" * 1025, b"{}"))["description"] == "Bad Request: message caption is too long"
    assert (await send("x", b""))["description"] == "Bad Request: file must be non-empty"
    sent = (await send("x" * 1024, b"{}"))["result"]["document"]
    assert (sent["file_name"], sent["file_size"]) == ("a.json", 2)
    assert telegram.file(sent["file_id"]).content == b"{}"
    again = await result(telegram, "sendDocument", chat_id=7, document=sent["file_id"])
    assert again["document"]["file_id"] == sent["file_id"]
    unknown = await refusal(telegram, "sendDocument", chat_id=7, document="local-none")
    assert unknown == (400, "Bad Request: wrong file identifier/HTTP URL specified")


async def test_an_unknown_method_is_not_found_and_names_ignore_case(telegram: LocalTelegram) -> None:
    assert await refusal(telegram, "sendFlowers") == (404, "Not Found: method not found")
    assert (await result(telegram, "getme"))["username"] == "steady_knees_bot"


# Edits


async def test_an_edit_changes_the_screen_in_place(telegram: LocalTelegram, clock: MovableClock, ada: Person) -> None:
    sent = await result(telegram, "sendMessage", chat_id=7, text="one", reply_markup={"inline_keyboard": [[button()]]})
    await clock.advance(60)
    await result(telegram, "editMessageText", chat_id=7, message_id=sent["message_id"], text="two")
    [shown] = ada.chat.messages
    assert (shown["text"], shown["keyboard"]) == ("two", [])
    assert shown["edited_at"] == shown["date"] + 60


async def test_an_edit_without_a_change_is_refused(telegram: LocalTelegram, ada: Person) -> None:
    keyboard = {"inline_keyboard": [[button()]]}
    sent = await result(telegram, "sendMessage", chat_id=7, text="one", reply_markup=keyboard)
    place = {"chat_id": 7, "message_id": sent["message_id"]}
    same = await refusal(
        telegram, "editMessageText", **place, text="<b></b>one", parse_mode="HTML", reply_markup=keyboard
    )
    assert same == (400, NOT_MODIFIED)
    assert await refusal(telegram, "editMessageReplyMarkup", **place, reply_markup=keyboard) == (
        400,
        NOT_MODIFIED,
    )
    await result(telegram, "editMessageReplyMarkup", **place)
    assert await refusal(telegram, "editMessageReplyMarkup", **place) == (400, NOT_MODIFIED)


async def test_only_the_bots_own_messages_without_a_reply_keyboard_can_be_edited(
    telegram: LocalTelegram, ada: Person
) -> None:
    own = ada.sends("hello")["message"]["message_id"]
    refused = await refusal(telegram, "editMessageText", chat_id=7, message_id=own, text="bye")
    assert refused == (400, "Bad Request: message can't be edited")
    markup = {"keyboard": [[{"text": "Share", "request_location": True}]]}
    sent = await result(telegram, "sendMessage", chat_id=7, text="where?", reply_markup=markup)
    refused = await refusal(telegram, "editMessageText", chat_id=7, message_id=sent["message_id"], text="x")
    assert refused == (400, "Bad Request: message can't be edited")
    refused = await refusal(telegram, "editMessageText", chat_id=7, message_id=99, text="x")
    assert refused == (400, "Bad Request: message to edit not found")


async def test_a_message_is_deleted_for_two_days_and_not_later(
    telegram: LocalTelegram, clock: MovableClock, ada: Person
) -> None:
    first, second = [(await html(telegram, text))["message_id"] for text in ("one", "two")]
    assert await result(telegram, "deleteMessage", chat_id=7, message_id=first) is True
    assert [message["text"] for message in ada.chat.messages] == ["two"]
    await clock.advance(48 * 3600 + 1)
    refused = await refusal(telegram, "deleteMessage", chat_id=7, message_id=second)
    assert refused == (400, "Bad Request: message can't be deleted for everyone")


# People


async def test_a_tap_names_its_message_and_is_answered_in_time_only(
    telegram: LocalTelegram, clock: MovableClock, ada: Person
) -> None:
    await result(telegram, "sendMessage", chat_id=7, text="?", reply_markup={"inline_keyboard": [[button()]]})
    query = ada.presses("Yes")["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("y", "?")
    assert await result(telegram, "answerCallbackQuery", callback_query_id=query["id"], text="ok") is True
    assert [(answer["person_id"], answer["text"]) for answer in telegram.answers] == [(7, "ok")]
    await clock.advance(151)
    assert await refusal(telegram, "answerCallbackQuery", callback_query_id=query["id"]) == (400, TOO_OLD)
    assert await refusal(telegram, "answerCallbackQuery", callback_query_id="1") == (400, TOO_OLD)
    long = await refusal(telegram, "answerCallbackQuery", callback_query_id=query["id"], text="x" * 201)
    assert long == (400, "Bad Request: MESSAGE_TOO_LONG")
    with pytest.raises(LookupError, match="no button 'No'; there are \\['Yes'\\]"):
        ada.presses("No")


async def test_whoever_blocks_the_bot_is_out_of_reach_until_they_return(telegram: LocalTelegram, ada: Person) -> None:
    update = Update.de_json(ada.blocks(), None)
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    for method, more in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
        blocked = await refusal(telegram, method, chat_id=7, **more)
        assert blocked == (403, "Forbidden: bot was blocked by the user")
    with pytest.raises(ValueError, match="unblock it first"):
        ada.sends("hello")
    ada.unblocks()
    await html(telegram, "welcome back")


async def test_every_kind_of_update_is_one_ptb_understands(telegram: LocalTelegram, ada: Person) -> None:
    typed = ada.sends("/start go_on")
    await html(telegram, "x")
    updates = [
        typed,
        ada.edits(typed["message"]["message_id"], "/stop"),
        ada.taps(2, "y"),
        ada.taps(99, "y"),
        ada.shares_location(52.5, 13.4),
        ada.sends_voice(),
        ada.sends_photo("my knee"),
        ada.sends_sticker(),
        ada.blocks(),
        ada.unblocks(),
        telegram.group_update("/start@steady_knees_bot", ada),
        telegram.group_update(None, ada),
    ]
    parsed = [Update.de_json(update, None) for update in updates]
    assert [update.effective_user.id for update in parsed if update.effective_user] == [7] * len(updates)
    [command] = parsed[0].message.entities  # type: ignore[union-attr]
    assert (command.type, command.offset, command.length) == ("bot_command", 0, 6)
    assert parsed[4].message.location.latitude == 52.5  # type: ignore[union-attr]
    assert [u["update_id"] for u in updates] == list(range(500_000_001, 500_000_001 + len(updates)))


async def test_a_reply_keyboard_stays_until_it_is_taken_away_or_replaced(telegram: LocalTelegram, ada: Person) -> None:
    markup = {"keyboard": [["Berlin"], [{"text": "Share", "request_location": True}]]}
    await result(telegram, "sendMessage", chat_id=7, text="where?", reply_markup=markup)
    assert ada.presses("Berlin")["message"]["text"] == "Berlin"
    assert ada.chat.reply_keyboard is not None
    await result(telegram, "sendMessage", chat_id=7, text="ok", reply_markup={"remove_keyboard": True})
    assert ada.chat.reply_keyboard is None
    await result(telegram, "sendMessage", chat_id=7, text="?", reply_markup={**markup, "one_time_keyboard": True})
    ada.shares_location(1.0, 2.0)
    assert ada.chat.reply_keyboard is not None
    await result(telegram, "sendMessage", chat_id=7, text="?", reply_markup={"keyboard": [["Rome"]]})
    assert ada.chat.reply_keyboard == {"keyboard": [[{"text": "Rome"}]]}


async def test_the_bot_leaves_a_group_and_cannot_write_there_any_more(telegram: LocalTelegram, ada: Person) -> None:
    group = telegram.group_update("/start", ada)["message"]["chat"]["id"]
    await result(telegram, "sendMessage", chat_id=group, text="private only")
    await result(telegram, "leaveChat", chat_id=group)
    refused = await refusal(telegram, "sendMessage", chat_id=group, text="x")
    assert refused == (403, "Forbidden: bot is not a member of the supergroup chat")


async def test_commands_and_descriptions_are_kept_per_language(telegram: LocalTelegram, ada: Person) -> None:
    today = [{"command": "today", "description": "Today's exercises"}]
    heute = [{"command": "today", "description": "Die Übungen von heute"}]
    await result(telegram, "setMyCommands", commands=json.dumps(today))
    await result(telegram, "setMyCommands", commands=heute, language_code="de")
    assert await result(telegram, "getMyCommands") == today
    assert await result(telegram, "getMyCommands", language_code="de") == heute
    assert telegram.commands("fr") == today
    assert telegram.commands("de") == heute
    shouted = await refusal(telegram, "setMyCommands", commands=[{"command": "Today", "description": "x"}])
    assert shouted == (400, "Bad Request: BOT_COMMAND_INVALID")
    await result(telegram, "setMyShortDescription", short_description="123")
    assert await result(telegram, "getMyShortDescription") == {"short_description": "123"}
    assert await result(telegram, "getMyDescription") == {"description": ""}
    assert (await refusal(telegram, "setMyDescription", description="x" * 513))[0] == 400


# The queue


async def ids(telegram: LocalTelegram, **parameters: Any) -> list[int]:
    return [update["update_id"] - 500_000_000 for update in await result(telegram, "getUpdates", **parameters)]


async def test_updates_stay_until_a_higher_offset_confirms_them(telegram: LocalTelegram, ada: Person) -> None:
    for text in "abc":
        ada.sends(text)
    assert await ids(telegram) == [1, 2, 3]
    assert await ids(telegram, limit=2) == [1, 2]
    assert await ids(telegram, offset=500_000_002) == [2, 3]
    assert telegram.unconfirmed == 2
    assert await ids(telegram, offset=500_000_001) == [2, 3]
    assert await ids(telegram, offset=500_000_004) == []
    assert telegram.unconfirmed == 0


async def test_a_negative_offset_keeps_the_newest_and_a_far_one_is_ignored(
    telegram: LocalTelegram, ada: Person
) -> None:
    for text in "abc":
        ada.sends(text)
    assert await ids(telegram, offset=500_000_100) == [1, 2, 3]
    assert await ids(telegram, offset=-1) == [3]
    assert telegram.unconfirmed == 1


async def test_a_long_poll_ends_when_something_comes(telegram: LocalTelegram, ada: Person) -> None:
    poll = asyncio.create_task(ids(telegram, timeout=50))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not poll.done()
    ada.sends("hello")
    assert await poll == [1]


async def test_a_second_poll_ends_the_first_with_a_conflict(telegram: LocalTelegram, ada: Person) -> None:
    first = asyncio.create_task(telegram.call("getUpdates", {"timeout": 50}))
    await asyncio.sleep(0)
    second = asyncio.create_task(ids(telegram, timeout=50))
    status, body = await first
    assert status == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    ada.sends("hello")
    assert await second == [1]


async def test_a_webhook_shuts_polling_out(telegram: LocalTelegram) -> None:
    await result(telegram, "setWebhook", url="https://example.org/hook")
    assert (await refusal(telegram, "getUpdates"))[0] == 409
    assert (await result(telegram, "getWebhookInfo"))["url"] == "https://example.org/hook"
    await result(telegram, "deleteWebhook")
    assert await ids(telegram) == []


async def test_taps_wait_150_seconds_and_messages_a_day(
    telegram: LocalTelegram, clock: MovableClock, ada: Person
) -> None:
    ada.sends("hello")
    ada.taps(1, "y")
    await clock.advance(149)
    assert await ids(telegram) == [1, 2]
    await clock.advance(2)
    assert await ids(telegram) == [1]
    await clock.advance(24 * 3600)
    assert await ids(telegram) == []


async def test_kinds_that_are_not_allowed_never_come_and_the_choice_is_remembered(
    telegram: LocalTelegram, ada: Person
) -> None:
    message = ada.sends("hello")
    ada.edits(message["message"]["message_id"], "hallo")
    assert await ids(telegram, allowed_updates=json.dumps(["message"])) == [1]
    ada.blocks()
    assert await ids(telegram) == [1]


async def test_ids_may_jump_to_a_lower_number_after_a_quiet_week(telegram: LocalTelegram, ada: Person) -> None:
    ada.sends("a")
    await ids(telegram, offset=500_000_002)
    telegram.next_update_id = 41
    ada.sends("b")
    assert [update["update_id"] for update in await result(telegram, "getUpdates", offset=500_000_002)] == [41]
    assert await result(telegram, "getUpdates", offset=42) == []


# Faults and the log


@pytest.mark.parametrize(
    ("fault", "left", "delivered"),
    [
        (Refused(), False, False),
        (CutBefore(), True, False),
        (CutAfter(), True, True),
        (Hang(seconds=0), True, False),
        (Hang(delivered=True, seconds=0), True, True),
    ],
)
async def test_a_lost_answer_says_nothing_but_the_log_knows(
    telegram: LocalTelegram, ada: Person, fault: Fault, left: bool, delivered: bool
) -> None:
    telegram.fault = lambda method, parameters, number: fault if method == "sendMessage" else None
    with pytest.raises(Lost) as caught:
        await telegram.call("sendMessage", {"chat_id": 7, "text": "x"})
    assert (caught.value.left, caught.value.delivered) == (left, delivered)
    assert len(ada.chat.messages) == delivered
    [entry] = telegram.log
    assert (entry.method, entry.chat_id, entry.status, entry.delivered) == ("sendMessage", 7, None, delivered)


async def test_a_scripted_answer_replaces_the_true_one_for_the_calls_it_names(
    telegram: LocalTelegram, ada: Person
) -> None:
    flood = {"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 3}}
    scripted = {1: Answer(429, flood), 3: Answer(502, b"<html>", delivered=True)}
    telegram.fault = lambda method, parameters, number: scripted.get(number)
    await telegram.call("getUpdates", {})
    assert await telegram.call("sendMessage", {"chat_id": 7, "text": "one"}) == (429, flood)
    await result(telegram, "sendMessage", chat_id=7, text="two")
    assert await telegram.respond("sendMessage", {"chat_id": 7, "text": "three"}) == (502, b"<html>")
    assert [message["text"] for message in ada.chat.messages] == ["two", "three"]
    assert [(entry.status, entry.delivered) for entry in telegram.log[1:]] == [
        (429, False),
        (200, True),
        (502, True),
    ]


async def test_a_hanging_call_waits_on_the_clock_and_others_go_on(
    telegram: LocalTelegram, clock: MovableClock, ada: Person
) -> None:
    telegram.fault = lambda method, parameters, number: Hang() if number == 1 else None
    hanging = asyncio.create_task(telegram.call("sendMessage", {"chat_id": 7, "text": "x"}))
    await asyncio.sleep(0)
    await html(telegram, "y")
    await clock.advance(29)
    assert not hanging.done()
    await clock.advance(1)
    with pytest.raises(Lost, match="no answer in time"):
        await hanging


async def test_whoever_watches_the_screens_is_woken_by_a_change(telegram: LocalTelegram, ada: Person) -> None:
    before = telegram.version
    watching = asyncio.create_task(telegram.wait_for_change(before, 60))
    await asyncio.sleep(0)
    ada.sends("hello")
    assert await watching == telegram.version > before


async def test_what_is_remembered_is_recalled_as_it_was_and_shares_nothing_that_changes(
    telegram: LocalTelegram, ada: Person, clock: MovableClock
) -> None:
    first = await result(telegram, "sendMessage", chat_id=7, text="one")
    ada.sends("hello")
    remembered = telegram.remember()
    await result(telegram, "editMessageText", chat_id=7, message_id=first["message_id"], text="two")
    for _ in range(2):
        other = LocalTelegram(clock)
        other.person(7)
        other.recall(remembered)
        assert [message["text"] for message in other.chat(7).messages] == ["one", "hello"]
        assert other.unconfirmed == 1
        await result(other, "editMessageText", chat_id=7, message_id=first["message_id"], text="three")
    assert [message["text"] for message in ada.chat.messages] == ["two", "hello"]


async def test_a_message_knows_what_the_person_had_done_last(telegram: LocalTelegram, ada: Person) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}]]}
    asked = await result(telegram, "sendMessage", chat_id=7, text="Well?", reply_markup=keys)
    assert ada.chat.messages[0]["after"] is None
    ada.taps(asked["message_id"], "n")
    await result(telegram, "editMessageText", chat_id=7, message_id=asked["message_id"], text="So no.")
    ada.sends("oh")
    await result(telegram, "sendMessage", chat_id=7, text="Quite.")
    assert [message["after"] for message in ada.chat.messages] == [{"tap": "No"}, None, {"text": "oh"}]


async def test_a_film_has_the_measures_that_stand_in_its_file(telegram: LocalTelegram, ada: Person) -> None:
    film = b"\0\0\0\x5ctkhd" + b"\0" * 76 + b"\x01\xe0\0\0" + b"\x02\x58\0\0"
    for content, measured in ((film, (480, 600)), (film[:-1], (800, 600))):
        _, body = await telegram.call("sendAnimation", {"chat_id": 7}, {"animation": ("a.mp4", content)})
        shown = body["result"]["animation"]
        assert (shown["width"], shown["height"]) == measured
