"""Findings in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import domain.forms.checking
import resources
from app.notices.findings import finding_line, finding_message
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue, CheckKind, FieldId
from domain.forms.checking import Finding
from domain.refusals import RefusalCode


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return parse_catalogue(resources.load_catalogue_data())


def finding(code: str, reason: str = "", **facts: str) -> Finding:
    return Finding(field=FieldId("AAC003"), code=code, reason=reason, facts=facts)


def test_every_built_in_finding_has_a_text_in_three_parts() -> None:
    source = Path(domain.forms.checking.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'code="([A-Z_]+)"', source))
    texts = resources.load_messages("findings")

    assert codes
    assert all(texts[code]["what"] and texts[code]["why"] and texts[code]["next"] for code in codes)


def test_every_reason_of_an_id_number_has_a_text() -> None:
    reasons = {code.value for code in RefusalCode if code.value.startswith("id_number_")}

    assert reasons <= set(resources.load_messages("findings"))


def test_facts_fill_the_text(catalogue: Catalogue) -> None:
    line = finding_line(catalogue, finding("TOO_LONG", length="100000", limit="128"))

    assert "现有 100000 字，最多 128 字" in line


@pytest.mark.parametrize("reason", [code.value for code in RefusalCode if code.value.startswith("id_number_")])
def test_a_check_of_the_catalogue_names_the_finer_reason(catalogue: Catalogue, reason: str) -> None:
    check = next(check for check in catalogue.checks.values() if check.kind is CheckKind.ID_NUMBER)

    message = finding_message(catalogue, finding(check.id, reason))

    assert "{" not in message.what + message.why + message.next
    assert len(message.what) > len(check.message.what.replace("{reason}", ""))


def test_a_check_without_a_reason_leaves_no_trace_of_the_placeholder(catalogue: Catalogue) -> None:
    check = next(check for check in catalogue.checks.values() if check.kind is CheckKind.ID_NUMBER)

    assert finding_message(catalogue, finding(check.id)).what == "身份证号码不正确"


def test_an_unknown_code_is_still_said_in_chinese(catalogue: Catalogue) -> None:
    assert "BRAND_NEW" in finding_line(catalogue, finding("BRAND_NEW"))
