"""A small vocabulary in English for the tests of reading."""

from __future__ import annotations

from bot.core.typed.vocabulary import ClockWords, DayGroup, DayWords, NumberWords, SignWords, StopWords, Vocabulary

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NUMBERS = NumberWords(
    words={"one": 1, "two": 2, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twenty": 20, "thirty": 30}
    | {"twice": 2, "dozen": 12},
    none=("none", "no pain", "nothing"),
    halves=("and a half",),
    of=("/", "out of", "of"),
    corrections=("no wait", "i mean", "i meant"),
    around=("about", "a", "it's", "now", "pain", "ish", "i", "meant"),
    spans=("weeks", "days"),
)
CLOCK = ClockWords(
    around=("at", "around", "o'clock", "please"),
    morning=("am", "in the morning"),
    afternoon=("pm", "in the evening"),
    night=("at night",),
    past=("past",),
    to=("to",),
    quarter=("quarter", "a quarter"),
    half=("half",),
    half_alone="after",
    named={"noon": "12:00"},
    until=("-", "to", "until"),
)
DAYS = DayWords(
    endings=("s",),
    around=("and", "on", "please", "every"),
    groups=(
        DayGroup(tuple(range(7)), ("every day", "all")),
        DayGroup((0, 1, 2, 3, 4), ("weekdays",)),
        DayGroup((5, 6), ("weekend",)),
    ),
    but=("but", "except", "not"),
    until=("to", "-"),
)
STOP = StopWords(
    alone=("stop", "stop all", "stopall", "end", "cancel", "quit", "unsubscribe", "i want to stop"),
    within=("unsubscribe", "stop sending", "no more messages", "leave me alone"),
    never=("don't unsubscribe", "don't stop"),
)
SIGNS = SignWords(
    signs=("chest", "breathing", "faint*", "swell*", "swollen", "clot*", "can't walk", "cant walk", "calf"),
    harmless=("calf raise*", "chest of drawers", "breathing exercise*"),
)
ENGLISH = Vocabulary(
    polite=("please", "thank you", "thanks"),
    agree=("yes", "yes please"),
    refuse=("no", "no thanks"),
    unable=("could not do it",),
    unsure=("not sure",),
    numbers=NUMBERS,
    clock=CLOCK,
    days=DAYS,
    stop=STOP,
    signs=SIGNS,
    commands={"help": ("help",)},
)
