"""Notices, and the table of shortcuts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.notice import NoticeBar
from app.clerk.shortcuts import Keys, ShortcutsDialog, sequence_of, sequences_of, table
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


def test_every_shortcut_has_one_meaning_and_a_chinese_text(qtbot: QtBot, themed: QApplication) -> None:
    rows = table()

    assert {row.keys for row in rows} == set(Keys)
    assert len({row.sequence for row in rows}) == len(rows)
    assert all(row.text and row.scope and not row.text.isascii() for row in rows)
    assert all(not QKeySequence(sequence_of(keys)).isEmpty() for keys in Keys)


def test_U20_no_two_keys_collide_within_one_scope() -> None:
    everywhere = table()[0].scope
    for scope in {row.scope for row in table()}:
        keys = [row.keys for row in table() if row.scope in {scope, everywhere}]
        sequences = [sequence.toString() for one in keys for sequence in sequences_of(one)]
        assert len(set(sequences)) == len(sequences), scope


def test_the_table_is_shown_whole(qtbot: QtBot, themed: QApplication) -> None:
    dialog = ShortcutsDialog(frozenset(Keys))
    qtbot.addWidget(dialog)

    words = {label.text() for label in dialog.findChildren(QLabel)}

    assert all(row.text in words for row in table())
