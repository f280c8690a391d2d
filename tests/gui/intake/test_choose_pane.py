"""The choice of the business, by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.clerk.intake.choose import ChoosePane
from app.visit.state import Phase
from domain.forms.answers import ApplicantKind
from tests.gui.counter import CARD, M01, Counter
from tests.gui.intake.panes import commit, focused, show, texts
from tests.helpers.heirs import a_heir_number


@pytest.mark.parametrize("typed", ["xcb", "M01", "m01"])
def test_the_item_is_found_by_initials_or_code_and_taken_by_enter(
    window: QWidget, counter: Counter, typed: str
) -> None:
    counter.visit.identifying.take_card(CARD)
    pane = ChoosePane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keyClicks(focused(), typed)
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert counter.visit.state.module == M01
    assert counter.visit.state.phase is Phase.FORM


def test_the_item_is_found_by_chinese_and_what_is_not_there_is_said(window: QWidget, counter: Counter) -> None:
    counter.visit.identifying.take_card(CARD)
    pane = ChoosePane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    commit(pane.search, "没有的事")
    assert "没有找到" in texts(pane)
    QTest.keyClick(pane.search, Qt.Key.Key_Return)
    assert counter.visit.state.module is None
    pane.search.clear()
    commit(pane.search, "新参保")

    first = pane.list.topLevelItem(0)
    assert first is not None
    shown = [first.text(column) for column in range(7)]
    assert shown == ["新参保登记", "城乡居民基本养老保险参保登记", "M01", "即时", "2 级", "3 个工作日", "当场"]


def test_who_acts_for_the_applicant_is_chosen_before_the_form(window: QWidget, counter: Counter) -> None:
    counter.visit.identifying.take_card(CARD)
    pane = ChoosePane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    next(button for button in pane.kinds.buttons() if button.text() == "授权代办人").click()

    assert counter.visit.state.applicant_kind is ApplicantKind.AGENT
    assert pane.agent.text() == "请放其身份证"
    counter.visit.identifying.take_card(replace(CARD, name="赵测试", id_number=a_heir_number(7)))
    assert pane.agent.text() == "已核验：赵测试"
    assert counter.visit.state.identity is not None
    assert counter.visit.state.identity.name == CARD.name
