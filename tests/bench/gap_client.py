"""The watched client with a second watcher that notes what the UI thread was doing while it did not beat.

``python -m tests.bench.gap_client PORT_FILE [client arguments]``; question ``stalls`` beside those of the first one.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from tests.e2e import watched_client

_GAP_S = 0.010
_LOOK_S = 0.010
_LATE_S = 0.030
_DEPTH = 5
_ROOT = Path(__file__).parents[2]


class StallWatcher(watched_client.Watcher):
    """Looks at the UI thread's stack when its beat is late; places only, never values."""

    def __init__(self, workstation: Any) -> None:
        super().__init__(workstation)
        self._stalls: dict[float, str] = {}
        self._work: dict[float, float] = {}
        self._worked_s = time.thread_time()
        self._thread = threading.get_ident()
        threading.Thread(target=self._look, daemon=True).start()

    def _on_beat(self) -> None:
        before, worked_s = self._last, time.thread_time()
        if time.monotonic() - before > _GAP_S:
            self._work[before] = worked_s - self._worked_s
        self._worked_s = worked_s
        super()._on_beat()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_S)
            last = self._last
            if time.monotonic() - last > _LATE_S and last not in self._stalls:
                self._stalls[last] = self._scene()

    def _scene(self) -> str:
        """Where the UI thread is; and where others are in our code, as they may hold the interpreter."""
        frames = sys._current_frames()
        here = _places(frames.pop(self._thread)) or "Qt"
        frames.pop(threading.get_ident())
        busy = [frame for frame in frames.values() if not frame.f_code.co_filename.endswith("threading.py")]
        beside = sorted(place for frame in busy if (place := _places(frame)).startswith("app/"))
        return " | beside: ".join([here, *beside])

    def do_ready(self, _question: dict[str, Any]) -> dict[str, Any]:
        """Whether the start is over: everything behind the login is loaded."""
        loaded = self.workstation.window.workplaces is not None
        return {"ready": loaded and self.workstation.customer.is_warm}

    def do_stalls(self, _question: dict[str, Any]) -> dict[str, Any]:
        """Where the UI thread was, and for how long it worked (s of processor time), by the begin of its gap."""
        return {"stalls": list(self._stalls.items()), "work": list(self._work.items())}


def _places(frame: FrameType) -> str:
    ours = [
        f"{Path(entry.filename).relative_to(_ROOT)}:{entry.lineno}"
        for entry in traceback.extract_stack(frame)
        if Path(entry.filename).is_relative_to(_ROOT) and ".venv" not in entry.filename
    ]
    return " > ".join(ours[-_DEPTH:])


if __name__ == "__main__":
    with patch.object(watched_client, "Watcher", StallWatcher):
        sys.exit(watched_client.main())
