"""The noise guards bite: each kind of noise fails a test that does not expect it, and only then."""

from __future__ import annotations

import subprocess
import sys
from fnmatch import fnmatch
from xml.etree import ElementTree

import pytest

from tests.helpers import noise
from tests.helpers.source import ROOT

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


def _tests(template: str) -> list[str]:
    return [template.format(kind=kind, act=act) for kind, (act, _) in _NOISES.items()]


_FILES = {
    "unexpected": _tests("def test_{kind}(qapp, tidy):\n    {act}\n"),
    "expected": _tests(
        "def test_{kind}(qapp, tidy, expected_noise):\n"
        "    expected_noise.{kind}('odd|left|stuck|sleep', reason='it is the subject')\n"
        "    {act}\n"
    ),
    "missing": ["def test_quiet(expected_noise):\n    expected_noise.log('odd', reason='it must warn')\n"],
    "warnings": [
        "def test_here():\n    warnings.warn('odd')\n",
        "def test_thread():\n"
        "    thread = threading.Thread(target=warnings.warn, args=('odd',))\n    thread.start()\n    thread.join()\n",
    ],
    "tidied": [
        "def test_tidy(qapp, qtbot, tidy):\n"
        "    ring = QWidget()\n    ring.me = ring\n    ring.show()\n    ring.deleteLater()\n"
        "    lost = QWidget()\n    lost.me = lost\n"
        "    qtbot.addWidget(QWidget())\n"
        "    logging.getLogger('a').info('usual')\n"
        "    subprocess.run(['true'])\n"
        "    threading.Thread(target=tidy.wait, args=(0.1,)).start()\n"
    ],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> ElementTree.Element:
    """What pytest reported of the inner tests: all files in one run, for the start takes longer than they do."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "pytest.ini").write_text(f"{_SETTINGS}pythonpath = {ROOT}\n", encoding="utf-8")
    (folder / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    for name, tests in _FILES.items():
        (folder / f"test_{name}.py").write_text("\n".join((_HEAD, *tests)), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", f"--rootdir={folder}", "--junitxml=told.xml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    return ElementTree.parse(folder / "told.xml").getroot()


def _outcomes(told: ElementTree.Element, file: str) -> list[tuple[str, str]]:
    """Of each test of a file: passed, failure (in the test itself) or error (found by the guards), and why."""
    cases = [case for case in told.iter("testcase") if case.get("classname") == f"test_{file}"]
    return [(found[0].tag, found[0].text or "") if (found := list(case)) else ("passed", "") for case in cases]


def test_each_unexpected_noise_fails_its_test(told: ElementTree.Element) -> None:
    outcomes = _outcomes(told, "unexpected")

    assert [outcome for outcome, _ in outcomes] == ["error"] * len(_NOISES)
    for (_, text), (_, line) in zip(outcomes, _NOISES.values(), strict=True):
        assert fnmatch(text, f"*unexpected {line}*")


def test_an_expected_noise_passes(told: ElementTree.Element) -> None:
    assert _outcomes(told, "expected") == [("passed", "")] * len(_NOISES)


def test_an_expected_noise_that_does_not_come_fails(told: ElementTree.Element) -> None:
    [(outcome, text)] = _outcomes(told, "missing")

    assert outcome == "error"
    assert "expected log record /odd/ (it must warn), but there was none" in text


def test_warnings_of_python_fail_even_from_a_thread(told: ElementTree.Element) -> None:
    assert [outcome for outcome, _ in _outcomes(told, "warnings")] == ["failure"] * 2


def test_what_is_tidied_away_makes_no_noise(told: ElementTree.Element) -> None:
    assert _outcomes(told, "tidied") == [("passed", "")]


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
