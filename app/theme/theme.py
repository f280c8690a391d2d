"""The look of the program: Fusion, one palette, one style sheet from a few tokens. Light and clear, no dark mode.

Widgets never call ``setStyleSheet``; they say what they are with ``set_role`` and how they are with ``set_state``:

==============  =============================================================================================
``role`` of
QPushButton     ``primary`` (one per view), ``secondary`` (also without a role), ``danger``, ``quiet`` (text only),
                ``picture`` (a page to be opened), ``strip`` (over the full width, tells what is amiss);
                ``extent`` ``large`` for the one button of a resting view
QToolButton     without a role for icons; ``offer`` at a field; ``step`` of the visit (``state`` done/current/future)
QLabel          ``title`` 20 px, ``heading`` 16 px, ``body`` 14 px (also without a role), ``hint``, ``label`` (of a
                field), ``error``, ``warning``, ``success`` (small, under a field), ``number`` (receipt numbers)
QLabel          ``chip`` with ``tone`` neutral/info/success/warning/error
QFrame, QWidget ``page`` (window background), ``card``, ``toolbar``, ``sidebar``, ``footer``, ``preview`` (dark,
                for camera pictures), ``line`` (1 px rule)
QFrame          ``notice`` with ``tone`` info/success/warning/error; its labels take the tone's colour
``state`` of
any field       ``error`` or empty; QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit, QSpinBox. Those of a
                form (role ``on_panel``) have ground and frame of their card: ``app.forms.panel``
==============  =============================================================================================

Plain QListView, QTableView, QTreeView, QTabBar, QMenu, QScrollBar, QCheckBox, QRadioButton, QGroupBox, QProgressBar,
QToolTip, QSplitter and QDialog are styled without any role. Spacings and colours for own painting are
in ``app.theme.tokens``. Icons: ``app.theme.icons.icon``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.theme.fonts import text_font
from app.theme.tokens import COLORS, CUSTOMER_BASE
from resources import folder, translate_with

if TYPE_CHECKING:
    from PySide6.QtCore import Qt

STYLE_ARGUMENTS = ("-style", "Fusion")
"""What a QApplication is made with. ``setStyle`` gives the style back, and PySide takes 10 ms to make its type."""

TURN_MS = 1
"""Long work on the UI thread is done in pieces so far apart. At 0 Qt does several of them before it looks at a key."""

_BASE_FONT_PX = 14
_PIXELS = re.compile(r"(\d+)px")
_TOKEN = re.compile(r"\$([a-z_]+)")
_SCALES = (0.5, 4.0)


def themed_application(name: str = "zonggui") -> QApplication:
    """The application of this program, in its look; needed once, before the first window."""
    app = QApplication([name, *STYLE_ARGUMENTS])
    apply_theme(app)
    return app


def apply_theme(app: QApplication) -> None:
    """Give the program palette, font, style sheet and Chinese standard texts, and messages their translation.

    The style itself is chosen when the application is made.
    """
    app.setPalette(_palette())
    app.setFont(text_font(_BASE_FONT_PX))
    app.setStyleSheet(style_sheet("program"))
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    if app.findChild(QTranslator, "qtbase") is None:
        translator = QTranslator(app)
        translator.setObjectName("qtbase")
        if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(translator)
    translate_with(QCoreApplication.translate)


def color(token: str) -> QColor:
    """The colour of a token of ``app.theme.tokens.COLORS``."""
    return QColor(COLORS[token])


def set_role(widget: QWidget, role: str) -> None:
    """Say what a widget is; see the table above."""
    set_property(widget, "role", role)


def set_state(widget: QWidget, state: str) -> None:
    """Say how a field is: ``error`` or empty."""
    set_property(widget, "state", state)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for (``tone`` too) and let the widget take its new look."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if not _has_look(widget):
        return  # it takes its look when it is first shown
    repolish(widget)


def repolish(widget: QWidget) -> None:
    """Let a style sheet look at a widget again; it takes back what it gave before, unpolish would do that twice."""
    widget.style().polish(widget)
    widget.update()


def _has_look(widget: QWidget) -> bool:
    return widget.window().windowHandle() is not None and widget.testAttribute(_styled())


@cache
def _styled() -> Qt.WidgetAttribute:
    from PySide6.QtCore import Qt  # its first use takes 10 ms: not before the first window is painted

    return Qt.WidgetAttribute.WA_WState_Polished


def style_sheet(name: str, *, scale: float = 1.0) -> str:
    """``resources/theme/<name>.qss`` with its ``$tokens`` filled in and its pixels scaled."""
    text = (folder() / "theme" / f"{name}.qss").read_text(encoding="utf-8")
    factor = _bounded(scale)
    text = _TOKEN.sub(lambda found: COLORS.get(found[1], found[0]), text)
    text = _PIXELS.sub(lambda found: f"{_scaled_px(int(found[1]), factor)}px", text)
    return text.replace("$icons", (folder() / "icons").as_posix())


def customer_scale(width_px: int, height_px: int) -> float:
    """How much larger than on a 1280×800 screen the customer's screen is drawn, 0.75 to 3.

    The mean of both sides, but never more than a tenth above the smaller, so that narrow screens keep large words.
    """
    wide, high = width_px / CUSTOMER_BASE[0], height_px / CUSTOMER_BASE[1]
    return min(max(min((wide + high) / 2, 1.1 * min(wide, high)), 0.75), 3.0)


def _scaled_px(size_px: int, factor: float) -> int:
    return max(1, round(size_px * factor)) if size_px else 0


def _bounded(scale: float) -> float:
    return min(max(scale, _SCALES[0]), _SCALES[1])


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, token in {
        role.Window: "background",
        role.WindowText: "text",
        role.Base: "surface",
        role.AlternateBase: "surface_soft",
        role.Text: "text",
        role.Button: "surface",
        role.ButtonText: "text",
        role.ToolTipBase: "surface",
        role.ToolTipText: "text",
        role.PlaceholderText: "line_strong",
        role.Highlight: "primary",
        role.HighlightedText: "on_primary",
        role.Link: "primary",
    }.items():
        palette.setColor(target, color(token))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, color("text_off"))
    return palette
