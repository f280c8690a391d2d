"""Real pictures and real ink, as small as they can be; another seed gives other bytes."""

from __future__ import annotations

import base64
import json
import zlib

_SMALLEST = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5mo"
    "q6T/wAALCABAAEABAREA/8QAFwABAQEBAAAAAAAAAAAAAAAAAAMFBv/EACIQAQABAQcFAAAAAAAAAAAAAAAREgEEFBZko+ECAwUiUf/aAAgBAQAAPwDo"
    "AAAAABk37zeEvfX2MPXTHtXEzZPxDMek3ODMek3ODMek3ODMek3OF7j5vF3vo7GHoqn2rmIsn41gAAAAAAAAAAAAB//Z"
)
"""64 × 64 px, grey, with a bar."""
_LONGEST_COMMENT = 65_533


def a_jpeg(seed: bytes = b"", *, size_bytes: int = 0) -> bytes:
    """A JPEG of 64 × 64 px that carries the seed as comments, over and over until it is about ``size_bytes`` long."""
    comment = seed * max(1, size_bytes // max(1, len(seed)))
    parts = [comment[at : at + _LONGEST_COMMENT] for at in range(0, len(comment), _LONGEST_COMMENT)]
    comments = b"".join(b"\xff\xfe" + (len(part) + 2).to_bytes(2, "big") + part for part in parts)
    return _SMALLEST[:2] + comments + _SMALLEST[2:]


def a_png(seed: bytes = b"", *, sides_px: tuple[int, int] = (60, 30)) -> bytes:
    """A transparent PNG that carries the seed as a text."""
    width_px, height_px = sides_px
    head = width_px.to_bytes(4, "big") + height_px.to_bytes(4, "big") + bytes([8, 6, 0, 0, 0])
    rows = zlib.compress(bytes(height_px * (1 + 4 * width_px)))
    chunks = [(b"IHDR", head), (b"tEXt", b"Comment\0" + seed), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(a_chunk(kind, body) for kind, body in chunks)


def a_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def some_ink(points: int = 6) -> bytes:
    """Strokes as the device process writes them."""
    record = {
        "height_px": 300,
        "source": "pen",
        "strokes": [[[100.0 + 10 * t, 50.0, 20 * t, 1.0] for t in range(points)]],
        "version": 1,
        "width_px": 600,
    }
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
