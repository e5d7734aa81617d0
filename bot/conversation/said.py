"""What an update of Telegram's says: its words, its number and date, whose chat it is, what it answers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from telegram import CallbackQuery, Chat, Message, Update

from bot.core.model import callback_data
from bot.core.model.callback_data import Action, AskCoach, Outdated
from bot.sending.sender import Edits

LARGEST_ID = 2**52  # Bot API, User: "at most 52 significant bits"


def words(update: Update) -> str:
    """What was written, as a text or below a picture; of somebody in the phone's own list, name and number."""
    message = update.effective_message
    if message is None:
        return ""
    if (listed := message.contact) is not None:
        return f"{listed.first_name} {listed.last_name or ''}\n{listed.phone_number}"
    return message.text or message.caption or ""


def without_slash(update: Update) -> str:
    """What was written, with a command in front as a word: without its slash and the bot that it names."""
    text = words(update)
    command, space, rest = text.removeprefix("/").partition(" ")
    return f"{command.partition('@')[0]}{space}{rest}" if text.startswith("/") else text


def listed(update: Update) -> str:
    """What stands in a poll or a checklist, line by line; empty for anything else."""
    message = update.message
    if message is None:
        return ""
    if (poll := message.poll) is not None:
        return "\n".join((poll.question, *(each.text for each in poll.options)))
    if (checklist := message.checklist) is not None:
        return "\n".join((checklist.title, *(each.text for each in checklist.tasks)))
    return ""


def number(update: Update) -> int:
    """The number of the message they wrote or changed; 0 for a tap."""
    message = update.message or update.edited_message
    return message.message_id if message is not None else 0


def album(update: Update) -> str:
    """Which pictures it was sent in one go with; empty where it stands alone."""
    return update.message.media_group_id or "" if update.message is not None else ""


def of_the_desk(data: str) -> Action | None:
    """What a button of the desk means; None for any other."""
    try:
        action = callback_data.parse(data)
    except Outdated:
        return None
    return action if isinstance(action, callback_data.DESK) else None


def replied_to(update: Update) -> Iterator[Action]:
    """What the buttons mean below the message of the bot's that theirs answers."""
    answered = update.message.reply_to_message if update.message is not None else None
    if answered is None or answered.from_user is None or not answered.from_user.is_bot or not answered.reply_markup:
        return
    for button in (button for row in answered.reply_markup.inline_keyboard for button in row):
        with contextlib.suppress(Outdated):
            yield callback_data.parse(button.callback_data if isinstance(button.callback_data, str) else "")


def answers_coach(update: Update) -> bool:
    """Whether it is a reply below what the coach wrote."""
    return AskCoach() in replied_to(update)


def dated(update: Update) -> datetime | None:
    """When the message was sent that came, or that a button stands under; Telegram says 0 where it is too old."""
    message = update.effective_message
    return message.date if message is not None and message.date.timestamp() > 0 else None


def in_own_chat(update: Update) -> bool:
    """Whether somebody speaks in their private chat with the bot, where the chat has the person's own number.

    In a group anybody could press a button.
    """
    person, chat = update.effective_user, update.effective_chat
    if person is None or chat is None:
        return False
    return type(person.id) is int and 0 < person.id < LARGEST_ID and (chat.type, chat.id) == (Chat.PRIVATE, person.id)


def edits_of(query: CallbackQuery) -> Edits | None:
    """The message a tap came from; one that Telegram no longer shows has no contents to tell what it is."""
    message = query.message
    if message is None:
        return None
    return Edits(message.message_id, isinstance(message, Message) and bool(message.animation or message.photo))
