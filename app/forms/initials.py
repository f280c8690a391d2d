"""Pinyin initials of Chinese labels, without a pinyin library.

The 3755 characters of GB/T 2312 level 1 stand in the order of their pinyin: 23 boundaries tell the initial of each.
Level 2 is in the order of radicals; the few characters of it that stand in our code lists are named one by one, and
so are those that are read otherwise in a label than in the standard. What is unknown gives no letter.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

_LETTERS = "abcdefghjklmnopqrstwxyz"
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_FIRST_CODES = tuple(first.encode("gb2312") for first in _FIRST)
_LEVEL_2 = b"\xd8\xa1"
_NAMED = {
    "傣": "d", "侗": "d", "仫": "m", "佬": "l", "羌": "q", "畲": "s", "佤": "w", "傈": "l", "僳": "s", "仡": "g",
    "鄂": "e", "珞": "l", "瑶": "y", "彝": "y", "嘎": "g", "祜": "h", "赉": "l", "磴": "d",
}  # fmt: skip
_READ_AS = {"银行": "银航", "藏族": "脏族"}


@lru_cache(maxsize=4096)
def initials_of(label: str) -> str:
    """The initials in small letters, digits and letters as they are: ``蒙古族`` gives ``mgz``."""
    for word, sound in _READ_AS.items():
        label = label.replace(word, sound)
    return "".join(_initial(char) for char in label)


def _initial(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    if char in _NAMED:
        return _NAMED[char]
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if not _FIRST_CODES[0] <= code < _LEVEL_2:
        return ""
    return _LETTERS[bisect_right(_FIRST_CODES, code) - 1]
