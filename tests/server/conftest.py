"""Every test of the server runs on SQLite and on a PostgreSQL that is started here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import Dialect, Engine, MetaData, Table, create_engine, text
from starlette.testclient import TestClient

from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue
from resources import load_catalogue_data
from server.main import create_app, open_installation
from server.service.samples import add_samples
from server.settings import Settings
from server.storage.tables import metadata
from tests.server.older import lay_out
from tests.server.world import TestClock, World

TABLES = metadata.sorted_tables
ENGINES = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The address of a private cluster without its database: ``postgresql://…?host=…&dbname=``."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert binaries, "PostgreSQL is not installed: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="zonggui-pg-", dir="/tmp"))
    as_owner = _owner_of(folder)
    data = folder / "data"
    pg_ctl = [*as_owner, str(binaries[-1] / "pg_ctl"), "-D", str(data), "-w", "-s"]
    subprocess.run(
        [
            *as_owner,
            str(binaries[-1] / "initdb"),
            "-D",
            str(data),
            "-U",
            "zonggui",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
    subprocess.run([*pg_ctl, "-l", str(folder / "log"), "-o", options, "start"], check=True, cwd=folder)
    try:
        yield f"host={folder} user=zonggui"
    finally:
        subprocess.run([*pg_ctl, "-m", "immediate", "stop"], check=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def _owner_of(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; then the system's own account takes the folder."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


@pytest.fixture(scope="session")
def practice_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the practice county in an embedded database."""
    folder = tmp_path_factory.mktemp("practice")
    _prepare(Settings(data=folder, argon2_memory_kib=64))
    return folder


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A database, the folder beside it, and a connection that knows what its tables held at first."""

    url: str
    folder: Path
    connection: psycopg.Connection

    def restore(self) -> None:
        """Bring all tables back; much faster than a database for each test."""
        back = [f"DELETE FROM {table.name}" for table in reversed(TABLES)]
        back += [f"INSERT INTO {table.name} SELECT * FROM kept.{table.name}" for table in TABLES]
        without_triggers = "SET LOCAL session_replication_role = replica"
        self.connection.execute("; ".join(["BEGIN", without_triggers, *back, "COMMIT"]))


@pytest.fixture(scope="session")
def practice_snapshot(postgres_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A PostgreSQL database with the same county, and the folder of its secret."""
    folder = tmp_path_factory.mktemp("practice-postgres")
    with psycopg.connect(f"{postgres_cluster} dbname=postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE practice")
    url = f"postgresql+psycopg://zonggui@/practice?host={postgres_cluster.split()[0].removeprefix('host=')}"
    _prepare(Settings(data=folder, database=url, argon2_memory_kib=64))
    connection = psycopg.connect(f"{postgres_cluster} dbname=practice", autocommit=True)
    connection.execute("CREATE SCHEMA kept")
    for table in TABLES:
        connection.execute(f"CREATE TABLE kept.{table.name} AS TABLE {table.name}")
    yield Snapshot(url=url, folder=folder, connection=connection)
    connection.close()


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Each world has an engine of its own; without this each would turn the same statements into SQL again."""
    dialects: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def create(*address: Any, **options: Any) -> Engine:
        engine = create_engine(*address, **options, execution_options={"compiled_cache": compiled})
        engine.dialect = dialects.setdefault(engine.dialect.name, engine.dialect)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.storage.database.create_engine", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def catalogues_parsed_once() -> Iterator[None]:
    """A catalogue never changes, and each world opens with the product's own."""

    def parse(data: Mapping[str, object], *places: Any) -> Catalogue:
        return parsed_catalogue() if data is catalogue_data() else parse_catalogue(data, *places)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.service.catalogues.parse_catalogue", parse)
        yield


@cache
def parsed_catalogue() -> Catalogue:
    """The product's own catalogue."""
    return parse_catalogue(catalogue_data())


@cache
def catalogue_data() -> dict[str, Any]:
    """The product's own catalogue, read once: a new world takes a third of its time to read it."""
    return load_catalogue_data()


def _prepare(settings: Settings) -> None:
    installation = open_installation(settings, clock=TestClock())
    add_samples(installation)
    installation.database.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> str:
    """The address of a database with the practice county; empty text for the embedded one."""
    if request.param == "sqlite":
        return ""
    snapshot: Snapshot = request.getfixturevalue("practice_snapshot")
    snapshot.restore()
    return snapshot.url


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    """The event loop of a test's requests, as a server has one: left alone, the client makes one for each of them."""
    with start_blocking_portal() as portal:
        yield portal


def _world(settings: Settings, portal: BlockingPortal) -> World:
    clock = TestClock()
    installation = open_installation(settings, clock=clock, catalogue=catalogue_data())
    client = TestClient(create_app(installation), base_url="http://server.test")
    client.portal = portal
    return World(installation=installation, client=client, clock=clock)


@pytest.fixture
def make_world(
    database: str, practice_folder: Path, tmp_path: Path, portal: BlockingPortal, request: pytest.FixtureRequest
) -> Iterator[Callable[..., World]]:
    """Makes worlds on the same folder and database: a second one is the server started again."""
    worlds = []
    data = tmp_path / "data"
    snapshot: Snapshot | None = request.getfixturevalue("practice_snapshot") if database else None
    shutil.copytree(snapshot.folder if snapshot else practice_folder, data)

    def make(**changes: Any) -> World:
        settings = Settings(data=data, database=database, **({"argon2_memory_kib": 64} | changes))
        worlds.append(_world(settings, portal))
        return worlds[-1]

    yield make
    for world in worlds:
        world.client.close()
        world.installation.database.close()


@dataclass(kw_only=True)
class Older:
    """What commit 5798e1d wrote, before this version opens it."""

    data: Path
    url: str
    portal: BlockingPortal
    worlds: list[World] = field(default_factory=list)

    def add_operation(self, key: str, account: str, fingerprint: str, status: int, body: str) -> None:
        """An answer that it kept besides."""
        values = {"key": key, "account": account, "fingerprint": fingerprint, "status": status, "body": body}
        engine = create_engine(self.url)
        with engine.begin() as connection:
            table = Table("operation", MetaData(), autoload_with=connection)
            connection.execute(table.insert().values(county="159999", location="", at=0, **values))
        engine.dispose()

    def sent(self) -> Iterator[tuple[str, str, str, bytes]]:
        """What its clients sent: account, path, key and body, byte for byte."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            rows = [
                dict(row._mapping)
                for row in connection.execute(
                    text(
                        "SELECT s.*, c.body FROM case_step s JOIN case_content c ON c.case_id = s.case_id "
                        "AND c.revision = CASE s.act WHEN 'resubmit' THEN 2 ELSE 1 END ORDER BY s.taken_at"
                    )
                )
            ]
        engine.dispose()
        for row in rows:
            case, key, content = row["case_id"], row["id"], row["body"]
            if row["act"] == "accept":
                body = f'{{"case":"{case}","step":"{key}","made_at":"2026-11-23T02:29:00Z","content":{content}}}'
                yield row["account"], "/cases", key, body.encode()
                continue
            opinion = json.dumps(row["opinion"], ensure_ascii=False)
            body = (
                f'{{"step":"{key}","act":"{row["act"]}","seen_steps":{row["number"] - 1},"opinion":{opinion},'
                f'"made_at":"2026-11-23T02:29:00Z","content":{content if row["act"] == "resubmit" else "null"}}}'
            )
            yield row["account"], f"/cases/{case}/steps", key, body.encode()

    def open(self) -> World:
        """This version, started on it."""
        self.worlds.append(_world(Settings(data=self.data, database=self.url, argon2_memory_kib=64), self.portal))
        return self.worlds[-1]


@pytest.fixture(params=ENGINES)
def older_database(request: pytest.FixtureRequest, tmp_path: Path, portal: BlockingPortal) -> Iterator[Older]:
    """What commit 5798e1d wrote."""
    data, url = tmp_path / "older", f"sqlite:///{tmp_path}/older/zonggui.sqlite"
    if request.param == "postgres":
        cluster: str = request.getfixturevalue("postgres_cluster")
        with psycopg.connect(f"{cluster} dbname=postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS older")
            connection.execute("CREATE DATABASE older")
        url = f"postgresql+psycopg://zonggui@/older?host={cluster.split()[0].removeprefix('host=')}"
    lay_out(data, url)
    older = Older(data=data, url=url, portal=portal)
    yield older
    for world in older.worlds:
        world.client.close()
        world.installation.database.close()


@pytest.fixture
def older_world(older_database: Older) -> World:
    """What commit 5798e1d wrote, opened by this version."""
    return older_database.open()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A server with the practice county."""
    return make_world()
