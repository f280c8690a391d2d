"""The first pane of a visit: the card, or name and number by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from app.clerk.intake.applicant_card import REVEAL_MS, ApplicantCard
from app.clerk.intake.identify import IdentifyPane
from app.session.state import SessionState
from app.visit.state import Phase
from domain.forms.answers import Origin
from hardware.device import DeviceId, DeviceState, Health
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.outcomes import OutcomeCode
from tests.gui.counter import CARD, NUMBER, Counter
from tests.gui.intake.panes import commit, focused, show, texts


def reader(state: DeviceState, outcome: OutcomeCode = OutcomeCode.OK) -> SessionState:
    kind = ID_CARD_READER
    return SessionState(devices={DeviceId(kind): Health(kind=kind, state=state, outcome=outcome)})


def test_the_pane_asks_for_the_card_and_says_how_the_reader_is(window: QWidget, counter: Counter) -> None:
    pane = IdentifyPane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    pane.render_session(reader(DeviceState.READY))
    assert "请将身份证放在读卡器上" in texts(pane)
    assert pane.reader.text() == "读卡器就绪"
    pane.render_session(reader(DeviceState.ABSENT, OutcomeCode.NO_DEVICE))

    assert pane.reader.text() == "读卡器未连接"
    assert "怎么办" in texts(pane)
    assert "{" not in texts(pane)
    pane.render_session(reader(DeviceState.READY))
    assert "怎么办" not in texts(pane)


def test_identity_is_typed_by_keyboard_alone_where_the_card_cannot_be_read(window: QWidget, counter: Counter) -> None:
    pane = IdentifyPane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    show(window, pane)

    QTest.keyClick(focused(), Qt.Key.Key_F4)
    commit(focused(), "张测试")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    QTest.keyClicks(focused(), NUMBER)
    assert "校验位相符" in pane.manual.verdict.text()
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    identity = counter.visit.state.identity
    assert identity is not None
    assert (identity.name, identity.id_number, identity.origin) == ("张测试", NUMBER, Origin.TYPED)
    assert counter.visit.state.phase is Phase.CHOOSE


def test_a_wrong_check_digit_is_seen_before_anything_is_sent_on(window: QWidget, counter: Counter) -> None:
    pane = IdentifyPane(visit=counter.visit)
    show(window, pane)
    pane.manual.start()
    QTest.keyClick(focused(), Qt.Key.Key_Tab)

    QTest.keyClicks(focused(), NUMBER[:17] + "2")

    assert "校验位不符" in pane.manual.verdict.text()
    assert pane.manual.number.property("state") == "error"
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert counter.visit.state.identity is None
    assert counter.visit.state.notice is not None


def test_the_number_is_masked_until_it_is_asked_for_and_again_soon_after(window: QWidget, counter: Counter) -> None:
    counter.visit.identifying.take_card(CARD)
    card = ApplicantCard()
    show(window, card)
    card.show_identity(counter.visit.state.identity, today=date(2026, 3, 2))
    assert card.number.text() == "159999********0011"

    card.reveal.click()
    assert card.number.text().replace(" ", "") == NUMBER
    assert REVEAL_MS <= 10_000
    card.hide_number()

    assert card.number.text() == "159999********0011"


@pytest.mark.parametrize(
    ("until", "words", "tone"),
    [
        (date(2026, 3, 1), "已过期", "error"),
        (date(2026, 4, 1), "有效期至 2026-04-01", "warning"),
        (date(2036, 4, 1), "有效期至 2036-04-01", "neutral"),
        (None, "长期有效", "neutral"),
    ],
)
def test_the_validity_of_the_card_is_shown_and_warned_about(
    window: QWidget, counter: Counter, until: date | None, words: str, tone: str
) -> None:
    counter.visit.identifying.take_card(replace(CARD, valid_until=until))
    card = ApplicantCard()
    show(window, card)

    card.show_identity(counter.visit.state.identity, today=date(2026, 3, 2))

    chip = next(label for label in card.findChildren(QLabel) if words in label.text())
    assert chip.property("tone") == tone
