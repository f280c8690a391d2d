"""Findings of the form to Chinese: one line under the field, and the whole message. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import resources
from domain.catalogue.values import Catalogue, Text3
from domain.forms.checking import Finding


class _Known(dict[str, str]):
    """Facts for a text; a placeholder without a fact becomes empty instead of failing."""

    def __missing__(self, key: str) -> str:
        return ""


@cache
def _texts() -> Mapping[str, Any]:
    return resources.load_messages("findings")


def finding_message(catalogue: Catalogue, finding: Finding) -> Text3:
    """What is wrong, why, and what to do: from the catalogue's check, else from the built-in texts."""
    check = catalogue.checks.get(finding.code)
    text = check.message if check else _built_in(finding.code)
    reason = _fill(_built_in(finding.reason).what, finding.facts) if finding.reason else ""
    facts = {**finding.facts, "reason": reason}
    return Text3(what=_tidy(_fill(text.what, facts)), why=_fill(text.why, facts), next=_fill(text.next, facts))


def finding_line(catalogue: Catalogue, finding: Finding) -> str:
    """What is wrong and what to do, in one line for the place under the field."""
    message = finding_message(catalogue, finding)
    return f"{message.what}，{message.next}" if message.next else message.what


def _built_in(code: str) -> Text3:
    row = _texts().get(code)
    if row is None:
        return Text3(what=f"这一项有未登记的问题（{code}）", next="请记下代码并联系信息员")
    return Text3(what=str(row["what"]), why=str(row.get("why", "")), next=str(row.get("next", "")))


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return text.format_map(_Known(facts)) if "{" in text else text


def _tidy(text: str) -> str:
    """Without the trace of a placeholder that had nothing to say."""
    return text.rstrip(":： ")
