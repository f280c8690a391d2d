"""What the applicant reads, confirms and signs at the second screen, as the clerk follows it; then the submission."""

from __future__ import annotations

from functools import partial
from html import escape

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey, shown_keys
from app.clerk.intake.bottom_bar import BottomBar
from app.clerk.pictures import load_picture
from app.theme.ahead import in_turn
from app.theme.icons import picture
from app.theme.pointer import once_released
from app.theme.theme import set_role
from app.theme.tokens import COLORS
from app.visit.scene import ReadBack
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit
from domain.business_time import business_time
from resources import word

_ICON_PX = 24
_SIDE_WIDTHS_PX = (364, 380)
_SIGNATURES_PX = ((240, 80), (330, 130))
_NARROW_PX, _LOW_PX = 860, 540
"""In a smaller pane the applicant's steps take less room, and are scrolled where that is still too much."""
_APART_MS = 40
"""To lay the text out takes a while: not together with the pane's showing, nor with the applicant's own page."""
_WAITING, _NOW, _GOOD, _WRONG = "waiting", "now", "good", "wrong"
_MARKS = {
    _WAITING: ("clock", "text_off"),
    _NOW: ("clock", "primary"),
    _GOOD: ("success", "success"),
    _WRONG: ("warning", "warning"),
}


class _Step(QWidget):
    """One step of the applicant: a mark, a title, a line."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._mark = QLabel()
        self._mark.setFixedSize(_ICON_PX, _ICON_PX)
        self._title, self.line = QLabel(title), QLabel()
        self.line.setWordWrap(True)
        self._shown = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._mark, 0, 0)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self.line, 1, 1)
        grid.setColumnStretch(1, 1)

    def show_as(self, how: str, line: str) -> None:
        """Mark and line together."""
        self.line.setText(line)
        set_role(self.line, "warning" if how == _WRONG else "success" if how == _GOOD else "hint")
        if how != self._shown:
            self._shown = how
            name, tint = _MARKS[how]
            self._mark.setPixmap(picture(name, size_px=_ICON_PX, tint=tint, ratio=self.devicePixelRatioF()))
            set_role(self._title, "heading" if how == _NOW else "body")


class ReadBackPane(QWidget):
    """For the phases READ_BACK, SIGN and SUBMIT."""

    def __init__(self, *, visit: Visit) -> None:
        super().__init__()
        set_role(self, "page")
        self._visit = visit
        self._lines: ReadBack | None = None
        self._screen_away = False
        self.display, self.check, self.sign = (
            _Step(self.tr("群众屏显示")), _Step(self.tr("群众核对")), _Step(self.tr("群众签名"))
        )  # fmt: skip
        self.signature = QLabel()
        self.signature.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.signature.setAccessibleName(self.tr("群众签名"))
        set_role(self.signature, "hint")
        self._signature_png: bytes | None = None
        self._signature_px = _SIGNATURES_PX[-1]
        self.amend = make_button(ActionKey.AMEND, partial(visit.phases.go, Phase.FORM))
        self.again = make_button(ActionKey.READ_AGAIN, partial(visit.phases.ask_anew, Phase.READ_BACK))
        self.sign_again = make_button(ActionKey.SIGN_AGAIN, partial(visit.phases.ask_anew, Phase.SIGN))
        self._title = QLabel()
        self._table = QTextBrowser()  # lays its text out once; a wrapping label does so for every question of a layout
        self._table.setObjectName("read_back_table")
        self._table.setAccessibleName(self.tr("群众看到的内容"))
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setOpenLinks(False)
        self._table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self._table, "plain")
        self.bar = BottomBar(
            self,
            on_next=self.go_on,
            on_back=lambda: visit.phases.go_before(Phase.READ_BACK),
            next_title=self.tr("提交受理"),
        )
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self._mirror(), stretch=1)
        row.addWidget(self._make_side())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, stretch=1)
        column.addWidget(self.bar)
        self._fit()

    def _mirror(self) -> QWidget:
        card = QFrame()
        set_role(card, "card")
        set_role(self._title, "heading")
        hint = QLabel(self.tr("群众看到的内容（号码和住址已遮挡）"))
        set_role(hint, "hint")
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 16, 8, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(hint)
        column.addWidget(self._table, stretch=1)
        return card

    def _make_side(self) -> QWidget:
        content = QWidget()
        set_role(content, "scrolled")
        self._steps = QVBoxLayout(content)
        self._steps.setContentsMargins(0, 0, 0, 0)
        for part in (self.display, self.check, self.sign, self.signature):
            self._steps.addWidget(part)
        self._steps.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.amend, self.again, self.sign_again):
            buttons.addWidget(button)
        self._side = QFrame()
        set_role(self._side, "card")
        column = QVBoxLayout(self._side)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(16)
        column.addWidget(area, stretch=1)
        column.addLayout(buttons)
        return self._side

    def _fit(self) -> None:
        """Take less room in a small pane."""
        narrow, low = self.width() < _NARROW_PX, self.height() < _LOW_PX
        self._side.setFixedWidth(_SIDE_WIDTHS_PX[not narrow])
        self._steps.setSpacing(8 if low else 16)
        self._signature_px = _SIGNATURES_PX[not low]
        self.signature.setFixedHeight(self._signature_px[1] + 8)
        self._draw_signature()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size may need another arrangement."""
        super().resizeEvent(event)
        self._fit()

    def show_visit(self, state: VisitState) -> None:
        """Follow the applicant."""
        self.bar.show_saved(state.saved_at)
        if state.phase not in (Phase.READ_BACK, Phase.SIGN, Phase.SUBMIT):
            return
        in_turn(self, self._show_lines, _APART_MS)
        self._show_screen(state)
        self._show_check(state)
        self._show_sign(state)
        self._show_signature(state.signature_png)
        self.again.setVisible(state.phase is not Phase.READ_BACK or state.disputed is not None)
        self.sign_again.setVisible(state.phase is Phase.SUBMIT)
        ready = state.phase is Phase.SUBMIT and state.receipt is None
        if ready != self.bar.next.isEnabled():
            self.bar.next.setEnabled(ready)
            self.bar.take_keyboard()

    def tell_screen(self, *, away: bool) -> None:
        """Whether the applicant has no screen to look at, so that nothing can be shown until the clerk does."""
        if away != self._screen_away:
            self._screen_away = away
            self._show_screen(self._visit.state)

    def _show_lines(self) -> None:
        lines = self._visit.read_back()
        if lines is None or lines == self._lines:
            return
        self._lines = lines
        self._title.setText(lines.item)
        pairs = [(line.label, line.value) for line in lines.lines]
        pairs += [(self.tr("材料"), text) for text in lines.materials]
        pairs += [(self.tr("声明"), lines.declaration)] if lines.declaration else []
        self._table.setHtml(f"<table>{''.join(_row(caption, text) for caption, text in pairs)}</table>")

    def _show_screen(self, state: VisitState) -> None:
        if self._screen_away and state.signature is not None:
            self.display.show_as(_WAITING, self.tr("没有连接群众屏；群众已核对并签名"))
        elif self._screen_away:
            hint = self.tr("没有连接群众屏：线松了、没通电或被关了。请接好；或按 {keys} 在本屏显示，请群众来看")
            self.display.show_as(_WRONG, hint.format(keys=shown_keys(ActionKey.CUSTOMER)))
        elif state.disputed is not None and state.phase is Phase.READ_BACK:
            self.display.show_as(_NOW, self.tr("群众屏现在显示：{text}").format(text=word("guest_wait", "mending")))
        elif state.screen_confirmed:
            self.display.show_as(_GOOD, self.tr("群众屏已显示当前内容"))
        else:
            self.display.show_as(_NOW, self.tr("正在等待群众屏显示…"))

    def _show_check(self, state: VisitState) -> None:
        if state.disputed is not None:
            labels = "、".join(state.disputed) or self.tr("没有指明哪一项")
            self.check.show_as(_WRONG, self.tr("群众点了“有误”：{labels}").format(labels=labels))
        elif state.digest:
            self.check.show_as(_GOOD, self.tr("已确认无误"))
        else:
            self.check.show_as(_NOW, self.tr("请群众逐项核对，然后点“确认无误”"))

    def _show_sign(self, state: VisitState) -> None:
        if state.signature is not None:
            at = f"{business_time(state.signature.signed_at):%H:%M:%S}"
            self.sign.show_as(_GOOD, self.tr("已收到签名 {time}，请核对是否清楚").format(time=at))
        elif state.phase is Phase.SIGN:
            self.sign.show_as(_NOW, self.tr("请群众在屏上签名，再点“完成”"))
        else:
            self.sign.show_as(_WAITING, self.tr("核对之后签名"))

    def _show_signature(self, png: bytes) -> None:
        if png == self._signature_png:
            return
        self._signature_png = png
        self.signature.setVisible(bool(png))
        in_turn(self, self._draw_signature)

    def _draw_signature(self) -> None:
        drawing = QPixmap.fromImage(load_picture(self._signature_png or b""))
        if not drawing.isNull():
            ratio = self.devicePixelRatioF()
            width, height = (round(side * ratio) for side in self._signature_px)
            smooth = Qt.TransformationMode.SmoothTransformation
            fitted = drawing.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            fitted.setDevicePixelRatio(ratio)
            self.signature.setPixmap(fitted)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard to 提交受理 as soon as that can be pressed."""
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, partial(once_released, self, self.bar.take_keyboard))

    def go_on(self) -> None:
        """Submit the case."""
        self._visit.submitting.submit()


def _row(caption: str, text: str) -> str:
    """One line of the table: one text is much cheaper to show than two labels a line."""
    soft = COLORS["text_soft"]
    return (
        f'<tr><td style="color:{soft}; padding:3px 16px 3px 0">{escape(caption)}</td>'
        f'<td style="padding:3px 0">{escape(text)}</td></tr>'
    )
