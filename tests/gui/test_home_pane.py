"""The day's desk: what waits can be told apart, is counted and reached, also on a small screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.clerk.desk.home import HomeActs, HomePane
from app.notices.notice import Notice, Tone
from app.session.state import CaseRow, DeskRows, DraftRow, Found, FoundRow, SessionState
from domain.business_time import BUSINESS_ZONE
from domain.cases.values import AccountView, CaseId, CaseStatus, Office
from domain.catalogue.values import PartyRole

DRAFT = DraftRow(
    visit="v1",
    module_name="新参保登记",
    applicant="张**",
    number_end="0011",
    phase_title="采集材料",
    changed_at=datetime(2026, 11, 27, 9, 5, tzinfo=BUSINESS_ZONE),
)


CASE = CaseRow(
    case=CaseId("c1"),
    receipt_no="159999001-20261127-0001",
    module_name="新参保登记",
    applicant="王**",
    own=True,
    status=CaseStatus.RETURNED,
    waiting=False,
    reason="户口簿缺页",
    refused=None,
    changed_at=datetime(2026, 11, 27, 9, 30, tzinfo=BUSINESS_ZONE),
)


class Acts:
    """Notes what was asked for; what is looked for is answered by ``answer``."""

    def __init__(self) -> None:
        self.done: list[tuple[str, object]] = []
        self.answer: Found | Notice = Found()

    def note(self, name: str) -> Callable[[object], None]:
        return lambda value: self.done.append((name, value))

    def find(self, text: str, done: Callable[[Found | Notice], None]) -> None:
        self.done.append(("find", text))
        done(self.answer)


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def home(qtbot: QtBot, themed: QApplication, acts: Acts) -> HomePane:
    pane = HomePane(
        HomeActs(
            on_begin=lambda: None,
            on_resume=acts.note("resume"),
            on_discard=acts.note("discard"),
            on_note=lambda visit, text: acts.done.append((visit, text)),
            on_recover=lambda: None,
            on_find=acts.find,
            on_case=acts.note("case"),
            on_look=lambda row: acts.note("look")(row.case),
            on_print=acts.note("print"),
            on_leave_receipt=acts.note("leave"),
            tell=acts.note("tell"),
        )
    )
    qtbot.addWidget(pane)
    pane.resize(1366, 720)
    pane.show()
    return pane


def words(home: HomePane) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in home.list.findChildren(QLabel) if label.text()]


def press(home: HomePane, name: str) -> None:
    home.list.findChildren(QPushButton, name)[0].click()


def test_unfinished_visits_are_told_apart_by_number_phase_and_time(home: HomePane) -> None:
    later = replace(
        DRAFT, visit="v2", number_end="0035", changed_at=datetime(2026, 11, 27, 9, 40, tzinfo=BUSINESS_ZONE)
    )

    home.render_session(SessionState(drafts=(DRAFT, later)))

    assert words(home) == [
        "没有办完的业务 2",
        "张**（尾号 0011）",
        "新参保登记 · 停在“采集材料” · 11-27 09:05 保存",
        "张**（尾号 0035）",
        "新参保登记 · 停在“采集材料” · 11-27 09:40 保存",
    ]


def test_what_waits_is_drawn_beside_a_visit_in_a_turn_of_its_own(home: HomePane, qtbot: QtBot) -> None:
    before = home.list.widget()
    home.hide()

    home.render_session(SessionState(drafts=(DRAFT,)))
    assert home.list.widget() is before, "nobody looks at it"
    home.render_session(SessionState(drafts=(DRAFT, replace(DRAFT, visit="v2"))))
    qtbot.waitUntil(lambda: home.list.widget() is not before)
    once = home.list.widget()
    for _ in range(5):
        QApplication.processEvents()

    assert home.list.widget() is once, "two changes, drawn once"
    assert len(home.list.findChildren(QPushButton, "resume")) == 2


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
    for part in (home.begin, home.search, home.list, home.today):
        assert whole.contains(QRect(part.mapTo(home, part.rect().topLeft()), part.size())), part
    first = home.list.findChildren(QPushButton, "resume")[0]
    assert not first.visibleRegion().isEmpty()


def test_1_7_the_desk_counts_what_waits_in_words_and_opens_it(home: HomePane, acts: Acts) -> None:
    unsent = replace(CASE, case=CaseId("c2"), status=None, receipt_no="", waiting=True, reason="")
    due = replace(CASE, case=CaseId("c3"), status=CaseStatus.IN_REVIEW)
    soon = replace(CASE, case=CaseId("c4"), status=CaseStatus.IN_REVIEW, reason="", due_on=date(2026, 11, 30))
    desk = DeskRows(returned=(CASE,), unsent=(unsent,), receipts_due=(due,), due_soon=(soon,), accepted_today=7)

    home.render_session(SessionState(desk=desk))

    assert [word for word in words(home) if word.startswith(("复核退回", "即将到期", "待"))] == [
        "复核退回 1",
        "即将到期 1",
        "待打印回执 1",
        "待发送 1",
    ]
    assert home.today.text() == "今日已受理 7 件"
    assert "新参保登记 · 159999001-20261127-0001 · 办结期限 11-30" in words(home)
    for name in ("open_case", "print_due", "leave_receipt"):
        press(home, name)
    assert acts.done == [("case", "c1"), ("print", "c3"), ("leave", "c3")]


def test_1_7_a_returned_case_tells_its_limit_where_it_is_known(home: HomePane) -> None:
    returned = replace(CASE, own=False, due_on=date(2026, 11, 30), reason="缺页")

    home.render_session(SessionState(desk=DeskRows(returned=(returned,))))

    assert any("办结期限 11-30 · 缺页" in said for said in words(home))


def test_1_7_why_a_visit_is_parked_is_asked_with_the_key_that_parks_and_shown(home: HomePane, acts: Acts) -> None:
    home.render_session(SessionState(drafts=(DRAFT, replace(DRAFT, visit="v2", note="回家取户口簿"))))
    assert "回家取户口簿 · 新参保登记 · 停在“采集材料” · 11-27 09:05 保存" in words(home)
    home.activateWindow()
    home.begin.setFocus()

    QTest.keyClick(home.begin, Qt.Key.Key_F8)
    (asked,) = home.findChildren(QInputDialog)
    line = asked.findChild(QLineEdit)
    assert line is not None
    assert line.width() >= 440
    assert all(button.icon().isNull() for button in asked.findChildren(QPushButton))
    line.insert("等家人送来")
    QTest.keyClick(line, Qt.Key.Key_Return)

    assert acts.done == [("v1", "等家人送来")]


def test_1_7_more_of_one_kind_than_fit_are_told(home: HomePane) -> None:
    rows = tuple(replace(CASE, case=CaseId(f"c{number}")) for number in range(8))

    home.render_session(SessionState(desk=DeskRows(returned=rows)))

    assert words(home)[0] == "复核退回 8"
    assert words(home)[-1] == "还有 3 件，见“我的业务”"


def test_1_7_an_empty_desk_says_so(home: HomePane) -> None:
    assert words(home) == ["现在没有等着您的业务"]


def test_1_7_one_box_finds_and_opens_with_keys_alone(home: HomePane, acts: Acts) -> None:
    row = FoundRow(
        applicant="王**",
        module_name="新参保登记",
        receipt_no="159999001-20261127-0001",
        office="测试镇便民服务中心",
        status=CaseStatus.IN_REVIEW,
        case=CaseId("c1"),
    )
    draft = FoundRow(applicant="王**", module_name="新参保登记", visit="v1", where="采集材料")
    acts.answer = Found(rows=(row, draft), more=True)
    home.activateWindow()
    home.begin.setFocus()

    QTest.keyClick(home.begin, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    home.search.insert("王五")
    QTest.keyClick(home.search, Qt.Key.Key_Return)

    shown = words(home)
    assert shown[0] == "找到 2 件"
    assert "新参保登记 · 159999001-20261127-0001 · 测试镇便民服务中心 · 复核中" in shown
    assert shown[-1] == "还有更多，请写得更全一些再找"
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "look"
    QTest.keyClick(focus, Qt.Key.Key_Return)
    press(home, "resume")
    assert acts.done == [("find", "王五"), ("look", "c1"), ("resume", "v1")]


def test_1_7_without_a_line_it_says_what_was_searched(home: HomePane, acts: Acts) -> None:
    acts.answer = Found(away=Notice(tone=Tone.WARNING, what="现在连不上服务器", why="", next="", code="no_network"))

    home.search_for("王五")

    assert words(home)[0] == "本机没有找到"
    assert "只找了本机" in words(home)[1]
    assert "现在连不上服务器" in words(home)[1]


def test_M5_one_character_of_a_name_never_says_that_there_is_nobody(home: HomePane, acts: Acts) -> None:
    acts.answer = Found(is_surname=True)

    home.search_for("张")

    assert words(home)[0] == "请至少输入两个字"
    assert "没有找到" not in "".join(words(home))


def test_M11_while_the_server_is_asked_that_is_said_and_the_keyboard_stays(home: HomePane, acts: Acts) -> None:
    draft = FoundRow(applicant="王**", module_name="新参保登记", visit="v1", where="采集材料")
    acts.answer = Found(rows=(draft,), is_asking=True)
    home.activateWindow()
    home.search.setFocus()

    home.search_for("王五")

    assert words(home)[0] == "找到 1 件"
    assert words(home)[-1] == "正在向服务器查找…"
    assert home.search.hasFocus()


def test_M12_a_found_case_tells_its_present_state_and_an_unsent_one_is_read_in_place_too(
    home: HomePane, acts: Acts
) -> None:
    unsent = FoundRow(applicant="王**", module_name="新参保登记", case=CaseId("c1"), waiting=True)
    mended = replace(unsent, case=CaseId("c2"), receipt_no="159999001-20261127-0001", status=CaseStatus.RETURNED)
    acts.answer = Found(rows=(unsent, mended))

    home.search_for("王五")

    assert sum("待发送" in text for text in words(home)) == 2
    assert not any("已退回" in text for text in words(home))
    press(home, "look")
    assert acts.done[-1] == ("look", "c1")


def test_a_case_that_is_found_by_its_agent_says_so(home: HomePane, acts: Acts) -> None:
    case = FoundRow(applicant="王**", module_name="新参保登记", case=CaseId("c1"), receipt_no="159999001-20261127-0001")
    acts.answer = Found(rows=(case, replace(case, case=CaseId("c2"), found_as=PartyRole.AGENT)))

    home.search_for("李四")

    assert words(home).count("按代办人找到") == 1


def test_M12_the_number_of_a_found_case_is_shown_once_it_came(home: HomePane, acts: Acts) -> None:
    unsent = FoundRow(applicant="王**", module_name="新参保登记", case=CaseId("c1"), waiting=True)
    acts.answer = Found(rows=(unsent,))
    home.activateWindow()
    home.search_for("王五")
    home.search.setFocus()

    number, office = "159999001-20261127-0001", Office(code="159999001", name="测试镇便民服务中心", level="township")
    clerk = AccountView(user="wangfang", name="王芳", office=office, roles=())
    acts.answer = Found(rows=(replace(unsent, receipt_no=number, waiting=False, status=CaseStatus.IN_REVIEW),))
    home.render_session(SessionState(clerk=clerk, desk=DeskRows(accepted_today=1)))

    assert f"新参保登记 · {number} · 复核中" in words(home)
    assert home.search.hasFocus()
    home.render_session(SessionState(clerk=clerk, desk=DeskRows(accepted_today=2)))
    assert acts.done == [("find", "王五"), ("find", "王五")], "nothing waits any more"
    assert home.today.text() == "今日已受理 2 件", "whatever is looked for meanwhile"


def test_1_7_an_emptied_box_shows_the_desk_again_and_a_text_of_nothing_is_told(home: HomePane, acts: Acts) -> None:
    acts.answer = Notice(tone=Tone.ERROR, what="看不出要找的是什么", why="", next="", code="search_unclear")
    home.search_for("%")
    assert acts.done[-1] == ("tell", acts.answer)
    assert words(home) == ["现在没有等着您的业务"]

    acts.answer = Found()
    home.search_for("王五")
    QTest.keyClick(home.search, Qt.Key.Key_Escape)

    assert home.search.text() == ""
    assert words(home) == ["现在没有等着您的业务"]


def test_K7_what_was_set_aside_is_offered_back_and_only_then(home: HomePane) -> None:
    home.render_session(SessionState())
    assert not home.recover.isVisibleTo(home)

    home.render_session(SessionState(to_recover=1))

    assert home.recover.isVisibleTo(home)
    assert home.recover.text() == "找回本机数据"
