"""Between two visits: unfinished ones can be told apart, also on a small screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.clerk.home import HomePane
from app.session.state import DraftRow, SessionState
from domain.business_time import BUSINESS_ZONE

DRAFT = DraftRow(
    visit="v1",
    module_name="新参保登记",
    applicant="张**",
    number_end="0011",
    phase_title="采集材料",
    changed_at=datetime(2026, 11, 27, 9, 5, tzinfo=BUSINESS_ZONE),
)


@pytest.fixture
def home(qtbot: QtBot, themed: QApplication) -> HomePane:
    pane = HomePane(
        on_begin=lambda: None, on_resume=lambda visit: None, on_discard=lambda visit: None, on_recover=lambda: None
    )
    qtbot.addWidget(pane)
    pane.resize(1366, 720)
    pane.show()
    return pane


def words(home: HomePane) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in home.list.findChildren(QLabel) if label.isVisible()]


def test_unfinished_visits_are_told_apart_by_number_phase_and_time(home: HomePane) -> None:
    later = replace(
        DRAFT, visit="v2", number_end="0035", changed_at=datetime(2026, 11, 27, 9, 40, tzinfo=BUSINESS_ZONE)
    )

    home.render_session(SessionState(drafts=(DRAFT, later)))

    assert words(home) == [
        "张**（尾号 0011）",
        "新参保登记 · 停在“采集材料” · 11-27 09:05 保存",
        "张**（尾号 0035）",
        "新参保登记 · 停在“采集材料” · 11-27 09:40 保存",
    ]


def test_a_case_that_is_mended_and_a_person_with_two_visits_are_marked(home: HomePane) -> None:
    home.render_session(SessionState(drafts=(replace(DRAFT, mends=True), replace(DRAFT, visit="v2", has_twin=True))))

    shown = words(home)

    assert (shown.count("补正、改正"), shown.count("同一人有多笔")) == (1, 1)


@pytest.mark.parametrize("size", [(1366, 720), (1093, 566), (911, 466), (911, 420)])
def test_every_button_stays_in_sight_on_small_screens(home: HomePane, size: tuple[int, int]) -> None:
    home.render_session(SessionState(drafts=tuple(replace(DRAFT, visit=f"v{number}") for number in range(6))))
    home.resize(*size)
    QApplication.processEvents()

    assert home.size().toTuple() == size
    whole = home.rect()
    assert whole.contains(QRect(home.begin.mapTo(home, home.begin.rect().topLeft()), home.begin.size()))
    assert whole.contains(QRect(home.list.mapTo(home, home.list.rect().topLeft()), home.list.size()))
    first = home.list.findChildren(QPushButton, "resume")[0]
    assert not first.visibleRegion().isEmpty()
    card = home.list.parentWidget()
    assert card is not None
    assert card.width() == 720


def test_K7_what_was_set_aside_is_offered_back_and_only_then(home: HomePane) -> None:
    home.render_session(SessionState())
    assert not home.recover.isVisibleTo(home)

    home.render_session(SessionState(to_recover=1))

    assert home.recover.isVisibleTo(home)
    assert home.recover.text() == "找回本机数据"
