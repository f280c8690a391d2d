"""Acceptance: everything is checked again, and every refusal says what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from domain.cases.values import Act, BlobHash, CaseContent, PageRef
from domain.catalogue.values import FieldId, ModuleId
from domain.forms.answers import Answer, ApplicantKind, Origin
from domain.wire.codec import MAX_REQUEST_BYTES
from server.storage.tables import case_contents, cases, counters
from tests.helpers.pictures import a_jpeg
from tests.server.world import CLERKS_OWN, ELDER, PNG, STROKES, World, a_page, shown

TYPED = shown(origin=Origin.TYPED)
Change = Callable[[World], CaseContent]


def _page(number: int, body: bytes = a_jpeg(b"1"), material: str = "MT02") -> PageRef:
    return a_page(number, body, material)


def _unsigned(world: World) -> CaseContent:
    return world.content(signed=False)


def _changed_after_signing(world: World) -> CaseContent:
    content = world.content()
    answers = [a if a.field != "CAZ289" else dataclasses.replace(a, value="300") for a in content.answers]
    return dataclasses.replace(content, answers=tuple(answers))


def _twice(world: World) -> CaseContent:
    content = world.content()
    extra = Answer(field=FieldId("AAC003"), value="别人")
    return world.sign(dataclasses.replace(content, answers=(*content.answers, extra)))


def _by_guardian(world: World) -> CaseContent:
    named = {"x_agent_name": "李测试", "x_agent_id": ELDER, "x_agent_rel": "1"}
    return world.content(named, applicant_kind=ApplicantKind.GUARDIAN)


def _wrong_size(world: World) -> CaseContent:
    first, second = world.content().pages
    return world.sign(_with_pages(world, dataclasses.replace(first, size_bytes=1), second))


CHANGES: list[tuple[str, Change, int, str]] = [
    ("unknown catalogue", lambda w: w.content(catalogue_sha256="0" * 64), 422, "catalogue_unknown"),
    ("hostile catalogue", lambda w: w.content(catalogue_sha256="\x00' --"), 422, "catalogue_unknown"),
    ("unknown module", lambda w: w.content(module=ModuleId("M99")), 422, "module_unknown"),
    ("wrong check digit", lambda w: w.content({"AAC002": "159999197111050241"}), 422, "form_invalid"),
    ("name missing", lambda w: w.content({"AAC003": ""}), 422, "form_invalid"),
    ("value of 100,000 characters", lambda w: w.content({"AAE013": "长" * 100_000}), 422, "form_invalid"),
    ("a hundred thousand blanks", lambda w: w.content({"AAE013": " " * 100_000}), 422, "form_invalid"),
    ("control character", lambda w: w.content({"AAE013": "a\x00b"}), 422, "form_invalid"),
    ("unknown field", lambda w: w.content({"x' OR 1=1": "1"}), 422, "form_invalid"),
    ("same field twice", _twice, 400, "request_malformed"),
    ("too young", lambda w: w.content(_child()), 422, "rule_blocked"),
    ("no household book", lambda w: w.content(pages=()), 422, "materials_missing"),
    ("one page of two", lambda w: w.content(pages=(a_jpeg(b"1"),)), 422, "materials_missing"),
    ("typed identity without card pages", lambda w: w.content(identities=TYPED), 422, "materials_missing"),
    ("guardian without name", lambda w: w.content(applicant_kind=ApplicantKind.GUARDIAN), 422, "form_invalid"),
    ("guardian without papers", _by_guardian, 422, "materials_missing"),
    ("material not offered", lambda w: w.sign(_with_pages(w, _page(1, material="MT99"))), 400, "request_malformed"),
    ("page number twice", lambda w: w.sign(_with_pages(w, _page(1), _page(1))), 400, "request_malformed"),
    ("page number 0", lambda w: w.sign(_with_pages(w, _page(0), _page(1))), 400, "request_malformed"),
    ("page hash a path", lambda w: w.sign(_with_pages(w, _path_page(), _page(2))), 400, "request_malformed"),
    ("not signed", _unsigned, 422, "signature_missing"),
    ("changed after signing", _changed_after_signing, 422, "signature_stale"),
    ("page not uploaded", lambda w: w.content(pages=(a_jpeg(b"1"), a_jpeg(b"never sent"))), 409, "pages_missing"),
    ("page of another size", _wrong_size, 422, "page_damaged"),
    ("own business", lambda w: w.content(_own()), 403, "own_business"),
    ("own errand", lambda w: w.content_by_agent(CLERKS_OWN), 403, "own_business"),
]


def _child() -> dict[str, str]:
    return {"AAC002": "159999201501010024", "AAC006": "2015-01-01"}


def _own() -> dict[str, str]:
    return {"AAC002": CLERKS_OWN, "AAC006": "1980-03-15"}


def _with_pages(world: World, *pages: PageRef) -> CaseContent:
    return dataclasses.replace(world.content(), pages=pages)


def _path_page() -> PageRef:
    return dataclasses.replace(_page(1), sha256=BlobHash("../../../../etc/passwd"))


@pytest.mark.parametrize(("change", "status", "code"), [one[1:] for one in CHANGES], ids=[one[0] for one in CHANGES])
def test_submission_is_refused(world: World, change: Change, status: int, code: str) -> None:  # V22
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)

    reply = clerk.submit(change(world))

    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    assert "…" not in reply.json()["detail"] + reply.json()["next"]
    assert world.count(cases) == 0


def test_a_refused_submission_uses_up_no_receipt_number(world: World) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)

    clerk.submit(world.content(signed=False))
    receipt = clerk.accept()

    assert receipt["receipt_no"].endswith("-0001")


def test_all_missing_materials_are_named_at_once(world: World) -> None:
    clerk = world.as_user("wangfang")

    problem = clerk.submit(world.content(pages=(), identities=shown(origin=Origin.TYPED))).json()

    assert problem["facts"]["ids"] == "MT01 MT02"
    assert "申请人有效居民身份证、居民户口簿" in problem["detail"]


def test_the_missing_pages_are_named(world: World) -> None:
    clerk = world.as_user("wangfang")
    content = world.content()

    facts = clerk.submit(content).json()["facts"]

    assert facts["count"] == "4"
    assert facts["hashes"].split()[:2] == [page.sha256 for page in content.pages]


def test_the_rule_speaks_for_itself(world: World) -> None:
    problem = world.as_user("wangfang").submit(world.content(_child())).json()

    assert problem["title"] == "未满 16 周岁，不能参加城乡居民养老保险"
    assert problem["next"] == "请在年满 16 周岁后再来办理"
    assert problem["facts"]["rule"] == "R001"


def test_a_reviewer_cannot_accept(world: World) -> None:  # IM-6a
    reply = world.as_user("lijun").submit(world.content())

    assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
    assert "公共业务角色" in reply.json()["detail"]


def test_the_receipt_says_what_was_decided(world: World) -> None:
    receipt = world.as_user("wangfang").accept()

    assert receipt["status"] == "in_review"
    assert (receipt["awaited"], receipt["risk"], receipt["chain_name"]) == ("PUB_CHK", 2, "二级受审分离(公共)")
    assert receipt["due_on"] == "2026-11-23"
    assert receipt["accepted_at"] == "2026-11-23T02:30:00Z"


def test_an_elder_takes_the_long_chain_and_the_legal_limit(world: World) -> None:
    clerk = world.as_user("wangfang")
    answers = {"AAC002": ELDER, "AAC004": "1", "AAC006": "1964-03-15"}

    receipt = clerk.accept(world.content(answers))

    assert (receipt["risk"], receipt["chain_name"]) == (1, "一级四签(公共)")
    assert receipt["due_on"] == "2026-11-26"


def test_receipt_numbers_count_per_office_and_day(world: World) -> None:
    clerk = world.as_user("wangfang")

    numbers = [clerk.accept()["receipt_no"], clerk.accept()["receipt_no"]]
    world.clock.forward(hours=13, minutes=31)  # 00:01 of the next day in China
    clerk = world.as_user("wangfang")
    numbers.append(clerk.accept()["receipt_no"])

    assert numbers == ["159999001-20261123-0001", "159999001-20261123-0002", "159999001-20261124-0001"]


def test_somebody_insured_is_not_accepted_again(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    receipt = clerk.accept()
    reviewer.act(receipt["case"], Act.APPROVE)

    again = clerk.submit(world.content())

    assert (again.status_code, again.json()["facts"]["rule"]) == (422, "R004")


def test_of_two_cases_for_one_person_only_one_finishes(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    first, second = clerk.accept(), clerk.accept()

    assert reviewer.act(first["case"], Act.APPROVE).status_code == 201
    late = reviewer.act(second["case"], Act.APPROVE)

    assert (late.status_code, late.json()["code"]) == (422, "rule_blocked")
    assert reviewer.get(f"/cases/{second['case']}").json()["status"] == "in_review"
    assert reviewer.act(second["case"], Act.REFUSE, opinion="已参保").status_code == 201


def test_a_case_is_accepted_once(world: World) -> None:
    clerk = world.as_user("wangfang")
    receipt = clerk.accept()

    again = clerk.submit(world.content(), case=receipt["case"])

    assert (again.status_code, again.json()["code"]) == (409, "step_not_now")
    used = world.installation.database.read(lambda c: c.execute(select(func.max(counters.c.value))).scalar())
    assert used == 1


def test_a_case_made_with_an_earlier_catalogue_is_still_known(world: World, make_world: Callable[..., World]) -> None:
    content = world.content()

    later = make_world()
    clerk = later.as_user("wangfang")
    receipt = clerk.accept(content)

    assert receipt["risk"] == 2


def test_a_case_that_was_kept_larger_than_a_request_can_be_read(world: World) -> None:
    clerk = world.as_user("wangfang")
    case = clerk.accept()["case"]
    padded = case_contents.c.body + " " * MAX_REQUEST_BYTES
    world.installation.database.write(lambda connection: connection.execute(update(case_contents).values(body=padded)))

    assert clerk.get(f"/cases/{case}").status_code == 200


def test_F16_a_limit_into_a_year_without_a_calendar_is_said_to_be_uncertain(world: World) -> None:
    elder = world.content({"AAC002": ELDER, "AAC004": "1", "AAC006": "1964-03-15"})
    soon = world.as_user("wangfang").accept(elder)
    world.clock.forward(days=36)
    late = world.as_user("wangfang").accept(elder)

    view = world.as_user("lijun").get(f"/cases/{late['case']}").json()

    assert (soon["due_certain"], late["due_certain"], view["due_certain"]) == (True, False, False)
    assert late["due_on"] > "2027"
