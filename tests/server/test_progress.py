"""The page behind the code on the receipt (XY-5)."""

from __future__ import annotations

import pytest

from domain.cases.values import Act
from tests.server.world import World


def test_the_page_shows_state_and_contact_and_no_personal_data(world: World) -> None:  # XY-5
    receipt = world.as_user("wangfang").accept()

    before = world.client.get(receipt["progress"])
    world.as_user("lijun").act(receipt["case"], Act.APPROVE)
    after = world.client.get(receipt["progress"])

    assert before.headers["content-type"] == "text/html; charset=utf-8"
    assert "复核中" in before.text
    assert "已办结" in after.text
    for shown in (receipt["receipt_no"], "新参保登记", "测试镇便民服务中心", "0471-0000001", "2026-11-23"):
        assert shown in after.text
    for hidden in ("张", "159999197111050240", "138", "王芳", "李军"):
        assert hidden not in after.text
    assert "script" not in after.text
    assert "default-src 'none'" in after.headers["content-security-policy"]


@pytest.mark.parametrize("code", ["0" * 16, "", "x", "%00", "../0", "0" * 5000, "<script>", "é" * 16])
def test_without_the_code_nothing_is_told(world: World, code: str) -> None:
    receipt = world.as_user("wangfang").accept()

    known = world.client.get(f"/v1/progress/{receipt['receipt_no']}/{code}")
    unknown = world.client.get(f"/v1/progress/159999001-20261123-9999/{code}")

    assert known.status_code == unknown.status_code == 404
    assert known.content == unknown.content
