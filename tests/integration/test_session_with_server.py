"""A clerk's session against the real central server: logins, tokens, a server that is away, returned cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from app.session.state import CaseRow, DraftRow, LineState
from app.store.outbox import EntryState
from app.visit.scene import Done, Wait, Welcome
from app.visit.state import Notice, Phase
from domain.cases.values import Act, CaseId, CaseStatus
from domain.catalogue.values import FieldId
from domain.refusals import Refusal, RefusalCode
from domain.wire import CaseLine, CaseView
from tests.helpers.builders import ADDRESS, NAME, PHONE
from tests.helpers.central_server import (
    CLERK,
    CLERK_AS_REVIEWER,
    DEPUTY,
    DIRECTOR,
    PASSWORD,
    REVIEWER,
    RunningServer,
    running_server,
)
from tests.helpers.fault_proxy import BUSY, Fault, fault_proxy
from tests.helpers.session_harness import Workplace, a_line, a_person, a_workplace


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def clerk(server: RunningServer, tmp_path: Path) -> Iterator[Workplace]:
    with a_workplace(tmp_path / "clerk", server.base_url) as workplace:
        yield workplace


@pytest.fixture
def reviewer(server: RunningServer, tmp_path: Path) -> Iterator[Workplace]:
    with a_workplace(tmp_path / "reviewer", server.base_url) as workplace:
        yield workplace


def submitted(clerk: Workplace, number: int) -> str:
    """A case of a new person that the server has; its id."""
    clerk.login(CLERK, PASSWORD)
    clerk.fill_visit(a_person(number))
    clerk.sign_and_submit()
    clerk.wait_for_receipt()
    case = clerk.visit.state.case
    assert case is not None
    clerk.session.end_visit()
    return case


def tasks(workplace: Workplace) -> dict[str, CaseLine]:
    """What waits for this reviewer."""
    assert workplace.session.account.reading is not None
    answers: list[tuple[CaseLine, ...] | Notice] = []
    workplace.session.account.reading.load_tasks(answers.append)
    (lines,) = answers
    assert not isinstance(lines, Notice), lines
    return {line.case: line for line in lines}


def decide(workplace: Workplace, case: str, act: Act, opinion: str = "", *, seen: int = 1) -> CaseView | Notice:
    """A reviewer's step, and what came of it."""
    assert workplace.session.account.reading is not None
    answers: list[CaseView | Notice] = []
    workplace.session.account.reading.take_step(CaseId(case), act, opinion, seen, answers.append)
    (answer,) = answers
    return answer


def row_of(workplace: Workplace, case: str) -> CaseRow:
    """The case in the clerk's list."""
    lists: list[tuple[CaseRow, ...]] = []
    workplace.session.cases.load(lists.append)
    return next(row for row in lists[0] if row.case == case)


def test_login_opens_the_session_and_shows_the_welcome(clerk: Workplace) -> None:
    clerk.login(f" {CLERK} ", PASSWORD)

    state = clerk.session.state
    assert state.clerk is not None
    assert (state.clerk.name, state.clerk.office.code) == ("王芳", "159999001")
    assert "PUB_BIZ" in state.clerk.roles
    assert state.line is LineState.ONLINE
    welcome = clerk.idle_scenes[-1]
    assert isinstance(welcome, Welcome)
    assert welcome.office == "测试镇便民服务中心"
    clerk.session.logout()
    assert clerk.idle_scenes[-1] == Wait(text="本窗口还没有开始服务")


def test_at_a_reviewers_counter_nobody_is_asked_for_a_card(reviewer: Workplace) -> None:
    reviewer.session.start()
    reviewer.login(REVIEWER, PASSWORD)

    assert reviewer.idle_scenes == [Wait(text="本窗口还没有开始服务")]


def test_im7_a_catalogue_that_the_server_does_not_know_is_told_at_the_login(clerk: Workplace) -> None:
    foreign = dataclasses.replace(clerk.session.tools.catalogue, sha256="0" * 64)
    object.__setattr__(clerk.session.tools, "catalogue", foreign)

    clerk.login(CLERK, PASSWORD)

    assert clerk.code == "catalogue_unknown"


def test_a_wrong_password_is_told_and_opens_nothing(clerk: Workplace) -> None:
    for user in (DIRECTOR, "nobody"):
        clerk.session.account.login(user, "wrong")
        assert (clerk.code, clerk.session.state.clerk, clerk.session.state.logging_in) == ("login_wrong", None, False)
    clerk.login(CLERK, PASSWORD)


def test_five_wrong_passwords_lock_the_account_and_say_for_how_long(clerk: Workplace) -> None:
    for _ in range(6):
        clerk.session.account.login(DEPUTY, "wrong")
    clerk.session.account.login(DEPUTY, PASSWORD)

    assert clerk.code == "login_locked"
    assert clerk.session.state.notice is not None
    assert "30 分钟" in clerk.session.state.notice.next
    assert clerk.session.state.clerk is None


def test_xy_a_visit_goes_to_the_server_and_its_receipt_comes_back(clerk: Workplace) -> None:
    case = submitted(clerk, 1)

    done = [shown.scene for shown in clerk.shown if isinstance(shown.scene, Done)]
    assert done[-1].receipt_no
    assert done[-1].due_on is not None
    row = row_of(clerk, case)
    assert (row.status, row.waiting, row.applicant) == (CaseStatus.IN_REVIEW, False, "张**")
    assert row.receipt_no == done[-1].receipt_no


def test_a_returned_case_comes_back_with_its_reason_is_mended_and_approved(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = submitted(clerk, 2)
    reviewer.login(REVIEWER, PASSWORD)
    assert tasks(reviewer)[case].applicant == "张**"
    told = decide(reviewer, case, Act.RETURN, "户口簿首页不清楚")
    assert isinstance(told, CaseView)

    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.session.state.returned, "return")
    row = row_of(clerk, case)
    assert (row.status, row.reason) == (CaseStatus.RETURNED, "户口簿首页不清楚")
    assert clerk.session.state.returned == 0

    clerk.session.reopen(row.case)
    assert clerk.visit.state.came_back is not None
    assert "户口簿首页不清楚" in clerk.visit.state.came_back.what
    clerk.visit.answer(FieldId("AAE005"), "13900000000")
    assert clerk.visit.go(Phase.READ_BACK)
    clerk.sign_and_submit()
    clerk.wait_for(lambda: case in tasks(reviewer), "second submission")
    view = decide(reviewer, case, Act.APPROVE, seen=3)
    assert isinstance(view, CaseView), view
    assert (view.status, view.archive != "") == (CaseStatus.FINISHED, True)


def test_the_same_person_may_not_review_with_another_account(clerk: Workplace, reviewer: Workplace) -> None:
    case = submitted(clerk, 3)
    reviewer.login(CLERK_AS_REVIEWER, PASSWORD)

    assert case not in tasks(reviewer)
    answer = decide(reviewer, case, Act.APPROVE)

    assert isinstance(answer, Notice)
    assert answer.code == "same_person"
    assert CLERK in answer.why


def test_an_expired_token_in_the_middle_of_a_visit_costs_a_password_and_nothing_else(
    server: RunningServer, clerk: Workplace
) -> None:
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(4))
    answers, pages = visit.state.answers, visit.state.pages
    revoke(server, clerk)

    clerk.sign_and_submit()
    clerk.wait_for(lambda: clerk.session.state.line is LineState.LOGIN_NEEDED, "login needed")
    assert clerk.session.state.waiting == 1
    clerk.timers.fire()
    assert isinstance(clerk.shown[-1].scene, Done)
    assert (visit.state.answers, visit.state.pages) == (answers, pages)

    clerk.session.account.login_again("wrong")
    assert (clerk.code, clerk.session.state.line) == ("login_wrong", LineState.LOGIN_NEEDED)
    clerk.session.account.login_again(PASSWORD)
    assert clerk.wait_for_receipt()
    assert clerk.session.state.line is LineState.ONLINE


def revoke(server: RunningServer, workplace: Workplace) -> None:
    """End the session's token at the server, from elsewhere."""
    elsewhere = a_line(server.base_url)
    opened = workplace.session.account.opened
    assert opened is not None
    elsewhere.set_token(opened.token)
    assert elsewhere.logout() is None


def test_se_logout_ends_the_token_and_what_is_still_on_its_way_never_goes_out_as_somebody_else(
    server: RunningServer, clerk: Workplace
) -> None:
    clerk.login(CLERK, PASSWORD)
    left = clerk.session.account.opened
    assert left is not None
    clerk.session.logout()
    clerk.login(REVIEWER, PASSWORD)

    answer = left.line.tasks()

    assert isinstance(answer, Refusal)
    assert answer.code is RefusalCode.TOKEN_MISSING
    present = clerk.session.account.opened
    assert present is not None
    assert not isinstance(present.line.tasks(), Refusal)


def test_im3_logout_works_with_the_server_away(tmp_path: Path) -> None:
    with running_server(tmp_path / "server") as away, a_workplace(tmp_path / "clerk", away.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
        away.process.terminate()
        away.process.wait(30)

        clerk.session.logout()

        assert (clerk.session.state.clerk, clerk.code) == (None, "")
        clerk.login(CLERK, PASSWORD)  # offline, with the password alone


def test_the_same_clerk_may_log_in_while_her_store_is_still_being_closed(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    lane: list[Callable[[], None]] = []
    tools, at_once = clerk.session.tools, clerk.session.tools.run
    object.__setattr__(tools, "run", lambda *job: lane.append(partial(at_once, *job)))

    clerk.session.logout()
    clerk.session.account.login(CLERK, PASSWORD)
    assert clerk.session.state.logging_in
    while lane:
        lane.pop(0)()

    assert clerk.session.state.clerk is not None, clerk.session.state.notice
    assert clerk.session.state.line is LineState.ONLINE


class Lane:
    """Holds what goes aside until it is let go, as a slow line does."""

    def __init__(self, workplace: Workplace) -> None:
        tools, at_once = workplace.session.tools, workplace.session.tools.run_aside
        self._jobs: list[Callable[[], None]] = []
        object.__setattr__(tools, "run_aside", lambda *job: self._jobs.append(partial(at_once, *job)))

    def let_go(self) -> None:
        """Do all that was held, in its order."""
        while self._jobs:
            self._jobs.pop(0)()


def returned(clerk: Workplace, reviewer: Workplace, number: int) -> str:
    """A case that was sent back; its clerk has left the counter."""
    case = submitted(clerk, number)
    reviewer.login(REVIEWER, PASSWORD)
    assert isinstance(decide(reviewer, case, Act.RETURN, "请补户口簿"), CaseView)
    return case


def test_se_a_case_that_was_asked_for_before_logout_never_opens_for_the_next_clerk(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = returned(clerk, reviewer, 41)
    lane = Lane(clerk)
    clerk.session.reopen(CaseId(case))
    clerk.session.logout()
    clerk.login(REVIEWER, PASSWORD)
    scenes = len(clerk.shown)

    lane.let_go()

    assert clerk.session.visit is None
    assert len(clerk.shown) == scenes
    assert clerk.session.state.drafts == ()


def test_se_a_case_that_was_asked_for_before_the_next_person_came_does_not_open_after_them(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = returned(clerk, reviewer, 42)
    lane = Lane(clerk)
    clerk.session.reopen(CaseId(case))
    assert clerk.session.new_visit() is not None
    clerk.session.end_visit()

    lane.let_go()

    assert clerk.session.visit is None


def test_an_opinion_that_meets_a_logout_is_told_to_nobody_and_goes_out_at_the_next_login(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = submitted(clerk, 43)
    reviewer.login(REVIEWER, PASSWORD)
    assert reviewer.session.account.reading is not None
    lane, answers = Lane(reviewer), list[CaseView | Notice]()
    reviewer.session.account.reading.take_step(CaseId(case), Act.APPROVE, "", 1, answers.append)
    reviewer.session.logout()  # before the opinion had its turn on the line
    reviewer.login(REVIEWER, PASSWORD)
    reviewer.wait_for(lambda: reviewer.session.state.line is LineState.ONLINE, "a round")

    lane.let_go()

    assert (answers, reviewer.code) == ([], "")
    assert case not in tasks_now(reviewer, lane)


def tasks_now(workplace: Workplace, lane: Lane) -> dict[str, CaseLine]:
    """What waits for this reviewer, over a lane that is let go."""
    assert workplace.session.account.reading is not None
    answers: list[tuple[CaseLine, ...] | Notice] = []
    workplace.session.account.reading.load_tasks(answers.append)
    lane.let_go()
    (lines,) = answers
    assert not isinstance(lines, Notice), lines
    return {line.case: line for line in lines}


def test_im3_an_opinion_that_a_busy_server_could_not_look_at_is_kept_and_goes_out_later(
    server: RunningServer, clerk: Workplace, tmp_path: Path
) -> None:
    case = submitted(clerk, 46)
    with (
        fault_proxy(server.base_url) as proxy,
        a_workplace(tmp_path / "reviewer", proxy.url) as reviewer,
    ):
        reviewer.login(REVIEWER, PASSWORD)
        reviewer.wait_for(lambda: reviewer.session.state.line is LineState.ONLINE, "a round")
        proxy.plan(then=Fault(reply_with=BUSY))
        told = decide(reviewer, case, Act.APPROVE)
        assert isinstance(told, Notice)
        assert told.code == "step_kept"

        proxy.plan()
        reviewer.session.account.wake()
        reviewer.wait_for(lambda: case not in tasks(reviewer), "the opinion at the server")


def test_im3_a_busy_server_lets_a_known_account_in_offline(server: RunningServer, tmp_path: Path) -> None:
    with fault_proxy(server.base_url) as proxy, a_workplace(tmp_path / "clerk", proxy.url) as clerk:
        proxy.plan(then=Fault(reply_with=BUSY))
        clerk.session.account.login(CLERK, PASSWORD)
        assert (clerk.session.state.clerk, clerk.code) == (None, "server_busy")  # a first login needs the server
        proxy.plan()
        clerk.login(CLERK, PASSWORD)
        clerk.session.logout()

        proxy.plan(then=Fault(reply_with=BUSY))
        clerk.login(CLERK, PASSWORD)

        assert clerk.session.state.line is LineState.OFFLINE


def test_a_decision_that_was_kept_and_then_refused_is_told_to_the_reviewer(
    server: RunningServer, clerk: Workplace, tmp_path: Path
) -> None:
    case = submitted(clerk, 47)
    with (
        fault_proxy(server.base_url) as proxy,
        a_workplace(tmp_path / "reviewer", proxy.url) as reviewer,
        a_workplace(tmp_path / "other", server.base_url) as other,
    ):
        reviewer.login(REVIEWER, PASSWORD)
        reviewer.wait_for(lambda: reviewer.session.state.line is LineState.ONLINE, "a round")
        proxy.plan(then=Fault(reply_with=BUSY))
        assert isinstance(decide(reviewer, case, Act.APPROVE), Notice)
        other.login(REVIEWER, PASSWORD)
        assert isinstance(decide(other, case, Act.RETURN, "缺页"), CaseView)

        proxy.plan()
        reviewer.session.account.wake()
        reviewer.wait_for(lambda: reviewer.session.state.notice, "the reason")
        assert reviewer.session.state.notice is not None
        assert reviewer.session.state.notice.what.startswith("刚才保存的办理意见没有被接受")
        reviewer.wait_for(lambda: reviewer.session.state.refused == 0, "an empty tray")


def test_whoever_leaves_while_the_password_is_checked_does_not_lock_the_counter(
    server: RunningServer, clerk: Workplace
) -> None:
    clerk.login(CLERK, PASSWORD)
    lane = Lane(clerk)
    clerk.session.account.login_again(PASSWORD)
    clerk.session.logout()

    lane.let_go()

    assert not clerk.session.state.logging_in
    clerk.login(REVIEWER, PASSWORD)


def test_im3_a_case_that_the_server_refused_is_mended_and_takes_the_refused_ones_place(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    real_now = clerk.session.tools.now
    tomorrow = (real_now() + timedelta(days=1)).date().isoformat()
    object.__setattr__(clerk.session.tools, "now", lambda: real_now() + timedelta(days=1))  # a clock that is wrong
    visit = clerk.fill_visit(a_person(44))
    visit.answer(FieldId("AAC030"), tomorrow)
    assert visit.go(Phase.READ_BACK)
    clerk.sign_and_submit()
    clerk.wait_for(lambda: visit.state.refused, "refusal")
    assert visit.state.case is not None
    object.__setattr__(clerk.session.tools, "now", real_now)

    clerk.session.end_and_mend(visit.state.case)
    assert clerk.visit.state.case == visit.state.case
    assert [page.sha256 for page in clerk.visit.state.pages] == [page.sha256 for page in visit.state.pages]
    assert clerk.visit.state.came_back is not None
    assert clerk.visit.state.came_back.code == "form_invalid"
    clerk.visit.answer(FieldId("AAC030"), real_now().date().isoformat())
    clerk.session.end_visit()
    for act in (clerk.session.cases.send_again, clerk.session.cases.take_off):
        act(visit.state.case, lambda: None)
        assert clerk.code == "being_mended"
    assert clerk.session.account.opened is not None
    assert clerk.session.account.opened.store.counts()[EntryState.REFUSED] == 1
    clerk.session.mend(visit.state.case)  # begun already: goes on where it was
    assert clerk.visit.state.answers[FieldId("AAC030")].value != tomorrow
    assert clerk.visit.go(Phase.READ_BACK)
    clerk.sign_and_submit()

    assert clerk.wait_for_receipt()
    (entry,) = clerk.session.account.opened.store.outbox()
    assert entry.state is EntryState.SENT


def test_im3_a_page_that_is_broken_on_this_machine_is_asked_for_again(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(45))
    assert clerk.session.account.opened is not None
    first = clerk.session.account.opened.store.load_blob(visit.state.pages[0].sha256)
    for path in clerk.folder.rglob("*.page"):
        if path.stat().st_size == len(first) + 28:  # nonce and seal
            path.write_bytes(bytes(path.stat().st_size))
            break
    clerk.sign_and_submit()
    clerk.wait_for(lambda: visit.state.refused, "refusal")
    assert visit.state.case is not None

    clerk.session.end_and_mend(visit.state.case)

    assert len(clerk.visit.state.pages) == 1
    assert not clerk.visit.go(Phase.READ_BACK)
    assert clerk.visit.state.notice is not None
    assert clerk.visit.state.notice.code == "materials_missing"


def test_a_bug_while_logging_in_does_not_lock_the_counter(clerk: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("app.session.account.open_account", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            clerk.session.account.login(CLERK, PASSWORD)

    clerk.login(CLERK, PASSWORD)


def test_the_drafts_of_one_clerk_are_not_shown_to_the_next(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    clerk.fill_visit(a_person(5))
    clerk.session.logout()
    assert clerk.session.state.drafts == ()
    clerk.login(REVIEWER, PASSWORD)
    assert clerk.session.state.drafts == ()
    clerk.session.logout()

    clerk.login(CLERK, PASSWORD)
    drafts: tuple[DraftRow, ...] = clerk.session.state.drafts
    (draft,) = drafts
    assert (draft.module_name, draft.applicant, draft.phase_title) == ("新参保登记", "张**", "群众核对")
    clerk.session.resume(draft.visit)
    assert clerk.visit.state.phase is Phase.READ_BACK
    clerk.session.discard_visit()
    assert clerk.session.state.drafts == ()


def test_a_draft_that_cannot_be_read_is_shown_and_explained(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    opened = clerk.session.account.opened
    assert opened is not None
    opened.store.save_draft("from-the-future", b'{"version": 99}')
    clerk.session.load_drafts()
    (draft,) = clerk.session.state.drafts

    clerk.session.resume(draft.visit)

    assert (clerk.code, clerk.session.visit) == ("draft_unreadable", None)
    clerk.session.discard_draft(draft.visit)
    assert clerk.session.state.drafts == ()


def test_a_discarded_draft_takes_its_pages_along(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(6))
    opened = clerk.session.account.opened
    assert opened is not None
    page = visit.state.pages[0].sha256
    clerk.session.end_visit()
    assert opened.store.has_blob(page)

    clerk.session.discard_draft(visit.state.visit)

    assert not opened.store.has_blob(page)


def test_se_nothing_that_the_client_writes_tells_who_was_there(clerk: Workplace) -> None:
    person, waiting = a_person(7), a_person(8)
    clerk.login(CLERK, PASSWORD)
    clerk.fill_visit(person)
    clerk.sign_and_submit()
    clerk.wait_for_receipt()
    clerk.session.end_visit()
    clerk.fill_visit(waiting)

    assert_nothing_in_clear(clerk.folder, person, waiting)
    clerk.session.logout()
    assert_nothing_in_clear(clerk.folder, person, waiting)


def assert_nothing_in_clear(folder: Path, *numbers: str) -> None:
    """No name, number, phone, address, password, picture or token in any file or its name."""
    texts = [NAME, PHONE, ADDRESS, PASSWORD, "户口簿", *numbers]
    secrets = [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        content = path.read_bytes()
        for secret in [*secrets, b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n", b"SQLite format"]:
            assert secret not in content, (path.name, secret)
        assert not any(number in str(path) for number in numbers)
