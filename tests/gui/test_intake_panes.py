"""The panes of a visit's intake, driven by keys against a real visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.intake.applicant_card import REVEAL_MS, ApplicantCard
from app.clerk.intake.choose import ChoosePane
from app.clerk.intake.done_pane import DonePane
from app.clerk.intake.form_pane import FormPane
from app.clerk.intake.identify import IdentifyPane
from app.clerk.intake.read_back_pane import ReadBackPane
from app.session.state import SessionState
from app.visit.scene import Disputed, Painted, Reply
from app.visit.state import Phase, ReceiptSeen
from domain.cases.values import CaseId
from domain.catalogue.values import FieldId
from domain.forms.answers import ApplicantKind, Origin
from domain.papers.receipt import ReceiptPaper
from hardware.device import DeviceId, DeviceState, Health
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.outcomes import OutcomeCode
from tests.gui.counter import CARD, M01, NUMBER, Counter, catalogue
from tests.helpers.heirs import a_heir_number


@pytest.fixture
def counter(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path)
    yield counter
    counter.close()


@pytest.fixture
def window(qtbot: QtBot, themed: QApplication) -> QWidget:
    """Where a pane is shown, as in the clerk's window."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1170, 660)
    return window


def show(window: QWidget, pane: QWidget) -> None:
    pane.setParent(window)
    pane.resize(window.size())
    window.show()
    QTest.qWaitForWindowActive(window)
    QApplication.processEvents()
    if isinstance(pane, FormPane) and pane.form is not None:
        while not pane.form.is_complete:
            QTest.qWait(1)
        QApplication.processEvents()


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def commit(editor: QWidget, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(editor, event)


def reader(state: DeviceState, outcome: OutcomeCode = OutcomeCode.OK) -> SessionState:
    kind = ID_CARD_READER
    return SessionState(devices={DeviceId(kind): Health(kind=kind, state=state, outcome=outcome)})


def texts(pane: QWidget) -> str:
    words = [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]
    return "\n".join(words + [sheet.toPlainText() for sheet in pane.findChildren(QTextBrowser) if sheet.isVisible()])


# identify


def test_the_pane_asks_for_the_card_and_says_how_the_reader_is(window: QWidget, counter: Counter) -> None:
    pane = IdentifyPane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    pane.render_session(reader(DeviceState.READY))
    assert "请将身份证放在读卡器上" in texts(pane)
    assert pane.reader.text() == "读卡器就绪"
    pane.render_session(reader(DeviceState.ABSENT, OutcomeCode.NO_DEVICE))

    assert pane.reader.text() == "读卡器未连接"
    assert "怎么办" in texts(pane)
    assert "{" not in texts(pane)
    pane.render_session(reader(DeviceState.READY))
    assert "怎么办" not in texts(pane)


def test_identity_is_typed_by_keyboard_alone_where_the_card_cannot_be_read(window: QWidget, counter: Counter) -> None:
    pane = IdentifyPane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keyClick(focused(), Qt.Key.Key_F4)
    commit(focused(), "张测试")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    QTest.keyClicks(focused(), NUMBER)
    assert "校验位相符" in pane.manual.verdict.text()
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    identity = counter.visit.state.identity
    assert identity is not None
    assert (identity.name, identity.id_number, identity.origin) == ("张测试", NUMBER, Origin.TYPED)
    assert counter.visit.state.phase is Phase.CHOOSE


def test_a_wrong_check_digit_is_seen_before_anything_is_sent_on(window: QWidget, counter: Counter) -> None:
    pane = IdentifyPane(visit=counter.visit)
    show(window, pane)
    pane.manual.start()
    QTest.keyClick(focused(), Qt.Key.Key_Tab)

    QTest.keyClicks(focused(), NUMBER[:17] + "2")

    assert "校验位不符" in pane.manual.verdict.text()
    assert pane.manual.number.property("state") == "error"
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert counter.visit.state.identity is None
    assert counter.visit.state.notice is not None


def test_the_number_is_masked_until_it_is_asked_for_and_again_soon_after(window: QWidget, counter: Counter) -> None:
    counter.visit.identifying.take_card(CARD)
    card = ApplicantCard()
    show(window, card)
    card.show_identity(counter.visit.state.identity, today=date(2026, 3, 2))
    assert card.number.text() == "159999********0011"

    card.reveal.click()
    assert card.number.text().replace(" ", "") == NUMBER
    assert REVEAL_MS <= 10_000
    card.hide_number()

    assert card.number.text() == "159999********0011"


@pytest.mark.parametrize(
    ("until", "words", "tone"),
    [
        (date(2026, 3, 1), "已过期", "error"),
        (date(2026, 4, 1), "有效期至 2026-04-01", "warning"),
        (date(2036, 4, 1), "有效期至 2036-04-01", "neutral"),
        (None, "长期有效", "neutral"),
    ],
)
def test_the_validity_of_the_card_is_shown_and_warned_about(
    window: QWidget, counter: Counter, until: date | None, words: str, tone: str
) -> None:
    counter.visit.identifying.take_card(replace(CARD, valid_until=until))
    card = ApplicantCard()
    show(window, card)

    card.show_identity(counter.visit.state.identity, today=date(2026, 3, 2))

    chip = next(label for label in card.findChildren(QLabel) if words in label.text())
    assert chip.property("tone") == tone


# choose


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


# form


def test_going_on_with_errors_stays_and_shows_the_first_one(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert counter.visit.state.phase is Phase.FORM
    assert pane.form is not None
    cell = pane.form.cell(FieldId("AAF030"))
    assert cell is not None
    assert cell.editor.hasFocus()
    assert cell.note_text.startswith("此项必填")


def test_the_whole_form_is_filled_by_keyboard_and_left(qtbot: QtBot, window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    qtbot.waitUntil(lambda: focused().objectName() == "AAF030", timeout=10_000)

    for field, keys in (
        ("AAF030", "dsgc"),
        ("AAC009", "bdny"),
        ("CAZ289", "200"),
        ("AAE005", "13800000000"),
    ):
        assert focused().objectName() == field
        QTest.keyClicks(focused(), keys)
        _to_next_to_type(pane)
    assert focused().objectName() == "AAE006"
    commit(focused(), "三组12号")
    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert counter.visit.state.phase is Phase.MATERIALS
    assert counter.value("AAF030") == "159999001001"
    assert counter.value("AAC009") == "21"
    assert counter.value("CAZ289") == "200"
    assert counter.value("AAE006").endswith("测试镇东升嘎查三组12号")


def _to_next_to_type(pane: FormPane) -> None:
    form = pane.form
    assert form is not None
    for _ in range(12):
        QTest.keyClick(focused(), Qt.Key.Key_Return)
        cell = form.cell(FieldId(focused().objectName()))
        begun = focused().objectName() == "AAE006"
        if cell is not None and cell.look.required and (begun or not cell.look.value):
            return
    raise AssertionError("no required field is left that is empty or only begun")


def test_enter_in_the_last_field_leads_to_the_button_and_once_more_goes_on(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    for field, value in (("AAF030", "159999001001"), ("AAC009", "21"), ("CAZ289", "200"), ("AAE005", "13800000000")):
        counter.visit.form.answer(FieldId(field), value)
    counter.visit.form.answer(FieldId("AAE006"), "测试镇东升嘎查三组12号")
    assert pane.form is not None
    cell = pane.form.cell(FieldId("AAE013"))
    assert cell is not None
    cell.editor.setFocus()

    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert pane.bar.next.hasFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert counter.visit.state.phase is Phase.MATERIALS


def test_tab_leads_from_the_last_field_to_the_bar_also_after_a_field_came(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    other = QPushButton("退出", window)  # as the window's header has them
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    assert pane.form is not None
    counter.visit.form.answer(FieldId("AAE010"), "6")
    last = pane.form.cell(FieldId("AAE013"))
    assert last is not None
    last.editor.setFocus()

    stops = []
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        stops.append(focused())

    assert [stop.objectName() for stop in stops[:2]] == ["next", "back"]
    assert other in stops
    QTest.keyClick(pane.bar.next, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)


def test_undo_by_key_takes_back_the_last_field(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)
    assert pane.form is not None
    cell = pane.form.cell(FieldId("AAE005"))
    assert cell is not None
    cell.editor.setFocus()
    QTest.keyClicks(focused(), "138")

    QTest.keySequence(focused(), "Ctrl+Z")

    assert counter.value("AAE005") == ""
    assert cell.editor.value() == ""


def test_alt_and_a_letter_lead_to_a_section(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keySequence(focused(), "Alt+R")

    assert focused().objectName() == "AAE005"


def test_the_clerk_sees_when_the_form_was_saved(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = FormPane(visit=counter.visit, catalogue=catalogue())

    counter.visit.observe(pane.show_visit)
    show(window, pane)

    assert pane.bar.saved.text().startswith("已自动保存 ")


# read back, done


def test_the_clerk_follows_what_the_applicant_sees_and_disputes(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = ReadBackPane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    counter.visit.phases.enter(Phase.READ_BACK)
    show(window, pane)
    assert "正在等待群众屏显示" in texts(pane)
    assert NUMBER not in texts(pane)
    shown = counter.shown[-1]

    counter.visit.applicant.reply(Reply(visit=shown.visit, counter=shown.counter, answer=Painted()))
    assert "群众屏已显示当前内容" in texts(pane)
    counter.visit.applicant.reply(
        Reply(visit=shown.visit, counter=shown.counter, answer=Disputed(labels=("居住地址",)))
    )

    assert "有误”：居住地址" in texts(pane)
    assert not pane.bar.next.isEnabled()
    pane.amend.click()
    assert counter.visit.state.phase is Phase.FORM


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


def test_U5_a_screen_that_went_away_is_said_although_it_has_shown_the_content(
    window: QWidget, counter: Counter
) -> None:
    counter.in_form()
    counter.visit.phases.enter(Phase.SIGN)
    shown = counter.shown[-1]
    counter.visit.applicant.reply(Reply(visit=shown.visit, counter=shown.counter, answer=Painted()))
    pane = ReadBackPane(visit=counter.visit)
    show(window, pane)
    pane.show_visit(counter.visit.state)
    assert "群众屏已显示当前内容" in texts(pane)

    pane.tell_screen(away=True)

    assert "群众屏已显示当前内容" not in texts(pane)
    assert "没有连接群众屏" in texts(pane)
    assert "请接好" in texts(pane)
    assert "F9" in texts(pane)
