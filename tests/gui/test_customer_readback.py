"""Reading the form back: nothing is confirmed unread, and what is wrong can be pointed at (CARD-4)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.customer.line_cell import LineCell
from app.customer.readback import ReadBackView
from app.customer.sheet import Sheet
from app.visit.scene import Confirmed, Disputed, ReadBack, ReadLine
from tests.gui.customer import DIGEST, CustomerAtWork, read_back, settle


def turn(customer: CustomerAtWork) -> None:
    """Press the button at the right as soon as it can be pressed."""
    view = customer.window.findChild(ReadBackView)
    assert isinstance(view, ReadBackView)
    customer.qtbot.waitUntil(view._right.isEnabled)
    view._right.click()
    settle()


def test_1_whoever_reads_it_for_the_applicant_is_named(customer: CustomerAtWork) -> None:
    customer.show(replace(read_back(), reader="李测试（授权代办人）"))
    settle()

    assert "请李测试（授权代办人）代为核对" in customer.texts()


def test_U4_nothing_is_confirmed_unread_and_one_button_leads_to_the_end(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=60))
    settle()
    assert "第 1 页，共 4 页" in customer.texts()

    for page in (2, 3, 4):
        assert customer.sees("下一页")
        assert not customer.sees("确认无误")
        turn(customer)
        assert f"第 {page} 页，共 4 页" in customer.texts()
    customer.button("上一页").click()
    assert customer.sees("下一页")
    turn(customer)
    turn(customer)

    assert customer.answers == [Confirmed(digest=DIGEST)]


def test_U4_every_line_is_seen_whole_and_once(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=60))
    sheet = customer.window.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    seen: list[str] = []
    for _ in range(sheet.count):
        for cell in (cell for cell in sheet.cells if cell.isVisible()):
            assert sheet.rect().contains(cell.geometry())
            assert cell.height() >= cell.height_at(cell.width())
            seen.append(cell.line.label)
        sheet.turn(1)

    assert seen == [cell.line.label for cell in sheet.cells]


def test_F2_a_hasty_second_tap_does_not_confirm_the_page_that_it_has_just_turned_to(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=30))
    settle()
    turn(customer)

    customer.button("确认无误").click()

    assert customer.answers == []
    turn(customer)
    assert customer.answers == [Confirmed(digest=DIGEST)]


def test_a_short_form_can_be_confirmed_at_once(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=2))
    settle()

    assert customer.button("确认无误").isEnabled()


def test_U2_what_is_masked_is_seen_whole_while_the_button_is_held(customer: CustomerAtWork) -> None:
    number = ReadLine(label="公民身份号码", value="**************0240", whole="159999 19711105 0240", part="身份信息")
    customer.show(ReadBack(digest=DIGEST, item="", lines=(number,), materials=(), declaration=""))
    settle()
    (cell,) = customer.window.findChildren(LineCell)
    place = cell.geometry()
    assert "159999 19711105 0240" not in customer.texts()

    QTest.mousePress(customer.button("按住看全文"), Qt.MouseButton.LeftButton)
    assert "159999 19711105 0240" in customer.texts()
    assert cell.geometry() == place, "nothing moves"
    QTest.mouseRelease(customer.button("按住看全文"), Qt.MouseButton.LeftButton)

    assert "159999 19711105 0240" not in customer.texts()


def test_where_nothing_is_masked_there_is_nothing_to_hold(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=2))
    settle()

    assert not customer.sees("按住看全文")


def test_the_wrong_lines_can_be_tapped_and_told(customer: CustomerAtWork) -> None:
    customer.show(read_back())
    settle()

    customer.button("有误").click()
    settle()
    customer.button("身份证号 **************0011").click()
    customer.button("栏目3 内容3").click()
    customer.button("栏目3 内容3").click()
    customer.button("栏目4 内容4").click()
    assert "已点 2 处" in customer.texts()
    customer.button("告诉工作人员").click()

    (told,) = customer.answers
    assert isinstance(told, Disputed)
    assert told.labels == ("身份证号", "栏目4")
    scene = read_back()
    assert [scene.lines[at].label for at in told.lines] == ["身份证号", "栏目4"]


def test_a_line_that_is_marked_as_wrong_keeps_its_name_and_nothing_moves(customer: CustomerAtWork) -> None:
    lines = (ReadLine(label="姓名", value="张测试"), ReadLine(label="户籍所在地详细地址", value="测试镇"))
    customer.show(replace(read_back(), lines=lines))
    settle()
    customer.button("有误").click()
    settle()
    cells = customer.window.findChildren(LineCell)[:2]
    before = [cell.geometry() for cell in cells]

    for cell in cells:
        cell.click()
    settle()

    assert [cell.geometry() for cell in cells] == before
    assert [cell.drawn_label for cell in cells] == ["姓名 ✗ 有误", "✗ 户籍所在地详细地址"]
    assert all(cell.height() >= cell.height_at(cell.width()) for cell in cells)
    assert {cell.accessibleDescription() for cell in cells} == {"✗ 有误"}


def test_something_wrong_can_be_told_without_a_line(customer: CustomerAtWork) -> None:
    customer.show(read_back())

    customer.button("有误").click()
    customer.button("告诉工作人员").click()

    assert customer.answers == [Disputed(labels=())]


def test_going_back_from_the_dispute_forgets_the_marks(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=2))
    settle()

    customer.button("有误").click()
    customer.button("姓名 张测试").click()
    customer.button("返回").click()

    assert "✗ 有误" not in customer.texts()
    assert customer.button("确认无误").isEnabled()


def test_lines_cannot_be_marked_while_reading(customer: CustomerAtWork) -> None:
    customer.show(read_back())
    settle()
    row = customer.button("姓名 张测试")

    QTest.mouseClick(row, Qt.MouseButton.LeftButton)

    assert not row.isChecked()


def test_tab_and_enter_are_enough(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=2))
    settle()
    customer.button("有误").setFocus()

    QTest.keyClick(customer.button("有误"), Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is customer.button("确认无误")
    QTest.keyClick(focused, Qt.Key.Key_Return)

    assert customer.answers == [Confirmed(digest=DIGEST)]
