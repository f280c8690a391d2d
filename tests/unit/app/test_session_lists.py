"""Lists, reopened cases, early cards and crash reports of a session."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app import crash
from app.notices.notice import Notice
from app.session.desk import desk_rows
from app.session.devices import Devices
from app.session.lists import draft_rows, drop_visit
from app.session.reopening import as_visit, returned
from app.store.drafts import SavedDraft
from app.store.mirror import ServerWord
from app.visit.draft import dump_draft
from app.visit.state import Phase, VisitState
from domain.cases.values import CaseId, CaseStatus
from domain.catalogue.values import ModuleId
from domain.wire.cases import CaseView
from hardware.device import DeviceState, Health
from hardware.kinds.document_camera import CapturedPage, CapturePage
from hardware.kinds.id_card_reader import ID_CARD_READER, CardFailed, CardGone, CardRead
from hardware.messages import HealthChanged, HostUp
from hardware.outcomes import Outcome, OutcomeCode
from tests.helpers.builders import ADDRESS, NAME, NOW, NUMBER, PHONE, TODAY, a_card, a_content, shipped_catalogue
from tests.helpers.noise import ExpectedNoise
from tests.helpers.session_harness import Workplace
from tests.helpers.stored import an_entry, drafts_of
from tests.helpers.visit_harness import Desk

NOWHERE = "http://127.0.0.1:9"


def test_an_unfinished_visit_is_listed_with_item_surname_and_phase(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)

    (row,) = draft_rows(shipped_catalogue(), desk.store.drafts.all())

    assert (row.visit, row.module_name, row.applicant, row.phase_title) == ("visit-1", "新参保登记", "张**", "采集材料")
    assert (row.number_end, row.mends, row.has_twin) == (NUMBER[-4:], False, False)
    assert NAME not in repr(row)
    assert NUMBER[-4:] not in repr(row)


def test_the_desk_shows_whose_limit_ends_by_the_next_working_day_or_is_over(desk: Desk) -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    of_cases = [
        ("1120", monday, CaseStatus.IN_REVIEW),
        ("1120", date(2026, 12, 1), CaseStatus.IN_REVIEW),
        ("1127", friday, CaseStatus.IN_REVIEW),
        ("1120", date(2026, 11, 25), CaseStatus.IN_APPROVAL),
        ("1120", friday, CaseStatus.RETURNED),
        ("1120", friday, CaseStatus.FINISHED),
    ]
    for number, (day, due_on, status) in enumerate(of_cases, start=1):
        entry, receipt_no = an_entry(number), f"159999001-2026{day}-{number:04}"
        desk.store.enqueue(entry, drop_draft=None)
        word = ServerWord(case=entry.case, receipt_no=receipt_no, status=status, due_on=due_on)
        desk.store.acknowledged(entry, word)

    soon = desk_rows(shipped_catalogue(), desk.store, friday).due_soon

    assert [row.case for row in soon] == ["case-4", "case-1"], "not what was accepted today to be done today"


def test_unfinished_visits_of_one_person_and_those_that_mend_a_case_are_marked(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    mending = replace(desk.state, visit="visit-2", returned_after=3)
    other = VisitState(visit="visit-3", module=ModuleId("M01"))
    saved = [
        SavedDraft(visit=state.visit, body=dump_draft(state), saved_at=NOW.timestamp() - minutes * 60)
        for minutes, state in enumerate((desk.state, mending, other))
    ]

    rows = draft_rows(shipped_catalogue(), saved)

    assert [(row.visit, row.mends, row.has_twin) for row in rows] == [
        ("visit-1", False, True),
        ("visit-2", True, True),
        ("visit-3", False, False),
    ]
    assert [row.changed_at for row in rows] == [NOW - timedelta(minutes=minutes) for minutes in range(3)]


def test_a_draft_that_cannot_be_read_stays_in_sight_and_an_empty_one_does_not() -> None:
    empty = dump_draft(VisitState(visit="empty"))

    saved = [SavedDraft(visit=visit, body=body, saved_at=1.0) for visit, body in (("damaged", b"{"), ("empty", empty))]

    rows = draft_rows(shipped_catalogue(), saved)

    assert [(row.visit, row.module_name) for row in rows] == [("damaged", "无法读取")]


def test_dropping_a_visit_drops_its_pages_but_none_that_wait_to_be_sent(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    page = desk.state.pages[0].sha256
    drop_visit(desk.store, "visit-1")
    assert (drafts_of(desk.store), desk.store.pages.has(page)) == ([], False)

    drop_visit(desk.store, "visit-1")
    desk.store.drafts.save("damaged", b"{")
    drop_visit(desk.store, "damaged")
    assert drafts_of(desk.store) == []


def test_a_returned_case_opens_with_everything_but_the_signature() -> None:
    content = a_content()
    view = CaseView(
        case=CaseId("c1"),
        receipt_no="159999-1",
        module=ModuleId("M01"),
        applicant="张测试",
        status=CaseStatus.RETURNED,
        awaited=None,
        risk=2,
        reason="户口簿首页不清楚",
        accepted_at=NOW,
        due_on=TODAY,
        steps=(),
        acts=(),
        content=content,
    )

    state = as_visit(returned(view), shipped_catalogue(), visit="v2")

    assert (state.visit, state.case, state.phase) == ("v2", "c1", Phase.FORM)
    assert state.answers == content.form
    assert [(page.material, page.number, page.sha256) for page in state.pages] == [
        (page.material, page.number, page.sha256) for page in content.pages
    ]
    assert state.identity is not None
    assert (state.identity.name, state.identity.id_number) == (NAME, NUMBER)
    assert (state.digest, state.signature) == ("", None)
    assert state.came_back is not None
    assert "户口簿首页不清楚" in state.came_back.what


class Taker:
    """Notes which cards it is told of."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def take_card(self, card: object) -> None:
        """A card."""
        self.told.append(type(card).__name__)

    def card_failed(self, code: OutcomeCode, facts: object = None, device: object = None) -> None:
        """A card that cannot be read."""
        self.told.append(code.name)


def test_cards_go_to_the_visit_and_wait_a_moment_when_there_is_none(tmp_path: Path) -> None:
    workplace, changes, taker = Workplace(tmp_path, NOWHERE), list[object](), Taker()
    at_counter: list[Taker] = []
    tools = workplace.session.tools
    devices = Devices(tools, on_change=changes.append, at_counter=lambda: at_counter[0] if at_counter else None)

    health = Health(kind=ID_CARD_READER, state=DeviceState.READY)
    for event in (HostUp(generation=1, pid=1), CardRead(card=a_card()), HealthChanged(health=health)):
        devices.event_from_host(event)
    workplace.wait_for(lambda: bool(changes), "the reader's health")
    assert changes == [{"devices": {ID_CARD_READER: health}}]
    assert devices.take_early_card() == a_card()
    assert devices.take_early_card() is None

    at_counter.append(taker)
    for card in (CardRead(card=a_card()), CardFailed(code=OutcomeCode.CARD_LIFTED), CardGone()):
        devices.event_from_host(card)
    workplace.wait_for(lambda: len(taker.told) == 2, "cards")
    assert taker.told == ["IdCard", "CARD_LIFTED"]
    assert devices.take_early_card() is None


def test_without_server_and_store_a_login_says_what_is_missing(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path / "data", NOWHERE)

    workplace.session.account.login("wangfang", "x")

    assert (workplace.code, workplace.session.state.logging_in) == ("no_network", False)
    assert workplace.session.new_visit() is None
    assert not (tmp_path / "data").exists() or not any(path.is_file() for path in (tmp_path / "data").rglob("*"))
    workplace.session.dismiss_notice()
    assert workplace.session.state.notice is None
    workplace.session.stop()


def test_se_a_crash_report_tells_where_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("unexpected: KeyError", reason="the report is logged too")
    shown: list[Notice] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    crash.install(tmp_path / "crashes", shown.append)

    try:
        try:
            raise ValueError(f"{NAME} {NUMBER}")
        except ValueError as cause:
            raise KeyError(f"{PHONE} {ADDRESS}") from cause
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)

    (report,) = (tmp_path / "crashes").iterdir()
    text = report.read_text(encoding="utf-8")
    assert "KeyError" in text
    assert "caused by ValueError" in text
    assert "test_session_lists.py" in text
    assert not any(secret in text for secret in (NAME, NUMBER, PHONE, ADDRESS))
    (notice,) = shown
    assert report.name in notice.why


def test_the_outcome_of_a_device_comes_on_the_ui_thread(tmp_path: Path) -> None:

    workplace, outcomes = Workplace(tmp_path, NOWHERE), list[Outcome[CapturedPage]]()
    workplace.session.devices.ask(CapturePage(), outcomes.append)
    assert outcomes == []

    workplace.wait_for(lambda: outcomes, "outcome")
    assert outcomes[0].ok
