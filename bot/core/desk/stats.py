"""How it goes with everybody together, and by start link: counts, and no person among them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.core.assessment import pain, safety
from bot.core.desk.lists import week
from bot.core.model import coaching
from bot.core.model.callback_data import ShowDesk
from bot.core.model.delivery import WITH_ANOTHER, Kind, Outcome
from bot.core.model.drawing import Bar, BarGroup, Counts
from bot.core.model.message import Button, OutgoingMessage, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.due import so_far
from bot.core.screens import profile, questionnaire
from bot.core.screens.why import LATE

PERCENT_FROM: Final = 20
"""Of fewer people a share says less than the count."""
RECENTLY: Final = timedelta(days=7)
LINKS_SHOWN: Final = 20
DRAWN: Final = "drawings.counts"
MARK: Final = re.compile(r"[^A-Za-z0-9-]+")
LONGEST_MARK: Final = 32
ASKED: Final = ("zone", "time", "pain", "own", "first-move", "moment", "age", "kit", "activities", coaching.COACH)
"""The screens of the beginning that ask about the person, as `screen_of` calls them."""
REACHED: Final = ("signs", "check", *ASKED, "first-test", "planned")
SCREENS_NAMED: Final = 5
SCREENS_OF_LINK: Final = 3
"""Screens of the beginning that are named, those with the most people on them: of everybody, and of a link."""
WEEKS_DRAWN: Final = 3
WATCHED: Final = ("active", "answered", "arrived")
"""Of which less than half is worth a look."""
OVER: Final = (State.FINISHED, State.STOPPED, State.BLOCKED)
"""In which nobody is under way any more."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What of one person goes into the counts. Reports are None of whoever does not let a coach see answers.

    Of the messages that arrived it is known of so many (`timed`) when they were meant to, and so many came `late`. To
    so many check-ins they were `invited`.
    """

    link: str
    state: State
    week: int
    reached: str
    finished: bool
    sent: int
    expected: int
    sessions: int | None = None
    lights: tuple[str, ...] = ()
    timed: int = 0
    late: int = 0
    invited: int = 0
    check_ins: int = 0


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
    arrived = [each for each in wanted if each.outcome is Outcome.SENT]
    meant = {each.key: each.at for each in so_far(series, subscriber, now)}
    timed = [each.at - meant[each.key] for each in arrived if each.key in meant]
    came = [each for each in over if each.outcome is Outcome.SENT or each.reason == WITH_ANOTHER]
    invited = sum(each.kind is Kind.CHECK_IN for each in came) if sees else 0
    return Facts(
        subscriber.start_payload,
        subscriber.state,
        number,
        _reached(series, subscriber),
        subscriber.state is State.FINISHED or number > -(-series.days // 7),
        len(arrived),
        len(wanted),
        sum(each.finished_at is not None for each in lately) if sees else None,
        tuple(each.value for each in lights if each is not None) if sees else (),
        len(timed),
        sum(each >= LATE for each in timed),
        invited,
        min(invited, _check_ins(subscriber, now)) if sees else 0,
    )


def _check_ins(subscriber: Subscriber, now: datetime) -> int:
    """How many check-ins they answered to their end of late."""
    ends = [each.finished_at for each in subscriber.attempts if each.test == questionnaire.CHECK_IN]
    return sum(end is not None and now - end <= 4 * RECENTLY for end in ends)


def _reached(series: Series, subscriber: Subscriber) -> str:
    """On which screen of the beginning somebody is, or that they have a plan."""
    if subscriber.enrollment.day_one is not None:
        return "planned"
    if safety.flagged(series, subscriber) is not None:
        return "signs"
    if not safety.passed(series, subscriber):
        return "check"
    if (step := profile.open_step(series, subscriber)) is not None:
        return profile.screen_of(series, step)
    return "first-test" if subscriber.said(coaching.COACH) is not None else coaching.COACH


def screen(found: Iterable[Facts], unasked: int) -> OutgoingMessage:
    """The counts of everybody together."""
    people = list(found)
    seen = [each for each in people if each.sessions is not None]
    lights = Counter(light for each in seen for light in each.lights)
    begun = [each for each in people if each.reached == REACHED[-1]]
    under_way = [each for each in begun if each.state not in OVER]
    over = Counter(each.state for each in begun)
    values: dict[str, Any] = {
        "people": len(people),
        "unasked": unasked,
        "states": _counted(Counter(each.state.value for each in people), [each.value for each in State]),
        "weeks": [{"name": name, "count": count} for name, count in sorted(Counter(e.week for e in under_way).items())],
        "over": {state: over[state] for state in OVER},
        "reached": _left(people, SCREENS_NAMED),
        "checked": share(_beyond(people, "check"), len(people)),
        "told": share(_beyond(people, ASKED[-1]), len(people)),
        "planned": share(_beyond(people, "first-test"), len(people)),
        "seen": len(seen),
        "sessions": sum(each.sessions or 0 for each in seen),
        "active": share(sum(bool(each.sessions) for each in seen), len(seen)),
        "lights": {light: share(lights[light], lights.total()) for light in ("green", "amber", "red")},
        "rated": lights.total(),
        "delivered": share(sum(each.sent for each in people), sum(each.expected for each in people)),
        "on_time": share(sum(each.timed - each.late for each in people), sum(each.timed for each in people)),
        "check_ins": share(sum(each.check_ins for each in seen), sum(each.invited for each in seen)),
    }
    shown = plain("desk/stats", values, Button("labels.desk", ShowDesk()))
    return replace(shown, drawing=picture(values)) if people else shown


def picture(values: Mapping[str, Any]) -> Counts:
    """The shares as bars, which fit one view of a phone: each group is of one whole, and of nothing there is none."""
    lights = {light: values["lights"][light]["part"] for light in values["lights"]}
    groups = (
        ("beginning", values["people"], [_bar(name, values[name]) for name in ("checked", "told", "planned")]),
        ("begun", values["planned"]["part"], _begun(values)),
        ("lately", values["active"]["whole"], [_bar("active", values["active"])]),
        (
            "reports",
            values["rated"],
            [Bar(f"{DRAWN}.{each}", lights[each], light=each) for each in lights if lights[each]],
        ),
        ("invited", values["check_ins"]["whole"], [_bar("answered", values["check_ins"])]),
        ("messages", values["delivered"]["whole"], [_bar("arrived", values["delivered"])]),
    )
    drawn = tuple(BarGroup(f"{DRAWN}.{name}", whole, tuple(bars)) for name, whole, bars in groups if whole and bars)
    return Counts(values["people"], drawn)


def _begun(values: Mapping[str, Any]) -> list[Bar]:
    """Where each of those is whose plan has begun: in one of the first weeks or beyond them, or no longer under way."""
    weeks = Counter[int]()
    for each in values["weeks"]:
        weeks[min(each["name"], WEEKS_DRAWN + 1)] += each["count"]
    numbered = [Bar(f"{DRAWN}.week", weeks[week], str(week)) for week in range(1, WEEKS_DRAWN + 1)]
    later = Bar(f"{DRAWN}.later", weeks[WEEKS_DRAWN + 1], str(WEEKS_DRAWN + 1))
    over = [Bar(f"{DRAWN}.{each}", values["over"][each]) for each in OVER]
    return [bar for bar in (*numbered, later, *over) if bar.part]


def _beyond(people: Iterable[Facts], screen: str) -> int:
    """How many have that screen of the beginning behind them."""
    return sum(REACHED.index(each.reached) > REACHED.index(screen) for each in people)


def _bar(name: str, of: Mapping[str, Any]) -> Bar:
    low = name in WATCHED and 2 * of["part"] < of["whole"]
    return Bar(f"{DRAWN}.{name}", of["part"], low=low)


def _counted(counts: Counter[str], names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name, "count": counts[name]} for name in names if counts[name]]


def _left(people: Iterable[Facts], most: int) -> list[dict[str, Any]]:
    """On which screens of the beginning most of those are who have no plan yet."""
    found = _counted(Counter(each.reached for each in people), REACHED[:-1])
    return sorted(found, key=lambda each: -int(each["count"]))[:most]


def share(part: int, whole: int) -> dict[str, int | None]:
    """So many of so many, and as a percentage only where there are enough for one to mean something."""
    return {"part": part, "whole": whole, "percent": round(100 * part / whole) if whole >= PERCENT_FROM else None}


def by_link(people: Iterable[Facts]) -> list[dict[str, Any]]:
    """For each start link how many began, came to a plan and to the end, and where the others are.

    Those who came without one stand last.
    """
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
            "left": _left(came, SCREENS_OF_LINK),
        }
        for link, came in ranked[:LINKS_SHOWN]
    ]


def mark(name: str) -> str:
    """What a start link for that name carries: its letters, digits and hyphens; empty where nothing is left."""
    return MARK.sub("-", name.strip()).strip("-")[:LONGEST_MARK].strip("-")


def start_link(username: str, carried: str) -> str:
    """What leads somebody new to the bot, and counts under that mark."""
    return f"https://t.me/{username}?start={carried}"


def invitation(link: str, carried: str, people: Iterable[Facts]) -> OutgoingMessage:
    """A link to hand out, to be copied with one tap, and who came by it so far."""
    came = next((each for each in by_link(people) if each["link"] == carried), None)
    copy = Button("labels.copy-link", copies=link)
    return plain("desk/invite", {"link": link, "mark": carried, "came": came}, copy, Button("labels.desk", ShowDesk()))
