"""What Telegram shows about the bot: its commands, its description. Set at start where it differs, in each language."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand

from bot.bot_api.errors import SendTrouble
from bot.catalog.load import Catalog
from bot.core.screens.dispatch import COMMANDS
from bot.monitoring.safe_logging import error_name
from bot.render.text import Renderer, Renderers

log = logging.getLogger(__name__)


async def publish(bot: Bot, catalog: Catalog, renderers: Renderers) -> None:
    """Bring commands and descriptions up to date; a failure costs nothing but the menu."""
    try:
        await _publish(bot, renderers.default, None)
        for language in catalog.languages:
            if language != catalog.unchosen.language:
                # Telegram takes a language's two letters here; whoever has another one sees the default.
                code = language.partition("-")[0]
                await _publish(bot, renderers.named(catalog.default.id, language), code)
    except SendTrouble as trouble:
        log.warning("the command menu was not brought up to date: %s", trouble.reason)
    except Exception as odd:  # an answer without the fields that the library reads
        log.warning("the command menu was not brought up to date: %s", error_name(odd))


async def _publish(bot: Bot, renderer: Renderer, code: str | None) -> None:
    words = renderer.words.find("commands")
    description, short = words["description"].strip(), words["short"].strip()
    wanted = [BotCommand(name, words["menu"][name]) for name in COMMANDS if name in words["menu"]]
    if list(await bot.get_my_commands(language_code=code)) != wanted:
        await bot.set_my_commands(wanted, language_code=code)
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, language_code=code)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
