"""The test persons that come with the simulators."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PERSONS_FILE = Path(__file__).with_name("persons.toml")


@cache
def load_persons() -> Mapping[str, Mapping[str, str]]:
    """The test persons by name (``p1`` …), as ``persons.toml`` describes them; ``title`` is for people to choose by."""
    return tomllib.loads(PERSONS_FILE.read_text(encoding="utf-8"))
