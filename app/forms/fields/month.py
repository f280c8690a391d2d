"""The editor of months."""

from __future__ import annotations

from app.forms.fields.date import iso_month
from app.forms.fields.line_editor import LineEditor, plain_width


class MonthEditor(LineEditor):
    """A month; the value is YYYY-MM as soon as the text is a real month."""

    def canonical(self, text: str) -> str:
        """ISO, or the text as far as it goes."""
        return iso_month(plain_width(text).strip())

    def live_hint(self) -> str:
        """The month in words, or how to type one."""
        value = self.value()
        if super().live_hint() or not value:
            return super().live_hint()
        year, _, month = value.partition("-")
        if not (len(value) == 7 and year.isdigit() and month.isdigit()):
            return self.tr("输入 6 位数字，例如 202603")
        return self.tr("{year}年{month}月").format(year=int(year), month=int(month))
