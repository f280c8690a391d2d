"""A case or a person is found by receipt number, ID number or name, as far as who looks may open it (S5, S12)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases.values import Act
from server.service.taking_over import complete_names
from server.storage.tables import audit_events, case_names, marks
from tests.server.world import APPLICANT, ELDER, User, World


def _find(user: User, text: str, *, query: str = "") -> Any:
    reply = user.send("POST", f"/cases/find{query}", json={"text": text})
    assert reply.status_code == 200, reply.text
    return reply.json()


def _cases(user: User, text: str) -> list[str]:
    return [line["case"] for line in _find(user, text)["cases"]]


def test_a_case_is_found_by_what_stands_on_paper_and_card(world: World) -> None:
    clerk = world.as_user("wangfang")
    receipt = clerk.accept()
    world.clock.forward(seconds=1)
    other = clerk.accept(world.content({"AAC003": "李四"}))

    number = receipt["receipt_no"]
    assert _cases(clerk, number) == [receipt["case"]]
    assert _cases(clerk, number[:-1]) == [other["case"], receipt["case"]]
    assert _cases(clerk, APPLICANT) == [other["case"], receipt["case"]]
    assert _cases(clerk, "张测试") == [receipt["case"]]
    assert _cases(clerk, "张测") == [receipt["case"]]
    assert _cases(clerk, "李") == []
    assert _cases(clerk, "王五") == []
    assert _cases(clerk, ELDER) == []


@pytest.mark.parametrize("agent_comes_first", [True, False])
def test_everybody_whom_any_revision_named_is_found(world: World, agent_comes_first: bool) -> None:
    clerk = world.as_user("wangfang")
    by_agent, alone = world.content_by_agent(ELDER), world.content()
    case = clerk.accept(by_agent if agent_comes_first else alone)["case"]
    world.as_user("lijun").act(case, Act.RETURN, opinion="换人来办")
    resubmitted = clerk.act(case, Act.RESUBMIT, seen=2, content=alone if agent_comes_first else by_agent)
    assert resubmitted.status_code == 201, resubmitted.text

    for text in ("张测试", "代办人", APPLICANT, ELDER):
        assert _cases(clerk, text) == [case], text


def test_a_case_that_is_found_by_another_party_says_by_whom(world: World) -> None:
    clerk = world.as_user("wangfang")
    clerk.accept(world.content_by_agent(ELDER))

    told = {text: [line["found_as"] for line in _find(clerk, text)["cases"]] for text in ("张测试", "代办人", ELDER)}

    assert told == {"张测试": [None], "代办人": ["agent"], ELDER: ["agent"]}


def test_S12_nobody_finds_what_may_not_be_opened(world: World) -> None:
    case = world.as_user("wangfang").accept()["case"]

    for user in ("wangfang", "lijun", "zhaomin", "sunli"):
        reader = world.as_user(user)
        may_open = reader.get(f"/cases/{case}").status_code == 200
        for text in ("张测试", APPLICANT, "159999"):
            assert _cases(reader, text) == ([case] if may_open else []), (user, text)


def test_lines_are_masked_and_paged(world: World) -> None:
    clerk = world.as_user("wangfang")
    accepted = [clerk.accept()["case"] for _ in range(3)]

    first = _find(clerk, "张测试", query="?limit=2")
    last = _find(clerk, "张测试", query=f"?limit=2&after={first['after']}")

    assert [line["case"] for line in (*first["cases"], *last["cases"])] == sorted(accepted, reverse=True)
    assert last["after"] == ""
    assert {line["applicant"] for line in first["cases"]} == {"张**"}


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "search_unclear"),
        ("%", 422, "search_unclear"),
        ("\x00", 422, "search_unclear"),
        ("159999197111050241", 422, "id_number_check_digit"),
        ("15999919711105", 422, "id_number_length"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_with_a_reason(world: World, text: str, status: int, code: str) -> None:
    reply = world.as_user("wangfang").send("POST", "/cases/find", json={"text": text})

    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_nobody_looks_without_a_login_and_nothing_but_text_is_taken(world: World) -> None:
    clerk = world.as_user("wangfang")

    assert world.client.post("/v1/cases/find", json={"text": "张测试"}).status_code == 401
    assert clerk.send("POST", "/cases/find", json={"text": 1}).status_code == 400
    assert clerk.send("POST", "/cases/find", json={"text": "张测试", "office": "15"}).status_code == 400
    assert clerk.send("POST", "/cases/find?after=x", json={"text": "张测试"}).status_code == 400


def test_S5_looking_is_logged_without_saying_for_whom(world: World) -> None:
    clerk = world.as_user("wangfang")
    number = clerk.accept()["receipt_no"]
    for text in ("张测试", APPLICANT, number):
        _find(clerk, text)

    logged = [row for row in world.rows(audit_events) if row["action"] == "find"]

    assert [(row["account"], row["kind"], row["object"]) for row in logged] == [("wangfang", "account", "wangfang")] * 3
    assert [row["detail"] for row in logged] == [
        '{"by":"name","found":"1"}',
        '{"by":"number","found":"1"}',
        f'{{"by":"receipt","found":"1","receipt_no":"{number}"}}',
    ]


def test_names_of_cases_from_before_are_filled_in_once(world: World) -> None:
    clerk = world.as_user("wangfang")
    case = clerk.accept()["case"]

    def forget(connection: Any) -> None:
        connection.execute(case_names.delete())
        connection.execute(marks.delete().where(marks.c.name == "names_of_all_revisions"))

    world.installation.database.write(forget)
    assert _cases(clerk, "张测试") == []

    complete_names(world.installation)
    complete_names(world.installation)

    assert _cases(clerk, "张测试") == [case]


def test_rare_names_are_found_by_their_beginning_on_both_databases(world: World) -> None:
    clerk = world.as_user("wangfang")
    cases = {name: clerk.accept(world.content({"AAC003": name}))["case"] for name in ("张𠮷某", "张\ue863", "张〇")}

    assert {name: _cases(clerk, name) for name in cases} == {name: [case] for name, case in cases.items()}
    assert _cases(clerk, "张𠮷") == [cases["张𠮷某"]]
