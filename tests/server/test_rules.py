"""Business rules at the server: it decides by what its own records know, and by what the rule says of the unknown."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases.values import Act, CaseContent
from domain.catalogue.values import ModuleId
from server.service.catalogues import Catalogues
from tests.helpers.pictures import a_jpeg
from tests.helpers.rules import QUESTION, with_module_for_insured, with_rule
from tests.server.world import PNG, STROKES, User, World


def put_into_force(world: World, data: dict[str, Any]) -> str:
    """A catalogue that the server knows beside the shipped one; its hash."""
    return Catalogues(world.installation.database, data, now=world.clock.now).current.sha256


def submit(clerk: User, content: CaseContent) -> tuple[int, dict[str, Any]]:
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    reply = clerk.submit(content)
    return reply.status_code, reply.json()


@pytest.mark.parametrize("act", ["block", "warn"])
def test_f1_2_an_unknown_fact_asks_passes_or_blocks_as_the_rule_says(world: World, act: str) -> None:
    clerk = world.as_user("wangfang")

    answers = {
        unknown: submit(clerk, world.content(catalogue_sha256=put_into_force(world, with_rule(act, unknown))))
        for unknown in ("pass", "ask", "block")
    }

    assert {unknown: status for unknown, (status, _) in answers.items()} == {"pass": 201, "ask": 201, "block": 422}
    _, refused = answers["block"]
    assert (refused["code"], refused["facts"]["rule"]) == ("rule_blocked", "X1")
    assert refused["facts"]["what"] == QUESTION["what"]


def test_f4_2_a_module_that_demands_insurance_can_finish_and_registers_nobody(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    catalogue = put_into_force(world, with_module_for_insured())
    demanding = world.content(catalogue_sha256=catalogue, module=ModuleId("M02"))

    status, refused = submit(clerk, demanding)
    assert (status, refused["facts"]["rule"]) == (422, "X2")

    receipt = clerk.accept(world.content(catalogue_sha256=catalogue))
    assert reviewer.act(receipt["case"], Act.APPROVE).status_code == 201
    for _ in range(2):
        status, receipt = submit(clerk, demanding)
        assert status == 201, receipt
        assert reviewer.act(receipt["case"], Act.APPROVE).json()["status"] == "finished"


def test_a_catalogue_of_format_1_decides_as_it_did(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    old = put_into_force(world, _of_format_1())
    receipt = clerk.accept(world.content(catalogue_sha256=old))
    assert reviewer.act(receipt["case"], Act.APPROVE).json()["status"] == "finished"

    status, refused = submit(clerk, world.content(catalogue_sha256=old))

    assert (status, refused["facts"]["rule"]) == (422, "R004")


def _of_format_1() -> dict[str, Any]:
    data = with_module_for_insured()
    for table in ("format", "facts", "risks", "papers", "parameters"):
        del data[table]
    for rule in data["business_rules"]:
        del rule["unknown"]
    for chain in data["chains"]:
        chain["roles"] = [stage["role"] for stage in chain.pop("stages")]
    data["items"][0]["modules"] = data["items"][0]["modules"][:1]
    del data["items"][0]["modules"][0]["registers"]
    return data
