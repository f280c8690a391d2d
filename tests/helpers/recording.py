"""Which tests run which line, from one recorded run of them, and how long each takes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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

    def stages(self, file: str, lines: range, name: str, budget_s: float) -> Iterator[Stage]:
        """The tests that run one of the lines. If it ran outside of a test's own call, whoever uses what was made then
        need not run it again: next come those that ``name`` it or run a line which does, then those that run anything
        of the file, and all others.

        All together are no longer than ``budget_s``, and each but the last leaves half of the rest to the next: the
        furthest and slowest are left out.
        """
        by_line = self._by_line(file)
        here = {context for line in lines for context in by_line.get(line, ())}
        rings = [_tests_in(here)]
        if any(not context.endswith("|run") for context in here):
            naming = self._naming(name) if name else set()
            near = _tests_in(context for found in by_line.values() for context in found)
            rings += [naming, near, set(self._seconds)]
        known: set[str] = set()
        for number, tests in enumerate(rings, start=1):
            stage = self._stage(tests - known, budget_s if number == len(rings) else budget_s / 2)
            yield stage
            known |= tests
            budget_s -= stage.seconds

    def _naming(self, name: str) -> set[str]:
        """The tests in whose files the name stands, and those that run a line of the program in which it stands."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        found = {test for test in self._seconds if word.search(self._text(file_of(test)))}
        for path in self._contexts.measured_files():
            file = os.path.relpath(path, self._root)
            by_line = self._by_line(file)
            for number, line in enumerate(self._text(file).splitlines(), start=1):
                if word.search(line):
                    found |= _tests_in(by_line.get(number, ()))
        return found

    @cache  # noqa: B019 - there is one recording, and it is needed to the end
    def _by_line(self, file: str) -> Mapping[int, Sequence[str]]:
        return self._contexts.contexts_by_lineno(str(self._root / file))

    @cache  # noqa: B019
    def _text(self, file: str) -> str:
        return (self._root / file).read_text(encoding="utf-8")

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


def _tests_in(contexts: Iterable[str]) -> set[str]:
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
