"""What all device threads share: make the driver, connect, serve, report health, try again, time every call."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from hardware.device import DeviceConfig, DeviceState, Health
from hardware.messages import Event, HealthChanged, Request
from hardware.outcomes import Outcome, OutcomeCode

P = ParamSpec("P")
V = TypeVar("V")

RETRY_S: Final = 1.0
"""Pause before an absent device is tried again."""

SLOW_RETRY_S: Final = 2.0
"""The same where trying costs more, or where only a person can help (library missing, port in use)."""

Reply = Callable[[Outcome[Any]], None]
Emit = Callable[[Event], None]
CreateDriver = Callable[[DeviceConfig], Outcome[Any]]

_ABSENT: Final = frozenset({OutcomeCode.NO_DEVICE, OutcomeCode.DEVICE_GONE})
_NOT_CONFIGURED: Final = frozenset({OutcomeCode.NOT_CONFIGURED, OutcomeCode.DRIVER_UNKNOWN, OutcomeCode.OPTION_UNKNOWN})
_LOST: Final = (
    _ABSENT
    | _NOT_CONFIGURED
    | {
        OutcomeCode.DEVICE_FAULT,
        OutcomeCode.PORT_IN_USE,
        OutcomeCode.LIBRARY_MISSING,
        OutcomeCode.BAD_REQUEST,
    }
)


def is_lost(outcome: Outcome[Any]) -> bool:
    """Whether the connection to the device is over and has to be made anew."""
    return outcome.code in _LOST


class Worker(ABC):
    """One device and its thread. ``start``, ``ask`` and ``stop`` return at once and may be called from any thread."""

    def __init__(self, config: DeviceConfig, *, create: CreateDriver, emit: Emit) -> None:
        self._config = config
        self._create = create
        self._emit = emit
        self._stop = threading.Event()
        self._driver: Any = None
        self._health: Health | None = None
        self._called_ns: int | None = None
        self._thread = threading.Thread(target=self._run, name=str(config.kind), daemon=True)

    def start(self) -> None:
        """Begin; the driver is made and connected on the device's own thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; a driver that blocks is left behind."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def ask(self, request: Request, reply: Reply) -> None:
        """Do what is asked and call ``reply`` once, on any thread."""
        reply(Outcome(code=OutcomeCode.BAD_REQUEST, facts={"request": type(request).__name__}))

    def blocked_s(self) -> float:
        """For how long the driver has not come back from its present call; 0 when it is not being called."""
        called_ns = self._called_ns
        return 0.0 if called_ns is None else (time.monotonic_ns() - called_ns) / 1e9

    def report_hung(self) -> None:
        """Tell that the driver does not come back; called by the host's watch."""
        self._set_health(DeviceState.ERROR, OutcomeCode.TIMEOUT)

    @abstractmethod
    def _serve(self) -> Outcome[Any]:
        """Work with the connected driver until ``_stop``, or the device is lost: then the outcome that says so."""

    def _run(self) -> None:
        self._set_health(DeviceState.STARTING, OutcomeCode.OK)
        while not self._stop.is_set():
            outcome = self._connect()
            if outcome.ok:
                self._set_health(DeviceState.READY, OutcomeCode.OK, outcome)
                outcome = self._serve()
                self._close()
            if self._stop.is_set():
                return
            self._report_lost(outcome)
            self._stop.wait(RETRY_S if outcome.code in _ABSENT else SLOW_RETRY_S)

    def _connect(self) -> Outcome[Any]:
        if self._driver is None:
            made = self._call(self._create, self._config)
            if not made.ok:
                return made
            self._driver = made.value
        outcome = self._call(self._driver.open)
        if not outcome.ok:
            self._close()
        return outcome

    def _close(self) -> None:
        if self._driver is not None:
            self._call(self._driver.close)

    def _call(self, operation: Callable[P, Outcome[V] | None], *args: P.args, **kwargs: P.kwargs) -> Outcome[V]:
        """Call the driver: timed, and with its bugs turned into DEVICE_FAULT."""
        self._called_ns = time.monotonic_ns()
        try:
            outcome = operation(*args, **kwargs)
        except Exception as error:  # the edge to foreign code: a driver's bug is an outcome
            note_fault(error)
            return Outcome(code=OutcomeCode.DEVICE_FAULT, facts={"fault": type(error).__name__})
        finally:
            self._called_ns = None
        return Outcome(code=OutcomeCode.OK) if outcome is None else outcome

    def _report_lost(self, outcome: Outcome[Any]) -> None:
        if outcome.code in _ABSENT:
            state = DeviceState.ABSENT
        elif outcome.code in _NOT_CONFIGURED:
            state = DeviceState.NOT_CONFIGURED
        else:
            state = DeviceState.ERROR
        self._set_health(state, outcome.code, outcome)

    def _set_health(self, state: DeviceState, code: OutcomeCode, outcome: Outcome[Any] | None = None) -> None:
        facts = {} if outcome is None else dict(outcome.facts)
        health = Health(kind=self._config.kind, state=state, outcome=code, driver=self._config.driver, facts=facts)
        if health != self._health:
            self._health = health
            self._emit(HealthChanged(health=health))


def note_fault(error: BaseException) -> None:
    """Write where an exception came from to standard error; never its text, which may hold what a card said."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-4:])
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    print(f"fault {type(error).__name__} in {where}", file=sys.stderr, flush=True)  # noqa: T201  the host's only log
