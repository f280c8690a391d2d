"""Which tests run which line, from one recorded run of them, and how long each takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pytest
from coverage import CoverageData

_PLAIN = ("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "tests.helpers.chosen")
PYTEST = (sys.executable, "-m", "pytest", *_PLAIN, "-k", "not postgres", "--hypothesis-seed=1")
"""One run like the other; for a quick answer the server's tests run on SQLite alone."""
_WITHOUT_A_TEST = ""
"""What coverage calls the time in which modules are imported and tests are collected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Tests to run together, and the seconds that they took when they were recorded."""

    tests: tuple[str, ...]
    seconds: float


class Recording:
    """What one run of the suites showed."""

    def __init__(self, *, root: Path, contexts: CoverageData, seconds: Mapping[str, float]) -> None:
        self._root, self._contexts, self._seconds = root, contexts, seconds

    def stages(self, file: str, lines: range, budget_s: float) -> Iterator[Stage]:
        """The tests that run one of the lines; then, if it ran outside of a test's own call, those that run
        anything of the file, and all others: whoever uses what was made at an import need not run the line again.
        All together are no longer than ``budget_s``: the furthest and slowest are left out.
        """
        by_line = self._contexts.contexts_by_lineno(str(self._root / file))
        here = {context for line in lines for context in by_line.get(line, ())}
        done = _tests_in(here)
        rings = [done]
        if any(not context.endswith("|run") for context in here):
            near = _tests_in(context for found in by_line.values() for context in found)
            rings += [near - done, self._seconds.keys() - near - done]
        for tests in rings:
            stage = self._stage(tests, budget_s)
            yield stage
            budget_s -= stage.seconds

    def _stage(self, tests: set[str], budget_s: float) -> Stage:
        """The quickest files first, each whole, so that what a file's tests share is made once."""
        seconds = {test: self._seconds[test] for test in tests & self._seconds.keys()}
        of_file: dict[str, float] = defaultdict(float)
        for test, taken in seconds.items():
            of_file[file_of(test)] += taken
        order = sorted(seconds, key=lambda test: (of_file[file_of(test)], file_of(test), seconds[test], test))
        sums = accumulate(seconds[test] for test in order)
        chosen = [test for test, total in zip(order, sums, strict=True) if total <= budget_s]
        return Stage(tests=tuple(chosen), seconds=sum(seconds[test] for test in chosen))


def file_of(test: str) -> str:
    """The file that a test stands in."""
    return test.partition("::")[0]


def _tests_in(contexts: Iterator[str] | set[str]) -> set[str]:
    return {context.rpartition("|")[0] for context in contexts} - {_WITHOUT_A_TEST}


def record(root: Path, packages: Sequence[str], suites: Sequence[str], *, workers: int) -> Recording | None:
    """Run the suites of the project at ``root`` side by side; none when they could not be run.

    What fails here can tell nothing of a change, and is left out.
    """
    settings, data, told = root / "recording.ini", root / "recording.data", root / "recording.json"
    settings.write_text(f"[run]\nsource_dirs = {', '.join(packages)}\n", encoding="utf-8")
    measured = ("--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=", f"--told={told}")
    side_by_side = ("-n", str(workers), "--dist", "loadfile")
    environment = {**os.environ, "COVERAGE_FILE": str(data)}
    done = subprocess.run([*PYTEST, *measured, *side_by_side, *suites], cwd=root, env=environment)
    if done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return None
    contexts = CoverageData(str(data))
    contexts.read()
    found = json.loads(told.read_text(encoding="utf-8"))
    seconds = {test: taken for test, taken in found["seconds"].items() if test not in found["failed"]}
    return Recording(root=root, contexts=contexts, seconds=seconds)
