"""What the customer's screen may show (PIPL, mask matrix): on the read-back whole what a hand typed, for its owner to
check; what a card said with stars, unless she holds a button; elsewhere no number, phone, account or address."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.visit.scene import Disputed, Painted, ReadBack, Shown, Sign, Welcome
from app.visit.state import Phase, ReceiptSeen
from domain.catalogue.values import FieldId, MaterialId
from domain.forms.answers import ApplicantKind
from domain.identity import check_digit
from hardware.outcomes import OutcomeCode
from tests.helpers.builders import ACCOUNT, ADDRESS, M01, NAME, NUMBER, OLD_NUMBER, PHONE, a_card
from tests.helpers.visit_harness import Desk

AGENT_NUMBER = OLD_NUMBER
RESIDENCE = ADDRESS + "西院"
SECRETS = {NUMBER, AGENT_NUMBER, PHONE, "13911112222", ACCOUNT, ADDRESS, RESIDENCE, "X00000019"}
EVERYTHING = {
    "AAE010": ACCOUNT,
    "BIE013": "NH",
    "AAE009": NAME,
    "AAZ500": "X00000019",
    "x_phone2": "13911112222",
    "AAE006": RESIDENCE,
    "x_agent_name": "李代办",
    "x_agent_id": AGENT_NUMBER,
    "x_agent_rel": "2",
}


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a scene, however deep."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)


def assert_nothing_told(shown: list[Shown]) -> None:
    elsewhere = [one.scene for one in shown if not isinstance(one.scene, ReadBack)]
    for text in (text for scene in elsewhere for text in texts_of(scene)):
        for secret in SECRETS:
            assert secret not in text
        assert "".join(text.split()).replace(" ", "") not in SECRETS


def read_back(desk: Desk) -> dict[str, str]:
    scene = desk.shown[-1].scene
    assert isinstance(scene, ReadBack)
    return {line.label: line.value for line in scene.lines}


def with_everything(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.fill(**EVERYTHING)
    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.findings
    for material, pages in (("MT02", 2), ("MT09", 1), ("MT10", 2)):
        desk.capture(material, pages)
    assert desk.visit.phases.go(Phase.READ_BACK)


def test_pr_U2_the_read_back_masks_what_the_card_said_and_shows_whole_what_a_hand_typed(desk: Desk) -> None:
    with_everything(desk)
    lines = read_back(desk)
    scene = desk.shown[-1].scene
    assert isinstance(scene, ReadBack)
    whole = {line.label: line.whole for line in scene.lines if line.whole}

    assert lines["公民身份号码"] == "**************0240"
    assert lines["户籍地址"] == "内蒙古自治区测试旗测试镇****"
    assert whole == {"公民身份号码": "159999 19711105 0240", "户籍地址": ADDRESS}
    assert lines["代办人身份号码"] == "159999 19640315 0011"
    assert lines["联系电话"] == "138 0000 0000"
    assert lines["备用联系电话(子女)"] == "139 1111 2222"
    assert lines["银行账号"].replace(" ", "") == ACCOUNT
    assert lines["社保卡卡号"] == "X00000019"
    assert lines["居住地址"] == RESIDENCE


def test_U2_what_is_shown_is_what_is_signed(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    before = read_back(desk)

    for name, value in (("AAE005", "13800000001"), ("AAE006", ADDRESS + "后院")):
        desk.visit.form.answer(FieldId(name), value)
        after = read_back(desk)
        assert after != before, "a change is never hidden under stars"
        before = after


def test_U2_a_number_typed_by_hand_is_read_back_whole(desk: Desk) -> None:
    desk.visit.identifying.enter(NAME, NUMBER)
    desk.visit.choosing.choose(M01)
    desk.fill()
    desk.visit.phases.go(Phase.MATERIALS)
    desk.capture("MT01", 2)
    desk.capture("MT02", 2)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice

    assert read_back(desk)["公民身份号码"].replace(" ", "") == NUMBER


def test_who_stands_there_signs_and_not_who_is_at_home(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card())
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.visit.choosing.choose(M01)
    desk.fill(x_agent_name="李测试", x_agent_id=OLD_NUMBER, x_agent_rel="1")
    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.findings
    for material, pages in (("MT02", 2), ("MT09", 1), ("MT10", 2)):
        desk.capture(material, pages)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice

    desk.confirm()

    scene = desk.shown[-1].scene
    assert isinstance(scene, Sign)
    assert scene.signer == "李测试（授权代办人）"


def test_the_read_back_is_written_for_people(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    lines = read_back(desk)
    scene = desk.shown[-1].scene
    assert isinstance(scene, ReadBack)

    assert lines["姓名"] == NAME
    assert lines["性别"] == "女性"
    assert lines["民族"] == "汉族"
    assert lines["出生日期"] == "1971 年 11 月 5 日"
    assert "银行账号" not in lines
    assert "备注" not in lines
    assert scene.materials == ("居民户口簿(首页和本人页) 2 页",)
    assert "未参加企业职工" in scene.declaration


def test_no_scene_but_the_read_back_tells_a_secret(desk: Desk) -> None:
    with_everything(desk)
    desk.reply(Painted())
    desk.reply(Disputed(labels=("联系电话",)))
    desk.visit.phases.go(Phase.READ_BACK)
    desk.confirm()
    desk.devices.will(OutcomeCode.SIGNATURE_EMPTY)
    desk.sign()
    desk.sign()
    desk.visit.submitting.submit()
    desk.timers.fire()
    desk.take_receipt(ReceiptSeen(receipt_no="159999-1"))
    desk.visit.end()

    assert len(desk.shown) > 10
    assert_nothing_told(desk.shown)
    assert isinstance(desk.shown[-1].scene, Welcome)


def test_the_repr_of_scenes_and_states_tells_nothing(desk: Desk) -> None:
    with_everything(desk)
    desk.confirm()

    told = repr(desk.shown) + repr(desk.state) + repr(desk.states)
    for secret in SECRETS | {NAME}:
        assert secret not in told


numbers = st.builds(
    lambda day, order: f"1599991971110{day}{order:03}" + check_digit(f"1599991971110{day}{order:03}"),
    st.integers(1, 9),
    st.integers(0, 999),
)
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
acts = st.lists(
    st.sampled_from(["confirm", "dispute", "sign", "bad sign", "form", "read back", "undo", "page", "drop", "submit"]),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers, phones, acts)
def test_pr_no_way_through_a_visit_shows_a_whole_number_unasked(
    tmp_path_factory: pytest.TempPathFactory, number: str, phone: str, way: list[str]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("visit") / "store")
    desk.visit.identifying.take_card(a_card(number))
    desk.visit.choosing.choose(M01)
    for name, text in (
        ("AAC009", "50"),
        ("CAZ289", "200"),
        ("AAE005", phone),
        ("AAE006", ADDRESS),
        ("AAF030", "159999001001"),
    ):
        desk.visit.form.answer(FieldId(name), text)
    desk.capture("MT02", 2)
    desk.visit.phases.go(Phase.READ_BACK)
    for act in way:
        take(desk, act)
    desk.visit.end()

    elsewhere = [one.scene for one in desk.shown if not isinstance(one.scene, ReadBack)]
    told = "\n".join(text for scene in elsewhere for text in texts_of(scene))
    read = [one.scene for one in desk.shown if isinstance(one.scene, ReadBack)]
    masked = "".join(line.value for scene in read for line in scene.lines)
    for secret in (number, phone, ADDRESS):
        assert secret not in told
    assert number not in "".join(masked.split())
    assert [one.counter for one in desk.shown] == list(range(1, len(desk.shown) + 1))
    assert len(desk.store.outbox.entries()) <= 1
    desk.close()


def take(desk: Desk, act: str) -> None:
    """One thing that somebody may do at any time."""
    match act:
        case "confirm":
            desk.confirm()
        case "dispute":
            desk.reply(Disputed(labels=()))
        case "sign":
            desk.sign()
        case "bad sign":
            desk.devices.will(OutcomeCode.SIGNATURE_TOO_SHORT)
            desk.sign()
        case "form":
            desk.visit.phases.go(Phase.FORM)
        case "read back":
            desk.visit.phases.go(Phase.READ_BACK)
        case "undo":
            desk.visit.keeping.undo()
        case "page":
            desk.capture("MT02")
        case "drop":
            desk.visit.pages.drop(MaterialId("MT02"), 1)
        case "submit":
            desk.visit.submitting.submit()
