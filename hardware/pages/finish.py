"""Makes a finished page of a camera frame: found, straightened, cropped, checked and compressed."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hardware.kinds.document_camera import CapturedPage, Corners, PageShape
from hardware.outcomes import Outcome, OutcomeCode
from hardware.pages.find import find_page, to_fractions
from hardware.pages.sides import Image, Points, fit_sides

FRAME_LIMIT_PX: Final = 50_000_000
PAGE_LIMIT_PX: Final = 12_000_000
JPEG_QUALITY: Final = 80

_A4_LONG_PX: Final = 3508
"""The long side of A4 at 300 dpi: more is paid for in storage and read by nobody."""
_A4_RATIO: Final = 2**0.5
_CARD_RATIO: Final = 85.6 / 54.0
_SHORTEST_PX: Final = 900
"""About 110 dots per inch on A4, where small print is still legible."""
_SHORTEST_CARD_PX: Final = 400
"""Cards are a quarter as wide, and printed larger for it: 190 dots per inch."""
_SHARPNESS_WIDTH_PX: Final = 1000
_BLUR_RATIO: Final = 0.1
"""Blurred below this share of the fine contrast in the contrast of the page."""


def finish_page(frame: npt.NDArray[np.uint8], shape: PageShape, *, taken_ns: int = 0) -> Outcome[CapturedPage]:
    """The page in a BGR frame as a JPEG of at most 12 megapixels, A4 at most 300 dots per inch, as the camera sees it.

    Refused in this order: PAGE_TOO_LARGE (frame over 50 megapixels), FRAME_DAMAGED, PAGE_TOO_DARK, PAGE_NOT_FOUND,
    PAGE_CUT_OFF, PAGE_TOO_SMALL, PAGE_BLURRED. ``taken_ns``: the machine's monotonic clock when the frame was grabbed.
    """
    if frame.ndim == 3 and frame.shape[0] * frame.shape[1] > FRAME_LIMIT_PX:
        facts = {"width_px": str(frame.shape[1]), "height_px": str(frame.shape[0])}
        return Outcome(code=OutcomeCode.PAGE_TOO_LARGE, facts=facts)
    found = find_page(frame, shape)
    if found.value is None:
        return Outcome(code=found.code, facts=found.facts)
    corners = _refine(frame, found.value)
    width_px, height_px = _page_size(corners, shape)
    least = _shortest_side(width_px, height_px, shape)
    if min(width_px, height_px) < least:
        facts = {"short_side_px": str(min(width_px, height_px)), "least_px": str(least)}
        return Outcome(code=OutcomeCode.PAGE_TOO_SMALL, facts=facts)
    page = _straighten(frame, corners, width_px, height_px)
    return _check_and_compress(page, to_fractions(corners, width_px=frame.shape[1], height_px=frame.shape[0]), taken_ns)


def measure_sharpness(page: Image) -> tuple[float, float]:
    """The variance of the Laplacian at 1000 px width, and its ratio to the page's contrast between ink and paper.

    The ratio is what tells blur: a page with little text has a small variance however sharp it is.
    """
    height_px = max(1, round(page.shape[0] * _SHARPNESS_WIDTH_PX / page.shape[1]))
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    method = cv2.INTER_AREA if page.shape[1] > _SHARPNESS_WIDTH_PX else cv2.INTER_LINEAR
    small = cv2.resize(grey, (_SHARPNESS_WIDTH_PX, height_px), interpolation=method)
    fine = cv2.Laplacian(small, cv2.CV_16S)
    coarse = cv2.subtract(small, cv2.blur(small, (25, 25)), dtype=cv2.CV_16S)
    variance, contrast = (float(cv2.meanStdDev(values)[1][0, 0]) ** 2 for values in (fine, coarse))
    return variance, variance / max(contrast, 1.0)


def _check_and_compress(page: Image, corners: Corners, taken_ns: int) -> Outcome[CapturedPage]:
    sharpness, ratio = measure_sharpness(page)
    if ratio < _BLUR_RATIO:
        return Outcome(code=OutcomeCode.PAGE_BLURRED, facts={"sharpness": f"{sharpness:.0f}"})
    _, jpeg = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))
    captured = CapturedPage(
        jpeg=jpeg.tobytes(),
        width_px=page.shape[1],
        height_px=page.shape[0],
        sharpness=sharpness,
        corners=corners,
        taken_ns=taken_ns,
    )
    return Outcome(code=OutcomeCode.OK, value=captured)


def _refine(frame: Image, fractions: Corners) -> Points:
    """The corners once more, in the full frame, where a pixel of the small picture is four."""
    corners = np.array(fractions, dtype=np.float32) * np.array((frame.shape[1], frame.shape[0]), dtype=np.float32) - 0.5
    fit = fit_sides(frame, corners, spacing_px=max(1.0, frame.shape[1] / 3264))
    if fit is None or float(np.abs(fit.corners - corners).max()) > 0.01 * frame.shape[1]:
        return corners  # a fold or a finger led the fine fit astray; the coarse one was checked
    return np.where((fit.support >= 0.3).all(), fit.corners, corners)


def _page_size(corners: Points, shape: PageShape) -> tuple[int, int]:
    """Width and height of the straightened page in px: the frame's own resolution, within the limits."""
    top, right, bottom, left = (float(length) for length in np.hypot(*(np.roll(corners, -1, axis=0) - corners).T))
    width, height = (top + bottom) / 2, (left + right) / 2
    width, height = _true_ratio(width, height, shape)
    reduction = min(1.0, (PAGE_LIMIT_PX / (width * height)) ** 0.5)
    if abs(max(width, height) / min(width, height) - _A4_RATIO) < 0.01:
        reduction = min(reduction, _A4_LONG_PX / max(width, height))
    return int(width * reduction), int(height * reduction)


def _true_ratio(width: float, height: float, shape: PageShape) -> tuple[float, float]:
    """Perspective shortens one side; where the paper's own ratio is known or evident, it is restored."""
    ratio = max(width, height) / min(width, height)
    known = {PageShape.A4: _A4_RATIO, PageShape.ID_CARD: _CARD_RATIO}.get(shape)
    if known is None and abs(ratio / _A4_RATIO - 1) < 0.06:
        known = _A4_RATIO
    if known is None:
        return width, height
    short = ((width * height) / known) ** 0.5
    return (short * known, short) if width > height else (short, short * known)


def _shortest_side(width_px: int, height_px: int, shape: PageShape) -> int:
    ratio = max(width_px, height_px) / max(min(width_px, height_px), 1)
    card = shape is PageShape.ID_CARD or (shape is PageShape.ANY and 1.5 <= ratio <= 1.7)
    return _SHORTEST_CARD_PX if card else _SHORTEST_PX


def _straighten(frame: Image, corners: Points, width_px: int, height_px: int) -> Image:
    target = np.array(((0, 0), (width_px, 0), (width_px, height_px), (0, height_px)), dtype=np.float32) - np.float32(
        0.5
    )
    matrix = cv2.getPerspectiveTransform(corners, target)
    page = cv2.warpPerspective(
        frame, matrix, (width_px, height_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(page, dtype=np.uint8)
