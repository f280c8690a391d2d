"""Every Chinese text that a window shows goes through Qt's translation, so that a second language is only a file.

A text is translated where it stands in ``tr()`` or ``translate()``. A table of texts names them with
``QT_TRANSLATE_NOOP`` and is translated where it is read. What is put together is translated first, then filled.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.source import Source, load_source, load_sources

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TRANSLATING = {"tr", "translate", "QT_TRANSLATE_NOOP", "QT_TR_NOOP"}

_NOT_SHOWN = {
    "app/forms/initials.py": "where the letters of pinyin begin among the characters",
    "app/forms/fields/date.py": "patterns of dates that a clerk may type",
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
    sources = load_sources("app/clerk", "app/customer", "app/forms")

    found = [text for source in sources if source.name not in _NOT_SHOWN for text in untranslated(source)]

    assert not found, "not translated:\n" + "\n".join(found)


def test_the_exemptions_are_still_needed() -> None:
    sources = {source.name: source for source in load_sources("app/forms")}

    assert all(any(untranslated(sources[name])) for name in _NOT_SHOWN)


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
