"""What the reviewer reads and with which words and keys (IM-6b)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QToolButton

from app.clerk.review.duty import duty_words
from domain.catalogue.values import RoleId
from tests.gui.clerk import ClerkAtWork
from tests.gui.review.reviewing import look_through, press, ready, send, send_old, shown, taken
from tests.helpers.builders import shipped_catalogue
from tests.helpers.central_server import (
    DEPUTY,
    PASSWORD,
    REVIEWER,
)


def test_everything_is_done_with_the_keyboard(clerk: ClerkAtWork, county: ClerkAtWork) -> None:
    first, second = send(clerk, 1), send(clerk, 2)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    viewer, alt = county.places.review.sheet.viewer, Qt.KeyboardModifier.AltModifier
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


def test_pages_are_called_as_in_the_catalogue_and_can_be_turned_and_enlarged(
    clerk: ClerkAtWork, county: ClerkAtWork
) -> None:
    send(clerk, 1)
    county.workplace.login(REVIEWER, PASSWORD)
    county.settle()
    viewer = county.places.review.sheet.viewer
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
