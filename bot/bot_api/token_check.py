"""Whether Telegram refuses the token or the address for good, or only stumbled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal

from bot.bot_api.errors import Rejected, RejectionKind, SendTrouble
from bot.clock import Clock
from bot.tasks import back_off

TOKEN_SECONDS: Final = 45.0
"""The process, with replies that still wait, is to have ended within a minute."""

REFUSALS: Final[dict[RejectionKind, Literal["token", "address"]]] = {
    RejectionKind.UNAUTHORIZED: "token",
    RejectionKind.WRONG_ADDRESS: "address",
}


class TokenRefused(Exception):
    """Telegram went on refusing: the token is wrong, or the address is not Telegram's."""

    def __init__(self, reason: Literal["token", "address"]) -> None:
        super().__init__(reason)
        self.reason = reason


async def confirm_refusal(
    refusal: RejectionKind, get_me: Callable[[], Awaitable[None]], clock: Clock, seconds: float = TOKEN_SECONDS
) -> None:
    """Return if the refusal was a passing one; one 401 or 404 may come from a proxy in between.

    Raises: TokenRefused after so many seconds of it. Silence is no refusal: without an answer, go on asking.
    """
    latest: RejectionKind | None = refusal
    deadline = clock.monotonic() + seconds
    for pause in back_off():
        left = deadline - clock.monotonic()
        if left <= 0 and latest is not None:
            raise TokenRefused(REFUSALS[latest])
        await clock.sleep(min(pause, left) if left > 0 else pause)
        try:
            await get_me()
        except Rejected as no:
            if no.kind not in REFUSALS:
                return
            latest = no.kind
        except SendTrouble:
            latest = None
        else:
            return
