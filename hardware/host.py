"""The device host: a child process in which drivers run; a counter may have several.

``hardware.client`` starts it and speaks JSON lines. It ends by itself when its standard input closes (the client
ended), when it is told to finish, and when a driver blocks the whole interpreter. It loads no window library, writes
nothing to disk, and its standard error holds no personal data.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO, Final

from hardware.codec import (
    LINE_LIMIT_BYTES,
    Ask,
    AskEnded,
    Beat,
    BlobTaken,
    CodecError,
    Finish,
    FromHost,
    Greeting,
    encode_line,
    find_ask_id,
    parse_to_host,
)
from hardware.device import DeviceConfig, DeviceId, DeviceKind
from hardware.drivers.registry import create_driver
from hardware.frames import BlobShelf, remove_segments, segment_prefix, take_blob
from hardware.kinds.barcode_scanner import BARCODE_SCANNER
from hardware.kinds.document_camera import DOCUMENT_CAMERA
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.messages import PROTOCOL_VERSION, Configure, Event, HostUp
from hardware.outcomes import Outcome, OutcomeCode
from hardware.workers.ask_worker import AskWorker
from hardware.workers.camera_worker import CameraWorker
from hardware.workers.card_worker import CardWorker
from hardware.workers.scan_worker import ScanWorker
from hardware.workers.worker import Worker, note_fault

BEAT_S: Final = 0.5

INTERPRETER_BLOCKED_S: Final = 15.0
"""A driver that keeps the interpreter's lock this long stops even the heart-beat; a thread without the lock ends the
process then.
"""

DRIVER_HUNG_S: Final = 15.0
"""A driver that does not come back from one call for so long is reported as hung,"""

DRIVER_LOST_S: Final = 30.0
"""and after so long the host ends, because nothing else frees a thread: the client starts the next one."""

EXIT_DRIVER_HUNG: Final = 3
_JOIN_S: Final = 0.5

_WORKERS: Final[Mapping[DeviceKind, type[Worker[Any]]]] = {
    ID_CARD_READER: CardWorker,
    BARCODE_SCANNER: ScanWorker,
    DOCUMENT_CAMERA: CameraWorker,
}
"""Kinds that tell something by themselves; all others are served by AskWorker."""


class Host:
    """Takes lines from the client, gives each request to the worker of its device, and sends back what they say."""

    def __init__(self, *, pipe: BinaryIO, generation: int, foreign_drivers: bool) -> None:
        self._pipe = pipe
        self._generation = generation
        self._create = partial(create_driver, foreign=foreign_drivers)
        self._prefix = segment_prefix(os.getpid(), generation)
        self._shelf = BlobShelf(prefix=self._prefix)
        self._sending = threading.Lock()
        self._workers: dict[DeviceId, Worker[Any]] = {}
        self._first: dict[DeviceKind, Worker[Any]] = {}
        self._configured = False

    def run(self, lines: BinaryIO) -> None:
        """Serve until the client's end of the pipe closes or it says Finish."""
        self._send(Greeting(version=PROTOCOL_VERSION, pid=os.getpid()))
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        while line := lines.readline(LINE_LIMIT_BYTES + 1):
            while not line.endswith(b"\n") and (rest := lines.readline(LINE_LIMIT_BYTES + 1)):
                line = b"\n" if rest.endswith(b"\n") else rest  # the rest of a line that is too long to be one of ours
            if not self._take(line):
                return

    def close(self) -> None:
        """Let go of the devices, as far as their drivers come back, and of all shared memory."""
        for worker in self._workers.values():
            worker.stop()
        deadline = time.monotonic() + _JOIN_S
        for worker in self._workers.values():
            worker.join(max(0.0, deadline - time.monotonic()))
        self._shelf.clear()
        remove_segments(self._prefix)

    def _take(self, line: bytes) -> bool:
        """Act on one line; whether to go on."""
        try:
            _, message = parse_to_host(line, take_blob=self._take_blob)
        except CodecError as error:
            print(f"line refused: {error}", file=sys.stderr, flush=True)  # noqa: T201  names the rule, not the content
            number = find_ask_id(line)
            if number is not None:
                self._send(AskEnded(id=number, code=OutcomeCode.BAD_REQUEST))
            return True
        if isinstance(message, Configure):
            self._configure(message.devices)
        elif isinstance(message, BlobTaken):
            with self._sending:
                self._shelf.release(message.name)
        elif isinstance(message, Ask):
            self._ask(message)
        return not isinstance(message, Finish)

    def _take_blob(self, name: str, size: int) -> bytes | None:
        content = take_blob(name, size)
        self._send(BlobTaken(name=name))
        return content

    def _configure(self, devices: tuple[DeviceConfig, ...]) -> None:
        if self._configured:
            return  # a host lives with one configuration; for another, the client starts another host
        self._configured = True
        for config in devices:
            make = _WORKERS.get(config.kind, AskWorker)
            worker = make(config, create=self._create, emit=self._emit, prefix=self._prefix)
            self._workers.setdefault(config.id, worker)
            self._first.setdefault(config.kind, worker)
        self._send(HostUp(generation=self._generation, pid=os.getpid()))
        for worker in self._workers.values():
            worker.start()

    def _ask(self, message: Ask) -> None:
        reply = partial(self._answer, message.id)
        kind = message.request.kind
        worker = self._workers.get(message.device) if message.device else self._first.get(kind)
        if worker is None or worker.kind != kind:
            reply(Outcome(code=OutcomeCode.NOT_CONFIGURED))
        else:
            worker.ask(message.request, reply)

    def _answer(self, number: int, outcome: Outcome[Any]) -> None:
        value = outcome.value if outcome.ok else None
        self._send(AskEnded(id=number, code=outcome.code, facts=outcome.facts, value=value))

    def _emit(self, event: Event) -> None:
        self._send(event)

    def _send(self, message: FromHost) -> None:
        with self._sending:
            try:
                line = encode_line(message, generation=self._generation, put_blob=self._shelf.put)
            except OSError:
                # No shared memory left: base64 is slower, but it arrives.
                line = encode_line(message, generation=self._generation)
            try:
                self._pipe.write(line)
                self._pipe.flush()
            except OSError:
                return  # the client is gone; standard input says so to the main thread too, which then ends the process

    def _beat(self) -> None:
        while True:
            faulthandler.dump_traceback_later(INTERPRETER_BLOCKED_S, exit=True)
            self._send(Beat())
            for worker in self._workers.copy().values():
                blocked_s = worker.blocked_s()
                if blocked_s > DRIVER_LOST_S:
                    os._exit(EXIT_DRIVER_HUNG)
                if blocked_s > DRIVER_HUNG_S:
                    worker.report_hung()
            time.sleep(BEAT_S)


def _give_way() -> None:
    """Finding a page computes on every core: it gets its share, but cuts into nothing that a window does meanwhile."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # where that is forbidden it computes as everything else does
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the host until its client is done with it; never returns."""
    purpose = "综柜设备服务进程，由综柜客户端启动，不单独使用。"
    parser = argparse.ArgumentParser(prog="zonggui-devices", description=purpose)
    parser.add_argument("--generation", type=int, default=1, help="进程代号，写在每条消息里")
    parser.add_argument("--foreign-drivers", action="store_true", help="允许以“模块：类”指定驱动，仅供驱动测试")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the client, which then ends this process in order
    threading.excepthook = _note_thread_fault
    _give_way()
    lines, pipe = _take_pipes()
    foreign = options.foreign_drivers and not getattr(sys, "frozen", False)
    host = Host(pipe=pipe, generation=options.generation, foreign_drivers=foreign)
    status = 0
    try:
        host.run(lines)
    except Exception as error:  # the edge of the process: its exit status tells the client to start the next host
        note_fault(error)
        status = 1
    host.close()
    # Not sys.exit: a driver may block for ever in a thread that the interpreter would wait for.
    os._exit(status)


def _note_thread_fault(fault: threading.ExceptHookArgs) -> None:
    """In place of Python's own report, which prints the exception's text."""
    if fault.exc_value is not None:
        note_fault(fault.exc_value)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the client, moved away from descriptors 0 and 1, where any library might read or print."""
    lines, pipe = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(lines, os.O_BINARY)
        msvcrt.setmode(pipe, os.O_BINARY)
    return os.fdopen(lines, "rb"), os.fdopen(pipe, "wb")


if __name__ == "__main__":
    main()
