"""Pictures from elsewhere choose no decoder, open no file and eat no memory (S1)."""

from __future__ import annotations

import resource
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImageReader
from pytestqt.qtbot import QtBot

from app.clerk.picture import Picture
from app.clerk.pictures import load_picture, size_of
from app.clerk.zoom_picture import ZoomPicture
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


@pytest.mark.usefixtures("qapp")
def test_S1_nothing_but_jpeg_and_png_is_decoded(tmp_path: Path) -> None:
    gif = cv2.imencode(".bmp", np.zeros((40, 40, 3), np.uint8))[1].tobytes()
    assert b"svg" in {bytes(kind.data()) for kind in QImageReader.supportedImageFormats()}  # the program could

    for content in (_svg(tmp_path), gif, b"<svg", b"", a_jpeg()[:-9], a_jpeg() + _svg(tmp_path)):
        assert load_picture(content).isNull()
        assert size_of(content).isEmpty()


@pytest.mark.usefixtures("qapp")
def test_S1_a_picture_is_decoded_as_what_it_is() -> None:
    assert load_picture(a_jpeg()).size() == size_of(a_jpeg()) == QSize(64, 64)
    assert load_picture(a_png()).size() == size_of(a_png()) == QSize(60, 30)
    assert load_picture(a_jpeg(), QSize(32, 100)).size() == QSize(32, 32)


def test_S1_a_picture_of_65500_by_65500_costs_nothing(qtbot: QtBot) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    zoomed, plain = ZoomPicture(), Picture()
    for shown in (zoomed, plain):
        qtbot.addWidget(shown)
        shown.resize(400, 400)
        shown.show_content(_sized(65500, 65500))
        assert not shown.has_picture
        assert "无法显示" in shown.text

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024  # KiB
