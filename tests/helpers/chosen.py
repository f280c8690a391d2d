"""A plugin of pytest (``-p tests.helpers.chosen``): run the named tests alone, and write down how long each took."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

_SECONDS = pytest.StashKey[dict[str, float]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--chosen FILE``: run what its lines name, in that order. ``--seconds FILE``: write how long each test took."""
    parser.addoption("--chosen", type=Path)
    parser.addoption("--seconds", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_SECONDS] = defaultdict(float)
    config.pluginmanager.register(_Seconds(config), "zonggui-seconds")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the chosen ones. A test that is there no longer is passed over: that alone is no failure."""
    chosen: Path | None = config.getoption("chosen")
    if chosen:
        place = {name: number for number, name in enumerate(chosen.read_text(encoding="utf-8").splitlines())}
        kept = [item for item in items if item.nodeid in place]
        items[:] = sorted(kept, key=lambda item: place[item.nodeid])


class _Seconds:
    """Adds up what is reported; with several workers, in the process that hears of all."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._config.stash[_SECONDS][report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        target: Path | None = self._config.getoption("seconds")
        if target and not hasattr(self._config, "workerinput"):
            target.write_text(json.dumps(self._config.stash[_SECONDS]), encoding="utf-8")
