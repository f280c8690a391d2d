"""Change places of ``domain/`` and ``server/service/`` one at a time, and count what the tests catch.

``python -m tests.mutants [--places 200] [--seed 1]`` prints each change that no test noticed, and ends with 1 when
fewer than nine in ten were caught. The places are drawn from the seed, so a run can be repeated. The tests are run once
to learn which of them run which line; each change is then put before those alone, the nearest first, for five minutes:
what they have not noticed by then counts as not caught.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.helpers.recording import PYTEST, Recording, Stage, file_of, record
from tests.helpers.source import ROOT

PACKAGES = ("domain", "server/service")
GOAL = 0.9
_TREE = ("app", "domain", "hardware", "resources", "server", "tests", "pyproject.toml", "importlinter.ini", "README.md")
_SUITES = ("tests/unit", "tests/server")
_AT_ONCE = 2
_BUDGET_S = 300.0
"""So many seconds of tests, as recorded, may a change take: one that nobody notices would take all, for minutes."""
_PATIENCE, _LEAST_S = 10, 120.0
"""A run that takes so many times as long as when it was recorded, and this long at least, stands still."""
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: the bytes ``begin`` to ``end`` of ``file`` (relative to the project) become ``text``."""

    file: str
    lines: range
    """From the first of its statement to its own last: running one of them runs the place."""
    name: str = ""
    """What the place helps to make once for all, at an import: a constant, a member of a class, a function."""
    begin: int
    end: int
    before: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.lines[-1]}: {self.before}  →  {self.text}"


def mutants_of(name: str, source: str) -> Iterator[Mutant]:
    """Every change of a file that could alter what it does."""
    data = source.encode()
    starts = [0]
    for row in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    tree = ast.parse(source)
    statements = sorted(node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt))
    made = dict(_made_at_import(tree))
    for node, text in _changes(tree):
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        before = " ".join(data[begin:end].decode().split())
        first = max(line for line in statements if line <= node.lineno)
        lines = range(first, (node.end_lineno or node.lineno) + 1)
        yield Mutant(
            file=name, lines=lines, name=made.get(node.lineno, ""), begin=begin, end=end, before=before, text=text
        )


def _made_at_import(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines with the name of what they make."""
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.Module | ast.ClassDef):
            continue
        for node in scope.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    yield from ((line, name) for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))
                case ast.FunctionDef(name=name, body=[first, *_]):
                    yield from ((line, name) for line in range(node.lineno, first.lineno))


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Expressions with what takes their place; decorators, types, texts and docstrings are left alone."""
    for node in _live(tree):
        match node:
            case ast.Compare(ops=[op]) if type(op) in _SWAPS:
                yield node, _with(node, "ops", [_SWAPS[type(op)]()])
            case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in _SWAPS:
                yield node, _with(node, "op", _SWAPS[type(op)]())
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield node, f"({ast.unparse(operand)})"
            case ast.IfExp():
                swapped = copy.copy(node)
                swapped.body, swapped.orelse = node.orelse, node.body
                yield node, f"({ast.unparse(swapped)})"
            case ast.Constant(value=bool() as value):
                yield node, str(not value)
            case ast.Constant(value=int() as value):
                yield node, str(value + 1)
            case ast.Expr(value=ast.Call() as call):
                yield call, "None"


def _with(node: ast.expr, name: str, value: object) -> str:
    changed = copy.copy(node)
    setattr(changed, name, value)
    return f"({ast.unparse(changed)})"


def _live(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"decorator_list", "annotation", "returns"} or isinstance(value, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from _live(child)


def draw(places: int, seed: int) -> list[Mutant]:
    """So many mutants of all packages, the same for the same seed and sources."""
    found: list[Mutant] = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found += mutants_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    return random.Random(seed).sample(found, min(places, len(found)))


class Bench:
    """A copy of the project in which one mutant at a time is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._moment = 1_600_000_000
        for name in _TREE:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)

    def is_caught(self, mutant: Mutant, recording: Recording) -> bool:
        """Whether a test fails for it, or stands still."""
        path = self.folder / mutant.file
        original = path.read_bytes()
        try:
            self._write(path, original[: mutant.begin] + mutant.text.encode() + original[mutant.end :])
            stages = recording.stages(mutant.file, mutant.lines, mutant.name, _BUDGET_S)
            return any(self._fails(stage) for stage in stages if stage.tests)
        finally:
            self._write(path, original)

    def _write(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        self._moment += 10  # byte code is told from old byte code by whole seconds
        os.utime(path, (self._moment, self._moment))

    def _fails(self, stage: Stage) -> bool:
        """Whether a test fails twice: one that is starved of time now and then has caught nothing."""
        tests = list(stage.tests)
        while tests:
            failed = self._failed(tests, stage.seconds)
            if failed is None or (failed and self._failed(failed, stage.seconds) != []):
                return True
            if not failed:
                return False
            tests = [test for test in tests if test not in failed]
        return False

    def _failed(self, tests: Sequence[str], seconds: float) -> list[str] | None:
        """The first that fails; none of all when the run itself breaks off, or stands still."""
        chosen, told = self.folder / "chosen", self.folder / "told"
        chosen.write_text("\n".join(tests), encoding="utf-8")
        told.unlink(missing_ok=True)
        files = dict.fromkeys(map(file_of, tests))
        command = [*PYTEST, "-x", f"--chosen={chosen}", f"--told={told}", *files]
        try:
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, timeout=max(_LEAST_S, _PATIENCE * seconds)
            )
        except subprocess.TimeoutExpired:
            return None
        if done.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return []
        found: list[str] = json.loads(told.read_text(encoding="utf-8"))["failed"] if told.exists() else []
        return found or None


def main(arguments: Sequence[str] | None = None) -> int:
    """Try them all; 0 when the goal is met, 1 when not, 2 when the unchanged project cannot be tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--places", type=int, default=200, help="how many changes (default 200)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    mutants = draw(given.places, given.seed)
    with tempfile.TemporaryDirectory(prefix="zonggui-mutants-") as folder:
        first, *others = [Bench(Path(folder) / str(number)) for number in range(_AT_ONCE)]
        recording = record(first.folder, PACKAGES, _SUITES, workers=_AT_ONCE)
        if recording is None:
            print("the tests of the unchanged project could not be run", file=sys.stderr)
            return 2
        benches: SimpleQueue[Bench] = SimpleQueue()
        for bench in (first, *others):
            benches.put(bench)

        def judge(mutant: Mutant) -> bool:
            bench = benches.get()
            try:
                return bench.is_caught(mutant, recording)
            finally:
                benches.put(bench)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            caught = 0
            for number, (mutant, noticed) in enumerate(zip(mutants, pool.map(judge, mutants), strict=True), 1):
                caught += noticed
                if not noticed:
                    print(f"survived: {mutant}", flush=True)
                elif number % 20 == 0:
                    print(f"{caught} of {number} caught", flush=True)
    print(f"{caught} of {len(mutants)} changes caught ({caught / max(1, len(mutants)):.1%}), goal {GOAL:.0%}")
    return 0 if caught >= GOAL * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
