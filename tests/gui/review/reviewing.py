"""What a reviewer does at her screen, for the tests of her workplace."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.gui.clerk import ClerkAtWork
from tests.helpers.builders import OLD_NUMBER
from tests.helpers.session_harness import a_person


def send(clerk: ClerkAtWork, number: int) -> str:
    """A case that the server has; its receipt number."""
    clerk.submit(a_person(number))
    receipt_no = clerk.workplace.wait_for_receipt()
    clerk.session.end_visit()
    return receipt_no


def send_old(clerk: ClerkAtWork) -> str:
    """A case whose applicant is 62: it goes up to the director."""
    clerk.submit(OLD_NUMBER)
    receipt_no = clerk.workplace.wait_for_receipt()
    clerk.session.end_visit()
    return receipt_no


def shown(county: ClerkAtWork) -> str:
    """What is written of the case that is open."""
    return county.places.review.sheet.form.toPlainText()


def press(county: ClerkAtWork, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, keys)
    county.settle()


def look_through(county: ClerkAtWork) -> None:
    """Look at every page and the signature."""
    review = county.places.review
    review.sheet.show_part(1)
    for _ in range(20):
        if not review.sheet.viewer.unseen:
            break
        review.sheet.viewer.turn_over(1)
        county.settle()
    assert review.sheet.viewer.unseen == ()
    review.sheet.show_part(0)
    county.settle()


def taken(county: ClerkAtWork, said: str = "已通过") -> None:
    """Wait until the step came back through the exchange and everything that follows from it was read."""
    county.wait_for(lambda: f"{said}：" in county.words, "the step was taken")
    county.settle()


def ready(county: ClerkAtWork) -> None:
    """Wait until a decision can be taken."""
    county.wait_for(county.find(QPushButton, "act_approve").isEnabled, "the buttons")
