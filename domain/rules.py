"""Conditions and values as data in a closed language, evaluated by one function on both sides. No program text inside.

Truth has three values (Kleene): a fact that nobody knows makes a comparison unknown, and so its negation. Evaluation is
total: it never raises, whatever the facts are; what cannot be compared is unknown. ``domain.language`` reads the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

Fact = str | int | Decimal | bool | date
"""A text, a number, a flag or a day. An empty text is no fact."""
Facts = Mapping[str, Fact]


class FactType(StrEnum):
    """What can be compared with each other."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"


class Truth(Enum):
    """True, false, or nobody knows."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Comparison(StrEnum):
    """The operators of the language."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    PRESENT = "present"


class Unit(StrEnum):
    """In what the time between two days is counted; only whole ones count."""

    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Named:
    """The fact of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the catalogue."""

    value: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The whole years, months or days from one day to another; below zero when the other comes first."""

    unit: Unit
    since: Value
    until: Value


Value = Named | Constant | Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A value against one other; IN against any number of them, PRESENT against none."""

    left: Value
    op: Comparison
    right: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """True when every part is; true of no parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The opposite."""

    part: Condition


Condition = Compare | AllOf | AnyOf | Not
ALWAYS = AllOf(parts=())
NEVER = AnyOf(parts=())


def truth(condition: Condition, facts: Facts) -> Truth:
    """Whether the condition is true of the facts, as far as they are known."""
    if condition is ALWAYS:  # what most fields of a form say
        return Truth.TRUE
    if condition is NEVER:
        return Truth.FALSE
    match condition:
        case Compare(left=left, op=op, right=right):
            return _compare(find_value(left, facts), op, [find_value(value, facts) for value in right])
        case AllOf(parts=parts):
            return _all(truth(part, facts) for part in parts)
        case AnyOf(parts=parts):
            return _any(truth(part, facts) for part in parts)
        case Not(part=part):
            return _NOT[truth(part, facts)]


def surely(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is known to be true."""
    return truth(condition, facts) is Truth.TRUE


def possibly(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is not known to be false."""
    return truth(condition, facts) is not Truth.FALSE


def find_value(value: Value, facts: Facts) -> Fact | None:
    """What the value is now; None when nobody knows."""
    match value:
        case Constant(value=constant):
            return constant
        case Named(name=name):
            known = facts.get(name)
            return None if known == "" else known
        case Span(unit=unit, since=since, until=until):
            return _span(unit, find_value(since, facts), find_value(until, facts))


def names_in(part: Condition | Value) -> frozenset[str]:
    """The names of all facts that a condition or a value looks at."""
    match part:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return _names(parts)
        case Not(part=inner):
            return names_in(inner)
        case Compare(left=left, right=right):
            return _names((left, *right))
        case Span(since=since, until=until):
            return _names((since, until))
        case Named(name=name):
            return frozenset((name,))
        case Constant():
            return frozenset()


def type_of(value: Fact) -> FactType | None:
    """The type of a fact; None for a number that is none and for a day with a time, which compare with nothing."""
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return _TYPES.get(type(value))


def _names(parts: Iterable[Condition | Value]) -> frozenset[str]:
    return frozenset[str]().union(*(names_in(part) for part in parts))


def _all(parts: Iterable[Truth]) -> Truth:
    found = Truth.TRUE
    for part in parts:
        if part is Truth.FALSE:
            return part
        if part is Truth.UNKNOWN:
            found = part
    return found


def _any(parts: Iterable[Truth]) -> Truth:
    return _NOT[_all(_NOT[part] for part in parts)]


def _compare(left: Fact | None, op: Comparison, right: list[Fact | None]) -> Truth:
    if op is Comparison.PRESENT:
        return Truth.FALSE if left is None else Truth.TRUE
    if op is Comparison.IN:
        return _any(_holds(Comparison.EQ, left, one) for one in right)
    return _holds(op, left, right[0])


def _holds(op: Comparison, left: Fact | None, right: Fact | None) -> Truth:
    if left is None or right is None:
        return Truth.UNKNOWN
    kind = type_of(left)
    ordered = kind in (FactType.NUMBER, FactType.DATE) or op in (Comparison.EQ, Comparison.NE)
    if kind is None or kind is not type_of(right) or not ordered:
        return Truth.UNKNOWN  # an order of texts, or between a text and a number, means nothing
    return Truth.TRUE if _OPERATORS[op](left, right) else Truth.FALSE


def _span(unit: Unit, since: Fact | None, until: Fact | None) -> int | None:
    if type(since) is not date or type(until) is not date:
        return None
    first, last = sorted((since, until))
    return whole(unit, first, last) if first == since else -whole(unit, first, last)


def whole(unit: Unit, since: date, until: date) -> int:
    """The whole years, months or days from a day to a later one; from 29 February a year is full on 1 March."""
    if unit is Unit.DAYS:
        return (until - since).days
    months = (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
    return months if unit is Unit.MONTHS else months // 12


_NOT = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
_TYPES: dict[type, FactType] = {
    str: FactType.TEXT,
    int: FactType.NUMBER,
    Decimal: FactType.NUMBER,
    bool: FactType.FLAG,
    date: FactType.DATE,
}
_OPERATORS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQ: lambda left, right: left == right,
    Comparison.NE: lambda left, right: left != right,
    Comparison.LT: lambda left, right: left < right,
    Comparison.LE: lambda left, right: left <= right,
    Comparison.GT: lambda left, right: left > right,
    Comparison.GE: lambda left, right: left >= right,
}
