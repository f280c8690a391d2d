"""The size of a JPEG from its heads, and its pixels at the least size that will do: the decoder itself can reduce."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""BGR, shape (height, width, 3)."""

_START, _END = b"\xff\xd8\xff", b"\xff\xd9"
_FRAME_HEADS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_REDUCED: Final = ((8, cv2.IMREAD_REDUCED_COLOR_8), (4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))


def begins_jpeg(content: bytes) -> bool:
    """Whether a JPEG begins here."""
    return content.startswith(_START)


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in px as the head of the first frame says (ITU-T T.81, B.2.2).

    None for what is no JPEG from its first to its last byte: one that was cut short has no end.
    """
    if not begins_jpeg(content) or not content.endswith(_END):
        return None
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _FRAME_HEADS:
            height_px, width_px = (int.from_bytes(content[at : at + 2], "big") for at in (place + 5, place + 7))
            return width_px, height_px
        place += 1 if marker == 0xFF else 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


def decode_jpeg(content: bytes, times: float = 1.0) -> Image | None:
    """The pixels as they lie, reduced at most ``times``; None where they do not decode, or there is no memory."""
    way = next((flag for factor, flag in _REDUCED if factor <= times), cv2.IMREAD_COLOR)
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), way | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return None if image is None else np.asarray(image, np.uint8)
