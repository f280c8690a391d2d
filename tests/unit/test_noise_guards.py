"""The noise guards bite: each kind of noise fails a test that does not expect it, and only then."""

from __future__ import annotations

import subprocess

import pytest

from tests.helpers import noise

pytest_plugins = ["pytester"]

_SETTINGS = (
    "[pytest]\nfilterwarnings = error\naddopts = --no-qt-log --strict-markers -p no:randomly -p no:cacheprovider\n"
)
_CONFTEST = """
from tests.conftest import *
import tests.helpers.noise
tests.helpers.noise.GRACE_S = 0.3
"""
_HEAD = """
import logging, subprocess, threading, warnings
import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QWidget
kept = []

@pytest.fixture(scope="module", autouse=True)
def tidy():
    gate = threading.Event()
    yield gate
    gate.set()
    for one in kept:
        if isinstance(one, subprocess.Popen):
            one.kill()
            one.wait()
"""

_NOISES = {
    "log": ("logging.getLogger('a.b').warning('odd')", "log record: WARNING a.b: odd"),
    "qt": ("qWarning('odd')", "Qt message: warning default: odd"),
    "window": ("kept.append(QWidget(windowTitle='left'))", "surviving window: QWidget '' 'left'"),
    "thread": ("threading.Thread(target=tidy.wait, name='stuck').start()", "surviving thread: stuck"),
    "child": ("kept.append(subprocess.Popen(['sleep', '30']))", "surviving child process: * sleep 30"),
}


def _run(pytester: pytest.Pytester, root: pytest.Config, *tests: str) -> pytest.RunResult:
    pytester.makeini(_SETTINGS)
    pytester.makeconftest(_CONFTEST)
    pytester.makepyfile(test_inner="\n".join((_HEAD, *tests)))
    return pytester.runpytest_subprocess(f"--rootdir={pytester.path}", "-o", f"pythonpath={root.rootpath}")


def test_each_unexpected_noise_fails_its_test(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    tests = [f"def test_{kind}(qapp, tidy):\n    {act}\n" for kind, (act, _) in _NOISES.items()]

    result = _run(pytester, pytestconfig, *tests)

    result.assert_outcomes(passed=len(_NOISES), errors=len(_NOISES))
    result.stdout.fnmatch_lines([f"unexpected {line}" for _, line in _NOISES.values()])


def test_an_expected_noise_passes(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    tests = [
        f"def test_{kind}(qapp, tidy, expected_noise):\n"
        f"    expected_noise.{kind}('odd|left|stuck|sleep', reason='it is the subject')\n"
        f"    {act}\n"
        for kind, (act, _) in _NOISES.items()
    ]

    result = _run(pytester, pytestconfig, *tests)

    result.assert_outcomes(passed=len(_NOISES))


def test_an_expected_noise_that_does_not_come_fails(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    result = _run(
        pytester,
        pytestconfig,
        "def test_quiet(expected_noise):\n    expected_noise.log('odd', reason='it must warn')\n",
    )

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["expected log record /odd/ (it must warn), but there was none"])


def test_warnings_of_python_fail_even_from_a_thread(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    result = _run(
        pytester,
        pytestconfig,
        "def test_here():\n    warnings.warn('odd')\n",
        "def test_thread():\n"
        "    thread = threading.Thread(target=warnings.warn, args=('odd',))\n    thread.start()\n    thread.join()\n",
    )

    result.assert_outcomes(failed=2)


def test_what_is_tidied_away_makes_no_noise(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    result = _run(
        pytester,
        pytestconfig,
        "def test_tidy(qapp, qtbot, tidy):\n"
        "    ring = QWidget()\n    ring.me = ring\n    ring.show()\n    ring.deleteLater()\n"
        "    lost = QWidget()\n    lost.me = lost\n"
        "    qtbot.addWidget(QWidget())\n"
        "    logging.getLogger('a').info('usual')\n"
        "    subprocess.run(['true'])\n"
        "    threading.Thread(target=tidy.wait, args=(0.1,)).start()\n",
    )

    result.assert_outcomes(passed=1)


def test_F24_a_program_of_a_program_that_was_left_running_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "GRACE_S", 0.3)
    with noise.marking() as left_running:
        start = "setsid sh -c 'echo $$; exec sleep 30' & read gone"  # its parent ends, it goes on
        with subprocess.Popen(["sh", "-c", start], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as parent:
            assert parent.stdout
            bus = parent.stdout.readline().decode().strip()
            parent.wait()
            found = left_running()
            subprocess.run(["kill", bus], check=True)
        monkeypatch.setattr(noise, "GRACE_S", 10.0)
        gone = left_running()

    assert [text.partition(" ")[2] for text in found] == ["sleep 30"]
    assert gone == []
