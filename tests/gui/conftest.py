"""What GUI tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.customer.screens import Screens, identity_of
from app.theme.theme import apply_theme
from tests.gui.clerk import ClerkAtWork, clerk_at_work
from tests.gui.customer import CustomerAtWork
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer, running_server
from tests.helpers.screens import Screens as PluggedScreens


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """The application with the program's theme; without a style sheet again afterwards."""
    apply_theme(qapp)
    yield qapp
    qapp.setStyleSheet("")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A central server of the module's own."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def at_login(
    server: RunningServer, themed: QApplication, two_screens: PluggedScreens, tmp_path: Path
) -> Iterator[ClerkAtWork]:
    """A clerk's window, before anybody has logged in."""
    with clerk_at_work(tmp_path / "clerk", server.base_url) as at_work:
        yield at_work


@pytest.fixture
def clerk(at_login: ClerkAtWork) -> ClerkAtWork:
    """A clerk who has logged in, her devices ready."""
    at_login.workplace.login(CLERK, PASSWORD)
    at_login.devices_ready()
    return at_login


@pytest.fixture
def customer(qtbot: QtBot, themed: QApplication, two_screens: PluggedScreens) -> Iterator[CustomerAtWork]:
    """The customer's window, placed on its screen."""
    screens = Screens(themed)
    at_work = CustomerAtWork(qtbot, screens)
    assert at_work.window.place(identity_of(two_screens.customer))
    yield at_work
    at_work.window.deleteLater()
    screens.deleteLater()
