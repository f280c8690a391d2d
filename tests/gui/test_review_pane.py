"""The reviewer's workplace against the real server: tasks, decisions, the two-person rule (IM-6b, IM-6c, SX-3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPlainTextEdit, QPushButton, QToolButton

from app.clerk.review.decision_bar import unfit_opinion
from app.clerk.review.duty import duty_words
from app.clerk.review.review_pane import REFRESH_MS
from app.clerk.statuses import act_text
from domain.cases.values import Act
from domain.catalogue.values import RoleId
from domain.texts import LONGEST_OPINION
from tests.gui.clerk import ClerkAtWork, clerk_at_work
from tests.helpers.builders import OLD_NUMBER, shipped_catalogue
from tests.helpers.central_server import (
    CLERK,
    CLERK_AS_REVIEWER,
    DEPUTY,
    PASSWORD,
    REVIEWER,
    RunningServer,
    running_server,
)
from tests.helpers.screens import Screens
from tests.helpers.session_harness import a_person


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def clerk(server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path) -> Iterator[ClerkAtWork]:
    with clerk_at_work(tmp_path / "clerk", server.base_url) as at_work:
        at_work.workplace.login(CLERK, PASSWORD)
        yield at_work


@pytest.fixture
def county(server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path) -> Iterator[ClerkAtWork]:
    with clerk_at_work(tmp_path / "county", server.base_url) as at_work:
        yield at_work


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
    return county.places.review.form.toPlainText()


def press(county: ClerkAtWork, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, keys)
    county.settle()


def look_through(county: ClerkAtWork) -> None:
    """Look at every page and the signature."""
    review = county.places.review
    review.parts.show_part(1)
    for _ in range(20):
        if not review.viewer.unseen:
            break
        review.viewer.turn_over(1)
        county.settle()
    assert review.viewer.unseen == ()
    review.parts.show_part(0)
    county.settle()


def taken(county: ClerkAtWork, said: str = "已通过") -> None:
    """Wait until the step came back through the exchange and everything that follows from it was read."""
    county.wait_for(lambda: f"{said}：" in county.words, "the step was taken")
    county.settle()


def ready(county: ClerkAtWork) -> None:
    """Wait until a decision can be taken."""
    county.wait_for(county.find(QPushButton, "act_approve").isEnabled, "the buttons")


def test_after_a_decision_the_next_task_opens_and_has_the_keyboard(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    first, second = send(clerk, 1), send(clerk, 2)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    review = county.places.review
    assert review.tasks.count() == 2
    opened, other = (first, second) if first in shown(county) else (second, first)
    assert opened in shown(county)
    assert county.find(QPlainTextEdit, "opinion").hasFocus()
    assert review.viewer.picture.has_picture

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


def test_everything_is_done_with_the_keyboard(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    first, second = send(clerk, 1), send(clerk, 2)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    viewer, alt = county.places.review.viewer, Qt.KeyboardModifier.AltModifier
    titles = [viewer.bar.title.full]

    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        press(county, key, alt)
        titles.append(viewer.bar.title.full)
    press(county, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    press(county, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    larger = viewer.picture.times
    press(county, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    smaller = viewer.picture.times
    press(county, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    before = county.places.review.tasks.currentRow()
    press(county, Qt.Key.Key_Down, alt)

    assert [title.rpartition(" ")[2] for title in titles] == ["首页", "本人页", "申请人签名", "本人页"]
    assert larger == pytest.approx(1.25**2)
    assert smaller == pytest.approx(1.25)
    assert viewer.picture.times == 1.0
    assert county.places.review.tasks.currentRow() == 1 - before
    county.find(QPlainTextEdit, "opinion").setFocus()
    press(county, Qt.Key.Key_B, alt)
    assert "还没有写原因，没有退回" in county.words
    county.find(QPlainTextEdit, "opinion").setPlainText("请重拍")
    press(county, Qt.Key.Key_B, alt)
    taken(county, "已退回")
    ready(county)
    look_through(county)
    press(county, Qt.Key.Key_Return, alt)
    taken(county)
    assert {first, second} >= {line.receipt_no for line in county.places.review.list.lines}


def test_a_case_that_was_returned_and_mended_opens_again(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    case = county.places.review._case
    lines = county.places.review.list.lines
    county.find(QPlainTextEdit, "opinion").setPlainText("请重拍")
    county.press("act_return")
    county.wait_for(lambda: "已退回" in shown(county), "the step was taken")
    county.settle()
    assert county.places.review.tasks.item(0).text() == "现在没有待复核的业务"

    review = county.places.review
    reading = review._lookup
    assert reading is not None
    review._tasks_loaded(reading, review._asked + 1, lines)  # as if it were submitted again
    county.settle()

    assert case is not None
    assert review.tasks.currentRow() == 0
    assert review._opening is None
    assert not review._go_on


def test_a_list_that_was_asked_for_before_the_decision_is_not_shown(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    review = county.places.review
    reading, lines, asked = review._lookup, review.list.lines, review._asked
    assert reading is not None
    look_through(county)
    county.press("act_approve")
    taken(county)

    review._tasks_loaded(reading, asked, lines)

    assert review.tasks.item(0).text() == "现在没有待复核的业务"


def test_who_approves_reads_of_approval_and_why_the_case_came_so_far(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    receipt_no = send_old(clerk)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    assert "超龄参保，升为一级高风险业务" in shown(county)
    assert county.find(QPushButton, "place_review").text() == "复核"
    look_through(county)
    county.press("act_approve")
    taken(county)
    county.session.logout()
    county.settle()

    county.workplace.login(DEPUTY, PASSWORD)
    county.settle()

    review = county.places.review
    assert county.find(QPushButton, "place_review").text() == "审批"
    assert (review.list.title.text(), review.tasks.accessibleName()) == ("待审批", "待审批")
    assert receipt_no in shown(county)
    assert "审批中" in shown(county)
    assert "超龄参保，升为一级高风险业务" in shown(county)
    assert "复核" not in county.words
    look_through(county)
    county.press("act_approve")
    taken(county)
    assert review.tasks.item(0).text() == "现在没有待审批的业务"


def test_the_words_follow_from_where_roles_stand_in_the_chains(themed: QApplication) -> None:
    def place(*roles: str) -> str:
        return duty_words(shipped_catalogue(), [RoleId(role) for role in roles]).place

    assert place("PUB_CHK") == place("PUB_BIZ", "PEN_CHK") == "复核"
    assert place("DEP_DIR") == place("DIR", "CITY_APP", "PUB_BIZ") == "审批"
    assert place("PUB_CHK", "DIR") == "复核审批"


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


def test_pages_are_called_as_in_the_catalogue_and_can_be_turned_and_enlarged(
    clerk: ClerkAtWork, county: ClerkAtWork
) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    viewer = county.places.review.viewer
    first = viewer.bar.title.full

    county.find(QToolButton, "turn_right").click()
    county.find(QToolButton, "zoom_in").click()
    size = viewer.bar.size_shown.text()
    county.find(QToolButton, "next_page").click()
    second, upright = viewer.bar.title.full, viewer.picture.turned
    county.find(QToolButton, "next_page").click()
    third = viewer.bar.title.full
    county.find(QToolButton, "next_page").click()

    assert (first, second, third) == ("居民户口簿 · 首页", "居民户口簿 · 本人页", "申请人签名")
    assert size == "125%"
    assert upright == 0
    assert (viewer.bar.title.full, viewer.picture.turned) == (first, 90)
    assert "1/3" in county.words


def test_sh_a_step_that_the_server_refuses_is_explained_and_the_opinion_stays(
    clerk: ClerkAtWork, county: ClerkAtWork, server: RunningServer, tmp_path: Path
) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    case = county.places.review._case
    assert case is not None
    county.session.logout()
    county.settle()
    county.workplace.login(CLERK_AS_REVIEWER, PASSWORD)
    county.settle()
    assert "现在没有待复核的业务" in county.places.review.tasks.item(0).text()
    review = county.places.review
    review._show_case(case)  # as if her window still showed it: the server does not offer it to her
    county.find(QPlainTextEdit, "opinion").setPlainText("同意")

    look_through(county)
    county.press("act_approve")
    county.wait_for(lambda: "不能由同一人办理这一步" in county.words, "the refusal")
    assert "请交由另一名有该岗位权限的工作人员办理" in county.words
    assert county.find(QPlainTextEdit, "opinion").toPlainText() == "同意"
    QTest.keyClick(county.window, Qt.Key.Key_Escape)
    assert "不能由同一人办理这一步" not in county.words


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


def test_U3_what_was_not_looked_at_is_marked_and_asked_for_once(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    ready(county)
    review = county.places.review
    assert "申请人签名" in review.viewer.unseen
    assert f"{len(review.viewer.unseen)} 页没看" in review.viewer.bar.number.text()

    county.press("act_approve")
    box = county.find(QMessageBox, "confirm")
    assert all(title in box.text() for title in review.viewer.unseen)
    county.press("confirm_no")
    county.settle()
    assert review._case is not None
    assert not any(step.act is Act.APPROVE for step in review._case.steps)

    county.press("act_approve")
    county.wait_for(lambda: "已通过" in county.words, "it is asked for once only")


def test_U3_who_has_looked_at_everything_is_asked_nothing(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    ready(county)
    look_through(county)
    assert "没看" not in county.places.review.viewer.bar.number.text()

    county.press("act_approve")

    county.wait_for(lambda: "已通过" in county.words, "the step was taken")
