"""Whether everything that cases name still lies here, whole; for an administrator, while the server runs or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from resources import line
from server.storage.blobs import BlobDamagedError, BlobMissingError, BlobStore, parse_blob_hash
from server.storage.cases import KeptContent, list_contents, list_unarchived
from server.storage.database import Database

_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFault:
    """Something of a case that is not as it was. ``what`` in Chinese, ``sha256`` of a page, or empty."""

    receipt_no: str
    what: str
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReport:
    """How many different blobs cases name, and every fault."""

    blobs: int
    faults: tuple[StockFault, ...]


def take_stock(database: Database, blobs: BlobStore) -> StockReport:
    """Read every blob of every revision of every case once, and look for finished cases without a dossier."""
    states: dict[str, str] = {}
    faults = []
    for kept in _contents(database):
        for sha256 in sorted(_blobs_of(json.loads(kept.body))):
            if sha256 not in states:
                states[sha256] = _state_of(blobs, sha256)
            if states[sha256]:
                faults.append(StockFault(receipt_no=kept.receipt_no, what=states[sha256], sha256=sha256))
    for record in database.read(list_unarchived):
        faults.append(StockFault(receipt_no=record.receipt_no, what=line("server/stocktaking", "not_archived")))
    return StockReport(blobs=len(states), faults=tuple(dict.fromkeys(faults)))


def _contents(database: Database) -> Iterator[KeptContent]:
    """All contents, a few at a time: the database is not kept at one moment while disks are read."""
    last: KeptContent | None = None
    while True:
        after = last
        page = database.read(lambda connection: list_contents(connection, after=after, limit=_AT_ONCE))  # noqa: B023
        yield from page
        if len(page) < _AT_ONCE:
            return
        last = page[-1]


def _blobs_of(content: dict[str, Any]) -> set[str]:
    """Read leniently: contents of every earlier form are among them."""
    named = {page["sha256"] for page in content.get("pages", ())}
    signature = content.get("signature") or {}
    return named | {signature[name] for name in ("png_sha256", "strokes_sha256") if name in signature}


def _state_of(blobs: BlobStore, name: str) -> str:
    sha256 = parse_blob_hash(name)
    if sha256 is None:
        return line("server/stocktaking", "missing")
    try:
        for _ in blobs.stream(sha256):
            pass
    except BlobMissingError:
        return line("server/stocktaking", "missing")
    except (BlobDamagedError, OSError):
        return line("server/stocktaking", "damaged")
    return ""
