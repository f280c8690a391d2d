"""Who the applicant is: photo, name, masked number, validity; the number can be looked at for a moment."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton

from app.clerk.pictures import load_picture
from app.theme.icons import picture
from app.theme.theme import set_property, set_role
from app.visit.state import Identity
from domain.forms.answers import Origin
from domain.identity import Mask, mask

REVEAL_MS = 8000
_PHOTO_PX = (84, 104)
_EXPIRES_SOON_DAYS = 90


class ApplicantCard(QFrame):
    """Shows an Identity. The whole number is shown for ``REVEAL_MS`` after 查看 and never stays."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        self._identity: Identity | None = None
        self._flat = False
        self._photo = QLabel()
        self._photo.setFixedSize(*_PHOTO_PX)
        self._photo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._photo.setAccessibleName(self.tr("证件照片"))
        self._name = QLabel()
        set_role(self._name, "title")
        self.number = QLabel()
        self.number.setObjectName("applicant_number")
        self._origin, self._validity = QLabel(), QLabel()
        for chip, usual in ((self._origin, "success"), (self._validity, "neutral")):
            set_role(chip, "chip")
            set_property(chip, "tone", usual)  # another one is styled anew, while somebody waits
        self._issuer = QLabel()
        set_role(self._issuer, "hint")
        self.reveal = QPushButton(self.tr("查看"))
        self.reveal.setObjectName("reveal")
        self.reveal.setAccessibleName(self.tr("查看完整身份证号码"))
        set_role(self.reveal, "quiet")
        self.reveal.clicked.connect(self._on_reveal)
        self._hide_again = QTimer(self)
        self._hide_again.setSingleShot(True)
        self._hide_again.setInterval(REVEAL_MS)
        self._hide_again.timeout.connect(self.hide_number)
        self._lay_out()

    def _lay_out(self) -> None:
        number = QHBoxLayout()
        number.setSpacing(4)
        number.addWidget(self.number)
        number.addWidget(self.reveal)
        number.addStretch()
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for chip in (self._origin, self._validity):
            chips.addWidget(chip)
        chips.addStretch()
        self._texts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._texts.setSpacing(4)
        self._texts.addWidget(self._name)
        self._texts.addLayout(number)
        self._texts.addLayout(chips)
        self._texts.addWidget(self._issuer)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.addWidget(self._photo, 0, 0)
        grid.addLayout(self._texts, 0, 1)
        grid.setColumnStretch(1, 1)

    def set_flat(self, *, flat: bool) -> None:
        """One line without photo and issuer, where there is no room for more."""
        if flat != self._flat:
            self._flat = flat
            self._texts.setDirection(QBoxLayout.Direction.LeftToRight if flat else QBoxLayout.Direction.TopToBottom)
            self._texts.setSpacing(16 if flat else 4)
            self._photo.setVisible(not flat)
            self._show_issuer()

    def _show_issuer(self) -> None:
        known = self._identity is not None and bool(self._identity.issuer)
        self._issuer.setVisible(known and not self._flat)

    def show_identity(self, identity: Identity | None, *, today: date) -> None:
        """Show a person; another person's number is masked at once."""
        if identity == self._identity:
            return
        self._identity = identity
        if identity is None:
            return
        self._name.setText(identity.name)
        self.hide_number()
        self._show_photo(identity.photo_jpeg)
        words = {Origin.ELECTRONIC: self.tr("电子证照"), Origin.TYPED: self.tr("手工录入")}
        self._origin.setText(words.get(identity.origin, self.tr("身份证读取")))
        set_property(self._origin, "tone", "warning" if identity.origin is Origin.TYPED else "success")
        self._issuer.setText(self.tr("签发机关：{issuer}").format(issuer=identity.issuer) if identity.issuer else "")
        self._show_issuer()
        text, tone = self._validity_text(identity, today)
        self._validity.setText(text)
        self._validity.setVisible(bool(text))
        set_property(self._validity, "tone", tone)

    def _validity_text(self, identity: Identity, today: date) -> tuple[str, str]:
        if not identity.origin.by_card:
            return "", "neutral"
        until = identity.valid_until
        if until is None:
            return self.tr("长期有效"), "neutral"
        if until < today:
            return self.tr("已过期：{day}").format(day=until.isoformat()), "error"
        tone = "warning" if (until - today).days <= _EXPIRES_SOON_DAYS else "neutral"
        return self.tr("有效期至 {day}").format(day=until.isoformat()), tone

    def _show_photo(self, jpeg: bytes) -> None:
        ratio = self.devicePixelRatioF()
        photo = QPixmap.fromImage(load_picture(jpeg))
        if photo.isNull():
            self._photo.setPixmap(picture("person", size_px=56, ratio=ratio))
            return
        width, height = (round(side * ratio) for side in _PHOTO_PX)
        smooth = Qt.TransformationMode.SmoothTransformation
        fitted = photo.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        fitted.setDevicePixelRatio(ratio)
        self._photo.setPixmap(fitted)

    def _on_reveal(self) -> None:
        if self._identity is None:
            return
        if self._hide_again.isActive():
            self.hide_number()
            return
        number = self._identity.id_number
        self.number.setText(f"{number[:6]} {number[6:14]} {number[14:]}")
        self.reveal.setText(self.tr("隐藏"))
        self._hide_again.start()

    def hide_number(self) -> None:
        """The number is masked again."""
        self._hide_again.stop()
        self.reveal.setText(self.tr("查看"))
        if self._identity is not None:
            self.number.setText(mask(self._identity.id_number, Mask.FIRST6_LAST4))
