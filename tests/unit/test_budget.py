"""The size budget: small files, small functions, everything annotated and most of it explained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from tests.helpers.source import Function, Source, load_source, load_sources

FILE_MEDIAN, FILE_P90, FILE_LIMIT = 120, 300, 450
CLASS_LINES, CLASS_METHODS = 300, 20
FUNCTION_MEDIAN, FUNCTION_P90, FUNCTION_LIMIT = 8, 25, 50
DOCUMENTED_SHARE = 0.8

EDGES = {
    "app/bridge.py": "hands every fault of a job to whoever asked for it",
    "app/sync/loop.py": "the loop of the sync thread",
    "app/store/vault.py": "the keyring is foreign code; one that is ill counts as none",
    "app/sync/lanes.py": "the threads on which entries go out; the loop takes what came of it",
    "hardware/host.py": "the main function of the device host",
    "hardware/questions.py": "calls back into what the client handed in, on the watcher's thread",
    "hardware/workers/camera_worker.py": "calls into a driver's library with whatever the camera delivered",
    "hardware/workers/worker.py": "calls into drivers, which anyone may write",
    "server/http/edge.py": "the handler of every request",
}
"""The only places that may catch every exception and keep it; each ``except`` gives its reason in a comment."""


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return load_sources("app", "hardware", "domain", "server")


def _p90(values: list[int]) -> float:
    return quantiles(values, n=10)[-1]


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _show(offenders: list[str]) -> str:
    return "\n".join(["over the budget:", *offenders])


def test_files_are_small(sources: list[Source]) -> None:
    lengths = [source.lines for source in sources]

    over = [f"{s.name}: {s.lines} lines" for s in sources if s.lines > FILE_LIMIT]

    assert not over, _show(over)
    assert median(lengths) <= FILE_MEDIAN
    assert _p90(lengths) <= FILE_P90, _show([f"{s.name}: {s.lines}" for s in sources if s.lines > FILE_P90])


def test_classes_are_small_with_all_that_they_inherit_from_ours(sources: list[Source]) -> None:
    over = [
        f"{name}: {size.lines} lines, {len(size.methods)} public methods"
        for name, size in effective_sizes(sources).items()
        if size.lines > CLASS_LINES or len(size.methods) > CLASS_METHODS
    ]

    assert not over, _show(over)


def test_functions_are_small(sources: list[Source]) -> None:
    sized = [(_length(f), f"{s.name}:{f.lineno} {f.name}") for s in sources for f in s.functions()]
    lengths = [length for length, _ in sized]

    over = [f"{where}: {length} lines" for length, where in sized if length > FUNCTION_LIMIT]

    assert not over, _show(over)
    assert median(lengths) <= FUNCTION_MEDIAN
    assert _p90(lengths) <= FUNCTION_P90


def test_everything_is_annotated(sources: list[Source]) -> None:
    bare = [f"{s.name}:{f.lineno} {f.name}" for s in sources for f in s.functions() if not is_annotated(f)]

    assert not bare, _show(bare)


def test_public_classes_say_what_they_are(sources: list[Source]) -> None:
    silent = [
        f"{s.name}:{node.lineno} {node.name}"
        for s in sources
        for node in s.walk()
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]

    assert not silent, _show(silent)


def test_most_public_functions_say_what_they_give(sources: list[Source]) -> None:
    public = [(s, f) for s in sources for f in public_functions(s)]

    silent = [f"{s.name}:{f.lineno} {f.name}" for s, f in public if not ast.get_docstring(f)]

    assert len(silent) <= (1 - DOCUMENTED_SHARE) * len(public), _show(silent)


def test_broad_excepts_stand_only_at_the_named_edges(sources: list[Source]) -> None:
    wrong = [fault for source in sources for fault in broad_except_faults(source)]

    assert not wrong, _show(wrong)


def test_each_named_edge_is_still_one(sources: list[Source]) -> None:
    catching = {s.name for s in sources if any(_broad_handlers(s))}

    assert set(EDGES) <= catching


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSize:
    """A class with all its bases in the project: a chain of small files is no small class."""

    lines: int
    methods: frozenset[str]
    """Public ones, properties too; what overrides a method of Qt is no face of ours, and has Qt's camel case."""


def effective_sizes(sources: list[Source]) -> dict[str, ClassSize]:
    """The size of each class, by file and name. Bases are looked up by name among what the file defines or imports."""
    roots = {source.name.partition("/")[0].removesuffix(".py") for source in sources}
    by_name: dict[str, list[tuple[Source, ast.ClassDef]]] = {}
    for source in sources:
        for node in source.walk():
            if isinstance(node, ast.ClassDef):
                by_name.setdefault(node.name, []).append((source, node))
    return {
        f"{source.name} {node.name}": _size_of(_family(source, node, by_name, roots))
        for found in by_name.values()
        for source, node in found
    }


def _family(
    source: Source, node: ast.ClassDef, by_name: dict[str, list[tuple[Source, ast.ClassDef]]], roots: set[str]
) -> list[ast.ClassDef]:
    """The class and its bases in the project, each once. Of two classes with one name the larger one is taken."""
    family = [(source, node)]
    for where, one in family:
        ours = _names_of_ours(where, roots)
        for base in one.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            first, _, last = ast.unparse(plain).partition(".")
            known = by_name.get((last or first).rpartition(".")[2], []) if first in ours else []
            larger = max(known, key=lambda pair: _lines_of(pair[1]), default=None)
            if larger is not None and larger not in family:
                family.append(larger)
    return [one for _, one in family]


def _names_of_ours(source: Source, roots: set[str]) -> set[str]:
    """What a file calls something of the project by: its own classes, and what it imports of ours."""
    names = {node.name for node in source.walk() if isinstance(node, ast.ClassDef)}
    for node in source.walk():
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in roots:
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            modules = (alias for alias in node.names if alias.name.partition(".")[0] in roots)
            names |= {alias.asname or alias.name.partition(".")[0] for alias in modules}
    return names


def _lines_of(node: ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _size_of(family: list[ast.ClassDef]) -> ClassSize:
    bodies = [part for node in family for part in node.body]
    names = {part.name for part in bodies if isinstance(part, Function)}
    public = frozenset(name for name in names if not name.startswith("_") and not _overrides_qt(name))
    return ClassSize(lines=sum(map(_lines_of, family)), methods=public)


def _overrides_qt(name: str) -> bool:
    return name != name.lower() and name in _names_of_qt()


@cache
def _names_of_qt() -> frozenset[str]:
    classes = (found for module in (QtCore, QtGui, QtWidgets) for found in vars(module).values())
    return frozenset(name for found in classes if isinstance(found, type) for name in dir(found))


def is_annotated(function: Function) -> bool:
    """Whether every parameter and the result have types."""
    given = function.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    parameters += [star for star in (given.vararg, given.kwarg) if star]
    own = [p for p in parameters if p.arg not in ("self", "cls")]
    return function.returns is not None and all(p.annotation for p in own)


def public_functions(source: Source) -> Iterator[Function]:
    """Functions of the module and methods of its public classes; overridden methods of Qt (camel case) have theirs."""
    bodies = [source.tree.body]
    bodies += [n.body for n in source.tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]
    for node in (node for body in bodies for node in body):
        if isinstance(node, Function) and not node.name.startswith("_") and node.name == node.name.lower():
            yield node


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether it only tidies up: its last statement raises again what was caught."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _broad_handlers(source: Source) -> Iterator[ast.ExceptHandler]:
    for node in source.walk():
        if isinstance(node, ast.ExceptHandler) and not _passes_on(node):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(c is None or (isinstance(c, ast.Name) and c.id in ("Exception", "BaseException")) for c in caught):
                yield node


def broad_except_faults(source: Source) -> Iterator[str]:
    """Each ``except`` for everything that is bare, stands at no named edge, or gives no reason."""
    for handler in _broad_handlers(source):
        where = f"{source.name}:{handler.lineno}"
        if handler.type is None:
            yield f"{where} catches without naming what"
        elif source.name not in EDGES:
            yield f"{where} is no named edge"
        elif not source.comment(handler.lineno):
            yield f"{where} gives no reason"


def test_the_budget_counts_what_a_class_inherits(tmp_path: Path) -> None:
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text("class Base:\n    def one(self) -> None: ...\n    def _own(self) -> None: ...\n", encoding="utf-8")
    second.write_text(
        "import first\nfrom abc import ABC\n"
        "class Middle(first.Base, ABC):\n    def two(self) -> None: ...\n    def paintEvent(self) -> None: ...\n"
        "    def ownInQtsManner(self) -> None: ...\n"
        "class Whole(Middle):\n    @property\n    def three(self) -> int: ...\n"
        "import elsewhere\nclass Stranger(elsewhere.Base): ...\n",
        encoding="utf-8",
    )

    sizes = effective_sizes([load_source(path, tmp_path) for path in (first, second)])

    assert sizes["second.py Whole"] == ClassSize(lines=10, methods=frozenset({"one", "two", "three", "ownInQtsManner"}))
    assert sizes["first.py Base"].methods == {"one"}
    assert sizes["second.py Stranger"].lines == 1, "a class of somebody else with the same name is not ours"


def test_the_budget_sees_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        "def half(a: int, b) -> int: ...\ndef untold(a: int): ...\ndef stars(*a, **k) -> None: ...\n"
        "class A:\n    def told(self, a: int) -> int: ...\n"
        "try:\n    pass\nexcept (OSError, Exception):\n    pass\n"
        "try:\n    pass\nexcept:\n    pass\n"
        "try:\n    pass\nexcept BaseException:\n    print()\n    raise\n",
        encoding="utf-8",
    )
    source = load_source(path, tmp_path)

    assert [f.name for f in source.functions() if not is_annotated(f)] == ["half", "untold", "stars"]
    assert [f.name for f in public_functions(source)] == ["half", "untold", "stars", "told"]
    assert list(broad_except_faults(source)) == ["bad.py:8 is no named edge", "bad.py:12 catches without naming what"]
