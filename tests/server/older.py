"""What an earlier version of the server wrote, as this version finds it at its first start."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, insert

import server.storage

WRITTEN = Path(__file__).parent / "written_by_5798e1d"
REVISION = "0003"


def lay_out(data: Path, url: str) -> None:
    """Fill a data folder and an empty database as the version before left them."""
    written = json.loads((WRITTEN / "server.json").read_text(encoding="utf-8"))
    data.mkdir()
    (data / "server.key").write_bytes(bytes.fromhex(written["secret"]))
    (data / "server.key").chmod(0o600)
    for folder in ("archive", "blobs"):
        shutil.copytree(WRITTEN / folder, data / folder)
    _fill(url, written["tables"])


def _fill(url: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(server.storage.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            for row in tables.get(table.name, []):
                values = {column.name: _as(column, row[column.name]) for column in table.columns}
                connection.execute(insert(table).values(**values))
    engine.dispose()


def _as(column: Any, value: object) -> object:
    return bool(value) if column.type.python_type is bool and value is not None else value
