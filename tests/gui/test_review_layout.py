"""The reviewer's workplace on small and on much enlarged screens: 1366×768 at zoom 1, 1.25 and 1.5."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.elided_label import ElidedLabel
from app.clerk.review.review_pane import ReviewPane
from app.clerk.review.side_by_side import SideBySide
from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from app.session.lookup import Lookup
from domain.cases.values import BlobHash, CaseId
from domain.wire.cases import CaseView
from tests.gui.clerk import painted_page, pictures_here
from tests.gui.test_case_form import a_view
from tests.helpers.builders import OLD_NUMBER, m01_answers, shipped_catalogue
from tests.unit.app.test_review import a_line

HEADER_PX = 51
SCREENS = [(1366, 768), (1093, 614), (911, 512)]


class OneCase(Lookup):
    """Knows one case at a time and one page, and nothing else."""

    def __init__(self, view: CaseView) -> None:
        """Nothing is asked of a server."""
        self.view = view

    def load_case(self, case: CaseId, done: Callable[[CaseView | Notice], None]) -> None:
        """The case, at once."""
        done(self.view)

    def load_page(self, case: CaseId, sha256: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        """Always the same page, at once."""
        done(painted_page(1))


class PaneOfOneCase(ReviewPane):
    """Shows what it is given; there is no list to be read."""

    def reload(self) -> None:
        """Nothing to read."""


def open_case(pane: ReviewPane, view: CaseView) -> None:
    pane.review.begin(OneCase(view), None)
    pane.review.choose(view.case)


def a_pane(qtbot: QtBot, screen: tuple[int, int]) -> ReviewPane:
    pane = PaneOfOneCase(
        catalogue=shipped_catalogue(),
        find_catalogue=lambda _sha256, done: done(shipped_catalogue()),
        pictures=pictures_here(),
    )
    qtbot.addWidget(pane)
    pane.refresh.stop()
    pane.resize(screen[0], screen[1] - HEADER_PX)
    pane.show()
    pane.refresh.stop()
    open_case(pane, a_view(answers=m01_answers(OLD_NUMBER)))
    QApplication.processEvents()
    return pane


def lies_within(part: QWidget, whole: QWidget) -> bool:
    return whole.rect().contains(QRect(part.mapTo(whole, QPoint()), part.size()))


@pytest.mark.parametrize("screen", SCREENS)
def test_form_and_pages_are_large_enough_to_read(qtbot: QtBot, themed: QApplication, screen: tuple[int, int]) -> None:
    pane = a_pane(qtbot, screen)

    sizes = []
    for number, part in enumerate((pane.sheet.form, pane.sheet.viewer.picture)):
        pane.sheet.show_part(number)
        QApplication.processEvents()
        sizes.append(part.size())
        assert part.isVisible()
        assert lies_within(part, pane)

    assert all(size.width() >= 360 for size in sizes), sizes
    assert all(size.height() >= 240 for size in sizes), sizes
    assert pane.size() == QSize(screen[0], screen[1] - HEADER_PX)


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_to_press_is_cut_off(qtbot: QtBot, themed: QApplication, screen: tuple[int, int]) -> None:
    pane = a_pane(qtbot, screen)
    pane.sheet.show_part(1)
    QApplication.processEvents()

    seen = [part for kind in (QPushButton, QToolButton) for part in pane.findChildren(kind) if part.isVisible()]

    assert len(seen) >= 13
    assert all(lies_within(part, pane) for part in seen)
    assert all(part.width() >= part.minimumSizeHint().width() for part in seen)


def test_at_1366_px_a_pictures_name_and_the_limit_of_a_task_are_seen_whole(qtbot: QtBot, themed: QApplication) -> None:
    pane = a_pane(qtbot, (1366, 768))
    pane.sheet.viewer.turn_over(1)
    line = dataclasses.replace(a_line(CaseId("case-1")), mended=True)
    pane.list.show_lines((line, line), shown=None, instead="", more=False)
    QApplication.processEvents()

    title, item = pane.sheet.viewer.bar.title, pane.list.tasks.item(0)
    assert title.text() == title.full
    last = item.text().splitlines()[-1]
    assert last.endswith(line.due_on.isoformat())
    assert pane.list.tasks.fontMetrics().horizontalAdvance(last) < pane.list.tasks.viewport().width() - 16
    assert last in item.toolTip()


def test_where_only_one_is_seen_the_keys_lead_from_form_to_pages_and_back(qtbot: QtBot, themed: QApplication) -> None:
    pane = a_pane(qtbot, (911, 512))
    alt = Qt.KeyboardModifier.AltModifier
    pane.activateWindow()
    pane.decision.opinion.setFocus()
    assert pane.sheet.form.isVisible()

    QTest.keyClick(pane.decision.opinion, Qt.Key.Key_PageDown, alt)
    first = pane.sheet.viewer.bar.title.full
    QTest.keyClick(pane.decision.opinion, Qt.Key.Key_PageDown, alt)

    assert (pane.sheet.viewer.isVisible(), pane.sheet.form.isVisible()) == (True, False)
    assert first.endswith("首页")
    assert pane.sheet.viewer.bar.title.full.endswith("本人页")
    QTest.keyClick(pane.decision.opinion, Qt.Key.Key_PageUp, alt)
    QTest.keyClick(pane.decision.opinion, Qt.Key.Key_PageUp, alt)
    assert pane.sheet.form.isVisible()
    QTest.keyClick(pane.decision.opinion, Qt.Key.Key_PageDown, alt)
    open_case(pane, a_view())
    assert pane.sheet.form.isVisible()


def test_both_are_seen_again_when_there_is_room(qtbot: QtBot, themed: QApplication) -> None:
    parts = (QWidget(), QWidget())
    both = SideBySide(parts, ("表单", "影像"))
    qtbot.addWidget(both)
    both.resize(600, 300)
    both.show()
    narrow = [part.isVisible() for part in parts]

    both.resize(900, 300)

    assert narrow == [True, False]
    assert [part.isVisible() for part in parts] == [True, True]
    assert not both.tabs.isVisible()


def test_a_title_without_room_is_cut_off_with_dots_and_told_whole(qtbot: QtBot, themed: QApplication) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()

    label.show_text("社会保障卡或银行存折/卡 · 第 1 页")

    assert "…" in label.text()
    assert label.toolTip() == label.accessibleName() == label.full
    label.resize(600, 20)
    assert label.text() == label.full
    assert label.toolTip() == ""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("part", [0, 1])
def test_a_notice_covers_no_button_of_the_reviewers(
    qtbot: QtBot, themed: QApplication, screen: tuple[int, int], part: int
) -> None:
    pane = a_pane(qtbot, screen)
    pane.sheet.show_part(part)
    QApplication.processEvents()

    pane.review.tell(
        say(NoticeCode.STEP_TAKEN, act="通过", receipt_no="159999-20261129-0001", why="", next="已打开下一件")
    )
    QApplication.processEvents()

    notice = pane.notice.geometry()
    assert pane.notice.isVisible()
    seen = [one for one in pane.findChildren(QAbstractButton) if one.isVisible() and not pane.notice.isAncestorOf(one)]
    covered = [one for one in seen if QRect(one.mapTo(pane, QPoint()), one.size()).intersects(notice)]
    assert [one.objectName() or one.text() for one in covered] == []
    assert {"next_task", "reload"} <= {one.objectName() for one in seen}
