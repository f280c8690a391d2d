"""Every Chinese text that a window shows goes through Qt's translation, so that a second language is only a file.

A text is translated where it stands in ``tr()`` or ``translate()``. A table of texts names them with
``QT_TRANSLATE_NOOP`` and is translated where it is read. What is put together is translated first, then filled.
What knows no Qt holds no text: it names a code, whose words in ``resources/messages`` take the same way.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

import resources
from app.notices.codes import NoticeCode
from app.notices.faults import FaultCode
from app.notices.texts import fault_notice, outcome_notice, refusal_notice, say
from app.theme.theme import apply_theme
from app.visit import readback
from domain.cases.values import Office
from domain.refusals import Refusal, RefusalCode
from hardware.kinds.document_camera import DOCUMENT_CAMERA
from hardware.outcomes import OutcomeCode
from tests.helpers.source import Source, load_source, load_sources

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TRANSLATING = {"tr", "translate", "QT_TRANSLATE_NOOP", "QT_TR_NOOP"}

_NOT_SHOWN = {
    "app/forms/initials.py": "where the letters of pinyin begin among the characters",
    "app/forms/fields/date.py": "patterns of dates that a clerk may type",
    "app/arguments.py": "the command line, for who installs the program",
    "app/asking_argparse.py": "the command line, for who installs the program",
    "app/main.py": "the product's name, and the command line's question for a password",
    "app/printing.py": "the product's name in a paper's file",
}
"""Files whose Chinese is data of an algorithm, not a text."""


def untranslated(source: Source) -> Iterator[str]:
    """Each Chinese literal outside a docstring that no translating call holds, and each that is filled too early."""
    for node in ast.iter_child_nodes(source.tree):
        yield from _find(source, node, translated=False)


def _find(source: Source, node: ast.AST, *, translated: bool) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CHINESE.search(node.value):
        if not translated:
            yield f"{source.name}:{node.lineno} {node.value[:40]!r}"
        return
    calls = isinstance(node, ast.Call) and _name(node.func) in _TRANSLATING
    for child in ast.iter_child_nodes(node):
        # Only a plain literal can be looked up: a filled or joined text inside the call is not one.
        yield from _find(source, child, translated=calls and isinstance(child, ast.Constant))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_text_of_the_windows_is_translated() -> None:
    sources = load_sources("app")

    found = [text for source in sources if source.name not in _NOT_SHOWN for text in untranslated(source)]

    assert not found, "not translated:\n" + "\n".join(found)


def test_the_exemptions_are_still_needed() -> None:
    sources = {source.name: source for source in load_sources("app")}

    assert all(any(untranslated(sources[name])) for name in _NOT_SHOWN)


class Marked(QTranslator):
    """A second language in which every text stands in brackets."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """What Qt asks."""
        return f"[{context}|{text}]" if context in _AREAS else text


_AREAS = ("refusals", "faults", "notices", "devices", "findings", "words")


@pytest.fixture
def second_language(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp)
    marked = Marked()
    qapp.installTranslator(marked)
    yield
    qapp.removeTranslator(marked)


@pytest.mark.usefixtures("second_language")
def test_9_the_translation_reaches_what_knows_no_qt_before_its_values_are_filled_in() -> None:
    notices = (
        say(NoticeCode.CARD_EXPIRED, until="2026-01-01"),
        refusal_notice(Refusal(code=RefusalCode.STEP_NOT_NOW, facts={"status": "in_review", "act": "approve"})),
        fault_notice(FaultCode.DISK_FAULT, {"why": "EIO"}),
        outcome_notice(OutcomeCode.NO_DEVICE, DOCUMENT_CAMERA, {}),
    )

    assert [notice.what.partition("|")[0] for notice in notices] == ["[notices", "[refusals", "[faults", "[devices"]
    assert notices[0].what == "[notices|身份证已过期（有效期至 2026-01-01）]"
    assert notices[1].why == "[refusals|本件当前状态是“[words|复核中]”，不能“[words|通过]”]"
    assert notices[3].what == "[devices|没有找到[words|高拍仪]。]"
    assert (
        resources.message("findings", "TOO_LONG", {"length": "9", "limit": "8"}).next == "[findings|请删减到 8 字以内]"
    )
    office = Office(code="159999", name="测试旗社会保险事业服务中心", level="旗县")
    assert all(point.startswith("[words|") for point in readback.welcome(office).privacy_notice)


def test_untranslated_and_early_filled_texts_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        '"""说明"""\n'
        'TITLE = "标题"\n'
        'TABLE = {1: QT_TRANSLATE_NOOP("cases", "受理")}\n'
        "class A:\n"
        '    """说明"""\n'
        "    def show(self, name):\n"
        '        self.set(self.tr("姓名 {name}").format(name=name))\n'
        '        self.set(self.tr(f"姓名 {name}"))\n'
        '        self.set(self.tr("姓名 {name}".format(name=name)))\n'
        '        self.set(self.tr(name) + "人")\n',
        encoding="utf-8",
    )

    found = [text.partition(" ")[0] for text in untranslated(load_source(path, tmp_path))]

    assert found == ["bad.py:2", "bad.py:8", "bad.py:9", "bad.py:10"]
