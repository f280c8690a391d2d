"""A program with one field of a form, for ``test_chinese_input``; prints each value, ends when its input ends."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QTimer
from PySide6.QtWidgets import QWidget

from app.forms.fields.choice_list import ChoiceList
from app.forms.fields.text import TextEditor
from app.input_method import reach_input_method
from app.theme.theme import themed_application
from domain.catalogue.values import FieldId
from tests.helpers.builders import shipped_catalogue


class Printed:
    """Whoever is told what is typed: each value is a line."""

    def typed(self, field: FieldId, value: str) -> None:
        print("value", value, flush=True)

    def hinted(self, field: FieldId) -> None:
        pass

    def entered(self, field: FieldId) -> None:
        pass

    def left(self, field: FieldId) -> None:
        pass

    def forward(self, field: FieldId) -> None:
        pass

    def chosen(self) -> frozenset[str]:
        return frozenset()

    def choices(self) -> ChoiceList:
        raise AssertionError("a text field has no list")


def main() -> None:
    """Show the field of the applicant's name until standard input is closed."""
    reach_input_method(os.environ, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)))
    app = themed_application()
    window = QWidget()
    window.setGeometry(0, 0, 500, 100)
    field = TextEditor(shipped_catalogue().fields[FieldId("AAC003")], Printed(), window)
    field.setGeometry(10, 10, 400, 60)
    window.show()
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
    timer = QTimer()
    timer.timeout.connect(lambda: app.quit() if ended.is_set() else None)
    timer.start(50)
    print("up", flush=True)
    app.exec()


def _wait_for_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
