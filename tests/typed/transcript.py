"""Lines of the corpus drawn by chance, as a transcript for a reader: the screen, what was typed, what the bot answers.

`python -m tests.typed.transcript 100 --seed 7`
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator

from bot.core.model.message import OutgoingMessage
from tests.typed.corpus import BUILT_ON, NO_WORDS, VOICES, Line, lines
from tests.typed.standing import standing, the_conversation, the_renderer

SHOWN = 400
"""Characters of the screen before the words: enough to know it again."""


def drawn(count: int, seed: int) -> list[Line]:
    """That many lines with words, of all that are built on."""
    every = [line for file in (BUILT_ON, VOICES) for line in lines(file) if line.kind not in NO_WORDS]
    return random.Random(seed).sample(every, count)


def transcript(chosen: list[Line]) -> Iterator[str]:
    """Each line with the screen it was typed on, and all that is answered."""
    for number, line in enumerate(chosen, 1):
        yield f"## {number}. {line.screen}"
        yield from _screen(line.screen)
        how = f" ({line.kind})" if line.kind else ""
        yield f"THEY TYPE{how}: {line.words}"
        conversation = the_conversation()
        heard = {"edit": conversation.edited, "forward": conversation.passed_on}.get(line.kind, conversation.typed)
        reaction = conversation.reaction(standing(line.screen).context(line.typed), heard)
        for message in reaction.messages:
            yield f"BOT: {_said(message)}"
        if reaction.copy is not None:
            yield f"BOT (a file): {_said(reaction.copy)}"
        yield ""


def _screen(screen: str) -> Iterator[str]:
    stand = standing(screen)
    if (newest := the_conversation().screen(stand.context())) is not None:
        said = _said(newest)
        yield f"ON THE SCREEN: {said if len(said) <= SHOWN else f'{said[:SHOWN]} …'}"
    elif stand.shown is not None:
        yield f"BUTTONS: {' · '.join(label for _, label, _ in stand.shown.buttons)}"


def _said(message: OutgoingMessage) -> str:
    rendered = the_renderer().render(message)
    buttons = "".join(f" [{label}]" for _, label, _ in rendered.meant)
    return f"{rendered.text}{buttons}".replace("\n\n", "\n")


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("\n".join(transcript(drawn(options.count, options.seed))))  # noqa: T201


if __name__ == "__main__":
    main()
