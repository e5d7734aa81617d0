"""`python -m bot unhook`: takes the token's webhook away, so that updates can be fetched again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.bot_api.client import Client
from bot.bot_api.errors import SendTrouble
from bot.bot_api.inbox import Inbox
from bot.operator.report import Refused, Report, reported
from bot.settings import read_settings


def unhook(environment: Mapping[str, str]) -> int:
    """Take it away, and nothing that waits for delivery with it; the exit code."""

    def work() -> Report:
        settings = read_settings(environment)
        if settings.webhook is not None:
            raise Refused("BOT_WEBHOOK_URL is set, so the bot would set the webhook again. Take it out of .env first.")
        return asyncio.run(_take_away(f"{settings.api_url}/bot{settings.token}"))

    return reported(work)


async def _take_away(base_url: str) -> Report:
    edge = Client()
    await edge.initialize()
    inbox = Inbox(edge, base_url)
    try:
        if not await inbox.has_webhook():
            return Report(["No webhook is set."])
        await inbox.delete_webhook()
    except SendTrouble as trouble:
        raise Refused(
            f"Telegram did not take it away ({trouble.reason}). Check BOT_TOKEN, BOT_API_URL and the network."
        ) from None
    finally:
        await edge.shutdown()
    return Report(["The webhook is taken away. What waited for delivery is kept, and a bot that polls now fetches it."])
