"""The end of a visit: the receipt number, or that the case is safe and waits to be sent."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.clerk.actions.offering import make_button, name_button
from app.clerk.actions.table import ActionKey
from app.theme.icons import picture
from app.theme.pointer import once_released
from app.theme.theme import set_role
from app.visit.state import Phase, ReceiptSeen, VisitState
from app.visit.visit import Visit
from domain.cases.values import CaseId
from domain.papers.receipt import ReceiptPaper
from resources import word

REST_MS = 700
"""What the page tells stays in sight for so long at least, whatever was pressed before it came."""
_ICON_PX = 56
_CARD_WIDTH_PX = 620


class DonePane(QWidget):
    """``on_print(paper)`` prints the receipt, ``on_end()`` ends the visit for the next person, ``on_mend(case)`` ends
    it and opens the case anew after the server refused it.
    """

    def __init__(
        self,
        *,
        visit: Visit,
        on_print: Callable[[ReceiptPaper], None],
        on_end: Callable[[], None],
        on_mend: Callable[[CaseId], None],
    ) -> None:
        super().__init__()
        set_role(self, "page")
        self._visit = visit
        self._on_print = on_print
        self._on_mend = on_mend
        self._mark, self.title, self.number, self.explanation = QLabel(), QLabel(), QLabel(), QLabel()
        self._mark_shown = ""
        set_role(self.title, "title")
        set_role(self.number, "number")
        set_role(self.explanation, "body")
        self.number.setObjectName("receipt_no")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.explanation.setWordWrap(True)
        self.explanation.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.printing = make_button(ActionKey.PRINT, self._print, owner=self)
        self.mend = make_button(ActionKey.MEND, self._mend)
        self.mend.hide()
        self.end = make_button(ActionKey.END, on_end, owner=self, role="primary")
        self._told = ""
        self._slips: set[CaseId | None] = set()
        """The cases whose receipt is still due: only their slip was printed."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._wake)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # its keys work while no button takes the keyboard
        self._lay_out()

    def _lay_out(self) -> None:
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(_CARD_WIDTH_PX)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(40, 32, 40, 32)
        inner.setSpacing(12)
        for part in (self._mark, self.title, self.number):
            inner.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self.explanation)
        inner.addSpacing(12)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch()
        buttons.addWidget(self.printing)
        buttons.addWidget(self.mend)
        buttons.addWidget(self.end)
        buttons.addStretch()
        inner.addLayout(buttons)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(card)
        row.addStretch()
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)

    def show_visit(self, state: VisitState) -> None:
        """Follow the receipt: first "saved", then the server's number."""
        if state.phase is not Phase.DONE or state.receipt is None:
            return
        if state.receipt.receipt_no:
            self._show_accepted(state.receipt)
        elif state.refused:
            self._show_refused()
        else:
            self._show_waiting()
        self._rest_if_new(self.title.text() + self.number.text())
        self.mend.setVisible(state.refused)
        self.printing.setVisible(not state.refused)
        paper = self._visit.submitting.paper
        self.printing.setEnabled(paper is not None)
        if paper is not None:
            name_button(self.printing, ActionKey.PRINT, self.tr("打印{title}").format(title=paper.title))
        if state.receipt.receipt_no and state.case in self._slips:
            instead = self.tr("刚才给的是材料收存单。受理号已有，请打印受理回执交给群众。")
            self.explanation.setText(f"{self.explanation.text()}\n{instead}")

    def _rest_if_new(self, told: str) -> None:
        """What was pressed for the page before, or before the number came, must not end the visit."""
        if told != self._told:
            self._told = told
            self.end.setEnabled(False)
            self.setFocus()
            self._rest.start()

    def _wake(self) -> None:
        self.end.setEnabled(True)
        once_released(self, self._to_end)

    def _to_end(self) -> None:
        if self.isVisible():
            self.end.setFocus()

    def _show_accepted(self, receipt: ReceiptSeen) -> None:
        self._set_mark("success", "success")
        self.title.setText(self.tr("已受理"))
        self.number.setText(receipt.receipt_no)
        self.number.show()
        text = self.tr("可凭受理号查询进度")
        if receipt.due_on is not None:
            day = receipt.due_on.isoformat() + ("" if receipt.due_certain else word("case", "due_may_move"))
            text = self.tr("{due}：{day}").format(due=word("case", "due"), day=day)
        self.explanation.setText(text)

    def _show_waiting(self) -> None:
        self._set_mark("send", "warning")
        self.title.setText(self.tr("已保存，待发送"))
        self.number.hide()
        self.explanation.setText(
            self.tr(
                "内容、材料和签名都已安全存在本机，连上服务器后自动提交。\n可以请下一位群众，受理号会出现在“我的业务”里。"
            )
        )

    def _show_refused(self) -> None:
        self._set_mark("warning", "error")
        self.title.setText(self.tr("服务器没有受理"))
        self.number.hide()
        self.explanation.setText(
            self.tr("原因写在上方。内容和材料都还在本机：可以现在改正，也可以以后从“我的业务”里打开。")
        )

    def _mend(self) -> None:
        case = self._visit.state.case
        if case is not None:
            self._on_mend(case)

    def _set_mark(self, name: str, tint: str) -> None:
        if name != self._mark_shown:
            self._mark_shown = name
            self._mark.setPixmap(picture(name, size_px=_ICON_PX, tint=tint, ratio=self.devicePixelRatioF()))

    def _print(self) -> None:
        paper = self._visit.submitting.paper
        if paper is None:
            return
        if not paper.receipt_no:
            self._slips.add(self._visit.state.case)
        else:
            self._slips.discard(self._visit.state.case)
        self._on_print(paper)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard to the button for the next person, as soon as it can be pressed."""
        super().showEvent(event)
        if not event.spontaneous():
            (self.end if self.end.isEnabled() else self).setFocus()
