"""The product's data: catalogue, messages, papers, theme, icons, translations; both sides read it here."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


def folder() -> Path:
    """Where the data lie: beside this file, or inside the frozen bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) / "resources" if bundle else Path(__file__).parent


def load_catalogue_data(root: Path | None = None) -> dict[str, Any]:
    """The catalogue's tables, merged from all files of ``catalogue/``; lists of the same name are joined.

    ValueError, with the file's name, for a file that is no TOML and for a table that is given twice.
    """
    merged: dict[str, Any] = {}
    for name, path in _catalogue_files(root):
        try:
            tables = _load(path)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        for key, value in tables.items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            elif key in merged:
                raise ValueError(f"{name}: {key!r} is given twice")
            else:
                merged[key] = value
    return merged


def find_catalogue_places(root: Path | None = None) -> Mapping[str, str]:
    """Where each place of the catalogue's tables is written: ``catalogue.roles[3].id`` → ``chains/roles.toml:21``."""
    from resources.places import places_in  # only an author's mistake needs it

    counts: Counter[str] = Counter()
    places: dict[str, str] = {}
    for name, path in _catalogue_files(root):
        found = places_in(path.read_text(encoding="utf-8"), counts)
        places |= {f"catalogue.{place}": f"{name}:{line}" for place, line in found.items()}
    return places


def _catalogue_files(root: Path | None) -> list[tuple[str, Path]]:
    """The files in the order in which they are merged, with their names below the catalogue's folder."""
    root = root or folder() / "catalogue"
    return sorted((path.relative_to(root).as_posix(), path) for path in root.glob("**/*.toml"))


def load_messages(area: str) -> dict[str, Any]:
    """The Chinese texts of one area (``refusals``, ``devices``, ``findings``, ``faults``), by code."""
    return _load(folder() / "messages" / f"{area}.toml")


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return load_messages("words")


def word(kind: str, code: str) -> str:
    """What a code is called: of an ``act`` or a ``status``. A code of a later version stays as it is."""
    return _words()[kind].get(code, code)


def in_words(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of a message with words in place of their codes. A role's name comes with it, as ``role_name``."""
    told = {key: word(key, value) if key in _words() else value for key, value in facts.items()}
    return told | ({"role": facts["role_name"]} if "role_name" in facts else {})


def _load(path: Path) -> dict[str, Any]:
    import tomllib  # the theme needs this package before the first window is painted, and no table of it

    return tomllib.loads(path.read_text(encoding="utf-8"))
