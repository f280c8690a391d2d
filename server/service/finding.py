"""Finding a case or a person: by receipt number, ID number or name. That somebody looked goes into the log."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement

from domain.cases.values import CaseContent
from domain.catalogue.values import PartyRole
from domain.finding import Sought, SoughtBy, parse_sought
from domain.forms.parties import persons_in, role_found
from domain.identity import parse_id_number, plain_name
from domain.refusals import Refusal
from domain.wire.lists import CaseList
from domain.workflow import Actor
from server.service.lists import cases_open_to, check_reader, page_of, parse_place
from server.service.reading import content_of
from server.service.work import Installation, Work, transact
from server.storage.audit_chain import Kind
from server.storage.cases import CaseRecord
from server.storage.naming import add_names, by_name, by_person, by_receipt


def find_cases(installation: Installation, actor: Actor, text: str, *, after: str, limit: int) -> CaseList | Refusal:
    """The cases meant by ``text``, newest first, as far as the actor may open them.

    Refuses with NOT_ALLOWED, REQUEST_MALFORMED, SEARCH_UNCLEAR, or as ``parse_id_number``.
    """
    place = parse_place(after)
    if isinstance(place, Refusal):
        return place
    refusal = check_reader(installation, actor)
    if refusal:
        return refusal

    def act(work: Work) -> CaseList | Refusal:
        sought = parse_sought(text, today=work.today)
        if isinstance(sought, Refusal):
            return sought
        found = cases_open_to(work, actor, after=place, limit=limit, among=_condition(work, sought))
        told = {"by": sought.by.value, "found": str(len(found[:limit]))}
        if sought.by is SoughtBy.RECEIPT:
            told["receipt_no"] = sought.text
        work.audit_of(actor.office.code, actor.account, "find", Kind.ACCOUNT, actor.account, told)
        page = page_of(work, found, limit)
        records = {record.id: record for record in found}
        lines = (replace(line, found_as=_found_as(work, records[line.case], sought)) for line in page.cases)
        return replace(page, cases=tuple(lines))

    return transact(installation, act)


def _found_as(work: Work, record: CaseRecord, sought: Sought) -> PartyRole | None:
    """As what the newest content names whom is looked for, where that is not who applies."""
    if sought.by is SoughtBy.RECEIPT:
        return None
    content = content_of(work, record)
    module = work.installation.catalogues.get(content.catalogue_sha256).modules[content.module]
    return role_found(module, content.form, sought.fits_person)


def note_names(work: Work, record: CaseRecord, content: CaseContent) -> None:
    """Let the case be found by everybody whom this content of it names."""
    module = work.installation.catalogues.get(content.catalogue_sha256).modules[content.module]
    names = (plain_name(one.name) for one in persons_in(module, content.form))
    add_names(work.connection, record, (name for name in names if name))


def _condition(work: Work, sought: Sought) -> ColumnElement[bool]:
    if sought.by is SoughtBy.RECEIPT:
        return by_receipt(sought.text)
    number = parse_id_number(sought.text, today=work.today) if sought.by is SoughtBy.NUMBER else None
    if number is None or isinstance(number, Refusal):
        return by_name(sought.text, whole=sought.is_one_character)
    return by_person(work.installation.secret.person_key(number))
