"""The product's data: catalogue, messages, papers, theme, icons, translations; both sides read it here."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


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


class Message(NamedTuple):
    """What is told: what happened, why, what to do next; and how it is meant (info, success, warning, error)."""

    what: str
    why: str
    next: str
    tone: str


_UNKNOWN = {"what": "发生了未登记的情况（{code}）", "next": "请记下代码并联系信息员"}
"""What a code of a later version is told as."""
_seam: dict[str, Callable[[str, str], str]] = {}


def load_messages(area: str) -> dict[str, Any]:
    """The Chinese texts of one area (``refusals``, ``notices``, ``findings``, ``server/commands`` …), by code."""
    return _load(folder() / "messages" / f"{area}.toml")


def translate_with(translate: Callable[[str, str], str] | None) -> None:
    """Put every text through ``translate(area, text)`` before its values are filled in; None: leave it Chinese."""
    _seam.clear()
    if translate is not None:
        _seam["translate"] = translate


def message(area: str, code: str, values: Mapping[str, str]) -> Message:
    """A code in words, with its values; codes among these (``act``, ``status``, ``role`` …) become words as well."""
    row = _texts(area).get(code, _UNKNOWN)
    known = defaultdict(lambda: "…", {"code": code, **_in_words(values)})
    what, why, step = (_translated(area, row.get(part, "")).format_map(known) for part in ("what", "why", "next"))
    return Message(what=what, why=why, next=step, tone=row.get("tone", "error"))


def word(kind: str, code: str, /, **values: object) -> str:
    """What a code is called: of an ``act``, a ``status``, a ``phase`` … A code of a later version stays as it is."""
    text = _texts("words")[kind].get(code, code)
    return _translated("words", text).format_map(values) if values else _translated("words", text)


def line(area: str, code: str, /, **values: object) -> str:
    """A text that is one line, of an area whose codes stand alone (``server/commands`` …). KeyError for no code."""
    text = _translated(area, _texts(area)[code])
    return text.format_map(values) if values else text


def words(kind: str) -> tuple[str, ...]:
    """All words of a kind, in their order."""
    return tuple(word(kind, code) for code in _texts("words")[kind])


def _in_words(values: Mapping[str, str]) -> dict[str, str]:
    """Values with words in place of their codes. A role's name comes with it, as ``role_name``."""
    kinds = _texts("words")
    told = {key: word(key, value) if value in kinds.get(key, ()) else value for key, value in values.items()}
    return told | ({"role": values["role_name"]} if "role_name" in values else {})


@cache
def _texts(area: str) -> Mapping[str, Any]:
    return load_messages(area)


def _translated(area: str, text: str) -> str:
    return _seam["translate"](area, text) if text and _seam else text


def _load(path: Path) -> dict[str, Any]:
    import tomllib  # the theme needs this package before the first window is painted, and no table of it

    return tomllib.loads(path.read_text(encoding="utf-8"))
