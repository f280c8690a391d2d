"""§1.8: a paper is a template that says where values stand; one renderer for both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from domain.papers import template
from domain.papers.template import fill, parse


@pytest.fixture(autouse=True)
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "papers").mkdir()
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    template._parsed.cache_clear()
    yield tmp_path / "papers"
    template._parsed.cache_clear()


def a_paper(folder: Path, text: str) -> None:
    (folder / "p.html").write_text(text, encoding="utf-8")


def test_8_values_stand_in_their_places_and_bring_no_markup(own_templates: Path) -> None:
    a_paper(own_templates, "<!-- 给排版的人\n看 {{nobody}} -->\n<p>\n  {{name}} {{name}}\n</p>")

    assert fill("p", {"name": "<b>&"}) == "<p>&lt;b&gt;&amp; &lt;b&gt;&amp;</p>"


def test_8_parts_stand_there_when_their_value_does(own_templates: Path) -> None:
    a_paper(own_templates, "<!-- if a -->有<!-- if b -->乙<!-- end --><!-- end --><!-- unless a -->无<!-- end -->")

    assert [fill("p", {"a": a, "b": b}) for a, b in (("x", "y"), ("x", ""), ("", "y"))] == ["有乙", "有", "无"]


def test_8_rows_come_one_after_the_other_with_values_of_their_own(own_templates: Path) -> None:
    a_paper(own_templates, "{{title}}<!-- each rows -->[{{name}}/{{title}}]<!-- end -->")

    assert fill("p", {"title": "表", "rows": [{"name": "1"}, {"name": "2"}]}) == "表[1/表][2/表]"
    assert fill("p", {"title": "表", "rows": []}) == "表"


def test_8_a_name_without_a_value_is_a_fault(own_templates: Path) -> None:
    a_paper(own_templates, "{{name}}")

    with pytest.raises(KeyError, match="name"):
        fill("p", {})


@pytest.mark.parametrize("text", ["<!-- if a -->", "<!-- end -->", "<!-- if a --><!-- end --><!-- end -->"])
def test_8_parts_that_do_not_end_as_they_begin_are_a_fault(text: str) -> None:
    with pytest.raises(ValueError, match="end"):
        parse(text)
