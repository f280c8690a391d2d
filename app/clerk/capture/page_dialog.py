"""A captured page, large, to be enlarged further: is it sharp, is it the right one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.clerk.capture.page_strip import LoadBlob
from app.clerk.late import while_there
from app.clerk.pictures import Pictures
from app.clerk.zoom_picture import ZoomPicture
from app.theme.theme import set_role
from domain.cases.values import BlobHash

_SHARE_OF_WINDOW = 0.9


class PageDialog(QDialog):
    """Opened for one page after the other; Esc closes. It keeps no picture while it is closed."""

    def __init__(self, *, load_blob: LoadBlob, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._load_blob = load_blob
        self._wanted: BlobHash | None = None
        self.setObjectName("page_dialog")
        self.title = QLabel()
        set_role(self.title, "heading")
        self.picture = ZoomPicture(pictures)
        self.picture.setAccessibleName(self.tr("页面图像"))
        close = QPushButton(self.tr("关闭 (Esc)"))
        close.clicked.connect(self.accept)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addStretch()
        top.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.picture, stretch=1)
        self.finished.connect(self._clear)

    def show_page(self, title: str, sha256: BlobHash) -> None:
        """Open over the window and show this page as soon as it is read."""
        self._wanted = sha256
        self.title.setText(title)
        self.setWindowTitle(title)
        self.picture.show_text(self.tr("正在读取…"))
        window = self.window().parentWidget() or self.parentWidget()
        if window is not None:
            self.resize(window.window().size() * _SHARE_OF_WINDOW)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.open()
        self.picture.setFocus()  # + and − enlarge at once
        self._load_blob(sha256, while_there(self, partial(self._loaded, sha256)))

    def _loaded(self, sha256: BlobHash, content: bytes) -> None:
        if sha256 == self._wanted:  # else it was closed, or another page was asked for meanwhile
            self.picture.show_content(content)

    def _clear(self) -> None:
        self._wanted = None
        self.picture.show_text("")
