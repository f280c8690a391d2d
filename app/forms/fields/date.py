"""The editors of days and months: eight (six) digits, ISO, or year, month and day with any separator."""

from __future__ import annotations

import re
from datetime import date

from app.forms.fields.line_editor import LineEditor, plain_width

_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?|(\d{4})(\d{2})", re.ASCII)
_WEEKDAYS = "一二三四五六日"


def iso_day(text: str) -> str:
    """ISO text of a real day, however it was typed; anything else unchanged."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def iso_month(text: str) -> str:
    """YYYY-MM of a real month, however it was typed; anything else unchanged."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return text
    year, month = (int(part) for part in found.groups() if part is not None)
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and year else text


class DateEditor(LineEditor):
    """A day; the value is ISO as soon as the text is a real day."""

    def canonical(self, text: str) -> str:
        """ISO, or the text as far as it goes."""
        return iso_day(plain_width(text).strip())

    def live_hint(self) -> str:
        """The day in words, or how to type one."""
        value = self.value()
        if super().live_hint() or not value:
            return super().live_hint()
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return self.tr("输入 8 位数字，例如 19640315")
        text = self.tr("{year}年{month}月{day}日 星期{weekday}")
        return text.format(year=day.year, month=day.month, day=day.day, weekday=_WEEKDAYS[day.weekday()])
