"""One running device host as its client sees it: a process, a queue of lines to it, and threads that move lines."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import IO, Final

from hardware.codec import LINE_LIMIT_BYTES

_NOTE_LINES: Final = 40
_NOTE_CHARS: Final = 300
_UNREAD_LINES: Final = 400
"""So many lines may wait for the client; then the host waits, which keeps a flood from filling the memory."""


class Child:
    """The process and its pipes. ``on_line`` gets each line on the reading thread, and None after the last.

    The owner calls ``line_done`` once for each line it is done with. All other methods return at once, except ``end``.
    """

    def __init__(self, command: Sequence[str], *, on_line: Callable[[Child, bytes | None], None]) -> None:
        """Start the process; OSError when there is no such program."""
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        self._process = subprocess.Popen(  # noqa: S603  the command is our own host
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, creationflags=flags
        )
        self.started_ns: Final = time.monotonic_ns()
        self.heard_ns = self.started_ns
        """When the last line came; monotonic. The owner moves it on after it was itself suspended."""
        self._on_line = on_line
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._credits = threading.Semaphore(_UNREAD_LINES)
        self._ending = threading.Event()
        self._notes: deque[str] = deque(maxlen=_NOTE_LINES)
        self._threads = [
            self._start_thread("reader", self._read, self._process.stdout),
            self._start_thread("writer", self._write, self._process.stdin),
            self._start_thread("notes", self._read_notes, self._process.stderr),
        ]

    @property
    def pid(self) -> int:
        """The process id of what was started; a launcher may stand before the host itself."""
        return self._process.pid

    @property
    def notes(self) -> tuple[str, ...]:
        """The last lines of its standard error, for a fault report."""
        return tuple(self._notes)

    def send(self, line: bytes) -> None:
        """Put a line on its way; a dead or deaf host swallows it."""
        self._outbox.put(line)

    def line_done(self) -> None:
        """Say that one line was dealt with."""
        self._credits.release()

    def kill(self) -> None:
        """End it at once; the last line follows."""
        self._ending.set()
        self._process.kill()

    def end(self, *, patience_s: float) -> int:
        """Close its input, wait, terminate, kill. Gives the exit status; blocks for up to twice the patience."""
        self._outbox.put(None)
        for harder in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(patience_s)
                break
            except subprocess.TimeoutExpired:
                harder()
        self._ending.set()
        status = self._process.wait()
        self._outbox.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(1.0)
        return status

    def _start_thread(self, name: str, target: Callable[[IO[bytes]], None], pipe: IO[bytes] | None) -> threading.Thread:
        thread = threading.Thread(target=target, args=(pipe,), name=f"device host {name}", daemon=True)
        thread.start()
        return thread

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LINE_LIMIT_BYTES + 1):
                self.heard_ns = time.monotonic_ns()
                while not self._ending.is_set():
                    if self._credits.acquire(timeout=0.2):
                        self._on_line(self, line)
                        break
        self._on_line(self, None)

    def _write(self, pipe: IO[bytes]) -> None:
        try:
            while (line := self._outbox.get()) is not None:
                pipe.write(line)
                pipe.flush()
        except OSError:
            pass  # it died; the reader tells
        finally:
            with contextlib.suppress(OSError):  # what was still in the buffer is for nobody
                pipe.close()

    def _read_notes(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(64 * 1024):
                self._notes.append(line.decode("utf-8", "replace").rstrip()[:_NOTE_CHARS])
