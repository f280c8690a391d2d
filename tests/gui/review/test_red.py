"""What is said of a case in red: nobody passes it by one press, and that it was verified stands in the opinion."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from app.clerk.review.review_pane import ReviewPane
from app.notices.notice import Notice
from app.review.opinion import with_verified
from app.session.deciding import Deciding, Seen
from domain.cases.values import Act, CaseId
from domain.catalogue.values import StageId
from domain.texts import LONGEST_OPINION
from domain.wire.cases import CaseView
from tests.gui.test_case_form import a_view
from tests.gui.test_review_layout import OneCase, a_pane


class Steps(Deciding):
    """Notes what would be kept."""

    def __init__(self) -> None:
        """Nothing was decided yet."""
        self.taken: list[tuple[Act, str]] = []

    def take_step(
        self,
        case: CaseId,
        act: Act,
        opinion: str,
        seen: Seen,
        done: Callable[[CaseView | Notice], None],
        *,
        target: StageId | None = None,
    ) -> None:
        """Noted."""
        self.taken.append((act, opinion))


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def pane(qtbot: QtBot, themed: QApplication, steps: Steps) -> ReviewPane:
    pane = a_pane(qtbot, (1366, 768))
    red = dataclasses.replace(a_view(), ink_shared=2, acts=(Act.APPROVE, Act.RETURN))
    pane.review.begin(OneCase(red), steps)
    pane.review.choose(red.case)
    assert pane.review.state.open is not None
    for captured in pane.review.state.open.captured:
        pane.review.look_at(captured)
    QApplication.processEvents()
    return pane


def ticks(pane: ReviewPane) -> list[QCheckBox]:
    return [tick for tick in pane.findChildren(QCheckBox) if tick.objectName().startswith("verify_")]


def button(pane: ReviewPane, name: str) -> QPushButton:
    (found,) = pane.findChildren(QPushButton, name)
    return found


def test_a_red_warning_is_not_passed_by_one_press_but_by_a_tick_that_stands_in_the_opinion(
    pane: ReviewPane, steps: Steps
) -> None:
    pane.decision.opinion.setPlainText("已电话核实。")

    pane.decision.buttons[Act.APPROVE].click()
    assert steps.taken == []
    (tick,) = ticks(pane)
    go = button(pane, "verify_go")
    assert tick.window().focusWidget() is tick
    assert "还用在另外 2 人的件中" in tick.text()
    QTest.keyClick(tick, Qt.Key.Key_Return)
    assert (go.isEnabled(), steps.taken) == (False, []), "Enter alone goes nowhere"

    QTest.keyClick(tick, Qt.Key.Key_Space)
    assert go.isEnabled()
    go.click()

    assert steps.taken == [(Act.APPROVE, "已电话核实；已核实“这份签名图像还用在另外 2 人的件中”")]


def test_who_cannot_verify_it_cancels_and_nothing_is_decided(pane: ReviewPane, steps: Steps) -> None:
    pane.decision.buttons[Act.APPROVE].click()
    QTest.keyClick(ticks(pane)[0], Qt.Key.Key_Escape)

    assert steps.taken == []
    pane.decision.opinion.setPlainText("签名不是本人")
    pane.decision.buttons[Act.RETURN].click()
    assert steps.taken == [(Act.RETURN, "签名不是本人")], "a return says enough by its reason"


def test_an_opinion_that_gets_too_long_by_the_ticks_is_not_cut_but_told(pane: ReviewPane, steps: Steps) -> None:
    pane.decision.opinion.setPlainText("字" * LONGEST_OPINION)
    pane.decision.buttons[Act.APPROVE].click()
    QTest.keyClick(ticks(pane)[0], Qt.Key.Key_Space)
    button(pane, "verify_go").click()

    assert steps.taken == []
    assert pane.review.state.notice is not None
    assert pane.review.state.notice.code == "opinion_too_long"


def test_each_red_thing_is_named_in_the_opinion(pane: ReviewPane) -> None:
    assert pane.review.state.open is not None
    (red,) = pane.review.state.open.red
    assert with_verified("", (red, red)).count("已核实") == 2
    assert with_verified("同意", ()) == "同意"
