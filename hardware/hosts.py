"""All device hosts of a counter: each device is reached in the process that its settings name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hardware.client import HostClient
from hardware.device import ANY_DEVICE, DeviceConfig, DeviceId, DeviceKind, DeviceState, Health, Request
from hardware.kinds.document_camera import PreviewFrame
from hardware.messages import Event, HealthChanged
from hardware.outcomes import Outcome, OutcomeCode
from hardware.questions import Done
from hardware.table import KINDS


class Hosts:
    """One HostClient for each group of devices with the same ``host``; a crash ends and replaces only its own.

    All methods may be called from any thread and return at once, but ``stop``. ``on_event`` is called on the thread of
    the host that tells, so for several hosts on several threads.
    """

    def __init__(
        self,
        *,
        command: Callable[[str], Sequence[str]],
        devices: Sequence[DeviceConfig],
        on_event: Callable[[Event], None],
    ) -> None:
        """``command`` gives the program of the host of a name."""
        self._on_event = on_event
        groups: dict[str, list[DeviceConfig]] = {}
        for config in devices:
            groups.setdefault(config.host, []).append(config)
        self._clients = {
            name: HostClient(command=command(name), devices=group, on_event=on_event, name=name)
            for name, group in groups.items()
        }
        self._starting = threading.Lock()
        self._unstarted = set(self._clients)
        self._at: dict[DeviceId, HostClient] = {one.id: self._clients[one.host] for one in devices}
        self._kinds: dict[DeviceKind, DeviceId] = {one.kind: one.id for one in reversed(devices)}

    @property
    def clients(self) -> Mapping[str, HostClient]:
        """The hosts by name."""
        return self._clients

    def start(self) -> None:
        """Start all hosts, and tell of the kinds that this counter has none of."""
        for kind in KINDS:
            if kind not in self._kinds:
                none = Health(kind=kind, state=DeviceState.NOT_CONFIGURED, outcome=OutcomeCode.NOT_CONFIGURED)
                self._on_event(HealthChanged(health=none))
        for name, client in self._clients.items():
            if not client.starts_when_asked:
                self._start(name)

    def _start(self, name: str) -> None:
        with self._starting:
            if name in self._unstarted:
                self._unstarted.remove(name)
                self._clients[name].start()

    def ask(self, request: Request[Any], done: Done, device: DeviceId = ANY_DEVICE) -> None:
        """Ask a device, by default the first of the request's kind; ``done`` is called once, on any thread."""
        device = device or self._kinds.get(request.kind, ANY_DEVICE)
        client = self._at.get(device)
        if client is None:
            done(Outcome(code=OutcomeCode.NOT_CONFIGURED))
        else:
            if client.starts_when_asked:
                self._start(client.name)
            client.ask(request, done, device)

    def find_frame(self, event: PreviewFrame) -> memoryview | None:
        """The frame's bytes where they lie, read-only; None when it was overwritten or its host is gone."""
        client = self._at.get(event.device)
        return None if client is None else client.find_frame(event)

    def stop(self) -> None:
        """End all hosts; each takes up to 3 s, side by side."""
        with self._starting:
            self._unstarted.clear()
        for client in self._clients.values():
            client.tell_to_stop()
        for client in self._clients.values():
            client.stop()
