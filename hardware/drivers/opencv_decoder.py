"""Decodes JPEG and PNG with OpenCV, in a process that may not grow beyond a bound where the system lets us say so."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LARGEST_PIXELS: Final = 40_000_000
"""A4 at 600 dpi has 35 million. The library refuses more before it takes memory, so it is told before it is loaded."""
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(LARGEST_PIXELS)

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from hardware.kinds.picture_decoder import PictureDecoder, Pixels  # noqa: E402
from hardware.outcomes import Outcome, OutcomeCode  # noqa: E402
from hardware.pages.jpeg import begins_jpeg, decode_jpeg, jpeg_size  # noqa: E402

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_MORE_BYTES: Final = 1024 * 1024 * 1024
"""What decoding the largest picture takes: itself twice with four channels, halves, and what the library keeps."""

_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"

Image = npt.NDArray[np.uint8]


class OpenCvDecoder(PictureDecoder):
    """The decoder; knows no options. What is no JPEG or PNG from its first to its last byte reaches no library."""

    OPTIONS: Final = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """Nothing can be set."""

    def open(self) -> Outcome[None]:
        """Bound the memory of this process (not on Windows, where the bound of pixels has to do)."""
        if sys.platform == "linux":
            import resource

            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
            limit = pages * resource.getpagesize() + _MORE_BYTES
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        return Outcome(code=OutcomeCode.OK)

    def close(self) -> None:
        """There is nothing to let go of."""

    def decode(self, content: bytes, *, width_px: int, height_px: int) -> Outcome[Pixels]:
        """The picture, reduced to fit; PICTURE_UNREADABLE for what is no whole picture or none of a sane size."""
        size = jpeg_size(content) or _png_size(content)
        if size is None or not 0 < size[0] * size[1] <= LARGEST_PIXELS or width_px < 1 or height_px < 1:
            return Outcome(code=OutcomeCode.PICTURE_UNREADABLE)
        times = max(1.0, size[0] / width_px, size[1] / height_px)
        image = _read(content, times)
        if image is None:
            return Outcome(code=OutcomeCode.PICTURE_UNREADABLE)
        if times > 1.0:
            fit = max(1, round(size[0] / times)), max(1, round(size[1] / times))
            # Averaging takes four times as long and is not seen to be better where less than half is left out.
            halved = image.shape[1] >= 2 * fit[0]
            way = cv2.INTER_AREA if halved else cv2.INTER_LINEAR
            image = np.asarray(cv2.resize(image, fit, interpolation=way), np.uint8)
        pixels = Pixels(
            bgra=_with_alpha(image).tobytes(),
            width_px=image.shape[1],
            height_px=image.shape[0],
            full_width_px=size[0],
            full_height_px=size[1],
        )
        return Outcome(code=OutcomeCode.OK, value=pixels)


def _png_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_PNG_START) or not content.endswith(_PNG_END) or content[12:16] != b"IHDR":
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _read(content: bytes, times: float) -> Image | None:
    """Decoded at the smallest size that the decoder itself can give and that is large enough; upright as it lies."""
    if begins_jpeg(content):
        return decode_jpeg(content, times)
    try:
        read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:  # also: no memory
        return None
    if read is None:
        return None
    return np.asarray(read if read.dtype == np.uint8 else read // 256, np.uint8)


def _with_alpha(image: Image) -> Image:
    if image.ndim == 2 or image.shape[2] == 1:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGRA), np.uint8)
    return image if image.shape[2] == 4 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2BGRA), np.uint8)
