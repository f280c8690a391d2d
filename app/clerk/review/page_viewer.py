"""The pages and the signature of a case, one at a time, as large as one likes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.clerk.elided_label import ElidedLabel
from app.clerk.late import while_there
from app.clerk.pictures import Pictures
from app.clerk.review.mended_told import changes_of
from app.clerk.review.page_bar import PageBar
from app.clerk.zoom_picture import ZoomPicture
from app.notices.notice import Notice
from app.review.looking import LoadPage
from app.theme.theme import set_role
from domain.cases.values import BlobHash, CaseContent, PageMaker, PageRef
from domain.catalogue.values import Catalogue, Module
from domain.forms.answers import ApplicantKind
from domain.forms.parties import PersonNamed, persons_in

if TYPE_CHECKING:
    from domain.wire.cases import CaseView

translate = QCoreApplication.translate
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")


class PageViewer(QWidget):
    """Steps through everything that was captured; a page that was turned stays so while its case is shown.

    ``on_seen`` is called for a page, or the signature, once its picture stands on the screen.
    """

    def __init__(self, pictures: Pictures, *, on_seen: Callable[[BlobHash], None] | None = None) -> None:
        super().__init__()
        self._on_seen = on_seen
        self._pages: list[tuple[str, BlobHash]] = []
        self._number = 0
        self._load: LoadPage | None = None
        self._token = 0
        self._turned: dict[BlobHash, int] = {}
        self._unseen: frozenset[BlobHash] = frozenset()
        self.picture = ZoomPicture(pictures)
        self.picture.setObjectName("page_picture")
        self.picture.decoded.connect(self._note_seen)
        self.bar = PageBar(self.picture, on_turn_over=self.turn_over)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.names = ElidedLabel()
        self.names.setObjectName("names_to_compare")
        set_role(self.names, "hint")
        column.addWidget(self.bar)
        column.addWidget(self.names)
        column.addWidget(self.picture, stretch=1)
        self.clear()

    def clear(self) -> None:
        """Show nothing of anybody."""
        self._pages, self._load, self._number = [], None, 0
        self._turned.clear()
        self._name_people(())
        self._show()

    def show_case(self, case: CaseView, catalogue: Catalogue, load: LoadPage) -> None:
        """The pages of a case; what is new since it came back is marked."""
        self.show_content(case.content, catalogue, load, new=changes_of(case).pages)

    def show_content(
        self, content: CaseContent, catalogue: Catalogue, load: LoadPage, *, new: Collection[BlobHash] = ()
    ) -> None:
        """The pages in the order of the materials, the signature at the end."""
        module = catalogue.modules.get(content.module)
        pages = sorted(content.pages, key=lambda page: (page.material, page.number))
        self._pages = [(_title(catalogue, module, page, new=page.sha256 in new), page.sha256) for page in pages]
        if content.signature is not None:
            kind = content.applicant_kind
            in_person = kind is ApplicantKind.SELF
            title = self.tr("申请人签名") if in_person else self.tr("{kind}代申请人签名").format(kind=kind.value)
            self._pages.append((title, content.signature.png_sha256))
        self._turned.clear()
        self._load, self._number = load, 0
        self._name_people(persons_in(module, content.form) if module else ())
        self._show()

    def _name_people(self, people: Iterable[PersonNamed]) -> None:
        """Whoever the form names is named beside the pages: only eyes can tell whose papers these are."""
        names = "、".join(dict.fromkeys(person.name for person in people if person.name))
        self.names.setVisible(bool(names))
        self.names.show_text(self.tr("材料上的姓名请与 {names} 核对").format(names=names) if names else "")

    @property
    def unseen(self) -> tuple[str, ...]:
        """The titles of what was not looked at yet."""
        return tuple(title for title, sha256 in self._pages if sha256 in self._unseen)

    def show_unseen(self, unseen: frozenset[BlobHash]) -> None:
        """What was not looked at yet."""
        self._unseen = unseen
        self.bar.tell_unseen(len(self.unseen))

    def _note_seen(self) -> None:
        if self._on_seen is not None and self._pages and self.isVisible() and self.picture.has_picture:
            self._on_seen(self._pages[self._number][1])

    def showEvent(self, event: QShowEvent) -> None:
        """What was read meanwhile is looked at now."""
        super().showEvent(event)
        self._note_seen()

    @property
    def at_first(self) -> bool:
        """Whether no page comes before the one that is shown."""
        return self._number == 0

    def turn_over(self, by: int) -> None:
        """Show the page so many further on; after the last comes the first."""
        if self._pages:
            self._turned[self._pages[self._number][1]] = self.picture.turned
            self._number = (self._number + by) % len(self._pages)
            self._show()

    def _show(self) -> None:
        self._token += 1
        if not self._pages or self._load is None:
            self.bar.show_page("", 0, 0)
            self.picture.setAccessibleName(self.tr("没有影像"))
            self.picture.show_text(self.tr("没有影像"))
            return
        title, sha256 = self._pages[self._number]
        self.bar.show_page(title, self._number + 1, len(self._pages))
        self.bar.tell_unseen(len(self.unseen))
        self.picture.setAccessibleName(title)
        self.picture.show_text(self.tr("正在读取…"))
        self.picture.turned = self._turned.get(sha256, 0)
        self._load(sha256, while_there(self, partial(self._loaded, self._token)))

    def _loaded(self, token: int, answer: bytes | Notice) -> None:
        if token != self._token:
            return  # another page was asked for meanwhile
        if isinstance(answer, Notice):
            self.picture.show_text(f"{answer.what}\n{answer.next}")
        else:
            self.picture.show_content(answer)
        self._note_seen()


def _title(catalogue: Catalogue, module: Module | None, page: PageRef, *, new: bool) -> str:
    """The material without what its name says in brackets, and the name of the page; first that it is new, or none."""
    found = catalogue.materials.get(page.material)
    material = _IN_BRACKETS.sub("", found.name) if found else page.material
    named = next((use.page_names for use in module.materials if use.material == page.material), ()) if module else ()
    number = translate("PageViewer", "第 {n} 页").format(n=page.number)
    name = named[page.number - 1] if page.number <= len(named) else number
    title = translate("PageViewer", "{material} · {page}").format(material=material, page=name)
    if page.source.maker is PageMaker.SIMULATED:
        title = translate("PageViewer", "【模拟】{title}").format(title=title)
    return translate("PageViewer", "【新拍】{title}").format(title=title) if new else title
