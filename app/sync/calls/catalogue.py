"""Catalogues by their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.notices.faults import FaultCode
from app.sync.line import Line
from app.sync.reply import LineFault, Question
from domain.catalogue.parse import canonical_json
from domain.refusals import Refusal

_LARGEST_BYTES = 32 * 1024 * 1024


def knows_catalogue(line: Line, sha256: str) -> bool | Refusal:
    """Whether the server has, or had, the catalogue of that hash in force."""
    return line.is_there(f"/v1/catalogue/{sha256}")


def get_catalogue(line: Line, sha256: str) -> Mapping[str, Any] | Refusal:
    """The catalogue's tables of that hash, as ``parse_catalogue`` takes them."""
    reply = line.ask(Question(method="GET", path=f"/v1/catalogue/{sha256}", limit_bytes=_LARGEST_BYTES))
    if isinstance(reply, Refusal):
        return reply
    try:
        data = json.loads(reply.body)
    except ValueError as error:
        raise LineFault(FaultCode.SERVER_FAULT, {"why": "catalogue is not JSON"}) from error
    tables = data.get("data") if isinstance(data, dict) else None
    if not isinstance(tables, dict) or hashlib.sha256(canonical_json(tables)).hexdigest() != sha256:
        raise LineFault(FaultCode.SERVER_FAULT, {"why": "catalogue of another hash"})
    return tables
