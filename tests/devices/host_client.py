"""A client under test with everything it said, and waiting for it without sleeping."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hardware.client import HostClient
from hardware.device import DeviceConfig, DeviceKind, DeviceState, Request
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.messages import Event, HealthChanged, HostDown, HostUp
from hardware.outcomes import Outcome

E = TypeVar("E", bound=Event)

DEADLINE_S = 30.0
HOST = (sys.executable, "-m", "hardware.host", "--foreign-drivers")


def a_device(kind: DeviceKind, driver: str, **options: str) -> DeviceConfig:
    return DeviceConfig(kind=kind, driver=f"tests.devices.host_drivers:{driver}", options=options)


def a_reader(driver: str = "ScriptedReader", **options: str) -> DeviceConfig:
    return a_device(ID_CARD_READER, driver, **options)


class Counter:
    """A started client; a context manager that stops it."""

    def __init__(self, *devices: DeviceConfig, command: Sequence[str] = HOST) -> None:
        self.events: list[Event] = []
        self.outcomes: list[Outcome[Any]] = []
        self.threads: set[str] = set()
        self._news = threading.Condition()
        self.client = HostClient(command=command, devices=devices, on_event=self._note_event)

    def __enter__(self) -> Counter:
        self.client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, DEADLINE_S), f"waited in vain; {self.events[-5:]} {self.client.notes}"

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in tuple(self.events) if isinstance(event, kind)]

    def wait_for(self, kind: type[E], *, times: int = 1) -> E:
        self.wait_until(lambda: len(self.of(kind)) >= times)
        return self.of(kind)[times - 1]

    def wait_up(self, *, times: int = 1) -> int:
        """The process id of the host when it is up for that time."""
        return self.wait_for(HostUp, times=times).pid

    def wait_down(self) -> HostDown:
        return self.wait_for(HostDown)

    def wait_state(self, state: DeviceState, *, times: int = 1) -> HealthChanged:
        def found() -> list[HealthChanged]:
            return [event for event in self.of(HealthChanged) if event.health.state is state and event.health.driver]

        self.wait_until(lambda: len(found()) >= times)
        return found()[times - 1]

    def begin(self, request: Request[Any]) -> None:
        self.client.ask(request, self._note_outcome)

    def ask(self, request: Request[Any]) -> Outcome[Any]:
        before = len(self.outcomes)
        self.begin(request)
        self.wait_until(lambda: len(self.outcomes) > before)
        return self.outcomes[before]

    def _note_event(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self.threads.add(threading.current_thread().name)
            self._news.notify_all()

    def _note_outcome(self, outcome: Outcome[Any]) -> None:
        with self._news:
            self.outcomes.append(outcome)
            self.threads.add(threading.current_thread().name)
            self._news.notify_all()
