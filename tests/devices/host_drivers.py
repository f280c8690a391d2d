"""Small drivers that behave and misbehave on purpose; the device host loads them by name when a test allows it."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from hardware.kinds.barcode_scanner import Scan
from hardware.kinds.id_card_reader import CardType, IdCard
from hardware.kinds.signature_pad import Signature, SignatureStrokes
from hardware.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:
    from hardware.kinds.document_camera import Frame

OK: Outcome[None] = Outcome(code=OutcomeCode.OK)


def a_card(**changes: Any) -> IdCard:
    values: dict[str, Any] = {
        "card_type": CardType.CITIZEN,
        "name": "张测试",
        "sex": "1",
        "nation": "01",
        "birth_date": date(1964, 3, 15),
        "address": "测试省测试市测试街道1号",
        "id_number": "159999196403150011",
        "issuer": "测试市公安局",
        "valid_from": date(2016, 1, 1),
        "valid_until": None,
        "photo": b"\xff\xd8photo",
        "photo_decoded": True,
        "received_at_ns": 5,
    }
    return IdCard(**(values | changes))


class ScriptedReader:
    """Gives the outcomes named in option ``script`` one after the other, then the last for ever."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._script = options.get("script", "CARD_ABSENT").split(",")
        self._opens = options.get("open", "OK").split(",")

    def open(self) -> Outcome[None]:
        code = OutcomeCode[self._opens.pop(0) if len(self._opens) > 1 else self._opens[0]]
        return Outcome(code=code, facts={"port": "test"})

    def read_card(self, stop: threading.Event) -> Outcome[IdCard]:
        code = OutcomeCode[self._script.pop(0) if len(self._script) > 1 else self._script[0]]
        return Outcome(code=code, value=a_card() if code is OutcomeCode.OK else None)

    def close(self) -> None:
        pass


class RaisingReader(ScriptedReader):
    def read_card(self, stop: threading.Event) -> Outcome[IdCard]:
        raise RuntimeError("张测试 159999196403150011")


class DyingReader(ScriptedReader):
    """Takes the whole process down, as a vendor's library may."""

    def read_card(self, stop: threading.Event) -> Outcome[IdCard]:
        os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(code=OutcomeCode.OK)


class HangingReader(ScriptedReader):
    """Never comes back, not even when asked to stop."""

    def read_card(self, stop: threading.Event) -> Outcome[IdCard]:
        threading.Event().wait()
        return Outcome(code=OutcomeCode.OK)


class GreedyReader(ScriptedReader):
    """Never comes back and keeps the interpreter's lock, so that no other Python thread runs."""

    def read_card(self, stop: threading.Event) -> Outcome[IdCard]:
        ctypes.PyDLL(None).sleep(600)
        return Outcome(code=OutcomeCode.OK)


class ChattyReader(ScriptedReader):
    """Prints to standard output from Python and from C, and reads standard input, before each card."""

    def read_card(self, stop: threading.Event) -> Outcome[IdCard]:
        print('{"generation": 1, "message": {"type": "CardGone"}}' * 50)
        os.write(1, b"\x00\xff garbage\n" * 200)
        os.read(0, 100)
        return super().read_card(stop)


class ScriptedScanner:
    def __init__(self, options: Mapping[str, str]) -> None:
        self._script = options.get("script", "TIMEOUT").split(",")

    def open(self) -> Outcome[None]:
        return OK

    def read_scan(self, stop: threading.Event) -> Outcome[Scan]:
        code = OutcomeCode[self._script.pop(0) if len(self._script) > 1 else self._script[0]]
        return Outcome(code=code, value=Scan(text="6901234567892") if code is OutcomeCode.OK else None)

    def close(self) -> None:
        pass


class PlainCamera:
    """Frames of one grey each: frame n is filled with n modulo 251. Option ``fail_after``: then DEVICE_GONE, once."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._frames = 0
        self._fail_after = int(options.get("fail_after", "0"))
        self._open_code = OutcomeCode[options.get("open", "OK")]
        self._size = int(options.get("width_px", "640")), int(options.get("height_px", "480"))

    def open(self) -> Outcome[None]:
        return Outcome(code=self._open_code, facts={"source": "test"})

    def read_frame(self) -> Outcome[Frame]:
        import numpy as np

        from hardware.pages.frame import DecodedFrame

        time.sleep(0.005)
        self._frames += 1
        if self._frames == self._fail_after:
            return Outcome(code=OutcomeCode.DEVICE_GONE)
        width_px, height_px = self._size
        image = np.full((height_px, width_px, 3), self._frames % 251, np.uint8)
        return Outcome(code=OutcomeCode.OK, value=DecodedFrame(image))

    def close(self) -> None:
        pass


class SlowPad:
    """Takes option ``seconds`` for a signature; the picture is ``bytes`` bytes long."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._seconds = float(options.get("seconds", "0"))
        self._bytes = int(options.get("bytes", "10"))

    def open(self) -> Outcome[None]:
        return OK

    def close(self) -> None:
        pass

    def finish(self, strokes: SignatureStrokes) -> Outcome[Signature]:
        time.sleep(self._seconds)
        picture = bytes(range(256)) * (self._bytes // 256 + 1)
        signature = Signature(png=picture[: self._bytes], strokes_json=b"{}", width_px=1, height_px=1)
        return Outcome(code=OutcomeCode.OK, value=signature)
