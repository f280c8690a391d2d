"""What all device threads share: make the driver, connect, serve, report health, try again, time every call."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Generic, ParamSpec, TypeVar

from hardware.device import SIMULATED_FACT, DeviceConfig, DeviceEvent, DeviceKind, DeviceState, Driver, Health, Request
from hardware.messages import Event, HealthChanged
from hardware.outcomes import Outcome, OutcomeCode

P = ParamSpec("P")
V = TypeVar("V")
D = TypeVar("D", bound=Driver)

RETRY_S: Final = 1.0
"""Pause before an absent device is tried again."""

SLOW_RETRY_S: Final = 2.0
"""The same where trying costs more, or where only a person can help (library missing, port in use)."""

OnOutcome = Callable[[Outcome[Any]], None]
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


def is_away(outcome: Outcome[Any]) -> bool:
    """Whether there is no device any more."""
    return outcome.code in _ABSENT


class Worker(ABC, Generic[D]):
    """One device and its thread. ``start``, ``ask`` and ``stop`` return at once and may be called from any thread.

    ``prefix`` begins the names of all shared memory that it makes.
    """

    def __init__(self, config: DeviceConfig, *, create: CreateDriver, emit: Emit, prefix: str) -> None:
        self._config = config
        self._create = create
        self._emit = emit
        self._prefix = prefix
        self._stop = threading.Event()
        self._driver: D | None = None
        self._simulated = config.simulated
        self._health: Health | None = None
        self._called_ns: int | None = None
        self._thread = threading.Thread(target=self._run, name=config.id, daemon=True)

    @property
    def kind(self) -> DeviceKind:
        """Of what kind the device is."""
        return self._config.kind

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

    def ask(self, request: Request[Any], reply: OnOutcome) -> None:
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
    def _serve(self, driver: D) -> Outcome[Any]:
        """Work with the connected driver until ``_stop``, or the device is lost: then the outcome that says so."""

    def _tell_all(self, event: DeviceEvent) -> None:
        """Emit what the device tells."""
        self._emit(replace(event, device=self._config.id))

    def _run(self) -> None:
        self._set_health(DeviceState.STARTING, OutcomeCode.OK)
        while not self._stop.is_set():
            outcome = self._connect()
            if outcome.ok and self._driver is not None:
                self._set_health(DeviceState.READY, OutcomeCode.OK, outcome)
                outcome = self._serve(self._driver)
                self._close()
            if self._stop.is_set():
                return
            self._report_lost(outcome)
            self._stop.wait(RETRY_S if outcome.code in _ABSENT else SLOW_RETRY_S)

    def _connect(self) -> Outcome[Any]:
        if self._driver is None:
            made = self._call(self._create, self._config)
            if not made.ok or made.value is None:
                return made
            self._driver = made.value
        outcome = self._call(self._driver.open)
        if not outcome.ok:
            self._close()
        self._simulated = self._config.simulated or SIMULATED_FACT in outcome.facts
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
        health = Health(
            kind=self._config.kind,
            device=self._config.id,
            state=state,
            outcome=code,
            driver=self._config.driver,
            facts=facts,
            simulated=self._simulated,
        )
        if health != self._health:
            self._health = health
            self._emit(HealthChanged(health=health))


def note_fault(error: BaseException) -> None:
    """Write where an exception came from to standard error; never its text, which may hold what a card said."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-4:])
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    print(f"fault {type(error).__name__} in {where}", file=sys.stderr, flush=True)  # noqa: T201  the host's only log
