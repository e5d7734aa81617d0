"""What Telegram shows about the bot: commands, descriptions, name and picture. Set at start where it differs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from functools import partial

from telegram import Bot, BotCommand, BotCommandScopeChat, InputProfilePhotoStatic

from bot.bot_api.errors import SendTrouble
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.core.desk.lists import COMMANDS as DESK_COMMANDS
from bot.core.screens.dispatch import COMMANDS
from bot.monitoring.safe_logging import error_name
from bot.render.text import Renderer, Renderers

log = logging.getLogger(__name__)

SET = "set"
"""What is remembered of a profile picture in the place of an id: Telegram tells none by which it could be known."""


async def publish(
    bot: Bot, catalog: Catalog, renderers: Renderers, pictures: Pictures, coaches: Collection[int] = ()
) -> None:
    """Bring it all up to date; a failure costs nothing but what it is about.

    Coaches have a menu of their own in their own chats, in the default language.
    """
    spoken = [(renderers.default, "")]
    for language in catalog.languages:
        if language != catalog.unchosen.language:
            # Telegram takes a language's two letters here; whoever has another one sees the default.
            spoken.append((renderers.named(catalog.default.id, language), language.partition("-")[0]))
    await _tried("the command menu", partial(_menus, bot, spoken))
    for coach in sorted(coaches):
        await _tried("a coach’s command menu", partial(_menu_of_coach, bot, renderers.default, coach))
    await _tried("the bot’s name", partial(_names, bot, spoken))
    await _tried("the profile picture", partial(_picture, bot, pictures, catalog.default.id))


async def _tried(what: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except SendTrouble as trouble:
        log.warning("%s was not brought up to date: %s", what, trouble.reason)
    except Exception as odd:  # an answer without the fields that the library reads
        log.warning("%s was not brought up to date: %s", what, error_name(odd))


async def _menus(bot: Bot, spoken: list[tuple[Renderer, str]]) -> None:
    for renderer, code in spoken:
        words, language = renderer.words.find("commands"), code or None
        description, short = words["description"].strip(), words["short"].strip()
        wanted = [BotCommand(name, words["menu"][name]) for name in COMMANDS if name in words["menu"]]
        if list(await bot.get_my_commands(language_code=language)) != wanted:
            await bot.set_my_commands(wanted, language_code=language)
        if (await bot.get_my_description(language)).description != description:
            await bot.set_my_description(description, language_code=language)
        if (await bot.get_my_short_description(language)).short_description != short:
            await bot.set_my_short_description(short, language_code=language)


async def _menu_of_coach(bot: Bot, renderer: Renderer, coach: int) -> None:
    words, scope = renderer.words.find("commands"), BotCommandScopeChat(coach)
    wanted = [BotCommand(name, words["menu"][name]) for name in (*DESK_COMMANDS, *COMMANDS) if name in words["menu"]]
    if list(await bot.get_my_commands(scope)) != wanted:
        await bot.set_my_commands(wanted, scope)


async def _names(bot: Bot, spoken: list[tuple[Renderer, str]]) -> None:
    """Telegram lets a bot change its name a few times a day, so this comes after what matters more."""
    for renderer, code in spoken:
        name = renderer.words.find("commands")["name"].strip()
        if (await bot.get_my_name(code or None)).name != name:
            await bot.set_my_name(name, language_code=code or None)


async def _picture(bot: Bot, pictures: Pictures, series: str) -> None:
    """Set where the bot has none, and where this one was never set: one chosen by hand since then stays."""
    picture = pictures.profile(series)
    if picture is None:
        return
    has_any = (await bot.get_user_profile_photos(bot.id, limit=1)).total_count > 0
    if not has_any or pictures.known_id(bot.id, picture.key) is None:
        await bot.set_my_profile_photo(InputProfilePhotoStatic(picture.content))
        pictures.learn(bot.id, picture.key, SET)
