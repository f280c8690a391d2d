"""A visit in which devices or the disk fail, and how a visit ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from app.notices.notice import Tone
from app.visit.scene import Sign, Welcome
from app.visit.state import Phase, VisitState
from domain.catalogue.values import FieldId, MaterialId
from domain.forms.answers import ApplicantKind
from hardware.outcomes import OutcomeCode
from tests.helpers.builders import a_card, at
from tests.helpers.stored import drafts_of
from tests.helpers.visit_harness import Desk, full_disk

PHONE_FIELD, MT02 = FieldId("AAE005"), MaterialId("MT02")


@pytest.mark.parametrize(
    "code", [OutcomeCode.PAGE_BLURRED, OutcomeCode.PAGE_TOO_LARGE, OutcomeCode.HOST_RESTARTED, OutcomeCode.NO_DEVICE]
)
def test_im5b_a_failed_capture_says_why_and_keeps_everything(desk: Desk, code: OutcomeCode) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02")
    before = desk.state
    desk.devices.will(code)

    desk.capture("MT02")

    assert desk.code == code.name
    assert desk.state.notice is not None
    assert all((desk.state.notice.what, desk.state.notice.why, desk.state.notice.next))
    assert "{" not in desk.state.notice.what
    assert (desk.state.answers, desk.state.pages, desk.state.capturing) == (before.answers, before.pages, None)
    desk.capture("MT02")
    assert len(desk.state.pages) == 2


def test_one_capture_at_a_time(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.devices.hold()
    desk.capture("MT02", 3)
    assert desk.state.capturing == MT02
    assert len(desk.devices.asked) == 1

    desk.devices.release()
    assert desk.state.capturing is None
    assert len(desk.state.pages) == 1


def test_a_card_that_cannot_be_read_is_explained(desk: Desk) -> None:
    desk.visit.identifying.card_failed(OutcomeCode.CARD_LIFTED)

    assert desk.code == "CARD_LIFTED"
    assert desk.state.phase is Phase.IDENTIFY
    desk.visit.dismiss_notice()
    assert desk.state.notice is None


@pytest.mark.parametrize("code", [OutcomeCode.SIGNATURE_EMPTY, OutcomeCode.SIGNATURE_TOO_SHORT, OutcomeCode.TIMEOUT])
def test_a_signature_that_is_none_is_asked_for_again_with_the_reason(desk: Desk, code: OutcomeCode) -> None:
    desk.go_to(Phase.SIGN)
    digest = desk.state.digest
    desk.devices.will(code)
    desk.sign()

    again = desk.shown[-1].scene
    assert isinstance(again, Sign)
    assert again.redo
    assert "重签" not in again.redo, "that button is locked until there is ink"
    assert (desk.code, desk.state.phase, desk.state.digest) == (code.name, Phase.SIGN, digest)
    desk.sign()
    assert desk.state.phase is Phase.SUBMIT


def test_two_bad_signatures_in_a_row_free_the_screen_twice(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    desk.devices.will(OutcomeCode.SIGNATURE_TOO_SHORT, OutcomeCode.SIGNATURE_TOO_SHORT)

    counters = []
    for _ in range(2):
        desk.sign()
        counters.append(desk.shown[-1].counter)

    assert counters[1] > counters[0], "a screen that has answered is locked until something is shown"
    desk.sign()
    assert desk.state.phase is Phase.SUBMIT


def test_a_signature_that_fails_after_the_end_shows_nothing(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    lane: list[Callable[[], None]] = []
    tools, at_once = desk.visit.tools, desk.visit.tools.run
    object.__setattr__(tools, "run", lambda *job: lane.append(partial(at_once, *job)))
    desk.sign()
    desk.visit.end()

    with full_disk():
        while lane:
            lane.pop(0)()

    assert isinstance(desk.shown[-1].scene, Welcome)


def test_a_signature_that_comes_late_does_not_carry_the_clerk_away(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    desk.devices.hold()
    desk.sign()
    desk.visit.phases.go(Phase.FORM)
    desk.devices.release()

    assert desk.state.phase is Phase.FORM


def test_a_full_disk_is_told_and_nothing_on_the_screen_is_lost(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    with full_disk():
        desk.visit.form.answer(PHONE_FIELD, "13900000000")
        desk.timers.fire()
        assert desk.code in ("disk_full", "disk_fault")
        desk.capture("MT02")
        assert desk.code in ("disk_full", "disk_fault")
    assert desk.state.notice is not None
    assert desk.state.notice.tone is Tone.ERROR
    assert desk.value("AAE005") == "13900000000"
    assert (desk.state.capturing, desk.state.pages) == (None, ())

    desk.capture("MT02", 2)
    assert desk.visit.phases.go(Phase.READ_BACK)
    recovered = desk.kill_and_recover()
    assert recovered.state.answers[at(PHONE_FIELD)].value == "13900000000"


def test_a_full_disk_at_the_signature_and_at_the_submission_can_be_tried_again(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    with full_disk():
        desk.sign()
    scene = desk.shown[-1].scene
    assert isinstance(scene, Sign)
    assert scene.redo
    desk.sign()
    with full_disk():
        desk.visit.submitting.submit()
    assert (desk.state.phase, desk.state.receipt) == (Phase.SUBMIT, None)
    assert desk.code in ("disk_full", "disk_fault")
    assert len(drafts_of(desk.store)) == 1

    desk.visit.submitting.submit()
    assert desk.state.phase is Phase.DONE
    assert len(desk.store.outbox.entries()) == 1


def test_the_end_keeps_the_draft_and_clears_the_screen(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02")
    desk.visit.end()

    assert isinstance(desk.shown[-1].scene, Welcome)
    ((_, body),) = drafts_of(desk.store)
    assert body
    assert desk.store.pages.has(desk.state.pages[0].sha256)
    shown = len(desk.shown)
    desk.visit.end()
    desk.timers.fire()
    desk.confirm()
    assert len(desk.shown) == shown


def test_a_visit_in_which_nobody_was_identified_leaves_nothing(desk: Desk) -> None:
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.visit.end()

    assert drafts_of(desk.store) == []


def test_a_discarded_visit_leaves_neither_draft_nor_pages(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02")
    page = desk.state.pages[0].sha256
    desk.devices.hold()
    desk.capture("MT02")
    desk.visit.form.answer(PHONE_FIELD, "13900000000")

    desk.visit.discard()
    desk.timers.fire()
    desk.devices.release()

    assert drafts_of(desk.store) == []
    assert not desk.store.pages.has(page)
    assert isinstance(desk.shown[-1].scene, Welcome)
    assert isinstance(desk.states[-1], VisitState)


def test_who_stopped_watching_hears_nothing_more(desk: Desk) -> None:
    heard: list[VisitState] = []
    desk.visit.observe(heard.append)
    desk.visit.forget(heard.append)
    desk.visit.forget(heard.append)
    desk.visit.identifying.take_card(a_card())

    assert len(heard) == 1
