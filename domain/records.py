"""Dataclasses to plain data and back, strictly: what is stored by us is read as carefully as what a stranger sends.

Plain data are what JSON has. A dataclass becomes an object with all its fields, a StrEnum its value, bytes base64,
dates ISO 8601, a tuple a list. Unknown fields and wrong types are refused; a missing field takes its default, if it
has one.
"""

from __future__ import annotations

import base64
import binascii
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class RecordError(ValueError):
    """Data that are no such record. The text names the place and the rule, never the content."""


def to_plain(value: object, only: Iterable[str] | None = None) -> Any:
    """Plain data of a dataclass and of all within it; of its own fields ``only`` these."""
    if is_dataclass(value) and not isinstance(value, type):
        names = tuple(_spec(type(value))) if only is None else tuple(only)
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): to_plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    raise TypeError(f"no plain form for {type(value).__name__}")


def from_plain(kind: type[T], data: object, only: Iterable[str] | None = None) -> T:
    """The dataclass in the data; the fields beside ``only`` take their defaults. Raises RecordError."""
    record = _record(kind, data, "", None if only is None else frozenset(only))
    assert isinstance(record, kind)
    return record


def _record(kind: Any, data: object, place: str, only: frozenset[str] | None = None) -> Any:
    if not isinstance(data, dict):
        raise RecordError(f"{place or 'record'}: not an object")
    spec = {name: one for name, one in _spec(kind).items() if only is None or name in only}
    for name in data:
        if name not in spec:
            raise RecordError(f"{place or 'record'}: unknown field")
    values = {}
    for name, (hint, field) in spec.items():
        if name in data:
            values[name] = _value(hint, data[name], f"{place}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise RecordError(f"{place}.{name}: missing")
    return kind(**values)


@cache
def _spec(kind: Any) -> Mapping[str, tuple[Any, Field[Any]]]:
    hints = get_type_hints(kind)
    return {one.name: (hints[one.name], one) for one in fields(kind) if one.init}


def _value(hint: Any, data: object, place: str) -> Any:
    hint = _known_type(hint)
    outer = get_origin(hint)
    if outer in (Union, types.UnionType):  # with None; nothing else is used
        return None if data is None else _value(get_args(hint)[0], data, place)
    if outer is tuple:
        inner = get_args(hint)[0]
        return tuple(_value(inner, one, f"{place}[{at}]") for at, one in enumerate(_of(list, data, place)))
    if outer is not None:  # a Mapping; nothing else is used
        inner = get_args(hint)[1]
        return {name: _value(inner, one, f"{place}[]") for name, one in _of(dict, data, place).items()}
    if is_dataclass(hint):
        return _record(hint, data, place)
    return _plain_value(hint, data, place)


def _plain_value(hint: Any, data: object, place: str) -> Any:
    if hint is float and type(data) is int:
        return float(data)
    if hint in (str, int, float, bool):
        return _of(hint, data, place)
    make: Callable[[str], Any] = _FROM_TEXT.get(hint, hint)
    text = _of(str, data, place)
    try:
        return make(text)
    except ValueError:  # binascii.Error too
        raise RecordError(f"{place}: not a {hint.__name__}") from None


def _of(kind: type[T], data: object, place: str) -> T:
    if type(data) is not kind:
        raise RecordError(f"{place}: not a {kind.__name__}")
    return data


def _known_type(hint: Any) -> Any:
    """The type under a NewType."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error


_FROM_TEXT: Mapping[Any, Callable[[str], Any]] = {
    bytes: _bytes_of,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}
