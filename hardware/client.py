"""The client's side of one device host: starts it, watches it, replaces it, and passes requests and events."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from hardware.child import Child
from hardware.codec import (
    Ask,
    AskEnded,
    Beat,
    BlobTaken,
    CodecError,
    Finish,
    FromHost,
    Greeting,
    ToHost,
    encode_line,
    parse_from_host,
)
from hardware.device import ANY_DEVICE, DeviceConfig, DeviceId, DeviceState, Health, Request
from hardware.frames import BlobShelf, RingView, find_ring, remove_orphans, remove_segments, segment_prefix, take_blob
from hardware.kinds.document_camera import PreviewFrame
from hardware.messages import PROTOCOL_VERSION, Configure, Event, HealthChanged, HostDown, HostUp
from hardware.outcomes import Outcome, OutcomeCode
from hardware.questions import Done, Question, Questions, call_guarded

SILENCE_S: Final = 3.0
"""A host that says nothing for so long is replaced; it says something twice a second."""

FIRST_WAIT_S: Final = 0.1
LONGEST_WAIT_S: Final = 5.0
GOOD_LIFE_S: Final = 10.0
"""A host that lived so long was sound: the next one is started after the first wait again."""

_PATIENCE_S: Final = 1.0
_GARBAGE_LIMIT: Final = 20
_SUSPENDED_S: Final = 1.0
"""If this thread itself woke so much too late, the machine stood still, and the host's silence means nothing."""


_SHELVES = itertools.count(1)
"""Each client names what it lays down by its process and a number of its own."""


def host_command(program: Path | None = None) -> list[str]:
    """How to start a host: that program; in a frozen one the executable beside this one; else this interpreter."""
    if program is not None:
        return [str(program)]
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(f"zonggui-devices{suffix}"))]
    return [sys.executable, "-m", "hardware.host"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    child: Child
    line: bytes | None
    """None: its last line was before this."""


class _Stop:
    """Told to the watcher to end."""


class HostClient:
    """Owner of one device host. All methods may be called from any thread and return at once; ``stop`` takes up to 3 s.

    ``on_event`` and the callbacks of ``ask`` are called on the client's own thread, one after the other. A request that
    ends with its host comes back as HOST_RESTARTED; what goes on (a preview) is started again in the next host.
    """

    def __init__(
        self,
        *,
        command: Sequence[str],
        devices: Sequence[DeviceConfig],
        on_event: Callable[[Event], None],
        name: str = "",
    ) -> None:
        self.name: Final = name
        self.starts_when_asked: Final = bool(devices) and all(device.when_asked for device in devices)
        self._command = tuple(command)
        self._devices = tuple(devices)
        self._on_event = on_event
        self._inbox: SimpleQueue[Question | _Line | _Stop] = SimpleQueue()
        self._gate = threading.Lock()
        self._open = False
        self._rings: dict[DeviceId, tuple[str, RingView]] = {}
        self._thread = threading.Thread(target=self._watch, name=f"device host client {name}".rstrip(), daemon=True)
        self._child: Child | None = None
        self._generation = 0
        self._host_pid: int | None = None
        self._up = False
        self._start_failed = False
        self._start_at_ns = 0
        self._wait_s = FIRST_WAIT_S
        self._garbage = 0
        self._down_reason = ""
        self._questions = Questions()
        self._shelf = BlobShelf(prefix=segment_prefix(os.getpid(), next(_SHELVES)))
        self._going_on: dict[tuple[type[Request[Any]], DeviceId], Request[Any]] = {}

    @property
    def generation(self) -> int:
        """Number of the present host; the first is 1, before it 0."""
        return self._generation

    @property
    def host_pid(self) -> int | None:
        """Process id of the present host, once it has greeted."""
        return self._host_pid

    @property
    def notes(self) -> tuple[str, ...]:
        """The last lines the present host wrote to its standard error, for a fault report; no personal data."""
        child = self._child
        return () if child is None else child.notes

    def start(self) -> None:
        """Start the host, and from then on always the next one; once in a client's life."""
        with self._gate:
            self._open = True
        self._thread.start()

    def ask(self, request: Request[Any], done: Done, device: DeviceId = ANY_DEVICE) -> None:
        """Ask the host for one of its devices; ``done`` is called exactly once.

        Outcomes beside the device's own: HOST_RESTARTED, HOST_UNAVAILABLE (not started, stopped, or cannot start),
        TIMEOUT (deadline), CANCELLED (stopped meanwhile).
        """
        deadline_ns = time.monotonic_ns() + int(request.deadline_s * 1e9)
        with self._gate:
            if self._open:
                self._inbox.put(Question(request=request, device=device, done=done, deadline_ns=deadline_ns))
                return
        # No thread of the client's own runs any more; the caller's may hold locks that the callback wants.
        refusal: Outcome[Any] = Outcome(code=OutcomeCode.HOST_UNAVAILABLE)
        threading.Thread(target=done, args=(refusal,), name="device host refusal", daemon=True).start()

    def find_frame(self, event: PreviewFrame) -> memoryview | None:
        """The frame's bytes where they lie, read-only; None when it was overwritten or its host is gone."""
        with self._gate:
            name, ring = self._rings.get(event.device, ("", None))
            ring = ring if name == event.ring else None
            if ring is None and self._host_pid is not None and event.ring.startswith(self._prefix()):
                ring = find_ring(event.ring)
                if ring is not None:
                    self._rings[event.device] = event.ring, ring  # and the one before is over
        if ring is None:
            return None
        return ring.find_frame(slot=event.slot, sequence=event.sequence, size=event.width_px * event.height_px * 3)

    def tell_to_stop(self) -> None:
        """Begin the end of the host; ``stop`` waits for it."""
        with self._gate:
            started, self._open = self._open, False
        if started:
            self._inbox.put(_Stop())

    def stop(self) -> None:
        """End the host: asked, terminated, killed. Shared memory is given back; open questions get CANCELLED."""
        self.tell_to_stop()
        if self._thread.ident is not None and threading.current_thread() is not self._thread:
            self._thread.join()

    def _prefix(self) -> str:
        return segment_prefix(self._host_pid or 0, self._generation)

    def _watch(self) -> None:
        remove_orphans()
        while True:
            wait_s = self._tend()
            asleep_ns = time.monotonic_ns()
            try:
                item = self._inbox.get(timeout=wait_s)
            except Empty:
                item = None
            if self._child is not None and time.monotonic_ns() - asleep_ns > (wait_s + _SUSPENDED_S) * 1e9:
                self._child.heard_ns = time.monotonic_ns()
            if isinstance(item, _Stop):
                break
            if isinstance(item, Question):
                self._take_question(item)
            elif isinstance(item, _Line):
                self._take_line(item)
        self._finish()

    def _tend(self) -> float:
        """Do what time demands: start, replace, give up on questions. Gives the seconds until the next look."""
        now_ns = time.monotonic_ns()
        if self._child is None and now_ns >= self._start_at_ns:
            self._start_child()
        elif self._child is not None and self._inbox.empty() and now_ns - self._child.heard_ns > SILENCE_S * 1e9:
            self._replace("silent")
        if self._questions.expire():
            self._replace("late")
        return 0.25 if self._child is not None else max(0.0, min(0.25, (self._start_at_ns - now_ns) / 1e9))

    def _start_child(self) -> None:
        self._generation += 1
        self._garbage = 0
        self._down_reason = ""
        try:
            child = Child([*self._command, "--generation", str(self._generation)], on_line=self._queue_line)
        except OSError as error:
            self._start_failed = True
            self._plan_start(lived_s=0.0)
            self._questions.refuse_waiting(OutcomeCode.HOST_UNAVAILABLE)
            reason = f"cannot start: {type(error).__name__}"
            self._tell_down(reason)
            return
        self._start_failed = False
        self._child = child
        self._send(Configure(devices=self._devices))

    def _queue_line(self, child: Child, line: bytes | None) -> None:
        self._inbox.put(_Line(child=child, line=line))

    def _plan_start(self, *, lived_s: float) -> None:
        if lived_s >= GOOD_LIFE_S:
            self._wait_s = FIRST_WAIT_S
        self._start_at_ns = time.monotonic_ns() + int(self._wait_s * 1e9)
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    def _replace(self, reason: str) -> None:
        """Make an end of the present host. The next comes when its last line was taken."""
        if self._child is not None and not self._down_reason:
            self._down_reason = reason
            self._child.kill()

    def _take_question(self, question: Question) -> None:
        request, device = question.request, question.device
        if request.goes_on:
            self._going_on[type(request), device] = request
        elif request.ends:
            kept = self._going_on.items()
            self._going_on = {at: one for at, one in kept if (one.kind, at[1]) != (request.kind, device)}
        self._questions.add(question)
        if self._up:
            self._ask_waiting()
        elif self._start_failed:
            self._questions.refuse_waiting(OutcomeCode.HOST_UNAVAILABLE)

    def _ask_waiting(self) -> None:
        for number, question in self._questions.ask_waiting():
            self._send(Ask(id=number, request=question.request, device=question.device))

    def _take_line(self, item: _Line) -> None:
        if item.line is None:
            if item.child is self._child:
                self._bury(item.child)
            return
        item.child.line_done()
        if item.child is not self._child or self._down_reason:
            return
        try:
            generation, message = parse_from_host(item.line, take_blob=self._take_blob)
        except CodecError:
            self._garbage += 1
            if self._garbage > _GARBAGE_LIMIT:
                self._replace("garbage")
            return
        if generation == self._generation:
            self._take_message(message)

    def _take_message(self, message: FromHost) -> None:
        if isinstance(message, AskEnded):
            self._questions.answer(message.id, Outcome(code=message.code, value=message.value, facts=message.facts))
        elif isinstance(message, Greeting):
            with self._gate:
                self._host_pid = message.pid
            if message.version != PROTOCOL_VERSION:
                self._replace(f"speaks version {message.version}")
        elif isinstance(message, BlobTaken):
            self._shelf.release(message.name)
        elif not isinstance(message, Beat):
            if isinstance(message, HostUp):
                self._greet()
                message = replace(message, host=self.name)
            call_guarded(self._on_event, message)

    def _greet(self) -> None:
        """Bring the new host to where the one before it was."""
        self._up = True
        for (_, device), request in self._going_on.items():
            self._send(Ask(id=self._questions.get_number(), request=request, device=device))
        self._ask_waiting()

    def _take_blob(self, name: str, size: int) -> bytes | None:
        if self._host_pid is None or not name.startswith(self._prefix()):
            return None
        content = take_blob(name, size)
        self._send(BlobTaken(name=name))
        return content

    def _send(self, message: ToHost) -> None:
        if self._child is None:
            return
        try:
            line = encode_line(message, generation=self._generation, put_blob=self._shelf.put)
        except OSError:  # no shared memory left: base64 is slower, but it arrives
            line = encode_line(message, generation=self._generation)
        self._child.send(line)

    def _bury(self, child: Child) -> None:
        """Clear up after a host whose pipe has closed, and tell everyone."""
        status = child.end(patience_s=0.1)
        self._plan_start(lived_s=(time.monotonic_ns() - child.started_ns) / 1e9)
        self._clear(OutcomeCode.HOST_RESTARTED)
        reason = self._down_reason or f"ended with status {status}"
        self._tell_down(reason)

    def _tell_down(self, reason: str) -> None:
        call_guarded(self._on_event, HostDown(generation=self._generation, reason=reason, host=self.name))
        for config in self._devices:
            health = Health(kind=config.kind, device=config.id, state=DeviceState.STARTING)
            call_guarded(self._on_event, HealthChanged(health=health))

    def _clear(self, code: OutcomeCode) -> None:
        with self._gate:
            if self._host_pid is not None:
                remove_segments(self._prefix())
            self._rings = {}
            self._host_pid = None
        self._child = None
        self._up = False
        self._shelf.clear()
        self._questions.refuse_asked(code)

    def _finish(self) -> None:
        child = self._child
        if child is not None:
            self._send(Finish())
            child.end(patience_s=_PATIENCE_S)
        self._clear(OutcomeCode.CANCELLED)
        self._questions.refuse_waiting(OutcomeCode.CANCELLED)
        while not self._inbox.empty():
            item = self._inbox.get()
            if isinstance(item, Question):
                call_guarded(item.done, Outcome(code=OutcomeCode.CANCELLED))
