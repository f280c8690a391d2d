"""Catalogues of an older form, as the present one: a case stays pinned to the version that it was made with.

The rule: ``format`` counts up with each change that old data do not fit; data without it are of format 1. What an older
format left to the program is written out here as the program then took it. A newer format than ours is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FORMAT = 2

Plain = Mapping[str, Any]


def modern(data: Mapping[str, object]) -> Mapping[str, object]:
    """The data as FORMAT has them; anything that is no catalogue at all stays as it is and is refused by the parser."""
    if "format" in data:
        return data
    try:
        return _of_format_1(data)
    except (KeyError, TypeError, AttributeError, IndexError):
        return data


def _of_format_1(data: Plain) -> Plain:
    """Two-valued conditions, facts by convention, stages without names, chain lengths in code, registering guessed."""
    fields = {field["id"] for field in data["fields"]}
    rules = [_rule(rule) for rule in data["business_rules"]]
    registering = {rule["id"] for rule in rules if rule["act"] == "block" and _REGISTERED in set(_facts_in(rule))}
    items = [item | {"modules": [_module(module, registering) for module in item["modules"]]} for item in data["items"]]
    checks = [_strict(check, "when") for check in data["checks"]]
    papers = {paper for item in items for module in item["modules"] for paper in module.get("papers", ())}
    looked_at = {name: _type(value) for name, value in _comparisons([rules, items, checks]) if name not in fields}
    return {
        **data,
        "format": FORMAT,
        "business_rules": rules,
        "items": items,
        "checks": checks,
        "chains": [_chain(chain) for chain in data["chains"]],
        "risks": _RISKS,
        "papers": [{"id": paper, "name": paper} for paper in sorted(papers)],
        "facts": _FACTS
        + [
            {"name": name, "label": name, "type": kind, "maker": "agency" if name == _REGISTERED else "partner"}
            for name, kind in looked_at.items()
            if name not in {fact["name"] for fact in _FACTS}
        ],
    }


def _rule(rule: Plain) -> Plain:
    kept = {key: value for key, value in rule.items() if rule["act"] == "raise" or key not in ("chain", "risk")}
    return {**_strict(kept, "when"), "unknown": "pass"}


def _module(module: Plain, registering: set[str]) -> Plain:
    registers = {"registers": _REGISTERED} if registering & set(module["rules"]) else {}
    pages = [
        page | {"fields": [_strict(use, "required", "visible") for use in page["fields"]]} for page in module["pages"]
    ]
    materials = [_strict(use, "required", "offered") for use in module["materials"]]
    return {**module, **registers, "pages": pages, "materials": materials, "parties": _parties(pages)}


def _parties(pages: list[Plain]) -> list[Plain]:
    """Forms named who applies, and who acts for them, by fields that the program knew."""
    fields = {use["id"] for page in pages for use in page["fields"]}
    return [party for party in _PARTIES if {name for key, name in party.items() if key != "role"} <= fields]


def _chain(chain: Plain) -> Plain:
    """Chains named roles only: the first accepted, the second reviewed, the others approved."""
    kinds = ("accept", "review")
    stages = [
        {"id": role, "name": role, "kind": kinds[place] if place < len(kinds) else "approve", "role": role}
        for place, role in enumerate(chain["roles"])
    ]
    return {**{key: value for key, value in chain.items() if key != "roles"}, "stages": stages}


def _strict(table: Plain, *keys: str) -> Plain:
    return {key: _known(value) if key in keys else value for key, value in table.items()}


def _known(condition: Any) -> Any:
    """A comparison was false of a fact that nobody knew; since FORMAT 2 it is unknown, unless this says otherwise."""
    if not isinstance(condition, Mapping):
        return condition
    if "fact" not in condition:
        return {
            word: [_known(part) for part in inner] if isinstance(inner, list) else _known(inner)
            for word, inner in condition.items()
        }
    if condition["op"] == "present":
        return condition
    return {"all": [{"fact": condition["fact"], "op": "present"}, condition]}


def _comparisons(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        if "fact" in data and "value" in data:
            yield data["fact"], data["value"]
        for inner in data.values():
            yield from _comparisons(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _comparisons(inner)


def _facts_in(data: Any) -> Iterator[str]:
    return (name for name, _ in _comparisons(data))


def _type(value: Any) -> str:
    if isinstance(value, list):
        return _type(value[0])
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int) else "text"


_PARTIES: list[Plain] = [
    {"role": "applicant", "name": "AAC003", "id_number": "AAC002", "sex": "AAC004", "birth_date": "AAC006"},
    {"role": "agent", "name": "x_agent_name", "id_number": "x_agent_id"},
]
_REGISTERED = "already_insured"
_RISKS = [
    {"level": 1, "mode": "限时", "shortest": 4, "longest": 99},
    {"level": 2, "mode": "即时", "shortest": 2, "longest": 2},
    {"level": 3, "mode": "即时", "shortest": 1, "longest": 1},
]
_FACTS: list[Plain] = [
    {"name": "today", "label": "今天", "type": "date", "maker": "office"},
    {"name": "office_region", "label": "本机构所在旗县", "type": "text", "maker": "office"},
    {"name": "applicant_kind", "label": "办理人", "type": "text", "maker": "form"},
    {"name": "identity_origin", "label": "身份核验方式", "type": "text", "maker": "card"},
    {
        "name": "age",
        "label": "年龄",
        "type": "number",
        "maker": "form",
        "value": {"years": [{"fact": "AAC002.birth"}, {"fact": "today"}]},
    },
    {
        "name": "region_is_local",
        "label": "户籍在本旗县",
        "type": "flag",
        "maker": "form",
        "when": {"fact": "AAB301", "op": "eq", "other": {"fact": "office_region"}},
    },
    {
        "name": "account_is_own",
        "label": "账户是本人的",
        "type": "flag",
        "maker": "form",
        "when": {"fact": "AAE009", "op": "eq", "other": {"fact": "AAC003"}},
    },
]
