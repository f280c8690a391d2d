"""Pictures from elsewhere are decoded elsewhere; those of this machine choose no decoder and eat no memory (S1)."""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clerk import pictures as pictures_module
from app.clerk.pictures import Pictures, load_picture
from app.clerk.zoom_picture import ZoomPicture
from hardware.device import Request
from hardware.drivers.opencv_decoder import OpenCvDecoder
from hardware.outcomes import Outcome, OutcomeCode
from tests.gui.clerk import painted_page, pictures_here
from tests.helpers.pictures import a_jpeg, a_png


def _svg(folder: Path) -> bytes:
    """A drawing that shows a file of this machine."""
    secret = folder / "secret.png"
    secret.write_bytes(a_png(sides_px=(40, 40)))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40">'
        f'<image xlink:href="file://{secret}" width="40" height="40"/></svg>'
    ).encode()


def _sized(width_px: int, height_px: int) -> bytes:
    jpeg = a_jpeg()
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + height_px.to_bytes(2, "big") + width_px.to_bytes(2, "big") + jpeg[at + 4 :]


class Late:
    """Asks that are answered when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Request[Any], Callable[[Outcome[Any]], None]]] = []

    def __call__(self, request: Request[Any], done: Callable[[Outcome[Any]], None]) -> None:
        """Only note it."""
        self.waiting.append((request, done))

    def answer(self, number: int = 0, code: OutcomeCode = OutcomeCode.OK) -> None:
        """Let one of them be answered."""
        request, done = self.waiting.pop(number)
        done(request.carry_out(OpenCvDecoder({})) if code is OutcomeCode.OK else Outcome(code=code))


@pytest.fixture
def late(qtbot: QtBot, themed: QApplication) -> tuple[ZoomPicture, Late]:
    ask = Late()
    picture = ZoomPicture(Pictures(ask))
    qtbot.addWidget(picture)
    picture.resize(400, 400)
    return picture, ask


@pytest.mark.usefixtures("qapp")
def test_S1_nothing_but_jpeg_and_png_is_decoded(tmp_path: Path) -> None:
    bmp = cv2.imencode(".bmp", np.zeros((40, 40, 3), np.uint8))[1].tobytes()
    assert b"svg" in {bytes(kind.data()) for kind in QImageReader.supportedImageFormats()}  # the program could

    for content in (_svg(tmp_path), bmp, b"<svg", b"", a_jpeg()[:-9], a_jpeg() + _svg(tmp_path)):
        assert load_picture(content).isNull()


@pytest.mark.usefixtures("qapp")
def test_S1_a_picture_is_decoded_as_what_it_is() -> None:
    assert load_picture(a_jpeg()).size() == QSize(64, 64)
    assert load_picture(a_png()).size() == QSize(60, 30)
    assert load_picture(a_jpeg(), QSize(32, 100)).size() == QSize(32, 32)


def test_S1_a_picture_of_65500_by_65500_costs_nothing(qtbot: QtBot, themed: QApplication) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    shown = ZoomPicture(pictures_here())
    qtbot.addWidget(shown)
    shown.resize(400, 400)
    shown.show_content(_sized(65500, 65500))

    assert not shown.has_picture
    assert "无法显示" in shown.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024  # KiB


def test_S1_no_decoder_of_the_windows_sees_a_page_from_elsewhere(
    late: tuple[ZoomPicture, Late], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("decoded in the process of the windows")

    monkeypatch.setattr(pictures_module, "QImageReader", refuse)
    monkeypatch.setattr(QImage, "loadFromData", refuse)
    picture, ask = late

    picture.show_content(painted_page(1))
    assert not picture.has_picture  # and nobody waits for it
    ask.answer()

    assert picture.has_picture
    assert ask.waiting == []  # the first answer is large enough


@pytest.mark.parametrize("code", [OutcomeCode.HOST_RESTARTED, OutcomeCode.TIMEOUT, OutcomeCode.PICTURE_UNREADABLE])
def test_S1_a_picture_that_cannot_be_decoded_is_told_in_three_parts_and_can_be_opened_again(
    late: tuple[ZoomPicture, Late], code: OutcomeCode
) -> None:
    picture, ask = late
    picture.show_content(painted_page(1))

    ask.answer(code=code)
    assert not picture.has_picture
    assert len(picture.text.splitlines()) == 3

    picture.show_content(painted_page(1))
    ask.answer()
    assert picture.has_picture


def test_what_comes_late_for_a_page_that_was_left_is_not_shown(late: tuple[ZoomPicture, Late]) -> None:
    picture, ask = late
    picture.show_content(painted_page(1))
    picture.show_text("正在读取…")

    ask.answer()

    assert not picture.has_picture
    assert picture.text == "正在读取…"


def _note(seen: list[int], number: int, _image: QImage, _size: QSize) -> None:
    seen.append(number)


@pytest.mark.usefixtures("qapp")
def test_pages_are_decoded_one_after_the_other_and_only_the_newest_of_a_place() -> None:
    ask, seen = Late(), list[int]()
    pictures = Pictures(ask)
    for number in range(20):
        pictures.decode(a_jpeg(), QSize(9, 9), partial(_note, seen, number), place=number)
    pictures.decode(a_jpeg(), QSize(9, 9), partial(_note, seen, 99), place=7)

    for _ in range(20):
        assert len(ask.waiting) == 1
        ask.answer()

    assert ask.waiting == []
    assert seen == [*range(7), 99, *range(8, 20)]


def test_a_page_stays_seen_while_sharper_pixels_are_on_their_way(late: tuple[ZoomPicture, Late]) -> None:
    picture, ask = late
    picture.show_content(painted_page(1))
    ask.answer()
    before = picture._pixmap.width()

    picture.zoom(4)
    assert picture.has_picture
    assert picture._pixmap.width() == before
    ask.answer()

    assert picture._pixmap.width() == 620
