"""The editor of telephone numbers: mobile numbers are grouped 3-4-4, landline numbers stay as typed."""

from __future__ import annotations

from app.forms.fields.line_editor import GroupedEditor, plain_width

_MOBILE_LENGTH = 11


def grouped_phone(value: str) -> str:
    """138 0000 0000; anything else unchanged."""
    if not value.startswith("1") or not value.isdigit() or len(value) > _MOBILE_LENGTH:
        return value
    return " ".join(part for part in (value[:3], value[3:7], value[7:]) if part)


class PhoneEditor(GroupedEditor):
    """Digits and, for landlines, one hyphen."""

    def canonical(self, text: str) -> str:
        """Without blanks, in usual digits."""
        return "".join(plain_width(text).split())

    def display(self, value: str) -> str:
        """Grouped where it is a mobile number."""
        return grouped_phone(value)

    def live_hint(self) -> str:
        """How many digits are still missing."""
        value = self.value()
        if super().live_hint() or not value.isdigit() or not value.startswith("1") or len(value) == _MOBILE_LENGTH:
            return super().live_hint()
        missing = _MOBILE_LENGTH - len(value)
        text = self.tr("手机号还差 {count} 位") if missing > 0 else self.tr("手机号多了 {count} 位")
        return text.format(count=abs(missing))
