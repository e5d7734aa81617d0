"""What each coach's next message is meant for: held in memory alone, and said on their screen while it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.core.desk import letters
from bot.core.desk.broadcast import Those
from bot.core.desk.letters import WRITING_FOR
from bot.core.desk.lists import NOBODY
from bot.core.model.callback_data import ChangeContact
from bot.render.text import Renderers
from bot.sending.sender import Edits, Sender


@dataclass(frozen=True, slots=True)
class Writing:
    """To whom a coach's next message goes, and whether as a note."""

    person: int
    note: bool = False


Meant = Writing | Those | ChangeContact


@dataclass(slots=True)
class Pending:
    """What a coach's next message is meant for, and not for long.

    `prompt` is the message that says so, 0 until it has left.
    """

    meant: Meant
    name: str
    until: datetime
    prompt: int = 0


class Prompts:
    """One thing at a time for each coach; whatever they do instead ends it, and the prompt on their screen says so."""

    def __init__(self, renderers: Renderers, sender: Sender, clock: Clock) -> None:
        self._renderers = renderers
        self._sender = sender
        self._clock = clock
        self._meant: dict[int, Pending] = {}
        self._wrote: dict[int, tuple[int, datetime]] = {}
        self._albums: dict[int, tuple[str, int]] = {}
        self._asked: dict[int, tuple[int, datetime]] = {}

    def forget(self) -> None:
        """Nothing is meant by what comes next: another process may have asked them something else since."""
        for each in (self._meant, self._wrote, self._albums, self._asked):
            each.clear()

    # --- The next message -------------------------------------------------------------------------------------------

    def means(self, coach: int, meant: Meant, name: str = "") -> None:
        """From now on their next message is that."""
        self._meant[coach] = Pending(meant, name, self._clock.now() + WRITING_FOR)

    def pending(self, coach: int) -> Pending | None:
        """What it is meant for."""
        return self._meant.get(coach)

    def take(self, coach: int) -> Pending | None:
        """What it was meant for, now that it has come."""
        self._asked.pop(coach, None)
        return self._meant.pop(coach, None)

    def give_back(self, coach: int, pending: Pending | None) -> None:
        """The same message comes again."""
        if pending is not None:
            self._meant[coach] = pending

    def turned_away(self, coach: int) -> None:
        """They did something else than what they were asked, such as a thing of their own."""
        self.over(coach, self.take(coach), used=False)

    def tapped(self, coach: int, besides: int) -> None:
        """They tapped instead of writing; it may say for whom a message is, of which they were asked."""
        self.over(coach, self._meant.pop(coach, None), used=False, besides=besides)

    def over(self, coach: int, pending: Pending | None, *, used: bool, besides: int = 0) -> None:
        """Let no prompt stand that is not true any more, unless the message it stands in becomes something else."""
        if pending is None:
            return
        rendered = self._renderers.default.render(letters.prompt_over(pending.name, used=used))

        async def edit() -> None:
            if pending.prompt and pending.prompt != besides:
                await self._sender.show(coach, rendered, Edits(pending.prompt, has_picture=False))

        self._sender.reply(coach, edit)

    # --- Whom they wrote to -----------------------------------------------------------------------------------------

    def wrote_to(self, coach: int, person: int) -> None:
        """They wrote to that person last, or something that was for NOBODY alone."""
        self._wrote[coach] = person, self._clock.now() + WRITING_FOR

    def wrote_long_ago(self, coach: int) -> None:
        """What they do now has nothing to do with whom they wrote to last."""
        self._wrote.pop(coach, None)

    def last(self, coach: int) -> tuple[int, datetime] | None:
        """Whom they wrote to last, and until when that says anything."""
        return self._wrote.get(coach)

    def sends_album(self, coach: int, album: str, person: int) -> None:
        """The first picture of an album, or what is none, went to that person."""
        self._albums[coach] = album, person

    def goes_with(self, coach: int, album: str) -> int | None:
        """To whom the first picture of that album went."""
        known, person = self._albums.get(coach, ("", NOBODY))
        return person if album and known == album else None

    # --- A message that names nobody --------------------------------------------------------------------------------

    def asks_whom(self, coach: int, message: int) -> None:
        """They are asked for whom that message is."""
        self._asked[coach] = message, self._clock.now()

    def was_just_asked(self, coach: int, message: int) -> bool:
        """Whether that is the newest thing they were asked; once."""
        return letters.is_fresh(self._asked.pop(coach, None), message, self._clock.now())
