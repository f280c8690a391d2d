"""Form and pages: side by side where there is room for both, else one after the other under two tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

ROOM_FOR_BOTH_PX = 760
_LEAST_PX = 300
_SHARES = (460, 600)


class SideBySide(QWidget):
    """Two widgets; ``show_part`` brings one to the front where only one is seen."""

    def __init__(self, parts: tuple[QWidget, QWidget], titles: tuple[str, str]) -> None:
        super().__init__()
        self.parts = parts
        self.narrow = False
        self.tabs = QTabBar()
        self.tabs.setObjectName("parts")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title in titles:
            self.tabs.addTab(title)
        self.tabs.currentChanged.connect(self._arrange)
        both = QSplitter(Qt.Orientation.Horizontal)
        for part in parts:
            part.setMinimumWidth(_LEAST_PX)
            both.addWidget(part)
        both.setSizes(list(_SHARES))
        both.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.tabs)
        column.addWidget(both, stretch=1)
        self._arrange()

    def show_part(self, number: int) -> None:
        """See this part, whether or not the other is seen too."""
        self.tabs.setCurrentIndex(number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both, or one."""
        super().resizeEvent(event)
        narrow = self.width() < ROOM_FOR_BOTH_PX
        if narrow != self.narrow:
            self.narrow = narrow
            self._arrange()

    @Slot()
    def _arrange(self) -> None:
        self.tabs.setVisible(self.narrow)
        for number, part in enumerate(self.parts):
            part.setVisible(not self.narrow or number == self.tabs.currentIndex())
