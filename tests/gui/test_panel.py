"""What lies below a field of a form: its colours tell how the field is, and where the keyboard is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.forms.field_cell import FieldCell, Look
from app.theme.theme import color
from domain.catalogue.values import Severity
from domain.forms.answers import Origin
from tests.gui.counter import Counter
from tests.gui.test_form_view import FormAtWork
from tests.gui.test_theme import contrast

_LINE, _LONG = "AAC003", "AAC010"
_PROBLEM = "不对"


@pytest.fixture
def at_work(qtbot: QtBot, themed: QApplication, tmp_path: Path) -> Iterator[FormAtWork]:
    counter = Counter(tmp_path)
    form = FormAtWork(counter)
    qtbot.addWidget(form.form)
    yield form
    counter.close()


def _picture(cell: FieldCell) -> QImage:
    card = cell.editor.parentWidget()
    assert card is not None
    return card.grab(cell.editor.geometry()).toImage()


def _looks(look: Look) -> dict[str, Look]:
    plain = replace(look, origin=Origin.TYPED, problem="", severity=None)
    return {
        "": plain,
        "from_card": replace(plain, origin=Origin.CARD),
        "warning": replace(plain, problem=_PROBLEM, severity=Severity.WARNING),
        "error": replace(plain, problem=_PROBLEM, severity=Severity.ERROR),
    }


def test_each_state_of_a_field_has_its_ground(at_work: FormAtWork) -> None:
    at_work.enter("AAE005")
    grounds = {"": "surface", "from_card": "from_card", "warning": "warning_soft", "error": "error_soft"}
    for cell in (at_work.cell(_LINE), at_work.cell(_LONG)):
        for state, look in _looks(cell.look).items():
            cell.show_look(look)
            picture = _picture(cell)
            assert picture.pixelColor(picture.width() // 2, 6) == color(grounds[state])


@pytest.mark.parametrize("state", ["", "from_card", "warning", "error"])
@pytest.mark.parametrize("name", [_LINE, _LONG])
def test_U11_the_focus_is_seen_in_every_state_of_a_field(at_work: FormAtWork, name: str, state: str) -> None:
    """Enough pixels change, each by at least 3:1 (WCAG 2.2, 2.4.13)."""
    QApplication.setCursorFlashTime(0)
    cell = at_work.cell(name)
    at_work.enter("AAE005")
    cell.show_look(_looks(cell.look)[state])
    without = _picture(cell)

    at_work.enter(name)
    cell.show_look(_looks(cell.look)[state])
    within = _picture(cell)

    assert cell.panel is not None
    changed = sum(
        contrast(without.pixelColor(x, y).name(), within.pixelColor(x, y).name()) >= 3
        for x in range(without.width())
        for y in range(without.height())
        if without.pixel(x, y) != within.pixel(x, y)
    )
    assert changed >= without.width() + without.height(), "at least a line around it"


class _Restyled(QObject):
    """Notes what was asked of the style sheet anew."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__()
        self.seen: list[str] = []
        for widget in watched:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DynamicPropertyChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.seen.append(f"{watched.objectName()}: {event.type().name}")
        return False


def test_another_state_asks_nothing_of_the_style_sheet(at_work: FormAtWork) -> None:
    cells = (at_work.cell(_LINE), at_work.cell(_LONG))
    restyled = _Restyled(*(cell.editor for cell in cells))

    for cell in cells:
        for look in _looks(cell.look).values():
            cell.show_look(look)

    assert restyled.seen == []
