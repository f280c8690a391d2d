"""Signatures made on the screen (IM-5e): what counts as one, and what is drawn."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.drivers.screen_pad import POINT_LIMIT, ScreenPad, build_json, smooth_stroke
from hardware.kinds.signature_pad import Signature, SignatureStrokes, Stroke, StrokePoint
from hardware.outcomes import OutcomeCode

PAD = ScreenPad({})


def a_point(x: float, y: float, t: int = 0, pressure: float = 0.5) -> StrokePoint:
    return StrokePoint(x_px=x, y_px=y, t_ms=t, pressure=pressure)


def a_line(*, x: float = 100, y: float = 150, length: float = 300, points: int = 30, pressure: float = 0.5) -> Stroke:
    return tuple(a_point(x + length * n / (points - 1), y, n * 8, pressure) for n in range(points))


def strokes_of(*strokes: Stroke, width_px: int = 800, height_px: int = 300, source: str = "pen") -> SignatureStrokes:
    return SignatureStrokes(strokes=strokes, width_px=width_px, height_px=height_px, source=source)


def finish(strokes: SignatureStrokes) -> Signature:
    outcome = PAD.finish(strokes)
    assert outcome.code is OutcomeCode.OK
    assert outcome.value is not None
    return outcome.value


def ink_of(signature: Signature) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = cv2.imdecode(np.frombuffer(signature.png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (signature.height_px, signature.width_px, 4)
    assert not picture[:, :, :3].any()  # black; only the transparency speaks
    return picture[:, :, 3].astype(np.uint8)


@pytest.mark.parametrize("strokes", [(), ((),), ((), ())])
def test_no_point_is_no_signature(strokes: tuple[Stroke, ...]) -> None:
    assert PAD.finish(strokes_of(*strokes)).code is OutcomeCode.SIGNATURE_EMPTY


@pytest.mark.parametrize(
    "strokes", [(a_line(length=63),), (a_line(length=0),), (a_line(points=4),), ((a_point(1, 1),),) * 6]
)
def test_a_dot_or_a_dash_is_no_signature(strokes: tuple[Stroke, ...]) -> None:
    assert PAD.finish(strokes_of(*strokes)).code is OutcomeCode.SIGNATURE_TOO_SHORT


def test_several_short_strokes_together_are_one() -> None:
    assert PAD.finish(strokes_of(*[a_line(x=x, length=20) for x in (10, 50, 90, 130)])).ok


@pytest.mark.parametrize(
    ("rule", "strokes"),
    [
        ("size", strokes_of(a_line(), width_px=0)),
        ("size", strokes_of(a_line(), height_px=100_000)),
        ("source", strokes_of(a_line(), source="brush")),
        ("points", strokes_of((a_point(1, 1),) * (POINT_LIMIT + 1))),
        ("points", strokes_of(*[()] * 3000)),
        ("position", strokes_of((*a_line(), a_point(881, 10)))),
        ("position", strokes_of((*a_line(), a_point(10, -31)))),
        ("position", strokes_of((*a_line(), a_point(math.nan, 10)))),
        ("position", strokes_of((*a_line(), a_point(10, math.inf)))),
        ("pressure", strokes_of((*a_line(), a_point(10, 10, 999, 1.01)))),
        ("pressure", strokes_of((*a_line(), a_point(10, 10, 999, math.nan)))),
        ("time", strokes_of((*a_line(), a_point(10, 10, 0)))),
        ("time", strokes_of((a_point(10, 10, -1), *a_line()))),
    ],
)
def test_strokes_that_no_pad_can_have_made_are_refused_with_the_rule(rule: str, strokes: SignatureStrokes) -> None:
    outcome = PAD.finish(strokes)

    assert outcome.code is OutcomeCode.BAD_REQUEST
    assert outcome.facts == {"rule": rule}


def test_ink_is_drawn_where_the_pen_was_and_nowhere_else() -> None:
    ink = ink_of(finish(strokes_of(a_line(length=300), a_line(y=200, length=300))))

    middle = ink[:, ink.shape[1] // 2]
    assert ink.shape == (50 + 24, 300 + 24)
    assert middle[12] == middle[62] == 255
    assert not middle[20:54].any()
    assert not ink[:, :6].any()


def test_edges_are_smooth() -> None:
    slope = tuple(a_point(100 + n * 10, 50 + n * 3, n) for n in range(30))

    ink = ink_of(finish(strokes_of(slope)))

    assert len(np.unique(ink)) > 8


def test_pressure_makes_the_line_wider() -> None:
    light = ink_of(finish(strokes_of(a_line(pressure=0.0))))
    firm = ink_of(finish(strokes_of(a_line(pressure=1.0))))

    assert firm.sum(dtype=np.int64) > 1.8 * light.sum(dtype=np.int64)


def test_a_corner_of_few_points_becomes_a_curve() -> None:
    corner = (a_point(0, 100), a_point(100, 100), a_point(100, 0))

    samples = list(smooth_stroke(corner))

    assert samples[0][:2] == (0, 100)
    assert samples[-1][:2] == (100, 0)
    assert max(math.dist(a[:2], b[:2]) for a, b in pairwise(samples)) < 10
    assert min(math.dist(sample[:2], (100, 100)) for sample in samples) > 20


@given(st.lists(st.tuples(st.floats(-80, 880), st.floats(-30, 330), st.floats(0, 1)), min_size=1, max_size=30))
def test_smoothing_keeps_to_the_hull_and_both_ends(points: list[tuple[float, float, float]]) -> None:
    samples = list(smooth_stroke(tuple(a_point(x, y, 0, p) for x, y, p in points)))

    assert samples[0][:2] == points[0][:2]
    assert samples[-1][:2] == points[-1][:2]
    for axis in (0, 1, 2):
        values = [point[axis] for point in points]
        assert all(min(values) - 1e-6 <= sample[axis] <= max(values) + 1e-6 for sample in samples)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.tuples(st.floats(-80, 880), st.floats(-30, 330)), max_size=12), max_size=6))
def test_whatever_the_pen_did_there_is_an_outcome_and_a_picture_that_fits(raw: list[list[tuple[float, float]]]) -> None:
    strokes = tuple(tuple(a_point(x, y, n) for n, (x, y) in enumerate(stroke)) for stroke in raw)

    outcome = PAD.finish(strokes_of(*strokes))

    if outcome.value is not None:
        assert ink_of(outcome.value).any()
    else:
        assert outcome.code in (OutcomeCode.SIGNATURE_EMPTY, OutcomeCode.SIGNATURE_TOO_SHORT)


def test_a_signature_on_the_largest_pad_gives_a_picture_of_bounded_size() -> None:
    across = tuple(a_point(n * 1000, n * 1000, n) for n in range(11))

    signature = finish(strokes_of(across, width_px=10_000, height_px=10_000))

    assert max(signature.width_px, signature.height_px) <= 2000
    assert len(signature.png) < 1_000_000


def test_the_stored_strokes_are_canonical_and_complete() -> None:
    strokes = strokes_of(a_line(points=5), (), (a_point(1.234567, 2, 7, 0.33333),))

    stored = finish(strokes).strokes_json

    assert stored == build_json(replace(strokes, strokes=tuple(stroke for stroke in strokes.strokes if stroke)))
    record = json.loads(stored)
    assert record["strokes"][1] == [[1.23, 2, 7, 0.333]]
    assert [record[key] for key in ("version", "width_px", "height_px", "source")] == [1, 800, 300, "pen"]
    assert list(record) == sorted(record)
