"""A repeating group of a form with real keys and clicks: rows come, go and move, each with its own findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.clerk.intake.form_pane import FormPane
from app.forms.field_cell import FieldCell
from app.visit.state import Phase
from domain.catalogue.values import FieldId
from domain.forms.answers import RowId, value_of
from tests.gui.counter import Counter
from tests.helpers.heirs import HEIR_NAME, HEIR_NUMBER, HEIR_SHARE, HEIRS, T01, a_heir_number, heirs_catalogue

GROUP_PART = 3
"""The group is the fourth section: Alt+R."""


class HeirsAtWork:
    """The pane with the form, on a real visit."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.counter = Counter(folder, heirs_catalogue())
        self.visit = self.counter.in_form(T01)
        self.pane = FormPane(visit=self.visit, catalogue=heirs_catalogue())
        qtbot.addWidget(self.pane)
        self.pane.resize(1280, 760)
        self.visit.observe(self.pane.show_visit)
        self.pane.show()
        QTest.qWaitForWindowActive(self.pane)
        qtbot.waitUntil(lambda: self.pane.form is not None and self.pane.form.is_complete)
        qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), object) and self.focused() is not None)

    def focused(self) -> FieldCell | None:
        form, widget = self.pane.form, QApplication.focusWidget()
        assert form is not None
        cells = (form.cell(key.field, key.row) for key in form._cells)
        return next((cell for cell in cells if cell is not None and widget in cell.editor.tab_stops()), None)

    @property
    def rows(self) -> tuple[RowId, ...]:
        return self.visit.state.answers.rows_of(HEIRS)

    def cell(self, field: FieldId, row: RowId) -> FieldCell:
        assert self.pane.form is not None
        cell = self.pane.form.cell(field, row)
        assert cell is not None
        return cell

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, modifier)
        QApplication.processEvents()

    def add_row(self) -> RowId:
        """With the key; the cursor is in its first field then."""
        before = set(self.rows)
        self.press(Qt.Key.Key_Insert, Qt.KeyboardModifier.AltModifier)
        (row,) = set(self.rows) - before
        self.qtbot.waitUntil(lambda: self.focused() is self.cell(HEIR_NAME, row))
        return row

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)
        self.press(Qt.Key.Key_Return)

    def names(self) -> list[str]:
        return [value_of(self.visit.state.answers, HEIR_NAME, row) for row in self.rows]

    def titles(self) -> list[str]:
        """Of the rows' cards, from top to bottom."""
        labels = [label for label in self.pane.findChildren(QLabel) if label.isVisible()]
        found = [label for label in labels if re.fullmatch("继承人 [0-9]", label.text())]
        return [label.text() for label in sorted(found, key=lambda one: one.mapTo(self.pane, one.pos()).y())]

    def button(self, name: str) -> QPushButton:
        found = self.pane.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found


@pytest.fixture
def at_work(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[HeirsAtWork]:
    made = HeirsAtWork(tmp_path, qtbot)
    yield made
    made.counter.close()


def test_rows_are_added_filled_and_left_by_keyboard_alone(at_work: HeirsAtWork) -> None:
    assert at_work.pane.form is not None
    at_work.pane.form.way.to_section(GROUP_PART)
    assert QApplication.focusWidget() is at_work.button(f"add_{HEIRS}")
    at_work.press(Qt.Key.Key_Return)
    (first,) = at_work.rows
    at_work.qtbot.waitUntil(lambda: at_work.focused() is at_work.cell(HEIR_NAME, first))
    at_work.type("LI")
    at_work.type(a_heir_number(1))
    at_work.type("40")
    second = at_work.add_row()
    at_work.type("WANG")

    assert at_work.rows == (first, second)
    assert at_work.names() == ["LI", "WANG"]
    assert value_of(at_work.visit.state.answers, HEIR_NUMBER, first) == a_heir_number(1)
    assert value_of(at_work.visit.state.answers, HEIR_SHARE, first) == "40"
    assert at_work.titles() == ["继承人 1", "继承人 2"]


def test_a_row_moves_with_the_cursor_and_goes_and_comes_back(at_work: HeirsAtWork) -> None:
    first = at_work.add_row()
    at_work.type("LI")
    second = at_work.add_row()
    at_work.type("WANG")
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

    at_work.press(Qt.Key.Key_Up, control_shift)
    assert (at_work.rows, at_work.names()) == ((second, first), ["WANG", "LI"])
    assert at_work.focused() is at_work.cell(HEIR_NUMBER, second)
    assert at_work.cell(HEIR_NAME, second).editor.mapTo(
        at_work.pane, at_work.cell(HEIR_NAME, second).editor.pos()
    ).y() < (at_work.cell(HEIR_NAME, first).editor.mapTo(at_work.pane, at_work.cell(HEIR_NAME, first).editor.pos()).y())

    at_work.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert (at_work.rows, at_work.names()) == ((first,), ["LI"])
    assert at_work.titles() == ["继承人 1"]

    at_work.visit.keeping.undo()
    assert (at_work.rows, at_work.names()) == ((second, first), ["WANG", "LI"])
    assert at_work.titles() == ["继承人 1", "继承人 2"]


def test_1_the_keyboard_stays_with_the_rows_when_its_row_goes(at_work: HeirsAtWork) -> None:
    first, second, third = at_work.add_row(), at_work.add_row(), at_work.add_row()
    at_work.cell(HEIR_SHARE, second).editor.setFocus()

    at_work.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    at_work.qtbot.waitUntil(lambda: at_work.focused() is at_work.cell(HEIR_SHARE, third))
    at_work.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    at_work.qtbot.waitUntil(lambda: at_work.focused() is at_work.cell(HEIR_SHARE, first))
    at_work.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    at_work.qtbot.waitUntil(lambda: QApplication.focusWidget() is at_work.button(f"add_{HEIRS}"))

    at_work.visit.keeping.undo()
    at_work.qtbot.waitUntil(lambda: at_work.focused() is at_work.cell(HEIR_NAME, first))


def test_1_removed_by_mouse_a_row_leaves_the_keyboard_beside_it(at_work: HeirsAtWork) -> None:
    first, second = at_work.add_row(), at_work.add_row()
    drop = at_work.button(f"drop_{first}")
    drop.setFocus()

    QTest.mouseClick(drop, Qt.MouseButton.LeftButton)

    at_work.qtbot.waitUntil(lambda: at_work.focused() is at_work.cell(HEIR_NAME, second))


def test_rows_come_go_and_move_by_mouse(at_work: HeirsAtWork) -> None:
    for name in ("LI", "WANG"):
        QTest.mouseClick(at_work.button(f"add_{HEIRS}"), Qt.MouseButton.LeftButton)
        row = at_work.rows[-1]
        at_work.qtbot.waitUntil(lambda: at_work.focused() is at_work.cell(HEIR_NAME, row))  # noqa: B023 - waited for
        at_work.type(name)
    first, second = at_work.rows

    QTest.mouseClick(at_work.button(f"down_{first}"), Qt.MouseButton.LeftButton)
    assert at_work.names() == ["WANG", "LI"]
    assert not at_work.button(f"up_{second}").isEnabled()
    QTest.mouseClick(at_work.button(f"drop_{second}"), Qt.MouseButton.LeftButton)

    assert at_work.names() == ["LI"]


def test_there_are_never_more_rows_than_the_form_takes(at_work: HeirsAtWork) -> None:
    for _ in range(5):
        at_work.add_row()

    assert not at_work.button(f"add_{HEIRS}").isEnabled()
    at_work.press(Qt.Key.Key_Insert, Qt.KeyboardModifier.AltModifier)
    assert len(at_work.rows) == 5
    notice = at_work.visit.state.notice
    assert notice is not None
    assert (notice.code, notice.what) == ("rows_full", "“继承人”已有 5 行，不能再加")


def test_findings_stand_at_the_field_of_their_row(at_work: HeirsAtWork) -> None:
    first, second = at_work.add_row(), at_work.add_row()

    assert not at_work.visit.phases.go(Phase.MATERIALS)

    assert at_work.cell(HEIR_NAME, first).has_error
    assert at_work.cell(HEIR_SHARE, second).has_error
    at_work.visit.form.answer(HEIR_NAME, "LI", first)
    assert not at_work.cell(HEIR_NAME, first).has_error
    assert at_work.cell(HEIR_NAME, second).has_error


def test_what_gets_the_keyboard_in_a_row_says_which_row_it_is(at_work: HeirsAtWork) -> None:
    row = at_work.add_row()

    assert at_work.button(f"drop_{row}").accessibleName() == "删除 继承人 1"
