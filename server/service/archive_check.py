"""Whether every dossier is the one that was written: whole, of its case, and known to the database and its log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from resources import line
from server.service.archive import owner_of
from server.storage.audit_chain import Kind, list_entries
from server.storage.cases import CaseRecord, list_archived, list_unarchived
from server.storage.database import Database
from server.storage.dossiers import DossierStore

_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFault:
    """Something wrong with a dossier. ``place`` is its name, ``what`` in Chinese."""

    place: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReport:
    """How many dossiers the database knows, and every fault."""

    dossiers: int
    faults: tuple[DossierFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """What the log says of a case's dossier: the hash of its manifest, and its own entries by number."""

    manifest: str
    entries: dict[int, str]


def check_archive(database: Database, dossiers: DossierStore) -> ArchiveReport:
    """Compare every dossier with its case, the log with what each carries of it, and the folder with the database."""
    known: set[str] = set()
    faults: list[DossierFault] = []
    for record in _archived(database):
        known.add(record.archive)
        faults += _faults_of(database, dossiers, record)
    for record in database.read(list_unarchived):
        faults.append(DossierFault(place=record.archive, what=line("server/archive_check", "not_written")))
    for name in dossiers.names():
        if name not in known:
            faults.append(DossierFault(place=name, what=line("server/archive_check", "unknown")))
    return ArchiveReport(dossiers=len(known), faults=tuple(faults))


def _archived(database: Database) -> Iterator[CaseRecord]:
    """A few at a time: the database is not kept at one moment while disks are read."""
    last: CaseRecord | None = None
    while True:
        after = last
        page = database.read(lambda connection: list_archived(connection, after=after, limit=_AT_ONCE))  # noqa: B023
        yield from page
        if len(page) < _AT_ONCE:
            return
        last = page[-1]


def _faults_of(database: Database, dossiers: DossierStore, record: CaseRecord) -> Iterator[DossierFault]:
    noted = database.read(lambda connection: _noted(connection, record))
    if noted is None:
        yield DossierFault(place=record.archive, what=line("server/archive_check", "unsaid"))
    for what in dossiers.find_faults(record.archive, owner_of(record), noted.manifest if noted else ""):
        yield DossierFault(place=record.archive, what=what)
    entries = noted.entries if noted else {}
    for number, sha256 in dossiers.read_log(record.archive).items():
        if entries.get(number) != sha256:
            yield DossierFault(place=record.archive, what=line("server/archive_check", "entry", number=number))


def _noted(connection: Connection, record: CaseRecord) -> _Noted | None:
    entries = tuple(list_entries(connection, county=record.county, kind=Kind.CASE, object_id=record.id))
    said = [entry.event.detail for entry in entries if entry.event.action == "archived"]
    manifests = [detail.get("manifest", "") for detail in said if detail.get("archive") == record.archive]
    if not manifests:
        return None
    return _Noted(manifest=manifests[-1], entries={entry.number: entry.sha256 for entry in entries})
