"""What the client loads before its login window is painted."""

from __future__ import annotations

import subprocess
import sys

_LATE = ("app.session", "app.sync", "app.papers", "app.customer", "app.forms", "app.visit.visit", "domain", "pydantic")
"""What only matters once somebody can log in."""


def test_nothing_behind_the_login_is_loaded_before_it_is_painted() -> None:
    show = "import sys, app.main; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", show], check=True, capture_output=True, text=True).stdout.split()

    assert "app.clerk.login.login_pane" in loaded
    assert [name for name in loaded if name.startswith(_LATE)] == []
