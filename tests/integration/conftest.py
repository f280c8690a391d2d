"""A central server of the module's own, and counters at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.central_server import (
    RunningServer,
    running_server,
)
from tests.helpers.session_harness import Workplace, a_workplace


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def clerk(server: RunningServer, tmp_path: Path) -> Iterator[Workplace]:
    with a_workplace(tmp_path / "clerk", server.base_url) as workplace:
        yield workplace


@pytest.fixture
def reviewer(server: RunningServer, tmp_path: Path) -> Iterator[Workplace]:
    with a_workplace(tmp_path / "reviewer", server.base_url) as workplace:
        yield workplace
