"""Scenes from the state of a visit. Masking for the customer's screen happens here and nowhere else."""

from __future__ import annotations

from app.visit.scene import Done, Progress, ReadBack, ReadLine, Sign, Wait, Welcome
from app.visit.state import PHASE_TITLES, Phase, VisitState
from domain.cases.values import Office
from domain.catalogue.values import Catalogue, FieldKind, FieldUse, FormPage, Module
from domain.forms.answers import AGENT_NAME, ID_NUMBER, ApplicantKind, Origin, value_of
from domain.forms.assess import Assessment
from domain.identity import Mask, mask

_STEPS = (Phase.IDENTIFY, Phase.FORM, Phase.MATERIALS, Phase.READ_BACK, Phase.SIGN, Phase.DONE)
_HINTS = {
    Phase.IDENTIFY: "请将身份证放在读卡器上",
    Phase.CHOOSE: "请告诉工作人员要办的事",
    Phase.FORM: "工作人员正在为您填写，请稍候",
    Phase.MATERIALS: "请把材料交给工作人员拍照",
    Phase.READ_BACK: "请核对下面的内容",
    Phase.SIGN: "请在屏幕上签名",
    Phase.SUBMIT: "签名已收到，工作人员正在为您提交",
    Phase.DONE: "已经办好",
}
_MOBILE_LENGTH, _LONG_NUMBER = 11, 12
PRIVACY_NOTICE = (
    "我们依照《社会保险法》办理业务，只收集必需的信息。",
    "身份证、材料和签名只用于本次业务，按档案规定保存。",
    "您可以查阅、复制和更正自己的信息。",
)


NOBODY_SERVES = Wait(text="本窗口还没有开始服务")
"""The screen while nobody is logged in."""


def welcome(office: Office) -> Welcome:
    """The screen between two people."""
    return Welcome(office=office.name, privacy_notice=PRIVACY_NOTICE)


def progress(state: VisitState, module: Module | None) -> Progress:
    """Where the visit stands."""
    phase = {Phase.CHOOSE: Phase.IDENTIFY, Phase.SUBMIT: Phase.SIGN}.get(state.phase, state.phase)
    return Progress(
        item=module.name if module else "业务办理",
        applicant=state.identity.name if state.identity else "",
        steps=tuple(PHASE_TITLES[step] for step in _STEPS),
        current=_STEPS.index(phase),
        hint=_HINTS[state.phase],
    )


def read_back(catalogue: Catalogue, module: Module, state: VisitState, assessment: Assessment) -> ReadBack:
    """The form as the applicant reads it back: shown fields with a value.

    What a hand typed stands there whole, as only she can tell whether each digit is right; what the card said is
    masked and seen whole for as long as she asks to.
    """
    shown = {use.field for use in assessment.shown}
    lines = [
        _read_line(catalogue, page, use, state)
        for page in module.form.pages
        for use in page.uses
        if use.field in shown and value_of(assessment.answers, use.field)
    ]
    materials = tuple(f"{row.name} {len(row.pages)} 页" for row in state.materials if row.pages)
    return ReadBack(item=module.name, lines=tuple(lines), materials=materials, declaration=module.declaration)


def _read_line(catalogue: Catalogue, page: FormPage, use: FieldUse, state: VisitState) -> ReadLine:
    """A line for the customer's screen (mask matrix, column screen_guest)."""
    spec = catalogue.fields[use.field]
    whole = _spaced(spec.kind, value_text(catalogue, use, state))
    from_card = any(state.answers[one.field].origin is Origin.CARD for one in page.uses if one.field in state.answers)
    part = f"{page.title}（读自身份证）" if from_card else page.title
    if state.answers[use.field].origin is not Origin.CARD:
        return ReadLine(label=spec.label, value=whole, part=part)
    how = Mask.LAST4 if spec.kind is FieldKind.ID_NUMBER else spec.mask
    masked = mask(value_text(catalogue, use, state), how)
    return ReadLine(label=spec.label, value=masked, whole=whole if masked != whole else "", part=part)


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


def value_text(catalogue: Catalogue, use: FieldUse, state: VisitState) -> str:
    """A value as people read it: the label of a code, a date with year, month and day."""
    spec = catalogue.fields[use.field]
    value = value_of(state.answers, use.field)
    if spec.kind is FieldKind.CHOICE:
        return catalogue.codes[spec.codes].find_label(value) or value
    if spec.kind is FieldKind.DATE and len(value) == 10:
        year, month, day = value.split("-")
        return f"{year} 年 {int(month)} 月 {int(day)} 日"
    return value


def sign(module: Module, state: VisitState, redo: str = "") -> Sign:
    """The signature pad, for whoever stands there."""
    name = state.identity.name if state.identity else ""
    if state.applicant_kind is not ApplicantKind.SELF:
        name = f"{value_of(state.answers, AGENT_NAME)}（{state.applicant_kind.value}）"
    return Sign(item=module.name, signer=name, declaration=module.declaration, redo=redo)


def done(module: Module, state: VisitState, office: Office, progress_code: bytes) -> Done:
    """The end of a visit, with or without a receipt number."""
    receipt = state.receipt
    return Done(
        item=module.name,
        receipt_no=receipt.receipt_no if receipt else "",
        due_on=receipt.due_on if receipt else None,
        contact=f"{office.name} {office.phone}".strip(),
        progress_code=progress_code,
    )


def masked_number(state: VisitState) -> str:
    """The applicant's number as the clerk's screen shows it (前6后4)."""
    return mask(value_of(state.answers, ID_NUMBER), Mask.FIRST6_LAST4)
