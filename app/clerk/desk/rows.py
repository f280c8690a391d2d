"""DeskList of the desk: who, what, how it stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.clerk.elided_label import ElidedLabel
from app.theme.theme import set_property, set_role


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAct:
    """A button of a row; ``name`` is its object name."""

    text: str
    name: str
    do: Callable[[], object]
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One thing that waits. ``marks`` are words that must be seen at once."""

    who: str = field(repr=False)
    what: str
    marks: tuple[str, ...] = ()
    acts: tuple[DeskAct, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSection:
    """DeskList of one kind under their title; ``more`` is said below them."""

    title: str
    rows: tuple[DeskRow, ...] = ()
    more: str = ""


class DeskList(QScrollArea):
    """Sections of rows, scrolled where they need it. The keyboard goes from button to button."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_sections(self, sections: Sequence[DeskSection]) -> None:
        """These, in this order."""
        content = QWidget()
        set_role(content, "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(0)
        for number, section in enumerate(sections):
            column.addSpacing(20 if number else 0)
            column.addWidget(_label(section.title, "heading"))
            for row in section.rows:
                column.addWidget(_line())
                column.addWidget(_row_widget(row))
            if section.more:
                column.addWidget(_label(section.more, "hint"))
        column.addStretch()
        gone = self.takeWidget()
        if gone is not None:
            gone.deleteLater()  # one of its buttons may be pressed just now
        self.setWidget(content)

    def take_keyboard(self) -> bool:
        """The keyboard to the first button; False where there is none."""
        content = self.widget()
        first = next(iter(content.findChildren(QPushButton)), None) if content is not None else None
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        return first is not None


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(role == "hint")
    set_role(label, role)
    label.setContentsMargins(0, 4, 0, 6)
    return label


def _line() -> QWidget:
    line = QFrame()
    set_role(line, "line")
    return line


def _row_widget(row: DeskRow) -> QWidget:
    widget = QWidget()
    who, what = QHBoxLayout(), ElidedLabel()
    who.setSpacing(8)
    name = QLabel(row.who)
    set_role(name, "body")
    who.addWidget(name)
    for mark in row.marks:
        chip = QLabel(mark)
        set_role(chip, "chip")
        set_property(chip, "tone", "warning")
        who.addWidget(chip)
    who.addStretch()
    set_role(what, "hint")
    what.show_text(row.what)
    texts = QVBoxLayout()
    texts.setSpacing(2)
    texts.addLayout(who)
    texts.addWidget(what)
    line = QHBoxLayout(widget)
    line.setContentsMargins(0, 8, 0, 8)
    line.setSpacing(8)
    line.addLayout(texts, stretch=1)
    for act in row.acts:
        line.addWidget(_button(act, row))
    return widget


def _button(act: DeskAct, row: DeskRow) -> QPushButton:
    button = QPushButton(act.text)
    button.setObjectName(act.name)
    button.setAccessibleName(f"{act.text} {row.who} {row.what}")
    button.setAutoDefault(True)
    if act.is_quiet:
        set_role(button, "quiet")
    button.clicked.connect(act.do)
    return button
