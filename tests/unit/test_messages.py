"""Every code finds its Chinese text of three parts, is raised with what the text names, and no text is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import resources
from app.clerk.actions.table import ACTIONS, ActionKey, Scope
from app.notices.codes import NoticeCode
from app.notices.faults import FaultCode
from app.visit.state import Phase
from domain.cases.values import Act, CaseStatus
from domain.catalogue.values import CardAttribute, PartyRole
from domain.refusals import RefusalCode
from hardware.outcomes import OutcomeCode
from hardware.table import KINDS
from tests.helpers.source import ROOT, Source, load_source, load_sources
from tests.unit.test_translations import untranslated

_PARTS = ("what", "why", "next")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TONES = {"info", "success", "warning", "error"}


def _built_in_findings() -> set[str]:
    """The codes that the program itself writes into findings; those of the catalogue bring their own texts."""
    sources = (load_source(ROOT / name) for name in ("domain/forms/checking.py", "app/visit/twice.py"))
    constants = (node for source in sources for node in source.walk() if isinstance(node, ast.Constant))
    return {str(node.value) for node in constants if re.fullmatch(r"[A-Z]+(_[A-Z]+)+|REQUIRED", str(node.value))}


_CODES: Mapping[str, set[str]] = {
    "refusals": {code.value for code in RefusalCode},
    "devices": {code.name for code in OutcomeCode},
    "faults": {code.value for code in FaultCode},
    "notices": {code.value for code in NoticeCode},
    "findings": _built_in_findings() | {code.value for code in RefusalCode if code.value.startswith("id_number_")},
}
_CASES = [(area, code) for area, codes in _CODES.items() for code in sorted(codes)]

_WORDS: Mapping[str, set[str]] = {
    "party": {role.value for role in PartyRole},
    "act": {act.value for act in Act},
    "status": {status.value for status in CaseStatus},
    "phase": {phase.value for phase in Phase},
    "guest_hint": {phase.value for phase in Phase},
    "device": set(KINDS),
    "card": {attribute.value for attribute in CardAttribute},
    "action": {key.value for key in ActionKey},
    "action_tip": {action.key.value for action in ACTIONS if action.has_tip},
    "scope": {scope.value for scope in Scope},
}
"""The kinds of words whose codes are an enumeration's."""
_READ_WHOLE = {"privacy", "guest_phase", "redo", "length", "wanted"}
"""The kinds whose codes are put together or read one after the other where they are used."""

_LINES = tuple(f"server/{path.stem}" for path in sorted((resources.folder() / "messages/server").glob("*.toml")))
"""The areas of the server's own texts, each a line."""
_NO_TEXTS: Mapping[str, str] = {
    "server/http/openapi.py": "the interface's description, for who programs against it",
    "server/service/accounts.py": "a level of the catalogue",
    "server/service/samples.py": "invented people and offices",
}
"""Files of the server whose Chinese is none that it says."""


_messages = cache(resources.load_messages)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return load_sources("app", "hardware", "domain", "server")


def _names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("area", "code"), _CASES)
def test_each_code_has_a_text_of_three_parts(area: str, code: str) -> None:
    row = _messages(area)[code]

    # A text that is only its own placeholder is brought along by the catalogue's rule, which must have all three.
    assert {part for part in _PARTS if _CHINESE.search(row[part]) or _names_in(row[part])} == set(_PARTS)
    assert set(row) <= {*_PARTS, "tone"}
    assert row.get("tone", "error") in _TONES


@pytest.mark.parametrize("area", _CODES)
def test_no_text_is_left_over(area: str) -> None:
    assert set(_messages(area)) <= _CODES[area]


@pytest.mark.parametrize("area", _CODES)
def test_placeholders_are_named_and_well_formed(area: str) -> None:
    for row in _messages(area).values():
        for part in _PARTS:
            assert all(name.isidentifier() for name in _names_in(row[part])), row[part]


@pytest.mark.parametrize("kind", _WORDS)
def test_each_code_of_an_enumeration_has_its_word(kind: str) -> None:
    words = _messages("words")[kind]

    assert set(words) == _WORDS[kind]
    assert all(_CHINESE.search(word) for word in words.values())


@pytest.mark.parametrize("codes", [NoticeCode, FaultCode, RefusalCode, OutcomeCode])
def test_9_each_code_is_raised_somewhere(codes: type[Enum], sources: list[Source]) -> None:
    raised = {name for source in sources for name in raised_in(source, codes.__name__)}

    assert {code.name for code in codes} - raised == set()


def test_9_a_notice_is_said_with_the_values_that_its_text_names(sources: list[Source]) -> None:
    wrong = [fault for source in sources for fault in wrongly_said(source)]

    assert not wrong, "\n".join(wrong)


def test_9_each_word_is_read_and_each_that_is_read_is_there(sources: list[Source]) -> None:
    read = {pair for source in sources for pair in texts_read(source, "word")}
    there = {
        (kind, code, frozenset(_names_in(text)))
        for kind, words in _messages("words").items()
        if kind not in (*_WORDS, *_READ_WHOLE)
        for code, text in words.items()
    }

    assert {one for one in read if one[0] not in (*_WORDS, *_READ_WHOLE)} == there


@pytest.mark.parametrize("area", _LINES)
def test_9_each_line_of_the_server_is_read_and_each_that_is_read_is_there(area: str, sources: list[Source]) -> None:
    read = {(code, values) for source in sources for name, code, values in texts_read(source, "line") if name == area}
    lines = _messages(area)

    assert read == {(code, frozenset(_names_in(text))) for code, text in lines.items()}
    assert all(_CHINESE.search(text) or _names_in(text) for text in lines.values())


def test_9_each_line_read_is_of_an_area_that_is_there(sources: list[Source]) -> None:
    assert {area for source in sources for area, _, _ in texts_read(source, "line")} == set(_LINES)


def test_9_the_server_holds_no_text_in_its_code(sources: list[Source]) -> None:
    holding = {source.name for source in sources if source.name.startswith("server/") and any(untranslated(source))}

    assert holding == _NO_TEXTS.keys()


_TABLES = ("app/notices/", "domain/refusals.py", "hardware/outcomes.py", "server/http/problems.py")
"""Where codes are only listed."""


def raised_in(source: Source, codes: str) -> Iterator[str]:
    """Members of the enumeration that a file uses for more than to compare with them."""
    if source.name.startswith(_TABLES):
        return
    compared = {
        id(inner)
        for node in source.walk()
        if isinstance(node, (ast.Compare, ast.MatchValue))
        for inner in ast.walk(node)
    }
    for node in source.walk():
        named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == codes
        if isinstance(node, ast.Attribute) and named and id(node) not in compared:
            yield node.attr


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def wrongly_said(source: Source) -> Iterator[str]:
    """Each ``say(NoticeCode.X, …)`` whose values are not those that the text of X names."""
    texts = _messages("notices")
    for node in source.walk():
        if not isinstance(node, ast.Call) or _called(node) != "say":
            continue
        given = {keyword.arg for keyword in node.keywords}
        for code in ast.walk(node.args[0]):
            if isinstance(code, ast.Attribute) and code.attr in NoticeCode.__members__:
                named = set().union(*(_names_in(texts[NoticeCode[code.attr].value][part]) for part in _PARTS))
                if named != given:
                    yield f"{source.name}:{node.lineno} {code.attr} names {sorted(named)}, given {given}"


def texts_read(source: Source, name: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Kind, code and values of each ``word("kind", "code", …)``; of ``line`` likewise, with its area."""
    for node in source.walk():
        if isinstance(node, ast.Call) and _called(node) == name and len(node.args) == 2:
            kind, code = node.args
            if isinstance(kind, ast.Constant) and isinstance(code, ast.Constant):
                yield str(kind.value), str(code.value), frozenset(str(keyword.arg) for keyword in node.keywords)


def test_9_codes_that_nothing_raises_and_wrong_values_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        "if code == FaultCode.TIMEOUT or code in (FaultCode.DISK_FULL,): pass\n"
        "raise EnvironmentFault(FaultCode.NO_NETWORK)\n"
        "say(NoticeCode.MENDED, reason=1)\n"
        "say(NoticeCode.ITEM_MISSING)\n",
        encoding="utf-8",
    )
    source = load_source(path, tmp_path)

    assert list(raised_in(source, "FaultCode")) == ["NO_NETWORK"]
    assert [text.partition(" names")[0] for text in wrongly_said(source)] == ["bad.py:3 MENDED"]


def test_U20_the_day_by_which_a_case_is_to_be_done_has_one_name() -> None:
    kinds = (".py", ".toml", ".html")
    files = [path for name in ("app", "server", "domain", "resources") for path in (ROOT / name).rglob("*.*")]
    texts = {path: path.read_text(encoding="utf-8") for path in files if path.suffix in kinds}

    assert resources.word("case", "due") == "办结期限"
    assert [path for path, text in texts.items() if re.search("办结日|应于|前办结|承诺办结", text)] == []


def test_a_code_of_a_later_version_is_told_with_the_code() -> None:
    told = resources.message("faults", "brand_new", {})

    assert "brand_new" in told.what
    assert told.next


def test_a_value_that_is_missing_is_told_as_such() -> None:
    told: Any = resources.message("refusals", "login_locked", {})

    assert told.next.startswith("请 … 分钟后再试")
