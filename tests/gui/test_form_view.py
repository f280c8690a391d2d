"""A form drawn from the catalogue, driven by a real visit."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QRadioButton, QScrollArea, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.forms.field_cell import FieldCell
from app.forms.fields.choice_list import ChoiceList
from app.forms.form_view import FormView
from app.forms.marks import MarkedCard
from app.theme.fonts import text_font
from app.visit.state import VisitState
from domain.catalogue.values import FieldId, Severity
from domain.forms.answers import ApplicantKind, RowId
from domain.forms.checking import Finding
from tests.gui.counter import NUMBER, Counter, catalogue, m01
from tests.helpers.builders import m01_answers


class FormAtWork:
    """A shown form that follows a real visit."""

    def __init__(self, counter: Counter, *, cells_per_turn: int = -1) -> None:
        self.counter = counter
        self.visit = counter.in_form()
        self.answers: list[tuple[FieldId, str]] = []
        self.form = FormView(
            catalogue=catalogue(),
            module=m01(),
            on_answer=self._answer,
            on_repeat=self.visit.form.repeat,
            rows=self.visit.form,
            cells_per_turn=cells_per_turn,
        )
        self.form.resize(1140, 620)
        self.visit.observe(self._render)
        self.form.show()
        QTest.qWaitForWindowActive(self.form)

    def _answer(self, field: FieldId, value: str, row: RowId) -> None:
        self.answers.append((field, value))
        self.visit.form.answer(field, value, row)

    def _render(self, state: VisitState) -> None:
        self.form.show_answers(state, self.visit.assessment.row_facts)

    def cell(self, field: str) -> FieldCell:
        cell = self.form.cell(FieldId(field))
        assert cell is not None
        return cell

    def enter(self, field: str) -> QWidget:
        editor = self.cell(field).editor
        editor.setFocus()
        QApplication.processEvents()
        return editor


@pytest.fixture
def at_work(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[FormAtWork]:
    counter = Counter(tmp_path)
    form = FormAtWork(counter)
    qtbot.addWidget(form.form)
    yield form
    counter.close()


def badge(cell: FieldCell) -> str:
    return cell.badge.text if cell.is_shown else ""


def test_card_data_are_filled_in_and_marked_and_a_change_is_marked_too(at_work: FormAtWork) -> None:
    assert at_work.cell("AAC003").editor.value() == "张测试"
    assert badge(at_work.cell("AAC003")) == "来自身份证"
    assert badge(at_work.cell("AAE005")) == ""

    QTest.keyClick(at_work.enter("AAC010"), Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(at_work.enter("AAC010"), "A")

    assert badge(at_work.cell("AAC010")) == "已改动"


def test_a_form_opens_some_fields_a_turn_and_is_whole_then(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    opening = FormAtWork(counter, cells_per_turn=4)
    qtbot.addWidget(opening.form)
    first = sum(opening.form.cell(use.field) is not None for use in m01().form.uses)
    opening.form.show_answers(opening.visit.state, opening.visit.assessment.row_facts)  # another state in the same turn
    assert sum(opening.form.cell(use.field) is not None for use in m01().form.uses) == first <= 4

    qtbot.waitUntil(lambda: opening.form.is_complete)
    assert opening.cell("AAE010").editor.isVisible()
    QTest.keyClicks(opening.enter("AAE010"), "6")

    assert opening.cell("BIE013").editor.isVisible()
    counter.close()


def test_typing_reaches_the_visit_and_rendering_reports_nothing_back(at_work: FormAtWork) -> None:
    editor = at_work.enter("AAE005")

    QTest.keyClicks(editor, "138")

    assert [value for _, value in at_work.answers] == ["1", "13", "138"]
    at_work.answers.clear()
    at_work.visit.keeping.undo()
    at_work.form.show_answers(at_work.visit.state, at_work.visit.assessment.row_facts)
    assert at_work.answers == []
    assert at_work.cell("AAE005").editor.value() == ""


def test_a_conditional_field_comes_and_goes_with_the_keyboard_where_it_was_and_keeps_its_value(
    at_work: FormAtWork,
) -> None:
    account = at_work.enter("AAE010")
    assert at_work.form.cell(FieldId("BIE013")) is None

    QTest.keyClicks(account, "6")
    assert at_work.cell("BIE013").is_shown
    assert at_work.cell("BIE013").editor.isVisible()
    assert account.hasFocus()
    at_work.visit.form.answer(FieldId("BIE013"), "LY")
    QTest.keyClick(account, Qt.Key.Key_Backspace)
    assert not at_work.cell("BIE013").editor.isVisible()
    assert account.hasFocus()
    QTest.keyClicks(account, "6")

    assert at_work.cell("BIE013").editor.value() == "LY"


def test_a_section_without_fields_is_not_there_until_it_has_some(at_work: FormAtWork) -> None:
    assert not at_work.form.way.to_section(1)

    at_work.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)

    assert at_work.form.way.to_section(1)
    assert at_work.cell("x_agent_name").editor.hasFocus()
    assert at_work.cell("x_agent_name").editor.isVisible()


def state_of(at_work: FormAtWork, field: str) -> str:
    panel = at_work.cell(field).panel
    assert panel is not None
    return panel.state


def test_an_error_waits_until_the_field_is_left_and_goes_when_it_is_mended(at_work: FormAtWork) -> None:
    editor = at_work.enter("AAE005")
    QTest.keyClicks(editor, "138")
    assert "还差 8 位" in at_work.cell("AAE005").note.text

    at_work.enter("x_phone2")
    assert at_work.cell("AAE005").note.text.startswith("电话号码不正确")
    assert state_of(at_work, "AAE005") == "error"

    QTest.keyClicks(at_work.enter("AAE005"), "00000000")
    assert "不正确" not in at_work.cell("AAE005").note.text
    assert state_of(at_work, "AAE005") == ""


def test_messages_do_not_move_the_fields(at_work: FormAtWork) -> None:
    at_work.form.resize(1240, 620)  # each has room on its line
    QApplication.processEvents()
    before = {field: at_work.cell(field).editor.geometry() for field in ("AAE005", "AAE006", "AAZ500")}

    at_work.enter("AAE005")
    QTest.keyClicks(at_work.enter("AAE005"), "1")
    at_work.enter("AAE006")

    assert at_work.cell("AAE005").note.text
    assert {field: at_work.cell(field).editor.geometry() for field in before} == before


def test_a_warning_has_another_tone_than_an_error(at_work: FormAtWork) -> None:
    sex = Finding(field=FieldId("AAC003"), code="V04", severity=Severity.WARNING)
    name = Finding(field=FieldId("AAC003"), code="V03")
    state = replace(at_work.visit.state, findings=(sex,))

    at_work.form.show_answers(state, at_work.visit.assessment.row_facts)
    at_work.enter("AAE005")
    assert state_of(at_work, "AAC003") == "warning"
    at_work.form.show_answers(replace(state, findings=(sex, name)), at_work.visit.assessment.row_facts)

    assert state_of(at_work, "AAC003") == "error"
    assert "姓名里有不能用的字符" in at_work.cell("AAC003").note.text


def test_the_first_error_takes_the_keyboard_and_is_shown_at_once(at_work: FormAtWork) -> None:
    at_work.enter("AAC009")
    assert not at_work.form.way.to_first_error()
    finding = Finding(field=FieldId("AAF030"), code="REQUIRED")
    at_work.form.show_answers(replace(at_work.visit.state, findings=(finding,)), at_work.visit.assessment.row_facts)

    assert at_work.form.way.to_first_error()

    assert at_work.cell("AAF030").editor.hasFocus()
    assert at_work.cell("AAF030").note.text.startswith("此项必填")


def test_U19_enter_leads_to_what_waits_passes_over_what_is_filled_and_then_leads_out(
    at_work: FormAtWork, qtbot: QtBot
) -> None:
    wanted = {answer.field: answer.value for answer in m01_answers().values()}
    at_work.enter("AAC003")
    seen = []
    with qtbot.waitSignal(at_work.form.ended):
        for _ in range(20):
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Return)
            field = next((one for one in wanted if at_work.cell(one).is_focused), None)
            if field is not None and field != "AAC003":
                seen.append(field)
                at_work.visit.form.answer(FieldId(field), wanted[field])

    assert list(dict.fromkeys(seen)) == ["AAF030", "AAC009", "CAZ289", "AAE005", "AAE006"]


def test_tab_order_follows_the_form_after_a_field_came_in_between(at_work: FormAtWork) -> None:
    account = at_work.enter("AAE010")
    QTest.keyClicks(account, "6")

    QTest.keyClick(account, Qt.Key.Key_Tab)
    again = at_work.form.findChild(QWidget, "AAE010_again")
    assert isinstance(again, QWidget)
    QTest.keyClick(again, Qt.Key.Key_Tab)

    assert at_work.cell("BIE013").editor.hasFocus()


def test_a_rendering_does_not_disturb_an_input_method(at_work: FormAtWork) -> None:
    editor = at_work.enter("AAE009") if at_work.form.cell(FieldId("AAE009")) else at_work.enter("AAC003")
    QApplication.sendEvent(editor, QInputMethodEvent("ce", []))

    at_work.visit.form.answer(FieldId("AAC003"), "王测试")
    assert at_work.cell("AAC003").editor.value() == "张测试"
    QApplication.sendEvent(editor, QInputMethodEvent("", []))

    assert at_work.cell("AAC003").editor.value() == "王测试"


def test_a_giant_value_is_kept_reported_and_named(at_work: FormAtWork) -> None:
    at_work.visit.form.answer(FieldId("AAE006"), "长" * 100_000)

    assert at_work.counter.value("AAE006") == "长" * 100_000
    assert "现有 100000 字，最多 128 字" in at_work.cell("AAE006").note.text


def test_a_state_in_which_nothing_of_the_form_differs_is_not_gone_through(
    at_work: FormAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    monkeypatch.setattr(FieldCell, "show_look", lambda _cell, look: looked.append(look))

    at_work._render(replace(at_work.visit.state, saved_at=datetime.now(UTC)))
    assert looked == []

    at_work.visit.form.answer(FieldId("AAE005"), "13812345678")
    assert looked != []


def test_one_keystroke_is_rendered_in_a_few_milliseconds(at_work: FormAtWork) -> None:
    taken_s = []
    for count in range(1, 12):
        at_work.visit.forget(at_work._render)
        at_work.visit.form.answer(FieldId("AAE005"), "13800000000"[:count])
        begin = time.perf_counter()
        at_work.form.show_answers(at_work.visit.state, at_work.visit.assessment.row_facts)
        taken_s.append(time.perf_counter() - begin)

    assert statistics.median(taken_s) < 0.005


def test_screen_readers_get_label_and_message(at_work: FormAtWork) -> None:
    finding = Finding(field=FieldId("AAF030"), code="REQUIRED")
    at_work.form.show_answers(replace(at_work.visit.state, findings=(finding,)), at_work.visit.assessment.row_facts)

    editor = at_work.cell("AAF030").editor

    assert editor.accessibleName() == "村(嘎查)/社区"
    assert editor.accessibleDescription().startswith("此项必填")


def test_the_list_goes_with_its_form(qtbot: QtBot, at_work: FormAtWork) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    form = FormView(
        catalogue=catalogue(),
        module=m01(),
        on_answer=at_work.visit.form.answer,
        on_repeat=at_work.visit.form.repeat,
        rows=at_work.visit.form,
        parent=window,
    )
    form.show_answers(at_work.visit.state, at_work.visit.assessment.row_facts)
    window.show()
    cell = form.cell(FieldId("AAC009"))
    assert cell is not None
    QTest.keyClick(cell.editor, Qt.Key.Key_Down)
    assert window.findChildren(ChoiceList)

    form.deleteLater()

    qtbot.waitUntil(lambda: not window.findChildren(ChoiceList))


def test_what_a_cell_shows_is_not_in_its_repr(at_work: FormAtWork) -> None:
    assert "测试" not in repr(at_work.cell("AAC003").look)
    assert NUMBER not in repr(at_work.cell("AAC002").look)


def test_a_narrow_window_has_one_column(at_work: FormAtWork) -> None:
    at_work.form.resize(700, 600)
    QApplication.processEvents()

    name, kind = at_work.cell("AAC003").editor.geometry(), at_work.cell("AAC058").editor.geometry()

    assert name.x() == kind.x()
    assert kind.y() > name.bottom()


def test_tab_brings_a_field_that_is_out_of_sight_into_sight_with_its_message(at_work: FormAtWork) -> None:
    at_work.form.resize(1140, 260)
    at_work.enter("AAC003")
    QApplication.processEvents()

    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        editor = focused if at_work.form.cell(FieldId(focused.objectName())) else focused.parentWidget()
        assert editor is not None
        top = editor.mapTo(at_work.form, editor.rect().topLeft()).y()
        assert 0 <= top <= 260 - editor.height() - 20, editor.objectName()
        if editor.objectName() == "AAE013":
            return
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError("Tab did not reach the last field")


def test_a_jump_selects_the_old_value_as_tab_does(at_work: FormAtWork) -> None:
    at_work.visit.form.answer(FieldId("AAE005"), "13800000000")
    line = at_work.cell("AAE005").editor
    assert isinstance(line, QLineEdit)

    assert at_work.form.way.to_section(3)
    assert line.hasFocus()
    assert line.selectedText() == line.text() != ""


def test_a_field_that_is_clicked_stays_under_the_pointer(at_work: FormAtWork) -> None:
    at_work.form.resize(1140, 170)
    at_work.enter("AAC003")
    sex = at_work.cell("AAC004").editor
    area = at_work.form.findChild(QScrollArea)
    assert area is not None
    bar = area.verticalScrollBar()
    bar.setValue(0)
    bottom = sex.mapTo(at_work.form, sex.rect().bottomLeft()).y()
    assert 100 < bottom < 170, "in sight, and near the edge"
    female = next(option for option in sex.findChildren(QRadioButton) if option.text() == "女性")

    QTest.mouseClick(female, Qt.MouseButton.LeftButton, pos=QPoint(10, 15))

    assert bar.value() == 0
    assert at_work.counter.value("AAC004") == "2"


@pytest.mark.parametrize("width", [1140, 890, 706, 640])
def test_every_option_is_seen_with_its_words_at_every_width(at_work: FormAtWork, width: int) -> None:
    at_work.form.resize(width, 620)
    QApplication.processEvents()

    editor = at_work.cell("AAC004").editor
    options = editor.findChildren(QRadioButton)
    assert len(options) == 4
    for option in options:
        assert option.width() >= option.sizeHint().width(), option.text()
        assert editor.rect().contains(option.geometry()), option.text()
    boxes = [option.geometry().adjusted(0, 4, 0, -4) for option in options]
    assert not any(box.intersects(other) for at, box in enumerate(boxes) for other in boxes[at + 1 :])
    assert at_work.cell("AAC004").height_px >= editor.height() + 20


@pytest.mark.parametrize("width", [1140, 890])
def test_a_long_message_is_told_on_two_lines_and_covers_no_field(at_work: FormAtWork, qtbot: QtBot, width: int) -> None:
    at_work.form.resize(width, 620)
    QApplication.processEvents()
    before = at_work.cell("AAC058").editor.y(), at_work.cell("AAC004").editor.y()
    finding = Finding(field=FieldId("AAC058"), code="V04", severity=Severity.WARNING)
    cell = at_work.cell("AAC058")

    cell.show_look(replace(cell.look, problem="这一条提示很长，" * 6 + "到此为止", severity=finding.severity))
    note = cell.note
    qtbot.waitUntil(lambda: note.box.height() > 30)

    assert note.shown_text.startswith("这一条提示很长，")
    room = QRect(0, 0, note.box.width(), 1000)
    drawn = QFontMetrics(text_font(13)).boundingRect(room, Qt.TextFlag.TextWordWrap, note.shown_text)
    assert drawn.height() <= note.box.height()
    assert at_work.cell("AAC058").editor.y() == before[0]
    for other in (at_work.cell("AAC004"), at_work.cell("AAC005"), at_work.cell("AAC006")):
        assert not other.editor.geometry().intersects(note.box), other.spec.id
    grown = at_work.cell("AAC004").editor.y()
    cell.show_look(replace(cell.look, problem="", severity=None))
    QTest.qWait(20)
    assert at_work.cell("AAC004").editor.y() == grown, "nothing jumps back while it is mended"


def test_a_message_that_is_cut_is_told_whole_under_the_pointer(
    at_work: FormAtWork, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: told.append(text))
    cell = at_work.cell("AAC058")
    at_work.form.resize(890, 620)
    cell.show_look(replace(cell.look, problem="这一条提示长得两行也放不下，" * 12, severity=Severity.WARNING))
    qtbot.waitUntil(lambda: cell.note.box.height() > 30)
    assert cell.note.tip == cell.note.text

    card = cell.editor.parentWidget()
    assert isinstance(card, MarkedCard)
    at = cell.note.box.center()
    QApplication.sendEvent(card, QHelpEvent(QEvent.Type.ToolTip, at, card.mapToGlobal(at)))
    assert told == [cell.note.text]


def test_who_hears_a_field_hears_that_it_must_be_filled(at_work: FormAtWork) -> None:
    descriptions = {name: at_work.cell(name).editor.accessibleDescription() for name in ("AAC058", "AAC066")}
    assert descriptions["AAC058"].endswith("必填")
    assert "必填" not in descriptions["AAC066"]
