"""Who is logged in at this counter: login, a fresh token, logout, and what is open in between."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from app.notices.texts import notice_of, refusal_notice
from app.session.deciding import Deciding
from app.session.lookup import Lookup
from app.session.opening import Opened, open_account
from app.session.state import LineState
from app.session.tools import SessionTools
from app.sync.calls.login import end_login, log_in, log_out
from app.sync.loop import SyncLoop
from app.sync.report import SyncReport
from app.visit.tools import Run
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.login import LoginReply

T = TypeVar("T")


class Account:
    """The open account, if any: store, line, loop, look-ups and decisions of one login.

    ``on_change(**changes)`` is called with changes of the session's state, ``on_report`` with each report of the loop,
    ``on_opened`` after a login.
    """

    def __init__(
        self,
        tools: SessionTools,
        *,
        on_change: Callable[..., None],
        on_report: Callable[[SyncReport], None],
        on_opened: Callable[[Opened], None],
    ) -> None:
        self._tools = tools
        self._on_change = on_change
        self._on_report = on_report
        self._on_opened = on_opened
        self._asking = False
        self._has_left = False
        self._loop: SyncLoop | None = None
        self.opened: Opened | None = None
        self.lookup: Lookup | None = None
        self.deciding: Deciding | None = None

    def login(self, user: str, password: str) -> None:
        """Log in at the server, or offline with the password that opens the account's store."""
        if self._asking or self.opened is not None:
            return
        self._ask(notice=None)
        # In order with what closes the last clerk's store: it may be the same one.
        self._tools.run(
            lambda: open_account(self._tools, user.strip(), password, has_left=lambda: self._has_left),
            self._answered,
            self._failed,
        )

    def _ask(self, **changes: Any) -> None:
        self._asking = True
        self._on_change(logging_in=True, **changes)

    def _answer(self, **changes: Any) -> None:
        self._asking = False
        self._on_change(logging_in=False, **changes)

    def _failed(self, error: Exception) -> None:
        if self._has_left:
            self._ignore(error)
            return
        self._answer()  # before anything else: after a bug, too, somebody must be able to log in
        self._on_change(notice=notice_of(error))

    def _answered(self, answer: Opened | Refusal | None) -> None:
        if self._has_left:
            if isinstance(answer, Opened):  # between the last look and now; the lanes have ended
                answer.store.close()
            return
        assert answer is not None
        if isinstance(answer, Refusal):
            self._answer(notice=refusal_notice(answer))
            return
        tools = self._tools
        self.opened = answer
        self.lookup = Lookup(
            answer.line,
            run_aside=self.run_aside,
            later=tools.later,
            login_needed=self._login_needed,
            on_silence=self.wake,
        )
        self.deciding = Deciding(tools, answer.store, run=self.run, wake=self.wake)
        self._loop = SyncLoop(
            answer.store,
            answer.line,
            lambda report: tools.post(lambda: self._reported(answer, report)),  # from the loop's thread
            tools.time.seconds,
            tools.random,
            on_bug=lambda error: tools.post(lambda: _raise(error)),
            retain_s=tools.retain_s,
        )
        # Without a token the loop asks all the same: it then notices when the server is back and a login is needed.
        self._loop.set_token(answer.token or "")
        self._loop.start()
        line = LineState.ONLINE if answer.token else LineState.OFFLINE
        self._answer(clerk=answer.clerk, line=line, notice=None, to_recover=answer.to_recover)
        self._check(answer)
        self._on_opened(answer)

    def _check(self, opened: Opened) -> None:
        """Every page of the store is looked at, after the login and beside the work."""
        check = partial(opened.store.check, retain_s=self._tools.retain_s)
        self.run_aside(check, lambda _: None, lambda error: self._on_change(notice=notice_of(error)))

    def _reported(self, opened: Opened, report: SyncReport) -> None:
        if self.opened is opened and self.deciding is not None:
            self._on_report(self.deciding.take(report))

    def login_again(self, password: str) -> None:
        """A fresh token in the middle of work; the visit stays as it is."""
        opened = self.opened
        if opened is None or self._asking:
            return
        self._ask()

        def work() -> LoginReply | Refusal:
            reply = log_in(opened.line, opened.clerk.user, password)
            if self.opened is not opened and not isinstance(reply, Refusal):
                end_login(opened.line, reply.token)  # she has left meanwhile
            return reply

        self._tools.run_aside(
            work,
            lambda reply: self._answered_again(opened, reply),
            self._failed,
        )

    def _answered_again(self, opened: Opened, reply: LoginReply | Refusal) -> None:
        self._answer()
        loop = self._loop
        if self.opened is not opened or loop is None:
            return  # she has left meanwhile, and what was said is for nobody else
        if isinstance(reply, Refusal):
            self._on_change(notice=refusal_notice(reply))
            return
        if opened.vault is not None:
            self.run(partial(opened.vault.save_token, reply.token), lambda _: None, self._ignore)
        loop.set_token(reply.token)
        self._on_change(line=LineState.ONLINE, notice=None)

    def _login_needed(self) -> None:
        self._on_change(line=LineState.LOGIN_NEEDED)

    def logout(self) -> None:
        """Close loop and store and end the token; what waits to be sent stays safe and goes out at the next login."""
        loop, opened = self._loop, self.opened
        self._loop, self.opened, self.lookup, self.deciding = None, None, None, None
        self._on_change(clerk=None, drafts=(), waiting=0, refused=0, returned=0, to_recover=0, notice=None)
        self._on_change(line=LineState.UNKNOWN, line_fault=None)
        if opened is not None:
            self._tools.run(lambda: _close(loop, opened), lambda _: None, self._ignore)
            self._tools.run_aside(partial(log_out, opened.line), lambda _: None, self._ignore)

    def stop(self) -> None:
        """The program ends: as ``logout``, and a login that is under way is given up."""
        self._has_left = True
        self._tools.line.give_up()
        self.logout()

    def _ignore(self, error: Exception) -> None:
        notice_of(error)  # a fault on the way out has nobody to tell; a bug goes on its way

    # -- work for this login

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """As SessionTools.run, for who is logged in now: once she has left, nobody hears what came of it."""
        self._run(self._tools.run, work, done, failed)

    def run_aside(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """As SessionTools.run_aside, for who is logged in now."""
        self._run(self._tools.run_aside, work, done, failed)

    def _run(
        self, lane: Run, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        opened = self.opened

        def arrived(value: T) -> None:
            if self.opened is opened:
                done(value)

        def fell(error: Exception) -> None:
            (failed if self.opened is opened else self._ignore)(error)

        lane(work, arrived, fell)

    def wake(self) -> None:
        """Something waits to be sent."""
        if self._loop is not None:
            self._loop.wake()


def _raise(error: Exception) -> None:
    raise error


def _close(loop: SyncLoop | None, opened: Opened) -> None:
    if loop is not None:
        loop.stop()
    if opened.vault is not None:
        opened.vault.drop_token()
    opened.store.close()
