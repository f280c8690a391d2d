"""Lists of cases, of what waits for somebody, and the feed of an office."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement

from domain.cases.values import CaseId
from domain.codes import area_of
from domain.refusals import Refusal, RefusalCode
from domain.wire.lists import CaseLine, CaseList, ChangeList
from domain.wire.patterns import CURSOR
from domain.workflow import Actor
from server.service.reading import AUDITOR, office_name
from server.service.shape import malformed
from server.service.work import Installation, Work, look
from server.storage.cases import CaseRecord, Place, list_cases
from server.storage.feed import list_changes
from server.storage.tables import micros_of, time_of
from server.storage.tasks import Worker, list_tasks

_CURSOR = re.compile(CURSOR)


def read_tasks(installation: Installation, actor: Actor, *, after: str, limit: int) -> CaseList | Refusal:
    """Cases that wait for the actor, oldest first; those that the actor may not touch are left out."""
    place = parse_place(after)
    if isinstance(place, Refusal):
        return place
    worker = Worker(person=actor.person, roles=actor.roles, office=actor.office.code, area=area_of(actor.office.code))
    return look(
        installation,
        lambda work: page_of(work, list_tasks(work.connection, worker, after=place, limit=limit + 1), limit),
    )


def read_cases(installation: Installation, actor: Actor, *, after: str, limit: int) -> CaseList | Refusal:
    """The cases of the actor's office and those below, newest first, as far as the actor may open them.

    Refuses with NOT_ALLOWED, REQUEST_MALFORMED.
    """
    place = parse_place(after)
    if isinstance(place, Refusal):
        return place
    refusal = check_reader(installation, actor)
    if refusal:
        return refusal
    return look(installation, lambda work: page_of(work, cases_open_to(work, actor, after=place, limit=limit), limit))


def cases_open_to(
    work: Work, actor: Actor, *, after: Place | None, limit: int, among: ColumnElement[bool] | None = None
) -> tuple[CaseRecord, ...]:
    """The cases that the actor may open, newest first: one more than ``limit`` where there are more."""
    chains = None if AUDITOR in actor.roles else work.installation.catalogues.chains_of(actor.roles)
    area = area_of(actor.office.code)
    return list_cases(work.connection, area=area, chains=chains, after=after, limit=limit + 1, among=among)


def read_changes(installation: Installation, actor: Actor, *, after: int, limit: int) -> ChangeList | Refusal:
    """The feed of the actor's office after a number. Refuses with NOT_ALLOWED."""
    refusal = check_reader(installation, actor)
    if refusal:
        return refusal

    def act(work: Work) -> ChangeList:
        found = list_changes(work.connection, office=actor.office.code, after=after, limit=limit + 1)
        return ChangeList(changes=found[:limit], more=len(found) > limit)

    return look(installation, act)


def check_reader(installation: Installation, actor: Actor) -> Refusal | None:
    """NOT_ALLOWED to all but those who act on cases, whichever they are, and the auditor: lists are for them."""
    chains = installation.catalogues.current.chains.values()
    if actor.roles & {AUDITOR, *(role for chain in chains for role in chain.roles)}:
        return None
    return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": AUDITOR})


def page_of(work: Work, records: tuple[CaseRecord, ...], limit: int) -> CaseList:
    """The first ``limit`` of the records, and the cursor of the next page when there are more."""
    shown = records[:limit]
    after = f"{micros_of(shown[-1].accepted_at)}.{shown[-1].id}" if len(records) > limit else ""
    return CaseList(cases=tuple(_line(work, record) for record in shown), after=after)


def parse_place(text: str) -> Place | Refusal | None:
    """The place that a cursor names; None at the beginning. Refuses with REQUEST_MALFORMED."""
    if not text:
        return None
    if not _CURSOR.fullmatch(text):
        return malformed("after", "cursor")
    digits, _, case = text.partition(".")
    return Place(accepted_at=time_of(int(digits)), id=CaseId(case))


def _line(work: Work, record: CaseRecord) -> CaseLine:
    return CaseLine(
        case=record.id,
        receipt_no=record.receipt_no,
        module=record.module,
        status=record.status,
        awaited=record.awaited,
        risk=record.risk,
        applicant=record.applicant_masked,
        office=office_name(work, record),
        accepted_at=record.accepted_at,
        due_on=record.due_on,
        reason=record.reason,
        mended=record.revision > 1,
    )
