"""Widgets made ready before anybody sees them: styled, laid out and drawn once, a small piece in each turn.

All that happens at a first showing otherwise, in one go: the style sheet is asked for each widget, every layout is
worked out, every glyph and icon drawn for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, QRect, QSize, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.theme.theme import TURN_MS

_PIECE_S = 0.003
LATE_S = 0.003
_STRIP_PX = 96


def in_turn(context: QObject, action: Callable[[], None], after_ms: int = TURN_MS) -> None:
    """Call ``action`` in a turn of its own, while ``context`` lives. When that turn comes late, something else took
    long, and what has waited meanwhile (keys, a picture of the camera) goes first.
    """
    due = perf_counter() + after_ms / 1000
    QTimer.singleShot(after_ms, context, partial(_unless_late, context, action, due))


def _unless_late(context: QObject, action: Callable[[], None], due: float) -> None:
    if perf_counter() - due > LATE_S:
        QTimer.singleShot(TURN_MS, context, action)
    else:
        action()


def make_ready(widget: QWidget, size: QSize, then: Callable[[], None] = lambda: None, *, drawn: bool = True) -> None:
    """Make a widget ready to be seen at ``size``, in turns of its own; then call ``then``.

    Where somebody waits for it, it is not ``drawn``: it will be at once. It ends early where the widget is shown
    meanwhile or is gone; ``then`` is called all the same while it is there.
    """
    _go_on(widget, _pieces(widget, size if drawn else QSize(1, 1), size), then)


def _go_on(widget: QWidget, pieces: Iterator[None], then: Callable[[], None]) -> None:
    until = perf_counter() + _PIECE_S
    for _ in pieces:
        if perf_counter() > until:
            in_turn(widget, partial(_go_on, widget, pieces, then))
            return
    then()


def _pieces(widget: QWidget, drawn: QSize, size: QSize) -> Iterator[None]:
    """Style from the leaves upwards, as a widget styles all below it with itself; then draw from top to bottom."""
    parts = widget.findChildren(QWidget)
    for part in reversed(parts):
        if widget.isVisible():
            return
        if isValid(part) and not part.isWindow():
            part.ensurePolished()
            yield
    widget.resize(size)
    for top_px in range(0, drawn.height(), _STRIP_PX):
        if widget.isVisible():
            return
        widget.grab(QRect(0, top_px, drawn.width(), _STRIP_PX))  # the first one lays all of it out
        yield
