"""The form with the bar below it, driven by keys against a real visit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.intake.form_pane import FormPane
from app.visit.scene import Reply
from app.visit.state import Phase
from domain.catalogue.values import FieldId
from tests.gui.counter import Counter, catalogue
from tests.gui.intake.panes import commit, focused, show
from tests.helpers.visit_harness import disputed


def test_going_on_with_errors_stays_and_shows_the_first_one(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert counter.visit.state.phase is Phase.FORM
    assert pane.form is not None
    cell = pane.form.cell(FieldId("AAF030"))
    assert cell is not None
    assert cell.editor.hasFocus()
    assert cell.note.text.startswith("此项必填")


def test_the_button_does_what_it_is_pressed_for_while_the_fields_are_on_their_way(
    qtbot: QtBot, themed: QApplication, counter: Counter
) -> None:
    counter.in_form()
    _fill(counter)
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    qtbot.addWidget(pane)
    pane.show_visit(counter.visit.state)
    assert pane.form is None

    pane.bar.next.click()

    assert counter.visit.state.phase is Phase.MATERIALS


def test_what_the_applicant_calls_wrong_is_marked_in_the_form_and_has_the_keyboard(
    qtbot: QtBot, window: QWidget, counter: Counter
) -> None:
    counter.in_form()
    _fill(counter)
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    counter.visit.phases.enter(Phase.READ_BACK)
    shown = counter.shown[-1]
    counter.visit.applicant.reply(
        Reply(visit=shown.visit, counter=shown.counter, answer=disputed(shown, ("联系电话", "居住地址")))
    )
    counter.visit.phases.go(Phase.FORM)
    show(window, pane)

    qtbot.waitUntil(lambda: focused().objectName() == "AAE005", timeout=10_000)
    assert pane.form is not None
    phone, address, name = (pane.form.cell(FieldId(one)) for one in ("AAE005", "AAE006", "AAC003"))
    assert phone
    assert address
    assert name
    assert [one.note.text for one in (phone, address)] == ["群众说这一项有误，请问清后改正"] * 2
    assert "有误" not in name.note.text
    QTest.keyClicks(focused(), "7")
    assert "有误" not in phone.note.text, "it was changed"
    commit(focused(), "13800000007")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert focused().objectName() == "AAE006", "Enter leads to the next that she means"


def test_a_button_that_is_held_down_while_the_fields_come_acts_when_it_is_let_go(
    qtbot: QtBot, window: QWidget, counter: Counter
) -> None:
    """The keyboard that went to the first field took the press away from the button."""
    counter.in_form()
    _fill(counter)
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    pane.setParent(window)
    pane.resize(window.size())
    window.show()
    qtbot.waitUntil(lambda: pane.bar.next.isVisible() and window.isActiveWindow())
    handle, place = window.windowHandle(), pane.bar.next.mapTo(window, pane.bar.next.rect().center())

    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: pane.form is not None and pane.form.is_complete)
    for _ in range(10):  # the keyboard would go in a turn of its own
        QApplication.processEvents()
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=place)

    assert counter.visit.state.phase is Phase.MATERIALS


def test_the_whole_form_is_filled_by_keyboard_and_left(qtbot: QtBot, window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    qtbot.waitUntil(lambda: focused().objectName() == "AAF030", timeout=10_000)

    for field, keys in (
        ("AAF030", "dsgc"),
        ("AAC009", "bdny"),
        ("CAZ289", "200"),
        ("AAE005", "13800000000"),
    ):
        assert focused().objectName() == field
        QTest.keyClicks(focused(), keys)
        _to_next_to_type(pane)
    assert focused().objectName() == "AAE006"
    commit(focused(), "三组12号")
    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert counter.visit.state.phase is Phase.MATERIALS
    assert counter.value("AAF030") == "159999001001"
    assert counter.value("AAC009") == "21"
    assert counter.value("CAZ289") == "200"
    assert counter.value("AAE006").endswith("测试镇东升嘎查三组12号")


def _fill(counter: Counter) -> None:
    for field, value in (
        ("AAF030", "159999001001"),
        ("AAC009", "21"),
        ("CAZ289", "200"),
        ("AAE005", "13800000000"),
        ("AAE006", "测试镇东升嘎查三组12号"),
    ):
        counter.visit.form.answer(FieldId(field), value)


def _to_next_to_type(pane: FormPane) -> None:
    form = pane.form
    assert form is not None
    for _ in range(12):
        QTest.keyClick(focused(), Qt.Key.Key_Return)
        cell = form.cell(FieldId(focused().objectName()))
        begun = focused().objectName() == "AAE006"
        if cell is not None and cell.look.required and (begun or not cell.look.value):
            return
    raise AssertionError("no required field is left that is empty or only begun")


def test_enter_in_the_last_field_leads_to_the_button_and_once_more_goes_on(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    _fill(counter)
    assert pane.form is not None
    cell = pane.form.cell(FieldId("AAE013"))
    assert cell is not None
    cell.editor.setFocus()

    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert pane.bar.next.hasFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert counter.visit.state.phase is Phase.MATERIALS


def test_tab_leads_from_the_last_field_to_the_bar_also_after_a_field_came(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    other = QPushButton("退出", window)  # as the window's header has them
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    assert pane.form is not None
    counter.visit.form.answer(FieldId("AAE010"), "6")
    last = pane.form.cell(FieldId("AAE013"))
    assert last is not None
    last.editor.setFocus()

    stops = []
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        stops.append(focused())

    assert [stop.objectName() for stop in stops[:2]] == ["next", "back"]
    assert other in stops
    QTest.keyClick(pane.bar.next, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)


def test_undo_by_key_takes_back_the_last_field(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    assert pane.form is not None
    cell = pane.form.cell(FieldId("AAE005"))
    assert cell is not None
    cell.editor.setFocus()
    QTest.keyClicks(focused(), "138")

    QTest.keySequence(focused(), "Ctrl+Z")

    assert counter.value("AAE005") == ""
    assert cell.editor.value() == ""


def test_alt_and_a_letter_lead_to_a_section(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keySequence(focused(), "Alt+R")

    assert focused().objectName() == "AAE005"


def test_the_clerk_sees_when_the_form_was_saved(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())

    counter.visit.observe(pane.show_visit)
    show(window, pane)

    assert pane.bar.saved.text().startswith("已自动保存 ")
