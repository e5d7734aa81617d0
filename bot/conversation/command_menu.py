"""What Telegram shows about the bot: its commands, its description. Set at start where it differs."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand

from bot.bot_api.errors import SendTrouble
from bot.core.screens.dispatch import COMMANDS
from bot.monitoring.safe_logging import error_name
from bot.render.text import Renderer

log = logging.getLogger(__name__)


async def publish(bot: Bot, renderer: Renderer) -> None:
    """Bring commands and descriptions up to date; a failure costs nothing but the menu."""
    words = renderer.words.find("commands")
    wanted = [BotCommand(name, words["menu"][name]) for name in COMMANDS if name in words["menu"]]
    try:
        if list(await bot.get_my_commands()) != wanted:
            await bot.set_my_commands(wanted)
        if (await bot.get_my_description()).description != words["description"].strip():
            await bot.set_my_description(words["description"].strip())
        if (await bot.get_my_short_description()).short_description != words["short"].strip():
            await bot.set_my_short_description(words["short"].strip())
    except SendTrouble as trouble:
        log.warning("the command menu was not brought up to date: %s", trouble.reason)
    except Exception as odd:  # an answer without the fields that the library reads
        log.warning("the command menu was not brought up to date: %s", error_name(odd))
