"""A number in a small file that is written often: in place and not flushed, so it may be behind, never half written."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

_FORM = struct.Struct(">QI")


def find_number(path: Path) -> int | None:
    """The number; None when there is none, or it cannot be read."""
    try:
        number, check = _FORM.unpack(path.read_bytes())
    except (OSError, struct.error):
        return None
    return int(number) if check == _check(number) else None


def write_number(path: Path, number: int) -> bool:
    """Keep a number from 0 up to 2⁶⁴; False when the disk would not."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:  # in place, so that a kill in between leaves the old one
            os.write(descriptor, _FORM.pack(number, _check(number)))
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _check(number: int) -> int:
    return zlib.crc32(number.to_bytes(8, "big"))
