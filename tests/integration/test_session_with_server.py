"""A clerk's session against the real central server: logins, tokens, a server that is away, returned cases."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from app.notices.notice import Notice
from app.session.state import DraftRow, LineState
from app.sync.calls.login import log_out
from app.visit.scene import Done, Wait, Welcome
from app.visit.state import Phase
from domain.cases.values import Act, CaseStatus
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
from tests.helpers.session_harness import Workplace, a_line, a_person, a_workplace
from tests.integration.session_acts import decide, row_of, submitted, tasks


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
    assert log_out(elsewhere) is None


def test_im3_logout_works_with_the_server_away(tmp_path: Path) -> None:
    with running_server(tmp_path / "server") as away, a_workplace(tmp_path / "clerk", away.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
        away.process.terminate()
        away.process.join(30)

        clerk.session.logout()

        assert (clerk.session.state.clerk, clerk.code) == (None, "")
        clerk.login(CLERK, PASSWORD)  # offline, with the password alone


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
    opened.store.drafts.save("from-the-future", b'{"version": 99}')
    clerk.session.desk.load()
    (draft,) = clerk.session.state.drafts

    clerk.session.resume(draft.visit)

    assert (clerk.code, clerk.session.visit) == ("draft_unreadable", None)
    clerk.session.desk.discard(draft.visit)
    assert clerk.session.state.drafts == ()


def test_a_discarded_draft_takes_its_pages_along(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(6))
    opened = clerk.session.account.opened
    assert opened is not None
    page = visit.state.pages[0].sha256
    clerk.session.end_visit()
    assert opened.store.pages.has(page)

    clerk.session.desk.discard(visit.state.visit)

    assert not opened.store.pages.has(page)


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
    # The catalogue is public, and one of its texts gives the same number as an example.
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "catalogues"]
    assert len(files) >= 4
    for path in files:
        content = path.read_bytes()
        for secret in [*secrets, b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n", b"SQLite format"]:
            assert secret not in content, (path.name, secret)
        assert not any(number in str(path) for number in numbers)
