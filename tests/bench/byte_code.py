"""Byte code for every program that is measured: an installed one has it, also where the caller forbids to write it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

_OURS = ("app", "domain", "hardware", "resources", "server", "tests")


@contextmanager
def kept_byte_code() -> Iterator[None]:
    """All programs that are started meanwhile find ours compiled, and keep that of others, in a folder of this run."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"PYTHONPYCACHEPREFIX": folder}):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        subprocess.run([sys.executable, "-m", "compileall", "-q", *_OURS], check=True)
        yield
