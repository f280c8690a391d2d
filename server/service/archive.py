"""The dossier of a finished case: written after the commit that finished it, and again later if need be."""

from __future__ import annotations

import dataclasses
import json
import logging
from datetime import date
from typing import Any

from sqlalchemy.exc import DBAPIError

from domain.cases.values import BlobHash, CaseContent, CaseStatus
from domain.catalogue.values import Catalogue, MaterialId
from domain.wire.codec import dump
from server.service.reading import revisions_of, trail_of
from server.service.work import NOBODY, Installation, Work, look, transact
from server.storage.audit_chain import Kind
from server.storage.blobs import BlobDamagedError, BlobMissingError
from server.storage.cases import CaseRecord, find_case_by_receipt, list_steps, list_unarchived, mark_archived
from server.storage.database import Database, DatabaseBusyError
from server.storage.dossiers import CASE, LOG, Filed, Owner

_log = logging.getLogger(__name__)

_NOT_NOW = (OSError, BlobDamagedError, BlobMissingError, DatabaseBusyError, DBAPIError, ValueError, LookupError)
"""The disk is full, the database busy, a page or a content damaged: other dossiers are written all the same."""

_LONGEST_NAME = 40
_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"%PDF": "pdf"}


def archive_name(status: CaseStatus, today: date, county: str, receipt_no: str) -> str:
    """The name of the dossier of a case that finishes today; empty for any other."""
    return f"{today.year}/{county}/{receipt_no}" if status is CaseStatus.FINISHED else ""


def archive_finished(installation: Installation) -> int:
    """Write every dossier that is missing; their number. A dossier that cannot be written waits for the next time."""
    try:
        records = look(installation, _unarchived)
    except _NOT_NOW as error:
        _log.error("missing dossiers not looked for: %s", type(error).__name__)
        return 0
    return sum(archive_case(installation, record) is not None for record in records)


def archive_case(installation: Installation, record: CaseRecord) -> CaseRecord | None:
    """Write the dossier of a finished case; the case with it, or None when it must be tried again.

    Writing twice does no harm.
    """
    try:
        texts, blobs = look(installation, lambda work: _gather(work, record))
        filed = installation.dossiers.put(record.archive, owner_of(record), texts, blobs)
        if filed.name != record.archive:
            _log.error("dossier %s is there of another case or course: %s lies beside it", record.archive, filed.name)
        archived = dataclasses.replace(record, archive=filed.name, archived=True)
        transact(installation, lambda work: _confirm(work, archived, filed))
    except _NOT_NOW as error:  # the case is finished all the same
        _log.error("dossier %s not written: %s", record.archive, type(error).__name__)
        return None
    return archived


def owner_of(record: CaseRecord) -> Owner:
    """Whose the dossier of a case is."""
    return Owner(case=record.id, receipt_no=record.receipt_no)


def find_dossier(database: Database, receipt_no: str) -> str | None:
    """The name of a case's dossier, if it lies in the archive."""
    record = database.read(lambda connection: find_case_by_receipt(connection, receipt_no))
    return record.archive if record and record.archived else None


def _unarchived(work: Work) -> tuple[CaseRecord, ...]:
    return list_unarchived(work.connection)


def _confirm(work: Work, record: CaseRecord, filed: Filed) -> None:
    if mark_archived(work.connection, record):
        detail = {"archive": filed.name, "manifest": filed.manifest}
        work.audit_of(record.office, NOBODY, "archived", Kind.CASE, record.id, detail)


def _gather(work: Work, record: CaseRecord) -> tuple[dict[str, bytes], dict[str, BlobHash]]:
    *former, content = revisions_of(work, record)
    catalogue = work.installation.catalogues.get(record.catalogue)
    trail = {"case": record.id, "entries": [json.loads(dump(line)) for line in trail_of(work, record)]}
    texts = {CASE: _readable(_describe(work, record, content, catalogue)), LOG: _readable(trail)}
    blobs = _blobs_by_name(work, content)
    for number, one in enumerate(former, start=1):
        texts[f"former/{number:02d}/content.json"] = _readable(json.loads(dump(one)))
        # A page that is the same in the newest revision is not kept twice.
        replaced = {name: sha256 for name, sha256 in _blobs_by_name(work, one).items() if sha256 not in content.blobs}
        blobs |= {f"former/{number:02d}/{name}": sha256 for name, sha256 in replaced.items()}
    return texts, blobs


def _blobs_by_name(work: Work, content: CaseContent) -> dict[str, BlobHash]:
    """The pages and the signature of one revision, by the names of their files."""
    catalogue = work.installation.catalogues.get(content.catalogue_sha256)
    blobs = {
        _page_name(work, catalogue, page.material, page.number, page.sha256): page.sha256 for page in content.pages
    }
    if content.signature:
        blobs |= {"signature.png": content.signature.png_sha256, "strokes.json": content.signature.strokes_sha256}
    return blobs


def _describe(work: Work, record: CaseRecord, content: CaseContent, catalogue: Catalogue) -> dict[str, Any]:
    module = catalogue.modules[record.module]
    steps = [
        {
            "act": step.act.value,
            "stage": step.stage,
            "target": step.target,
            "role": step.role,
            "account": step.account,
            "name": step.actor_name,
            "office": step.office.name,
            "taken_at": step.taken_at.isoformat(),
            "opinion": step.opinion,
            "seen": step.seen,
            "counter": step.counter,
        }
        for step in list_steps(work.connection, record)
    ]
    return {
        "case": record.id,
        "receipt_no": record.receipt_no,
        "item": module.item_name,
        "module": {"id": module.id, "name": module.name},
        "archive_class": module.archive_class,
        "archive_keep": module.archive_keep,
        "catalogue": {"version": catalogue.version, "sha256": catalogue.sha256},
        "chain": {"id": record.chain, "name": catalogue.chains[record.chain].name},
        "risk": record.risk,
        "status": record.status.value,
        "accepted_at": record.accepted_at.isoformat(),
        "due_on": record.due_on.isoformat(),
        "labels": {a.field: catalogue.fields[a.field].label for a in content.answers if a.field in catalogue.fields},
        "content": json.loads(dump(content)),
        "steps": steps,
    }


def _page_name(work: Work, catalogue: Catalogue, material: MaterialId, number: int, sha256: BlobHash) -> str:
    name = "".join(letter if letter.isalnum() else "_" for letter in catalogue.materials[material].name)
    start = next(iter(work.installation.blobs.stream(sha256)), b"")
    kind = next((kind for magic, kind in _KINDS.items() if start.startswith(magic)), "bin")
    return f"pages/{material}_{name[:_LONGEST_NAME]}_{number:02d}.{kind}"


def _readable(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode()
