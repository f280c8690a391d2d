"""The real central server as a process of its own, with the practice county in it, for tests and trials.

Each is forked from one process that has loaded the program before: a start takes a tenth of the time. The practice
county is made once and copied.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.process import BaseProcess
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
_POLL_S = 0.01
_ADDRESS = "服务地址 "
_CHEAP_PASSWORDS = "argon2_memory_kib = 64\n"
"""Nobody tries to guess a password here, and each login of each test would fill 46 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A running server: ``base_url`` without ``/v1``; all practice accounts share ``password``."""

    base_url: str
    data: Path
    log: Path
    process: BaseProcess
    password: str = field(default=PASSWORD, repr=False)


@contextmanager
def running_server(
    data: Path, *, port: int = 0, database: str = "", catalogue: Mapping[str, Any] | None = None
) -> Iterator[RunningServer]:
    """Start the server on a folder (kept from earlier starts, or with settings only) and stop it at the end.

    ``port`` 0 takes a free one; give the port of an earlier start to come back at the same address. ``catalogue``: one
    that the server knows as well, as if it had been in force before.
    """
    data.mkdir(parents=True, exist_ok=True)
    common = ["--data", str(data), *(["--database", database] if database else [])]
    if database:
        _init_sample(data, "--database", database)
    elif not (data / "server.key").exists():
        there = {path.name for path in data.iterdir()}
        shutil.copytree(_practice(), data, dirs_exist_ok=True, ignore=lambda _folder, names: there.intersection(names))
    if catalogue is not None:
        open_installation(Settings(data=data, database=database), catalogue=catalogue).database.close()
    log, told = data / "server.log", data / "server.out"
    told.unlink(missing_ok=True)
    process = _start(["serve", *common, "--port", str(port)], told, log)
    try:
        yield RunningServer(base_url=_read_address(process, told, log), data=data, log=log, process=process)
    finally:
        stop(process)


def _start(words: Sequence[str], told: Path, log: Path) -> BaseProcess:
    return forked(_run, words, dict(os.environ), told, log)


def forked(target: Callable[..., None], *given: object) -> BaseProcess:
    """Start a function in a process of its own, in which the server's program is loaded already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["server.main", __name__])
    process = context.Process(target=target, args=given, daemon=True)
    process.start()
    return process


def _run(words: Sequence[str], environment: Mapping[str, str], told: Path, log: Path) -> None:
    """What the forked process does: the server's program, as a shell would run it with its output in two files."""
    from server.main import main

    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    with told.open("w", encoding="utf-8") as output, log.open("a", encoding="utf-8") as errors:
        sys.stdout, sys.stderr = output, errors
        code = main(words)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    sys.exit(code)


@cache
def _practice() -> Path:
    """A folder with the practice county, made once in each process of the tests; it goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="zonggui-practice-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "server.toml").write_text(_CHEAP_PASSWORDS, encoding="utf-8")
    _init_sample(folder)
    return folder


def _init_sample(folder: Path, *more: str) -> None:
    told, log = folder / "init-sample.out", folder / "init-sample.log"
    process = _start(["init-sample", "--data", str(folder), *more], told, log)
    process.join(_START_S)
    assert process.exitcode == 0, log.read_text(encoding="utf-8")
    told.unlink()
    log.unlink()


def stop(process: BaseProcess) -> None:
    """End the server as a service manager does; kill it only when it does not go."""
    process.terminate()
    process.join(_STOP_S)
    if process.exitcode is None:
        process.kill()
        process.join(_STOP_S)


def _read_address(process: BaseProcess, told: Path, log: Path) -> str:
    deadline = time.monotonic() + _START_S
    while process.exitcode is None and time.monotonic() < deadline:
        said = told.read_text(encoding="utf-8") if told.exists() else ""
        if said.startswith(_ADDRESS) and said.endswith("\n"):
            return said.removeprefix(_ADDRESS).strip()
        time.sleep(_POLL_S)
    process.kill()
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")
