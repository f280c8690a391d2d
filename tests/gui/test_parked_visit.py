"""A parked visit and the customer's screen: whoever is served now is on it, at once, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.clerk.places import PlaceKey
from app.notices.notice import Notice, Tone
from app.session.state import DraftRow
from app.visit.package import works_of
from app.visit.scene import Reply
from app.visit.state import Phase
from hardware.kinds.id_card_reader import CardFailed, CardRead
from hardware.outcomes import OutcomeCode
from tests.gui.clerk import ClerkAtWork, clerk_at_work
from tests.gui.customer import CustomerAtWork
from tests.helpers.builders import a_card
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer, running_server
from tests.helpers.heirs import T01, heirs_catalogue, heirs_data
from tests.helpers.session_harness import a_person
from tests.helpers.visit_harness import confirmed, signed

FIRST, SECOND = "张甲甲", "赵乙乙"
FIRST_NUMBER, SECOND_NUMBER = a_person(71), a_person(72)
PARKED = (Phase.CHOOSE, Phase.FORM, Phase.MATERIALS, Phase.READ_BACK, Phase.SIGN, Phase.SUBMIT)
SEEN = {
    Phase.CHOOSE: "请告诉工作人员要办的事",
    Phase.FORM: "工作人员正在为您填写，请稍候",
    Phase.MATERIALS: "请把材料交给工作人员拍照",
    Phase.READ_BACK: "请核对",
    Phase.SIGN: "请签名",
    Phase.SUBMIT: "签名已收到，工作人员正在为您提交",
}


@pytest.fixture
def desk(tmp_path: Path, server: RunningServer, customer: CustomerAtWork) -> Iterator[ClerkAtWork]:
    """A counter whose scenes go to a real customer's window."""
    with clerk_at_work(tmp_path / "counter", server.base_url) as at_work:
        at_work.workplace.on_shown = customer.window.show_scene
        customer.on_reply = at_work.session.reply
        at_work.workplace.login(CLERK, PASSWORD)
        yield at_work


def go_to(desk: ClerkAtWork, phase: Phase) -> None:
    """The first person's visit from its beginning to a phase, through the real window where she acts."""
    visit = desk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(FIRST_NUMBER, name=FIRST, photo=b""))
    if phase is Phase.CHOOSE:
        return
    desk.choose_and_fill(FIRST_NUMBER, AAC003=FIRST)
    if phase is Phase.FORM:
        return
    desk.take_pages()
    if phase is Phase.MATERIALS:
        return
    assert visit.phases.go(Phase.READ_BACK), (visit.state.notice, visit.state.findings)
    for answer_to, after in ((confirmed, Phase.SIGN), (signed, Phase.SUBMIT)):
        if visit.state.phase is not phase:
            last = desk.workplace.shown[-1]
            desk.session.reply(Reply(visit=last.visit, counter=last.counter, answer=answer_to(last)))
            desk.settle()
            assert visit.state.phase is after


@pytest.fixture
def package_desk(tmp_path: Path, customer: CustomerAtWork) -> Iterator[ClerkAtWork]:
    """A counter at which there are two businesses to choose."""
    with (
        running_server(tmp_path / "server", catalogue=heirs_data()) as server,
        clerk_at_work(tmp_path / "counter", server.base_url, heirs_catalogue()) as at_work,
    ):
        at_work.workplace.on_shown = customer.window.show_scene
        customer.on_reply = at_work.session.reply
        at_work.workplace.login(CLERK, PASSWORD)
        yield at_work


@pytest.mark.timeout(180)
def test_U1_a_package_is_parked_in_every_phase_twice_with_another_person_between(
    package_desk: ClerkAtWork, customer: CustomerAtWork
) -> None:
    desk = package_desk
    go_to(desk, Phase.FORM)
    desk.workplace.visit.choosing.add(T01)
    for phase in PARKED[1:]:
        visit = desk.workplace.visit
        if phase is Phase.MATERIALS:
            desk.take_pages()
        elif phase is Phase.READ_BACK:
            assert visit.phases.go(phase), (visit.state.notice, visit.state.findings)
        elif phase in (Phase.SIGN, Phase.SUBMIT):
            last = desk.workplace.shown[-1]
            answer = confirmed(last) if phase is Phase.SIGN else signed(last)
            desk.session.reply(Reply(visit=last.visit, counter=last.counter, answer=answer))
            desk.settle()
        wait_for_scene(desk, customer, SEEN[phase])
        before = visit.state
        assert before.phase is phase

        for _ in range(2):
            desk.session.end_visit()
            other = desk.session.new_visit()
            assert other is not None
            other.identifying.take_card(a_card(SECOND_NUMBER, name=SECOND, photo=b""))
            assert FIRST not in wait_for_scene(desk, customer, SECOND)
            desk.session.discard_visit()
            desk.session.resume(before.visit)
            assert SECOND not in wait_for_scene(desk, customer, SEEN[phase])

        now = desk.workplace.visit.state
        assert works_of(now) == works_of(before)
        assert (now.phase, now.case, now.pages, now.package) == (phase, before.case, before.pages, before.package)
        assert (now.digest, now.signature) == (before.digest, before.signature)


def wait_for_scene(desk: ClerkAtWork, customer: CustomerAtWork, word: str) -> str:
    """What the screen says once the last scene was painted."""
    customer.wait_until_painted(desk.workplace.shown[-1])
    texts = customer.texts()
    assert word in texts
    return texts


@pytest.mark.parametrize("phase", PARKED)
def test_U1_a_visit_that_is_taken_up_again_is_on_the_screen_at_once_and_nobody_else(
    desk: ClerkAtWork, customer: CustomerAtWork, phase: Phase
) -> None:
    go_to(desk, phase)
    wait_for_scene(desk, customer, SEEN[phase])
    parked = desk.session.visit
    assert parked is not None

    for _ in range(2):
        desk.session.end_visit()
        assert FIRST not in wait_for_scene(desk, customer, "您好")
        other = desk.session.new_visit()
        assert other is not None
        other.identifying.take_card(a_card(SECOND_NUMBER, name=SECOND, photo=b""))
        assert FIRST not in wait_for_scene(desk, customer, SECOND)
        desk.session.discard_visit()
        assert SECOND not in wait_for_scene(desk, customer, "您好")

        desk.session.resume(parked.state.visit)

        assert desk.session.visit is not None
        assert desk.session.visit.state.phase is phase
        assert SECOND not in wait_for_scene(desk, customer, SEEN[phase])
        assert desk.session.visit.state.screen_confirmed


def test_U1_a_reply_to_what_was_shown_before_the_parking_answers_nothing(
    desk: ClerkAtWork, customer: CustomerAtWork
) -> None:
    go_to(desk, Phase.READ_BACK)
    before = desk.workplace.shown[-1]
    desk.session.end_visit()
    desk.session.resume(before.visit)
    assert desk.session.visit is not None

    desk.session.reply(Reply(visit=before.visit, counter=before.counter, answer=confirmed(before)))

    assert (desk.session.visit.state.phase, desk.session.visit.state.digest) == (Phase.READ_BACK, "")
    wait_for_scene(desk, customer, SEEN[Phase.READ_BACK])


def parked_in_form(desk: ClerkAtWork, number: str, name: str) -> str:
    """A parked visit of this person with a filled form; its id."""
    visit = desk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(number, name=name, photo=b""))
    desk.choose_and_fill(number, AAC003=name)
    desk.session.end_visit()
    return visit.state.visit


def test_U9_the_same_persons_card_offers_her_parked_visit_at_once(desk: ClerkAtWork) -> None:
    number = a_person(73)
    parked = parked_in_form(desk, number, FIRST)
    other = desk.session.new_visit()
    assert other is not None
    other.identifying.take_card(a_card(SECOND_NUMBER, name=SECOND, photo=b""))
    assert desk.session.state.begun is None, "another person has nothing parked"
    desk.session.discard_visit()

    again = desk.session.new_visit()
    assert again is not None
    again.identifying.take_card(a_card(number, name=FIRST, photo=b""))
    assert desk.session.state.begun is not None
    desk.wait_for(lambda: desk.sees("confirm_yes"), "the offer")
    desk.press("confirm_yes")

    assert desk.workplace.visit.state.visit == parked
    assert desk.workplace.visit.state.phase is Phase.FORM
    assert desk.session.state.begun is None
    desk.session.discard_visit()
    assert desk.session.state.drafts == (), "the visit that had only just begun is gone"


def test_one_key_takes_up_what_is_offered(desk: ClerkAtWork) -> None:
    number = a_person(80)
    parked = parked_in_form(desk, number, FIRST)
    again = desk.session.new_visit()
    assert again is not None
    again.identifying.take_card(a_card(number, name=FIRST, photo=b""))
    desk.wait_for(lambda: desk.sees("confirm_yes"), "the offer")
    assert "F2" in desk.find(QPushButton, "confirm_yes").text()
    assert desk.find(QPushButton, "confirm_yes").isDefault(), "Enter begins no second visit"

    QTest.keyClick(desk.find(QPushButton, "confirm_no"), Qt.Key.Key_F2)
    desk.settle()

    assert desk.workplace.visit.state.visit == parked
    assert not desk.sees("confirm_yes")


def test_M4b_a_visit_without_a_business_is_offered_too_and_another_one_is_not_asked_about(desk: ClerkAtWork) -> None:
    number, begun = a_person(75), []
    for _ in range(2):
        visit = desk.session.new_visit()
        assert visit is not None
        begun.append(visit.state.visit)
        visit.identifying.take_card(a_card(number, name=FIRST, photo=b""))
        if desk.session.state.begun is not None:
            desk.wait_for(lambda: desk.sees("confirm_no"), "the offer")
            desk.press("confirm_no")
        desk.session.end_visit()

    again = desk.session.new_visit()
    assert again is not None
    again.identifying.take_card(a_card(number, name=FIRST, photo=b""))
    desk.wait_for(lambda: desk.sees("confirm_yes"), "the offer")
    assert desk.session.state.begun is not None
    assert isinstance(desk.session.state.begun, DraftRow)
    offered = desk.session.state.begun.visit
    desk.press("confirm_yes")
    desk.settle()

    assert offered in begun
    after = desk.session.state
    assert desk.workplace.visit.state.visit == offered
    assert (after.begun, desk.sees("confirm_yes")) == (None, False)
    desk.session.discard_visit()


def test_U9_the_offer_can_be_declined_and_is_not_made_again(desk: ClerkAtWork) -> None:
    number = a_person(74)
    parked_in_form(desk, number, FIRST)
    visit = desk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(number, name=FIRST, photo=b""))
    desk.wait_for(lambda: desk.sees("confirm_no"), "the offer")

    desk.press("confirm_no")
    visit.identifying.take_card(a_card(number, name=FIRST, photo=b""))
    desk.settle()

    assert desk.session.visit is visit
    assert (desk.session.state.begun, desk.sees("confirm_no")) == (None, False)


def test_4_13_a_receipt_that_is_scanned_during_a_visit_does_not_hide_it(desk: ClerkAtWork) -> None:
    visit = desk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(a_person(75), photo=b""))
    shown = desk.places.stack.currentWidget()

    desk.session.devices.on_scan("159999001-20261128-0001")

    assert desk.places.stack.currentWidget() is shown
    assert desk.workplace.code == "scan_while_busy"


def last_page(desk: ClerkAtWork, number: str) -> None:
    """A visit whose case is submitted and whose last page stands."""
    desk.submit(number)
    desk.workplace.timers.fire()
    assert desk.workplace.visit.submitting.is_told


def test_4_4_a_card_on_the_last_page_begins_the_next_persons_visit(desk: ClerkAtWork) -> None:
    number = a_person(76)
    last_page(desk, number)
    before = desk.workplace.visit

    desk.tell(CardRead(card=a_card(number, photo=b"")))
    assert desk.session.visit is before, "the same person's card ends nothing"
    desk.tell(CardRead(card=a_card(a_person(77), name=SECOND, photo=b"")))

    assert desk.session.visit is not before
    assert desk.workplace.visit.state.identity is not None
    assert desk.workplace.visit.state.identity.name == SECOND


@pytest.mark.parametrize("place", [PlaceKey.VISIT, PlaceKey.CASES])
def test_4_4_a_card_that_cannot_be_read_is_told_while_nobody_is_served(desk: ClerkAtWork, place: PlaceKey) -> None:
    desk.places.go_to(place)

    desk.tell(CardFailed(code=OutcomeCode.CARD_LIFTED))
    assert desk.workplace.code == OutcomeCode.CARD_LIFTED.name
    desk.tell(CardRead(card=a_card(a_person(82), photo=b"")))
    assert desk.workplace.code in ("", "card_elsewhere"), "what was mended is not told any more"

    desk.session.logout()
    desk.tell(CardFailed(code=OutcomeCode.CARD_LIFTED))
    assert desk.workplace.code != OutcomeCode.CARD_LIFTED.name, "nobody is there to be told"


def test_4_4_neither_a_card_nor_an_unreadable_one_takes_a_refusal_from_sight(desk: ClerkAtWork) -> None:
    case = desk.submit(a_person(78))
    visit = desk.workplace.visit
    visit.submitting.take_refusal(case, Notice(tone=Tone.ERROR, what="材料不齐", code="materials_missing"))

    desk.tell(CardFailed(code=OutcomeCode.CARD_LIFTED))
    desk.tell(CardRead(card=a_card(a_person(79), name=SECOND, photo=b"")))

    assert desk.session.visit is visit
    assert visit.state.notice is not None
    assert visit.state.notice.code == "materials_missing"
    desk.session.end_visit()
    fresh = desk.session.new_visit()
    assert fresh is not None
    assert fresh.state.identity is not None, "the card was not swallowed"
