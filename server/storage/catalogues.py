"""Every version of the catalogue that was ever in force here; cases are pinned to one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from server.storage.tables import catalogues


def keep_catalogue(connection: Connection, *, sha256: str, version: str, body: str, at: datetime) -> None:
    """Keep a version unless it is there."""
    try:
        with connection.begin_nested():
            connection.execute(insert(catalogues), {"sha256": sha256, "version": version, "body": body, "added_at": at})
    except IntegrityError:
        return


def find_catalogue(connection: Connection, sha256: str) -> str | None:
    """The canonical JSON of a version."""
    return connection.execute(select(catalogues.c.body).where(catalogues.c.sha256 == sha256)).scalar_one_or_none()


def list_catalogues(connection: Connection) -> tuple[str, ...]:
    """The hashes of all versions."""
    return tuple(connection.scalars(select(catalogues.c.sha256).order_by(catalogues.c.sha256)))
