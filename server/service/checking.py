"""Whether a case may be accepted: everything that the client checked is checked again, and what it cannot know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.cases.assessing import assess_content
from domain.cases.values import BlobHash, CaseContent, PageMaker
from domain.catalogue.values import BusinessRule, Catalogue, Chain, MaterialId, Module, Severity, Text3
from domain.forms.answers import Origin
from domain.forms.assess import Assessment
from domain.forms.parties import PersonNamed, applicant_in, persons_in
from domain.forms.words import label_of
from domain.identity import PersonKey, parse_id_number
from domain.refusals import Refusal, RefusalCode
from domain.texts import LONGEST_OPINION, UNSEEN
from domain.workflow import Actor
from server.service.pages import Found, check_blobs
from server.service.shape import check_shape, malformed
from server.service.work import Work
from server.storage.cases import is_registered

_MOST_NAMED = 40
_OLDEST_SIGNATURE = timedelta(days=5 * 365)
"""A returned case may be mended late; nothing was signed before there was this server."""
_FASTEST_CLOCK = timedelta(days=2)
_NOBODY = PersonKey("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a content is judged by. ``applicant`` is the key of who is ``named`` so, empty without a number that is one.

    ``parties``: everybody whose business the case is: whoever the form names with a number, in whatever part.
    """

    catalogue: Catalogue
    module: Module
    assessment: Assessment
    named: PersonNamed
    applicant: PersonKey = field(repr=False)
    parties: frozenset[PersonKey]

    @property
    def chain(self) -> Chain:
        """The chain that the case takes."""
        return self.assessment.chain

    @property
    def risk(self) -> int:
        """The risk of the case."""
        return self.assessment.risk


def check_opinion(opinion: str) -> Refusal | None:
    """Refuses with REQUEST_MALFORMED for an opinion that is too long or has characters nobody can see."""
    if len(opinion) > LONGEST_OPINION:
        return malformed("opinion", "too_long")
    return malformed("opinion", "characters") if UNSEEN.search(opinion) else None


def frame_of(work: Work, actor: Actor, content: CaseContent) -> Frame | Refusal:
    """Catalogue, module and assessment of a content. Refuses with CATALOGUE_UNKNOWN, MODULE_UNKNOWN, _MALFORMED."""
    catalogue = work.installation.catalogues.find(content.catalogue_sha256)
    if catalogue is None:
        return Refusal(code=RefusalCode.CATALOGUE_UNKNOWN)
    module = catalogue.modules.get(content.module)
    if module is None:
        return Refusal(code=RefusalCode.MODULE_UNKNOWN)
    refusal = check_shape(content, module)
    if refusal:
        return refusal
    form = content.form
    named = applicant_in(module, form)
    applicant = _person_of(work, named.id_number)
    told = records_of(work, catalogue, applicant)
    return Frame(
        catalogue=catalogue,
        module=module,
        assessment=assess_content(catalogue, module, content, today=work.today, office=actor.office.code, told=told),
        named=named,
        applicant=applicant,
        parties=parties_of(work, module, content),
    )


def parties_of(work: Work, module: Module, content: CaseContent) -> frozenset[PersonKey]:
    """Everybody whom a content names with a number, in whatever part."""
    return frozenset(_person_of(work, one.id_number) for one in persons_in(module, content.form)) - {_NOBODY}


def records_of(work: Work, catalogue: Catalogue, applicant: PersonKey, case: str = "") -> Mapping[str, bool]:
    """What the agency's own records say of the applicant: as what finished cases beside ``case`` registered them."""
    if not applicant:
        return {}
    kinds = {module.registers for module in catalogue.modules.values() if module.registers}
    return {kind: is_registered(work.connection, applicant, kind, but_by=case) for kind in kinds}


def _person_of(work: Work, id_number: str) -> PersonKey:
    number = parse_id_number(id_number, today=work.today)
    return _NOBODY if isinstance(number, Refusal) else work.installation.secret.person_key(number)


def check_content(
    work: Work, actor: Actor, content: CaseContent, frame: Frame, found: Mapping[BlobHash, Found]
) -> Refusal | None:
    """The first reason why the content cannot be accepted, in the order in which a clerk would mend them.

    ``found``: what ``pages.examine`` gave for the content.
    """
    return (
        _check_pages(content, frame)
        or _check_devices(work, content)
        or _check_answers(content, frame)
        or _check_rules(frame)
        or _check_materials(content, frame)
        or _check_signature(work, content)
        or check_blobs(work, actor, content, found)
    )


def _check_rules(frame: Frame) -> Refusal | None:
    """Refuses with RULE_BLOCKED; the facts carry the rule's own three texts."""
    return next((blocked_by(one.rule, one.text) for one in frame.assessment.rulings.blocking), None)


def blocked_by(rule: BusinessRule, text: Text3) -> Refusal:
    """RULE_BLOCKED by this rule, which says ``text``."""
    facts = {"rule": rule.id, "what": text.what, "why": text.why, "next": text.next}
    return Refusal(code=RefusalCode.RULE_BLOCKED, facts=facts)


def _check_devices(work: Work, content: CaseContent) -> Refusal | None:
    """Refuses with DEVICE_SIMULATED what comes from a device that is none, where business is real."""
    pages = any(page.source.maker is PageMaker.SIMULATED for page in content.pages)
    shown = any(one.origin is Origin.SIMULATED for one in content.identities)
    if work.installation.settings.real_devices_only and (pages or shown):
        return Refusal(code=RefusalCode.DEVICE_SIMULATED)
    return None


def _check_pages(content: CaseContent, frame: Frame) -> Refusal | None:
    """Pages must belong to an offered material and be numbered 1, 2, 3 …"""
    most = {need.use.material: need.use.max_pages for need in frame.assessment.materials}
    numbers: dict[MaterialId, list[int]] = {}
    for page in content.pages:
        if page.material not in most:
            return malformed("content.pages", "material_not_offered")
        numbers.setdefault(page.material, []).append(page.number)
    for material, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)) or len(found) > most[material]:
            return malformed("content.pages", "numbers")
    return None


def _check_answers(content: CaseContent, frame: Frame) -> Refusal | None:
    findings = frame.assessment.findings + frame.assessment.strays
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return None
    keys = (finding.key for finding in errors[:_MOST_NAMED])
    labels = "、".join(label_of(frame.catalogue, frame.module, content.form, key) for key in keys)
    codes = " ".join(f"{finding.field[:32]}:{finding.code}" for finding in errors[:_MOST_NAMED])
    return Refusal(
        code=RefusalCode.FORM_INVALID, facts={"fields": labels, "findings": codes, "count": str(len(errors))}
    )


def _check_materials(content: CaseContent, frame: Frame) -> Refusal | None:
    pages = Counter(page.material for page in content.pages)
    missing = frame.assessment.missing(pages)
    if not missing:
        return None
    names = "、".join(frame.catalogue.materials[one.material].name for one in missing)
    ids = " ".join(one.material for one in missing)
    return Refusal(code=RefusalCode.MATERIALS_MISSING, facts={"materials": names, "ids": ids})


def _check_signature(work: Work, content: CaseContent) -> Refusal | None:
    if content.signature is None:
        return Refusal(code=RefusalCode.SIGNATURE_MISSING)
    if not content.is_signed:
        return Refusal(code=RefusalCode.SIGNATURE_STALE)
    if not work.now - _OLDEST_SIGNATURE < content.signature.signed_at < work.now + _FASTEST_CLOCK:
        return malformed("content.signature.signed_at", "time")
    return None
