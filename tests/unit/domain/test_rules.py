"""The closed language of conditions and values: three-valued, strict to read, total to evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import FactSpec, LanguageError, parse_condition, parse_value
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
    Facts,
    FactType,
    Named,
    Not,
    Span,
    Truth,
    Unit,
    Value,
    find_value,
    names_in,
    possibly,
    surely,
    truth,
    whole,
)

WORDS = {
    "age": FactSpec(type=FactType.NUMBER),
    "years": FactSpec(type=FactType.NUMBER),
    "AAC066": FactSpec(type=FactType.TEXT, values=frozenset({"010", "011", "061"})),
    "name": FactSpec(type=FactType.TEXT),
    "shared": FactSpec(type=FactType.FLAG),
    "birth": FactSpec(type=FactType.DATE),
    "today": FactSpec(type=FactType.DATE),
}
FACTS: Facts = {
    "age": 62,
    "AAC066": "011",
    "shared": True,
    "name": "",
    "birth": date(1964, 3, 15),
    "today": date(2026, 11, 24),
}
TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (True, TRUE),
        (False, FALSE),
        ({"all": []}, TRUE),
        ({"any": []}, FALSE),
        ({"fact": "age", "op": "ge", "value": 60}, TRUE),
        ({"fact": "age", "op": "gt", "value": 62}, FALSE),
        ({"fact": "age", "op": "le", "value": 62}, TRUE),
        ({"fact": "age", "op": "lt", "value": 62}, FALSE),
        ({"fact": "age", "op": "eq", "value": 62}, TRUE),
        ({"fact": "age", "op": "ne", "value": 62}, FALSE),
        ({"fact": "age", "op": "in", "value": [61, 62]}, TRUE),
        ({"fact": "AAC066", "op": "in", "value": ["010", "011"]}, TRUE),
        ({"fact": "AAC066", "op": "in", "value": []}, FALSE),
        ({"fact": "shared", "op": "eq", "value": True}, TRUE),
        ({"fact": "birth", "op": "lt", "value": "2000-01-01"}, TRUE),
        ({"fact": "birth", "op": "lt", "other": {"fact": "today"}}, TRUE),
        ({"years": [{"fact": "birth"}, {"fact": "today"}], "op": "ge", "value": 60}, TRUE),
        ({"years": [{"fact": "birth"}, {"constant": "2020-03-14"}], "op": "eq", "value": 55}, TRUE),
        ({"fact": "age", "op": "ge", "other": {"constant": 60}}, TRUE),
        ({"fact": "AAC066", "op": "present"}, TRUE),
        ({"fact": "name", "op": "present"}, FALSE),
        ({"fact": "years", "op": "present"}, FALSE),
        ({"not": {"fact": "age", "op": "ge", "value": 60}}, FALSE),
        ({"not": {"not": True}}, TRUE),
        ({"all": [True, {"any": [False, {"fact": "age", "op": "eq", "value": 62}]}]}, TRUE),
        ({"any": [False, False]}, FALSE),
        ({"fact": "years", "op": "lt", "value": 15}, UNKNOWN),
        ({"not": {"fact": "years", "op": "lt", "value": 15}}, UNKNOWN),
        ({"fact": "name", "op": "ne", "value": "x"}, UNKNOWN),
        ({"fact": "years", "op": "in", "value": [1, 2]}, UNKNOWN),
        ({"fact": "age", "op": "gt", "other": {"fact": "years"}}, UNKNOWN),
        ({"all": [False, {"fact": "years", "op": "eq", "value": 1}]}, FALSE),
        ({"all": [True, {"fact": "years", "op": "eq", "value": 1}]}, UNKNOWN),
        ({"any": [True, {"fact": "years", "op": "eq", "value": 1}]}, TRUE),
        ({"any": [False, {"fact": "years", "op": "eq", "value": 1}]}, UNKNOWN),
    ],
)
def test_a_condition_is_true_false_or_unknown_of_the_facts(data: object, found: Truth) -> None:
    assert truth(parse_condition(data, WORDS), FACTS) is found


@pytest.mark.parametrize("op", [op for op in Comparison if op is not Comparison.PRESENT])
def test_f1_2_an_unknown_fact_makes_a_comparison_and_its_negation_unknown(op: Comparison) -> None:
    unknown = Compare(left=Named("nobody knows"), op=op, right=(Constant(1),))

    for condition in (unknown, Not(part=unknown)):
        assert truth(condition, FACTS) is UNKNOWN
        assert not surely(condition, FACTS)
        assert possibly(condition, FACTS)


def test_text_and_number_cannot_be_compared_even_if_a_record_tells_the_wrong_kind() -> None:
    for op in ("eq", "ne", "lt", "ge"):
        condition = parse_condition({"fact": "age", "op": op, "value": 60}, WORDS)
        for wrong in ("60", True, Decimal("NaN"), date(2026, 1, 1), datetime(2026, 1, 1)):
            assert truth(condition, {"age": wrong}) is UNKNOWN


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ""),
        ("age >= 60", ""),
        (60, ""),
        ([], ""),
        ({}, ""),
        ({"fact": "age"}, ""),
        ({"fact": "age", "op": "is", "value": 60}, ""),
        ({"fact": "age", "op": "ge"}, ""),
        ({"fact": 60, "op": "ge", "value": 60}, ".fact"),
        ({"fact": "aeg", "op": "ge", "value": 60}, ".fact"),
        ({"fact": "age", "op": 5, "value": 60}, ""),
        ({"fact": "age", "op": "ge", "value": 60.5}, ".value"),
        ({"fact": "age", "op": "ge", "value": "60"}, ".value"),
        ({"fact": "age", "op": "ge", "value": True}, ".value"),
        ({"fact": "age", "op": "ge", "value": [60]}, ".value"),
        ({"fact": "age", "op": "ge", "value": None}, ".value"),
        ({"fact": "age", "op": "in", "value": 60}, ".value"),
        ({"fact": "age", "op": "in", "value": [60, None]}, ".value[1]"),
        ({"fact": "age", "op": "in"}, ""),
        ({"fact": "age", "op": "in", "other": {"fact": "years"}}, ".other"),
        ({"fact": "age", "op": "present", "value": 1}, ""),
        ({"fact": "age", "op": "ge", "value": 60, "valeu": 61}, ""),
        ({"fact": "age", "op": "ge", "value": 60, "other": {"fact": "years"}}, ""),
        ({"fact": "age", "op": "ge", "other": {"fact": "name"}}, ".other"),
        ({"fact": "age", "op": "ge", "other": {"fact": "yaers"}}, ".other.fact"),
        ({"fact": "AAC066", "op": "eq", "value": "11"}, ".value"),
        ({"fact": "AAC066", "op": "in", "value": ["010", "11"]}, ".value[1]"),
        ({"fact": "AAC066", "op": "ge", "value": "010"}, ".op"),
        ({"fact": "shared", "op": "gt", "value": True}, ".op"),
        ({"fact": "birth", "op": "lt", "value": "2000-1-1"}, ".value"),
        ({"fact": "birth", "op": "lt", "value": 2000}, ".value"),
        ({"years": [{"fact": "birth"}], "op": "lt", "value": 3}, ".years"),
        ({"years": [{"fact": "birth"}, {"fact": "age"}], "op": "lt", "value": 3}, ".years[1]"),
        ({"years": [{"fact": "birth"}, {"constant": "x"}], "op": "lt", "value": 3}, ".years[1]"),
        (
            {"years": [{"days": [{"fact": "birth"}, {"fact": "today"}]}, {"fact": "today"}], "op": "lt", "value": 3},
            ".years[0].days",
        ),
        ({"weeks": [{"fact": "birth"}, {"fact": "today"}], "op": "lt", "value": 3}, ".weeks"),
        ({"all": {"fact": "age", "op": "present"}}, ""),
        ({"any": "x"}, ""),
        ({"not": []}, ".not"),
        ({"all": [], "any": []}, ""),
        ({"all": [True, {"fact": "aeg", "op": "present"}]}, ".all[1].fact"),
        ({"not": {"any": [{"fact": "AAC066", "op": "eq", "value": "x"}]}}, ".not.any[0].value"),
    ],
)
def test_what_is_not_of_the_language_is_an_error_with_its_place(data: object, path: str) -> None:
    with pytest.raises(LanguageError) as raised:
        parse_condition(data, WORDS)

    assert raised.value.path == path


def _nested(depth: int, word: str = "not") -> object:
    data: object = True
    for _ in range(depth):
        data = {word: data if word == "not" else [data]}
    return data


def test_conditions_may_be_nested_but_not_without_end() -> None:
    for word in ("not", "all", "any"):
        assert surely(parse_condition(_nested(9, word), {}), {}) is (word != "not")
        with pytest.raises(LanguageError):
            parse_condition(_nested(10, word), {})
    with pytest.raises(LanguageError):
        parse_condition(_nested(5_000), {})


def test_the_names_in_a_condition_are_all_facts_that_it_looks_at() -> None:
    condition = parse_condition(
        {
            "all": [
                {"fact": "shared", "op": "present"},
                {"not": {"any": [{"fact": "age", "op": "eq", "other": {"fact": "years"}}]}},
                {"days": [{"fact": "birth"}, {"constant": "2026-01-01"}], "op": "gt", "value": 1},
            ]
        },
        WORDS,
    )

    assert names_in(condition) == {"shared", "age", "years", "birth"}
    assert names_in(ALWAYS) == names_in(NEVER) == frozenset()


@pytest.mark.parametrize(
    ("since", "until", "years", "months", "days"),
    [
        ("2010-11-24", "2026-11-24", 16, 192, 5844),
        ("2010-11-25", "2026-11-24", 15, 191, 5843),
        ("2004-02-29", "2022-02-28", 17, 215, 6574),
        ("2004-02-29", "2022-03-01", 18, 216, 6575),
        ("2026-01-31", "2026-02-28", 0, 0, 28),
        ("2026-03-01", "2026-03-01", 0, 0, 0),
    ],
)
def test_only_whole_years_months_and_days_count(since: str, until: str, years: int, months: int, days: int) -> None:
    first, last = date.fromisoformat(since), date.fromisoformat(until)

    assert [whole(unit, first, last) for unit in Unit] == [years, months, days]
    for unit, size in zip(Unit, (years, months, days), strict=True):
        assert find_value(Span(unit=unit, since=Constant(last), until=Constant(first)), {}) == -size


constants: st.SearchStrategy[Any] = (
    st.text(max_size=3) | st.integers(-3, 3) | st.booleans() | st.dates() | st.decimals() | st.datetimes()
)
names = st.sampled_from(["a", "b", "c"])
values: st.SearchStrategy[Value] = st.recursive(
    st.builds(Named, names) | st.builds(Constant, constants),
    lambda inner: st.builds(Span, unit=st.sampled_from(Unit), since=inner, until=inner),
    max_leaves=3,
)
operators = st.sampled_from([op for op in Comparison if op is not Comparison.PRESENT])
comparisons = st.builds(Compare, left=values, op=operators, right=st.tuples(values)) | st.builds(
    Compare, left=values, op=st.just(Comparison.IN), right=st.lists(values, max_size=3).map(tuple)
)


def all_of(leaves: st.SearchStrategy[Compare]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(AllOf, parts=st.lists(inner, max_size=3).map(tuple))
            | st.builds(AnyOf, parts=st.lists(inner, max_size=3).map(tuple))
            | st.builds(Not, part=inner)
        ),
        max_leaves=8,
    )


conditions = all_of(comparisons | st.builds(Compare, left=values, op=st.just(Comparison.PRESENT)))
facts_known = st.dictionaries(names, constants)


@given(conditions, facts_known)
def test_no_facts_whatever_raise_and_not_is_the_opposite(condition: Condition, facts: Mapping[str, Fact]) -> None:
    opposite = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}

    assert truth(Not(part=condition), facts) is opposite[truth(condition, facts)]


@given(values, facts_known)
def test_no_value_raises(value: Value, facts: Mapping[str, Fact]) -> None:
    find_value(value, facts)


@given(all_of(comparisons), facts_known, st.sets(names))
def test_what_is_decided_stays_so_when_more_becomes_known(
    condition: Condition, facts: Mapping[str, Fact], forgotten: set[str]
) -> None:
    fewer = {name: fact for name, fact in facts.items() if name not in forgotten}

    assert truth(condition, fewer) in (UNKNOWN, truth(condition, facts))


@given(conditions, facts_known)
def test_facts_that_a_condition_does_not_name_do_not_matter(condition: Condition, facts: Mapping[str, Fact]) -> None:
    known = {name: value for name, value in facts.items() if name in names_in(condition)}

    assert truth(condition, facts) is truth(condition, known)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["age", "eq", "birth"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["fact", "op", "value", "other", "all", "any", "not", "years", "constant", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(plain)
def test_arbitrary_data_is_a_condition_or_a_named_error(data: object) -> None:
    for parse in (parse_condition, parse_value):
        try:
            found: Any = parse(data, WORDS)
        except LanguageError:
            continue
        assert found is not None
