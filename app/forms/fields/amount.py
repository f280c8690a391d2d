"""The editor of amounts in yuan."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.forms.fields.line_editor import LineEditor, plain_width
from app.forms.hand import Hand
from domain.catalogue.values import Field

_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)


class AmountEditor(LineEditor):
    """Decimal text with a point; group separators and the sign of the currency are dropped."""

    def __init__(self, spec: Field, hand: Hand, parent: QWidget) -> None:
        super().__init__(spec, hand, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def canonical(self, text: str) -> str:
        """Digits and a point."""
        return plain_width(text).strip().removesuffix(self.tr("元")).lstrip("¥").replace(",", "").strip()

    def live_hint(self) -> str:
        """The amount as it is read."""
        if super().live_hint() or not _AMOUNT.fullmatch(self.value()):
            return super().live_hint()
        whole, point, cents = self.value().partition(".")
        return self.tr("{amount} 元").format(amount=f"{int(whole):,}{point}{cents}")
