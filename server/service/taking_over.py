"""What a version before did not keep, made up for at the first start of this one."""

from __future__ import annotations

from functools import partial

from domain.cases.values import CaseContent
from domain.refusals import Refusal
from domain.wire.codec import parse_stored
from domain.workflow import task_of
from server.service.checking import parties_of
from server.service.finding import note_names
from server.service.reading import chain_of, revisions_of
from server.service.work import Installation, Work, look, transact
from server.storage.cases import (
    CaseRecord,
    KeptContent,
    add_parties,
    find_case,
    list_contents,
    list_mended,
    list_parties,
    list_steps,
)
from server.storage.marks import find_mark, keep_mark
from server.storage.tasks import replace_task

_MARK = "parties_of_all_revisions"
_NAMES = "names_of_all_revisions"
_BATCH = 500


def complete_parties(installation: Installation) -> None:
    """Note, once, everybody whom any revision of an open case names: only those of the newest one were kept."""
    transact(installation, _complete)


def complete_names(installation: Installation) -> None:
    """Note, once, what the people of all cases are called: versions before found nobody by a name."""
    if look(installation, lambda work: find_mark(work.connection, _NAMES)):
        return
    after: KeptContent | None = None
    while batch := look(installation, partial(_next_contents, after)):
        transact(installation, partial(_name, batch))
        after = batch[-1]
    transact(installation, lambda work: keep_mark(work.connection, _NAMES, work.now.isoformat()))


def _next_contents(after: KeptContent | None, work: Work) -> tuple[KeptContent, ...]:
    return list_contents(work.connection, after=after, limit=_BATCH)


def _name(batch: tuple[KeptContent, ...], work: Work) -> None:
    for kept in batch:
        record = find_case(work.connection, kept.case, area=kept.county)
        content = parse_stored(CaseContent, kept.body.encode())
        if record is not None and not isinstance(content, Refusal):
            note_names(work, record, content)


def _complete(work: Work) -> None:
    now = work.now.isoformat()
    if keep_mark(work.connection, _MARK, now) == now:
        for record in list_mended(work.connection):
            _complete_case(work, record)


def _complete_case(work: Work, record: CaseRecord) -> None:
    for content in revisions_of(work, record):
        module = work.installation.catalogues.get(content.catalogue_sha256).modules[content.module]
        add_parties(work.connection, record, parties_of(work, module, content))
    parties = list_parties(work.connection, record)
    replace_task(
        work.connection, record, task_of(chain_of(work, record), list_steps(work.connection, record), parties=parties)
    )
