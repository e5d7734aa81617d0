"""What is counted and measured reads as Prometheus asks, and says nothing about anybody."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.clock import MovableClock
from bot.monitoring.metrics import Fate, Metrics

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def read(metrics: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample: its name and the values of its labels, and its number."""
    families = text_string_to_metric_families(metrics.page().decode())
    return {(each.name, tuple(each.labels.values())): each.value for family in families for each in family.samples}


def test_a_delivery_is_counted_by_kind_outcome_and_reason() -> None:
    metrics = Metrics(MovableClock(START))
    metrics.delivered("reminder", "sent", "", 2.5)
    metrics.delivered("reminder", "sent", "", 40)
    metrics.delivered("lesson", "unknown", "no answer in time", None)

    said = read(metrics)

    assert said["steady_knees_deliveries_total", ("reminder", "sent", "")] == 2
    assert said["steady_knees_deliveries_total", ("lesson", "unknown", "no answer in time")] == 1
    assert said["steady_knees_delivery_lateness_seconds_sum", ("reminder",)] == 42.5
    assert said["steady_knees_delivery_lateness_seconds_bucket", ("reminder", "5.0")] == 1
    assert ("steady_knees_delivery_lateness_seconds_count", ("lesson",)) not in said


def test_every_fate_of_an_update_is_there_before_the_first_update() -> None:
    said = read(Metrics(MovableClock(START)))

    assert all(said["steady_knees_updates_total", (fate.value,)] == 0 for fate in Fate)


def test_a_lag_below_nothing_counts_as_none() -> None:
    metrics = Metrics(MovableClock(START))
    metrics.update(Fate.HANDLED, -3)
    metrics.update(Fate.HANDLED)

    said = read(metrics)

    assert said["steady_knees_updates_total", ("handled",)] == 2
    assert (said["steady_knees_intake_lag_seconds_sum", ()], said["steady_knees_intake_lag_seconds_count", ()]) == (
        0,
        1,
    )


async def test_what_is_shown_is_asked_at_every_look() -> None:
    clock = MovableClock(START)
    metrics = Metrics(clock)
    people = [1, 2]
    metrics.show("steady_knees_people_stored", "People who are kept.", lambda: len(people))
    assert read(metrics)["steady_knees_people_stored", ()] == 2
    people.append(3)
    await clock.advance(90)

    said = read(metrics)

    assert said["steady_knees_people_stored", ()] == 3
    assert said["steady_knees_uptime_seconds", ()] == 90


def test_two_bots_in_one_process_count_apart() -> None:
    first, second = Metrics(MovableClock(START)), Metrics(MovableClock(START))
    first.ticked(0.2)

    assert read(first)["steady_knees_tick_duration_seconds_count", ()] == 1
    assert read(second)["steady_knees_tick_duration_seconds_count", ()] == 0


def test_names_say_the_unit_and_whose_they_are() -> None:
    names = [family.name for family in text_string_to_metric_families(Metrics(MovableClock(START)).page().decode())]

    assert names
    assert all(re.fullmatch(r"steady_knees_[a-z_]+", name) for name in names)


def test_the_version_is_the_one_that_is_built() -> None:
    project = tomllib.loads((Path(__file__).parent.parent.parent / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]

    assert project["version"] == __version__
    assert read(Metrics(MovableClock(START)))["steady_knees_build_info", (__version__,)] == 1
