"""A clerk who sends cases and whoever decides on them, each at a counter, with a server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.clerk import ClerkAtWork, clerk_at_work
from tests.helpers.central_server import RunningServer, running_server
from tests.helpers.screens import Screens


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def county(server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path) -> Iterator[ClerkAtWork]:
    with clerk_at_work(tmp_path / "county", server.base_url) as at_work:
        yield at_work
