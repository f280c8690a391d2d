"""The 1,024 bytes of photo on a resident card.

Real cards hold WLT, a closed format: only the vendors' licensed library decodes it (102 × 126 px), and it is tied to
the reader's security module. Without that library the picture stays undecoded; the text is complete all the same.
A block that begins like a JPEG is taken as one: readers that decode by themselves send it so.
"""

from __future__ import annotations

_JPEG_START = b"\xff\xd8"
_JPEG_END = b"\xff\xd9"


def parse_photo(block: bytes) -> bytes | None:
    """The JPEG in the block without its padding, or None when the block is WLT, empty or cut off."""
    jpeg = block.rstrip(b"\0")
    if jpeg.startswith(_JPEG_START) and jpeg.endswith(_JPEG_END):
        return jpeg
    return None
