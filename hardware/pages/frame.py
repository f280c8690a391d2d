"""The frames that a camera gives: decoded ones, and JPEGs that are decoded as far as somebody looks at them.

A preview needs a quarter of a document camera's pixels; to decode all of them took most of the device process's time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hardware.pages.jpeg import Image, decode_jpeg, jpeg_size

FRAME_LIMIT_PX: Final = 50_000_000

_PADDING: Final = b"\0"


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFrame:
    """A frame that came decoded."""

    image: Image = field(repr=False)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.image.shape[1], self.image.shape[0]

    def whole(self) -> Image:
        """All its pixels."""
        return self.image

    def reduced(self, _width_px: int) -> Image:
        """All its pixels: fewer would cost more."""
        return self.image


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegFrame:
    """A frame that came as one JPEG; None instead of pixels where those do not decode."""

    jpeg: bytes = field(repr=False)
    size_px: tuple[int, int]
    """Width and height."""

    def whole(self) -> Image | None:
        """All its pixels."""
        return decode_jpeg(self.jpeg)

    def reduced(self, width_px: int) -> Image | None:
        """A half, a quarter or an eighth as wide, if that is still ``width_px`` or more."""
        return decode_jpeg(self.jpeg, self.size_px[0] / width_px)


def read_jpeg_frame(data: bytes) -> JpegFrame | None:
    """The frame, from its heads alone; None when it is cut short or does not tell its size. Cameras pad with zeros."""
    jpeg = data.rstrip(_PADDING)
    size_px = jpeg_size(jpeg)
    return None if size_px is None or 0 in size_px else JpegFrame(jpeg=jpeg, size_px=size_px)
