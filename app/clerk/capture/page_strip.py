"""The pages of one material as small pictures, each with its name and a way to remove it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.clerk.late import while_there
from app.clerk.pictures import Pictures
from app.theme.icons import icon
from app.theme.theme import set_role
from app.visit.state import MaterialRow, PageTaken
from domain.cases.values import BlobHash

_THUMB, _FLAT_THUMB = QSize(112, 112), QSize(52, 52)
_FRAME_PX = 12
LoadBlob = Callable[[BlobHash, Callable[[bytes], None]], None]
ShowPage = Callable[[str, BlobHash], None]


class PageTile(QFrame):
    """One page: a click or Enter on the picture opens it large, 删除 removes it."""

    def __init__(self, name: str, page: PageTaken, *, flat: bool) -> None:
        super().__init__()
        thumb = _FLAT_THUMB if flat else _THUMB
        self.sha256 = page.sha256
        self.open = QPushButton()
        set_role(self.open, "picture")
        self.open.setObjectName("open_page")
        self.open.setAutoDefault(True)
        self.open.setIcon(icon("document"))
        self.open.setIconSize(thumb)
        self.open.setFixedSize(thumb + QSize(_FRAME_PX, _FRAME_PX))
        self.open.setAccessibleName(name)
        self.open.setToolTip(self.tr("放大查看"))
        label = QLabel(name)
        set_role(label, "hint")
        self.drop = QPushButton(self.tr("删除"))
        set_role(self.drop, "quiet")
        self.drop.setObjectName("drop_page")
        self.drop.setAutoDefault(True)
        self.drop.setAccessibleName(self.tr("删除 {name}").format(name=name))
        self._lay_out(label, flat=flat)

    def _lay_out(self, label: QLabel, *, flat: bool) -> None:
        """The text below the picture, or beside it."""
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for part in (label, self.drop):
            texts.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        way = QBoxLayout.Direction
        whole = QBoxLayout(way.LeftToRight if flat else way.TopToBottom, self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6 if flat else 2)
        whole.addWidget(self.open, alignment=Qt.AlignmentFlag.AlignHCenter)
        whole.addLayout(texts)

    @property
    def has_picture(self) -> bool:
        """Whether the page itself is seen, and not the sign that stands for it while it is read."""
        return bool(self.property("loaded"))

    def show_picture(self, picture: QPixmap) -> None:
        """The page, small."""
        self.open.setIcon(QIcon(picture))
        self.setProperty("loaded", True)


class PageStrip(QScrollArea):
    """Thumbnails of a material's pages. Calls ``on_drop(number)`` and ``on_open(title, sha256)``."""

    def __init__(
        self, *, load_blob: LoadBlob, pictures: Pictures, on_drop: Callable[[int], None], on_open: ShowPage
    ) -> None:
        super().__init__()
        self._pictures = pictures
        self._load_blob = load_blob
        self._on_drop = on_drop
        self._on_open = on_open
        self._shown: tuple[str, tuple[PageTaken, ...]] | None = None
        self._row: MaterialRow | None = None
        self._flat = False
        self._thumbs: dict[BlobHash, QPixmap] = {}
        self.tiles: list[PageTile] = []
        set_role(self, "strip")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_row(self, row: MaterialRow | None) -> None:
        """The pages of the chosen material."""
        shown = (row.material, row.pages) if row else ("", ())
        if shown == self._shown:
            return
        self._shown, self._row = shown, row
        self._show_tiles(row)

    def set_flat(self, *, flat: bool) -> None:
        """Small pictures with their text beside them, where there is little room."""
        if flat != self._flat:
            self._flat = flat
            self._show_tiles(self._row)

    def _show_tiles(self, row: MaterialRow | None) -> None:
        content = QWidget()
        set_role(content, "scrolled")
        line = QHBoxLayout(content)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        self.tiles = [self._make_tile(page, row) for page in row.pages] if row else []
        for tile in self.tiles:
            line.addWidget(tile, alignment=Qt.AlignmentFlag.AlignTop)
        if not self.tiles:
            empty = QLabel(self.tr("还没有拍这项材料"))
            set_role(empty, "hint")
            line.addWidget(empty)
        line.addStretch()
        self.setWidget(content)
        for sha256 in dict.fromkeys(tile.sha256 for tile in self.tiles):
            self._fill(sha256)

    def _make_tile(self, page: PageTaken, row: MaterialRow) -> PageTile:
        names = row.page_names
        name = names[page.number - 1] if page.number <= len(names) else self.tr("第 {n} 页").format(n=page.number)
        tile = PageTile(name, page, flat=self._flat)
        tile.open.clicked.connect(partial(self._on_open, f"{row.name} · {name}", page.sha256))
        tile.drop.clicked.connect(partial(self._on_drop, page.number))
        return tile

    def _fill(self, sha256: BlobHash) -> None:
        if sha256 in self._thumbs:
            self._show_thumb(sha256)
        else:
            self._load_blob(sha256, while_there(self, partial(self._loaded, sha256)))

    def _loaded(self, sha256: BlobHash, content: bytes) -> None:
        fit = _THUMB * self.devicePixelRatioF()
        decoded = while_there(self, partial(self._decoded, sha256))
        self._pictures.decode(content, fit, decoded, place=sha256)

    def _decoded(self, sha256: BlobHash, image: QImage, _size: QSize) -> None:
        if image.isNull():
            return  # it is tried again when the tiles are made anew; opened, it says why
        ratio = self.devicePixelRatioF()
        thumb = QPixmap.fromImage(image)
        thumb.setDevicePixelRatio(ratio)
        self._thumbs[sha256] = thumb
        self._show_thumb(sha256)

    def _show_thumb(self, sha256: BlobHash) -> None:
        """Into whatever tile shows this page by now: tiles may have been made anew while it was read."""
        for tile in self.tiles:
            if tile.sha256 == sha256:
                tile.show_picture(self._thumbs[sha256])
