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
