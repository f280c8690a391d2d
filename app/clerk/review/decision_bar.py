"""The decision: approve, return with a reason, or refuse with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey
from app.notices.notice import Notice
from app.review.opinion import unfit_opinion
from app.theme.theme import set_property, set_role
from domain.cases.values import Act
from domain.texts import LONGEST_OPINION

translate = QCoreApplication.translate

REST_MS = 700
"""The second press of a double click on one case is not to decide on the next."""
_OPINION_PX, _OPINION_LOW_PX = 60, 42
"""Two lines, or one where little height is left."""


class DecisionBar(QFrame):
    """Opinion and buttons; only what may be done now is offered. Calls ``on_act(act, opinion)``.

    ``on_notice`` is told why an opinion does not do, and None once it does.
    """

    def __init__(self, *, on_act: Callable[[Act, str], None], on_notice: Callable[[Notice | None], None]) -> None:
        super().__init__()
        set_role(self, "footer")
        self._on_act = on_act
        self._on_notice = on_notice
        self._unfit: Act | None = None
        self._acts: tuple[Act, ...] = ()
        self._busy = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._enable)
        self.opinion = QPlainTextEdit()
        self.opinion.setObjectName("opinion")
        self.opinion.setAccessibleName(self.tr("办理意见"))
        self.opinion.setPlaceholderText(self.tr("办理意见（退回或不予办理时必须写明原因）"))
        self.opinion.setTabChangesFocus(True)
        self.opinion.textChanged.connect(self._on_text)
        self.count = QLabel()
        set_role(self.count, "hint")
        self.buttons = {
            act: make_button(key, partial(self._decide, act), owner=self, role=role)
            for act, key, role in (
                (Act.RETURN, ActionKey.RETURN, "secondary"),
                (Act.REFUSE, ActionKey.REFUSE, "danger"),
                (Act.APPROVE, ActionKey.APPROVE, "primary"),
            )
        }
        self._row = QHBoxLayout(self)
        self._lay_out()
        self.be_low(low=False)
        self._on_text()
        self.show_acts(())

    def _lay_out(self) -> None:
        """What cannot be taken back stands at the other end of the bar, and comes last with the keyboard."""
        row = self._row
        row.setSpacing(8)
        row.addWidget(self.opinion, stretch=1)
        row.addWidget(self.count)
        row.addWidget(self.buttons[Act.RETURN])
        row.addWidget(self.buttons[Act.APPROVE])
        row.insertWidget(0, self.buttons[Act.REFUSE])
        row.insertSpacing(1, 8)

    def be_low(self, *, low: bool) -> None:
        """Take less height."""
        self.opinion.setFixedHeight(_OPINION_LOW_PX if low else _OPINION_PX)
        margin = 6 if low else 10
        self._row.setContentsMargins(12, margin, 12, margin)

    def start_case(self, acts: tuple[Act, ...], *, rest: bool = False) -> None:
        """Another case, or none: an opinion belongs to one case only. With ``rest`` the buttons wait for a moment."""
        self._rest.stop()
        if rest:
            self._rest.start()
        self._unfit = None
        self.opinion.clear()
        self.show_acts(acts)

    def show_acts(self, acts: tuple[Act, ...]) -> None:
        """Offer these acts; the opinion stays as it was typed."""
        self._acts, self._busy = acts, False
        self._enable()

    @property
    def has_keyboard(self) -> bool:
        """Whether the window's keyboard is here."""
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def wait(self) -> None:
        """A step is under way: nothing can be pressed until ``show_acts``. A button that had the keyboard loses it."""
        self._busy = True
        if self.has_keyboard:
            self.opinion.setFocus()
        self._enable()

    def _enable(self) -> None:
        self.opinion.setReadOnly(self._busy)
        self.opinion.setEnabled(bool(self._acts))
        for act, button in self.buttons.items():
            button.setEnabled(act in self._acts and not self._busy and not self._rest.isActive())

    def _text(self) -> str:
        return self.opinion.toPlainText().strip()

    def _on_text(self) -> None:
        length = len(self._text())
        self.count.setText(self.tr("{have}/{most} 字").format(have=length, most=LONGEST_OPINION))
        too_long = length > LONGEST_OPINION
        set_role(self.count, "error" if too_long else "hint")
        set_property(self.opinion, "state", "error" if too_long else "")
        if self._unfit is not None:
            notice = unfit_opinion(self._unfit, self._text())
            self._unfit = self._unfit if notice else None
            self._on_notice(notice)

    def _decide(self, act: Act) -> None:
        opinion = self._text()
        unfit = unfit_opinion(act, opinion)
        if unfit is None:
            self._on_act(act, opinion)
            return
        self._unfit = act
        set_property(self.opinion, "state", "error")
        self.opinion.setFocus()
        self._on_notice(unfit)
