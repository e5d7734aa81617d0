"""Who stands on the coach's desk in the demo: made-up people who have lived some days by the bot's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from bot.catalog.load import Catalog
from bot.check.life import Life, answer_of
from bot.core.assessment.pain import USUAL
from bot.core.assessment.safety import YES
from bot.core.model import coaching
from bot.core.model.callback_data import Action, AskCoach, CheckAgain, Done, HowIsIt, RateEffort, RatePain, pack
from bot.core.model.delivery import Kind, Outcome
from bot.core.model.message import OutgoingMessage
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.save import replied
from bot.places.search import Places
from bot.render.text import Renderer

LIVED_UNTIL = time(4)
"""At this hour, UTC, of the day at which one looks, their last session is over and that day's message to come."""
ANSWER = 1
"""Which answer to a question of the self-test is theirs, from the best one."""
ANSWERS_AFTER = timedelta(seconds=20)
"""So long they take to answer their coach."""
SEEN_TODAY = "today"
"""The tier of signs that somebody should look at today."""


@dataclass(frozen=True)
class Client:
    """One made-up person whom the coach looks after."""

    id: int
    name: str
    zone: str
    time: str
    pains: Sequence[int | None]
    """How much each of their days' session hurt, 0 to 10; None for a day on which nothing was done."""
    level: str = coaching.SEES
    has_sign: bool = False
    """Whether they said yes to a sign of the safety check in the end."""
    writes: str = ""
    """What they write to their coach."""
    answers: Sequence[str] = ()
    """What they answer to what the coach writes, one after the other; then nothing more."""


RUTH = (
    "Thank you for asking. I carried shopping up to the third floor, and paid for it. I will take it slowly.",
    "Good, that helps. I will tell you how it goes.",
)
INES = (
    "The stairs felt easy. May I walk more?",
    "Thank you! Then I will take the long way home.",
    "I will. Have a nice evening!",
)
CLIENTS = (
    Client(11, "Ruth", "Europe/London", "08:00", (2, 3, 2, 3, 8), answers=RUTH),
    Client(12, "Tomás", "Europe/Lisbon", "18:30", (1, 2, *[None] * 8)),
    Client(13, "Inês", "Europe/Lisbon", "07:30", (2, 2, 1, 2, 1, 1), writes=INES[0], answers=INES[1:]),
    Client(14, "Karim", "Europe/London", "12:00", (3, 2), level=coaching.ALONE),
    Client(15, "Bea", "Africa/Nairobi", "19:00", (3, 4, 4), has_sign=True),
)


def session_of(client: Client, subscriber: Subscriber, now: datetime) -> tuple[Action, ...]:
    """The taps of a session, once today's message has come and while it is open; none of whoever has gone silent."""
    chosen, silent = timings(subscriber), client.has_sign or client.pains[-1] is None
    if silent or not chosen or subscriber.state is not State.RUNNING:
        return ()
    today = chosen[-1].local(now).date()
    came = [each for each in subscriber.deliveries.values() if each.outcome is Outcome.SENT]
    wanted = any(
        chosen[-1].local(each.at).date() == today for each in came if each.kind in (Kind.REMINDER, Kind.LESSON)
    )
    done = any(each.date == today for each in subscriber.sessions)
    if done or not wanted:
        return ()
    return HowIsIt(today, USUAL), Done(today), RateEffort(today, 5), RatePain(today, client.pains[0] or 0)


def answer_to_coach(client: Client, chat: Sequence[Mapping[str, Any]], now: datetime) -> tuple[int, str] | None:
    """Which message of the coach's they answer by now, and how: the newest one, for as long as they have an answer."""
    own = [place for place, each in enumerate(chat) if each["mine"]]
    answer = pack(AskCoach())
    new = chat[own[-1] + 1 if own else 0 :]
    written = [each for each in new for row in each["keyboard"] for one in row if one.get("callback_data") == answer]
    said = {chat[place]["text"] for place in own}
    left = [words for words in client.answers if words not in said]
    if not written or not left or now.timestamp() - written[-1]["date"] < ANSWERS_AFTER.total_seconds():
        return None
    return written[-1]["id"], left[0]


def as_they_stand(
    clients: Sequence[Client], now: datetime, catalog: Catalog, places: Places, renderer: Renderer
) -> list[Subscriber]:
    """What is stored of each of them at that moment's day, by the decisions of the bot itself."""
    until = datetime.combine(now.date(), LIVED_UNTIL, now.tzinfo)
    until -= timedelta(days=until > now)
    return [_lived(each, until, catalog, places, renderer) for each in clients]


def _lived(client: Client, until: datetime, catalog: Catalog, places: Places, renderer: Renderer) -> Subscriber:
    begin = until - timedelta(days=len(client.pains))
    life = Life(client.name, catalog, places, renderer, _unseen, begin, hasty=True)
    life.name, life.coached = client.name, True
    activity = catalog.default.choices.activities.ids[:1]
    rated = dict.fromkeys((f"activity-{each}" for each in activity), "4")
    life.subscribes(
        lambda question: answer_of(question, ANSWER),
        zone=client.zone,
        time=client.time,
        pain="3",
        activities=activity,
        coach=client.level,
        **rated,
    )
    for hurt in client.pains:
        life.passes(1)
        if hurt is not None:
            today = timings(life.known)[-1].local(life.now).date()
            life.sends("today")
            life.taps(HowIsIt(today, USUAL), Done(today), RateEffort(today, 5), RatePain(today, hurt))
    if client.has_sign:
        life.taps(CheckAgain())
        stops = next(each for each in catalog.default.safety if each.tier == SEEN_TODAY)
        life.checks(**{stops.id.replace("-", "_"): YES})
    return replace(replied(life.known), id=client.id)


def _unseen(title: str, message: OutgoingMessage) -> None:
    """Nobody looks at the screens of these days."""
