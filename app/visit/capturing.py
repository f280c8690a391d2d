"""The phase in which pages are captured for the materials of the case."""

from __future__ import annotations

from app.visit import obstacles
from app.visit.answering import PhasesWithApplicant
from app.visit.materials import free_number, with_page, without_page
from app.visit.notices import outcome_notice
from app.visit.state import Kept, PageTaken
from domain.cases.values import BlobHash, PageMaker, PageSource
from domain.catalogue.values import MaterialId
from hardware.device import DeviceKind
from hardware.kinds.document_camera import CapturedPage, PageShape
from hardware.messages import CapturePage
from hardware.outcomes import Outcome


class PhaseWithPages(PhasesWithApplicant):
    """Takes pages from the camera into the store and removes them again."""

    def capture(self, material: MaterialId) -> None:
        """Take the page under the camera for this material."""
        if self.state.capturing is not None or self.closed:
            return
        row = next((row for row in self.state.materials if row.material == material), None)
        if row is None or len(row.pages) >= row.max_pages:
            self.change(notice=obstacles.ENOUGH_PAGES)
            return
        self.change(capturing=material, notice=self.kept_warning)
        request = CapturePage(shape=PageShape(row.shape))
        self.tools.ask(request, lambda outcome: self._captured(material, outcome))

    def _captured(self, material: MaterialId, outcome: Outcome[CapturedPage]) -> None:
        page, case = outcome.value, self.state.case
        if self.closed:
            return
        if not outcome.ok or page is None or case is None:
            notice = outcome_notice(outcome.code, DeviceKind.DOCUMENT_CAMERA, outcome.facts)
            self.change(capturing=None, notice=notice)
            return
        self.tools.run(
            lambda: self.tools.store.save_blob(case, page.jpeg),
            lambda sha256: self._page_saved(material, page, sha256),
            self._capture_failed,
        )

    def _capture_failed(self, error: Exception) -> None:
        self.change(capturing=None)
        self.fail(error)

    def _page_saved(self, material: MaterialId, page: CapturedPage, sha256: BlobHash) -> None:
        if self.closed:
            return
        self.remember("", Kept.PAGES)
        taken = PageTaken(
            material=material,
            number=free_number(self.state.pages, material),
            sha256=sha256,
            size_bytes=len(page.jpeg),
            source=PageSource(maker=PageMaker.CAMERA, sharpness=page.sharpness, taken_at=self.tools.now()),
            width_px=page.width_px,
            height_px=page.height_px,
        )
        self.change(capturing=None, pages=with_page(self.state.pages, taken), missing=())
        self.withdraw_confirmation()
        self.save_now()

    def drop_page(self, material: MaterialId, number: int) -> None:
        """Remove a captured page (can be undone; its bytes stay in the store until the visit ends)."""
        if self.closed:
            return
        self.remember("", Kept.PAGES)
        self.change(pages=without_page(self.state.pages, material, number))
        self.withdraw_confirmation()
        self.save_now()
