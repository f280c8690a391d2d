"""Materials: what is missing, taking by key, pages that appear, the camera's trouble in words (IM-5a, GD-2)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.clerk.capture.corners_dialog import CornersDialog
from app.clerk.capture.lying_still import SETTLING_FRAMES, STILL_FRAMES
from app.clerk.capture.materials_pane import MaterialsPane
from app.visit.state import Phase
from hardware.device import DeviceState, Health
from hardware.kinds.document_camera import DOCUMENT_CAMERA, WHOLE_PICTURE, PreviewFrame, StartPreview, TakeHeld
from hardware.messages import HealthChanged
from hardware.outcomes import OutcomeCode
from tests.gui.clerk import ClerkAtWork, PlayedHost
from tests.helpers.session_harness import a_person
from tests.helpers.visit_harness import CORNERS


@pytest.fixture
def clerk(clerk: ClerkAtWork) -> ClerkAtWork:
    visit = clerk.in_form(a_person(1))
    assert visit.phases.go(Phase.MATERIALS), visit.state.findings
    pane = pane_of(clerk)
    clerk.wait_for(lambda: clerk.places.visit is not None and clerk.places.visit.seen is pane, "the materials' pane")
    clerk.settle()
    return clerk


def pane_of(clerk: ClerkAtWork) -> MaterialsPane:
    assert clerk.places.visit is not None
    pane = clerk.places.visit.pane(Phase.MATERIALS)
    assert isinstance(pane, MaterialsPane)
    return pane


def press(key: Qt.Key) -> None:
    widget = QApplication.focusWidget()
    assert isinstance(widget, QWidget)
    QTest.keyClick(widget, key)


def camera(clerk: ClerkAtWork, state: DeviceState, outcome: OutcomeCode = OutcomeCode.OK) -> None:
    clerk.tell(HealthChanged(health=Health(kind=DOCUMENT_CAMERA, state=state, outcome=outcome)))


DESK, HAND, SHEET, OTHER_SHEET = 20, 90, 220, 160


def lie(clerk: ClerkAtWork, level: int, *, times: int = STILL_FRAMES + 1, below: bool = False) -> str:
    """The camera sees this so many times; what the line below its picture says then. ``below``: before the pictures
    have begun.
    """
    host, pane = clerk.workplace.host, pane_of(clerk)
    assert isinstance(host, PlayedHost)
    host.picture = memoryview(bytes([level]) * (3 * 36 * 27))
    hint, corners = (OutcomeCode.OK, CORNERS) if level >= OTHER_SHEET else (OutcomeCode.PAGE_NOT_FOUND, None)
    frame = PreviewFrame(sequence=1, ring="", slot=0, width_px=36, height_px=27, corners=corners, hint=hint)
    for _ in range(SETTLING_FRAMES if below else times):
        clerk.session.devices.event_from_host(frame)
    clerk.settle()
    clerk.tell(frame)
    return pane.preview.said


def test_U19_a_page_that_could_not_be_taken_is_not_said_to_be_taken(clerk: ClerkAtWork) -> None:
    lie(clerk, DESK, below=True)
    for pages, sheet in enumerate((SHEET, OTHER_SHEET)):
        clerk.workplace.host.will(OutcomeCode.PAGE_BLURRED)
        said = lie(clerk, sheet)
        assert len(clerk.workplace.visit.state.pages) == pages
        assert "没有拍成" in said
        assert "手离开" in said
        assert "换" not in said

        press(Qt.Key.Key_Space)
        clerk.settle()
        assert len(clerk.workplace.visit.state.pages) == pages + 1
        lie(clerk, DESK)


def test_U19_a_sheet_that_was_taken_is_said_to_be_taken_and_the_key_takes_it_again(clerk: ClerkAtWork) -> None:
    lie(clerk, DESK, below=True)
    lie(clerk, SHEET)
    assert len(clerk.workplace.visit.state.pages) == 1

    lie(clerk, HAND, times=1)
    said = lie(clerk, SHEET, times=50)

    assert len(clerk.workplace.visit.state.pages) == 1
    assert "刚拍过" in said
    assert "要再拍一次请按 空格" in said
    press(Qt.Key.Key_Space)
    clerk.settle()
    assert len(clerk.workplace.visit.state.pages) == 2


def test_U19_a_sheet_that_lay_there_before_is_said_to_have_lain_there(clerk: ClerkAtWork) -> None:
    lie(clerk, SHEET, below=True)

    said = lie(clerk, SHEET, times=50)

    assert clerk.workplace.visit.state.pages == ()
    assert "原来就在镜头下" in said
    assert "请按 空格" in said
    press(Qt.Key.Key_Space)
    clerk.settle()
    assert len(clerk.workplace.visit.state.pages) == 1


def test_U19_while_a_page_is_being_taken_the_line_says_so(clerk: ClerkAtWork) -> None:
    lie(clerk, DESK, below=True)
    clerk.workplace.host.hold()

    assert "正在拍摄" in lie(clerk, SHEET)
    clerk.workplace.host.release()
    clerk.settle()

    assert len(clerk.workplace.visit.state.pages) == 1


def test_U19_a_sheet_whose_corners_were_set_by_hand_is_not_taken_for_the_next_page(clerk: ClerkAtWork) -> None:
    lie(clerk, DESK, below=True)
    lie(clerk, SHEET, times=2)
    press(Qt.Key.Key_F7)
    clerk.settle()
    press(Qt.Key.Key_Return)
    clerk.settle()

    lie(clerk, SHEET, times=50)

    assert len(clerk.workplace.visit.state.pages) == 1


def test_what_is_missing_is_counted_and_marked_red_once_it_blocked(clerk: ClerkAtWork) -> None:
    pane = pane_of(clerk)
    assert pane.count.text() == "还缺 1 项"
    before = pane.list.item(0).foreground()

    assert not clerk.workplace.visit.phases.go(Phase.READ_BACK)

    assert "还缺 2 页" in pane.list.item(0).text()
    assert pane.list.item(0).foreground() != before
    press(Qt.Key.Key_Space)
    clerk.settle()
    assert "还缺 1 页" in pane.list.item(0).text()
    press(Qt.Key.Key_Space)
    clerk.settle()
    assert pane.count.text() == "材料已齐"
    assert "2/2 页" in pane.list.item(0).text()


def test_the_material_is_chosen_with_arrows_and_taken_with_space(clerk: ClerkAtWork) -> None:
    pane = pane_of(clerk)

    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Space)
    clerk.settle()

    chosen = pane.list.chosen()
    assert chosen is not None
    assert [page.material for page in clerk.workplace.visit.state.pages] == [chosen.material]
    assert pane.list.currentRow() == 1


def test_the_picture_of_a_page_appears_and_opens_large_until_esc(clerk: ClerkAtWork) -> None:
    pane = pane_of(clerk)
    press(Qt.Key.Key_Space)
    clerk.settle()

    assert [tile.has_picture for tile in pane.strip.tiles] == [True]
    assert not pane.strip.tiles[0].open.icon().isNull()
    clerk.press("open_page")
    clerk.wait_for(lambda: pane.page.picture.has_picture, "the page, large")
    assert pane.page.picture.hasFocus()
    QTest.keyClick(pane.page.picture, Qt.Key.Key_Plus)
    assert pane.page.picture.times > 1.0
    assert "首页" in pane.page.title.text()
    QTest.keyClick(pane.page, Qt.Key.Key_Escape)

    assert not pane.page.isVisible()
    assert not pane.page.picture.has_picture


def test_a_removed_page_can_be_undone_and_the_keyboard_stays_useful(clerk: ClerkAtWork) -> None:
    press(Qt.Key.Key_Space)
    clerk.settle()

    clerk.press("drop_page")
    assert clerk.workplace.visit.state.pages == ()
    assert pane_of(clerk).list.hasFocus()
    clerk.press("undo")

    assert len(clerk.workplace.visit.state.pages) == 1
    assert [tile.has_picture for tile in pane_of(clerk).strip.tiles] == [True]


def test_trouble_of_the_camera_is_told_in_the_pictures_place(clerk: ClerkAtWork) -> None:
    preview = pane_of(clerk).preview

    camera(clerk, DeviceState.ABSENT, OutcomeCode.NO_DEVICE)
    assert "没有找到高拍仪" in preview.problem
    assert "怎么办：" in preview.problem
    assert "{" not in preview.problem
    camera(clerk, DeviceState.READY)
    assert "正在打开" in preview.problem
    camera(clerk, DeviceState.STARTING)

    assert "设备程序正在启动" in preview.problem


def test_a_page_that_could_not_be_taken_is_told_and_can_be_taken_again(clerk: ClerkAtWork) -> None:
    clerk.workplace.host.will(OutcomeCode.PAGE_BLURRED)

    press(Qt.Key.Key_Space)
    clerk.settle()
    assert clerk.workplace.visit.state.pages == ()
    assert "怎么办" in clerk.words
    press(Qt.Key.Key_Space)
    clerk.settle()

    assert len(clerk.workplace.visit.state.pages) == 1


def corners_of(clerk: ClerkAtWork) -> CornersDialog:
    """The dialog, opened by its key."""
    press(Qt.Key.Key_F7)
    clerk.settle()
    dialog = pane_of(clerk).corners
    assert dialog.isVisible()
    return dialog


def test_F20_corners_are_set_with_keys_alone(clerk: ClerkAtWork) -> None:
    dialog = corners_of(clerk)
    assert dialog.picture.hasFocus()
    (x, y), *others = dialog.picture.corners

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        press(key)
    press(Qt.Key.Key_3)
    QTest.keyClick(dialog.picture, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_Return)
    clerk.settle()

    taken = clerk.workplace.host.asked[-1]
    assert isinstance(taken, TakeHeld)
    assert taken.corners[0] == pytest.approx((x + 0.02, y + 0.02))
    assert taken.corners[2] == pytest.approx((others[1][0] - 0.002, others[1][1]))
    assert taken.corners[1] == others[0]
    assert len(clerk.workplace.visit.state.pages) == 1
    assert not dialog.isVisible()


def test_F20_a_corner_is_dragged_with_the_mouse_and_stays_in_the_picture(clerk: ClerkAtWork) -> None:
    picture = corners_of(clerk).picture
    before = picture.corners

    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=picture.place_of(1).toPoint())
    QTest.mouseMove(picture, QPoint(picture.width() - 1, 1))
    QTest.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(picture.width() - 1, 1))

    assert picture.corners == (before[0], (1.0, 0.0), before[2], before[3])


def test_F20_the_whole_picture_is_taken_by_one_press_and_esc_takes_nothing(clerk: ClerkAtWork) -> None:
    corners_of(clerk)
    press(Qt.Key.Key_Escape)
    clerk.settle()
    assert clerk.workplace.visit.state.pages == ()

    clerk.press("by_hand")
    clerk.settle()
    dialog = pane_of(clerk).corners
    clerk.press("corners_whole")
    assert dialog.picture.hasFocus()
    press(Qt.Key.Key_Return)
    clerk.settle()

    taken = clerk.workplace.host.asked[-1]
    assert isinstance(taken, TakeHeld)
    assert taken.corners == WHOLE_PICTURE
    assert len(clerk.workplace.visit.state.pages) == 1


def test_F20_why_no_picture_could_be_held_is_told(clerk: ClerkAtWork) -> None:
    clerk.workplace.host.will(OutcomeCode.DEVICE_GONE)

    press(Qt.Key.Key_F7)
    clerk.settle()

    assert not pane_of(clerk).corners.isVisible()
    assert "怎么办" in clerk.words


def test_the_preview_looks_for_what_the_chosen_material_is(clerk: ClerkAtWork) -> None:
    row = pane_of(clerk).list.chosen()
    assert row is not None

    asked = [one for one in clerk.workplace.host.asked if isinstance(one, StartPreview)]

    assert asked[-1].shape == row.shape
