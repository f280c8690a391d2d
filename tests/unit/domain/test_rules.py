"""The closed language of conditions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    ConditionError,
    Facts,
    Not,
    facts_of,
    holds,
    parse_condition,
)

FACTS: Facts = {"age": 62, "AAC066": "011", "shared": True, "empty": ""}


@pytest.mark.parametrize(
    ("data", "true"),
    [
        (True, True),
        (False, False),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"fact": "age", "op": "ge", "value": 60}, True),
        ({"fact": "age", "op": "gt", "value": 62}, False),
        ({"fact": "age", "op": "le", "value": 62}, True),
        ({"fact": "age", "op": "lt", "value": 62}, False),
        ({"fact": "age", "op": "eq", "value": 62}, True),
        ({"fact": "age", "op": "ne", "value": 62}, False),
        ({"fact": "AAC066", "op": "in", "value": ["010", "011"]}, True),
        ({"fact": "AAC066", "op": "in", "value": []}, False),
        ({"fact": "shared", "op": "eq", "value": True}, True),
        ({"fact": "AAC066", "op": "present"}, True),
        ({"fact": "empty", "op": "present"}, False),
        ({"not": {"fact": "age", "op": "ge", "value": 60}}, False),
        ({"not": {"not": True}}, True),
        ({"all": [True, {"any": [False, {"fact": "age", "op": "eq", "value": 62}]}]}, True),
        ({"any": [False, False]}, False),
    ],
)
def test_a_condition_is_true_or_false_of_the_facts(data: object, true: bool) -> None:
    assert holds(parse_condition(data), FACTS) is true


@pytest.mark.parametrize("op", [op for op in Comparison if op is not Comparison.PRESENT])
def test_a_fact_that_is_not_known_makes_every_comparison_false(op: Comparison) -> None:
    value: Any = ("1",) if op is Comparison.IN else "1"
    unknown = Compare(fact="nobody knows", op=op, value=value)

    assert not holds(unknown, FACTS)
    assert holds(Not(part=unknown), FACTS)


def test_a_fact_that_is_not_known_is_not_present() -> None:
    assert not holds(Compare(fact="nobody knows", op=Comparison.PRESENT), FACTS)


def test_text_and_number_have_no_order() -> None:
    for op in ("lt", "le", "gt", "ge"):
        assert not holds(parse_condition({"fact": "age", "op": op, "value": "60"}), FACTS)
        assert not holds(parse_condition({"fact": "AAC066", "op": op, "value": 11}), FACTS)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "age >= 60",
        60,
        [],
        {},
        {"fact": "age"},
        {"fact": "age", "op": "is", "value": 60},
        {"fact": "age", "op": "ge"},
        {"fact": 60, "op": "ge", "value": 60},
        {"fact": "age", "op": 5, "value": 60},
        {"fact": "age", "op": "ge", "value": 60.5},
        {"fact": "age", "op": "ge", "value": [60]},
        {"fact": "age", "op": "ge", "value": None},
        {"fact": "age", "op": "in", "value": "60"},
        {"fact": "age", "op": "in", "value": [60, None]},
        {"fact": "age", "op": "in"},
        {"fact": "age", "op": "present", "value": 1},
        {"fact": "age", "op": "ge", "value": 60, "valeu": 61},
        {"all": {"fact": "age", "op": "present"}},
        {"any": "x"},
        {"not": []},
        {"all": [], "any": []},
        {"all": [{"fact": "age"}]},
    ],
)
def test_what_is_not_of_the_language_is_an_error(data: object) -> None:
    with pytest.raises(ConditionError):
        parse_condition(data)


def _nested(depth: int) -> object:
    data: object = True
    for _ in range(depth):
        data = {"not": data}
    return data


def test_conditions_may_be_nested_but_not_without_end() -> None:
    assert holds(parse_condition(_nested(8)), {})
    with pytest.raises(ConditionError):
        parse_condition({"not": _nested(50)})
    with pytest.raises(ConditionError):
        parse_condition(_nested(5_000))


def test_the_facts_of_a_condition_are_all_that_it_looks_at() -> None:
    condition = parse_condition(
        {"all": [{"fact": "a", "op": "present"}, {"not": {"any": [{"fact": "b", "op": "eq", "value": 1}]}}]}
    )

    assert facts_of(condition) == {"a", "b"}
    assert facts_of(ALWAYS) == facts_of(NEVER) == frozenset()


constants = st.text(max_size=3) | st.integers(-3, 3) | st.booleans()
names = st.sampled_from(["a", "b", "c"])
comparisons = st.builds(
    Compare, fact=names, op=st.sampled_from([op for op in Comparison if op is not Comparison.IN]), value=constants
) | st.builds(Compare, fact=names, op=st.just(Comparison.IN), value=st.lists(constants, max_size=3).map(tuple))
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons,
    lambda inner: (
        st.builds(AllOf, parts=st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, parts=st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, part=inner)
    ),
    max_leaves=8,
)
facts_known = st.dictionaries(names, constants)


@given(conditions, facts_known)
def test_no_mixture_of_types_raises_and_not_is_the_opposite(
    condition: Condition, facts: dict[str, str | int | bool]
) -> None:
    assert holds(Not(part=condition), facts) is not holds(condition, facts)


@given(conditions, facts_known)
def test_facts_that_a_condition_does_not_name_do_not_matter(
    condition: Condition, facts: dict[str, str | int | bool]
) -> None:
    known = {name: value for name, value in facts.items() if name in facts_of(condition)}

    assert holds(condition, facts) is holds(condition, known)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["fact", "op", "value", "all", "any", "not", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(plain)
def test_arbitrary_data_is_a_condition_or_a_named_error(data: object) -> None:
    try:
        condition = parse_condition(data)
    except ConditionError:
        return
    assert holds(condition, {}) in (True, False)
