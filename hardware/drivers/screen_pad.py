"""A signature made on a screen with pen, finger or mouse: checked, smoothed, drawn.

The strokes are kept beside the picture, because they are what an expert would examine (channels after ISO/IEC 19794-7).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from hardware.kinds.signature_pad import Signature, SignaturePad, SignatureStrokes, Stroke, StrokePoint
from hardware.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

POINT_LIMIT: Final = 20_000
STROKE_LIMIT: Final = 2_000
FORMAT_VERSION: Final = 1

_SIDE_PX: Final = range(50, 10_001)
_TIME_LIMIT_MS: Final = 3_600_000
_SOURCES: Final = frozenset({"pen", "finger", "mouse"})
_OVERSHOOT: Final = 0.1
"""A pen may run over the edge of the pad by this part of its side."""

_LEAST_POINTS: Final = 5
_LEAST_LENGTH: Final = 0.08
"""Least length of all strokes together, as part of the pad's width."""

_INK_WIDTH: Final = 0.006
"""Width of the ink at full pressure, as part of the pad's width."""
_INK_WIDTH_PX: Final = (2.0, 10.0)
_LIGHTEST: Final = 0.35
"""Width at no pressure, as part of the width at full pressure."""

_STEP_PX: Final = 2.0
_STEP_LIMIT: Final = 24
_MARGIN_PX: Final = 12.0
_PICTURE_LIMIT_PX: Final = 2000
_SUPERSAMPLING: Final = 4
_SHIFT: Final = 4
"""Bits after the point in the coordinates that OpenCV draws with."""

_Sample = tuple[float, float, float]
"""x and y in px, pressure."""


class ScreenPad(SignaturePad):
    """Signatures drawn by this program's own signing surface. For one thread; knows no options."""

    OPTIONS: Final = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """Nothing can be set."""

    def open(self) -> Outcome[None]:
        """The surface is always there."""
        return Outcome(code=OutcomeCode.OK)

    def close(self) -> None:
        """There is nothing to let go of."""

    def finish(self, strokes: SignatureStrokes) -> Outcome[Signature]:
        """Check, smooth and draw.

        SIGNATURE_EMPTY without a point; SIGNATURE_TOO_SHORT below 5 points or a length of 8 % of the pad's width;
        BAD_REQUEST with fact ``rule`` for strokes that no pad can have made: more than 20,000 points or 2,000 strokes,
        a point more than 10 % outside, a number that is not finite, time that runs backwards.
        """
        broken = find_broken_rule(strokes)
        if broken is not None:
            return Outcome(code=OutcomeCode.BAD_REQUEST, facts={"rule": broken})
        drawn = [stroke for stroke in strokes.strokes if stroke]
        if not drawn:
            return Outcome(code=OutcomeCode.SIGNATURE_EMPTY)
        long_enough = sum(map(_length_px, drawn)) >= _LEAST_LENGTH * strokes.width_px
        if sum(map(len, drawn)) < _LEAST_POINTS or not long_enough:
            return Outcome(code=OutcomeCode.SIGNATURE_TOO_SHORT)
        try:
            png, width_px, height_px = _draw([list(smooth_stroke(stroke)) for stroke in drawn], strokes.width_px)
        except ImportError as error:
            return Outcome(code=OutcomeCode.LIBRARY_MISSING, facts={"library": error.name or ""})
        signature = Signature(png=png, strokes_json=build_json(strokes), width_px=width_px, height_px=height_px)
        return Outcome(code=OutcomeCode.OK, value=signature)


def find_broken_rule(strokes: SignatureStrokes) -> str | None:
    """The first rule that strokes break, in a word, or None."""
    if strokes.width_px not in _SIDE_PX or strokes.height_px not in _SIDE_PX:
        return "size"
    if strokes.source not in _SOURCES:
        return "source"
    if len(strokes.strokes) > STROKE_LIMIT or sum(map(len, strokes.strokes)) > POINT_LIMIT:
        return "points"
    for stroke in strokes.strokes:
        if not all(_is_on_pad(point, strokes) for point in stroke):
            return "position"
        if not all(0.0 <= point.pressure <= 1.0 for point in stroke):
            return "pressure"
        if not all(0 <= point.t_ms <= _TIME_LIMIT_MS for point in stroke):
            return "time"
        if any(after.t_ms < before.t_ms for before, after in pairwise(stroke)):
            return "time"
    return None


def smooth_stroke(stroke: Stroke) -> Iterator[_Sample]:
    """Points close together along the stroke: quadratic curves from middle to middle, the pen's points as controls.

    The curve begins and ends where the pen did, and never leaves the hull of its points.
    """
    points = [(one.x_px, one.y_px, one.pressure) for one in stroke]
    kept = [points[0], *(after for before, after in pairwise(points) if after[:2] != before[:2])]
    if len(kept) < 3:
        yield from kept
        return
    start = kept[0]
    yield start
    for control, following in pairwise(kept[1:]):
        last = following is kept[-1]
        end = following if last else _middle(control, following)
        yield from _curve(start, control, end)
        start = end


def build_json(strokes: SignatureStrokes) -> bytes:
    """The strokes as canonical JSON: the same strokes give the same bytes. A point is [x px, y px, t ms, pressure]."""
    record = {
        "height_px": strokes.height_px,
        "source": strokes.source,
        "strokes": [
            [[round(one.x_px, 2), round(one.y_px, 2), one.t_ms, round(one.pressure, 3)] for one in stroke]
            for stroke in strokes.strokes
            if stroke
        ],
        "version": FORMAT_VERSION,
        "width_px": strokes.width_px,
    }
    return json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _is_on_pad(point: StrokePoint, pad: SignatureStrokes) -> bool:
    # Comparisons with what is not a number are false, so NaN and infinities are refused here too.
    across = -_OVERSHOOT * pad.width_px <= point.x_px <= (1 + _OVERSHOOT) * pad.width_px
    return across and -_OVERSHOOT * pad.height_px <= point.y_px <= (1 + _OVERSHOOT) * pad.height_px


def _length_px(stroke: Stroke) -> float:
    return sum(math.dist((a.x_px, a.y_px), (b.x_px, b.y_px)) for a, b in pairwise(stroke))


def _middle(a: _Sample, b: _Sample) -> _Sample:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def _curve(start: _Sample, control: _Sample, end: _Sample) -> Iterator[_Sample]:
    way_px = math.dist(start[:2], control[:2]) + math.dist(control[:2], end[:2])
    steps = max(1, min(_STEP_LIMIT, math.ceil(way_px / _STEP_PX)))
    for step in range(1, steps + 1):
        t = step / steps
        a, b, c = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
        yield (
            a * start[0] + b * control[0] + c * end[0],
            a * start[1] + b * control[1] + c * end[1],
            a * start[2] + b * control[2] + c * end[2],
        )


def _draw(curves: list[list[_Sample]], pad_width_px: int) -> tuple[bytes, int, int]:
    """PNG, width and height of the ink, cropped to it with a margin; black, the transparency carries the shape."""
    import cv2  # half a second that the host's start must not wait for
    import numpy as np

    samples = [sample for curve in curves for sample in curve]
    left, top = min(one[0] for one in samples) - _MARGIN_PX, min(one[1] for one in samples) - _MARGIN_PX
    right, bottom = max(one[0] for one in samples) + _MARGIN_PX, max(one[1] for one in samples) + _MARGIN_PX
    scale = min(1.0, _PICTURE_LIMIT_PX / max(right - left, bottom - top))
    width_px, height_px = (math.ceil(round(side * scale, 6)) for side in (right - left, bottom - top))
    mask = np.zeros((height_px * _SUPERSAMPLING, width_px * _SUPERSAMPLING), np.uint8)
    full_px = min(max(_INK_WIDTH * pad_width_px, _INK_WIDTH_PX[0]), _INK_WIDTH_PX[1]) * scale
    for curve in curves:
        fine = [((x - left) * scale, (y - top) * scale, pressure) for x, y, pressure in curve]
        _draw_curve(mask, fine, full_px)
    picture = np.zeros((height_px, width_px, 4), np.uint8)
    picture[:, :, 3] = cv2.resize(mask, (width_px, height_px), interpolation=cv2.INTER_AREA)
    encoded, png = cv2.imencode(".png", picture)
    if not encoded:
        raise RuntimeError("the picture cannot be encoded")
    return png.tobytes(), width_px, height_px


def _draw_curve(mask: npt.NDArray[np.uint8], curve: list[_Sample], full_px: float) -> None:
    import cv2

    fine = _SUPERSAMPLING * (1 << _SHIFT)
    # A dot of ink is a line to itself: OpenCV ends thick lines round.
    for (x0, y0, p0), (x1, y1, p1) in pairwise(curve if len(curve) > 1 else curve * 2):
        width_px = full_px * (_LIGHTEST + (1 - _LIGHTEST) * (p0 + p1) / 2)
        start, end = (round(x0 * fine), round(y0 * fine)), (round(x1 * fine), round(y1 * fine))
        cv2.line(mask, start, end, 255, max(1, round(width_px * _SUPERSAMPLING)), cv2.LINE_8, _SHIFT)
