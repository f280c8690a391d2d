"""Undo in a field: the hand goes on where the change was, whatever characters the text holds (Qt counts UTF-16)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.intake.form_pane import FormPane
from app.forms.fields.positions import before, end_of_change, units
from domain.catalogue.values import FieldId
from tests.gui.counter import Counter, catalogue

RARE = "𠮷"


@pytest.fixture
def counter(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture
def pane(qtbot: QtBot, counter: Counter) -> Iterator[FormPane]:
    counter.in_form()
    made = FormPane(visit=counter.visit, catalogue=catalogue())
    made.resize(1200, 700)
    counter.visit.observe(made.show_visit)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.form is not None and made.form.is_complete)
    yield made
    counter.visit.forget(made.show_visit)
    made.deleteLater()


def commit(widget: QWidget, text: str) -> None:
    """As an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def undo(widget: QWidget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("first", [RARE, "八", RARE * 3])
def test_F4_a_rare_character_survives_undo_and_further_typing(pane: FormPane, counter: Counter, first: str) -> None:
    name = pane.findChild(QLineEdit, "AAC003")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    name.selectAll()
    commit(name, f"张{first}")
    counter.visit.form.answer(FieldId("AAE006"), "a")
    counter.visit.form.answer(FieldId("AAE005"), "1")
    name.setFocus()
    name.setCursorPosition(units(name.text()))
    commit(name, "某")
    undo(name)

    commit(name, "海")

    assert counter.value("AAC003") == f"张{first}海"


def test_F4_a_grouped_number_keeps_the_cursor_behind_a_rare_character(pane: FormPane, counter: Counter) -> None:
    number = pane.findChild(QLineEdit, "AAC002")
    assert isinstance(number, QLineEdit)
    number.setFocus()
    number.selectAll()
    commit(number, f"{RARE}1234567")
    number.setCursorPosition(2)

    commit(number, "9")

    assert counter.value("AAC002") == f"{RARE}91234567"
    assert number.cursorPosition() == 3


@pytest.mark.parametrize("at", ["", "测试镇", "测试镇一号"])
def test_F4b_in_an_address_too_the_cursor_stands_where_the_change_was(
    pane: FormPane, counter: Counter, at: str
) -> None:
    address = pane.findChild(QPlainTextEdit, "AAE006")
    assert isinstance(address, QPlainTextEdit)
    address.setFocus()
    commit(address, "测试镇一号")
    counter.visit.form.answer(FieldId("AAE005"), "1")
    cursor = address.textCursor()
    cursor.setPosition(len(at))
    address.setTextCursor(cursor)
    commit(address, f"{RARE}某")
    undo(address)

    commit(address, "二楼")

    assert counter.value("AAE006") == at + "二楼" + "测试镇一号".removeprefix(at)


@given(st.text(), st.text(), st.text(), st.text())
def test_F4_positions_are_those_of_utf16(head: str, old: str, new: str, tail: str) -> None:
    whole = head + new + tail
    place = end_of_change(head + old + tail, whole)
    assert units(whole) == len(whole.encode("utf-16-le", "surrogatepass")) // 2
    assert before(whole, place) + whole[len(before(whole, place)) :] == whole
    assert units(before(whole, place)) == place, "never within a character"
