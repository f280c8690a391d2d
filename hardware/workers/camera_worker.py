"""The two threads of the document camera: one reads frames and keeps the newest, the other makes pictures of it."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from hardware.device import DeviceConfig, DeviceState, Request
from hardware.kinds.document_camera import (
    CapturedPage,
    CapturePage,
    DocumentCamera,
    Frame,
    HoldPicture,
    StartPreview,
    StopPreview,
    TakeHeld,
)
from hardware.outcomes import Outcome, OutcomeCode
from hardware.workers.preview import Preview
from hardware.workers.worker import RETRY_S, SLOW_RETRY_S, CreateDriver, Emit, OnOutcome, Worker, note_fault

WIDTH_PX: Final = range(160, 3841)
"""Preview widths that can be asked for."""

_FRAME_INTERVAL_S: Final = 1 / 15
_WARM_UP_FRAMES: Final = 3
"""Frames after opening that are too dark to keep: cameras set their exposure by them."""
_FRESH_S: Final = 0.3
"""A capture takes the newest frame if it is no older than this, else it waits for the next."""
_CAPTURE_WAIT_S: Final = 8.0
_LOOK_S: Final = 0.25
"""How often captures are looked through for those that waited too long."""

_ALL_CORES: Final = -1

_Takes = CapturePage | HoldPicture | TakeHeld

_DAMAGED_LIMIT: Final = 10
"""So many damaged frames one after the other, and the camera counts as lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shot:
    picture: Frame
    taken_ns: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Capture:
    request: _Takes
    reply: OnOutcome
    asked_ns: int


class CameraWorker(Worker[DocumentCamera]):
    """Answers the requests of a document camera, emits PreviewFrame at most 15 times a second.

    The camera is open only while one of them needs it. While nobody does, its presence is tried once, and again every
    two seconds as long as it is away. A preview that was started goes on by itself when the camera comes back.
    """

    def __init__(self, config: DeviceConfig, *, create: CreateDriver, emit: Emit, prefix: str) -> None:
        super().__init__(config, create=create, emit=emit, prefix=prefix)
        self._changed = threading.Condition()
        self._preview: StartPreview | None = None
        self._starts: list[OnOutcome] = []
        self._captures: deque[_Capture] = deque()
        self._newest: _Shot | None = None
        self._held: _Shot | None = None
        self._asks = 0
        self._drawer = Preview(prefix=prefix, emit=self._tell_all)
        self._pages = threading.Thread(target=self._make_pages, name=f"{config.id} pages", daemon=True)

    def start(self) -> None:
        """Begin both threads."""
        super().start()
        self._pages.start()

    def stop(self) -> None:
        """Ask both threads to end."""
        super().stop()
        with self._changed:
            self._changed.notify_all()

    def join(self, timeout_s: float) -> None:
        """Wait for both threads to end."""
        deadline = time.monotonic() + timeout_s
        super().join(timeout_s)
        if self._pages.is_alive():
            self._pages.join(max(0.0, deadline - time.monotonic()))

    def ask(self, request: Request[Any], reply: OnOutcome) -> None:
        """StartPreview answers once the camera is open, or with why it is not; it is tried on all the same."""
        if isinstance(request, StartPreview) and request.width_px not in WIDTH_PX:
            reply(Outcome(code=OutcomeCode.BAD_REQUEST, facts={"width_px": str(request.width_px)}))
            return
        with self._changed:
            self._asks += 1
            if isinstance(request, StartPreview):
                self._preview = request
                self._starts.append(reply)
            elif isinstance(request, _Takes):
                self._captures.append(_Capture(request=request, reply=reply, asked_ns=time.monotonic_ns()))
            elif isinstance(request, StopPreview):
                self._preview = self._held = None
            self._changed.notify_all()
        if isinstance(request, StopPreview):
            reply(Outcome(code=OutcomeCode.OK))
        elif not isinstance(request, StartPreview | _Takes):
            super().ask(request, reply)

    def _run(self) -> None:
        self._set_health(DeviceState.STARTING, OutcomeCode.OK)
        while not self._stop.is_set():
            outcome = self._connect()
            if outcome.ok and self._driver is not None:
                outcome = self._serve(self._driver)
                self._close()
                with self._changed:
                    self._newest = None
            self._after(outcome)

    def _after(self, outcome: Outcome[Any]) -> None:
        """Rest while nobody needs the camera; or, when it is lost, say so to all who wait and try again later."""
        if outcome.ok or self._stop.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._wanted() or self._stop.is_set())
            return
        self._report_lost(outcome)
        self._answer_starts(outcome)
        with self._changed:
            asks, captures = self._asks, tuple(self._captures)
            self._captures.clear()
        for capture in captures:
            capture.reply(outcome)
        with self._changed:
            pause_s = RETRY_S if self._wanted() else SLOW_RETRY_S
            self._changed.wait_for(lambda: self._asks != asks or self._stop.is_set(), pause_s)

    def _serve(self, driver: DocumentCamera) -> Outcome[Any]:
        """Read frames while they are wanted; OK when they no longer are."""
        number = damaged = 0
        while not self._stop.is_set():
            with self._changed:
                wanted = self._wanted()
            if not wanted:
                self._set_health(DeviceState.READY, OutcomeCode.OK)
                return Outcome(code=OutcomeCode.OK)
            self._answer_starts(Outcome(code=OutcomeCode.OK))
            outcome: Outcome[Frame] = self._call(driver.read_frame)
            damaged = damaged + 1 if outcome.code is OutcomeCode.FRAME_DAMAGED else 0
            if 0 < damaged < _DAMAGED_LIMIT:
                continue
            if not outcome.ok or outcome.value is None:
                return outcome
            # Not before: a camera that opens and then gives no picture would be ready and lost by turns.
            self._set_health(DeviceState.READY, OutcomeCode.OK)
            number += 1
            with self._changed:
                self._newest = _Shot(picture=outcome.value, taken_ns=time.monotonic_ns(), number=number)
                self._changed.notify_all()
        return Outcome(code=OutcomeCode.CANCELLED)

    def _wanted(self) -> bool:
        return self._preview is not None or bool(self._captures)

    def _answer_starts(self, outcome: Outcome[Any]) -> None:
        with self._changed:
            starts, self._starts = self._starts, []
        for reply in starts:
            reply(outcome)

    def _make_pages(self) -> None:
        import cv2

        cv2.setNumThreads(1)  # the preview leaves the other cores to the windows
        frame: _Shot | None = None
        waiting = 0
        while not self._stop.is_set():
            with self._changed:
                known, waited = frame, waiting
                self._changed.wait_for(partial(self._has_news, known, waited), _LOOK_S)
                frame, preview = self._newest, self._preview
                captures = self._due_captures()
                waiting = len(self._captures)
            for capture, page_frame in captures:
                self._finish(capture, page_frame)
            if preview is None:
                self._drawer.close()  # what was seen last does not stay in shared memory
                continue
            if frame is None or frame is known:
                continue
            started_ns = time.monotonic_ns()
            try:
                self._drawer.show(frame.picture, preview)
            except Exception as error:  # the edge of the image code: a bug costs this picture, not the preview
                note_fault(error)
            self._stop.wait(max(0.0, _FRAME_INTERVAL_S - (time.monotonic_ns() - started_ns) / 1e9))
        self._drawer.close()

    def _has_news(self, known: _Shot | None, waiting: int) -> bool:
        return self._newest is not known or len(self._captures) != waiting or self._stop.is_set()

    def _due_captures(self) -> list[tuple[_Capture, _Shot | None]]:
        """The captures that can be made now, and those that waited too long (without a frame)."""
        now_ns, newest = time.monotonic_ns(), self._newest
        due = [capture for capture in self._captures if _is_due(capture, newest, now_ns)]
        for capture in due:
            self._captures.remove(capture)
        return [(one, self._held if isinstance(one.request, TakeHeld) else _fresh(one, newest)) for one in due]

    def _finish(self, capture: _Capture, frame: _Shot | None) -> None:
        if frame is None:
            missing = OutcomeCode.PICTURE_GONE if isinstance(capture.request, TakeHeld) else OutcomeCode.TIMEOUT
            capture.reply(Outcome(code=missing))
            return
        try:
            outcome = _make(capture.request, frame)
        except Exception as error:  # the edge of the image code: a bug costs this page, not the camera
            note_fault(error)
            outcome = Outcome(code=OutcomeCode.DEVICE_FAULT, facts={"fault": type(error).__name__})
        with self._changed:
            if isinstance(capture.request, HoldPicture):
                self._held = frame if outcome.ok else None
            elif isinstance(capture.request, TakeHeld) and outcome.ok:
                self._held = None
        if isinstance(outcome.value, CapturedPage):
            given = partial(replace, outcome.value, device=self._config.driver, simulated=self._simulated)
            outcome = replace(outcome, value=given(age_s=(time.monotonic_ns() - frame.taken_ns) / 1e9))
        capture.reply(outcome)


def _make(request: _Takes, frame: _Shot) -> Outcome[Any]:
    """The page or picture that was asked for, of a full frame."""
    import cv2

    from hardware.pages.finish import finish_by_hand, finish_page, hold_picture

    image = frame.picture.whole()
    if image is None:
        return Outcome(code=OutcomeCode.FRAME_DAMAGED)
    cv2.setNumThreads(_ALL_CORES)  # somebody waits for it
    try:
        if isinstance(request, CapturePage):
            return finish_page(image, request.shape, taken_ns=frame.taken_ns)
        if isinstance(request, HoldPicture):
            return hold_picture(image, request.shape)
        return finish_by_hand(image, request.corners, request.shape, taken_ns=frame.taken_ns)
    finally:
        cv2.setNumThreads(1)


def _is_due(capture: _Capture, newest: _Shot | None, now_ns: int) -> bool:
    waited_too_long = now_ns - capture.asked_ns > _CAPTURE_WAIT_S * 1e9
    return isinstance(capture.request, TakeHeld) or waited_too_long or _fresh(capture, newest) is not None


def _fresh(capture: _Capture, frame: _Shot | None) -> _Shot | None:
    """The frame, if it is one that the capture may take."""
    if frame is None or frame.number < _WARM_UP_FRAMES:
        return None
    return frame if frame.taken_ns >= capture.asked_ns - _FRESH_S * 1e9 else None
