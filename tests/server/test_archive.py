"""A finished case lies in the archive, whole, whatever happened in between."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from domain.cases.values import Act
from server.main import main
from server.service.archive import archive_case, archive_finished
from server.service.work import transact
from server.storage.cases import find_case_by_receipt
from server.storage.dossiers import _write
from server.storage.tables import audit_events, case_contents, cases, catalogues
from tests.helpers.noise import ExpectedNoise
from tests.helpers.pictures import a_jpeg
from tests.server.world import PNG, STROKES, World, new_id


def _finish(world: World) -> tuple[str, Path]:
    receipt = world.as_user("wangfang").accept()
    done = world.as_user("lijun").act(receipt["case"], Act.APPROVE, opinion="同意")
    assert done.json()["status"] == "finished"
    return receipt["receipt_no"], world.installation.dossiers.path_of(f"2026/159999/{receipt['receipt_no']}")


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def test_the_dossier_holds_everything(world: World) -> None:  # SJZ-3
    receipt_no, folder = _finish(world)

    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    case = json.loads(files["case.json"])
    audit = json.loads(files["audit.json"])
    manifest = json.loads(files.pop("manifest.json"))

    assert folder.parts[-3:] == ("2026", "159999", receipt_no)
    assert set(files) == {
        "case.json",
        "audit.json",
        "signature.png",
        "strokes.json",
        "pages/MT02_居民户口簿_首页和本人页__01.jpg",
        "pages/MT02_居民户口簿_首页和本人页__02.jpg",
    }
    assert files["pages/MT02_居民户口簿_首页和本人页__02.jpg"] == a_jpeg(b"2")
    assert (files["signature.png"], files["strokes.json"]) == (PNG, STROKES)
    assert manifest["files"] == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    assert [(step["act"], step["account"], step["opinion"]) for step in case["steps"]] == [
        ("accept", "wangfang", ""),
        ("approve", "lijun", "同意"),
    ]
    assert [entry["action"] for entry in audit["entries"]] == ["accept", "approve"]
    assert case["archive_keep"] == "100年"


def test_a_case_still_under_review_has_no_dossier(world: World) -> None:
    world.as_user("wangfang").accept()

    assert list((world.installation.settings.data / "archive").iterdir()) == []


def test_a_dossier_that_could_not_be_written_is_written_at_the_next_start(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("dossier 2026/159999/.* not written: OSError", reason="an administrator must hear of it")
    world = make_world()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("server.storage.dossiers._write", full)
        _, folder = _finish(world)
    assert not folder.exists()
    later = make_world()
    written = archive_finished(later.installation)

    assert written == 1
    assert later.installation.dossiers.find_damage("/".join(folder.parts[-3:])) == ()
    assert archive_finished(later.installation) == 0


def test_a_dossier_is_named_once_it_is_there(world: World) -> None:
    step = new_id()
    case = world.as_user("wangfang").accept()["case"]
    reviewer = world.as_user("lijun")

    before = reviewer.get(f"/cases/{case}").json()["archive"]
    done = reviewer.act(case, Act.APPROVE, step=step)
    again = reviewer.act(case, Act.APPROVE, step=step)

    name = reviewer.get(f"/cases/{case}").json()["archive"]
    assert before == ""
    assert world.installation.dossiers.find_damage(name) == ()
    assert (again.content, done.json()["archive"]) == (done.content, ""), "the answer is what was known at the step"


def test_a_missing_dossier_is_written_while_the_server_runs(
    world: World, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("dossier 2026/159999/.* not written: OSError", reason="an administrator must hear of it")
    monkeypatch.setattr("server.main._ARCHIVE_EVERY_S", 0.02)
    writes = 0

    def write(path: Path, body: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes <= 2:
            raise OSError(28, "No space left on device")
        _write(path, body)

    with monkeypatch.context() as patch:
        patch.setattr("server.storage.dossiers._write", write)
        _, folder = _finish(world)
        assert not folder.exists()
        with TestClient(world.client.app):
            _wait_for(folder.exists)

    assert world.installation.dossiers.find_damage("/".join(folder.parts[-3:])) == ()


def test_a_database_that_fails_for_a_moment_does_not_end_the_writing_of_dossiers(
    world: World, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("missing dossiers not looked for: OperationalError", reason="an administrator must hear of it")

    def fail(_work: object) -> None:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    with monkeypatch.context() as patch:
        patch.setattr("server.service.archive._unarchived", fail)
        assert archive_finished(world.installation) == 0

    assert archive_finished(world.installation) == 0


def test_a_case_that_cannot_be_read_holds_no_other_dossier_up(
    world: World, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("-0001 not written: ValueError", reason="an administrator must hear of it")
    expected_noise.log("-0002 not written: OSError", reason="it was the first try")
    receipt = world.as_user("wangfang").accept()

    def spoil(connection: Connection) -> None:
        connection.execute(update(case_contents).values(body="{}"))
        connection.execute(update(cases).values(status="finished", archive=f"2026/159999/{receipt['receipt_no']}"))

    world.installation.database.write(spoil)
    with monkeypatch.context() as patch:
        patch.setattr("server.storage.dossiers._write", Mock(side_effect=OSError))
        _, folder = _finish(world)

    assert archive_finished(world.installation) == 1
    assert folder.exists()


def test_writing_a_dossier_again_changes_nothing(world: World) -> None:
    receipt_no, folder = _finish(world)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    record = transact(world.installation, lambda work: find_case_by_receipt(work.connection, receipt_no))
    assert record is not None

    assert archive_case(world.installation, record)

    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_page_damaged_on_disk_never_enters_a_dossier(world: World, expected_noise: ExpectedNoise) -> None:
    expected_noise.log("not written: BlobDamagedError", reason="an administrator must hear of it")
    expected_noise.log("blob damaged", reason="and which page it is")
    receipt = world.as_user("wangfang").accept()
    page = world.content().pages[0]
    world.file_of(page.sha256).write_bytes(b"\xff\xd8\xff rotten")

    done = world.as_user("lijun").act(receipt["case"], Act.APPROVE)

    assert done.status_code == 201
    assert done.json()["archive"] == ""
    assert not world.installation.dossiers.path_of(f"2026/159999/{receipt['receipt_no']}").exists()


def test_the_command_shows_the_dossier_and_finds_damage(
    world: World, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt_no, folder = _finish(world)
    common = ["--data", str(world.installation.settings.data), "--database", database]

    whole = main(["show-archive", *common, receipt_no])
    (folder / "case.json").write_text("{}")
    (folder / "extra.txt").write_text("?")
    damaged = main(["show-archive", *common, receipt_no])
    unknown = main(["show-archive", *common, "159999001-20261123-9999"])
    output = capsys.readouterr()

    assert (whole, damaged, unknown) == (0, 1, 1)
    assert str(folder) in output.out
    assert "案卷完整" in output.out
    assert "已损坏：case.json、extra.txt" in output.out
    assert "没有这件业务的案卷" in output.err


def test_the_command_verifies_the_audit(world: World, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["--data", str(world.installation.settings.data), "--database", database]

    assert main(["verify-audit", *common]) == 0
    assert f"审计链完整，共核对 {world.count(audit_events)} 条记录" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["verify-audit"], ["show-archive", "159999001-20261123-0001"]])
def test_a_folder_without_an_installation_is_named_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    for data in (tmp_path / "typo", tmp_path):
        assert main([*command, "--data", str(data)]) == 2

        output = capsys.readouterr()
        assert f"“{data}”里没有综柜中心服务" in output.err
        assert "请核对 --data" in output.err
        assert output.out == ""
        assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_there_is_named_and_not_made(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, empty = tmp_path / "missing.sqlite", tmp_path / "empty.sqlite"
    empty.touch()
    verify = ["verify-audit", "--data", str(world.installation.settings.data), "--database"]

    codes = [main([*verify, f"sqlite:///{path}"]) for path in (missing, empty)]

    told = capsys.readouterr().err.splitlines()
    assert codes == [2, 2]
    assert "数据库打不开" in told[0]
    assert "数据库里没有本版的数据表" in told[1]
    assert not missing.exists()
    assert empty.stat().st_size == 0


def test_looking_into_an_installation_changes_nothing(world: World, database: str) -> None:
    data = world.installation.settings.data
    (data / "server.key").unlink()  # not needed to look
    catalogues_before = world.count(catalogues)
    for is_open in (True, False):
        if not is_open:
            world.installation.database.close()
        before = {path.relative_to(data) for path in data.rglob("*")}

        assert main(["verify-audit", "--data", str(data), "--database", database]) == 0

        assert {path.relative_to(data) for path in data.rglob("*")} == before, is_open
    assert world.count(catalogues) == catalogues_before
