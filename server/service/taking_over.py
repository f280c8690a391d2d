"""What a version before did not keep, made up for at the first start of this one."""

from __future__ import annotations

from domain.workflow import task_of
from server.service.checking import parties_of
from server.service.reading import chain_of, revisions_of
from server.service.work import Installation, Work, transact
from server.storage.cases import CaseRecord, add_parties, list_mended, list_parties, list_steps
from server.storage.marks import keep_mark
from server.storage.tasks import replace_task

_MARK = "parties_of_all_revisions"


def complete_parties(installation: Installation) -> None:
    """Note, once, everybody whom any revision of an open case names: only those of the newest one were kept."""
    transact(installation, _complete)


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
