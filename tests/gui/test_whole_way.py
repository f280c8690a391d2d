"""A case with heirs on its whole way through real windows and a real server: at the desks nothing but keys is used."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.customer.ink import InkPad
from app.visit.state import Phase, VisitState
from domain.forms.answers import RowId
from hardware.kinds.id_card_reader import CardRead
from tests.gui.clerk import clerk_at_work
from tests.gui.customer import CustomerAtWork
from tests.gui.keys import ALT, CONTROL, Hands
from tests.helpers.builders import OLD_NUMBER, a_card
from tests.helpers.central_server import CLERK, DEPUTY, DIRECTOR, PASSWORD, REVIEWER, RunningServer, running_server
from tests.helpers.heirs import HEIR_NAME, HEIR_SHARE, HEIRS, a_heir_number, heirs_catalogue, heirs_data

pytestmark = pytest.mark.timeout(300)
REASON = "第一继承人已声明放弃，请更正份额"
TYPED = {"AAF030": "东升", "AAC009": "50", "CAZ289": "500", "AAE005": "13800000009", "AAE006": "一组8号"}
"""What the card does not tell, by field, as a clerk types it."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path / "server", catalogue=heirs_data()) as running:
        yield running


@pytest.fixture
def clerk(tmp_path: Path, server: RunningServer, customer: CustomerAtWork) -> Iterator[Hands]:
    with clerk_at_work(tmp_path / "township", server.base_url, heirs_catalogue()) as at_work:
        at_work.workplace.on_shown = customer.window.show_scene
        customer.on_reply = at_work.session.reply
        at_work.workplace.login(CLERK, PASSWORD)
        at_work.devices_ready()
        yield Hands(at_work)


@pytest.fixture
def county(tmp_path: Path, server: RunningServer, clerk: Hands) -> Iterator[Hands]:
    with clerk_at_work(tmp_path / "county", server.base_url, heirs_catalogue()) as at_work:
        yield Hands(at_work)


def state(clerk: Hands) -> VisitState:
    return clerk.desk.workplace.visit.state


def rows(clerk: Hands) -> tuple[RowId, ...]:
    return state(clerk).answers.rows_of(HEIRS)


def begin(clerk: Hands) -> None:
    """F2, the card, the business by its initials."""
    clerk.take_up()
    clerk.press(Qt.Key.Key_F2)
    clerk.desk.tell(CardRead(card=a_card(OLD_NUMBER, photo=b"")))
    clerk.wait_at("module_search")
    clerk.type("jcrdj")
    clerk.press(Qt.Key.Key_Return)
    clerk.wait_at(*TYPED)


def fill_in(clerk: Hands) -> None:
    """What waits, field by field with Enter."""
    for field, text in TYPED.items():
        assert clerk.at.objectName() == field
        clerk.type(text)
        clerk.press(Qt.Key.Key_Return)


def add_heir(clerk: Hands, number: int, name: str, share: str) -> RowId:
    """One more row, filled."""
    before = set(rows(clerk))
    clerk.press(Qt.Key.Key_Insert, ALT)
    (row,) = set(rows(clerk)) - before
    clerk.wait_at(HEIR_NAME)
    for text in (name, a_heir_number(number), share):
        clerk.type(text)
        clerk.press(Qt.Key.Key_Return)
    return row


def touch(customer: CustomerAtWork, name: str) -> None:
    """Press a button of the applicant's screen, once it rests no more."""
    customer.qtbot.waitUntil(lambda: customer.button(name).isEnabled(), timeout=20_000)
    QTest.mouseClick(customer.button(name), Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def read_confirm_and_sign(customer: CustomerAtWork, clerk: Hands) -> str:
    """The applicant reads each page, confirms and signs at her own screen; what she could read."""
    customer.wait_until_painted(clerk.desk.workplace.shown[-1])
    read = customer.texts()
    while customer.sees("下一页"):
        touch(customer, "下一页")
        read += customer.texts()
    touch(customer, "确认无误")
    clerk.desk.wait_for(lambda: state(clerk).phase is Phase.SIGN, "confirmed")
    customer.wait_until_painted(clerk.desk.workplace.shown[-1])
    (pad,) = [pad for pad in customer.window.findChildren(InkPad) if pad.isVisible()]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    for step in range(1, 12):
        QTest.mouseMove(pad, QPoint(60 + 12 * step, 60 + 5 * (step % 4)))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(200, 70))
    touch(customer, "完成")
    clerk.desk.wait_for(lambda: state(clerk).phase is Phase.SUBMIT, "signed")
    return read


def submit(clerk: Hands) -> str:
    """提交受理, the receipt printed; its number."""
    clerk.take_up()
    clerk.press(Qt.Key.Key_Return, CONTROL)
    number = clerk.desk.workplace.wait_for_receipt()
    clerk.press(Qt.Key.Key_P, CONTROL)
    assert clerk.desk.workplace.press.printed[-1].receipt_no == number
    clerk.wait_at("end_visit")
    clerk.press(Qt.Key.Key_Return, CONTROL)
    clerk.desk.wait_for(lambda: clerk.desk.session.visit is None, "the visit is over")
    return number


def open_case(county: Hands, user: str, number: str) -> None:
    """Somebody logs in at the county; the case is the first of the list, and its pages are looked at."""
    county.desk.workplace.login(user, PASSWORD)
    county.take_up()
    review = county.desk.places.review
    county.desk.wait_for(lambda: number in review.sheet.form.toPlainText(), "the case")
    county.wait_at("opinion")
    for _ in range(20):
        if not review.sheet.viewer.unseen:
            break
        county.press(Qt.Key.Key_PageDown, ALT)
    assert review.sheet.viewer.unseen == ()


def approve(county: Hands, user: str, number: str) -> None:
    """Alt+Enter."""
    open_case(county, user, number)
    county.press(Qt.Key.Key_Return, ALT)
    county.desk.wait_for(lambda: f"已通过：{number}" in county.desk.words, "approved")
    county.desk.settle()
    county.desk.session.logout()
    county.desk.settle()


def test_1_heirs_go_the_whole_way_by_keyboard_through_return_and_three_approvals_into_the_dossier(
    clerk: Hands, county: Hands, customer: CustomerAtWork, server: RunningServer
) -> None:
    begin(clerk)
    fill_in(clerk)
    first = add_heir(clerk, 1, "LI", "40")
    second = add_heir(clerk, 2, "WANG", "50")
    for _ in range(3):
        clerk.press(Qt.Key.Key_Insert, ALT)
        clerk.wait_at(HEIR_NAME)
    assert len(rows(clerk)) == 5
    clerk.press(Qt.Key.Key_Insert, ALT)
    assert (len(rows(clerk)), "已有 5 行，不能再加" in clerk.desk.words) == (5, True), "a sixth is refused with a word"
    for left in (4, 3, 2):
        clerk.press(Qt.Key.Key_Delete, ALT)
        assert len(rows(clerk)) == left
        clerk.wait_at(HEIR_NAME)
    clerk.press(Qt.Key.Key_Delete, ALT)
    assert rows(clerk) == (first,)
    clerk.press(Qt.Key.Key_Z, CONTROL)
    assert rows(clerk) == (first, second)

    clerk.press(Qt.Key.Key_Return, CONTROL)
    assert clerk.at.objectName() == HEIR_SHARE, "the keyboard is where it has to be mended"
    assert "各继承人的“份额（%）”合计为 90，应为 100" in clerk.at.accessibleDescription()
    clerk.press(Qt.Key.Key_A, CONTROL)
    clerk.type("60")
    clerk.press(Qt.Key.Key_Return, CONTROL)
    assert state(clerk).phase is Phase.MATERIALS
    for pages in (1, 2):
        clerk.press(Qt.Key.Key_Space)
        assert len(state(clerk).pages) == pages
    clerk.press(Qt.Key.Key_Return, CONTROL)
    read = read_confirm_and_sign(customer, clerk)
    assert "继承人 2 · 份额（%）" in read
    number = submit(clerk)

    open_case(county, REVIEWER, number)
    assert "继承人 2 · 继承人姓名" in county.desk.places.review.sheet.form.toPlainText()
    county.wait_at("opinion")
    county.type(REASON)
    county.press(Qt.Key.Key_B, ALT)
    county.desk.wait_for(lambda: f"已退回：{number}" in county.desk.words, "returned")
    county.desk.session.logout()

    clerk.desk.session.account.wake()
    clerk.desk.wait_for(lambda: clerk.desk.session.state.returned, "the return is known")
    clerk.take_up()
    clerk.tab_to("place_visit")
    clerk.press(Qt.Key.Key_Right)
    clerk.desk.wait_for(lambda: clerk.desk.sees("reopen"), "the clerk's own cases")
    clerk.tab_to("reopen")
    clerk.press(Qt.Key.Key_Return)
    clerk.desk.wait_for(lambda: REASON in clerk.desk.words, "why it came back")
    clerk.wait_at("AAC003", *TYPED)
    clerk.press(Qt.Key.Key_R, ALT)
    clerk.wait_at(HEIR_NAME)
    clerk.press(Qt.Key.Key_Delete, ALT)
    clerk.wait_at(HEIR_NAME)
    assert rows(clerk) == (second,)
    clerk.tab_to(HEIR_SHARE)
    clerk.press(Qt.Key.Key_A, CONTROL)
    clerk.type("100")
    clerk.press(Qt.Key.Key_Return, CONTROL)
    assert state(clerk).phase is Phase.MATERIALS, clerk.desk.words
    clerk.press(Qt.Key.Key_Return, CONTROL)
    assert "继承人 2" not in read_confirm_and_sign(customer, clerk)
    assert submit(clerk) == number, "it keeps its number"

    for user in (REVIEWER, DEPUTY, DIRECTOR):
        approve(county, user, number)
    case = dossier(server, number)
    assert case["content"]["rows"] == [{"group": HEIRS, "id": second}]
    shares = [one["value"] for one in case["content"]["answers"] if one["field"] == HEIR_SHARE]
    assert shares == ["100"]
    assert [step["act"] for step in case["steps"]] == ["accept", "return", "resubmit", "approve", "approve", "approve"]


def dossier(server: RunningServer, number: str) -> dict[str, Any]:
    """The case in its dossier, after ``verify-archive`` found nothing wrong with any."""
    verified = subprocess.run(
        [sys.executable, "-m", "server.main", "verify-archive", "--data", str(server.data)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    cases = [json.loads(file.read_text(encoding="utf-8")) for file in (server.data / "archive").rglob("case.json")]
    (case,) = [case for case in cases if case["receipt_no"] == number]
    found: dict[str, Any] = case
    return found
