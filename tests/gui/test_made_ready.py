"""What is made before anybody sees it: the same to look at, in time, and nobody in it."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.intake.choose import ChoosePane
from app.theme.ahead import in_turn, make_ready
from app.theme.theme import TURN_MS, set_role
from tests.gui.clerk import ClerkAtWork, clerk_at_work
from tests.helpers.builders import a_card
from tests.helpers.central_server import CLERK, DEPUTY, PASSWORD, RunningServer
from tests.helpers.screens import Screens
from tests.helpers.session_harness import a_person

SIZE = QSize(640, 420)


def a_pane() -> QWidget:
    pane = QWidget()
    set_role(pane, "page")
    column = QVBoxLayout(pane)
    for number in range(40):
        label, button = QLabel(f"第 {number} 行"), QPushButton(f"按钮 {number}")
        set_role(label, "title" if number % 3 else "chip")
        set_role(button, "primary" if number % 2 else "quiet")
        column.addWidget(label)
        column.addWidget(button)
    return pane


def seen(pane: QWidget) -> QImage:
    pane.resize(SIZE)
    pane.show()
    QApplication.processEvents()
    return pane.grab().toImage()


def test_what_is_made_ready_looks_as_if_it_were_not(themed: QApplication, qtbot: QtBot) -> None:
    at_once, ahead = a_pane(), a_pane()
    qtbot.addWidget(at_once)
    qtbot.addWidget(ahead)
    done: list[bool] = []

    make_ready(ahead, SIZE, lambda: done.append(ahead.isVisible()))
    qtbot.waitUntil(lambda: bool(done))

    assert done == [False]
    assert seen(ahead) == seen(at_once)


def test_what_is_shown_meanwhile_is_let_alone(themed: QApplication, qtbot: QtBot) -> None:
    pane = a_pane()
    qtbot.addWidget(pane)
    done: list[bool] = []
    make_ready(pane, SIZE * 2, lambda: done.append(True))

    pane.resize(SIZE)
    pane.show()
    qtbot.waitUntil(lambda: bool(done))

    assert pane.width() == SIZE.width()


def test_what_is_gone_meanwhile_is_no_fault(themed: QApplication, qtbot: QtBot) -> None:
    pane, other = a_pane(), a_pane()
    qtbot.addWidget(other)
    done: list[bool] = []
    make_ready(pane, SIZE)
    pane.deleteLater()
    make_ready(other, SIZE, lambda: done.append(True))
    other.findChildren(QLabel)[0].deleteLater()

    qtbot.waitUntil(lambda: bool(done))


def prepared(at_work: ClerkAtWork) -> list[bool]:
    done: list[bool] = []
    at_work.places.make_ready(at_work.window.stack.size(), lambda: done.append(True))
    at_work.wait_for(lambda: done, "everything made ready")
    return done


def test_the_pane_that_was_made_before_the_login_takes_the_first_visit(
    server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path
) -> None:
    with clerk_at_work(tmp_path, server.base_url) as at_work:
        prepared(at_work)
        coming = at_work.session.visits.coming
        at_work.workplace.login(CLERK, PASSWORD)
        at_work.settle()
        assert at_work.session.state.drafts == ()
        assert at_work.places.visit is None

        visit = at_work.session.new_visit()
        at_work.settle()

        assert visit is coming
        assert at_work.places.visit is not None
        assert at_work.places.visit.shown is coming
        assert at_work.places.visit.isVisible()
        visit.identifying.take_card(a_card(a_person(91), photo=b""))
        at_work.wait_for(lambda: at_work.sees("module_search"), "the choice of business")


def test_a_pane_says_whom_it_is_about_before_it_is_shown(
    server: RunningServer,
    themed: QApplication,
    two_screens: Screens,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What changes in sight is laid out, styled and drawn a second time."""
    said: list[bool] = []
    with clerk_at_work(tmp_path, server.base_url) as at_work:
        prepared(at_work)
        at_work.workplace.login(CLERK, PASSWORD)
        visit = at_work.session.new_visit()
        at_work.settle()
        assert visit is not None
        card = a_card(a_person(93), photo=b"")
        shown = ChoosePane.showEvent

        def noted(pane: ChoosePane, event: QShowEvent) -> None:
            said.append(any(label.text() == card.name for label in pane.person.findChildren(QLabel)))
            shown(pane, event)

        monkeypatch.setattr(ChoosePane, "showEvent", noted)
        visit.identifying.take_card(card)
        at_work.wait_for(lambda: bool(said), "the choice of business")

    assert said == [True]


def test_the_next_visit_is_made_after_each_and_knows_nobody(
    server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path
) -> None:
    with clerk_at_work(tmp_path, server.base_url) as at_work:
        prepared(at_work)
        at_work.workplace.login(CLERK, PASSWORD)
        first = at_work.in_form(a_person(92))
        at_work.session.end_visit()
        at_work.wait_for(lambda: at_work.places.coming is not None, "the next visit's pane")

        second = at_work.session.new_visit()

        assert second is not None
        assert second is not first
        assert second.state.identity is None
        assert second.state.visit != first.state.visit


def test_what_was_made_at_one_login_serves_the_next_one_as_theirs(
    server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path
) -> None:
    with clerk_at_work(tmp_path, server.base_url) as at_work:
        prepared(at_work)
        at_work.workplace.login(DEPUTY, PASSWORD)
        at_work.session.logout()
        at_work.workplace.login(CLERK, PASSWORD)

        visit = at_work.session.new_visit()

        assert visit is not None
        assert visit.tools.serving().clerk_number == CLERK


def test_what_comes_late_lets_others_go_first(themed: QApplication, qtbot: QtBot) -> None:
    """A key that was pressed while something took long is not held up by the next long thing as well."""
    pane = a_pane()
    qtbot.addWidget(pane)
    order: list[str] = []
    in_turn(pane, lambda: order.append("long thing"))
    QTimer.singleShot(TURN_MS + 1, pane, lambda: order.append("key"))
    until = perf_counter() + 0.03

    while perf_counter() < until:
        pass  # the loop is held up
    qtbot.waitUntil(lambda: len(order) == 2)

    assert order == ["key", "long thing"]


def test_what_comes_in_time_is_done_at_once_and_not_for_what_is_gone(themed: QApplication, qtbot: QtBot) -> None:
    pane, gone = a_pane(), a_pane()
    qtbot.addWidget(pane)
    order: list[str] = []
    in_turn(gone, lambda: order.append("gone"))
    gone.deleteLater()

    in_turn(pane, lambda: order.append("here"), 5)
    qtbot.waitUntil(lambda: bool(order))

    assert order == ["here"]
