"""Numbers in typed words: one, several that differ, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.core.typed.fold import folded, is_one_of, phrase, words
from bot.core.typed.vocabulary import NumberWords

NUMERAL = re.compile(r"(?<![\d.,])(-?)(\d{1,9}(?:[.,]\d{1,3})?)(?![\d])")
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
    text: str, known: NumberWords, scale: int | None = None, units: Collection[str] = (), counting: bool = True
) -> Numbers:
    """The numbers a text says, after its last correction. "7 of 10" is 7 where 10 is the top of the `scale`.

    A number before a unit of time or length is no score, so "3 weeks now" says nothing on a scale; `units` are those
    that the question is asked in. Without `counting` a word for how often is no number.
    """
    if is_one_of(text, known.none, known.around):
        return One(0)
    said = last_word(folded(text).replace("\n", " "), known)
    said = _numerals(said, {**known.words, **known.counts} if counting else known.words, known)
    if scale is not None:
        of = "|".join(re.escape(" ".join(phrase(each)) or each) for each in known.of)
        said = re.sub(rf"(\d)\s*(?:{of})\s*{scale}(?![\d.,])", r"\1", said)
    if spans := "|".join(re.escape(folded(each)) for each in known.spans if each not in units):
        said = re.sub(rf"-?\d[\d.,]*[\s-]*(?:{spans})\b", " ", said)
    if bounds := "|".join(re.escape(folded(each)) for each in known.bounds):
        said = re.sub(rf"(?<![\w])(?:{bounds})\s+-?\d[\d.,]*", " ", said)
    if scale is not None:
        said = re.sub(rf"(?<![\d.,])(?!{scale}\+)\d+\s?\+(?!\w)", " ", said)  # "5+" is five or anything above
        said = re.sub(r"(?<![\d.,])\d+(?=[^\W\d_]\b)(?!s\b)", " ", said)  # "1o" is a slip, and not 1
    found = [float(f"{sign}{digits.replace(',', '.')}") for sign, digits in NUMERAL.findall(said)]
    if not found:
        return None
    if len(set(found)) > 1:
        return Several(tuple(dict.fromkeys(found)))
    return One(found[0], _stray(said, known))


def last_word(text: str, known: NumberWords) -> str:
    """What stands behind the last correction, where a number stands there."""
    best = text = re.sub(r"[,;]\s", " ", text)
    for each in known.corrections:
        _, found, after = f" {text}".rpartition(f" {folded(each)} ")
        if (
            found
            and len(after) < len(best)
            and NUMERAL.search(_numerals(after, {**known.words, **known.counts}, known))
        ):
            best = after
    return best


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
        said = re.sub(rf"(?<![\d.,])(\d+)\s+{re.escape(folded(half))}\b", r"\1.5", said)
    return said


def _stray(text: str, known: NumberWords) -> int:
    around = {word for each in known.around for word in words(each)}
    return sum(not word[0].isdigit() and word not in around for word in words(text))
