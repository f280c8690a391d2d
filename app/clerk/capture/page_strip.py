"""The pages of one material as small pictures, each with its name and a way to remove it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.clerk.pictures import load_picture
from app.theme.theme import set_role
from app.visit.state import MaterialRow, PageTaken
from domain.cases.values import BlobHash

_THUMB = QSize(120, 120)
LoadBlob = Callable[[BlobHash, Callable[[bytes], None]], None]


class PageStrip(QScrollArea):
    """Thumbnails of a material's pages. Calls ``on_drop(number)``."""

    def __init__(self, *, load_blob: LoadBlob, on_drop: Callable[[int], None]) -> None:
        super().__init__()
        self._load_blob = load_blob
        self._on_drop = on_drop
        self._pages: tuple[PageTaken, ...] | None = None
        self._thumbs: dict[BlobHash, QPixmap] = {}
        self.setWidgetResizable(True)
        self.setFixedHeight(_THUMB.height() + 86)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_row(self, row: MaterialRow | None) -> None:
        """The pages of the chosen material."""
        pages = row.pages if row else ()
        if pages == self._pages:
            return
        self._pages = pages
        content = QWidget()
        line = QHBoxLayout(content)
        line.setContentsMargins(0, 0, 0, 0)
        for page in pages:
            line.addWidget(self._tile(page, row.page_names if row else ()))
        if not pages:
            empty = QLabel(self.tr("还没有拍这项材料"))
            set_role(empty, "hint")
            line.addWidget(empty)
        line.addStretch()
        self.setWidget(content)

    def _tile(self, page: PageTaken, names: tuple[str, ...]) -> QWidget:
        tile = QFrame()
        column = QVBoxLayout(tile)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        picture = QLabel()
        picture.setFixedSize(_THUMB)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._fill(picture, page.sha256)
        name = names[page.number - 1] if page.number <= len(names) else self.tr("第 {n} 页").format(n=page.number)
        label = QLabel(name)
        set_role(label, "hint")
        drop = QPushButton(self.tr("删除"))
        set_role(drop, "quiet")
        drop.setAccessibleName(self.tr("删除 {name}").format(name=name))
        drop.clicked.connect(lambda: self._on_drop(page.number))
        for part in (picture, label, drop):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        return tile

    def _fill(self, picture: QLabel, sha256: BlobHash) -> None:
        if sha256 in self._thumbs:
            picture.setPixmap(self._thumbs[sha256])
            return

        def loaded(content: bytes) -> None:
            self._thumbs[sha256] = QPixmap.fromImage(load_picture(content, _THUMB))
            self._pages_again(sha256)

        self._load_blob(sha256, loaded)

    def _pages_again(self, sha256: BlobHash) -> None:
        """Put a picture that arrived late into its tile, which may have been made anew meanwhile."""
        for page, picture in zip(self._pages or (), self._pictures(), strict=False):
            if page.sha256 == sha256:
                picture.setPixmap(self._thumbs[sha256])

    def _pictures(self) -> list[QLabel]:
        content = self.widget()
        labels = content.findChildren(QLabel) if content else []
        return [label for label in labels if label.minimumSize() == _THUMB]
