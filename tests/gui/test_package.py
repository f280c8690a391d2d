"""Two businesses of one applicant in one visit, as the clerk handles them: added, seen beside each other, turned to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.clerk.elided_label import ElidedButton
from app.clerk.intake.choose import ChoosePane
from app.clerk.intake.package_list import PackageList
from app.visit.package import works_of
from app.visit.state import Phase
from domain.catalogue.values import FieldId, ModuleId
from tests.gui.clerk import clerk_at_work
from tests.gui.keys import ALT, CONTROL, Hands
from tests.helpers.builders import M01
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer
from tests.helpers.screens import Screens
from tests.helpers.session_harness import a_person
from tests.helpers.visit_harness import SECOND, Desk, with_second_module


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store", catalogue=with_second_module())
    yield made
    made.close()


def shown(qtbot: QtBot, pane: QWidget) -> None:
    pane.resize(1100, 640)
    qtbot.addWidget(pane)
    pane.show()
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)


def test_7_package_is_chosen_with_the_keyboard(qtbot: QtBot, themed: QApplication, desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.phases.go_back()
    pane = ChoosePane(visit=desk.visit)
    desk.visit.observe(pane.show_visit)
    shown(qtbot, pane)
    assert pane.more.isVisible()
    qtbot.waitUntil(pane.search.hasFocus)

    QTest.keyClicks(pane.search, "dex")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(pane.search, Qt.Key.Key_Return, both)

    assert [work.module for work in works_of(desk.state)] == [M01, SECOND]
    assert (desk.state.phase, desk.state.module) == (Phase.FORM, SECOND)


def test_1_package_a_case_is_put_in_and_taken_out_by_keys_and_both_can_be_undone(
    themed: QApplication, two_screens: Screens, server: RunningServer, tmp_path: Path
) -> None:
    with clerk_at_work(tmp_path / "clerk", server.base_url, with_second_module()) as at_work:
        at_work.workplace.login(CLERK, PASSWORD)
        hands, both = Hands(at_work), Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        visit = at_work.in_form(a_person(1))
        hands.take_up()
        hands.wait_at("AAC003", "next")
        hands.press(Qt.Key.Key_Left, ALT)
        hands.wait_at("module_search")
        hands.type("dex")
        hands.press(Qt.Key.Key_Return, both)
        at_work.wait_for(lambda: at_work.sees("drop_case"), "two cases")
        hands.wait_at("AAC003", "next")
        typed = visit.state.answers

        hands.press(Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
        assert [work.module for work in works_of(visit.state)] == [M01]
        assert "已从这次办理中移出" in at_work.words
        hands.wait_at("AAC003", "next")
        hands.press(Qt.Key.Key_Z, CONTROL)
        assert [work.module for work in works_of(visit.state)] == [M01, SECOND]
        assert (visit.state.module, visit.state.answers) == (SECOND, typed)
        hands.wait_at("AAC003", "next")
        hands.press(Qt.Key.Key_Z, CONTROL)
        assert [work.module for work in works_of(visit.state)] == [M01]


def test_7_package_nothing_is_added_before_there_is_something_to_add_to(
    qtbot: QtBot, themed: QApplication, desk: Desk
) -> None:
    desk.go_to(Phase.CHOOSE)
    pane = ChoosePane(visit=desk.visit)
    desk.visit.observe(pane.show_visit)
    shown(qtbot, pane)

    assert not pane.more.isVisible()


def test_7_package_list_shows_both_and_turns_to_either(qtbot: QtBot, themed: QApplication, desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    pane = PackageList(desk.catalogue, on_case=desk.visit.choosing.turn_to, on_drop=desk.visit.choosing.give_up)
    shown_in = QWidget()
    pane.setParent(shown_in)
    desk.visit.observe(pane.render_visit)
    shown(qtbot, shown_in)
    assert not pane.isVisible(), "one case needs no list"

    desk.visit.choosing.add(SECOND)
    assert pane.isVisible()
    assert [button.text() for button in pane.buttons] == ["新参保登记", "第二项测试业务"]
    assert [button.property("state") for button in pane.buttons] == ["done", "current"]

    pane.buttons[0].click()
    assert desk.state.module == M01
    pane.next_case()
    assert desk.state.module == SECOND
    pane.next_case()
    assert desk.state.module == ModuleId(M01)
    QTest.mouseClick(pane.drop, Qt.MouseButton.LeftButton)
    assert [work.module for work in works_of(desk.state)] == [SECOND]
    assert not pane.isVisible()
    desk.visit.keeping.undo()
    assert [button.text() for button in pane.buttons] == ["新参保登记", "第二项测试业务"]


def test_a_long_name_in_the_list_of_cases_ends_with_dots_and_is_told_whole(qtbot: QtBot, themed: QApplication) -> None:
    name = "城乡居民养老保险关系转移接续申请 · 已受理"
    button = ElidedButton(name, padding_px=26)
    qtbot.addWidget(button)
    button.resize(172, 36)
    button.show()

    assert button.text().endswith("…")
    assert (button.toolTip(), button.accessibleName()) == (name, name)
    button.resize(600, 36)
    assert (button.text(), button.toolTip()) == (name, "")


def test_7_package_list_shows_in_which_case_the_applicant_marked_something(
    qtbot: QtBot, themed: QApplication, desk: Desk
) -> None:
    desk.go_to(Phase.FORM)
    desk.fill()
    desk.visit.choosing.add(SECOND)
    desk.visit.form.answer(FieldId("AAE006"), "测试旗测试镇某嘎查九号")
    desk.visit.phases.go_on()
    desk.capture("MT02", 2)
    desk.visit.phases.go_on()
    pane = PackageList(desk.catalogue, on_case=desk.visit.choosing.turn_to, on_drop=desk.visit.choosing.give_up)
    shown_in = QWidget()
    pane.setParent(shown_in)
    desk.visit.observe(pane.render_visit)

    desk.dispute("居住地址", part="第二项测试业务")
    shown(qtbot, shown_in)

    assert [button.accessibleName() for button in pane.buttons] == ["新参保登记", "有误 1 处 · 第二项测试业务"]
    desk.visit.phases.go(Phase.FORM)
    desk.visit.form.answer(FieldId("AAE006"), "测试旗测试镇某嘎查十号")
    assert [button.accessibleName() for button in pane.buttons] == ["新参保登记", "第二项测试业务"]
