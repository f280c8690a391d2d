"""The customer's window shows one Scene, acknowledges it when painted, and keeps nothing of the last (CARD-4, XY-5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEventLoop, QRect, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.customer.parts import SceneView
from app.customer.progress import ProgressView
from app.customer.progress_list import ProgressList
from app.customer.sign import SignView
from app.customer.words import Words
from app.visit.scene import Confirmed, Painted, ReadLine, Reply, Scene, Shown, Signed, Wait
from tests.gui.customer import (
    DIGEST,
    DONE,
    MASKED_NUMBER,
    PERSON,
    PROGRESS,
    RECEIPT_NO,
    SAVED,
    SIGN,
    URL,
    WAIT,
    WELCOME,
    CustomerAtWork,
    read_back,
    settle,
)

SCENES = (WELCOME, PROGRESS, read_back(), SIGN, WAIT, DONE, SAVED)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: type(scene).__name__)
def test_each_scene_is_acknowledged_once_with_its_visit_and_counter(customer: CustomerAtWork, scene: Scene) -> None:
    shown = customer.show(scene)
    customer.window.update()
    settle()

    assert customer.replies == [Reply(visit=shown.visit, counter=shown.counter, answer=Painted())]


def test_nothing_is_acknowledged_before_it_was_painted(customer: CustomerAtWork) -> None:
    customer.window.hide()
    customer.send(PROGRESS)
    settle()

    assert customer.replies == []


def test_nothing_is_acknowledged_while_the_old_content_exists(customer: CustomerAtWork) -> None:
    """Inside a nested event loop, such as that of a dialog, Qt does not delete what was given up outside of it."""
    customer.show(PROGRESS)
    inside: list[bool] = []

    def show_and_ask() -> None:
        shown = customer.send(WELCOME, visit="visit-2")
        dialog = QEventLoop()
        QTimer.singleShot(200, dialog.quit)
        dialog.exec()
        inside.append(customer.painted(shown))

    QTimer.singleShot(0, customer.window, show_and_ask)
    customer.qtbot.waitUntil(lambda: bool(inside), timeout=20_000)

    assert inside == [False]
    welcome = Shown(visit="visit-2", counter=customer.counter, scene=WELCOME)
    customer.qtbot.waitUntil(lambda: customer.painted(welcome), timeout=20_000)
    assert PERSON not in customer.texts()


def test_an_older_counter_of_the_same_visit_is_ignored(customer: CustomerAtWork) -> None:
    customer.show(PROGRESS)
    customer.show(WELCOME)

    customer.window.show_scene(Shown(visit="visit-1", counter=1, scene=PROGRESS))
    settle()

    assert PERSON not in customer.texts()
    assert len(customer.replies) == 2


def test_a_late_scene_of_the_last_visit_does_not_reach_the_next_person(customer: CustomerAtWork) -> None:
    first = customer.show(PROGRESS, visit="visit-1")
    customer.show(WELCOME, visit="visit-2")

    customer.window.show_scene(first)
    settle()

    assert PERSON not in customer.texts()


@pytest.mark.parametrize("scene", SCENES[1:], ids=lambda scene: type(scene).__name__)
def test_nothing_of_one_person_is_left_after_the_visit(customer: CustomerAtWork, scene: Scene) -> None:
    customer.show(WELCOME)
    settle()
    clean_image, clean_texts = customer.window.grab().toImage(), customer.texts()

    customer.show(scene)
    assert customer.texts() != clean_texts
    customer.show(WELCOME, visit="visit-2")

    assert customer.texts() == clean_texts
    for private in (PERSON, MASKED_NUMBER, RECEIPT_NO, "0011", URL):
        assert private not in customer.texts()
    assert customer.window.grab().toImage() == clean_image


def test_the_accepted_case_shows_number_date_contact_and_code(customer: CustomerAtWork) -> None:
    customer.show(DONE)

    texts = customer.texts()
    for part in ("已受理", "SL15  9999  2026  1123  0001  23", "2026年12月7日", "0470-1234567", "查询进度的二维码"):
        assert part in texts


def test_the_code_on_the_screen_can_be_read_by_a_phone(customer: CustomerAtWork) -> None:
    import numpy as np
    import zxingcpp

    customer.show(DONE)
    image = customer.window.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())

    assert [code.text for code in zxingcpp.read_barcodes(pixels)] == [URL]


def test_a_case_without_a_number_is_not_called_accepted(customer: CustomerAtWork) -> None:
    customer.show(SAVED)

    assert "已保存，待发送" in customer.texts()
    assert "已受理" not in customer.texts()
    assert "回执" not in customer.texts()


@pytest.mark.parametrize("text", ["正在提交", "正在处理签名，请稍候", "正在提交，请稍候…"])
def test_the_applicant_is_asked_once_to_wait(customer: CustomerAtWork, text: str) -> None:
    customer.show(Wait(text=text))

    words = "".join(part.text() for part in customer.window.findChildren(Words) if part.isVisible())
    assert words.count("请稍候") == 1


def test_the_window_has_a_name_and_no_frame(customer: CustomerAtWork) -> None:
    assert customer.window.windowTitle() == "群众屏"
    assert customer.window.accessibleName() == "群众屏"
    assert customer.window.windowFlags() & Qt.WindowType.FramelessWindowHint


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (1920, 1080)])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: type(scene).__name__)
def test_all_fits_and_can_be_touched_on_usual_screens(
    customer: CustomerAtWork, scene: Scene, size: tuple[int, int]
) -> None:
    customer.window.showNormal()
    settle()
    customer.window.resize(*size)
    customer.show(scene)
    settle()

    whole = QRect(0, 0, *size)
    assert customer.window.size().toTuple() == size
    for button in customer.window.findChildren(QPushButton):
        if button.isVisible():
            assert min(button.width(), button.height()) >= 72
            assert whole.contains(QRect(button.mapTo(customer.window, button.rect().topLeft()), button.size()))
    for words in customer.window.findChildren(Words):
        if words.isVisible() and words.text():
            assert words.size_px >= 18
            assert words.width() >= words.minimumSizeHint().width(), words.text()
            assert words.height() >= words.heightForWidth(words.width()), words.text()


def test_an_answer_is_given_once_and_nothing_can_be_pressed_then(customer: CustomerAtWork) -> None:
    shown = customer.show(read_back(lines=2))
    settle()

    button = customer.button("确认无误")
    button.click()
    button.click()

    assert customer.answers == [Confirmed(digest=DIGEST)]
    assert customer.replies[-1] == Reply(visit=shown.visit, counter=shown.counter, answer=Confirmed(digest=DIGEST))
    assert not button.isEnabled()


def test_the_scene_may_be_replaced_from_within_the_answer(customer: CustomerAtWork) -> None:
    customer.show(read_back(lines=2))
    settle()

    def go_on(reply: Reply) -> None:
        customer.replies.append(reply)
        if reply.answer == Confirmed(digest=DIGEST):
            customer.send(SIGN)

    customer.window._on_reply = go_on
    QTest.mouseClick(customer.button("确认无误"), Qt.MouseButton.LeftButton)
    settle()

    assert customer.answers == [Confirmed(digest=DIGEST)]
    assert "签名" in customer.texts()


def test_an_answer_of_a_replaced_scene_is_dropped(customer: CustomerAtWork) -> None:
    customer.show(SIGN)
    view = customer.window.findChildren(SceneView)[0]
    assert isinstance(view, SignView)
    late = view._send
    customer.show(WELCOME)

    late(Signed(digest=DIGEST, strokes=(), width_px=1, height_px=1, source="pen"))

    assert customer.answers == []


def test_U20_what_is_entered_is_seen_without_a_new_page(customer: CustomerAtWork) -> None:
    first = replace(PROGRESS, lines=(ReadLine(label="姓名", value=PERSON),))
    customer.show(first)
    settle()
    (view,) = customer.window.findChildren(ProgressView)

    customer.show(replace(first, lines=(*first.lines, ReadLine(label="联系电话", value="138****0000"))))
    settle()

    assert customer.window.findChildren(ProgressView) == [view]
    assert "联系电话 138****0000" in customer.texts()
    customer.show(replace(first, hint="请把材料交给工作人员拍照"))
    settle()
    assert "138****0000" not in customer.texts()


def test_what_is_too_long_on_the_progress_ends_with_dots_and_what_fits_does_not(customer: CustomerAtWork) -> None:
    address = "内蒙古自治区测试旗测试镇东升嘎查三组十二号院内东侧第三排第五户"
    lines = (ReadLine(label="姓名", value="张测试"), ReadLine(label="居住地址", value=address))
    customer.show(replace(PROGRESS, lines=lines))
    settle()
    shown = customer.window.findChild(ProgressList)
    assert isinstance(shown, ProgressList)

    drawn = {lines.text for lines in shown._texts.values()}

    assert {"姓名", "张测试", "居住地址"} <= drawn
    (cut,) = drawn - {"姓名", "张测试", "居住地址"}
    assert cut.endswith("…")
    assert address.startswith(cut[:-1])
    assert address in shown.accessibleName(), "a screen reader reads all of it"


def coming(customer: CustomerAtWork, scene: Scene, *, visit: str = "visit-1") -> Shown:
    customer.counter += 1
    shown = Shown(visit=visit, counter=customer.counter, scene=scene)
    customer.window.show_soon(shown)
    return shown


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: type(scene).__name__)
def test_what_is_made_unseen_first_looks_and_answers_as_if_shown_at_once(
    customer: CustomerAtWork, scene: Scene
) -> None:
    customer.show(WAIT, visit="visit-0")
    shown = coming(customer, scene)
    assert customer.painted(shown) is False
    customer.wait_until_painted(shown)
    soon = customer.window.grab().toImage()

    customer.show(WAIT, visit="visit-0")
    customer.show(scene)

    assert soon == customer.window.grab().toImage()


def test_of_two_scenes_on_their_way_the_later_one_stays_alone(customer: CustomerAtWork) -> None:
    customer.show(WAIT)
    first = coming(customer, read_back())
    last = coming(customer, WELCOME, visit="visit-2")

    customer.wait_until_painted(last)
    settle()

    assert not customer.painted(first)
    assert len(customer.window.findChildren(SceneView)) == 1
    assert PERSON not in {words.text() for words in customer.window.findChildren(Words)}


def test_a_scene_whose_turn_came_late_does_not_displace_a_newer_one_on_its_way(customer: CustomerAtWork) -> None:
    """Each is sent in a turn of its own, and one that comes late waits once more: they may change places."""
    customer.show(WAIT)
    customer.counter += 1
    late = Shown(visit="visit-1", counter=customer.counter, scene=read_back())
    last = coming(customer, DONE)
    customer.window.show_soon(late)

    customer.wait_until_painted(last)
    settle()

    assert not customer.painted(late)
    assert len(customer.window.findChildren(SceneView)) == 1


def test_a_scene_on_its_way_is_dropped_for_a_later_one_that_is_shown_at_once(customer: CustomerAtWork) -> None:
    customer.show(PROGRESS)
    coming(customer, read_back())

    last = customer.show(WELCOME, visit="visit-2")
    settle()

    assert customer.replies[-1].counter == last.counter
    assert len(customer.window.findChildren(SceneView)) == 1
