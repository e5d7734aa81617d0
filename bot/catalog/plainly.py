"""What a library says of a fault, in words for whoever writes the texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

QUOTED = "write the words between quotation marks"
YAML = (
    (
        "mapping values are not allowed",
        f"a colon followed by a space stands within the words ({QUOTED}), or the line is indented too far",
    ),
    ("undefined alias", f"words that begin with * mean something else here: {QUOTED}"),
    ("while scanning an alias", f"words that begin with * mean something else here: {QUOTED}"),
    ("while scanning an anchor", f"words that begin with & mean something else here: {QUOTED}"),
    ("alphabetic or numeric character", f"words that begin with * or & mean something else here: {QUOTED}"),
    ("found duplicate anchor", f"words that begin with & mean something else here: {QUOTED}"),
    ("found character '%'", f"words that begin with % mean something else here: {QUOTED}"),
    (
        "cannot start any token",
        f"no words begin with this sign, and no line with a tab: {QUOTED}",
    ),
    ("found unexpected end of stream", "a quotation mark is opened here and never closed"),
    ("unexpected end of the stream", "a quotation mark is opened here and never closed"),
    ("unknown escape character", "a backslash within double quotation marks: write it twice, or use single ones"),
    ("could not find expected ':'", f"a name without a colon behind it, or words that go on too far left: {QUOTED}"),
    (
        "expected <block end>",
        "this line does not fit in with those above: look at its indent and quotation marks",
    ),
    ("did not find expected", "this does not fit in: look at its indent, its commas and brackets, its quotation marks"),
    ("expected ',' or", "a comma or the closing bracket is missing here"),
    ("expected the node content", f"words must not begin with a bracket or comma: {QUOTED}"),
    ("could not determine a constructor", f"words that begin with ! mean something else here: {QUOTED}"),
    ("undefined tag handle", f"words that begin with ! mean something else here: {QUOTED}"),
    ("expected a single document", "a line of --- begins a second file: take it out"),
    ("unhashable", f"a list or brackets stand where a name belongs: {QUOTED}"),
    ("an alias within", "an alias within what another stands for: write it out"),
    ("found a tab", "a tab stands here: indent by spaces"),
)
TEMPLATE = (
    (
        r"Encountered unknown tag '((?:end)(block|if|for|macro|set))'",
        r"“{% \1 %}” ends nothing: look at the “{% \2 %}” it belongs to",
    ),
    (r"Encountered unknown tag '(else|elif)'", r"“{% \1 %}” belongs to no “{% if %}” above it"),
    (r"Encountered unknown tag '(\w+)'", r"there is no “{% \1 %}”: is it misspelt?"),
    (r"unexpected '.+', expected '([)\]}])'", r"the bracket “\1” is missing"),
    (r"tag name expected", "nothing stands between the signs {% and %}"),
    (r"Unexpected end of template.*innermost block.*'(\w+)'", r"a “{% \1 %}” is never closed: write “{% end\1 %}”"),
    (r"Unexpected end of template", "something is opened with {% or {{ and never closed"),
    (r"expected token 'end of (?:statement block|print statement)', got '(.+)'", r"“\1” does not belong here"),
    (r"unexpected char '(.)' at \d+", r"“\1” does not belong here"),
    (r"unexpected '(.+)'", r"“\1” does not belong here"),
    (r"block '(\w+)' defined twice", r"the block “\1” stands twice"),
    (r"No filter named '(\w+)'", r"there is no filter “\1”"),
    (r"No test named '(\w+)'", r"there is no test “\1”"),
    (r"Missing end of (\w+) tag", "a {# is never closed: write #} behind it"),
    (r"Expected an expression, got '(.+)'", "nothing stands between the braces, or they do not close"),
    (r"(?:unexpected|got) 'end of statement block'", "“%}” does not belong here"),
    (r"(?:unexpected|got) 'end of print statement'", "“}}” does not belong here"),
    (r"'(\w+)' is undefined", r"nothing here is called “\1”"),
    (r"has no (?:attribute|element) '?([^']+)'?$", r"there is no “\1” in it"),
    (r"^None has no", "it asks for a part of what is not there"),
    (r"may not contain hyphens", "the name of a block has no hyphen: write _ in its place"),
    (r"missing \d+ required|was not provided", "something is missing between the brackets"),
    (r"takes (?:not more|no keyword|.*positional arguments? but)", "too much stands between the brackets"),
    (r"expected token '.+', got '(.+)'", r"“\1” does not belong here"),
)
SLIPS = (
    (r"\{\{\{|\}\}\}", "three braces stand side by side: write two"),
    (r"\{[{%][^}]*[“”‘’„«»]", "between braces belong straight quotation marks"),
    (r"\{\{[^{}]*$", "two braces are opened here and never closed: write }}"),
    (r"\{\{[^{}]*\}(?!\})", "a brace is missing where the value ends: write }}"),
    (r"\{%-?\s*block\s+\w+\s+\w", "the name of a block has no space: write _ in its place"),
    (r"\{%-?\s*else\s*if\b", "“else if” is written in one word: {% elif … %}"),
    (r"\{%-?\s*(?:el)?if\b[^=!<>}(]*=(?!=)", "whether two are alike is asked with two signs: =="),
    (r"\{%-?\s*(?:el)?if\b[^}]*(?:&&|\|\||!(?!=))", "write “and”, “or” and “not” in their place as words"),
    (
        r"\{\{(?![^}]*\b(?:if|else|and|or|not|in|is)\b)\s*\w+(?: +\w+)+\s*\}\}",
        "more than one word stands where the name of a value belongs",
    ),
    (
        r"\{\{(?:[^{}\"']*[\"'][^{}\"']*[\"'])*[^{}\"']*[\"'][^{}\"']*\}\}",
        "a quotation mark within the braces is never closed",
    ),
)
"""How a line looks at which Jinja gives up, and what to do."""


def of_yaml(problem: str | None) -> str:
    """What to do about a text that is not YAML."""
    said = problem or ""
    return next((ours for theirs, ours in YAML if theirs in said), f"this line cannot be read: {QUOTED}")


def of_template(problem: str | None, line: str = "") -> str:
    """What is wrong with a template, as it is read, at that line, or as it is filled in."""
    for looks, ours in SLIPS:
        if re.search(looks, line):
            return ours
    for theirs, ours in TEMPLATE:
        if (found := re.search(theirs, problem or "")) is not None:
            return found.expand(ours)
    return problem or "it does not fit"


def meant(others: Iterable[str], wanted: Iterable[str], there: Collection[str]) -> dict[str, str | None]:
    """Of each name too many the one that is missing and meant by it: the nearest, or the only one."""
    left, many = [name for name in wanted if name not in there], list(others)
    alone = len(left) == len(many) == 1
    found: dict[str, str | None] = {}
    for name in many:
        close = left if alone else get_close_matches(name, left, 1, 0.6)
        found[name] = close[0] if close else None
        left = [each for each in left if each != found[name]]
    return found


def nearest(name: str, known: Iterable[str]) -> str:
    """“did you mean …?”, where something known is much like it; else what is known."""
    names = sorted(known)
    close = get_close_matches(name, names, 1, 0.6)
    if close:
        return f"did you mean “{close[0]}”?"
    return f"known here: {', '.join(names)}" if names else "take it out"
