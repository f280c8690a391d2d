"""What a reviewer reads and decides over the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from app.session.tools import SessionTools
from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from app.sync.line import Line
from app.sync.push import ASK_AGAIN, LOGIN_AGAIN, word_of
from app.sync.reply import LineFault
from app.visit.faults import notice_of
from app.visit.notices import refusal_notice
from app.visit.state import Notice, Tone
from app.visit.tools import Run
from domain.cases.values import Act, BlobHash, CaseId, StepId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire import CaseLine, CaseView

T = TypeVar("T")
LoginNeeded = Callable[[], None]
_KEPT = Notice(
    tone=Tone.WARNING,
    what="办理意见已保存，待发送",
    why="现在连不上服务器，或服务器正忙",
    next="稍后自动发送，不用重新办理",
    code="step_kept",
)
_KEPT_FOR_LOGIN = Notice(
    tone=Tone.WARNING,
    what="办理意见已保存，待发送",
    why="登录已过期",
    next="请重新登录，登录后自动发送，不用重新办理",
    code="step_kept_for_login",
)


class Reading:
    """Direct reads for the reviewer's workplace; ``done`` comes on the UI thread with a value or a Notice.

    ``run`` and ``run_aside`` belong to the login: after it nobody is told anything any more.
    """

    def __init__(
        self, tools: SessionTools, line: Line, store: Store, *, run: Run, run_aside: Run, login_needed: LoginNeeded
    ) -> None:
        self._tools = tools
        self._line = line
        self._store = store
        self._run = run
        self._run_aside = run_aside
        self._login_needed = login_needed

    def load_tasks(self, done: Callable[[tuple[CaseLine, ...] | Notice], None]) -> None:
        """Cases that wait for one of the reviewer's roles."""
        self._ask(self._line.tasks, lambda reply: reply.cases, done)

    def load_case(self, case: CaseId, done: Callable[[CaseView | Notice], None]) -> None:
        """One case, whole."""
        self._ask(lambda: self._line.case(case), lambda view: view, done)

    def load_page(self, case: CaseId, sha256: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        """One page or signature of a case."""
        self._ask(lambda: self._line.case_blob(case, sha256), lambda body: body, done)

    def take_step(
        self, case: CaseId, act: Act, opinion: str, seen_steps: int, done: Callable[[CaseView | Notice], None]
    ) -> None:
        """Approve, return or refuse. With the server away or busy the step is kept and goes out by itself, once."""
        now = self._tools.time.now()
        step = StepId(self._tools.new_id())

        def keep() -> OutboxEntry:
            from domain.wire import TakeStep, dump

            body = dump(TakeStep(step=step, act=act, opinion=opinion.strip(), seen_steps=seen_steps, made_at=now))
            entry = OutboxEntry(step=step, kind=EntryKind.STEP, case=case, body=body, made_at=now.timestamp())
            self._store.enqueue(entry, drop_draft=None)
            return entry

        def taken(answer: CaseView | Notice) -> None:
            expired = isinstance(answer, Notice) and answer.code in LOGIN_AGAIN
            done(_KEPT_FOR_LOGIN if expired else answer)

        def kept(entry: OutboxEntry) -> None:
            self._ask(lambda: self._send(entry), lambda view: view, taken)

        # Durable first, and before a logout that comes next; the same id makes sending it twice harmless.
        self._run(keep, kept, lambda error: done(notice_of(error)))

    def _send(self, entry: OutboxEntry) -> CaseView | Refusal | Notice:
        try:
            answer = self._line.take_step(entry)
        except LineFault:
            return _KEPT
        if not isinstance(answer, Refusal):
            self._store.acknowledged(entry, word_of(answer))
        elif answer.code in ASK_AGAIN:
            return _KEPT
        elif answer.code not in LOGIN_AGAIN:
            self._store.refused(entry.step, answer)
            self._store.drop_refused(entry.step)  # the reviewer sees the reason now; nothing is left to do
        return answer

    def _ask(
        self,
        work: Callable[[], T | Refusal | Notice],
        pick: Callable[[T], object],
        done: Callable[..., None],
    ) -> None:
        def arrived(reply: T | Refusal | Notice) -> None:
            if isinstance(reply, Refusal):
                if reply.code in LOGIN_AGAIN:
                    self._login_needed()
                done(refusal_notice(reply))
            elif isinstance(reply, Notice):
                done(reply)
            else:
                done(pick(reply))

        self._run_aside(work, arrived, lambda error: done(notice_of(error)))
