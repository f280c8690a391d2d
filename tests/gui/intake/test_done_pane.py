"""The last page of a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.clerk.intake.done_pane import DonePane
from app.visit.state import Phase, ReceiptSeen
from domain.cases.values import CaseId
from domain.papers.receipt import ReceiptPaper
from tests.gui.counter import Counter
from tests.gui.intake.panes import focused, show, texts


def test_the_end_shows_the_number_or_that_the_case_is_safe(window: QWidget, counter: Counter, qtbot: QtBot) -> None:
    counter.in_form()
    printed: list[ReceiptPaper] = []
    ended: list[bool] = []
    mended: list[CaseId] = []
    pane = DonePane(
        visit=counter.visit,
        on_print=printed.append,
        on_end=lambda: ended.append(True),
        on_mend=mended.append,
    )
    show(window, pane)
    state = replace(counter.visit.state, phase=Phase.DONE, receipt=ReceiptSeen())
    counter.visit.observe(pane.show_visit)
    become = counter.visit._holder.become

    become(state)
    assert "已保存，待发送" in texts(pane)
    assert "打印材料收存单" in pane.printing.text(), "U8: the button says what it prints"
    pane.printing.click()
    assert [paper.receipt_no for paper in printed] == [""]
    printed.clear()
    assert not pane.mend.isVisible()
    become(replace(state, refused=True))
    assert "服务器没有受理" in texts(pane)
    assert "自动提交" not in texts(pane)
    assert not pane.printing.isVisible()
    pane.mend.click()
    assert mended == [counter.visit.state.case]
    receipt = ReceiptSeen(receipt_no="SL15999920260302000001", due_on=date(2026, 3, 5))
    become(replace(state, receipt=receipt))

    assert "SL15999920260302000001" in texts(pane)
    assert "请打印受理回执" in texts(pane), "U8: only the slip was given"
    assert "办结期限：2026-03-05" in texts(pane), "and the limit stays"
    assert "打印受理回执" in pane.printing.text()
    QTest.keySequence(pane, "Ctrl+P")
    assert [paper.receipt_no for paper in printed] == [receipt.receipt_no]
    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ended == [], "F2: the number has just come, nobody has read it"
    qtbot.waitUntil(pane.end.hasFocus)
    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ended == [True]


@pytest.mark.parametrize("certain", [True, False])
def test_a_limit_that_may_move_says_so_on_the_last_page(window: QWidget, counter: Counter, certain: bool) -> None:
    counter.in_form()
    pane = DonePane(visit=counter.visit, on_print=print, on_end=print, on_mend=print)
    show(window, pane)
    receipt = ReceiptSeen(receipt_no="SL15999920260302000001", due_on=date(2026, 3, 5), due_certain=certain)
    counter.visit.observe(pane.show_visit)

    counter.visit._holder.become(replace(counter.visit.state, phase=Phase.DONE, receipt=receipt))

    assert "办结期限：2026-03-05" in texts(pane)
    assert ("2026-03-05（遇国务院新公布的放假安排顺延）" in texts(pane)) is not certain
