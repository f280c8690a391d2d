"""Only one whole JPEG or PNG of a sane size is a picture (S1)."""

from __future__ import annotations

import itertools
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ink import LARGEST_STROKES_BYTES, is_ink
from domain.pictures import Picture, PictureFault, PictureKind, read_picture
from tests.helpers.pictures import a_chunk, a_jpeg, a_png, some_ink

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname" width="9" height="9"/></svg>'
JPEG, PNG = a_jpeg(), a_png()


def _sized_jpeg(width_px: int, height_px: int) -> bytes:
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + height_px.to_bytes(2, "big") + width_px.to_bytes(2, "big") + JPEG[at + 4 :]


def _with_frame(head: bytes) -> bytes:
    """The JPEG with another head of its frame."""
    at = JPEG.index(b"\xff\xc0") + 2
    return JPEG[:at] + (len(head) + 2).to_bytes(2, "big") + head + JPEG[at + int.from_bytes(JPEG[at : at + 2], "big") :]


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return PNG[:8] + b"".join(a_chunk(kind, body) for kind, body in chunks)


HEAD = PNG[16:29]
NO_PICTURES: dict[str, tuple[bytes, PictureFault]] = {
    "nothing": (b"", PictureFault.OTHER_KIND),
    "svg": (_SVG, PictureFault.OTHER_KIND),
    "html": (b"<!doctype html><p>", PictureFault.OTHER_KIND),
    "pdf": (b"%PDF-1.7\n%%EOF", PictureFault.OTHER_KIND),
    "a program": (b"\x7fELF" + bytes(60), PictureFault.OTHER_KIND),
    "gif": (b"GIF89a" + bytes(60), PictureFault.OTHER_KIND),
    "a JPEG's first bytes": (b"\xff\xd8\xff\xe0" + b"page" * 50, PictureFault.NOT_WHOLE),
    "half a JPEG": (JPEG[: len(JPEG) // 2], PictureFault.NOT_WHOLE),
    "a JPEG without its end": (JPEG[:-2], PictureFault.NOT_WHOLE),
    "a JPEG without a scan": (JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xd9", PictureFault.NOT_WHOLE),
    "two JPEGs": (JPEG + JPEG, PictureFault.SEVERAL),
    "a JPEG and a program": (JPEG + b"MZ", PictureFault.SEVERAL),
    "a JPEG of 65500 x 65500": (_sized_jpeg(65500, 65500), PictureFault.SIZE),
    "a JPEG of 15000 x 15000": (_sized_jpeg(15000, 15000), PictureFault.SIZE),
    "a JPEG of no height": (_sized_jpeg(64, 0), PictureFault.SIZE),
    "a lossless JPEG": (JPEG.replace(b"\xff\xc0", b"\xff\xc3", 1), PictureFault.OTHER_KIND),
    "a JPEG with arithmetic codes": (JPEG.replace(b"\xff\xc0", b"\xff\xc9", 1), PictureFault.OTHER_KIND),
    "a JPEG of two frames": (
        JPEG.replace(b"\xff\xda", JPEG[JPEG.index(b"\xff\xc0") :][:13] + b"\xff\xda"),
        PictureFault.SEVERAL,
    ),
    "a JPEG of a thousand scans": (
        JPEG[:-2] + JPEG[JPEG.index(b"\xff\xda") : -2] * 1000 + b"\xff\xd9",
        PictureFault.NOT_WHOLE,
    ),
    "a JPEG whose first marker is none": (JPEG[:2] + b"\x00" + JPEG[3:], PictureFault.NOT_WHOLE),
    "a JPEG of no components": (_with_frame(b"\x08\x00\x40\x00\x40\x00"), PictureFault.OTHER_KIND),
    "a JPEG of two components": (_with_frame(b"\x08\x00\x40\x00\x40\x02" + bytes(6)), PictureFault.OTHER_KIND),
    "a JPEG of four components": (_with_frame(b"\x08\x00\x40\x00\x40\x04" + bytes(12)), PictureFault.OTHER_KIND),
    "a JPEG of 12 bits": (_with_frame(b"\x0c\x00\x40\x00\x40\x01" + bytes(3)), PictureFault.OTHER_KIND),
    "a JPEG with half a frame's head": (_with_frame(b"\x08\x00\x40\x00\x40"), PictureFault.NOT_WHOLE),
    "half a PNG": (PNG[:60], PictureFault.NOT_WHOLE),
    "a PNG with a wrong checksum": (PNG.replace(b"IDAT", b"IDaT", 1), PictureFault.NOT_WHOLE),
    "a PNG without pixels": (_png((b"IHDR", HEAD), (b"IEND", b"")), PictureFault.NOT_WHOLE),
    "a PNG of fewer pixels than it says": (
        _png((b"IHDR", (61).to_bytes(4, "big") + HEAD[4:]), *[(b"IDAT", PNG[PNG.index(b"IDAT") + 4 : -16])])
        + a_chunk(b"IEND", b""),
        PictureFault.NOT_WHOLE,
    ),
    "a PNG that inflates without end": (
        _png((b"IHDR", HEAD), (b"IDAT", zlib.compress(bytes(10_000_000))), (b"IEND", b"")),
        PictureFault.NOT_WHOLE,
    ),
    "an animated PNG": (PNG.replace(a_chunk(b"IEND", b""), a_chunk(b"acTL", bytes(8)) + a_chunk(b"IEND", b"")),
                        PictureFault.SEVERAL),
    "a PNG and a program": (PNG + b"MZ", PictureFault.SEVERAL),
    "a PNG of 2^24 + 8 px by 8": (_png((b"IHDR", b"\x01\0\0\x08\0\0\0\x08" + HEAD[8:])), PictureFault.SIZE),
    "a PNG of 8 px by 2^24 + 8": (_png((b"IHDR", b"\0\0\0\x08\x01\0\0\x08" + HEAD[8:])), PictureFault.SIZE),
    "a PNG of 2^31 px": (_png((b"IHDR", b"\x7f\xff\xff\xff" * 2 + HEAD[8:])), PictureFault.SIZE),
    "a PNG interlaced in a way that is none": (_png((b"IHDR", HEAD[:12] + b"\x02")), PictureFault.OTHER_KIND),
    "a PNG of a colour that is none": (_png((b"IHDR", HEAD[:9] + b"\x05" + HEAD[10:])), PictureFault.OTHER_KIND),
}  # fmt: skip


@pytest.mark.parametrize(("content", "fault"), NO_PICTURES.values(), ids=NO_PICTURES.keys())
def test_S1_what_is_no_picture_is_told(content: bytes, fault: PictureFault) -> None:
    assert read_picture(content) is fault


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("progressive", [0, 1])
def test_S1_pictures_of_a_real_encoder_are_pictures(suffix: str, channels: int, progressive: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (123, 77, channels), dtype=np.uint8)
    options = [cv2.IMWRITE_JPEG_PROGRESSIVE, progressive, cv2.IMWRITE_JPEG_RST_INTERVAL, progressive]
    encoded = cv2.imencode(suffix, pixels, options if suffix == ".jpg" else [])[1].tobytes()

    kind = PictureKind.JPEG if suffix == ".jpg" else PictureKind.PNG
    assert read_picture(encoded) == Picture(kind=kind, width_px=77, height_px=123)


def _scans(count: int) -> bytes:
    """One JPEG whose pixels come so often."""
    scan = JPEG.index(b"\xff\xda")
    return JPEG[:scan] + JPEG[scan:-2] * count + b"\xff\xd9"


def _with_comments(count: int) -> bytes:
    return JPEG[:2] + b"\xff\xfe\x00\x02" * count + JPEG[2:]


_PARTS = JPEG.count(b"\xff") - JPEG.count(b"\xff\x00") - 1
"""Markers but for the first."""
BORDERS: dict[str, tuple[bytes, bytes, PictureFault]] = {
    "scans": (_scans(20), _scans(21), PictureFault.NOT_WHOLE),
    "parts": (_with_comments(10_000 - _PARTS), _with_comments(10_001 - _PARTS), PictureFault.NOT_WHOLE),
    "least width": (_sized_jpeg(8, 64), _sized_jpeg(7, 64), PictureFault.SIZE),
    "least height": (_sized_jpeg(64, 8), _sized_jpeg(64, 7), PictureFault.SIZE),
    "largest width": (_sized_jpeg(16_000, 64), _sized_jpeg(16_001, 64), PictureFault.SIZE),
    "largest height": (_sized_jpeg(64, 16_000), _sized_jpeg(64, 16_001), PictureFault.SIZE),
    "pixels": (_sized_jpeg(8_000, 5_000), _sized_jpeg(8_000, 5_001), PictureFault.SIZE),
}


@pytest.mark.parametrize(("last", "first", "fault"), BORDERS.values(), ids=BORDERS.keys())
def test_S1_both_sides_of_each_limit(last: bytes, first: bytes, fault: PictureFault) -> None:
    assert isinstance(read_picture(last), Picture)
    assert read_picture(first) is fault


def test_S1_an_extended_jpeg_is_a_picture() -> None:
    assert isinstance(read_picture(JPEG.replace(b"\xff\xc0", b"\xff\xc1", 1)), Picture)


_ADAM7 = ("16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777")
"""Which pass brings each pixel of a square of eight (ISO/IEC 15948 8.2)."""


@pytest.mark.parametrize("colour", [(0, 1, 1), (3, 2, 2), (0, 8, 8), (6, 16, 64)], ids=str)
def test_S1_interlaced_pngs_are_pictures(colour: tuple[int, int, int]) -> None:
    kind, depth, bits = colour
    for width_px, height_px in itertools.product((8, *range(16, 25)), repeat=2):
        rows = b""
        for number in "1234567":
            lines = [[x for x in range(width_px) if _ADAM7[y % 8][x % 8] == number] for y in range(height_px)]
            rows += b"".join(bytes(1 + (len(line) * bits + 7) // 8) for line in lines if line)
        head = width_px.to_bytes(4, "big") + height_px.to_bytes(4, "big") + bytes([depth, kind, 0, 0, 1])
        palette = [(b"PLTE", bytes(12))] if kind == 3 else []
        png = _png((b"IHDR", head), *palette, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
        short = _png((b"IHDR", head), *palette, (b"IDAT", zlib.compress(rows[:-1])), (b"IEND", b""))

        decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        assert decoded is not None
        assert decoded.shape[:2] == (height_px, width_px)
        assert read_picture(png) == Picture(kind=PictureKind.PNG, width_px=width_px, height_px=height_px)
        assert read_picture(short) is PictureFault.NOT_WHOLE


_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""ISO/IEC 15948 table 11.1: the depths that each colour may have, and its channels."""


def test_S1_a_png_has_a_colour_and_a_depth_of_the_standard() -> None:
    taken = set()
    for colour, depth in itertools.product(range(9), range(34)):
        head = (9).to_bytes(4, "big") * 2 + bytes([depth, colour, 0, 0, 0])
        rows = bytes(9 * (1 + (9 * depth * _CHANNELS.get(colour, 1) + 7) // 8))
        png = _png((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
        if isinstance(read_picture(png), Picture):
            taken.add((colour, depth))

    assert taken == {(colour, depth) for colour, depths in _DEPTHS.items() for depth in depths}


@pytest.mark.parametrize("whole", [JPEG, PNG], ids=["JPEG", "PNG"])
def test_S1_a_picture_that_ends_anywhere_is_none(whole: bytes) -> None:
    assert isinstance(read_picture(whole), Picture)
    assert all(isinstance(read_picture(whole[:end]), PictureFault) for end in range(len(whole)))


def test_S1_a_png_that_inflates_without_end_costs_no_memory() -> None:
    bomb, fault = NO_PICTURES["a PNG that inflates without end"]
    tracemalloc.start()
    try:
        assert read_picture(bomb) is fault
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 3 * 1024 * 1024


@given(content=st.binary(max_size=200), start=st.sampled_from([b"", JPEG[:40], PNG[:40], JPEG[:-20], PNG[:-20]]))
def test_S1_no_bytes_make_a_fault(content: bytes, start: bytes) -> None:
    read_picture(start + content)
    is_ink(content)


@given(place=st.integers(0, len(PNG) - 1), bit=st.integers(0, 7))
def test_S1_every_flipped_bit_of_a_png_is_seen(place: int, bit: int) -> None:
    spoilt = bytearray(PNG)
    spoilt[place] ^= 1 << bit

    assert isinstance(read_picture(bytes(spoilt)), PictureFault)


def _padded_ink(size_bytes: int) -> bytes:
    return some_ink() + b" " * (size_bytes - len(some_ink()))


def _with_strokes(strokes: bytes) -> bytes:
    return b'{"height_px":300,"source":"pen","strokes":' + strokes + b',"version":1,"width_px":600}'


NO_INK = [
    b"",
    b"[]",
    b"{}",
    b'{"strokes":[]}',
    some_ink(0),
    some_ink(20_001),
    _padded_ink(LARGEST_STROKES_BYTES + 1),
    _with_strokes(b"{}"),
    _with_strokes(b'[[],"x"]'),
    _with_strokes(b"[[[1,2,3]]]"),
    _with_strokes(b"[[[1,2,3,true]]]"),
    some_ink().replace(b'"version":1', b'"version":2'),
    some_ink().replace(b":600", b":49"),
    some_ink().replace(b":600", b":10001"),
    some_ink().replace(b":600", b":600.0"),
    some_ink()[:-1],
    some_ink().replace(b"100.0", b"NaN"),
    some_ink().replace(b"100.0", b'"x"'),
    some_ink().replace(b"600", b"6000000"),
    some_ink().replace(b'"version":1', b'"version":1,"version":1'),
    some_ink().replace(b'"pen"', b'["pen"]'),
    b'{"a":' * 5000,
    JPEG,
]


@pytest.mark.parametrize("content", NO_INK, ids=range(len(NO_INK)))
def test_S1_what_is_no_ink_is_told(content: bytes) -> None:
    assert not is_ink(content)


@pytest.mark.parametrize(
    "content",
    [
        some_ink(),
        some_ink(1),
        some_ink(20_000),
        _padded_ink(LARGEST_STROKES_BYTES),
        _with_strokes(b"[[],[[1,2,3,4.5]]]"),
        some_ink().replace(b":600", b":50"),
        some_ink().replace(b":600", b":10000"),
    ],
    ids=["ink", "least", "most", "largest", "mixed", "narrow", "wide"],
)
def test_S1_ink_is_ink(content: bytes) -> None:
    assert is_ink(content)
