"""The cell of a number that is typed twice (V19)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.visit.twice import ONCE, OTHERWISE
from domain.catalogue.values import FieldId
from domain.forms.answers import value_of
from tests.gui.counter import Counter
from tests.gui.test_form_view import FormAtWork

NUMBER = FieldId("AAE010")
ACCOUNT = "6222000000000000012"


@pytest.fixture
def at_work(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[FormAtWork]:
    counter = Counter(tmp_path)
    form = FormAtWork(counter)
    qtbot.addWidget(form.form)
    yield form
    QGuiApplication.clipboard().clear()
    counter.close()


def second(at_work: FormAtWork) -> QLineEdit:
    found = at_work.form.findChild(QLineEdit, "AAE010_again")
    assert isinstance(found, QLineEdit)
    return found


def typed_again(at_work: FormAtWork) -> str:
    return value_of(at_work.visit.state.again, NUMBER)


def codes(at_work: FormAtWork) -> list[str]:
    return [finding.code for finding in at_work.visit.state.findings if finding.field == NUMBER]


def test_V19_the_second_line_is_there_once_something_was_typed_and_goes_with_it(at_work: FormAtWork) -> None:
    editor = at_work.enter(NUMBER)
    assert second(at_work).isHidden()

    QTest.keyClicks(editor, ACCOUNT)
    assert second(at_work).isVisible()

    at_work.visit.form.answer(NUMBER, "")
    assert second(at_work).isHidden()


def test_V19_enter_leads_to_the_second_line_and_on_once_both_are_the_same(at_work: FormAtWork) -> None:
    QTest.keyClicks(at_work.enter(NUMBER), ACCOUNT)
    QTest.keyClick(at_work.cell(NUMBER).editor, Qt.Key.Key_Return)
    assert second(at_work).hasFocus()
    assert codes(at_work) == [ONCE]

    QTest.keyClicks(second(at_work), ACCOUNT)
    assert (typed_again(at_work), codes(at_work)) == (ACCOUNT, [])
    QTest.keyClick(second(at_work), Qt.Key.Key_Return)
    assert not second(at_work).hasFocus()
    assert at_work.cell(NUMBER).note.text == at_work.cell(NUMBER).spec.hint


def test_V19_tab_goes_through_both_lines(qtbot: QtBot, at_work: FormAtWork) -> None:
    QTest.keyClicks(at_work.enter(NUMBER), ACCOUNT)

    QTest.keyClick(at_work.cell(NUMBER).editor, Qt.Key.Key_Tab)

    assert second(at_work).hasFocus()


def test_V19_what_differs_is_red_once_the_cell_is_left_and_the_keyboard_is_led_to_it(at_work: FormAtWork) -> None:
    QTest.keyClicks(at_work.enter(NUMBER), ACCOUNT)
    second(at_work).setFocus()
    QTest.keyClicks(second(at_work), "62")
    assert at_work.cell(NUMBER).note.text == at_work.cell(NUMBER).spec.hint, "it waits while it is being typed"

    at_work.enter("AAE005")
    assert codes(at_work) == [OTHERWISE]
    assert at_work.cell(NUMBER).note.text.startswith("两遍输入不一致")
    panel = at_work.cell(NUMBER).again_panel
    assert panel is not None
    assert panel.state == "error"

    assert at_work.form.way.to_first_error()
    assert second(at_work).hasFocus()


@pytest.mark.parametrize("way", ["keys", "middle button"])
def test_V19_the_second_line_takes_no_paste_and_says_so(at_work: FormAtWork, way: str) -> None:
    QTest.keyClicks(at_work.enter(NUMBER), ACCOUNT)
    QGuiApplication.clipboard().setText(ACCOUNT)
    second(at_work).setFocus()

    if way == "keys":
        QTest.keySequence(second(at_work), QKeySequence(QKeySequence.StandardKey.Paste))
    else:
        QTest.mouseClick(second(at_work), Qt.MouseButton.MiddleButton, pos=QPoint(20, 10))

    assert (second(at_work).text(), typed_again(at_work)) == ("", "")
    assert "没有粘贴" in at_work.cell(NUMBER).note.text
    assert second(at_work).contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    assert not second(at_work).acceptDrops()
    QTest.keyClicks(second(at_work), "6")
    assert "没有粘贴" not in at_work.cell(NUMBER).note.text


def test_V19_both_lines_have_their_place_and_the_message_stands_below(qtbot: QtBot, at_work: FormAtWork) -> None:
    QTest.keyClicks(at_work.enter(NUMBER), ACCOUNT)
    first, bank = at_work.cell(NUMBER).editor, at_work.cell("BIE013").editor

    qtbot.waitUntil(lambda: second(at_work).y() >= first.geometry().bottom())

    box = second(at_work).geometry()
    assert (box.x(), box.width(), box.height()) == (first.x(), first.width(), first.height())
    assert bank.parentWidget() is first.parentWidget()
    assert not bank.geometry().intersects(box)


def test_V19_the_second_line_is_heard_by_its_own_name(at_work: FormAtWork) -> None:
    assert second(at_work).accessibleName() == "再次输入银行账号"
