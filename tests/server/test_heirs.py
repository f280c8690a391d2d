"""A case with two parties and an heir group at the server: submitted, returned, resubmitted, archived."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.cases.values import Act, CaseContent
from domain.catalogue.values import GroupId, PartyRole
from domain.forms.answers import Answer, GroupRow, Origin, RowId
from domain.forms.parties import identity_shown
from server.service.catalogues import Catalogues
from tests.helpers.heirs import HEIR_NAME, HEIRS, T01, a_heir_number, heir, heirs_catalogue, heirs_data
from tests.helpers.pictures import a_jpeg
from tests.server.world import PNG, REVIEWERS_OWN, STROKES, World

GOLDEN = Path(__file__).parents[1] / "golden" / "dossier-v2.json"
PAGES = (a_jpeg(b"1"), a_jpeg(b"2"))
TWO = (heir("row-1", 1, "40"), heir("row-2", 2, "60", name="王测试"))


@pytest.fixture
def heirs_world(world: World) -> World:
    """A server that also knows the tests' own catalogue."""
    installation = world.installation
    Catalogues(installation.database, heirs_data(), now=installation.clock())
    return world


def content(world: World, *rows: tuple[Answer, ...], **changes: Any) -> CaseContent:
    """A complete case of T01 with these heirs, signed."""
    plain = world.content(signed=False)
    made = dataclasses.replace(
        plain,
        module=T01,
        catalogue_sha256=heirs_catalogue().sha256,
        answers=(*plain.answers, *(answer for row in rows for answer in row)),
        rows=tuple(GroupRow(group=HEIRS, id=row[0].row) for row in rows),
    )
    return world.sign(dataclasses.replace(made, **changes))


def test_a_case_with_heirs_is_returned_resubmitted_and_archived_with_its_rows(heirs_world: World) -> None:
    clerk, reviewer = heirs_world.as_user("wangfang"), heirs_world.as_user("lijun")
    receipt = clerk.accept(content(heirs_world, *TWO))
    case = receipt["case"]
    seen = reviewer.get(f"/cases/{case}").json()["content"]
    reviewer.act(case, Act.RETURN, opinion="第一继承人已放弃")

    again = clerk.act(case, Act.RESUBMIT, seen=2, content=content(heirs_world, heir("row-2", 2, "100", name="王测试")))
    done = reviewer.act(case, Act.APPROVE, seen=3)

    assert seen["rows"] == [{"group": "heirs", "id": "row-1"}, {"group": "heirs", "id": "row-2"}]
    assert again.status_code == 201, again.text
    assert done.json()["status"] == "finished", done.text
    kept = json.loads((heirs_world.dossier_of(case) / "case.json").read_text(encoding="utf-8"))
    assert kept["content"]["rows"] == [{"group": "heirs", "id": "row-2"}]
    assert {"field": HEIR_NAME, "row": "row-2", "value": "王测试", "origin": "typed"} in kept["content"]["answers"]
    assert kept["labels"][HEIR_NAME] == "继承人姓名"
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert (set(kept), set(kept["steps"][0])) == (set(golden), set(golden["steps"][0])), "another form is a new version"


def test_S15_nobody_acts_on_a_case_that_names_them_in_whatever_part_even_formerly(heirs_world: World) -> None:
    clerk, reviewer = heirs_world.as_user("wangfang"), heirs_world.as_user("lijun")
    own = tuple(dataclasses.replace(a, value=REVIEWERS_OWN) if a.field == "x_heir_id" else a for a in TWO[0])
    case = clerk.accept(content(heirs_world, own, TWO[1]))["case"]

    refused = reviewer.act(case, Act.RETURN, opinion="号码录错")

    assert (refused.status_code, refused.json()["code"]) == (403, "own_business")


def _rows(*ids: str) -> tuple[GroupRow, ...]:
    return tuple(GroupRow(group=HEIRS, id=RowId(row)) for row in ids)


def _shown(role: PartyRole, row: str = "", number: str = "") -> Any:
    return identity_shown("李测试", number or a_heir_number(1), Origin.CARD, role, RowId(row))


WRONG: list[tuple[str, Callable[[CaseContent], dict[str, Any]], int, str]] = [
    ("a row twice", lambda c: {"rows": _rows("row-1", "row-1", "row-2")}, 400, "request_malformed"),
    ("a row of no group", lambda c: {"rows": (*c.rows, GroupRow(group=HEIRS, id=RowId("")))}, 400, "request_malformed"),
    (
        "a group of no form",
        lambda c: {"rows": (*c.rows, GroupRow(group=GroupId("uncles"), id=RowId("row-3")))},
        400,
        "request_malformed",
    ),
    ("an answer in a row that is not there", lambda c: {"rows": _rows("row-1")}, 422, "form_invalid"),
    (
        "shares of 99",
        lambda c: {"answers": tuple(dataclasses.replace(a, value="59") if a.value == "60" else a for a in c.answers)},
        422,
        "form_invalid",
    ),
    ("six rows", lambda c: {"rows": _rows(*(f"row-{number}" for number in range(1, 7)))}, 422, "form_invalid"),
    ("nobody showed a card", lambda c: {"identities": ()}, 422, "identity_missing"),
    (
        "the applicant twice",
        lambda c: {"identities": (*c.identities, *c.identities)},
        400,
        "request_malformed",
    ),
    (
        "a card of nobody in the form",
        lambda c: {"identities": (*c.identities, _shown(PartyRole.GUARDIAN))},
        400,
        "request_malformed",
    ),
    (
        "a card of a row that is not there",
        lambda c: {"identities": (*c.identities, _shown(PartyRole.HEIR, "row-9"))},
        400,
        "request_malformed",
    ),
    (
        "another heir stood there",
        lambda c: {"identities": (*c.identities, _shown(PartyRole.HEIR, "row-1", a_heir_number(3)))},
        422,
        "form_invalid",
    ),
    (
        "another applicant stood there",
        lambda c: {"identities": (_shown(PartyRole.APPLICANT),)},
        422,
        "form_invalid",
    ),
    (
        "identity from nowhere",
        lambda c: {"identities": tuple(dataclasses.replace(one, origin=Origin.DEFAULT) for one in c.identities)},
        400,
        "request_malformed",
    ),
]


@pytest.mark.parametrize(("what", "change", "status", "code"), WRONG, ids=[what for what, *_ in WRONG])
def test_rows_and_identities_that_cannot_be_are_refused(
    heirs_world: World, what: str, change: Callable[[CaseContent], dict[str, Any]], status: int, code: str
) -> None:
    clerk = heirs_world.as_user("wangfang")
    clerk.upload(*PAGES, PNG, STROKES)
    good = content(heirs_world, *TWO)

    reply = clerk.submit(heirs_world.sign(dataclasses.replace(good, **change(good))))

    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


def test_an_heir_who_showed_a_card_is_taken(heirs_world: World) -> None:
    clerk = heirs_world.as_user("wangfang")
    good = content(heirs_world, *TWO)
    shown = (*good.identities, _shown(PartyRole.HEIR, "row-1"))

    assert clerk.accept(content(heirs_world, *TWO, identities=shown))["case"]


def test_one_signature_may_cover_several_cases_but_must_cover_this_one(heirs_world: World) -> None:
    clerk = heirs_world.as_user("wangfang")
    clerk.upload(*PAGES, PNG, STROKES)
    good = content(heirs_world, *TWO)
    assert good.signature is not None
    both = tuple(sorted((*good.signature.digests, "sha256:another")))

    of_both = dataclasses.replace(good, signature=dataclasses.replace(good.signature, digests=both))
    of_other = dataclasses.replace(good, signature=dataclasses.replace(good.signature, digests=("sha256:another",)))

    assert clerk.submit(of_other).json()["code"] == "signature_stale"
    assert clerk.submit(of_both).status_code == 201
