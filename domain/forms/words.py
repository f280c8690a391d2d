"""A place of a form and its value as people read them: the same at the counter, for the reviewer and in a refusal."""

from __future__ import annotations

from domain.catalogue.values import Catalogue, FieldKind, FieldUse, Module
from domain.forms.answers import AnswerKey, Answers, RowId, value_of
from domain.workdays import parse_date
from resources import word


def label_of(catalogue: Catalogue, module: Module | None, answers: Answers, key: AnswerKey) -> str:
    """What a place is called; a field of a repeating group with the number of its row (继承人 2 · 姓名)."""
    spec = catalogue.fields.get(key.field)
    label = spec.label if spec else word("form", "unknown_field")
    page = module.form.page_of(key.field) if module else None
    rows = answers.rows_of(page.group) if page else ()
    if page is None or page.repeats is None or key.row not in rows:
        return label
    return f"{page.repeats.row_name} {rows.index(key.row) + 1} · {label}"


def beginning_of(catalogue: Catalogue, use: FieldUse, answers: Answers, row: RowId) -> str:
    """What a text begins with by what was chosen in other fields of its row; empty until all of these are chosen."""
    lists = [(catalogue.codes[catalogue.fields[name].codes], value_of(answers, name, row)) for name in use.begins]
    labels = [codes.find_label(value) or "" for codes, value in lists]
    return "".join(labels) if all(labels) else ""


def text_of(catalogue: Catalogue, answers: Answers, key: AnswerKey) -> str:
    """A value as people read it: the label of a code, a date with year, month and day."""
    spec, value = catalogue.fields[key.field], value_of(answers, *key)
    if spec.kind is FieldKind.CHOICE:
        return catalogue.codes[spec.codes].find_label(value) or value
    day = parse_date(value) if spec.kind is FieldKind.DATE else None  # half typed, it is shown as it is
    return word("form", "day", year=day.year, month=day.month, day=day.day) if day else value
