"""What rests on what: the sources behind each lesson, the exercises, the tests and the safety check."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.assessment import safety
from bot.core.model.callback_data import Outdated, ShowSources
from bot.core.model.context import Context
from bot.core.model.message import Button, OutgoingMessage, Reaction, Row, plain
from bot.core.model.series import Series

A_PAGE = 2


def topics(series: Series) -> tuple[str, ...]:
    """What sources can be asked for: each lesson, then the rest."""
    return (*(lesson.id for lesson in series.lessons), "exercises", "tests", "safety")


def cited(series: Series, topic: str) -> tuple[str, ...]:
    """The ids of the sources behind a topic, each once, in the order they are named.

    Raises Outdated for a topic there is not.
    """
    found: list[Iterable[str]] = []
    if topic in series.lesson_by_id:
        found = [part.sources for part in series.lesson_by_id[topic].pages]
    elif topic == "exercises":
        found = [exercise.sources for exercise in series.exercises]
    elif topic == "tests":
        found = [
            (*test.sources, *(s for question in test.questions for s in question.sources)) for test in series.tests
        ]
        found += [series.choices.activities.sources, series.choices.pain.sources, series.lane_rules.sources]
    elif topic == "safety":
        care = series.care
        found = [*(screen.sources for screen in safety.all_screens(series)), series.high_pain.sources]
        found += [each.sources for each in (care.pain, care.follow, care.flare_up, care.back_off)]
    else:
        raise Outdated(topic)
    return tuple(dict.fromkeys(source for each in found for source in each))


def all_cited(series: Series) -> set[str]:
    """The ids of every source that some topic shows."""
    return {id for topic in topics(series) for id in cited(series, topic)}


def reviewed(series: Series) -> tuple[int, int]:
    """How many lessons, exercises, self-tests and safety screens a clinician has signed, and how many there are."""
    reviews = [each.reviewed for each in series.lessons]
    reviews += [each.reviewed for each in series.exercises]
    reviews += [each.reviewed for each in series.tests]
    reviews += [each.reviewed for each in safety.all_screens(series)]
    return sum(1 for review in reviews if review.by), len(reviews)


def choose(context: Context) -> Reaction:
    """The sources of what?"""
    buttons = [Button(f"labels.sources-{topic}", ShowSources(topic, 0)) for topic in topics(context.series)]
    return context.reply(plain("information/sources", None, *buttons))


def page(context: Context, action: ShowSources) -> Reaction:
    """Some of the sources of a topic, paged in place; of no topic: the list of topics.

    Raises Outdated for a topic or a page there is not.
    """
    if not action.topic:
        return choose(context)
    ids = cited(context.series, action.topic)
    start = action.page * A_PAGE
    if not 0 <= start < len(ids):
        raise Outdated(action.topic)
    turn: list[Button] = []
    if action.page:
        turn.append(Button("labels.back", ShowSources(action.topic, action.page - 1)))
    if start + A_PAGE < len(ids):
        turn.append(Button("labels.next-part", ShowSources(action.topic, action.page + 1)))
    all_topics: Row = (Button("labels.all-sources", ShowSources("", 0)),)
    values = {
        "topic": action.topic,
        "sources": list(ids[start : start + A_PAGE]),
        "number": action.page + 1,
        "of": -(-len(ids) // A_PAGE),
    }
    return context.reply(OutgoingMessage("information/sources-page", values, (tuple(turn), all_topics)))
