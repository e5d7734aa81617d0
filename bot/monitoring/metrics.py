"""What the bot counts and measures for Prometheus: deliveries, updates, ticks, people; nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot import __version__
from bot.clock import Clock

DELAYS = (1, 2, 5, 15, 60, 300, 900, 3600, 10_800, 43_200, 172_800)
LAGS = (0.5, 1, 2, 5, 15, 60, 300, 3600, 86_400)
TICKS = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15)


class Fate(StrEnum):
    """What became of an update."""

    HANDLED = "handled"
    SET_ASIDE = "set-aside"
    DROPPED = "dropped"


class Metrics:
    """A registry of its own, so that two bots in one process count apart.

    A label holds a kind, an outcome, a reason in fixed words or a cause of trouble; never a person's id or words.
    """

    def __init__(self, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = Counter(
            "steady_knees_deliveries",
            "Messages that nobody asked for, by what became of them and why.",
            ["kind", "outcome", "reason"],
            registry=self.registry,
        )
        self._lateness = Histogram(
            "steady_knees_delivery_lateness_seconds",
            "How long after its instant a message that nobody asked for left.",
            ["kind"],
            buckets=DELAYS,
            registry=self.registry,
        )
        self._updates = Counter(
            "steady_knees_updates", "Updates from Telegram, by what became of them.", ["fate"], registry=self.registry
        )
        for fate in Fate:
            self._updates.labels(fate)
        self._lag = Histogram(
            "steady_knees_intake_lag_seconds",
            "From the date of a message to its stored effect; the date is in whole seconds.",
            buckets=LAGS,
            registry=self.registry,
        )
        self._ticks = Histogram(
            "steady_knees_tick_duration_seconds", "How long a tick took.", buckets=TICKS, registry=self.registry
        )
        Gauge(
            "steady_knees_build_info", "The version that runs; always 1.", ["version"], registry=self.registry
        ).labels(__version__).set(1)
        started = clock.monotonic()
        self.show("steady_knees_uptime_seconds", "Since this process began.", lambda: clock.monotonic() - started)

    def show(self, name: str, words: str, value: Callable[[], float]) -> None:
        """Add a gauge that is asked whenever somebody looks."""
        Gauge(name, words, registry=self.registry).set_function(value)

    def delivered(self, kind: str, outcome: str, reason: str, late_seconds: float | None) -> None:
        """A delivery came to an outcome; `late_seconds` counts from its instant, None when it did not leave."""
        self._deliveries.labels(kind, outcome, reason).inc()
        if late_seconds is not None:
            self._lateness.labels(kind).observe(max(0.0, late_seconds))

    def ticked(self, seconds: float) -> None:
        """A tick took so long."""
        self._ticks.observe(seconds)

    def update(self, fate: Fate, lag_seconds: float | None = None) -> None:
        """An update came to its end, so long after it was written, where that is known."""
        self._updates.labels(fate).inc()
        if lag_seconds is not None:
            self._lag.observe(max(0.0, lag_seconds))

    def page(self) -> bytes:
        """All of it in Prometheus' text format 0.0.4, which every version reads."""
        return generate_latest(self.registry)
