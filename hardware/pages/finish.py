"""Makes a finished page of a camera frame: found, straightened, cropped, checked and compressed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hardware.kinds.document_camera import WHOLE_PICTURE, CapturedPage, Corners, HeldPicture, PageShape
from hardware.outcomes import Outcome, OutcomeCode
from hardware.pages.find import SMALLEST_IMAGE_PX, find_page, to_fractions
from hardware.pages.frame import FRAME_LIMIT_PX
from hardware.pages.sides import Image, Points, fit_sides

_SHADE_WIDTH_PX: Final = 400
_DEEP_SHADE: Final = 0.36
"""Less than this share of the light on the rest of the page; two soft shadows, one over the other, leave more."""
_INK_LEVEL: Final = 0.6
_SHADED_SHARE: Final = 0.008
"""Of the page's area: a line of print."""

PAGE_LIMIT_PX: Final = 12_000_000
JPEG_QUALITY: Final = 80

_SHOWN_WIDTH_PX: Final = 1632
"""Wide enough to see where a sheet ends."""
_LEAST_BY_HAND_PX: Final = 60

_A4_LONG_PX: Final = 3508
"""The long side of A4 at 300 dpi: more is paid for in storage and read by nobody."""
_A4_RATIO: Final = 2**0.5
_CARD_RATIO: Final = 85.6 / 54.0
_SHORTEST_PX: Final = 900
"""About 110 dots per inch on A4, where small print is still legible."""
_SHORTEST_CARD_PX: Final = 400
"""Cards are a quarter as wide, and printed larger for it: 190 dots per inch."""
_CHECKED_LONG_PX: Final = 1000
"""The same page is as sharp whichever way it lies."""
_INK_SPREAD_PX: Final = (25, 25)
"""The average over this tells ink from paper whatever light falls on the page."""
_SHARPEST_SHARE: Final = 0.6
_STROKES: Final = 0.995
"""The strongest two-hundredth of a page is where its strokes are."""
_BLURRED_STEEPNESS: Final = 0.48
"""Sharp photographs of text lie above 0.6; defocus of 3 px and more at 8 megapixels lies below 0.42."""


def finish_page(frame: npt.NDArray[np.uint8], shape: PageShape, *, taken_ns: int = 0) -> Outcome[CapturedPage]:
    """The page in a BGR frame as a JPEG of at most 12 megapixels, A4 at most 300 dots per inch, as the camera sees it.

    Refused in this order: PAGE_TOO_LARGE (frame over 50 megapixels), FRAME_DAMAGED, PAGE_TOO_DARK, PAGE_NOT_FOUND,
    PAGE_CUT_OFF, PAGE_TOO_SMALL, PAGE_SHADED, PAGE_BLURRED. ``taken_ns``: the machine's monotonic
    clock when the frame was grabbed.
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


def hold_picture(frame: npt.NDArray[np.uint8], shape: PageShape) -> Outcome[HeldPicture]:
    """The frame as a person is shown it, with the corners that were found or those of the whole; FRAME_DAMAGED."""
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8 or min(frame.shape[:2]) < SMALLEST_IMAGE_PX:
        return Outcome(code=OutcomeCode.FRAME_DAMAGED)
    found = find_page(frame, shape)
    shown = min(1.0, _SHOWN_WIDTH_PX / frame.shape[1])
    size = (round(frame.shape[1] * shown), round(frame.shape[0] * shown))
    _, jpeg = cv2.imencode(".jpg", cv2.resize(frame, size, interpolation=cv2.INTER_AREA))
    held = HeldPicture(
        jpeg=jpeg.tobytes(),
        width_px=size[0],
        height_px=size[1],
        corners=found.value or WHOLE_PICTURE,
        reason=found.code,
    )
    return Outcome(code=OutcomeCode.OK, value=held)


def finish_by_hand(
    frame: npt.NDArray[np.uint8], corners: Corners, shape: PageShape, *, taken_ns: int = 0
) -> Outcome[CapturedPage]:
    """The page within corners that a person set; she has seen it, so only what can be no page is refused.

    CORNERS_UNFIT when they do not go clockwise around an area, or leave the picture.
    """
    points = np.array(corners, dtype=np.float32)
    size = np.array((frame.shape[1], frame.shape[0]), dtype=np.float32)
    sides = np.roll(points, -1, axis=0) - points
    before = np.roll(sides, 1, axis=0)
    turns = before[:, 0] * sides[:, 1] - before[:, 1] * sides[:, 0]
    within = bool(((points >= 0) & (points <= 1)).all())
    if not within or bool((turns <= 0).any()) or bool((np.hypot(*(sides * size).T) < _LEAST_BY_HAND_PX).any()):
        return Outcome(code=OutcomeCode.CORNERS_UNFIT)
    in_px = points * size - np.float32(0.5)
    page = _straighten(frame, in_px, *_page_size(in_px, None if corners == WHOLE_PICTURE else shape))
    sharpness, _ = _measure_sharpness(_reduce(page))
    held = _captured(page, _compress(page), corners, taken_ns, sharpness, by_hand=True)
    return Outcome(code=OutcomeCode.OK, value=held)


def _reduce(page: Image) -> Image:
    """The page as it is checked: BGRA, at most 1000 px long."""
    # A small page is measured smaller still: in the camera's own pixels even a sharp stroke rises over two or three.
    share = min(_CHECKED_LONG_PX / max(page.shape[:2]), _SHARPEST_SHARE)
    size = (max(1, round(page.shape[1] * share)), max(1, round(page.shape[0] * share)))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _measure_sharpness(small: Image) -> tuple[float, float]:
    """The variance of the Laplacian of a reduced page, and how steep strokes are for their contrast.

    The second tells blur: a page with little text has a small variance however sharp it is. The picture is smoothed a
    little first, or a sensor's noise would pass for sharp strokes.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGRA2GRAY), (3, 3), 0)
    fine = cv2.Laplacian(grey, cv2.CV_16S)
    contrast = cv2.absdiff(grey, cv2.blur(grey, _INK_SPREAD_PX))
    # A Laplacian has a mean of about zero, so that its mean square is its variance.
    variance = cv2.norm(fine, cv2.NORM_L2SQR) / fine.size
    strongest = _level_below(cv2.convertScaleAbs(fine), _STROKES)
    steepness = strongest / max(_level_below(contrast, _STROKES), 1)
    return float(variance), steepness


def _is_shaded(small: Image) -> bool:
    """Whether print lies in so deep a shadow that it may not be legible; a dark picture has no print in it."""
    height_px = max(1, round(small.shape[0] * _SHADE_WIDTH_PX / small.shape[1]))
    smaller = cv2.resize(small, (_SHADE_WIDTH_PX, height_px), interpolation=cv2.INTER_LINEAR)
    blue, green, red, _ = cv2.split(cv2.blur(smaller, (3, 3)))
    darkest = cv2.min(cv2.min(blue, green), red)
    light = cv2.blur(cv2.dilate(darkest, np.ones((17, 17), np.uint8)), (9, 9))
    ink = cv2.erode(darkest, np.ones((9, 9), np.uint8))
    _, deep = cv2.threshold(light, _DEEP_SHADE * _level_below(light, 0.9), 255, cv2.THRESH_BINARY_INV)
    printed = cv2.compare(ink, cv2.convertScaleAbs(light, alpha=_INK_LEVEL), cv2.CMP_LT)
    return cv2.countNonZero(cv2.bitwise_and(deep, printed)) > _SHADED_SHARE * light.size


def _level_below(levels: cv2.typing.MatLike, share: float) -> int:
    """The level that this share of the pixels does not exceed; every second row tells it as well as all."""
    counted = levels[::2]
    histogram = cv2.calcHist([counted], [0], None, [256], [0, 256]).ravel()
    return int(np.searchsorted(np.cumsum(histogram), share * counted.size))


def _check_and_compress(page: Image, corners: Corners, taken_ns: int) -> Outcome[CapturedPage]:
    with ThreadPoolExecutor(max_workers=1) as aside:  # most pages pass: compressing need not wait for the checks
        jpeg = aside.submit(_compress, page)
        small = _reduce(page)
        if _is_shaded(small):  # before blur: the soft edge of a shadow would pass for blurred print
            return Outcome(code=OutcomeCode.PAGE_SHADED)
        sharpness, steepness = _measure_sharpness(small)
        if steepness < _BLURRED_STEEPNESS:
            return Outcome(code=OutcomeCode.PAGE_BLURRED, facts={"sharpness": f"{sharpness:.0f}"})
        return Outcome(code=OutcomeCode.OK, value=_captured(page, jpeg.result(), corners, taken_ns, sharpness))


def _compress(page: Image) -> bytes:
    _, jpeg = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))
    return jpeg.tobytes()


def _captured(
    page: Image, jpeg: bytes, corners: Corners, taken_ns: int, sharpness: float, *, by_hand: bool = False
) -> CapturedPage:
    return CapturedPage(
        jpeg=jpeg,
        width_px=page.shape[1],
        height_px=page.shape[0],
        sharpness=sharpness,
        corners=corners,
        taken_ns=taken_ns,
        by_hand=by_hand,
    )


def _refine(frame: Image, fractions: Corners) -> Points:
    """The corners once more, in the full frame, where a pixel of the small picture is four."""
    corners = np.array(fractions, dtype=np.float32) * np.array((frame.shape[1], frame.shape[0]), dtype=np.float32) - 0.5
    fit = fit_sides(frame, corners, spacing_px=max(1.0, frame.shape[1] / 3264))
    if fit is None or float(np.abs(fit.corners - corners).max()) > 0.01 * frame.shape[1]:
        return corners  # a fold or a finger led the fine fit astray; the coarse one was checked
    return np.where((fit.support >= 0.3).all(), fit.corners, corners)


def _page_size(corners: Points, shape: PageShape | None) -> tuple[int, int]:
    """Width and height of the straightened page in px: the frame's own resolution, within the limits.

    ``shape`` None: seen from straight above, as the picture itself is.
    """
    top, right, bottom, left = (float(length) for length in np.hypot(*(np.roll(corners, -1, axis=0) - corners).T))
    width, height = (top + bottom) / 2, (left + right) / 2
    if shape is not None:
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
    """The page as BGRA: OpenCV straightens pictures of four channels in less than half the time of three."""
    left, top = (int(value) for value in np.clip(corners.min(axis=0) - 2, 0, None))
    right, bottom = (int(value) for value in corners.max(axis=0) + 3)
    part = cv2.cvtColor(frame[top:bottom, left:right], cv2.COLOR_BGR2BGRA)
    ends = ((0, 0), (width_px, 0), (width_px, height_px), (0, height_px))
    target = np.array(ends, dtype=np.float32) - np.float32(0.5)
    matrix = cv2.getPerspectiveTransform(corners - np.array((left, top), dtype=np.float32), target)
    size = (width_px, height_px)
    page = cv2.warpPerspective(part, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(page, dtype=np.uint8)
