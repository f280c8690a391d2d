"""A handwritten signature: what the pen did, and the picture of it.

Channels after ISO/IEC 19794-7 (X, Y, T, F); stored as our own JSON, an exporter can follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol

from hardware.device import DeviceKind, Driver, Request
from hardware.outcomes import Outcome

SIGNATURE_PAD: Final = DeviceKind("signature_pad")


@dataclass(frozen=True, slots=True, kw_only=True)
class StrokePoint:
    """One point: position in px of the pad, time in ms since the first point, pressure 0..1 (1 where unknown)."""

    x_px: float
    y_px: float
    t_ms: int
    pressure: float = 1.0


Stroke = tuple[StrokePoint, ...]
"""The pen's way from touching down to lifting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureStrokes:
    """The raw signature on a pad of ``width_px`` × ``height_px``; ``source`` is pen, finger or mouse."""

    strokes: tuple[Stroke, ...] = field(repr=False)
    width_px: int
    height_px: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A checked signature: smoothed picture (PNG, black on transparent) and the strokes as canonical JSON."""

    png: bytes = field(repr=False)
    strokes_json: bytes = field(repr=False)
    width_px: int
    height_px: int


class SignaturePad(Driver, Protocol):
    """Turns strokes into a checked signature, in the device process."""

    def finish(self, strokes: SignatureStrokes) -> Outcome[Signature]:
        """Check, smooth and draw; SIGNATURE_EMPTY or SIGNATURE_TOO_SHORT when nobody would call it a signature."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSignature(Request[Signature]):
    """Check and draw a signature."""

    kind: ClassVar[DeviceKind] = SIGNATURE_PAD
    deadline_s: ClassVar[float] = 8.0

    strokes: SignatureStrokes = field(repr=False)

    def carry_out(self, driver: SignaturePad) -> Outcome[Signature]:
        """As the pad does it."""
        return driver.finish(self.strokes)
