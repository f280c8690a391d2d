"""Login, a login that runs out in the middle of work, and leaving with an open visit (IM-1, IM-9)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.clerk.login.asking import PUT_OFF_MS
from app.session.state import LineState
from app.visit.state import Phase
from tests.gui.clerk import ClerkAtWork
from tests.helpers.builders import at
from tests.helpers.central_server import CLERK, PASSWORD
from tests.helpers.session_harness import a_person


@pytest.fixture
def clerk(at_login: ClerkAtWork) -> ClerkAtWork:
    return at_login


def log_in(clerk: ClerkAtWork) -> None:
    clerk.workplace.login(CLERK, PASSWORD)
    clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "online")


def expire(clerk: ClerkAtWork) -> None:
    """The server knows the token no longer."""
    opened = clerk.session.account.opened
    assert opened is not None
    opened.line.set_token("a-token-that-is-none")
    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.session.state.line is LineState.LOGIN_NEEDED, "asked to log in")


def type_password(clerk: ClerkAtWork, password: str) -> None:
    field = clerk.find(QLineEdit, "password_again")
    QTest.keyClicks(field, password)
    QTest.keyClick(field, Qt.Key.Key_Return)
    clerk.settle()


def test_the_login_does_not_move_when_it_is_told_that_the_customers_screen_is_missing(clerk: ClerkAtWork) -> None:
    user, strip = clerk.find(QLineEdit, "user"), clerk.window.show_customer
    before = user.mapTo(clerk.window, QPoint())

    clerk.window.offer_customer(offered=True, shown=False)
    clerk.settle()
    assert strip.isVisible()
    assert user.mapTo(clerk.window, QPoint()) == before
    clerk.window.offer_customer(offered=False, shown=False)
    clerk.settle()
    assert user.mapTo(clerk.window, QPoint()) == before

    log_in(clerk)
    assert clerk.places.mapTo(clerk.window, QPoint()) == QPoint(), "behind the login no room is lost"


def test_a_clerk_logs_in_by_keyboard_and_a_wrong_password_is_told(clerk: ClerkAtWork) -> None:
    user = clerk.find(QLineEdit, "user")
    assert (user.accessibleName(), clerk.find(QLineEdit, "password").accessibleName()) == ("用户名", "密码")
    QTest.keyClicks(user, CLERK)
    QTest.keyClick(clerk.find(QLineEdit, "user"), Qt.Key.Key_Return)
    assert clerk.find(QLineEdit, "password").hasFocus()
    QTest.keyClick(clerk.find(QLineEdit, "password"), Qt.Key.Key_Return)
    assert "还没有填写密码" in clerk.words
    QTest.keyClicks(clerk.find(QLineEdit, "password"), "wrong")
    QTest.keyClick(clerk.find(QLineEdit, "password"), Qt.Key.Key_Return)
    clerk.settle()
    assert "怎么办" in clerk.words
    password = clerk.find(QLineEdit, "password")
    password.selectAll()
    QTest.keyClicks(password, PASSWORD)
    QTest.keyClick(password, Qt.Key.Key_Return)
    clerk.settle()

    assert clerk.places.home.begin.hasFocus()
    assert clerk.places.home.begin.height() >= 56
    QTest.keyClick(clerk.places.home.begin, Qt.Key.Key_F2)
    assert clerk.workplace.visit.state.phase is Phase.IDENTIFY


def test_an_expired_login_is_asked_for_over_the_form_and_closes_by_itself(clerk: ClerkAtWork) -> None:
    log_in(clerk)
    visit = clerk.in_form(a_person(1))
    clerk.wait_for(lambda: clerk.sees("AAE005"), "the form")
    field = clerk.find(QLineEdit, "AAE005")
    field.setFocus()
    expire(clerk)
    assert not clerk.sees("password_again"), "the next keys are meant for the form"
    assert "登录已过期，可以继续填写" in clerk.words
    QTest.keyClicks(field, "12")
    assert field.text().startswith("12")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    clerk.press("login_again_chip")
    assert clerk.sees("password_again")

    type_password(clerk, "wrong")
    assert clerk.sees("password_again")
    assert "怎么办" in clerk.words
    type_password(clerk, PASSWORD)
    clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "online again")

    assert not clerk.sees("password_again")
    assert clerk.session.visit is visit
    assert visit.state.answers[at("AAE005")].value == "13800000000"


def test_later_is_respected_until_there_is_a_reason(clerk: ClerkAtWork) -> None:
    log_in(clerk)
    expire(clerk)
    clerk.press("login_later")
    assert clerk.find(QPushButton, "login_again_chip").text().startswith("登录过期")
    for _ in range(3):
        clerk.session.account.wake()
        clerk.settle()
    assert not clerk.sees("password_again")

    clerk.press("login_again_chip")
    assert clerk.sees("password_again")
    clerk.press("login_again_button")
    assert "还没有填写密码" in clerk.words
    clerk.press("login_later")
    assert clerk.places.asking.timer.isActive()
    assert clerk.places.asking.timer.interval() == PUT_OFF_MS
    clerk.places.asking.timer.timeout.emit()
    assert clerk.sees("password_again")
    clerk.press("login_later")
    clerk.submit(a_person(2))
    clerk.wait_for(lambda: clerk.session.state.waiting == 1, "something new waits")

    assert clerk.sees("password_again")


def test_logging_out_with_an_open_visit_asks_and_keeps_the_draft(clerk: ClerkAtWork) -> None:
    log_in(clerk)
    clerk.in_form(a_person(3))

    clerk.press("logout")
    clerk.press("confirm_no")
    assert clerk.session.visit is not None
    clerk.press("logout")
    clerk.press("confirm_yes")
    clerk.settle()
    assert clerk.sees("login_button")
    log_in(clerk)
    clerk.settle()

    assert "新参保登记 · 停在“填写表单”" in clerk.words
    clerk.press("resume")
    clerk.settle()
    assert clerk.workplace.visit.state.answers[at("AAE005")].value == "13800000000"


def test_closing_the_window_with_an_open_visit_asks(clerk: ClerkAtWork) -> None:
    log_in(clerk)
    clerk.in_form(a_person(4))

    clerk.window.close()
    assert clerk.window.isVisible()
    clerk.press("confirm_no")
    assert clerk.window.isVisible()
    clerk.window.close()
    clerk.press("confirm_yes")

    assert not clerk.window.isVisible()


def test_an_unfinished_visit_is_given_up_only_after_asking(clerk: ClerkAtWork) -> None:
    log_in(clerk)
    clerk.in_form(a_person(5))
    clerk.session.end_visit()
    clerk.settle()

    clerk.press("discard")
    clerk.press("confirm_no")
    assert len(clerk.session.state.drafts) == 1
    clerk.press("discard")
    clerk.press("confirm_yes")
    clerk.settle()

    assert "没有办完的业务" not in clerk.words
