"""A page that is enlarged, turned and moved (IM-6b: the reviewer reads what was captured)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clerk.zoom_picture import STEP, Fit, ZoomPicture
from tests.gui.clerk import painted_page, pictures_here

WIDTH, HEIGHT = 500, 400
PAGE_RATIO = 620 / 877


@pytest.fixture
def page(qtbot: QtBot, themed: QApplication) -> ZoomPicture:
    picture = ZoomPicture(pictures_here())
    qtbot.addWidget(picture)
    picture.resize(WIDTH, HEIGHT)
    picture.show_content(painted_page(1))
    picture.show()
    return picture


def wheel(page: ZoomPicture, at: QPoint, notches: int, keys: Qt.KeyboardModifier) -> bool:
    event = QWheelEvent(
        QPointF(at),
        QPointF(page.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(page, event)
    return event.isAccepted()


def share_at(page: ZoomPicture, at: QPoint) -> tuple[float, float]:
    """What part of the page lies at a place of the widget."""
    shown = page.shown
    return (at.x() - shown.x()) / shown.width(), (at.y() - shown.y()) / shown.height()


def test_a_page_is_first_seen_whole_and_then_as_wide_as_its_place_from_the_top(page: ZoomPicture) -> None:
    whole = page.shown

    page.set_fit(Fit.WIDTH)

    assert (whole.height(), whole.y()) == (HEIGHT, 0)
    assert whole.width() == pytest.approx(HEIGHT * PAGE_RATIO, abs=1)
    assert (page.shown.width(), page.shown.x(), page.shown.y()) == (WIDTH, 0, 0)


def test_the_keys_enlarge_reduce_and_show_the_whole_page(page: ZoomPicture) -> None:
    QTest.keyClick(page, Qt.Key.Key_Plus)
    QTest.keyClick(page, Qt.Key.Key_Plus)
    twice = page.times
    QTest.keyClick(page, Qt.Key.Key_Minus)
    once = page.times
    QTest.keyClick(page, Qt.Key.Key_0)

    assert twice == pytest.approx(STEP * STEP)
    assert once == pytest.approx(STEP)
    assert (page.times, page.fit) == (1.0, Fit.PAGE)


def test_it_becomes_never_smaller_than_the_whole_page_nor_endlessly_large(page: ZoomPicture) -> None:
    page.zoom(0.1)
    small = page.times
    page.zoom(1000)

    assert small == 1.0
    assert page.times == pytest.approx(8.0)


def test_ctrl_and_wheel_enlarge_what_lies_under_the_pointer(page: ZoomPicture) -> None:
    page.zoom(3)
    at = QPoint(260, 150)
    before = share_at(page, at)

    wheel(page, at, 1, Qt.KeyboardModifier.ControlModifier)

    assert page.times == pytest.approx(3 * STEP)
    assert share_at(page, at) == pytest.approx(before, abs=0.01)


def test_the_wheel_alone_moves_only_what_is_larger_than_its_place(page: ZoomPicture) -> None:
    still = wheel(page, QPoint(250, 200), -1, Qt.KeyboardModifier.NoModifier)
    page.set_fit(Fit.WIDTH)
    moved = wheel(page, QPoint(250, 200), -1, Qt.KeyboardModifier.NoModifier)

    assert not still
    assert moved
    assert page.shown.y() == -60


def test_a_large_page_is_dragged_but_no_further_than_its_edges(page: ZoomPicture) -> None:
    page.set_fit(Fit.WIDTH)
    below = page.shown.height() - HEIGHT

    QTest.mousePress(page, Qt.MouseButton.LeftButton, pos=QPoint(250, 300))
    QTest.mouseMove(page, QPoint(250, 250))
    by_hand = page.shown.y()
    QTest.mouseMove(page, QPoint(250, -5000))
    QTest.mouseRelease(page, Qt.MouseButton.LeftButton, pos=QPoint(250, 0))
    QTest.mouseMove(page, QPoint(250, 100))

    assert by_hand == -50
    assert page.shown.y() == -below


def test_a_double_click_shows_a_place_large_and_again_the_whole_page(page: ZoomPicture) -> None:
    at = QPoint(240, 100)
    before = share_at(page, at)

    QTest.mouseDClick(page, Qt.MouseButton.LeftButton, pos=at)
    large, there = page.times, share_at(page, at)
    QTest.mouseDClick(page, Qt.MouseButton.LeftButton, pos=at)

    assert large == pytest.approx(2.5)
    assert there == pytest.approx(before, abs=0.02)
    assert page.fit is Fit.PAGE


def test_a_turned_page_lies_on_its_side_and_is_seen_whole(page: ZoomPicture) -> None:
    upright = page.grab().toImage()

    page.turn(90)

    assert page.shown.width() > page.shown.height()
    assert page.shown.width() == WIDTH
    page.turn(-90)
    assert page.grab().toImage() == upright


def test_the_arrows_move_a_large_page_and_are_left_to_others_where_it_ends(page: ZoomPicture) -> None:
    page.set_fit(Fit.WIDTH)

    QTest.keyClick(page, Qt.Key.Key_Down)
    moved = page.shown.y()
    QTest.keyClick(page, Qt.Key.Key_Up)
    QTest.keyClick(page, Qt.Key.Key_Up)

    assert moved == -60
    assert page.shown.y() == 0


def test_a_larger_window_shows_the_fitted_page_larger_and_keeps_a_size_that_was_asked_for(page: ZoomPicture) -> None:
    page.resize(WIDTH * 2, HEIGHT * 2)
    whole = page.shown.height()
    page.zoom(2)
    asked = page.shown.height()

    page.resize(WIDTH * 2, HEIGHT)

    assert whole == HEIGHT * 2
    assert page.shown.height() == asked


def test_a_large_page_is_as_sharp_as_it_was_taken(page: ZoomPicture) -> None:
    fitted = page._pixmap.width()

    page.zoom(4)

    assert fitted < 620
    assert page._pixmap.width() == 620


def test_the_next_page_is_seen_from_its_top_and_whole_again(page: ZoomPicture) -> None:
    page.zoom(3)

    page.show_content(painted_page(2))

    assert page.fit is Fit.PAGE
    assert page.shown.y() == 0


def test_what_is_no_picture_is_said_in_words(page: ZoomPicture) -> None:
    page.show_content(b"not a picture")
    page.zoom(2)

    assert not page.has_picture
    assert len(page.text.splitlines()) == 3
    assert page.text.startswith("这一页的图像无法显示")
