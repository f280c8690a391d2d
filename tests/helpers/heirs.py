"""A module of the tests' own catalogue: an applicant, who may send an agent, and up to five heirs with their shares."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue, FieldId, GroupId, ModuleId
from domain.forms.answers import Answer, Answers, GroupRow, RowId
from tests.helpers.builders import an_id_number, catalogue_data, m01_answers

T01 = ModuleId("T01")
HEIRS = GroupId("heirs")
HEIR_NAME, HEIR_NUMBER, HEIR_SHARE = FieldId("x_heir_name"), FieldId("x_heir_id"), FieldId("x_heir_share")
TOTAL, BORN, AGE = FieldId("x_total"), FieldId("x_heir_born"), FieldId("x_heir_age")
_FIELDS = [
    {"id": HEIR_NAME, "label": "继承人姓名", "kind": "text", "max_length": 64, "checks": ["V03"]},
    {"id": HEIR_NUMBER, "label": "继承人身份号码", "kind": "id_number", "max_length": 18, "checks": ["V01"]},
    {"id": HEIR_SHARE, "label": "份额（%）", "kind": "amount", "max_length": 6},
]
_PAGE = {
    "title": "继承人",
    "repeats": {
        "group": HEIRS,
        "min": 0,
        "max": 5,
        "row_name": "继承人",
        "sums": [{"field": HEIR_SHARE, "total": 100}],
    },
    "fields": [
        {"id": HEIR_NAME, "required": True},
        {"id": HEIR_NUMBER, "required": True},
        {"id": HEIR_SHARE, "required": True},
    ],
}
_PARTY = {"role": "heir", "name": HEIR_NAME, "id_number": HEIR_NUMBER}


def heirs_data() -> dict[str, Any]:
    """The shipped catalogue with the module in it, as plain data."""
    data = catalogue_data()
    data["fields"] += copy.deepcopy(_FIELDS)
    module = copy.deepcopy(data["items"][0]["modules"][0])
    module |= {"id": T01, "name": "继承人登记", "initials": "jcrdj"}
    module["pages"] = [*module["pages"][:3], copy.deepcopy(_PAGE), *module["pages"][3:]]
    module["parties"] = [*module["parties"], dict(_PARTY)]
    module["rules"].remove("R004")  # whoever is insured may still register heirs
    del module["registers"]
    data["items"][0]["modules"].append(module)
    return data


def computed_data(**changes: Any) -> dict[str, Any]:
    """The same with fields that follow from others: birth and age of each heir, and what all shares add up to.

    ``changes``: of the last of them.
    """
    data = heirs_data()
    data["fields"] += [
        {"id": TOTAL, "label": "份额合计", "kind": "amount", "max_length": 12},
        {"id": BORN, "label": "出生日期", "kind": "date", "max_length": 10},
        {"id": AGE, "label": "继承时周岁", "kind": "amount", "max_length": 3},
    ]
    module = data["items"][0]["modules"][1]
    span = {"years": [{"fact": "x_heir_id.birth"}, {"fact": "AAC030"}]}
    module["pages"][3]["fields"] += [
        {"id": BORN, "computed": {"fact": "x_heir_id.birth"}},
        {"id": AGE, "computed": span},
    ]
    last = {"id": TOTAL, "computed": {"fact": f"{HEIR_SHARE}.sum"}} | changes
    module["pages"][4]["fields"].append(last)
    return data


@cache
def heirs_catalogue() -> Catalogue:
    """The catalogue of these tests."""
    return parse_catalogue(heirs_data())


def a_heir_number(number: int) -> str:
    """The ID number of an heir, a man born on 15 March 1964."""
    return an_id_number(f"15999919640315{2 * number + 1:03}")


def heir(row: str, number: int, share: str, *, name: str = "李测试") -> tuple[Answer, ...]:
    """One row."""
    values = {HEIR_NAME: name, HEIR_NUMBER: a_heir_number(number), HEIR_SHARE: share}
    return tuple(Answer(field=field, row=RowId(row), value=value) for field, value in values.items())


def heirs_answers(*rows: tuple[Answer, ...], **changes: str) -> Answers:
    """A complete form with these heirs."""
    ids = (GroupRow(group=HEIRS, id=row[0].row) for row in rows)
    return Answers((*m01_answers(**changes).values(), *(answer for row in rows for answer in row)), tuple(ids))
