"""A server starts only on what is its own, and tells what is gone (S2, S8, S13, K1, K2, K5)."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, delete, select

from domain.cases.values import Act
from server.main import main, open_installation
from server.service.opening import NotOpenedError, find_losses
from server.settings import Settings
from server.storage.database import Database
from server.storage.journal import Journal
from server.storage.secrets import SecretLostError
from server.storage.tables import accounts, audit_events, grants, marks, metadata
from tests.helpers.central_server import forked
from tests.helpers.noise import ExpectedNoise
from tests.server.world import World

_STANDING = {
    *("account", "role_grant", "office", "login_session", "catalogue_version", "installation_mark"),
    *("audit_event", "audit_head"),
}
"""Tables that are older than the first case, and the log, which cannot be cut."""


def _start(data: Path, database: str = "") -> None:
    """What every start does before the first request."""
    open_installation(Settings(data=data, database=database, argon2_memory_kib=64)).database.close()


def _with_samples(tmp_path: Path) -> Path:
    """A data folder as the command makes it; nobody tries to guess a password here."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "server.toml").write_text("argon2_memory_kib = 64\n", encoding="utf-8")
    assert main(["init-sample", "--data", str(data)]) == 0
    return data


def _migrate(url: str, log: Path) -> None:
    """What a node of its own does with the tables; what it has to say goes into a file."""
    with log.open("w", encoding="utf-8") as errors:
        sys.stderr = errors
        try:
            Database(url).migrate()
        except BaseException:
            traceback.print_exc()
            raise


@pytest.mark.parametrize("spoil", [lambda key: os.urandom(32), lambda key: bytes([key[0] ^ 1]) + key[1:]])
def test_S2_another_key_refuses_the_start(world: World, database: str, spoil: Callable[[bytes], bytes]) -> None:
    key = world.installation.settings.data / "server.key"
    key.write_bytes(spoil(key.read_bytes()))

    with pytest.raises(SecretLostError, match="another database"):
        _start(world.installation.settings.data, database)


def test_S2_the_command_says_what_to_do(world: World, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = world.installation.settings.data
    (data / "server.key").write_bytes(os.urandom(32))

    assert main(["init-sample", "--data", str(data), "--database", database]) == 2
    assert "请从备份恢复与数据库同时的 server.key" in capsys.readouterr().err


def test_S2_an_installation_of_before_takes_its_key_over(world: World, database: str) -> None:
    world.installation.database.write(lambda connection: connection.execute(delete(marks)))

    _start(world.installation.settings.data, database)

    kept = world.installation.database.read(
        lambda connection: connection.execute(select(marks.c.value).where(marks.c.name == "secret")).scalar_one()
    )
    assert kept == world.installation.secret.check_value


@pytest.mark.parametrize("gone", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_K5_a_database_that_is_gone_refuses_the_start(
    world: World, database: str, gone: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    data = world.installation.settings.data
    world.as_user("wangfang").accept()
    if database:
        elsewhere = f"{database.replace('/practice?', '/postgres?')}"  # a database without our tables
    else:
        world.installation.database.close()
        gone(data / "zonggui.sqlite")
        elsewhere = ""

    code = main(["serve", "--port", "0", "--data", str(data), "--database", elsewhere])

    told = capsys.readouterr().err
    assert code == 2
    assert "数据库是空的，或已不在，而数据目录里还有密钥、影像" in told
    assert "请核对 --data 和 --database，或从备份恢复数据库" in told
    if not database:
        assert not (data / "zonggui.sqlite").exists() or not (data / "zonggui.sqlite").stat().st_size


def test_K5_a_database_without_anybody_in_it_refuses_the_start(world: World, database: str) -> None:
    world.as_user("wangfang").accept()

    _set_back(world)

    def empty(connection: Connection) -> None:
        for table in (grants, accounts):
            connection.execute(delete(table))

    world.installation.database.write(empty)

    with pytest.raises(NotOpenedError, match="数据库是空的"):
        _start(world.installation.settings.data, database)


@pytest.mark.parametrize("command", ["serve", "init-sample", "verify-audit", "verify-pages"])
def test_K5_S12_a_broken_database_is_named_in_chinese(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _with_samples(tmp_path)
    (data / "zonggui.sqlite").write_bytes(b"not a database" * 1000)
    for name in ("zonggui.sqlite-wal", "zonggui.sqlite-shm"):
        (data / name).unlink(missing_ok=True)

    code = main([command, "--data", str(data)])

    assert code == 2
    assert "数据库打不开" in capsys.readouterr().err


def test_S12_verify_audit_on_a_database_that_breaks_in_the_middle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _with_samples(tmp_path)
    path = data / "zonggui.sqlite"
    body = bytearray(path.read_bytes())
    body[8192:] = os.urandom(len(body) - 8192)
    path.write_bytes(body)
    for name in ("zonggui.sqlite-wal", "zonggui.sqlite-shm"):
        (data / name).unlink(missing_ok=True)

    assert main(["verify-audit", "--data", str(data)]) == 2
    assert "请" in capsys.readouterr().err


def _set_back(world: World) -> None:
    """The database as it was before its cases; pages, archive and the numbers beside it stay."""

    def forget(connection: Connection) -> None:
        for table in reversed(metadata.sorted_tables):
            if table.name not in _STANDING:
                connection.execute(delete(table))

    world.installation.database.write(forget)


def _after_a_setback(world: World, make_world: Callable[..., World]) -> tuple[tuple[str, ...], str]:
    """What the next start tells, and the number of the case that is accepted then."""
    _set_back(world)
    later = make_world()
    lost = find_losses(later.installation)
    again = later.as_user("wangfang").accept()
    assert find_losses(later.installation) == lost  # told at every start, as long as it is true
    return lost, again["receipt_no"]


def test_S13_K1_a_number_that_was_told_is_never_given_out_again(
    world: World, make_world: Callable[..., World], expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("the database has lost 3 accepted cases: 159999001-20261123-0001", reason="said loudly")
    clerk = world.as_user("wangfang")
    numbers = [clerk.accept()["receipt_no"] for _ in range(3)]

    lost, again = _after_a_setback(world, make_world)

    assert list(lost) == numbers
    assert again == "159999001-20261123-0004"


def test_S13_K1_a_number_in_the_archive_is_never_given_out_again(
    world: World, make_world: Callable[..., World], expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("the database has lost 1 accepted cases: 159999001-20261123-0002", reason="said loudly")
    clerk = world.as_user("wangfang")
    clerk.accept()
    world.as_user("lijun").act(clerk.accept()["case"], Act.APPROVE)
    shutil.rmtree(world.installation.settings.data / "numbers")  # as an installation of before has none

    lost, again = _after_a_setback(world, make_world)

    assert lost == ("159999001-20261123-0002",)
    assert again == "159999001-20261123-0003"


def test_S13_K1_nothing_is_told_of_a_database_that_knows_all(world: World, make_world: Callable[..., World]) -> None:
    clerk = world.as_user("wangfang")
    first, _second = clerk.accept(), clerk.accept()
    world.as_user("lijun").act(first["case"], Act.APPROVE)

    later = make_world()

    assert find_losses(later.installation) == ()


def test_K1_the_loss_is_in_the_audit_chain(
    world: World, make_world: Callable[..., World], expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("the database has lost", reason="said loudly")
    world.as_user("wangfang").accept()
    _after_a_setback(world, make_world)

    rows = world.installation.database.read(
        lambda c: c.execute(select(audit_events.c.object).where(audit_events.c.action == "numbers_lost")).all()
    )

    assert [row.object for row in rows] == ["159999001"]


def test_K1_a_cut_line_of_the_journal_is_nobodys_number(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "numbers")
    journal.note("159999001-20261123-0001")
    journal.note("159999001-20261124-0002")
    with (tmp_path / "numbers/20261124.txt").open("a") as file:
        file.write("159999001-202611")

    found = [(day, {str(number) for number in numbers}) for day, numbers in journal.days()]

    assert found == [
        (date(2026, 11, 24), {"159999001-20261124-0002"}),
        (date(2026, 11, 23), {"159999001-20261123-0001"}),
    ]


def test_S8_what_is_made_is_nobody_elses(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)
    before = os.umask(0o022)
    try:
        assert main(["init-sample", "--data", str(data)]) == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)

    modes = {path: stat.S_IMODE(path.stat().st_mode) & 0o007 for path in (data, *data.rglob("*"))}

    assert {path: mode for path, mode in modes.items() if mode} == {}


def test_S8_what_was_open_is_shut(tmp_path: Path) -> None:
    data = _with_samples(tmp_path)
    data.chmod(0o755)
    (data / "zonggui.sqlite").chmod(0o644)

    assert main(["init-sample", "--data", str(data)]) == 0

    assert stat.S_IMODE(data.stat().st_mode) == 0o750
    assert stat.S_IMODE((data / "zonggui.sqlite").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_S8_a_key_that_others_can_read_is_refused(
    tmp_path: Path, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _with_samples(tmp_path)
    (data / "server.key").chmod(mode)

    assert main(["init-sample", "--data", str(data)]) == 2
    assert "可以被其他用户读取" in capsys.readouterr().err


def test_two_nodes_that_start_at_once_make_the_tables_once(database: str, tmp_path: Path) -> None:
    if database:
        cluster = database.split("host=")[1]
        with psycopg.connect(f"host={cluster} user=zonggui dbname=postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS twice")
            connection.execute("CREATE DATABASE twice")
        url = database.replace("/practice?", "/twice?")
    else:
        url = f"sqlite:///{tmp_path / 'twice.sqlite'}"
    nodes = [forked(_migrate, url, tmp_path / f"node-{number}.log") for number in range(4)]

    for node in nodes:
        node.join(100)

    told = [log.read_text(encoding="utf-8") for log in tmp_path.glob("node-*.log")]
    assert [node.exitcode for node in nodes] == [0] * len(nodes), told
    made = Database(url)
    assert made.is_current()
    made.close()
