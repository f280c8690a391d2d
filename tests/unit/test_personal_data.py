"""What is personal stands in no ``repr``, so in no log line and no traceback that shows a value (rule 9)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.helpers.source import Source, load_sources

_PERSONAL = {
    "address",
    "applicant",
    "applicant_masked",
    "barred",
    "birth_date",
    "id_number",
    "jpeg",
    "nation",
    "opinion",
    "password",
    "person",
    "photo",
    "photo_jpeg",
    "png",
    "reason",
    "sex",
    "signer",
    "strokes",
    "strokes_json",
    "token",
}
"""What a field of this name holds is somebody's own, whatever holds it."""
_HARMLESS = {"FieldId", "OutcomeCode", "int"}
"""Types that tell of nobody: where it stands in a form, a code, and a count."""
_TECHNICAL = {"Finding.reason", "HostDown.reason"}
"""Reasons that no person wrote: a code, and how a process ended."""


def shown_fields(source: Source) -> Iterator[str]:
    """Each personal field of a dataclass that its ``repr`` would show."""
    for node in source.walk():
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    name, value = line.target.id, ast.unparse(line.value) if line.value else ""
                    wanted = name in _PERSONAL and f"{node.name}.{name}" not in _TECHNICAL
                    if wanted and "repr=False" not in value:
                        yield f"{source.name}:{line.lineno} {node.name}.{name}: {ast.unparse(line.annotation)}"


def test_no_repr_shows_what_is_personal() -> None:
    shown = [field for source in load_sources("app", "domain", "hardware", "server") for field in shown_fields(source)]

    assert [field for field in shown if field.rsplit(": ", 1)[1] not in _HARMLESS] == []
