"""A real visit, and a window for one pane of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.counter import Counter


@pytest.fixture
def counter(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path)
    yield counter
    counter.close()


@pytest.fixture
def window(qtbot: QtBot, themed: QApplication) -> QWidget:
    """Where a pane is shown, as in the clerk's window."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1170, 660)
    return window
