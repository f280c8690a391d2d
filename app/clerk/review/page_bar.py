"""The tools over a page: which one it is, the one before and after, its size, its side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QWidget

from app.clerk.actions.offering import make_tool
from app.clerk.actions.table import ActionKey
from app.clerk.elided_label import ElidedLabel
from app.clerk.zoom_picture import STEP, Fit, ZoomPicture
from app.theme.theme import set_role

_ONE_ROW_PX = 660
"""With less the name of a page has the upper row for itself."""
_PERCENT_PX = 76


class PageBar(QWidget):
    """Acts on a picture; ``on_turn_over`` is called with −1 or 1. One row where there is room, else two."""

    def __init__(self, picture: ZoomPicture, *, on_turn_over: Callable[[int], None]) -> None:
        super().__init__()
        self._picture = picture
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self._place = ""
        self.number = QLabel()
        set_role(self.number, "hint")
        self.back = make_tool(ActionKey.PREVIOUS_PAGE, partial(on_turn_over, -1))
        self.forward = make_tool(ActionKey.NEXT_PAGE, partial(on_turn_over, 1))
        self.tools = (
            make_tool(ActionKey.ZOOM_OUT, partial(picture.zoom, 1 / STEP), owner=self),
            make_tool(ActionKey.ZOOM_IN, partial(picture.zoom, STEP), owner=self),
            make_tool(ActionKey.FIT_PAGE, partial(picture.set_fit, Fit.PAGE), owner=self),
            make_tool(ActionKey.FIT_WIDTH, partial(picture.set_fit, Fit.WIDTH)),
            make_tool(ActionKey.TURN_LEFT, partial(picture.turn, -90)),
            make_tool(ActionKey.TURN_RIGHT, partial(picture.turn, 90)),
        )
        self.size_shown = QLabel()
        set_role(self.size_shown, "hint")
        self.size_shown.setFixedWidth(_PERCENT_PX)
        picture.zoomed.connect(self._on_zoomed)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lay_out()
        self._on_zoomed()

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(4)
        for part in (self.back, self.forward):
            first.addWidget(part)
        first.addWidget(self.title, stretch=1)
        first.addWidget(self.number)
        second.addWidget(self.size_shown)
        second.addStretch()
        for tool in self.tools:
            second.addWidget(tool)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addLayout(first, 1)
        self._rows.addLayout(second)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One row or two."""
        super().resizeEvent(event)
        wide = self.width() >= _ONE_ROW_PX
        self._rows.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom,
        )
        self._rows.setSpacing(16 if wide else 4)

    def show_page(self, title: str, number: int, count: int) -> None:
        """Which page is shown; none at all with a count of 0."""
        self.title.show_text(title)
        self._place = self.tr("{n}/{count}").format(n=number, count=count) if count else ""
        self.number.setText(self._place)
        for button in (self.back, self.forward):
            button.setEnabled(count > 1)

    def tell_unseen(self, count: int) -> None:
        """How many of the pages nobody has looked at yet."""
        unseen = self.tr("{place} · {count} 页没看").format(place=self._place, count=count)
        self.number.setText(unseen if count else self._place)
        set_role(self.number, "warning" if count else "hint")

    def _on_zoomed(self) -> None:
        seen = self._picture.has_picture
        for tool in self.tools:
            tool.setEnabled(seen)
        names = {Fit.PAGE: self.tr("整页"), Fit.WIDTH: self.tr("适合宽度")}
        fit = self._picture.fit
        times = round(self._picture.times * 100)
        text = names[fit] if fit is not None else self.tr("{percent}%").format(percent=times)
        self.size_shown.setText(text if seen else "")
