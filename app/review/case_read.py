"""A case is read together with the catalogue that it was made with: its form is shown in those words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from app.notices.notice import Notice
from app.session.lookup import Lookup
from domain.cases.values import CaseId
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire.cases import CaseView

FindCatalogue = Callable[[str, Callable[[Catalogue | Notice], None]], None]
"""As ``Catalogues.find``."""


class CaseRead(NamedTuple):
    """Both."""

    view: CaseView
    catalogue: Catalogue


def read_case(lookup: Lookup, find: FindCatalogue, case: CaseId, done: Callable[[CaseRead | Notice], None]) -> None:
    """Ask for both; ``done`` comes on the UI thread, with a Notice where one of them cannot be had now."""

    def found(view: CaseView, answer: Catalogue | Notice) -> None:
        done(answer if isinstance(answer, Notice) else CaseRead(view, answer))

    def loaded(answer: CaseView | Notice) -> None:
        if isinstance(answer, Notice):
            done(answer)
        else:
            find(answer.content.catalogue_sha256, partial(found, answer))

    lookup.load_case(case, loaded)
