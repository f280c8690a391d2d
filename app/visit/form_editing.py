"""The form: what the clerk types is checked at once and saved within half a second; rows come, go and move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.visit.doubts import without_doubt
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.tools import VisitTools
from domain.catalogue.values import FieldId, FieldUse, GroupId
from domain.forms.answers import NO_ROW, Answer, Answers, Origin, RowId, value_of
from domain.forms.words import beginning_of


class FormEditing:
    """Takes answers and rows."""

    def __init__(self, tools: VisitTools, holder: Holder, keeping: Keeping) -> None:
        self._tools = tools
        self._holder = holder
        self._keeping = keeping

    def answer(self, name: FieldId, value: str, row: RowId = NO_ROW) -> None:
        """The clerk typed a value, or took what the card says; a text that begins with it follows, unless typed in."""
        state = self._holder.state
        fresh = Answer(field=name, row=row, value=value, origin=self._origin_of(name, value))
        if self._holder.closed or value_of(state.answers, name, row) == value:
            return
        self._keeping.note_forms(f"answer {name} {row}")
        after = state.answers.with_answer(fresh)
        answers = after.with_answer(*self._begun(state.answers, after, fresh))
        again = state.again if value else state.again.with_answer(replace(fresh, value=""))
        doubted = without_doubt(state, fresh.key)
        self._holder.change(replace(state, answers=answers, again=again, doubted=doubted), touched=(fresh.key,))
        self._keeping.save_soon()

    def repeat(self, name: FieldId, value: str, row: RowId = NO_ROW) -> None:
        """The clerk typed a number the second time."""
        state = self._holder.state
        if self._holder.closed or value_of(state.again, name, row) == value:
            return
        self._keeping.note_forms(f"again {name} {row}")
        fresh = Answer(field=name, row=row, value=value)
        self._holder.change(replace(state, again=state.again.with_answer(fresh)), touched=(fresh.key,))
        self._keeping.save_soon()

    def _origin_of(self, name: FieldId, value: str) -> Origin:
        identity, offers = self._holder.state.identity, [use.offers for use in self._uses() if use.field == name]
        known = [identity.values.get(offer, "") for offer in offers if identity is not None and offer is not None]
        return identity.origin if identity is not None and value and value in known else Origin.TYPED

    def _begun(self, before: Answers, after: Answers, chosen: Answer) -> Iterator[Answer]:
        """The texts that begin with what was chosen now, as far as nothing but such a beginning stands in them."""
        catalogue = self._tools.catalogue
        for use in self._uses():
            text = beginning_of(catalogue, use, after, chosen.row) if chosen.field in use.begins else ""
            known = value_of(after, use.field, chosen.row)
            if text and known in ("", beginning_of(catalogue, use, before, chosen.row)):
                yield Answer(field=use.field, row=chosen.row, value=text, origin=Origin.DEFAULT)

    def _uses(self) -> tuple[FieldUse, ...]:
        return tuple(self._holder.seen.module.form.uses) if self._holder.seen else ()

    def add_row(self, group: GroupId) -> None:
        """One more row at the end of a group; that it has as many as it may is told."""
        pages = self._holder.seen.module.form.pages if self._holder.seen else ()
        repeats = next((page.repeats for page in pages if page.repeats and page.group == group), None)
        if repeats is None or self._holder.closed:
            return
        if len(self._rows(group)) < repeats.max_rows:
            self._set_rows(group, (*self._rows(group), RowId(self._tools.new_id())))
        else:
            self._holder.tell(say(NoticeCode.ROWS_FULL, rows=repeats.row_name, most=repeats.max_rows))

    def drop_row(self, group: GroupId, row: RowId) -> None:
        """Remove a row with all that stands in it; can be undone."""
        self._set_rows(group, tuple(one for one in self._rows(group) if one != row))

    def move_row(self, group: GroupId, row: RowId, by: int) -> None:
        """Move a row by so many places, as far as there are places."""
        rows = [one for one in self._rows(group) if one != row]
        place = self._rows(group).index(row) + by if row in self._rows(group) else -1
        if 0 <= place <= len(rows):
            self._set_rows(group, (*rows[:place], row, *rows[place:]))

    def _rows(self, group: GroupId) -> tuple[RowId, ...]:
        return self._holder.state.answers.rows_of(group)

    def _set_rows(self, group: GroupId, rows: tuple[RowId, ...]) -> None:
        state = self._holder.state
        if self._holder.closed or rows == self._rows(group):
            return
        self._keeping.note_forms("")
        self._holder.change(replace(state, answers=state.answers.with_rows(group, rows)))
        self._keeping.save_soon()
