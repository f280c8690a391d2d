"""Who may do what: the whole product of accounts and acts as data, and the rules of granting."""

from __future__ import annotations

import pytest

from domain.cases.values import Act, Office
from domain.catalogue.values import RoleId
from domain.identity import check_digit
from domain.refusals import Refusal, RefusalCode
from server.service.accounts import NewAccount, grant_role, open_account, open_office
from server.service.samples import COUNTY, PASSWORD, TOWNSHIP
from server.service.work import Work, transact
from server.storage.tables import audit_events
from tests.helpers.pictures import a_jpeg
from tests.server.world import PNG, STROKES, World, sha256

OTHER_TOWNSHIP = Office(code="159999002", name="邻镇便民服务中心", level="乡镇")
OTHER_COUNTY = Office(code="159998", name="邻旗社会保险事业服务中心", level="旗县")
PEOPLE = {
    "clerk": ("159999198701010024", TOWNSHIP, "PUB_BIZ"),
    "pension_clerk": ("159999198702020045", TOWNSHIP, "PEN_BIZ"),
    "far_clerk": ("159999198803030066", OTHER_TOWNSHIP, "PUB_BIZ"),
    "reviewer": ("159999198804040087", COUNTY, "PUB_CHK"),
    "pension_reviewer": ("159999198905050018", COUNTY, "PEN_CHK"),
    "deputy": ("159999198906060039", COUNTY, "DEP_DIR"),
    "auditor": ("159999199007070050", COUNTY, "AUDIT"),
    "far_reviewer": ("159999199108080071", OTHER_COUNTY, "PUB_CHK"),
    "nobody": ("159999199209090092", COUNTY, "FIN"),
}

# account: submit, upload, read a case (its trail and pages too), approve, lists of cases and changes, number of tasks
MATRIX = {
    "clerk": ("accepted", 201, 200, "not_allowed", 200, 0),
    "pension_clerk": ("not_allowed", 201, 403, "not_allowed", 200, 0),
    "far_clerk": ("pages_missing", 201, 403, "wrong_office", 200, 0),
    "reviewer": ("not_allowed", 403, 200, "approved", 200, 1),
    "pension_reviewer": ("not_allowed", 403, 403, "not_allowed", 200, 0),
    "deputy": ("not_allowed", 403, 403, "not_allowed", 200, 0),
    "auditor": ("not_allowed", 403, 200, "not_allowed", 200, 0),
    "far_reviewer": ("not_allowed", 403, 404, "not_found", 200, 0),
    "nobody": ("not_allowed", 403, 403, "not_allowed", 403, 0),
}


def _number(first_17: str) -> str:
    return first_17 + check_digit(first_17)


def _hire(work: Work) -> None:
    for office in (OTHER_TOWNSHIP, OTHER_COUNTY):
        open_office(work, office, by="test")
    for user, (number, office, role) in PEOPLE.items():
        new = NewAccount(user=user, name=user, id_number=_number(number[:17]), password=PASSWORD, office=office.code)
        assert not isinstance(open_account(work, new, by="test", today=work.today), Refusal)
        assert grant_role(work, user, RoleId(role), by="test") is None


@pytest.mark.parametrize("user", MATRIX)
def test_role_matrix(world: World, user: str) -> None:  # IM-6a, IM-6c
    transact(world.installation, _hire)
    case = world.as_user("wangfang").accept()["case"]
    someone = world.as_user(user)
    submit, upload, read, approve, cases, tasks = MATRIX[user]

    uploaded = someone.send("PUT", "/blobs/" + "0" * 64, content=b"x")
    found = someone.get(f"/cases/{case}")
    parts = [someone.get(f"/cases/{case}/{part}") for part in ("audit", f"blobs/{sha256(a_jpeg(b'1'))}")]
    probed = someone.send("HEAD", "/blobs/" + "0" * 64)
    lists = [someone.get(path) for path in ("/cases", "/changes")]
    sought = someone.send("POST", "/cases/find", json={"text": "张测试"})
    waiting = someone.get("/tasks").json()["cases"]
    approved = someone.act(case, Act.APPROVE)
    submitted = someone.submit(world.content())

    assert (422 if upload == 201 else upload) == uploaded.status_code  # the hash is wrong for those who may
    assert probed.status_code == (404 if upload == 201 else upload)
    assert [reply.status_code for reply in (found, *parts)] == [read] * 3, found.text
    assert [reply.status_code for reply in (*lists, sought)] == [cases] * 3
    assert len(waiting) == tasks
    assert approved.json().get("code", "approved") == approve
    assert submitted.json().get("code", "accepted") == submit


JUDGED = {
    "post /v1/cases",
    "get /v1/cases",
    "post /v1/cases/find",
    "get /v1/cases/{case}",
    "get /v1/cases/{case}/audit",
    "get /v1/cases/{case}/blobs/{sha256}",
    "post /v1/cases/{case}/steps",
    "put /v1/blobs/{sha256}",
    "head /v1/blobs/{sha256}",
    "get /v1/tasks",
    "get /v1/changes",
}
"""The routes whose answer depends on the role: those of the matrix."""

FOR_EVERY_ACCOUNT = {
    "post /v1/logout",
    "get /v1/me",
    "get /v1/catalogue",
    "get /v1/catalogue/{sha256}",
    "head /v1/catalogue/{sha256}",
}
FOR_EVERYBODY = {"post /v1/login", "get /v1/clock", "get /v1/progress/{receipt_no}/{code}"}


def test_every_route_is_in_the_matrix_or_open_on_purpose(world: World) -> None:  # IM-6a
    paths = world.client.get("/v1/openapi.json").json()["paths"]
    routes = {f"{method} {path}": about for path, methods in paths.items() for method, about in methods.items()}

    assert set(routes) == JUDGED | FOR_EVERY_ACCOUNT | FOR_EVERYBODY
    assert {name for name, about in routes.items() if not about["security"]} == FOR_EVERYBODY


@pytest.mark.parametrize(
    ("user", "role", "fact"),
    [
        ("wangfang", "PUB_CHK", "level"),
        ("lijun", "PUB_BIZ", "level"),
        ("wangfang2", "PEN_CHK", "excludes"),
        ("lijun", "AUDIT", "excludes"),
        ("sunli", "CITY_APP", "level"),
    ],
)
def test_level_and_exclusion_are_checked_when_granting(world: World, user: str, role: str, fact: str) -> None:  # IM-6b
    refusal = transact(world.installation, lambda work: grant_role(work, user, RoleId(role), by="test"))

    assert refusal is not None
    assert refusal.code is RefusalCode.NOT_ALLOWED
    assert fact in refusal.facts
    assert role not in world.as_user(user).get("/me").json()["roles"]


def test_roles_are_counted_over_all_accounts_of_a_person(world: World) -> None:  # IM-6b
    def act(work: Work) -> Refusal | None:
        new = NewAccount(
            user="lijun2", name="李军", id_number=_number("15999919790612003"), password=PASSWORD, office=TOWNSHIP.code
        )
        open_account(work, new, by="test", today=work.today)
        return grant_role(work, "lijun2", RoleId("PUB_BIZ"), by="test")

    refusal = transact(world.installation, act)

    assert refusal is not None
    assert refusal.facts["excludes"] == "PUB_BIZ PUB_CHK"


def test_the_imported_grant_of_the_sample_is_logged_as_such(world: World) -> None:
    rows = world.installation.database.read(lambda connection: connection.execute(audit_events.select()).all())

    assert [row.object for row in rows if row.action == "role_imported"] == ["wangfang2"]


@pytest.mark.parametrize(("user", "role"), [("nobody-here", "PUB_BIZ"), ("wangfang", "KING")])
def test_an_unknown_account_or_role_is_not_found(world: World, user: str, role: str) -> None:
    refusal = transact(world.installation, lambda work: grant_role(work, user, RoleId(role), by="test"))

    assert refusal is not None
    assert refusal.code is RefusalCode.NOT_FOUND


def test_an_account_needs_a_real_person_and_office(world: World) -> None:
    def open_with(number: str, office: str) -> RefusalCode | None:
        new = NewAccount(user="new", name="新", id_number=number, password=PASSWORD, office=office)
        made = transact(world.installation, lambda work: open_account(work, new, by="test", today=work.today))
        return made.code if isinstance(made, Refusal) else None

    assert open_with("159999197906120031", COUNTY.code) is RefusalCode.ID_NUMBER_CHECK_DIGIT
    assert open_with(_number("15999919790612003"), "150000") is RefusalCode.NOT_FOUND


def test_a_page_can_be_read_only_through_its_case(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept()["case"]
    loose = a_jpeg(b"loose")
    clerk.upload(loose)
    content = world.content()
    assert content.signature

    own = [reviewer.get(f"/cases/{case}/blobs/{page.sha256}").content for page in content.pages]
    ink = reviewer.get(f"/cases/{case}/blobs/{content.signature.png_sha256}").content
    strokes = reviewer.get(f"/cases/{case}/blobs/{content.signature.strokes_sha256}").content
    foreign = reviewer.get(f"/cases/{case}/blobs/{sha256(loose)}")

    assert own == [a_jpeg(b"1"), a_jpeg(b"2")]
    assert (ink, strokes) == (PNG, STROKES)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert reviewer.get(f"/blobs/{sha256(loose)}").status_code == 405
