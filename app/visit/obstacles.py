"""Why a visit cannot go on, in words: the messages of the client's own checks."""

from __future__ import annotations

from datetime import date

from app.notices.notice import Notice, Tone
from app.visit.state import Identity, MaterialRow, VisitState
from domain.catalogue.values import Catalogue, Module, Repeats, Severity
from domain.forms.answers import Answers, ApplicantKind
from domain.forms.assess import MissingMaterial, Ruling, Rulings
from domain.forms.checking import Finding
from domain.forms.words import label_of
from hardware.kinds.id_card_reader import CardType, IdCard

CARD_EXPIRED = "card_expired"
FORM_INVALID = "form_invalid"


def expiry(identity: Identity, today: date) -> Notice | None:
    """A card past its date is a warning: the visit goes on."""
    if identity.valid_until is None or identity.valid_until >= today:
        return None
    return Notice(
        tone=Tone.WARNING,
        what=f"身份证已过期(有效期至 {identity.valid_until.isoformat()})",
        why="过期的身份证仍能读出，但不能单独作为有效证件",
        next="请提醒申请人换领；可先受理，并核验户口簿或临时身份证",
        code=CARD_EXPIRED,
    )


def card_unfit(card: IdCard, refusal: Notice) -> Notice:
    """The number on a card is none that this business can be done with."""
    if card.card_type is CardType.FOREIGN_2017:
        return Notice(
            tone=Tone.ERROR,
            what="读到的是旧版外国人永久居留身份证，不能用来办理这项业务",
            why="旧版证件的号码是 15 位，参保登记要用 18 位号码",
            next="请申请人换领新版证件后再来，或请示主管",
            code=refusal.code,
        )
    return Notice(
        tone=Tone.ERROR,
        what="读卡器读到的身份证号码不正确",
        why=f"{refusal.what}，可能是证件或读卡器有问题",
        next="请取下证件重放一次；仍不行请换一台读卡器，或核对证件后按 F4 手工录入",
        code=refusal.code,
    )


def kept_warning(state: VisitState, today: date) -> Notice | None:
    """A warning about the applicant's card stays while the clerk goes on; other notices have served."""
    if state.identity is None or state.notice is None or CARD_EXPIRED not in state.notice.code.split():
        return None
    return expiry(state.identity, today)


def form_errors(catalogue: Catalogue, module: Module, answers: Answers, findings: tuple[Finding, ...]) -> Notice | None:
    """Why the form cannot be left yet; None when nothing in it is wrong."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return None
    first = label_of(catalogue, module, answers, errors[0].key)
    fields = len({finding.key for finding in errors})
    return Notice(
        tone=Tone.ERROR,
        what=f"表单还有 {fields} 处需要改正",
        why=f"第一处是“{first}”",
        next="请按字段下方的红字逐处改正，再点“下一步”",
        code=FORM_INVALID,
    )


def rule(blocking: Ruling) -> Notice:
    """A business rule blocks the case."""
    text = blocking.text
    return Notice(tone=Tone.ERROR, what=text.what, why=text.why, next=text.next, code=blocking.rule.id)


def rules_told(rulings: Rulings) -> Notice | None:
    """What the rules of the business say of the case as it is now: what blocks it, else all to be known or settled."""
    if rulings.blocking:
        return rule(rulings.blocking[0])
    told = [*rulings.told, *rulings.asked]
    if not told:
        return None
    return Notice(
        tone=Tone.WARNING,
        what="；".join(one.text.what for one in told),
        why="；".join(one.text.why for one in told),
        next="；".join(one.text.next for one in told),
        code=" ".join(one.rule.id for one in told),
    )


def together(warning: Notice | None, other: Notice | None) -> Notice | None:
    """Two things to be told at once, as one notice; what blocks the case is told alone."""
    if warning is None or other is None or other.tone is Tone.ERROR:
        return other or warning
    return Notice(
        tone=warning.tone,
        what=f"{warning.what}；{other.what}",
        why=f"{warning.why}；{other.why}",
        next=f"{warning.next}；{other.next}",
        code=f"{warning.code} {other.code}",
    )


def materials_missing(missing: tuple[MissingMaterial, ...], rows: tuple[MaterialRow, ...]) -> Notice:
    """Everything that is still missing, at once (一次性告知)."""
    names = {row.material: row.name for row in rows}
    lines = [f"{names[one.material]}(缺 {one.need_pages - one.have_pages} 页)" for one in missing]
    return Notice(
        tone=Tone.WARNING,
        what=f"还缺 {len(lines)} 项必需材料：{'、'.join(lines)}",
        why="必需材料齐全后才能受理",
        next="请逐项拍照；申请人没带的，请一次告知全部缺少的材料",
        code="materials_missing",
    )


def disputed(labels: tuple[str, ...]) -> Notice:
    """The applicant says that something is wrong."""
    return Notice(
        tone=Tone.WARNING,
        what="申请人说内容有误" + (":" + "、".join(labels) if labels else ""),
        why="申请人在群众屏上核对时点了“有误”",
        next="请当面问清并回到表单修改，再请申请人核对",
        code="disputed",
    )


def rows_full(repeats: Repeats) -> Notice:
    """One more row than the form takes was asked for."""
    return _say(
        f"“{repeats.row_name}”已有 {repeats.max_rows} 行，不能再加",
        f"这张表单最多收 {repeats.max_rows} 行",
        "请先删去多余的一行；确有更多的，另起一件",
        "rows_full",
    )


def agent_shown(identity: Identity, kind: ApplicantKind) -> Notice:
    """Who acts for the applicant showed who they are."""
    return Notice(
        tone=Tone.SUCCESS,
        what=f"已核验{kind.value}：{identity.name}",
        why="不是申请人的证件，记为到场办理的人",
        next="请核对本人与证件；要换申请人的，请先把“谁来办理”改回“本人”",
        code="agent_shown",
    )


def taken_out(module: Module | None) -> Notice:
    """A case was taken out of the package."""
    return Notice(
        tone=Tone.INFO,
        what=f"“{module.name if module else '这一件'}”已从这次办理中移出",
        why="其余各件照常核对、签名、提交；拍好的材料都还在",
        next="移错了，请按 Ctrl+Z 撤销，填好的内容会一起回来",
        code="taken_out",
    )


def _say(what: str, why: str, step: str, code: str) -> Notice:
    return Notice(tone=Tone.WARNING, what=what, why=why, next=step, code=code)


OTHER_CARD = _say(
    "读卡器上是另一个人的身份证", "正在办理的业务属于前一位申请人", "请换回原来的身份证，或先结束本次办理", "other_card"
)
OTHER_NUMBER = _say(
    "输入的是另一个人的身份证号码",
    "正在办理的业务属于前一位申请人",
    "请核对号码，或先结束本次办理",
    "other_number",
)
DRAFT_UNREADABLE = _say(
    "这份未完成的业务打不开",
    "它由另一版本的程序保存，或已损坏",
    "内容没有被改动；请联系信息员，或重新受理",
    "draft_unreadable",
)
NOTHING_TO_MEND = _say(
    "这一件现在没有要改正的",
    "它已经又发送了，或已移出列表，或不是由申请人签名的内容",
    "请刷新“我的业务”，看它现在的状态",
    "nothing_to_mend",
)
NAME_MISSING = _say("还没有填姓名", "手工录入须有姓名和身份证号码", "请填写姓名", "name_missing")
IDENTITY_MISSING = _say("还没有核验身份", "每笔业务须先确认申请人", "请读身份证，或手工录入", "identity_missing")
ITEM_MISSING = _say("还没有选择事项", "表单和材料随事项而定", "请先选择要办的事项", "item_missing")
MODULE_FIXED = _say(
    "补正的业务不能改成别的事项",
    "它已经受理过，受理号属于原来的事项",
    "请在原来的表单里补正；要办别的事，请办完这一件后另行受理",
    "module_fixed",
)
NEXT_OF_PACKAGE = Notice(
    tone=Tone.INFO,
    what="这一件已就绪，接着办同一次的下一件",
    why="几件一起核对、一起签名，每一件都要填好、拍齐",
    next="请办好这一件，再点“下一步”",
    code="next_of_package",
)
ENOUGH_PAGES = _say("这项材料不再需要更多页", "已达到页数上限", "请选择其他材料，或先删除一页", "enough_pages")
NOT_CONFIRMED = _say("申请人还没有确认", "表单须由本人核对", "请申请人在群众屏上核对并点“确认无误”", "not_confirmed")
NOT_SIGNED = _say("申请人还没有签名", "提交前须由本人签名", "请申请人在群众屏上签名", "signature_missing")
