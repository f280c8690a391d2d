"""What a text that somebody looks for means: a receipt number, an ID number, a name."""

from __future__ import annotations

from datetime import date

import pytest

from domain.finding import LONGEST_SOUGHT, Sought, SoughtBy, find_receipt_no, parse_sought
from domain.refusals import Refusal, RefusalCode

TODAY = date(2026, 11, 28)
NUMBER = "159999197111050240"


def _sought(text: str) -> tuple[SoughtBy, str]:
    found = parse_sought(text, today=TODAY)
    assert isinstance(found, Sought), found
    return found.by, found.text


@pytest.mark.parametrize(
    ("text", "by", "meant"),
    [
        ("159999001-20261123-0001", SoughtBy.RECEIPT, "159999001-20261123-0001"),
        (" 159999001-20261123-0001\n", SoughtBy.RECEIPT, "159999001-20261123-0001"),
        ("https://si.example.cn/v1/progress/159999001-20261123-0001/0af3", SoughtBy.RECEIPT, "159999001-20261123-0001"),
        ("159999001-20261123", SoughtBy.RECEIPT, "159999001-20261123"),
        ("159999", SoughtBy.RECEIPT, "159999"),
        ("１５９９９９００１－２０２６１１２３", SoughtBy.RECEIPT, "159999001-20261123"),
        (NUMBER, SoughtBy.NUMBER, NUMBER),
        ("159999 19711105 0240", SoughtBy.NUMBER, NUMBER),
        ("15999919800315002x", SoughtBy.NUMBER, "15999919800315002X"),
        ("张测试", SoughtBy.NAME, "张测试"),
        ("买买提・艾力", SoughtBy.NAME, "买买提·艾力"),
        ("𠮷", SoughtBy.NAME, "𠮷"),
    ],
)
def test_a_text_is_taken_for_what_it_is(text: str, by: SoughtBy, meant: str) -> None:
    assert _sought(text) == (by, meant)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", RefusalCode.SEARCH_UNCLEAR),
        ("   ", RefusalCode.SEARCH_UNCLEAR),
        ("15999", RefusalCode.SEARCH_UNCLEAR),
        ("张测试%", RefusalCode.SEARCH_UNCLEAR),
        ("张\x00测", RefusalCode.SEARCH_UNCLEAR),
        ("张" * 600, RefusalCode.SEARCH_UNCLEAR),
        ("15999919711105024", RefusalCode.ID_NUMBER_LENGTH),
        ("159999197111050241", RefusalCode.ID_NUMBER_CHECK_DIGIT),
    ],
)
def test_what_is_none_of_them_is_refused_with_a_reason(text: str, code: RefusalCode) -> None:
    refusal = parse_sought(text, today=TODAY)

    assert isinstance(refusal, Refusal)
    assert refusal.code is code


def test_a_text_is_read_up_to_its_longest() -> None:
    for text, meant in (
        ("1" * LONGEST_SOUGHT, RefusalCode.ID_NUMBER_LENGTH),
        ("1" * (LONGEST_SOUGHT + 1), RefusalCode.SEARCH_UNCLEAR),
    ):
        refusal = parse_sought(text, today=TODAY)
        assert isinstance(refusal, Refusal)
        assert refusal.code is meant
    rest = "/progress/159999001-20261123-0001/0af3"
    host = "h" * (LONGEST_SOUGHT - len("https://" + rest))
    assert find_receipt_no(f"https://{host}{rest}") == "159999001-20261123-0001"
    assert find_receipt_no(f"https://{host}h{rest}") is None


def test_F5_a_foreign_name_is_found_however_its_letters_are_written() -> None:
    sought = parse_sought("mcdonald, r", today=TODAY)

    assert isinstance(sought, Sought)
    assert sought.text == "MCDONALD, R"
    assert sought.fits_person("McDONALD, Ronald", NUMBER)


def test_M5_a_name_is_found_by_its_beginning_also_by_one_character() -> None:
    beginning, surname = (parse_sought(text, today=TODAY) for text in ("张测", "张"))

    assert isinstance(beginning, Sought)
    assert isinstance(surname, Sought)
    assert (beginning.fits_person("张测试", NUMBER), beginning.fits_person("李测试", NUMBER)) == (True, False)
    assert (surname.fits_person("张测试", NUMBER), surname.fits_person("李测试", NUMBER)) == (True, False)
    assert (surname.is_one_character, beginning.is_one_character) == (True, False)
    assert beginning.fits_receipt("159999001-20261123-0001") is False
    receipt = Sought(by=SoughtBy.RECEIPT, text="159999001")
    assert [receipt.fits_receipt(f"15999900{number}-20261123-0001") for number in (1, 2)] == [True, False]
    assert not receipt.fits_person("159999001", NUMBER)
