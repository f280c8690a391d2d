"""Which office has sent which blob: a case may name only what its own office has sent, whoever else knows the hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.cases.values import BlobHash
from domain.codes import county_of
from server.storage.statements import of, rows_where
from server.storage.tables import uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A blob that an office has proved to have."""

    office: str
    sha256: BlobHash
    size_bytes: int
    account: str


def add_upload(connection: Connection, upload: Upload, *, at: datetime) -> bool:
    """Note it; false when the office had sent the blob before."""
    try:
        with connection.begin_nested():
            connection.execute(
                insert(uploads),
                {
                    "county": county_of(upload.office),
                    "office": upload.office,
                    "sha256": upload.sha256,
                    "size_bytes": upload.size_bytes,
                    "account": upload.account,
                    "named": False,
                    "at": at,
                },
            )
    except IntegrityError:
        return False
    return True


def has_upload(connection: Connection, office: str, sha256: BlobHash) -> bool:
    """Whether the office has sent the blob."""
    this = of(county=county_of(office), office=office, sha256=sha256)
    return connection.execute(rows_where(uploads, "county", "office", "sha256"), this).first() is not None


def name_uploads(connection: Connection, office: str, wanted: Iterable[BlobHash]) -> frozenset[BlobHash]:
    """Note that a case names these blobs; those among them that the office has sent."""
    these = _of(office) & uploads.c.sha256.in_(sorted(wanted))
    sent = frozenset(BlobHash(text) for text in connection.scalars(select(uploads.c.sha256).where(these)))
    connection.execute(update(uploads).where(these & uploads.c.named.is_(False)).values(named=True))
    return sent


def count_unnamed_bytes(connection: Connection, office: str, *, since: datetime) -> int:
    """How much the office has sent since then that no case names."""
    these = _of(office) & uploads.c.named.is_(False) & (uploads.c.at >= since)
    return int(connection.execute(select(func.coalesce(func.sum(uploads.c.size_bytes), 0)).where(these)).scalar_one())


def _of(office: str) -> ColumnElement[bool]:
    return (uploads.c.county == county_of(office)) & (uploads.c.office == office)
