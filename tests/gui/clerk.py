"""The clerk's window over a real session on a real server; only the devices are played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.clerk.pictures import Pictures
from app.clerk.window import ClerkWindow
from app.clerk.workplaces import Workplaces
from app.theme.fonts import text_font
from app.visit.state import Phase
from app.visit.visit import Visit
from domain.business_time import business_day
from domain.cases.values import CaseId
from domain.catalogue.values import Catalogue, MaterialId
from hardware.device import DeviceState, Health, Request
from hardware.drivers.opencv_decoder import OpenCvDecoder
from hardware.kinds.barcode_scanner import BARCODE_SCANNER
from hardware.kinds.document_camera import (
    DOCUMENT_CAMERA,
    CapturedPage,
    CapturePage,
    HeldPicture,
    HoldPicture,
    PreviewFrame,
    StartPreview,
    StopPreview,
    TakeHeld,
)
from hardware.kinds.id_card_reader import ID_CARD_READER, LookAgain
from hardware.kinds.signature_pad import FinishSignature, Signature
from hardware.messages import Event, HealthChanged, HostUp
from hardware.outcomes import Outcome, OutcomeCode
from tests.helpers.builders import M01, STROKES, a_card, m01_answers
from tests.helpers.session_harness import ScriptedHost, Workplace, a_workplace
from tests.helpers.visit_harness import CORNERS

W = TypeVar("W", bound=QWidget)
SHOWN = (ID_CARD_READER, DOCUMENT_CAMERA, BARCODE_SCANNER)


@cache
def painted_signature(number: int) -> bytes:
    """Strokes on a transparent ground, as PNG; nobody signs twice alike."""
    image = QImage(600, 300, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(text_font(120))
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, f"张测试{number}")
    painter.end()
    return _encoded(image, b"PNG")


def _encoded(image: QImage, kind: bytes) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind)).write(image)
    return bytes(buffer.data().data())


@cache
def painted_page(number: int) -> bytes:
    """A page as the camera's driver gives it: a real JPEG, another one for every number."""
    image = QImage(620, 877, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(text_font(40))
    painter.drawText(QRectF(60, 60, 500, 200), f"测试材料\n第 {number} 次拍摄")
    for line in range(12):
        painter.drawLine(60, 320 + 40 * line, 560, 320 + 40 * line)
    painter.end()
    return _encoded(image, b"JPEG")


def pictures_here() -> Pictures:
    """Decodes at once, in this process, with the driver that otherwise has a process of its own."""
    return Pictures(lambda request, done: done(request.carry_out(OpenCvDecoder({}))))


class PlayedHost(ScriptedHost):
    """Pages can be looked at; the preview shows what a test put below the camera."""

    picture: memoryview | None = None

    def find_frame(self, _event: PreviewFrame) -> memoryview | None:
        """The picture that lies below the camera."""
        return self.picture

    def _work(self, request: Request[Any]) -> Outcome[Any]:
        if isinstance(request, StartPreview | StopPreview | LookAgain):
            return Outcome(code=OutcomeCode.OK)
        if isinstance(request, HoldPicture):
            page, found = painted_page(1), OutcomeCode.OK
            held = HeldPicture(jpeg=page, width_px=620, height_px=877, corners=CORNERS, reason=found)
            return Outcome(code=OutcomeCode.OK, value=held)
        if isinstance(request, CapturePage | TakeHeld):
            page = painted_page(len(self.asked))
            return Outcome(
                code=OutcomeCode.OK,
                value=CapturedPage(
                    jpeg=page, width_px=620, height_px=877, sharpness=300.0, corners=CORNERS, taken_ns=1
                ),
            )
        assert isinstance(request, FinishSignature)
        signature = Signature(png=painted_signature(len(self.asked)), strokes_json=STROKES, width_px=600, height_px=300)
        return Outcome(code=OutcomeCode.OK, value=signature)


class ClerkAtWork:
    """A workplace and its window."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self.session = workplace.session
        self.window = ClerkWindow(on_first_paint=lambda: None)
        self.places = Workplaces(workplace.session, workplace.session.tools.catalogue)
        self.window.attach(workplace.session, self.places, show_customer=lambda: None)
        self.window.place()
        self.window.activateWindow()
        QApplication.processEvents()

    def resize(self, width_px: int, height_px: int) -> None:
        """A smaller screen, or one on which everything is drawn larger."""
        self.window.setMinimumSize(100, 100)
        self.window.showNormal()
        self.window.resize(width_px, height_px)
        QApplication.processEvents()

    def tell(self, event: Event) -> None:
        """The device host says something."""
        self.session.devices.event_from_host(event)
        self.settle()

    def devices_ready(self) -> None:
        """All devices are there."""
        self.tell(HostUp(pid=1, generation=1))
        for kind in SHOWN:
            self.tell(HealthChanged(health=Health(kind=kind, state=DeviceState.READY, outcome=OutcomeCode.OK)))

    def settle(self) -> None:
        """Let everything that was posted so far arrive, and what that posts (a page that was read is decoded)."""
        arrived: list[bool] = []
        post = self.session.tools.post
        post(lambda: post(lambda: arrived.append(True)))
        self.wait_for(lambda: arrived, "everything posted before")

    def in_form(self, number: str) -> Visit:
        """A visit of this person in its form, filled in."""
        visit = self.session.new_visit()
        assert visit is not None
        visit.identifying.take_card(a_card(number, photo=b""))
        self.choose_and_fill(number)
        return visit

    def choose_and_fill(self, number: str, **changes: str) -> None:
        """The form of the visit at the counter, filled in."""
        visit, today = self.workplace.visit, business_day(datetime.now(UTC))
        visit.choosing.choose(M01)
        for answer in m01_answers(number, AAC030=today.isoformat(), **changes).values():
            visit.form.answer(answer.field, answer.value)

    def take_pages(self) -> None:
        """On from the form, and the pages of the visit at the counter."""
        visit = self.workplace.visit
        visit.phases.go(Phase.MATERIALS)
        for _ in range(2):
            visit.pages.take(MaterialId("MT02"))
            self.settle()

    def submit(self, number: str) -> CaseId:
        """A whole visit of this person; the case as it lies in the outbox."""
        visit = self.in_form(number)
        self.take_pages()
        assert visit.phases.go(Phase.READ_BACK), visit.state.notice
        self.workplace.sign_and_submit()
        self.settle()
        case = visit.state.case
        assert case is not None
        return case

    def wait_for(self, condition: Callable[[], Any], what: str) -> None:
        """Let time pass for session and windows until the condition holds."""

        def seen() -> Any:
            QApplication.processEvents()
            return condition()

        self.workplace.wait_for(seen, what)
        QApplication.processEvents()

    def find(self, kind: type[W], name: str) -> W:
        """The visible widget of this object name, in the window or a dialog over it."""
        found = [widget for widget in self.window.findChildren(kind, name) if widget.isVisible()]
        assert found, f"no {name} in sight"
        return found[0]

    def sees(self, name: str) -> bool:
        """Whether a widget of this object name is in sight."""
        return any(widget.isVisible() for widget in self.window.findChildren(QWidget, name))

    def press(self, name: str) -> None:
        """Press a button."""
        self.find(QPushButton, name).click()
        QApplication.processEvents()

    @property
    def words(self) -> str:
        """Everything that labels and buttons say."""
        labels, buttons = self.window.findChildren(QLabel), self.window.findChildren(QPushButton)
        parts: list[QLabel | QPushButton] = [*labels, *buttons]
        return "\n".join(part.text() for part in parts if part.isVisible())


@contextmanager
def clerk_at_work(folder: Path, url: str, catalogue: Catalogue | None = None) -> Iterator[ClerkAtWork]:
    """A counter with its window; both end in order. ``catalogue`` as in ``a_workplace``."""
    with a_workplace(folder, url, catalogue) as workplace:
        workplace.host = PlayedHost()
        object.__setattr__(workplace.session.tools, "devices", workplace.host)
        at_work = ClerkAtWork(workplace)
        yield at_work
    at_work.window.hide()
    at_work.window.deleteLater()
    at_work.places.deleteLater()
