"""Print the share understood, screen by screen; with --write also keep `docs/typed-words.md` true."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from tests.typed.corpus import BUILT_ON, HELD_BACK, VOICES, Score, by_screen, score

PAGE = Path(__file__).parents[2] / "docs" / "typed-words.md"
OPENING = """# Typed words

What somebody means by a text, a caption or an edit is read in this order, and the first that fits counts
(`bot/core/screens/typed_answers.py`; the words stand in `content/shared/<language>/typed.yaml`):

1. a sign of danger, wherever it stands in the text; words of somebody who thinks of ending their life come before all
   others, and are answered with whom to call first;
2. the wish for no more messages;
3. the whole words of a button of the newest message;
4. the answer to the question that is open: a number, a time, days, an age, several things to choose from;
5. a phrase that an author gave to a button, a yes or a no, a time or a length, a part of a button's words;
6. a phrase that stands for a command;
7. small talk, which gets one kind line;
8. the one answer among several to which single words point: they stand in its phrases, and in those of no other;
9. a place, where one is asked for.

A sign for which one calls an ambulance (chest, breath, a faint, a stroke, numbness between the legs, a cold leg, a fall
from which one cannot get up) is answered with whom to call, before anything is asked; where the safety check asks for
just these it is a yes. Whoever is in hospital, or waits for an ambulance, is asked nothing.

Any other sign is asked about with a list. It names the kinds of sign that are heard most, and a "no" to it does not
end in "go on" alone: a list may miss what somebody wrote, and may be misread by whoever is not fluent. So it first
says that whoever wrote of themselves, and of something new or worse, or is not sure, does no exercises and sees a
doctor today, with whom to call; then that whoever was misheard may go on.

Whoever names nothing but what the screen of the check before them lists has said yes to it, or that they are not sure.
What is asked, long ago, or tells only how it came about is asked there once more, and on no other screen. A no to less
time than a screen asks of ("not today" of the last days) is asked again. A sign told by name is noted without asking
which one it is, unless it may be another of that screen, or was too long ago to count.

A no that is not sure of itself is asked for once more, without the list. Words that say that there was no injury take
the answer back that led to the question. Who asks what a word means is told, and who has to call or to be seen is
answered with what to do, whatever they say to that.

Until somebody has answered for a sign that they named, also one that is over, no session and no self-test is offered.

On a screen of the safety check that asks about the past, what it lists is a yes to it before it is a sign: "I am
pregnant". A sign of somebody else ("my mother", a dog) is met with whom to call, and with the way to say that it is
one's own. Two numbers that differ, and whatever is taken back, asked or said of somebody else, are asked about. Words
drawn together mean what they mean apart ("I'm" and "I am"). Who says that all of it is too much is offered gentler
ways, and a joint that gave way is asked about, where no button means them. Who will not tell is told what it is for.
Who says that it is not well, and not how bad ("meh", a face), is asked which answer comes nearest where it is asked
how the knee is, and gets no smile. On the list that a sign led to, a correction ("I said that the soup is hot") is a
no, unless it speaks of the writer. What the next list asks about is asked there, once it is said to be under control.
While a place is asked for, the name of a large town is one before it is a word. A question about consent is answered
with what is kept, above the buttons for it. Whatever else is typed keeps nothing, and is met with the buttons there
are; the way to stop is told where nothing is asked, and below the second answer in a row that was not read. An edit
is heard for wishes to stop and signs only, also where a sign answers the screen. Before consent nothing is kept:
which of the first three screens somebody looks at is known for half an hour in memory alone, and a "yes" after that
is met with the way in.

A sign of one's own in so many words is told what it needs before the signs are asked. What is asked about a sign is
told what counts, and what to do in doubt. A wish for silence until a day that is named is a break until then. Another
time of today is asked about where a session waits, and a score that is taken back is changed where it is clear which
one was meant, for a day. A displeasure, a "why" below a sign and a "how" get one sentence of their own.

Whoever does not understand what is asked gets it once more in simpler words, with its buttons; where nothing is asked,
the list of what there is. Where answers are to be chosen from, what fits none of them is met with all of them. A skip
in any polite form is one where the screen has one; elsewhere an offer is left in peace, but never a sign. For a sign of
somebody else for which one calls an ambulance that comes first, for others a doctor today, for an animal a vet.

A session that was done in part is noted as what was done, or offered to be noted as the short version, never as the
whole. Where the usual pain is asked for, how bad it gets is not kept: which it is mostly is asked. Beside "usually" and
beside "today" stands the number that is meant there; of two sore knees the worse one counts, and a percentage is a
score. A number told with what hurts is taken. Who does something well is asked whether it is a 10. A move that is
disliked is asked about before it is swapped.

Questions that anybody asks have a sentence of their own, too (who runs this, who sees it, may I walk, ice or heat,
when will you write), and whoever asks why something is asked is told the reason and asked again. Where both sides are
told, the one that is asked about counts, or the one with more where it is asked how often. How many days, but not
which, a part of the day, and that it changes are asked about in words of their own. A setting that is open is left
with "cancel", and messages go on.

The figures are measured on `tests/typed/`; `python -m tests.typed --write` writes this page.
"""


def page() -> str:
    """The page as the corpus has it now. Of what is held back only the figures are told."""
    built, voices, held = score(BUILT_ON), score(VOICES), score(HELD_BACK)
    first = yaml.safe_load((Path(__file__).parent / "measured.yaml").read_text())
    out = [
        OPENING,
        "| | lines | understood or well asked back | signs missed | stops missed | false signs | false stops |",
    ]
    out.append("|---|---|---|---|---|---|---|")
    out += [
        _row("built on", built),
        _row("five voices, built on", voices),
        _row("held back", held),
        "",
        "## Each list as it was read the first time",
        "",
    ]
    out += ["| lines | understood or well asked back | signs missed | stops missed |", "|---|---|---|---|"]
    out += [
        f"| {each['lines']} | {each['share']} of 100 | {each['signs_missed']} | {each['stops_missed']} |"
        for each in first
    ]
    out += ["", "## Misses of the lines that are built on", ""]
    out += ["| screen | typed | means | read as |", "|---|---|---|---|"]
    for miss in (*built.misses, *voices.misses):
        typed = miss.line.words.replace("|", "\\|")
        out.append(f"| {miss.line.screen} | `{typed}` | {miss.line.means} | {miss.read} |")
    return "\n".join(out) + "\n"


def _row(name: str, scored: Score) -> str:
    counts = [
        len(scored.missed("danger")),
        len(scored.missed("stop")),
        len(scored.heard_wrongly("danger")),
        len(scored.heard_wrongly("stop")),
    ]
    return f"| {name} | {scored.lines} | {scored.share:.1f} of 100 | {' | '.join(map(str, counts))} |"


def main() -> None:
    """Print, and write where asked to."""
    for screen, understood, count in by_screen(score(BUILT_ON)):
        print(f"{screen:22} {understood:4} of {count:4}")  # noqa: T201
    for name in (BUILT_ON, VOICES, HELD_BACK):
        print(f"{name:22} {score(name).share:.1f} of 100")  # noqa: T201
    if "--write" in sys.argv:
        PAGE.write_text(page())


if __name__ == "__main__":
    main()
