"""Reading the form back: nothing is confirmed unread, and what is wrong can be pointed at (CARD-4)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from app.visit.scene import Confirmed, Disputed
from tests.gui.customer import DIGEST, CustomerAtWork, read_back, settle


def test_a_long_form_can_be_confirmed_only_after_its_end_was_reached(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=20))
    settle()
    assert not customer.button("确认无误").isEnabled()
    assert "请往下看完，再按确认" in customer.texts()

    presses = 0
    while customer.button("向下翻").isEnabled():
        assert not customer.button("确认无误").isEnabled()
        customer.button("向下翻").click()
        presses += 1
        assert presses < 30
    customer.button("确认无误").click()

    assert presses > 1
    assert customer.answers == [Confirmed(digest=DIGEST)]


def test_the_end_once_seen_stays_seen(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=20))
    settle()
    bar = customer.window.findChildren(QScrollArea)[0].verticalScrollBar()

    bar.setValue(bar.maximum())
    bar.setValue(0)

    assert customer.button("确认无误").isEnabled()


def test_a_short_form_can_be_confirmed_at_once(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=2))
    settle()

    assert customer.button("确认无误").isEnabled()


def test_the_list_can_be_dragged_by_a_finger(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=20))
    settle()
    area = customer.window.findChildren(QScrollArea)[0]
    device = QTest.createTouchDevice()
    start = area.viewport().mapTo(customer.window, QPoint(200, 400))

    QTest.touchEvent(customer.window, device).press(1, start, customer.window).commit()
    step = 0

    def dragged() -> bool:
        """One more piece of the way, as often as the deadline's poll asks, until the list has followed the finger."""
        nonlocal step
        step += 1
        at = start - QPoint(0, min(step * 10, 300) + step % 2)
        QTest.touchEvent(customer.window, device).move(1, at, customer.window).commit()
        return area.verticalScrollBar().value() > 50

    customer.qtbot.waitUntil(dragged, timeout=20_000)
    QTest.touchEvent(customer.window, device).release(1, start - QPoint(0, 300), customer.window).commit()


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

    assert customer.answers == [Disputed(labels=("身份证号", "栏目4"))]


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
