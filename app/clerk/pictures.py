"""Pictures from bytes: JPEG and PNG and nothing else, decoded at the size that is shown, never larger.

Bytes from elsewhere never choose their decoder: what they are is read first (``domain.pictures``), and only that one of
Qt's decoders is asked. Others would follow links, run for ever, or make more pixels than there is memory.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from domain.pictures import PictureFault, read_picture

_LARGEST_MIB = 256
"""A picture that would need more memory is refused by the decoder."""


def size_of(content: bytes) -> QSize:
    """The size of a picture without decoding it; an invalid size when the bytes are none."""
    picture = read_picture(content)
    return QSize() if isinstance(picture, PictureFault) else QSize(picture.width_px, picture.height_px)


def load_picture(content: bytes, fit: QSize | None = None) -> QImage:
    """A picture, reduced while decoding so that it fits; a null image when the bytes are none."""
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
