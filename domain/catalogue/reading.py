"""Strict reading of plain data with every fault collected, so that an author sees them all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from domain.catalogue.values import Text3
from domain.language import FactSpec, LanguageError, Vocabulary, parse_condition, parse_value
from domain.rules import NEVER, Condition, Value

E = TypeVar("E", bound=StrEnum)
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def twice_in(names: Iterable[K]) -> list[K]:
    """What is given more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


class CatalogueError(ValueError):
    """The catalogue's data are not usable; ``faults`` says where and why, all of them."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def _peek(data: object, path: Sequence[str]) -> Iterator[str]:
    if isinstance(data, list):
        for one in data:
            yield from _peek(one, path)
    elif isinstance(data, Mapping) and path:
        yield from _peek(data.get(path[0]), path[1:])
    elif isinstance(data, str) and not path:
        yield data


def _text3(row: Table) -> Text3:
    return Text3(what=row.text("what"), why=row.text("why", ""), next=row.text("next", ""))


class Table:
    """One table of the data, with its place for messages; notes which keys were read."""

    def __init__(self, data: object, place: str, faults: list[tuple[str, str]]) -> None:
        self.place = place
        self._faults = faults
        self._read: set[str] = set()
        self._data: Mapping[str, object] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.fault("", "not a table")

    def fault(self, key: str, why: str) -> None:
        """Note a fault at this place."""
        self._faults.append((f"{self.place}{'.' if key else ''}{key}", why))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; a missing one without default is a fault."""
        return self._get(key, str, "" if default is None else default, required=default is None)

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number, not negative."""
        value = self._get(key, int, 0 if default is None else default, required=default is None)
        if isinstance(value, bool) or value < 0:
            self.fault(key, "not a whole number")
        return value

    def name(self, key: str, known: Container[str], what: str, default: str | None = None) -> str:
        """A text that names something known, or is the default."""
        text = self.text(key, default)
        if text not in known and text != default:
            self.fault(key, f"no {what} {text!r}")
        return text

    def names(self, key: str, known: Container[str], what: str) -> tuple[str, ...]:
        """A list of names of known things, each once; unknown ones are a fault and left out."""
        texts = self.texts(key)
        for number, text in enumerate(texts):
            if text not in known:
                self.fault(f"{key}[{number}]", f"no {what} {text!r}")
            elif text in texts[:number]:
                self.fault(f"{key}[{number}]", f"{what} {text!r} stands twice")
        return tuple(text for text in texts if text in known)

    def peek(self, *path: str) -> frozenset[str]:
        """The texts at the end of a path through lists of tables that are still to be read."""
        return frozenset(_peek(self._data, path))

    def ahead(self, key: str) -> tuple[Table, ...]:
        """The tables of a list that is still to be read, to look at; faults found here are told when it is read."""
        values = self._data.get(key)
        rows = values if isinstance(values, list) else []
        return tuple(Table(one, f"{self.place}.{key}[{number}]", []) for number, one in enumerate(rows))

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._data

    def flag(self, key: str) -> bool:
        """True or false; false when missing."""
        return self._get(key, bool, False, required=False)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when missing."""
        values = self._get(key, list, [], required=False)
        if not all(isinstance(value, str) for value in values):
            self.fault(key, "not a list of texts")
            return ()
        return tuple(values)

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """A member of a closed set."""
        text = self.text(key, None if default is None else default.value)
        try:
            return kind(text)
        except ValueError:
            self.fault(key, f"{text!r} is not one of {[member.value for member in kind]}")
            return next(iter(kind))

    def condition(self, key: str, words: Vocabulary, default: Condition = NEVER) -> Condition:
        """A condition of the closed language over these words."""
        self._read.add(key)
        if key not in self._data:
            return default
        try:
            return parse_condition(self._data[key], words)
        except LanguageError as error:
            self.fault(f"{key}{error.path}", str(error))
            return default

    def value(self, key: str, words: Vocabulary) -> tuple[Value, FactSpec] | None:
        """A value of the closed language over these words, and its type; None after a fault."""
        self._read.add(key)
        try:
            return parse_value(self._data.get(key), words)
        except LanguageError as error:
            self.fault(f"{key}{error.path}", str(error))
            return None

    def message(self, key: str) -> Text3:
        """A message in three parts."""
        return self.one(key, _text3)

    def mapping(self, key: str) -> Mapping[str, str]:
        """A table of texts; empty when missing."""
        values = self._get(key, dict, {}, required=False)
        return {str(name): str(value) for name, value in values.items()}

    def one(self, key: str, make: Callable[[Table], T]) -> T:
        """A table below this one."""
        self._read.add(key)
        row = Table(self._data.get(key), f"{self.place}.{key}", self._faults)
        value = make(row)
        row.finish()
        return value

    def table(self, key: str, make: Callable[[Table], T], name: Callable[[T], K]) -> dict[K, T]:
        """A list of tables below this one, by name; a name that is given twice is a fault."""
        made: dict[K, T] = {}
        for number, one in enumerate(self.rows(key, make)):
            if name(one) in made:
                self.fault(f"{key}[{number}]", f"{name(one)!r} is given twice")
            made[name(one)] = one
        return made

    def maybe(self, key: str, make: Callable[[Table], T]) -> T | None:
        """A table below this one; None when missing."""
        self._read.add(key)
        return self.one(key, make) if key in self._data else None

    def rows(self, key: str, make: Callable[[Table], T]) -> tuple[T, ...]:
        """A list of tables below this one; empty when missing."""
        values = self._get(key, list, [], required=False)
        made = []
        for number, value in enumerate(values):
            row = Table(value, f"{self.place}.{key}[{number}]", self._faults)
            made.append(make(row))
            row.finish()
        return tuple(made)

    def finish(self) -> None:
        """Fault every key that nobody asked for: a misspelt key must not pass in silence."""
        for key in self._data:
            if key not in self._read:
                self.fault(key, "unknown key")

    def _get(self, key: str, kind: type[T], default: T, *, required: bool) -> T:
        self._read.add(key)
        value = self._data.get(key)
        if value is None:
            if required:
                self.fault(key, "missing")
            return default
        if not isinstance(value, kind):
            self.fault(key, f"not a {kind.__name__}")
            return default
        return value
