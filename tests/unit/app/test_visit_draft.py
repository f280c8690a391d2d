"""A killed program loses at most the last second: autosave, and drafts that give everything back."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notices.notice import Notice, Tone
from app.visit.draft import KEPT, DraftError, dump_draft, parse_draft
from app.visit.scene import Progress, ReadBack, Sign
from app.visit.state import CaseWork, Identity, PageTaken, Phase, ReceiptSeen, VisitState
from domain.cases.values import BlobHash, CaseId, CaseStatus, PackageId, PageMaker, PageSource, SignatureRef, StepId
from domain.catalogue.values import FieldId, MaterialId, ModuleId
from domain.forms.answers import Answer, Answers, ApplicantKind, GroupRow, Origin
from tests.helpers.builders import M01, NUMBER, PHONE, YOUNG_NUMBER, a_card, at
from tests.helpers.stored import drafts_of
from tests.helpers.visit_harness import Desk

PHONE_FIELD = FieldId("AAE005")


def kept(state: VisitState) -> dict[str, Any]:
    """What a draft must give back."""
    names = (
        "visit",
        "phase",
        "identity",
        "applicant_kind",
        "module",
        "answers",
        "pages",
        "case",
        "digest",
        "signature",
        "signature_png",
    )
    return {name: getattr(state, name) for name in (*names, "materials")}


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in (Phase.IDENTIFY, Phase.DONE)])
def test_a_killed_visit_comes_back_as_it_was(desk: Desk, phase: Phase) -> None:
    desk.go_to(phase)
    before = desk.state

    after = desk.kill_and_recover().state

    assert kept(after) == kept(before)


def test_a_recovered_visit_goes_on_to_its_end(desk: Desk) -> None:
    for phase in (Phase.FORM, Phase.MATERIALS, Phase.READ_BACK, Phase.SIGN):
        if phase is Phase.FORM:
            desk.go_to(phase)
            continue
        desk.kill_and_recover()
        if phase is Phase.MATERIALS:
            desk.fill()
            assert desk.visit.phases.go(phase)
        elif phase is Phase.READ_BACK:
            desk.capture("MT02", 2)
            assert desk.visit.phases.go(phase)
        elif phase is Phase.SIGN:
            assert isinstance(desk.shown[-1].scene, ReadBack)
            desk.confirm()
    desk.kill_and_recover()
    assert isinstance(desk.shown[-1].scene, Sign)
    desk.sign()
    desk.kill_and_recover().submitting.submit()

    assert len(desk.store.outbox.entries()) == 1
    assert drafts_of(desk.store) == []


def test_im5_a_card_that_was_read_before_the_kill_fills_the_form_after_it(desk: Desk) -> None:
    desk.go_to(Phase.CHOOSE)
    desk.kill_and_recover()

    desk.visit.choosing.choose(M01)

    assert desk.state.answers[at("AAC005")].value == "01"
    assert desk.state.answers[at("AAC010")].origin.value == "card"


def test_a_signature_whose_picture_is_gone_is_asked_for_again(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)
    for path in (desk.folder / "pages").iterdir():
        path.unlink()

    desk.kill_and_recover()

    assert (desk.state.phase, desk.state.signature, desk.code) == (Phase.SIGN, None, "signature_lost")
    assert isinstance(desk.shown[-1].scene, Sign)


def test_keystrokes_are_saved_together_within_half_a_second(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    for text in ("1", "13", "138", PHONE):
        desk.visit.form.answer(PHONE_FIELD, text)
    assert len(desk.timers) == 1
    saved = desk.state.saved_at
    desk.now += timedelta(seconds=3)

    desk.timers.fire()

    assert desk.state.saved_at == desk.now != saved
    assert desk.kill_and_recover().state.answers[at(PHONE_FIELD)].value == PHONE


def test_a_kill_before_the_timer_loses_the_last_keystrokes_only(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.form.answer(PHONE_FIELD, PHONE)
    desk.timers.fire()
    desk.visit.form.answer(FieldId("AAE006"), "测试镇")

    answers = desk.kill_and_recover().state.answers

    assert answers[at(PHONE_FIELD)].value == PHONE
    assert at("AAE006") not in answers


def test_what_stands_in_no_scene_is_saved_too(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.timers.fire()

    assert desk.kill_and_recover().state.applicant_kind is ApplicantKind.AGENT


def test_a_visit_that_may_not_go_on_where_it_was_says_so_and_shows_progress(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    state = dataclasses.replace(desk.state, pages=())
    desk.store.drafts.save(state.visit, dump_draft(state))

    recovered = desk.kill_and_recover()

    assert (recovered.state.phase, desk.code) == (Phase.FORM, "materials_missing")
    assert isinstance(desk.shown[-1].scene, Progress)


def test_a_visit_whose_item_is_gone_can_choose_another(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    state = dataclasses.replace(desk.state, module=ModuleId("M77"))
    desk.store.drafts.save(state.visit, dump_draft(state))

    recovered = desk.kill_and_recover()
    assert (recovered.state.phase, desk.code) == (Phase.CHOOSE, "item_missing")

    recovered.choosing.choose(M01)
    assert recovered.state.phase is Phase.FORM
    assert recovered.state.digest == ""


def test_a_visit_of_a_person_who_is_not_of_age_yet_stays_blocked(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(YOUNG_NUMBER))
    desk.visit.choosing.choose(M01)

    assert desk.kill_and_recover().state.identity == desk.state.identity
    assert not desk.visit.phases.go(Phase.MATERIALS)


texts = st.text(max_size=8)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex).map(BlobHash)
names = texts.map(FieldId)
identities = st.builds(
    Identity,
    name=texts,
    id_number=texts,
    origin=st.sampled_from(Origin),
    photo_jpeg=st.binary(max_size=20),
    issuer=texts,
    values=st.dictionaries(texts, texts, max_size=2),
    valid_until=st.none() | st.dates(),
)
pages = st.builds(
    PageTaken,
    material=texts.map(MaterialId),
    number=st.integers(1, 20),
    sha256=hashes,
    size_bytes=st.integers(0),
    source=st.builds(
        PageSource,
        maker=st.sampled_from(PageMaker),
        device=texts,
        sharpness=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        taken_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    width_px=st.integers(0),
    height_px=st.integers(0),
)
signatures = st.builds(
    SignatureRef,
    png_sha256=hashes,
    strokes_sha256=hashes,
    digests=st.lists(texts, max_size=2).map(tuple),
    signed_at=st.datetimes(timezones=st.timezones()),
)
forms = st.builds(
    Answers,
    st.lists(st.builds(Answer, field=names, row=texts, value=texts, origin=st.sampled_from(Origin)), max_size=4).map(
        tuple
    ),
    st.lists(st.builds(GroupRow, group=texts, id=texts), max_size=3).map(tuple),
)
receipts = st.builds(
    ReceiptSeen,
    receipt_no=texts,
    status=st.none() | st.sampled_from(CaseStatus),
    accepted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    due_on=st.none() | st.dates(),
    due_certain=st.booleans(),
    progress_url=texts,
)
works = st.builds(
    CaseWork,
    module=texts.map(ModuleId),
    case=texts.map(CaseId),
    answers=forms,
    again=forms,
    receipt=st.none() | receipts,
    refused=st.booleans(),
    progress_code=st.binary(max_size=8),
)
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "visit": texts,
    "phase": st.sampled_from(Phase),
    "reached": st.sampled_from(Phase),
    "identity": st.none() | identities,
    "agent": st.none() | identities,
    "typed_name": texts,
    "typed_number": texts,
    "applicant_kind": st.sampled_from(ApplicantKind),
    "module": st.none() | texts.filter(bool).map(ModuleId),
    "catalogue_sha256": texts,
    "answers": forms,
    "again": forms,
    "pages": st.lists(pages, max_size=3).map(tuple),
    "case": st.none() | texts.filter(bool).map(CaseId),
    "package": texts.map(PackageId),
    "others": st.lists(works, max_size=2).map(tuple),
    "returned_after": st.integers(0, 9),
    "replaces": st.none() | texts.filter(bool).map(StepId),
    "came_back": st.none()
    | st.builds(Notice, tone=st.sampled_from(Tone), what=texts, why=texts, next=texts, code=texts),
    "digest": texts,
    "signature": st.none() | signatures,
}
states = st.builds(VisitState, **PARTS)


def test_3_nothing_that_is_kept_is_left_out_of_the_states_below() -> None:
    assert set(PARTS) == set(KEPT)
    assert set(PARTS) <= {field.name for field in dataclasses.fields(VisitState)}


@given(states)
def test_a_draft_gives_back_what_was_put_in(state: VisitState) -> None:
    again = parse_draft(dump_draft(state))

    assert dataclasses.replace(again, signature=None) == dataclasses.replace(state, signature=None)
    if state.signature is not None:
        assert again.signature is not None
        assert again.signature.signed_at.utcoffset() == state.signature.signed_at.utcoffset()
        assert again.signature.png_sha256 == state.signature.png_sha256


def test_half_a_character_does_not_stop_the_saving(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.form.answer(FieldId("AAE006"), "一\ud800号")
    desk.timers.fire()

    assert desk.kill_and_recover().state.answers[at("AAE006")].value == "一\ud800号"
    assert [finding.code for finding in desk.state.findings] == []
    assert not desk.visit.phases.go(Phase.MATERIALS)


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | texts, lambda i: st.lists(i) | st.dictionaries(texts, i)).map(
        lambda data: json.dumps(data).encode()
    )
)
def test_bytes_that_are_no_draft_are_a_named_error(body: bytes) -> None:
    with pytest.raises(DraftError):
        parse_draft(body)


@given(st.data())
def test_a_draft_with_a_damaged_part_is_a_named_error_or_another_draft(data: st.DataObject) -> None:
    body = json.loads(
        dump_draft(VisitState(visit="v", identity=Identity(name="n", id_number=NUMBER, origin=Origin.CARD)))
    )
    body[data.draw(st.sampled_from(sorted(body)))] = data.draw(
        st.none() | st.integers() | texts | st.lists(texts, max_size=3) | st.dictionaries(texts, texts, max_size=2)
    )
    with suppress(DraftError):
        assert isinstance(parse_draft(json.dumps(body).encode()), VisitState)
