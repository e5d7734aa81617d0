"""The name a person is greeted by: whatever they call themselves in Telegram, made fit to show."""

from __future__ import annotations

import unicodedata

LONGEST = 64
MARKS_A_BASE = 2
JOINERS = "\u200c\u200d"  # Persian names and families of emoji are held together by these
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters by their kind, yet there is nothing to see
DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn")


def shown(name: object) -> str:
    """The name in at most 64 code points, "" when nothing is left that could be seen.

    What would turn the text around, break its line, or pile up over its neighbours is taken out.
    Source of the rule on marks: tdlib/telegram-bot-api, issue 509.
    """
    if not isinstance(name, str):
        return ""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", " ".join(name[: 4 * LONGEST].split())):
        kind = unicodedata.category(character)
        if character in BLANKS or (kind in DROPPED and character not in JOINERS):
            continue
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks <= MARKS_A_BASE and (kept or not marks):
            kept.append(character)
    cut = "".join(kept)[:LONGEST].strip(JOINERS + " ")
    return " ".join(cut.split()) if any(unicodedata.category(each)[0] in "LNPS" for each in cut) else ""
