"""``scripts/run`` says what it can do, and begins nothing for words that it does not know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "scripts" / "run"


@pytest.mark.parametrize(("word", "status", "said"), [("--help", 0, "--play"), ("--unheard-of", 2, "--unheard-of")])
def test_the_demonstration_is_not_run_by_a_question_or_by_a_slip(word: str, status: int, said: str) -> None:
    none = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}

    done = subprocess.run(
        [sys.executable, str(RUN), word], env=none, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == status
    assert said in done.stdout + done.stderr
    assert "受理号" not in done.stdout


@pytest.mark.timeout(120)
def test_whoever_ends_it_ends_what_it_has_started() -> None:
    """SIGTERM from a supervisor or ``timeout``: screens, server and simulators go with it."""
    script = subprocess.Popen([sys.executable, str(RUN), "--play"], stdout=subprocess.DEVNULL, start_new_session=True)
    children = Path(f"/proc/{script.pid}/task/{script.pid}/children")
    _wait_until(lambda: children.read_text().split(), "something was started")
    started = [int(one) for one in children.read_text().split()]

    script.terminate()

    assert script.wait(60) == 128 + signal.SIGTERM
    _wait_until(lambda: not any(Path(f"/proc/{one}").exists() for one in started), "nothing is left")


def _wait_until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 40
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.mark.parametrize(("word", "status"), [("--help", 0), ("-h", 0), ("--frobnicate", 2)])
def test_the_setup_explains_itself_and_does_nothing_for_words(word: str, status: int) -> None:
    done = subprocess.run(["sh", str(RUN.with_name("setup")), word], capture_output=True, text=True, check=False)

    assert done.returncode == status
    assert "scripts/setup" in done.stdout + done.stderr
