"""Bodies of every stored form, of this version and of those before: a change on both sides at once can't pass unseen.

``tests/golden/*-v1.json`` was written by commit 5798e1d. A form that changes gets a new version, a lift in
``domain/cases/older.py`` or its like, and golden bodies of its own; those that are there are never written anew.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from app.notices.notice import Notice, Tone
from app.visit.draft import DraftError, dump_draft, parse_draft
from app.visit.state import CaseWork, Identity, PageTaken, Phase, ReceiptSeen, VisitState
from domain.business_time import business_day
from domain.cases.values import (
    CONTENT_VERSION,
    NO_PACKAGE,
    BlobHash,
    CaseContent,
    CaseId,
    CaseStatus,
    PackageId,
    StepId,
    content_digest,
)
from domain.catalogue.older import FORMAT
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import FieldId, GroupId, MaterialId, ModuleId, PartyRole, Repeats, RowsSum
from domain.forms.answers import Answer, Answers, ApplicantKind, GroupRow, Origin, RowId
from domain.forms.parties import applicant_in, identity_shown
from domain.records import RecordError, from_plain
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import SubmitCase
from domain.wire.codec import dump, parse, parse_stored
from tests.helpers.builders import CAMERA, M01, NAME, NOW, NUMBER, a_page, a_signature, at, m01_answers, sha256_of
from tests.helpers.heirs import AGE, BORN, HEIR_SHARE, HEIRS, T01, TOTAL

GOLDEN = Path(__file__).parents[2] / "golden"
ROWS = (GroupRow(group=GroupId("heirs"), id=RowId("row-2")), GroupRow(group=GroupId("heirs"), id=RowId("row-1")))
SECOND = Answer(field=FieldId("AAE010"), value="6200000000000005")
HEIR = Answer(field=FieldId("x_heir_name"), row=RowId("row-1"), value="李测试", origin=Origin.TYPED)


def read(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def a_full_content() -> CaseContent:
    """Every field of a content filled."""
    content = CaseContent(
        module=M01,
        catalogue_sha256="9" * 64,
        applicant_kind=ApplicantKind.AGENT,
        identities=(
            identity_shown(NAME, NUMBER, Origin.CARD, PartyRole.APPLICANT),
            identity_shown("李测试", NUMBER, Origin.ELECTRONIC, PartyRole.HEIR, RowId("row-1")),
        ),
        answers=(*m01_answers().values(), HEIR),
        rows=ROWS,
        pages=(a_page(),),
        package=PackageId("package-1"),
    )
    return dataclasses.replace(content, signature=a_signature(content))


def a_submission() -> SubmitCase:
    return SubmitCase(case=CaseId("case-1"), step=StepId("step-1"), made_at=NOW, content=a_full_content())


def a_draft() -> VisitState:
    """Every stored field of a visit filled."""
    page = PageTaken(
        material=MaterialId("MT02"),
        number=1,
        sha256=sha256_of(b"page"),
        size_bytes=4,
        source=CAMERA,
        width_px=1240,
        height_px=1754,
    )
    return VisitState(
        visit="visit-1",
        phase=Phase.SUBMIT,
        reached=Phase.SUBMIT,
        identity=Identity(
            name=NAME,
            id_number=NUMBER,
            origin=Origin.CARD,
            photo_jpeg=b"\xff\xd8photo",
            issuer="测试旗公安局",
            values={"name": NAME},
            valid_until=business_day(NOW),
        ),
        typed_name="李测",
        typed_number="1599991971",
        applicant_kind=ApplicantKind.AGENT,
        agent=Identity(name="李测试", id_number=NUMBER, origin=Origin.ELECTRONIC, values={"name": "李测试"}),
        module=M01,
        catalogue_sha256="9" * 64,
        case=CaseId("case-1"),
        package=PackageId("package-1"),
        others=(
            CaseWork(
                module=ModuleId("M02"),
                case=CaseId("case-2"),
                answers=Answers((*m01_answers().values(), HEIR), ROWS),
                again=Answers((SECOND,)),
                receipt=ReceiptSeen(
                    receipt_no="159999001-20261124-0001",
                    status=CaseStatus.IN_REVIEW,
                    accepted_at=NOW,
                    due_on=business_day(NOW),
                    due_certain=False,
                    progress_url="https://example.test/p/1",
                ),
                refused=True,
                progress_code=b"code",
            ),
        ),
        returned_after=2,
        replaces=StepId("step-0"),
        came_back=Notice(tone=Tone.WARNING, what="退回", why="不清楚", next="补拍", code="returned"),
        digest="sha256:shown",
        answers=Answers((*m01_answers().values(), HEIR), ROWS),
        again=Answers((SECOND,)),
        pages=(page,),
        signature=a_full_content().signature,
    )


def typed_once(state: VisitState) -> VisitState:
    """As drafts were before version 5."""
    others = tuple(dataclasses.replace(other, again=Answers()) for other in state.others)
    return dataclasses.replace(state, again=Answers(), others=others)


# -- this version


def test_a_submission_of_this_version_is_written_and_read_as_ever() -> None:
    assert json.loads(dump(a_submission())) == json.loads(read("submission-v2.json"))
    assert parse(SubmitCase, read("submission-v2.json")) == a_submission()
    assert parse_stored(SubmitCase, read("submission-v2.json")) == a_submission()


def test_a_content_of_this_version_is_signed_as_ever() -> None:
    content = parse_stored(CaseContent, dump(a_full_content()))

    assert isinstance(content, CaseContent)
    assert content_digest(content) == "sha256:282f3e18ea5a042539fd436f62425ac54df6283a89f06631ffb92fd643989c78"
    assert content.is_signed


def test_a_draft_of_this_version_is_written_and_read_as_ever() -> None:
    assert json.loads(dump_draft(a_draft())) == json.loads(read("draft-v5.json"))
    assert parse_draft(read("draft-v5.json")) == a_draft()


def test_a_draft_of_version_4_comes_with_all_but_what_was_typed_the_second_time() -> None:
    assert parse_draft(read("draft-v4.json")) == typed_once(a_draft())


def test_a_draft_of_version_3_comes_with_all_but_what_was_being_typed() -> None:
    assert parse_draft(read("draft-v3.json")) == dataclasses.replace(
        typed_once(a_draft()), typed_name="", typed_number=""
    )


def test_a_dossier_of_this_version_holds_a_content_that_is_signed_as_ever() -> None:
    case = json.loads(read("dossier-v2.json"))

    content = parse_stored(CaseContent, json.dumps(case["content"]).encode())

    assert isinstance(content, CaseContent)
    assert (content.version, content.is_signed) == (CONTENT_VERSION, True)
    assert case["steps"][-2]["seen"] == content_digest(content), "what was resubmitted is what was signed"
    assert [row.id for row in content.rows] == ["row-2"]


def test_a_catalogue_of_this_version_is_read_as_ever() -> None:
    data = json.loads(read("catalogue-v2.json"))
    catalogue = parse_catalogue(data)
    module = catalogue.modules[T01]
    (group,) = (page for page in module.form.pages if page.repeats)

    assert data["format"] == FORMAT
    assert catalogue.sha256 == "a7d7374d451e41f63cb81eaf7fc184502eb2ab1e51cebe2384b11f2e5e32f7c9"
    assert group.repeats == Repeats(
        group=HEIRS, min_rows=0, max_rows=5, row_name="继承人", sums=(RowsSum(field=HEIR_SHARE, total=100),)
    )
    assert (module.electronic, [use.field for use in module.form.uses if use.computed]) == (True, [BORN, AGE, TOTAL])
    assert module.party(PartyRole.HEIR) is not None
    for spoiled in (data | {"format": FORMAT + 1}, data | {"from_the_future": []}):
        with pytest.raises(CatalogueError):
            parse_catalogue(spoiled)


# -- the versions before


def test_a_draft_of_version_2_is_read_with_the_pages_of_all_its_cases() -> None:
    of_version_2 = dataclasses.replace(typed_once(a_draft()), agent=None, typed_name="", typed_number="")
    one_case = dataclasses.replace(of_version_2, catalogue_sha256="", package=NO_PACKAGE, others=())
    (page,) = a_draft().pages
    several = json.loads(read("draft-v2-several.json"))
    of_another = {**several["others"][0]["pages"][0], "sha256": "7" * 64}
    several["others"][0]["pages"].append(of_another)

    assert parse_draft(read("draft-v2.json")) == one_case
    assert parse_draft(read("draft-v2-several.json")) == of_version_2
    assert parse_draft(json.dumps(several).encode()) == dataclasses.replace(
        of_version_2, pages=(page, dataclasses.replace(page, number=2, sha256=BlobHash("7" * 64)))
    )


def test_a_draft_of_version_1_comes_with_all_that_was_typed_and_taken() -> None:
    state = parse_draft(read("draft-v1.json"))

    assert (state.phase, state.came_back) == (Phase.FORM, None)
    assert state.identity is not None
    assert (state.identity.name, state.identity.origin) == (NAME, Origin.CARD)
    assert state.answers[at("AAE005")].value == "13800000005"
    assert state.answers[at("AAC010")].origin is Origin.CARD
    assert [(page.material, page.number, page.source.maker.value) for page in state.pages] == [("MT02", 1, "unknown")]


def test_a_draft_of_version_1_that_was_signed_says_that_it_must_be_signed_again() -> None:
    state = parse_draft(read("draft-signed-v1.json"))

    assert (state.phase, state.reached, state.digest, state.signature) == (Phase.MATERIALS, Phase.MATERIALS, "", None)
    assert state.came_back is not None
    assert (state.came_back.code, "重新核对并签名" in state.came_back.what) == ("older_draft", True)
    assert len(state.pages) == 2


def test_a_submission_of_version_1_is_read_where_it_lies_and_not_taken_for_a_new_one() -> None:
    lying = parse_stored(SubmitCase, read("submission-v1.json"))
    sent = parse(SubmitCase, read("submission-v1.json"))

    assert isinstance(lying, SubmitCase)
    assert (lying.content.version, lying.content.is_signed, lying.content.identity_origin) == (1, False, Origin.CARD)
    assert lying.content.form[at("AAC003")].value == NAME
    assert sent == Refusal(code=RefusalCode.VERSION_UNKNOWN, facts={"version": "1", "wanted": str(CONTENT_VERSION)})


def test_a_content_of_version_1_is_read_with_the_catalogue_that_it_was_made_with() -> None:
    catalogue = parse_catalogue(json.loads(read("catalogue-v1.json")))
    content = parse_stored(CaseContent, read("content-v1.json"))

    assert isinstance(content, CaseContent)
    assert content.catalogue_sha256 == catalogue.sha256
    assert applicant_in(catalogue.modules[content.module], content.form).name == NAME


def test_a_dossier_of_version_1_holds_a_content_that_is_read() -> None:
    case = json.loads(read("dossier-v1.json"))

    content = parse_stored(CaseContent, json.dumps(case["content"]).encode())

    assert isinstance(content, CaseContent)
    assert content.form[at("AAC003")].value == NAME


# -- the next version


def changed(body: bytes, *path: str, **values: Any) -> bytes:
    """The body as a later version may have written it: with other values in the object at the path."""
    data = json.loads(body)
    place = data
    for name in path:
        place = place[name]
    place |= values
    return json.dumps(data).encode()


@pytest.mark.parametrize("path", [("content",), ("content", "signature")])
def test_a_content_of_the_next_version_is_refused_whole_and_named(path: tuple[str, ...]) -> None:
    body = changed(changed(read("submission-v2.json"), "content", version=3), *path, from_the_future=1)
    wanted = Refusal(code=RefusalCode.VERSION_UNKNOWN, facts={"version": "3", "wanted": "2"})

    assert parse(SubmitCase, body) == wanted
    assert parse_stored(SubmitCase, body) == wanted
    assert parse_stored(CaseContent, json.dumps(json.loads(body)["content"]).encode()) == wanted


def test_a_later_version_that_looks_like_ours_is_refused_too() -> None:
    refusal = parse(SubmitCase, changed(read("submission-v2.json"), "content", version=3))

    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.VERSION_UNKNOWN


def test_an_unknown_field_within_this_version_is_refused() -> None:
    body = changed(read("submission-v2.json"), "content", unheard_of=1)

    for refusal in (parse(SubmitCase, body), parse_stored(SubmitCase, body)):
        assert isinstance(refusal, Refusal)
        assert refusal.code is RefusalCode.REQUEST_MALFORMED


def test_a_draft_of_the_next_version_or_with_an_unknown_field_is_set_aside() -> None:
    with pytest.raises(DraftError, match="version 6"):
        parse_draft(changed(read("draft-v5.json"), version=6, from_the_future=1))
    for name in ("draft-v5.json", "draft-v4.json", "draft-v3.json", "draft-v2.json"):
        with pytest.raises(DraftError, match="unknown field"):
            parse_draft(changed(read(name), unheard_of=1))


# -- the codec


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "record"),
        ({"name": "n", "id_number": NUMBER}, ".origin"),
        ({"name": 1, "id_number": NUMBER, "origin": "card"}, ".name"),
        ({"name": "n", "id_number": NUMBER, "origin": "dream"}, ".origin"),
        ({"name": "n", "id_number": NUMBER, "origin": "card", "photo_jpeg": "?"}, ".photo_jpeg"),
        ({"name": "n", "id_number": NUMBER, "origin": "card", "valid_until": "2026-02-30"}, ".valid_until"),
        ({"name": "n", "id_number": NUMBER, "origin": "card", "values": {"name": 1}}, ".values"),
        ({"name": "n", "id_number": NUMBER, "origin": "card", "more": 1}, "record"),
    ],
)
def test_a_record_that_is_none_is_refused_with_its_place_and_never_its_content(data: Any, place: str) -> None:
    with pytest.raises(RecordError) as refused:
        from_plain(Identity, data)

    assert str(refused.value).startswith(place)
    assert NUMBER not in str(refused.value)
