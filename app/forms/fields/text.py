"""The editor of plain text: names, accounts, numbers of cards."""

from __future__ import annotations

from app.forms.fields.line_editor import LineEditor


class TextEditor(LineEditor):
    """Text as it is typed; blanks at either end, which nobody means, are dropped (at the end: on leaving)."""

    def canonical(self, text: str) -> str:
        """Without blanks in front."""
        return text.lstrip()

    def commit(self) -> None:
        """Without blanks at the end."""
        if not self.isReadOnly() and self.value() != self.value().rstrip():
            self.take_value(self.value().rstrip())
