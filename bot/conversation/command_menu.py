"""What Telegram shows about the bot: commands, descriptions, name and picture. Set at start where it differs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from functools import partial

from telegram import Bot, BotCommand, BotCommandScopeChat, InputProfilePhotoStatic

from bot.bot_api.errors import Rejected, RejectionKind, SendTrouble
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.core.desk.lists import COMMANDS as DESK_COMMANDS
from bot.core.model.subscriber import Subscriber
from bot.core.screens.dispatch import COMMANDS
from bot.monitoring.safe_logging import error_name
from bot.render.text import Renderer, Renderers
from bot.storage import Storage

log = logging.getLogger(__name__)

MENUS = "menus"
"""Where the bot's own document holds in whose chats the menu of a coach is."""
SET = "set"
"""What is remembered of a profile picture in the place of an id: Telegram tells none by which it could be known."""


async def publish(bot: Bot, catalog: Catalog, renderers: Renderers, pictures: Pictures) -> None:
    """Bring it all up to date; a failure costs nothing but what it is about."""
    spoken = [(renderers.default, "")]
    for language in catalog.languages:
        if language != catalog.unchosen.language:
            # Telegram takes a language's two letters here; whoever has another one sees the default.
            spoken.append((renderers.named(catalog.default.id, language), language.partition("-")[0]))
    await _tried("the command menu", partial(_menus, bot, spoken))
    await _tried("the bot’s name", partial(_names, bot, spoken))
    await _tried("the profile picture", partial(_picture, bot, pictures, catalog.default.id))


async def publish_to_coaches(
    bot: Bot, renderers: Renderers, storage: Storage[Subscriber], coaches: Collection[int]
) -> None:
    """Likewise for the menu that coaches have in their own chats, in the default language.

    Whoever is no coach any more has everybody's again. Who has one is noted before it is set, so none stays behind.
    """
    await _tried("the coaches’ command menus", partial(_menus_of_coaches, bot, renderers.default, storage, coaches))


async def _menus_of_coaches(
    bot: Bot, renderer: Renderer, storage: Storage[Subscriber], coaches: Collection[int]
) -> None:
    have = set((await storage.read_bot_record()).get(MENUS, ()))
    former = have.difference(coaches)
    await _note(storage, have, have.union(coaches))
    for coach in sorted(coaches):
        await _tried("a coach’s command menu", partial(_menu_of_coach, bot, renderer, coach))
    gone = {each for each in sorted(former) if await _tried("a former coach’s command menu", partial(_take, bot, each))}
    await _note(storage, have.union(coaches), have.union(coaches) - gone)


async def _note(storage: Storage[Subscriber], before: set[int], after: set[int]) -> None:
    if after != before:
        async with storage.change_bot_record() as box:
            box.value = {**box.value, MENUS: sorted(after)}


async def _tried(what: str, work: Callable[[], Awaitable[object]]) -> bool:
    """Whether it is done."""
    try:
        await work()
        return True
    except SendTrouble as trouble:
        log.warning("%s was not brought up to date: %s", what, trouble.reason)
    except Exception as odd:  # an answer without the fields that the library reads
        log.warning("%s was not brought up to date: %s", what, error_name(odd))
    return False


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


async def _take(bot: Bot, former: int) -> None:
    """Nothing stands in a chat that there is not."""
    try:
        await bot.delete_my_commands(BotCommandScopeChat(former))
    except Rejected as no:
        if no.kind is not RejectionKind.CHAT_NOT_FOUND:
            raise


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
