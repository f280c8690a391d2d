"""The clerk's window by keys alone and on a small screen: nothing needs a mouse, nothing lies out of sight."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.clerk.intake.identify import IdentifyPane
from app.clerk.intake.read_back_pane import ReadBackPane
from app.clerk.places import PlaceKey
from app.clerk.visit_pane import VisitPane
from app.notices.codes import NoticeCode
from app.visit.state import Phase
from tests.gui.clerk import ClerkAtWork
from tests.helpers.builders import a_card
from tests.helpers.session_harness import a_person


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), key, modifier)
    QApplication.processEvents()


def visit_pane(clerk: ClerkAtWork) -> VisitPane:
    pane = clerk.places.visit
    assert pane is not None
    return pane


def test_a_visit_is_ended_by_a_key(clerk: ClerkAtWork) -> None:
    clerk.in_form(a_person(1))
    clerk.wait_for(lambda: clerk.sees("AAE005"), "the form")

    press(Qt.Key.Key_F8)
    clerk.settle()

    assert clerk.session.visit is None
    assert clerk.places.home.isVisible()
    assert len(clerk.session.state.drafts) == 1


def test_the_keys_work_from_the_header_too_but_not_in_another_place(clerk: ClerkAtWork) -> None:
    clerk.in_form(a_person(1))
    clerk.wait_for(lambda: focused().objectName() == "AAC003", "the first field has the keyboard")
    clerk.places.header.logout.setFocus()
    press(Qt.Key.Key_F6)
    assert focused().objectName() == "step_form"

    clerk.places.go_to(PlaceKey.CASES)
    clerk.settle()
    press(Qt.Key.Key_F8)
    assert clerk.session.visit is not None
    clerk.places.go_to(PlaceKey.VISIT)
    clerk.places.header.logout.setFocus()
    press(Qt.Key.Key_F8)

    assert clerk.session.visit is None


def test_a_step_is_gone_back_to_by_keys_and_the_keyboard_returns_to_where_it_was(clerk: ClerkAtWork) -> None:
    visit = clerk.in_form(a_person(1))
    clerk.wait_for(lambda: focused().objectName() == "AAC003", "the first field has the keyboard")
    before = focused()

    press(Qt.Key.Key_F6)
    assert focused().objectName() == "step_form"
    press(Qt.Key.Key_F6)
    assert focused() is before
    press(Qt.Key.Key_F6)
    press(Qt.Key.Key_Down)
    assert focused().objectName() == "step_form", "what was not reached cannot be gone to"
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Return)
    clerk.settle()

    assert visit.state.phase is Phase.CHOOSE
    clerk.wait_for(lambda: focused().objectName() == "module_search", "the pane takes the keyboard")


def test_tab_goes_from_the_steps_into_the_pane(clerk: ClerkAtWork) -> None:
    clerk.in_form(a_person(1))
    clerk.wait_for(lambda: focused().objectName() == "AAC003", "the first field has the keyboard")
    press(Qt.Key.Key_F6)

    press(Qt.Key.Key_Tab)

    assert focused().objectName() == "park"
    press(Qt.Key.Key_Tab)
    assert visit_pane(clerk).stack.isAncestorOf(focused())


def test_a_long_name_is_cut_with_dots_and_told_whole(clerk: ClerkAtWork) -> None:
    visit = clerk.in_form(a_person(1))
    pane = visit_pane(clerk)
    assert visit.state.identity is not None
    name = "TESTOVA ALEXANDRA MARIA MAGDALENA OF TESTLAND"

    pane._on_visit(replace(visit.state, identity=replace(visit.state.identity, name=name)))

    assert pane.applicant.text().endswith("…")
    assert pane.applicant.toolTip() == name
    assert pane.applicant.fontMetrics().horizontalAdvance(pane.applicant.text()) <= pane.applicant.width()
    pane._on_visit(visit.state)
    assert pane.applicant.toolTip() == ""


def test_the_reader_is_told_as_soon_as_the_pane_is_seen(clerk: ClerkAtWork) -> None:
    clerk.session.new_visit()
    clerk.settle()

    pane = visit_pane(clerk).pane(Phase.IDENTIFY)
    assert isinstance(pane, IdentifyPane)
    clerk.wait_for(lambda: pane.isVisible() and pane.reader.text() == "读卡器就绪", "the pane, and the reader in it")


def test_without_a_customers_screen_the_clerk_is_told_how_to_show_it_here(clerk: ClerkAtWork) -> None:
    clerk.window.offer_customer(offered=True, shown=False)
    clerk.in_form(a_person(1))
    pane = visit_pane(clerk).pane(Phase.READ_BACK)
    assert isinstance(pane, ReadBackPane)

    pane.tell_screen(away=False)
    assert "正在等待群众屏显示" in pane.display.line.text()
    clerk.window.offer_customer(offered=True, shown=False)

    assert "没有连接群众屏" in pane.display.line.text()
    assert "F9" in pane.display.line.text()
    clerk.window.offer_customer(offered=True, shown=True)
    assert "正在等待群众屏显示" in pane.display.line.text()
    clerk.window.offer_customer(offered=True, shown=False)
    clerk.session.end_visit()
    clerk.submit(a_person(2))
    pane = visit_pane(clerk).pane(Phase.READ_BACK)
    assert isinstance(pane, ReadBackPane)
    assert "F9" not in pane.display.line.text(), "the applicant has done her part"


def test_F8_keeps_what_is_being_typed_by_hand(clerk: ClerkAtWork) -> None:
    clerk.session.end_visit()
    clerk.places.begin()
    clerk.settle()
    clerk.wait_for(lambda: clerk.sees("manual_name"), "the fields")
    press(Qt.Key.Key_F4)
    name = clerk.find(QLineEdit, "manual_name")
    name.insert("张甲")
    name.textEdited.emit(name.text())
    QTest.keyClicks(clerk.find(QLineEdit, "manual_number"), "159999 1971")
    press(Qt.Key.Key_F8)
    clerk.settle()
    (row,) = clerk.session.state.drafts
    assert row.applicant.startswith("张")

    clerk.session.resume(row.visit)
    clerk.wait_for(lambda: clerk.sees("manual_name"), "the fields again")
    clerk.wait_for(lambda: clerk.find(QLineEdit, "manual_name").text() == "张甲", "what was typed")

    assert clerk.find(QLineEdit, "manual_number").text().replace(" ", "") == "1599991971"
    clerk.workplace.visit.identifying.take_card(a_card(a_person(4), photo=b""))
    assert (clerk.workplace.visit.state.typed_name, clerk.workplace.visit.state.typed_number) == ("", "")


def test_what_is_typed_after_the_last_enter_is_told_and_no_enter_behind_it_leaves_the_form(clerk: ClerkAtWork) -> None:
    visit = clerk.in_form(a_person(1))
    clerk.wait_for(lambda: focused().objectName() == "AAC003", "the first field has the keyboard")
    press(Qt.Key.Key_Return)
    assert focused().objectName() == "next", "everything is filled in"

    QTest.keyClicks(focused(), "13800000000")
    press(Qt.Key.Key_Return)
    clerk.settle()

    assert visit.state.phase is Phase.FORM
    assert visit.state.notice is not None
    assert visit.state.notice.code == NoticeCode.TYPED_NOWHERE.value
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    clerk.wait_for(lambda: visit.state.phase is Phase.MATERIALS, "the next step, by its own key")
    clerk.wait_for(lambda: clerk.sees("materials"), "its pane")
    QTest.keyClicks(focused(), "3z")
    assert visit.state.notice is not None, "told there too"
