"""The thread of a device that does what it is asked and tells nothing by itself."""

from __future__ import annotations

import queue
from typing import Any, Final

from hardware.device import DeviceConfig, Driver, Request
from hardware.outcomes import Outcome, OutcomeCode
from hardware.workers.worker import CreateDriver, Emit, OnOutcome, Worker, is_away

_WAITING_LIMIT: Final = 4


class AskWorker(Worker[Driver]):
    """Lets requests be carried out one after the other; BUSY when more than four wait.

    Serves every kind that has no worker of its own. While the device is away its requests are answered with why.
    """

    def __init__(self, config: DeviceConfig, *, create: CreateDriver, emit: Emit, prefix: str) -> None:
        super().__init__(config, create=create, emit=emit, prefix=prefix)
        self._jobs: queue.Queue[tuple[Request[Any], OnOutcome] | None] = queue.Queue(_WAITING_LIMIT)

    def ask(self, request: Request[Any], reply: OnOutcome) -> None:
        """The reply comes on the device's thread."""
        try:
            self._jobs.put_nowait((request, reply))
        except queue.Full:
            reply(Outcome(code=OutcomeCode.BUSY))

    def stop(self) -> None:
        """Ask the thread to end."""
        super().stop()
        try:
            self._jobs.put_nowait(None)
        except queue.Full:
            return  # it looks at _stop after each job

    def _serve(self, driver: Driver) -> Outcome[Any]:
        while not self._stop.is_set():
            job = self._jobs.get()
            if job is not None:
                request, reply = job
                outcome = self._call(request.carry_out, driver)
                reply(outcome)
                if is_away(outcome):
                    return outcome
        return Outcome(code=OutcomeCode.CANCELLED)

    def _report_lost(self, outcome: Outcome[Any]) -> None:
        super()._report_lost(outcome)
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                job[1](outcome)
