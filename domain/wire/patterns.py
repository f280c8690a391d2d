"""What ids and hashes look like: checked where they come in, and told in the OpenAPI page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from domain.cases.values import BlobHash, CaseId, StepId

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""Of a case or step, in small letters. No user name has this form."""

SHA256 = "[0-9a-f]{64}"
CURSOR = rf"[0-9]{{1,17}}\.{UUID}"
"""A place in a list of cases."""

_OF_TYPE: Mapping[Any, str] = {CaseId: UUID, StepId: UUID, BlobHash: SHA256}


def patterns_in(kind: type[Any]) -> Iterator[tuple[str, str, str]]:
    """Class, field and pattern of every text of a form of its own, in a wire value and all within it."""
    for name, hint in get_type_hints(kind).items():
        if hint in _OF_TYPE:
            yield kind.__name__, name, _OF_TYPE[hint]
        for inner in (hint, *get_args(hint)):
            if isinstance(inner, type) and is_dataclass(inner):
                yield from patterns_in(inner)
