"""Conditions as data in a closed language, evaluated by one function on both sides. No program text inside.

A condition in the catalogue is one of::

    {fact = "age", op = "ge", value = 60}      op: eq ne lt le gt ge in
    {fact = "AAE010", op = "present"}          there is a value and it is not empty
    {all = [...]}  {any = [...]}  {not = {...}}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Fact = str | int | bool
Facts = Mapping[str, Fact]
_DEEPEST = 8


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """One fact against a constant. A fact that is not known makes every comparison false, NE included."""

    fact: str
    op: Comparison
    value: Fact | tuple[Fact, ...] = ""


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


class ConditionError(ValueError):
    """A condition in the catalogue is not of the language; the text says where and why."""


def parse_condition(data: object, *, depth: int = 0) -> Condition:
    """A condition from plain data; ``True`` and ``False`` stand for always and never. Raises ConditionError."""
    if isinstance(data, bool):
        return ALWAYS if data else NEVER
    if depth > _DEEPEST:
        raise ConditionError(f"conditions are nested more than {_DEEPEST} deep")
    if not isinstance(data, Mapping):
        raise ConditionError(f"not a condition: {data!r}")
    if len(data) == 1:
        (word, inner), *_ = data.items()
        if word == "not":
            return Not(part=parse_condition(inner, depth=depth + 1))
        if word in ("all", "any") and isinstance(inner, list):
            parts = tuple(parse_condition(part, depth=depth + 1) for part in inner)
            return AllOf(parts=parts) if word == "all" else AnyOf(parts=parts)
    return _parse_comparison(data)


def _parse_comparison(data: Mapping[str, object]) -> Compare:
    fact, op, value = data.get("fact"), data.get("op"), data.get("value", "")
    if not isinstance(fact, str) or not isinstance(op, str) or op not in _OPERATORS or set(data) - _KEYS:
        raise ConditionError(f"not a comparison: {dict(data)!r}")
    operator = Comparison(op)
    if ("value" in data) == (operator is Comparison.PRESENT):
        raise ConditionError(f"every comparison but 'present' wants a value: {dict(data)!r}")
    if operator is Comparison.IN:
        if not isinstance(value, list) or not all(isinstance(one, (str, int)) for one in value):
            raise ConditionError(f"'in' wants a list of constants: {dict(data)!r}")
        return Compare(fact=fact, op=operator, value=tuple(value))
    if not isinstance(value, (str, int)):
        raise ConditionError(f"not a constant: {value!r}")
    return Compare(fact=fact, op=operator, value=value)


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is true of the facts."""
    match condition:
        case AllOf(parts=parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, facts) for part in parts)
        case Not(part=part):
            return not holds(part, facts)
        case Compare():
            return _compare(condition, facts.get(condition.fact))


def facts_of(condition: Condition) -> frozenset[str]:
    """The names of all facts that the condition looks at."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return frozenset().union(*(facts_of(part) for part in parts))
        case Not(part=part):
            return facts_of(part)
        case Compare(fact=fact):
            return frozenset((fact,))


def _compare(wanted: Compare, known: Fact | None) -> bool:
    if wanted.op is Comparison.PRESENT:
        return known is not None and known != ""
    if known is None:
        return False
    if isinstance(wanted.value, tuple):
        return known in wanted.value
    if wanted.op is Comparison.EQ:
        return known == wanted.value
    if wanted.op is Comparison.NE:
        return known != wanted.value
    if isinstance(known, str) != isinstance(wanted.value, str):
        return False  # an order between text and number means nothing
    return _ORDER[wanted.op](known, wanted.value)


_KEYS = {"fact", "op", "value"}
_OPERATORS = frozenset(op.value for op in Comparison)
_ORDER: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.LT: lambda known, value: known < value,
    Comparison.LE: lambda known, value: known <= value,
    Comparison.GT: lambda known, value: known > value,
    Comparison.GE: lambda known, value: known >= value,
}
