"""What an administrator may look into without changing it, whether the server runs or not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

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
        raise NoInstallationError(
            f"“{settings.data}”里没有综柜中心服务。文件夹不存在，或不是 serve 使用的数据目录。"
            "请核对 --data 后重试，没有新建任何文件"
        )
    database = Database(settings.database_url, read_only=True)
    try:
        current = database.is_current()
    except (DBAPIError, DatabaseBusyError) as error:
        database.close()
        raise NoInstallationError(
            "数据库打不开。文件不在、已损坏，或数据库服务没有应答。请核对 --data 和 --database 后重试，没有新建任何文件"
        ) from error
    if not current:
        database.close()
        raise NoInstallationError(
            "数据库里没有本版的数据表。它是空的，或属于另一个版本。"
            "请核对 --database，或先用本版的 serve 启动一次完成升级"
        )
    blobs = BlobFolder(settings.data / "blobs")
    return Inspection(database=database, blobs=blobs, dossiers=DossierStore(archive, blobs))
