"""Our own source files as syntax trees, for the tests that read them."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: ``name`` is its path from the project's folder, with slashes."""

    name: str
    text: str
    tree: ast.Module
    _nodes: list[ast.AST] = field(default_factory=list, repr=False)

    @property
    def lines(self) -> int:
        """Number of its lines."""
        return self.text.count("\n")

    def walk(self) -> Iterator[ast.AST]:
        """All its nodes; who asks again does not wait again."""
        if not self._nodes:
            self._nodes.extend(ast.walk(self.tree))
        return iter(self._nodes)

    def functions(self) -> Iterator[Function]:
        """All its functions and methods, nested ones too."""
        return (node for node in self.walk() if isinstance(node, Function))

    def comment(self, line: int) -> bool:
        """Whether the line has a comment, or the one before or after it is one."""
        lines = self.text.splitlines()
        near = lines[max(0, line - 2) : line + 1]
        return "#" in lines[line - 1] or any(text.strip().startswith("#") for text in near)


def load_source(path: Path, root: Path = ROOT) -> Source:
    """One file, parsed."""
    text = path.read_text(encoding="utf-8")
    return Source(name=path.relative_to(root).as_posix(), text=text, tree=ast.parse(text))


def load_sources(*packages: str, root: Path = ROOT) -> list[Source]:
    """Every Python file below these folders, empty ones left out, in the order of their names."""
    paths = sorted(path for package in packages for path in (root / package).rglob("*.py"))
    gc.disable()  # a tree is large and has no cycles: the collector would go through all of them again and again
    try:
        return [source for path in paths if (source := load_source(path, root)).text.strip()]
    finally:
        gc.enable()
