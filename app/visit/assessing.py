"""What follows from a state of a visit: facts, shown fields, findings, materials, rules. Computed once per change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from app.notices.codes import NoticeCode
from app.notices.notice import Notice, Tone
from app.notices.texts import say
from app.visit import obstacles
from app.visit.materials import material_rows, page_counts, page_refs
from app.visit.package import each_turned
from app.visit.state import MaterialRow, Phase, VisitState
from app.visit.tools import VisitTools
from app.visit.twice import with_unrepeated
from domain.cases.values import CaseContent, content_digest, shown_digest
from domain.catalogue.values import Module, PartyRole
from domain.codes import county_of
from domain.forms.answers import AnswerKey, Answers, ApplicantKind, IdentityShown, Setting
from domain.forms.assess import Assessment, MissingMaterial, assess

_Asked = tuple[Module, Answers, Answers, Setting]
"""All that an assessment follows from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The case under hand, assessed, and its content as it would be submitted now.

    ``others``: those laid aside, in the order of the state's; None where the catalogue has no such business any more.
    """

    module: Module
    assessment: Assessment
    materials: tuple[MaterialRow, ...]
    missing: tuple[MissingMaterial, ...]
    content: CaseContent = field(repr=False)
    asked: _Asked = field(repr=False)
    others: tuple[Assessed | None, ...] = ()

    @property
    def all(self) -> tuple[Assessed, ...]:
        """Every case of the visit, the one under hand first."""
        return (self, *(one for one in self.others if one is not None))

    @property
    def digests(self) -> tuple[str, ...]:
        """Of the contents as they are now: what one signature covers, sorted."""
        return tuple(sorted(content_digest(one.content) for one in self.all))

    @property
    def digest(self) -> str:
        """Of all that a Scene now stands for."""
        return shown_digest(self.digests)


def assess_visit(tools: VisitTools, state: VisitState, before: Assessed | None = None) -> Assessed | None:
    """The one place where rules and checks are asked about a visit; None before a business is chosen.

    ``before``: what was found until now. A case of which nothing differs that was asked about is not asked about again.
    """
    known = before.all if before else ()
    at_hand, *aside = (_assess_case(tools, one, known) for one in each_turned(state))
    return replace(at_hand, others=tuple(aside)) if at_hand else None


def _assess_case(tools: VisitTools, state: VisitState, known: tuple[Assessed, ...]) -> Assessed | None:
    module = tools.catalogue.modules.get(state.module) if state.module else None
    if module is None:
        return None
    identities = shown_at_counter(state, module)
    setting = Setting(
        today=tools.today,
        office_region=county_of(tools.office.code),
        applicant_kind=state.applicant_kind,
        identities=identities,
    )
    asked = (module, state.answers, state.again, setting)
    same = next((one.assessment for one in known if one.asked == asked), None)
    found = same or with_unrepeated(
        tools.catalogue, assess(tools.catalogue, module, state.answers, setting, told={}), state.again
    )
    if found.computed:  # the form holds it from now on
        asked = (module, state.answers.with_answer(*found.computed), state.again, setting)
    materials = material_rows(tools.catalogue, found.materials, state.pages)
    content = CaseContent(
        module=module.id,
        catalogue_sha256=tools.catalogue.sha256,
        applicant_kind=state.applicant_kind,
        identities=identities,
        answers=tuple(answer for answer in found.answers.values() if answer.value),
        rows=state.answers.rows,
        pages=page_refs(page for row in materials for page in row.pages),
        package=state.package,
        signature=state.signature,
    )
    missing = found.missing(page_counts(state.pages))
    return Assessed(module=module, assessment=found, materials=materials, missing=missing, content=content, asked=asked)


def shown_at_counter(state: VisitState, module: Module) -> tuple[IdentityShown, ...]:
    """How the applicant, and whoever acts for them in this business, showed who they are."""
    shown = (state.identity.shown_as(PartyRole.APPLICANT),) if state.identity else ()
    party = module.acting_party
    if state.agent is None or party is None or state.applicant_kind is ApplicantKind.SELF:
        return shown
    return (*shown, state.agent.shown_as(party.role))


def _standing(tools: VisitTools, state: VisitState, seen: Assessed | None) -> tuple[Notice, ...]:
    """What is true of the case as it is now: why it came back, what the rules say, what the card says."""
    came_back = (state.came_back,) if state.came_back is not None else ()
    rules = obstacles.rules_told(seen.assessment.rulings) if seen is not None else ()
    expiry = obstacles.expiry(state.identity, tools.today) if state.identity is not None else None
    return (*came_back, *rules, *((expiry,) if expiry is not None else ()))


def _with_standing(state: VisitState, standing: tuple[Notice, ...]) -> VisitState:
    """The state with what is true now. What is new is told too, but for a warning while an error is being told."""
    new = next((one for one in standing if one not in state.standing), None)
    notice = state.notice
    if notice in state.standing and notice not in standing:
        notice = None
    if new is not None and (notice is None or notice.tone is not Tone.ERROR or new.tone is Tone.ERROR):
        notice = new
    return replace(state, standing=standing, notice=notice)


def settled(tools: VisitTools, state: VisitState, seen: Assessed | None, touched: Collection[AnswerKey]) -> VisitState:
    """The state after a change of identity, business, answers or pages, with all that follows from the change.

    Findings are those of ``touched`` and of fields that had one: the rest stays quiet until 下一步. A confirmation and
    a signature of something else are void.
    """
    if state.receipt is not None:  # submitted: nothing is to be mended here any more
        return replace(state, materials=seen.materials if seen else (), standing=())
    if seen is not None:
        watched = {finding.key for finding in state.findings} | set(touched)
        findings = tuple(finding for finding in seen.assessment.findings if finding.key in watched)
        answers = state.answers.with_answer(*seen.assessment.computed) if seen.assessment.computed else state.answers
        state = replace(state, findings=findings, materials=seen.materials, answers=answers)
        if state.notice is not None and state.notice.code == NoticeCode.FORM_INVALID:
            left = obstacles.form_errors(tools.catalogue, seen.module, state.answers, findings)  # it counts down
            state = replace(state, notice=left)
    state = _with_standing(state, _standing(tools, state, seen))
    if seen is None or not state.digest or state.digest == seen.digest:
        return state
    notice = state.notice or say(NoticeCode.CONFIRMATION_VOID)
    phase = Phase.MATERIALS if state.phase in (Phase.SIGN, Phase.SUBMIT) else state.phase
    return replace(state, digest="", signature=None, signature_png=b"", notice=notice, phase=phase)
