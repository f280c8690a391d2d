"""Tasks, cases and the feed: paged by key, in order, without holes."""

from __future__ import annotations

import pytest

from domain.cases.values import Act, Office
from domain.catalogue.values import RoleId
from domain.identity import check_digit
from domain.refusals import Refusal
from server.service.accounts import NewAccount, grant_role, open_account, open_office
from server.service.samples import PASSWORD
from server.service.work import Work, transact
from tests.server.world import User, World


def _walk(user: User, path: str, limit: int) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = user.get(f"{path}?limit={limit}&after={after}").json()
        assert len(page["cases"]) <= limit
        found += [line["case"] for line in page["cases"]]
        after = page["after"]
        if not after:
            return found


def test_pages_hold_every_case_once_even_when_accepted_in_the_same_moment(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    accepted = []
    for number in range(5):
        accepted.append(clerk.accept()["case"])
        if number % 2:
            world.clock.forward(seconds=1)

    assert sorted(_walk(reviewer, "/tasks", 2)) == sorted(accepted)
    assert _walk(reviewer, "/tasks", 2) == _walk(reviewer, "/tasks", 200)
    assert _walk(clerk, "/cases", 2) == list(reversed(_walk(reviewer, "/tasks", 200)))


def test_a_task_leaves_the_list_when_done(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept()["case"]

    reviewer.act(case, Act.REFUSE, opinion="不符合条件")

    assert reviewer.get("/tasks").json() == {"cases": [], "after": ""}


def test_lists_show_the_surname_only(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    clerk.accept()

    for reply in (reviewer.get("/tasks"), clerk.get("/cases"), clerk.get("/changes")):
        assert "张测试" not in reply.text
        assert "159999197111050240" not in reply.text


def test_a_line_names_the_office_that_accepted(world: World) -> None:
    world.as_user("wangfang").accept()

    (line,) = world.as_user("lijun").get("/tasks").json()["cases"]
    assert line["office"] == "测试镇便民服务中心"


def test_the_feed_grows_by_one_in_each_office(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept()["case"]
    clerk.accept()
    reviewer.act(case, Act.RETURN, opinion="重拍")

    for user in (clerk, reviewer):
        changes = user.get("/changes").json()["changes"]
        assert [change["sequence"] for change in changes] == [1, 2, 3]
        assert [change["status"] for change in changes] == ["in_review", "in_review", "returned"]
    middle, last = (clerk.get(f"/changes?after={after}&limit=1").json() for after in (1, 2))
    assert ([change["sequence"] for change in middle["changes"]], middle["more"]) == ([2], True)
    assert ([change["sequence"] for change in last["changes"]], last["more"]) == ([3], False)
    assert clerk.get("/changes?after=3").json() == {"changes": [], "more": False}


@pytest.mark.parametrize(
    "path",
    [
        "/tasks?limit=0",
        "/tasks?limit=201",
        "/tasks?limit=many",
        "/tasks?after=nonsense",
        "/tasks?after=1.%00",
        "/tasks?after=999999999999999999999.abcdefgh",
        "/cases?after=" + "x" * 200,
        "/changes?after=-1",
        "/changes?after=99999999999999999999",
        "/changes?limit=1e9",
    ],
)
def test_a_bad_parameter_is_refused(world: World, path: str) -> None:
    reply = world.as_user("lijun").get(path)

    assert (reply.status_code, reply.json()["code"]) == (400, "request_malformed")


def test_S12_a_list_shows_only_what_its_reader_may_open(world: World) -> None:
    case = world.as_user("wangfang").accept()["case"]  # of a short chain, in which no director acts
    readers = {user: world.as_user(user) for user in ("wangfang", "lijun", "zhaomin", "sunli")}

    listed = {user: [one["case"] for one in reader.get("/cases").json()["cases"]] for user, reader in readers.items()}
    opened = {user: reader.get(f"/cases/{case}").status_code for user, reader in readers.items()}

    assert listed == {user: [case] if status == 200 else [] for user, status in opened.items()}
    assert opened == {"wangfang": 200, "lijun": 200, "zhaomin": 403, "sunli": 403}


def test_S12_a_city_account_is_shown_only_what_it_may_open(world: World) -> None:
    city = Office(code="159900", name="测试市社会保险事业服务中心", level="盟市")

    def hire(work: Work) -> None:
        open_office(work, city, by="test")
        first = "15999919850505008"
        number = first + check_digit(first)
        new = NewAccount(user="city", name="市", id_number=number, password=PASSWORD, office=city.code)
        assert not isinstance(open_account(work, new, by="test", today=work.today), Refusal)
        assert grant_role(work, "city", RoleId("CITY_APP"), by="test") is None

    transact(world.installation, hire)
    case = world.as_user("wangfang").accept()["case"]  # of a chain that ends in the county
    reader = world.as_user("city")

    assert reader.get(f"/cases/{case}").status_code == 403
    assert reader.get("/cases").json()["cases"] == []
    assert reader.send("POST", "/cases/find", json={"text": "张测试"}).json()["cases"] == []


def test_the_last_page_says_that_there_is_no_more(world: World) -> None:
    clerk = world.as_user("wangfang")
    for _ in range(4):
        clerk.accept()

    first = clerk.get("/cases?limit=2").json()
    last = clerk.get(f"/cases?limit=2&after={first['after']}").json()

    assert (len(first["cases"]), len(last["cases"])) == (2, 2)
    assert first["after"]
    assert last["after"] == ""
