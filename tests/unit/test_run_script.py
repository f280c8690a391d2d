"""``scripts/run`` says what it can do, and begins nothing for words that it does not know."""

from __future__ import annotations

import os
import subprocess
import sys
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
