"""The editor in which a number is typed once more."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.forms.fields.text import TextEditor
from app.forms.hand import Hand
from domain.catalogue.values import Field


class SecondEditor(TextEditor):
    """Takes what is typed and nothing that is pasted: a copy repeats the mistake."""

    def __init__(self, spec: Field, hand: Hand, parent: QWidget) -> None:
        super().__init__(spec, hand, parent)
        self._refused = False
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.setObjectName(f"{spec.id}_again")
        self.setPlaceholderText(QCoreApplication.translate("Form", "请再输入一次"))
        name = QCoreApplication.translate("Form", "再次输入{label}").format(label=spec.label)
        self.setAccessibleName(name)

    def live_hint(self) -> str:
        """That nothing was pasted, and why."""
        if not self._refused:
            return super().live_hint()
        return QCoreApplication.translate("Form", "没有粘贴：粘贴查不出输错的数字，请对照原件逐位输入")

    def take_value(self, value: str) -> None:
        """Typed by hand: what was said of a paste is past."""
        self._refused = False
        super().take_value(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything but a paste."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self._refuse()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The middle button pastes what is selected somewhere."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self._refuse()
        else:
            super().mouseReleaseEvent(event)

    def _refuse(self) -> None:
        self._refused = True
        self._hand.hinted(self.spec.id)
