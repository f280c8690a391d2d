"""The form: what the clerk types is checked at once and saved within half a second."""

from __future__ import annotations

from dataclasses import replace

from app.visit.holder import Holder
from app.visit.keeping import Keeping
from domain.catalogue.values import FieldId
from domain.forms.answers import Answer, Origin, value_of


class FormEditing:
    """Takes answers."""

    def __init__(self, holder: Holder, keeping: Keeping) -> None:
        self._holder = holder
        self._keeping = keeping

    def answer(self, name: FieldId, value: str) -> None:
        """The clerk typed a value."""
        state = self._holder.state
        if self._holder.closed or value_of(state.answers, name) == value:
            return
        self._keeping.note_answers(f"answer {name}")
        fresh = Answer(field=name, value=value, origin=Origin.TYPED)
        self._holder.change(replace(state, answers={**state.answers, name: fresh}), touched=name)
        self._keeping.save_soon()
