"""How it goes with everybody together, and by start link: counts, and no person among them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.core.assessment import pain, safety
from bot.core.desk.lists import week
from bot.core.model import coaching
from bot.core.model.callback_data import ShowDesk
from bot.core.model.delivery import Outcome
from bot.core.model.message import Button, OutgoingMessage, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.screens import profile

PERCENT_FROM: Final = 20
"""Of fewer people a share says less than the count."""
RECENTLY: Final = timedelta(days=7)
LINKS_SHOWN: Final = 20
MARK: Final = re.compile(r"[^A-Za-z0-9-]+")
LONGEST_MARK: Final = 32
REACHED: Final = ("signs", "check", "questions", "first-test", "planned")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of one person goes into the counts. Reports are None of whoever does not let a coach see answers."""

    link: str
    state: State
    week: int
    reached: str
    finished: bool
    sent: int
    expected: int
    sessions: int | None = None
    lights: tuple[str, ...] = ()


def facts(series: Series, subscriber: Subscriber, now: datetime) -> Facts | None:
    """Those of one person; None for whoever has not agreed to a coach."""
    if not coaching.is_told(series, subscriber):
        return None
    over = [each for each in subscriber.deliveries.values() if each.at <= now and now - each.at <= 4 * RECENTLY]
    wanted = [each for each in over if each.outcome not in (Outcome.CANCELLED, Outcome.WAITING, Outcome.CLAIMED)]
    lately = [each for each in subscriber.sessions if now - each.rated_at <= RECENTLY]
    sees = coaching.sees_answers(series, subscriber)
    lights = (pain.session_light(series.care, subscriber, each) for each in lately)
    number = week(series, subscriber, now)
    return Facts(
        subscriber.start_payload,
        subscriber.state,
        number,
        _reached(series, subscriber),
        subscriber.state is State.FINISHED or number > -(-series.days // 7),
        sum(each.outcome is Outcome.SENT for each in wanted),
        len(wanted),
        sum(each.finished_at is not None for each in lately) if sees else None,
        tuple(each.value for each in lights if each is not None) if sees else (),
    )


def _reached(series: Series, subscriber: Subscriber) -> str:
    """How far somebody has come in the onboarding."""
    if subscriber.enrollment.day_one is not None:
        return "planned"
    if safety.flagged(series, subscriber) is not None:
        return "signs"
    if not safety.passed(series, subscriber):
        return "check"
    return "questions" if profile.open_step(series, subscriber) is not None else "first-test"


def screen(found: Iterable[Facts], unasked: int) -> OutgoingMessage:
    """The counts of everybody together."""
    people = list(found)
    seen = [each for each in people if each.sessions is not None]
    lights = Counter(light for each in seen for light in each.lights)
    under_way = [each for each in people if each.state in (State.RUNNING, State.PAUSED)]
    values: dict[str, Any] = {
        "people": len(people),
        "unasked": unasked,
        "states": _counted(Counter(each.state.value for each in people), [each.value for each in State]),
        "weeks": [{"name": name, "count": count} for name, count in sorted(Counter(e.week for e in under_way).items())],
        "reached": _counted(Counter(each.reached for each in people), REACHED[:-1]),
        "planned": share(sum(each.reached == "planned" for each in people), len(people)),
        "seen": len(seen),
        "sessions": sum(each.sessions or 0 for each in seen),
        "active": share(sum(bool(each.sessions) for each in seen), len(seen)),
        "lights": {light: share(lights[light], lights.total()) for light in ("green", "amber", "red")},
        "rated": lights.total(),
        "delivered": share(sum(each.sent for each in people), sum(each.expected for each in people)),
        "links": by_link(people),
    }
    return plain("desk/stats", values, Button("labels.desk", ShowDesk()))


def _counted(counts: Counter[str], names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name, "count": counts[name]} for name in names if counts[name]]


def share(part: int, whole: int) -> dict[str, int | None]:
    """So many of so many, and as a percentage only where there are enough for one to mean something."""
    return {"part": part, "whole": whole, "percent": round(100 * part / whole) if whole >= PERCENT_FROM else None}


def by_link(people: Iterable[Facts]) -> list[dict[str, Any]]:
    """For each start link how many began, came to a plan and to the end; those who came without one last."""
    links: dict[str, list[Facts]] = {}
    for each in people:
        links.setdefault(each.link, []).append(each)
    ranked = sorted(links.items(), key=lambda entry: (not entry[0], -len(entry[1]), entry[0]))
    return [
        {
            "link": link,
            "starts": len(came),
            "plans": sum(each.reached == "planned" for each in came),
            "finished": sum(each.finished for each in came),
        }
        for link, came in ranked[:LINKS_SHOWN]
    ]


def mark(name: str) -> str:
    """What a start link for that name carries: its letters, digits and hyphens; empty where nothing is left."""
    return MARK.sub("-", name.strip()).strip("-")[:LONGEST_MARK].strip("-")


def invitation(link: str, carried: str, people: Iterable[Facts]) -> OutgoingMessage:
    """A link to hand out, to be copied with one tap, and who came by it so far."""
    came = next((each for each in by_link(people) if each["link"] == carried), None)
    copy = Button("labels.copy-link", copies=link)
    return plain("desk/invite", {"link": link, "mark": carried, "came": came}, copy, Button("labels.desk", ShowDesk()))
