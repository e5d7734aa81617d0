"""The coach's story on a phone, from a session that hurt to the answer, with the pictures of docs/coaching.md."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.film import photograph, to_day
from tests.browser.walk import PHONE, ROOT, SETTLED, Window, everybody_is_rehearsed, has_browser, the_demo, window

PICTURES = ROOT / "docs" / "coaching"
LARGEST = 150_000  # bytes of one picture
WIDE = 390  # pixels
ADVICE = "Rest today, and only the easy moves tomorrow. Is the knee swollen?"
THANKS = "No swelling. Thank you, I will take it easy."

Keep = Callable[[str], None]


def kept(phone: Window) -> Keep:
    """What takes a picture of the phone for docs/coaching.md."""
    PICTURES.mkdir(exist_ok=True)

    def keep(name: str) -> None:
        time.sleep(2 * SETTLED)
        taken = photograph(phone)
        small = taken.resize((WIDE, round(taken.height * WIDE / taken.width)), Image.Resampling.LANCZOS)
        path = PICTURES / f"{name}.png"
        small.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size > LARGEST:
            raise AssertionError(f"{path.name} has {path.stat().st_size:,} bytes")

    return keep


def writes(phone: Window, field: str, text: str) -> None:
    """Type a text into the field of one of the two phones, and send it."""
    phone.driver.find_element(By.ID, field).send_keys(text, Keys.ENTER)
    time.sleep(SETTLED)


def looks(phone: Window) -> None:
    """See that the coach's newest message is in view to its last line."""
    phone.stays_at_the_end("coach-scroll")


def begins(phone: Window) -> None:
    """Go to where the coach's newest message begins, once its picture is there."""
    newest = "document.querySelector('#coach-messages .pack:last-child .message:last-child')"
    phone.driver.execute_script(f"{newest}.scrollIntoView({{block: 'start'}})")
    time.sleep(SETTLED)


def story(phone: Window, keep: Keep) -> list[str]:
    """Somebody's session hurts; the desk shows it, the coach answers with one hand, the person answers back.

    Returns what shuts people out of the coach's phone.
    """
    everybody_is_rehearsed(phone)
    phone.presses("#show-steady-14")
    phone.says("Day 14 of ")
    to_day(phone, 9)
    for label in ("Start (", "As usual or better", "It hurts", "8"):
        phone.tap(label)
    phone.says("Red. Stop for today.")
    keep("danger")
    phone.presses("#to-coach")
    phone.says("Somebody writes to you")
    keep("letter")
    found = phone.shuts_out("the coach's chat")
    writes(phone, "coach-text", "/desk")
    phone.says("Who needs you today")
    looks(phone)
    begins(phone)
    keep("desk")
    found += phone.shuts_out("the desk")
    phone.tap("2")
    phone.says("Red pain in the last session (8 of 10)")
    looks(phone)
    begins(phone)
    keep("card")
    phone.tap("Write")
    phone.says("Your next message goes to Steady")
    writes(phone, "coach-text", ADVICE)
    phone.says("Steady has it.")
    looks(phone)
    keep("written")
    phone.presses("#to-person")
    phone.says(ADVICE)
    phone.stays_at_the_end()
    keep("answer")
    phone.tap("Write to my coach")
    phone.says("Write to your coach")
    writes(phone, "text", THANKS)
    phone.says("I am passing this on to your coach.")
    phone.presses("#to-coach")
    phone.says(THANKS)
    looks(phone)
    phone.presses("#coach-messages .pack:last-child .message:last-child .reply")
    found += phone.shuts_out("a reply")
    writes(phone, "coach-text", "Good. Write to me any time.")
    phone.presses("#to-person")
    phone.says("Good. Write to me any time.")
    return found


def invites(phone: Window, keep: Keep) -> None:
    """A link to hand out, with its pictures."""
    phone.presses("#to-coach")
    writes(phone, "coach-text", "/invite practice")
    phone.says("Copy the link")
    time.sleep(2)
    keep("invite")
    looks(phone)


def consents(phone: Window, keep: Keep) -> None:
    """What a person is asked about their coach."""
    phone.presses("#show-steady-14")
    phone.types("/settings")
    phone.says("Way to move")  # before that the phone's own button is the only one of that name
    phone.tap("Coach")
    phone.says("My coach may see and write")
    keep("consent")


def main() -> int:
    """Walk the story and take its pictures; returns 1 when the browser or axe complained of anything."""
    if not has_browser():
        return 0
    with the_demo() as port, window(PHONE, port) as phone:
        keep = kept(phone)
        complaints = story(phone, keep)
        invites(phone, keep)
        consents(phone, keep)
        complaints += phone.errors()
    print("\n".join(complaints) or f"The coach's story went well; its pictures are in {PICTURES.name}/.")  # noqa: T201
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
