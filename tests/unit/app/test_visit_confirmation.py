"""What was confirmed and signed holds for exactly what was shown, masked or not (foundation §4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.visit.scene import Confirmed, Progress, ReadBack, Shown, Sign
from app.visit.state import Phase
from domain.cases.values import content_digest
from domain.identity import Mask, mask
from tests.helpers.builders import ADDRESS, NAME, NUMBER, a_card
from tests.helpers.visit_harness import Desk, confirmed, signed

OTHER_HOUSE = ADDRESS.replace("12号", "21号")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def last(desk: Desk, kind: type[ReadBack | Sign]) -> Shown:
    return next(shown for shown in reversed(desk.shown) if isinstance(shown.scene, kind))


def test_a_change_that_a_mask_hides_is_shown_as_another_scene_and_the_old_answer_is_none(desk: Desk) -> None:
    assert mask(ADDRESS, Mask.TOWNSHIP) == mask(OTHER_HOUSE, Mask.TOWNSHIP)
    desk.go_to(Phase.READ_BACK)
    before = last(desk, ReadBack)

    desk.visit.identifying.take_card(a_card(address=OTHER_HOUSE))
    desk.reply(confirmed(before), counter=before.counter)
    after = last(desk, ReadBack)
    desk.reply(confirmed(before))

    assert after.counter > before.counter
    assert isinstance(after.scene, ReadBack)
    assert after.scene.digest != confirmed(before).digest
    assert (desk.state.phase, desk.state.digest) == (Phase.READ_BACK, "")
    desk.confirm()
    assert desk.state.phase is Phase.SIGN


@pytest.mark.parametrize("phase", [Phase.SIGN, Phase.SUBMIT])
def test_a_second_card_of_the_same_person_voids_what_was_confirmed(desk: Desk, phase: Phase) -> None:
    desk.go_to(phase)

    desk.visit.identifying.take_card(a_card(address=OTHER_HOUSE))

    assert (desk.state.phase, desk.state.digest, desk.state.signature) == (Phase.MATERIALS, "", None)
    assert desk.code == "confirmation_void"


def test_how_identity_was_shown_is_signed_too(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)

    desk.visit.identifying.enter(NAME, NUMBER)

    assert (desk.state.phase, desk.state.digest) == (Phase.MATERIALS, "")


def test_a_signature_over_something_else_is_not_taken(desk: Desk) -> None:
    desk.go_to(Phase.SIGN)
    shown = last(desk, Sign)
    other = Shown(
        visit=shown.visit, counter=shown.counter, scene=Sign(digest="other", item="", signer="", declaration="")
    )

    desk.reply(signed(other))

    assert (desk.state.phase, desk.state.signature) == (Phase.SIGN, None)


def test_a_confirmation_without_digest_is_none(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)

    desk.reply(Confirmed(digest=""))

    assert desk.state.phase is Phase.READ_BACK


def test_the_signature_names_every_digest_that_it_covers(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)

    assert desk.state.signature is not None
    assert desk.state.signature.digests == (content_digest(desk.content()),)
    assert desk.content().is_signed


@pytest.mark.parametrize("back_to", [Phase.FORM, Phase.MATERIALS])
def test_M2_forward_again_with_nothing_changed_leads_to_where_both_screens_agree(desk: Desk, back_to: Phase) -> None:
    desk.go_to(Phase.SIGN)
    assert desk.visit.phases.go(back_to)
    assert desk.visit.phases.go(Phase.READ_BACK)
    assert (desk.state.phase, type(desk.shown[-1].scene)) == (Phase.SIGN, Sign), "it was confirmed"
    desk.sign()
    signature = desk.state.signature
    assert desk.visit.phases.go(back_to)

    while desk.state.phase is not Phase.SUBMIT:
        assert desk.visit.phases.go_on(), desk.state.notice
        assert not isinstance(desk.shown[-1].scene, ReadBack | Sign), "nothing is asked twice"

    assert desk.state.signature == signature
    assert isinstance(desk.shown[-1].scene, Progress)
    assert desk.shown[-1].scene.hint == "签名已收到，工作人员正在为您提交"
    desk.visit.submitting.submit()
    assert desk.state.receipt is not None


@pytest.mark.parametrize(("phase", "scene"), [(Phase.READ_BACK, ReadBack), (Phase.SIGN, Sign)])
def test_M2_what_is_asked_anew_is_void_until_it_is_answered(
    desk: Desk, phase: Phase, scene: type[ReadBack | Sign]
) -> None:
    desk.go_to(Phase.SUBMIT)

    assert desk.visit.phases.ask_anew(phase)

    assert isinstance(desk.shown[-1].scene, scene)
    assert (desk.state.phase, desk.state.signature, desk.state.signature_png) == (phase, None, b"")
    assert bool(desk.state.digest) is (phase is Phase.SIGN)
