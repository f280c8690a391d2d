"""The form: what the clerk types is checked at once and saved within half a second."""

from __future__ import annotations

from dataclasses import replace

from app.visit.holder import Holder
from app.visit.keeping import Keeping
from domain.catalogue.values import FieldId
from domain.forms.answers import NO_ROW, Answer, Origin, RowId, value_of


class FormEditing:
    """Takes answers."""

    def __init__(self, holder: Holder, keeping: Keeping) -> None:
        self._holder = holder
        self._keeping = keeping

    def answer(self, name: FieldId, value: str, row: RowId = NO_ROW) -> None:
        """The clerk typed a value."""
        state = self._holder.state
        fresh = Answer(field=name, row=row, value=value, origin=Origin.TYPED)
        if self._holder.closed or value_of(state.answers, name, row) == value:
            return
        self._keeping.note_answers(f"answer {name} {row}")
        self._holder.change(replace(state, answers=state.answers.with_answer(fresh)), touched=fresh.key)
        self._keeping.save_soon()
