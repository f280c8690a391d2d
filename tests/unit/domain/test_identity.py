"""Citizen ID numbers, ages and masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue.values import FieldId
from domain.forms.answers import Answer
from domain.identity import LONGEST_NAME, IdNumber, Mask, Sex, check_digit, is_name, mask, parse_id_number
from domain.refusals import Refusal, RefusalCode
from tests.helpers.builders import NUMBER, TODAY, a_card, an_actor, an_id_number

VALID = [
    ("159999196403150011", Sex.MALE, date(1964, 3, 15)),
    ("15999919640315002X", Sex.FEMALE, date(1964, 3, 15)),
    ("159999196604300100", Sex.FEMALE, date(1966, 4, 30)),
    ("15999919500620013X", Sex.MALE, date(1950, 6, 20)),
    ("159999197111050240", Sex.FEMALE, date(1971, 11, 5)),
    ("159999200402290118", Sex.MALE, date(2004, 2, 29)),
    ("810000199001010019", Sex.MALE, date(1990, 1, 1)),
    ("11010519491231002X", Sex.FEMALE, date(1949, 12, 31)),
    ("440524188001010014", Sex.MALE, date(1880, 1, 1)),
]
NUMBERS = [number for number, _, _ in VALID[:-1]]


@pytest.mark.parametrize(("text", "sex", "born"), VALID[:-1])
def test_v01_a_valid_number_tells_sex_and_birth_date(text: str, sex: Sex, born: date) -> None:
    assert parse_id_number(text, today=TODAY) == IdNumber(text=text, birth_date=born, sex=sex)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("159999196403150012", RefusalCode.ID_NUMBER_CHECK_DIGIT),
        ("159999196413150015", RefusalCode.ID_NUMBER_DATE),
        ("159999196302290015", RefusalCode.ID_NUMBER_DATE),
        ("1599991964031500", RefusalCode.ID_NUMBER_LENGTH),
        ("159999640315001", RefusalCode.ID_NUMBER_LENGTH),
        ("1599991964031500110", RefusalCode.ID_NUMBER_LENGTH),
        ("", RefusalCode.ID_NUMBER_LENGTH),
        ("15999919640315O011", RefusalCode.ID_NUMBER_CHARACTERS),
        ("15999919640315001Y", RefusalCode.ID_NUMBER_CHARACTERS),
        ("X59999196403150011", RefusalCode.ID_NUMBER_CHARACTERS),
        ("１５９９９９１９６４０３１５００１１", RefusalCode.ID_NUMBER_CHARACTERS),
        ("15999919640315002Ｘ", RefusalCode.ID_NUMBER_CHARACTERS),
        ("١٥٩٩٩٩١٩٦٤٠٣١٥٠٠١١", RefusalCode.ID_NUMBER_CHARACTERS),
        ("²59999196403150011", RefusalCode.ID_NUMBER_CHARACTERS),
        (an_id_number("16999919640315001"), RefusalCode.ID_NUMBER_REGION),
        (an_id_number("00999919640315001"), RefusalCode.ID_NUMBER_REGION),
        ("440524188001010014", RefusalCode.ID_NUMBER_DATE),
        (an_id_number("15999920261125001"), RefusalCode.ID_NUMBER_DATE),
        (an_id_number("15999900000000001"), RefusalCode.ID_NUMBER_DATE),
        ("159999196403150011" + " " * 60 + "1", RefusalCode.ID_NUMBER_LENGTH),
    ],
)
def test_v01_a_wrong_number_is_refused_with_its_reason(text: str, code: RefusalCode) -> None:
    answer = parse_id_number(text, today=TODAY)

    assert isinstance(answer, Refusal)
    assert answer.code is code


def test_a_refusal_of_the_length_says_how_many_characters_there_are() -> None:
    answer = parse_id_number("1599 9919 6403 1500", today=TODAY)

    assert answer == Refusal(code=RefusalCode.ID_NUMBER_LENGTH, facts={"length": "16"})


@pytest.mark.parametrize(
    "typed", ["15999919640315002x", " 159999 19640315 002X ", "159999\t19640315\n002x", "159999\u300019640315002X"]
)
def test_blanks_are_dropped_and_a_small_x_is_raised(typed: str) -> None:
    number = parse_id_number(typed, today=TODAY)

    assert isinstance(number, IdNumber)
    assert number.text == "15999919640315002X"


def test_a_birth_today_is_believed_and_one_tomorrow_is_not() -> None:
    text = an_id_number("15999920261124001")

    assert isinstance(parse_id_number(text, today=date(2026, 11, 24)), IdNumber)
    assert isinstance(parse_id_number(text, today=date(2026, 11, 23)), Refusal)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("张测试", True),
        ("E\u0301va Test", True),
        ("ÉVA", True),
        ("zhang", False),
        ("张a", False),
        ("T" * LONGEST_NAME, True),
        ("T" * (LONGEST_NAME + 1), False),
        ("", False),
        ("·张", False),
        ("张·", False),
        ("TEST JR.", True),
    ],
)
def test_a_name_is_what_cards_write(text: str, named: bool) -> None:
    assert is_name(text) is named


def test_nobody_alive_was_born_before_1900() -> None:
    for year, kind in ((1900, IdNumber), (1899, Refusal)):
        assert isinstance(parse_id_number(an_id_number(f"159999{year}0101001"), today=TODAY), kind)


def test_a_district_that_no_longer_exists_and_a_permanent_resident_are_taken() -> None:
    for first_17 in ("15210119500620013", "91100019800101001"):
        assert isinstance(parse_id_number(an_id_number(first_17), today=TODAY), IdNumber)


@given(st.sampled_from(NUMBERS), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_changed_digit_is_always_refused(number: str, place: int, digit: str) -> None:
    changed = number[:place] + digit + number[place + 1 :]

    assert isinstance(parse_id_number(changed, today=TODAY), IdNumber) == (changed == number)


@given(st.sampled_from(NUMBERS), st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_refused(number: str, place: int) -> None:
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert isinstance(parse_id_number(changed, today=TODAY), IdNumber) == (changed == number)


@given(st.text() | st.text(alphabet="0123456789Xx \t０９٣²", min_size=15, max_size=21))
def test_arbitrary_text_gives_a_number_or_a_refusal(text: str) -> None:
    answer = parse_id_number(text, today=TODAY)

    if isinstance(answer, IdNumber):
        assert answer.text == "".join(text.split()).upper()
        assert check_digit(answer.text[:17]) == answer.text[17]
    else:
        assert answer.code.value.startswith("id_number_")
        assert all(text not in value for value in answer.facts.values() if len(text) > 2)


@pytest.mark.parametrize(
    ("how", "text", "shown"),
    [
        (Mask.NONE, NUMBER, NUMBER),
        (Mask.FIRST6_LAST4, NUMBER, "159999********0240"),
        (Mask.LAST4, NUMBER, "**************0240"),
        (Mask.FIRST3_LAST4, "13800000000", "138****0000"),
        (Mask.FIRST3_LAST2, "13800000000", "138******00"),
        (Mask.LAST3, "X00000019", "******019"),
        (Mask.SURNAME, "张测试", "张**"),
        (Mask.SURNAME, "张", "*"),
        (Mask.SURNAME, "欧阳测试员", "欧***"),
        (Mask.SURNAME, "TESTOVA ALEXANDRA MARIA MAGDALENA OF TESTLAND", "T***"),
        (Mask.LAST4, "1234", "****"),
        (Mask.LAST4, "12345", "*2345"),
        (Mask.FIRST6_LAST4, "1599991234", "**********"),
        (Mask.LAST4, "", ""),
        (Mask.TOWNSHIP, "内蒙古自治区测试旗测试镇东升嘎查三组12号", "内蒙古自治区测试旗测试镇****"),
        (Mask.TOWNSHIP, "测试旗测试镇东乡村3组", "测试旗测试镇****"),
        (Mask.TOWNSHIP, "测试旗宝格达苏木一队", "测试旗宝格达苏木****"),
        (Mask.TOWNSHIP, "呼和浩特市新城区海东路街道12号", "呼和浩特市新城区海东路街道****"),
        (Mask.TOWNSHIP, "呼和浩特市新城区海东路12号", "呼和浩特市新城区****"),
        (Mask.TOWNSHIP, "三组12号", "****"),
        (Mask.TOWNSHIP, "东升嘎查三组12号", "****"),
        (Mask.TOWNSHIP, "三组", "**"),
        (Mask.TOWNSHIP, "三组一号", "****"),
        (Mask.TOWNSHIP, "张庄镇3组", "张庄镇****"),
        (Mask.TOWNSHIP, "镇上三组12号", "****"),
        (Mask.TOWNSHIP, "张三县", "***"),
    ],
)
def test_masks_hide_what_not_everybody_may_read(how: Mask, text: str, shown: str) -> None:
    assert mask(text, how) == shown


@given(st.text(min_size=1), st.sampled_from([how for how in Mask if how is not Mask.NONE]))
def test_every_mask_hides_something_of_every_text(text: str, how: Mask) -> None:
    shown = mask(text, how)

    assert "*" in shown
    assert shown != text or "*" in text


def test_personal_data_never_stand_in_a_repr() -> None:
    number = parse_id_number(NUMBER, today=TODAY)
    values = (number, Answer(field=FieldId("AAC002"), value=NUMBER), a_card())

    for value in values:
        assert NUMBER not in repr(value)
        assert NUMBER not in f"{value}"
    assert "person-PUB_BIZ" not in repr(an_actor("PUB_BIZ"))
