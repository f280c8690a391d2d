"""The thread of the barcode scanner: waits for codes and passes them on."""

from __future__ import annotations

import time
from typing import Any, Final

from hardware.device import DeviceState
from hardware.kinds.barcode_scanner import BarcodeScanner, Scanned
from hardware.outcomes import Outcome, OutcomeCode
from hardware.workers.worker import Worker, is_lost

_PAUSE_S: Final = 0.05
"""Wait after a driver that came back at once without a code, so that it cannot take a whole core."""


class ScanWorker(Worker[BarcodeScanner]):
    """Emits Scanned for each code.

    A code that cannot be read shows in the health, READY with SCAN_UNREADABLE, until the next one.
    """

    def _serve(self, driver: BarcodeScanner) -> Outcome[Any]:
        while not self._stop.is_set():
            asked_ns = time.monotonic_ns()
            outcome = self._call(driver.read_scan, self._stop)
            if is_lost(outcome):
                return outcome
            if outcome.ok and outcome.value is not None:
                self._set_health(DeviceState.READY, OutcomeCode.OK)
                self._tell_all(Scanned(scan=outcome.value))
            elif outcome.code is not OutcomeCode.TIMEOUT:
                self._set_health(DeviceState.READY, outcome.code, outcome)
            if not outcome.ok and time.monotonic_ns() - asked_ns < _PAUSE_S * 1e9:
                self._stop.wait(_PAUSE_S)
        return Outcome(code=OutcomeCode.CANCELLED)
