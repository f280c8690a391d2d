"""Habits that no other tool watches: read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.source import ROOT, Source, load_source, load_sources

PAINTS = """
def ends(self):
    painter = QPainter(self)
    painter.end()

def hands_over(self):
    painter = QPainter(self)
    return painter

def forgets(self):
    if self.seen:
        painter = QPainter(self)
        painter.drawRect()

def leaves(self):
    painter = QPainter(self)
    if self.empty:
        return
    painter.end()
"""


def unended_painters(source: Source) -> Iterator[str]:
    """Functions that leave a painter to be ended whenever Python drops it, which may be after its widget's turn."""
    for function in source.functions():
        for node in ast.walk(function):
            block = getattr(node, "body", [])
            for place, begun in enumerate(block if isinstance(block, list) else []):
                if _begins(begun) and not _ends(block[place + 1 :]):
                    yield f"{source.name}:{function.lineno} {function.name}"


def _begins(statement: ast.stmt) -> bool:
    """Whether a painter is begun here; one without a device waits for its ``begin``."""
    value = statement.value if isinstance(statement, ast.Assign) else None
    return isinstance(value, ast.Call) and _calls(value, "QPainter") and bool(value.args)


def _ends(rest: list[ast.stmt]) -> bool:
    """Whether the painter is ended, or given back, before anything can leave its block."""
    for statement in rest:
        if isinstance(statement, ast.Return) or (isinstance(statement, ast.Expr) and _calls(statement.value, "end")):
            return True
        if any(isinstance(node, ast.Return) for node in ast.walk(statement)):
            return False
    return False


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))


def test_every_painter_is_ended_where_it_was_begun() -> None:
    assert [place for source in load_sources("app") for place in unended_painters(source)] == []


def test_painters_that_are_not_ended_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "paints.py"
    file.write_text(PAINTS, encoding="utf-8")

    found = [place.split()[-1] for place in unended_painters(load_source(file, tmp_path))]

    assert found == ["forgets", "leaves"]


def test_each_decision_has_a_number_of_its_own_and_says_it_in_its_title() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    numbers = [record.name.partition("-")[0] for record in records]
    titles = [record.read_text(encoding="utf-8").partition("\n")[0] for record in records]

    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    assert [title for number, title in zip(numbers, titles, strict=True) if not title.startswith(f"# {number} ")] == []
