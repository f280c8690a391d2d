"""Everything that gets the keyboard says what it is (F17): the whole tree, place by place and phase by phase."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.clerk.places import PlaceKey
from app.visit.state import Phase
from tests.gui.clerk import ClerkAtWork
from tests.helpers.central_server import CLERK, PASSWORD
from tests.helpers.session_harness import a_person


@pytest.fixture
def clerk(at_login: ClerkAtWork) -> ClerkAtWork:
    return at_login


def nameless(clerk: ClerkAtWork) -> set[str]:
    """What can get the keyboard now and has no name."""
    found = set()
    for widget in clerk.window.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name).strip():
                found.add(f"{type(widget).__name__} {widget.objectName()}")
    return found


def test_F17_everything_that_gets_the_keyboard_says_what_it_is(clerk: ClerkAtWork) -> None:
    found = {"login": nameless(clerk)}
    clerk.workplace.login(CLERK, PASSWORD)
    clerk.devices_ready()
    for place in PlaceKey:
        clerk.places.go_to(place)
        clerk.settle()
        found[place] = nameless(clerk)
    clerk.submit(a_person(1))
    visit = clerk.places.visit
    assert visit is not None
    for phase in Phase:
        visit.stack.setCurrentWidget(visit.pane(phase))
        clerk.settle()
        found[phase] = nameless(clerk)

    assert {place: names for place, names in found.items() if names} == {}
