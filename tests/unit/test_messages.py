"""Every "no" finds its Chinese text, and every text says what happened, why, and what to do next."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

import pytest

import resources
from app.notices.faults import FaultCode
from domain.refusals import RefusalCode
from hardware.outcomes import OutcomeCode
from hardware.table import KINDS
from tests.helpers.source import ROOT, load_source

_PARTS = ("what", "why", "next")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _built_in_findings() -> set[str]:
    """The codes that the program itself writes into findings; those of the catalogue bring their own texts."""
    sources = (load_source(ROOT / name) for name in ("domain/forms/checking.py", "app/visit/intake.py"))
    constants = (node for source in sources for node in source.walk() if isinstance(node, ast.Constant))
    return {str(node.value) for node in constants if re.fullmatch(r"[A-Z]+(_[A-Z]+)+|REQUIRED", str(node.value))}


_CODES: Mapping[str, set[str]] = {
    "refusals": {code.value for code in RefusalCode},
    "devices": {code.name for code in OutcomeCode},
    "faults": {code.value for code in FaultCode},
    "findings": _built_in_findings() | {code.value for code in RefusalCode if code.value.startswith("id_number_")},
}
_CASES = [(area, code) for area, codes in _CODES.items() for code in sorted(codes)]


def _texts(area: str) -> dict[str, Any]:
    return {code: row for code, row in resources.load_messages(area).items() if code != "device"}


@pytest.mark.parametrize(("area", "code"), _CASES)
def test_each_code_has_a_text_of_three_parts(area: str, code: str) -> None:
    row = _texts(area)[code]

    # A text that is only its own placeholder is brought along by the catalogue's rule, which must have all three.
    assert {part for part in _PARTS if _CHINESE.search(row[part]) or row[part] == f"{{{part}}}"} == set(_PARTS)


@pytest.mark.parametrize("area", _CODES)
def test_no_text_is_left_over(area: str) -> None:
    assert set(_texts(area)) <= _CODES[area]


@pytest.mark.parametrize("area", _CODES)
def test_placeholders_are_named_and_well_formed(area: str) -> None:
    for row in _texts(area).values():
        for part in _PARTS:
            names = [name for _, name, _, _ in Formatter().parse(row[part]) if name is not None]
            assert all(name.isidentifier() for name in names), row[part]


def test_each_kind_of_device_has_a_name() -> None:
    names = {kind: row["name"] for kind, row in resources.load_messages("devices")["device"].items()}

    assert set(names) == set(KINDS)
    assert all(_CHINESE.search(name) for name in names.values())
