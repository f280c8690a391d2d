"""The one component that shows a Notice: tone, what happened, why, what to do next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.notices.notice import Notice, Tone
from app.theme.icons import icon, picture
from app.theme.theme import repolish, set_property, set_role

LEAVE_MS = 6000
"""So long stays in sight what succeeded."""
_ICON_PX = 24
TINTS = {Tone.INFO: "primary", Tone.SUCCESS: "success", Tone.WARNING: "warning", Tone.ERROR: "error"}


class NoticeBar(QFrame):
    """Hidden while there is nothing to say. ``on_close`` is called when the clerk closes it (button or Esc).

    A closed notice stays closed until another one comes; what succeeded goes by itself after ``LEAVE_MS``. Screen
    readers are told of every new one. ``on_changed`` is called when another one is shown, to place it.
    """

    def __init__(self, *, on_close: Callable[[], None] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_close = on_close
        self._notice: Notice | None = None
        self.on_changed: Callable[[], None] = _nobody
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(LEAVE_MS)
        self._leaving.timeout.connect(self.close_notice)
        set_role(self, "notice")
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON_PX, _ICON_PX)
        self._what, self._why_and_next = QLabel(), QLabel()
        self.close_button = QToolButton()
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        for label in (self._what, self._why_and_next):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self._what, "heading")
        self.close_button.setIcon(icon("cross"))
        self.close_button.setAccessibleName(self.tr("关闭提示"))
        self.close_button.setToolTip(self.tr("关闭提示 (Esc)"))
        self.close_button.clicked.connect(self.close_notice)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for label in (self._what, self._why_and_next):
            texts.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)

    @property
    def notice(self) -> Notice | None:
        """The notice that is shown, or was closed last."""
        return self._notice

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice, or nothing; the same notice is not shown again after it was closed."""
        if notice == self._notice:
            return
        self._notice = notice
        self._leaving.stop()
        if notice is None:
            self.hide()
            return
        set_property(self, "tone", notice.tone.value)
        self._icon.setPixmap(
            picture(notice.tone.value, size_px=_ICON_PX, tint=TINTS[notice.tone], ratio=self.devicePixelRatioF())
        )
        self._what.setText(notice.what)
        step = self.tr("怎么办：{next}").format(next=notice.next) if notice.next else ""
        why = notice.why.rstrip("。")
        text = self.tr("{why}。{step}").format(why=why, step=step) if why and step else why or step
        self._why_and_next.setText(text)
        self._why_and_next.setVisible(bool(text))
        self._repaint_tone()
        self._tell(notice)
        self.show()
        self.on_changed()
        if notice.tone is Tone.SUCCESS:
            self._leaving.start()

    def _repaint_tone(self) -> None:
        """The labels' colour follows the frame's tone: a style sheet looks at parents only when it is asked again."""
        for label in (self._what, self._why_and_next):
            repolish(label)

    def _tell(self, notice: Notice) -> None:
        names = {
            Tone.INFO: self.tr("提示"),
            Tone.SUCCESS: self.tr("成功"),
            Tone.WARNING: self.tr("注意"),
            Tone.ERROR: self.tr("错误"),
        }
        self.setAccessibleName(f"{names[notice.tone]}：{notice.what}")
        self.setAccessibleDescription(" ".join(part for part in (notice.why, notice.next) if part))
        self._icon.setToolTip(self.tr("代码 {code}").format(code=notice.code) if notice.code else "")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def close_notice(self) -> None:
        """The clerk has read it, or nothing has to be done about it."""
        self._leaving.stop()
        self.hide()
        if self._on_close is not None:
            self._on_close()

    def event(self, event: QEvent) -> bool:
        """Its texts may need more place once their style is known: that is told too."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.on_changed()
        return handled

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes while the keyboard is here."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_notice()
        else:
            super().keyPressEvent(event)


def _nobody() -> None:
    """Nobody keeps a place: the notice stands in a layout."""
