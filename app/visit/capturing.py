"""The pages of the materials: taken from the camera into the store, and removed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app.notices.codes import NoticeCode
from app.notices.texts import outcome_notice, say
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.materials import free_number, with_page, without_page
from app.visit.package import owner_of_pages
from app.visit.state import PageTaken
from app.visit.tools import VisitTools
from domain.cases.values import BlobHash, CaseId, PageMaker, PageSource
from domain.catalogue.values import MaterialId
from hardware.kinds.document_camera import (
    DOCUMENT_CAMERA,
    CapturedPage,
    CapturePage,
    Corners,
    HeldPicture,
    HoldPicture,
    PageShape,
    TakeHeld,
)
from hardware.outcomes import Outcome


class Capturing:
    """Takes one page at a time."""

    def __init__(self, tools: VisitTools, holder: Holder, keeping: Keeping) -> None:
        self._tools = tools
        self._holder = holder
        self._keeping = keeping

    def take(self, material: MaterialId) -> None:
        """Take the page under the camera for this material."""
        begun = self._begin(material)
        if begun is not None:
            case, shape = begun
            self._tools.ask(CapturePage(shape=shape), lambda outcome: self._taken(case, material, outcome))

    def hold(self, material: MaterialId, shown: Callable[[HeldPicture], object]) -> None:
        """Keep what the camera sees now and give it to ``shown``, so that the clerk sets the corners herself."""
        begun = self._begin(material)
        if begun is not None:
            self._tools.ask(HoldPicture(shape=begun[1]), lambda outcome: self._holding(outcome, shown))

    def take_held(self, material: MaterialId, corners: Corners) -> None:
        """Take the page within these corners of the picture that was held."""
        begun = self._begin(material)
        if begun is not None:
            case, shape = begun
            request = TakeHeld(corners=corners, shape=shape)
            self._tools.ask(request, lambda outcome: self._taken(case, material, outcome))

    def _begin(self, material: MaterialId) -> tuple[CaseId, PageShape] | None:
        """The case to keep it under and the shape to look for; None when no page can be taken now, which is told."""
        state = self._holder.state
        if state.capturing is not None or state.case is None or self._holder.closed:
            return None
        row = next((row for row in state.materials if row.material == material), None)
        if row is None or len(row.pages) >= row.max_pages:
            self._holder.tell(say(NoticeCode.ENOUGH_PAGES))
            return None
        self._holder.become(replace(state, capturing=material, notice=None))
        return owner_of_pages(state) or state.case, PageShape(row.shape)

    def _holding(self, outcome: Outcome[HeldPicture], shown: Callable[[HeldPicture], object]) -> None:
        if self._holder.closed:
            return
        self._holder.become(replace(self._holder.state, capturing=None))
        if outcome.value is None:
            self._holder.tell(outcome_notice(outcome.code, DOCUMENT_CAMERA, outcome.facts))
        else:
            shown(outcome.value)

    def _taken(self, case: CaseId, material: MaterialId, outcome: Outcome[CapturedPage]) -> None:
        page = outcome.value
        if self._holder.closed:
            return
        if not outcome.ok or page is None:
            notice = outcome_notice(outcome.code, DOCUMENT_CAMERA, outcome.facts)
            self._holder.become(replace(self._holder.state, capturing=None, notice=notice))
            return
        source = PageSource(
            maker=PageMaker.SIMULATED if page.simulated else PageMaker.CAMERA,
            device=page.device,
            sharpness=page.sharpness,
            taken_at=self._tools.now() - timedelta(seconds=page.age_s),
        )
        self._tools.run(
            lambda: self._tools.store.pages.save(case, page.jpeg),
            lambda sha256: self._saved(material, page, source, sha256),
            self._not_saved,
        )

    def _not_saved(self, error: Exception) -> None:
        self._holder.become(replace(self._holder.state, capturing=None))
        self._holder.fail(error)

    def _saved(self, material: MaterialId, page: CapturedPage, source: PageSource, sha256: BlobHash) -> None:
        if self._holder.closed:
            return
        self._keeping.note_pages()
        state = self._holder.state
        taken = PageTaken(
            material=material,
            number=free_number(state.pages, material),
            sha256=sha256,
            size_bytes=len(page.jpeg),
            width_px=page.width_px,
            height_px=page.height_px,
            source=source,
        )
        self._holder.change(replace(state, capturing=None, pages=with_page(state.pages, taken), missing=()))
        self._keeping.save_now()

    def drop(self, material: MaterialId, number: int) -> None:
        """Remove a captured page (can be undone; its bytes stay in the store until the visit ends or is submitted)."""
        if self._holder.closed:
            return
        self._keeping.note_pages()
        state = self._holder.state
        self._holder.change(replace(state, pages=without_page(state.pages, material, number)))
        self._keeping.save_now()
