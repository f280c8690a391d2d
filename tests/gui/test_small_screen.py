"""The panes of a visit where the program is enlarged: 1.25 and 1.5 times on a screen of 1366×768."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.clerk.capture.materials_pane import MaterialsPane
from app.clerk.intake.choose import ChoosePane
from app.clerk.intake.identify import IdentifyPane
from app.clerk.intake.read_back_pane import ReadBackPane
from app.notices.notice import Notice, Tone
from app.visit.state import Phase
from app.visit.visit import Visit
from domain.catalogue.values import MaterialId
from hardware.device import DeviceState, Health
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.messages import HealthChanged
from hardware.outcomes import OutcomeCode
from tests.gui.clerk import ClerkAtWork
from tests.helpers.session_harness import a_person

P = TypeVar("P", bound=QWidget)
SIZES = ((1366, 768), (1093, 614), (1093, 552), (911, 512), (911, 460))
"""The last of each width: 690 px between title bar and task bar (U10)."""


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def clerk(clerk: ClerkAtWork, request: pytest.FixtureRequest) -> ClerkAtWork:
    clerk.resize(*request.param)
    return clerk


def pane(clerk: ClerkAtWork, phase: Phase, kind: type[P]) -> P:
    visit = clerk.places.visit
    assert visit is not None
    clerk.wait_for(lambda: isinstance(visit.seen, kind), f"the pane of {phase}")
    clerk.settle()
    found = visit.pane(phase)
    assert isinstance(found, kind)
    return found


def box(part: QWidget, within: QWidget) -> QRect:
    return QRect(part.mapTo(within, part.rect().topLeft()), part.size())


def assert_fits(clerk: ClerkAtWork) -> None:
    """Nothing has to be squeezed below what it needs, and what is scrolled is scrolled up and down only."""
    layout = clerk.window.layout()
    assert layout is not None
    least, size = layout.minimumSize(), clerk.window.size()
    assert least.width() <= size.width(), least
    assert least.height() <= size.height(), least
    if clerk.places.visit is not None:
        seen = clerk.places.visit.stack.currentWidget()
        assert seen is not None
        assert seen.minimumSizeHint().height() <= seen.height(), seen
        assert seen.minimumSizeHint().width() <= seen.width(), seen
    for area in clerk.window.findChildren(QScrollArea):
        content = area.widget()
        if area.isVisible() and area.objectName() != "strip" and content is not None:
            assert content.width() <= area.viewport().width() + 1, area


def test_the_card_and_the_entry_by_hand_are_both_reached(clerk: ClerkAtWork) -> None:
    clerk.session.new_visit()
    shown = pane(clerk, Phase.IDENTIFY, IdentifyPane)
    kind = ID_CARD_READER
    clerk.tell(HealthChanged(health=Health(kind=kind, state=DeviceState.ABSENT, outcome=OutcomeCode.NO_DEVICE)))

    assert_fits(clerk)
    card = shown.reader.parentWidget()
    assert card is not None
    assert not box(card, shown).intersects(box(shown.manual, shown))
    if clerk.window.width() == 1366:
        assert (card.size().toTuple(), shown.manual.size().toTuple()) == ((560, 380), (400, 380))
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_F4)
    QApplication.processEvents()
    assert shown.manual.name.hasFocus()
    for part in (shown.manual.name, shown.manual.number, shown.manual.enter):
        assert part.visibleRegion().boundingRect() == part.rect(), part.objectName()


def test_the_item_is_named_whole_and_the_list_has_rows_in_sight(clerk: ClerkAtWork) -> None:
    visit = clerk.in_form(a_person(1))
    visit.phases.go(Phase.CHOOSE)
    shown = pane(clerk, Phase.CHOOSE, ChoosePane)

    assert_fits(clerk)
    tree = shown.list
    item = tree.topLevelItem(0)
    assert item is not None
    name = item.text(1)
    assert tree.columnWidth(1) >= tree.fontMetrics().horizontalAdvance(name) + 16
    assert not tree.isColumnHidden(0)
    assert tree.isColumnHidden(4) == (clerk.window.width() < 1000)
    assert not tree.isColumnHidden(2), "clerks know items by their codes"
    assert "风险：" in item.toolTip(0)
    assert tree.header().length() <= tree.viewport().width()
    assert tree.viewport().height() >= 3 * tree.visualItemRect(item).height()
    for button in shown.kinds.buttons():
        assert shown.rect().contains(box(button, shown))


def in_materials(clerk: ClerkAtWork, pages: int) -> Visit:
    visit = clerk.in_form(a_person(1))
    assert visit.phases.go(Phase.MATERIALS)
    for _ in range(pages):
        visit.pages.take(MaterialId("MT02"))
        clerk.settle()
    return visit


def test_camera_button_and_pages_stand_beside_each_other(clerk: ClerkAtWork) -> None:
    clerk.window.offer_customer(offered=True, shown=False)  # takes a line of its own
    in_materials(clerk, 2)
    shown = pane(clerk, Phase.MATERIALS, MaterialsPane)

    assert_fits(clerk)
    parts = [box(part, shown) for part in (shown.preview, shown.take, shown.strip, shown.bar, shown.list)]
    assert not any(one.intersects(other) for at, one in enumerate(parts) for other in parts[at + 1 :])
    assert all(shown.rect().contains(part) for part in parts)
    for tile in shown.strip.tiles:
        for button in (tile.open, tile.drop):
            assert button.visibleRegion().boundingRect().height() >= button.height() - 2, button.objectName()


def test_a_notice_over_the_materials_leaves_everything_in_reach(clerk: ClerkAtWork) -> None:
    clerk.window.offer_customer(offered=True, shown=False)
    visit = in_materials(clerk, 1)
    shown = pane(clerk, Phase.MATERIALS, MaterialsPane)

    assert not visit.phases.go(Phase.READ_BACK)
    QApplication.processEvents()

    assert_fits(clerk)
    for row in range(shown.list.count()):
        item = shown.list.item(row)
        room = shown.list.viewport().width() - 60
        lines = shown.list.fontMetrics().boundingRect(0, 0, room, 999, Qt.TextFlag.TextWordWrap, item.text())
        assert shown.list.visualItemRect(item).height() >= lines.height(), item.text()
    assert not box(shown.preview, shown).intersects(box(shown.take, shown))
    assert not box(shown.strip, shown).intersects(box(shown.bar, shown))


def test_steps_and_buttons_of_the_read_back_are_in_sight(clerk: ClerkAtWork) -> None:
    clerk.window.offer_customer(offered=True, shown=False)
    visit = in_materials(clerk, 2)
    assert visit.phases.go(Phase.READ_BACK)
    shown = pane(clerk, Phase.READ_BACK, ReadBackPane)
    assert_fits(clerk)

    for button in (shown.amend, shown.again, shown.sign_again):
        button.setVisible(True)
    QApplication.processEvents()

    assert_fits(clerk)
    for button in (shown.amend, shown.again, shown.sign_again):
        assert shown.rect().contains(box(button, shown))
        assert button.width() >= button.sizeHint().width(), button.text()


def test_the_end_of_a_visit_and_a_long_notice_fit(clerk: ClerkAtWork) -> None:
    clerk.submit(a_person(1))
    text = "这是一条很长的提示，用来看窗口在放大以后是否还容得下。" * 2
    clerk.session.tell(Notice(tone=Tone.WARNING, what=text, why=text, next=text, code="x"))
    QApplication.processEvents()

    assert_fits(clerk)
