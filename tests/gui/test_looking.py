"""Foundation 1.7: what was found opens to be read and nothing else; a card or a code is looked for from the box."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.clerk.places import PlaceKey
from hardware.kinds.id_card_reader import CardRead
from tests.gui.clerk import ClerkAtWork
from tests.helpers.builders import a_card
from tests.helpers.session_harness import a_person


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
    assert clerk.session.visit.state.identity is None


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
