"""When a sheet that was laid down a moment ago lies still, it can be taken without a key."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from hardware.kinds.document_camera import PreviewFrame

SETTLING_FRAMES = 8
"""A camera that was just opened finds its exposure; what lies there by then was there before, maybe somebody else's."""
STILL_FRAMES = 5
"""About half a second: a hand that smooths the sheet is gone."""
CHANGED_FRAMES = 2 * STILL_FRAMES
"""A sheet laid upon another must lie longer: a hand may rest a moment on a page that was taken."""
_ACROSS, _DOWN = 36, 27
_LEVELS = 30
"""Of 255: less is noise of the camera."""
_MOST_DIFFERENT = _ACROSS * _DOWN // 80
"""So many points of one picture may differ from the next while nothing moves."""
_CELLS_ACROSS, _CELLS_DOWN = 12, 16
_PER_CELL = 3
_EDGE = 0.03
"""Of a sheet's width and height: what is seen of the desk beside a side that was found a little too far out."""
_CELL_LEVELS = 12
"""Of 255, in the mean of a cell: less is the sheet's own movement by a pixel or two, or a shadow."""
_MOST_CELLS = _CELLS_ACROSS * _CELLS_DOWN // 3
"""So many cells may differ on the same sheet: a hand that rests on it covers no more."""


def points_of(frame: PreviewFrame, view: memoryview) -> bytes:
    """The green of a grid of points: enough to see that something moved, cheap enough for each frame."""
    rows = (frame.height_px * (2 * row + 1) // (2 * _DOWN) for row in range(_DOWN))
    columns = [frame.width_px * (2 * column + 1) // (2 * _ACROSS) for column in range(_ACROSS)]
    return bytes(view[3 * (frame.width_px * row + column) + 1] for row in rows for column in columns)


def sheet_of(frame: PreviewFrame, view: memoryview) -> bytes:
    """How bright the found page is in each cell of a grid between its corners, wherever it lies; empty without a page.

    The brighter parts are brought to 255, so that neither lamp nor exposure matters.
    """
    if frame.corners is None:
        return b""
    wide, high = frame.width_px, frame.height_px
    (left, top), (right, upper), (far, low), (near, bottom) = frame.corners
    columns, rows = _CELLS_ACROSS * _PER_CELL, _CELLS_DOWN * _PER_CELL
    across = [_EDGE + (1 - 2 * _EDGE) * (column + 0.5) / columns for column in range(columns)]
    sums = [0] * (_CELLS_ACROSS * _CELLS_DOWN)
    for row in range(rows):
        down = _EDGE + (1 - 2 * _EDGE) * (row + 0.5) / rows
        x, y = wide * (left + (near - left) * down), high * (top + (bottom - top) * down)
        to_x, to_y = wide * (right + (far - right) * down) - x, high * (upper + (low - upper) * down) - y
        levels = [view[3 * (wide * int(y + to_y * part) + int(x + to_x * part)) + 1] for part in across]
        for cell in range(_CELLS_ACROSS):
            sums[row // _PER_CELL * _CELLS_ACROSS + cell] += sum(levels[cell * _PER_CELL : (cell + 1) * _PER_CELL])
    full = max(1, sorted(sums)[len(sums) * 3 // 4])
    return bytes(min(255, 255 * level // full) for level in sums)


class Known(Enum):
    """Why a sheet that is not fresh is known."""

    LAY_THERE = auto()
    """It lay there when the pictures began."""
    ASKED_FOR = auto()
    """A page was asked for, and no answer has come."""
    TAKEN = auto()
    FAILED = auto()


class LyingStill:
    """Looks at each picture of the preview.

    A sheet is fresh when it came after the pictures began or the last one was taken: there was a moment without a
    page, and what lies there now looks otherwise; or, where one sheet is laid upon another, most of the page itself
    has changed. So neither the last applicant's sheet nor one that was taken already is taken, however they are
    touched.
    """

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Pictures begin: what they show at first is not fresh."""
        self._settling = SETTLING_FRAMES
        self._known = self._before = b""
        self._known_sheet = b""
        self.known = Known.LAY_THERE
        self._was_gone = self._is_another = False
        self._still = 0

    @property
    def watches(self) -> bool:
        """Whether a sheet that is laid down from now on is fresh."""
        return not self._settling

    @property
    def is_fresh(self) -> bool:
        """Whether what lies there came after what was taken last."""
        return self.watches and (self._was_gone or self._is_another) and _differ(self._before, self._known)

    @property
    def lies_still(self) -> bool:
        """Whether a fresh sheet has not moved for a moment."""
        return self._still >= STILL_FRAMES and self.is_fresh

    def see(self, points: bytes, look: Callable[[], bytes], *, found: bool) -> None:
        """The next picture; ``found``: there is a page in it that could be taken; ``look`` gives its ``sheet_of``."""
        self._still = self._still + 1 if found and not _differ(points, self._before) else 0
        self._before = points
        if self._settling:
            self._settling -= 1
            self._known = points
        self._was_gone = self._was_gone or not found
        if not self.watches:
            return
        if found and not self._known_sheet and not self._was_gone and not _differ(points, self._known):
            self._known_sheet = look()
        if not self._still:
            self._is_another = False
        elif self._still == CHANGED_FRAMES and not self.is_fresh:
            self._is_another = _is_another(look(), self._known_sheet)

    def note_asked(self) -> None:
        """What lies there is being taken; it is not taken again by itself, whatever comes of it."""
        self.known = Known.ASKED_FOR
        self._known, self._known_sheet, self._still = self._before, b"", 0
        self._was_gone = self._is_another = False

    def note_answer(self, *, taken: bool) -> None:
        """What came of it."""
        if self.known is Known.ASKED_FOR:
            self.known = Known.TAKEN if taken else Known.FAILED

    def note_dropped(self) -> None:
        """A page that was taken is not wanted: its sheet is fresh when it is laid down again."""
        if self.watches:
            self._known = b""


def _differ(one: bytes, other: bytes) -> bool:
    if len(one) != len(other):
        return True
    return sum(abs(a - b) > _LEVELS for a, b in zip(one, other, strict=True)) > _MOST_DIFFERENT


def _is_another(sheet: bytes, known: bytes) -> bool:
    """Whether it is another sheet, and not the known one turned upside down."""
    if not sheet or not known:
        return False
    return min(_changed_cells(sheet, known), _changed_cells(sheet[::-1], known)) > _MOST_CELLS


def _changed_cells(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) > _CELL_LEVELS for a, b in zip(one, other, strict=True))
