"""Makes preview frames: smaller, with the page found in them, in the frame ring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hardware.frames import FrameRing
from hardware.kinds.document_camera import Corners, Frame, PreviewFrame, StartPreview
from hardware.outcomes import Outcome

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Preview:
    """The frame ring and what is drawn into it. Used by one thread; a new ring is made when the size changes."""

    def __init__(self, *, prefix: str, emit: Callable[[PreviewFrame], None]) -> None:
        self._prefix = prefix
        self._emit = emit
        self._ring: FrameRing | None = None
        self._frame_bytes = 0
        self._rings = 0
        self._sequence = 0

    def show(self, seen: Frame, wanted: StartPreview) -> None:
        """Emit PreviewFrame for a frame, never wider than it is; none for one that does not decode."""
        import cv2
        import numpy as np

        from hardware.pages.find import find_page

        image = seen.reduced(wanted.width_px)
        if image is None:
            return
        height_px, width_px = _size(image, wanted.width_px)
        ring = self._get_ring(width_px * height_px * 3)
        self._sequence += 1
        slot_bytes = ring.open_slot(self._sequence)
        small: npt.NDArray[np.uint8] = np.frombuffer(slot_bytes, np.uint8).reshape(height_px, width_px, 3)
        # Halving has a fast path in OpenCV; averaging to any other size takes six times as long for 8 megapixels.
        while image.shape[1] >= 2 * width_px and image.shape[0] >= 2 * height_px:
            half = image.shape[1] // 2, image.shape[0] // 2
            image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.uint8)
        cv2.resize(image, (width_px, height_px), dst=small, interpolation=cv2.INTER_LINEAR)
        found: Outcome[Corners] = find_page(small, wanted.shape)
        frame = PreviewFrame(
            sequence=self._sequence,
            ring=ring.name,
            slot=ring.seal_slot(self._sequence),
            width_px=width_px,
            height_px=height_px,
            corners=found.value,
            hint=found.code,
        )
        self._emit(frame)

    def close(self) -> None:
        """Give the ring back."""
        if self._ring is not None:
            self._ring.remove()
            self._ring = None

    def _get_ring(self, frame_bytes: int) -> FrameRing:
        if self._ring is None or frame_bytes != self._frame_bytes:
            self.close()
            self._rings += 1
            self._ring = FrameRing(prefix=self._prefix, number=self._rings, frame_bytes=frame_bytes)
            self._frame_bytes = frame_bytes
        return self._ring


def _size(image: npt.NDArray[np.uint8], width_limit_px: int) -> tuple[int, int]:
    height_px, width_px = int(image.shape[0]), int(image.shape[1])
    if width_px <= width_limit_px:
        return height_px, width_px
    return max(1, round(height_px * width_limit_px / width_px)), width_limit_px
