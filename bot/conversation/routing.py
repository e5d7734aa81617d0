"""The library's tables: which update goes to which handler, and what its objects must not say or swallow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    filters,
)

from bot.conversation.respond import Respond
from bot.core.desk.lists import COMMANDS as DESK_COMMANDS
from bot.core.screens.dispatch import COMMANDS
from bot.intake.update_queue import PoisonUpdate

App = Application[Any, Any, Any, Any, Any, Any]

NOT_READ = ("reply_markup", "entities", "caption_entities")
"""Of the message that a button stands under. Objects made of them would cost as much as all the rest of a tap's."""


class StrictApplication(Application[Any, Any, Any, Any, Any, Any]):
    """The stock class answers None also when a handler raised, and so cannot say whether the effect was stored."""

    async def process_error(self, update: object, error: Exception, *_: Any, **__: Any) -> bool:
        """Let the intake decide what a failed update means."""
        raise error


class SilentBot(ExtBot[Any]):
    """The stock class shows its token when it is described, and so would an application that holds it."""

    def __repr__(self) -> str:
        return type(self).__name__


def routed(bot: SilentBot, respond: Respond) -> App:
    """Which update goes where: private chats, and the coaches' group."""
    builder = ApplicationBuilder().application_class(StrictApplication)
    application = builder.bot(bot).updater(None).job_queue(None).build()
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CallbackQueryHandler(respond.tap))  # most of what comes: each row above it is asked first
    for name, command in COMMANDS.items():
        application.add_handler(CommandHandler(name, respond.command(command), filters=private))
    for name in DESK_COMMANDS:
        application.add_handler(CommandHandler(name, respond.desk(name), filters=private))
    application.add_handler(MessageHandler(private & filters.COMMAND, respond.unknown))
    words = private & (filters.TEXT | filters.CAPTION)
    application.add_handler(MessageHandler(words & (filters.FORWARDED | filters.VIA_BOT), respond.passed_on))
    application.add_handler(MessageHandler(words, respond.text))
    application.add_handler(MessageHandler(private & filters.LOCATION, respond.location))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, respond.other))
    edited = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE & (filters.TEXT | filters.CAPTION)
    application.add_handler(MessageHandler(edited, respond.edited))
    application.add_handler(ChatMemberHandler(respond.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(~filters.ChatType.PRIVATE, respond.group))
    return application


def handler_of(application: App) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
    """What takes one raw update to those handlers. It raises PoisonUpdate for one that the library cannot read."""

    async def handle(raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(_without_keyboard(raw), application.bot)
        except (TelegramError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as fault:
            raise PoisonUpdate(type(fault).__name__) from None
        await application.process_update(update)

    return handle


def _without_keyboard(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An update, of whose tap's message the library need not make what nobody reads."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, Mapping) else None
    if not isinstance(query, Mapping) or not isinstance(message, Mapping):
        return dict(raw)
    read = {name: value for name, value in message.items() if name not in NOT_READ}
    return {**raw, "callback_query": {**query, "message": read}}
