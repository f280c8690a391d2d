"""The pair of PySide6 and Python is sound, and stays the one that was tried.

PySide6 6.12.0 on Python 3.11 takes a reference from None or True in each call of Qt, until the process aborts.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

_CALLS = 100
_DRIFT_ALLOWED = 20
_ROOT = Path(__file__).parents[2]


class _Emitter(QObject):
    sent = Signal()


def test_calls_of_qt_leave_the_references_of_none_and_true_alone() -> None:
    emitter = _Emitter()
    emitter.sent.emit()
    emitter.setObjectName("x")
    before = sys.getrefcount(None), sys.getrefcount(True)

    for _ in range(_CALLS):
        emitter.setObjectName("x")
        emitter.sent.emit()

    after = sys.getrefcount(None), sys.getrefcount(True)
    assert before[0] - after[0] <= _DRIFT_ALLOWED
    assert before[1] - after[1] <= _DRIFT_ALLOWED


@pytest.mark.parametrize(
    ("package", "pinned"),
    [("PySide6-Essentials", "6.11.3"), ("shiboken6", "6.11.3"), ("numpy", "2.0.2")],
)
def test_the_pinned_versions_are_installed_and_asked_for(package: str, pinned: str) -> None:
    constraints = (_ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-").split()

    assert version(package) == pinned
    assert f"{package.lower()}=={pinned}" in constraints
    assert f'"{package}=={pinned}"' in (_ROOT / "pyproject.toml").read_text(encoding="utf-8")
