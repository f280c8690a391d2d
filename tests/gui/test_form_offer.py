"""U18: the address begins with what was chosen, and repeats the card's by key or button; U20: where marks stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.clerk.intake.form_pane import FormPane
from app.forms.field_cell import FieldCell
from domain.catalogue.values import FieldId
from tests.gui.counter import CARD, M01, Counter, catalogue

ADDRESS = FieldId("AAE006")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture
def pane(counter: Counter, qtbot: QtBot, themed: QApplication) -> FormPane:
    visit = counter.in_form()
    shown = FormPane(visit=visit, catalogue=catalogue())
    qtbot.addWidget(shown)
    shown.resize(1100, 900)
    shown.show()
    visit.observe(shown.show_visit)
    qtbot.waitUntil(lambda: shown.form is not None and shown.form.is_complete)
    return shown


def cell(pane: FormPane, field: FieldId = ADDRESS) -> FieldCell:
    assert pane.form is not None
    found = pane.form.cell(field)
    assert found is not None
    return found


def test_U18_the_cards_address_is_offered_by_button_and_key_and_undo_takes_it_back(
    counter: Counter, pane: FormPane
) -> None:
    counter.visit.form.answer(FieldId("AAF030"), "159999001001")
    begun = counter.value("AAE006")
    assert begun.endswith("测试镇东升嘎查")
    assert cell(pane).waits, "house and group are still to be written"
    editor = cell(pane).editor
    editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
    QTest.keyClicks(editor, "3")
    assert counter.value("AAE006") == begun + "3", "typing goes on where the text ends"
    counter.visit.keeping.undo()
    button = pane.findChild(QToolButton, "offer_AAE006")
    assert isinstance(button, QToolButton)
    assert (button.isVisible(), button.text()) == (True, "与身份证住址相同")

    button.click()
    assert counter.value("AAE006") == CARD.address
    assert (button.isVisible(), cell(pane).badge.text, cell(pane).waits) == (False, "来自身份证", False)
    counter.visit.keeping.undo()
    assert counter.value("AAE006") == begun
    assert button.isVisible()

    QTest.keyClick(pane, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert counter.value("AAE006") == CARD.address
    counter.visit.form.answer(ADDRESS, "别处三号")
    assert (counter.value("AAE006"), button.isVisible()) == ("别处三号", True)


def test_U18_of_an_identity_that_was_typed_nothing_is_offered(
    counter: Counter, qtbot: QtBot, themed: QApplication
) -> None:
    counter.visit.identifying.enter("张测试", "159999196403150011")
    counter.visit.choosing.choose(M01)
    shown = FormPane(visit=counter.visit, catalogue=catalogue())
    qtbot.addWidget(shown)
    shown.show()
    counter.visit.observe(shown.show_visit)
    qtbot.waitUntil(lambda: shown.form is not None and shown.form.is_complete)

    assert shown.findChild(QToolButton, "offer_AAE006") is None


@pytest.mark.parametrize("field", ["AAC003", "AAC004", "AAC005", "AAC010"])
def test_U20_where_a_value_is_from_stands_at_the_end_of_its_own_field(pane: FormPane, field: str) -> None:
    found = cell(pane, FieldId(field))
    assert found.badge.text == "来自身份证"

    badge, editor = found.badge.box, found.editor.geometry()

    assert (badge.right(), badge.top() - editor.bottom()) == (editor.right(), 2)
    assert found.note.box.right() < badge.left()


def test_enter_stops_at_an_address_that_ends_with_the_village_and_passes_when_pressed_once_more(
    counter: Counter, pane: FormPane
) -> None:
    """However the words came there: chosen, typed or taken up again."""
    assert pane.form is not None
    village = (FieldId("AAF030"), "159999001001")
    counter.visit.form.answer(*village)
    begun = counter.value("AAE006")
    for field, value in {"AAC009": "20", "CAZ289": "200", "AAE005": "13800000000"}.items():
        counter.visit.form.answer(FieldId(field), value)
    counter.visit.form.answer(ADDRESS, begun + "3")
    counter.visit.form.answer(ADDRESS, begun)  # what was typed behind it is deleted again
    phone = cell(pane, FieldId("AAE005")).editor
    phone.setFocus()
    QTest.keyClick(phone, Qt.Key.Key_Return)
    assert cell(pane).editor.hasFocus()

    QTest.keyClick(cell(pane).editor, Qt.Key.Key_Return)

    assert cell(pane).editor.hasFocus()
    assert "请接着写完整" in cell(pane).note.text
    QTest.keyClick(cell(pane).editor, Qt.Key.Key_Return)
    assert pane.bar.next.hasFocus(), "there are villages without numbers"


def test_enter_does_not_lead_out_of_the_last_field_while_it_is_wrong_itself(counter: Counter, pane: FormPane) -> None:
    village = {"AAF030": "159999001001", "AAC009": "20", "CAZ289": "200", "AAE006": "测试镇东升嘎查三组1号"}
    for field, value in village.items():
        counter.visit.form.answer(FieldId(field), value)
    phone = cell(pane, FieldId("AAE005")).editor
    phone.setFocus()

    QTest.keyClick(phone, Qt.Key.Key_Return)
    assert (phone.hasFocus(), cell(pane, FieldId("AAE005")).note.role) == (True, "warning")
    QTest.keyClicks(phone, "138")
    QTest.keyClick(phone, Qt.Key.Key_Return)

    assert (phone.hasFocus(), cell(pane, FieldId("AAE005")).note.role) == (True, "error")
