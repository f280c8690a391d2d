"""A case to be read only: as the server has it, or, where the server does not, as it lies on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import notice_of, say
from app.review.case_read import CaseRead, read_case
from app.session.account import Account
from app.session.catalogues import Catalogues
from app.session.reopening import lies_here
from app.session.state import CaseRow
from domain.cases.values import BlobHash, CaseContent, CaseId
from domain.catalogue.values import Catalogue

LoadPage = Callable[[BlobHash, Callable[[bytes | Notice], None]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHere:
    """A case as it went out from here last, or waits to; ``told``: why the server's word is not there, and what it said
    when it refused.
    """

    row: CaseRow
    content: CaseContent
    catalogue: Catalogue
    told: tuple[Notice, ...]


class Looking:
    """Reads one case at a time. ``done`` comes on the UI thread: with the case and how to load its pages."""

    def __init__(self, catalogue: Catalogue, account: Account, catalogues: Catalogues) -> None:
        self._catalogue = catalogue
        self._account = account
        self._catalogues = catalogues

    def read(self, case: CaseId, is_sent: bool, done: Callable[[CaseRead | CaseHere | Notice, LoadPage], None]) -> None:
        """``is_sent``: the server knows it. With the server away, what lies here of it is all the same shown."""
        opened, lookup = self._account.opened, self._account.lookup
        if opened is None or lookup is None:
            return

        def failed(error: Exception) -> None:
            done(notice_of(error), self._load_here)

        def here(why: Notice, found: tuple[CaseRow, CaseContent] | None) -> None:
            if found is None:
                done(why, self._load_here)
                return
            row, content = found
            told = (row.refused,) if row.refused is not None else (why,)

            def arrived(answer: Catalogue | Notice) -> None:
                if isinstance(answer, Notice):
                    done(answer, self._load_here)
                else:
                    done(CaseHere(row=row, content=content, catalogue=answer, told=told), self._load_here)

            self._catalogues.find(content.catalogue_sha256, arrived)

        def read_here(why: Notice) -> None:
            self._account.run(partial(lies_here, self._catalogue, opened.store, case), partial(here, why), failed)

        def there(answer: CaseRead | Notice) -> None:
            if isinstance(answer, Notice):
                read_here(answer)
            else:
                done(answer, partial(lookup.load_page, case))

        if is_sent:
            read_case(lookup, self._catalogues.find, case, there)
        else:
            read_here(say(NoticeCode.LOOK_NOT_SENT))

    def _load_here(self, sha256: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        opened = self._account.opened
        if opened is not None:
            self._account.run(lambda: opened.store.pages.load(sha256), done, lambda error: done(notice_of(error)))
