"""The README's moving picture and the stills of docs/: the real demo, photographed while it is walked through."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

from PIL import Image

from tests.browser.walk import PHONE, ROOT, SETTLED, Window, everybody_is_rehearsed, has_browser, the_demo, window

DOCS = ROOT / "docs"
FILM = DOCS / "demo.webp"
LARGEST = 3_000_000  # bytes of a picture at the top of a page
WIDE = 360  # pixels, as a README shows it
QUALITY = 70
STEP = 0.125  # seconds between two frames in which something moves

# Every film on the page at the moment that this frame of ours shows, so that they move as evenly as ours does.
FILMS_AT = """
const [seconds, done] = arguments;
const films = [...document.querySelectorAll("video")].filter(film => film.checkVisibility() && film.duration);
Promise.all(films.map(film => new Promise(shown => {
  film.pause();
  film.onseeked = shown;
  film.currentTime = seconds % film.duration;
  setTimeout(shown, 500);
}))).then(() => requestAnimationFrame(() => requestAnimationFrame(done)));
"""


class Camera:
    """Frames of one window, each with the time for which it stands."""

    def __init__(self, phone: Window) -> None:
        self.phone = phone
        self.frames: list[tuple[Image.Image, int]] = []
        self._films = 0.0

    def holds(self, seconds: float) -> None:
        """What is there for so long, with all that moves on it."""
        shown = 0.0
        while shown < seconds:
            moves = self.phone.driver.execute_script(
                "return [...document.querySelectorAll('video')].some(film => film.checkVisibility())"
            )
            step = STEP if moves else seconds - shown
            self._shoot(step)
            shown += step

    def _shoot(self, seconds: float) -> None:
        self.phone.driver.execute_async_script(FILMS_AT, self._films)
        self._films += seconds
        frame = photograph(self.phone)
        height = round(frame.height * WIDE / frame.width)
        self.frames.append((frame.resize((WIDE, height), Image.Resampling.LANCZOS), round(seconds * 1000)))

    def develop(self, path: Path) -> int:
        """The frames as one moving picture that begins again at its end; gives its bytes."""
        (first, _), *others = self.frames
        times = [milliseconds for _, milliseconds in self.frames]
        more = [frame for frame, _ in others]
        first.save(path, save_all=True, append_images=more, duration=times, loop=0, quality=QUALITY, method=6)
        return path.stat().st_size


def photograph(phone: Window) -> Image.Image:
    """The window as it is."""
    return Image.open(io.BytesIO(phone.driver.get_screenshot_as_png())).convert("RGB")


def still(phone: Window, name: str) -> None:
    """A picture of the page for docs/, in as few colours as show no difference."""
    phone.driver.execute_async_script(FILMS_AT, 1.0)
    path = DOCS / f"demo-{name}.png"
    photograph(phone).quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


def to_day(phone: Window, number: int) -> None:
    """Along the days, as a finger does it."""
    phone.driver.execute_script(
        "const day = document.getElementById('day'); day.value = arguments[0]; day.dispatchEvent(new Event('input'))",
        number,
    )
    phone.says(f"Day {number} of ")
    time.sleep(SETTLED)


def exercise(phone: Window) -> None:
    """From a day's reminder to its first exercise."""
    phone.tap("Start (")
    phone.tap("As usual or better")


def shoot(phone: Window) -> Camera:
    """From the first sight over some taps, an exercise and the weeks to the result, and why it came."""
    camera = Camera(phone)
    camera.holds(2.5)
    phone.presses("#try")
    camera.holds(1.5)
    phone.presses("#begin")
    camera.holds(1.5)
    phone.tap("Begin")
    camera.holds(1)
    phone.presses("#show-steady-14")
    camera.holds(1.5)
    to_day(phone, 2)
    camera.holds(1.5)
    exercise(phone)
    camera.holds(3)
    phone.presses("#show-steady-14")
    for number in range(3, 22):
        to_day(phone, number)
        camera.holds(1 if number in (8, 15, 21) else 0.25)
    phone.presses("#show-steady-0")
    camera.holds(3)
    to_day(phone, 9)
    phone.presses("#messages .pack:last-child .message:last-child .why")
    camera.holds(3.5)
    phone.presses("#why .primary")
    return camera


def stills(phone: Window) -> None:
    """The first screen, a lesson, an exercise, the progress and the result."""
    phone.presses("#home")
    still(phone, "first")
    phone.presses("#show-steady-14")
    to_day(phone, 8)
    still(phone, "lesson")
    to_day(phone, 9)
    exercise(phone)
    still(phone, "exercise")
    phone.presses("#show-steady-14")
    phone.types("/progress")
    time.sleep(2)
    still(phone, "progress")
    phone.presses("#show-steady-0")
    time.sleep(1)
    phone.driver.execute_script(
        "[...document.querySelectorAll('#messages img')].at(-1).scrollIntoView({block: 'start'})"
    )
    still(phone, "result")


def main() -> int:
    """Take the film and the stills; returns 1 when the film is too large to stand at the top of a page."""
    if not has_browser():
        return 0
    with the_demo() as port, window(PHONE, port) as phone:
        phone.driver.set_script_timeout(30)
        everybody_is_rehearsed(phone)
        size = shoot(phone).develop(FILM)
        stills(phone)
    print(f"{FILM.name} has {size:,} bytes.")  # noqa: T201
    return 0 if size <= LARGEST else 1


if __name__ == "__main__":
    sys.exit(main())
