"""Faults put into the bot on purpose, at the wiring: each must turn the oracle red."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from inspect import unwrap
from typing import TYPE_CHECKING, Any
from unittest import mock

from bot.core.model.delivery import Kind, Outcome
from bot.core.model.series import EACH
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import calendar
from bot.core.screens import session
from bot.subscriber_codec import SubscriberCodec
from tests.simulation import scenes
from tests.simulation.disk import SimDisk

if TYPE_CHECKING:
    from bot.app import Runtime
    from tests.simulation.world import World


def no_claim(world: World, parts: Runtime, disk: SimDisk) -> None:
    """A claim is kept in the process alone, so the message leaves before anything of it lasts."""
    send_due: Any = parts.send_due
    storage: Any = parts.storage
    change = storage.change
    unsaved: dict[int, Any] = {}

    @asynccontextmanager
    async def changing(id: int) -> Any:
        async with change(id) as box:
            stored = box.value
            if id in unsaved:
                box.value = unsaved.pop(id)
            yield box
            after = box.value
            if after is not None and any(r.outcome is Outcome.CLAIMED for r in after.deliveries.values()):
                unsaved[id] = after
                box.value = stored

    send_due._storage = _With(storage, change=changing, alter=_by(changing))


def _by(changing: Callable[[int], Any]) -> Callable[[int, Callable[[Any], object]], Awaitable[None]]:
    """Somebody altered by a change."""

    async def alter(id: int, decide: Callable[[Any], object]) -> None:
        async with changing(id) as box:
            decide(box)

    return alter


def no_fsync(world: World, parts: Runtime, disk: SimDisk) -> None:
    """Nothing is synced."""
    any_disk: Any = disk
    any_disk.sync = lambda descriptor: None
    any_disk.sync_folder = lambda folder: None


def confirms_early(world: World, parts: Runtime, disk: SimDisk) -> None:
    """An update counts as finished as soon as it was fetched."""
    receiver: Any = parts.receiver
    receiver._intake = _With(parts.intake, in_hand=False, oldest_unfinished=None)


def no_order(world: World, parts: Runtime, disk: SimDisk) -> None:
    """Every update stands in a lane of its own."""
    intake: Any = parts.intake
    enqueue = intake._enqueue
    intake._enqueue = lambda one: enqueue(_Anonymous(one))


def recreates(world: World, parts: Runtime, disk: SimDisk) -> None:
    """Settling writes a document that was deleted meanwhile."""
    send_due: Any = parts.send_due
    storage: Any = parts.storage
    change = storage.change
    seen: dict[int, Any] = {}

    @asynccontextmanager
    async def changing(id: int) -> Any:
        async with change(id) as box:
            if box.value is not None:
                seen[id] = box.value
            elif id in seen:
                box.value = seen[id]
            yield box
            if box.value is not None:
                seen[id] = box.value

    send_due._storage = _With(storage, change=changing, alter=_by(changing))


@contextmanager
def dated_key(world: World) -> Iterator[None]:
    """The key of a lesson holds the date on which it is looked for; no day made without the fault is used."""
    made_anew = mock.patch("bot.core.schedule.calendar._days", unwrap(calendar._days))
    dated = mock.patch(
        "bot.core.schedule.calendar.lesson_key",
        lambda enrollment, lesson: f"lesson:{enrollment}:{lesson}:{world.clock.now().date()}",
    )
    with made_anew, dated:
        yield


@contextmanager
def no_taper() -> Iterator[None]:
    """Each week after the re-test has a reminder for each session."""
    with _calendar_with(_cadence=lambda *_: EACH):
        yield


@contextmanager
def early_test() -> Iterator[None]:
    """What waits for its day after the re-test comes some days before it."""
    steps = calendar._onward_steps
    with _calendar_with(_onward_steps=lambda *of: ((number - 4, step) for number, step in steps(*of))):
        yield


@contextmanager
def no_end() -> Iterator[None]:
    """The last test is no end: something still waits for a later day."""
    steps = calendar._onward_steps
    with _calendar_with(_onward_steps=lambda series, of: (*steps(series, of), (400, calendar._check_in(of, 400)))):
        yield


@contextmanager
def no_question() -> Iterator[None]:
    """No week after the re-test asks anything."""
    with mock.patch("bot.core.screens.onward.question_of", return_value=""):
        yield


@contextmanager
def always_asks() -> Iterator[None]:
    """Each reminder after the re-test asks."""
    with mock.patch("bot.core.screens.compose._first_of_week", return_value=True):
        yield


@contextmanager
def no_check() -> Iterator[None]:
    """The check-ins of the weeks after the re-test are passed over."""
    steps = calendar._onward_steps
    with _calendar_with(
        _onward_steps=lambda *of: ((number, step) for number, step in steps(*of) if step.kind is not Kind.CHECK_IN)
    ):
        yield


@contextmanager
def no_signs() -> Iterator[None]:
    """Much pain told to the question of a week leads to no signs."""
    with mock.patch("bot.core.screens.onward.rating.red", session.show_today):
        yield


@contextmanager
def _calendar_with(**others: Any) -> Iterator[None]:
    """With other rules for all that people have lived through, too; nothing made without them is used."""
    cast = mock.patch("tests.simulation.world.cast", scenes.cast.__wrapped__)
    with cast, mock.patch.multiple(calendar, _days=unwrap(calendar._days), **others):
        yield


def loses_answer(world: World) -> AbstractContextManager[Any]:
    """The newest answer of an open test is not written; that its update was handled is."""
    encode = SubscriberCodec.encode

    def encoding(codec: SubscriberCodec, value: Subscriber) -> bytes:
        if (found := value.open_attempt()) is not None:
            number, attempt = found
            left = tuple(answer for answer in attempt.answers if answer.at != value.heard_at)
            value = value.with_attempt(number, replace(attempt, answers=left))
        return encode(codec, value)

    return mock.patch.object(SubscriberCodec, "encode", encoding)


class _With:
    """Another object with some things of its own."""

    def __init__(self, inner: Any, **own: Any) -> None:
        self._inner = inner
        self.__dict__.update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Anonymous:
    """An update whose person cannot be told."""

    person = None

    def __init__(self, one: Any) -> None:
        self._one = one

    def __getattr__(self, name: str) -> Any:
        return getattr(self._one, name)


PLANTS: dict[str, Callable[[World, Runtime, SimDisk], None]] = {
    "no-claim": no_claim,
    "no-fsync": no_fsync,
    "confirms-early": confirms_early,
    "no-order": no_order,
    "recreates": recreates,
}
"""Put into each process as it is built."""

PATCHES: dict[str, Callable[[World], AbstractContextManager[Any]]] = {
    "dated-key": dated_key,
    "loses-answer": loses_answer,
}
"""Put into the code for as long as the run lasts."""

ONWARD: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "no-taper": no_taper,
    "early-test": early_test,
    "no-end": no_end,
    "no-question": no_question,
    "always-asks": always_asks,
    "no-check": no_check,
    "no-signs": no_signs,
}
"""Put into the code from before the run begins: they show in weeks 4 to 12."""
