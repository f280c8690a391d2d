"""Foundation 1.7: what was found opens to be read and nothing else; a card or a code is looked for from the box."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.clerk.actions.offering import keys_at_work
from app.clerk.actions.table import ActionKey
from app.clerk.places import PlaceKey
from app.notices.codes import NoticeCode
from app.notices.faults import FaultCode
from app.notices.texts import fault_notice
from app.visit.state import Phase
from hardware.kinds.id_card_reader import CardFailed, CardRead, LookAgain
from hardware.outcomes import OutcomeCode
from tests.gui.clerk import ClerkAtWork
from tests.helpers.builders import a_card
from tests.helpers.session_harness import a_person
from tests.integration.session_acts import Lane


def accepted(clerk: ClerkAtWork, number: str) -> str:
    clerk.submit(number)
    receipt_no = clerk.workplace.wait_for_receipt()
    clerk.session.end_visit()
    clerk.settle()
    return receipt_no


def test_1_7_a_found_case_is_read_with_its_pages_and_course_and_left_with_a_key(clerk: ClerkAtWork) -> None:
    receipt_no = accepted(clerk, a_person(411))
    home, look = clerk.places.home, clerk.places.look

    home.search_for(receipt_no)
    clerk.wait_for(lambda: clerk.sees("look"), "what was found")
    clerk.press("look")
    clerk.wait_for(look.isVisible, "the case")

    text = look.sheet.form.toPlainText()
    assert receipt_no in text
    assert "办理过程" in text
    clerk.wait_for(lambda: look.sheet.viewer.picture.has_picture, "its first page")
    assert {button.objectName() for button in look.findChildren(QPushButton)} == {"leave_case"}
    QTest.keyClick(look.sheet.form, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert home.isVisible()


def test_1_7_nothing_of_a_case_stays_after_the_logout(clerk: ClerkAtWork) -> None:
    receipt_no = accepted(clerk, a_person(412))
    clerk.places.home.search_for(receipt_no)
    clerk.wait_for(lambda: clerk.sees("look"), "what was found")
    clerk.press("look")
    clerk.wait_for(clerk.places.look.isVisible, "the case")

    clerk.session.logout()

    assert receipt_no not in clerk.places.look.sheet.form.toPlainText()
    assert clerk.places.home.search.text() == ""


def test_1_7_a_card_is_looked_for_while_the_keyboard_is_in_the_box_and_else_begins_a_visit(clerk: ClerkAtWork) -> None:
    number = a_person(413)
    receipt_no = accepted(clerk, number)
    home = clerk.places.home
    clerk.window.activateWindow()
    home.search.setFocus()
    clerk.wait_for(home.search.hasFocus, "the keyboard in the box")

    clerk.tell(CardRead(card=a_card(number, photo=b"")))

    clerk.wait_for(lambda: receipt_no in clerk.words, "the case of this person")
    assert clerk.session.visit is None
    home.search.clear()
    home.begin.setFocus()
    clerk.tell(CardRead(card=a_card(a_person(414), photo=b"")))
    assert clerk.session.visit is not None


@pytest.mark.parametrize("place", ["cases", "look"])
def test_M3_a_card_laid_where_the_clerk_does_not_see_the_counter_is_told_and_begins_nothing(
    clerk: ClerkAtWork, place: str
) -> None:
    places = clerk.places
    if place == "cases":
        places.go_to(PlaceKey.CASES)
    else:
        places.stack.setCurrentWidget(places.look)

    clerk.tell(CardRead(card=a_card(a_person(415), photo=b"")))

    assert clerk.session.visit is None
    assert clerk.workplace.code == "card_elsewhere"
    places.begin()
    clerk.settle()
    assert clerk.session.visit is not None
    assert clerk.session.visit.state.identity is None, "only what lies there now, and is read once more, counts"
    assert clerk.workplace.host.asked == [LookAgain()]
    clerk.tell(CardRead(card=a_card(a_person(415), photo=b"")))
    assert clerk.session.visit.state.identity is not None


def test_M3_a_card_does_not_take_the_clerk_from_her_cases_to_the_next_visit(clerk: ClerkAtWork) -> None:
    clerk.submit(a_person(416))
    clerk.workplace.wait_for_receipt()
    clerk.settle()
    told = clerk.session.visit
    clerk.places.go_to(PlaceKey.CASES)

    clerk.tell(CardRead(card=a_card(a_person(417), photo=b"")))

    assert clerk.session.visit is told
    assert clerk.workplace.code == "card_elsewhere"
    assert clerk.places.cases.isVisible()


@pytest.mark.parametrize("place", ["cases", "look"])
def test_a_card_for_the_visit_at_the_counter_brings_it_in_sight(clerk: ClerkAtWork, place: str) -> None:
    number = a_person(421)
    visit = clerk.in_form(number)
    places = clerk.places
    clerk.settle()
    places.stack.setCurrentWidget(places.cases if place == "cases" else places.look)

    clerk.tell(CardRead(card=a_card(number, photo=b"")))

    assert places.visit is not None
    assert places.visit.isVisible()
    assert clerk.session.visit is visit
    assert clerk.workplace.code == "card_back_to_visit"
    places.go_to(PlaceKey.CASES)
    clerk.tell(CardFailed(code=OutcomeCode.CARD_LIFTED))
    assert places.visit.isVisible()
    assert visit.state.notice is not None


def test_somebody_elses_card_is_asked_about_while_the_visit_is_not_in_sight(clerk: ClerkAtWork) -> None:
    before = clerk.session.new_visit()
    assert before is not None
    before.identifying.take_card(a_card(a_person(422), name="张甲甲", photo=b""))
    clerk.settle()
    clerk.places.go_to(PlaceKey.CASES)
    card = CardRead(card=a_card(a_person(423), name="赵乙乙", photo=b""))

    clerk.tell(card)
    assert before.state.identity is not None
    assert before.state.identity.name == "张甲甲", "nobody takes a place unseen"
    assert "赵乙乙" in clerk.find(QPushButton, "confirm_yes").text()
    clerk.press("confirm_no")
    assert clerk.session.visit is before
    assert clerk.places.cases.isVisible()

    clerk.tell(card)
    QTest.keyClick(clerk.find(QPushButton, "confirm_no"), Qt.Key.Key_F2)
    clerk.settle()
    now = clerk.workplace.visit.state
    assert now.identity is not None
    assert now.identity.name == "赵乙乙"
    assert [row.visit for row in clerk.session.state.drafts] == [before.state.visit]


def test_a_case_that_was_asked_for_does_not_come_over_the_next_visit(clerk: ClerkAtWork) -> None:
    receipt_no = accepted(clerk, a_person(424))
    clerk.places.home.search_for(receipt_no)
    clerk.wait_for(lambda: clerk.sees("look"), "what was found")
    lane = Lane(clerk.workplace)
    clerk.press("look")
    clerk.places.begin()
    clerk.settle()

    lane.let_go()
    clerk.settle()

    assert clerk.places.visit is not None
    assert clerk.places.visit.isVisible()


def test_a_case_without_a_number_is_read_from_what_lies_here(clerk: ClerkAtWork) -> None:
    loop = clerk.session.account._loop
    assert loop is not None
    loop.stop()
    number = a_person(425)
    clerk.submit(number)
    clerk.session.end_visit()
    look = clerk.places.look

    clerk.places.home.search_for(number)
    clerk.wait_for(lambda: clerk.sees("look"), "what was found")
    clerk.press("look")
    clerk.wait_for(look.isVisible, "the case")

    assert number in look.sheet.form.toPlainText()
    assert "还没有受理号" in look.sheet.form.toPlainText()
    assert look.title.full == "只供查看：张测试 · 新参保登记 · 还没有受理号"
    clerk.wait_for(lambda: look.sheet.viewer.picture.has_picture, "its first page")


def test_with_the_server_away_a_case_is_read_from_what_lies_here(clerk: ClerkAtWork) -> None:
    number = a_person(426)
    receipt_no = accepted(clerk, number)
    look, lookup = clerk.places.look, clerk.session.account.lookup
    clerk.places.home.search_for(receipt_no)
    clerk.wait_for(lambda: clerk.sees("look"), "what was found")
    away = fault_notice(FaultCode.NO_NETWORK, {})
    object.__setattr__(lookup, "load_case", lambda _case, done: done(away))

    clerk.press("look")
    clerk.wait_for(look.isVisible, "the case")

    text = look.sheet.form.toPlainText()
    assert number in text
    assert receipt_no in text
    assert away.what in text


@pytest.mark.parametrize("place", ["cases", "look"])
def test_the_key_that_finds_works_from_her_cases_and_from_a_case_that_is_read(clerk: ClerkAtWork, place: str) -> None:
    places = clerk.places
    if place == "cases":
        places.go_to(PlaceKey.CASES)
    else:
        places.stack.setCurrentWidget(places.look)
        places.look.back.setFocus()
    clerk.settle()
    assert ActionKey.FIND in keys_at_work(clerk.window)

    QTest.keyClick(clerk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    clerk.wait_for(places.home.search.hasFocus, "the keyboard in the box")


def test_the_key_that_finds_leads_to_the_box_of_businesses_and_is_told_to_wait_while_a_visit_is_open(
    clerk: ClerkAtWork,
) -> None:
    visit = clerk.in_form(a_person(417))
    visit.phases.go(Phase.CHOOSE)
    clerk.wait_for(lambda: clerk.sees("module_search"), "the businesses")
    clerk.find(QPushButton, "next").setFocus()
    QTest.keyClick(clerk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    clerk.wait_for(lambda: clerk.find(QLineEdit, "module_search").hasFocus(), "the keyboard in the box")

    clerk.places.go_to(PlaceKey.CASES)
    clerk.settle()
    QTest.keyClick(clerk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    notice = clerk.session.state.notice
    assert notice is not None
    assert (notice.code, clerk.places.cases.isVisible()) == (NoticeCode.VISIT_OPEN.value, True)
