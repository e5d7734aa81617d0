"""Which branches of the templates were shown: each body of an if, else or for is marked as it is compiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.catalog.yaml_schema import Fault
from bot.render.text import Renderer

Branch = tuple[str, int]
"""A template's name and the line its branch begins on."""


class _Marking(ImmutableSandboxedEnvironment):
    """Compiles templates whose branches say that they were shown."""

    branches: set[Branch]
    loaded: set[str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name is not None:
            self.loaded.add(name)
            bodies = [body for each in tree.find_all(nodes.If) for body in (each.body, each.else_)]
            bodies += [body for each in tree.find_all(nodes.For) for body in (each.body, each.else_)]
            for body in filter(None, bodies):
                line = body[0].lineno
                self.branches.add((name, line))
                place: list[nodes.Expr] = [nodes.Const(name), nodes.Const(line)]
                mark = nodes.Call(nodes.Name("shown", "load"), place, [], None, None)
                body.insert(0, nodes.ExprStmt(mark).set_lineno(line))
            tree.set_environment(self)
        return tree


class WatchedRenderer(Renderer):
    """Renders as ever, and knows which branches it never came to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown: set[Branch] = set()
        # The same environment in all but how it compiles, so that what is shown is what people see.
        marking = _Marking.__new__(_Marking)
        marking.__dict__.update(self.environment.__dict__)
        marking.branches, marking.loaded = set(), set()
        marking.globals["shown"] = lambda name, line: self._shown.add((name, line))
        self.environment = self._marking = marking

    def file_of(self, template: str) -> str:
        """The file of a template, named from the content folder; the template's name where there is none."""
        found = self.words.templates.get(template)
        return found.path.relative_to(self.catalog.folder).as_posix() if found else template

    def never_shown(self) -> Iterator[Fault]:
        """A fault for every screen, and every branch of one, that no message came to."""
        for name in self._marking.list_templates(filter_func=lambda name: name.startswith("screens/")):
            if name not in self._marking.loaded:
                yield Fault(self.file_of(name), 1, "this screen was never shown")
        for name, line in sorted(self._marking.branches - self._shown):
            yield Fault(self.file_of(name), line, "this branch was never shown")
