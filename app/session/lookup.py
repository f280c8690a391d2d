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
from app.visit.tools import Later, Run
from domain.cases.values import BlobHash, CaseId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.cases import CaseView
    from domain.wire.lists import CaseList

T = TypeVar("T")
_SILENT_S = 2.0
"""After so long without an answer the exchange is asked how the line is."""


class Lookup:
    """``done`` comes on the UI thread with a value or a Notice.

    ``run_aside`` belongs to the login: after it nobody is told anything any more. ``on_silence``: no answer comes.
    """

    def __init__(
        self,
        line: Line,
        *,
        run_aside: Run,
        later: Later,
        login_needed: Callable[[], None],
        on_silence: Callable[[], None],
    ) -> None:
        self._line = line
        self._later = later
        self._on_silence = on_silence
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
        waits = True

        def arrived(reply: T | Refusal) -> None:
            nonlocal waits
            waits = False
            if isinstance(reply, Refusal):
                if reply.code in LOGIN_AGAIN:
                    self._login_needed()
                done(refusal_notice(reply))
            else:
                done(reply)

        def fell(error: Exception) -> None:
            nonlocal waits
            waits = False
            self._on_silence()
            done(notice_of(error))

        self._run_aside(work, arrived, fell)
        self._later(_SILENT_S, lambda: self._on_silence() if waits else None)
