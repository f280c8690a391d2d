"""Numbers that a wrong digit makes another's are typed twice by hand; the second time stays at the counter."""

from __future__ import annotations

from dataclasses import replace

from domain.catalogue.values import Catalogue, Severity
from domain.forms.answers import Answer, Answers, Origin, value_of
from domain.forms.assess import Assessment
from domain.forms.checking import Finding

ONCE, OTHERWISE = "TYPED_ONCE", "TYPED_OTHERWISE"


def is_asked(catalogue: Catalogue, answer: Answer | None) -> bool:
    """Whether a value must be typed a second time: what a card or the server told need not be."""
    if answer is None or not catalogue.fields[answer.field].twice:
        return False
    return bool(answer.value.strip()) and answer.origin is Origin.TYPED


def with_unrepeated(catalogue: Catalogue, found: Assessment, again: Answers) -> Assessment:
    """The assessment with what was not typed twice alike; a value that is wrong by itself is mended first."""
    wrong = {finding.key for finding in found.findings if finding.severity is Severity.ERROR}
    asked = (answer for answer in found.answers.values() if is_asked(catalogue, answer) and answer.key not in wrong)
    more = tuple(_unrepeated(answer, again) for answer in asked if answer.value != value_of(again, *answer.key))
    return replace(found, findings=(*found.findings, *more)) if more else found


def _unrepeated(answer: Answer, again: Answers) -> Finding:
    code = OTHERWISE if value_of(again, *answer.key) else ONCE
    return Finding(field=answer.field, row=answer.row, code=code)
