"""A registration from submission to archive."""

from __future__ import annotations

from domain.cases.values import Act
from tests.server.world import World


def test_a_case_goes_from_township_to_county_to_archive(world: World) -> None:  # IM-6c, SJZ-3
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")

    receipt = clerk.accept()
    tasks = reviewer.get("/tasks").json()["cases"]
    view = reviewer.get(f"/cases/{receipt['case']}").json()
    done = reviewer.act(receipt["case"], Act.APPROVE)

    assert receipt["receipt_no"] == "159999001-20261123-0001"
    assert [task["case"] for task in tasks] == [receipt["case"]]
    assert view["acts"] == ["approve", "return", "refuse"]
    assert done.status_code == 201, done.text
    assert done.json()["status"] == "finished"
    assert world.record_of(receipt["case"]).archive == "2026/159999/159999001-20261123-0001"
