"""Pictures are drawn off the event loop, once for what they show, and never written down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from bot.core.model.drawing import DayStrip, DrawnDay, Mark
from bot.drawing.draw import Draftsman
from bot.drawing.studio import KEPT, PATIENCE, RASTERIZE, NotDrawn, Processes, Studio
from bot.render.text import Renderers
from tests.conftest import CONTENT, the_catalog
from tests.process.bot_process import until

VOICE = ("", "")


def strip(done: int = 3) -> DayStrip:
    first = date(2026, 3, 2)
    marks = [Mark.DONE] * done + [Mark.AHEAD] * (21 - done)
    return DayStrip(tuple(DrawnDay(n + 1, first + timedelta(days=n), mark) for n, mark in enumerate(marks)))


class Hand:
    """Notes what it was asked to draw, and in which thread."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def __call__(self, program: Path, given: str, arguments: Sequence[str]) -> bytes:
        self.threads.append(threading.get_ident())
        return given.encode()


def studio(hand: Hand | None = None) -> Studio:
    catalog = the_catalog()
    return Studio(Draftsman(CONTENT), Renderers(catalog), hand)


async def draw(studio: Studio, drawing: DayStrip) -> bytes:
    return (await studio.draw(drawing, (the_catalog().default.id, VOICE[1]))).content


async def test_the_same_picture_is_drawn_once_and_never_in_the_thread_that_answers() -> None:
    hand = Hand()
    place = studio(hand)
    for _ in range(3):
        await draw(place, strip())
    await draw(place, strip(4))
    assert len(hand.threads) == place.drawn == 2
    assert threading.get_ident() not in hand.threads


async def test_only_so_many_pictures_and_ids_are_kept() -> None:
    hand = Hand()
    place = studio(hand)
    first = strip()
    days = first.days
    for number in range(KEPT + 5):
        moved = tuple(replace(day, number=day.number + 7 * number) for day in days)
        picture = await place.draw(DayStrip(moved), (the_catalog().default.id, ""))
        place.learn(1, picture.key, str(number))
    await draw(place, first)
    assert place.drawn == KEPT + 6
    assert len(place._ids) == len(place._kept) == KEPT


async def test_whatever_breaks_is_said_by_kind_without_a_word_of_the_person() -> None:
    def breaks(program: Path, given: str, arguments: Sequence[str]) -> bytes:
        raise ValueError(given)

    place = Studio(Draftsman(CONTENT), Renderers(the_catalog()), breaks)
    with pytest.raises(NotDrawn, match=r"^DayStrip: ValueError$"):
        await draw(place, strip())


async def test_words_do_not_wait_long_for_a_picture_and_it_is_there_the_next_time() -> None:
    go_on = threading.Event()

    def slow(program: Path, given: str, arguments: Sequence[str]) -> bytes:
        go_on.wait()
        return given.encode()

    place = Studio(Draftsman(CONTENT), Renderers(the_catalog()), slow, patience=0.01)
    with pytest.raises(NotDrawn, match=r"^DayStrip: not within"):
        await draw(place, strip())
    go_on.set()
    await until(lambda: place.drawn == 1)
    place._patience = PATIENCE
    assert await draw(place, strip())
    assert place.drawn == 1


async def test_a_picture_that_is_kept_waits_for_none_that_is_drawn() -> None:
    go_on = threading.Event()
    go_on.set()

    def slow(program: Path, given: str, arguments: Sequence[str]) -> bytes:
        go_on.wait()
        return given.encode()

    place = Studio(Draftsman(CONTENT), Renderers(the_catalog()), slow)
    kept = await draw(place, strip())
    go_on.clear()
    new = asyncio.create_task(draw(place, strip(4)))
    again = asyncio.create_task(draw(place, strip()))
    try:
        await until(again.done)
        assert again.result() == kept
        assert not new.done()
    finally:
        go_on.set()
    await new


async def test_a_drawing_that_hangs_holds_up_no_end(tmp_path: Path) -> None:
    program, begun = tmp_path / "hangs.py", tmp_path / "begun"
    program.write_text(f"open({str(begun)!r}, 'w').close()\nimport time\ntime.sleep(600)\n")
    processes = Processes()
    hanging = asyncio.create_task(asyncio.to_thread(processes, program, "", ()))
    await until(begun.exists)
    processes.close()
    with pytest.raises(CalledProcessError):
        await hanging
    with pytest.raises(OSError, match="nothing is drawn any more"):
        processes(program, "", ())


def test_the_same_picture_has_the_same_bytes_in_a_process_with_no_fonts_of_the_machine() -> None:
    place = Draftsman(CONTENT)
    svg = place.svg(strip(), Renderers(the_catalog()).default)
    folder, fonts = str(place.content), [str(font) for font in place.typeface.files]
    first, second = (Processes()(RASTERIZE, svg, ("1.5", folder, *fonts)) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG")
    assert (
        Processes()(RASTERIZE, svg, ("1.5", folder)) != first
    )  # without the fonts no word of the machine's own stands in
