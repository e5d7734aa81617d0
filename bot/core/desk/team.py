"""The desk in a group of the coaches: a topic a person, its sign, its card, and what a group lacks to be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.core.desk.alerts import is_urgent
from bot.core.desk.card import NotShown, card
from bot.core.desk.concerns import concerns
from bot.core.desk.letters import is_gone
from bot.core.desk.lists import Listed
from bot.core.model import coaching
from bot.core.model.callback_data import (
    Action,
    ChangedFor,
    ChangeFor,
    DropTeam,
    ShowCard,
    ShowDesk,
    ShowTeam,
    ShowWhy,
    Spoken,
)
from bot.core.model.letter import Letter
from bot.core.model.message import Button, OutgoingMessage, Row, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber

TEAM: Final = "team"
"""Where the bot's own document holds the group."""
IN_TOPIC: Final = (ShowCard, ShowWhy, Spoken, ChangeFor, ChangedFor)
"""What a button below a card means there too; writing needs none, and the lists of others belong elsewhere."""
NOTE: Final = "/note"
DESK: Final = "/desk"
START: Final = "desk"
"""What the button that adds the bot to a group lets Telegram say there in the coach's name, behind /start."""
LONGEST_NAME: Final = 64
ASKED_FOR: Final = "manage_topics+pin_messages+delete_messages"
"""What Telegram is to give the bot when it is added by the button; Telegram's links, `startgroup`."""


class Sign(StrEnum):
    """What the picture of a topic says, the most pressing first."""

    BLOCKED = "blocked"
    FLAGGED = "flagged"
    WAITING = "waiting"
    NOTHING = ""


class Lack(StrEnum):
    """What keeps a group from being used, in the order in which it is mended."""

    GONE = "gone"
    TOPICS = "topics"
    ADMIN = "admin"
    MANAGE = "manage"
    PIN = "pin"
    DELETE = "delete"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Found:
    """What Telegram says of a group: its title, what the bot may do there, and how many are neither coach nor bot."""

    title: str = ""
    there: bool = True
    topics: bool = False
    promoted: bool = False
    manage: bool = False
    pin: bool = False
    delete: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """Whose topic it is. `number` is Telegram's for it, `card` that of the message that shows them.

    `seen` is what the card showed last, in short.
    """

    number: int
    person: int
    card: int = 0
    pinned: bool = False
    sign: str = ""
    seen: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """The group of the coaches; of number 0 there is none.

    `told` is False for as long as coaches have not heard that it was lost. `going` are topics of people who are not
    here any more, and holds nothing else of them.
    """

    group: int = 0
    ready: bool = False
    told: bool = True
    topics: tuple[Topic, ...] = ()
    going: tuple[int, ...] = field(default=())

    @property
    def record(self) -> dict[str, Any]:
        """As the bot's own document holds it."""
        topics = [
            [each.number, each.person, each.card, each.pinned, each.sign, each.seen, each.closed]
            for each in self.topics
        ]
        return {
            "group": self.group,
            "ready": self.ready,
            "told": self.told,
            "topics": topics,
            "going": list(self.going),
        }

    def of(self, person: int) -> Topic | None:
        """That person's topic."""
        return next((each for each in self.topics if each.person == person), None)

    def whose(self, number: int | None) -> Topic | None:
        """The topic of that number."""
        return next((each for each in self.topics if each.number == number), None)

    def with_topic(self, topic: Topic) -> Team:
        """With a topic put in, or one of the same number replaced."""
        others = tuple(each for each in self.topics if each.number != topic.number)
        return replace(self, topics=(*others, topic))

    def without(self, number: int) -> Team:
        """Without a topic that is there no more."""
        return replace(
            self,
            topics=tuple(each for each in self.topics if each.number != number),
            going=tuple(each for each in self.going if each != number),
        )

    def leaving(self, person: int) -> Team:
        """That person is not here any more: their topic is to be deleted, and nothing says whose it was."""
        topic = self.of(person)
        return replace(self.without(topic.number), going=(*self.going, topic.number)) if topic is not None else self

    def lost(self) -> Team:
        """It is of no use any more, which is to be told once."""
        return replace(self, ready=False, told=False) if self.ready else self


def read(record: Mapping[str, Any]) -> Team:
    """The group as the bot's own document holds it."""
    found = record.get(TEAM)
    if not isinstance(found, Mapping):
        return Team()
    topics = tuple(Topic(*each) for each in found["topics"])
    return Team(found["group"], found["ready"], found["told"], topics, tuple(found["going"]))


def lacks(found: Found) -> tuple[Lack, ...]:
    """What keeps that group from being used; whoever is in it reads what stands there, so only coaches may be."""
    if not found.there:
        return (Lack.GONE,)
    wanted = {
        Lack.TOPICS: found.topics,
        Lack.ADMIN: found.promoted,
        Lack.MANAGE: found.manage or not found.promoted,
        Lack.PIN: found.pin or not found.promoted,
        Lack.DELETE: found.delete or not found.promoted,
        Lack.OTHERS: not found.others,
    }
    return tuple(lack for lack, fits in wanted.items() if not fits)


# --- A topic ---------------------------------------------------------------------------------------------------------


def sign(series: Series, subscriber: Subscriber, now: datetime) -> Sign:
    """What the picture of their topic says."""
    if not coaching.is_told(series, subscriber):
        return Sign.NOTHING
    if is_gone(subscriber):
        return Sign.BLOCKED
    found = concerns(series, subscriber, now)
    if any(map(is_urgent, found)):
        return Sign.FLAGGED
    return Sign.WAITING if any(not each.seen_to for each in found) else Sign.NOTHING


def pinned_card(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """The card as a topic shows it; of whoever lets no coach see anything, that and nothing else."""
    try:
        return fit(card(series, subscriber, now))
    except NotShown:
        return plain("desk/not-shown")


def has_news(series: Series, subscriber: Subscriber, now: datetime) -> bool:
    """Whether there is something to say of them, for which a topic is opened."""
    return bool(concerns(series, subscriber, now))


def to_bring(rows: Iterable[Listed], known: Team) -> set[int]:
    """Whose topic is to be brought up to date, or opened."""
    return {each.person for each in rows if each.concerns} | {each.person for each in known.topics}


def fits(action: Action, person: int) -> bool:
    """Whether a button means anything in that person's topic."""
    return isinstance(action, IN_TOPIC) and action.person == person


def fit(message: OutgoingMessage) -> OutgoingMessage:
    """A screen of the desk as it stands in a topic: words that can be edited in place, and no way to others."""
    kept = (tuple(each for each in row if isinstance(each.action, IN_TOPIC)) for row in message.buttons)
    return replace(message, drawing=None, buttons=tuple(row for row in kept if row))


def name(subscriber: Subscriber) -> str:
    """What their topic is called: their name alone, for the list of topics is read over shoulders."""
    return subscriber.name[:LONGEST_NAME]


def before_card() -> OutgoingMessage:
    """What stands in the place of a card until it is known which message that is; it can be lost without harm."""
    return replace(plain("desk/topic-begins"), silent=True)


def news() -> OutgoingMessage:
    """That somebody may need a person; why, their card says."""
    return plain("desk/topic-news")


def asked(letter: Letter) -> OutgoingMessage:
    """How what they wrote is announced."""
    return plain("desk/topic-asked", {"repeat": letter.tries > 1})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote in the group, and below whose card; `by_coach` where Telegram names a coach for it.

    `elsewhere` says that it answers a message of another topic.
    """

    words: str
    topic: Topic | None
    by_coach: bool
    edited: bool
    elsewhere: bool


def heard(said: Said, *, ready: bool) -> OutgoingMessage | Topic | None:
    """What there is to answer; the topic to whose person it goes; None where it is left alone."""
    if said.topic is None or _command(said.words) == NOTE:
        return None
    if not said.by_coach:
        return plain("desk/topic-nobody")
    if said.edited:
        return plain("desk/topic-edited")
    if said.words.startswith("/"):
        return plain("desk/topic-command")
    if not ready:
        return plain("desk/topic-off")
    return plain("desk/topic-elsewhere") if said.elsewhere else said.topic


def asks_for_desk(words: str) -> bool:
    """Whether a coach wants to see how the group stands."""
    return _command(words) == DESK


def is_start(words: str) -> bool:
    """Whether Telegram says in a coach's name that they added the bot by its button."""
    return _command(words) == "/start" and words.partition(" ")[2].strip() == START


def _command(words: str) -> str:
    """The first word, without the name of the bot that it is for."""
    return "".join(words.split()[:1]).partition("@")[0].lower()


# --- The way there ---------------------------------------------------------------------------------------------------


def screen(team: Team, found: Found | None, username: str) -> OutgoingMessage:
    """What is to be done until the group can be used, and what it is used for then."""
    lacking = [each.value for each in lacks(found)] if found is not None else []
    values = {"group": bool(team.group), "ready": team.ready, "lacks": lacking, "title": found.title if found else ""}
    rows: list[Row] = []
    if not team.group:
        link = f"https://t.me/{username}?startgroup={START}&admin={ASKED_FOR}"
        rows.append((Button("labels.choose-team", url=link),))
    else:
        drop = Button("labels.drop-team", DropTeam(team.group))
        rows.append((drop,) if team.ready else (Button("labels.look-again", ShowTeam()), drop))
    return OutgoingMessage("desk/team", values, (*rows, (Button("labels.desk", ShowDesk()),)))


def lost(found: Iterable[Lack]) -> OutgoingMessage:
    """That the group is of no use any more, said once; the desk goes on where it always is."""
    return plain("desk/team-lost", {"lacks": [each.value for each in found]}, Button("labels.team", ShowTeam()))
