"""What the client loads before its login window is painted, and what after it on which thread."""

from __future__ import annotations

import subprocess
import sys
import textwrap

_LATE = ("app.session", "app.sync", "app.papers", "app.customer", "app.forms", "app.visit.visit", "domain", "pydantic")
"""What only matters once somebody can log in."""

_SKIN = ("app.clerk", "app.customer", "app.forms", "app.bridge", "app.printing", "app.theme", "app.assembly", "PySide6")
"""What knows Qt."""


def loaded_after(*statements: str) -> list[list[str]]:
    """The modules that a fresh interpreter has after each statement."""
    lines = ["import sys"]
    for statement in statements:
        lines += [statement, "print(*sys.modules)"]
    command = [sys.executable, "-c", "\n".join(lines)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line.split() for line in shown.splitlines()]


def test_nothing_behind_the_login_is_loaded_before_it_is_painted() -> None:
    (loaded,) = loaded_after("import app.main")

    assert "app.clerk.login.login_pane" in loaded
    assert [name for name in loaded if name.startswith(_LATE)] == []


def test_the_first_paint_does_without_the_namespace_that_takes_long_to_make() -> None:
    """PySide makes all enumerations of ``Qt`` when the name is first used: 10 ms, and three times that on an old PC."""
    show = """
        import PySide6.QtCore
        from PySide6.QtWidgets import QApplication
        from app.clerk.window import ClerkWindow
        from app.theme.theme import apply_theme
        app = QApplication([])
        apply_theme(app)
        window = ClerkWindow(on_first_paint=lambda: print("Qt" in vars(PySide6.QtCore)) or app.quit())
        window.place()
        app.exec()
        from PySide6.QtCore import Qt
        print("Qt" in vars(PySide6.QtCore))
    """
    command = [sys.executable, "-c", textwrap.dedent(show)]

    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()

    assert shown == ["False", "True"]


def test_what_a_lane_loads_knows_no_qt() -> None:
    """On Python 3.11 PySide crashes now and then when another thread than the UI thread makes a type of it."""
    (loaded,) = loaded_after("from app.session.loading import load_catalogue; load_catalogue()")

    assert "app.session.session" in loaded
    assert [name for name in loaded if name.startswith(("PySide6", "shiboken6"))] == []


def test_on_the_ui_thread_only_windows_are_left_to_load() -> None:
    before, after = loaded_after(
        "from app.session.loading import load_catalogue; load_catalogue(); import app.main",
        "import importlib; [importlib.import_module(name) for name in app.main.LATE_MODULES]",
    )

    left = [name for name in after if name not in before and not name.startswith(_SKIN)]
    assert [name for name in left if name.partition(".")[0] not in sys.stdlib_module_names] == []
