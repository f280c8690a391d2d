"""Whose name a field is, only the catalogue says (foundation §1.1)."""

from __future__ import annotations

import ast
import re

import pytest

from tests.helpers.source import Source, load_sources

_FIELD = re.compile(r"(AA[A-Z][0-9]{3}|BIE[0-9]{3}|CAZ[0-9]{3}|x_[a-z_]+)")
_DATA = {"domain/catalogue/older.py"}
"""What an older catalogue left to the program, written out as data."""


def literals(source: Source) -> list[str]:
    return [
        node.value
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FIELD.fullmatch(node.value)
    ]


def test_no_code_knows_a_field_by_name() -> None:
    sources = load_sources("app", "hardware", "domain", "server")

    known = {source.name: found for source in sources if source.name not in _DATA and (found := literals(source))}

    assert not known


@pytest.mark.parametrize("text", ["AAC002", "x_agent_id", "AAE009"])
def test_a_field_by_name_is_seen(text: str) -> None:
    source = Source(name="app/x.py", text=f"FIELD = {text!r}\n", tree=ast.parse(f"FIELD = {text!r}\n"))

    assert literals(source) == [text]
