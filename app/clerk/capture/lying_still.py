"""When a sheet that was laid down a moment ago lies still, it can be taken without a key."""

from __future__ import annotations

from hardware.kinds.document_camera import PreviewFrame

SETTLING_FRAMES = 8
"""A camera that was just opened finds its exposure; what lies there by then was there before, maybe somebody else's."""
STILL_FRAMES = 5
"""About half a second: a hand that smooths the sheet is gone."""
_ACROSS, _DOWN = 36, 27
_LEVELS = 30
"""Of 255: less is noise of the camera."""
_MOST_DIFFERENT = _ACROSS * _DOWN // 80
"""So many points of one picture may differ from the next while nothing moves."""


def points_of(frame: PreviewFrame, view: memoryview) -> bytes:
    """The green of a grid of points: enough to see that something moved, cheap enough for each frame."""
    rows = (frame.height_px * (2 * row + 1) // (2 * _DOWN) for row in range(_DOWN))
    columns = [frame.width_px * (2 * column + 1) // (2 * _ACROSS) for column in range(_ACROSS)]
    return bytes(view[3 * (frame.width_px * row + column) + 1] for row in rows for column in columns)


class LyingStill:
    """Looks at each picture of the preview.

    A sheet is fresh when it came after the pictures began or the last one was taken: there was a moment without a
    page, and what lies there now looks otherwise. So neither the last applicant's sheet nor one that was taken already
    is taken, however they are touched.
    """

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Pictures begin: what they show at first is not fresh."""
        self._settling = SETTLING_FRAMES
        self._known = self._before = b""
        self._was_gone = False
        self._still = 0

    @property
    def watches(self) -> bool:
        """Whether a sheet that is laid down from now on is fresh."""
        return not self._settling

    @property
    def is_fresh(self) -> bool:
        """Whether what lies there came after what was taken last."""
        return self.watches and self._was_gone and _differ(self._before, self._known)

    @property
    def lies_still(self) -> bool:
        """Whether a fresh sheet has not moved for a moment."""
        return self._still >= STILL_FRAMES and self.is_fresh

    def see(self, points: bytes, *, found: bool) -> None:
        """The next picture; ``found``: there is a page in it that could be taken."""
        self._still = self._still + 1 if found and not _differ(points, self._before) else 0
        self._before = points
        if self._settling:
            self._settling -= 1
            self._known = points
        self._was_gone = self._was_gone or not found

    def note_taken(self) -> None:
        """What lies there has been taken."""
        self._known, self._was_gone, self._still = self._before, False, 0

    def note_dropped(self) -> None:
        """A page that was taken is not wanted: its sheet is fresh when it is laid down again."""
        if self.watches:
            self._known = b""


def _differ(one: bytes, other: bytes) -> bool:
    if len(one) != len(other):
        return True
    return sum(abs(a - b) > _LEVELS for a, b in zip(one, other, strict=True)) > _MOST_DIFFERENT
