"""A finished case lies in the archive, whole, whatever happened in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.cases.values import Act
from server.main import main
from server.service.archive import archive_case, archive_finished
from server.service.work import transact
from server.storage.cases import find_case_by_receipt
from tests.helpers.noise import ExpectedNoise
from tests.server.world import JPEG, PNG, STROKES, World


def _finish(world: World) -> tuple[str, Path]:
    receipt = world.as_user("wangfang").accept()
    done = world.as_user("lijun").act(receipt["case"], Act.APPROVE, opinion="同意")
    return receipt["receipt_no"], world.installation.dossiers.path_of(done.json()["archive"])


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
    assert files["pages/MT02_居民户口簿_首页和本人页__02.jpg"] == JPEG + b"2"
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


def test_writing_a_dossier_again_changes_nothing(world: World) -> None:
    receipt_no, folder = _finish(world)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    record = transact(world.installation, lambda work: find_case_by_receipt(work.connection, receipt_no))
    assert record is not None

    assert archive_case(world.installation, record)

    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_page_damaged_on_disk_never_enters_a_dossier(world: World, expected_noise: ExpectedNoise) -> None:
    expected_noise.log("not written: BlobDamagedError", reason="an administrator must hear of it")
    receipt = world.as_user("wangfang").accept()
    page = world.content().pages[0]
    world.installation.blobs.path_of(page.sha256).write_bytes(b"\xff\xd8\xff rotten")

    done = world.as_user("lijun").act(receipt["case"], Act.APPROVE)

    assert done.status_code == 201
    assert not world.installation.dossiers.path_of(done.json()["archive"]).exists()


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
    assert "审计链完整" in capsys.readouterr().out
