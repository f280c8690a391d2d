"""Fills the templates of ``resources/papers``: HTML with ``{{names}}``, and parts between comments.

``<!-- if name -->`` … ``<!-- end -->`` stands there when the value is not empty, ``<!-- unless name -->`` when it is;
``<!-- each names -->`` once for each row of a list, which has values of its own. Other comments are for who edits it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape

import resources

Value = str | Sequence[Mapping[str, str]]
"""A text, or rows of texts."""

_MARK = re.compile(r"\{\{(?P<name>\w+)\}\}|<!-- (?:(?P<kind>if|unless|each) (?P<of>\w+)|(?P<end>end)) -->")
_NOTE = re.compile(r"<!--(?! (?:if|unless|each|end)\b).*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Part:
    """``kind`` is text, value, if, unless or each; ``what`` is the text, or the value's name."""

    kind: str
    what: str
    inside: list[_Part] = field(default_factory=list)


def fill(template: str, values: Mapping[str, Value]) -> str:
    """The paper ``resources/papers/<template>.html``; every value is escaped. KeyError for a name without a value."""
    return "".join(_filled(_parsed(template), values))


@cache
def _parsed(template: str) -> list[_Part]:
    text = (resources.folder() / "papers" / f"{template}.html").read_text(encoding="utf-8")
    return parse("".join(line.strip() for line in _NOTE.sub("", text).splitlines()))  # an indent would be a blank


def parse(text: str) -> list[_Part]:
    """The parts of a template. ValueError where parts are not ended as they begin."""
    open_parts, at = [_Part("", "")], 0
    for mark in _MARK.finditer(text):
        open_parts[-1].inside.append(_Part("text", text[at : mark.start()]))
        at = mark.end()
        if mark["end"]:
            open_parts.pop()
            if not open_parts:
                raise ValueError(f"nothing to end at {mark.start()}")
            continue
        part = _Part("value", mark["name"]) if mark["name"] else _Part(mark["kind"], mark["of"])
        open_parts[-1].inside.append(part)
        if part.kind != "value":
            open_parts.append(part)
    if len(open_parts) > 1:
        raise ValueError(f"{open_parts[-1].kind} {open_parts[-1].what} is not ended")
    return [*open_parts[0].inside, _Part("text", text[at:])]


def _filled(parts: list[_Part], values: Mapping[str, Value]) -> Iterator[str]:
    for part in parts:
        value = part.what if part.kind == "text" else values[part.what]
        if part.kind == "each":
            assert not isinstance(value, str)
            for row in value:
                yield from _filled(part.inside, {**values, **row})
        elif part.kind in ("if", "unless"):
            if bool(value) == (part.kind == "if"):
                yield from _filled(part.inside, values)
        else:
            assert isinstance(value, str)
            yield value if part.kind == "text" else escape(value)
