"""Catalogues with rules of the tests' own: one that looks at what nobody knows, and a module that demands insurance."""

from __future__ import annotations

from typing import Any

from tests.helpers.builders import catalogue_data

QUESTION = {"what": "不知道是不是在校学生", "why": "还没有学籍比对的结果", "next": "请当面问清"}
MESSAGE = {"what": "是在校学生", "why": "在校学生不参保", "next": "请改日再来"}


def with_rule(act: str, unknown: str) -> dict[str, Any]:
    """M01 with one more rule, X1, of students; nobody tells whether somebody is one."""
    data = catalogue_data()
    asks = {} if unknown == "pass" else {"question": QUESTION}
    raises = {"chain": "CH1", "risk": 1} if act == "raise" else {}
    rule = {"id": "X1", "act": act, "unknown": unknown, "when": _IS_STUDENT, "message": MESSAGE, **asks, **raises}
    data["business_rules"].append(rule)
    data["items"][0]["modules"][0]["rules"] = ["R003", "R004", "X1"]
    return data


def with_module_for_insured() -> dict[str, Any]:
    """M01 and a second module M02, which is only for people who are insured already."""
    data = catalogue_data()
    rule = {"id": "X2", "act": "block", "unknown": "pass", "when": {"not": _IS_INSURED}, "message": MESSAGE}
    data["business_rules"].append(rule)
    modules = data["items"][0]["modules"]
    second = modules[0] | {"id": "M02", "rules": ["X2"]}
    del second["registers"]
    modules.append(second)
    return data


_IS_STUDENT = {"fact": "student", "op": "eq", "value": True}
_IS_INSURED = {"fact": "already_insured", "op": "eq", "value": True}


def with_heirs() -> dict[str, Any]:
    """M01 with a list of heirs, whose shares must be 100 together when there are any."""
    data = catalogue_data()
    data["fields"] += [
        {
            "id": "x_heir_id",
            "label": "继承人证件号码",
            "kind": "id_number",
            "max_length": 18,
            "checks": ["V01"],
            "mask": "first6_last4",
            "sensitivity": 2,
        },
        {"id": "x_heir_share", "label": "份额(%)", "kind": "amount", "max_length": 6},
        {"id": "x_heir_guardian", "label": "监护人", "kind": "text", "max_length": 30, "checks": ["V03"]},
    ]
    age = {"years": [{"fact": "x_heir_id.birth"}, {"fact": "today"}]}
    module = data["items"][0]["modules"][0]
    module["pages"].append(
        {
            "title": "继承人",
            "repeats": {"group": "heirs", "max": 5, "row_name": "继承人"},
            "fields": [
                {"id": "x_heir_id", "required": True},
                {"id": "x_heir_share", "required": True},
                {"id": "x_heir_guardian", "visible": age | {"op": "lt", "value": 18}, "required": True},
            ],
        }
    )
    some, whole = (
        {"fact": "heirs.count", "op": "gt", "value": 0},
        {"fact": "x_heir_share.sum", "op": "ne", "value": 100},
    )
    rule = {"id": "X3", "act": "block", "unknown": "block", "when": {"all": [some, whole]}}
    data["business_rules"].append(rule | {"message": MESSAGE, "question": QUESTION})
    module["rules"].append("X3")
    return data
