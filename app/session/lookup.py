"""What is read over the line when somebody asks for it: tasks, cases, their pages, and what is looked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from app.notices.notice import Notice
from app.notices.texts import notice_of, refusal_notice
from app.sync.calls.blobs import get_blob
from app.sync.calls.cases import get_case
from app.sync.calls.lists import find_cases, list_tasks
from app.sync.line import Line
from app.sync.push import LOGIN_AGAIN
from app.visit.tools import Run
from domain.cases.values import BlobHash, CaseId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.cases import CaseView
    from domain.wire.lists import CaseList

T = TypeVar("T")


class Lookup:
    """``done`` comes on the UI thread with a value or a Notice.

    ``run_aside`` belongs to the login: after it nobody is told anything any more.
    """

    def __init__(self, line: Line, *, run_aside: Run, login_needed: Callable[[], None]) -> None:
        self._line = line
        self._run_aside = run_aside
        self._login_needed = login_needed

    def load_tasks(self, done: Callable[[CaseList | Notice], None]) -> None:
        """Cases that wait for one of the reviewer's roles."""
        self._ask(partial(list_tasks, self._line), done)

    def load_case(self, case: CaseId, done: Callable[[CaseView | Notice], None]) -> None:
        """One case, whole."""
        self._ask(lambda: get_case(self._line, case), done)

    def load_page(self, case: CaseId, sha256: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        """One page or signature of a case."""
        self._ask(lambda: get_blob(self._line, case, sha256), done)

    def find(self, text: str, done: Callable[[CaseList | Notice], None]) -> None:
        """The first page of the cases that are meant by a text, as ``domain.finding`` reads it."""
        self._ask(lambda: find_cases(self._line, text), done)

    def _ask(self, work: Callable[[], T | Refusal], done: Callable[..., None]) -> None:
        def arrived(reply: T | Refusal) -> None:
            if isinstance(reply, Refusal):
                if reply.code in LOGIN_AGAIN:
                    self._login_needed()
                done(refusal_notice(reply))
            else:
                done(reply)

        self._run_aside(work, arrived, lambda error: done(notice_of(error)))
