"""Why a visit cannot go on, in words: the messages of the client's own checks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date

from app.notices.codes import NoticeCode
from app.notices.notice import Notice, Tone
from app.notices.texts import say
from app.visit.doubts import Doubts, doubts_in
from app.visit.package import works_of
from app.visit.state import Identity, MaterialRow, VisitState
from domain.catalogue.values import Catalogue, Module, Severity
from domain.forms.answers import Answers
from domain.forms.assess import MissingMaterial, Ruling, Rulings
from domain.forms.checking import Finding
from domain.forms.words import label_of
from hardware.kinds.id_card_reader import CardType, IdCard
from resources import word


def expiry(identity: Identity, today: date) -> Notice | None:
    """A card past its date is a warning: the visit goes on."""
    if identity.valid_until is None or identity.valid_until >= today:
        return None
    return say(NoticeCode.CARD_EXPIRED, until=identity.valid_until.isoformat())


def card_unfit(card: IdCard, refusal: Notice) -> Notice:
    """The number on a card is none that this business can be done with."""
    if card.card_type is CardType.FOREIGN_2017:
        return say(NoticeCode.CARD_OF_OLD_KIND)
    return say(NoticeCode.CARD_NUMBER_WRONG, reason=refusal.what)


def form_errors(catalogue: Catalogue, module: Module, answers: Answers, findings: tuple[Finding, ...]) -> Notice | None:
    """Why the form cannot be left yet; None when nothing in it is wrong."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return None
    first = label_of(catalogue, module, answers, errors[0].key)
    fields = len({finding.key for finding in errors})
    return say(NoticeCode.FORM_INVALID, count=fields, first=first)


def rule(blocking: Ruling) -> Notice:
    """A business rule blocks the case."""
    text = blocking.text
    return Notice(tone=Tone.ERROR, what=text.what, why=text.why, next=text.next, code=blocking.rule.id)


def rules_told(rulings: Rulings) -> tuple[Notice, ...]:
    """What the rules of the business say of the case as it is now: what blocks it first, then each thing alone."""
    return (*map(rule, rulings.blocking), *map(_rule_told, (*rulings.told, *rulings.asked)))


def _rule_told(ruling: Ruling) -> Notice:
    """A rule says something to be known or to be settled."""
    return dataclasses.replace(rule(ruling), tone=Tone.WARNING)


def materials_missing(missing: tuple[MissingMaterial, ...], rows: tuple[MaterialRow, ...]) -> Notice:
    """Everything that is still missing, at once (一次性告知)."""
    names = {row.material: row.name for row in rows}
    lines = [word("list", "lacks", name=names[one.material], pages=one.need_pages - one.have_pages) for one in missing]
    return say(NoticeCode.MATERIALS_MISSING, count=len(lines), materials="、".join(lines))


def other_card(other: str, state: VisitState) -> Notice:
    """Somebody else's card lies there: whose it is, and whose visit it cannot enter."""
    return say(NoticeCode.OTHER_CARD, other=other, served=state.identity.name if state.identity else "")


def labels_disputed(catalogue: Catalogue, state: VisitState, doubted: Doubts, labels: Iterable[str]) -> tuple[str, ...]:
    """What the applicant marked, in words; of several cases each with the business that it is of."""
    told = {label: label for label in labels}
    for work in works_of(state) if state.others else ():
        module = catalogue.modules.get(work.module)
        for label in told.keys() & {doubt.label for doubt in doubts_in(doubted, work.case)}:
            told[label] += word("list", "of_case", case=module.name if module else work.module)
    return tuple(told.values())


def doubted(state: VisitState) -> Notice:
    """What of the case under hand the applicant marked."""
    return disputed(tuple(doubt.label for doubt in doubts_in(state.doubted, state.case)))


def disputed(labels: tuple[str, ...]) -> Notice:
    """The applicant says that something is wrong."""
    return say(NoticeCode.DISPUTED_LINES, labels="、".join(labels)) if labels else say(NoticeCode.DISPUTED)
