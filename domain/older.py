"""What version 1 (commit 5798e1d) wrote, in today's form: pure functions over plain data (docs/decisions has the rule).

Nothing here is ever changed: the bodies under ``tests/golden`` are read by it for as long as such cases are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_APPLICANT = {"role": "applicant", "name": "AAC003", "id_number": "AAC002", "sex": "AAC004", "birth_date": "AAC006"}
_AGENT = {"role": "agent", "name": "x_agent_name", "id_number": "x_agent_id"}
"""The fields that version 1 took for granted in every form."""


def lift_page(old: Mapping[str, Any]) -> dict[str, Any]:
    """A page, which did not say where it came from."""
    return {**old, "source": {"maker": "unknown", "device": "", "sharpness": None, "taken_at": None}}


def lift_content(old: Mapping[str, Any]) -> dict[str, Any]:
    """A content. Its version stays 1: nobody has signed it in another form. How identity was shown has no digests."""
    signature = old.get("signature")
    lifted = {name: value for name, value in old.items() if name not in ("identity_origin", "signature")}
    shown = {
        "role": "applicant",
        "row": "",
        "origin": old["identity_origin"],
        "name_digest": "",
        "number_digest": "",
    }
    return {
        **lifted,
        "version": 1,
        "identities": [shown],
        "answers": [{"row": "", **answer} for answer in old["answers"]],
        "rows": [],
        "pages": [lift_page(page) for page in old["pages"]],
        "package": "",
        "signature": signature and _lift_signature(signature),
    }


def _lift_signature(old: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in old.items() if name != "content_digest"}
    return {**rest, "digests": [old["content_digest"]]}


def lift_catalogue(old: Mapping[str, Any]) -> dict[str, Any]:
    """A catalogue, whose modules did not name their parties. What is no table is left for the reader to refuse."""
    return _with_each(old, "items", lambda item: _with_each(item, "modules", _lift_module))


def _lift_module(module: Mapping[str, Any]) -> dict[str, Any]:
    fields = {use.get("id") for page in _tables(module.get("pages")) for use in _tables(page.get("fields"))}
    parties = [party for party in (_APPLICANT, _AGENT) if all(party[name] in fields for name in set(party) - {"role"})]
    return {"parties": parties, **module}


def _with_each(row: Mapping[str, Any], key: str, lift: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    rows = row.get(key)
    if not isinstance(rows, list):
        return dict(row)
    return {**row, key: [lift(one) if isinstance(one, Mapping) else one for one in rows]}


def _tables(rows: object) -> list[Mapping[str, Any]]:
    return [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list) else []
