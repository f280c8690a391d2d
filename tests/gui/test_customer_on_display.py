"""The customer's window on an X server, with a real pointer, real keys and a monitor that comes and goes (IM-5f)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.helpers.xvfb import VirtualDisplay


class Program:
    """The running program and what it says."""

    def __init__(self, display: VirtualDisplay) -> None:
        self._environment = display.environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.customer_program"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def expect(self, words: str) -> str:
        """Wait for a line that begins so; the test's own time limit is the deadline."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(words):
                return line.strip()
        raise AssertionError(f"the program ended before it said {words!r}")

    def xdotool(self, *arguments: object) -> None:
        """Real input."""
        words = [str(argument) for argument in arguments]
        subprocess.run(["xdotool", *words], env=self._environment, check=True, timeout=60)

    def end(self) -> None:
        """Close its input and wait for it."""
        self._process.communicate(timeout=60)
        assert self._process.returncode == 0

    def kill(self) -> None:
        """End it also when the test failed."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate(timeout=60)


@pytest.fixture
def program(xvfb_two_screens: VirtualDisplay) -> Iterator[Program]:
    made = Program(xvfb_two_screens)
    yield made
    made.kill()


def test_the_applicant_signs_while_the_clerk_types_and_the_monitor_comes_and_goes(
    program: Program, xvfb_two_screens: VirtualDisplay
) -> None:
    program.expect("painted")
    program.xdotool("mousemove", 100, 80, "click", 1)

    program.xdotool("mousemove", 1700, 400, "mousedown", 1)
    for step in range(1, 11):
        program.xdotool("mousemove", 1700 + 20 * step, 400 + 5 * step)
    program.xdotool("mouseup", 1)
    program.xdotool("type", "abc")
    program.expect("typed abc")
    program.xdotool("mousemove", 2550, 750, "click", 1)
    assert program.expect("signed") == "signed mouse 200,50"

    xvfb_two_screens.unplug("CUSTOMER")
    program.expect("lost")
    program.expect("hidden")
    xvfb_two_screens.plug("CUSTOMER")
    assert program.expect("back") == "back (1366, 0, 1280, 800)"
    program.end()
