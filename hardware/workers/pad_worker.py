"""The thread that checks and draws signatures; drawing takes too long for anybody else's thread."""

from __future__ import annotations

import queue
from typing import Any, Final

from hardware.device import DeviceConfig
from hardware.kinds.signature_pad import SignatureStrokes
from hardware.messages import FinishSignature, Request
from hardware.outcomes import Outcome, OutcomeCode
from hardware.workers.worker import CreateDriver, Emit, Reply, Worker

_WAITING_LIMIT: Final = 4


class PadWorker(Worker):
    """Answers FinishSignature, one after the other; BUSY when more than four wait."""

    def __init__(self, config: DeviceConfig, *, create: CreateDriver, emit: Emit) -> None:
        super().__init__(config, create=create, emit=emit)
        self._jobs: queue.Queue[tuple[SignatureStrokes, Reply] | None] = queue.Queue(_WAITING_LIMIT)

    def ask(self, request: Request, reply: Reply) -> None:
        """FinishSignature; the reply comes on the pad's thread."""
        if not isinstance(request, FinishSignature):
            super().ask(request, reply)
            return
        try:
            self._jobs.put_nowait((request.strokes, reply))
        except queue.Full:
            reply(Outcome(code=OutcomeCode.BUSY))

    def stop(self) -> None:
        """Ask the thread to end."""
        super().stop()
        try:
            self._jobs.put_nowait(None)
        except queue.Full:
            return  # it looks at _stop after each job

    def _connect(self) -> Outcome[Any]:
        made = self._call(self._create, self._config)
        self._driver = made.value
        return made

    def _close(self) -> None:
        """A pad has nothing to let go of."""

    def _serve(self) -> Outcome[Any]:
        while not self._stop.is_set():
            job = self._jobs.get()
            if job is not None:
                strokes, reply = job
                reply(self._call(self._driver.finish, strokes))
        return Outcome(code=OutcomeCode.CANCELLED)
