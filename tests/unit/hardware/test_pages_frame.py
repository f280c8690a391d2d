"""Frames of a camera as JPEGs: told whole or cut short from the bytes, decoded no further than is looked at."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hardware.pages.frame import DecodedFrame, read_jpeg_frame


def jpeg(width_px: int = 1632, height_px: int = 1224) -> bytes:
    across = np.linspace(0, 255, width_px, dtype=np.uint8)
    picture = np.repeat(np.tile(across, (height_px, 1))[:, :, None], 3, axis=2)
    return bytes(cv2.imencode(".jpg", picture)[1])


@pytest.mark.parametrize(
    ("asked_px", "given_px"), [(3000, 1632), (1632, 1632), (1280, 1632), (816, 816), (640, 816), (408, 408), (100, 204)]
)
def test_a_frame_is_reduced_to_what_is_still_wide_enough(asked_px: int, given_px: int) -> None:
    frame = read_jpeg_frame(jpeg())
    assert frame is not None

    image = frame.reduced(asked_px)

    assert frame.size_px == (1632, 1224)
    assert image is not None
    assert image.shape == (given_px * 3 // 4, given_px, 3)
    assert abs(int(image[:, given_px // 2].mean()) - 127) < 4


def test_a_camera_may_pad_its_frames_with_zeros() -> None:
    frame = read_jpeg_frame(jpeg() + bytes(500))

    assert frame is not None
    assert frame.whole() is not None


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", jpeg()[:-2], jpeg()[: len(jpeg()) // 2], jpeg()[2:], b"\xff\xd8\xff\xff\xd9", b"x"]
)
def test_what_is_no_whole_jpeg_is_no_frame(data: bytes) -> None:
    assert read_jpeg_frame(data) is None


def test_a_frame_of_no_pixels_is_none() -> None:
    head = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x00\x06\x60\x01\x01\x11\x00"

    assert read_jpeg_frame(head + b"\xff\xd9") is None


def test_a_frame_that_does_not_decode_gives_no_pixels() -> None:
    whole = jpeg()
    scan = whole.index(b"\xff\xda")
    frame = read_jpeg_frame(whole[: scan - 40] + whole[-2:])

    assert frame is not None
    assert frame.whole() is None
    assert frame.reduced(100) is None


def test_a_decoded_frame_is_given_as_it_is() -> None:
    image = np.zeros((120, 160, 3), np.uint8)

    assert DecodedFrame(image).whole() is image
    assert DecodedFrame(image).reduced(40) is image
    assert DecodedFrame(image).size_px == (160, 120)
