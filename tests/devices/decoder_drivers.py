"""Decoders of pictures that die, hang or take memory on purpose."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

from hardware.drivers.opencv_decoder import OpenCvDecoder
from hardware.kinds.picture_decoder import Pixels
from hardware.outcomes import Outcome, OutcomeCode


class DyingDecoder:
    """Dies or hangs as the bytes say, as a library may by a picture made for it."""

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def open(self) -> Outcome[None]:
        return Outcome(code=OutcomeCode.OK)

    def close(self) -> None:
        pass

    def decode(self, content: bytes, *, width_px: int, height_px: int) -> Outcome[Pixels]:
        if content == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        if content == b"hang":
            threading.Event().wait()
        pixels = Pixels(bgra=bytes(4), width_px=1, height_px=1, full_width_px=1, full_height_px=1)
        return Outcome(code=OutcomeCode.OK, value=pixels)


class GreedyDecoder(OpenCvDecoder):
    """Takes as many MiB as the bytes say, within the bounds that the real decoder sets."""

    def decode(self, content: bytes, *, width_px: int, height_px: int) -> Outcome[Pixels]:
        taken = bytearray(int(content) * 1024 * 1024)
        pixels = Pixels(bgra=bytes(taken[:4]), width_px=1, height_px=1, full_width_px=1, full_height_px=1)
        return Outcome(code=OutcomeCode.OK, value=pixels)
