"""The real central server as a process of its own, with the practice county in it, for tests and trials."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.main import open_installation
from server.settings import Settings

PASSWORD = "Zonggui-2026!"
CLERK = "wangfang"
REVIEWER = "lijun"
DEPUTY = "zhaomin"
DIRECTOR = "sunli"
CLERK_AS_REVIEWER = "wangfang2"
"""An account at the county that belongs to the same person as CLERK."""

_START_S = 120.0
_STOP_S = 30.0
_ADDRESS = "服务地址 "


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A running server: ``base_url`` without ``/v1``; all practice accounts share ``password``."""

    base_url: str
    data: Path
    log: Path
    process: subprocess.Popen[str]
    password: str = field(default=PASSWORD, repr=False)


@contextmanager
def running_server(
    data: Path, *, port: int = 0, database: str = "", catalogue: Mapping[str, Any] | None = None
) -> Iterator[RunningServer]:
    """Start the server on a folder (kept from earlier starts if it is not empty) and stop it at the end.

    ``port`` 0 takes a free one; give the port of an earlier start to come back at the same address. ``catalogue``: one
    that the server knows as well, as if it had been in force before.
    """
    data.mkdir(parents=True, exist_ok=True)
    common = ["--data", str(data), *(["--database", database] if database else [])]
    init = _command("init-sample", *common)
    done = subprocess.run(init, capture_output=True, text=True, timeout=_START_S, env=_environment())
    assert done.returncode == 0, done.stderr
    if catalogue is not None:
        open_installation(Settings(data=data, database=database), catalogue=catalogue).database.close()
    log = data / "server.log"
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            _command("serve", *common, "--port", str(port)),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env=_environment(),
        )
        try:
            yield RunningServer(base_url=_read_address(process, log), data=data, log=log, process=process)
        finally:
            stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End the server as a service manager does; kill it only when it does not go."""
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP_S)
    if process.stdout:
        process.stdout.close()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "server.main", *words]


def _environment() -> dict[str, str]:
    """A pipe in Python's own encoding would lose the Chinese in a bare locale."""
    return os.environ | {"PYTHONIOENCODING": "utf-8"}


def _read_address(process: subprocess.Popen[str], log: Path) -> str:
    lines: queue.Queue[str] = queue.Queue()
    output = process.stdout
    assert output is not None
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            line = lines.get(timeout=0.2)
        except queue.Empty:
            continue
        if line.startswith(_ADDRESS):
            return line.removeprefix(_ADDRESS).strip()
        break
    process.kill()
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")
