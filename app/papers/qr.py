"""QR codes (ISO/IEC 18004) for papers and screens."""

from __future__ import annotations

import io

import segno

_MAX_CHARACTERS = 500
"""More makes modules too small for a phone to read from paper."""


def qr_png(text: str, *, module_px: int = 8) -> bytes:
    """A PNG of ``text`` with the quiet zone of 4 modules, error correction M or better; empty when it cannot be one."""
    if not text or len(text) > _MAX_CHARACTERS:
        return b""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=module_px, border=4)
    return out.getvalue()
