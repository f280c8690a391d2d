"""Notices come and go and nothing moves (U12)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.clerk import notice as notice_module
from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Floating, Shelf
from app.notices.notice import Notice, Tone
from app.visit.state import Phase
from tests.gui.clerk import ClerkAtWork
from tests.helpers.session_harness import a_person

SHORT = Notice(tone=Tone.WARNING, what="身份证已过期", why="还能读出", next="请提醒换领", code="a")
LONG = Notice(tone=Tone.ERROR, what="表单还有五处需要改正" * 6, why="原因很长" * 30, next="请逐处改正" * 30, code="b")
DONE = Notice(tone=Tone.SUCCESS, what="已送往打印机", code="c")


class Page(QWidget):
    """A notice and what lies around it."""

    def __init__(self, *, floating: bool) -> None:
        super().__init__()
        self.bar = NoticeBar()
        self.parts = (QPushButton("上"), QPushButton("下"))
        column = QVBoxLayout(self)
        column.addWidget(self.parts[0])
        if not floating:
            column.addWidget(Shelf(self.bar, self))
        column.addWidget(self.parts[1], stretch=1)
        if floating:
            Floating(self.bar, self, foot=None)
        self.resize(700, 400)
        self.show()
        QApplication.processEvents()

    @property
    def places(self) -> list[QRect]:
        QApplication.processEvents()
        return [part.geometry() for part in self.parts]


@pytest.fixture(params=[False, True], ids=["shelf", "floating"])
def page(request: pytest.FixtureRequest, qtbot: QtBot, themed: QApplication) -> Page:
    made = Page(floating=request.param)
    qtbot.addWidget(made)
    return made


def test_U12_nothing_moves_when_notices_come_change_and_go(page: Page) -> None:
    before = page.places

    for notice in (SHORT, LONG, DONE, None, LONG):
        page.bar.show_notice(notice)
        assert page.places == before
        assert page.bar.isVisible() == (notice is not None)
        assert page.rect().contains(page.bar.geometry())
    assert page.bar.height() >= page.bar.heightForWidth(page.bar.width()), "all of it is seen"


def test_U12_a_notice_follows_the_size_of_its_page(page: Page) -> None:
    page.bar.show_notice(SHORT)
    page.resize(900, 500)
    QApplication.processEvents()

    assert page.rect().contains(page.bar.geometry())


def test_U12_success_leaves_by_itself_and_a_warning_stays(page: Page, qtbot: QtBot) -> None:
    page.bar._leaving.setInterval(1)
    page.bar.show_notice(DONE)
    qtbot.waitUntil(lambda: not page.bar.isVisible())

    page.bar.show_notice(SHORT)
    assert not page.bar._leaving.isActive()
    assert notice_module.LEAVE_MS >= 4000, "time to read it"


@pytest.mark.parametrize("before", [None, SHORT, DONE, LONG], ids=["nothing", "short", "done", "long"])
def test_U12_all_of_a_notice_is_seen_whatever_stood_there_before(page: Page, before: Notice | None) -> None:
    two_lines = Notice(
        tone=Tone.WARNING,
        what="受理回执没有打印",
        why="这台电脑没有设置默认打印机" * 2,
        next="请在系统设置中添加打印机并设为默认，再打印一次；以后也可以补打",
    )

    page.bar.show_notice(before)
    QApplication.processEvents()
    page.bar.show_notice(two_lines)
    QApplication.processEvents()

    for label in page.bar.findChildren(QLabel):
        if label.text():
            assert label.height() >= label.heightForWidth(label.width()), label.text()


def covered(clerk: ClerkAtWork) -> list[str]:
    """The buttons in sight under the notice that belongs to no visit."""
    notice = clerk.places.notice
    assert notice.isVisible()
    assert clerk.places.rect().contains(notice.geometry())
    return [
        button.objectName() or button.text()
        for button in clerk.places.findChildren(QAbstractButton)
        if button.isVisible() and not notice.isAncestorOf(button)
        if QRect(button.mapTo(clerk.places, QPoint(0, 0)), button.size()).intersects(notice.geometry())
    ]


def test_U12_a_floating_notice_covers_no_button_of_the_desk_and_of_a_visit(clerk: ClerkAtWork) -> None:
    clerk.session.tell(SHORT)
    assert covered(clerk) == []
    visit = clerk.in_form(a_person(431))
    clerk.session.tell(SHORT)  # it stays in sight from page to page
    pane = clerk.places.visit
    assert pane is not None

    for phase in (Phase.FORM, Phase.CHOOSE, Phase.FORM, Phase.MATERIALS, Phase.READ_BACK):
        if phase is Phase.MATERIALS:
            clerk.take_pages()
        assert visit.phases.go(phase), visit.state.notice
        clerk.wait_for(lambda: pane.seen is pane.pane(phase), f"the pane of {phase}")  # noqa: B023 - waited for at once
        clerk.wait_for(lambda: not covered(clerk), f"nothing covered in {phase}")


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_a_floating_notice_covers_no_button_of_the_pages_on_a_small_screen(
    clerk: ClerkAtWork, size: tuple[int, int]
) -> None:
    clerk.resize(*size)
    clerk.in_form(a_person(432))
    clerk.take_pages()
    pane = clerk.places.visit
    assert pane is not None
    clerk.wait_for(lambda: pane.seen is pane.pane(Phase.MATERIALS), "the pages")

    clerk.session.tell(SHORT)

    clerk.wait_for(lambda: not covered(clerk), "nothing covered")
