"""The language of conditions and values, read from plain data. What the dictionary does not know is an error.

A condition in the catalogue is one of::

    {fact = "age", op = "ge", value = 60}                 op: eq ne lt le gt ge
    {fact = "AAE009", op = "eq", other = {fact = "AAC003"}}
    {fact = "AAC066", op = "in", value = ["021", "061"]}
    {fact = "AAE010", op = "present"}                     somebody knows it
    {all = [...]}  {any = [...]}  {not = {...}}

and a value, also in place of ``fact`` there, one of::

    {fact = "AAC002.birth"}
    {years = [{fact = "AAC002.birth"}, {fact = "today"}]} also months, days: whole ones from the first to the second
    {constant = 60}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    Fact,
    FactType,
    Named,
    Not,
    Span,
    Unit,
    Value,
)
from domain.workdays import parse_date

_DEEPEST = 8
_ORDERED = (FactType.NUMBER, FactType.DATE)
_UNORDERED = (Comparison.EQ, Comparison.NE, Comparison.IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """What may be said of a fact: its type, and the texts that it can be (empty: any)."""

    type: FactType
    values: frozenset[str] = frozenset()


Vocabulary = Mapping[str, FactSpec]
"""All facts that a condition may look at, by name."""


class LanguageError(ValueError):
    """A condition or value is not of the language; ``path`` says where in it, e.g. ``.all[1].fact``."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why)
        self.path = path


def parse_condition(data: object, words: Vocabulary, *, path: str = "", depth: int = 0) -> Condition:
    """A condition from plain data; ``True`` and ``False`` stand for always and never. Raises LanguageError."""
    if isinstance(data, bool):
        return ALWAYS if data else NEVER
    if depth > _DEEPEST:
        raise LanguageError(path, f"conditions are nested more than {_DEEPEST} deep")
    if not isinstance(data, Mapping):
        raise LanguageError(path, f"not a condition: {data!r}")
    if len(data) == 1:
        (word, inner), *_ = data.items()
        if word == "not":
            return Not(part=parse_condition(inner, words, path=f"{path}.not", depth=depth + 1))
        if word in ("all", "any") and isinstance(inner, list):
            parts = tuple(
                parse_condition(part, words, path=f"{path}.{word}[{number}]", depth=depth + 1)
                for number, part in enumerate(inner)
            )
            return AllOf(parts=parts) if word == "all" else AnyOf(parts=parts)
    return _parse_comparison(data, words, path)


def parse_value(data: object, words: Vocabulary, *, path: str = "") -> tuple[Value, FactSpec]:
    """A value from plain data, and what may be said of it. Raises LanguageError."""
    word, inner, inside = _one_word(data, path)
    if word in _UNITS and isinstance(inner, list) and len(inner) == 2:
        since, until = (_parse_day(one, words, f"{inside}[{number}]") for number, one in enumerate(inner))
        return Span(unit=Unit(word), since=since, until=until), FactSpec(type=FactType.NUMBER)
    return _parse_plain(data, words, path)


def _parse_plain(data: object, words: Vocabulary, path: str) -> tuple[Value, FactSpec]:
    """A fact or a constant: what a span reaches from and to."""
    word, inner, path = _one_word(data, path)
    if word == "fact" and isinstance(inner, str):
        if inner not in words:
            raise LanguageError(path, f"no fact or field {inner!r}")
        return Named(inner), words[inner]
    if word == "constant" and isinstance(inner, (str, int)):
        return Constant(inner), FactSpec(type=_type_of(inner))
    raise LanguageError(path, f"not a value: {data!r}")


def _one_word(data: object, path: str) -> tuple[object, object, str]:
    """The word that a value begins with, what stands under it, and where that is."""
    if not isinstance(data, Mapping) or len(data) != 1:
        raise LanguageError(path, f"not a value: {data!r}")
    ((word, inner),) = data.items()
    return word, inner, f"{path}.{word}"


def _parse_day(data: object, words: Vocabulary, path: str) -> Value:
    value, spec = _parse_plain(data, words, path)
    if spec.type is FactType.DATE:
        return value
    if isinstance(value, Constant):
        return _constant(value.value, FactSpec(type=FactType.DATE), path)
    raise LanguageError(path, "not a day")


def _parse_comparison(data: Mapping[str, object], words: Vocabulary, path: str) -> Compare:
    operand = {key: value for key, value in data.items() if key not in _KEYS}
    op = data.get("op")
    if not isinstance(op, str) or op not in _OPERATORS or len(operand) != 1 or {"value", "other"} <= set(data):
        raise LanguageError(path, f"not a comparison: {dict(data)!r}")
    left, spec = parse_value(operand, words, path=path)
    operator = Comparison(op)
    if ("value" in data or "other" in data) == (operator is Comparison.PRESENT):
        raise LanguageError(path, f"every comparison but 'present' wants a value: {dict(data)!r}")
    if spec.type not in _ORDERED and operator not in (*_UNORDERED, Comparison.PRESENT):
        raise LanguageError(f"{path}.op", f"a {spec.type.value} has no order")
    return Compare(left=left, op=operator, right=_parse_right(data, operator, spec, words, path))


def _parse_right(
    data: Mapping[str, object], op: Comparison, spec: FactSpec, words: Vocabulary, path: str
) -> tuple[Value, ...]:
    if op is Comparison.PRESENT:
        return ()
    if "other" in data:
        value, other = parse_value(data["other"], words, path=f"{path}.other")
        if op is Comparison.IN or other.type is not spec.type:
            raise LanguageError(f"{path}.other", f"a {other.type.value} cannot be compared so")
        return (value,)
    given, path = data["value"], f"{path}.value"
    if op is not Comparison.IN:
        return (_constant(given, spec, path),)
    if not isinstance(given, list):
        raise LanguageError(path, f"'in' wants a list of constants: {given!r}")
    return tuple(_constant(one, spec, f"{path}[{number}]") for number, one in enumerate(given))


def _constant(given: object, spec: FactSpec, path: str) -> Constant:
    """A constant that the fact can be compared with, and that it can be."""
    if spec.type is FactType.DATE and isinstance(given, str):
        day = parse_date(given)
        if day is None:
            raise LanguageError(path, f"{given!r} is no date")
        return Constant(day)
    if not isinstance(given, (str, int)) or _type_of(given) is not spec.type:
        raise LanguageError(path, f"{given!r} is no {spec.type.value}")
    if spec.values and given not in spec.values:
        raise LanguageError(path, f"{given!r} is none of its codes")
    return Constant(given)


def _type_of(constant: Fact) -> FactType:
    if isinstance(constant, bool):
        return FactType.FLAG
    return FactType.TEXT if isinstance(constant, str) else FactType.NUMBER


_KEYS = {"op", "value", "other"}
_OPERATORS = frozenset(op.value for op in Comparison)
_UNITS = frozenset(unit.value for unit in Unit)
