"""Pictures from bytes: JPEG and PNG and nothing else, decoded at the size that is shown, never larger.

What comes from elsewhere (pages that the server sends) is decoded in a process of its own (``Pictures``). What this
machine's own devices made just now may be decoded here (``load_picture``): even then the bytes never choose their
decoder. What they are is read first (``domain.pictures``), and only that one of Qt's decoders is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from domain.pictures import PictureFault, read_picture
from hardware.device import Request
from hardware.kinds.picture_decoder import DecodePicture, Pixels
from hardware.outcomes import Outcome

T = TypeVar("T")
Show = Callable[[QImage, QSize], None]

_LARGEST_MIB = 256
"""A picture that would need more memory is refused by the decoder."""
_BYTES_PER_PIXEL = 4


class Ask(Protocol):
    """Ask a device; ``done`` gets the outcome on the UI thread."""

    def __call__(self, request: Request[T], done: Callable[[Outcome[T]], None]) -> None:
        """Never blocks."""


class Pictures:
    """Decodes what comes from elsewhere, in a process of its own; the UI thread only takes over pixels.

    One picture at a time: a long strip of pages would make each late that stands at its end.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: dict[Hashable, tuple[DecodePicture, Show]] = {}
        self._asked = False

    def warm_up(self) -> None:
        """Start the process, so that the first page need not wait for it; again it costs nothing."""
        self._ask(DecodePicture(content=b"", width_px=1, height_px=1), lambda _outcome: None)

    def decode(self, content: bytes, fit: QSize, show: Show, *, place: Hashable) -> None:
        """Give ``show`` the picture, reduced to fit, and its own size; a null image when there is none to be had.

        What waits for the same ``place`` is dropped: something newer will stand there.
        """
        request = DecodePicture(content=content, width_px=max(1, fit.width()), height_px=max(1, fit.height()))
        self._waiting[place] = request, show
        self._ask_next()

    def _ask_next(self) -> None:
        if self._waiting and not self._asked:
            self._asked = True
            request, show = self._waiting.pop(next(iter(self._waiting)))
            self._ask(request, partial(self._answered, show))

    def _answered(self, show: Show, outcome: Outcome[Pixels]) -> None:
        self._asked = False
        self._ask_next()
        _take_pixels(show, outcome)


def _take_pixels(show: Show, outcome: Outcome[Pixels]) -> None:
    pixels = outcome.value
    if pixels is None or len(pixels.bgra) != pixels.width_px * pixels.height_px * _BYTES_PER_PIXEL:
        show(QImage(), QSize())
        return
    row_bytes = pixels.width_px * _BYTES_PER_PIXEL
    lent = QImage(pixels.bgra, pixels.width_px, pixels.height_px, row_bytes, QImage.Format.Format_ARGB32)
    show(lent.copy(), QSize(pixels.full_width_px, pixels.full_height_px))  # the bytes end with the outcome


def load_picture(content: bytes, fit: QSize | None = None) -> QImage:
    """A picture of this machine's own, reduced while decoding so that it fits; a null image when it is none."""
    picture = read_picture(content)
    if isinstance(picture, PictureFault):
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(picture.kind.value.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    reader.setAllocationLimit(_LARGEST_MIB)
    if fit is not None:
        size = QSize(picture.width_px, picture.height_px)
        reader.setScaledSize(size.scaled(fit, Qt.AspectRatioMode.KeepAspectRatio).boundedTo(size))
    return reader.read()


def load_decoder() -> None:
    """Load Qt's plugin for photographs, before the first card needs it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    one = QImage(8, 8, QImage.Format.Format_RGB32)
    one.fill(0)
    QImageWriter(buffer, QByteArray(b"jpeg")).write(one)
    load_picture(bytes(buffer.data().data()))
