"""U12: what is true of the case stands by itself in the side bar, and nothing moves when it comes and goes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.clerk.intake.standing_list import StandingCard, StandingList
from app.clerk.visit_pane import VisitPane
from app.visit.state import Phase
from domain.catalogue.values import FieldId
from tests.gui.clerk import ClerkAtWork
from tests.helpers.builders import OLD_NUMBER, a_card


@pytest.fixture(params=[(1366, 768), (911, 460)], ids=["whole", "low"])
def clerk(clerk: ClerkAtWork, request: pytest.FixtureRequest) -> ClerkAtWork:
    clerk.resize(*request.param)
    visit = clerk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(OLD_NUMBER, photo=b""))
    clerk.choose_and_fill(OLD_NUMBER)
    clerk.wait_for(lambda: clerk.places.visit is not None, "the visit")
    return clerk


def pane(clerk: ClerkAtWork) -> VisitPane:
    assert clerk.places.visit is not None
    clerk.settle()
    return clerk.places.visit


def told(clerk: ClerkAtWork) -> list[str]:
    return [card.notice.code for card in pane(clerk).standing.cards]


def places(clerk: ClerkAtWork) -> list[QRect]:
    """Where everything is that somebody may be about to press."""
    shown = pane(clerk)
    parts: list[QWidget] = [shown.stack, shown.leave_button, *shown.stepper.buttons.values()]
    return [QRect(part.mapTo(shown, QPoint(0, 0)), part.size()) for part in parts if part.isVisible()]


def test_U12_each_warning_stands_alone_and_nothing_moves(clerk: ClerkAtWork) -> None:
    assert told(clerk) == ["R003"]
    before = places(clerk)

    clerk.workplace.visit.form.answer(FieldId("AAB301"), "150102")
    assert told(clerk) == ["R003", "R006"]
    assert places(clerk) == before
    for card in pane(clerk).standing.findChildren(StandingCard):
        assert card.width() <= pane(clerk).standing.viewport().width()
        assert card.height() >= card.sizeHint().height()

    clerk.workplace.visit.form.answer(FieldId("AAB301"), "159999")
    assert told(clerk) == ["R003"]
    assert places(clerk) == before


def test_U12_closing_or_an_error_takes_no_warning_away_and_a_press_tells_it_whole(clerk: ClerkAtWork) -> None:
    visit = clerk.workplace.visit
    visit.form.answer(FieldId("AAC003"), "")
    assert not visit.phases.go(Phase.MATERIALS)
    shown = pane(clerk)
    assert shown.notice.notice is not None
    assert (shown.notice.notice.code, told(clerk)) == ("form_invalid", ["R003"])

    shown.notice.close_notice()
    assert told(clerk) == ["R003"]
    (card,) = shown.standing.cards
    card.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert shown.notice.notice == card.notice
    assert shown.notice.isVisible()
    assert card.accessibleDescription()


def test_U12_once_submitted_nothing_stands(clerk: ClerkAtWork) -> None:
    clerk.take_pages()
    assert clerk.workplace.visit.phases.go(Phase.READ_BACK), clerk.workplace.visit.state.notice
    assert told(clerk) == ["R003"]
    clerk.workplace.sign_and_submit()
    clerk.wait_for(lambda: clerk.workplace.visit.state.receipt is not None, "the submission")
    receipt = clerk.workplace.visit.state
    clerk.wait_for(lambda: not told(clerk), f"an empty list, {receipt.phase}")
    assert isinstance(pane(clerk).standing, StandingList)
    assert not pane(clerk).standing.isVisible()
