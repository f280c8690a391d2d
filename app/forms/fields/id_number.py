"""The editor of citizen ID numbers (GB 11643-1999): grouped 6-8-4, with the check digit watched while typing."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from app.forms.fields.line_editor import GroupedEditor, plain_width
from domain.identity import check_digit, plain_number

ID_NUMBER_LENGTH = 18
translate = QCoreApplication.translate


def id_number_hint(number: str) -> str:
    """What can be said about a number while it is typed, without knowing the day."""
    if not number:
        return ""
    body = number[:17]
    if not (body.isascii() and body.isdigit()):
        return translate("Form", "前 17 位只能是数字")
    if len(number) < ID_NUMBER_LENGTH:
        text = translate("Form", "已输入 {typed} 位，还差 {missing} 位")
        return text.format(typed=len(number), missing=ID_NUMBER_LENGTH - len(number))
    if len(number) > ID_NUMBER_LENGTH:
        return translate("Form", "多了 {surplus} 位").format(surplus=len(number) - ID_NUMBER_LENGTH)
    return _verdict(number)


def _verdict(number: str) -> str:
    born = _birth_date(number[6:14])
    if born is None:
        return translate("Form", "第 7–14 位不是真实的日期")
    if check_digit(number[:17]) != number[17]:
        return translate("Form", "校验位不符，请逐位核对")
    sex = translate("Form", "男") if int(number[16]) % 2 else translate("Form", "女")
    text = translate("Form", "校验位相符：{sex}，{year}年{month}月{day}日出生")
    return text.format(sex=sex, year=born.year, month=born.month, day=born.day)


def is_plausible(number: str) -> bool:
    """Whether length, birth date and check digit fit; whether the day has come is not looked at."""
    if len(number) != ID_NUMBER_LENGTH or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    return _birth_date(number[6:14]) is not None and check_digit(number[:17]) == number[17]


def grouped_id_number(number: str) -> str:
    """6-8-4, as people read it aloud."""
    return " ".join(part for part in (number[:6], number[6:14], number[14:]) if part)


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


class IdNumberEditor(GroupedEditor):
    """A number without blanks, with a capital X."""

    def canonical(self, text: str) -> str:
        """18 characters as the law writes them."""
        return plain_number(plain_width(text))

    def display(self, value: str) -> str:
        """Grouped."""
        return grouped_id_number(value)

    def live_hint(self) -> str:
        """Digits still missing, or the verdict on the check digit."""
        return super().live_hint() or id_number_hint(self.value())
