"""What every service function is handed: the installation, and within a transaction the unit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from domain.business_time import business_day
from domain.codes import county_of
from domain.workflow import Actor
from server.service.catalogues import Catalogues
from server.service.passwords import Passwords
from server.settings import Settings
from server.storage.audit_chain import AuditEvent, Kind, append_event
from server.storage.blobs import BlobStore
from server.storage.database import Database
from server.storage.dossiers import DossierStore
from server.storage.journal import Journal
from server.storage.secrets import ServerSecret

T = TypeVar("T")

NOBODY = "-"
"""Stands for account and office where there is none."""
NO_COUNTY = "000000"
"""The chain of events that belong to no county, e.g. logins of unknown names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The parts that the composition root has put together. ``clock`` gives aware times."""

    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    blobs: BlobStore
    dossiers: DossierStore
    journal: Journal
    secret: ServerSecret
    passwords: Passwords
    catalogues: Catalogues


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One transaction at one moment."""

    installation: Installation
    connection: Connection
    now: datetime

    @property
    def today(self) -> date:
        """The day in China."""
        return business_day(self.now)

    def audit(self, actor: Actor, action: str, case: str, detail: Mapping[str, str] | None = None) -> None:
        """Write into the log what an actor does about a case."""
        self.audit_of(actor.office.code, actor.account, action, Kind.CASE, case, detail)

    def audit_of(
        self,
        office: str,
        account: str,
        action: str,
        kind: Kind,
        object_id: str,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Write into the log of the office's county."""
        append_event(
            self.connection,
            AuditEvent(
                county=NO_COUNTY if office == NOBODY else county_of(office),
                at=self.now,
                account=account,
                office=office,
                action=action,
                kind=kind,
                object=object_id,
                detail=detail or {},
            ),
        )


def transact(installation: Installation, act: Callable[[Work], T]) -> T:
    """The result of ``act`` in one committed transaction; repeated whole after a conflict. Raises DatabaseBusyError."""
    now = installation.clock()
    return installation.database.write(
        lambda connection: act(Work(installation=installation, connection=connection, now=now))
    )


def look(installation: Installation, act: Callable[[Work], T]) -> T:
    """The result of ``act``, which only reads. Raises DatabaseBusyError."""
    now = installation.clock()
    return installation.database.read(
        lambda connection: act(Work(installation=installation, connection=connection, now=now))
    )
