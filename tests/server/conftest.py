"""Every test of the server runs on SQLite and on a PostgreSQL that is started here."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from server.main import create_app, open_installation
from server.service.samples import add_samples
from server.settings import Settings
from tests.server.world import TestClock, World

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
        [*as_owner, str(binaries[-1] / "initdb"), "-D", str(data), "-U", "zonggui", "-A", "trust", "-E", "UTF8"],
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


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database; empty text for the embedded one."""
    if request.param == "sqlite":
        yield ""
        return
    cluster = request.getfixturevalue("postgres_cluster")
    name = f"t{uuid.uuid4().hex}"
    folder = cluster.split()[0].removeprefix("host=")
    with psycopg.connect(f"{cluster} dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"postgresql://zonggui@/{name}?host={folder}"
    with psycopg.connect(f"{cluster} dbname=postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def make_world(database: str, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes worlds on the same folder and database: a second one is the server started again."""
    worlds = []

    def make(**changes: int) -> World:
        clock = TestClock()
        settings = Settings(data=tmp_path / "data", database=database, argon2_memory_kib=64, **changes)
        installation = open_installation(settings, clock=clock)
        add_samples(installation)
        client = TestClient(create_app(installation), base_url="http://server.test")
        worlds.append(World(installation=installation, client=client, clock=clock))
        return worlds[-1]

    yield make
    for world in worlds:
        world.client.close()
        world.installation.database.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A server with the practice county."""
    return make_world()
