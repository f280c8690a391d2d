"""The picture on a test card: a neutral head and shoulders, small enough for the card's 1,024 bytes."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

PHOTO_BYTES = 1024
_SIZE_PX = (102, 126)
_PAPER, _FIGURE = 236, 150


@cache
def photo_block() -> bytes:
    """A gray JPEG of 102 × 126 px, padded with zeros to 1,024 bytes. Real cards hold WLT, which nobody may build."""
    image = Image.new("L", _SIZE_PX, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.ellipse((33, 22, 69, 70), fill=_FIGURE)
    draw.rectangle((44, 62, 58, 84), fill=_FIGURE)
    draw.rounded_rectangle((12, 80, 90, 150), radius=26, fill=_FIGURE)
    for quality in range(60, 4, -5):
        packed = BytesIO()
        image.save(packed, "JPEG", quality=quality, optimize=True)
        if packed.tell() <= PHOTO_BYTES:
            return packed.getvalue().ljust(PHOTO_BYTES, b"\0")
    raise AssertionError("the silhouette no longer fits")
