"""Pictures from bytes: decoded at the size that is shown, never larger."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

_LARGEST_MIB = 256
"""A picture that would need more memory is refused by the decoder."""


def size_of(content: bytes) -> QSize:
    """The size of a picture without decoding it; an invalid size when the bytes are none."""
    buffer = _open(content)
    return QImageReader(buffer).size()


def load_picture(content: bytes, fit: QSize | None = None) -> QImage:
    """A picture, reduced while decoding so that it fits; a null image when the bytes are none."""
    buffer = _open(content)
    reader = QImageReader(buffer)
    reader.setAllocationLimit(_LARGEST_MIB)
    size = reader.size()
    if fit is not None and size.isValid():
        reader.setScaledSize(size.scaled(fit, Qt.AspectRatioMode.KeepAspectRatio).boundedTo(size))
    return reader.read()


def _open(content: bytes) -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer
