"""A mended case at the reviewer's: row, form and pages say what is new, in the words it was made with (U14, U3)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clerk.review.review_pane import ReviewPane
from app.notices.notice import Notice, Tone
from app.session.lookup import Lookup
from domain.cases.values import BlobHash, CaseId, CaseStatus
from domain.catalogue.values import Catalogue, RoleId
from domain.wire.cases import CaseView
from domain.wire.lists import CaseLine, CaseList
from tests.gui.clerk import painted_page, pictures_here
from tests.gui.test_case_form import a_mended_view
from tests.helpers.builders import M01, NOW, TOWNSHIP, shipped_catalogue

AWAY = Notice(tone=Tone.ERROR, what="现在连不上服务器", why="没有网络", next="请稍后再试", code="away")


class OneTask(Lookup):
    """A server with one mended case; everything comes at once."""

    def __init__(self, view: CaseView) -> None:
        """Nothing is asked of a server."""
        self.view = view

    def load_tasks(self, done: Callable[[CaseList | Notice], None]) -> None:
        """The case in a list."""
        view = self.view
        line = CaseLine(
            case=view.case,
            receipt_no=view.receipt_no,
            module=M01,
            status=CaseStatus.IN_REVIEW,
            awaited=RoleId("PUB_CHK"),
            risk=2,
            applicant="张**",
            office=TOWNSHIP.name,
            accepted_at=NOW,
            due_on=view.due_on,
            mended=True,
        )
        done(CaseList(cases=(line,)))

    def load_case(self, case: CaseId, done: Callable[[CaseView | Notice], None]) -> None:
        """The case."""
        done(self.view)

    def load_page(self, case: CaseId, sha256: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        """Always the same page."""
        done(painted_page(1))


def older_catalogue() -> Catalogue:
    """The business had another name then."""
    own = shipped_catalogue()
    module = dataclasses.replace(own.modules[M01], name="当年的登记")
    return dataclasses.replace(own, sha256="0" * 64, modules={**own.modules, M01: module})


def a_pane(qtbot: QtBot, found: Catalogue | Notice, *, ink_shared: int = 0) -> tuple[ReviewPane, list[str]]:
    asked: list[str] = []

    def find(sha256: str, done: Callable[[Catalogue | Notice], None]) -> None:
        asked.append(sha256)
        done(found)

    pane = ReviewPane(catalogue=shipped_catalogue(), find_catalogue=find, pictures=pictures_here())
    qtbot.addWidget(pane)
    pane.resize(1366, 717)
    pane.show()
    view = dataclasses.replace(a_mended_view(), ink_shared=ink_shared)
    content = dataclasses.replace(view.content, catalogue_sha256="0" * 64)
    pane.begin(OneTask(dataclasses.replace(view, content=content)))
    pane.refresh.stop()
    QApplication.processEvents()
    return pane, asked


def test_U14_row_form_and_pages_say_that_the_case_came_back_and_what_is_new(qtbot: QtBot, themed: QApplication) -> None:
    pane, _ = a_pane(qtbot, shipped_catalogue())

    assert "补正后再报" in pane.tasks.item(0).text()
    assert "上次退回：电话打不通，首页不清楚" in pane.sheet.form.toPlainText()
    assert pane.sheet.viewer.bar.title.full.startswith("【新拍】")
    assert pane.sheet.viewer.names.isVisible()


def test_U12_what_is_amiss_with_a_signature_stands_whatever_else_is_told(qtbot: QtBot, themed: QApplication) -> None:
    pane, _ = a_pane(qtbot, shipped_catalogue(), ink_shared=46)
    assert pane.notice.notice is not None
    assert pane.notice.notice.code == "ink_shared"

    pane.notice.show_notice(AWAY)

    assert "这份签名图像还用在另外 46 人的件中" in pane.sheet.form.toPlainText()


def test_a_case_is_read_with_the_catalogue_that_it_was_made_with(qtbot: QtBot, themed: QApplication) -> None:
    pane, asked = a_pane(qtbot, older_catalogue())

    assert asked == ["0" * 64]
    assert "当年的登记" in pane.sheet.form.toPlainText()
    assert "当年的登记" not in pane.tasks.item(0).text()


def test_a_case_whose_catalogue_cannot_be_had_now_is_not_shown_in_other_words(
    qtbot: QtBot, themed: QApplication
) -> None:
    pane, _ = a_pane(qtbot, AWAY)

    assert pane.notice.isVisible()
    assert "请从左侧选择一件业务" in pane.sheet.form.toPlainText()
    assert not any(button.isEnabled() for button in pane.decision.buttons.values())
