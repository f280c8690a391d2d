"""The tasks at the reviewer's: what waits, what opens next, what came late (IM-6b)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.clerk.review.review_pane import REFRESH_MS
from app.clerk.review.task_list import TaskList
from domain.cases.values import CaseId
from tests.gui.clerk import ClerkAtWork
from tests.gui.review.reviewing import look_through, ready, send, shown, taken
from tests.helpers.builders import shipped_catalogue
from tests.helpers.central_server import (
    CLERK_AS_REVIEWER,
    PASSWORD,
    REVIEWER,
    RunningServer,
)
from tests.helpers.session_harness import a_person
from tests.unit.app.test_review import a_line


def test_after_a_decision_the_next_task_opens_and_has_the_keyboard(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    first, second = send(clerk, 1), send(clerk, 2)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    review = county.places.review
    assert review.tasks.count() == 2
    opened, other = (first, second) if first in shown(county) else (second, first)
    assert opened in shown(county)
    assert county.find(QPlainTextEdit, "opinion").hasFocus()
    assert review.sheet.viewer.picture.has_picture

    look_through(county)
    county.press("act_approve")
    county.press("act_approve")  # a double click decides on one case only
    taken(county)

    assert f"已通过：{opened}" in county.words
    assert "请继续看自动打开的下一件" in county.words
    assert (review.tasks.count(), review.tasks.currentRow()) == (1, 0)
    assert other in shown(county)
    assert county.find(QPlainTextEdit, "opinion").hasFocus()
    assert not county.find(QPushButton, "act_approve").isEnabled()
    ready(county)
    look_through(county)
    county.press("act_approve")
    county.wait_for(lambda: f"已通过：{other}" in county.words, "the step was taken")
    county.settle()
    assert "没有其他业务在等待" in county.words
    assert review.tasks.item(0).text() == "现在没有待复核的业务"
    assert other in shown(county)
    assert not county.find(QPushButton, "act_approve").isEnabled()


def test_the_task_below_the_one_decided_on_is_the_next(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    for number in (1, 2, 3):
        send(clerk, number)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    review = county.places.review
    third = review.list.lines[2]
    review.tasks.setCurrentRow(1)
    county.settle()

    look_through(county)
    county.press("act_approve")
    taken(county)

    assert review.tasks.currentRow() == 1
    assert review.list.lines[1] == third
    assert third.receipt_no in shown(county)


def test_new_tasks_appear_by_themselves_and_what_is_being_read_stays(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    first = send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    county.find(QPlainTextEdit, "opinion").setPlainText("材料齐全")
    review = county.places.review
    assert review.refresh.isActive()
    assert review.refresh.interval() == REFRESH_MS == 30_000
    send(clerk, 2)

    review.refresh.timeout.emit()
    county.settle()

    assert review.tasks.count() == 2
    assert first in shown(county)
    assert county.find(QPlainTextEdit, "opinion").toPlainText() == "材料齐全"
    county.session.logout()
    county.settle()
    assert not review.refresh.isActive()
    assert first not in shown(county)
    assert a_person(1) not in shown(county)


def test_the_next_reviewer_at_the_same_counter_sees_her_tasks_at_once(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    county.workplace.login(CLERK_AS_REVIEWER, PASSWORD)
    county.settle()
    county.session.logout()
    county.settle()
    receipt_no = send(clerk, 1)

    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()

    assert receipt_no in shown(county)


def test_the_list_says_that_it_is_being_read_or_could_not_be(
    clerk: ClerkAtWork, county: ClerkAtWork, server: RunningServer
) -> None:
    tools, later = county.session.tools, list[Callable[[], None]]()
    at_once = tools.run_aside
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    county.session.logout()
    object.__setattr__(tools, "run_aside", lambda *job: later.append(partial(at_once, *job)))
    tasks = county.places.review.tasks

    county.workplace.login(REVIEWER, PASSWORD)
    assert tasks.item(0).text() == "正在读取…"
    server.process.terminate()
    server.process.join(30)
    for job in later:
        job()

    assert tasks.item(0).text() == "没有读到，请刷新"
    assert "连不上服务器" in county.words


def test_f5_reads_the_list_that_is_seen(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    assert county.places.review.tasks.item(0).flags() == Qt.ItemFlag.NoItemFlags
    send(clerk, 1)

    county.places.review.tasks.setFocus()
    QTest.keyClick(county.places.review.tasks, Qt.Key.Key_F5)
    county.settle()

    assert "测试镇便民服务中心" in county.places.review.tasks.item(0).text()


def test_a_list_that_does_not_hold_all_tasks_says_so_below_the_last(qtbot: QtBot, themed: QApplication) -> None:
    opened: list[CaseId] = []
    tasks = TaskList(shipped_catalogue(), on_open=opened.append, on_reload=lambda: None)
    qtbot.addWidget(tasks)

    tasks.show_lines((a_line(CaseId("case-1")),), more=True, shown=None, instead="没有")
    assert "还有更多" in tasks.tasks.item(1).text()
    tasks.go_on()
    tasks.go_on()
    assert opened == ["case-1"], "what is said is no task"

    tasks.show_lines((a_line(CaseId("case-1")),), more=False, shown=None, instead="没有")
    assert tasks.tasks.count() == 1
