"""What a template may do: show words and values, choose, and walk through lists it is given. Nothing else.

A template is code of whoever writes the content. The sandbox keeps it from reaching out, but sets no limit to time and
memory (Jinja's own documentation says so), so what could run away is refused before anything is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jinja2 import TemplateSyntaxError, nodes

from bot.catalog.load import ENDING
from bot.catalog.plainly import nearest, of_template
from bot.catalog.yaml_schema import Fault
from bot.check.wordbook import Wordbook, whole_of

MAY_STAND = (
    *(nodes.Template, nodes.TemplateData, nodes.Output, nodes.Block, nodes.Import, nodes.Macro, nodes.Assign),
    *(nodes.If, nodes.CondExpr, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Filter, nodes.Concat, nodes.Keyword),
    *(nodes.List, nodes.Dict, nodes.Pair, nodes.Tuple, nodes.Add, nodes.Sub, nodes.FloorDiv, nodes.Neg),
    nodes.Scope,  # what stands within an {% autoescape %}, which has its own fault
)
FILTERS = frozenset(
    [
        "trim",
        "replace",
        "join",
        "length",
        "int",
        "clock",
        "day",
        "moment",
        "weekday",
        "weekdays",
        "span",
        "list",
        "plural",
    ]
)
FILLED_IN = {"replace": 2, "plural": 2}
"""Filters that take something."""
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
"""Of Unicode CLDR."""
FUNCTIONS = {
    **{"word": (1, 1), "block": (2, 2), "name": (1, 2), "pick": (2, 2), "praise": (3, 3)},
    **{"source": (1, 1), "numbers": (1, 1)},
}
"""What may be called, with how many values at least and at most."""
METHODS = frozenset({"timestamp", "removeprefix"})
NEVER = frozenset(
    ["self", "super", "caller", "varargs", "kwargs", "range", "lipsum", "cycler", "joiner", "namespace", "dict"]
)
STATEMENTS: dict[type[nodes.Node], str] = {
    nodes.FromImport: "{% from %}",
    nodes.Include: "{% include %}",
    nodes.Extends: "{% extends %}",
    nodes.With: "{% with %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.CallBlock: "{% call %}",
    nodes.AssignBlock: "{% set %} … {% endset %}",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.Mod: "%",
    nodes.Pow: "**",
    nodes.Pos: "+",
    nodes.Slice: ":",
}
"""As an author writes them."""
Macros = dict[str, nodes.Macro]
SETS, MACROS, DEPTH = 8, 16, 2
"""How many a file may hold, and how deep lists may be walked inside each other: each could double what stands there."""


def template_faults(book: Wordbook) -> Iterator[Fault]:
    """Everything that templates, and labels with something to fill in, do beyond what they may."""
    macros = {f"{name}{ENDING}": _macros(page.nodes) for name, page in book.pages.items()}
    for page in book.pages.values():
        for line, what in _Rules(page.nodes, macros).broken():
            yield Fault(page.file, line, what)
    for text in book.texts:
        if text.path in book.pages or "#" in text.path or ("{{" not in text.words and "{%" not in text.words):
            continue
        try:
            tree = book.parse(text.words)
        except TemplateSyntaxError as trouble:
            yield Fault(
                text.file, text.line, f"“{text.path}” is not a template: {of_template(trouble.message, text.words)}"
            )
            continue
        for _, what in _Rules(whole_of(tree), {}).broken():
            yield Fault(text.file, text.line, what)


class _Rules:
    """Looks over one template."""

    def __init__(self, whole: tuple[nodes.Node, ...], pages: Mapping[str, Macros]) -> None:
        self._whole = whole
        self._pages = pages
        self._imported = {
            node.target: node.template.value if isinstance(node.template, nodes.Const) else ""
            for node in whole
            if isinstance(node, nodes.Import)
        }
        self._macros = _macros(whole)

    def broken(self) -> Iterator[tuple[int, str]]:
        """Line and fault of each rule that is broken; on one line what is outermost, and no consequence of it."""
        told: set[int] = set()
        for node in self._whole:
            line = node.lineno or 1
            if line not in told and (what := self._fault(node)) is not None:
                told.add(line)
                yield line, what
        for each in (each for node in self._whole if isinstance(node, nodes.Output) for each in node.nodes):
            if isinstance(each, nodes.Const) and isinstance(each.value, bool | None):
                yield each.lineno, "true, false or none would be shown as they stand: take the braces out"
        for kind, most in ((nodes.Assign, SETS), (nodes.Macro, MACROS)):
            found = [node for node in self._whole if isinstance(node, kind)]
            if len(found) > most:
                yield found[most].lineno, f"{most} of “{kind.__name__.lower()}” at most may stand in one file"
        if self._macros and self._imported:
            yield 1, "a file with macros imports nothing, so that none can call itself"
        if sum(isinstance(node, nodes.For) for node in self._whole) > DEPTH:
            yield from self._deep(self._whole[0], 0)

    def _deep(self, node: nodes.Node, depth: int) -> Iterator[tuple[int, str]]:
        for child in node.iter_child_nodes():
            inside = depth + isinstance(child, nodes.For)
            if inside > DEPTH:
                yield child.lineno, f"lists may be walked {DEPTH} deep at most"
                return
            yield from self._deep(child, inside)

    def _fault(self, node: nodes.Node) -> str | None:
        match node:
            case nodes.Name(name=name) if name in NEVER or name.startswith("_"):
                return f"“{name}” must not stand in a template"
            case nodes.Const(value=str(text)) if text.startswith("__"):
                return f"“{text}” must not stand in a template"
            case nodes.Getattr(attr=attr) if attr.startswith("_"):
                return f"“.{attr}” must not stand in a template"
            case nodes.Filter(name=name) if name not in FILTERS:
                return f"there is no filter “{name}”; {nearest(name, FILTERS)}"
            case nodes.Filter(name=name, args=args, kwargs=more) if (wanted := FILLED_IN.get(name, 0)) > len(
                args
            ) + len(more):
                return f"“{name}” takes {wanted} between its brackets, and {len(args) + len(more)} stand there"
            case nodes.Filter(name="plural", args=args, kwargs=more):
                named = [str(each.key) for each in more]
                if args or "other" not in named:
                    return "“plural” takes a word for one and one for all others: write plural(one='…', other='…')"
                if odd := [each for each in named if each not in PLURALS]:
                    return f"“plural” knows no “{odd[0]}”; {nearest(odd[0], PLURALS)}"
            case nodes.For(iter=walked, recursive=recursive) if recursive or not isinstance(
                walked, nodes.Name | nodes.Getattr
            ):
                return "only a list that the screen is given may be walked"
            case nodes.Import(template=nodes.Const(value=str(name))) if name not in self._pages:
                return f"there is no template “{name}”; {nearest(name, self._pages)}"
            case nodes.Import(template=named) if not isinstance(named, nodes.Const):
                return "only a page of this language may be imported"
            case nodes.Call():
                return self._fault_of_call(node)
            case nodes.TemplateData(data=data) if (mark := re.search(r"\{[{%#]", data)) is not None:
                return f"“{mark[0]}” would be shown as it stands: take “{{% raw %}}” out"
            case _ if not isinstance(node, MAY_STAND):
                called = STATEMENTS.get(type(node), type(node).__name__.lower())
                return f"“{called}” must not stand in a template"
        return None

    def _fault_of_call(self, call: nodes.Call) -> str | None:
        if call.dyn_args is not None or call.dyn_kwargs is not None:
            return "this must not be called in a template"
        given = len(call.args) + len(call.kwargs)
        match call.node:
            case nodes.Name(name=name) if name in FUNCTIONS:
                if call.args and isinstance(call.args[0], nodes.Sub):
                    return f"“{name}”: write what stands between its brackets between quotation marks too"
                return _fault_of_number(name, given, *FUNCTIONS[name])
            case nodes.Name(name=name) if name in self._macros:
                macro = self._macros[name]
                if macro.lineno >= self._home_of(call):  # a macro calls those above it, and so never itself
                    return "this must not be called in a template"
                return _fault_of_number(name, given, len(macro.args) - len(macro.defaults), len(macro.args))
            case nodes.Name(name=name):
                known = f"; {nearest(name, (*FUNCTIONS, *self._macros))}" if name not in NEVER else ""
                return f"“{name}” must not be called in a template{known}"
            case nodes.Getattr(node=nodes.Name(name=name), attr=attr) if name in self._imported:
                there = self._pages.get(self._imported[name])
                if there is None:
                    return None  # which has its own fault
                if attr not in there:
                    return f"there is no “{attr}” in “{self._imported[name]}”; {nearest(attr, there)}"
                macro = there[attr]
                return _fault_of_number(attr, given, len(macro.args) - len(macro.defaults), len(macro.args))
            case nodes.Getattr(attr=attr) if attr in METHODS:
                return None
        return "this must not be called in a template"

    def _home_of(self, call: nodes.Call) -> int:
        """The line of the macro in which a call stands; after all macros where it stands in none."""
        macros = (node for node in self._whole if isinstance(node, nodes.Macro))
        homes = [macro.lineno for macro in macros if call in macro.find_all(nodes.Call)]
        return homes[0] if homes else max((macro.lineno for macro in self._macros.values()), default=0) + 1


def _macros(whole: tuple[nodes.Node, ...]) -> Macros:
    return {node.name: node for node in whole if isinstance(node, nodes.Macro)}


def _fault_of_number(name: str, given: int, least: int, most: int) -> str | None:
    """What is wrong with how many values stand between the brackets."""
    if least <= given <= most:
        return None
    wanted = f"{least}" if least == most else f"{least} to {most}"
    return f"“{name}” takes {wanted} between its brackets, and {given} stand there"
