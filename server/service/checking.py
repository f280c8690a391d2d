"""Whether a case may be accepted: everything that the client checked is checked again, and what it cannot know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from domain.cases.values import BlobHash, CaseContent
from domain.catalogue.values import BusinessRule, Catalogue, Chain, MaterialId, Module, PartyRole, RuleAct, Severity
from domain.forms.answers import Answers, Origin, Setting, facts_from
from domain.forms.checking import chain_for, check_form, missing_materials, offered_materials, rules_that_hold
from domain.forms.parties import PersonNamed, applicant_in, persons_in
from domain.forms.words import label_of
from domain.identity import PersonKey, parse_id_number
from domain.refusals import Refusal, RefusalCode
from domain.rules import Facts, facts_of
from domain.workflow import Actor
from server.service.work import Work
from server.storage.blobs import parse_blob_hash
from server.storage.cases import is_registered

REGISTERED = "already_insured"
"""The fact that a finished case of a module blocks by, and so makes true."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")
_LONGEST_OPINION = 500
_MOST_HASHES = 40
_ROW = re.compile(r"[A-Za-z0-9-]{1,64}")
_SHOWN = (Origin.CARD, Origin.ELECTRONIC, Origin.TYPED)
_NOBODY = PersonKey("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a content is judged by. ``applicant`` is empty when there is no ID number that is one.

    ``parties``: everybody whose business the case is: whoever the form names with a number, in whatever part.
    """

    catalogue: Catalogue
    module: Module
    form: Answers
    facts: Facts
    setting: Setting
    chain: Chain
    risk: int
    applicant: PersonKey
    applicant_named: PersonNamed
    parties: frozenset[PersonKey]


def is_id(text: str) -> bool:
    """Whether a text can be the id of a case or step."""
    return _ID.fullmatch(text) is not None


def malformed(place: str, why: str) -> Refusal:
    """REQUEST_MALFORMED at a place of the request."""
    return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": place, "why": why})


def check_opinion(opinion: str) -> Refusal | None:
    """Refuses with REQUEST_MALFORMED for an opinion that is too long or has characters nobody can see."""
    if len(opinion) > _LONGEST_OPINION:
        return malformed("opinion", "too_long")
    return malformed("opinion", "characters") if _UNSEEN.search(opinion) else None


def frame_of(work: Work, actor: Actor, content: CaseContent) -> Frame | Refusal:
    """Catalogue, module, facts and chain of a content. Refuses with CATALOGUE_UNKNOWN, MODULE_UNKNOWN, _MALFORMED."""
    catalogue = work.installation.catalogues.find(content.catalogue_sha256)
    if catalogue is None:
        return Refusal(code=RefusalCode.CATALOGUE_UNKNOWN)
    module = catalogue.modules.get(content.module)
    if module is None:
        return Refusal(code=RefusalCode.MODULE_UNKNOWN)
    form = content.form
    refusal = _check_shape(content, module)
    if refusal:
        return refusal
    named = applicant_in(module, form)
    applicant = _person_of(work, named.id_number)
    known = {REGISTERED: is_registered(work.connection, applicant, REGISTERED)}
    setting = Setting(
        today=work.today,
        office_region=actor.office.code,
        applicant_kind=content.applicant_kind,
        identities=content.identities,
        known=known,
    )
    facts = facts_from(module, form, setting)
    chain, risk = chain_for(catalogue, module, facts)
    return Frame(
        catalogue=catalogue,
        module=module,
        form=form,
        facts=facts,
        setting=setting,
        chain=chain,
        risk=risk,
        applicant=applicant,
        applicant_named=named,
        parties=frozenset(_person_of(work, person.id_number) for person in persons_in(module, form)) - {_NOBODY},
    )


def _check_shape(content: CaseContent, module: Module) -> Refusal | None:
    """What no form has: two answers in one place, a row twice or of no group, an identity of nobody."""
    if len(content.form) != len(content.answers):
        return malformed("content.answers", "twice")
    groups = {page.group for page in module.form.pages if page.repeats}
    if any(row.group not in groups or not _ROW.fullmatch(row.id) for row in content.rows):
        return malformed("content.rows", "unknown")
    if len({row.id for row in content.rows}) != len(content.rows):
        return malformed("content.rows", "twice")
    shown = [(one.role, one.row) for one in content.identities]
    if len(set(shown)) != len(shown) or any(one.origin not in _SHOWN for one in content.identities):
        return malformed("content.identities", "twice_or_origin")
    for one in content.identities:
        party = module.party(one.role)
        if party is None or one.row not in content.form.rows_of(module.form.group_of(party.name)):
            return malformed("content.identities", "no_such_party")
    if PartyRole.APPLICANT not in {role for role, _ in shown}:
        return Refusal(code=RefusalCode.IDENTITY_MISSING)
    return None


def _person_of(work: Work, id_number: str) -> PersonKey:
    number = parse_id_number(id_number, today=work.today)
    return _NOBODY if isinstance(number, Refusal) else work.installation.secret.person_key(number)


def check_content(work: Work, content: CaseContent, frame: Frame) -> Refusal | None:
    """The first reason why the content cannot be accepted, in the order in which a clerk would mend them."""
    return (
        _check_pages(content, frame)
        or _check_answers(frame)
        or check_rules(frame.module, frame.facts)
        or _check_materials(content, frame)
        or _check_signature(content)
        or _check_blobs(work, content)
    )


def check_rules(module: Module, facts: Facts) -> Refusal | None:
    """Refuses with RULE_BLOCKED; the facts carry the rule's own three texts."""
    blocking = rules_that_hold(module, facts, RuleAct.BLOCK)
    return blocked_by(blocking[0]) if blocking else None


def blocked_by(rule: BusinessRule) -> Refusal:
    """RULE_BLOCKED by this rule."""
    text = rule.message
    facts = {"rule": rule.id, "what": text.what, "why": text.why, "next": text.next}
    return Refusal(code=RefusalCode.RULE_BLOCKED, facts=facts)


def registering_rule(module: Module) -> BusinessRule | None:
    """The rule by which the module admits a person only once, if it has one."""
    blocking = (rule for rule in module.rules if rule.act is RuleAct.BLOCK)
    return next((rule for rule in blocking if REGISTERED in facts_of(rule.when)), None)


def _check_pages(content: CaseContent, frame: Frame) -> Refusal | None:
    """Pages must belong to an offered material and be numbered 1, 2, 3 …"""
    most = {use.material: use.max_pages for use in offered_materials(frame.catalogue, frame.module, frame.facts)}
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
    findings = check_form(frame.catalogue, frame.module, frame.form, frame.setting)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return None
    keys = [finding.key for finding in errors[:_MOST_HASHES]]
    labels = "、".join(label_of(frame.catalogue, frame.module, frame.form, key) for key in keys)
    codes = " ".join(f"{finding.field[:32]}:{finding.code}" for finding in errors[:_MOST_HASHES])
    return Refusal(
        code=RefusalCode.FORM_INVALID, facts={"fields": labels, "findings": codes, "count": str(len(errors))}
    )


def _check_materials(content: CaseContent, frame: Frame) -> Refusal | None:
    pages = Counter(page.material for page in content.pages)
    missing = missing_materials(frame.catalogue, frame.module, frame.facts, pages)
    if not missing:
        return None
    names = "、".join(frame.catalogue.materials[one.material].name for one in missing)
    ids = " ".join(one.material for one in missing)
    return Refusal(code=RefusalCode.MATERIALS_MISSING, facts={"materials": names, "ids": ids})


def _check_signature(content: CaseContent) -> Refusal | None:
    if content.signature is None:
        return Refusal(code=RefusalCode.SIGNATURE_MISSING)
    if not content.is_signed:
        return Refusal(code=RefusalCode.SIGNATURE_STALE)
    return None


def _check_blobs(work: Work, content: CaseContent) -> Refusal | None:
    missing = []
    for text, size_bytes in _blobs_of(content):
        sha256 = parse_blob_hash(text)
        if sha256 is None:
            return malformed("content.signature", "sha256")
        found = work.installation.blobs.find_size(sha256)
        if found is None:
            missing.append(sha256)
        elif size_bytes is not None and found != size_bytes:
            return Refusal(code=RefusalCode.PAGE_DAMAGED, facts={"sha256": sha256})
    if not missing:
        return None
    facts = {"count": str(len(missing)), "hashes": " ".join(missing[:_MOST_HASHES])}
    return Refusal(code=RefusalCode.PAGES_MISSING, facts=facts)


def _blobs_of(content: CaseContent) -> Iterator[tuple[BlobHash, int | None]]:
    """All blobs of a content, with the size that the client gave."""
    for page in content.pages:
        yield page.sha256, page.size_bytes
    if content.signature:
        yield content.signature.png_sha256, None
        yield content.signature.strokes_sha256, None
