"""Where things stand in TOML files: the line of each table and key, which ``tomllib`` does not tell.

The scanner takes for granted that ``tomllib`` has read the text before; it follows keys, tables and arrays, not values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]+")


def places_in(text: str, first: Counter[str]) -> dict[str, int]:
    """The line of each place, counted from 1. Places are written ``roles[3].id``.

    ``first``: how many elements each array of tables already has from files before; counted on.
    """
    return _Scanner(text, first).places


class _Scanner:
    def __init__(self, text: str, counts: Counter[str]) -> None:
        self._text = text
        self._at = 0
        self._counts = counts
        self.places: dict[str, int] = {}
        self._document()

    def _document(self) -> None:
        table = ""
        self._skip()
        while self._at < len(self._text):
            if self._next("[["):
                table = self._element(self._keys())
                self._expect("]]")
            elif self._next("["):
                table = self._table(self._keys())
                self._expect("]")
            else:
                self._pair(table)
            self._skip()

    def _element(self, keys: list[str]) -> str:
        """A new element of an array of tables."""
        array = _join(self._resolve(keys[:-1]), keys[-1])
        place = f"{array}[{self._counts[array]}]"
        self._counts[array] += 1
        self.places.setdefault(array, self._line())
        self.places[place] = self._line()
        return place

    def _table(self, keys: list[str]) -> str:
        place = _join(self._resolve(keys[:-1]), keys[-1])
        self.places[place] = self._line()
        return place

    def _resolve(self, keys: list[str]) -> str:
        """Where a dotted name leads now: into the last element of each array of tables on the way."""
        place = ""
        for key in keys:
            place = _join(place, key)
            if self._counts[place]:
                place = f"{place}[{self._counts[place] - 1}]"
        return place

    def _pair(self, table: str) -> None:
        line = self._line()
        place = table
        for key in self._keys():
            place = _join(place, key)
            self.places.setdefault(place, line)
        self._expect("=")
        self._value(place)

    def _value(self, place: str) -> None:
        if self._next("["):
            for number in self._until("]"):
                element = f"{place}[{number}]"
                self.places[element] = self._line()
                self._value(element)
        elif self._next("{"):
            for _ in self._until("}"):
                self._pair(place)
        else:
            found = _TEXT.match(self._text, self._at) or _BARE.match(self._text, self._at)
            self._at = found.end() if found else self._at + 1

    def _until(self, end: str) -> Iterator[int]:
        """One number for each part of a list up to its end, with the commas between."""
        number = 0
        self._skip()
        while not self._next(end) and self._at < len(self._text):
            yield number
            number += 1
            self._skip()
            self._next(",")
            self._skip()

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip()
            found = _KEY.match(self._text, self._at)
            self._at = found.end() if found else self._at + 1
            keys.append(found.group().strip("\"'") if found else "")
            self._skip()
            if not self._next("."):
                return keys

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _next(self, text: str) -> bool:
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _expect(self, text: str) -> None:
        self._skip()
        self._next(text)
        self._skip()

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
