"""The command menu is worth nothing to whoever waits for a message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Answer, Fault

CALLS = ("getMyCommands", "setMyCommands", "getMyDescription", "getMyShortDescription")


@pytest.mark.parametrize("odd", [{}, {"result": 5}, {"result": {"odd": [1]}}, {"result": ["x"]}])
@pytest.mark.parametrize("call", CALLS)
async def test_an_odd_answer_about_the_menu_keeps_the_bot_from_nothing(
    call: str, odd: dict[str, object], testbed: Testbed
) -> None:
    await testbed.kill()

    def fault(method: str, parameters: dict[str, Any], number: int) -> Fault | None:
        return Answer(200, {"ok": True, **odd}, delivered=True) if method == call else None

    testbed.telegram.fault = fault
    await testbed.open()

    testbed.person.sends("/start")
    await testbed.settle()
    assert testbed.person.labels()
