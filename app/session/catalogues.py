"""The catalogues of this machine: the program's own, and those with which older cases were made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.notices.notice import Notice
from app.notices.texts import notice_of, refusal_notice
from app.session.account import Account
from app.session.tools import SessionTools
from app.store.catalogues import find_catalogue, keep_catalogue
from app.sync.calls.catalogue import get_catalogue
from app.sync.line import Line
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import Catalogue
from domain.refusals import Refusal, RefusalCode


class Catalogues:
    """Finds a catalogue by its hash: here, on the disk, at the server. ``done`` is called on the UI thread."""

    def __init__(self, tools: SessionTools, account: Account) -> None:
        self._tools = tools
        self._account = account
        self._known: dict[str, Catalogue] = {}

    def find(self, sha256: str, done: Callable[[Catalogue | Notice], None]) -> None:
        """The catalogue that a case was made with.

        Where neither this machine nor the server ever had it, the program's own: a case that was refused for its
        catalogue is mended with the present one. A Notice when nobody can tell now.
        """
        own, opened = self._tools.catalogue, self._account.opened
        known = own if sha256 in ("", own.sha256) else self._known.get(sha256)
        if known is not None or opened is None:
            done(known or own)
            return

        def arrived(found: Catalogue | Refusal) -> None:
            if isinstance(found, Refusal) and found.code is not RefusalCode.NOT_FOUND:
                done(refusal_notice(found))
                return
            self._known[sha256] = own if isinstance(found, Refusal) else found
            done(self._known[sha256])

        work = partial(_load, self._tools, opened.line, sha256)
        self._account.run_aside(work, arrived, lambda error: done(notice_of(error)))


def _load(tools: SessionTools, line: Line, sha256: str) -> Catalogue | Refusal:
    """From the disk, else from the server, and then it is kept. Raises StoreFault and LineFault.

    Refuses as the line does, and with CATALOGUE_UNKNOWN what a later version of the program made.
    """
    data = find_catalogue(tools.data_folder, sha256)
    if data is None:
        answer = get_catalogue(line, sha256)
        if isinstance(answer, Refusal):
            return answer
        data = answer
        keep_catalogue(tools.data_folder, data)
    try:
        return parse_catalogue(data)
    except CatalogueError:
        return Refusal(code=RefusalCode.CATALOGUE_UNKNOWN)
