"""A word to many: to whom it may go, what it may say, what is asked before it goes out, and how it went."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.core.assessment import selftest
from bot.core.desk.lists import cards, week
from bot.core.model import coaching
from bot.core.model.callback_data import (
    Action,
    ChooseMany,
    SendMany,
    ShowDesk,
    ShowMany,
    StopMany,
    WriteMany,
    pack,
)
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.message import DANGER, PRIMARY, Button, OutgoingMessage, Row, plain, rows
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import broadcasts
from bot.core.schedule.calendar import quiet_hours, state_now
from bot.core.schedule.due import scheduled
from bot.core.screens import compose
from bot.core.screens.compose import FIRST_NAME
from bot.core.typed.fold import words as words_of

LONGEST: Final = 3500
"""Characters of a text; Telegram cuts what is longer than 4096 into two messages, and the name takes some."""
GOOD_FOR: Final = timedelta(hours=24)
"""So long a broadcast waits for somebody's quiet hours to end, or for Telegram to be there again."""
DRAFT_FOR: Final = timedelta(hours=1)
"""So long after its preview it may still be sent."""
KEPT: Final = 5
"""Broadcasts whose text is kept once they are over."""
CHOICES: Final = 6
"""Weeks, areas and links that are offered to choose from, those with most people."""
PAGE: Final = 6
BRACES: Final = re.compile(r"[{}]")
ENDED: Final = (Outcome.SENT, Outcome.FAILED, Outcome.UNKNOWN, Outcome.CANCELLED, Outcome.EXPIRED)


class Step(StrEnum):
    """How far a broadcast has come: previewed, going out, taken back, or at its end."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Those:
    """Whom a coach means: of each, "" and 0 stand for any."""

    state: str = ""
    week: int = 0
    area: str = ""
    link: str = ""

    @classmethod
    def of(cls, action: ChooseMany | WriteMany) -> Those:
        """As buttons carry them."""
        return cls(action.state, action.week, action.area, action.link)


@dataclass(frozen=True, slots=True)
class Reader:
    """What of one person decides whether a broadcast is for them; `sign` keeps from it whoever is meant."""

    state: str
    week: int
    area: str
    link: str
    sign: bool = False

    def is_among(self, those: Those) -> bool:
        """Whether they are meant, and may have it."""
        return not self.sign and self._is_meant(those)

    def is_left_out(self, those: Those) -> bool:
        """Whether they would be meant, but for a sign that stopped their plan."""
        return self.sign and self._is_meant(those)

    def _is_meant(self, those: Those) -> bool:
        return (
            those.state in ("", self.state)
            and those.week in (0, self.week)
            and those.area in ("", self.area)
            and those.link in ("", self.link)
        )


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One word to many, as the bot's own document holds it. `at` is when it was previewed, then when it was sent off.

    `screen` is the message in the coach's chat that shows how it goes, 0 once it shows its end. `lined_up` says that it
    stands in the document of everybody it is for.
    """

    id: str
    coach: int
    words: str
    those: Those
    at: datetime
    step: Step = Step.DRAFT
    screen: int = 0
    lined_up: bool = False

    @property
    def key(self) -> str:
        """The key of its delivery in each person's document."""
        return broadcasts.key(self.id)

    @property
    def record(self) -> dict[str, Any]:
        """As the bot's own document holds it."""
        return {**asdict(self), "at": self.at.isoformat(), "step": self.step.value}

    @property
    def is_unfinished(self) -> bool:
        """Whether something of it is still to be sent, or to be shown to whoever sent it off."""
        return self.step is Step.RUNNING or bool(self.screen)

    def is_over(self, now: datetime) -> bool:
        """Whether it has waited long enough for whoever it has not reached."""
        return now >= self.at + GOOD_FOR


def read(record: Mapping[str, Any]) -> Broadcast | None:
    """A broadcast as the bot's own document holds it; None for one of another version that means nothing here."""
    known = {each.name: record[each.name] for each in fields(Broadcast) if each.name in record}
    try:
        found = {
            "those": Those(**known["those"]),
            "at": datetime.fromisoformat(known["at"]),
            "step": Step(known["step"]),
        }
        return Broadcast(**{**known, **found})
    except (KeyError, TypeError, ValueError):
        return None


def kept(found: Iterable[Broadcast], new: Broadcast) -> tuple[Broadcast, ...]:
    """With that one put in, or in the place of itself; of each coach one draft, and of those that are over a few."""
    others = [each for each in found if each.id != new.id]
    others = [each for each in others if each.step is not Step.DRAFT or each.coach != new.coach]
    over = [each for each in others if each.step in (Step.STOPPED, Step.DONE)][-KEPT:]
    return (*(each for each in others if each.step not in (Step.STOPPED, Step.DONE) or each in over), new)


# --- Whom it reaches ------------------------------------------------------------------------------------------------


def reader(series: Series, subscriber: Subscriber, now: datetime) -> Reader | None:
    """A person as a broadcast sees them; None for whoever none may go to, whatever their signs."""
    hours, kept_from = quiet_hours(subscriber), broadcasts.kept_from(series, subscriber, now)
    if hours is None or kept_from not in ("", broadcasts.SIGN):
        return None
    state = state_now(subscriber.enrollment, now, hours)
    found = selftest.focus_areas(series, subscriber)
    area = found[0].area if found else ""
    return Reader(state.value, week(series, subscriber, now), area, subscriber.start_payload, bool(kept_from))


def with_it(series: Series, subscriber: Subscriber, broadcast: Broadcast, now: datetime) -> Subscriber:
    """The person with it lined up, as they stood when it was sent off; the same where it is not for them, or is there.

    Whoever agreed later than that never saw it coming and gets none.
    """
    if broadcast.key in subscriber.deliveries or subscriber.consent.at > broadcast.at:
        return subscriber
    found = reader(series, subscriber, broadcast.at)
    if found is None or not found.is_among(broadcast.those) or broadcasts.kept_from(series, subscriber, now):
        return subscriber
    record = Delivery(broadcast.key, Kind.BROADCAST, Outcome.WAITING, now)
    return scheduled(series, subscriber.with_deliveries([record]), now)


def without_it(series: Series, subscriber: Subscriber, broadcast: Broadcast, now: datetime) -> Subscriber:
    """The person with it dropped where it still waits: it was stopped, or is over."""
    record = subscriber.deliveries.get(broadcast.key)
    if record is None or not broadcasts.is_lined_up(record):
        return subscriber
    dropped = replace(record, outcome=Outcome.CANCELLED, at=now, reason=broadcasts.WITHDRAWN)
    return scheduled(series, subscriber.with_deliveries([dropped]), now)


# --- What it may say ------------------------------------------------------------------------------------------------


def fault(text: str, about_them: Iterable[str]) -> tuple[str, str]:
    """Why a text goes to nobody (nothing, long, braces, health) and what in it; two empty ones where it may.

    It is the same for everybody but for the first name, so it cannot tell one of them how they are; `about_them` are
    phrases that would sound as if it did.
    """
    if not text.strip():
        return "nothing", ""
    if len(text) > LONGEST:
        return "long", ""
    if BRACES.search(text.replace(FIRST_NAME, "")):
        return "braces", ""
    said = " ".join(words_of(text))
    found = next((each for each in about_them if f" {' '.join(words_of(each))} " in f" {said} "), "")
    return ("health", found) if found else ("", "")


# --- What a coach is shown ------------------------------------------------------------------------------------------


def counted(readers: Iterable[Reader], those: Those) -> tuple[int, int]:
    """How many it would reach, and how many a sign leaves out."""
    found = list(readers)
    return sum(each.is_among(those) for each in found), sum(each.is_left_out(those) for each in found)


def choose(readers: Iterable[Reader], those: Those, areas: Collection[str]) -> OutgoingMessage:
    """Whom it is for: what can be chosen, and how many it would reach; `areas` are those that have a name."""
    found = list(readers)
    meant, left_out = counted(found, those)
    found = [each for each in found if not each.sign]
    buttons: list[Row] = []
    for name, width in (("state", 3), ("week", 3), ("area", 1), ("link", 2)):
        held = (getattr(each, name) for each in found)
        counts = Counter(each for each in held if each and (name != "area" or each in areas))
        chosen = getattr(those, name)
        offered = [value for value, _ in counts.most_common(CHOICES)]
        offered = sorted({*offered, *([chosen] if chosen else [])}, key=str)
        row = [_choice(those, name, value, value == chosen) for value in offered]
        buttons += rows([each for each in row if each is not None], width)
    if meant:
        write = WriteMany(those.state, those.week, those.area, those.link)
        buttons.append((Button("labels.write-many", write, {"count": meant}, style=PRIMARY),))
    buttons.append((Button("labels.desk", ShowDesk()),))
    values = {"count": meant, "left_out": left_out, "all": len(found), **asdict(those)}
    return OutgoingMessage("desk/broadcast", values, tuple(buttons))


def _choice(those: Those, name: str, value: str | int, chosen: bool) -> Button | None:
    any_of_it: str | int = 0 if name == "week" else ""
    action = ChooseMany(**{**asdict(those), name: any_of_it if chosen else value})
    if not _fits(action):
        return None  # a start link of somebody else's making may be longer than a button holds
    return Button(f"labels.many-{name}", action, {"value": value, "chosen": chosen})


def _fits(action: Action) -> bool:
    try:
        pack(action)
    except ValueError:
        return False
    return True


def prompt(those: Those, count: int) -> OutgoingMessage:
    """The coach's next message is its text."""
    back = Button("labels.cancel", ChooseMany(those.state, those.week, those.area, those.link))
    return plain("desk/broadcast-write", {"count": count, "longest": LONGEST, "mark": FIRST_NAME}, back)


def refused(those: Those, why: str, what: str) -> OutgoingMessage:
    """Why a text goes to nobody, and how to write another one."""
    again = Button("labels.write-again", WriteMany(those.state, those.week, those.area, those.link))
    values = {"why": why, "what": what, "longest": LONGEST, "mark": FIRST_NAME, "next": is_asked_again(why)}
    rows_ = (*([] if is_asked_again(why) else [again]), Button("labels.desk", ShowDesk()))
    return plain("desk/broadcast-refused", values, *rows_)


def is_asked_again(why: str) -> bool:
    """Whether the next message is the new text: not after a long one, of which Telegram may bring a second piece."""
    return why != "long"


def preview(words: str, name: str) -> OutgoingMessage:
    """How a reader of that name finds it, without the button to answer: a coach would write to themselves."""
    return replace(compose.broadcast(words, name), buttons=())


def confirm(broadcast: Broadcast, count: int, left_out: int) -> OutgoingMessage:
    """To how many it goes, how many a sign leaves out, and a last chance."""
    send = Button("labels.send-many", SendMany(broadcast.id), {"count": count}, style=PRIMARY)
    drop = Button("labels.drop-many", StopMany(broadcast.id))
    hours = int(GOOD_FOR.total_seconds() // 3600)
    values = {"count": count, "left_out": left_out, "hours": hours, **asdict(broadcast.those)}
    return plain("desk/broadcast-confirm", values, *([send] if count else []), drop)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of how many it is known what became of it; `not_reached` are those whom it did not reach or may not have."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    not_reached: tuple[int, ...] = ()

    @property
    def waiting(self) -> int:
        """For how many it is still to be sent or settled."""
        return self.counts.total() - sum(self.counts[each] for each in ENDED)


def tally(outcomes: Mapping[int, Outcome]) -> Tally:
    """What became of each person's."""
    not_reached = (id for id, outcome in outcomes.items() if outcome in ENDED and outcome is not Outcome.SENT)
    return Tally(Counter(outcomes.values()), tuple(sorted(not_reached)))


@dataclass(frozen=True, slots=True)
class NotReached:
    """One person whom it did not reach: their name as a coach knows it, and why."""

    person: int
    name: str
    outcome: Outcome
    reason: str


def not_reached(series: Series, subscriber: Subscriber, broadcast: Broadcast) -> NotReached | None:
    """Whether and why it did not reach one person; of whoever does not let a coach see more any more, no reason."""
    record = subscriber.deliveries.get(broadcast.key)
    if record is None or record.outcome not in ENDED or record.outcome is Outcome.SENT:
        return None
    name = subscriber.name if coaching.is_told(series, subscriber) else ""
    reason = record.reason if coaching.sees_answers(series, subscriber) else ""
    return NotReached(subscriber.id, name, record.outcome, reason)


def screen(broadcast: Broadcast, found: Tally, people: Iterable[NotReached] = (), page: int = 0) -> OutgoingMessage:
    """How it goes; at its end, and whenever asked, whom it did not reach, person by person."""
    stopped = broadcast.step is Step.STOPPED
    told = [each for each in people if not stopped or each.reason != broadcasts.WITHDRAWN]
    listed = sorted(told, key=lambda each: (each.name, each.person))
    pages = max(1, -(-len(listed) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = listed[page * PAGE : (page + 1) * PAGE]
    counts = found.counts
    values: dict[str, Any] = {
        "step": broadcast.step.value,
        "lined_up": broadcast.lined_up,
        "all": counts.total(),
        "sent": counts[Outcome.SENT],
        "waiting": found.waiting,
        "failed": counts[Outcome.FAILED],
        "unknown": counts[Outcome.UNKNOWN],
        "dropped": counts[Outcome.CANCELLED] + counts[Outcome.EXPIRED],
        "people": [{"name": each.name, "outcome": each.outcome.value, "reason": each.reason} for each in shown],
        "first": page * PAGE + 1,
        "page": page + 1,
        "pages": pages,
    }
    buttons: list[Row] = []
    if broadcast.step is Step.RUNNING:
        buttons.append((Button("labels.stop-many", StopMany(broadcast.id), style=DANGER),))
    buttons += cards(
        (number, each.person, each.name) for number, each in enumerate(shown, values["first"]) if each.name
    )
    before = (Button("labels.page-before", ShowMany(broadcast.id, page - 1)),) if page else ()
    after = (Button("labels.page-after", ShowMany(broadcast.id, page + 1)),) if page + 1 < pages else ()
    if before or after:
        buttons.append((*before, *after))
    elif not shown and (count := len(found.not_reached) - (counts[Outcome.CANCELLED] if stopped else 0)):
        buttons.append((Button("labels.not-reached", ShowMany(broadcast.id), {"count": count}),))
    buttons.append((Button("labels.desk", ShowDesk()),))
    return OutgoingMessage("desk/broadcast-goes", values, tuple(buttons))
