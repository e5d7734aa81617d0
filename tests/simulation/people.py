"""The people of a run: what they do with their phones, and what they were promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.local_telegram.people import Person

if TYPE_CHECKING:
    from tests.simulation.world import World

JSON = dict[str, Any]

NEVER_BY_CHANCE = {"tim", "erase", "stop", "again", "over", "minor", "decline", "ow", "owh", "pause", "fol"}
SAYS_YES = ("yes", "not-sure")
TYPED = (
    "5",
    "7",
    "hello",
    "/today",
    "/progress",
    "/settings",
    "/lesson",
    "/selftest",
    "/help",
    "/start",
    "Kanarienvogel 3",
)
TIMES = ("07:30", "09:00", "12:30", "17:30", "19:00", "20:00")
ZONES = ("Europe/Lisbon", "Asia/Tokyo", "America/Chicago", "Pacific/Kiritimati", "Pacific/Niue")
DEEDS = ("stop", "stop", "pause", "erase", "erase", "block", "time", "zone", "days", "knock", "triple", "hurry")


@dataclass(frozen=True)
class Act:
    """One thing a person did: one update."""

    update: int
    person: int
    at: float
    kind: str
    """tap, text, block, unblock."""
    data: str = ""
    """What the tapped button means, or the words."""
    message: int = 0
    """The tapped message."""

    @property
    def verb(self) -> str:
        return self.data.split(":")[0] if self.kind == "tap" else self.data


@dataclass
class Actor:
    """One person: a phone, habits, and a memory of what they did."""

    world: World
    person: Person
    known: bool
    """Whether they have a document from the start."""
    eager: float = 0.6
    acts: list[Act] = field(default_factory=list)
    silent: bool = False
    """They want to be left alone: nothing but their own deeds from now on."""
    while_in_flight: str = ""
    """A deed they do while the next unasked message is on its way to them."""
    looking: bool = False
    looks: int = 0

    @property
    def id(self) -> int:
        return self.person.id

    def did(self, *verbs: str) -> bool:
        """Whether they ever did one of these."""
        return any(act.verb in verbs for act in self.acts)

    # --- What they do -------------------------------------------------------------------------------------------

    def notices(self) -> None:
        """Something came in: a look at the phone soon, or not."""
        dice = self.world.dice
        if not self.looking and not self.silent and self.looks < 60 and dice.random() < self.eager:
            self.looking = True
            wait = dice.choice([0.3, 2.0, 5.0, 20.0, 90.0, 900.0])
            self.world.after(wait * dice.uniform(0.7, 1.3), f"{self.id} looks", self.look)

    def look(self) -> None:
        """Tap something that stands there, or type something."""
        self.looking = False
        if self.person.chat.blocked or self.silent:
            return
        self.looks += 1
        dice = self.world.dice
        if dice.random() < 0.08:
            self.types(dice.choice(TYPED))
            return
        if (button := self._choice()) is not None:
            self.taps(*button)
            if dice.random() < 0.1:
                self.taps(*button)  # twice, as impatient people do

    def _choice(self) -> tuple[int, str] | None:
        """A button of the newest message that has any; now and then of an older one."""
        dice = self.world.dice
        found = [message for message in self.person.chat.messages if message["keyboard"]]
        if not found:
            return None
        message = found[-1] if dice.random() < 0.9 else dice.choice(found[-5:])
        data = [button["callback_data"] for row in message["keyboard"] for button in row if "callback_data" in button]
        data = [each for each in data if each.split(":")[0] not in NEVER_BY_CHANCE and not self._alarming(each)]
        return (message["id"], dice.choice(data)) if data else None

    def buttons(self) -> list[tuple[int, str]]:
        """Every button of the newest message that has any."""
        for message in reversed(self.person.chat.messages):
            if message["keyboard"]:
                rows = message["keyboard"]
                return [
                    (message["id"], each["callback_data"]) for row in rows for each in row if "callback_data" in each
                ]
        return []

    def _alarming(self, data: str) -> bool:
        """What would hold the plan for good says little about deliveries."""
        verb, *rest = data.split(":")
        if verb == "r" and rest[-1] in SAYS_YES:
            return True
        return verb == "mor" and rest[-1] == "much-more"

    def taps(self, message: int, data: str) -> None:
        if not self.person.chat.blocked:
            self._did("tap", self.person.taps(message, data), data, message)

    def types(self, words: str) -> None:
        if not self.person.chat.blocked:
            self._did("text", self.person.sends(words), words)

    def blocks(self) -> None:
        self._did("block", self.person.blocks(), "block")

    def unblocks(self) -> None:
        self._did("unblock", self.person.unblocks(), "unblock")

    def _did(self, kind: str, update: JSON, data: str, message: int = 0) -> None:
        act = Act(update["update_id"], self.id, self.world.now, kind, data, message)
        self.acts.append(act)
        self.world.acted(act)

    # --- Deeds that take more than one step ---------------------------------------------------------------------

    def does(self, deed: str) -> None:
        """One of DEEDS."""
        world, dice = self.world, self.world.dice
        newest = max(self.person.chat.posts, default=1)
        if self.person.chat.blocked or self.silent:
            return
        match deed:
            case "stop":
                self.silent = True
                self.types(dice.choice(["/stop", "/unsubscribe"]))
                if dice.random() < 0.6:
                    world.after(dice.uniform(60, 90_000), f"{self.id} returns", self.returns)
            case "pause":
                self.types("/pause")
                world.after(5, f"{self.id} pauses", lambda: self.taps(newest, "pause:"))
                world.after(dice.uniform(60, 90_000), f"{self.id} resumes", lambda: self.types("/resume"))
            case "erase":
                self.silent = True
                if dice.random() < 0.5:
                    self.types("/delete")
                    world.after(dice.uniform(0.5, 20), f"{self.id} erases", lambda: self.taps(newest, "erase"))
                else:  # on the question that stands there from an earlier time
                    self.taps(newest, "erase")
            case "block":
                self.silent = True
                self.blocks()
                if dice.random() < 0.7:
                    world.after(dice.uniform(1, 90_000), f"{self.id} unblocks", self.returns)
            case "time":
                self.taps(newest, f"p:time:{dice.choice(TIMES)}")
            case "zone":
                self.taps(newest, f"p:zone:{dice.choice(ZONES)}")
            case "days":
                self.taps(newest, f"p:days:{dice.choice(['0,2,4', '1,3,5,6', '0,1,2,3,4,5,6'])}")
            case "knock":
                for _ in range(3):
                    self.types("/today")
            case "hurry":
                for number, words in enumerate(("/today", "/settings", "/progress", "/today")):
                    world.after(number * dice.uniform(0.05, 0.8), "", lambda words=words: self.types(words))  # type: ignore[misc]
            case "triple":
                if (button := self._choice()) is not None:
                    for _ in range(3):
                        self.taps(*button)

    def returns(self) -> None:
        """They come back after a stop or a block, and go on."""
        self.silent = False
        if self.person.chat.blocked:
            self.unblocks()
        self.types("/start")
        newest = max(self.person.chat.posts, default=1)
        self.world.after(20, f"{self.id} goes on", lambda: self.taps(newest, "resume"))


class Newcomer(Actor):
    """Somebody who begins: through consent and the safety check, as far as they get."""

    def begins(self) -> None:
        self.types("/start")
        self.eager = 0.95

    def _choice(self) -> tuple[int, str] | None:
        found = [message for message in self.person.chat.messages if message["keyboard"]]
        if not found:
            return None
        data = [button["callback_data"] for row in found[-1]["keyboard"] for button in row if "callback_data" in button]
        for wanted in ("begin", "adult", "agree"):
            if hits := [each for each in data if each.split(":")[0] == wanted]:
                return found[-1]["id"], hits[0]
        return super()._choice()
