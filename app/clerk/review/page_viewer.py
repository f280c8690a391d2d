"""The pages and the signature of a case, one at a time, large."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.clerk.picture import Picture
from app.theme.theme import set_role
from app.visit.state import Notice
from domain.cases.values import BlobHash
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire import CaseView

LoadPage = Callable[[BlobHash, Callable[[bytes | Notice], None]], None]


class PageViewer(QWidget):
    """Steps through everything that was captured."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._pages: list[tuple[str, BlobHash]] = []
        self._number = 0
        self._load: LoadPage | None = None
        self._token = 0
        self.picture = Picture()
        self.picture.setObjectName("page_picture")
        self.title = QLabel()
        set_role(self.title, "heading")
        self.back = QPushButton(self.tr("◀ 上一页"))
        self.forward = QPushButton(self.tr("下一页 ▶"))
        self.forward.setObjectName("next_page")
        self.back.clicked.connect(partial(self._turn, -1))
        self.forward.clicked.connect(partial(self._turn, 1))
        bar = QHBoxLayout()
        bar.addWidget(self.back)
        bar.addStretch()
        bar.addWidget(self.title)
        bar.addStretch()
        bar.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self.picture, stretch=1)
        self.clear()

    def clear(self) -> None:
        """Show nothing of anybody."""
        self._pages, self._load, self._number = [], None, 0
        self._token += 1
        self._show()

    def show_case(self, case: CaseView, load: LoadPage) -> None:
        """The pages of a case in the order of its materials, the signature at the end."""
        pages = sorted(case.content.pages, key=lambda page: (page.material, page.number))
        self._pages = [(self._title(page.material, page.number), page.sha256) for page in pages]
        if case.content.signature is not None:
            self._pages.append((self.tr("申请人签名"), case.content.signature.png_sha256))
        self._load, self._number = load, 0
        self._show()

    def _title(self, material: str, number: int) -> str:
        found = next((one for key, one in self._catalogue.materials.items() if key == material), None)
        return self.tr("{name} 第 {n} 页").format(name=found.name if found else material, n=number)

    def _turn(self, by: int) -> None:
        if self._pages:
            self._number = (self._number + by) % len(self._pages)
            self._show()

    def _show(self) -> None:
        self._token += 1
        for button in (self.back, self.forward):
            button.setEnabled(len(self._pages) > 1)
        if not self._pages or self._load is None:
            self.title.setText("")
            self.picture.show_text(self.tr("没有影像"))
            return
        title, sha256 = self._pages[self._number]
        place = f"{self._number + 1}/{len(self._pages)}"
        self.title.setText(f"{title}  ({place})")
        self.picture.show_text(self.tr("正在读取…"))
        self._load(sha256, partial(self._loaded, self._token))

    def _loaded(self, token: int, answer: bytes | Notice) -> None:
        if token != self._token:
            return  # another page was asked for meanwhile
        if isinstance(answer, Notice):
            self.picture.show_text(f"{answer.what}\n{answer.next}")
        else:
            self.picture.show_content(answer)
