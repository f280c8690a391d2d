"""One visit from the card to the outbox, without Qt and on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from app.notices.notice import Notice, Tone
from app.store.outbox import EntryKind, EntryState
from app.visit.scene import Done, Painted, Progress, ReadBack, Sign, Wait
from app.visit.state import Phase, ReceiptSeen
from domain.cases.values import PageMaker, PageSource, content_digest, shown_digest
from domain.catalogue.values import FieldId, MaterialId
from domain.forms.answers import ApplicantKind, Origin
from domain.wire.cases import SubmitCase
from domain.wire.codec import parse
from hardware.kinds.document_camera import CapturePage
from tests.helpers.builders import M01, NAME, NOW, NUMBER, OLD_NUMBER, PNG, STROKES, a_card, at, shown_by
from tests.helpers.stored import drafts_of
from tests.helpers.visit_harness import RECEIPT, Desk


def test_ui1_a_whole_visit_ends_in_the_outbox_with_what_was_signed(desk: Desk) -> None:
    desk.go_to(Phase.DONE)

    (entry,) = desk.store.outbox.entries()
    submit = parse(SubmitCase, entry.body)
    assert isinstance(submit, SubmitCase)
    content = submit.content
    assert content.signature is not None
    assert content.signature.digests == (content_digest(content),)
    assert (submit.case, submit.step) == (entry.case, entry.step)
    assert submit.made_at == NOW
    assert (content.module, content.identity_origin, content.applicant_kind) == (M01, Origin.CARD, ApplicantKind.SELF)
    assert content.catalogue_sha256 == desk.catalogue.sha256
    assert (content.form[at("AAC003")].value, content.form[at("AAC002")].value) == (NAME, NUMBER)
    assert content.identities == shown_by(NUMBER, NAME)
    assert [(page.material, page.number) for page in content.pages] == [("MT02", 1), ("MT02", 2)]
    source = PageSource(maker=PageMaker.CAMERA, device="opencv", sharpness=300.0, taken_at=NOW)
    assert [page.source for page in content.pages] == [source, source]


def test_what_simulated_devices_gave_is_marked_in_the_case_and_keeps_its_moment(desk: Desk) -> None:
    desk.devices.page = {"simulated": True, "age_s": 90.0}
    desk.visit.identifying.take_card(replace(a_card(), simulated=True))
    desk.visit.choosing.choose(M01)
    desk.fill()
    desk.visit.phases.go(Phase.MATERIALS)
    desk.capture("MT02", 2)
    desk.visit.phases.go(Phase.READ_BACK)
    desk.confirm()
    desk.sign()
    desk.visit.submitting.submit()

    (entry,) = desk.store.outbox.entries()
    submit = parse(SubmitCase, entry.body)
    assert isinstance(submit, SubmitCase)
    content = submit.content
    assert {page.source.maker for page in content.pages} == {PageMaker.SIMULATED}
    assert {page.source.taken_at for page in content.pages} == {NOW - timedelta(seconds=90)}
    assert [one.origin for one in content.identities] == [Origin.SIMULATED]
    assert content.form[at("AAC003")].origin is Origin.CARD


def test_the_entry_brings_its_pages_and_hides_the_name(desk: Desk) -> None:
    desk.go_to(Phase.DONE)

    (entry,) = desk.store.outbox.entries()
    assert (entry.kind, entry.state, entry.module, entry.visit) == (
        EntryKind.SUBMIT,
        EntryState.WAITING,
        M01,
        "visit-1",
    )
    assert entry.applicant == "张**"
    assert len(entry.blobs) == 4
    assert all(desk.store.pages.has(blob) for blob in entry.blobs)
    assert drafts_of(desk.store) == []
    assert desk.wakes == 1


def test_the_item_is_found_by_initials_words_or_code(desk: Desk) -> None:
    for text in ("xcb", "XCBDJ", "新参保", "M01", "m01", "CXJB-01", "参登", " 新 参 ", ""):
        assert [module.id for module in desk.visit.choosing.find(text)] == [M01], text
    assert desk.visit.choosing.find("不存在") == ()


def test_the_customers_screen_follows_the_visit(desk: Desk) -> None:
    desk.go_to(Phase.DONE)
    desk.take_receipt(RECEIPT)

    kinds = [kind for kind, _ in groupby(type(shown.scene) for shown in desk.shown)]
    assert kinds == [Progress, ReadBack, Sign, Progress, Wait, Done]
    assert [shown.counter for shown in desk.shown] == list(range(1, len(desk.shown) + 1))
    assert {shown.visit for shown in desk.shown} == {"visit-1"}
    steps = [shown.scene.current for shown in desk.shown if isinstance(shown.scene, Progress)]
    assert [step for step, _ in groupby(steps)] == [0, 1, 2, 4]


def test_the_screen_confirms_every_scene_anew(desk: Desk) -> None:
    desk.reply(Painted())
    assert desk.state.screen_confirmed
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    assert not desk.state.screen_confirmed


def test_the_receipt_comes_and_its_paper_can_be_printed(desk: Desk) -> None:
    desk.go_to(Phase.DONE)
    assert desk.state.receipt == ReceiptSeen()

    desk.take_receipt(RECEIPT)

    assert desk.state.receipt == RECEIPT
    paper = desk.paper
    assert (paper.receipt_no, paper.due_on, paper.office) == (RECEIPT.receipt_no, RECEIPT.due_on, "测试镇便民服务中心")
    assert [(material.name, material.pages) for material in paper.materials] == [("居民户口簿(首页和本人页)", 2)]


def test_with_the_server_away_the_visit_ends_as_saved_and_a_late_receipt_still_arrives(desk: Desk) -> None:
    desk.go_to(Phase.DONE)
    desk.timers.fire()

    done = desk.shown[-1].scene
    assert isinstance(done, Done)
    assert (done.receipt_no, done.due_on) == ("", None)
    assert desk.paper.receipt_no == ""

    desk.take_receipt(RECEIPT)
    late = desk.shown[-1].scene
    assert isinstance(late, Done)
    assert late.receipt_no == RECEIPT.receipt_no
    assert desk.paper.receipt_no == RECEIPT.receipt_no


def test_a_refused_case_is_told_to_the_clerk_and_not_promised_to_the_applicant(desk: Desk) -> None:
    desk.go_to(Phase.DONE)

    desk.take_refusal(Notice(tone=Tone.ERROR, what="材料不齐", code="materials_missing"))
    desk.timers.fire()

    assert (desk.code, desk.state.refused) == ("materials_missing", True)
    assert isinstance(desk.shown[-1].scene, Wait)
    assert len(desk.store.outbox.entries()) == 1
    desk.take_receipt(RECEIPT)
    assert not desk.state.refused
    assert isinstance(desk.shown[-1].scene, Done)


def test_a_refusal_of_the_step_that_is_being_mended_does_not_disturb(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    scenes = len(desk.shown)

    desk.take_refusal(Notice(tone=Tone.ERROR, what="表单有误", code="form_invalid"))

    assert (desk.state.refused, desk.code, len(desk.shown)) == (False, "", scenes)


def test_a_receipt_before_the_submission_or_after_the_end_is_ignored(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)
    desk.take_receipt(RECEIPT)
    assert desk.state.receipt is None
    desk.visit.submitting.submit()
    desk.visit.end()
    shown = len(desk.shown)
    desk.take_receipt(RECEIPT)
    desk.take_refusal(Notice(tone=Tone.ERROR, what="x"))
    assert len(desk.shown) == shown
    assert desk.code == ""


def test_submitting_twice_makes_one_case(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)
    desk.visit.submitting.submit()
    desk.visit.submitting.submit()

    assert len(desk.store.outbox.entries()) == 1


def test_after_the_submission_nothing_of_the_case_can_change(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)
    desk.devices.hold()
    desk.capture("MT07")
    desk.visit.submitting.submit()
    before = desk.state

    desk.devices.release()
    desk.visit.form.answer(FieldId("AAE005"), "13900000000")
    desk.visit.pages.drop(MaterialId("MT02"), 1)
    desk.visit.keeping.undo()
    desk.visit.identifying.set_applicant_kind(ApplicantKind.GUARDIAN)
    desk.visit.identifying.enter("李测试", OLD_NUMBER)
    desk.visit.identifying.take_card(a_card(OLD_NUMBER))
    desk.visit.choosing.choose(M01)
    desk.capture("MT02")

    assert not desk.visit.phases.go(Phase.FORM)
    assert (desk.state.answers, desk.state.pages, desk.state.identity) == (
        before.answers,
        before.pages,
        before.identity,
    )
    assert (desk.state.phase, desk.state.digest) == (Phase.DONE, before.digest)
    assert drafts_of(desk.store) == []


def test_the_signature_is_kept_with_what_was_confirmed(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    desk.sign()

    signature = desk.state.signature
    assert signature is not None
    assert shown_digest(signature.digests) == desk.state.digest
    assert desk.store.pages.load(signature.png_sha256) == PNG
    assert desk.store.pages.load(signature.strokes_sha256) == STROKES
    assert desk.state.signature_png == PNG


def test_the_camera_is_told_the_shape_of_the_material(desk: Desk) -> None:
    desk.visit.identifying.enter(NAME, NUMBER)
    desk.visit.choosing.choose(M01)
    desk.capture("MT01")

    (request,) = desk.devices.asked
    assert isinstance(request, CapturePage)
    assert request.shape.value == "id_card"


def test_confirmed_without_being_asked_is_ignored(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.confirm()
    desk.sign()

    assert (desk.state.phase, desk.state.digest, desk.state.signature) == (Phase.MATERIALS, "", None)
