"""What the decoder of foreign pictures makes of bytes (S1); the process around it: tests/devices/test_picture_host."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from hardware.drivers.opencv_decoder import OpenCvDecoder
from hardware.kinds.picture_decoder import Pixels
from hardware.outcomes import OutcomeCode
from tests.helpers.pictures import a_jpeg, a_png

DECODER = OpenCvDecoder({})
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><image href="file:///etc/hostname"/></svg>'


def a_page(width_px: int, height_px: int, kind: str = ".jpg") -> bytes:
    """Blue above red, with a white corner at the top left."""
    image = np.zeros((height_px, width_px, 3), np.uint8)
    image[: height_px // 2] = (200, 0, 0)
    image[height_px // 2 :] = (0, 0, 200)
    image[: height_px // 8, : width_px // 8] = 255
    return bytes(cv2.imencode(kind, image)[1].tobytes())


def decoded(content: bytes, width_px: int = 10_000, height_px: int = 10_000) -> Pixels:
    outcome = DECODER.decode(content, width_px=width_px, height_px=height_px)
    assert outcome.value is not None
    return outcome.value


def rows(pixels: Pixels) -> npt.NDArray[np.uint8]:
    return np.frombuffer(pixels.bgra, np.uint8).reshape(pixels.height_px, pixels.width_px, 4)


def _sized(width_px: int, height_px: int) -> bytes:
    jpeg = a_jpeg()
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + height_px.to_bytes(2, "big") + width_px.to_bytes(2, "big") + jpeg[at + 4 :]


def _bmp() -> bytes:
    return bytes(cv2.imencode(".bmp", np.zeros((40, 40, 3), np.uint8))[1].tobytes())


NO_PICTURES = {
    "svg": SVG,
    "bmp": _bmp(),
    "nothing": b"",
    "half a JPEG": a_jpeg()[:-9],
    "half a PNG": a_png()[:-9],
    "a JPEG and a drawing": a_jpeg() + SVG,
    "a PNG and a drawing": a_png() + SVG,
    "65500 x 65500": _sized(65_500, 65_500),
    "no height": _sized(64, 0),
    "a JPEG's ends alone": b"\xff\xd8\xff\xd9",
    "a JPEG's ends and noise": b"\xff\xd8\xff" + bytes(range(256)) * 9 + b"\xff\xd9",
    "a PNG's head alone": a_png()[:33] + a_png()[-12:],
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES.keys())
def test_S1_nothing_but_a_whole_jpeg_or_png_of_a_sane_size_is_decoded(content: bytes) -> None:
    outcome = DECODER.decode(content, width_px=400, height_px=400)

    assert (outcome.code, outcome.value) == (OutcomeCode.PICTURE_UNREADABLE, None)


@pytest.mark.parametrize("kind", [".jpg", ".png"])
@pytest.mark.parametrize(
    ("fit", "size"), [((900, 100), (75, 100)), ((200, 900), (200, 267)), ((5000, 5000), (600, 800))]
)
def test_a_page_is_reduced_to_fit_and_never_enlarged(kind: str, fit: tuple[int, int], size: tuple[int, int]) -> None:
    pixels = decoded(a_page(600, 800, kind), *fit)

    assert (pixels.width_px, pixels.height_px) == size
    assert (pixels.full_width_px, pixels.full_height_px) == (600, 800)
    image = rows(pixels)
    assert image[size[1] // 4, size[0] // 2].tolist() == pytest.approx([200, 0, 0, 255], abs=6)
    assert image[-size[1] // 4, size[0] // 2].tolist() == pytest.approx([0, 0, 200, 255], abs=6)
    assert image[1, 1].tolist() == pytest.approx([255] * 4, abs=6)


def test_a_signature_keeps_what_is_transparent() -> None:
    assert rows(decoded(a_png()))[:, :, 3].max() == 0


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_grey_pages_of_any_depth_are_grey(depth: type[np.uint8] | type[np.uint16]) -> None:
    grey: npt.NDArray[np.integer[Any]] = np.full((40, 50), np.iinfo(depth).max // 2, depth)

    image = rows(decoded(cv2.imencode(".png", grey)[1].tobytes()))

    assert image[20, 20].tolist() == [127, 127, 127, 255]
