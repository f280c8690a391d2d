"""Document cameras that OpenCV can read: USB video class devices, and network cameras by address."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from hardware.device import SIMULATED_FACT
from hardware.kinds.document_camera import DocumentCamera, Frame
from hardware.outcomes import Outcome, OutcomeCode
from hardware.pages.frame import FRAME_LIMIT_PX, DecodedFrame, JpegFrame, read_jpeg_frame
from hardware.pages.jpeg import Image, begins_jpeg

# What went wrong is said by outcomes; FFMPEG's own lines would only fill the log of the device process.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

OPEN_TIMEOUT_MS: Final = 3000
READ_TIMEOUT_MS: Final = 3000

_SIMULATOR: Final = "/simulated.mjpg"
"""The path at which ``zonggui-sim`` shows its pictures: an address is all that a stream says of where it is from."""

_DEFAULT_WIDTH_PX: Final = 3264
_DEFAULT_HEIGHT_PX: Final = 2448
_SMALLEST_SIDE_PX: Final = 120
_REST_S: Final = 0.5
"""After a pause this long, the frames that lie in buffers show what was under the camera before it."""
_QUEUED_FRAMES: Final = 5
"""Video4Linux and DirectShow queue at most four frames."""
_AS_SENT: Final = -1
"""The format in which FFMPEG's captures give what came from the network, not what is on the picture."""
_HEAD_BYTES: Final = 3
_PATIENCE_S: Final = 0.5
_RETRY_S: Final = 0.02
_EDGE_ROWS: Final = 16
"""The height of a JPEG's blocks: a picture cut short lacks at least the last row of them."""
_FLAT_LEVELS: Final = 2.0
_REMEMBERED_FRAMES: Final = 24

_Seen = JpegFrame | DecodedFrame

Edges = tuple[bytes, bytes]
"""Some pixels of the first and last rows of a frame."""


class OpenCvCamera(DocumentCamera):
    """A document camera behind OpenCV.

    Options: ``source`` (http or rtsp address, or device number), ``width_px``, ``height_px``; ValueError or KeyError
    for options that make no sense.

    Addresses are read by FFMPEG with 3 s for opening and for each frame. Its captures stay dead after a stall and still
    say that they are open, so the only sign of life used is a good frame; after DEVICE_GONE ``open`` connects anew.
    The same is done after a rest, as nobody knows how many old frames lie in the buffers of the network. Motion JPEG
    comes as it was sent; other streams are decoded by FFMPEG, which scales every frame to the size of the first since
    ``open``, and so are devices by their backends.

    On Windows devices are opened through DirectShow with Motion JPEG (without it 8 megapixels come at one frame per
    second), then through Media Foundation. That branch follows OpenCV's issues 17687, 12822 and 27917; it has not run
    on a Windows machine.
    """

    OPTIONS: Final = ("source", "width_px", "height_px")

    def __init__(self, options: Mapping[str, str]) -> None:
        self._source: Final = options["source"].strip()
        self._width_px: Final = int(options.get("width_px", _DEFAULT_WIDTH_PX))
        self._height_px: Final = int(options.get("height_px", _DEFAULT_HEIGHT_PX))
        is_address = self._source.startswith(("http://", "https://", "rtsp://"))
        if not is_address and not (self._source.isascii() and self._source.isdigit()):
            raise ValueError("source is neither an address nor a device number")
        if self._width_px < 1 or self._height_px < 1:
            raise ValueError("a frame has at least one pixel")
        self._is_address: Final = is_address
        self._capture: cv2.VideoCapture | None = None
        self._last_frame_s = 0.0
        self._edges: deque[Edges] = deque(maxlen=_REMEMBERED_FRAMES)

    def open(self) -> Outcome[None]:
        """Connect and read a first frame. NO_DEVICE when nothing answers, DEVICE_FAULT when it gives no picture."""
        self.close()
        self._edges.clear()
        facts = {"source": self._source}
        opened = False
        for backend, parameters in self._ways():
            capture = cv2.VideoCapture(self._target(), backend, parameters)
            opened = opened or capture.isOpened()
            frame = _frame(capture.read()[1])
            if frame is None:
                capture.release()
                if self._is_address and not opened:
                    break  # nobody is there, whatever way is taken
                continue
            self._capture = capture
            self._remember(frame)
            simulated = {SIMULATED_FACT: _SIMULATOR} if self._source.endswith(_SIMULATOR) else {}
            return Outcome(code=OutcomeCode.OK, facts={**facts, **simulated})
        return Outcome(code=OutcomeCode.DEVICE_FAULT if opened else OutcomeCode.NO_DEVICE, facts=facts)

    def read_frame(self) -> Outcome[Frame]:
        """The next full frame, taken after this call when the camera had rested half a second or longer.

        DEVICE_GONE after a stall of 3 s or when the camera was unplugged; FRAME_DAMAGED for one bad frame;
        PAGE_TOO_LARGE over 50 megapixels; NO_DEVICE before ``open``.
        """
        if self._capture is None:
            return Outcome(code=OutcomeCode.NO_DEVICE, facts={"source": self._source})
        if time.monotonic() - self._last_frame_s > _REST_S:
            self._pass_over_stale()
        capture = self._capture
        if capture is None or not _grab(capture):
            self.close()
            return Outcome(code=OutcomeCode.DEVICE_GONE, facts={"source": self._source})
        frame = _frame(capture.retrieve()[1])
        if frame is not None and frame.size_px[0] * frame.size_px[1] > FRAME_LIMIT_PX:
            facts = {"width_px": str(frame.size_px[0]), "height_px": str(frame.size_px[1])}
            return Outcome(code=OutcomeCode.PAGE_TOO_LARGE, facts=facts)
        good = frame if frame is not None and not self._is_patched(frame) else None
        self._remember(good)
        return Outcome(code=OutcomeCode.FRAME_DAMAGED) if good is None else Outcome(code=OutcomeCode.OK, value=good)

    def close(self) -> None:
        """Let go of the camera; safe to call twice."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _pass_over_stale(self) -> None:
        """Leave the frames of before the rest behind."""
        if self._is_address:
            self.open()
            return
        for _ in range(_QUEUED_FRAMES):
            if self._capture is not None and self._capture.grab():
                # Remembered, as the decoder may complete a frame that is cut short with any of them.
                self._remember(_frame(self._capture.retrieve()[1]))

    def _remember(self, frame: _Seen | None) -> None:
        self._last_frame_s = time.monotonic()
        if isinstance(frame, DecodedFrame):
            self._edges.append(_edges(frame.image))

    def _is_patched(self, frame: _Seen) -> bool:
        """Whether a decoder completed a frame that was cut short; what is cut short of a JPEG is seen without."""
        if isinstance(frame, JpegFrame):
            return False
        return _ends_flat(frame.image) or _ends_like_another(frame.image, self._edges)

    def _target(self) -> str | int:
        return self._source if self._is_address else int(self._source)

    def _ways(self) -> Sequence[tuple[int, list[int]]]:
        """Backends to try in order, each with its parameters as a flat list of property and value."""
        if self._is_address:
            timeouts = [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                OPEN_TIMEOUT_MS,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                READ_TIMEOUT_MS,
            ]
            return [(cv2.CAP_FFMPEG, [*timeouts, cv2.CAP_PROP_FORMAT, _AS_SENT]), (cv2.CAP_FFMPEG, timeouts)]
        motion_jpeg = cv2.VideoWriter.fourcc(*"MJPG")
        size = [cv2.CAP_PROP_FRAME_WIDTH, self._width_px, cv2.CAP_PROP_FRAME_HEIGHT, self._height_px]
        compressed = [cv2.CAP_PROP_FOURCC, motion_jpeg, *size]
        if sys.platform == "win32":
            # Media Foundation takes many seconds to open while it tries hardware converters (OpenCV issue 17687).
            os.environ["OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS"] = "0"
            return [(cv2.CAP_DSHOW, compressed), (cv2.CAP_MSMF, size)]
        return [(cv2.CAP_V4L2, compressed)]


def _grab(capture: cv2.VideoCapture) -> bool:
    """Whether a frame came. A damaged one makes ``grab`` fail at once and the next may be good; the dead stay dead."""
    deadline = time.monotonic() + _PATIENCE_S
    while not (capture.grab() and _is_picture(capture)):
        if time.monotonic() > deadline:
            return False
        time.sleep(_RETRY_S)
    return True


def _is_picture(capture: cv2.VideoCapture) -> bool:
    """Whether what was grabbed is at least the begin of one: what comes as it was sent was read by nobody yet."""
    if capture.get(cv2.CAP_PROP_FORMAT) != _AS_SENT:
        return True
    _, sent = capture.retrieve()
    return isinstance(sent, np.ndarray) and begins_jpeg(sent[:, :_HEAD_BYTES].tobytes())


def _frame(seen: object) -> _Seen | None:
    """The frame; None for a JPEG cut short and for what is no BGR picture."""
    if not isinstance(seen, np.ndarray) or seen.dtype != np.uint8:
        return None
    if seen.ndim == 2 and seen.shape[0] == 1:
        frame: _Seen | None = read_jpeg_frame(seen.tobytes())
    elif seen.ndim == 3 and seen.shape[2] == 3:
        frame = DecodedFrame(np.asarray(seen, dtype=np.uint8))
    else:
        return None
    return None if frame is None or min(frame.size_px) < _SMALLEST_SIDE_PX else frame


def _edges(frame: Image) -> Edges:
    return frame[:_EDGE_ROWS:3, ::8].tobytes(), frame[-_EDGE_ROWS::3, ::8].tobytes()


def _ends_flat(frame: Image) -> bool:
    """Whether the decoder filled the end of a first frame: one colour, neither black nor white; no sensor does that."""
    end = frame[-_EDGE_ROWS::3, ::8]
    return bool((end == end[0, 0]).all()) and 8 < int(end[0, 0].max()) < 248


def _ends_like_another(frame: Image, others: Iterable[Edges]) -> bool:
    """Whether the end of the frame is, to the bit, that of an earlier frame which began otherwise.

    FFMPEG completes a frame that was cut short with what an earlier one left in memory: the paper of one person would
    be joined to that of another. A sensor's noise never repeats, save where the end of the picture is flat.
    """
    if float(frame[-_EDGE_ROWS::3, ::8].std()) < _FLAT_LEVELS:
        return False
    top, bottom = _edges(frame)
    return any(bottom == other_bottom and top != other_top for other_top, other_bottom in others)
