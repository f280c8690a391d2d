"""Which picture of a signature belongs to which case: nobody signs twice alike, so one for several people is none."""

from __future__ import annotations

from sqlalchemy import Connection, distinct, func, insert, select

from domain.cases.values import BlobHash
from server.storage.cases import CaseRecord
from server.storage.tables import case_ink


def note_ink(connection: Connection, record: CaseRecord, sha256: BlobHash) -> None:
    """Note the signature of a case's newest revision."""
    key = {"county": record.county, "case_id": record.id, "revision": record.revision}
    connection.execute(insert(case_ink), {**key, "sha256": sha256, "person": record.applicant})


def count_others(connection: Connection, record: CaseRecord, sha256: BlobHash) -> int:
    """How many other people have a case with the very same picture."""
    others = (case_ink.c.sha256 == sha256) & (case_ink.c.person != record.applicant)
    return int(connection.execute(select(func.count(distinct(case_ink.c.person))).where(others)).scalar_one())
