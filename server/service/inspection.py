"""What an administrator may look into without changing it, whether the server runs or not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from resources import line
from server.settings import Settings
from server.storage.blobs import BlobFolder, BlobStore
from server.storage.database import Database, DatabaseBusyError
from server.storage.dossiers import DossierStore


class NoInstallationError(Exception):
    """There is nothing to look into; the Chinese text says what, why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An installation that is there, opened for reading only."""

    database: Database
    blobs: BlobStore
    dossiers: DossierStore


def open_inspection(settings: Settings) -> Inspection:
    """Open what ``serve`` or ``init-sample`` has made; makes and changes nothing. Raises NoInstallationError."""
    archive = settings.data / "archive"
    if not archive.is_dir():
        raise NoInstallationError(line("server/opening", "nothing_here", folder=settings.data))
    database = Database(settings.database_url, read_only=True)
    try:
        current = database.is_current()
    except (DBAPIError, DatabaseBusyError) as error:
        database.close()
        raise NoInstallationError(line("server/opening", "nothing_opened")) from error
    if not current:
        database.close()
        raise NoInstallationError(line("server/opening", "other_tables"))
    blobs = BlobFolder(settings.data / "blobs")
    return Inspection(database=database, blobs=blobs, dossiers=DossierStore(archive, blobs))
