"""A repeating group of a form: a card that says what it is and adds a row, and a card for each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.forms.field_cell import FieldCell, show_if
from app.forms.section import TITLE_PX, Section
from app.theme.theme import set_role
from app.theme.tokens import CONTROL_HEIGHT_PX, GAP_PX, GAP_SMALL_PX, MARGIN_PX
from domain.catalogue.values import Form, GroupId, Repeats
from domain.forms.answers import AnswerKey, RowId

translate = QCoreApplication.translate
_BUTTON_PX = 96


class Rows(Protocol):
    """Who adds, removes and moves rows. What it does comes back as another state."""

    def add_row(self, group: GroupId) -> None:
        """One more row at the end."""

    def drop_row(self, group: GroupId, row: RowId) -> None:
        """Remove a row with all that stands in it; can be undone."""

    def move_row(self, group: GroupId, row: RowId, by: int) -> None:
        """Move a row by so many places."""


class RowsByKey:
    """What keys do with rows: ``focused`` gives the place where the keyboard is, ``commit`` takes the half-typed."""

    def __init__(
        self, form: Form, rows: Rows, focused: Callable[[], AnswerKey | None], commit: Callable[[], None]
    ) -> None:
        self._form = form
        self._rows = rows
        self._focused = focused
        self._commit = commit

    @property
    def has_groups(self) -> bool:
        """Whether the form has anything that repeats."""
        return any(page.repeats for page in self._form.pages)

    def add(self) -> None:
        """One more row in the group where the keyboard is, else in the first group."""
        groups = [page.group for page in self._form.pages if page.repeats]
        here = self._here()
        if groups:
            self._commit()
            self._rows.add_row(here[0] if here else groups[0])

    def drop(self) -> None:
        """Remove the row where the keyboard is."""
        here = self._here()
        if here:
            self._rows.drop_row(*here)

    def move(self, by: int) -> None:
        """Move the row where the keyboard is by so many places."""
        here = self._here()
        if here:
            self._commit()
            self._rows.move_row(*here, by)

    def _here(self) -> tuple[GroupId, RowId] | None:
        key = self._focused()
        return (self._form.group_of(key.field), key.row) if key and key.row else None


class GroupHead(Section):
    """The title of a group, how many rows it has, what is wrong with their number, and the button that adds one."""

    def __init__(self, title: str, repeats: Repeats, keys: str, parent: QWidget, on_add: Callable[[], None]) -> None:
        super().__init__(title, keys, parent)
        self._repeats = repeats
        self.add = QPushButton(translate("Form", "增加{row}").format(row=repeats.row_name), self)
        self.add.setObjectName(f"add_{repeats.group}")
        self.add.setAutoDefault(True)
        self.add.clicked.connect(on_add)
        set_role(self.add, "secondary")
        self.note = QLabel(self)

    def show_rows(self, have: int, problem: str) -> None:
        """Say how many rows there are, or what is wrong with that."""
        count = translate("Form", "现有 {have} 行，最多 {most} 行").format(have=have, most=self._repeats.max_rows)
        self.note.setText(problem or count)
        set_role(self.note, "error" if problem else "hint")
        self.add.setEnabled(have < self._repeats.max_rows)

    def arrange(self, cells: Sequence[FieldCell], width: int, caption_px: int) -> int:
        """One line below the title; it has no cells."""
        self.place_title(width)
        top, inner = GAP_PX + TITLE_PX, width - 2 * MARGIN_PX
        wide = max(_BUTTON_PX, self.add.sizeHint().width())
        self.add.setGeometry(MARGIN_PX, top, wide, CONTROL_HEIGHT_PX)
        self.note.setGeometry(MARGIN_PX + wide + GAP_PX, top, inner - wide - GAP_PX, CONTROL_HEIGHT_PX)
        return top + CONTROL_HEIGHT_PX + GAP_PX


class RowCard(Section):
    """One row: its fields, and buttons that move and remove it."""

    def __init__(self, repeats: Repeats, row: RowId, parent: QWidget, rows: Rows) -> None:
        super().__init__("", "", parent)
        self._name = repeats.row_name
        group = repeats.group
        self.up = self._button(translate("Form", "上移"), f"up_{row}", lambda: rows.move_row(group, row, -1))
        self.down = self._button(translate("Form", "下移"), f"down_{row}", lambda: rows.move_row(group, row, 1))
        self.drop = self._button(translate("Form", "删除"), f"drop_{row}", lambda: rows.drop_row(group, row))

    def _button(self, text: str, name: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(True)
        button.clicked.connect(lambda: act())
        set_role(button, "secondary")
        return button

    def show_place(self, number: int, of: int) -> None:
        """Which row it is, counted from 1; the first can't go up, the last not down."""
        self.show_title(f"{self._name} {number}")
        for button in self.buttons:
            name = f"{button.text()} {self._name} {number}"
            if button.accessibleName() != name:
                button.setAccessibleName(name)
        self.up.setEnabled(number > 1)
        self.down.setEnabled(number < of)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """In the order of Tab."""
        return (self.up, self.down, self.drop)

    def arrange(self, cells: Sequence[FieldCell], width: int, caption_px: int) -> int:
        """The fields, and below them the buttons."""
        height = super().arrange(cells, width, caption_px)
        self.place_title(width)
        height = height or GAP_PX + TITLE_PX
        for place, button in enumerate(reversed(self.buttons), start=1):
            show_if(button, shown=True)
            left = width - MARGIN_PX - place * _BUTTON_PX - (place - 1) * GAP_SMALL_PX
            button.setGeometry(left, height, _BUTTON_PX, CONTROL_HEIGHT_PX)
        return height + CONTROL_HEIGHT_PX + GAP_PX
