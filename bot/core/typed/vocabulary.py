"""The words of one language that typed text is read with; their reading is code, the words are an author's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class NumberWords:
    """How a language says numbers.

    `words` gives each word its value ("twelve": 12, "twice": 2), tens too; a ten and a unit add up. `none` are phrases
    that mean 0. `halves` are what "and a half" sounds like, `of` what stands between a score and its scale ("7 of 10").
    `corrections` take back what stands before them. `around` are words beside a number that change nothing; `spans`
    are units of time, before which a number is no score. `counts` say how often, and are no score either. A number
    behind one of `bounds` ("more than 5") is not the one that is meant. `painless` is 0 where pain is asked about;
    `units` gives further names of units the one that a question knows.
    """

    words: dict[str, int]
    none: tuple[str, ...]
    halves: tuple[str, ...]
    of: tuple[str, ...]
    corrections: tuple[str, ...]
    around: tuple[str, ...]
    spans: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)
    bounds: tuple[str, ...] = ()
    painless: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClockWords:
    """How a language says times of day.

    `around` means nothing. `morning` leaves the hour, `afternoon` adds twelve to one before noon, `night` does so from
    six on. `past` and `to` stand between minutes and hour, `quarter` and `half` are 15 and 30 such minutes; `half`
    alone before an hour ("half eight") means half an hour `half_alone` it. `named` are times with a name of their own.
    `until` stands between two times.
    """

    around: tuple[str, ...]
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]
    night: tuple[str, ...]
    past: tuple[str, ...]
    to: tuple[str, ...]
    quarter: tuple[str, ...]
    half: tuple[str, ...]
    half_alone: str
    named: dict[str, str]
    until: tuple[str, ...]


@dataclass(frozen=True)
class DayWords:
    """How a language speaks of weekdays, beside their names.

    `groups` gives a word its days, 0 for Monday ("weekend": [5, 6]). After one of `but` days are taken away.
    `until` stands between the first and the last of several. `around` means nothing. `endings` are what a name may end
    in, such as a plural's.
    """

    around: tuple[str, ...]
    endings: tuple[str, ...]
    groups: dict[str, tuple[int, ...]]
    but: tuple[str, ...]
    until: tuple[str, ...]


@dataclass(frozen=True)
class StopWords:
    """How somebody says that no more messages are wanted.

    `alone` are phrases that are the whole text; `within` are phrases that mean it inside a short text, unless one of
    `never` stands in it; `clauses` mean it between two stops or commas.
    """

    alone: tuple[str, ...]
    within: tuple[str, ...]
    never: tuple[str, ...]
    clauses: tuple[str, ...] = ()

    def joined(self, other: StopWords) -> StopWords:
        """These and the others."""
        return StopWords(
            self.alone + other.alone,
            self.within + other.within,
            self.never + other.never,
            self.clauses + other.clauses,
        )


@dataclass(frozen=True)
class SignWords:
    """What a sign of danger sounds like: phrases of which each word may end in * for all that begins so.

    `harmless` phrases are taken out before.
    """

    signs: tuple[str, ...]
    harmless: tuple[str, ...]

    def joined(self, other: SignWords) -> SignWords:
        """These and the others."""
        return SignWords(self.signs + other.signs, self.harmless + other.harmless)


@dataclass(frozen=True)
class Vocabulary:
    """All of it. `polite` words around an answer change nothing; `agree`, `refuse`, `unsure` are yes, no and neither,
    `unable` that it could not be done.

    `commands` gives phrases the command they stand for, `buttons` a label's path the phrases that mean its button too.
    Beside one of `negations` the words of a button mean something else, and beside one of
    `partly` something more; beside one of `around` they mean the same.
    """

    polite: tuple[str, ...]
    agree: tuple[str, ...]
    refuse: tuple[str, ...]
    unable: tuple[str, ...]
    unsure: tuple[str, ...]
    numbers: NumberWords
    clock: ClockWords
    days: DayWords
    stop: StopWords
    signs: SignWords
    commands: dict[str, str]
    buttons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    negations: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    around: tuple[str, ...] = ()

    def hearing(self, other: Vocabulary) -> Vocabulary:
        """With the signs, the wishes to stop and the commands of another language too."""
        return replace(
            self,
            stop=self.stop.joined(other.stop),
            signs=self.signs.joined(other.signs),
            commands={**other.commands, **self.commands},
        )
