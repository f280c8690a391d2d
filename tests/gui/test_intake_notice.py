"""The bar of a notice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.notice import NoticeBar
from app.notices.notice import Notice, Tone

NOTICE = Notice(tone=Tone.ERROR, what="读卡器没有回应", why="连接线松动", next="请重新插好", code="x1")


@pytest.fixture
def window(qtbot: QtBot, themed: QApplication) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 200)
    window.show()
    return window


@pytest.fixture
def bar(window: QWidget) -> NoticeBar:
    return NoticeBar(parent=window)


@pytest.mark.parametrize("tone", list(Tone))
def test_a_notice_says_what_why_and_what_to_do_in_its_tone(bar: NoticeBar, tone: Tone) -> None:
    bar.show_notice(replace(NOTICE, tone=tone))

    words = "".join(label.text() for label in bar.findChildren(QLabel))
    assert all(part in words for part in ("读卡器没有回应", "连接线松动", "重新插好"))
    assert bar.property("tone") == tone.value
    assert "读卡器没有回应" in bar.accessibleName()


def test_a_closed_notice_stays_closed_until_another_one_comes(window: QWidget) -> None:
    closed: list[bool] = []
    bar = NoticeBar(on_close=lambda: closed.append(True), parent=window)
    bar.show_notice(NOTICE)
    QTest.keyClick(bar.close_button, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert closed == [True]

    bar.show_notice(NOTICE)
    assert not bar.isVisible()
    bar.show_notice(None)
    bar.show_notice(NOTICE)

    assert bar.isVisible()
