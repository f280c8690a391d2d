"""Between two visits: the day's desk. What begins, what waits, what was done today, and one box that finds the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.clerk.actions.offering import bind, make_button
from app.clerk.actions.table import ActionKey, action_of, shown_keys
from app.clerk.confirm import ask_first, ask_line
from app.clerk.desk.rows import DeskAct, DeskList, DeskRow, DeskSection
from app.clerk.statuses import status_text
from app.notices.notice import Notice
from app.session.state import CaseRow, DeskRows, DraftRow, Found, FoundRow, SessionState
from app.theme.ahead import in_turn
from app.theme.icons import icon
from app.theme.theme import set_property, set_role
from domain.cases.values import CaseId
from domain.finding import LONGEST_SOUGHT
from resources import word

_BEGIN_PX = (340, 420)
"""Width of the card that begins a visit: in a narrow window, and in a wide one."""
_NARROW_PX, _LOW_PX = 1000, 520
_LONGEST_NOTE = 60
_ROWS_SEEN = 5
"""Of one kind; the rest stands in the clerk's list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeActs:
    """What the desk can do; ``on_find`` answers with what was found, ``on_case`` opens one of the clerk's own cases,
    ``on_look`` opens any case that was found, to be read.
    """

    on_begin: Callable[[], None]
    on_resume: Callable[[str], None]
    on_discard: Callable[[str], None]
    on_note: Callable[[str, str], None]
    on_recover: Callable[[], None]
    on_find: Callable[[str, Callable[[Found | Notice], None]], None]
    on_case: Callable[[CaseId], None]
    on_look: Callable[[FoundRow], None]
    on_print: Callable[[CaseId], None]
    on_leave_receipt: Callable[[CaseId], None]
    tell: Callable[[Notice], None]


class _SearchBox(QLineEdit):
    """Esc empties it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class HomePane(QWidget):
    """Begin a visit at the left; find, and see what waits, at the right."""

    def __init__(self, acts: HomeActs) -> None:
        super().__init__()
        set_role(self, "page")
        self._acts = acts
        self._shown: tuple[tuple[DraftRow, ...], DeskRows] = ((), DeskRows())
        self._drawn: tuple[tuple[DraftRow, ...], DeskRows] = self._shown
        self._sought = ""
        self._unsent_found = False
        self.begin = make_button(ActionKey.BEGIN, acts.on_begin, role="primary")
        set_property(self.begin, "extent", "large")
        self.recover = make_button(ActionKey.RECOVER, acts.on_recover)
        self.recover.hide()
        self.today = QLabel()
        self.today.setObjectName("today")
        set_role(self.today, "hint")
        self.search = _SearchBox()
        self.search.setObjectName("find")
        self.search.setAccessibleName(action_of(ActionKey.FIND).title)
        self.search.setPlaceholderText(
            self.tr("查找：受理号、姓名、身份证号，或扫码、放身份证 ({keys})").format(keys=shown_keys(ActionKey.FIND))
        )
        self.search.setMaxLength(LONGEST_SOUGHT)
        self.search.setMinimumHeight(40)
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.returnPressed.connect(self._find)
        self.search.textChanged.connect(self._on_text)
        self.list = DeskList()
        bind(ActionKey.FIND, self, self.to_search)
        bind(ActionKey.NOTE, self, self._note_newest, is_there=lambda: bool(self._shown[0]))
        self._lay_out()
        self._show_desk()

    def _lay_out(self) -> None:
        self._card = QFrame()
        set_role(self._card, "card")
        inner = self._inner = QVBoxLayout(self._card)
        inner.setSpacing(12)
        inner.addStretch(1)
        for text, role in ((self.tr("请下一位群众到窗口"), "title"), (self.tr("放上身份证就开始办理"), "hint")):
            label = QLabel(text)
            set_role(label, role)
            inner.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        for part in (self.begin, self.recover):
            inner.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(2)
        inner.addWidget(self.today, alignment=Qt.AlignmentFlag.AlignHCenter)
        right = QFrame()
        set_role(right, "card")
        column = QVBoxLayout(right)
        column.setContentsMargins(20, 16, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self.list, stretch=1)
        row = self._around = QHBoxLayout(self)
        row.setSpacing(16)
        row.addWidget(self._card)
        row.addWidget(right, stretch=1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A small window gives its room to what waits."""
        super().resizeEvent(event)
        self._card.setFixedWidth(_BEGIN_PX[self.width() >= _NARROW_PX])
        around, inside = (8, 12) if self.height() < _LOW_PX else (16, 32)
        self._around.setContentsMargins(16, around, 16, around)
        self._inner.setContentsMargins(24, inside, 24, inside)

    def render_session(self, state: SessionState) -> None:
        """Follow what waits; while something is looked for, what was found stays."""
        self.recover.setVisible(state.to_recover > 0)
        shown = (state.drafts, state.desk)
        if state.clerk is None:
            self.forget_search()
        self.today.setText(self.tr("今日已受理 {count} 件").format(count=state.desk.accepted_today))
        if shown != self._shown:
            self._shown = shown
            if not self._sought and self.isVisible():
                self._show_desk()
            elif not self._sought:
                in_turn(self, self._show_desk_if_due)  # nobody waits for it: beside a visit it takes its own turn
            elif self._unsent_found:  # its number may have come
                self._acts.on_find(self._sought, partial(self._show_anew, self._sought))

    # -- what waits

    def _show_desk_if_due(self) -> None:
        if not self._sought and self._drawn != self._shown:
            self._show_desk()

    def _show_desk(self) -> None:
        self._drawn = drafts, desk = self._shown
        sections = (
            DeskSection(title=self._title(self.tr("没有办完的业务"), drafts), rows=tuple(map(self._draft, drafts))),
            self._cases(self.tr("需要处理"), desk.refused),
            self._cases(self.tr("复核退回"), desk.returned),
            self._cases(self.tr("即将到期"), desk.due_soon, self._due),
            self._cases(self.tr("待打印回执"), desk.receipts_due, self._receipt),
            self._cases(self.tr("待发送"), desk.unsent),
        )
        waiting = [section for section in sections if section.rows]
        self.list.show_sections(waiting or [DeskSection(title=self.tr("现在没有等着您的业务"))])

    def _title(self, title: str, rows: tuple[object, ...]) -> str:
        return self.tr("{title} {count}").format(title=title, count=len(rows))

    def _cases(
        self, title: str, rows: tuple[CaseRow, ...], make: Callable[[CaseRow], DeskRow] | None = None
    ) -> DeskSection:
        hidden = len(rows) - _ROWS_SEEN
        return DeskSection(
            title=self._title(title, rows),
            rows=tuple(map(make or self._case, rows[:_ROWS_SEEN])),
            more=self.tr("还有 {count} 件，见“我的业务”").format(count=hidden) if hidden > 0 else "",
        )

    def _case(self, row: CaseRow) -> DeskRow:
        why = row.refused.what if row.refused else row.reason
        limit = self._limit(row) if row.was_returned else ""
        words = (row.module_name, row.receipt_no, limit, why, f"{row.changed_at:%m-%d %H:%M}")
        opens = DeskAct(text=self.tr("打开"), name="open_case", do=partial(self._acts.on_case, row.case))
        return DeskRow(who=row.applicant, what=" · ".join(word for word in words if word), acts=(opens,))

    def _due(self, row: CaseRow) -> DeskRow:
        return replace(self._case(row), what=" · ".join((row.module_name, row.receipt_no, self._limit(row))))

    def _limit(self, row: CaseRow) -> str:
        """The last day of its limit; empty where that is not known."""
        return self.tr("{due} {day}").format(due=word("case", "due"), day=f"{row.due_on:%m-%d}") if row.due_on else ""

    def _receipt(self, row: CaseRow) -> DeskRow:
        return DeskRow(
            who=row.applicant,
            what=" · ".join((row.module_name, row.receipt_no)),
            acts=(
                DeskAct(text=self.tr("打印回执"), name="print_due", do=partial(self._acts.on_print, row.case)),
                DeskAct(
                    text=self.tr("不用打了"),
                    name="leave_receipt",
                    do=partial(self._acts.on_leave_receipt, row.case),
                    is_quiet=True,
                ),
            ),
        )

    def _draft(self, draft: DraftRow) -> DeskRow:
        marks = ((draft.mends, self.tr("补正、改正")), (draft.has_twin, self.tr("同一人有多笔")))
        return DeskRow(
            who=self._who_of(draft) or self.tr("还没有核验身份"),
            what=self._what_of(draft),
            marks=tuple(text for holds, text in marks if holds),
            acts=(
                DeskAct(text=self.tr("继续办理"), name="resume", do=partial(self._acts.on_resume, draft.visit)),
                DeskAct(text=self.tr("备注"), name="note", do=partial(self._ask_note, draft), is_quiet=True),
                DeskAct(text=self.tr("放弃"), name="discard", do=partial(self._ask_discard, draft), is_quiet=True),
            ),
        )

    def _who_of(self, draft: DraftRow) -> str:
        end = self.tr("（尾号 {number}）").format(number=draft.number_end) if draft.number_end else ""
        return f"{draft.applicant}{end}"

    def _what_of(self, draft: DraftRow) -> str:
        where = self.tr("停在“{phase}”").format(phase=draft.phase_title) if draft.phase_title else ""
        when = self.tr("{time} 保存").format(time=f"{draft.changed_at:%m-%d %H:%M}")
        return " · ".join(word for word in (draft.note, draft.module_name, where, when) if word)

    def _note_newest(self) -> None:
        """The key that parks, pressed once more: why the visit that was parked last is parked."""
        drafts, _ = self._shown
        if drafts:
            self._ask_note(drafts[0])

    def _ask_note(self, draft: DraftRow) -> None:
        ask_line(
            self,
            title=self.tr("备注"),
            text=self.tr("{who}在等什么？例如：回家取户口簿").format(who=self._who_of(draft)),
            value=draft.note,
            longest=_LONGEST_NOTE,
            on_line=partial(self._acts.on_note, draft.visit),
        )

    def _ask_discard(self, draft: DraftRow) -> None:
        what = "\n".join(word for word in (self._who_of(draft), self._what_of(draft)) if word)
        ask_first(
            self,
            title=self.tr("放弃办理"),
            text=self.tr("{what}\n已填写的内容和拍好的材料都会删除，不能恢复。要放弃吗？").format(what=what),
            yes=self.tr("放弃"),
            on_yes=partial(self._acts.on_discard, draft.visit),
        )

    # -- what is looked for

    @property
    def is_searching(self) -> bool:
        """Whether the keyboard is in the box: a card or code is then looked for."""
        return self.isVisible() and self.search.hasFocus()

    def search_for(self, text: str) -> None:
        """Look for this, e.g. what a card or a code says."""
        self.search.setText(text)
        self._find()

    def forget_search(self) -> None:
        """Nothing of whom was looked for stays: what waits is in sight again."""
        self.search.clear()

    def to_search(self) -> None:
        """The keyboard into the box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_text(self, text: str) -> None:
        if not text.strip() and self._sought:
            self._sought = ""
            self._show_desk()

    def _find(self) -> None:
        text = self.search.text().strip()
        if text:
            self._sought = text
            self._acts.on_find(text, partial(self._show_found, text))

    def _show_anew(self, text: str, found: Found | Notice) -> None:
        """What was found looks otherwise by now; the keyboard stays where it is, if that is not in the list."""
        if isinstance(found, Found) and not found.is_asking:
            focus = QApplication.focusWidget()
            self._show_found(text, found)
            if focus is not None and not self.list.isAncestorOf(focus) and focus.isVisible():
                focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_found(self, text: str, found: Found | Notice) -> None:
        if text != self._sought:
            return  # something else is looked for by now, or nothing
        if isinstance(found, Notice):
            self._sought = ""
            self._acts.tell(found)
            return
        self._unsent_found = any(row.waiting for row in found.rows)
        told = [self.tr("还有更多，请写得更全一些再找")] if found.more else []
        if found.is_asking:
            told.append(self.tr("正在向服务器查找…"))
        if found.is_surname:
            told.append(self.tr("只输入一个字时，服务器只找姓名就是这个字的。请至少输入两个字再找"))
        if found.away is not None:
            told.append(
                self.tr("只找了本机没有办完的、待发送的和您受理的受理号：{what}。连上服务器后再找一次会更全").format(
                    what=found.away.what
                )
            )
        rows = tuple(map(self._found, found.rows))
        self.list.show_sections([DeskSection(title=self._title_of(found), rows=rows, more="\n".join(told))])
        if not found.is_asking:
            self.list.take_keyboard()

    def _title_of(self, found: Found) -> str:
        """Never that there is nothing where not everything was looked through."""
        if found.rows:
            return self.tr("找到 {count} 件").format(count=len(found.rows))
        if found.is_asking or found.away is not None:
            return self.tr("本机没有找到")
        return self.tr("请至少输入两个字") if found.is_surname else self.tr("没有找到")

    def _found(self, row: FoundRow) -> DeskRow:
        if row.case is None:
            where = self.tr("停在“{phase}”").format(phase=row.where)
            act = DeskAct(text=self.tr("继续办理"), name="resume", do=partial(self._acts.on_resume, row.visit))
        else:
            where = status_text(row.status, waiting=row.waiting, refused=row.refused)
            act = DeskAct(text=self.tr("查看"), name="look", do=partial(self._acts.on_look, row))
        words = (row.module_name, row.receipt_no, row.office, where)
        why = (self.tr("按{party}找到").format(party=word("party", row.found_as.value)),) if row.found_as else ()
        return DeskRow(who=row.applicant, what=" · ".join(text for text in words if text), marks=why, acts=(act,))
