"""Foundation 4.3: whoever quits during a login leaves nothing open, here or at the server, and waits for no address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.notices.faults import FaultCode
from app.session import account, opening
from app.settings import Endpoint
from app.sync.calls.lists import list_tasks
from app.sync.calls.login import log_in
from app.sync.line import Line, LineConfig
from app.sync.reply import LineFault
from app.sync.server_time import ServerTime
from domain.refusals import Refusal
from domain.wire.login import LoginReply
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer
from tests.helpers.session_harness import Workplace, a_workplace
from tests.integration.session_acts import Lane


class Held:
    """The lane of logins: held until it is let go, and after its end it takes nothing more, as the bridge's."""

    def __init__(self, workplace: Workplace) -> None:
        tools, at_once = workplace.session.tools, workplace.session.tools.run
        self._jobs: list[Callable[[], None]] = []
        self._ended = False

        def run(*job: Any) -> None:
            assert not self._ended, "cannot schedule new futures after shutdown"
            self._jobs.append(partial(at_once, *job))

        object.__setattr__(tools, "run", run)
        self._tools, self._at_once = tools, at_once

    def end(self) -> None:
        self._ended = True
        for job in self._jobs:
            job()
        self._jobs.clear()
        object.__setattr__(self._tools, "run", self._at_once)


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> list[LoginReply | Refusal]:
    """What the server answered to logins."""
    answers: list[LoginReply | Refusal] = []

    def noted(line: Line, user: str, password: str) -> LoginReply | Refusal:
        answers.append(log_in(line, user, password))
        return answers[-1]

    for module in (account, opening):
        monkeypatch.setattr(module, "log_in", noted)
    return answers


def is_ended(server: RunningServer, answer: LoginReply | Refusal) -> bool:
    assert isinstance(answer, LoginReply)
    line = Line(LineConfig(endpoints=(Endpoint(url=server.base_url),)), ServerTime())
    line.set_token(answer.token)
    return isinstance(list_tasks(line), Refusal)


def test_4_3_quitting_during_a_login_leaves_nothing_open(
    server: RunningServer, clerk: Workplace, tmp_path: Path, logins: list[LoginReply | Refusal]
) -> None:
    lane = Held(clerk)
    clerk.session.account.login(CLERK, PASSWORD)
    clerk.session.account.stop()

    lane.end()

    assert clerk.session.state.clerk is None
    assert logins == [] or is_ended(server, logins[-1])
    with a_workplace(tmp_path / "clerk", server.base_url) as again:
        again.login(CLERK, PASSWORD)


def test_4_3_a_login_that_the_server_answers_after_the_quit_is_ended_there(
    server: RunningServer, clerk: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[LoginReply | Refusal] = []

    def quit_meanwhile(line: Line, user: str, password: str) -> LoginReply | Refusal:
        answers.append(log_in(line, user, password))
        clerk.session.account.stop()
        return answers[-1]

    monkeypatch.setattr(opening, "log_in", quit_meanwhile)
    clerk.session.account.login(CLERK, PASSWORD)

    assert clerk.session.account.opened is None
    assert is_ended(server, answers[-1])
    assert list(clerk.folder.glob("accounts/*/store-*.db")) == []


def test_4_3_no_further_address_is_asked() -> None:
    endpoints = tuple(Endpoint(url=f"http://127.0.0.1:{port}", profile=str(port)) for port in (9, 10, 11))
    line = Line(LineConfig(endpoints=endpoints), ServerTime())
    line.give_up()

    with pytest.raises(LineFault) as caught:
        log_in(line, CLERK, PASSWORD)

    assert caught.value.code is FaultCode.NO_ENDPOINT


def test_4_3_a_fresh_token_that_comes_after_she_left_is_ended(
    server: RunningServer, clerk: Workplace, logins: list[LoginReply | Refusal]
) -> None:
    clerk.login(CLERK, PASSWORD)
    lane = Lane(clerk)
    clerk.session.account.login_again(PASSWORD)
    clerk.session.logout()

    lane.let_go()

    assert len(logins) == 2
    assert is_ended(server, logins[-1])
