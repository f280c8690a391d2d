"""Scenes from the state of a visit. Masking for the customer's screen happens here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.visit.assessing import Assessed
from app.visit.doubts import Doubt, Doubts
from app.visit.scene import Done, DoneCase, Progress, ReadBack, ReadLine, Sign, Wait, Welcome
from app.visit.state import MaterialRow, Phase, VisitState
from domain.cases.values import CaseId, Office
from domain.catalogue.values import Catalogue, FieldKind, FormPage, Module
from domain.forms.answers import AnswerKey, Answers, ApplicantKind, Origin, places_of, value_of
from domain.forms.parties import signer_in
from domain.forms.words import label_of, text_of
from domain.identity import Mask, mask
from resources import word, words

_STEPS = (Phase.IDENTIFY, Phase.FORM, Phase.MATERIALS, Phase.READ_BACK, Phase.SIGN, Phase.DONE)
_MOBILE_LENGTH, _LONG_NUMBER = 11, 12


def nobody_serves() -> Wait:
    """The screen while nobody is logged in."""
    return Wait(text=word("guest_wait", "closed"))


def welcome(office: Office) -> Welcome:
    """The screen between two people."""
    return Welcome(office=office.name, privacy_notice=words("privacy"))


def progress(catalogue: Catalogue, state: VisitState, seen: Assessed | None) -> Progress:
    """Where the visit stands, and what is there by now; numbers, telephones and addresses always masked."""
    phase = {Phase.CHOOSE: Phase.IDENTIFY, Phase.SUBMIT: Phase.SIGN}.get(state.phase, state.phase)
    return Progress(
        item=seen.module.name if seen else word("guest", "item"),
        applicant=state.identity.name if state.identity else "",
        steps=tuple(word("guest_phase", step.value) for step in _STEPS),
        current=_STEPS.index(phase),
        hint=word("guest_hint", state.phase.value),
        lines=_so_far(catalogue, state, seen),
    )


def _so_far(catalogue: Catalogue, state: VisitState, seen: Assessed | None) -> tuple[ReadLine, ...]:
    """What was read, entered or taken until now in the present phase."""
    identity = state.identity
    if state.phase is Phase.CHOOSE and identity is not None:
        number = mask(identity.id_number, Mask.LAST4)
        name = ReadLine(label=word("guest", "name"), value=identity.name)
        return (name, ReadLine(label=word("guest", "id_number"), value=number))
    if state.phase is Phase.FORM and seen is not None:
        answers = seen.assessment.answers
        filled = [place.key for place in seen.assessment.shown if value_of(answers, *place.key)]
        return tuple(
            ReadLine(label=label_of(catalogue, seen.module, answers, key), value=_masked(catalogue, answers, key))
            for key in filled
        )
    if state.phase in (Phase.MATERIALS, Phase.SUBMIT):
        rows = [row for row in state.materials if row.required or row.pages]
        return tuple(ReadLine(label=row.name, value=_taken(row)) for row in rows)
    return ()


def _masked(catalogue: Catalogue, answers: Answers, key: AnswerKey) -> str:
    """A value with stars where not everybody may read it."""
    spec = catalogue.fields[key.field]
    how = Mask.LAST4 if spec.kind is FieldKind.ID_NUMBER else spec.mask
    return mask(text_of(catalogue, answers, key), how)


def _taken(row: MaterialRow) -> str:
    """How far a material is."""
    taken = len(row.pages)
    if row.complete and taken:
        return word("guest", "taken", pages=taken)
    return (
        word("guest", "lacks_pages", pages=taken, more=row.min_pages - taken) if taken else word("guest", "not_taken")
    )


def read_back(catalogue: Catalogue, state: VisitState, seen: Assessed) -> ReadBack:
    """The forms as the applicant reads them back: shown fields with a value, groups row by row, each case in its turn.

    What a hand typed stands there whole, as only she can tell whether each digit is right; what the card said is
    masked and seen whole for as long as she asks to. What another case says in the same words is not read twice.
    """
    cases = tuple(case for _, case in _in_order(state, seen))
    return ReadBack(
        digest=seen.digest,
        item=_names(cases),
        lines=tuple(read.line for read in _read(catalogue, state, seen)),
        materials=_materials(cases),
        declaration=_declared(state, seen, cases),
        reader=_acting(state, seen),
    )


def doubts_of(catalogue: Catalogue, state: VisitState, seen: Assessed, lines: Iterable[int]) -> Doubts:
    """The places in the forms that these lines of the read-back stand for; one line may stand for several cases."""
    read = _read(catalogue, state, seen)
    return tuple(
        Doubt(case=case, key=key, label=read[at].line.label)
        for at in lines
        if at < len(read)
        for case, key in read[at].places
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A line, and every place that it stands for."""

    line: ReadLine
    places: list[tuple[CaseId, AnswerKey]]


def _read(catalogue: Catalogue, state: VisitState, seen: Assessed) -> list[_Read]:
    cases = _in_order(state, seen)
    read: list[_Read] = []
    for name, case in cases:
        said = {(one.line.label, one.line.whole or one.line.value): one for one in read}
        for key, line in _lines_of(catalogue, case):
            same = said.get((line.label, line.whole or line.value))
            if same is not None:
                same.places.append((name, key))
                continue
            part = line.part if len(cases) == 1 else f"{case.module.name} · {line.part}"
            read.append(_Read(replace(line, part=part), [(name, key)]))
    return read


def _acting(state: VisitState, seen: Assessed) -> str:
    """Who stands there for the applicant, by name and part; empty for the applicant."""
    if state.applicant_kind is ApplicantKind.SELF:
        return ""
    signer = signer_in(seen.module, state.answers, state.applicant_kind)
    return word("guest", "signer", name=signer.name, kind=state.applicant_kind.value)


def _in_order(state: VisitState, seen: Assessed) -> tuple[tuple[CaseId, Assessed], ...]:
    """The cases of the visit in the order in which they were begun, whichever is under hand."""
    found = zip((state.case or CaseId(""), *(work.case for work in state.others)), (seen, *seen.others), strict=True)
    return tuple((name, case) for name, case in sorted(found, key=lambda pair: pair[0]) if case is not None)


def _names(cases: tuple[Assessed, ...]) -> str:
    return "、".join(case.module.name for case in cases)


def _materials(cases: tuple[Assessed, ...]) -> tuple[str, ...]:
    """The papers of all cases with their pages; what serves several is named once."""
    rows = (row for case in cases for row in case.materials if row.pages)
    lines = (word("guest", "pages", name=row.name, pages=len(row.pages)) for row in rows)
    return tuple(dict.fromkeys(lines))


def _declared(state: VisitState, seen: Assessed, cases: tuple[Assessed, ...]) -> str:
    """What is declared, in the applicant's words; who acts for them declares it in their name, and it says so."""
    text = "\n".join(dict.fromkeys(case.module.declaration for case in cases))
    actor = _acting(state, seen)
    if not text or not actor:
        return text
    applicant = state.identity.name if state.identity else ""
    return word("guest", "declared_for", actor=actor, applicant=applicant, declaration=text)


def _lines_of(catalogue: Catalogue, case: Assessed) -> Iterator[tuple[AnswerKey, ReadLine]]:
    module, answers = case.module, case.assessment.answers
    for page in module.form.pages:
        for row in answers.rows_of(page.group):
            for place in places_of(page, row):
                if value_of(answers, *place.key):
                    yield place.key, _read_line(catalogue, module, page, place.key, answers)


def _read_line(catalogue: Catalogue, module: Module, page: FormPage, key: AnswerKey, answers: Answers) -> ReadLine:
    """A line for the customer's screen (mask matrix, column screen_guest)."""
    spec, label = catalogue.fields[key.field], label_of(catalogue, module, answers, key)
    whole = _spaced(spec.kind, text_of(catalogue, answers, key))
    in_row = (answers.get(AnswerKey(use.field, key.row)) for use in page.uses)
    origins = {answer.origin for answer in in_row if answer}
    if Origin.CARD in origins:
        part = word("guest", "from_card", part=page.title)
    elif Origin.ELECTRONIC in origins:
        part = word("guest", "from_electronic", part=page.title)
    else:
        part = page.title
    if answers[key].origin not in (Origin.CARD, Origin.ELECTRONIC):
        return ReadLine(label=label, value=whole, part=part)
    masked = _masked(catalogue, answers, key)
    return ReadLine(label=label, value=masked, whole=whole if masked != whole else "", part=part)


def _spaced(kind: FieldKind, text: str) -> str:
    """Long numbers in groups, as people read them aloud."""
    if kind is FieldKind.ID_NUMBER:
        sizes: tuple[int, ...] = (6, 8)
    elif kind is FieldKind.PHONE and len(text) == _MOBILE_LENGTH and text.isdigit():
        sizes = (3, 4)
    elif text.isascii() and text.isdigit() and len(text) >= _LONG_NUMBER:
        sizes = (4,) * (len(text) // 4)
    else:
        return text
    groups = []
    for size in sizes:
        groups.append(text[:size])
        text = text[size:]
    return " ".join(group for group in (*groups, text) if group)


def sign(state: VisitState, seen: Assessed) -> Sign:
    """The signature pad, for whoever stands there; one signature for all cases of the visit."""
    cases = tuple(case for _, case in _in_order(state, seen))
    name = _acting(state, seen) or (state.identity.name if state.identity else "")
    declaration = _declared(state, seen, cases)
    return Sign(digest=state.digest, item=_names(cases), signer=name, declaration=declaration, redo=state.redo)


def done(catalogue: Catalogue, state: VisitState, office: Office) -> Done:
    """The end of a visit, with or without a receipt number."""
    receipt = state.receipt
    return Done(
        item=catalogue.modules[state.module].name if state.module else "",
        receipt_no=receipt.receipt_no if receipt else "",
        due_on=receipt.due_on if receipt else None,
        due_certain=receipt.due_certain if receipt else True,
        contact=f"{office.name} {office.phone}".strip(),
        progress_code=state.progress_code,
        also=tuple(
            DoneCase(
                item=catalogue.modules[work.module].name,
                receipt_no=work.receipt.receipt_no if work.receipt else "",
            )
            for work in state.others
        ),
    )
