"""A return to a stage that the director names, against the real server, with the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QRadioButton

from tests.gui.clerk import ClerkAtWork
from tests.gui.review.reviewing import look_through, press, ready, send, send_old, shown, taken
from tests.helpers.central_server import DEPUTY, PASSWORD, REVIEWER

ALT = Qt.KeyboardModifier.AltModifier


def log_in(county: ClerkAtWork, user: str) -> None:
    if county.session.state.clerk is not None:
        county.session.logout()
        county.settle()
    county.workplace.login(user, PASSWORD)
    county.settle()
    ready(county)


def passed_by_the_reviewer(clerk: ClerkAtWork, county: ClerkAtWork) -> str:
    """A case that the deputy director has before her."""
    receipt_no = send_old(clerk)
    log_in(county, REVIEWER)
    look_through(county)
    county.press("act_approve")
    taken(county)
    log_in(county, DEPUTY)
    return receipt_no


def ask_where(county: ClerkAtWork) -> QDialog:
    opinion = county.find(QPlainTextEdit, "opinion")
    county.window.activateWindow()  # without a window manager nobody gives it back after a dialog
    opinion.setFocus()
    county.wait_for(opinion.hasFocus, "the keyboard")
    opinion.setPlainText("请再核对户口簿")
    press(county, Qt.Key.Key_B, ALT)
    return county.find(QDialog, "return_to")


def test_7_the_stage_of_a_return_is_chosen_and_who_has_it_again_sees_it(
    clerk: ClerkAtWork, county: ClerkAtWork
) -> None:
    receipt_no = passed_by_the_reviewer(clerk, county)
    dialog = ask_where(county)
    choices = [choice.text() for choice in dialog.findChildren(QRadioButton)]
    press(county, Qt.Key.Key_Down)
    press(county, Qt.Key.Key_Return)
    taken(county, "已退回")
    assert choices == ["受理", "复核"]
    assert "这笔业务回到了“复核”环节" in county.words
    assert "退回到“复核” 请再核对户口簿" in shown(county)

    log_in(county, REVIEWER)

    assert receipt_no in shown(county)
    assert "复核中" in shown(county)
    assert "退回重核" in county.places.review.tasks.item(0).text()
    assert "退回到“复核”：请再核对户口簿" in county.places.review.sheet.form.accessibleDescription()
    look_through(county)
    county.press("act_approve")
    taken(county)
    log_in(county, DEPUTY)
    assert "退回重核" not in county.places.review.tasks.item(0).text()


def test_7_esc_returns_nothing_and_enter_alone_returns_to_the_clerk(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    passed_by_the_reviewer(clerk, county)
    ask_where(county)
    press(county, Qt.Key.Key_Escape)
    assert "审批中" in shown(county)
    assert county.find(QPlainTextEdit, "opinion").toPlainText() == "请再核对户口簿"

    ask_where(county)
    press(county, Qt.Key.Key_Return)
    taken(county, "已退回")

    assert "退回到“受理” 请再核对户口簿" in shown(county)
    clerk.wait_for(lambda: clerk.session.state.returned == 1, "the clerk hears of it")


def test_7_where_there_is_one_stage_only_nothing_is_asked(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    log_in(county, REVIEWER)
    county.find(QPlainTextEdit, "opinion").setPlainText("请重拍")

    county.press("act_return")

    taken(county, "已退回")
    assert "退回到“受理” 请重拍" in shown(county)
