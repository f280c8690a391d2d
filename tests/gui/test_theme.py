"""The theme: readable colours, complete tokens, and looks that follow role and state."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.clerk.zoom_picture import ZoomPicture
from app.forms.framed_radio import FramedRadio
from app.theme.icons import icon, picture
from app.theme.theme import customer_scale, set_role, set_state, style_sheet
from app.theme.tokens import COLORS
from resources import folder
from tests.gui.clerk import pictures_here

_TEXT_ON_GROUND = [
    *[
        (text, ground)
        for text in ("text", "text_soft", "primary", "error", "warning", "success")
        for ground in ("surface", "background")
    ],
    ("on_primary", "primary"),
    ("on_primary", "primary_down"),
    ("primary", "primary_soft"),
    ("text", "primary_soft"),
    ("text_soft", "primary_soft"),
    ("success", "success_soft"),
    ("warning", "warning_soft"),
    ("error", "error_soft"),
    ("text", "error_soft"),
    ("text", "from_card"),
    ("ink", "paper"),
]


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("text", "ground"), _TEXT_ON_GROUND)
def test_text_stands_out_at_least_7_to_1(text: str, ground: str) -> None:
    darker, lighter = sorted((_luminance(COLORS[text]), _luminance(COLORS[ground])))

    assert (lighter + 0.05) / (darker + 0.05) >= 7


@pytest.mark.parametrize("name", ["program", "customer"])
def test_the_style_sheet_is_complete_and_scales(name: str) -> None:
    plain, double = style_sheet(name), style_sheet(name, scale=2.0)

    assert "$" not in plain
    sizes, doubled = ([int(size) for size in re.findall(r"(\d+)px", text)] for text in (plain, double))
    assert doubled == [2 * size for size in sizes]
    assert plain.count("{") == plain.count("}")


def test_every_picture_of_the_style_sheet_exists() -> None:
    for path in re.findall(r'url\("([^"]+)"\)', style_sheet("program")):
        assert path.startswith(folder().as_posix())
        assert path.endswith(".svg")
        assert (folder() / "icons" / path.rsplit("/", 1)[1]).is_file()


def test_fusion_and_a_chinese_font_are_used(themed: QApplication) -> None:
    assert themed.style().name() in {"fusion", "Fusion"} or themed.styleSheet()
    assert QFontInfo(themed.font()).family() == "Noto Sans CJK SC"
    assert themed.font().pixelSize() == 14


def test_standard_texts_are_chinese(qtbot: QtBot, themed: QApplication) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)

    assert "取消" in box.button(QDialogButtonBox.StandardButton.Cancel).text()


def test_role_and_state_change_the_look_at_once(qtbot: QtBot, themed: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field, text = QLineEdit("内容", window), QLabel("标题", window)
    window.resize(300, 100)
    window.show()
    looks = []
    for state in ("", "error"):
        set_state(field, state)
        looks.append(field.grab().toImage())
    before = text.sizeHint()

    set_role(text, "title")

    assert all(one != other for at, one in enumerate(looks) for other in looks[:at])
    assert text.sizeHint().height() > before.height()


@pytest.mark.parametrize("path", sorted((folder() / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(qapp: QApplication, path: object) -> None:
    name = getattr(path, "stem", "")
    image = picture(name, size_px=24, tint="primary", ratio=2.0).toImage()

    assert image.width() == 48
    assert any(image.pixelColor(x, y).alpha() > 200 for x in range(48) for y in range(48))
    assert not icon(name).isNull()


@pytest.mark.parametrize(
    ("size", "factor"), [((1280, 800), 1.0), ((1024, 768), 0.88), ((1920, 1080), 1.425), ((640, 480), 0.75)]
)
def test_the_customers_screen_is_drawn_for_its_size(size: tuple[int, int], factor: float) -> None:
    assert customer_scale(*size) == pytest.approx(factor)


def contrast(one: str, other: str) -> float:
    """Of two colours like ``#124C8C``, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("what", "ground", "least"), [("hint_ink", "paper", 4.5), ("line_strong", "paper", 3), ("text_off", "surface", 3)]
)
def test_U20_what_is_drawn_on_the_signing_sheet_can_be_read(what: str, ground: str, least: float) -> None:
    assert contrast(COLORS[what], COLORS[ground]) >= least


def _primary() -> QPushButton:
    button = QPushButton("下一步")
    set_role(button, "primary")
    return button


def _checked_radio() -> FramedRadio:
    radio = FramedRadio("男性")
    radio.setChecked(True)
    return radio


def _listed() -> QListWidget:
    rows = QListWidget()
    rows.addItems(["一", "二"])
    rows.setCurrentRow(0)
    return rows


_FOCUSABLE: dict[str, Callable[[], QWidget]] = {
    "line": lambda: QLineEdit("内容"),
    "text": lambda: QPlainTextEdit("内容"),
    "button": lambda: QPushButton("打印"),
    "primary": _primary,
    "radio": lambda: FramedRadio("女性"),
    "checked radio": _checked_radio,
    "list": _listed,
    "table": lambda: QTableWidget(2, 2),
    "picture": lambda: ZoomPicture(pictures_here()),
}


@pytest.mark.parametrize("state", ["", "error"])
@pytest.mark.parametrize("kind", _FOCUSABLE)
def test_U11_the_focus_is_seen_in_every_state(qtbot: QtBot, themed: QApplication, kind: str, state: str) -> None:
    """Enough pixels change, each by at least 3:1 (WCAG 2.2, 2.4.13)."""
    window = QWidget()
    set_role(window, "page")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    widget, other = _FOCUSABLE[kind](), QPushButton("别处")
    for part in (widget, other):
        column.addWidget(part)
    set_state(widget, state)
    window.resize(300, 300)
    window.show()
    window.activateWindow()
    other.setFocus()
    QApplication.processEvents()
    size, without = widget.size(), window.grab(widget.geometry()).toImage()

    widget.setFocus()
    QApplication.processEvents()
    within = window.grab(widget.geometry()).toImage()

    assert widget.size() == size, "nothing moves"
    changed = sum(
        contrast(without.pixelColor(x, y).name(), within.pixelColor(x, y).name()) >= 3
        for x in range(without.width())
        for y in range(without.height())
        if without.pixel(x, y) != within.pixel(x, y)
    )
    assert changed >= without.width() + without.height(), "at least a line around it"
