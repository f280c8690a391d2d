"""Review: who may take which step, and what follows."""

from __future__ import annotations

import pytest

from domain.cases.values import Act
from server.service.samples import COUNTY
from server.storage.tables import audit_events
from tests.helpers.builders import an_id_number
from tests.server.world import APPLICANT, CLERKS_OWN, ELDER, REVIEWERS_OWN, World, new_id


def test_the_same_person_may_not_review_even_through_another_account(world: World) -> None:  # IM-6b
    receipt = world.as_user("wangfang").accept()
    second_account = world.as_user("wangfang2")

    reply = second_account.act(receipt["case"], Act.APPROVE)

    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (403, "same_person")
    assert "同一自然人" in problem["detail"]
    assert "wangfang" in problem["detail"]
    assert problem["facts"] == {"act": "accept", "account": "wangfang"}
    assert second_account.get("/tasks").json()["cases"] == []
    assert second_account.get(f"/cases/{receipt['case']}").json()["acts"] == []


def test_nobody_decides_over_a_case_that_they_brought_as_agent(world: World) -> None:
    case = world.as_user("wangfang").accept(world.content_by_agent(REVIEWERS_OWN))["case"]
    agent = world.as_user("lijun")

    reply = agent.act(case, Act.APPROVE)

    assert (reply.status_code, reply.json()["code"]) == (403, "own_business")
    assert agent.get("/tasks").json()["cases"] == []
    assert agent.get(f"/cases/{case}").json()["acts"] == []


def test_a_correction_changes_whose_business_the_case_is(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept(world.content_by_agent(APPLICANT))["case"]
    reviewer.act(case, Act.RETURN, opinion="代办人身份号码录错")

    own = clerk.act(case, Act.RESUBMIT, seen=2, content=world.content_by_agent(CLERKS_OWN))
    again = clerk.act(case, Act.RESUBMIT, seen=2, content=world.content_by_agent(REVIEWERS_OWN))
    decided = reviewer.act(case, Act.APPROVE, seen=3)

    assert own.json()["code"] == "own_business"
    assert again.json()["status"] == "in_review", again.text
    assert decided.json()["code"] == "own_business"


def test_a_refused_review_is_in_the_trail(world: World) -> None:
    receipt = world.as_user("wangfang").accept()
    world.as_user("wangfang2").act(receipt["case"], Act.APPROVE)

    trail = world.as_user("lijun").get(f"/cases/{receipt['case']}/audit").json()["entries"]

    assert [(one["account"], one["action"]) for one in trail] == [
        ("wangfang", "accept"),
        ("wangfang2", "step_refused"),
        ("lijun", "read_trail"),
    ]
    assert trail[1]["detail"] == {"code": "same_person"}


def test_a_return_with_reason_reaches_the_clerk_and_comes_back(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    receipt = clerk.accept()
    case = receipt["case"]

    returned = reviewer.act(case, Act.RETURN, opinion="户口簿第二页看不清")
    change = clerk.get("/changes").json()["changes"][-1]
    task = clerk.get("/tasks").json()["cases"][0]
    again = clerk.act(case, Act.RESUBMIT, seen=2, content=world.content({"CAZ289": "500"}))
    done = reviewer.act(case, Act.APPROVE, seen=3)

    assert returned.json()["status"] == "returned"
    assert (change["sequence"], change["reason"]) == (2, "户口簿第二页看不清")
    assert (task["case"], task["reason"], task["applicant"]) == (case, "户口簿第二页看不清", "张**")
    assert again.json()["status"] == "in_review", again.text
    assert done.json()["status"] == "finished"
    answers = {answer["field"]: answer["value"] for answer in done.json()["content"]["answers"]}
    assert answers["CAZ289"] == "500"


def test_a_corrected_account_moves_the_case_to_the_long_chain(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept()["case"]
    reviewer.act(case, Act.RETURN, opinion="由监护人代领的，请写监护人的账户")

    again = clerk.act(case, Act.RESUBMIT, seen=2, content=world.content_for_guardians_account())
    next_step = reviewer.act(case, Act.APPROVE, seen=3)

    assert again.json()["risk"] == 1, again.text
    assert (next_step.json()["status"], next_step.json()["awaited"]) == ("in_approval", "DEP_DIR")


def test_who_has_become_sixty_meanwhile_goes_the_long_way(world: World) -> None:
    soon = {"AAC002": an_id_number("15999919661124024"), "AAC006": "1966-11-24"}
    case = world.as_user("wangfang").accept(world.content(soon))["case"]
    world.as_user("lijun").act(case, Act.RETURN, opinion="户口簿第二页看不清")
    world.clock.forward(days=1)

    again = world.as_user("wangfang").act(case, Act.RESUBMIT, seen=2, content=world.content(soon))
    next_step = world.as_user("lijun").act(case, Act.APPROVE, seen=3)

    assert again.json()["risk"] == 1
    assert (next_step.json()["status"], next_step.json()["awaited"]) == ("in_approval", "DEP_DIR")


def test_an_elder_needs_four_signatures(world: World) -> None:
    case = world.as_user("wangfang").accept(world.content({"AAC002": ELDER, "AAC004": "1", "AAC006": "1964-03-15"}))[
        "case"
    ]

    early = world.as_user("sunli").act(case, Act.APPROVE)
    states = [
        world.as_user(user).act(case, Act.APPROVE, seen=seen).json()["status"]
        for seen, user in enumerate(("lijun", "zhaomin", "sunli"), start=1)
    ]

    assert early.json()["code"] == "not_allowed"
    assert "公共复核角色" in early.json()["detail"]
    assert states == ["in_approval", "in_approval", "finished"]


@pytest.mark.parametrize("act", [Act.RETURN, Act.REFUSE])
def test_a_no_needs_a_reason(world: World, act: Act) -> None:
    case = world.as_user("wangfang").accept()["case"]

    reply = world.as_user("lijun").act(case, act, opinion=" \t")

    assert (reply.status_code, reply.json()["code"]) == (422, "reason_missing")


def test_who_saw_an_older_state_must_look_again(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept()["case"]
    reviewer.act(case, Act.RETURN, opinion="重拍")

    late = reviewer.act(case, Act.APPROVE, seen=1)

    assert (late.status_code, late.json()["code"], late.json()["facts"]) == (412, "case_changed", {"steps": "2"})


@pytest.mark.parametrize("act", [Act.ACCEPT, Act.RESUBMIT, Act.WITHDRAW])
def test_a_step_out_of_turn_is_refused(world: World, act: Act) -> None:
    clerk = world.as_user("wangfang")
    case = clerk.accept()["case"]
    content = world.content() if act is Act.RESUBMIT else None

    reply = clerk.act(case, act, opinion="-", content=content)

    assert (reply.status_code, reply.json()["code"]) == (409, "step_not_now")
    assert "复核中" in reply.json()["detail"]


def test_nothing_follows_the_end(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    case = clerk.accept()["case"]
    reviewer.act(case, Act.REFUSE, opinion="不符合条件")

    replies = [reviewer.act(case, act, seen=2, opinion="-") for act in (Act.APPROVE, Act.RETURN, Act.REFUSE)]

    assert {reply.json()["code"] for reply in replies} == {"step_not_now"}


@pytest.mark.parametrize(
    ("act", "with_content"), [(Act.RESUBMIT, False), (Act.APPROVE, True)], ids=["resubmit without", "approve with"]
)
def test_content_comes_with_a_resubmission_only(world: World, act: Act, with_content: bool) -> None:
    case = world.as_user("wangfang").accept()["case"]

    reply = world.as_user("lijun").act(case, act, content=world.content() if with_content else None)

    assert (reply.status_code, reply.json()["facts"]["place"]) == (400, "content")


@pytest.mark.parametrize("opinion", ["长" * 501, "a\x00b", "\u202eevil"])
def test_an_opinion_that_nobody_can_read_is_refused(world: World, opinion: str) -> None:
    case = world.as_user("wangfang").accept()["case"]

    reply = world.as_user("lijun").act(case, Act.RETURN, opinion=opinion)

    assert (reply.status_code, reply.json()["code"]) == (400, "request_malformed")


@pytest.mark.parametrize("case", [pytest.param(new_id(), id="new"), "x", "..%2f..%2fetc", "%00", "a" * 5000, "用户"])
def test_an_unknown_case_is_not_found(world: World, case: str) -> None:
    reviewer = world.as_user("lijun")

    replies = [
        reviewer.get(f"/cases/{case}"),
        reviewer.get(f"/cases/{case}/audit"),
        reviewer.get(f"/cases/{case}/blobs/{'0' * 64}"),
        reviewer.act(case, Act.APPROVE),
    ]

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(404, "not_found")}


def test_reading_a_case_is_logged_without_the_number(world: World) -> None:
    case = world.as_user("wangfang").accept()["case"]
    world.as_user("lijun").get(f"/cases/{case}")

    rows = world.installation.database.read(lambda connection: connection.execute(audit_events.select()).all())
    read = [row for row in rows if row.action == "read"]

    assert [(row.account, row.office, row.object) for row in read] == [("lijun", COUNTY.code, case)]
    assert "159999197111050240" not in str(rows)
    assert "张测试" not in str(rows)


def test_two_reviewers_at_the_same_moment_take_one_step(world: World) -> None:
    from concurrent.futures import ThreadPoolExecutor

    case = world.as_user("wangfang").accept()["case"]
    reviewers = [world.as_user("lijun") for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda user: user.act(case, Act.APPROVE), reviewers))

    assert sorted(reply.status_code for reply in replies) == [201, 412, 412, 412]
