"""`make browser`: walks the demo in headless Chromium on a phone and on a desk, and looks for what shuts people out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from subprocess import PIPE

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from bot.check.phone_view import VIEW
from bot.core.screens.test_flow import HASTE
from bot.demo.serve import HOST

ROOT = Path(__file__).parent.parent.parent
PHONE = (390, 844)
DESK = (1280, 800)
ZOOMED = (640, 400)
"""What a desk has left that is zoomed in to twice its size."""
PATIENCE = 20
PLAY_PATIENCE = 240
SETTLED = 0.4
STEPS = 40
"""So many tabs lead from anywhere to anywhere on the page, as long as it shows one message."""
LEAST_CHAT = 80
"""Pixels, of a window that is zoomed in."""
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# In one go, for the page may draw a button anew between looking and pressing.
PRESS = """
const there = [...document.querySelectorAll("button")].reverse().filter(b => !b.disabled && b.offsetParent !== null);
const words = button => button.innerText.trim();
const found = there.find(b => words(b) === arguments[0]) || there.find(b => words(b).startsWith(arguments[0]));
if (!found) return false;
found.scrollIntoView({block: "center"});
found.click();
return true;
"""

# What has the focus: its words, and what is wrong with it. Controls of a film draw their own outline.
FOCUS = """
const held = document.activeElement, {top, bottom, left, right} = held.getBoundingClientRect();
const words = (held.innerText || held.getAttribute("aria-label") || "").trim();
if (held === document.body) return ["", ""];
if (bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth) return [words, "out of view"];
if (held.tagName !== "VIDEO" && getComputedStyle(held).outlineStyle === "none") return [words, "without an outline"];
return [words, document.documentElement.scrollWidth > innerWidth ? "on a page wider than its window" : ""];
"""

AXE = "const done = arguments[0]; axe.run().then(({violations}) => done(violations), error => done([String(error)]))"


class Window:
    """One browser window on the demo."""

    def __init__(self, driver: webdriver.Chrome, *, is_phone: bool = False) -> None:
        self.driver = driver
        self.is_phone = is_phone

    def tap(self, label: str) -> None:
        """Press the newest button of these words, or whose words begin so, and wait for what comes of it."""
        before = self.text()
        WebDriverWait(self.driver, PATIENCE, 0.1).until(
            lambda driver: driver.execute_script(PRESS, label), f"no button “{label}”"
        )
        WebDriverWait(self.driver, PATIENCE, 0.1).until(lambda _: self.text() != before, f"“{label}” did nothing")
        time.sleep(0.3)  # a screen may come as two messages

    def text(self) -> str:
        """Everything the page says."""
        return str(self.driver.execute_script("return document.body.innerText"))

    def says(self, words: str, patience: float = PATIENCE) -> None:
        """Wait until the page shows these words."""
        WebDriverWait(self.driver, patience, 0.1).until(
            lambda _: words in self.text(), f"the page does not say “{words}”"
        )

    def types(self, text: str) -> None:
        """Type a message and send it."""
        box = self.driver.find_element(By.CSS_SELECTOR, "textarea, input[type=text]")
        box.send_keys(text, Keys.ENTER)

    def presses(self, css: str) -> None:
        """Press what a selector names, once it may be pressed, wherever it is on the page."""
        WebDriverWait(self.driver, PLAY_PATIENCE, 0.2).until(
            lambda driver: driver.execute_script(
                "const found = document.querySelector(arguments[0]); if (!found || found.disabled) return false;"
                "found.click(); return true;",
                css,
            ),
            f"{css} cannot be pressed",
        )
        time.sleep(SETTLED)

    def held(self) -> tuple[str, str]:
        """The words of what has the focus, and what is wrong with it."""
        words, wrong = self.driver.execute_script(FOCUS)
        return words, wrong

    def steps_to(self, words: str) -> None:
        """Tab until what begins with these words has the focus, if it has not yet, looking at each stop on the way."""
        for _ in range(STEPS):
            if self.held()[0].startswith(words):
                return
            self.strikes(Keys.TAB, 0)
            found, wrong = self.held()
            if wrong:
                raise AssertionError(f"by keyboard “{found[:40]}” is {wrong}")
        raise AssertionError(f"no key leads to “{words}”")

    def strikes(self, key: str, pause: float = SETTLED) -> None:
        """One key, wherever the focus is."""
        ActionChains(self.driver).send_keys(key).perform()
        time.sleep(pause)

    def measured(self, what: str) -> float:
        """A number of the part of the page that has this id: `id.property`."""
        id, _, rest = what.partition(".")
        return float(self.driver.execute_script(f"return document.getElementById('{id}').{rest}"))

    def wears(self, theme: str) -> None:
        """Light or dark."""
        wanted = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)

    def shuts_out(self, state: str) -> list[str]:
        """What axe finds on the page as it is now, in light and in dark."""
        found = []
        self.driver.execute_script(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        self.driver.set_script_timeout(PLAY_PATIENCE)
        for theme in ("dark", "light"):
            self.wears(theme)
            time.sleep(SETTLED)
            for each in self.driver.execute_async_script(AXE):
                places = [node["target"] for node in each["nodes"]] if isinstance(each, dict) else each
                found.append(f"{state}, {theme}: {each['id'] if isinstance(each, dict) else 'axe'} at {places}")
        return found

    def stays_at_the_end(self, scroll: str = "scroll") -> None:
        """See that the newest message is in view to its last line, also once everything had time to be drawn."""
        time.sleep(SETTLED)
        left = self.driver.execute_script(
            "const {scrollHeight, scrollTop, clientHeight} = document.getElementById(arguments[0]);"
            "return scrollHeight - scrollTop - clientHeight",
            scroll,
        )
        if abs(left) > 1:  # a display's pixels need not be whole
            raise AssertionError(f"{left} pixels away from the newest message")

    def errors(self) -> list[str]:
        """What the browser's console complains of."""
        log = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]


@contextmanager
def window(size: tuple[int, int], port: int) -> Iterator[Window]:
    """A window of that size on the demo."""
    options = webdriver.ChromeOptions()
    for word in QUIET:
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument(f"--user-data-dir={profile}")
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
        driver = webdriver.Chrome(options=options, service=service)
        try:
            metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 2, "mobile": size == PHONE}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            driver.get(f"http://{HOST}:{port}/")
            yield Window(driver, is_phone=size == PHONE)
        finally:
            driver.quit()


def everybody_is_rehearsed(phone: Window) -> None:
    """Wait until the weeks of all made-up people are known."""
    WebDriverWait(phone.driver, PLAY_PATIENCE, 0.2).until(
        lambda driver: driver.execute_script(
            "const people = [...document.querySelectorAll('.person')];"
            "return people.length && people.every(each => each.querySelector('.dot'))"
        ),
        "nobody has been rehearsed",
    )


def to_the_first_session(phone: Window) -> None:
    """From the first screen to the first exercise, by tapping alone but for the city."""
    for label in ("Start", "Begin", "I am 18", "I agree"):
        phone.tap(label)
    for number in range(1, 8):
        phone.says(f"({number} of 7)")
        time.sleep(HASTE.total_seconds())
        phone.tap("No")
    phone.says("Where are you?")
    phone.types("lisbon")
    for label in ("Yes, that is right", "19:00, every day", "Both knees", "3"):
        phone.tap(label)
    phone.says("One move now")
    for label in ("All done", "After dinner", "In the living room", "50 to 59", "Skip"):
        phone.tap(label)
    for label in ("Taking the stairs", "Save these", "5", "My coach may see", "Start the self-test"):
        phone.tap(label)
    for label in ("Dropped", "Stayed level", "2 or 3", "Mostly in", "Front of", "Stayed over"):
        if label != "Mostly in":  # which asks about what was done just before
            phone.tap("Answer")
        phone.tap(label)
    phone.tap("Show my plan")
    phone.tap("Next message")
    phone.says("Read the first lesson")
    phone.tap("Start (")
    phone.says("How is your knee today?")
    phone.tap("As usual or better")
    phone.tap("Yes, I can")
    phone.says("1 of ")
    phone.stays_at_the_end()


def hold_enter(phone: Window) -> None:
    """A key that is held down on an answer of the safety check answers that one question, and no other."""
    for label in ("Start", "Begin", "I am 18", "I agree"):
        phone.tap(label)
    phone.says("(1 of 7)")
    time.sleep(HASTE.total_seconds())
    no = "[...document.querySelectorAll('.keyboard button')].findLast(button => button.innerText.startsWith('No'))"
    phone.driver.execute_script(f"{no}.focus()")
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    for number in range(30):
        phone.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {**key, "type": "keyDown", "autoRepeat": number > 0})
        time.sleep(0.1)
    phone.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {**key, "type": "keyUp"})
    phone.says("(2 of 7)")
    held = phone.driver.execute_script("return [...document.activeElement.classList]")
    if "message" not in held:
        raise AssertionError(f"the answer has no focus, but what is {held}")


def ways_that_are_open(window: Window) -> list[str]:
    """What shuts somebody out, in each state of the page."""
    found = window.shuts_out("first sight")
    window.presses("#try")
    found += window.shuts_out("before the start")
    window.presses("#begin")
    found += window.shuts_out("a question")
    window.presses("#open-commands")
    found += window.shuts_out("the commands")
    window.presses("#open-commands")
    window.presses("#show-careful-14")
    found += window.shuts_out("day 14")
    if window.is_phone:
        leaves_a_view(window)
    window.presses("#messages .pack:last-child .message:last-child .why")
    found += window.shuts_out("why")
    window.presses("#why .primary")
    window.presses("#to-profile")
    found += window.shuts_out("the profile")
    window.presses("#profile .close")
    window.presses("#show-steady-0")
    found += window.shuts_out("the result")
    window.presses("#fold")
    found += window.shuts_out("the clock unfolded")
    window.presses("#share")
    found += window.shuts_out("a place to share")
    window.presses("#place-list button")
    window.presses("#block")
    found += window.shuts_out("blocked")
    window.presses("#unblock")
    window.presses("#watch-busy-0")
    found += window.shuts_out("playing")
    window.presses("#take-over")
    window.presses("#afresh")
    found += window.shuts_out("sure?")
    window.presses("#sure .primary")
    return found


def by_keyboard_alone(zoomed: Window) -> None:
    """Zoomed in, without motion or mouse: from the first sight to a first question, into the menus and out again."""
    still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    zoomed.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", still)
    zoomed.driver.refresh()
    zoomed.says("Try it yourself")
    if zoomed.measured("try.getBoundingClientRect().bottom") > ZOOMED[1]:
        raise AssertionError("what there is to press lies below the first sight")
    for words in ("Try it yourself", "Start", "Begin", "I am 18", "I agree"):
        zoomed.says(words)
        zoomed.steps_to(words)
        zoomed.strikes(Keys.ENTER)
    zoomed.says("(1 of 7)")
    zoomed.steps_to("Menu")
    zoomed.strikes(Keys.ENTER)
    zoomed.steps_to("/today")
    zoomed.strikes(Keys.ESCAPE)
    if zoomed.measured("commands.offsetHeight") or not zoomed.held()[0].startswith("Menu"):
        raise AssertionError("the menu keeps whoever leaves it")
    zoomed.steps_to("More about the clock")
    zoomed.strikes(Keys.ENTER)
    if zoomed.measured("scroll.clientHeight") < LEAST_CHAT:
        raise AssertionError("the clock leaves the chat no room")
    zoomed.strikes(Keys.ENTER)
    zoomed.steps_to("Coach")
    zoomed.steps_to("More")
    zoomed.strikes(Keys.ENTER)
    zoomed.steps_to("Block the bot")
    zoomed.steps_to("Monday")
    if zoomed.measured("more-list.offsetHeight"):
        raise AssertionError("a menu stays open behind whoever steps out of it")


def leaves_a_view(phone: Window) -> None:
    """The frame around the chat leaves as much of a phone as the tallest message may take, also below the days."""
    left = phone.driver.execute_script("return document.getElementById('scroll').clientHeight")
    if left < VIEW:
        raise AssertionError(f"{left} pixels are left for the chat, and a message may take {VIEW}")


def play_three_weeks(desk: Window) -> None:
    """Let a made-up person go through the whole series, in view of their newest message all the way."""
    desk.presses("#watch-steady-0")
    for pace in ("5", "all"):
        desk.says("Pause")
        desk.driver.find_element(By.CSS_SELECTOR, f"#pace input[value='{pace}']").click()
        for _ in range(5):
            desk.stays_at_the_end()
    desk.says("Would you like to go on?", PLAY_PATIENCE)
    desk.stays_at_the_end()


def look_at_days(desk: Window) -> None:
    """Along the days by keyboard, to the middle, the result and a later week by a press, in view of what is newest."""
    day = desk.driver.find_element(By.ID, "day")
    for key, number in ((Keys.HOME, 1), (Keys.RIGHT, 2), (Keys.END, 21), (Keys.LEFT, 20)):
        WebDriverWait(desk.driver, PLAY_PATIENCE, 0.2).until(lambda _: day.is_enabled(), "the days rest")
        day.send_keys(key)
        desk.says(f"Day {number} of 21")
        desk.stays_at_the_end()
        if desk.driver.switch_to.active_element != day:
            raise AssertionError("whoever steers by keyboard has lost the days")
    shown = {
        "#show-careful-14": "Weekly check-in",
        "#show-careful-0": "Before and after",
        "[id^=show-busy-]:last-child": "Day 51 of 56",
    }
    for css, words in shown.items():
        desk.presses(css)
        desk.says(words)
        desk.stays_at_the_end()


@contextmanager
def the_demo() -> Iterator[int]:
    """The demo as a process of its own, and the port it answers on."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"], cwd=ROOT, env={**os.environ, "DEMO_PORT": "0"}, stdout=PIPE, text=True
    ) as demo:
        try:
            ready = re.search(rf"http://{re.escape(HOST)}:(\d+)", demo.stdout.readline() if demo.stdout else "")
            if ready is None:
                sys.exit("The demo did not start.")
            yield int(ready[1])
        finally:
            demo.terminate()


def has_browser() -> bool:
    """Whether there is a browser to walk with; says what is missing."""
    if shutil.which("chromedriver") is None:
        print("Chromium and its driver are missing (Debian packages chromium and chromium-driver).")  # noqa: T201
        return False
    return True


def main() -> int:
    """Walk all ways; returns 1 when the browser or axe complained of anything."""
    if not has_browser():
        return 0
    with the_demo() as port:
        complaints = []
        for size in (PHONE, DESK):
            with window(size, port) as either:
                complaints += ways_that_are_open(either) + either.errors()
        with window(ZOOMED, port) as zoomed:
            by_keyboard_alone(zoomed)
            complaints += zoomed.errors()
            zoomed.presses("#afresh")
            zoomed.presses("#sure .primary")
        with window(PHONE, port) as phone:
            phone.presses("#try")
            hold_enter(phone)
        with window(DESK, port) as desk:
            play_three_weeks(desk)
            look_at_days(desk)
            complaints += desk.errors()
            desk.presses("#afresh")
            desk.presses("#sure .primary")
        with window(PHONE, port) as phone:
            phone.presses("#try")
            to_the_first_session(phone)
            complaints += phone.errors()
    print("\n".join(complaints) or "Every walk went well.")  # noqa: T201
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
