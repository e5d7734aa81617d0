"""Three weeks of one person's messages: what comes by itself, and what is said after a session, does not wear out.

The words of the pain light and of what follows from it are left out: safety is said as often as it holds.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from bot.catalog.load import Catalog
from bot.check.life import Life
from bot.check.previews import BEGIN, best
from bot.core.model.callback_data import Done, NotToday, RateEffort, RatePain, ShowDay, SkipRating
from bot.core.model.message import OutgoingMessage
from bot.places.search import Places
from bot.render.text import Renderer

WATCHED = (
    *("reminder", "lesson/page", "check-in/invite", "re-test/invite", "enrollment/still"),
    *("session/day", "session/done", "session/not-today"),
)
MOST = 3
A_LIST = re.compile(r"^(?:\d+\. |• |Why: )")
"""A line of a day's moves, or the reason of one: what somebody looks up, not what they are told."""


def sentences(shown: str) -> list[str]:
    """The sentences of a message, without markup and lists."""
    lines = [re.sub(r"<[^>]*>", "", line).strip() for line in shown.splitlines()]
    prose = [line for line in lines if line and not A_LIST.match(line)]
    return [each for line in prose for each in re.split(r"(?<=[.!?])\s+", line) if len(each.split()) > 1]


def whole(life: Life, on: date) -> None:
    life.taps(ShowDay(on), Done(on), RateEffort(on, 6), RatePain(on, 1))


def short(life: Life, on: date) -> None:
    life.taps(ShowDay(on), Done(on, True), SkipRating(on))


def declines(life: Life, on: date) -> None:
    life.taps(NotToday(on))


def nothing(life: Life, on: date) -> None:
    """They look at their phone, and put it away."""


@pytest.mark.parametrize("answer", [whole, short, declines, nothing])
@pytest.mark.parametrize("weekdays", ["0123456", "024", "5"])
def test_no_sentence_comes_more_than_three_times_in_three_weeks(
    answer: type, weekdays: str, catalog: Catalog, places: Places
) -> None:
    renderer = Renderer(catalog, places.country_of)
    care = renderer.words.find("care")
    aside = [*care["lights"].values(), *(words for follow in care["upshots"].values() for words in follow.values())]
    about_pain = {each for words in aside for each in sentences(words)}
    said: Counter[str] = Counter()

    def note(_: str, message: OutgoingMessage) -> None:
        if message.template in WATCHED:
            said.update(set(sentences(renderer.strictly(message).text)) - about_pain)

    life = Life("reader", catalog, places, renderer, note, BEGIN, hasty=True)
    life.subscribes(best, days=tuple(weekdays))
    life.passes(0.3)
    said.clear()  # what the first day said, everybody hears once
    for _ in range(catalog.default.days - 1):
        life.passes(1)
        if str(life.now.weekday()) in weekdays:
            answer(life, life.now.date())

    assert said
    assert {sentence: times for sentence, times in said.items() if times > MOST} == {}


def test_the_first_line_of_each_days_message_is_a_thought_of_its_own(catalog: Catalog, places: Places) -> None:
    renderer = Renderer(catalog, places.country_of)
    first: list[str] = []

    def note(_: str, message: OutgoingMessage) -> None:
        if message.template in ("reminder", "check-in/invite", "re-test/invite"):
            first.append(renderer.strictly(message).text.splitlines()[0])

    life = Life("reader", catalog, places, renderer, note, BEGIN, hasty=True)
    life.subscribes(best)
    life.passes(0.3)
    for _ in range(catalog.default.days - 1):
        life.passes(1)
        whole(life, life.now.date())

    assert len(first) == 18
    assert len(set(first)) == 18
