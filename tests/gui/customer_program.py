"""A program of two windows for ``test_customer_on_display``: a field of the clerk's and the customer's window.

Prints a line for everything that happens; ends when its input ends.
"""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

from app.customer.screens import Placement, Screens
from app.customer.window import CustomerWindow
from app.theme.theme import themed_application
from app.visit.scene import Reply, Shown, Sign, Signed


def main() -> None:
    """Show both windows until standard input is closed."""
    app = themed_application()
    field = QLineEdit()
    field.setGeometry(50, 50, 400, 60)
    field.textChanged.connect(lambda text: _say("typed", text))
    field.show()
    window = CustomerWindow(on_reply=_on_reply, screens=Screens(app), on_placed=_on_placed)
    window.place("CUSTOMER")
    window.show_scene(
        Shown(visit="1", counter=1, scene=Sign(digest="", item="参保", signer="张测试", declaration="属实。"))
    )
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
    seen = [True]

    def look() -> None:
        if window.isVisible() is not seen[0]:
            seen[0] = window.isVisible()
            _say(f"back {window.geometry().getRect()}" if seen[0] else "hidden")
        if ended.is_set():
            app.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    app.exec()


def _wait_for_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def _on_reply(reply: Reply) -> None:
    answer = reply.answer
    if isinstance(answer, Signed):
        first, last = answer.strokes[0][0], answer.strokes[-1][-1]
        _say("signed", answer.source, f"{last.x_px - first.x_px:.0f},{last.y_px - first.y_px:.0f}")
    else:
        _say(type(answer).__name__.lower())


def _on_placed(placement: Placement) -> None:
    if placement is Placement.NOWHERE:
        _say("lost")


def _say(*words: str) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    main()
