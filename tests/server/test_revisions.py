"""A case belongs to one applicant for good; every revision of it stays, and whoever was a party once keeps out."""

from __future__ import annotations

from domain.cases.values import Act, CaseContent, content_digest
from domain.catalogue.values import RoleId
from domain.identity import PersonKey, parse_id_number
from domain.refusals import Refusal
from domain.wire.codec import dump
from server.service.accounts import NewAccount, grant_role, open_account
from server.service.samples import COUNTY, PASSWORD
from server.service.work import Work, transact
from server.storage.tables import case_contents, case_parties, task_bars
from tests.helpers.builders import an_id_number
from tests.helpers.pictures import a_jpeg
from tests.server.world import ELDER, REVIEWERS_OWN, World, sha256

NEW_PAGE = a_jpeg(b"taken again")


def _mended(world: World) -> CaseContent:
    """The same case with its second page taken again and another telephone number."""
    return world.content({"AAE005": "13900000000"}, pages=(a_jpeg(b"1"), NEW_PAGE))


def _returned(world: World, content: CaseContent | None = None) -> str:
    case: str = world.as_user("wangfang").accept(content)["case"]
    assert world.as_user("lijun").act(case, Act.RETURN, opinion="第二页看不清").status_code == 201
    return case


def _hire_colleague(work: Work) -> None:
    """Another reviewer, who has no part in any case."""
    new = NewAccount(
        user="lijuan",
        name="李娟",
        id_number=an_id_number("15999919880404008"),
        password=PASSWORD,
        office=COUNTY.code,
    )
    assert not isinstance(open_account(work, new, by="test", today=work.today), Refusal)
    assert grant_role(work, "lijuan", RoleId("PUB_CHK"), by="test") is None


def test_S14_the_applicant_cannot_change_on_resubmission(world: World) -> None:
    clerk, case = world.as_user("wangfang"), _returned(world)
    other = world.content({"AAC002": ELDER, "AAC004": "1", "AAC006": "1964-03-15"})

    reply = clerk.act(case, Act.RESUBMIT, seen=2, content=other)

    assert (reply.status_code, reply.json()["code"]) == (422, "applicant_changed")
    assert "撤回本件" in reply.json()["next"]
    assert clerk.get(f"/cases/{case}").json()["status"] == "returned"
    assert world.count(case_contents) == 1


def test_S14_a_number_that_is_none_is_still_a_fault_of_the_form(world: World) -> None:
    clerk, case = world.as_user("wangfang"), _returned(world)

    reply = clerk.act(case, Act.RESUBMIT, seen=2, content=world.content({"AAC002": "159999197111050241"}))

    assert reply.json()["code"] == "form_invalid"


def test_S14_every_revision_and_its_pages_stay_readable(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    first = world.content()
    case = _returned(world, first)
    clerk.upload(NEW_PAGE)
    second = _mended(world)
    assert clerk.act(case, Act.RESUBMIT, seen=2, content=second).status_code == 201

    view = reviewer.get(f"/cases/{case}").json()
    replaced = reviewer.get(f"/cases/{case}/blobs/{first.pages[1].sha256}")
    newest = reviewer.get(f"/cases/{case}/blobs/{sha256(NEW_PAGE)}")
    trail = reviewer.get(f"/cases/{case}/audit").json()["entries"]

    assert [page["sha256"] for page in view["content"]["pages"]] == [page.sha256 for page in second.pages]
    assert [[page["sha256"] for page in one["pages"]] for one in view["former"]] == [
        [page.sha256 for page in first.pages]
    ]
    assert (replaced.content, newest.content) == (a_jpeg(b"2"), NEW_PAGE)
    told = {entry["action"]: entry["detail"] for entry in trail if entry["action"] in ("accept", "resubmit")}
    assert [told[act]["content"] for act in ("accept", "resubmit")] == [content_digest(c) for c in (first, second)]
    assert told["accept"]["sealed_content"] == sha256(dump(first))
    assert told["resubmit"]["sealed_content"] == sha256(dump(second))


def test_U14_a_task_that_came_back_mended_says_so(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case, fresh = _returned(world), clerk.accept(world.content({"AAC002": an_id_number("15999919711105034")}))["case"]
    clerk.upload(NEW_PAGE)
    assert clerk.act(case, Act.RESUBMIT, seen=2, content=_mended(world)).status_code == 201

    tasks = {task["case"]: task["mended"] for task in reviewer.get("/tasks").json()["cases"]}

    assert tasks == {case: True, fresh: False}


def test_S15_who_was_an_agent_once_never_decides(world: World) -> None:
    clerk, agent = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept(world.content_by_agent(REVIEWERS_OWN))["case"]
    transact(world.installation, _hire_colleague)
    back = world.as_user("lijuan").act(case, Act.RETURN, opinion="本人到场")
    again = clerk.act(case, Act.RESUBMIT, seen=2, content=world.content())

    reply = agent.act(case, Act.APPROVE, seen=3)

    assert (back.status_code, again.status_code) == (201, 201), again.text
    assert (reply.status_code, reply.json()["code"]) == (403, "own_business")
    assert agent.get("/tasks").json()["cases"] == []
    assert agent.get(f"/cases/{case}").json()["acts"] == []


def test_S15_who_was_an_agent_in_a_revision_of_the_version_before_keeps_out(older_world: World) -> None:
    """The agent of the first revision is no longer named in the second; only the latter's people were kept then."""
    (case,) = (line["case"] for line in older_world.as_user("lijun").get("/tasks").json()["cases"])

    def agent_of_then(work: Work) -> PersonKey:
        number = parse_id_number(ELDER, today=work.today)
        assert not isinstance(number, Refusal)
        return work.installation.secret.person_key(number)

    agent = transact(older_world.installation, agent_of_then)

    assert agent in {row["person"] for row in older_world.rows(case_parties) if row["case_id"] == case}
    assert agent in {row["person"] for row in older_world.rows(task_bars) if row["case_id"] == case}
