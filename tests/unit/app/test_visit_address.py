"""U18: a text begins with what was chosen before it, or repeats what the card says; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.catalogue.values import FieldId
from domain.forms.answers import Origin
from tests.helpers.builders import M01, a_card, at
from tests.helpers.visit_harness import Desk

REGION, TOWNSHIP, VILLAGE, ADDRESS = (FieldId(name) for name in ("AAB301", "AAF013", "AAF030", "AAE006"))
FIRST, SECOND = "159999001001", "159999001002"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[Desk]:
    """A form in which region and township are chosen and no address is written."""
    desk = Desk(tmp_path)
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    desk.visit.form.answer(REGION, "159999")
    desk.visit.form.answer(TOWNSHIP, "159999001")
    yield desk
    desk.close()


def written(desk: Desk) -> tuple[str, Origin | None]:
    answer = desk.state.answers.get(at("AAE006"))
    return (answer.value, answer.origin) if answer else ("", None)


def test_U18_the_address_begins_with_what_was_chosen_down_to_the_village(address: Desk) -> None:
    assert written(address)[0] == "", "nothing before all three are chosen"

    address.visit.form.answer(VILLAGE, FIRST)
    assert written(address) == ("测试旗(演练)测试镇东升嘎查", Origin.DEFAULT)

    address.visit.form.answer(VILLAGE, SECOND)
    assert written(address)[0].endswith("红旗嘎查"), "another choice begins it anew"
    address.visit.form.answer(VILLAGE, "")
    assert written(address)[0].endswith("红旗嘎查")


def test_U18_what_was_typed_stays_and_one_step_takes_both_back(address: Desk) -> None:
    address.visit.form.answer(VILLAGE, FIRST)
    address.visit.keeping.undo()
    assert written(address)[0] == ""

    address.visit.form.answer(ADDRESS, "别处三号")
    address.visit.form.answer(VILLAGE, FIRST)
    assert written(address) == ("别处三号", Origin.TYPED)
    address.visit.form.answer(ADDRESS, "")
    assert written(address)[0] == "", "emptied by hand it stays empty"
    address.visit.form.answer(VILLAGE, SECOND)
    address.visit.form.answer(ADDRESS, written(address)[0] + "三组12号")
    address.visit.form.answer(VILLAGE, FIRST)
    assert written(address)[0].endswith("红旗嘎查三组12号")


def test_U18_what_the_card_says_is_taken_over_as_the_cards(address: Desk) -> None:
    identity = address.state.identity
    assert identity is not None
    address.visit.form.answer(ADDRESS, "别处三号")

    address.visit.form.answer(ADDRESS, identity.values["address"])

    assert written(address) == (identity.values["address"], Origin.CARD)
    address.visit.keeping.undo()
    assert written(address)[0] in ("", "别处三号")
