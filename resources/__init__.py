"""The product's data: catalogue, messages, papers, theme, icons, translations; both sides read it here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def folder() -> Path:
    """Where the data lie: beside this file, or inside the frozen bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) / "resources" if bundle else Path(__file__).parent


def load_catalogue_data() -> dict[str, Any]:
    """The catalogue's tables, merged from all files of ``catalogue/``; lists of the same name are joined."""
    merged: dict[str, Any] = {}
    for path in sorted((folder() / "catalogue").glob("**/*.toml")):
        for key, value in _load(path).items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            elif key in merged:
                raise ValueError(f"{path.name}: {key!r} is given twice")
            else:
                merged[key] = value
    return merged


def load_messages(area: str) -> dict[str, Any]:
    """The Chinese texts of one area (``refusals``, ``devices``, ``findings``, ``faults``), by code."""
    return _load(folder() / "messages" / f"{area}.toml")


def _load(path: Path) -> dict[str, Any]:
    import tomllib  # the theme needs this package before the first window is painted, and no table of it

    return tomllib.loads(path.read_text(encoding="utf-8"))
