"""Simulates a document camera: an HTTP server on loopback that sends photographs as a Motion JPEG stream, without end.

``python -m hardware.simulators.mjpeg --scenes DIR`` prints one line ``{"url": ...}``, then takes one JSON command per
line and answers each with one line. It ends when its standard input closes.

``{"do": "scenes"}``, ``{"do": "paper", "scene": NAME}``, ``{"do": "empty"}``, ``{"do": "quit"}``, ``{"do": "clear"}``,
and ``{"do": "fault", "kind": KIND, "seconds": N}`` of ``FAULTS``; without seconds a fault stays until ``clear``.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, TextIO

import cv2
import numpy as np
import numpy.typing as npt

FAULTS: Final = ("stall", "close", "garbage", "truncated", "black", "blur", "huge", "oversize")
"""stall: open but silent; close: unplugged, nobody can connect; garbage: random bytes; truncated: half of each picture;
black: lens covered; blur: out of focus; huge: 40 megapixels; oversize: 52 megapixels."""

_STREAM_PATH: Final = "/simulated.mjpg"
_BOUNDARY: Final = "zonggui-camera"
_VARIANTS: Final = 3
_KEPT_PICTURES: Final = 12
_SIZES: Final = {"huge": (7296, 5472), "oversize": (8320, 6240)}
_SEND_BUFFER_BYTES: Final = 65536
"""Small, as a camera's own: a slow reader misses pictures and does not get old ones."""

Picture = npt.NDArray[np.uint8]


class UnpluggedError(Exception):
    """The camera's cable was pulled."""


class Feed:
    """What the camera sees now. Thread-safe; pictures are made on first use and kept while they are in use."""

    def __init__(self, folder: Path) -> None:
        truth = json.loads((folder / "scenes.json").read_text(encoding="utf-8"))
        self._files: Final[dict[str, Path]] = {name: folder / entry["file"] for name, entry in truth["scenes"].items()}
        self._empty: Final = sorted(name for name, entry in truth["scenes"].items() if entry["paper"] is None)
        self._scene = self._empty[0] if self._empty else sorted(self._files)[0]
        self._fault = ""
        self._fault_ends_s = 0.0
        self._pictures: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """All scenes."""
        return sorted(self._files)

    def put(self, scene: str) -> None:
        """Show a scene. KeyError when there is none of that name."""
        self._files[scene]
        self._scene = scene

    def take_away(self) -> None:
        """Show an empty desk. KeyError when the folder has none."""
        if not self._empty:
            raise KeyError("empty")
        self._scene = self._empty[0]

    def set_fault(self, kind: str, seconds: float) -> None:
        """Break the camera in that way; forever when ``seconds`` is 0. Kind "" repairs it."""
        self._fault_ends_s = time.monotonic() + seconds if seconds > 0 else float("inf")
        self._fault = kind

    def fault(self) -> str:
        """The fault of now, or ""."""
        if self._fault and time.monotonic() > self._fault_ends_s:
            self._fault = ""
        return self._fault

    def picture(self, number: int) -> bytes | None:
        """The JPEG to send as picture ``number``; None when the camera is silent. UnpluggedError when it is."""
        fault = self.fault()
        if fault == "close":
            raise UnpluggedError
        if fault == "stall":
            return None
        if fault == "garbage":
            return np.random.default_rng(number).bytes(200_000)
        drawn = fault if fault in {"black", "blur", *_SIZES} else ""
        picture = self._kept((self._scene, drawn, number % _VARIANTS if not drawn else 0))
        return picture[: len(picture) // 2] if fault == "truncated" else picture

    def _kept(self, key: tuple[str, str, int]) -> bytes:
        with self._lock:
            picture = self._pictures.pop(key, None) or self._make(*key)
            self._pictures[key] = picture
            while len(self._pictures) > _KEPT_PICTURES:
                self._pictures.popitem(last=False)
            return picture

    def _make(self, scene: str, fault: str, variant: int) -> bytes:
        stored = self._files[scene].read_bytes()
        if not fault and variant == 0:
            return stored
        picture = np.asarray(cv2.imdecode(np.frombuffer(stored, dtype=np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)
        good, jpeg = cv2.imencode(".jpg", _alter(picture, fault, variant), (cv2.IMWRITE_JPEG_QUALITY, 85))
        if not good:
            raise RuntimeError(f"cannot encode {scene}")
        return bytes(jpeg)


def _alter(picture: Picture, fault: str, variant: int) -> Picture:
    if fault == "black":
        return np.zeros_like(picture)
    if fault == "blur":
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 300), dtype=np.uint8)
    if fault in _SIZES:
        return np.asarray(cv2.resize(picture, _SIZES[fault], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    tile = np.random.default_rng(variant).integers(-3, 4, (512, 512, 3), dtype=np.int16)
    repeats = (picture.shape[0] // 512 + 1, picture.shape[1] // 512 + 1, 1)
    noise = np.tile(tile, repeats)[: picture.shape[0], : picture.shape[1]]
    return np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), dtype=np.uint8)


class CameraServer(ThreadingHTTPServer):
    """Serves ``feed`` at ``/simulated.mjpg`` to any number of readers, ``fps`` pictures per second."""

    daemon_threads = True

    def __init__(self, port: int, feed: Feed, fps: float) -> None:
        super().__init__(("127.0.0.1", port), _Stream)
        self.feed: Final = feed
        self.interval_s: Final = 1.0 / fps
        self.ended: Final = threading.Event()

    @property
    def url(self) -> str:
        """Where the stream is."""
        return f"http://127.0.0.1:{self.server_address[1]}{_STREAM_PATH}"

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Refuses everybody while unplugged."""
        return self.feed.fault() != "close"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that went away is none; anything else is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Stream(BaseHTTPRequestHandler):
    server: CameraServer

    def setup(self) -> None:
        """Keeps the system from buffering pictures for slow readers."""
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        super().setup()

    def do_GET(self) -> None:
        """Sends pictures until somebody hangs up."""
        if self.path != _STREAM_PATH:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.close_connection = True
        try:
            self._send_pictures()
        except UnpluggedError:
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: standard error is for faults."""

    def _send_pictures(self) -> None:
        number = 0
        due_s = time.monotonic()
        while not self.server.ended.wait(max(0.0, due_s - time.monotonic())):
            due_s = max(due_s + self.server.interval_s, time.monotonic())
            picture = self.server.feed.picture(number)
            if picture is None:
                continue
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            self.wfile.write(head.encode("ascii") + picture + b"\r\n")
            number += 1


class CommandRefused(ValueError):  # noqa: N818 - said to whoever sent the command
    """A command that makes no sense, in Chinese."""


def answer(feed: Feed, line: str) -> dict[str, Any]:
    """What a command line does, as the answer to print; ``{"ok": false, "error": ...}`` when it makes no sense."""
    try:
        command = json.loads(line)
        return {"ok": True, **_COMMANDS[command["do"]](feed, command)}
    except CommandRefused as refused:
        return {"ok": False, "error": str(refused)}
    except (ValueError, KeyError, TypeError) as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def _put(feed: Feed, command: Mapping[str, Any]) -> dict[str, Any]:
    if command.get("scene") not in feed.names():
        raise CommandRefused(f"没有这种纸：{command.get('scene')}。可用的有：{'、'.join(feed.names())}")
    feed.put(command["scene"])
    return {"scene": command["scene"]}


def _take_away(feed: Feed, _command: Mapping[str, Any]) -> dict[str, Any]:
    feed.take_away()
    return {}


def _names(feed: Feed, _command: Mapping[str, Any]) -> dict[str, Any]:
    return {"scenes": feed.names()}


def _set_fault(feed: Feed, command: Mapping[str, Any]) -> dict[str, Any]:
    if command["kind"] not in FAULTS:
        raise CommandRefused(f"没有这种故障：{command['kind']}。可用的有：{'、'.join(FAULTS)}")
    feed.set_fault(command["kind"], float(command.get("seconds", 0)))
    return {"kind": command["kind"]}


def _clear(feed: Feed, _command: Mapping[str, Any]) -> dict[str, Any]:
    feed.set_fault("", 0)
    return {}


_COMMANDS: Final[Mapping[str, Callable[[Feed, Mapping[str, Any]], dict[str, Any]]]] = {
    "paper": _put,
    "empty": _take_away,
    "scenes": _names,
    "fault": _set_fault,
    "clear": _clear,
    "quit": lambda _feed, _command: {},
}


def serve(feed: Feed, *, port: int, fps: float, commands: TextIO) -> None:
    """Runs the camera until ``commands`` ends or says quit."""
    server = CameraServer(port, feed, fps)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    print(json.dumps({"url": server.url}), flush=True)
    for line in commands:
        reply = answer(feed, line)
        print(json.dumps(reply), flush=True)
        if reply["ok"] and json.loads(line)["do"] == "quit":
            break
    server.ended.set()
    server.shutdown()
    server.server_close()


def main() -> int:
    """Parses the command line; 2 when the folder holds no scenes."""
    parser = argparse.ArgumentParser(
        prog="python -m hardware.simulators.mjpeg", description="simulated document camera"
    )
    parser.add_argument("--port", type=int, default=0, help="TCP port on loopback (default: any free one)")
    parser.add_argument(
        "--scenes", type=Path, required=True, help="folder made by python -m hardware.simulators.scenes"
    )
    parser.add_argument("--fps", type=float, default=8.0)
    options = parser.parse_args()
    try:
        feed = Feed(options.scenes)
    except (OSError, ValueError, KeyError, IndexError) as error:
        print(f"no scenes in {options.scenes}: {error}", file=sys.stderr)
        return 2
    serve(feed, port=options.port, fps=options.fps, commands=sys.stdin)
    return 0


if __name__ == "__main__":
    sys.exit(main())
