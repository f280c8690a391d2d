"""A plugin of pytest (``-p tests.helpers.chosen``): run the named tests alone, and write down what became of each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--chosen FILE``: run what its lines name, in that order. ``--told FILE``: write what became of each test."""
    parser.addoption("--chosen", type=Path)
    parser.addoption("--told", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    """Listen to what is reported; with several workers, in the process that hears of all."""
    target: Path | None = config.getoption("told")
    if target and not hasattr(config, "workerinput"):
        target.unlink(missing_ok=True)
        config.pluginmanager.register(_Told(target))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Keep the chosen ones, after all others had their say. A test that is there no longer is passed over."""
    yield
    chosen: Path | None = config.getoption("chosen")
    if chosen:
        place = {name: number for number, name in enumerate(chosen.read_text(encoding="utf-8").splitlines())}
        kept = [item for item in items if item.nodeid in place]
        items[:] = sorted(kept, key=lambda item: place[item.nodeid])


class _Told:
    """Writes the seconds of each test and which of them failed, as JSON, at the end."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._seconds: dict[str, float] = defaultdict(float)
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration
        if report.failed:
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        told = {"seconds": self._seconds, "failed": sorted(self._failed)}
        self._target.write_text(json.dumps(told), encoding="utf-8")
