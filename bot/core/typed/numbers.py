"""Numbers in typed words: one, several that differ, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.typed.fold import all_words, folded, phrases, single, without, words
from bot.core.typed.vocabulary import NumberWords

NUMERAL = re.compile(r"(?<![\d.,])(-?)(\d{1,9}(?:[.,]\d{1,3})?)(?![\d])")
COUNTED = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?) ([^\W\d_]+)")
ANY = r"-?\d[\d.,]*"
BEFORE_OTHERS = 2
"""Words before somebody else among which one of `not_of` may stand: "over the dog", "with my wife"."""
LONGEST_NONE = 24
"""Words of a text that may say "none" and nothing else."""
STRAY = 4
"""Words beside a number that say something of their own: with more, the number may belong to them."""


@dataclass(frozen=True, slots=True)
class One:
    """A single number, or the same one several times. `stray` counts the words beside it that mean something else."""

    value: float
    stray: int = 0


@dataclass(frozen=True, slots=True)
class Several:
    """Numbers that differ, in the order in which they stand."""

    values: tuple[float, ...]


Numbers = One | Several | None


def numbers(
    text: str,
    known: NumberWords,
    scale: int | None = None,
    units: Collection[str] = (),
    *,
    counting: bool = True,
    things: bool = True,
) -> Numbers:
    """The numbers a text says, after its last correction. "7 of 10" is 7 where 10 is the top of the `scale`.

    A number before a unit of time or length is no score, so "3 weeks now" says nothing on a scale; `units` are those
    that the question is asked in. Without `counting` a word for how often is no number, and without `things` one that
    counts things ("3 rounds") is none.
    """
    if _says_none(text, known):
        return One(0)
    said = last_word(_plain(text), known)
    said = _numerals(_counting(said, known), {**known.words, **known.counts} if counting else known.words, known)
    if scale is not None and not units:  # of "3,8" on a scale of whole numbers either may be meant; "7,5" is a half
        said = re.sub(r"(?<![\d.,])(\d{1,2}),(?=[0-46-9](?![\d.,]))", r"\1 ", said)
    if scale is not None:
        said = re.sub(rf"(\d)\s*(?:{_any(known.of)})\s*{scale}(?!\d|[.,]\d)", r"\1", said)
    if known.denied:  # "not 3, 4" is 4, and "4, not 3" is asked about
        said = re.sub(rf"^\W*(?:\w+ )?(?:{_any(known.denied)}) {ANY}(?=[^\d]+\d)", " ", said)
        if re.search(rf"(?<![\w])(?:{_any(known.denied)}) {ANY}", said):
            values = tuple(dict.fromkeys(_values(said)))
            return Several(values) if len(values) > 1 else None
    said = _without_lengths(said, known, units)
    if spans := [each for each in known.spans if known.units.get(each, each) not in units]:
        said = re.sub(rf"-?\d[\d.,]*[\s-]*(?:{_any(spans)})(?![^\W_])", " ", said)
    unbounded = said
    if known.bounds:
        said = re.sub(rf"(?<![\w])(?:{_any(known.bounds)})\s+{ANY}", " ", said)
    if known.bounds_after:
        said = re.sub(rf"{ANY}\s+(?:{_any(known.bounds_after)})\b", " ", said)
    if said != unbounded and _values(said):
        return Several(tuple(dict.fromkeys(_values(unbounded))))
    if scale is not None:
        said = re.sub(rf"(?<![\d.,])(?!{scale}\+)\d+\s?\+(?!\w)", " ", said)  # "5+" is five or anything above
        said = re.sub(r"(?<![\d.,])\d+(?=[^\W\d_]\b)(?!s\b)", " ", said)  # "1o" is a slip, and not 1
    if not things and known.beside:
        may_follow = all_words((*known.beside, *known.corrections, *known.of, *units, *known.units))
        plain = _numerals(_plain(text), known.words, known)
        if any(word not in may_follow for _, word in COUNTED.findall(plain)):
            return None
    found = _values(said)
    if not found:
        return None
    if len(set(found)) > 1:
        return Several(tuple(dict.fromkeys(found)))
    return One(found[0], _stray(said, known))


def of_others(said: Sequence[str], known: NumberWords) -> bool:
    """Whether words speak of somebody else as of who does something: "my wife says", but not "over the dog"."""
    others, between = single(known.others), single(known.not_of)
    return any(
        word in others and not between & {*said[max(0, at - BEFORE_OTHERS) : at]} for at, word in enumerate(said)
    )


def _says_none(text: str, known: NumberWords) -> bool:
    """Whether a text says "none" in a phrase of its own, and nothing that changes it."""
    said = words(text)
    return len(said) <= LONGEST_NONE and any(
        not without([*said[:start], *said[start + len(each) :]], known.around)
        for start, each in phrases(known.none).found(said)
    )


def _plain(text: str) -> str:
    """Folded, on one line and without apostrophes, which people leave out."""
    return folded(text).replace("\n", " ").replace("'", "")


_as_written = lru_cache(maxsize=1024)(_plain)


def _values(text: str) -> list[float]:
    return [float(f"{sign}{digits.replace(',', '.')}") for sign, digits in NUMERAL.findall(text)]


def _counting(said: str, known: NumberWords) -> str:
    """A plain text without what holds a number word and counts nothing: "the last one"."""
    return re.sub(rf"(?<![\w])(?:{_any(known.no_numbers) or '(?!)'})(?![\w])", " ", said)


def in_units(text: str, known: NumberWords, unit: str) -> str:
    """The text with a larger unit in the one that is asked for: "1:05" and "a minute and 5" are 65 seconds."""
    longer = known.longer.get(unit)
    said = _numerals(_counting(_plain(text), known), known.words, known)
    for written, number in ((known.half_of, "0.5"), (known.one, "1")):
        behind = _any((*(longer or ()), *known.units)) or "(?!)"
        if written:
            said = re.sub(rf"(?<![\w])(?:{_any(written)}) (?=(?:{behind})\b)", f"{number} ", said)
    for each in known.halves:  # behind the unit: "a card and a half"
        said = re.sub(rf"(?<![\d.,])(\d+) (\w+) {re.escape(_plain(each))}(?![\w/])", r"\1.5 \2", said)
    if longer is None:
        return said
    said = re.sub(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])", lambda found: str(60 * int(found[1]) + int(found[2])), said)

    def in_the_unit(found: re.Match[str]) -> str:
        return f"{float(found[1]) * longer[found[2]] + float(found[3] or 0):g}"

    return re.sub(rf"(\d+(?:\.\d+)?)\s*({_any(longer)})\b(?:\s*(?:and\s*)?(\d+)\b)?", in_the_unit, said)


def _without_lengths(said: str, known: NumberWords, units: Collection[str]) -> str:
    """A text without lengths of two units, such as "a minute and 5", where no such unit is asked for."""
    for unit, longer in known.longer.items():
        if unit not in units:
            several = rf"(?:\d[\d.,]*|{_any(known.one) or '(?!)'})\s*(?:{_any(longer)})\s+(?:and\s+)?{ANY}"
            said = re.sub(rf"(?<![\w]){several}(?:\s*(?:{_any((unit, *known.spans))})\b)?", " ", said)
    return said


def bounded(text: str, bounds: Iterable[str], known: NumberWords) -> float | None:
    """The number behind one of these bounds: 80 of "over eighty"."""
    said = _numerals(_plain(text), known.words, known)
    found = re.search(rf"(?<![\w])(?:{_any(bounds) or '(?!)'})\s+(\d+)", said)
    return float(found[1]) if found else None


def days_long(text: str, known: NumberWords) -> int | None:
    """How many days a text speaks of, such as "a week" or "for 10 days"; None when it names no one length."""
    if not known.lengths:
        return None
    said = _numerals(_plain(text), known.words, known)
    if known.one:
        said = re.sub(rf"(?<![\w])(?:{_any(known.one)}) (?=(?:{_any(known.lengths)})\b)", "1 ", said)
    found = re.findall(rf"(?<![\d.,])(\d+)\s*-?({_any(known.lengths)})\b", said)
    if len(found) != 1 or len(NUMERAL.findall(said)) > 1:
        return None
    return int(found[0][0]) * known.lengths[found[0][1]]


def last_word(text: str, known: NumberWords) -> str:
    """What stands behind the last correction, where a number stands there."""
    best = text = re.sub(r"[,;]\s", " ", text)
    for each in known.corrections:
        _, found, after = f" {text}".rpartition(f" {_as_written(each)} ")
        if (
            found
            and len(after) < len(best)
            and NUMERAL.search(_numerals(after, {**known.words, **known.counts}, known))
        ):
            best = after
    return best


def _any(phrases: Iterable[str]) -> str:
    """A pattern for any of these phrases, the longest first."""
    return _pattern(tuple(phrases))


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(_plain(each)) for each in sorted(phrases, key=len, reverse=True))


def _numerals(text: str, values: Mapping[str, int], known: NumberWords) -> str:
    """The text with number words as numerals: "twenty five" is 25, "seven and a half" 7.5."""
    pieces = re.split(r"(\s+|(?<=[^\W\d_])-(?=[^\W\d_]))", text)
    out: list[str] = []
    open_ten: int | None = None
    for piece in pieces:
        bare = piece.strip(".,!?;:()\"'")
        value = values.get(bare)
        if value is None:
            if piece.strip() and piece != "-":
                open_ten = None
            out.append(piece)
        elif open_ten is not None and value < 10:
            out[-2:] = [str(open_ten + value)]
            open_ten = None
        else:
            out.append(piece.replace(bare, str(value)))
            open_ten = value if value >= 20 and value % 10 == 0 else None
    said = "".join(out)
    for half in known.halves:
        said = re.sub(rf"(?<![\d.,])(\d+)\s+{re.escape(_plain(half))}\b", r"\1.5", said)
    return said


def _stray(text: str, known: NumberWords) -> int:
    around = all_words(known.around)
    return sum(not word[0].isdigit() and word not in around for word in words(text))
