"""The editor for each kind of field: the one place where a kind of the catalogue becomes a widget."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.forms.fields.amount import AmountEditor
from app.forms.fields.choice import ChoiceEditor
from app.forms.fields.date import DateEditor
from app.forms.fields.id_number import IdNumberEditor
from app.forms.fields.line_editor import LineEditor
from app.forms.fields.long_text import LongTextEditor
from app.forms.fields.month import MonthEditor
from app.forms.fields.phone import PhoneEditor
from app.forms.fields.short_choice import SHORT, ShortChoiceEditor
from app.forms.fields.text import TextEditor
from app.forms.hand import Hand
from domain.catalogue.values import Catalogue, CodeList, Field, FieldKind

Editor = LineEditor | LongTextEditor | ShortChoiceEditor

_LINES: dict[FieldKind, type[LineEditor]] = {
    FieldKind.TEXT: TextEditor,
    FieldKind.DATE: DateEditor,
    FieldKind.MONTH: MonthEditor,
    FieldKind.PHONE: PhoneEditor,
    FieldKind.ID_NUMBER: IdNumberEditor,
    FieldKind.AMOUNT: AmountEditor,
}


def make_editor(catalogue: Catalogue, spec: Field, hand: Hand, parent: QWidget) -> Editor:
    """The editor of a field; a list is shown as buttons when it is short and has no parent list."""
    if spec.kind is FieldKind.CHOICE:
        codes = catalogue.codes[spec.codes]
        return (
            ShortChoiceEditor(spec, codes, hand, parent)
            if _is_short(codes)
            else ChoiceEditor(spec, codes, hand, parent)
        )
    if spec.kind is FieldKind.LONG_TEXT:
        return LongTextEditor(spec, hand, parent)
    return _LINES[spec.kind](spec, hand, parent)


def _is_short(codes: CodeList) -> bool:
    return 0 < len(codes.entries) <= SHORT and not any(entry.parent for entry in codes.entries)
