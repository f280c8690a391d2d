"""What a picture is, told from its bytes without decoding them: one whole JPEG or PNG of a sane size, or nothing.

Formats are read from the bytes alone, never guessed further: whatever is neither JPEG nor PNG is no picture here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class PictureKind(StrEnum):
    """The two formats of pages and signatures."""

    JPEG = "jpeg"
    PNG = "png"


class PictureFault(StrEnum):
    """Why bytes are no picture that may be kept or shown."""

    OTHER_KIND = "other_kind"
    NOT_WHOLE = "not_whole"
    SEVERAL = "several"
    """More than one frame, or something behind the picture."""
    SIZE = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the head of a picture says."""

    kind: PictureKind
    width_px: int
    height_px: int


LEAST_SIDE_PX = 8
LARGEST_SIDE_PX = 16_000
LARGEST_PIXELS = 40_000_000
"""A4 at 600 dpi has 35 million; decoded, the largest takes 160 MB."""

_JPEG_START = b"\xff\xd8"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_MOST_PARTS = 10_000
_MOST_SCANS = 20
"""A progressive JPEG has ten; thousands of scans are a way to keep a decoder busy for minutes."""

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
"""Baseline, extended and progressive with Huffman codes: what every decoder can read."""
_TABLES = (0xC4, 0xCC, 0xC8)
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ANIMATED = (b"acTL", b"fcTL", b"fdAT")
_INTERLACED = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column, first row, step across, step down of each pass."""
_INFLATE_AT_ONCE = 1 << 20


class _NoPictureError(Exception):
    def __init__(self, fault: PictureFault) -> None:
        super().__init__(fault)
        self.fault = fault


def read_picture(content: bytes) -> Picture | PictureFault:
    """What the picture is, or why it is none. Costs a walk over the bytes; nothing larger than they are is made."""
    try:
        if content.startswith(_PNG_START):
            return _read_png(content)
        if content.startswith(_JPEG_START):
            return _read_jpeg(content)
    except _NoPictureError as error:
        return error.fault
    return PictureFault.OTHER_KIND


def _sized(kind: PictureKind, width_px: int, height_px: int) -> Picture:
    fits = min(width_px, height_px) >= LEAST_SIDE_PX and max(width_px, height_px) <= LARGEST_SIDE_PX
    if not fits or width_px * height_px > LARGEST_PIXELS:
        raise _NoPictureError(PictureFault.SIZE)
    return Picture(kind=kind, width_px=width_px, height_px=height_px)


# -- JPEG (ITU-T T.81)


def _read_jpeg(content: bytes) -> Picture:
    picture: Picture | None = None
    scans = 0
    for marker, segment, behind in _jpeg_segments(content):
        if marker == _EOI:
            if picture is None or not scans:
                raise _NoPictureError(PictureFault.NOT_WHOLE)
            if behind != len(content):
                raise _NoPictureError(PictureFault.SEVERAL)
            return picture
        if marker == _SOS:
            scans += 1
            if picture is None or scans > _MOST_SCANS:
                raise _NoPictureError(PictureFault.NOT_WHOLE)
        elif 0xC0 <= marker <= 0xCF and marker not in _TABLES:
            if picture is not None:
                raise _NoPictureError(PictureFault.SEVERAL)
            picture = _read_frame(marker, segment)
    raise _NoPictureError(PictureFault.NOT_WHOLE)


def _read_frame(marker: int, segment: bytes) -> Picture:
    if marker not in _PLAIN_FRAMES:
        raise _NoPictureError(PictureFault.OTHER_KIND)
    if len(segment) < 6 or len(segment) != 6 + 3 * segment[5]:
        raise _NoPictureError(PictureFault.NOT_WHOLE)
    if segment[0] != 8 or segment[5] not in (1, 3):
        raise _NoPictureError(PictureFault.OTHER_KIND)
    height_px, width_px = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big")
    return _sized(PictureKind.JPEG, width_px, height_px)


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, segment and the place behind it; the compressed data after a scan's head are passed over."""
    place = len(_JPEG_START)
    for _ in range(_MOST_PARTS):
        while content[place : place + 2] == b"\xff\xff":  # fill bytes
            place += 1
        if len(content) < place + 2 or content[place] != 0xFF:
            return
        marker = content[place + 1]
        place += 2
        if marker == _EOI:
            yield marker, b"", place
            return
        length = int.from_bytes(content[place : place + 2], "big")
        if marker in (0x00, 0x01, _SOI) or 0xD0 <= marker <= 0xD7 or length < 2:
            return
        segment = content[place + 2 : place + length]
        place += length
        if marker == _SOS:
            end = _END_OF_SCAN.search(content, place)
            if end is None:
                return
            place = end.start()
        yield marker, segment, place


# -- PNG (ISO/IEC 15948)


def _read_png(content: bytes) -> Picture:
    head = b""
    inflated = _Inflated()
    for number, (kind, body, behind) in enumerate(_png_chunks(content)):
        if (kind == b"IHDR") != (number == 0):
            raise _NoPictureError(PictureFault.NOT_WHOLE)
        if kind == b"IHDR":
            head = body
            inflated.expect(_png_bytes(head))
        elif kind in _ANIMATED:
            raise _NoPictureError(PictureFault.SEVERAL)
        elif kind == b"IDAT":
            inflated.add(body)
        elif kind == b"IEND":
            if not inflated.is_whole:
                raise _NoPictureError(PictureFault.NOT_WHOLE)
            if behind != len(content):
                raise _NoPictureError(PictureFault.SEVERAL)
            return _png_size(head)
    raise _NoPictureError(PictureFault.NOT_WHOLE)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Kind, body and the place behind each chunk whose checksum is right."""
    place = len(_PNG_START)
    for _ in range(_MOST_PARTS):
        length = int.from_bytes(content[place : place + 4], "big")
        behind = place + 12 + length
        if behind > len(content):
            return
        checked = content[place + 4 : behind - 4]
        if zlib.crc32(checked).to_bytes(4, "big") != content[behind - 4 : behind]:
            return
        yield checked[:4], checked[4:], behind
        place = behind


def _png_size(head: bytes) -> Picture:
    return _sized(PictureKind.PNG, int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big"))


def _png_bytes(head: bytes) -> int:
    """How many bytes the pixels of a PNG inflate to: the rows of every pass, each behind its filter's number."""
    if len(head) != 13:
        raise _NoPictureError(PictureFault.NOT_WHOLE)
    picture = _png_size(head)
    depth, colour, compression, filters, interlaced = head[8:]
    if depth not in _DEPTHS.get(colour, ()) or compression or filters or interlaced > 1:
        raise _NoPictureError(PictureFault.OTHER_KIND)
    bits = depth * _CHANNELS[colour]
    total = 0
    for left, top, across, down in _INTERLACED if interlaced else ((0, 0, 1, 1),):
        columns = -(-(picture.width_px - left) // across)
        rows = -(-(picture.height_px - top) // down)
        total += rows * (1 + -(-columns * bits // 8))  # every pass has some: no side is less than LEAST_SIDE_PX
    return total


class _Inflated:
    """Counts what compressed pixels give, and keeps none of it."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self._wanted = 0

    def expect(self, wanted: int) -> None:
        """So many bytes are the whole picture."""
        self._wanted = wanted

    @property
    def is_whole(self) -> bool:
        """Whether the stream ended with the last pixel."""
        return self._stream.eof and self._wanted == 0 and not self._stream.unused_data

    def add(self, body: bytes) -> None:
        """Inflate a part; more than the picture needs is refused at once."""
        rest = body
        try:
            while rest:
                self._wanted -= len(self._stream.decompress(rest, _INFLATE_AT_ONCE))
                if self._wanted < 0:
                    raise _NoPictureError(PictureFault.NOT_WHOLE)
                rest = self._stream.unconsumed_tail
        except zlib.error as error:
            raise _NoPictureError(PictureFault.NOT_WHOLE) from error
