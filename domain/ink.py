"""What the pen did at a signature, as it is kept: the JSON that the device process writes (``screen_pad``)."""

from __future__ import annotations

import json
import math
from typing import Any

LARGEST_STROKES_BYTES = 2 * 1024 * 1024
"""20,000 points of the longest numbers need less than a third of it."""

_VERSION = 1
_MOST_POINTS = 20_000
_MEMBERS = {"height_px", "source", "strokes", "version", "width_px"}
_SOURCES = ("pen", "finger", "mouse")
_SIDES_PX = range(50, 10_001)


def is_ink(content: bytes) -> bool:
    """Whether bytes are the strokes of a signature: a pad with at least one point [x px, y px, t ms, pressure]."""
    if len(content) > LARGEST_STROKES_BYTES or not content.startswith(b"{"):
        return False
    try:
        record = json.loads(content, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.keys() == _MEMBERS and _is_pad(record) and _are_strokes(record)


def _is_pad(record: dict[str, Any]) -> bool:
    sides = (record["width_px"], record["height_px"])
    known = record["version"] == _VERSION and record["source"] in _SOURCES
    return known and all(type(side) is int and side in _SIDES_PX for side in sides)


def _are_strokes(record: dict[str, Any]) -> bool:
    strokes = record["strokes"]
    if not isinstance(strokes, list) or not all(isinstance(stroke, list) for stroke in strokes):
        return False
    points = [point for stroke in strokes for point in stroke]
    return 0 < len(points) <= _MOST_POINTS and all(_is_point(point) for point in points)


def _is_point(point: object) -> bool:
    return isinstance(point, list) and len(point) == 4 and all(_is_number(number) for number in point)


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a member twice")
    return record


def _refuse(name: str) -> float:
    raise ValueError(name)
