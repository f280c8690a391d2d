"""QR codes (ISO/IEC 18004) for papers and screens."""

from __future__ import annotations

import io

import segno

_MAX_CHARACTERS = 500
"""More makes modules too small for a phone to read from paper."""
_QUIET_MODULES = 4
"""The quiet zone on each side (ISO/IEC 18004, 9.1)."""


def qr_png(text: str, *, max_px: int) -> bytes:
    """A PNG of ``text`` with its quiet zone, error correction M or better, in whole pixels per module.

    As large as ``max_px`` allows, but at least 2 pixels per module. Empty for an empty text or one of more than 500
    characters.
    """
    if not text or len(text) > _MAX_CHARACTERS:
        return b""
    code = segno.make(text, error="m", micro=False)
    modules, _ = code.symbol_size(border=_QUIET_MODULES)
    out = io.BytesIO()
    code.save(out, kind="png", scale=max(2, max_px // modules), border=_QUIET_MODULES)
    return out.getvalue()
