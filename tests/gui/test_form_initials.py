"""Pinyin initials agree with a pinyin library for every label of the catalogue."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

from app.forms.initials import initials_of
from tests.gui.counter import catalogue


def test_the_initials_of_all_labels_agree_with_a_pinyin_library() -> None:
    labels = {entry.label for codes in catalogue().codes.values() for entry in codes.entries}

    wrong = {
        label: initials_of(_chinese(label)) for label in labels if initials_of(_chinese(label)) != _expected(label)
    }

    assert wrong == {}


def test_digits_and_letters_stay_and_unknown_characters_give_nothing() -> None:
    assert initials_of("200 元/年") == "200yn"
    assert initials_of("\U0002ca7d中") == "z"


def _chinese(label: str) -> str:
    return "".join(char for char in label if not char.isascii())


def _expected(label: str) -> str:
    syllables = lazy_pinyin(label, style=Style.NORMAL, errors="ignore")
    return "".join(syllable[0] for syllable in syllables)
