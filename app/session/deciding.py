"""What a reviewer decides: it is kept at once, and goes out by the exchange alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import notice_of, refusal_notice, say
from app.session.tools import SessionTools
from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from app.sync.report import SyncReport, SyncState
from app.visit.tools import Run
from domain.cases.values import Act, CaseId, StepId, content_digest
from domain.catalogue.values import StageId

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was in front of who decided: how many steps, and the digest of the content that was shown."""

    steps: int
    content: str

    @classmethod
    def of(cls, view: CaseView) -> Seen:
        """Everything of this view."""
        return cls(steps=len(view.steps), content=content_digest(view.content))


class Deciding:
    """``done`` comes on the UI thread with the case after the step, or with a Notice.

    ``run`` belongs to the login: after it nobody is told anything any more.
    """

    def __init__(
        self,
        tools: SessionTools,
        store: Store,
        *,
        run: Run,
        wake: Callable[[], None],
    ) -> None:
        self._tools = tools
        self._store = store
        self._run = run
        self._wake = wake
        self._expected: dict[StepId, Callable[[CaseView | Notice], None]] = {}

    def take_step(
        self,
        case: CaseId,
        act: Act,
        opinion: str,
        seen: Seen,
        done: Callable[[CaseView | Notice], None],
        *,
        target: StageId | None = None,
    ) -> None:
        """Approve, return (to the stage ``target``, by default the first) or refuse.

        With the server away or busy the step is kept and goes out by itself, once.
        """
        now = self._tools.time.now()
        step = StepId(self._tools.new_id())

        def keep() -> None:
            from domain.wire.cases import TakeStep
            from domain.wire.codec import dump

            taken = TakeStep(
                step=step,
                act=act,
                opinion=opinion.strip(),
                seen_steps=seen.steps,
                seen=seen.content,
                made_at=now,
                target=target,
            )
            body = dump(taken)
            entry = OutboxEntry(step=step, kind=EntryKind.STEP, case=case, body=body, made_at=now.timestamp())
            self._store.enqueue(entry, drop_draft=None)

        def kept(_nothing: None) -> None:
            self._expected[step] = done
            self._wake()

        # Durable first, and before a logout that comes next. Only the exchange sends; it tells what came of it.
        self._run(keep, kept, lambda error: done(notice_of(error)))

    def take(self, report: SyncReport) -> SyncReport:
        """Tell whoever waits for a step what came of it; gives the report without what was told here."""
        for decided in report.decided:
            self._told(decided.step, decided.view)
        for refused in report.refusals:
            if self._told(refused.step, refusal_notice(refused.refusal)):
                # Who decided reads the reason now; nothing is left to do.
                self._run(partial(self._store.outbox.drop_refused, refused.step), lambda _: self._wake(), _ignore)
                report = replace(report, refusals=tuple(one for one in report.refusals if one is not refused))
        away = report.state in (SyncState.OFFLINE, SyncState.LOGIN_NEEDED)
        for step in tuple(self._expected) if away else report.unanswered:
            needed = report.state is SyncState.LOGIN_NEEDED
            self._told(step, say(NoticeCode.STEP_KEPT_FOR_LOGIN if needed else NoticeCode.STEP_KEPT))
        return report

    def _told(self, step: StepId, answer: CaseView | Notice) -> bool:
        done = self._expected.pop(step, None)
        if done is not None:
            done(answer)
        return done is not None


def _ignore(error: Exception) -> None:
    notice_of(error)  # a fault of the disk will be met again; a bug goes on its way
