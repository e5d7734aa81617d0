"""When somebody agreed is kept, and to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.model import coaching
from bot.core.model.callback_data import AgreeAnew
from bot.core.model.context import Context
from bot.core.model.subscriber import Consent
from bot.core.screens.consent import agree_anew
from tests.core.changes import series
from tests.core.people import somebody


def test_nobody_agrees_anew_before_they_first_did_whatever_the_clock_says() -> None:
    first = datetime(2026, 3, 2, 12, tzinfo=UTC)
    person = replace(somebody(series()), consent=Consent("an older text", first))
    text = coaching.text(series(), True)
    for now, at in ((datetime(1970, 1, 1, tzinfo=UTC), first), (datetime(2026, 4, 1, tzinfo=UTC),) * 2):
        context = Context(1, "Ada", now, series(), person, coached=True)
        after = agree_anew(context, AgreeAnew(text, coaching.SEES)).subscriber
        assert after is not None
        assert after.consent == Consent(text, at)
