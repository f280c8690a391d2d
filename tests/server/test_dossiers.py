"""A dossier is of one case, and whatever was done to it afterwards is found with its place."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from domain.cases.values import Act
from server.main import main
from server.service.archive import archive_case, archive_finished
from server.storage.dossiers import MANIFEST, DossierStore
from server.storage.tables import audit_events, cases
from tests.helpers.builders import an_id_number
from tests.helpers.noise import ExpectedNoise
from tests.helpers.pictures import a_jpeg
from tests.server.world import World

SECOND = {"AAC002": an_id_number("15999919800101002"), "AAC006": "1980-01-01"}


def _finish(world: World, answers: dict[str, str] | None = None) -> Path:
    """A finished case's dossier."""
    receipt = world.as_user("wangfang").accept(world.content(answers))
    done = world.as_user("lijun").act(receipt["case"], Act.APPROVE)
    assert done.json()["status"] == "finished", done.text
    return world.dossier_of(receipt["case"])


def _check(world: World, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    settings = world.installation.settings
    code = main(["verify-archive", "--data", str(settings.data), "--database", settings.database])
    return code, capsys.readouterr().out


def _forge(folder: Path) -> None:
    """Another case.json, and a manifest that fits it."""
    (folder / "case.json").write_text("{}", encoding="utf-8")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"]["case.json"] = hashlib.sha256(b"{}").hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / MANIFEST).write_text('{"files":{}}', encoding="utf-8")


def _link_folder(folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)


def _link_file(folder: Path) -> None:
    (folder / "signature.png").rename(folder.parent / "signature.png")
    (folder / "signature.png").symlink_to(folder.parent / "signature.png")


def _write_manifest(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / MANIFEST).write_text(text, encoding="utf-8")


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "forged together": (_forge, "清单与归档时登记的摘要不符"),
    "emptied": (_empty, "清单无法读取或不成样子"),
    "gone": (shutil.rmtree, "案卷不在"),
    "a linked folder": (_link_folder, "案卷文件夹是链接，不是案卷本身"),
    "a linked file": (_link_file, "文件缺失、被改动或多余：signature.png"),
    "one file too many": (lambda f: (f / "pages" / "x").write_bytes(b"x"), "文件缺失、被改动或多余：pages/x"),
    "a list for a manifest": (_write_manifest("[]"), "清单无法读取或不成样子"),
    "files that are a list": (_write_manifest('{"files":["case.json"]}'), "清单无法读取或不成样子"),
    "a number for a hash": (
        _write_manifest('{"files":{"case.json":1,"audit.json":2}}'),
        "文件缺失、被改动或多余：audit.json",
    ),
    "a file outside": (
        _write_manifest('{"files":{"case.json":"","audit.json":"","../../x":""}}'),
        "清单无法读取或不成样子",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_S7_what_was_done_to_a_dossier_is_found_with_its_place(
    world: World, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    folder, other = _finish(world), _finish(world, SECOND)
    assert _check(world, capsys) == (0, "案卷完整，共核对 2 份\n")
    name, harm = "/".join(folder.parts[-3:]), DAMAGES[damage]

    harm[0](folder)

    code, told = _check(world, capsys)
    assert code == 1
    assert f"{name}：{harm[1]}\n" in told
    assert other.name not in told


def test_S7_two_dossiers_that_changed_places_are_found(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    folder, other = _finish(world), _finish(world, SECOND)
    between = folder.with_name("between")
    folder.rename(between)
    other.rename(folder)
    between.rename(other)

    code, told = _check(world, capsys)

    assert code == 1
    for one in (folder, other):
        assert f"{one.name}：清单写的是另一件业务，案卷被调换\n" in told


def test_S7_the_archived_entry_seals_the_manifest_which_names_its_case(world: World) -> None:
    folder = _finish(world)

    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))

    (entry,) = (json.loads(row["detail"]) for row in world.rows(audit_events) if row["action"] == "archived")
    assert entry["manifest"] == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    assert manifest["receipt_no"] == folder.name
    assert manifest["case"] == json.loads((folder / "case.json").read_text(encoding="utf-8"))["case"]


def test_S13_an_existing_dossier_is_never_taken_for_anothers(
    world: World, capsys: pytest.CaptureFixture[str], expected_noise: ExpectedNoise
) -> None:
    """The database came back from a backup, and the number of the first case was given out again."""
    expected_noise.log("is there of another case or course", reason="an administrator must hear of it")
    first = _finish(world)
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    second = world.as_user("wangfang").accept(world.content(SECOND))
    name = "/".join(first.parts[-3:])

    def same_number(connection: Connection) -> None:
        connection.execute(update(cases).where(cases.c.receipt_no == first.name).values(receipt_no="-", archived=False))
        connection.execute(update(cases).where(cases.c.id == second["case"]).values(receipt_no=first.name))

    world.installation.database.write(same_number)
    world.as_user("lijun").act(second["case"], Act.APPROVE)

    assert world.record_of(second["case"]).archive == f"{name}~2"
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    own = json.loads((world.installation.dossiers.path_of(f"{name}~2") / "case.json").read_text(encoding="utf-8"))
    assert own["case"] == second["case"]
    code, told = _check(world, capsys)
    assert code == 1
    assert f"{name}：数据库里没有这份案卷的归档记录" in told


def test_S13_the_same_dossier_is_taken_when_only_the_log_went_on(world: World) -> None:
    """A crash between the dossier and the note of it in the database."""
    folder = _finish(world)
    record = world.record_of(json.loads((folder / "case.json").read_text(encoding="utf-8"))["case"])
    world.as_user("lijun").get(f"/cases/{record.id}")
    world.installation.database.write(lambda connection: connection.execute(update(cases).values(archived=False)))

    assert archive_finished(world.installation) == 1

    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    archived = archive_case(world.installation, record)
    assert archived is not None
    assert archived.archive == record.archive


def test_S14_the_dossier_keeps_every_revision_and_replaced_page(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case, page = clerk.accept()["case"], a_jpeg(b"taken again")
    reviewer.act(case, Act.RETURN, opinion="第二页看不清")
    clerk.upload(page)
    clerk.act(case, Act.RESUBMIT, seen=2, content=world.content({"AAE005": "13900000000"}, pages=(a_jpeg(b"1"), page)))

    reviewer.act(case, Act.APPROVE, seen=3)
    folder = world.dossier_of(case)

    former = {path.name: path for path in (folder / "former" / "01").rglob("*") if path.is_file()}
    assert set(former) == {"content.json", "MT02_居民户口簿_首页和本人页__02.jpg"}
    assert former["MT02_居民户口簿_首页和本人页__02.jpg"].read_bytes() == a_jpeg(b"2")
    assert "13800000000" in former["content.json"].read_text(encoding="utf-8")
    told = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    assert [step["stage"] for step in told["steps"]] == ["accept", "review", "accept", "review"]


def test_K8_every_folder_is_synced_before_and_after_the_rename(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    archive = world.installation.settings.data / "archive"

    def note(folder: Path) -> None:
        if folder.is_relative_to(archive):
            inside = folder.relative_to(archive).parts
            synced.append("/".join(("draft", *inside[1:]) if inside and inside[0].startswith("draft") else inside))

    settle = DossierStore._settle

    def note_rename(store: DossierStore, draft: Path, target: Path) -> bool:
        synced.append("rename")
        return settle(store, draft, target)

    monkeypatch.setattr("server.storage.dossiers.sync_folder", note)
    monkeypatch.setattr("server.storage.blobs.sync_folder", note)
    monkeypatch.setattr(DossierStore, "_settle", note_rename)
    _finish(world)

    assert synced == ["draft/pages", "draft", "rename", "", "2026", "2026/159999"]


def test_the_dossier_of_the_version_before_is_still_known(
    older_world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(older_world, capsys) == (0, "案卷完整，共核对 1 份\n")
