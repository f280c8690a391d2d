"""Whether a case may be accepted: everything that the client checked is checked again, and what it cannot know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from domain.cases.values import BlobHash, CaseContent, content_digest
from domain.catalogue.values import BusinessRule, Catalogue, Chain, MaterialId, Module, Severity, Text3
from domain.forms.answers import Setting
from domain.forms.assess import Assessment, assess
from domain.forms.checking import Finding
from domain.identity import PersonKey, parse_id_number
from domain.refusals import Refusal, RefusalCode
from domain.rules import Facts
from domain.workflow import Actor
from server.service.pages import Found, check_blobs
from server.service.shape import malformed
from server.service.work import Work
from server.storage.blobs import parse_blob_hash
from server.storage.cases import is_registered

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")
_LONGEST_OPINION = 500
_MOST_NAMED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a content is judged by. ``applicant`` and ``agent`` are empty when there is no ID number that is one."""

    catalogue: Catalogue
    module: Module
    assessment: Assessment
    applicant: PersonKey
    agent: PersonKey

    @property
    def chain(self) -> Chain:
        """The chain that the case takes."""
        return self.assessment.chain

    @property
    def risk(self) -> int:
        """The risk of the case."""
        return self.assessment.risk

    @property
    def parties(self) -> frozenset[PersonKey]:
        """Everybody whose business the case is."""
        return frozenset({self.applicant, self.agent}) - {PersonKey("")}


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
    answers = content.answers_by_field
    if len(answers) != len(content.answers):
        return malformed("content.answers", "twice")
    applicant = _person_of(work, content.applicant_id_number)
    setting = Setting(
        today=work.today,
        office_region=actor.office.code,
        applicant_kind=content.applicant_kind,
        identity_origin=content.identity_origin,
    )
    return Frame(
        catalogue=catalogue,
        module=module,
        assessment=assess(catalogue, module, answers, setting, _told(work, catalogue, applicant)),
        applicant=applicant,
        agent=_person_of(work, content.agent_id_number),
    )


def _told(work: Work, catalogue: Catalogue, applicant: PersonKey) -> Facts:
    """What the agency's own records say of the applicant: as what finished cases registered the person."""
    if not applicant:
        return {}
    kinds = {module.registers for module in catalogue.modules.values() if module.registers}
    return {kind: is_registered(work.connection, applicant, kind) for kind in kinds}


def _person_of(work: Work, id_number: str) -> PersonKey:
    number = parse_id_number(id_number, today=work.today)
    return PersonKey("") if isinstance(number, Refusal) else work.installation.secret.person_key(number)


def check_content(
    work: Work, actor: Actor, content: CaseContent, frame: Frame, found: Mapping[BlobHash, Found]
) -> Refusal | None:
    """The first reason why the content cannot be accepted, in the order in which a clerk would mend them.

    ``found``: what ``pages.examine`` gave for the content.
    """
    return (
        _check_pages(content, frame)
        or _check_answers(frame)
        or _check_rules(frame)
        or _check_materials(content, frame)
        or _check_signature(content)
        or check_blobs(work, actor, content, found)
    )


def _check_rules(frame: Frame) -> Refusal | None:
    """Refuses with RULE_BLOCKED; the facts carry the rule's own three texts."""
    return next((blocked_by(one.rule, one.text) for one in frame.assessment.rulings.blocking), None)


def blocked_by(rule: BusinessRule, text: Text3) -> Refusal:
    """RULE_BLOCKED by this rule, which says ``text``."""
    facts = {"rule": rule.id, "what": text.what, "why": text.why, "next": text.next}
    return Refusal(code=RefusalCode.RULE_BLOCKED, facts=facts)


def _check_pages(content: CaseContent, frame: Frame) -> Refusal | None:
    """Pages must belong to an offered material and be numbered 1, 2, 3 …"""
    most = {need.use.material: need.use.max_pages for need in frame.assessment.materials}
    numbers: dict[MaterialId, list[int]] = {}
    for page in content.pages:
        if page.material not in most:
            return malformed("content.pages", "material_not_offered")
        if parse_blob_hash(page.sha256) is None:
            return malformed("content.pages", "sha256")
        numbers.setdefault(page.material, []).append(page.number)
    for material, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)) or len(found) > most[material]:
            return malformed("content.pages", "numbers")
    return None


def _check_answers(frame: Frame) -> Refusal | None:
    findings = frame.assessment.findings + frame.assessment.strays
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return None
    labels = "、".join(_label(finding, frame.catalogue) for finding in errors[:_MOST_NAMED])
    codes = " ".join(f"{finding.field[:32]}:{finding.code}" for finding in errors[:_MOST_NAMED])
    return Refusal(
        code=RefusalCode.FORM_INVALID, facts={"fields": labels, "findings": codes, "count": str(len(errors))}
    )


def _label(finding: Finding, catalogue: Catalogue) -> str:
    spec = catalogue.fields.get(finding.field)
    return spec.label if spec else "未知字段"


def _check_materials(content: CaseContent, frame: Frame) -> Refusal | None:
    pages = Counter(page.material for page in content.pages)
    missing = frame.assessment.missing(pages)
    if not missing:
        return None
    names = "、".join(frame.catalogue.materials[one.material].name for one in missing)
    ids = " ".join(one.material for one in missing)
    return Refusal(code=RefusalCode.MATERIALS_MISSING, facts={"materials": names, "ids": ids})


def _check_signature(content: CaseContent) -> Refusal | None:
    if content.signature is None:
        return Refusal(code=RefusalCode.SIGNATURE_MISSING)
    if content.signature.content_digest != content_digest(content):
        return Refusal(code=RefusalCode.SIGNATURE_STALE)
    return None
