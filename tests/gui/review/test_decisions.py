"""The decision against the real server: reasons, questions, the two-person rule (IM-6b, IM-6c, SX-3)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPlainTextEdit, QPushButton

from app.clerk.statuses import act_text
from app.review.opinion import unfit_opinion
from domain.cases.values import Act
from domain.texts import LONGEST_OPINION
from tests.gui.clerk import ClerkAtWork
from tests.gui.review.reviewing import look_through, ready, send, shown, taken
from tests.helpers.central_server import (
    CLERK_AS_REVIEWER,
    PASSWORD,
    REVIEWER,
    RunningServer,
)


def test_a_case_is_not_returned_without_a_reason_nor_with_one_that_is_too_long(
    clerk: ClerkAtWork, county: ClerkAtWork
) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    opinion = county.find(QPlainTextEdit, "opinion")

    county.press("act_return")
    assert opinion.property("state") == "error"
    assert opinion.hasFocus()
    assert "还没有写原因，没有退回" in county.words
    assert "凭原因补正。怎么办：请在“办理意见”里写明原因，再点“退回”" in county.words
    opinion.setPlainText("页" * (LONGEST_OPINION + 3))
    assert "还没有写原因" not in county.words
    county.press("act_return")
    assert f"{LONGEST_OPINION + 3}/{LONGEST_OPINION}" in county.words
    assert "办理意见多了 3 个字，还没有退回" in county.words
    assert "请至少删去 3 个字" in county.words
    assert opinion.toPlainText() == "页" * (LONGEST_OPINION + 3)
    assert "复核中" in shown(county)
    opinion.setPlainText("页" * LONGEST_OPINION)
    assert "办理意见多了" not in county.words
    county.press("act_return")
    taken(county, "已退回")

    assert "已退回" in shown(county)
    assert opinion.toPlainText() == ""


def test_a_case_is_refused_only_after_a_question_that_names_it(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    receipt_no = send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    county.find(QPlainTextEdit, "opinion").setPlainText("已参加职工养老保险")

    county.press("act_refuse")
    question = county.find(QMessageBox, "confirm").text()
    county.press("confirm_no")
    county.settle()

    assert "张**" in question
    assert "张测试" not in question
    assert "新参保登记" in question
    assert receipt_no in question
    assert "复核中" in shown(county)
    assert county.find(QPlainTextEdit, "opinion").toPlainText() == "已参加职工养老保险"
    county.press("act_refuse")
    county.press("confirm_yes")
    taken(county, "已不予办理")


@pytest.mark.parametrize("act", [Act.RETURN, Act.REFUSE])
@pytest.mark.parametrize("opinion", ["", "字" * (LONGEST_OPINION + 12)])
def test_an_opinion_that_does_not_do_is_told_in_three_parts(act: Act, opinion: str) -> None:
    notice = unfit_opinion(act, opinion)

    assert notice is not None
    assert notice.what
    assert notice.why
    assert act_text(act) in notice.next
    assert ("12" in notice.what) == bool(opinion)


def test_approving_needs_no_opinion_but_not_a_longer_one_than_the_server_takes() -> None:
    assert unfit_opinion(Act.APPROVE, "") is None
    assert unfit_opinion(Act.APPROVE, "字" * LONGEST_OPINION) is None
    assert unfit_opinion(Act.APPROVE, "字" * (LONGEST_OPINION + 1)) is not None


def test_the_button_that_cannot_be_taken_back_stands_apart(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    refuse, approve = county.find(QPushButton, "act_refuse"), county.find(QPushButton, "act_approve")
    give_back = county.find(QPushButton, "act_return")

    between = min(approve.x(), give_back.x()) - refuse.geometry().right()

    assert between > 200
    assert approve.nextInFocusChain() is refuse


def test_sh_a_step_that_the_server_refuses_is_explained_and_the_opinion_stays(
    clerk: ClerkAtWork, county: ClerkAtWork, server: RunningServer, tmp_path: Path
) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    case = county.places.review.review.state.open
    assert case is not None
    county.session.logout()
    county.settle()
    county.workplace.login(CLERK_AS_REVIEWER, PASSWORD)
    county.settle()
    assert "现在没有待复核的业务" in county.places.review.tasks.item(0).text()
    review = county.places.review
    heart = review.review
    heart._become(
        replace(heart.state, open=case, acts=case.view.acts)
    )  # as if her window still showed it: the server does not offer it to her
    county.find(QPlainTextEdit, "opinion").setPlainText("同意")

    look_through(county)
    county.press("act_approve")
    county.wait_for(lambda: "不能由同一人办理这一步" in county.words, "the refusal")
    assert "请交由另一名有该岗位权限的工作人员办理" in county.words
    assert county.find(QPlainTextEdit, "opinion").toPlainText() == "同意"
    QTest.keyClick(county.window, Qt.Key.Key_Escape)
    assert "不能由同一人办理这一步" not in county.words


def test_U3_what_was_not_looked_at_is_marked_and_asked_for_once(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    ready(county)
    review = county.places.review
    assert "申请人签名" in review.sheet.viewer.unseen
    assert f"{len(review.sheet.viewer.unseen)} 页没看" in review.sheet.viewer.bar.number.text()

    county.press("act_approve")
    box = county.find(QMessageBox, "confirm")
    assert all(title in box.text() for title in review.sheet.viewer.unseen)
    county.press("confirm_no")
    county.settle()
    assert review.review.state.open is not None
    assert not any(step.act is Act.APPROVE for step in review.review.state.open.view.steps)

    county.press("act_approve")
    county.wait_for(lambda: "已通过" in county.words, "it is asked for once only")


def test_U3_who_has_looked_at_everything_is_asked_nothing(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    ready(county)
    look_through(county)
    assert "没看" not in county.places.review.sheet.viewer.bar.number.text()

    county.press("act_approve")

    county.wait_for(lambda: "已通过" in county.words, "the step was taken")


@pytest.mark.parametrize("by", ["key", "button"])
def test_after_the_last_decision_the_keyboard_is_where_more_is_looked_for_and_not_at_the_logout(
    clerk: ClerkAtWork, county: ClerkAtWork, by: str
) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.window.activateWindow()
    county.settle()
    look_through(county)
    ready(county)
    approve = county.find(QPushButton, "act_approve")

    if by == "key":
        county.find(QPlainTextEdit, "opinion").setFocus()
        QTest.keyClick(county.find(QPlainTextEdit, "opinion"), Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    else:
        approve.setFocus()
        approve.click()
    taken(county)

    county.wait_for(lambda: not approve.isEnabled(), "nothing is left")
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "reload"
