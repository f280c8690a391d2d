"""The text of all four kinds of card, and texts that no card should hold. IM-5b."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.drivers.sam.photo import parse_photo
from hardware.drivers.sam.text_block import parse_text_block
from hardware.kinds.id_card_reader import CardType, IdCard
from hardware.outcomes import OutcomeCode

NAME, SEX, NATION, BIRTH, ADDRESS, NUMBER, ISSUER, FROM, UNTIL = range(9)
CITIZEN_WIDTHS = (15, 1, 2, 8, 35, 18, 15, 8, 8)


def a_citizen(**changes: str) -> bytes:
    cells = {
        "name": "张测试",
        "sex": "1",
        "nation": "02",
        "birth": "19640315",
        "address": "内蒙古自治区测试市样例区",
        "number": "159999196403150011",
        "issuer": "测试市公安局",
        "valid_from": "20150601",
        "valid_until": "20350601",
    } | changes
    text = "".join(cell.ljust(width) for cell, width in zip(cells.values(), CITIZEN_WIDTHS, strict=True))
    return text.ljust(128).encode("utf-16-le", errors="surrogatepass")[:256]


def card_of(block: bytes) -> IdCard:
    outcome = parse_text_block(block)
    assert outcome.value is not None, outcome
    return outcome.value


def refused_field(block: bytes) -> str:
    outcome = parse_text_block(block)
    assert outcome.code is OutcomeCode.CARD_DATA_INVALID
    assert outcome.value is None
    return outcome.facts["field"]


def test_a_citizens_card_im_5b() -> None:
    card = card_of(a_citizen())

    assert card == IdCard(
        card_type=CardType.CITIZEN,
        name="张测试",
        sex="1",
        nation="02",
        birth_date=date(1964, 3, 15),
        address="内蒙古自治区测试市样例区",
        id_number="159999196403150011",
        issuer="测试市公安局",
        valid_from=date(2015, 6, 1),
        valid_until=date(2035, 6, 1),
    )


def test_a_residence_permit_of_hong_kong_macao_taiwan_im_5b() -> None:
    text = (
        "陈港测".ljust(15) + "1" + "  " + "19900101" + "内蒙古自治区测试市".ljust(35) + "810000199001010019"
        + "测试市公安局".ljust(15) + "20240101" + "20290101" + "H00000000" + "01" + "   " + "J" + "   "
    )  # fmt: skip

    card = card_of(text.encode("utf-16-le"))

    assert (card.card_type, card.id_number, card.nation) == (CardType.RESIDENCE_PERMIT, "810000199001010019", "")


def test_a_foreign_residents_card_of_2017_im_5b() -> None:
    text = (
        "TEST, PERSON".ljust(60) + "2" + "CAN159999850708" + "CAN" + "测试人".ljust(15)
        + "20190301" + "20290301" + "19850708" + "01" + "1500" + "I" + "   "
    )  # fmt: skip

    card = card_of(text.encode("utf-16-le"))

    assert (card.card_type, card.name, card.id_number) == (CardType.FOREIGN_2017, "测试人", "CAN159999850708")
    assert (card.birth_date, card.valid_from, card.valid_until, card.issuer) == (
        date(1985, 7, 8), date(2019, 3, 1), date(2029, 3, 1), "1500",
    )  # fmt: skip


def test_a_foreign_residents_card_of_2023_with_a_long_english_name_im_5b() -> None:
    # The 36th character is where the second cell begins; here the break falls behind a space.
    first, second = "PERSON WITH A NAME OF THIRTYFOUR C ", "GOES ON"
    text = (
        " ".ljust(15) + "1" + "00" + "19850708" + first + "915999198507080019" + " ".ljust(15)
        + "20240301" + "20340301" + second.ljust(11) + "CAN" + "Y" + "   "
    )  # fmt: skip

    card = card_of(text.encode("utf-16-le"))

    assert card.card_type is CardType.FOREIGN_2023
    assert card.name == "PERSON WITH A NAME OF THIRTYFOUR C GOES ON"


def test_long_term_validity_has_no_end() -> None:
    assert card_of(a_citizen(valid_until="长期")).valid_until is None


@pytest.mark.parametrize("name", ["𠅤㛃䶮", "\ue863测", "乌兰·测试", "阿卜杜勒·测试·样例"])
def test_rare_private_use_and_long_names_are_kept(name: str) -> None:
    block = bytearray(a_citizen(name=""))
    block[:30] = name.encode("utf-16-le").ljust(30, b"\0")

    assert card_of(bytes(block)).name == name


def test_a_wrong_check_digit_is_not_the_readers_business() -> None:
    assert card_of(a_citizen(number="159999196403150012")).id_number == "159999196403150012"


@pytest.mark.parametrize(
    ("change", "value", "field"),
    [
        ("name", "", "name"),
        ("name", "\ud800张", "name"),
        ("name", "张\0三", "name"),
        ("name", "张\n三", "name"),
        ("name", "张\u202e三", "name"),
        ("name", "张\uffff", "name"),
        ("sex", "3", "sex"),
        ("sex", " ", "sex"),
        ("nation", "蒙古", "nation"),
        ("nation", "٠١", "nation"),
        ("birth", "19640230", "birth_date"),
        ("birth", "00000101", "birth_date"),
        ("birth", "1964031", "birth_date"),
        ("birth", "１９６４０３１５", "birth_date"),
        ("address", "街\0道", "address"),
        ("number", "15999919640315001", "id_number"),
        ("number", "15999919640315x012", "id_number"),
        ("number", "' OR 1=1 --", "id_number"),
        ("valid_from", "        ", "valid_from"),
        ("valid_until", "永久", "valid_until"),
        ("valid_until", "20351301", "valid_until"),
    ],
)
def test_a_field_that_cannot_be_is_named_but_not_quoted(change: str, value: str, field: str) -> None:
    outcome = parse_text_block(a_citizen(**{change: value}))

    assert outcome.code is OutcomeCode.CARD_DATA_INVALID
    assert outcome.facts == {"field": field}


def test_an_unknown_kind_of_card_is_refused() -> None:
    block = bytearray(a_citizen())
    block[248:250] = "Q".encode("utf-16-le")

    assert refused_field(bytes(block)) == "card_type"


@pytest.mark.parametrize("size", [0, 1, 255, 257, 4096])
def test_a_block_of_another_length_is_refused(size: int) -> None:
    assert refused_field(bytes(size)) == "length"


@settings(deadline=None)
@given(st.binary(min_size=256, max_size=256))
def test_random_blocks_never_raise(block: bytes) -> None:
    assert parse_text_block(block).code in (OutcomeCode.OK, OutcomeCode.CARD_DATA_INVALID)


@settings(deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_one_changed_byte_never_raises(at: int, value: int) -> None:
    block = bytearray(a_citizen())
    block[at] = value

    assert parse_text_block(bytes(block)).code in (OutcomeCode.OK, OutcomeCode.CARD_DATA_INVALID)


def test_nothing_personal_shows_in_an_outcome() -> None:
    outcome = parse_text_block(a_citizen())

    assert "张测试" not in repr(outcome)
    assert "张测试" not in repr(outcome.value)
    assert "159999196403150011" not in repr(outcome.value)


def test_a_jpeg_photo_is_taken_without_its_padding() -> None:
    assert parse_photo(b"\xff\xd8picture\xff\xd9".ljust(1024, b"\0")) == b"\xff\xd8picture\xff\xd9"


@pytest.mark.parametrize("block", [b"", bytes(1024), b"WLf" + bytes(1021), b"\xff\xd8" + b"x" * 1022])
def test_wlt_empty_and_cut_photos_are_not_decoded(block: bytes) -> None:
    assert parse_photo(block) is None


def test_F19_a_small_x_on_a_card_is_raised() -> None:
    assert card_of(a_citizen(number="15999919640315002x")).id_number == "15999919640315002X"
