"""A counter on a virtual desktop: the client under watch, and hands that move its real pointer and press its keys."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.print_spooler import NO_SPOOLER, PrintSpooler
from tests.helpers.xvfb import VirtualDisplay, two_screen_display

_START_S = 60.0
_PATIENCE_S = 30.0
_BETWEEN_PRESSES_S = "0.03"
"""No hand presses a key again in less; what comes sooner is taken for a repeat of the held key."""


class Counter:
    """One workstation as a person meets it."""

    def __init__(self, display: VirtualDisplay, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.display = display
        self.process = process
        self.log = log
        self.presses = 0
        """Keys and clicks of the clerk so far; what is typed of the applicant's own data is none of them."""
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        self._lines = self._connection.makefile("rw", encoding="utf-8")

    def close(self) -> None:
        """Look away."""
        self._lines.close()
        self._connection.close()

    def ask(self, do: str, **question: Any) -> dict[str, Any]:
        """Ask the watcher; fails on an error."""
        self._lines.write(json.dumps({"do": do, **question}, ensure_ascii=False) + "\n")
        self._lines.flush()
        answer: dict[str, Any] = json.loads(self._lines.readline())
        assert "error" not in answer, (do, question, answer)
        return answer

    # -- eyes

    def find(self, window: str, name: str | None = None, *, text: str | None = None) -> dict[str, Any] | None:
        """A visible widget by object name or text."""
        wanted = {"name": name} if name else {"text": text}
        answer = self.ask("find", window=window, **wanted)
        return None if answer.get("missing") else answer

    def wait_for(
        self, window: str, name: str | None = None, *, text: str | None = None, patience_s: float = _PATIENCE_S
    ) -> dict[str, Any]:
        """A widget that is visible and enabled, waited for."""

        def found() -> dict[str, Any] | None:
            widget = self.find(window, name, text=text)
            return widget if widget and widget["enabled"] else None

        widget: dict[str, Any] = wait_until(found, f"{window} {name or text}", patience_s, self._say_what_is_seen)
        return widget

    def wait_gone(self, window: str, name: str) -> None:
        """A widget that is no longer to be seen."""
        wait_until(lambda: self.find(window, name) is None, f"{name} gone", _PATIENCE_S, self._say_what_is_seen)

    def texts(self, window: str) -> list[str]:
        """Everything that a window shows in words."""
        texts: list[str] = self.ask("texts", window=window)["texts"]
        return texts

    def _say_what_is_seen(self) -> str:
        return f"clerk: {self.texts('clerk')}\ncustomer: {self.texts('customer')}\nlog: {self.log.read_text()[-2000:]}"

    def picture(self, screen: str, file: Path) -> None:
        """A picture of the screen CLERK or CUSTOMER."""
        self.ask("picture", screen=screen, file=str(file))

    # -- hands

    def click(self, window: str, name: str | None = None, *, text: str | None = None) -> None:
        """Press a widget with the pointer, once it is there, stays where it is, and nothing lies over it."""
        looks: list[dict[str, Any]] = []

        def rests() -> bool:
            looks.append(self.wait_for(window, name, text=text))
            return looks[-2:-1] == looks[-1:] and not looks[-1]["covered"]

        wait_until(rests, f"{window} {name or text} at rest", _PATIENCE_S)
        widget = looks[-1]
        self.presses += window == "clerk"
        self._hands("mousemove", str(widget["x"]), str(widget["y"]), "click", "1")

    def write(self, window: str, name: str, value: str) -> None:
        """Click a field and type; Chinese comes from the input method."""
        self.click(window, name)
        self.key("ctrl+a")
        self.type(value)

    def type(self, value: str, *, counts: bool = False) -> None:
        """Type into what has the keyboard; what the applicant says of herself does not count as presses."""
        self.presses += len(value) if counts else 0
        if value.isascii():
            self._hands("type", "--delay", "12", value)
        else:
            self.ask("commit", text=value)

    def key(self, *keys: str) -> None:
        """Press keys, e.g. Return, F2, ctrl+Return."""
        self.presses += len(keys)
        self._hands("sleep", _BETWEEN_PRESSES_S, "key", "--clearmodifiers", *keys)

    def hold(self, keys: str, for_s: float) -> None:
        """Hold keys down, e.g. ctrl+Return; the keyboard repeats the last one as keyboards do."""
        held = keys.split("+")
        self._hands(*(word for key in held for word in ("keydown", key)))
        self._hands("sleep", str(for_s))
        self._hands(*(word for key in reversed(held) for word in ("keyup", key)))

    def draw(self, window: str, name: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw with the pointer on a widget; points as fractions of its size."""
        pad = self.wait_for(window, name)
        left, top = pad["x"] - pad["width"] / 2, pad["y"] - pad["height"] / 2
        for stroke in strokes:
            points = [(str(int(left + x * pad["width"])), str(int(top + y * pad["height"]))) for x, y in stroke]
            self._hands("mousemove", *points[0], "mousedown", "1")
            for point in points[1:]:
                self._hands("mousemove", *point)
            self._hands("mouseup", "1")

    def _hands(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.display.environment, check=True, timeout=_PATIENCE_S)


def wait_until(
    condition: Callable[[], Any], what: str, patience_s: float, explain: Callable[[], str] = lambda: ""
) -> Any:
    """The first true value of the condition."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"not seen within {patience_s} s: {what}\n{explain()}")


@contextmanager
def running_counter(
    *,
    server: str,
    data: Path,
    name: str,
    devices: Mapping[str, str] | None = None,
    display: VirtualDisplay | None = None,
    spooler: PrintSpooler | None = None,
    manners: Sequence[str] = (),
    program: str = "tests.e2e.watched_client",
) -> Iterator[Counter]:
    """Start a client on a desktop of its own with two screens (or on ``display``), and end it.

    ``manners``: more words of its command line; ``program``: which client under watch.

    It prints to ``spooler``; without one to nobody, whatever printers this machine has.
    """
    if display is None:
        with (
            two_screen_display() as own,
            running_counter(
                server=server,
                data=data,
                name=name,
                devices=devices,
                display=own,
                spooler=spooler,
                manners=manners,
                program=program,
            ) as counter,
        ):
            yield counter
        return
    data.mkdir(parents=True, exist_ok=True)
    log = data.with_name(f"{data.name}.log")
    with tempfile.TemporaryDirectory() as folder, log.open("ab") as errors:
        port_file = Path(folder) / "port"
        arguments = [*client_arguments(server=server, data=data, name=name, devices=devices or {}), *manners]
        process = subprocess.Popen(
            [sys.executable, "-m", program, str(port_file), *arguments],
            env={**display.environment, "LANG": "C.UTF-8", "CUPS_SERVER": spooler.address if spooler else NO_SPOOLER},
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
        )
        try:
            wait_until(
                lambda: process.poll() is not None or (port_file.exists() and port_file.read_text()),
                "client starts",
                _START_S,
                lambda: log.read_text()[-2000:],
            )
            assert process.poll() is None, log.read_text()[-2000:]
            counter = Counter(display, process, int(port_file.read_text()), log)
            try:
                yield counter
            finally:
                counter.close()
        finally:
            end(process)


def client_arguments(*, server: str, data: Path, name: str, devices: Mapping[str, str]) -> list[str]:
    """The command line of a counter; ``devices`` as the simulators announce them."""
    words = ["--server", server, "--data", str(data), "--counter", name]
    if "id_card_reader" in devices:
        words += ["--device", f"id_card_reader=id_card_reader.sam_serial,port={devices['id_card_reader']}"]
    if "barcode_scanner" in devices:
        words += ["--device", f"barcode_scanner=barcode_scanner.serial,port={devices['barcode_scanner']}"]
    if "document_camera" in devices:
        words += ["--device", f"document_camera=document_camera.opencv,source={devices['document_camera']}"]
    return [*words, "--device", "signature_pad=signature_pad.screen", "--customer-screen", "CUSTOMER"]


def end(process: subprocess.Popen[bytes]) -> None:
    """End the client; its device process ends with it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, 9)
        process.wait(10)
