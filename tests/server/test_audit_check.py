"""S6: whoever owns the database and changes it on purpose is found, with the place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from domain.cases.values import Act
from domain.catalogue.values import RoleId
from server.main import main
from server.service import archive_check, audit_check, stocktaking
from server.service.accounts import grant_role, withdraw_role
from server.service.audit_check import check_audit
from server.service.work import transact
from server.storage.tables import audit_events
from tests.helpers.builders import an_id_number
from tests.helpers.pictures import a_jpeg
from tests.server.world import World, sha256

COUNTY = "county = '159999'"


def _busy(world: World) -> str:
    """A case that was returned, mended and finished, while roles changed."""
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    ends = world.clock.now + timedelta(days=30)
    transact(world.installation, lambda work: grant_role(work, "sunli", RoleId("FIN"), by="test", ends_at=ends))
    transact(world.installation, lambda work: withdraw_role(work, "zhaomin", RoleId("DEP_DIR"), by="test"))
    case: str = clerk.accept()["case"]
    assert reviewer.act(case, Act.RETURN, opinion="第二页看不清").status_code == 201
    assert clerk.act(case, Act.RESUBMIT, seen=2, content=world.content({"AAE005": "13900000000"})).status_code == 201
    assert reviewer.act(case, Act.APPROVE, seen=3).json()["status"] == "finished"
    return case


def _found(world: World) -> list[str]:
    report = world.installation.database.read(check_audit)
    return [f"{fault.county} {fault.about}：{fault.why}" for fault in report.faults]


def _as_owner(world: World, *statements: str) -> None:
    """Change anything, as somebody who owns the database can, and leave the triggers as they were."""

    def act(connection: Connection) -> None:
        triggers: list[tuple[str, str]] = []
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            triggers = [(row.name, row.sql) for row in found]
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        for _, sql in triggers:
            connection.exec_driver_sql(sql)

    world.installation.database.write(act)


CUT = (
    # The newest entries and, so that nothing seems to be missing, the head.
    f"DELETE FROM audit_event WHERE {COUNTY} AND number > (SELECT max(number) - 3 FROM audit_event WHERE {COUNTY})",
    f"UPDATE audit_head SET length = (SELECT max(number) FROM audit_event WHERE {COUNTY}), sha256 = "
    f"(SELECT sha256 FROM audit_event WHERE {COUNTY} ORDER BY number DESC LIMIT 1) WHERE {COUNTY}",
)
LOG = ("audit_event", "audit_head")
CASE = ("task_bar", "task", "case_party", "case_step", "case_content", "case_name", "service_case")
CHAIN_GONE = "159999 ：整个县的审计链不在，全部记录被删除"
STEP_CHANGED = "第 2 环节与审计记录不符，人员、意见或时间被改动"
CASE_CHANGED = "案件的登记内容与最后一条办理记录不符"
A_GHOST = """INSERT INTO account (county, "user", office, name, person, password, active, created_at)
SELECT county, 'ghost', office, name, person, password, active, created_at FROM account WHERE "user" = 'lijun'"""
A_GRANT = """INSERT INTO role_grant (county, "user", role, granted_by, granted_at, begins_at)
VALUES ('159999', 'wangfang', 'DIR', 'x', 0, 0)"""

CHANGES: dict[str, tuple[tuple[str, ...], str]] = {
    "tail cut with its head": (CUT, "第 3 环节没有审计记录"),
    "county removed": (
        tuple(f"DELETE FROM {name} WHERE {COUNTY}" for name in ("audit_event", "audit_head")),
        CHAIN_GONE,
    ),
    "log removed": (tuple(f"DELETE FROM {name}" for name in LOG), CHAIN_GONE),
    "step deleted": (("DELETE FROM case_step WHERE number = 4",), "第 4 环节已从库中删除"),
    "step's account changed": (("UPDATE case_step SET account = 'sunli' WHERE number = 2",), STEP_CHANGED),
    "opinion changed": (("UPDATE case_step SET opinion = '材料齐全' WHERE number = 2",), STEP_CHANGED),
    "content edited": (
        ("UPDATE case_content SET body = replace(body, '13900000000', '13700000000') WHERE revision = 2",),
        "第 2 版内容与审计记录不符，内容被改动",
    ),
    "revision deleted": (("DELETE FROM case_content WHERE revision = 2",), "第 2 版内容已从库中删除"),
    "chain of a case changed": (("UPDATE service_case SET risk = 3, chain = 'CH3'",), CASE_CHANGED),
    "party removed": (("DELETE FROM case_party",), CASE_CHANGED),
    "case deleted": (tuple(f"DELETE FROM {name}" for name in CASE), "已受理的件从库中删除"),
    "account's person changed": (
        ("UPDATE account SET person = 'x' WHERE \"user\" = 'wangfang2'",),
        "159999 账号 wangfang2：姓名、机构或人员被改动",
    ),
    "account added": ((A_GHOST,), "159999 账号 ghost：没有开户记录"),
    "grant added": ((A_GRANT,), "159999 账号 wangfang：岗位 DIR 没有授权记录"),
    "withdrawal undone": (
        ("UPDATE role_grant SET ends_at = NULL WHERE \"user\" = 'zhaomin'",),
        "159999 账号 zhaomin：岗位 DEP_DIR 的授权期限被改动",
    ),
    "grant prolonged": (
        ("UPDATE role_grant SET ends_at = ends_at + 1 WHERE role = 'FIN'",),
        "159999 账号 sunli：岗位 FIN 的授权期限被改动",
    ),
    "grant removed": (
        ("DELETE FROM role_grant WHERE role = 'FIN'",),
        "159999 账号 sunli：岗位 FIN 的授权已从库中删除",
    ),
    "office renamed": (
        ("UPDATE office SET name = '别处' WHERE code = '159999001'",),
        "159999 机构 159999001：名称或层级被改动",
    ),
    "dossier only claimed": (
        ("UPDATE service_case SET archive = '2026/159999/159999001-20261123-0099'",),
        "没有归档记录，却登记为已归档",
    ),
    "login's entry missing": (
        ("UPDATE login_session SET begun_at = begun_at + 1 WHERE \"user\" = 'lijun'",),
        "159999 账号 lijun：1 次登录没有审计记录",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_S6_a_change_on_purpose_is_found_with_its_place(world: World, change: str) -> None:
    _busy(world)
    assert _found(world) == []
    statements, wanted = CHANGES[change]

    _as_owner(world, *statements)

    assert any(fault.endswith(wanted) for fault in _found(world)), _found(world)


def test_S6_every_case_is_looked_at_however_many_there_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    for person in ("034", "044", "064"):
        case = clerk.accept(world.content({"AAC002": an_id_number(f"15999919711105{person}")}))["case"]
        assert reviewer.act(case, Act.APPROVE).status_code == 201
    world.file_of(sha256(a_jpeg(b"2"))).unlink()
    _as_owner(world, "UPDATE service_case SET risk = 3")
    database, blobs, dossiers = (getattr(world.installation, name) for name in ("database", "blobs", "dossiers"))

    for at_once in (1, 2, 3, 4):
        for module in (audit_check, stocktaking, archive_check):
            monkeypatch.setattr(module, "_AT_ONCE", at_once)
        assert len(_found(world)) == 3
        assert len(stocktaking.take_stock(database, blobs).faults) == 3
        assert archive_check.check_archive(database, dossiers).dossiers == 3


def test_S6_dropped_triggers_are_found(world: World) -> None:
    def change(connection: Connection, how: str) -> None:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER IF EXISTS audit_event_no_DELETE"))
        else:
            connection.execute(text(f"ALTER TABLE audit_event {how} TRIGGER audit_event_no_change"))

    world.installation.database.write(lambda connection: change(connection, "DISABLE"))
    found = _found(world)
    world.installation.database.write(lambda connection: change(connection, "ENABLE"))

    assert len(found) == 1
    assert "触发器" in found[0]


def test_S6_the_command_names_each_place(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    _busy(world)
    settings = world.installation.settings
    command = ["verify-audit", "--data", str(settings.data), "--database", settings.database]

    whole = main(command)
    _as_owner(world, "UPDATE case_step SET account = 'sunli' WHERE number = 2")
    changed = main(command)

    told = capsys.readouterr().out
    (entry,) = (row["number"] for row in world.rows(audit_events) if row["action"] == "return")
    assert (whole, changed) == (0, 1)
    assert f"159999 第 {entry} 条 受理编号 159999001-20261123-0001：第 2 环节与审计记录不符" in told
    assert "发现 1 处异常" in told


def test_S6_what_the_version_before_wrote_is_whole(older_world: World) -> None:
    assert _found(older_world) == []

    _as_owner(older_world, "UPDATE case_step SET account = 'sunli' WHERE act = 'return'")

    assert len(_found(older_world)) == 2
