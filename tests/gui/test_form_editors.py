"""Every kind of field: what is typed, what is stored, what is shown; input methods and endless values."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.forms.fields.amount import AmountEditor
from app.forms.fields.choice import ChoiceEditor, matching, narrowed
from app.forms.fields.choice_list import ChoiceList
from app.forms.fields.date import DateEditor, iso_day, iso_month
from app.forms.fields.factory import Editor, make_editor
from app.forms.fields.id_number import IdNumberEditor, grouped_id_number, id_number_hint, is_plausible
from app.forms.fields.long_text import LongTextEditor
from app.forms.fields.month import MonthEditor
from app.forms.fields.phone import PhoneEditor, grouped_phone
from app.forms.fields.short_choice import ShortChoiceEditor
from app.forms.fields.text import TextEditor
from app.forms.fields.typing_manners import FOLD_AT
from domain.catalogue.values import Code, Field, FieldId, FieldKind
from tests.gui.counter import NUMBER, catalogue


class HandOfTest:
    """Notes what editors report."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.values: list[str] = []
        self.forwards = 0
        self.list: ChoiceList | None = None
        self.present: frozenset[str] = frozenset()

    def typed(self, field: FieldId, value: str) -> None:
        self.values.append(value)

    def hinted(self, field: FieldId) -> None: ...

    def entered(self, field: FieldId) -> None: ...

    def left(self, field: FieldId) -> None: ...

    def forward(self, field: FieldId) -> None:
        self.forwards += 1

    def chosen(self) -> frozenset[str]:
        return self.present

    def choices(self) -> ChoiceList:
        self.list = self.list or ChoiceList(self.window)
        return self.list


@pytest.fixture
def hand(qtbot: QtBot, themed: QApplication) -> Iterator[HandOfTest]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    yield HandOfTest(window)
    QGuiApplication.clipboard().clear()


def shown(hand: HandOfTest, kind: FieldKind, *, codes: str = "", limit: int = 64) -> Editor:
    spec = Field(id=FieldId("X"), label="试验", kind=kind, max_length=limit, codes=codes)
    editor = make_editor(catalogue(), spec, hand, hand.window)
    other = QLineEdit(hand.window)
    other.setGeometry(10, 560, 100, 30)
    editor.setGeometry(10, 10, 400, 40)
    hand.window.show()
    editor.setFocus()
    QTest.qWaitForWindowActive(hand.window)
    return editor


def compose(editor: QWidget, text: str) -> None:
    QApplication.sendEvent(editor, QInputMethodEvent(text, []))


def commit(editor: QWidget, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(editor, event)


def test_a_program_set_value_is_shown_but_never_reported_back(hand: HandOfTest) -> None:
    for kind, value in ((FieldKind.TEXT, "张测试"), (FieldKind.LONG_TEXT, "测试镇"), (FieldKind.ID_NUMBER, NUMBER)):
        editor = shown(hand, kind)

        editor.show_value(value)

        assert editor.value() == value
        assert hand.values == []


def test_id_numbers_are_grouped_while_typed_and_stored_plain(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.ID_NUMBER)
    assert isinstance(editor, IdNumberEditor)

    QTest.keyClicks(editor, "15999919640315002x")

    assert editor.text() == "159999 19640315 002X"
    assert hand.values[-1] == "15999919640315002X"
    assert "校验位相符" in editor.live_hint()


def test_a_character_typed_inside_a_grouped_number_keeps_the_cursor(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.ID_NUMBER)
    assert isinstance(editor, IdNumberEditor)
    QTest.keyClicks(editor, "15999196403150011")
    editor.setCursorPosition(5)

    QTest.keyClicks(editor, "9")

    assert hand.values[-1] == NUMBER
    assert editor.cursorPosition() in (6, 7)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1599", "还差 14 位"),
        ("159999196403150012", "校验位不符"),
        ("159999196413150011", "不是真实的日期"),
        ("1599991964031500111", "多了 1 位"),
        ("15O999", "只能是数字"),
        ("", ""),
    ],
)
def test_the_id_number_is_judged_while_it_is_typed(number: str, words: str) -> None:
    assert words in id_number_hint(number)
    assert not is_plausible(number)


@given(st.text(max_size=40))
def test_grouping_for_the_eye_never_changes_what_is_stored(text: str) -> None:
    number = "".join(text.split()).upper()

    assert "".join(grouped_id_number(number).split()) == number
    assert "".join(grouped_phone(number).split()) == number
    assert isinstance(id_number_hint(number), str)
    assert iso_day(iso_day(text)) == iso_day(text)
    assert iso_month(iso_month(text)) == iso_month(text)


def test_full_width_digits_of_an_input_method_are_understood(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.PHONE)
    assert isinstance(editor, PhoneEditor)

    commit(editor, "１３８００００００００")

    assert hand.values == ["13800000000"]
    assert editor.text() == "138 0000 0000"


def test_landline_numbers_stay_as_typed(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.PHONE)
    assert isinstance(editor, PhoneEditor)

    QTest.keyClicks(editor, "0471-1234567")

    assert editor.text() == hand.values[-1] == "0471-1234567"


@pytest.mark.parametrize("typed", ["19640315", "1964-03-15", "1964.3.15", "1964年3月15日", "1964/3/15"])
def test_days_are_understood_however_they_are_typed(typed: str) -> None:
    assert iso_day(typed) == "1964-03-15"


@pytest.mark.parametrize("typed", ["19640230", "1964", "19640315x", "昨天", "00000000", "99991332"])
def test_what_is_no_day_stays_as_typed(typed: str) -> None:
    assert iso_day(typed) == typed


def test_a_day_is_stored_as_iso_and_tidied_on_leaving(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.DATE)
    assert isinstance(editor, DateEditor)

    QTest.keyClicks(editor, "19640315")
    assert editor.text() == "19640315"
    assert editor.live_hint() == "1964年3月15日 星期日"
    editor.clearFocus()

    assert hand.values[-1] == "1964-03-15"
    assert editor.text() == "1964-03-15"


def test_months_and_amounts_have_one_stored_form(hand: HandOfTest) -> None:
    assert iso_month("202603") == iso_month("2026年3月") == "2026-03"
    assert iso_month("202613") == "202613"
    month, amount = shown(hand, FieldKind.MONTH), shown(hand, FieldKind.AMOUNT)
    assert isinstance(month, MonthEditor)
    assert isinstance(amount, AmountEditor)

    QTest.keyClicks(amount, "1,200.50")

    assert hand.values[-1] == "1200.50"
    assert amount.live_hint() == "1,200.50 元"


def test_while_an_input_method_composes_nothing_is_rewritten_or_reported(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.TEXT)
    assert isinstance(editor, TextEditor)

    compose(editor, "zhang")
    editor.show_value("李测试")

    assert editor.text() == ""
    assert hand.values == []

    commit(editor, "张")

    assert hand.values == ["张"]
    assert editor.text() == "张"


def test_a_value_that_came_while_composing_is_shown_when_the_input_method_gives_up(hand: HandOfTest) -> None:
    for kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        editor = shown(hand, kind)
        compose(editor, "li")
        editor.show_value("李测试")

        compose(editor, "")

        assert editor.value() == "李测试"
    assert hand.values == []


@pytest.mark.parametrize("kind", [FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.ID_NUMBER, FieldKind.CHOICE])
def test_a_value_of_100000_characters_is_kept_whole_without_freezing(hand: HandOfTest, kind: FieldKind) -> None:
    editor = shown(hand, kind, codes="GB_T_3304")
    QGuiApplication.clipboard().setText("长" * 100_000)

    begin = time.perf_counter()
    QTest.keySequence(editor, "Ctrl+V")
    hand.window.grab()
    taken_s = time.perf_counter() - begin

    assert editor.value() == "长" * 100_000
    assert hand.values == ["长" * 100_000]
    assert "100000 字，超过 64 字" in editor.live_hint()
    assert len(editor.text() if isinstance(editor, QLineEdit) else _plain(editor)) < FOLD_AT
    assert taken_s < 1.5


def test_a_folded_value_is_emptied_by_one_key_and_not_cut_by_others(hand: HandOfTest) -> None:
    for kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        editor = shown(hand, kind)
        editor.show_value("长" * 5000)

        QTest.keyClicks(editor, "a")
        assert len(editor.value()) == 5000
        QTest.keyClick(editor, Qt.Key.Key_Backspace)

        assert editor.value() == ""
        assert hand.values[-1] == ""
        QTest.keyClicks(editor, "b")
        assert editor.value() == "b"


def _plain(editor: Editor) -> str:
    assert isinstance(editor, LongTextEditor)
    return editor.toPlainText()


def test_enter_goes_on_in_every_kind(hand: HandOfTest) -> None:
    kinds = [(FieldKind.TEXT, ""), (FieldKind.LONG_TEXT, ""), (FieldKind.CHOICE, "GB_T_3304")]
    for kind, codes in kinds:
        QTest.keyClick(shown(hand, kind, codes=codes), Qt.Key.Key_Return)
    short = shown(hand, FieldKind.CHOICE, codes="GB_T_2261_1")
    QTest.keyClick(_focused(), Qt.Key.Key_Return)

    assert isinstance(short, ShortChoiceEditor)
    assert hand.forwards == 4
    assert hand.values == []


def _focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.mark.parametrize("typed", ["02", "mgz", "MGZ"])
def test_a_choice_is_found_by_code_and_initials(hand: HandOfTest, typed: str) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="GB_T_3304")
    assert isinstance(editor, ChoiceEditor)

    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert hand.values == ["02"]
    assert editor.text() == "蒙古族"
    assert hand.forwards == 1


def test_a_choice_is_found_by_chinese_from_an_input_method(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="GB_T_3304")
    assert isinstance(editor, ChoiceEditor)

    commit(editor, "达斡")
    editor.clearFocus()

    assert hand.values == ["31"]
    assert editor.text() == "达斡尔族"


def test_arrows_choose_and_escape_leaves_the_list(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="bank")
    assert isinstance(editor, ChoiceEditor)

    QTest.keyClick(editor, Qt.Key.Key_Down)
    assert hand.list is not None
    assert hand.list.isVisible()
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert hand.values == ["ZG"]
    assert not hand.list.isVisible()
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not hand.list.isVisible()
    assert hand.values == ["ZG"]


def test_M9_enter_takes_the_row_that_is_marked_when_the_list_opens(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="bank")
    assert isinstance(editor, ChoiceEditor)
    first = catalogue().codes["bank"].entries[0]

    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert hand.values == [first.code]
    assert editor.text() == first.label


def test_M9_enter_leaves_a_field_empty_that_was_emptied(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="bank")
    assert isinstance(editor, ChoiceEditor)
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert editor.text() == ""
    assert hand.values[-1] == ""


def test_a_click_in_the_list_chooses_and_keeps_the_keyboard_in_the_field(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="bank")
    assert isinstance(editor, ChoiceEditor)
    QTest.mouseClick(editor, Qt.MouseButton.LeftButton)
    assert hand.list is not None

    row = hand.list.visualRect(hand.list.model().index(2, 0))
    QTest.mouseClick(hand.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())

    assert hand.values == ["JS"]
    assert editor.hasFocus()


def test_a_choice_that_fits_nothing_is_kept_as_typed(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="bank")
    assert isinstance(editor, ChoiceEditor)

    commit(editor, "招商银行")
    editor.clearFocus()

    assert hand.values == ["招商银行"]
    assert editor.text() == "招商银行"


def test_a_list_with_parents_is_narrowed_to_the_chosen_parent() -> None:
    entries = (Code(code="1", label="甲", parent="A"), Code(code="2", label="乙", parent="B"))

    assert narrowed(entries, frozenset({"B"})) == entries[1:]
    assert narrowed(entries, frozenset()) == entries
    assert matching(entries, " 2 ") == entries[1:]


def test_short_lists_are_buttons_chosen_by_their_code(hand: HandOfTest) -> None:
    editor = shown(hand, FieldKind.CHOICE, codes="GB_T_2261_1")
    assert isinstance(editor, ShortChoiceEditor)

    QTest.keyClicks(_focused(), "2")
    assert hand.values == ["2"]
    editor.show_value("1")
    editor.show_value("")

    assert editor.value() == ""
    assert hand.values == ["2"]
