"""What a template may do: show words and values, choose, and walk through lists it is given. Nothing else.

A template is code of whoever writes the content. The sandbox keeps it from reaching out, but sets no limit to time and
memory (Jinja's own documentation says so), so what could run away is refused before anything is rendered.
"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes

from bot.catalog.plainly import nearest, of_template
from bot.catalog.yaml_schema import Fault
from bot.check.wordbook import Wordbook, whole_of

MAY_STAND = (
    *(nodes.Template, nodes.TemplateData, nodes.Output, nodes.Block, nodes.Import, nodes.Macro, nodes.Assign),
    *(nodes.If, nodes.CondExpr, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Filter, nodes.Concat, nodes.Keyword),
    *(nodes.List, nodes.Dict, nodes.Pair, nodes.Tuple, nodes.Add, nodes.Sub, nodes.FloorDiv, nodes.Neg),
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
FUNCTIONS = frozenset(["word", "block", "name", "pick", "praise", "source", "numbers"])
METHODS = frozenset({"timestamp", "removeprefix"})
NEVER = frozenset(
    ["self", "super", "caller", "varargs", "kwargs", "range", "lipsum", "cycler", "joiner", "namespace", "dict"]
)
SETS, MACROS, DEPTH = 8, 16, 2
"""How many a file may hold, and how deep lists may be walked inside each other: each could double what stands there."""


def template_faults(book: Wordbook) -> Iterator[Fault]:
    """Everything that templates, and labels with something to fill in, do beyond what they may."""
    for page in book.pages.values():
        for line, what in _Rules(page.nodes, frozenset(book.pages)).broken():
            yield Fault(page.file, line, what)
    bare = Environment(autoescape=True)
    for text in book.texts:
        if text.path in book.pages or "#" in text.path or ("{{" not in text.words and "{%" not in text.words):
            continue
        try:
            tree = bare.parse(text.words)
        except TemplateSyntaxError as trouble:
            yield Fault(text.file, text.line, f"“{text.path}” is not a template: {of_template(trouble.message)}")
            continue
        for _, what in _Rules(whole_of(tree), frozenset()).broken():
            yield Fault(text.file, text.line, what)


class _Rules:
    """Looks over one template."""

    def __init__(self, whole: tuple[nodes.Node, ...], pages: frozenset[str]) -> None:
        self._whole = whole
        self._pages = pages
        self._imported = {node.target for node in whole if isinstance(node, nodes.Import)}
        self._macros: dict[str, int] = {node.name: node.lineno for node in whole if isinstance(node, nodes.Macro)}

    def broken(self) -> Iterator[tuple[int, str]]:
        """Line and fault of each rule that is broken."""
        for node in self._whole:
            if (what := self._fault(node)) is not None:
                yield node.lineno or 1, what
        for kind, most in ((nodes.Assign, SETS), (nodes.Macro, MACROS)):
            found = [node for node in self._whole if isinstance(node, kind)]
            if len(found) > most:
                yield found[most].lineno, f"{most} of “{kind.__name__.lower()}” at most may stand in one file"
        if self._macros and self._imported:
            yield 1, "a file with macros imports nothing, so that none can call itself"
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
            case nodes.For(iter=walked, recursive=recursive) if recursive or not isinstance(
                walked, nodes.Name | nodes.Getattr
            ):
                return "only a list that the screen is given may be walked"
            case nodes.Import(template=named) if self._page(named) is None:
                return "only a page of this language may be imported"
            case nodes.Call() if not self._may_call(node):
                return "this must not be called in a template"
            case _ if not isinstance(node, MAY_STAND):
                return f"“{type(node).__name__.lower()}” must not stand in a template"
        return None

    def _page(self, named: nodes.Expr) -> str | None:
        name = named.value if isinstance(named, nodes.Const) else None
        return name if isinstance(name, str) and name.removesuffix(".html.j2") in self._pages else None

    def _may_call(self, call: nodes.Call) -> bool:
        if call.dyn_args is not None or call.dyn_kwargs is not None:
            return False
        match call.node:
            case nodes.Name(name=name):
                # A macro calls those above it, and so never itself.
                return name in FUNCTIONS or (name in self._macros and self._macros[name] < self._home_of(call))
            case nodes.Getattr(node=nodes.Name(name=name)) if name in self._imported:
                return True
            case nodes.Getattr(attr=attr):
                return attr in METHODS
        return False

    def _home_of(self, call: nodes.Call) -> int:
        """The line of the macro in which a call stands; after all macros where it stands in none."""
        macros = (node for node in self._whole if isinstance(node, nodes.Macro))
        homes = [macro.lineno for macro in macros if call in macro.find_all(nodes.Call)]
        return homes[0] if homes else max(self._macros.values(), default=0) + 1
